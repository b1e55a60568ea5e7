"""A proof for a terminal: what failed, each with a script to paste, then a line for each service, then what stayed open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.proof import FAILED
from azora_audit.report.closing_text import problems_section
from azora_audit.report.finding_text import Desk, counted
from azora_audit.report.outcome import exit_code
from azora_audit.report.proof_erasure import erasure_section
from azora_audit.report.proof_outcome import as_report, counts, failed
from azora_audit.report.proof_radius import radius_section
from azora_audit.report.replay_text import again, replayed_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proof import MutationSummary, Obligation, Proof, ProofReport, ServiceProofs
    from azora_audit.report.terminal import Terminal

ALL = "azora-audit prove --all"


def render_proof_text(
    report: ProofReport, *, limit: int | None, fail_on: str, terminal: Terminal
) -> Iterator[str]:
    """Yield the lines of the report; of failures, open obligations and survivors at most `limit` a service are shown."""
    desk = Desk(terminal, lambda _path: None)
    for service in report.proofs:
        if service.promises:
            yield from _promises(service, limit, desk, saved=bool(report.saved) and not report.unsaved)
    for service in report.proofs:
        if failed(service):
            yield from _failures(service, limit, desk, saved=bool(report.saved) and not report.unsaved)
    yield from radius_section(report, limit, ALL, desk)
    yield from erasure_section(report, limit, ALL, desk)
    yield from replayed_section(report, limit, desk)
    yield from _services(report, desk)
    yield from _open(report, limit, desk)
    yield from _mutations(report.mutations, limit, desk)
    yield from problems_section(report.problems, limit, ALL, desk)
    yield from _summary(report, fail_on, desk)


def render_obligations(obligations: list[Obligation], terminal: Terminal) -> Iterator[str]:
    """Yield the numbered list of what has to be proven."""
    for number, obligation in enumerate(obligations, 1):
        text = f"{obligation.service} {obligation.id}: {obligation.sentence}"
        yield f"{number:>6} {terminal.seen(' '.join(text.split()))}"


def _failures(service: ServiceProofs, limit: int | None, desk: Desk, *, saved: bool) -> Iterator[str]:
    found = failed(service)
    name = desk.seen(service.service)
    yield desk.heading(name, desk.terminal.paint("strong", name), counted(len(found), "failed obligation"))
    yield ""
    for proof in found[:limit]:
        yield from _failure(proof, desk, saved=saved)
    if limit is not None and len(found) > limit:
        text = f"{len(found) - limit:,} more: {ALL}"
        yield from desk.paragraph(desk.terminal.glyphs.ellipsis, text, 2, "strong")
        yield ""


def _failure(proof: Proof, desk: Desk, *, saved: bool) -> Iterator[str]:
    obligation = proof.obligation
    text = (
        f"{obligation.table}: {obligation.kind} {obligation.subject} {obligation.sentence}: {proof.evidence}"
    )
    yield from desk.paragraph(f"{proof.verdict}:", " ".join(text.split()), 2, "error")
    yield from _code(proof.sql, desk)
    if saved and proof.sql and proof.counterexample:
        yield from again(proof.counterexample, desk)
    yield ""


def _promises(service: ServiceProofs, limit: int | None, desk: Desk, *, saved: bool) -> Iterator[str]:
    """Yield what names promise and the database does not keep, with what closes it."""
    name = desk.seen(service.service)
    count = counted(len(service.promises), "promise")
    yield desk.heading(name, desk.terminal.paint("strong", name), f"{count} of names not kept")
    yield ""
    for promise in service.promises[:limit]:
        text = f"{promise.table}: {promise.sentence}, but {promise.evidence} ({promise.precision} precision)"
        yield from desk.paragraph(f"{promise.kind}:", text, 2, "warning")
        yield from _code(promise.sql, desk)
        if saved:
            yield from again(promise.counterexample, desk)
        if promise.fix:
            yield from desk.paragraph(
                "fix:", "closes it, tried with that row and with good ones", 4, "strong"
            )
            yield from _code(promise.fix, desk)
        yield ""
    if limit is not None and len(service.promises) > limit:
        text = f"{len(service.promises) - limit:,} more: {ALL}"
        yield from desk.paragraph(desk.terminal.glyphs.ellipsis, text, 2, "strong")
        yield ""


def _code(text: str, desk: Desk) -> Iterator[str]:
    for line in text.splitlines():
        yield f"      {desk.terminal.paint('code', desk.seen(line))}"


def _services(report: ProofReport, desk: Desk) -> Iterator[str]:
    if not report.proofs:
        return
    total = sum(len(service.proofs) for service in report.proofs)
    yield desk.heading("Proven", desk.terminal.paint("strong", "Proven"), counted(total, "obligation"))
    yield ""
    width = max(len(desk.seen(service.service)) for service in report.proofs)
    glyphs = desk.terminal.glyphs
    for service in report.proofs:
        found = counts(service)
        good = found["enforced"] + found["enforced-by-other"]
        bad = sum(found[verdict] for verdict in FAILED)
        mark, role = (
            (glyphs.met, "good")
            if good == len(service.proofs) and service.complete
            else (glyphs.unknown, "strong")
        )
        if bad:
            mark, role = glyphs.not_met, "error"
        others = [f"{count:,} {verdict}" for verdict, count in sorted(found.items()) if verdict != "enforced"]
        text = f"{found['enforced']:,} of {len(service.proofs):,} enforced"
        rest = "".join(f", {other}" for other in others) + ("" if service.complete else ", not complete")
        name = desk.seen(service.service).ljust(width)
        yield f"  {desk.terminal.paint(role, mark)} {name}  {text}{rest}"
    yield ""


def _open(report: ProofReport, limit: int | None, desk: Desk) -> Iterator[str]:
    """Yield why obligations stayed open, reasons that many have in common once."""
    rows = [proof for service in report.proofs for proof in service.proofs if proof.verdict == "unreached"]
    if not rows:
        return
    title = "Not reached"
    yield desk.heading(title, desk.terminal.paint("strong", title), counted(len(rows), "obligation"))
    yield ""
    reasons = Counter(proof.evidence for proof in rows)
    for reason, count in reasons.most_common(limit):
        first = next(proof for proof in rows if proof.evidence == reason).obligation
        more = f" and {count - 1:,} more" if count > 1 else ""
        yield from desk.paragraph(f"{first.service} {first.id}{more}:", reason, 2, "strong")
    if limit is not None and len(reasons) > limit:
        yield from desk.paragraph(
            desk.terminal.glyphs.ellipsis, f"{len(reasons) - limit:,} more reasons: {ALL}", 2, "strong"
        )
    yield ""


def _mutations(rows: tuple[MutationSummary, ...], limit: int | None, desk: Desk) -> Iterator[str]:
    if not rows:
        return
    mutants, survived = sum(row.mutants for row in rows), sum(row.survived for row in rows)
    title = "Mutants of the schema"
    yield desk.heading(
        title, desk.terminal.paint("strong", title), f"{mutants - survived:,} of {mutants:,} noticed"
    )
    yield ""
    for row in rows:
        for survivor in row.survivors[:limit]:
            yield from desk.paragraph(f"{row.service}: not noticed:", survivor, 2, "strong")
        if limit is not None and len(row.survivors) > limit:
            text = f"{len(row.survivors) - limit:,} more in {row.service}: {ALL}"
            yield from desk.paragraph(desk.terminal.glyphs.ellipsis, text, 2, "strong")
    yield ""


def _summary(report: ProofReport, fail_on: str, desk: Desk) -> Iterator[str]:
    proofs = [proof for service in report.proofs for proof in service.proofs]
    bad = sum(proof.verdict in FAILED for proof in proofs)
    tables = sum(service.tables for service in report.proofs)
    probes = sum(proof.probes for proof in proofs)
    code = exit_code(as_report(report), fail_on)
    glyphs = desk.terminal.glyphs
    scope = f"{counted(len(report.proofs), 'service')}, {counted(tables, 'table')}"
    text = f"{counted(bad, 'failure') if bad else 'No failures'} in {counted(len(proofs), 'obligation')} of {scope}"
    promises = sum(len(service.promises) for service in report.proofs)
    text += f", {counted(promises, 'promise')} of names not kept" if promises else ""
    drawn = sum(service.drawn for service in report.proofs)
    rows = f"{counted(drawn, 'row')} drawn, " if drawn else ""
    text += f" ({counted(probes, 'probe')}, {rows}seed {report.seed})."
    yield from desk.paragraph(
        glyphs.met if code == 0 else glyphs.not_met, text, 0, "good" if code == 0 else "error"
    )
    reason = "every obligation that was reached is kept."
    if report.problems:
        reason = f"{counted(len(report.problems), 'problem')}, so not everything was proven."
    elif code:
        declared = "the database does not do what is declared."
        reason = declared if bad else "the database does not keep what names promise."
    yield from desk.paragraph(f"Exit code {code}:", reason, 0, "strong")
