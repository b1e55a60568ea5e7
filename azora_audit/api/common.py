"""What several of the sentences begin with: settings, the fleet, today."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azora_audit.errors import ChoiceError, RulebookError, ServerError, SettingsError
from azora_audit.settings import Settings, parse_settings, settings_of, validate_settings

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from azora_audit.checking.choice import Choice
    from azora_audit.engine.terms import Terms
    from azora_audit.sources.found import Fleet

DEFAULT_PROFILE = "recommended"
DEFAULT_CHECKLISTS = ("azora",)


def silent(_done: int, _total: int) -> None:
    """Show no progress."""


def today() -> str:
    """Return the date against which allowances expire."""
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def need(module: str, sentence: str, advice: str = "pip install 'azora-audit[prove]'") -> None:
    """Tell which part is missing, before anything is imported that needs it.

    Raises:
        ServerError: the module is not installed.
    """
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise ServerError(f"{sentence}, which is not installed", help=advice)


def chosen_settings(root: Path, explicit: str | os.PathLike[str] | None, cache: Path | None) -> Settings:
    """Load settings, validating a text only once: that the schema accepted it is remembered by content."""
    found = parse_settings(root, Path(explicit) if explicit else None)
    if found is None:
        return Settings()
    from azora_audit.checking.cache import Cache, code_digest, content_digest

    memory = Cache(cache)
    key = content_digest(f"settings\0{code_digest()}\0{found.section}\0{found.text}".encode())
    if memory.get(key) is None:
        validate_settings(found)
        memory.put(key, "valid")
    return settings_of(found)


def rule_folders_of(settings: Settings, root: Path) -> tuple[Path, ...]:
    """Return the folders of the user's own rules, which settings name from where they are."""
    return tuple((settings.folder or root) / name for name in settings.rule_folders)


def choice_of(
    settings: Settings,
    root: Path,
    terms: Terms,
    *,
    profile: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    checklists: Iterable[str] = (),
) -> Choice:
    """Return which rules run and how: what the caller chooses, else what the settings do, else what is usual."""
    from azora_audit.checking.choice import Choice

    return Choice(
        profile=profile or settings.profile or DEFAULT_PROFILE,
        rule_folders=rule_folders_of(settings, root),
        select=tuple(select) or settings.select,
        ignore=(*settings.ignore, *ignore),
        severity=settings.severity,
        parameters=settings.rules,
        checklists=tuple(checklists) or settings.checklists or DEFAULT_CHECKLISTS,
        terms=terms,
    )


def terms_of(settings: Settings, fleet_root: Path, *, object_hashes: bool = False) -> Terms:
    """Return the terms that settings set, as of today.

    Raises:
        SettingsError: an allowance selects nothing, or its date is none of the calendar.
    """
    from azora_audit.engine.terms import Terms

    if not settings.allow:
        return Terms(today(), object_hashes)
    from azora_audit.catalog.annotations import is_date
    from azora_audit.sources.search.walk import base_of

    for number, each in enumerate(settings.allow):
        if not any(each[:4]):
            message = "An allowance says of what with `rule`, `service`, `path` or `entity`."
            raise _bad_allowance(settings, number, message, "Add one of them.")
        if each.until is not None and not is_date(each.until):
            message = f"{each.until} is no date of the calendar."
            raise _bad_allowance(settings, number, message, "Give the last day as 2027-01-31.", "until")
    return Terms(today(), object_hashes, settings.allow, base_of(fleet_root, settings))


def _bad_allowance(
    settings: Settings, number: int, message: str, advice: str, key: str = "rule"
) -> SettingsError:
    source = settings.source
    return SettingsError(
        message,
        help=advice,
        path=str(source.path) if source else None,
        line=source.line(("allow", number, key)) if source else None,
    )


@contextmanager
def placed_choices(settings: Settings) -> Iterator[None]:
    """Give names and values that mean nothing among the rules their line in the settings, if they stand there."""
    try:
        yield
    except RulebookError as error:
        source = settings.source
        for problem in error.problems:
            if source is not None and isinstance(problem, ChoiceError) and _has(source.data, problem):
                problem.path, problem.line = str(source.path), source.line(problem.setting)
        raise


def _has(data: Any, problem: ChoiceError) -> bool:
    """Tell whether the settings have what means nothing; an option may have it instead."""
    for key in problem.setting:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return False
    return problem.word in problem.setting or data == problem.word or problem.word in data


def found_fleet(
    root: Path, settings: Settings, databases: Iterable[str], *, live: bool, sample: int
) -> Fleet:
    """Return the fleet at a path, with the running databases that are asked for."""
    from azora_audit.sources.fleet import find_fleet

    if not databases and not live:
        if sample:
            raise SettingsError(
                "There is no database whose values could be looked at.", help="Add --db URL or --live."
            )
        return find_fleet(root, settings)
    from azora_audit.sources.databases import named_databases, settings_databases, with_databases

    targets, problems = settings_databases(settings) if live else ({}, [])
    targets |= named_databases(databases)
    fleet = find_fleet(root, settings, schemas_needed=not (targets or problems))
    return with_databases(fleet._replace(problems=(*fleet.problems, *problems)), targets, sample)
