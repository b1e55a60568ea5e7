"""`azora-audit check`, whoever read its options."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from azora_audit.cli.output import leave, shown_errors
from azora_audit.cli.reports import TEXT, write_reports

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from azora_audit.cli.reports import Outputs


def run_check(
    path: Path,
    outputs: Outputs = TEXT,
    *,
    databases: Iterable[str] = (),
    live: bool = False,
    verify: bool = False,
    postgres_bin: Path | None = None,
    sample: int = 0,
    settings_file: Path | None = None,
    profile: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    checklists: Iterable[str] = (),
    fail_on: str | None = None,
    inventory: bool = False,
    group_by: str = "rule",
    limit: int | None = 3,
    quiet: bool = False,
    use_cache: bool = True,
    use_baseline: bool = True,
    processes: int | None = None,
) -> NoReturn:
    """Check the fleet at a path, write the reports and leave; the defaults are those of the options."""
    from azora_audit import api
    from azora_audit.report.outcome import exit_code
    from azora_audit.report.progress import Progress

    with shown_errors(), Progress(sys.stderr, os.environ, quiet=quiet) as progress:
        checked = api.check(
            path,
            databases=databases,
            live=live,
            verify=verify,
            postgres_bin=postgres_bin,
            sample=sample,
            settings_file=settings_file,
            profile=profile,
            select=select,
            ignore=ignore,
            checklists=checklists,
            fail_on=fail_on,
            inventory=inventory,
            use_cache=use_cache,
            use_baseline=use_baseline,
            processes=processes,
            progress=progress.update,
        )
    write_reports(
        checked.report,
        outputs,
        root=checked.root,
        rules=lambda: api.rule_pages(checked.rule_folders),
        fail_on=checked.fail_on,
        limit=limit,
        group_by=group_by,
        quiet=quiet,
    )
    leave(exit_code(checked.report, checked.fail_on))
