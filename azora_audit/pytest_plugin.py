"""A pytest plugin: one test for each obligation of a schema.

Run `pytest -p azora_audit.pytest_plugin --azora-audit-prove PATH`, or name the path in pytest's settings as
`azora_audit_prove`. What cannot be read or run is a test that fails; an obligation that was not reached is skipped with
its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.proof import FAILED, OPEN

if TYPE_CHECKING:
    from azora_audit.findings import Problem
    from azora_audit.proof import Proof

OPTION = "azora_audit_prove"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the schema be named on the command line or in the settings."""
    help_text = "prove the schema at this path: one test for each obligation"
    parser.addini(OPTION, help_text, default="")
    parser.getgroup("azora-audit").addoption(
        "--azora-audit-prove", dest=OPTION, metavar="PATH", help=help_text
    )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Prove the schema and add a test for each of its obligations."""
    path = config.getoption(OPTION) or config.getini(OPTION)
    if not path:
        return
    from azora_audit import api  # noqa: PLC0415 -- nothing of it is needed where no schema is named

    report = api.prove(config.rootpath / str(path)).report
    items.extend(ProblemItem.from_parent(session, problem=problem) for problem in report.problems)
    items.extend(
        ProofItem.from_parent(session, proof=proof) for service in report.proofs for proof in service.proofs
    )


class Unproven(Exception):  # noqa: N818 -- what the test says, not a fault of the test
    """An obligation that the database does not keep, or a schema that could not be read whole."""


class _Item(pytest.Item):
    """A test whose failure is told in its own words."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any) -> Any:
        """Show the message alone: a traceback through the plugin says nothing."""
        if isinstance(excinfo.value, Unproven):
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
        raise Unproven(f"{place}{self.problem.message}")


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
            raise Unproven(f"{self.proof.verdict}: {sentence}: {evidence}\n{self.proof.sql}")
        if self.proof.verdict in OPEN:
            pytest.skip(f"{self.proof.verdict}: {self.proof.evidence}")
