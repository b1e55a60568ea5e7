"""One set of facts of a service that has both schema.prisma and SQL: SQL is judged, Prisma adds what only it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.catalog.tables import (
    Allowance,
    Annotation,
    ClientDefault,
    Comment,
    Datasource,
    Difference,
    Drift,
    Field,
    ForeignKey,
    Generator,
    Model,
    Origin,
    Relation,
    Source,
    Unread,
)
from azora_audit.sources.joining.keys import pair_foreign_keys, pair_indexes, pair_primary_key
from azora_audit.sources.joining.matches import PRISMA_AND_DATABASE, SQL_AND_DATABASE, Matches, object_of
from azora_audit.sources.joining.objects import (
    pair_columns,
    pair_enums,
    pair_sequences,
    pair_tables,
    schemas_of,
)
from azora_audit.sources.joining.programs import pair_programs
from azora_audit.sources.joining.side import Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azora_audit.catalog.facts import Facts


def join(sql: Facts, prisma: Facts) -> None:
    """Add to the facts of SQL what schema.prisma says of the same service, and where the two disagree.

    Objects are paired by their address (keys and indexes also by their shape), so that each counts once and has the
    places of both. Only what both languages can say is compared. Nothing is missing in the migrations if a statement of
    them was not understood, and there are no differences at all if schema.prisma has faults.

    Args:
        sql: facts of the migrations or dump, which grow.
        prisma: facts of schema.prisma, of the same service.
    """
    matches = Matches(
        Side(prisma),
        Side(sql),
        prisma_complete="tables" in prisma.known,
        sql_complete="tables" in sql.known and not sql.rows(Unread) and not sql.problems,
    )
    _pair(matches)
    _copy_blocks(matches, prisma, sql)
    _declare_actions(matches, sql)
    _add_rows(matches, prisma, sql)
    _move(Comment, matches.copies | matches.ids, prisma, sql)
    _move(Annotation, matches.copies | matches.ids, prisma, sql)
    sql.known |= prisma.known
    sql.problems += prisma.problems


def join_live(live: Facts, declared: Facts) -> None:
    """Add to the facts of a running database what the files of its service say, and where the two disagree.

    The database is what is judged. Files give places, allowances, annotations, and what only Prisma knows. They are
    compared with the database only where all of them were understood: what a statement does that was not is unknown.

    Args:
        live: facts of the running database, which grow.
        declared: facts of the service's files, joined already.
    """
    is_sql = any(source.kind in {"migrations", "dump"} for source in declared.rows(Source))
    complete = "tables" in declared.known and not declared.rows(Unread) and not declared.problems
    matches = Matches(
        Side(declared),
        Side(live),
        prisma_complete=complete,
        sql_complete=True,
        comparison=SQL_AND_DATABASE if is_sql else PRISMA_AND_DATABASE,
    )
    _pair(matches)
    pair_programs(matches)
    _copy_disputed(matches, declared, live)
    _copy_blocks(matches, declared, live)
    _declare_actions(matches, live)
    _add_rows(matches, declared, live)
    placed = matches.copies | matches.ids
    _move_differences(placed, declared, live)
    # what COMMENT ON says the database has said itself
    _move(Comment, placed, declared, live, without="sql")
    _move(Annotation, placed, declared, live, without="comment")
    live.known |= declared.known
    if complete:
        live.know([Drift])
    live.problems += declared.problems
    live.included += declared.included


def _copy_disputed(matches: Matches, declared: Facts, live: Facts) -> None:
    """Copy the objects that schema.prisma has and the migrations lack, if the database lacks them too."""
    placed = matches.copies | matches.ids
    for difference in declared.rows(Difference):
        entity = declared.entity_of(difference.entity_id)
        parent = placed.get(entity.parent_id or 0)
        if difference.entity_id not in placed and parent is not None:
            copy = live.entity(entity.kind, entity.name, parent, entity.schema)
            matches.copies[difference.entity_id] = placed[difference.entity_id] = copy


def _pair(matches: Matches) -> None:
    """Pair tables, columns, keys, indexes, enums and sequences, noting where the sides disagree."""
    schemas = schemas_of(matches.prisma, matches.sql)
    pairs = pair_tables(matches, schemas)
    pair_enums(matches, schemas)
    for table, twin in pairs:
        pair_columns(matches, table, twin)
    pair_sequences(matches)
    described = {twin.id for _, twin in pairs}
    for table, twin in pairs:
        pair_primary_key(matches, table, twin)
        pair_indexes(matches, table, twin)
        pair_foreign_keys(matches, table, twin, described)


def _copy_blocks(matches: Matches, prisma: Facts, sql: Facts) -> None:
    """Copy datasource and generators, which SQL never has."""
    for source in prisma.rows(Datasource):
        entity = prisma.entity_of(source.id)
        copy = sql.entity(entity.kind, entity.name)
        matches.pair(source.id, copy)
        sql.rows(Datasource).append(source._replace(id=copy))
    for generator in prisma.rows(Generator):
        entity = prisma.entity_of(generator.id)
        copy = sql.entity(entity.kind, entity.name)
        matches.pair(generator.id, copy)
        sql.rows(Generator).append(generator._replace(id=copy))


def _declare_actions(matches: Matches, sql: Facts) -> None:
    rows = sql.rows(ForeignKey)
    for index, row in enumerate(rows):
        if row.id in matches.declared:
            on_delete, on_update = matches.declared[row.id]
            rows[index] = row._replace(on_delete_declared=on_delete, on_update_declared=on_update)


def _add_rows(matches: Matches, prisma: Facts, sql: Facts) -> None:
    """Add the rows that only schema.prisma has, of objects that both have; places of copies too."""
    ids = matches.ids
    placed = matches.copies | ids
    _move(Origin, placed, prisma, sql)
    _move(Origin, matches.also, prisma, sql)
    _move(ClientDefault, ids, prisma, sql)
    _move(Model, ids, prisma, sql)
    _move(Field, ids, prisma, sql)
    _move(Relation, ids, prisma, sql)
    added = [
        allowance._replace(entity_id=placed.get(allowance.entity_id or 0))
        for allowance in prisma.rows(Allowance)
    ]
    # what a comment in the database allows was perhaps read from the file that made it, which has a place
    known = {(allowance.entity_id, allowance.rule) for allowance in added}
    allowances = sql.rows(Allowance)
    allowances[:] = [row for row in allowances if row.path or (row.entity_id, row.rule) not in known] + added
    sql.rows(Source).extend(prisma.rows(Source))
    sql.rows(Unread).extend(prisma.rows(Unread))


def _move(table: Any, ids: Mapping[int, int], prisma: Facts, sql: Facts, without: str | None = None) -> None:
    """Copy the rows of a table whose entity, their first field, has a counterpart, which takes its place.

    Rows whose last field is `without` stay.
    """
    get = ids.get
    sql.rows(table).extend(
        table(target, *row[1:])
        for row in prisma.rows(table)
        if (target := get(row[0])) is not None and (without is None or row[-1] != without)
    )


def _move_differences(ids: Mapping[int, int], declared: Facts, live: Facts) -> None:
    """Do what `_move` does; the objects have the names that the database gave them."""
    live.rows(Difference).extend(
        row._replace(entity_id=target, kind=kind, name=name)
        for row in declared.rows(Difference)
        if (target := ids.get(row.entity_id)) is not None
        for kind, name in [object_of(live, target)]
    )
