"""JUnit, GitLab and GitHub by their consumers' own parsers and rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import orjson
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from lxml import etree

from azora_audit.findings import NotJudged, Place, Problem, Report
from azora_audit.proof import Obligation, Proof, ProofReport, ServiceProofs
from azora_audit.report.characters import ASCII, calm
from azora_audit.report.junit import CASES_LIMIT
from tests.report.hostile import PAYLOADS, hostile
from tests.report.sample import BILLING, finding, sample, source_lines
from tests.report.viewing import rendered, view

if TYPE_CHECKING:
    from junitparser import TestCase

XSD = Path(__file__).parent / "schemas" / "junit-10.xsd"
"""Jenkins' schema of JUnit reports, MIT, as pytest's source distribution has it."""


def _schema() -> etree.XMLSchema:
    """Return Jenkins' schema with the two attributes that GitLab and GitHub's reporters read."""
    tree = etree.parse(XSD)
    space = {"xs": "http://www.w3.org/2001/XMLSchema"}
    (case,) = tree.xpath("//xs:element[@name='testcase']/xs:complexType", namespaces=space)
    for name in ("file", "line"):
        etree.SubElement(case, f"{{{space['xs']}}}attribute", name=name, type="xs:string")
    return etree.XMLSchema(tree)


SCHEMA = _schema()


def junit(report: Report | ProofReport, **options: Any) -> dict[tuple[str, str], TestCase]:
    """Return the cases of a report by class and name, after the schema and a parser have accepted it."""
    content = rendered("junit", report, view(**options))
    SCHEMA.assertValid(etree.fromstring(content))
    cases: dict[tuple[str, str], TestCase] = {}
    for suite in JUnitXml.fromstring(content):
        listed = list(suite)
        assert suite.tests == len(listed)
        assert suite.failures == sum(isinstance(each, Failure) for case in listed for each in case.result)
        assert suite.errors == sum(isinstance(each, Error) for case in listed for each in case.result)
        assert suite.skipped == sum(isinstance(each, Skipped) for case in listed for each in case.result)
        for case in listed:
            assert len(case.result) <= 1
            assert (case.classname, case.name) not in cases, "readers keep the first of a name only"
            cases[case.classname, case.name] = case
    return cases


RULES = (
    "float-money",
    "unindexed-foreign-key",
    "missing-updated-at",
    "missing-created-at",
    "always-true-write-policy",
)


def test_each_rule_is_a_case_of_each_service() -> None:
    report = sample()._replace(rules=RULES)
    cases = junit(report, source_lines=source_lines, folder="fleet")
    names = [service.name for service in report.services]
    assert {(name, rule) for name in names for rule in RULES} <= cases.keys()
    assert cases["virtual-card-service", "float-money"].is_passed
    (failure,) = cases["billing-service", "float-money"].result
    assert isinstance(failure, Failure)
    assert failure.type == "float-money"
    assert failure.message.startswith("Invoice.amount keeps money")
    assert f"fleet/{BILLING}:24:9: error: Invoice.amount" in failure.text
    assert "fix, in a migration (unsafe: rewrites" in failure.text
    assert cases["billing-service", "float-money"]._elem.get("file") == f"fleet/{BILLING}"  # noqa: SLF001 -- no other way
    (two,) = cases["billing-service", "unindexed-foreign-key"].result
    assert two.message.endswith("(and 1 more)")
    assert two.text.count("warning: The foreign key") == 2
    (skipped,) = cases["lending-service", "always-true-write-policy"].result
    assert isinstance(skipped, Skipped)
    assert skipped.message == "not judged: schema.prisma cannot know policies"
    (accepted,) = cases["lending-service", "missing-created-at"].result
    assert accepted.message == "1 accepted"
    (problem,) = cases[
        "syntax-error", "payment-service services/payment-service/prisma/schema.prisma:3"
    ].result
    assert isinstance(problem, Error)


def test_what_does_not_fail_the_run_does_not_fail_the_case() -> None:
    cases = junit(sample(), fail_on="error")
    case = cases["billing-service", "unindexed-foreign-key"]
    assert case.is_passed
    assert "The foreign key Invoice.subscriptionId" in (case.system_out or "")
    cases = junit(sample(), fail_on="never")
    assert cases["billing-service", "float-money"].is_passed


def test_of_too_many_cases_those_that_passed_are_counted() -> None:
    one = sample().services[0]
    many = tuple(one._replace(name=f"s{number}") for number in range(CASES_LIMIT // 500 + 1))
    report = sample()._replace(
        services=many,
        rules=tuple(f"r{number}" for number in range(500)),
        findings=(finding("r7", service="s3"),),
    )
    content = rendered("junit", report)
    SCHEMA.assertValid(etree.fromstring(content))
    assert content.count(b"<testcase ") == 1 + len(report.not_judged) + len(report.problems)
    assert b'<property name="passed and not listed" value="499"/>' in content
    unjudged = tuple(NotJudged(f"r{rule}", each.name, "why") for each in many for rule in range(500))
    content = rendered("junit", report._replace(not_judged=unjudged))
    SCHEMA.assertValid(etree.fromstring(content))
    assert content.count(b"<testcase ") == 1 + len(report.problems)
    assert b'<property name="skipped and not listed" value="499"/>' in content


def test_hostile_texts_are_well_formed_xml() -> None:
    cases = junit(hostile())
    told = "".join(str(each.text) for case in cases.values() for each in case.result)
    assert "\n::error::pwned" in told
    lines = rendered("junit", hostile()).decode().split("\n")
    assert not [line for line in lines if commanding(line)]


def test_a_proof_is_valid_too() -> None:
    proofs = tuple(
        Proof(
            Obligation(f"t/check/{number}", name or "s", name, "check", name, "refuse", name),
            ("enforced", "not-enforced", "unreached")[number % 3],
            name,
            f"begin;\n{name}",
            1,
        )
        for number, name in enumerate(PAYLOADS)
    )
    problem = Problem("server-error", "s", "", 0, 0, "m", "h")
    report = ProofReport((), (ServiceProofs("s", 1, proofs, (), True),), (problem, problem), (), 0, False)
    cases = junit(report)
    assert len(cases) == len(PAYLOADS) + 2


GITLAB = {
    # written from GitLab's documentation of the Code Quality report format
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^(/|\./|\.\./)"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def gitlab(report: Report, **options: Any) -> list[dict[str, Any]]:
    content = rendered("gitlab", report, view(**options))
    assert content.startswith(b"["), "no byte order mark"
    entries: list[dict[str, Any]] = orjson.loads(content)
    jsonschema.Draft202012Validator(GITLAB).validate(entries)
    marks = [entry["fingerprint"] for entry in entries]
    assert len(set(marks)) == len(marks), "entries of the same fingerprint are shown as one"
    return entries


def test_gitlab_takes_what_is_new_and_what_was_not_read() -> None:
    entries = gitlab(sample(), source_lines=source_lines, folder="fleet")
    assert [entry["severity"] for entry in entries] == ["blocker"] * 2 + ["critical"] * 4 + ["major"] * 6 + [
        "minor"
    ]
    money = next(entry for entry in entries if entry["check_name"] == "float-money")
    assert money["location"] == {"path": f"fleet/{BILLING}", "lines": {"begin": 24, "end": 24}}
    assert not [entry for entry in entries if entry["check_name"] == "missing-created-at"]
    assert gitlab(sample()._replace(findings=(), problems=())) == []


def test_gitlab_knows_a_finding_again_on_another_line() -> None:
    def marks(line: int) -> list[str]:
        found = finding("a-rule", places=(Place("a.sql", line, 1, line, 2),), fingerprint="f")
        return [
            entry["fingerprint"] for entry in gitlab(sample()._replace(findings=(found, found), problems=()))
        ]

    assert marks(3) == marks(40)


def test_gitlab_takes_hostile_texts() -> None:
    described = {entry["description"] for entry in gitlab(hostile())}
    assert any("<!--<script>" in text for text in described)


RUNNER = ("error", "warning", "notice")
_PROPERTY = re.compile(r"(file|line|endLine|col|endColumn|title)=([^,:\r\n]*)")


def commands(content: bytes) -> list[tuple[str, dict[str, str], str]]:
    """Return what GitHub's runner reads from a job's output: commands with their properties and data, unescaped."""
    found = []
    for line in content.decode().split("\n"):
        text = line.lstrip()
        assert "\r" not in line
        if not text.startswith("::"):
            assert not commanding(line)
            continue
        command, data = text[2:].split("::", 1)
        name, _, given = command.partition(" ")
        assert name in RUNNER
        assert all(_PROPERTY.fullmatch(each) for each in given.split(",")), given
        properties = dict(each.split("=", 1) for each in given.split(","))
        found.append((name, {key: unescaped(value) for key, value in properties.items()}, unescaped(data)))
    return found


def unescaped(text: str) -> str:
    for token, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(token, sign)
    return text


def commanding(line: str) -> bool:
    """Tell whether a runner may take a line for a command."""
    return line.lstrip().startswith("::") or "##[" in line or "##vso[" in line


def test_github_is_given_ten_annotations_of_each_level_gravest_first() -> None:
    several = tuple(
        finding(
            "a-rule", severity=severity, fingerprint=str(number), places=(Place("a,b:c%.sql", 2, 3, 2, 5),)
        )
        for severity in ("note", "warning", "error")
        for number in range(14)
    )
    content = rendered("github", sample()._replace(findings=several, problems=()))
    found = commands(content)
    assert [name for name, _, _ in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert found[0][1] == {
        "file": "a,b:c%.sql",
        "line": "2",
        "endLine": "2",
        "col": "3",
        "endColumn": "5",
        "title": "a-rule",
    }
    last = content.decode().splitlines()[-1]
    assert (
        last == "azora-audit: 14 errors, 14 warnings, 14 notes; 30 of 42 findings are shown as annotations."
    )


def test_github_is_told_what_was_not_read_before_all_else() -> None:
    content = rendered("github", sample(), view(source_lines))
    name, properties, data = commands(content)[0]
    assert (name, properties["title"], properties["line"]) == ("error", "syntax-error", "3")
    assert data.startswith('payment-service: Expected "]"')
    assert "2 of 2 problems are shown: not everything was read or judged." in content.decode()
    mended = next(each for _, given, each in commands(content) if given["title"] == "float-money")
    assert (
        "\nfix, in a migration (unsafe: rewrites the table under an ACCESS EXCLUSIVE lock):\nALTER TABLE"
        in mended
    )


def test_hostile_texts_are_no_commands() -> None:
    for name, properties, data in commands(rendered("github", hostile())):
        assert name in RUNNER
        assert "\x1b" not in data + "".join(properties.values())


@pytest.mark.parametrize("name", ["text", "markdown", "junit", "sarif", "gitlab", "json"])
def test_no_format_on_standard_output_commands_the_runner(name: str) -> None:
    lines = rendered(name, hostile()).decode("utf-8", "replace").splitlines()
    assert not [line for line in lines if commanding(line)]


def test_a_line_is_changed_only_where_it_commands() -> None:
    assert calm("a::text ## b") == "a::text ## b"
    assert calm("  ::error::x") == "  \u2039U+003A\u203a:error::x"
    assert calm("a ##[error]b", ASCII) == "a #<U+0023>[error]b"


@pytest.mark.parametrize("name", ["sarif", "junit", "gitlab", "github", "markdown"])
def test_a_finding_that_was_accepted_before_says_so(name: str) -> None:
    lapsed = finding("a-rule", reason="accepted before; the column has changed")
    assert b"accepted before; the column has changed" in rendered(name, sample()._replace(findings=(lapsed,)))
