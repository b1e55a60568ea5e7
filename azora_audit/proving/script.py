"""Failures as scripts to paste into psql: as few statements as show them, and nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.proving.behaviour import MAKE_READER
from azora_audit.proving.session import READER, Probe, Session
from azora_audit.proving.trial import judge

if TYPE_CHECKING:
    from azora_audit.proving.bench import Bench
    from azora_audit.proving.trial import Finding, Trial


def script(sentence: str, evidence: str, probe: Probe) -> str:
    """Return a probe as a script to paste into psql, which shows what happens and changes nothing."""
    lines = [*_comment(sentence), *_comment(evidence), "BEGIN;"]
    if any(READER in statement for statement in probe.before) and MAKE_READER not in probe.before:
        # on our own server the role is there; in the session of whoever runs the script it is not
        lines.append(f"{MAKE_READER};")
    lines += [f"{statement};" for statement in probe.before]
    lines += ["-- the statement in question:", f"{probe.sql};", "SET CONSTRAINTS ALL IMMEDIATE;"]
    if probe.after:
        lines += ["-- has to be true:", f"{probe.after};"]
    return "\n".join([*lines, "ROLLBACK;"]) + "\n"


def _comment(text: str) -> list[str]:
    return [f"-- {line}" for line in text.splitlines()]


def smallest(session: Session, bench: Bench, trial: Trial, found: Finding) -> Probe:
    """Return the probe of a finding with those rows of its table's parents before it without which it does not show."""
    assert found.probe is not None  # noqa: S101 -- only what failed is made smaller
    probe = found.probe
    before = [statement for _, statement in bench.setup()]

    def shows(statements: list[str]) -> bool:
        tried = probe._replace(before=(*statements, *probe.before))
        with session.connection.transaction(force_rollback=True):
            again = judge(trial._replace(probes=(tried,)), session.run([tried]))
        return again.verdict == found.verdict and again.evidence == found.evidence

    for index in reversed(range(len(before))):
        fewer = before[:index] + before[index + 1 :]
        if shows(fewer):
            before = fewer
    return probe._replace(before=(*before, *probe.before))
