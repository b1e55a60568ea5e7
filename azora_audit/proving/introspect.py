"""PostgreSQL's catalog -> the prover's model, by a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from azora_audit.proving.mining import words
from azora_audit.proving.model import (
    Check,
    Column,
    Domain,
    Exclusion,
    ForeignKey,
    Key,
    Policy,
    Schema,
    Table,
    Trigger,
    View,
)

if TYPE_CHECKING:
    import psycopg

TABLES = """
SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', c.relkind = 'r' AND c.relhassubclass, c.relrowsecurity,
       coalesce(obj_description(c.oid, 'pg_class'), ''),
       coalesce((SELECT array_agg(p.relname::text ORDER BY p.relname)
                 FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid WHERE t.level > 0), '{}'),
       CASE WHEN c.relkind = 'p' THEN coalesce((
           SELECT string_agg('(' || coalesce(pg_get_partition_constraintdef(t.relid), 'true') || ')', ' OR ')
           FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid
           WHERE t.isleaf AND t.level > 0 AND p.relkind <> 'f'), 'false') ELSE '' END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND c.oid >= 16384
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname"""
COLUMNS = """
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, a.atttypmod, a.attnotnull,
       a.attidentity::text, a.attgenerated::text, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
       d.adbin IS NOT NULL AND d.adbin::text !~ '\\{(SQLVALUEFUNCTION|NEXTVALUEEXPR)\\M'
       AND NOT EXISTS (SELECT FROM regexp_matches(d.adbin::text, ':(?:funcid|opfuncid) (\\d+)', 'g') f (number)
                       JOIN pg_proc p ON p.oid = f.number[1]::oid WHERE p.provolatile <> 'i'),
       coalesce((SELECT array_agg(r.attname ORDER BY r.attnum) FROM pg_depend x
                 JOIN pg_attribute r ON r.attrelid = x.refobjid AND r.attnum = x.refobjsubid
                 WHERE (x.classid, x.objid, x.objsubid) IN (
                         ('pg_class'::regclass, a.attrelid, a.attnum), ('pg_attrdef'::regclass, d.oid, 0))
                   AND x.refclassid = 'pg_class'::regclass AND x.refobjid = a.attrelid
                   AND x.refobjsubid NOT IN (0, a.attnum)), '{}')
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum"""
TYPES = """
SELECT t.oid, t.typname, t.typtype::text, t.typbasetype, t.typtypmod, t.typnotnull, t.typcategory::text,
       CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, format_type(t.oid, NULL),
       coalesce((SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
                 FROM pg_enum e WHERE e.enumtypid = t.oid), '{}'),
       coalesce((SELECT array_agg(c.conname::text ORDER BY c.conname) FROM pg_constraint c
                 WHERE c.contypid = t.oid AND c.contype = 'c'), '{}'),
       coalesce((SELECT array_agg(pg_get_expr(c.conbin, 0) ORDER BY c.conname) FROM pg_constraint c
                 WHERE c.contypid = t.oid AND c.contype = 'c'), '{}')
FROM pg_type t"""
CONSTRAINTS = """
SELECT c.conrelid, c.conname, c.contype::text, c.conindid,
       coalesce((SELECT array_agg(a.attname::text ORDER BY k.position)
                 FROM unnest(c.conkey) WITH ORDINALITY k (number, position)
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number), '{}'),
       c.confrelid,
       coalesce((SELECT array_agg(a.attname::text ORDER BY k.position)
                 FROM unnest(c.confkey) WITH ORDINALITY k (number, position)
                 JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number), '{}'),
       c.confdeltype::text, c.confupdtype::text, c.confmatchtype::text,
       coalesce((WITH RECURSIVE parts (oid, name) AS (
                     SELECT x.oid, x.conname FROM pg_constraint x WHERE x.conparentid = c.oid
                     UNION ALL SELECT x.oid, x.conname FROM pg_constraint x JOIN parts ON x.conparentid = parts.oid)
                 SELECT array_agg(name::text) FROM parts), '{}'),
       coalesce((SELECT array_agg(DISTINCT a.attname::text) FROM pg_depend d
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = d.refobjsubid
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = c.conindid AND d.refobjid = c.conrelid
                   AND d.refobjsubid > 0), '{}'),
       CASE WHEN c.contype = 'c' THEN pg_get_expr(c.conbin, c.conrelid) END,
       coalesce((SELECT array_agg(a.attname::text) FROM unnest(c.confdelsetcols) k (number)
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number), '{}'),
       coalesce((SELECT i.indisexclusion FROM pg_index i WHERE i.indexrelid = c.conindid), false),
       coalesce((SELECT pg_get_expr(i.indpred, i.indrelid) FROM pg_index i WHERE i.indexrelid = c.conindid), '')
FROM pg_constraint c
WHERE c.conrelid = ANY (%s) AND c.contype IN ('p', 'u', 'f', 'c', 'x') AND c.conparentid = 0 {enforced}
ORDER BY c.conrelid, c.contype, c.conname"""
INDEXES = """
SELECT i.indrelid, x.relname, i.indexrelid, i.indnullsnotdistinct, coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
       (SELECT array_agg(a.attname::text ORDER BY k.position)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, position)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.position <= i.indnkeyatts),
       i.indexprs IS NOT NULL,
       coalesce((SELECT array_agg(DISTINCT a.attname::text) FROM pg_depend d
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
                   AND d.refobjsubid > 0), '{}'),
       coalesce((SELECT array_agg(p.relname::text) FROM pg_partition_tree(i.indexrelid) t
                 JOIN pg_class p ON p.oid = t.relid WHERE t.isleaf), '{}'),
       (SELECT array_agg(pg_get_indexdef(i.indexrelid, n, false) ORDER BY n) FROM generate_series(1, i.indnkeyatts) n)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
WHERE i.indrelid = ANY (%s) AND i.indisunique AND i.indisvalid AND NOT i.indisexclusion
ORDER BY i.indrelid, x.relname"""
TRIGGERS = """
SELECT t.tgrelid, t.tgname, t.tgtype, p.proname, p.prosrc
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = ANY (%s) AND NOT t.tgisinternal AND t.tgenabled <> 'D'
ORDER BY t.tgrelid, t.tgname"""
POLICIES = """
SELECT p.polrelid, p.polname, p.polcmd::text, p.polpermissive, coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
       coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''),
       coalesce((SELECT array_agg(r.rolname::text ORDER BY r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)), '{}')
FROM pg_policy p WHERE p.polrelid = ANY (%s) ORDER BY p.polrelid, p.polname"""
VIEWS = """
SELECT d.refobjid, min(quote_ident(n.nspname) || '.' || quote_ident(v.relname)), min(v.relname::text),
       (SELECT array_agg(a.attname::text) FROM pg_attribute a WHERE a.attrelid = v.oid AND a.attnum > 0)
FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace JOIN pg_rewrite r ON r.ev_class = v.oid
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid <> v.oid
WHERE v.relkind = 'v' AND EXISTS (SELECT FROM unnest(v.reloptions) o WHERE o LIKE 'check_option=%%')
    AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = v.oid AND t.tgtype & 64 <> 0)
GROUP BY v.oid, d.refobjid
HAVING d.refobjid = ANY (%s) AND (
    SELECT count(DISTINCT x.refobjid) FROM pg_rewrite w JOIN pg_depend x ON x.classid = 'pg_rewrite'::regclass
    AND x.objid = w.oid AND x.refclassid = 'pg_class'::regclass AND x.refobjid <> v.oid WHERE w.ev_class = v.oid) = 1
ORDER BY 1, 2"""
ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32
"""Bits of pg_trigger.tgtype (pg_trigger.h)."""
ENFORCED = 180000
"""First version with NOT ENFORCED."""


def read_schema(connection: psycopg.Connection[Any]) -> Schema:
    """Read the tables of a database, with all that may refuse a row of them.

    The connection's transaction gets an empty search path, so that every expression is printed with the schemas of its
    names.
    """
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        return _read(connection)


def _read(connection: psycopg.Connection[Any]) -> Schema:
    tables = connection.execute(TABLES).fetchall()
    oids = [row[0] for row in tables]

    def rows(query: str) -> dict[int, list[tuple[Any, ...]]]:
        groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in connection.execute(query.encode(), (oids,)):
            groups[row[0]].append(row[1:])
        return groups

    types = {row[0]: row[1:] for row in connection.execute(TYPES)}
    enforced = "AND c.conenforced" if connection.info.server_version >= ENFORCED else ""
    columns, constraints = rows(COLUMNS), rows(CONSTRAINTS.replace("{enforced}", enforced))
    indexes, triggers, policies = rows(INDEXES), rows(TRIGGERS), rows(POLICIES)
    views = rows(VIEWS)
    schema: Schema = {}
    for oid, namespace, name, partitioned, inherited, row_security, comment, parts, bounds in tables:
        found = constraints[oid]
        schema[oid] = Table(
            oid=oid,
            schema=namespace,
            name=name,
            partitioned=partitioned,
            inherited=inherited,
            columns={row[0]: _column(row, types) for row in columns[oid]},
            keys=_keys(found, indexes[oid]),
            checks=(
                *(Check(row[0], row[11], tuple(row[3])) for row in found if row[1] == "c"),
                *_partition_check(bounds, [row[0] for row in columns[oid]]),
            ),
            foreign_keys=tuple(_foreign_key(row) for row in found if row[1] == "f"),
            exclusions=_exclusions(found),
            triggers=tuple(_trigger(row) for row in triggers[oid]),
            policies=tuple(_policy(row) for row in policies[oid]),
            views=tuple(View(sql, view, tuple(names)) for sql, view, names in views[oid]),
            row_security=row_security,
            comment=comment,
            parts=tuple(parts),
        )
    return schema


def _column(row: tuple[Any, ...], types: dict[int, tuple[Any, ...]]) -> Column:
    name, printed, oid, modifier, not_null, identity, generated, expression, constant, reads = row
    domains = []
    kind = types[oid]
    while kind[1] == "d":
        domains.append(Domain(kind[0], kind[4], tuple(zip(kind[9], kind[10], strict=True))))
        oid, modifier = kind[2], kind[3]
        kind = types[oid]
    element = types[kind[6]] if kind[5] == "A" and kind[6] else kind
    while element[1] == "d":
        element = types[element[2]]
    return Column(
        name=name,
        type=printed,
        base=element[7],
        modifier=modifier,
        category=kind[5],
        not_null=not_null,
        identity=identity,
        generated=expression if generated else "",
        generated_from=tuple(reads) if generated else (),
        default="" if generated else expression,
        constant_default=bool(constant) and not generated,
        labels=tuple(element[8]),
        domains=tuple(domains),
    )


def _keys(constraints: list[tuple[Any, ...]], indexes: list[tuple[Any, ...]]) -> tuple[Key, ...]:
    """Return keys, the primary key first; an index behind a constraint is that constraint."""
    named = {row[2]: row for row in constraints if row[1] in "pu"}
    keys = []
    for name, oid, not_distinct, predicate, columns, expressions, reads, leaves, terms in indexes:
        constraint = named.get(oid)
        kind = "unique-index" if constraint is None else {"p": "primary-key", "u": "unique"}[constraint[1]]
        plain = tuple(columns or ())
        keys.append(
            Key(
                name=name,
                kind=kind,
                columns=tuple(dict.fromkeys((*plain, *reads))) if expressions else plain,
                expressions=expressions,
                terms=tuple(terms),
                predicate=predicate,
                predicate_columns=tuple(sorted(set(reads) - set(plain))) if predicate else (),
                nulls_not_distinct=not_distinct,
                constraint=constraint is not None,
                names=(name, *leaves),
            )
        )
    return tuple(sorted(keys, key=lambda key: (key.kind != "primary-key", key.name)))


def _exclusions(constraints: list[tuple[Any, ...]]) -> tuple[Exclusion, ...]:
    """Return EXCLUDE constraints, and keys WITHOUT OVERLAPS, which PostgreSQL enforces as such."""
    return tuple(
        Exclusion(row[0], tuple(dict.fromkeys((*row[3], *row[10]))), (row[0], *row[9]), row[14])
        for row in constraints
        if row[1] in "xpu" and row[13]
    )


def _partition_check(bounds: str, names: list[str]) -> list[Check]:
    """Return what a row has to be to have a partition; the error that says otherwise has no constraint's name."""
    read = words(bounds)
    return [Check("", bounds, tuple(name for name in names if name in read))] if bounds else []


def _foreign_key(row: tuple[Any, ...]) -> ForeignKey:
    name, _kind, _index, columns, target, target_columns, on_delete, on_update, match, parts, _read = row[:11]
    deleted = row[12]
    return ForeignKey(
        name,
        tuple(columns),
        target,
        tuple(target_columns),
        on_delete,
        on_update,
        match == "f",
        (name, *parts),
        tuple(deleted),
    )


def _policy(row: tuple[Any, ...]) -> Policy:
    name, command, permissive, using, check, roles = row
    return Policy(name, command, permissive, using, check, tuple(roles))


def _trigger(row: tuple[Any, ...]) -> Trigger:
    name, bits, function, body = row
    return Trigger(
        name=name,
        before=bool(bits & BEFORE),
        row=bool(bits & ROW),
        on_insert=bool(bits & INSERT),
        on_update=bool(bits & UPDATE),
        on_delete=bool(bits & DELETE),
        on_truncate=bool(bits & TRUNCATE),
        function=function,
        body=body,
    )
