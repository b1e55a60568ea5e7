"""`check`: what is at fault in a fleet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.api.accepting import baseline_of
from azora_audit.api.common import choice_of, chosen_settings, found_fleet, placed_choices, silent, terms_of
from azora_audit.errors import SettingsError
from azora_audit.records import NamedTuple
from azora_audit.settings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.checking.run import Verify
    from azora_audit.findings import ChecklistItem, Report
    from azora_audit.settings import Settings


class Checked(NamedTuple):
    """A report, the folder its paths are relative to, the severity that fails the run, and the user's rule folders."""

    report: Report
    root: Path
    fail_on: str
    rule_folders: tuple[Path, ...] = ()


def check(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    checklists: Iterable[str] = (),
    fail_on: str | None = None,
    use_cache: bool = True,
    processes: int | None = None,
    progress: Callable[[int, int], None] = silent,
    databases: Iterable[str] = (),
    live: bool = False,
    verify: bool = False,
    postgres_bin: str | os.PathLike[str] | None = None,
    sample: int = 0,
    inventory: bool = False,
    use_baseline: bool = True,
) -> Checked:
    """Check the fleet, service or schema file at a path.

    Args:
        path: a fleet's root, a service's folder, a schema.prisma or an SQL file.
        settings_file: settings to use instead of those found at the path or above it.
        profile: profile instead of the settings'.
        select: rules or categories instead of the settings'.
        ignore: rules or categories that do not run, beside the settings'.
        checklists: names of checklists and frameworks to count, instead of the settings'.
        fail_on: severity instead of the settings'.
        use_cache: remember outcomes by content, and use what is remembered.
        processes: the most that may work at once; as many as there are processors by default.
        progress: called with the numbers of services done and of all.
        databases: running databases, each as `URL` or `SERVICE=URL`, where all that libpq accepts is a URL.
        live: read the databases whose environment variables the settings name, too.
        verify: run the DDL on a throw-away PostgreSQL, and judge what its catalog has where that is not what was read.
        postgres_bin: folder with the programs of the PostgreSQL to use for that; else the installed wheel's or system's.
        sample: look at so many values of each sensitive column of these databases; they never leave the process.
        inventory: let the report have every service's tables, columns and foreign keys.
        use_baseline: mark the findings that the baseline accepts, if there is one. Without it the findings have the
            hashes of their objects, from which a baseline can be made.

    Raises:
        AzoraAuditError: settings, rules or databases that make no sense, or a path without any schema.
        BaselineError: the baseline cannot be read.
        ServerError: there is no PostgreSQL to verify with, or it does not start.
    """
    from azora_audit.checking.run import Run, check_fleet
    from azora_audit.folders import cache_folder

    root = Path(path)
    folder = cache_folder() if use_cache else None
    settings = chosen_settings(root, settings_file, folder)
    baseline = baseline_of(root, settings) if use_baseline else None
    fleet = found_fleet(root, settings, databases, live=live, sample=sample)
    choice = choice_of(
        settings,
        root,
        terms_of(settings, fleet.root, object_hashes=baseline is not None or not use_baseline),
        profile=profile,
        select=select,
        ignore=ignore,
        checklists=checklists,
    )
    run = Run(
        choice=choice,
        cache=folder,
        processes=processes or os.cpu_count() or 1,
        progress=progress,
        verify=_verify(postgres_bin) if verify else None,
        inventory=inventory,
    )
    with placed_choices(settings):
        report = check_fleet(fleet, run)
    report = report._replace(checklist=_kept_items(report.checklist, settings))
    if baseline is not None or settings.allow:
        from azora_audit.api.silencing import silenced

        report = silenced(report, choice, settings, baseline, root, fleet)
    return Checked(report, fleet.root, fail_on or settings.fail_on, choice.rule_folders)


def _kept_items(items: tuple[ChecklistItem, ...], settings: Settings) -> tuple[ChecklistItem, ...]:
    """Return the items that the settings do not skip.

    Raises:
        SettingsError: they skip what no chosen checklist has.
    """
    known = {item.item for item in items}
    source = settings.source
    for name in settings.skipped_items:
        if name not in known:
            raise SettingsError(
                f"checklist.skip: no chosen checklist has an item {name}.",
                help=did_you_mean(name, known),
                path=str(source.path) if source else None,
                line=source.line(("checklist", "skip")) if source else None,
            )
    return tuple(item for item in items if item.item not in settings.skipped_items)


def _verify(postgres_bin: str | os.PathLike[str] | None) -> Verify:
    """Return the PostgreSQL to verify with."""
    from azora_audit.checking.run import Verify
    from azora_audit.sources.live import binaries

    return Verify(None if postgres_bin is None else str(postgres_bin), binaries.find(postgres_bin).label)
