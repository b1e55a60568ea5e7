"""Reports made of texts that try to get out of wherever they are shown."""

from __future__ import annotations

from azora_audit.findings import (
    ChecklistItem,
    Difference,
    Finding,
    Fix,
    NotJudged,
    Place,
    Problem,
    Report,
    ServiceSummary,
    SourceSummary,
    Verification,
)
from azora_audit.inventory import InventoryColumn, InventoryForeignKey, InventoryTable, ServiceInventory
from azora_audit.proof import (
    Clearing,
    Effect,
    Erasure,
    MutationSummary,
    Obligation,
    Promise,
    Proof,
    ProofReport,
    Radius,
    Remnant,
    Replayed,
    ServiceProofs,
    Step,
    Stop,
)

PAYLOADS = (
    *("</script><script>window.pwn=1</script>", "<!--<script>", "]]>", "\"' onmouseover=window.pwn=1 x='"),
    *("<img src=x onerror=window.pwn=1>", "<svg onload=window.pwn=1>", "javascript:window.pwn=1"),
    *(
        "JaVaScRiPt:window.pwn=1",
        "\x01javascript:window.pwn=1",
        "data:text/html,<script>window.pwn=1</script>",
    ),
    *("{{7*7}}", "{% raw %}", "${7*7}", "&lt;b&gt;", "a\u2028b\u2029c", "\x00", "\x0b", "\x1b[31m", "\ufffe"),
    *("\ud800", "\u202egnp.exe", "a\u200bb", "e\u0301", "\U0001f9ea\U0001f468\u200d\U0001f469", "x" * 10_000),
    *(
        "__proto__",
        "constructor",
        "toString",
        "q",
        "location",
        "service",
        "</style>",
        "</title>",
        "</textarea>",
    ),
    *("", " ", "a\nb", "A-b", "a b"),
)


def hostile(payloads: tuple[str, ...] = PAYLOADS) -> Report:
    """A report with each payload in every text that comes from a schema, a file's name or the settings."""
    return Report(
        services=tuple(
            ServiceSummary(text, text, (SourceSummary(text, text, 1, text),), 2) for text in payloads
        ),
        findings=tuple(finding(text, number) for number, text in enumerate(payloads)),
        checklist=tuple(
            ChecklistItem(name, text, text, text, "partial", text, 1, 3, 1, "not-met", text, (text,))
            for text in payloads
            for name in ("azora", text)
        ),
        not_judged=tuple(NotJudged(text, text, text) for text in payloads),
        problems=tuple(Problem(text, text, text, 1, 1, text, text) for text in payloads),
        rules_run=len(payloads),
        verifications=tuple(Verification(text, text, text, text) for text in payloads),
        differences=tuple(Difference(text, text, text, text, text, text, ()) for text in payloads),
        inventory=tuple(inventory(text) for text in payloads),
    )


def finding(text: str, number: int) -> Finding:
    place = Place(text, 1, 1, 1, 2)
    return Finding(
        rule=text,
        severity=("error", "warning", "note")[number % 3],
        precision="high",
        service=text,
        kind=text,
        entity=text,
        places=(place,),
        related=text,
        related_places=(place,),
        message=text,
        help=text,
        evidence={"sql": text},
        fix=Fix(text, text, "add-to-model", "unsafe", text),
        fingerprint=f"{number}{text}",
        status=("new", "accepted", "allowed")[number % 2],
        reason=text,
        controls=(text,),
    )


def inventory(text: str) -> ServiceInventory:
    column = InventoryColumn(text, text, True, text, "constant", 1, (text,), "", False)
    protected = column._replace(name=f"{text}2", protection=text)
    key = InventoryForeignKey(
        text, (text,), f"{text}.{text}", (text,), True, "cascade", "cascade", "none", emulated=True
    )
    table = InventoryTable(
        text, text, "ordinary", text, 1, "unknown", 0, text, 1, (column, protected), (key,)
    )
    return ServiceInventory(text, (text,), (table, table._replace(name=f"{text}2")))


def hostile_proof(payloads: tuple[str, ...] = PAYLOADS) -> ProofReport:
    """A proof with each payload in every text."""
    return ProofReport(
        services=tuple(ServiceSummary(text, text, (), 1) for text in payloads),
        proofs=tuple(_proofs(text) for text in payloads),
        problems=(),
        mutations=tuple(MutationSummary(text, 3, 1, 0, (text,)) for text in payloads),
        seed=1,
        interrupted=True,
        replayed=tuple(
            Replayed(text, text, text, text, text, text, text, text, text, text, "still-fails", text, text)
            for text in payloads
        ),
    )


def _proofs(text: str) -> ServiceProofs:
    obligation = Obligation(text, text, text, text, text, "refuse", text)
    proofs = tuple(Proof(obligation, verdict, text, text, 1) for verdict in ("not-enforced", "unreached"))
    promise = Promise(text, text, (text,), text, "high", text, text, text, text)
    effect = Effect(text, text, 2, 1, 1, 1, 1, 1, (text,))
    step = Step(text, text, text, text, 1, crossing=True)
    stop = Stop(text, text, text, text, (text,))
    radius = Radius(text, text, text, "removed", text, text, (stop,), (effect,), (step,), (text,))
    clearing = Clearing("delete", (text,), (text,), 1, text, text, text)
    remnant = Remnant(text, text, (text,), 1, text)
    erasure = Erasure(text, text, text, (clearing, clearing), stop, (remnant,))
    return ServiceProofs(text, 1, proofs, (promise,), complete=False, radii=(radius,), erasures=(erasure,))


def lines(path: str) -> list[str] | None:
    """The source of a file: the payload that its path is, between others."""
    return [path, *PAYLOADS[:3]]
