"""The baseline: what it accepts, when it lapses, what it never hides, and which files it refuses."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit import api
from azora_audit.checking.baseline import Entry, Run, accept, apply_baseline
from azora_audit.checking.baseline_file import dump_baseline, read_baseline
from azora_audit.errors import BaselineError
from azora_audit.findings import NotJudged, Problem, Report, ServiceSummary
from tests.report.sample import finding

if TYPE_CHECKING:
    from pathlib import Path

    from azora_audit.findings import Finding

NAME = "azora-audit-baseline.jsonl"
ORDERS = """\
create table orders (
  id uuid primary key,
  total real not null,
  created_at timestamptz not null default now()
);
create table invoices (
  id uuid primary key,
  order_id uuid not null references orders (id) on delete restrict,
  total real not null
);
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    (root / "shop").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "shop" / "schema.sql").write_text(ORDERS)
    return root


def change(root: Path, old: str, new: str) -> None:
    path = root / "shop" / "schema.sql"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def by_status(root: Path, **options: object) -> dict[str, set[tuple[str, str]]]:
    """Return rule and object of every finding by its status; a remembered run must say the same as one anew."""
    found: list[dict[str, set[tuple[str, str]]]] = []
    for use_cache in (True, True, False):
        report = api.check(root, use_cache=use_cache, **options).report  # type: ignore[arg-type]
        statuses: dict[str, set[tuple[str, str]]] = {}
        for each in report.findings:
            statuses.setdefault(each.status, set()).add((each.rule, each.entity))
        found.append(statuses)
    assert found[0] == found[1] == found[2]
    return found[0]


def code(root: Path) -> int:
    from azora_audit.report.outcome import exit_code  # noqa: PLC0415 -- beside its one use

    checked = api.check(root)
    return exit_code(checked.report, checked.fail_on)


def test_what_is_accepted_is_shown_and_does_not_fail(shop: Path) -> None:
    before = by_status(shop)
    assert before.keys() == {"new"}
    assert code(shop) == 1
    done = api.baseline(shop)
    assert done.path == shop / NAME
    assert done.accepted == done.added == len(before["new"])
    assert by_status(shop) == {"accepted": before["new"]}
    assert code(shop) == 0
    assert by_status(shop, use_baseline=False) == before
    written = done.path.read_bytes()
    assert api.baseline(shop).added == 0
    assert done.path.read_bytes() == written


def test_a_new_fault_is_new(shop: Path) -> None:
    api.baseline(shop)
    change(shop, "order_id uuid", "discount_amount real, order_id uuid")
    found = by_status(shop)
    assert ("float-money", "shop.public.invoices.discount_amount") in found["new"]
    assert ("float-money", "shop.public.invoices.total") in found["accepted"]
    assert ("unindexed-foreign-key", "shop.public.invoices.invoices_order_id_fkey") in found["accepted"]
    assert code(shop) == 1


def test_a_changed_object_is_new_again_and_says_so(shop: Path) -> None:
    api.baseline(shop)
    change(
        shop,
        "order_id uuid not null references orders (id) on delete restrict,\n  total real",
        ("order_id uuid not null references orders (id) on delete restrict,\n  total double precision"),
    )
    (back,) = (
        each for each in api.check(shop).report.findings if each.status == "new" and each.kind == "column"
    )
    assert (back.rule, back.entity) == ("float-money", "shop.public.invoices.total")
    assert back.reason == "accepted before the column was changed"
    done = api.baseline(shop)
    assert done.added >= 1
    assert code(shop) == 0
    assert sum(b"invoices.total" in line for line in done.path.read_bytes().splitlines()) == 1


def test_an_index_changes_a_table_only_for_rules_that_read_indexes(shop: Path) -> None:
    api.baseline(shop)
    before = by_status(shop)
    (shop / "shop" / "schema.sql").write_text(f"{ORDERS}create index on invoices (order_id);\n")
    found = by_status(shop)
    mended = ("unindexed-foreign-key", "shop.public.invoices.invoices_order_id_fkey")
    assert before["accepted"] - found["accepted"] == {mended}
    assert {rule for rule, _ in found["new"]} == {"unmatched-baseline-entry"}


@pytest.mark.parametrize(
    "moved",
    [
        "\n\n-- a comment\n" + ORDERS,
        ORDERS.replace("\n  ", "\n\t\t").replace("create table", "CREATE  TABLE"),
        ORDERS.replace(" real not null", " float4 not null"),
        ORDERS.replace("id uuid primary key,\n  total real not null,", "total real not null,\n  id uuid primary key,"),
        ORDERS + "comment on column orders.total is 'what is to be paid';\n",
        ORDERS.replace("default now()", "default (CURRENT_TIMESTAMP)"),
    ],
)  # fmt: skip
def test_lines_that_move_and_other_words_for_the_same_change_nothing(shop: Path, moved: str) -> None:
    api.baseline(shop)
    before = by_status(shop)
    (shop / "shop" / "schema.sql").write_text(moved)
    assert by_status(shop) == before


def test_files_may_be_renamed_split_and_become_migrations(shop: Path) -> None:
    """Neither fingerprint nor object knows of files; a service is known by its name."""
    api.baseline(shop)
    before = by_status(shop)
    (shop / "shop" / "schema.sql").unlink()
    folder = shop / "shop" / "migrations"
    folder.mkdir()
    first, second = ORDERS.split("create table invoices")
    (folder / "0001_orders.sql").write_text(first.replace("real", "numeric(12, 2)"))
    (folder / "0002_invoices.sql").write_text(
        f"create table invoices{second}alter table orders alter column total type real;\n"
    )
    assert by_status(shop) == before
    (shop / "shop").rename(shop / "store")
    assert by_status(shop)["new"]
    (shop / "azora-audit.toml").write_text('[services.shop]\npath = "store"\n')
    assert by_status(shop) == before


def test_entries_that_match_nothing_are_notes_at_their_line_until_pruned(shop: Path) -> None:
    api.baseline(shop)
    accepted = len(by_status(shop)["accepted"])
    change(
        shop,
        "order_id uuid not null references orders (id) on delete restrict,\n  total real",
        ("order_id uuid not null references orders (id) on delete restrict,\n  total numeric(12, 2)"),
    )
    report = api.check(shop).report
    (unmatched,) = (each for each in report.findings if each.rule == "unmatched-baseline-entry")
    lines = (shop / NAME).read_text().splitlines()
    (place,) = unmatched.places
    assert (unmatched.severity, place.path) == ("note", NAME)
    assert "shop.public.invoices.total" in lines[place.line - 1]
    assert "float-money of the column shop.public.invoices.total" in unmatched.message
    assert (api.baseline(shop).unmatched, (shop / NAME).read_text().count("invoices.total")) == (1, 1)
    done = api.baseline(shop, prune=True)
    assert (done.dropped, done.unmatched, done.added) == (1, 0, 0)
    assert "invoices.total" not in (shop / NAME).read_text()
    assert done.accepted <= accepted


def test_prune_accepts_nothing(shop: Path) -> None:
    api.baseline(shop)
    change(shop, "order_id uuid", "discount_amount real, order_id uuid")
    new = by_status(shop)["new"]
    api.baseline(shop, prune=True)
    assert by_status(shop)["new"] == new
    (shop / NAME).unlink()
    with pytest.raises(BaselineError, match="There is no baseline"):
        api.baseline(shop, prune=True)


def test_a_part_of_the_fleet_judges_only_its_own_entries(shop: Path) -> None:
    (shop / "azora-audit.toml").write_text("")
    (shop / "stock").mkdir()
    (shop / "stock" / "schema.sql").write_text(ORDERS)
    done = api.baseline(shop)
    assert by_status(shop / "stock").keys() == {"accepted"}
    assert api.baseline(shop / "stock", prune=True).accepted == done.accepted
    assert api.baseline(shop, select=["float-money"], prune=True).accepted == done.accepted
    assert api.baseline(shop, select=["float-money"]).added == 0
    (shop / "stock" / "schema.sql").unlink()
    assert api.baseline(shop, prune=True).accepted == done.accepted // 2


def test_what_is_not_read_is_neither_accepted_nor_pruned(shop: Path) -> None:
    done = api.baseline(shop)
    change(shop, "create table orders (", "create tabel orders (")
    assert code(shop) == 2
    again = api.baseline(shop, prune=True)
    assert again.problems
    assert again.accepted == done.accepted
    assert not any(each.rule == "unmatched-baseline-entry" for each in api.check(shop).report.findings)
    assert code(shop) == 2


def test_an_allowance_comes_before_the_baseline(shop: Path) -> None:
    api.baseline(shop)
    change(
        shop,
        "total real not null,",
        "total real not null, -- azora-audit: allow float-money -- shown to people only",
    )
    found = by_status(shop)
    assert found["allowed"] == {("float-money", "shop.public.orders.total")}
    assert {rule for rule, _ in found["new"]} == {"unmatched-baseline-entry"}


def test_a_date_and_a_reason_are_kept_and_the_date_counts(shop: Path) -> None:
    api.baseline(shop, reason="before the tool", until="2020-01-01")
    report = api.check(shop).report
    assert {each.status for each in report.findings} == {"new"}
    assert {each.reason for each in report.findings} == {"accepted until 2020-01-01"}
    api.baseline(shop, reason="before the tool", until="2999-01-01")
    assert {each.reason for each in api.check(shop).report.findings} == {"before the tool"}
    with pytest.raises(BaselineError, match="tomorrow is no date"):
        api.baseline(shop, until="tomorrow")


def test_a_baseline_that_the_settings_name_must_be_there(shop: Path) -> None:
    (shop / "azora-audit.toml").write_text('baseline = "audit/accepted.jsonl"\n')
    with pytest.raises(BaselineError, match="cannot be read") as caught:
        api.check(shop)
    assert "azora-audit baseline" in caught.value.help
    (shop / "audit").mkdir()
    assert api.baseline(shop).path == shop / "audit" / "accepted.jsonl"
    assert code(shop) == 0


def test_two_objects_of_one_address_are_told_apart(shop: Path) -> None:
    function = "create function pay({}) returns int language sql security definer as 'select 1';\n"
    (shop / "shop" / "schema.sql").write_text(function.format("a int") + function.format("a text"))
    found = api.check(shop, use_baseline=False).report.findings
    assert len(found) == len({each.fingerprint for each in found}) == 2
    api.baseline(shop)
    assert (shop / NAME).read_text().count("definer-function-without-search-path") == 2
    (shop / "shop" / "schema.sql").write_text(function.format("a text"))
    found = tuple(each for each in api.check(shop).report.findings if each.kind == "function")
    assert [each.status for each in found] == ["accepted"]
    (shop / "shop" / "schema.sql").write_text(function.format("a bigint") + function.format("a text"))
    found = tuple(each for each in api.check(shop).report.findings if each.kind == "function")
    assert sorted(each.status for each in found) == ["accepted", "new"]


# what apply_baseline does, without reading any schema

TODAY = "2026-06-01"
WHOLE = Run(TODAY, True, frozenset)
OBJECTS = st.sampled_from(["a", "b"])
FOUND = st.lists(st.tuples(st.sampled_from(["one", "two"]), OBJECTS), max_size=8)


def report_of(kinds: list[tuple[str, str]], **fields: Any) -> Report:
    seen: dict[str, int] = {}
    findings: list[Finding] = []
    for fingerprint, hashed in kinds:
        seen[fingerprint] = seen.get(fingerprint, 0) + 1
        ordinal = f":{seen[fingerprint]}" if seen[fingerprint] > 1 else ""
        findings.append(
            finding("rule", service="shop", fingerprint=fingerprint + ordinal, object_hash=hashed)
        )
    shop = ServiceSummary("shop", "", (), 1)
    return Report((shop,), tuple(findings), (), (), (), 1, rules=("rule",))._replace(**fields)


@given(FOUND, FOUND)
def test_as_many_are_accepted_as_were_and_no_more(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    entries, added = accept(report_of(before), [])
    assert added == len(before) == sum(entry.findings for entry in entries)
    assert all(
        each.status == "accepted"
        for each in apply_baseline(report_of(before), entries, WHOLE).report.findings
    )
    applied = apply_baseline(report_of(after), entries, WHOLE)
    for kind in set(before + after):
        accepted = [
            each
            for each in applied.report.findings
            if each.status == "accepted" and (each.fingerprint.partition(":")[0], each.object_hash) == kind
        ]
        assert len(accepted) == min(before.count(kind), after.count(kind))
    entries, _ = accept(applied.report, [*applied.kept, *applied.unmatched])
    again = apply_baseline(report_of(after), entries, WHOLE)
    assert all(each.status == "accepted" for each in again.report.findings)
    pruned = apply_baseline(report_of(after), again.kept, WHOLE)
    assert (pruned.report, pruned.unmatched) == (again.report, [])
    assert sum(entry.findings for entry in again.kept) == len(after)


ENTRY = Entry("shop", "shop.public.a", "table", "rule", "one", "a")


@pytest.mark.parametrize(
    ("fields", "run", "is_unmatched"),
    [
        ({}, WHOLE, True),
        ({"services": ()}, WHOLE, True),
        ({"services": ()}, WHOLE._replace(whole=False), False),
        ({"rules": ()}, WHOLE._replace(known_rules=lambda: {"rule"}), False),
        ({"rules": ()}, WHOLE, True),
        ({"not_judged": (NotJudged("rule", "shop", "unknown"),)}, WHOLE, False),
        ({"not_judged": (NotJudged("rule", "other", "unknown"),)}, WHOLE, True),
        ({"problems": (Problem("syntax-error", "shop", "", 0, 0, "", ""),)}, WHOLE, False),
        ({"problems": (Problem("rule-error", "", "", 0, 0, "", ""),)}, WHOLE, False),
        ({"problems": (Problem("syntax-error", "other", "", 0, 0, "", ""),)}, WHOLE, True),
    ],
)
def test_an_entry_is_unmatched_only_where_it_was_judged(
    fields: dict[str, object], run: Run, is_unmatched: bool
) -> None:
    applied = apply_baseline(report_of([], **fields), [ENTRY], run)
    assert (applied.unmatched, applied.kept) == (([ENTRY], []) if is_unmatched else ([], [ENTRY]))


# the file

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ENTRIES = st.lists(
    st.builds(
        Entry,
        *[TEXT] * 6,
        findings=st.integers(1, 9),
        reason=TEXT,
        until=st.none() | st.dates().map(str),
        line=st.just(0),
    ),
    unique_by=lambda entry: (entry.fingerprint, entry.object_hash),
    max_size=6,
)


@given(ENTRIES)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]) -> None:
    path = tmp_path_factory.mktemp("baseline") / NAME
    path.write_bytes(dump_baseline(entries))
    read = read_baseline(path)
    assert {entry._replace(line=0) for entry in read} == set(entries)
    lines = path.read_bytes().splitlines()
    assert len(lines) == len(entries) + 1
    for entry in read:
        assert orjson.loads(lines[entry.line - 1])["entity"] == entry.entity
    assert dump_baseline(read) == path.read_bytes(), "written again it is the same"


@given(ENTRIES, ENTRIES, st.randoms(use_true_random=False))
def test_lines_of_two_branches_in_any_order_are_a_baseline(
    tmp_path_factory: pytest.TempPathFactory, ours: list[Entry], theirs: list[Entry], chance: object
) -> None:
    """Git's union of two versions has the lines of both, some of them twice."""
    path = tmp_path_factory.mktemp("baseline") / NAME
    header, *lines = [*dump_baseline(ours).splitlines(), *dump_baseline(theirs).splitlines()[1:]]
    chance.shuffle(lines)  # type: ignore[attr-defined]
    path.write_bytes(b"\r\n".join([header, *lines, header, b""]))
    keys = {(entry.fingerprint, entry.object_hash) for entry in (*ours, *theirs)}
    assert {(entry.fingerprint, entry.object_hash) for entry in read_baseline(path)} == keys


GOOD = '{"service":"s","entity":"s.a","kind":"table","rule":"r","fingerprint":"f","object":"o"}'
HEAD = '{"azora-audit-baseline":1}'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "does not begin with"),
        (GOOD, 1, "does not begin with"),
        ("[]", 1, "does not begin with"),
        ('{"azora-audit-baseline":2}', 1, "has version 2"),
        ('{"azora-audit-baseline":true}', 1, "version is no number"),
        (f"{HEAD}\n<<<<<<< HEAD\n{GOOD}\n=======\n>>>>>>> branch\n", 2, "merge that is not finished"),
        (f"{HEAD}\n{GOOD}\n=======\n", 3, "merge that is not finished"),
        (f"{HEAD}\n||||||| base\n", 2, "merge that is not finished"),
        (f"<<<<<<< HEAD\n{HEAD}\n", 1, "merge that is not finished"),
        (f"{HEAD}\n{GOOD}\n{GOOD[:-5]}", 3, "not JSON"),
        (f"{HEAD}\n\n[]", 3, "no object"),
        (f"{HEAD}\n{GOOD.replace('kind', 'sort')}", 2, "no text `kind`"),
        (HEAD + "\n" + GOOD.replace("}", ',"findings":0}'), 2, "`findings`"),
        (HEAD + "\n" + GOOD.replace("}", ',"until":"2026-02-30"}'), 2, "`until`"),
        (HEAD + "\n" + GOOD.replace("}", ',"reason":1}'), 2, "`reason`"),
        (HEAD + "\n" + GOOD.replace("}", ',"owner":"me"}'), 2, "`owner`"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused_with_its_line(
    shop: Path, text: str, line: int, said: str
) -> None:
    (shop / NAME).write_text(text)
    for sentence in (api.check, api.baseline):
        with pytest.raises(BaselineError, match=said) as caught:
            sentence(shop)
        assert (caught.value.path, caught.value.line) == (str(shop / NAME), line)
        assert caught.value.help
    assert (shop / NAME).read_text() == text


def test_git_merges_what_two_branches_accept(shop: Path, tmp_path: Path) -> None:
    """With `merge=union` in .gitattributes; without, the marks are refused."""
    api.baseline(shop)
    path = shop / NAME
    versions = {"base": path.read_bytes()}
    for branch, column in (("ours", "discount_amount real"), ("theirs", "fee_amount real")):
        path.write_bytes(versions["base"])
        (shop / "shop" / "schema.sql").write_text(ORDERS.replace("order_id uuid", f"{column}, order_id uuid"))
        api.baseline(shop)
        versions[branch] = path.read_bytes()
    for name, content in versions.items():
        (tmp_path / name).write_bytes(content)
    files = [str(tmp_path / name) for name in ("ours", "base", "theirs")]
    plain = subprocess.run(["git", "merge-file", "-p", *files], capture_output=True, check=False)
    path.write_bytes(plain.stdout)
    if plain.returncode:
        with pytest.raises(BaselineError, match="merge that is not finished"):
            api.check(shop)
    union = subprocess.run(["git", "merge-file", "-p", "--union", *files], capture_output=True, check=True)
    path.write_bytes(union.stdout)
    (shop / "shop" / "schema.sql").write_text(
        ORDERS.replace("order_id uuid", "discount_amount real, fee_amount real, order_id uuid")
    )
    columns = {entity for rule, entity in by_status(shop)["accepted"] if rule == "float-money"}
    assert {"shop.public.invoices.discount_amount", "shop.public.invoices.fee_amount"} <= columns
    api.baseline(shop)
    assert code(shop) == 0
