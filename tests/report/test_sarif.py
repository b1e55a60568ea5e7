"""SARIF by its own schema, and by what GitHub's code scanning takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.findings import Place, Problem
from azora_audit.report.line_hash import line_hashes
from azora_audit.report.sarif import RESULTS_LIMIT
from azora_audit.report.sarif_results import message
from azora_audit.report.sarif_rules import INDEX_RULES, SECURITY_CATEGORIES, SECURITY_RULES
from tests.report.hostile import hostile
from tests.report.sample import BILLING, finding, sample, source_lines
from tests.report.viewing import pages, rendered, view

# from npm's @microsoft/jest-sarif 1.0.0-beta.0, MIT: the schema of SARIF 2.1.0, errata included
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_bytes())
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def log(report: Any, **options: Any) -> dict[str, Any]:
    """Return the one run of a report's log, which the schema accepts and GitHub takes."""
    content = rendered("sarif", report, view(**options))
    assert content.count(b"\n") == 1, "pretty-printed files outgrow the host's limit"
    whole = orjson.loads(content)
    errors = [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(whole)]
    assert not errors, errors[:5]
    run: dict[str, Any]
    (run,) = whole["runs"]
    _check_what_github_takes(run)
    assert content == rendered("sarif", report, view(**options)), "the same bytes each time"
    return run


def _check_what_github_takes(run: dict[str, Any]) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) <= RESULTS_LIMIT
    for rule in rules:
        texts = [rule["shortDescription"]["text"], rule["fullDescription"]["text"]]
        assert all(0 < len(text) <= 1024 for text in texts)
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["name"]) <= 255
        assert len(rule["properties"]["tags"]) <= 20
        assert isinstance(rule["properties"].get("security-severity", "1.0"), str)
    marks = [
        (each["ruleId"], each["partialFingerprints"]["primaryLocationLineHash"]) for each in run["results"]
    ]
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]
    assert len(set(zip(marks, uris, strict=True))) == len(marks), "two results would be one alert"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["locations"]) == 1
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[\w.~/%-]+", uri, re.ASCII), "percent-encoded, without a scheme"
            assert not uri.startswith(("/", "../", "./"))
            region = location["physicalLocation"]["region"]
            assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])


def test_the_sample_is_valid_and_says_everything() -> None:
    run = log(sample(), source_lines=source_lines, folder="databases/fleet")
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["automationDetails"]["id"] == "azora-audit/databases/fleet/"
    assert run["originalUriBaseIds"].keys() == {"%SRCROOT%"}
    first = run["results"][0]
    assert first["level"] == "error"
    assert [result["ruleId"] for result in run["results"]] != sorted(
        result["ruleId"] for result in run["results"]
    )
    money = next(result for result in run["results"] if result["ruleId"] == "float-money")
    physical = money["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == f"databases/fleet/{BILLING}"
    line = source_lines(BILLING)[physical["region"]["startLine"] - 1]  # type: ignore[index]
    assert line[physical["region"]["startColumn"] - 1 : physical["region"]["endColumn"] - 1] == "Float"
    assert "請" in line, "columns are code points"
    text = money["message"]["text"]
    assert text.startswith(
        "Invoice.amount keeps money as a binary floating point number: 0.1 + 0.2 is not 0.3.\n"
    )
    assert (
        "Fix (unsafe: rewrites the table under an ACCESS EXCLUSIVE lock), in a migration:\nALTER TABLE"
        in text
    )
    assert money["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "billing-service.public.Invoice.amount", "kind": "column"}
    ]


def test_a_second_place_and_the_other_object_are_linked() -> None:
    run = log(sample(), source_lines=source_lines)
    cascade = next(each for each in run["results"] if each["ruleId"] == "cascade-into-financial-records")
    assert "See [billing-service.public.Subscription](1)." in cascade["message"]["text"]
    assert [each["id"] for each in cascade["relatedLocations"]] == [1]
    key = next(each for each in run["results"] if each["ruleId"] == "unindexed-foreign-key")
    assert key["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("migration.sql")


def test_rules_have_their_pages_and_what_results_are_sorted_by() -> None:
    run = log(sample(), source_lines=source_lines)
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert list(rules) == sorted(rules)
    money = rules["float-money"]
    assert money["help"]["markdown"].count("## Why") == 1
    assert money["help"]["markdown"] in pages()["float-money"].text
    assert money["properties"]["precision"] == "high"
    assert money["properties"]["problem.severity"] == "error"
    assert "security-severity" not in money["properties"]
    assert money["properties"]["tags"] == ["integrity", "SOC 2 PI1.5"]
    card = rules["card-verification-code-stored"]
    assert card["properties"]["security-severity"] == "8.0"
    assert card["properties"]["tags"][:2] == ["sensitive-data", "security"]
    assert rules["literal-password-in-datasource"]["help"]["text"] == 'Use env("DATABASE_URL").'


def test_the_names_of_security_rules_exist() -> None:
    known = {name: page.sheet.category for name, page in pages().items()}
    assert known.keys() >= SECURITY_RULES | INDEX_RULES
    assert not SECURITY_CATEGORIES & {known[name] for name in SECURITY_RULES}
    assert {known[name] for name in INDEX_RULES} <= SECURITY_CATEGORIES <= set(known.values())


def test_what_was_not_read_is_a_notification_and_makes_the_run_unsuccessful() -> None:
    invocation = log(sample(), source_lines=source_lines)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    levels = [notice["level"] for notice in invocation["toolExecutionNotifications"]]
    assert levels.count("error") == 2
    syntax = invocation["toolExecutionNotifications"][0]
    assert syntax["descriptor"]["id"] == "syntax-error"
    assert syntax["message"]["text"].startswith("payment-service: Expected")
    assert syntax["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 44}
    unjudged = [notice for notice in invocation["toolExecutionNotifications"] if notice["level"] == "note"]
    assert any("billing-service, lending-service" in notice["message"]["text"] for notice in unjudged)
    good = sample()._replace(problems=(), findings=(), not_judged=())
    invocation = log(good)["invocations"][0]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 0)
    assert log(good)["results"] == [], "an upload without results closes what is mended"


def test_accepted_and_allowed_findings_are_suppressed() -> None:
    suppressed = {
        each["ruleId"]: each["suppressions"] for each in log(sample())["results"] if "suppressions" in each
    }
    assert suppressed == {
        "missing-created-at": [{"kind": "external", "status": "accepted"}],
        "missing-updated-at": [
            {"kind": "inSource", "status": "accepted", "justification": "ledger rows are never changed"}
        ],
    }


def test_of_more_results_than_are_kept_the_mildest_are_left_out_and_counted() -> None:
    mild = [finding("a", severity="note", fingerprint=f"{number}") for number in range(RESULTS_LIMIT)]
    grave = [finding("b", severity="error", fingerprint=f"{number}") for number in range(3)]
    content = rendered("sarif", sample()._replace(findings=(*mild, *grave)))
    run = orjson.loads(content)["runs"][0]
    assert len(run["results"]) == RESULTS_LIMIT
    assert [each["ruleId"] for each in run["results"][:4]] == ["b", "b", "b", "a"]
    told = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert told["message"]["text"].startswith("3 results are left out")


def test_a_finding_without_a_file_is_at_its_service_or_at_the_settings() -> None:
    report = sample()._replace(findings=(finding("a-rule"), finding("a-rule", service="elsewhere")))
    files = {BILLING: ["model A {"], "azora-audit.toml": ["profile = 1"]}
    at = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log(report, source_lines=files.get)["results"]
    ]
    assert at == [BILLING, "azora-audit.toml"]
    texts = [result["message"]["text"] for result in log(report, source_lines=files.get)["results"]]
    assert all("No file says where billing-service.public.Invoice.amount is." in text for text in texts)
    outside = finding("a-rule", places=(Place("../shared/x.sql", 3, 1, 3, 2),))
    run = log(sample()._replace(findings=(outside,)), source_lines=files.get)
    assert "../shared/x.sql:3, outside of the repository" in run["results"][0]["message"]["text"]
    run = log(sample()._replace(findings=(outside,)), source_lines=files.get, folder="fleet")
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "shared/x.sql"


def test_a_problem_outside_of_the_repository_has_no_location() -> None:
    problem = Problem("unreadable-file", "a", "/etc/shadow", 1, 1, "No.", "")
    notice = log(sample()._replace(problems=(problem,)))["invocations"][0]["toolExecutionNotifications"][0]
    assert "locations" not in notice


def test_hostile_texts_come_out_literal() -> None:
    run = log(hostile(), fail_on="error")
    for result in run["results"]:
        text = result["message"]["text"]
        links = re.findall(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\((\d+)\)", text)
        shown = {each["id"]: each["message"]["text"] for each in result.get("relatedLocations", [])}
        assert all(int(number) in shown for _, number in links), "only links of ours"
        assert not re.search(r"(?<!\{)\{(?:\{\{)*\d", text), "no placeholder"
    paths = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]}
    assert "ü [a]#%/=1+1.sql" in map(unquote, paths)


@given(st.text(alphabet="[](){}\\1a ", max_size=30))
def test_a_message_reads_as_it_was_meant(text: str) -> None:
    written = message(text)
    shown, at, plain = "", 0, "\\[" not in written and "\\]" not in written
    while at < len(written):
        pair = written[at : at + 2]
        if pair in ("{{", "}}") or (not plain and pair in ("\\[", "\\]", "\\\\")):
            shown, at = shown + pair[1], at + 2
        else:
            assert plain or written[at] not in "[]{}", "a bare bracket beside escaped ones"
            shown, at = shown + written[at], at + 1
    assert shown == text
    assert not plain or "](" not in text


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        # what the upload action computes, asked with node
        ("", {1: "c129715d7a2bc9a3:1"}),
        ("a\n", {1: "243cbaa4685aab12:1", 2: "c129715d7a2bc9a3:1"}),
        (
            "one\r\n  two\t\r\none\n",
            {
                1: "a4f09f244f2afd33:1",
                2: "bb9181293489048f:1",
                3: "f24741a93d04f387:1",
                4: "c129715d7a2bc9a3:1",
            },
        ),
        (
            "same\nsame\nother\nsame\n",
            {
                1: "a39e2603a7aa5ae7:1",
                2: "4d20da5ecbd5a22b:1",
                3: "fddda6bcd01cd5bf:1",
                4: "930af01a65e2307f:1",
                5: "c129715d7a2bc9a3:1",
            },
        ),
        ("ü🙂 x {}\n🙂", {1: "3e9a72fa86429a87:1", 2: "eb975812d02a4376:1"}),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\nend",
            {1: "52b56201ffb58620:1", 2: "cadd4b5b9d92c4ad:1", 3: "43b6461eda086fe2:1"},
        ),
    ],
)
def test_the_hash_of_a_line_is_what_the_upload_action_computes(text: str, hashes: dict[int, str]) -> None:
    assert line_hashes(text.split("\n"), range(1, 100)) == hashes


def test_findings_that_share_a_line_keep_fingerprints_of_their_own() -> None:
    spot = Place(BILLING, 3, 1, 3, 4)
    report = sample()._replace(
        findings=(
            finding("a-rule", places=(spot,), fingerprint="one"),
            finding("a-rule", places=(spot,), fingerprint="two"),
            finding("b-rule", places=(spot,), fingerprint="three"),
        )
    )
    results = log(report, source_lines=source_lines)["results"]
    marks = [each["partialFingerprints"]["primaryLocationLineHash"] for each in results]
    of_line = line_hashes(source_lines(BILLING) or [], [3])[3]
    assert marks == [of_line, "two:1", of_line]
