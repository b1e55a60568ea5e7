"""A proof as JUnit XML: a test suite per service, a test case per obligation.

Promises of names are no test cases: nothing is declared that could fail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from azora_audit.proof import FAILED, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proof import Proof, ProofReport, ServiceProofs

_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2)."""


def render_proof_junit(report: ProofReport) -> Iterator[bytes]:
    """Yield the document in pieces."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="azora-audit prove">\n'
    for service in report.proofs:
        yield from _suite(service)
    if report.problems:
        yield f'<testsuite name="problems" tests="{len(report.problems)}" errors="{len(report.problems)}">\n'.encode()
        for problem in report.problems:
            name = f"{problem.service} {problem.path}:{problem.line}" if problem.path else problem.service
            yield (
                f"<testcase classname={_attribute(problem.kind)} name={_attribute(name or problem.kind)}>"
                f"<error message={_attribute(problem.message)}/></testcase>\n"
            ).encode()
        yield b"</testsuite>\n"
    yield b"</testsuites>\n"


def _suite(service: ServiceProofs) -> Iterator[bytes]:
    verdicts = [proof.verdict for proof in service.proofs]
    bad = sum(verdict in FAILED for verdict in verdicts)
    skipped = sum(verdict in OPEN for verdict in verdicts)
    name = _attribute(service.service)
    yield (
        f'<testsuite name={name} tests="{len(verdicts)}" failures="{bad}" errors="0" skipped="{skipped}">\n'
    ).encode()
    for proof in service.proofs:
        yield _case(proof).encode()
    yield b"</testsuite>\n"


def _case(proof: Proof) -> str:
    obligation = proof.obligation
    start = (
        f"<testcase classname={_attribute(f'{obligation.service}.{obligation.table}')}"
        f" name={_attribute(obligation.id)}"
    )
    message = _attribute(f"{obligation.sentence}: {proof.evidence}")
    if proof.verdict in FAILED:
        text = escape(_NO_XML.sub("\ufffd", proof.sql))
        return f'{start}><failure type="{proof.verdict}" message={message}>{text}</failure></testcase>\n'
    if proof.verdict in OPEN:
        return f"{start}><skipped message={message}/></testcase>\n"
    return f"{start}/>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))
