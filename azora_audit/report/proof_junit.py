"""A proof as JUnit XML: a test suite per service, a test case per obligation.

Promises of names are no test cases: nothing is declared that could fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.proof import FAILED, OPEN
from azora_audit.report.junit import problem_cases
from azora_audit.report.xml import DECLARATION, element, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.proof import Proof, ProofReport, ServiceProofs


def render_proof_junit(report: ProofReport) -> Iterator[bytes]:
    """Yield the document in pieces."""
    yield DECLARATION + b'<testsuites name="azora-audit prove">\n'
    for service in report.proofs:
        yield from _suite(service)
    if report.problems:
        count = len(report.problems)
        yield (
            start("testsuite", {"name": "problems", "tests": count, "failures": 0, "errors": count}).encode()
            + b"\n"
        )
        yield from problem_cases(report.problems)
        yield b"</testsuite>\n"
    yield b"</testsuites>\n"


def _suite(service: ServiceProofs) -> Iterator[bytes]:
    verdicts = [proof.verdict for proof in service.proofs]
    counts = {
        "name": service.service,
        "tests": len(verdicts),
        "failures": sum(verdict in FAILED for verdict in verdicts),
        "errors": 0,
        "skipped": sum(verdict in OPEN for verdict in verdicts),
    }
    yield start("testsuite", counts).encode() + b"\n"
    for proof in service.proofs:
        yield _case(proof).encode()
    yield b"</testsuite>\n"


def _case(proof: Proof) -> str:
    obligation = proof.obligation
    named = {"classname": f"{obligation.service}.{obligation.table}", "name": obligation.id}
    message = f"{obligation.sentence}: {proof.evidence}"
    if proof.verdict in FAILED:
        failure = element("failure", {"type": proof.verdict, "message": message}, proof.sql)
        return f"{start('testcase', named)}{failure}</testcase>\n"
    if proof.verdict in OPEN:
        return f"{start('testcase', named)}{element('skipped', {'message': message})}</testcase>\n"
    return f"{element('testcase', named)}\n"
