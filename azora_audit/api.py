"""The product's sentences as functions: what the command line does, for Python programs."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.errors import AzoraAuditError, QueryError, RulebookError, ServerError, SettingsError
from azora_audit.records import NamedTuple
from azora_audit.settings import Settings, load_settings, parse_settings, settings_of, validate_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.catalog.store import Catalog
    from azora_audit.checking.run import Verify
    from azora_audit.findings import Problem, Report
    from azora_audit.proof import Obligation, ProofReport
    from azora_audit.report.rule_pages import RuleSheet
    from azora_audit.rulebook.rule import Rule, Rulebook
    from azora_audit.sources.found import Fleet

DEFAULT_PROFILE = "recommended"
DEFAULT_CHECKLISTS = ("azora",)


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""


class Checked(NamedTuple):
    """A report, the folder its paths are relative to, and the severity that fails the run."""

    report: Report
    root: Path
    fail_on: str


class FleetCatalog(NamedTuple):
    """The catalog of a fleet, and what could not be read or understood and so is not in it."""

    catalog: Catalog
    problems: tuple[Problem, ...]


class Answer(NamedTuple):
    """Rows of a catalog under the names of their columns; `problems` are the catalog's."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    problems: tuple[Problem, ...] = ()


def check(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    use_cache: bool = True,
    processes: int | None = None,
    progress: Callable[[int, int], None] = _silent,
    databases: Iterable[str] = (),
    live: bool = False,
    verify: bool = False,
    postgres_bin: str | os.PathLike[str] | None = None,
    sample: int = 0,
) -> Checked:
    """Check the fleet, service or schema file at a path.

    Args:
        path: a fleet's root, a service's folder, a schema.prisma or an SQL file.
        settings_file: settings to use instead of those found at the path or above it.
        profile: profile instead of the settings'.
        select: rules or categories instead of the settings'.
        ignore: rules or categories that do not run, beside the settings'.
        fail_on: severity instead of the settings'.
        use_cache: remember outcomes by content, and use what is remembered.
        processes: the most that may work at once; as many as there are processors by default.
        progress: called with the numbers of services done and of all.
        databases: running databases, each as `URL` or `SERVICE=URL`, where all that libpq accepts is a URL.
        live: read the databases whose environment variables the settings name, too.
        verify: run the DDL on a throw-away PostgreSQL, and judge what its catalog has where that is not what was read.
        postgres_bin: folder with the programs of the PostgreSQL to use for that; else the installed wheel's or system's.
        sample: look at so many values of each sensitive column of these databases; they never leave the process.

    Raises:
        AzoraAuditError: settings, rules or databases that make no sense, or a path without any schema.
        ServerError: there is no PostgreSQL to verify with, or it does not start.
    """
    from azora_audit.checking.choice import Choice
    from azora_audit.checking.run import Run, check_fleet
    from azora_audit.folders import cache_folder

    root = Path(path)
    folder = cache_folder() if use_cache else None
    settings = _settings(root, settings_file, folder)
    choice = Choice(
        profile=profile or settings.profile or DEFAULT_PROFILE,
        rule_folders=tuple((settings.folder or root) / name for name in settings.rule_folders),
        select=tuple(select) or settings.select,
        ignore=(*settings.ignore, *ignore),
        severity=settings.severity,
        parameters=settings.rules,
        today=_today(),
    )
    fleet = _fleet(root, settings, databases, live=live, sample=sample)
    run = Run(
        choice=choice,
        checklists=settings.checklists or DEFAULT_CHECKLISTS,
        cache=folder,
        processes=processes or os.cpu_count() or 1,
        progress=progress,
        verify=_verify(postgres_bin) if verify else None,
    )
    report = check_fleet(fleet, run)
    skipped = set(settings.skipped_items)
    report = report._replace(checklist=tuple(item for item in report.checklist if item.item not in skipped))
    return Checked(report, fleet.root, fail_on or settings.fail_on)


def _verify(postgres_bin: str | os.PathLike[str] | None) -> Verify:
    """Return the PostgreSQL to verify with."""
    from azora_audit.checking.run import Verify
    from azora_audit.sources.live import binaries

    return Verify(None if postgres_bin is None else str(postgres_bin), binaries.find(postgres_bin).label)


class Proven(NamedTuple):
    """A proof, and the folder that the paths of its problems are relative to."""

    report: ProofReport
    root: Path


def prove(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    database: str | None = None,
    rows_allowed: bool = False,
    postgres_bin: str | os.PathLike[str] | None = None,
    seed: int = 0,
    mutation: bool = False,
    announce: Callable[[str, int], None] = lambda _service, _obligations: None,
    progress: Callable[[int, int], None] = _silent,
) -> Proven:
    """Prove on a real PostgreSQL that the constraints of every service at a path do what is declared.

    Args:
        path: a fleet's root, a service's folder, a schema.prisma or an SQL file; not used with a database.
        settings_file: settings to use instead of those found at the path or above it.
        database: a scratch database to prove instead, as libpq takes it; everything done to it is rolled back.
        rows_allowed: go on although that database holds rows.
        postgres_bin: folder with the programs of the PostgreSQL to start; else the installed wheel's or system's.
        seed: of the choice among candidates where there are too many to try all.
        mutation: try as well whether the obligations notice when a constraint is dropped or changed.
        announce: called with a service's name and how many obligations it has, before anything of it is tried.
        progress: called with the numbers of obligations of a service that are done, and of all.

    Raises:
        AzoraAuditError: settings that make no sense, or a path without any schema.
        ServerError: there is no PostgreSQL to prove with, it does not start, or the given database is no scratch one.
    """
    _need_psycopg()
    from azora_audit.proving.fleet import Wanted, prove_fleet, prove_given
    from azora_audit.sources.fleet import find_fleet

    wanted = Wanted(seed, mutation, announce, progress)
    root = Path(path)
    if database is not None:
        return Proven(prove_given(database, wanted, rows_allowed=rows_allowed), root)
    fleet = find_fleet(root, _settings(root, settings_file, None))
    return Proven(prove_fleet(fleet, wanted, postgres_bin), fleet.root)


def _need_psycopg() -> None:
    """Tell which part is missing, before anything is imported that needs it."""
    from importlib.util import find_spec

    if find_spec("psycopg") is None:
        message = "proving needs psycopg, which is not installed"
        raise ServerError(message, help="pip install 'azora-audit[prove]'")


def obligations(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    postgres_bin: str | os.PathLike[str] | None = None,
) -> tuple[list[Obligation], tuple[Problem, ...]]:
    """Return what there is to prove at a path, in order, and what could not be read or run; no row is tried.

    Raises:
        AzoraAuditError: as `prove`.
    """
    _need_psycopg()
    from azora_audit.proving.fleet import list_obligations
    from azora_audit.sources.fleet import find_fleet

    root = Path(path)
    fleet = find_fleet(root, _settings(root, settings_file, None))
    return list_obligations(fleet, postgres_bin)


def _fleet(root: Path, settings: Settings, databases: Iterable[str], *, live: bool, sample: int) -> Fleet:
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


def catalog(
    path: str | os.PathLike[str] = ".", *, databases: Iterable[str] = (), live: bool = False
) -> FleetCatalog:
    """Return the catalog of a whole fleet, derived facts and what services share included.

    Args:
        path: as for `check`, as the next two.
        databases: running databases.
        live: those that the settings name.

    Raises:
        AzoraAuditError: settings that make no sense, or a path without any schema.
    """
    from azora_audit.catalog.derive import across_services
    from azora_audit.catalog.store import Catalog
    from azora_audit.checking.fleet import expected_services
    from azora_audit.checking.reading import read_services
    from azora_audit.engine.judge import unread_problems

    root = Path(path)
    fleet = _fleet(root, load_settings(root), databases, live=live, sample=0)
    services = [reading.facts for reading in read_services(fleet, fleet.services)]
    across_services(services)
    loaded = Catalog()
    loaded.load([*services, expected_services(fleet)])
    problems = [*fleet.problems, *unread_problems(loaded, _today())]
    for facts in services:
        problems += facts.problems
    return FleetCatalog(loaded, tuple(problems))


def query(
    path: str | os.PathLike[str], sql: str, *, databases: Iterable[str] = (), live: bool = False
) -> Answer:
    """Run one SELECT on the catalog of a fleet; the other arguments are those of `catalog`.

    Raises:
        QueryError: the SQL is wrong, does more than read, or takes too long.
        AzoraAuditError: as `catalog`.
    """
    import sqlite3

    loaded, problems = catalog(path, databases=databases, live=live)
    try:
        columns, rows = loaded.guard.select(sql, {})
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise QueryError(
            f"the query does not run: {error}",
            help="`azora-audit query --tables` lists the catalog's tables and columns.",
        ) from error
    finally:
        loaded.close()
    return Answer(columns, rows, problems)


def save_catalog(
    path: str | os.PathLike[str], target: Path, *, databases: Iterable[str] = (), live: bool = False
) -> tuple[Problem, ...]:
    """Write the catalog of a fleet to a file that any SQLite tool opens; return what of the fleet is not in it.

    Raises:
        QueryError: the file cannot be written.
        AzoraAuditError: as `catalog`.
    """
    import sqlite3

    loaded, problems = catalog(path, databases=databases, live=live)
    try:
        loaded.save(target)
    except (OSError, sqlite3.Error) as error:
        raise QueryError(f"the catalog cannot be written: {error}", path=str(target)) from error
    finally:
        loaded.close()
    return problems


def catalog_columns() -> Answer:
    """Return every table and view of the catalog with its columns, as column names and rows."""
    from azora_audit.catalog.store import Catalog

    execute = Catalog().connection.execute
    rows: list[tuple[object, ...]] = []
    names = execute(
        "select type, name from sqlite_master where type in ('table', 'view') order by type, name"
    )
    for kind, name in names.fetchall():
        found = execute("select group_concat(name, ', ') from pragma_table_info(?)", (name,)).fetchone()
        rows.append((kind, name, found[0]))
    return Answer(("kind", "name", "columns"), rows)


def rule_sheets() -> list[RuleSheet]:
    """Return what is to be said of every shipped rule besides its page, in order of category and name."""
    rulebook = _rulebook()
    return [_sheet(rulebook, rule) for rule in rulebook.rules.values()]


def _sheet(rulebook: Rulebook, rule: Rule) -> RuleSheet:
    from azora_audit.report.rule_pages import RuleSheet

    items = [
        (checklist, item)
        for checklist in rulebook.checklists.values()
        for item in checklist.items
        if rule.name in item.rules
    ]
    return RuleSheet(
        name=rule.name,
        category=rule.category,
        severity=rule.severity,
        precision=rule.precision,
        title=rule.title,
        items=tuple(item.title for checklist, item in items if checklist.name in DEFAULT_CHECKLISTS),
        controls=tuple(
            f"{checklist.title} {item.name}"
            for checklist, item in items
            if checklist.name not in DEFAULT_CHECKLISTS
        ),
        fix_safety=rule.fix.safety if rule.fix else "",
    )


def rule_page(name: str) -> tuple[str, RuleSheet]:
    """Return the Markdown page of a rule, by its name or a former one, and its sheet.

    Raises:
        RulebookError: there is no such rule.
    """
    from azora_audit.rulebook.folders import shipped_rules
    from azora_audit.rulebook.load import suggestion
    from azora_audit.rulebook.select import resolve

    rulebook = _rulebook()
    resolved = resolve(rulebook, name)
    if resolved is None:
        problem = AzoraAuditError(
            f"there is no rule {name}{suggestion(name, rulebook.rules)}",
            help="`azora-audit rules` lists them.",
        )
        raise RulebookError([problem])
    rule = rulebook.rules[resolved]
    page = (shipped_rules() / rule.category / f"{rule.name}.md").read_text("utf-8")
    return page, _sheet(rulebook, rule)


def init(path: str | os.PathLike[str] = ".") -> tuple[Path, int]:
    """Write an azora-audit.toml that expects the services found at a path; return the file and their number.

    Raises:
        SettingsError: there is one already, or it cannot be written.
        AzoraAuditError: no schema is found at the path.
    """
    from azora_audit.settings import FILE_NAME
    from azora_audit.sources.fleet import find_fleet

    root = Path(path)
    target = root / FILE_NAME
    fleet = find_fleet(root, Settings())
    names = "".join(f"  {_toml_string(service.name)},\n" for service in fleet.services)
    text = _INITIAL.format(profile=DEFAULT_PROFILE, names=names)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError("There is a settings file already.", help="Edit it.", path=str(target)) from error
    except OSError as error:
        raise SettingsError(
            f"The settings file cannot be written: {error.strerror}.", path=str(target)
        ) from error
    return target, len(fleet.services)


_INITIAL = """\
# Settings of azora-audit; `azora-audit rules` lists the rules, `azora-audit explain RULE` says why they are.
profile = "{profile}"  # or "strict"
fail_on = "warning"  # mildest severity that fails a run: note, warning or error

[fleet]
# A service that is expected and not found is a finding.
services = [
{names}]
"""


def _toml_string(text: str) -> str:
    """Return the text as a TOML basic string, which escapes as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def _today() -> str:
    """Return the date against which allowances expire."""
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def _rulebook() -> Rulebook:
    from azora_audit.catalog.store import Catalog
    from azora_audit.rulebook.load import load_rulebook

    return load_rulebook(Catalog())


def _settings(root: Path, explicit: str | os.PathLike[str] | None, cache: Path | None) -> Settings:
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
