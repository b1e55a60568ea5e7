"""What follows from a service's facts: words, meanings, triggers' work, classes, reach and references."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.catalog.derive import DERIVED, across_services, derive
from azora_audit.catalog.layout import Layout
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.catalog.reach import MOST_ROOTS, cascade_reach
from azora_audit.catalog.tables import (
    TABLES,
    CascadeReach,
    ClientDefault,
    Field,
    LogicalKey,
    LogicalReference,
    Meaning,
    MeaningGroup,
    Model,
    NamingStyle,
    TableClass,
    TriggerAssignment,
    TriggerRefusal,
    Word,
)
from azora_audit.rulebook.folders import shipped_rules
from tests.catalog.building import Building
from tests.sources.agreement import read_script
from tests.sources.test_agreement import EXAMPLE

LEXICON = load_lexicon(shipped_rules() / "lexicon")


def derived(building: Building) -> Building:
    derive(building.facts, LEXICON)
    return building


def name_of(building: Building, identifier: int | None) -> str | None:
    return (
        None
        if identifier is None
        else building.facts.entity_of(identifier).address.removeprefix("shop.public.")
    )


def class_of(building: Building, table: str) -> str:
    derived(building)
    return next(row.class_ for row in building.facts.rows(TableClass) if row.table_id == building.ids[table])


# styles of names


@pytest.mark.parametrize(
    ("table", "columns", "fields", "style"),
    [
        ("users", "id userId", None, (True, None, False)),
        ("users", "id user_id", None, (False, None, False)),
        ("Users", "id", None, (False, None, False)),
        ("User", "id", "id", (True, "M", True)),
        ("User", "id user_id", "id userId", (False, "M", True)),
        ("users", "id userid", "id user_id", (False, "M", False)),
        ("User", "id userId", "id user_id", (True, "M", False)),
    ],
)
def test_naming_styles(
    table: str, columns: str, fields: str | None, style: tuple[bool, str | None, bool]
) -> None:
    building = Building()
    building.table("other", "otherId uuid", "other_id uuid")
    building.table(table, *(f"{column} uuid" for column in columns.split()))
    rows = building.facts.rows
    if fields is not None:
        rows(Model).append(Model(building.ids[table], "M", ignored=False))
        for column, field in zip(columns.split(), fields.split(), strict=True):
            rows(Field).append(Field(building.ids[f"{table}.{column}"], field, None))
    derived(building)
    assert rows(NamingStyle)[1] == (building.ids[table], *style)


# words and meanings


def test_only_derived_tables_change() -> None:
    """Another process stores the others meanwhile."""
    facts = read_script(EXAMPLE)
    before = {table: list(facts.rows(table)) for table in TABLES.values()}
    derive(facts, LEXICON)
    changed = {table for table in TABLES.values() if facts.rows(table) != before[table]}
    assert changed >= {Word, Meaning}
    assert changed <= DERIVED


def test_words_and_meanings_of_tables_and_columns() -> None:
    building = Building()
    building.table("user_accounts", "id uuid", "contactEmail text", key="id")
    rows = derived(building).facts.rows
    column = building.ids["user_accounts.contactEmail"]
    assert Word(building.ids["user_accounts"], 2, "account") in rows(Word)
    assert [row.word for row in rows(Word) if row.entity_id == column] == ["contact", "email"]
    assert Meaning(building.ids["user_accounts"], "user", "user account") in rows(Meaning)
    assert Meaning(column, "email", "contact email") in rows(Meaning)
    assert MeaningGroup("email", "sensitive") in rows(MeaningGroup)


@pytest.mark.parametrize(
    ("column", "is_secret"),
    [
        ("password text", True),
        ("password character_varying(60)", True),
        ("password bytea", True),
        ("password text[]", True),
        ("password boolean", False),
        ("password integer", False),
        ("password mood!", False),
        ("password timestamptz", False),
    ],
)
def test_the_type_has_its_say(column: str, is_secret: bool) -> None:
    building = Building()
    building.table("users", column)
    found = {row.meaning for row in derived(building).facts.rows(Meaning)}
    assert ("password" in found) is is_secret


# triggers


@pytest.mark.parametrize(
    ("body", "assigned"),
    [
        ("begin new.updated_at := now(); return new; end", {"updated_at"}),
        ("BEGIN NEW.updated_at = now(); NEW.total := 1; RETURN NEW; END", {"updated_at", "total"}),
        ('begin new."updatedAt" := now(); return new; end', {"updatedAt"}),
        (
            "begin if new.total = old.total then new.updated_at = now(); end if; return new; end",
            {"updated_at"},
        ),
        ("begin select now() into new.updated_at; return new; end", {"updated_at"}),
        (
            "begin /* new.total := 1; */ -- ; new.total := 1;\n new.updated_at := now(); return new; end",
            {"updated_at"},
        ),
        ("begin raise notice '; new.total := 1;'; return new; end", set()),
        ("begin if new.updated_at = now() then return new; end if; return new; end", set()),
        ("begin new.nothing_such := 1; return new; end", set()),
        ("begin return new; end", set()),
    ],
)
def test_assignments_of_a_trigger(body: str, assigned: set[str]) -> None:
    building = Building()
    building.table("t", "updated_at timestamptz", "updatedAt timestamptz", "total integer")
    building.trigger("t", body)
    rows = derived(building).facts.rows(TriggerAssignment)
    assert {name_of(building, row.column_id) for row in rows} == {f"t.{name}" for name in assigned}


def test_assignments_of_an_extension() -> None:
    building = Building()
    building.table("t", "changed timestamptz")
    building.trigger("t", None, "moddatetime", ["changed"])
    assert [row.column_id for row in derived(building).facts.rows(TriggerAssignment)] == [
        building.ids["t.changed"]
    ]


@pytest.mark.parametrize("fields", [{"enabled": False}, {"timing": "after"}, {"level": "statement"}])
def test_triggers_that_cannot_assign(fields: dict[str, Any]) -> None:
    building = Building()
    building.table("t", "changed timestamptz")
    building.trigger("t", "begin new.changed := now(); return new; end", **fields)
    assert derived(building).facts.rows(TriggerAssignment) == []


REFUSES = "begin raise exception 'rows of % are final', tg_table_name; end"


@pytest.mark.parametrize(
    ("body", "fields", "refused"),
    [
        (REFUSES, {}, {"update"}),
        (
            REFUSES,
            {"on_delete": True, "on_truncate": True, "level": "statement"},
            {"update", "delete", "truncate"},
        ),
        (REFUSES, {"timing": "after"}, {"update"}),
        ("declare x int; begin raise 'no'; end", {}, {"update"}),
        ("begin raise sqlstate '23001'; end", {}, {"update"}),
        ("begin raise restrict_violation; end", {}, {"update"}),
        ("begin return null; end", {}, {"update"}),
        ("begin return null; end", {"level": "statement"}, set()),
        ("begin return null; end", {"timing": "after"}, set()),
        ("begin raise notice 'hello'; return new; end", {}, set()),
        ("begin if new.total < 0 then raise exception 'no'; end if; return new; end", {}, set()),
        (
            "begin if tg_op = 'UPDATE' then raise exception 'no'; end if; return old; end",
            {"on_delete": True},
            {"update"},
        ),
        (
            "begin if tg_op in ('UPDATE', 'DELETE') then raise exception 'no'; end if; return new; end",
            {"on_delete": True, "on_insert": True},
            {"update", "delete"},
        ),
        (
            "begin if (tg_op = 'DELETE' or tg_op = 'UPDATE') then raise exception 'no'; end if; end",
            {"on_delete": True},
            {"update", "delete"},
        ),
        ("begin if x then begin raise exception 'no'; end; end if; return new; end", {}, set()),
        (REFUSES, {"condition": "old.total > 1"}, set()),
        (REFUSES, {"update_columns": '["total"]'}, set()),
        (REFUSES, {"enabled": False}, set()),
        (REFUSES, {"on_update": False, "on_insert": True}, {"insert"}),
        ("", {}, set()),
    ],
)
def test_refusals_of_a_trigger(body: str, fields: dict[str, Any], refused: set[str]) -> None:
    building = Building()
    building.table("t", "total integer")
    building.trigger("t", body, **fields)
    assert {row.operation for row in derived(building).facts.rows(TriggerRefusal)} == refused


# classes


def test_a_join_table_has_references_and_nothing_else() -> None:
    building = Building()
    building.table("users", "id uuid", key="id")
    building.table("teams", "id uuid", key="id")
    building.table(
        "seats", "user_id uuid", "team_id uuid", "created_at timestamptz", key=["user_id", "team_id"]
    )
    building.refer("seats", "user_id", "users")
    building.refer("seats", "team_id", "teams")
    assert class_of(building, "seats") == "join"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["id uuid", "user_id uuid", "team_id uuid"], "join"),
        (["id uuid", "user_id uuid", "team_id uuid", "position integer", "tenant_id uuid"], "join"),
        (["id uuid", "user_id uuid", "team_id uuid", "role text"], "entity"),
        (["id uuid", "user_id uuid", "team_id uuid", "status text"], "entity"),
        (["id uuid", "user_id uuid", "created_at timestamptz"], "entity"),
    ],
)
def test_a_join_table_without_foreign_keys(columns: list[str], expected: str) -> None:
    building = Building()
    building.table("users", "id uuid", key="id")
    building.table("teams", "id uuid", key="id")
    building.table("seats", *columns, key="id")
    assert class_of(building, "seats") == expected


def test_a_join_table_that_prisma_makes() -> None:
    building = Building()
    building.table("_AToB", "A text", "B text", implicit_join=True)
    assert class_of(building, "_AToB") == "join"


@pytest.mark.parametrize(
    ("table", "columns", "expected"),
    [
        ("audit_logs", [], "append-only"),
        ("audit_logs", ["updated_at timestamptz"], "append-only"),
        ("ledger_entries", ["status text"], "append-only"),
        ("price_history", [], "append-only"),
        ("chat_messages", [], "append-only"),
        ("chat_messages", ["read_at timestamptz?"], "append-only"),
        ("chat_messages", ["updated_at timestamptz"], "entity"),
        ("chat_messages", ["deleted_at timestamptz"], "entity"),
        ("security_events", [], "append-only"),
        ("domain_events", ["status text"], "entity"),
        ("transactions", [], "append-only"),
        ("transactions", ["status text"], "entity"),
        ("event_types", ["version integer"], "lookup"),
        ("message_templates", [], "entity"),
        ("blogs", [], "entity"),
        ("catalogs", [], "entity"),
        ("orders", [], "entity"),
    ],
)
def test_append_only_by_name(table: str, columns: list[str], expected: str) -> None:
    building = Building()
    building.table(table, "id uuid", "text text", "created_at timestamptz", *columns, key="id")
    assert class_of(building, table) == expected


def test_a_client_that_keeps_updated_at_shows_updates() -> None:
    building = Building()
    building.table("messages", "id uuid", "touched timestamptz", key="id")
    building.facts.rows(ClientDefault).append(ClientDefault(building.ids["messages.touched"], "updated-at"))
    assert class_of(building, "messages") == "entity"


def test_append_only_by_trigger() -> None:
    building = Building()
    building.table("orders", "id uuid", key="id")
    building.trigger("orders", REFUSES)
    assert class_of(building, "orders") == "append-only"


@pytest.mark.parametrize("name", ["join", "append-only", "lookup", "entity"])
def test_an_annotation_decides(name: str) -> None:
    building = Building()
    building.table("audit_logs", "id uuid", key="id")
    building.annotate("audit_logs", name)
    assert class_of(building, "audit_logs") == name


@pytest.mark.parametrize(
    ("table", "key", "columns", "expected"),
    [
        ("countries", "id", ["id integer", "name text"], "lookup"),
        ("currencies", "code", ["code character(3)", "name text"], "lookup"),
        ("colors", "code", ["code text", "name text"], "lookup"),
        ("colors", "id", ["id uuid", "name text"], "entity"),
        ("settings", "key", ["key text", "value text"], "entity"),
        ("posts", "slug", ["slug text", "body text"], "entity"),
        ("promo_codes", "code", ["code text", "amount numeric"], "entity"),
        ("countries", "id", ["id uuid", "tenant_id uuid", "name text"], "entity"),
        ("room_types", "id", ["id integer", *(f"c{number} text" for number in range(8))], "entity"),
    ],
)
def test_lookup(table: str, key: str, columns: list[str], expected: str) -> None:
    building = Building()
    building.table(table, *columns, key=key)
    assert class_of(building, table) == expected


@pytest.mark.parametrize(("target", "expected"), [("regions", "lookup"), ("owners", "entity")])
def test_a_lookup_table_refers_to_itself_only(target: str, expected: str) -> None:
    building = Building()
    building.table("owners", "code text", key="code")
    building.table("regions", "code text", "above text?", key="code")
    building.refer("regions", "above", target, "code")
    assert class_of(building, "regions") == expected


def test_a_partition_is_what_its_parent_is() -> None:
    building = Building()
    building.table("audit_logs", "id uuid", kind="partitioned")
    building.table("p2024", "id uuid", partition_of="audit_logs")
    assert class_of(building, "p2024") == "append-only"


# reach


def chain(*links: tuple[str, str, str]) -> Building:
    building = Building()
    for name in dict.fromkeys(name for child, _, parent in links for name in (child, parent)):
        columns = [f"{parent}_ref uuid?" for child, _, parent in links if child == name]
        building.table(name, "id uuid", *columns, key="id")
    for child, action, parent in links:
        building.refer(child, f"{parent}_ref", parent, on_delete=action)
    return building


def reach_of(building: Building) -> list[tuple[str, int]]:
    return [(row.path, row.depth) for row in derived(building).facts.rows(CascadeReach)]


def test_reach_has_the_shortest_path_and_its_last_foreign_key() -> None:
    building = chain(
        ("customers", "cascade", "tenants"),
        ("orders", "cascade", "customers"),
        ("invoices", "cascade", "orders"),
        ("invoices", "cascade", "customers"),
    )
    assert reach_of(building) == [
        ("orders -> invoices", 1),
        ("customers -> invoices", 1),
        ("tenants -> customers -> invoices", 2),
    ]
    last = building.facts.rows(CascadeReach)[2]
    assert name_of(building, last.foreign_key_id) == "invoices.invoices_customers_ref_fkey"


def test_only_cascades_reach_and_only_protected_tables_are_asked_for() -> None:
    assert reach_of(chain(("invoices", "restrict", "customers"), ("profiles", "cascade", "customers"))) == []


def test_a_cycle_ends() -> None:
    building = chain(
        ("invoices", "cascade", "invoices"),
        ("invoices", "cascade", "plans"),
        ("plans", "cascade", "invoices"),
    )
    assert sorted(reach_of(building)) == [("invoices -> invoices", 1), ("plans -> invoices", 1)]


def test_a_target_that_was_not_read_reaches_nothing() -> None:
    building = Building()
    building.table("invoices", "id uuid", "other uuid")
    building.refer("invoices", "other", "elsewhere", on_delete="cascade")
    assert reach_of(building) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(["cascade", "restrict"]), st.integers(0, 7)), max_size=20
    )
)
def test_reach_is_the_closure_with_least_depth(links: list[tuple[int, str, int]]) -> None:
    """Every pair of the transitive closure is there once, with the length of a shortest path."""
    building = chain(*dict.fromkeys((f"t{child}", action, f"t{parent}") for child, action, parent in links))
    edges = {(child, parent) for child, action, parent in links if action == "cascade"}
    expected: dict[tuple[int, int], int] = {}
    for start in range(8):
        queue = deque([(start, 0)])
        while queue:
            at, depth = queue.popleft()
            for child, parent in edges:
                if child == at and (parent, start) not in expected:
                    expected[parent, start] = depth + 1
                    queue.append((parent, depth + 1))
    known = {name: building.ids[name] for name in building.ids if "." not in name}
    rows = cascade_reach(Layout(building.facts), known.values())
    numbers = {identifier: int(name[1:]) for name, identifier in known.items()}
    assert {(numbers[row.root_id], numbers[row.table_id]): row.depth for row in rows} == expected
    assert len(rows) == len(expected)
    assert all(len(row.path.split(" -> ")) == row.depth + 1 for row in rows)


def test_reach_keeps_the_nearest_roots() -> None:
    building = chain(*((f"t{number}", "cascade", f"t{number + 1}") for number in range(MOST_ROOTS + 50)))
    rows = cascade_reach(Layout(building.facts), [building.ids["t0"]])
    assert [row.depth for row in rows] == list(range(1, MOST_ROOTS + 1))


# references


def references(building: Building) -> dict[str | None, tuple[str, str | None]]:
    return {
        name_of(building, row.column_id): (row.noun, name_of(building, row.target_table_id))
        for row in derived(building).facts.rows(LogicalReference)
    }


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("user_id uuid", ("user", "users")),
        ("userId uuid", ("user", "users")),
        ("USER_ID uuid", ("user", "users")),
        ("user_uuid uuid", ("user", "users")),
        ("user_id text", ("user", "users")),
        ("account_manager_id uuid", ("account manager", None)),
        ("billing_address_id uuid", ("address", "addresses")),
        ("parent_order_id uuid", ("order", "orders")),
        ("parent_id uuid?", ("order", "orders")),
        ("created_by uuid", ("user", "users")),
        ("approved_by uuid", ("user", "users")),
        ("course_module_id uuid", ("course module", None)),
        ("user_id boolean", None),
        ("user_ids uuid[]", None),
        ("created_by text", None),
        ("id uuid", None),
        ("uuid uuid", None),
        ("order_id text", None),
        ("payment_id text", None),
        ("transaction_id text", None),
        ("transaction_id uuid", None),
        ("external_id text", None),
        ("stripe_customer_id text", None),
        ("stripe_user_id uuid", None),
        ("trace_id text", None),
        ("national_id text", None),
        ("tax_id text", None),
        ("subject_id uuid", None),
        ("valid boolean", None),
        ("paid integer", None),
        ("user text", None),
    ],
)
def test_a_column_named_like_a_reference(column: str, expected: tuple[str, str | None] | None) -> None:
    building = Building()
    building.table("users", "id uuid", key="id")
    building.table("addresses", "id uuid", key="id")
    building.table("payments", "id uuid", key="id")
    building.table("orders", "number uuid", column, "subject_type text", key="number")
    name = column.split(maxsplit=1)[0]
    assert references(building).get(f"orders.{name}") == expected


@pytest.mark.parametrize(
    ("column", "target"), [("billing_address_id text", "addresses"), ("carrier_address_id text", None)]
)
def test_a_text_needs_a_known_role(column: str, target: str | None) -> None:
    building = Building()
    building.table("addresses", "id text", key="id")
    building.table("orders", "number uuid", column, key="number")
    assert references(building)[f"orders.{column.split(maxsplit=1)[0]}"][1] == target


def test_foreign_keys_and_own_keys_are_no_missing_references() -> None:
    building = Building()
    building.table("users", "id uuid", "user_id uuid", key="user_id")
    building.table("orders", "id uuid", "user_id uuid", "order_id uuid", key="id")
    building.refer("orders", "user_id", "users", "user_id")
    assert references(building) == {}


def test_a_key_that_refers_is_a_reference() -> None:
    building = Building()
    building.table("users", "id uuid", key="id")
    building.table("profiles", "user_id uuid", key="user_id")
    assert references(building) == {"profiles.user_id": ("user", "users")}


def test_a_table_is_known_by_its_model_and_in_its_schema() -> None:
    building = Building()
    building.table("tbl_usr", "id uuid", key="id")
    building.facts.rows(Model).append(Model(building.ids["tbl_usr"], "User", ignored=False))
    building.table("orders", "id uuid", "user_id uuid", key="id")
    assert references(building) == {"orders.user_id": ("user", "tbl_usr")}


def test_two_tables_of_a_name_are_no_target_unless_one_is_nearer() -> None:
    building = Building()
    near = building.table("users", "id uuid", key="id", schema="app")
    building.table("Users", "id uuid", key="id", schema="crm")
    building.table("orders", "id uuid", "user_id uuid", key="id", schema="app")
    building.table("leads", "id uuid", "user_id uuid", key="id", schema="public")
    derived(building)
    found = {row.table_id: row.target_table_id for row in building.facts.rows(LogicalReference)}
    assert found == {building.ids["orders"]: near, building.ids["leads"]: None}


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"kind": "foreign"}, "orders"), ({"implicit_join": True}, "orders"), ({}, "flyway_schema_history")],
)
def test_tables_whose_columns_are_not_asked(fields: dict[str, Any], name: str) -> None:
    building = Building()
    building.table("users", "id uuid", key="id")
    building.table(name, "user_id uuid", **fields)
    assert references(building) == {}


def test_partitions_are_not_asked() -> None:
    building = Building()
    building.table("orders", "user_id uuid", kind="partitioned")
    building.table("orders_1", "user_id uuid", partition_of="orders")
    assert list(references(building)) == ["orders.user_id"]


# the fleet


def test_keys_and_services_find_one_another() -> None:
    accounts, billing, zebra = Building("accounts"), Building("billing"), Building("zebra")
    accounts.table("users", "id uuid", key="id")
    zebra.table("User", "id text", key="id")
    billing.table("plans", "id uuid", key="id")
    billing.table("invoices", "id uuid", "user_id text", "plan_id uuid", "ghost_id uuid", key="id")
    fleet = [derived(building).facts for building in (zebra, billing, accounts)]
    across_services(fleet)
    found = {row.noun: row.target_service for row in billing.facts.rows(LogicalReference)}
    assert found == {"user": "accounts", "plan": None, "ghost": None}
    keys = {(row.noun, row.type) for row in billing.facts.rows(LogicalKey)}
    assert keys == {("plan", "uuid"), ("invoice", "uuid"), ("user", "text"), ("ghost", "uuid")}


def test_a_service_is_not_its_own_other() -> None:
    building = Building()
    building.table("Users", "id uuid", key="id", schema="a")
    building.table("users", "id uuid", key="id", schema="b")
    building.table("orders", "id uuid", "user_id uuid", key="id", schema="c")
    across_services([derived(building).facts])
    (row,) = building.facts.rows(LogicalReference)
    assert (row.target_table_id, row.target_service) == (None, None)
