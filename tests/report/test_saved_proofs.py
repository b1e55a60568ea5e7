"""A saved proof is read back as it was, whatever is in it, and written again as it was."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azora_audit import findings, inventory, proof
from azora_audit.errors import ReportError
from azora_audit.findings import Problem, ServiceSummary
from azora_audit.proof import (
    Erasure,
    MutationSummary,
    Promise,
    Proof,
    ProofReport,
    Radius,
    Replayed,
    ServiceProofs,
)
from azora_audit.report.json_reader import load_json
from azora_audit.report.json_shape import ABSENT
from azora_audit.report.proof_json import render_proof_json
from tests.report.sample import sample_inventory

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CLOSED = {"verdict": proof.VERDICTS}


def drawn(kind: Any, **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw named tuples by the annotations of their fields."""
    hints = get_type_hints(kind, localns=vars(findings))
    return st.builds(kind, **({name: _of(hints[name], name) for name in kind._fields} | fixed))


def _of(hint: Any, name: str = "") -> st.SearchStrategy[Any]:
    if hint is str:
        return st.sampled_from(CLOSED[name]) if name in CLOSED else TEXT
    if hint is int:
        return st.integers(0, 1000)
    if hint is bool:
        return st.booleans()
    if get_origin(hint) is UnionType:
        return st.none() | _of(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return st.lists(_of(get_args(hint)[0]), max_size=2).map(tuple)
    return drawn(hint)


NAMES = st.lists(TEXT.filter(bool), min_size=1, max_size=2).map(tuple)
PROOFS = st.lists(drawn(Proof), max_size=2)
PROMISES = st.lists(drawn(Promise, columns=NAMES), max_size=2)
RADII = st.lists(drawn(Radius), max_size=2)
ERASURES = st.lists(drawn(Erasure), max_size=1)
SERVICES = st.lists(drawn(ServiceSummary), max_size=1).map(tuple)
PROBLEMS = st.lists(drawn(Problem), max_size=1).map(tuple)
REPLAYED = st.lists(drawn(Replayed), max_size=2).map(tuple)
MUTATIONS = st.lists(drawn(MutationSummary), max_size=1).map(tuple)


@st.composite
def proof_reports(draw: st.DrawFn) -> ProofReport:
    proofs = tuple(
        ServiceProofs(
            service=name,
            tables=draw(st.integers(0, 9)),
            proofs=tuple(
                row._replace(obligation=row.obligation._replace(service=name)) for row in draw(PROOFS)
            ),
            promises=tuple(row._replace(service=name) for row in draw(PROMISES)),
            complete=draw(st.booleans()),
            radii=tuple(row._replace(service=name) for row in draw(RADII)),
            erasures=tuple(row._replace(service=name) for row in draw(ERASURES)),
            drawn=draw(st.integers(0, 9)),
        )
        for name in draw(st.lists(TEXT.filter(bool), max_size=2, unique=True))
    )
    return ProofReport(
        draw(SERVICES),
        proofs,
        draw(PROBLEMS),
        draw(MUTATIONS),
        draw(st.integers(0, 99)),
        draw(st.booleans()),
        inventory=draw(st.sampled_from([(), sample_inventory()])),
        replayed=draw(REPLAYED),
        saved=draw(TEXT),
        unsaved=draw(TEXT),
    )


@settings(max_examples=60)
@given(proof_reports())
def test_a_saved_proof_is_read_back_as_it_was(report: ProofReport) -> None:
    written = render_proof_json(report, fail_on="warning")
    saved = load_json(written)
    assert saved.report == report
    assert saved.fail_on == "warning"
    assert render_proof_json(report, fail_on="warning") == written


def test_absent_fields_are_fields() -> None:
    known = {kind.__name__: kind for kind in _classes()}
    assert ABSENT.keys() <= known.keys()
    for name, fields in ABSENT.items():
        assert fields <= set(known[name]._fields), name


def _classes() -> list[Any]:
    modules = (findings, inventory, proof)
    return [each for module in modules for each in vars(module).values() if hasattr(each, "_fields")]


def test_a_damaged_proof_is_refused_with_the_place() -> None:
    report = ProofReport((), (ServiceProofs("s", 1, (), (), True),), (), (), 0, False)
    whole = orjson.loads(render_proof_json(report, fail_on="error"))
    for damage, said in (
        ({"proven": [{"service": "s", "tables": 1}]}, "The report has no `proven[0].complete`."),
        ({"obligations": [{"service": 1}]}, "The report has no `obligations[0].id`."),
        ({"erasures": [3]}, "In the report, `erasures[0]` is not an object."),
    ):
        with pytest.raises(ReportError) as caught:
            load_json(orjson.dumps(whole | damage))
        assert caught.value.message == said
