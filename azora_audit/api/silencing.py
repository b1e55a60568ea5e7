"""What the baseline and the settings' allowances do to a report, and what is to be said of those that do nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from azora_audit.api.accepting import is_whole, run_of
from azora_audit.errors import SettingsError
from azora_audit.findings import FLEET
from azora_audit.settings import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.api.accepting import Baseline
    from azora_audit.checking.baseline import Entry
    from azora_audit.checking.choice import Choice
    from azora_audit.checking.closing import Idle
    from azora_audit.findings import Report
    from azora_audit.settings import Settings
    from azora_audit.sources.found import Fleet


def silenced(
    report: Report, choice: Choice, settings: Settings, baseline: Baseline | None, root: Path, fleet: Fleet
) -> Report:
    """Return a report with the baseline applied, and with findings about entries and allowances that do nothing.

    Raises:
        SettingsError: an allowance names a service that is not there.
    """
    whole = is_whole(root, settings)
    if whole:
        _check_services(settings, fleet)
    unmatched: list[Entry] = []
    if baseline is not None:
        from azora_audit.checking.baseline import apply_baseline

        applied = apply_baseline(report, baseline.entries, run_of(root, settings))
        report, unmatched = applied.report, applied.unmatched
    idle = _idle(report, choice, settings, fleet.root, whole=whole) if settings.allow else []
    if not unmatched and not idle:
        return report
    from azora_audit.checking.closing import close

    shown = "" if baseline is None else _shown(baseline.path, fleet.root)
    return close(report, choice, (unmatched, shown), idle)


def _check_services(settings: Settings, fleet: Fleet) -> None:
    known = {FLEET, *settings.expected, *(service.name for service in settings.services)}
    known.update(service.name for service in fleet.services)
    known.update(service.name for service in fleet.expected)
    for number, allowance in enumerate(settings.allow):
        for name in allowance.services:
            if name not in known:
                source = settings.source
                raise SettingsError(
                    f"allow[{number}].service: there is no service {name}.",
                    help=did_you_mean(name, known),
                    path=str(source.path) if source else None,
                    line=source.line(("allow", number, "service")) if source else None,
                )


def _idle(report: Report, choice: Choice, settings: Settings, root: Path, *, whole: bool) -> list[Idle]:
    """Return the allowances that allow nothing, or no longer.

    A run on a part of the fleet tells nothing of one that is not for services of this part.
    """
    from azora_audit.checking.closing import Idle

    source = settings.source
    shown = _shown(source.path, root) if source else ""
    found = []
    for number, allowance in enumerate(choice.terms.allowances):
        line = (source.line(("allow", number)) if source else None) or 1
        if allowance.until is not None and allowance.until < choice.terms.today:
            found.append(Idle(allowance, "expired", shown, line))
        elif report.allowance_uses[number] == "unused" and (whole or allowance.services):
            found.append(Idle(allowance, "unused", shown, line))
    return found


def _shown(path: Path, root: Path) -> str:
    """Return a path as findings have it: relative to the fleet's root."""
    return os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
