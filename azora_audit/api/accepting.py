"""`baseline`: accept the findings of today, so that only new ones fail a run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azora_audit.api.common import chosen_settings, rule_folders_of, today
from azora_audit.errors import BaselineError
from azora_audit.records import NamedTuple
from azora_audit.settings import BASELINE_NAME

if TYPE_CHECKING:
    from azora_audit.checking.baseline import Entry, Run
    from azora_audit.findings import Problem
    from azora_audit.settings import Settings


class Baselined(NamedTuple):
    """What became of a baseline: its file, and how many findings it accepts, accepted just now, and let go.

    `unmatched` are the entries that match nothing any more and were kept. `problems` is what was not read or understood,
    which no baseline accepts.
    """

    path: Path
    accepted: int
    added: int
    dropped: int
    unmatched: int
    problems: tuple[Problem, ...]


def baseline(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    prune: bool = False,
    reason: str = "",
    until: str | None = None,
    **options: Any,
) -> Baselined:
    """Write the baseline of the fleet at a path: all findings that nothing allows are accepted from now on.

    Findings of services, rules and databases that this run does not judge stay as they are in the file.

    Args:
        path: as for `check`.
        settings_file: settings to use instead of those found at the path or above it.
        prune: accept nothing, and drop the entries that no longer match a finding.
        reason: why they are accepted, for every report.
        until: ISO date after which they are new again.
        options: other arguments of `check`.

    Raises:
        BaselineError: the file cannot be written, or there is one that cannot be read; or a date that is none.
        AzoraAuditError: as `check`.
    """
    from azora_audit.api.checking import check
    from azora_audit.catalog.annotations import is_date
    from azora_audit.checking.baseline import accept, apply_baseline
    from azora_audit.checking.baseline_file import dump_baseline, read_baseline

    if until is not None and not is_date(until):
        raise BaselineError(f"{until} is no date.", help="Write it as 2027-01-31.")
    root = Path(path)
    settings = chosen_settings(root, settings_file, None)
    target = baseline_path(root, settings)
    if prune and not target.exists():
        raise BaselineError(
            "There is no baseline.", help="Write one with `azora-audit baseline`.", path=str(target)
        )
    before = read_baseline(target) if target.exists() else []
    checked = check(path, settings_file=settings_file, use_baseline=False, **options)
    applied = apply_baseline(checked.report, before, run_of(root, settings))
    if prune:
        entries, added, unmatched = applied.kept, 0, 0
    else:
        entries, added = accept(applied.report, [*applied.kept, *applied.unmatched], reason, until)
        unmatched = len(applied.unmatched)
    _write(target, dump_baseline(entries))
    accepted = sum(entry.findings for entry in entries)
    dropped = max(0, sum(entry.findings for entry in before) + added - accepted)
    return Baselined(target, accepted, added, dropped, unmatched, checked.report.problems)


def baseline_path(root: Path, settings: Settings) -> Path:
    """Return the file of a fleet's baseline: the settings', or the usual one beside the settings or at the root."""
    folder = settings.folder or (root if root.is_dir() else root.parent)
    return folder / (settings.baseline or BASELINE_NAME)


class Baseline(NamedTuple):
    """A baseline's file and its entries."""

    path: Path
    entries: list[Entry]


def baseline_of(root: Path, settings: Settings) -> Baseline | None:
    """Read the baseline, None if there is none; one that the settings name must be there.

    Raises:
        BaselineError: it cannot be read.
    """
    path = baseline_path(root, settings)
    if settings.baseline is None and not path.exists():
        return None
    from azora_audit.checking.baseline_file import read_baseline

    return Baseline(path, read_baseline(path))


def is_whole(root: Path, settings: Settings) -> bool:
    """Tell whether a run on this path is of all that the settings speak of."""
    return root.is_dir() and os.path.realpath(root) == os.path.realpath(settings.folder or root)


def run_of(root: Path, settings: Settings) -> Run:
    """Return what a run on a path can tell about entries of a baseline."""
    from azora_audit.checking.baseline import Run

    def names() -> frozenset[str]:
        from azora_audit.api.rules import rulebook_of
        from azora_audit.rulebook.select import all_names

        return all_names(rulebook_of(rule_folders_of(settings, root)))

    return Run(today(), is_whole(root, settings), names)


def _write(target: Path, content: bytes) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise BaselineError(f"The baseline cannot be written: {error.strerror}.", path=str(target)) from error
