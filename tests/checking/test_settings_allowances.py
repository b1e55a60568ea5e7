"""Allowances in the settings: what each selector matches, what is said of those that do nothing, and which are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from azora_audit import api
from azora_audit.errors import AzoraAuditError, RulebookError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.findings import Finding

SQL = """\
create schema sales;
create table orders (
  id uuid primary key,
  total real not null,
  price real not null
);
create table sales.orders (
  id uuid primary key,
  total real not null
);
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    for name in ("shop", "stock"):
        (root / "services" / name).mkdir(parents=True)
        (root / "services" / name / "schema.sql").write_text(SQL)
    return root


def checked(root: Path, settings: str, at: str = ".", **options: object) -> tuple[Finding, ...]:
    """Check twice, the second time from memory, and anew with several processes; all must agree."""
    (root / "azora-audit.toml").write_text(settings)
    found = [
        api.check(root / at, **more, **options).report  # type: ignore[arg-type]
        for more in ({}, {}, {"use_cache": False, "processes": 3})
    ]
    assert found[0] == found[1] == found[2]
    return found[0].findings


def allowed(findings: tuple[Finding, ...]) -> set[str]:
    assert {finding.reason for finding in findings if finding.status == "allowed"} <= {"because"}
    return {
        finding.entity
        for finding in findings
        if finding.status == "allowed" and finding.rule == "float-money"
    }


BOTH = {f"{service}.{column}" for service in ("shop", "stock") for column in (
    "public.orders.total", "public.orders.price", "sales.orders.total"
)}  # fmt: skip


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ('rule = "float-money"', BOTH),
        ('rule = ["float-money", "missing-created-at"]', BOTH),
        ('rule = "integrity"', BOTH),
        ('rule = "keys"', set()),
        ('service = "shop"', {name for name in BOTH if name.startswith("shop.")}),
        ('service = ["shop", "stock"]', BOTH),
        ('path = "services/shop"', {name for name in BOTH if name.startswith("shop.")}),
        ('path = "**/stock/*.sql"', {name for name in BOTH if name.startswith("stock.")}),
        ('path = "shop"', set()),
        ('entity = "orders"', BOTH),
        ('entity = "sales.orders"', {"shop.sales.orders.total", "stock.sales.orders.total"}),
        ('entity = "sales.*"', {"shop.sales.orders.total", "stock.sales.orders.total"}),
        ('entity = "orders.price"', {"shop.public.orders.price", "stock.public.orders.price"}),
        ('entity = "*.total"', {name for name in BOTH if name.endswith("total")}),
        ('entity = "ord"', set()),
        ('rule = "float-money"\nservice = "shop"\nentity = "orders.price"', {"shop.public.orders.price"}),
        ('rule = "float-money"\nservice = "shop"\nuntil = 2999-12-31', {n for n in BOTH if n.startswith("shop.")}),
        ('rule = "float-money"\nservice = "shop"\nuntil = "2999-12-31"', {n for n in BOTH if n.startswith("shop.")}),
    ],
)  # fmt: skip
def test_what_selectors_match_is_allowed(fleet: Path, selectors: str, expected: set[str]) -> None:
    findings = checked(
        fleet, f'[[allow]]\nreason = "because"\n{selectors}\n', select=["float-money", "unused-allowance"]
    )
    assert allowed(findings) == expected
    unused = [finding for finding in findings if finding.rule == "unused-allowance"]
    assert len(unused) == (not expected and "keys" not in selectors), (
        "a category that did not run is not judged"
    )


def test_an_allowance_that_does_nothing_is_found_at_its_line(fleet: Path) -> None:
    settings = """\
profile = "strict"

[[allow]]
rule = "float-money"
reason = "because"

[[allow]]
rule = "missing-primary-key"
service = "shop"
reason = "none here"

[[allow]]
rule = "float-money"
entity = "orders.price"
reason = "for a while"
until = 2020-01-31
"""
    findings = checked(fleet, settings)
    found = {
        finding.rule: (finding.places[0].path, finding.places[0].line, finding.message)
        for finding in findings
        if finding.kind == "allowance"
    }
    assert found == {
        "unused-allowance": ("azora-audit.toml", 7, "missing-primary-key is allowed here and finds nothing"),
        "expired-allowance": (
            "azora-audit.toml",
            12,
            "float-money was allowed here until 2020-01-31 and no longer is",
        ),
    }
    assert {finding.service for finding in findings if finding.kind == "allowance"} == {"fleet"}
    at_service = checked(fleet, settings, "services/stock")
    assert {f.rule for f in at_service if f.kind == "allowance"} == {"expired-allowance"}
    at_service = checked(fleet, settings, "services/shop")
    (unused,) = (f for f in at_service if f.rule == "unused-allowance")
    assert unused.places[0].path == "../../azora-audit.toml"
    assert allowed(at_service) == {name for name in BOTH if name.startswith("shop.")}


def test_paths_are_those_of_the_settings_wherever_the_run_is(fleet: Path) -> None:
    settings = '[[allow]]\npath = "services/shop/schema.sql"\nreason = "because"\n'
    assert len(allowed(checked(fleet, settings, "services/shop"))) == 3
    assert allowed(checked(fleet, settings, "services/stock")) == set()


def test_allowed_is_met_in_the_checklist(fleet: Path) -> None:
    def met(settings: str) -> int:
        (fleet / "azora-audit.toml").write_text(settings)
        items = api.check(fleet, select=["float-money"]).report.checklist
        return next(item.met for item in items if "float-money" in item.rules)

    assert met('[[allow]]\nrule = "float-money"\nreason = "because"\n') > met("")


def test_what_was_not_understood_may_be_allowed_by_path(fleet: Path) -> None:
    with (fleet / "services" / "shop" / "schema.sql").open("a") as file:
        file.write("do $$ begin execute 'create table ' || current_user || '(a int)'; end $$;\n")
    settings = '[[allow]]\nrule = "not-understood"\npath = "services/{}"\nreason = "because"\n'
    checked(fleet, settings.format("shop"))
    assert not api.check(fleet).report.problems
    findings = checked(fleet, settings.format("stock"))
    assert api.check(fleet).report.problems
    assert "unused-allowance" in {finding.rule for finding in findings}
    (fleet / "azora-audit.toml").write_text('[[allow]]\nservice = "shop"\nreason = "because"\n')
    assert api.check(fleet).report.problems, "it is no rule, and has to be named"


def test_beside_the_schema_comes_first(fleet: Path) -> None:
    path = fleet / "services" / "shop" / "schema.sql"
    path.write_text(
        SQL.replace("price real not null", "price real not null -- azora-audit: allow float-money -- shown")
    )
    (fleet / "azora-audit.toml").write_text('[[allow]]\nrule = "float-money"\nreason = "because"\n')
    reasons = {f.entity: f.reason for f in api.check(fleet).report.findings if f.status == "allowed"}
    assert reasons["shop.public.orders.price"] == "shown"
    assert reasons["shop.public.orders.total"] == "because"


@pytest.mark.parametrize(
    ("settings", "line", "said"),
    [
        ('[[allow]]\nrule = "float-money"\n', 1, "`allow[0]` has no `reason`"),
        ('[[allow]]\nreason = "x"\n', 1, "says of what"),
        ('[[allow]]\nrule = "keys"\nreason = ""\n', 3, "`allow[0].reason` is empty"),
        ('[[allow]]\nrule = "keys"\nreason = "x"\n\n[[allow]]\nreason = "x"\nrul = "keys"\n', 7, "`allow[1].rul`"),
        ('[[allow]]\nreason = "x"\nrule = "keys"\nuntil = "2026-02-30"\n', 4, "no date of the calendar"),
        ('[[allow]]\nreason = "x"\nrule = "keys"\nuntil = "soon"\n', 4, '`allow[0].until` is "soon"'),
        ('[[allow]]\nreason = "x"\nrule = "keys"\nuntil = 3\n', 4, "`allow[0].until` is 3"),
        ('[[allow]]\nreason = "x"\nservice = "shp"\n', 3, "there is no service shp"),
        ('[[allow]]\nreason = "x"\nrule = "float-mony"\n', 3, "did you mean float-money"),
        ('[[allow]]\nreason = "x"\nrule = ["keys", "kyes"]\n', 3, "did you mean keys"),
        ('profile = "stirct"\n', 1, "did you mean strict"),
        ('fail_on = "error"\nselect = ["float-mony"]\n', 2, "did you mean float-money"),
        ('[severity]\nfloat-mony = "note"\n', 2, "did you mean float-money"),
        ("[rules.float-mony]\nx = 1\n", 1, "did you mean float-money"),
        ('[rules.too-many-indexes]\nmost = "x"\n', 2, "too-many-indexes"),
        ('[checklist]\nnames = ["azra"]\n', 2, "did you mean azora"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_its_line(
    fleet: Path, settings: str, line: int, said: str
) -> None:
    (fleet / "azora-audit.toml").write_text(settings)
    with pytest.raises(AzoraAuditError) as caught:
        api.check(fleet)
    error = caught.value
    if isinstance(error, RulebookError):
        error = error.problems[0]
    assert said in error.message
    assert (error.path, error.line) == (str(fleet / "azora-audit.toml"), line)
    assert error.help or "not of type" in error.message or "parameter" in error.message


def test_an_unknown_service_has_a_suggestion_and_is_not_judged_in_a_part(fleet: Path) -> None:
    (fleet / "azora-audit.toml").write_text('[[allow]]\nreason = "x"\nservice = "shp"\n')
    with pytest.raises(SettingsError, match="there is no service shp") as caught:
        api.check(fleet)
    assert "Did you mean `shop`" in caught.value.help
    assert api.check(fleet / "services" / "stock").report.findings


def test_a_word_of_an_option_is_not_placed_in_the_settings(fleet: Path) -> None:
    (fleet / "azora-audit.toml").write_text('select = ["float-money"]\n')
    with pytest.raises(RulebookError) as caught:
        api.check(fleet, select=["float-mony"])
    assert caught.value.problems[0].path is None
