"""A pytest plugin: a test for each rule of each service, and for each obligation of a schema.

Run `pytest -p azora_audit.pytest_plugin --azora-audit-check PATH --azora-audit-prove PATH`, or name the paths in pytest's
settings as `azora_audit_check` and `azora_audit_prove`. What cannot be read or run is a test that fails; a rule that
could not be judged and an obligation that was not reached are skipped with their reasons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.findings import SEVERITIES
from azora_audit.proof import FAILED, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from azora_audit.findings import Finding, Problem
    from azora_audit.proof import Proof

CHECK = "azora_audit_check"
PROVE = "azora_audit_prove"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the schemas be named on the command line or in the settings."""
    group = parser.getgroup("azora-audit")
    for option, help_text in (
        (CHECK, "check the fleet at this path: one test for each rule of each service"),
        (PROVE, "prove the schema at this path: one test for each obligation"),
    ):
        parser.addini(option, help_text, default="")
        group.addoption(f"--{option.replace('_', '-')}", dest=option, metavar="PATH", help=help_text)


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Check and prove what is named, and add a test for each rule and each obligation."""
    for option, collect in ((CHECK, _checked), (PROVE, _proven)):
        path = config.getoption(option) or config.getini(option)
        if path:
            items.extend(collect(session, config.rootpath / str(path)))


def _checked(session: pytest.Session, path: Path) -> Iterator[pytest.Item]:
    from azora_audit import api  # noqa: PLC0415 -- nothing of it is needed where no schema is named

    checked = api.check(path)
    report = checked.report
    failing = SEVERITIES[SEVERITIES.index(checked.fail_on) :] if checked.fail_on in SEVERITIES else ()
    for problem in report.problems:
        yield ProblemItem.from_parent(session, problem=problem)
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        if finding.status == "new" and finding.severity in failing:
            found.setdefault((finding.service, finding.rule), []).append(finding)
    reasons = {(entry.service, entry.rule): entry.reason for entry in report.not_judged}
    named = [service.name for service in report.services]
    for service in dict.fromkeys([*named, *(service for service, _ in (*found, *reasons))]):
        of_service = [rule for name, rule in (*found, *reasons) if name == service]
        for rule in dict.fromkeys([*report.rules, *of_service] if service in named else of_service):
            yield RuleItem.from_parent(
                session,
                service=service,
                rule=rule,
                findings=found.get((service, rule), []),
                reason=reasons.get((service, rule), ""),
            )


def _proven(session: pytest.Session, path: Path) -> Iterator[pytest.Item]:
    from azora_audit import api  # noqa: PLC0415 -- as above

    report = api.prove(path).report
    for problem in report.problems:
        yield ProblemItem.from_parent(session, problem=problem)
    for service in report.proofs:
        for proof in service.proofs:
            yield ProofItem.from_parent(session, proof=proof)


class NotSound(Exception):  # noqa: N818 -- what the test says, not a fault of the test
    """A rule that is broken, an obligation that is not kept, or a schema that could not be read whole."""


class _Item(pytest.Item):
    """A test whose failure is told in its own words."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any) -> Any:
        """Show the message alone: a traceback through the plugin says nothing."""
        if isinstance(excinfo.value, NotSound):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *arguments)

    def reportinfo(self) -> tuple[str, None, str]:
        """Name the test in the headings of failures."""
        return "azora-audit", None, self.name


class ProblemItem(_Item):
    """What could not be read or run: nothing is proven about it."""

    def __init__(self, *, problem: Problem, **keywords: Any) -> None:
        """Name it by service and kind."""
        super().__init__(name=f"{problem.service or 'fleet'}::{problem.kind}", **keywords)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the problem's message and place."""
        place = f"{self.problem.path}:{self.problem.line}: " if self.problem.path else ""
        raise NotSound(f"{place}{self.problem.message}")


class RuleItem(_Item):
    """One rule in one service."""

    def __init__(
        self, *, service: str, rule: str, findings: list[Finding], reason: str, **keywords: Any
    ) -> None:
        """Name it by service and rule."""
        super().__init__(name=f"{service or 'fleet'}::{rule}", **keywords)
        self.findings = findings
        self.reason = reason

    def runtest(self) -> None:
        """Fail with a line for each finding, or skip with the reason why nothing is known."""
        if self.findings:
            raise NotSound("\n".join(_line(finding) for finding in self.findings))
        if self.reason:
            pytest.skip(f"not judged: {self.reason}")


def _line(finding: Finding) -> str:
    place = finding.places[0] if finding.places else None
    where = f"{place.path}:{place.line}: " if place else ""
    return f"{where}{finding.severity}: {finding.message}\n  {finding.help}"


class ProofItem(_Item):
    """One obligation."""

    def __init__(self, *, proof: Proof, **keywords: Any) -> None:
        """Name it by service and obligation."""
        super().__init__(name=f"{proof.obligation.service}::{proof.obligation.id}", **keywords)
        self.proof = proof

    def runtest(self) -> None:
        """Fail with the script that shows it, or skip with the reason why nothing is known."""
        if self.proof.verdict in FAILED:
            sentence, evidence = self.proof.obligation.sentence, self.proof.evidence
            raise NotSound(f"{self.proof.verdict}: {sentence}: {evidence}\n{self.proof.sql}")
        if self.proof.verdict in OPEN:
            pytest.skip(f"{self.proof.verdict}: {self.proof.evidence}")
