"""What exists in a database, as far as drawing the next statement needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import psycopg


class Relation(NamedTuple):
    """A table, view, sequence or index that exists."""

    schema: str
    name: str
    kind: str
    """pg_class.relkind."""
    columns: dict[str, str]
    constraints: list[str]
    triggers: list[str]
    policies: list[str]
    keys: list[list[str]]
    parent: str | None
    """The partition key's strategy of a partitioned table: l, r or h."""


class State(NamedTuple):
    """What exists, as far as drawing needs it."""

    relations: list[Relation]
    enums: list[tuple[str, str, list[str]]]
    domains: list[tuple[str, str, list[str]]]
    composites: list[tuple[str, str, list[str]]]
    """Schema, name, attributes."""
    functions: list[tuple[str, str, str, str]]
    """Schema, name, arguments, result."""
    schemas: list[str]

    servers: list[str]
    """Foreign servers."""

    def of_kind(self, kinds: str) -> list[Relation]:
        """Return the relations of these kinds."""
        return [relation for relation in self.relations if relation.kind in kinds]

    @property
    def tables(self) -> list[Relation]:
        """Ordinary and partitioned tables."""
        return self.of_kind("rp")


STATE = r"""
select (
    select coalesce(json_agg(json_build_array(
        n.nspname, c.relname, c.relkind,
        (select coalesce(json_object_agg(attname, format_type(atttypid, atttypmod)), '{}') from pg_attribute
         where attrelid = c.oid and attnum > 0 and not attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')),
        (select coalesce(json_agg(conname order by conname), '[]') from pg_constraint where conrelid = c.oid),
        (select coalesce(json_agg(tgname order by tgname), '[]')
         from pg_trigger where tgrelid = c.oid and not tgisinternal),
        (select coalesce(json_agg(polname order by polname), '[]') from pg_policy where polrelid = c.oid),
        (select coalesce(json_agg((
             select json_agg(attname order by k.position) from unnest(conkey) with ordinality k (number, position)
             join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
         ) order by conname), '[]')
         from pg_constraint where conrelid = c.oid and contype in ('p', 'u') and not condeferrable),
        (select partstrat from pg_partitioned_table where partrelid = c.oid)
    ) order by n.nspname, c.relname), '[]')
    from pg_class c
    where c.relnamespace = n.oid and c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f')
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
), (
    select coalesce(json_agg(json_build_array(n.nspname, typname, (
        select coalesce(json_agg(enumlabel order by enumsortorder), '[]') from pg_enum where enumtypid = t.oid
    )) order by typname), '[]')
    from pg_type t where typnamespace = n.oid and t.oid >= 16384 and typtype = 'e'
), (
    select coalesce(json_agg(json_build_array(n.nspname, typname, (
        select coalesce(json_agg(conname order by conname), '[]')
        from pg_constraint where contypid = t.oid and contype = 'c'
    )) order by typname), '[]')
    from pg_type t where typnamespace = n.oid and t.oid >= 16384 and typtype = 'd'
), (
    select coalesce(json_agg(json_build_array(n.nspname, relname, (
        select json_agg(attname order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped
    )) order by relname), '[]')
    from pg_class c where relnamespace = n.oid and c.oid >= 16384 and relkind = 'c'
), (
    select coalesce(json_agg(json_build_array(n.nspname, proname, pg_get_function_identity_arguments(p.oid),
        coalesce(pg_get_function_result(p.oid), '')) order by proname, p.oid), '[]')
    from pg_proc p
    where pronamespace = n.oid and p.oid >= 16384 and not exists (
        select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype in ('e', 'i'))
), n.nspname
from pg_namespace n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by n.nspname
"""


def state_of(connection: psycopg.Connection[Any]) -> State:
    """Ask the server what exists."""
    state = State([], [], [], [], [], [], [])
    for relations, enums, domains, composites, functions, schema in connection.execute(
        STATE, prepare=True
    ).fetchall():
        state.relations.extend(Relation(*relation) for relation in relations)
        state.enums.extend(tuple(enum) for enum in enums)
        state.domains.extend(tuple(domain) for domain in domains)
        state.composites.extend((schema, name, parts or []) for schema, name, parts in composites)
        state.functions.extend(tuple(function) for function in functions)
        state.schemas.append(schema)
    state.servers.extend(
        name for (name,) in connection.execute("select srvname from pg_foreign_server").fetchall()
    )
    return state


def quote(name: str) -> str:
    """Quote a name unless it needs none."""
    plain = (
        name.isascii()
        and name.islower()
        and name.replace("_", "").isalnum()
        and name not in ("order", "select")
    )
    return name if plain else '"' + name.replace('"', '""') + '"'
