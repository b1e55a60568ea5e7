"""Settings: azora-audit.toml or `[tool.azora-audit]` of pyproject.toml, checked by settings.schema.json.

Three steps, so that a caller can skip the slow one for a text that it has seen pass: `parse_settings` finds and
parses, `validate_settings` checks (importing jsonschema takes longer than a small run), `settings_of` makes the data.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from azora_audit.errors import SettingsError, closest
from azora_audit.records import NamedTuple
from azora_audit.surely import is_surely_valid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FILE_NAME: Final = "azora-audit.toml"
BASELINE_NAME: Final = "azora-audit-baseline.jsonl"
SCHEMA_FILE: Final = Path(__file__).with_name("settings.schema.json")
_SECTION: Final = ("tool", "azora-audit")


class SettingsText(NamedTuple):
    """A settings file that is TOML; whether its keys and values mean anything is not known yet."""

    path: Path
    text: str
    """Its text: equal texts are equally valid."""
    section: tuple[str, ...]
    """Where the settings stand in it: `("tool", "azora-audit")` in pyproject.toml, else empty."""
    data: dict[str, Any]

    def line(self, keys: Sequence[str | int]) -> int | None:
        """Return the 1-based line of a key, or of the nearest table or key around it; None if there is none."""
        return _line_of(self.text, (*self.section, *(str(key) for key in keys)))


class ServiceSettings(NamedTuple):
    """What the settings say of one service; None is what the search finds by itself."""

    name: str
    path: str | None
    """Folder relative to the settings file's."""
    prisma: tuple[str, ...] | None
    """Files or folders relative to the service, as the next two."""
    migrations: tuple[str, ...] | None
    dump: tuple[str, ...] | None
    schema: str
    """PostgreSQL schema of unqualified names."""
    expected: bool
    database_variable: str | None
    """Environment variable that holds the URL of its running database."""


class Settings(NamedTuple):
    """All settings, with the values that hold when a file does not name them."""

    source: SettingsText | None = None
    """The file they come from, for places in later messages; None without a file."""
    profile: str | None = None
    rule_folders: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "warning"
    severity: Mapping[str, str] = {}
    rules: Mapping[str, Mapping[str, Any]] = {}
    """Rule name -> parameter -> value."""
    expected: tuple[str, ...] = ()
    """`[fleet] services`."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    services: tuple[ServiceSettings, ...] = ()
    checklists: tuple[str, ...] = ()
    skipped_items: tuple[str, ...] = ()
    baseline: str | None = None
    """File of accepted findings, relative to the settings file's folder."""

    @property
    def folder(self) -> Path | None:
        """Folder that relative paths in the settings start from."""
        return None if self.source is None else self.source.path.parent


def load_settings(start: Path, explicit: Path | None = None) -> Settings:
    """Return the settings that hold for a path; raise SettingsError with file and line if they make no sense.

    Args:
        start: file or folder that is audited; its folder and the folders above it are searched.
        explicit: a settings file to take instead of searching.
    """
    found = parse_settings(start, explicit)
    if found is None:
        return Settings()
    validate_settings(found)
    return settings_of(found)


def parse_settings(start: Path, explicit: Path | None = None) -> SettingsText | None:
    """Find and parse the settings file, up to the folder that has a `.git`; None if there is none."""
    if explicit is not None:
        settings = _read(explicit)
        if settings is None:
            raise SettingsError(
                "This pyproject.toml has no [tool.azora-audit].", help="Add that table.", path=str(explicit)
            )
        return settings
    start = start.absolute()
    for folder in (start, *start.parents):
        for name in (FILE_NAME, "pyproject.toml"):
            path = folder / name
            if path.is_fifo():
                raise SettingsError(
                    "The settings file is a named pipe.", help="Put a file in its place.", path=str(path)
                )
            if path.exists() and (settings := _read(path)) is not None:
                return settings
        if (folder / ".git").exists():
            break
    return None


def validate_settings(settings: SettingsText) -> None:
    """Check keys and values by the JSON Schema; raise SettingsError for the first fault in the file."""
    import json  # noqa: PLC0415 -- only where there is a settings file that was not checked before

    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    if is_surely_valid(settings.data, schema, schema):
        return
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- 0.1 s

    faults = [_fault(settings, error) for error in Draft202012Validator(schema).iter_errors(settings.data)]
    if faults:
        faults.sort(key=lambda fault: (fault.line or 0, fault.message))
        first = faults[0]
        if len(faults) > 1:
            first.help += f" ({len(faults) - 1} more after this one.)"
        raise first


def settings_of(settings: SettingsText) -> Settings:
    """Make the data of settings that are known to be valid."""
    data = settings.data
    fleet: dict[str, Any] = data.get("fleet", {})
    checklist: dict[str, Any] = data.get("checklist", {})
    return Settings(
        source=settings,
        profile=data.get("profile"),
        rule_folders=tuple(data.get("rule_folders", ())),
        select=tuple(data.get("select", ())),
        ignore=tuple(data.get("ignore", ())),
        fail_on=data.get("fail_on", "warning"),
        severity=data.get("severity", {}),
        rules=data.get("rules", {}),
        expected=tuple(fleet.get("services", ())),
        include=tuple(fleet.get("include", ())),
        exclude=tuple(fleet.get("exclude", ())),
        services=tuple(_service(name, table) for name, table in data.get("services", {}).items()),
        checklists=tuple(checklist.get("names", ())),
        skipped_items=tuple(checklist.get("skip", ())),
        baseline=data.get("baseline"),
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return an advice for an unknown word: the known word it resembles, or all that are known."""
    words = sorted(known)
    close = closest(word, words)
    if close is not None:
        return f"Did you mean `{close}`?"
    return f"Known here: {', '.join(words)}." if words else ""


def _service(name: str, table: dict[str, Any]) -> ServiceSettings:
    def paths(key: str) -> tuple[str, ...] | None:
        value = table.get(key)
        return (value,) if isinstance(value, str) else None if value is None else tuple(value)

    return ServiceSettings(
        name,
        table.get("path"),
        paths("prisma"),
        paths("migrations"),
        paths("dump"),
        table.get("schema", "public"),
        table.get("expected", True),
        table.get("database_variable"),
    )


def _read(path: Path) -> SettingsText | None:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"The settings file cannot be read: {reason}.",
            help="Correct its path or permissions.",
            path=str(path),
        ) from error
    if path.name == "pyproject.toml" and b"azora-audit" not in data:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"The settings file is not UTF-8 text: byte {error.start} does not belong there.",
            help="Convert it to UTF-8.",
            path=str(path),
        ) from error
    table: Any = _parse(path, text)
    if path.name != "pyproject.toml":
        return SettingsText(path, text, (), table)
    for key in _SECTION:
        table = table.get(key)
        if not isinstance(table, dict):
            return None
    return SettingsText(path, text, _SECTION, table)


def _parse(path: Path, text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 -- only where there is a settings file

    try:
        # TOML knows no line end but these two
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        reason = str(error).split(" (at ")[0]
        raise SettingsError(
            f"The settings file is not valid TOML: {reason}.",
            help="Correct the TOML there.",
            path=str(path),
            line=int(place[1]) if place else None,
            column=int(place[2]) if place else None,
        ) from error
    except RecursionError as error:
        raise SettingsError(
            "The settings file nests its values too deeply.", help="No setting needs that.", path=str(path)
        ) from error


def _fault(settings: SettingsText, error: Any) -> SettingsError:
    keys: list[str | int] = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.schema["additionalProperties"], bool):
        known = error.schema["properties"]
        unknown = next(key for key in error.instance if key not in known)
        keys.append(unknown)
        message, advice = f"Unknown setting `{_dotted(keys)}`.", did_you_mean(unknown, known)
    elif error.validator == "enum":
        choices = ", ".join(f'"{value}"' for value in error.validator_value)
        message = f"`{_dotted(keys)}` is {_shown(error.instance)}, which is none of {choices}."
        advice = did_you_mean(str(error.instance), error.validator_value)
    elif error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        words = {"object": "a table", "array": "a list", "string": "a string", "boolean": "true or false"}
        message = f"`{_dotted(keys)}` is {_shown(error.instance)}."
        advice = f"Give it {' or '.join(words.get(kind, f'a {kind}') for kind in wanted)}."
    elif error.validator == "pattern":
        # the value is not shown: it may be a URL with a password
        message = f"`{_dotted(keys)}` is no name of an environment variable."
        advice = "Put the database's URL into a variable of the environment and that variable's name here."
    else:
        message, advice = f"`{_dotted(keys)}` is empty.", "Give it a value, or remove it."
    return SettingsError(message, help=advice, path=str(settings.path), line=settings.line(keys))


def _dotted(keys: list[str | int]) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f'"{value}"'
        if isinstance(value, str)
        else str(value)
    )


_KEY_PART: Final = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY: Final = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_TABLE_LINE: Final = re.compile(rf"[ \t]*\[{{1,2}}[ \t]*({_KEY})[ \t]*\]")
_KEY_LINE: Final = re.compile(rf"[ \t]*({_KEY})[ \t]*=")


def _line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """Find the line of the longest beginning of `keys` that stands in the text as a table or key."""
    best, best_line = 0, None
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _TABLE_LINE.match(line):
            table = here = _parts(match[1])
        elif match := _KEY_LINE.match(line):
            here = table + _parts(match[1])
        else:
            continue
        if best < len(here) <= len(keys) and here == keys[: len(here)]:
            best, best_line = len(here), number
    return best_line


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in re.findall(_KEY_PART, dotted))
