from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.findings import SEVERITIES, Problem, Report
from azora_audit.report.outcome import NEVER, STATUSES, exit_code
from tests.report.sample import finding

PROBLEM = Problem("syntax-error", "", "schema.sql", 1, 1, "It is not SQL.", "")


def report_of(*kinds: tuple[str, str], problems: tuple[Problem, ...] = ()) -> Report:
    found = tuple(finding("a-rule", severity=severity, status=status) for severity, status in kinds)
    return Report((), found, (), (), problems, 1)


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("note", "note", 1),
        ("note", "warning", 0),
        ("note", "error", 0),
        ("warning", "note", 1),
        ("warning", "warning", 1),
        ("warning", "error", 0),
        ("error", "note", 1),
        ("error", "warning", 1),
        ("error", "error", 1),
    ],
)
def test_new_findings_fail_from_their_severity_on(severity: str, fail_on: str, code: int) -> None:
    assert exit_code(report_of((severity, "new")), fail_on) == code


@pytest.mark.parametrize("status", ["accepted", "allowed"])
def test_silenced_findings_never_fail(status: str) -> None:
    assert exit_code(report_of(("error", status)), "note") == 0


@given(
    st.lists(st.tuples(st.sampled_from(SEVERITIES), st.sampled_from(STATUSES))), st.sampled_from(SEVERITIES)
)
def test_a_problem_always_makes_it_two(kinds: list[tuple[str, str]], fail_on: str) -> None:
    assert exit_code(report_of(*kinds, problems=(PROBLEM,)), fail_on) == 2


def test_an_empty_report_is_clean() -> None:
    assert exit_code(report_of(), "note") == 0


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        exit_code(report_of(("error", "new")), "fatal")


def test_findings_need_not_fail_a_run() -> None:
    assert exit_code(report_of(("error", "new")), NEVER) == 0
    assert exit_code(report_of(("error", "new"), problems=(PROBLEM,)), NEVER) == 2
