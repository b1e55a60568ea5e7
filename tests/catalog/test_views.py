"""The views: each says in one sentence what it holds, holds that, and costs no more than its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from azora_audit.catalog.derive import across_services, derive
from azora_audit.catalog.empty import VIEWS
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.catalog.store import Catalog
from azora_audit.catalog.tables import Check, CheckColumn, Policy
from azora_audit.rulebook.folders import shipped_rules
from tests.catalog.building import Building

if TYPE_CHECKING:
    from collections.abc import Iterator

LEXICON = load_lexicon(shipped_rules() / "lexicon")
NAMES = sorted(path.stem for path in VIEWS.glob("*.sql"))


class Views:
    """A catalog of the services that are built."""

    def __init__(self) -> None:
        self.building = Building()
        self.catalog = Catalog()

    def select(self, query: str, *others: Building) -> list[Any]:
        """Return the rows of a query, or its values if they have one column."""
        facts = [self.building.facts, *(other.facts for other in others)]
        for service in facts:
            derive(service, LEXICON)
        across_services(facts)
        self.catalog.load(facts)
        rows = self.catalog.connection.execute(query).fetchall()
        return [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows


@pytest.fixture
def views() -> Iterator[Views]:
    found = Views()
    yield found
    found.catalog.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_stands_on_top(name: str) -> None:
    first, second = (VIEWS / f"{name}.sql").read_text("utf-8").split("\n")[:2]
    assert first.startswith("-- ")
    assert first[3].isupper()
    assert first.endswith(".")
    assert not second.startswith("--")


def large(tables: int) -> Catalog:
    """Return a catalog of tables with keys, references and indexes, each table the child of the one before."""
    building = Building()
    for number in range(tables):
        name = f"invoices_{number}"
        building.table(
            name, "id uuid", "parent uuid?", "user_id uuid", "tenant_id uuid", "amount numeric", "email text",
            "status text", "created_at timestamptz", "updated_at timestamptz", "currency text", key="id",
        )  # fmt: skip
        if number:
            building.refer(
                name, "parent", f"invoices_{number - 1}", on_delete="cascade" if number % 9 else "restrict"
            )
        building.index(name, "parent")
        building.index(name, "parent", "tenant_id")
        building.index(name, "parent", "tenant_id", name=f"{name}_again")
        building.trigger(name, "begin new.updated_at := now(); return new; end", f"touch_{number}")
    derive(building.facts, LEXICON)
    catalog = Catalog()
    catalog.load([building.facts])
    return catalog


def steps(catalog: Catalog, query: str) -> int:
    """Return how many instructions, in hundreds, SQLite's machine runs for a query."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    catalog.connection.set_progress_handler(tick, 100)
    catalog.connection.execute(query).fetchall()
    catalog.connection.set_progress_handler(None, 100)
    return count


@pytest.fixture(scope="module")
def sizes() -> Iterator[tuple[Catalog, Catalog]]:
    small, big = large(100), large(400)
    yield small, big
    small.close()
    big.close()


@pytest.mark.parametrize("name", NAMES)
def test_four_times_the_tables_cost_four_times_the_steps(sizes: tuple[Catalog, Catalog], name: str) -> None:
    small, big = (steps(catalog, f"select * from {name}") for catalog in sizes)
    assert big <= 4.6 * small + 20


def test_own_tables(views: Views) -> None:
    building = views.building
    building.table("orders", "id uuid", kind="partitioned")
    building.table("orders_1", "id uuid", partition_of="orders")
    building.table("remote", "id uuid", kind="foreign")
    building.table("_prisma_migrations", "id text")
    building.table("migration_plans", "id uuid")
    assert views.select("select name from own_tables order by 1") == ["migration_plans", "orders"]
    assert views.catalog.connection.execute('select "table", name from own_columns order by 1').fetchall() == [
        ("migration_plans", "id"), ("orders", "id"),
    ]  # fmt: skip


def test_classes(views: Views) -> None:
    building = views.building
    building.table("users", "id uuid", key="id")
    building.table("audit_logs", "id uuid", key="id")
    building.table("countries", "id uuid", key="id")
    building.table("likes", "user_id uuid", "audit_log_id uuid")
    query = " union all ".join(
        f"select '{name}', name from {name}_tables" for name in ("entity", "append_only", "lookup", "join")
    )
    assert views.select(query) == [
        ("entity", "users"), ("append_only", "audit_logs"), ("lookup", "countries"), ("join", "likes"),
    ]  # fmt: skip


def test_keys(views: Views) -> None:
    building = views.building
    building.table("orders", "a uuid", "b integer", "c text?", key=["b", "a"])
    building.unique("orders", "c")
    building.index("orders", "a", name="unique_a", unique=True)
    building.index("orders", "b", name="partial", unique=True, where="c = 'x'", reads="c")
    building.index("orders", "(lower(c))", name="expression", unique=True)
    building.index("orders", "b", name="invalid", unique=True, valid=False)
    building.index("orders", "b", name="plain")
    assert views.select("select name, position, width, type from primary_key_columns order by position") == [
        ("b", 1, 2, "integer"), ("a", 2, 2, "uuid"),
    ]  # fmt: skip
    unique = views.catalog.connection.execute(
        "select kind, c.name, width from unique_key_columns k join columns c on c.id = k.column_id order by 1, 2"
    ).fetchall()
    assert unique == [("index", "a", 1), ("primary-key", "a", 2), ("primary-key", "b", 2), ("unique", "c", 1)]


def test_foreign_key_shape_and_pairs(views: Views) -> None:
    building = views.building
    building.table("parents", "x uuid", "y text")
    building.table("children", "b text?", "a uuid", "z uuid")
    building.refer("children", "a,b", "parents", "x,y")
    building.refer("children", "z", "unread")
    assert views.select(
        "select width, is_single, nullable_columns, columns, referenced_columns from foreign_key_shape"
    ) == [(2, 0, 1, '["a","b"]', '["x","y"]'), (1, 1, 0, '["z"]', '["id"]')]
    pairs = views.catalog.connection.execute(
        'select position, "column", type, referenced_column, referenced_type from foreign_key_pairs order by 1'
    ).fetchall()
    assert pairs == [(1, "a", "uuid", "x", "uuid"), (2, "b", "text", "y", "text")]


@pytest.mark.parametrize(
    ("fields", "grade"),
    [
        ({"method": "btree"}, "covered"),
        ({"method": "gist"}, "covered"),
        ({"method": "gin"}, "none"),
        ({"method": "gist", "operator_class": "gist_trgm_ops"}, "none"),
        ({"operator_class": "text_pattern_ops"}, "covered"),
    ],
)
def test_index_methods_that_serve_a_foreign_key(views: Views, fields: dict[str, Any], grade: str) -> None:
    views.building.table("parents", "id text", key="id")
    views.building.table("children", "parent text")
    views.building.refer("children", "parent", "parents")
    views.building.index("children", "parent", **fields)
    assert views.select("select grade from foreign_key_cover") == [grade]


def test_the_covering_index_is_named(views: Views) -> None:
    views.building.table("parents", "a uuid", "b uuid", key=["a", "b"])
    views.building.table("children", "a uuid", "b uuid")
    views.building.refer("children", "a,b", "parents", "a,b")
    views.building.index("children", "a", name="half")
    views.building.index("children", "b", "a", name="whole")
    views.building.index("children", "b", name="other_half")
    assert views.select('select grade, "index" from foreign_key_cover') == [("covered", "whole")]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ((["a"], {}), (["a", "b"], {}), True),
        ((["a"], {}), (["b", "a"], {}), False),
        ((["a", "b"], {}), (["a", "b"], {}), True),
        ((["a desc"], {}), (["a", "b"], {}), False),
        ((["a"], {"operator_class": "text_pattern_ops"}), (["a", "b"], {}), False),
        ((["a"], {"where": "b = 'x'"}), (["a", "b"], {}), False),
        ((["a"], {"where": "b = 'x'"}), (["a", "b"], {"where": "b = 'x'"}), True),
        ((["a"], {}), (["a", "b"], {"where": "b = 'x'"}), False),
        ((["a"], {"method": "hash"}), (["a", "b"], {}), False),
        ((["a"], {"method": "gin"}), (["a", "b"], {"method": "gin"}), False),
        ((["a"], {"include": "c"}), (["a", "b"], {}), False),
        ((["a"], {"include": "c"}), (["a", "c"], {}), True),
        ((["a"], {"include": "c"}), (["a", "b"], {"include": "c"}), True),
        ((["a"], {}), (["a", "b"], {"valid": False}), False),
        ((["(lower(a))"], {}), (["(lower(a))", "b"], {}), True),
        ((["(lower(a))"], {}), (["(upper(a))", "b"], {}), False),
        ((["a"], {}), (["(a)", "b"], {}), False),
    ],
)
def test_index_prefix_of(
    views: Views,
    first: tuple[list[str], dict[str, Any]],
    second: tuple[list[str], dict[str, Any]],
    found: bool,
) -> None:
    views.building.table("t", "a text", "b text", "c text")
    views.building.index("t", *first[0], name="first", **first[1])
    views.building.index("t", *second[0], name="second", **second[1])
    pairs = views.select('select "index", longer from index_prefix_of')
    assert (("first", "second") in pairs) is found


def test_indexes_of_two_tables_are_no_prefixes(views: Views) -> None:
    for table in ("t", "u"):
        views.building.table(table, "a text")
        views.building.index(table, "a")
    assert views.select("select * from index_prefix_of union all select * from index_prefix_of") == []


def test_duplicate_indexes_are_reported_once_beside_the_one_to_keep(views: Views) -> None:
    views.building.table("t", "a uuid", "b uuid", key="a")
    for name in ("b1", "b2", "b3"):
        views.building.index("t", "b", name=name)
    views.building.index("t", "a", name="a_again")
    views.building.index("t", "a", name="a_unique_again", unique=True)
    views.building.index("t", "b", name="gin_b", method="gin")
    views.building.index("t", "b", name="partial_b", where="a is null")
    views.building.index("t", "b", name="invalid_b", valid=False)
    assert sorted(views.select('select "index", kept from duplicate_indexes')) == [
        ("a_again", "t_pkey"), ("a_unique_again", "t_pkey"), ("b2", "b1"), ("b3", "b1"),
    ]  # fmt: skip


def test_a_unique_index_is_kept_before_a_plain_one(views: Views) -> None:
    views.building.table("t", "a uuid")
    views.building.index("t", "a", name="plain")
    views.building.index("t", "a", name="unique", unique=True)
    assert views.select('select "index", kept from duplicate_indexes') == [("plain", "unique")]


def test_sensitive_data(views: Views) -> None:
    building = views.building
    building.table(
        "users", "id uuid", "email text", "ssn_encrypted bytea", "phone text", "password_hash text", "token text",
        "login_at timestamptz", "cvv_hash text", key="id",
    )  # fmt: skip
    building.table("_prisma_migrations", "email text")
    building.table("tokens", "value text", key="value")
    building.refer("users", "token", "tokens", "value")
    building.annotate("users.phone", "encrypted")
    assert sorted(views.select("select name, class, meaning, protection from sensitive_data")) == [
        ("cvv_hash", "sensitive-authentication-data", "card-verification-code", "hashed"),
        ("email", "contact", "email", None),
        ("phone", "contact", "phone", "@encrypted"),
        ("ssn_encrypted", "government-id", "national-id", "encrypted"),
    ]
    assert views.catalog.connection.execute("select name from sensitive_columns").fetchall() == [("email",)]


def test_protected_and_personal_tables(views: Views) -> None:
    for name in ("invoices", "consents", "audit_logs", "ledger_entries", "students", "products"):
        views.building.table(name, "id uuid")
    views.building.table("leads_list", "id uuid", "email text")
    assert views.select("select name, meaning from protected_tables order by 1") == [
        ("audit_logs", "audit"), ("consents", "consent"), ("invoices", "financial"), ("ledger_entries", "ledger"),
    ]  # fmt: skip
    rows = views.catalog.connection.execute("select name from personal_tables order by 1").fetchall()
    assert rows == [("leads_list",), ("students",)]


def test_columns_by_meaning(views: Views) -> None:
    building = views.building
    building.table(
        "invoices", "id uuid", "tenant_id uuid", "user_id uuid", "amount numeric", "fee_cents integer", "price integer",
        "prices numeric[]", "created_at timestamp", "updated_at timestamptz", "created_by uuid", "created_by_user_id uuid",
        "deleted_at timestamptz?",
    )  # fmt: skip
    run = views.catalog.connection.execute
    assert views.select("select name, meaning from money_columns order by 1") == [
        ("amount", "money"), ("fee_cents", "amount-minor-units"), ("price", "money-integer"),
    ]  # fmt: skip
    assert run("select name from tenant_columns").fetchall() == [("tenant_id",)]
    assert run("select name from owner_columns").fetchall() == [("user_id",)]
    assert run("select name, meaning from actor_columns order by 1").fetchall() == [
        ("created_by", "created-by"), ("created_by_user_id", "created-by"),
    ]  # fmt: skip
    assert run("select name, meaning, is_timestamp, has_time_zone from timestamps order by 1").fetchall() == [
        ("created_at", "created-at", 1, 0), ("deleted_at", "deleted-at", 1, 1), ("updated_at", "updated-at", 1, 1),
    ]  # fmt: skip
    assert run('select name, "column" from soft_delete_tables').fetchall() == [("invoices", "deleted_at")]


@pytest.mark.parametrize(
    ("fields", "found"),
    [({}, True), ({"on_update": False, "on_insert": True}, False), ({"update_columns": '["a"]'}, False)],
)
def test_maintained_updated_at(views: Views, fields: dict[str, Any], found: bool) -> None:
    views.building.table("t", "a text", "updated_at timestamptz")
    views.building.trigger("t", "begin new.updated_at = now(); return new; end", **fields)
    expected = [views.building.ids["t.updated_at"]] if found else []
    assert views.select("select column_id from maintained_updated_at") == expected


def test_refused_changes(views: Views) -> None:
    views.building.table("t", "a text")
    views.building.trigger("t", "begin raise exception 'no'; end", on_delete=True, on_insert=True)
    assert views.select("select operation from refused_changes order by 1") == ["delete", "update"]


def policy(building: Building, table: str, name: str, command: str, **fields: Any) -> None:
    identifier = building.facts.entity("policy", name, building.ids[table])
    row = Policy(identifier, building.ids[table], name, command, True, '["public"]', None, None, False, False)
    building.facts.rows(Policy).append(row._replace(**fields))


def test_policies(views: Views) -> None:
    views.building.table("t", "a text")
    views.building.table("u", "a text")
    policy(views.building, "t", "read", "select", using_always_true=True)
    policy(views.building, "t", "limit", "all", permissive=False, using_always_true=True)
    policy(views.building, "t", "add", "insert", check_always_true=True)
    policy(views.building, "t", "remove", "delete", using_always_true=True)
    policy(views.building, "t", "change", "update", using_always_true=True, check_expression="a = 'x'")
    policy(views.building, "t", "change_to", "update", check_expression="true", check_always_true=True)
    policy(views.building, "t", "work", "all", using_always_true=True)
    policy(views.building, "t", "guarded", "all", using_expression="a = 'x'")
    assert sorted(views.select("select name from open_write_policies")) == [
        "add",
        "change_to",
        "remove",
        "work",
    ]
    rows = views.catalog.connection.execute(
        'select "table", policies, permissive, allows_select, allows_delete from policy_summary order by 1'
    ).fetchall()
    assert rows == [("t", 8, 7, 1, 1), ("u", 0, 0, 0, 0)]


def test_missing_and_cross_service_references(views: Views) -> None:
    views.building.table("users", "id uuid", key="id")
    views.building.table("orders", "id uuid", "user_id text", "plan_id uuid", "thing_id uuid", key="id")
    other = Building("billing")
    other.table("plans", "id bigint", key="id")
    assert views.select(
        'select "table", "column", target, target_column, same_type from missing_references', other
    ) == [("orders", "user_id", "users", "id", 0)]
    run = views.catalog.connection.execute
    assert run('select "column", target_service from cross_service_references').fetchall() == [
        ("plan_id", "billing")
    ]
    assert run("select noun, family, is_reference from logical_key_types order by 1, 2").fetchall() == [
        ("order", "uuid", 0), ("plan", "integer", 0), ("plan", "uuid", 1), ("thing", "uuid", 1), ("user", "text", 1),
        ("user", "uuid", 0),
    ]  # fmt: skip


def test_status_columns(views: Views) -> None:
    building = views.building
    building.table("a", "status mood!")
    building.table("b", "status text")
    building.table("c", "status text")
    building.table("d", "status text")
    building.table("states", "id text", key="id")
    building.refer("c", "status", "states")
    check_id = building.facts.entity("check", "b_check", building.ids["b"])
    building.facts.rows(Check).append(
        Check(check_id, building.ids["b"], None, "b_check", "x", True, True, False)
    )
    building.facts.rows(CheckColumn).append(CheckColumn(check_id, building.ids["b.status"]))
    assert views.select('select "table", limited_by from status_columns order by 1') == [
        ("a", "enum"), ("b", "check"), ("c", "reference"), ("d", None),
    ]  # fmt: skip


def test_leading_columns(views: Views) -> None:
    views.building.table("t", "a text", "b text")
    views.building.index("t", "a", "b", name="ab", where="b is null")
    views.building.index("t", "(lower(a))", name="expression")
    views.building.index("t", "b", name="invalid", valid=False)
    assert views.select('select "index", predicate from leading_columns') == [("ab", "b is null")]
