"""The live reader against schemas whose facts are written out here by hand, on every PostgreSQL that is installed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import psycopg
import pytest

from azora_audit.catalog import tables
from azora_audit.errors import ServerError
from azora_audit.sources.live import binaries, nodes, relations
from azora_audit.sources.live.keys import exclusion_parts
from azora_audit.sources.live.read import SESSION, read_database
from azora_audit.sources.live.server import Server
from tests.sources.agreement import compare
from tests.sources.live.versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.catalog.facts import Facts

NEGATIVE_SCALE = 150000
RANDOM_UUID = 130000
"""First versions with `numeric(10,-2)`, and with gen_random_uuid in the core."""

Row = TypeVar("Row", bound=tuple[object, ...])

INSTALLED = [
    folder
    for folder in [*binaries.wheel_folders(), *binaries.system_folders(), *VERSIONS]
    if (folder / "postgres").exists()
]

SCHEMA = (Path(__file__).parent.parent / "example.sql").read_text(encoding="utf-8")


def schema_for(version: int) -> str:
    """Return the example without what a version cannot do."""
    text = SCHEMA if version >= NEGATIVE_SCALE else SCHEMA.replace("numeric(10,-2)", "numeric(10,2)")
    if version < RANDOM_UUID:
        text = text.replace("create extension citext;", "create extension citext; create extension pgcrypto;")
    return text


def rows(facts: Facts, table: type[Row], **wanted: object) -> list[Row]:
    return [
        row for row in facts.rows(table) if all(getattr(row, name) == value for name, value in wanted.items())
    ]


def one(facts: Facts, table: type[Row], **wanted: object) -> Row:
    (row,) = rows(facts, table, **wanted)
    return row


def column(facts: Facts, table: str, name: str) -> tables.Column:
    return one(facts, tables.Column, table_id=one(facts, tables.Table, name=table).id, name=name)


def names(facts: Facts, identifiers: list[Any]) -> list[str]:
    return [facts.entity_of(identifier).name for identifier in identifiers]


@pytest.fixture(scope="module", params=INSTALLED, ids=str)
def read(request: pytest.FixtureRequest) -> Iterator[Facts]:
    folder: Path = request.param
    with (
        Server(folder) as server,
        psycopg.connect(server.dsn(server.create_database()), autocommit=True) as connection,
    ):
        connection.execute(schema_for(server.version).encode())
        yield read_database(connection, "shop", path="services/shop")


def test_tables(read: Facts) -> None:
    found = {(row.name, row.kind, row.persistence) for row in read.rows(tables.Table)}
    assert found == {
        ("users", "ordinary", "permanent"),
        ("posts", "ordinary", "permanent"),
        ("event", "partitioned", "permanent"),
        ("event_2020", "ordinary", "permanent"),
        ("event_rest", "ordinary", "permanent"),
        ("note", "ordinary", "permanent"),
        ("child", "ordinary", "unlogged"),
    }
    users, event = one(read, tables.Table, name="users"), one(read, tables.Table, name="event")
    assert (users.schema, users.owner, users.row_security, users.force_row_security) == (
        "app",
        "postgres",
        True,
        True,
    )
    assert (event.partition_strategy, event.partition_key, event.row_security) == ("range", "at", False)
    bounds = {row.name: row.partition_bound for row in rows(read, tables.Table, partition_of_id=event.id)}
    assert bounds == {
        "event_2020": "FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        "event_rest": "DEFAULT",
    }
    inherited = one(read, tables.Inheritance)
    assert names(read, [inherited.child_id, inherited.parent_id]) == ["child", "posts"]
    assert read.entity_of(users.id).address == "shop.app.users"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("id", {"position": 1, "type": "uuid", "nullable": False}),
        (
            "mail",
            {"position": 2, "type": "app.email", "base_type": "character varying", "type_kind": "domain"}
            | {"length": 200, "nullable": False},
        ),
        ("mood", {"type": "app.mood", "base_type": "app.mood", "type_kind": "enum", "array": False}),
        ("moods", {"type": "app.mood[]", "base_type": "app.mood", "type_kind": "enum", "array": True}),
        ("nick", {"type": "app.citext", "base_type": "app.citext", "type_kind": "base", "type_id": None}),
        ("amount", {"type": "numeric(10,-2)", "precision": 10, "scale": -2, "nullable": True}),
        ("seen", {"type": "timestamp(3) with time zone", "precision": 3, "scale": None}),
        ("made", {"type": "timestamp without time zone", "precision": None}),
        ("number", {"serial": True, "nullable": False, "identity": None}),
        ("counter", {"serial": False, "nullable": False, "identity": "always"}),
        ("twice", {"generated": "stored", "generation_expression": "(number * 2)"}),
        ("code", {"length": 10, "collation": "C"}),
        ("letter", {"type": "character(1)", "base_type": "character", "length": 1, "collation": None}),
        ("bits", {"type": "bit(3)", "length": 3}),
        ("mails", {"base_type": "character varying", "array": True, "length": 200, "nullable": True}),
        ("every", {"type": "interval(2)", "base_type": "interval", "precision": 2}),
    ],
)
def test_columns(read: Facts, name: str, expected: dict[str, object]) -> None:
    found = column(read, "users", name)._asdict()
    if name == "amount" and found["scale"] == 2:  # a version without negative scales: see schema_for
        expected = expected | {"type": "numeric(10,2)", "scale": 2}
    assert {field: found[field] for field in expected} == expected


def test_types_of_columns_are_entities(read: Facts) -> None:
    linked = [column(read, "users", name).type_id for name in ("mail", "mood", "moods", "mails")]
    assert names(read, linked) == ["email", "mood", "mood", "emails"]


def test_defaults(read: Facts) -> None:
    found = {names(read, [row.column_id])[0]: (row.kind, row.function) for row in read.rows(tables.Default)}
    assert found == {
        "id": ("function", "gen_random_uuid"),
        "mood": ("constant", None),
        "seen": ("function", "now"),
        "made": ("function", "current_timestamp"),
        "number": ("sequence", "nextval"),
        "code": ("constant", None),
        "nothing": ("null", None),
        "label": ("expression", None),
    }


def test_keys(read: Facts) -> None:
    keys: dict[int, tables.PrimaryKey | tables.Unique] = {row.id: row for row in read.rows(tables.PrimaryKey)}
    keys |= {row.id: row for row in read.rows(tables.Unique)}
    found = {
        key.name: (
            key.deferrable,
            names(read, [part.column_id for part in rows(read, tables.KeyColumn, key_id=key.id)]),
        )
        for key in keys.values()
    }
    assert found == {
        "users_pkey": (False, ["id"]),
        "users_mail_key": (False, ["mail"]),
        "posts_pkey": (True, ["tenant", "id"]),
        "event_pkey": (False, ["id", "at"]),
        "event_2020_pkey": (False, ["id", "at"]),
        "event_rest_pkey": (False, ["id", "at"]),
    }
    assert {row.name for row in read.rows(tables.Index) if row.constraint_id in keys} == set(found)


def test_foreign_keys(read: Facts) -> None:
    found = {
        (names(read, [row.table_id])[0], row.name): (
            row.referenced_name,
            row.on_delete,
            row.on_update,
            row.match,
        )
        for row in read.rows(tables.ForeignKey)
    }
    plain = ("users", "no action", "no action", "simple")
    assert found == {
        ("users", "users_parent_fkey"): ("users", "set null", "no action", "simple"),
        ("posts", "posts_author_fkey"): ("users", "cascade", "set null", "simple"),
        ("event", "event_who_fkey"): plain,
        ("event_2020", "event_who_fkey"): plain,
        ("event_rest", "event_who_fkey"): plain,
        ("note", "note_id_at_fkey"): ("event", "no action", "no action", "full"),
    }
    composite = one(read, tables.ForeignKey, name="note_id_at_fkey")
    pairs = rows(read, tables.ForeignKeyColumn, foreign_key_id=composite.id)
    assert [(pair.position, pair.referenced_name) for pair in pairs] == [(1, "id"), (2, "at")]
    assert names(read, [pair.column_id for pair in pairs]) == ["id", "at"]
    late = one(read, tables.ForeignKey, name="posts_author_fkey")
    assert (late.deferrable, late.initially_deferred, late.on_delete_declared) == (True, True, True)
    assert names(read, [late.referenced_table_id]) == ["users"]


def test_checks(read: Facts) -> None:
    found = {row.name: (row.expression, row.validated, row.no_inherit) for row in read.rows(tables.Check)}
    assert found == {
        "email_check": ("((VALUE)::text ~ '@'::text)", True, False),
        "users_check": ("((number > 0) AND (amount > (0)::numeric))", True, False),
        "big": ("(amount > (1)::numeric)", True, True),
        "late": ("(number < 100)", False, False),
    }
    both = one(read, tables.Check, name="users_check")
    assert names(read, [row.column_id for row in rows(read, tables.CheckColumn, check_id=both.id)]) == [
        "amount",
        "number",
    ]
    assert names(read, [one(read, tables.Check, name="email_check").domain_id]) == ["email"]


def test_exclusions(read: Facts) -> None:
    apart = one(read, tables.Exclusion)
    assert apart[2:] == ("apart", "gist", "room WITH &&", "(tenant > 0)", True, False)
    assert one(read, tables.Index, constraint_id=apart.id).method == "gist"


def test_indexes(read: Facts) -> None:
    author = one(read, tables.Index, name="posts_author")
    assert (author.unique_, author.predicate_only_not_null, author.valid) == (False, True, True)
    read_columns = [row.column_id for row in rows(read, tables.IndexPredicateColumn, index_id=author.id)]
    assert names(read, read_columns) == ["tenant", "author"]
    parts = rows(read, tables.IndexColumn, index_id=author.id)
    assert names(read, [part.column_id for part in parts]) == ["tenant", "author", "id"]
    assert [(part.included, part.descending, part.nulls_first) for part in parts] == [
        (False, True, True),
        (False, False, False),
        (True, False, False),
    ]
    odd = one(read, tables.Index, name="posts_odd")
    assert (odd.unique_, odd.predicate_only_not_null) == (True, False)
    part = one(read, tables.IndexColumn, index_id=odd.id)
    assert part[2:] == (None, "lower((author)::text)", False, False, False, "text_pattern_ops", None)
    code = rows(read, tables.IndexColumn, index_id=one(read, tables.Index, name="users_code").id)
    assert [(part.collation, part.nulls_first) for part in code] == [("POSIX", False), (None, True)]
    assert one(read, tables.Index, name="event_who_idx").valid is False


def test_types(read: Facts) -> None:
    mood = one(read, tables.Enum)
    labels = [(row.position, row.value) for row in rows(read, tables.EnumValue, enum_id=mood.id)]
    assert (mood.schema, mood.name, labels) == ("app", "mood", [(1, "sad"), (2, "fine"), (3, "ok")])
    assert [row[2:] for row in read.rows(tables.Domain)] == [
        ("app", "email", "character varying(200)", False, None),
        ("app", "emails", "app.email[]", True, "'{}'::app.email[]"),
    ]


def test_sequences(read: Facts) -> None:
    found = {row.name: row[4:-1] for row in read.rows(tables.Sequence)}
    assert found == {
        "free": ("smallint", -1, -2, -32768, -1, True),
        "users_counter_seq": ("integer", 5, 1, 1, 2147483647, False),
        "users_number_seq": ("integer", 1, 1, 1, 2147483647, False),
    }
    owners = {row.name: row.owned_by_column_id for row in read.rows(tables.Sequence)}
    assert owners == {
        "free": None,
        "users_counter_seq": column(read, "users", "counter").id,
        "users_number_seq": column(read, "users", "number").id,
    }


def test_views(read: Facts) -> None:
    recent, single = one(read, tables.View, name="recent"), one(read, tables.View, name="one")
    assert recent[4:5] + recent[6:] == (False, False, True, "cascaded")
    assert single[4:] == (True, "", False, False, None), (
        "the query is not printed: that would lock its tables"
    )
    assert [names(read, list(row)) for row in read.rows(tables.ViewRead)] == [["recent", "users"]]


def test_functions(read: Facts) -> None:
    f, p, touch = read.rows(tables.Function)
    assert f[2:8] == ("app", "f", "integer, text[]", "text", "plpgsql", "function")
    assert f[8:] == (True, "volatile", "app, pg_temp", " begin b := 'x'; end ")
    assert p[2:8] == ("app", "p", "integer", "", "plpgsql", "procedure")
    assert p[8:] == (False, "volatile", None, " begin end ")
    assert touch[2:8] == ("app", "touch", "", "trigger", "plpgsql", "function")
    assert touch[8:] == (False, "volatile", None, " begin new.seen = now(); return new; end ")


def test_triggers(read: Facts) -> None:
    touched = one(read, tables.Trigger, name="touched")
    assert touched[3:5] == ("before", "row")
    assert touched[5:10] == (False, True, False, False, '["mail","mood"]')
    assert touched[10] == "((old.mail)::text IS DISTINCT FROM (new.mail)::text)"
    assert (touched.function_name, touched.arguments, touched.enabled) == ("touch", '["a b","c"]', True)
    assert names(read, [touched.function_id]) == ["touch"]
    whole = one(read, tables.Trigger, name="whole")
    assert (whole.timing, whole.level, whole.on_truncate, whole.enabled) == (
        "after",
        "statement",
        True,
        False,
    )
    clones = {names(read, [row.table_id])[0] for row in rows(read, tables.Trigger, name="each_event")}
    assert clones == {"event", "event_2020", "event_rest"}
    assert len(read.rows(tables.Trigger)) == 5


def test_policies(read: Facts) -> None:
    assert [row[2:] for row in read.rows(tables.Policy)] == [
        ("add", "insert", False, '["public"]', None, "(number > 1)", False, False),
        ("see", "select", True, '["reader","writer"]', "true", None, True, False),
    ]


def test_grants(read: Facts) -> None:
    found = {
        (*names(read, [row.object_id]), row.grantee, row.privilege, row.grantable, row.columns)
        for row in read.rows(tables.Grant)
    }
    assert found == {
        ("users", "reader", "select", True, None),
        ("users", "reader", "insert", True, None),
        ("users", "public", "select", False, '["code","letter"]'),
        ("touch", "reader", "execute", False, None),
        ("mood", "reader", "usage", False, None),
    }


def test_extensions_hide_what_they_own(read: Facts) -> None:
    found = {(row.name, row.schema) for row in read.rows(tables.Extension)}
    assert found - {("pgcrypto", "app")} == {("citext", "app")}
    assert {row.name for row in read.rows(tables.Function)} == {"f", "p", "touch"}
    assert {entity.schema for entity in read.rows(tables.Entity)} == {None, "app"}


def test_comments(read: Facts) -> None:
    found = {(*names(read, [row.entity_id]), row.text, row.source) for row in read.rows(tables.Comment)}
    expected = {
        "users": "T",
        "code": "C",
        "big": "K",
        "posts_odd": "I",
        "see": "P",
        "touched": "G",
        "mood": "E",
        "touch": "F",
    }
    assert found == {(name, text, "sql") for name, text in expected.items()}


def test_the_source_says_what_it_knows(read: Facts) -> None:
    assert one(read, tables.Source)[1:2] + one(read, tables.Source)[3:] == (
        "live",
        0,
        "postgresql",
        "catalog",
    )
    assert {"tables", "triggers", "grants", "index_predicate_columns"} <= read.known
    assert not {"client_defaults", "packages", "annotations"} & read.known


def test_every_server_version_gives_the_same_facts() -> None:
    """The oracle of the SQL source must not depend on which server plays it."""
    found = []
    for folder in INSTALLED:
        with (
            Server(folder) as server,
            psycopg.connect(server.dsn(server.create_database()), autocommit=True) as connection,
        ):
            connection.execute(schema_for(server.version).encode())
            found.append(read_database(connection, "shop"))
    lacking = ("numeric(10,2)", "scale is 2", "gen_random_uuid", "pgcrypto")  # see schema_for
    differences = [line for facts in found for line in compare(facts, found[0])]
    assert [line for line in differences if not any(words in line for words in lacking)] == []


def test_what_only_newer_servers_have(database: psycopg.Connection) -> None:
    database.execute("""
        create table parent (id int primary key, code int, unique nulls not distinct (code));
        create table child (
            a int, b int, twice int generated always as (a * 2),
            constraint soft foreign key (a) references parent not enforced,
            constraint few foreign key (b) references parent on delete set null (b),
            constraint wish check (a > 1) not enforced
        );
        create function g() returns table (q int) language sql begin atomic select 1; end;
        create view safe with (security_invoker = true) as select 1 as one;
    """)
    facts = read_database(database, "shop")
    assert one(facts, tables.Unique).nulls_not_distinct is True
    assert one(facts, tables.Index, name="parent_code_key").nulls_not_distinct is True
    assert column(facts, "child", "twice").generated == "virtual"
    soft, few = (one(facts, tables.ForeignKey, name=name) for name in ("soft", "few"))
    assert (soft.enforced, few.enforced, few.on_delete_columns) == (False, True, '["b"]')
    assert one(facts, tables.Check).enforced is False
    assert one(facts, tables.Function)[4:6] == ("", "TABLE(q integer)")
    assert one(facts, tables.Function).body == "BEGIN ATOMIC\n SELECT 1;\nEND"
    assert one(facts, tables.View).security_invoker is True


def test_foreign_keys_between_partitioned_tables_count_once_per_table(database: psycopg.Connection) -> None:
    database.execute("""
        create table target (id int primary key) partition by list (id);
        create table target_1 partition of target for values in (1);
        create table target_2 partition of target for values in (2) partition by list (id);
        create table target_22 partition of target_2 for values in (2);
        create table asking (id int references target) partition by hash (id);
        create table asking_0 partition of asking for values with (modulus 1, remainder 0);
    """)
    facts = read_database(database, "shop")
    found = sorted(
        (*names(facts, [row.table_id]), row.referenced_name) for row in facts.rows(tables.ForeignKey)
    )
    assert found == [("asking", "target"), ("asking_0", "target")]


def test_foreign_tables_and_what_extensions_bring(database: psycopg.Connection) -> None:
    database.execute("""
        create extension postgres_fdw; create extension pg_stat_statements;
        create server far foreign data wrapper postgres_fdw;
        create foreign table afar (a int not null) server far;
        create type pair as (x int, y text);
        create table near (both_ pair, many pair[], span tstzrange);
    """)
    facts = read_database(database, "shop")
    kinds = {row.name: row.kind for row in facts.rows(tables.Table)}
    assert kinds == {"afar": "foreign", "near": "ordinary"}
    assert {row.name for row in facts.rows(tables.Extension)} == {"postgres_fdw", "pg_stat_statements"}
    assert not facts.rows(tables.Function)
    assert not facts.rows(tables.View)
    columns = [column(facts, "near", name) for name in ("both_", "many", "span")]
    found = [(found.type_kind, found.array) for found in columns]
    assert found == [("composite", False), ("composite", True), ("range", False)]


def test_the_number_of_queries_does_not_depend_on_the_schema(
    database: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    execute = psycopg.Connection.execute
    asked: list[object] = []

    def counting(connection: psycopg.Connection, query: Any, *rest: Any, **options: Any) -> Any:
        asked.append(query)
        return execute(connection, query, *rest, **options)

    for number in (1, 40):
        for part in range(number):
            database.execute(
                f"create table t{number}_{part} (id serial primary key, o int references t{number}_{part})"
            )
        asked.clear()
        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Connection, "execute", counting)
            read_database(database, "shop")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 27


@pytest.mark.parametrize("autocommit", [True, False])
def test_the_session_is_left_as_it_was(server: Server, autocommit: bool) -> None:
    name = server.create_database()
    settings = [
        *SESSION,
        "statement_timeout",
        "lock_timeout",
        "transaction_read_only",
        "transaction_isolation",
    ]
    show = "select array_agg(current_setting(name)) from unnest(%s::text[]) name"
    with psycopg.connect(server.dsn(name), autocommit=autocommit) as connection:
        before = connection.execute(show, (settings,)).fetchone()
        connection.rollback()
        read_database(connection, "shop")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert connection.execute(show, (settings,)).fetchone() == before
    server.drop_database(name)


def test_a_users_functions_do_not_shadow_ours(database: psycopg.Connection) -> None:
    """A hostile database may put functions before pg_catalog's."""
    database.execute("""
        create schema evil;
        create function evil.unnest(text[]) returns setof text language sql as $$ select 'search_path' $$;
        create function evil.format_type(oid, int) returns text language sql as $$ select 'stolen' $$;
        create table t (id int);
    """)
    database.execute("set search_path = evil, pg_catalog, public")
    assert column(read_database(database, "shop"), "t", "id").type == "integer"


def test_a_lock_is_not_waited_for(server: Server, database: psycopg.Connection) -> None:
    """PostgreSQL prints an expression under a lock that it gives back at once; nothing else needs one."""
    database.execute("create table t (id int); create view v as select id from t")
    with psycopg.connect(server.dsn(database.info.dbname)) as other:
        other.execute("lock table t in access exclusive mode")
        assert len(read_database(database, "shop", lock_timeout="20ms").rows(tables.View)) == 1
        other.rollback()
        database.execute("alter table t add check (id > 0)")
        other.execute("lock table t in access exclusive mode")
        with pytest.raises(ServerError, match="lock timeout"):
            read_database(database, "shop", lock_timeout="20ms")
        other.rollback()


def test_only_catalogs_are_locked(database: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """After every query, all that the transaction holds is AccessShare on system catalogs and its own number."""
    database.execute(SCHEMA)
    execute, held = psycopg.Connection.execute, set()

    def looking(self: psycopg.Connection, *args: Any) -> psycopg.Cursor:
        cursor = execute(self, *args)
        held.update(
            execute(
                self,
                "select locktype, mode, case when locktype = 'relation' then relation < 16384 end"
                " from pg_catalog.pg_locks where pid = pg_catalog.pg_backend_pid()",
            ).fetchall()
        )
        return cursor

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "execute", looking)
        read_database(database, "shop", running=True)
    assert held == {("relation", "AccessShareLock", True), ("virtualxid", "ExclusiveLock", None)}


def test_a_connection_that_is_busy_is_refused(server: Server) -> None:
    """Within somebody's transaction there is no snapshot of our own, and its changes would be read as facts."""
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("select 1")
        with pytest.raises(ServerError, match="ISOLATION LEVEL"):
            read_database(connection, "shop")
        connection.rollback()


def test_a_server_that_is_too_old_is_refused() -> None:
    connection = SimpleNamespace(info=SimpleNamespace(server_version=110022, dbname="old"))
    with pytest.raises(ServerError, match="PostgreSQL 11"):
        read_database(cast("psycopg.Connection", connection), "shop")


@pytest.mark.parametrize(
    ("base_type", "modifier", "expected"),
    [
        ("numeric", -1, (None, None, None)),
        ("numeric", 655366, (None, 10, 2)),
        ("interval", 268304383, (None, None, None)),
        ("bit varying", 7, (7, None, None)),
        ("app.vector", 3, (None, None, None)),
    ],
)
def test_type_modifiers(base_type: str, modifier: int, expected: tuple[int | None, ...]) -> None:
    assert relations.dimensions(base_type, modifier) == expected


def test_exclusions_with_quotes_and_nested_parentheses() -> None:
    definition = """EXCLUDE USING gist (f((a)::text) WITH =, "b)" WITH &&) WHERE ((a <> ')'::text)) INITIALLY DEFERRED"""
    assert exclusion_parts(definition.replace(" INITIALLY", " DEFERRABLE INITIALLY")) == (
        "gist",
        'f((a)::text) WITH =, "b)" WITH &&',
        "(a <> ')'::text)",
    )


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("a is not null", True),
        ("a is not null and b is not null", True),
        ("a is null", False),
        ("a is not null or b is not null", False),
        ("not (a is not null)", False),
        ("a > 1", False),
        ("a + b is not null", False),
    ],
)
def test_predicates_of_not_null_only(database: psycopg.Connection, predicate: str, expected: bool) -> None:
    database.execute("create table t (a int, b int)")
    database.execute(f"create index on t (a) where {predicate}".encode())
    row = database.execute("select indpred::text from pg_index where indpred is not null").fetchone()
    assert row is not None
    assert nodes.only_not_null(row[0]) is expected


def test_a_foreign_key_to_an_extensions_table_names_its_columns(database: psycopg.Connection) -> None:
    database.execute("""
        create extension citext;
        create table theirs (id int, code int, primary key (code, id));
        alter extension citext add table theirs;
        create table ours (a int, b int, foreign key (a, b) references theirs);
    """)
    facts = read_database(database, "shop")
    (key,) = facts.rows(tables.ForeignKey)
    assert (key.referenced_table_id, key.referenced_name) == (None, "theirs")
    pairs = facts.rows(tables.ForeignKeyColumn)
    assert [(pair.referenced_column_id, pair.referenced_name) for pair in pairs] == [
        (None, "code"),
        (None, "id"),
    ]
