"""`fix`: edits of schema.prisma and new migrations that mend findings, tried before they are shown."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.api.common import choice_of, chosen_settings, found_fleet, need, silent, terms_of
from azora_audit.api.rules import resolved_rules, rulebook_of
from azora_audit.errors import AzoraAuditError
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azora_audit.findings import Finding, Fix
    from azora_audit.fixes import FixReport
    from azora_audit.sources.sandbox import Sandbox


class Mended(NamedTuple):
    """What mends a fleet, and the folder that its paths are relative to."""

    report: FixReport
    root: Path


def fix(
    path: str | os.PathLike[str] = ".",
    *,
    settings_file: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    rules: Iterable[str] = (),
    unsafe: Iterable[str] = (),
    tried: bool = True,
    postgres_bin: str | os.PathLike[str] | None = None,
) -> Mended:
    """Return the changes that mend the findings at a path; `write_changes` makes them.

    Args:
        path: a fleet's root, a service's folder, a schema.prisma or an SQL file.
        settings_file: settings to use instead of those found at the path or above it.
        profile: profile instead of the settings'.
        rules: names of the rules whose findings are mended; all by default.
        unsafe: names of rules whose fixes are made although they are unsafe.
        tried: run new migrations on a throw-away PostgreSQL whose tables hold rows, and leave out what it refuses.
        postgres_bin: folder with the programs of the PostgreSQL to start; else the installed wheel's or system's.

    Raises:
        AzoraAuditError: settings or rules that make no sense, or a path without any schema.
        ServerError: there is no PostgreSQL to try migrations on, or it does not start.
    """
    from azora_audit.checking.run import Run
    from azora_audit.folders import cache_folder

    folder = cache_folder()
    root = Path(path)
    settings = chosen_settings(root, settings_file, folder)
    fleet = found_fleet(root, settings, (), live=False, sample=0)
    choice = choice_of(settings, root, terms_of(settings, fleet.root), profile=profile)
    from azora_audit.fixing.run import Wanted, fix_fleet

    rulebook = rulebook_of(choice.rule_folders)
    chosen, allowed = resolved_rules(rulebook, rules), resolved_rules(rulebook, unsafe)
    run = Run(choice=choice, cache=folder, processes=os.cpu_count() or 1, progress=silent)
    now = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d%H%M%S")
    wanted = Wanted(_reason(chosen, allowed), _sandbox(postgres_bin) if tried else None, now)
    return Mended(fix_fleet(fleet, run, wanted), fleet.root)


def _reason(chosen: frozenset[str], allowed: frozenset[str]) -> Callable[[Finding, Fix], str | None]:
    """Return what says why a fix is not to be made."""

    def reason(finding: Finding, fix: Fix) -> str | None:
        if chosen and finding.rule not in chosen | allowed:
            return None
        if fix.safety == "unsafe" and finding.rule not in allowed:
            return f"unsafe: {fix.why} (--unsafe {finding.rule} makes it)"
        return ""

    return reason


def _sandbox(postgres_bin: str | os.PathLike[str] | None) -> Callable[[], Sandbox]:
    def sandbox() -> Sandbox:
        need(
            "psycopg",
            "trying migrations needs psycopg",
            "pip install 'azora-audit[prove]', or give --untried.",
        )
        from azora_audit.sources.sandbox import Sandbox

        return Sandbox(postgres_bin)

    return sandbox


def write_changes(mended: Mended) -> None:
    """Write the files that a fix changes, each whole or not at all.

    Raises:
        AzoraAuditError: a file is no longer as it was, or cannot be written; those before it are written.
    """
    for change in mended.report.changes:
        target = mended.root / change.path
        partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
        try:
            if (target.read_bytes().decode("utf-8") if target.exists() else None) != change.before:
                raise AzoraAuditError(
                    "The file has changed meanwhile.", help="Run the command again.", path=change.path
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(change.after.encode("utf-8"))
            if change.before is not None:
                partial.chmod(target.stat().st_mode & 0o777)
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise AzoraAuditError(
                f"The file cannot be written: {error.strerror}.", path=change.path
            ) from error
