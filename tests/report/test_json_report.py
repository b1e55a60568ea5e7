from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azora_audit.errors import ReportError
from azora_audit.findings import (
    PRECISIONS,
    SEVERITIES,
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
from azora_audit.report.json_reader import load_json
from azora_audit.report.json_report import render_json
from azora_audit.report.outcome import STATUSES
from tests.report.sample import finding, sample, sample_inventory, verified_sample

if TYPE_CHECKING:
    from tests.report.conftest import Golden

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reports" / "schemas" / "report-1.schema.json").read_bytes()
)

text = st.text(max_size=20)
name = st.text(min_size=1, max_size=20)
count = st.integers(0, 10_000)
position = st.integers(1, 1_000_000)
place = st.builds(Place, text, position, position, position, position)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
fix = st.builds(
    Fix,
    text,
    text,
    st.sampled_from(["", "add-to-model", "add-to-field", "replace-field"]),
    st.sampled_from(["safe", "unsafe"]),
    text,
)
findings = st.builds(
    Finding,
    rule=name,
    severity=st.sampled_from(SEVERITIES),
    precision=st.sampled_from(PRECISIONS),
    service=text,
    kind=text,
    entity=text,
    places=st.lists(place, max_size=3).map(tuple),
    related=text,
    related_places=st.lists(place, max_size=2).map(tuple),
    message=text,
    help=text,
    evidence=st.dictionaries(text, json_values, max_size=3),
    fix=st.none() | fix,
    fingerprint=text,
    status=st.sampled_from(STATUSES),
    reason=text,
    controls=st.lists(text, max_size=2).map(tuple),
)
sources = st.lists(st.builds(SourceSummary, text, text, count, text), max_size=2).map(tuple)
services = st.builds(ServiceSummary, name, text, sources, count)
items = st.builds(
    ChecklistItem,
    item=name,
    title=text,
    subject=text,
    met=count,
    total=count,
    not_judged=count,
    verdict=st.sampled_from(["met", "not-met", "not-judged", "not-checkable"]),
    checklist=name,
    status=st.sampled_from(["automated", "partial", "manual"]),
    why=text,
    rules=st.lists(text, max_size=2).map(tuple),
)
verifications = st.builds(
    Verification, name, text, st.sampled_from(["agrees", "differs", "not-verified"]), text
)
differences = st.builds(
    Difference,
    service=name,
    kind=text,
    entity=text,
    aspect=text,
    read=st.none() | text,
    server=st.none() | text,
    places=st.lists(place, max_size=2).map(tuple),
)
"""A report has them only if it has verifications."""
verified = st.tuples(
    st.lists(verifications, min_size=1, max_size=2).map(tuple), st.lists(differences, max_size=2).map(tuple)
)
reports = st.builds(
    Report,
    services=st.lists(services, max_size=2).map(tuple),
    findings=st.lists(findings, max_size=3).map(tuple),
    checklist=st.lists(items, max_size=2).map(tuple),
    not_judged=st.lists(st.builds(NotJudged, name, text, text), max_size=2).map(tuple),
    problems=st.lists(st.builds(Problem, text, text, text, count, count, text, text), max_size=2).map(tuple),
    rules_run=count,
    verifications=st.just(()),
    differences=st.just(()),
    inventory=st.just(()),
    rules=st.lists(name, max_size=2).map(tuple),
)
reports |= st.builds(
    lambda report, both: report._replace(verifications=both[0], differences=both[1]), reports, verified
)

actions = st.sampled_from(["no action", "restrict", "cascade", "set null", "set default"])
columns = st.builds(
    InventoryColumn,
    name=text,
    type=text,
    nullable=st.booleans(),
    default=st.just(""),
    default_kind=st.just(""),
    key=count,
    sensitive=st.lists(text, max_size=2).map(tuple),
    protection=text,
    tenant=st.booleans(),
)
columns |= st.builds(
    lambda column, default, kind: column._replace(default=default, default_kind=kind),
    columns,
    text,
    st.sampled_from(
        ["constant", "null", "function", "sequence", "expression", "identity", "generated", "client"]
    ),
)
foreign_keys = st.builds(
    InventoryForeignKey,
    name=text,
    columns=st.lists(text, max_size=2).map(tuple),
    references=text,
    referenced_columns=st.lists(text, max_size=2).map(tuple),
    read=st.booleans(),
    on_delete=actions,
    on_update=actions,
    indexed=st.sampled_from(["covered", "weak", "none", "unknown"]),
    emulated=st.booleans(),
)
tables = st.builds(
    InventoryTable,
    schema=text,
    name=text,
    kind=st.sampled_from(["ordinary", "partitioned", "foreign"]),
    class_=st.sampled_from(["entity", "append-only", "lookup", "join", ""]),
    partitions=count,
    row_security=st.sampled_from(["forced", "enabled", "none", "unknown"]),
    cascade_reach=count,
    path=text,
    line=count,
    columns=st.lists(columns, max_size=2).map(tuple),
    foreign_keys=st.lists(foreign_keys, max_size=2).map(tuple),
)
unknown = st.lists(st.sampled_from(["indexes", "policies"]), max_size=2).map(tuple)
inventories = st.builds(ServiceInventory, text, unknown, st.lists(tables, max_size=2).map(tuple))
reports |= st.builds(
    lambda report, inventory: report._replace(inventory=inventory),
    reports,
    st.lists(inventories, min_size=1, max_size=2).map(tuple),
)


def closed(schema: Any) -> Any:
    """The schema with every described object closed: what is written and not described is then an error."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else inner


VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CLOSED_VALIDATOR = jsonschema.Draft202012Validator(closed(SCHEMA))


def written(report: Report) -> dict[str, Any]:
    return json.loads(render_json(report, fail_on="error"))  # type: ignore[no-any-return]


def test_the_sample_is_written_as_it_was(golden: Golden) -> None:
    golden("report.json", render_json(sample(), fail_on="error").decode())


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:azora-audit:schemas:report-1"


def test_every_property_of_the_schema_is_described() -> None:
    def undescribed(schema: Any, at: str) -> list[str]:
        if not isinstance(schema, dict):
            return []
        found = []
        for key, value in (schema.get("properties", {}) | schema.get("$defs", {})).items():
            if not value.get("description") and "$ref" not in value:
                found.append(f"{at}.{key}")
            found += undescribed(value, f"{at}.{key}")
        return found

    assert undescribed(SCHEMA, "") == []


@settings(max_examples=60)
@given(reports)
def test_every_report_follows_the_schema_and_has_nothing_undescribed(report: Report) -> None:
    CLOSED_VALIDATOR.validate(written(report))


@given(reports, st.sampled_from(SEVERITIES))
def test_a_report_is_read_back_as_it_was(report: Report, fail_on: str) -> None:
    assert load_json(render_json(report, fail_on=fail_on)).report == report


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2),
        ("findings", {}),
        ("summary", None),
        ("services", [{"name": "a"}]),
        ("errors", [{}]),
        ("checklist", [{"item": "a"}]),
        ("not_judged", ["a-rule"]),
    ],
)
def test_the_schema_refuses_what_is_no_report(key: str, value: object) -> None:
    assert not VALIDATOR.is_valid(written(sample()) | {key: value})


def test_other_commands_add_lists_that_readers_pass_over() -> None:
    content = render_json(sample(), fail_on="error", extra={"changes": [{"a": 1}], "claims": []})
    report = json.loads(content)
    VALIDATOR.validate(report)
    assert (report["changes"], report["claims"]) == ([{"a": 1}], [])
    assert load_json(content).report == sample()


@pytest.mark.parametrize("key", ["findings", "version", "summary"])
def test_other_commands_cannot_replace_a_key(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        render_json(sample(), fail_on="error", extra={key: []})


def test_each_record_stands_on_a_line_of_its_own() -> None:
    lines = render_json(sample(), fail_on="error").decode().splitlines()
    rules = [json.loads(line.rstrip(","))["rule"] for line in lines if '"fingerprint"' in line]
    assert rules == [found.rule for found in sample().findings]


def test_keys_stand_in_the_order_of_the_schema() -> None:
    report = written(verified_sample()._replace(inventory=sample_inventory()))
    of_proofs = {"obligations", "promises", "radii", "erasures", "mutations", "proven", "replayed"}
    assert list(report) == [key for key in SCHEMA["properties"] if key not in of_proofs]
    assert list(report["differences"][0]) == list(SCHEMA["$defs"]["difference"]["properties"])
    assert list(report["findings"][0]) == list(SCHEMA["$defs"]["finding"]["properties"])
    inventory = report["inventory"][0]
    assert list(inventory) == list(SCHEMA["$defs"]["inventory"]["properties"])
    table = inventory["tables"][1]
    assert list(table) == list(SCHEMA["$defs"]["inventory_table"]["properties"])
    assert list(table["columns"][0]) == list(SCHEMA["$defs"]["inventory_column"]["properties"])
    assert list(table["foreign_keys"][0]) == list(SCHEMA["$defs"]["inventory_foreign_key"]["properties"])


def test_the_summary_counts_by_status_and_severity() -> None:
    assert written(sample())["summary"] == {
        "services": 4,
        "tables": 6,
        "rules_run": 72,
        "findings": {
            "new": {"note": 1, "warning": 6, "error": 4},
            "accepted": {"note": 0, "warning": 1, "error": 0},
            "allowed": {"note": 0, "warning": 1, "error": 0},
        },
        "not_judged": 5,
        "errors": 2,
        "fail_on": "error",
        "exit_code": 2,
    }


def test_a_file_name_that_is_not_utf_8_is_spelt_out() -> None:
    path = b"services/\xff/schema.sql".decode("utf-8", "surrogateescape")
    found = finding(
        "a-rule", places=(Place(path, 1, 1, 1, 2),), evidence={"key": b"\x01\xff", "list": (path,)}
    )
    record = written(sample()._replace(findings=(found,)))["findings"][0]
    assert record["path"] == "services/\\udcff/schema.sql"
    assert record["evidence"] == {"key": "01ff", "list": ["services/\\udcff/schema.sql"]}


def broken(**changes: object) -> bytes:
    report = written(sample())
    for at, value in changes.items():
        *steps, last = at.split("__")
        target: Any = report
        for step in steps:
            target = target[int(step) if step.isdecimal() else step]
        if value is KeyError:
            del target[last]
        else:
            target[last] = value
    return json.dumps(report).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The report is not JSON"),
        (b"\xff\xfe", "The report is not JSON"),
        (b"[]", "In the report, `the report` is not an object."),
        (b"{}", "The report has no `version`."),
        (broken(version=2), "The report has version 2; this program reads version 1."),
        (broken(version="1"), "In the report, `version` is not a whole number."),
        (broken(version=True), "In the report, `version` is not a whole number."),
        (broken(findings=KeyError), "The report has no `findings`."),
        (broken(findings={}), "In the report, `findings` is not a list."),
        (broken(findings__3__rule=KeyError), "The report has no `findings[3].rule`."),
        (broken(findings__3__line="7"), "In the report, `findings[3].line` is not a whole number."),
        (broken(findings__0__fix__sql=1), "In the report, `findings[0].fix.sql` is not a text."),
        (broken(findings__0__evidence=None), "In the report, `findings[0].evidence` is not an object."),
        (broken(checklist__1__rules=["a", 1]), "In the report, `checklist[1].rules[1]` is not a text."),
        (broken(services__0__sources=["a"]), "In the report, `services[0].sources[0]` is not an object."),
        (broken(summary__rules_run=None), "In the report, `summary.rules_run` is not a whole number."),
    ],
)
def test_a_damaged_report_is_refused_with_the_place_of_the_damage(content: bytes, message: str) -> None:
    with pytest.raises(ReportError) as caught:
        load_json(content, path="old.json")
    assert message in caught.value.message
    assert caught.value.path == "old.json"
    assert caught.value.help
