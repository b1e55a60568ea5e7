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
from azora_audit.toml_lines import line_of

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
        return line_of(self.text, (*self.section, *(str(key) for key in keys)))


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


class AllowSettings(NamedTuple):
    """An entry of `[[allow]]`: findings that are allowed, if all of the selectors match them which are not empty."""

    rules: tuple[str, ...]
    """Names of rules and categories."""
    services: tuple[str, ...]
    paths: tuple[str, ...]
    """Globs relative to the settings file's folder."""
    entities: tuple[str, ...]
    """Globs over objects: `table`, `schema.table` or `table.column`."""
    reason: str
    until: str | None
    """ISO date of the last day."""

    @property
    def shown(self) -> str:
        """Return what it allows, in the words of the settings."""
        selectors = (
            ("rule", self.rules),
            ("service", self.services),
            ("path", self.paths),
            ("entity", self.entities),
        )
        return "; ".join(f"{key} {', '.join(values)}" for key, values in selectors if values)


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
    allow: tuple[AllowSettings, ...] = ()
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
        allow=tuple(_allow(table) for table in data.get("allow", ())),
        baseline=data.get("baseline"),
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return an advice for an unknown word: the known word it resembles, or all that are known."""
    words = sorted(known)
    close = closest(word, words)
    if close is not None:
        return f"Did you mean `{close}`?"
    return f"Known here: {', '.join(words)}." if words else ""


def _allow(table: dict[str, Any]) -> AllowSettings:
    rules, services, paths, entities = (
        _texts(table, key) or () for key in ("rule", "service", "path", "entity")
    )
    return AllowSettings(rules, services, paths, entities, table["reason"], table.get("until"))


def _texts(table: dict[str, Any], key: str) -> tuple[str, ...] | None:
    """Return a value that may be one text or several, None where there is none."""
    value = table.get(key)
    return (value,) if isinstance(value, str) else None if value is None else tuple(value)


def _service(name: str, table: dict[str, Any]) -> ServiceSettings:
    return ServiceSettings(
        name,
        table.get("path"),
        _texts(table, "prisma"),
        _texts(table, "migrations"),
        _texts(table, "dump"),
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
        return _with_texts_for_dates(tomllib.loads(text.replace("\r\n", "\n")))
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


def _with_texts_for_dates(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table whose allowances have dates as text: TOML has dates of its own, JSON Schema has none."""
    allowances = table.get("allow", table.get(_SECTION[0], {}).get(_SECTION[1], {}).get("allow"))
    if isinstance(allowances, list):
        for each in allowances:
            if isinstance(each, dict) and type(until := each.get("until")).__name__ == "date":
                each["until"] = str(until)
    return table


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
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        message, advice = f"`{_dotted(keys)}` has no `{missing}`.", "Say it there."
    elif error.validator == "pattern" and keys[-1] == "until":
        message, advice = (
            f"`{_dotted(keys)}` is {_shown(error.instance)}.",
            "Give it a date such as 2027-01-31.",
        )
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
