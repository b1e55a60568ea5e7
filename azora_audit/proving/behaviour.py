"""Duties of triggers and policies: timestamps that are kept, rows that never change, rows that others do not see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.catalog.identifiers import quote_identifier, quote_literal
from azora_audit.proving.bench import condition
from azora_audit.proving.duty import Duty
from azora_audit.proving.loosening import drop_constraint
from azora_audit.proving.session import READER, Probe, literal
from azora_audit.proving.trial import Refusal, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from azora_audit.proving.bench import Bench
    from azora_audit.proving.model import Column, Table, Trigger, View
    from azora_audit.proving.rows import Row

MAKE_READER: Final = f"CREATE ROLE {READER}"
WIDEST: Final = 20
"""Values that are tried in each column of a view."""
PAST: Final = "2000-01-01"
_REFUSES_ALL: Final = re.compile(
    r"\A\s*begin\s+raise\s+(?:exception\b|sqlstate\b|using\b|'|[a-z_]+\s*(?:;|using\b))", re.IGNORECASE
)
_HARMLESS: Final = re.compile(r"\A\s*begin\s+raise\s+(?:notice|warning|info|log|debug)\b", re.IGNORECASE)
_TIME: Final = (
    r"(?:\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\("
    r"|\b(?:current_(?:timestamp|date|time)|localtime(?:stamp)?)\b)"
)
"""What gives the time in PL/pgSQL."""
_SETTING: Final = re.compile(r"current_setting\('([^']+)'")
_COMPARED: Final = re.compile(
    r'"?(\w+)"?(?:\)?::[\w ]+)?\s*=\s*\(?\s*(?:\(\s*SELECT\s*)?[\s(]*(?:NULLIF\(|nullif\(|COALESCE\()?[\s(]*'
    r"(?:\w+\.)?current_setting\('([^']+)'",
    re.IGNORECASE,
)


def behaviour_duties(table: Table) -> Iterator[Duty]:
    """Yield what triggers and policies have to do."""
    for column in table.written:
        keeper = next((trigger for trigger in table.triggers if keeps(trigger, column)), None)
        if keeper is not None:
            yield Duty(
                "updated-at",
                column.name,
                "",
                "effect",
                "is the time of the last change, whatever the change says",
                lambda bench, column=column: _kept(bench, column),  # type: ignore[misc]
            )
    for trigger in table.triggers:
        if trigger.before and refuses_all(trigger):
            verbs = {
                "UPDATE": trigger.on_update,
                "DELETE": trigger.on_delete,
                "TRUNCATE": trigger.on_truncate,
            }
            for verb, on in verbs.items():
                if on:
                    yield Duty(
                        "append-only",
                        trigger.name,
                        verb.lower(),
                        "refuse",
                        f"refuses every {verb}",
                        lambda bench, trigger=trigger, verb=verb: _frozen(bench, trigger, verb),  # type: ignore[misc]
                    )
    for view in table.views:
        yield Duty(
            "view",
            view.name,
            "",
            "refuse",
            f"refuses a row of {table.address} that it does not show",
            lambda bench, view=view: _unseen(bench, view),  # type: ignore[misc]
        )
    if table.row_security:
        yield from _policy_duties(table)


def _unseen(bench: Bench, view: View) -> Trial:
    """Try rows near the base row through a view: each is refused, or it can be seen there."""
    named = [row for name in view.columns for row in _variants(bench, name)]
    probes = []
    for row in [bench.row(), *named]:
        given = {name: value for name, value in row.items() if name in view.columns}
        columns = ", ".join(quote_identifier(name) for name in given)
        values = ", ".join(literal(value) for value in given.values())
        after = f"SELECT EXISTS (SELECT FROM {view.sql}{_singled_out(bench, given)})::text"
        probes.append(Probe(f"INSERT INTO {view.sql} ({columns}) VALUES ({values})", after=after))
    return Trial(tuple(probes), Refusal(("44000",)), some=True)


def _singled_out(bench: Bench, given: Row) -> str:
    """Return what tells a row in a view from those that it shows already: when rows were stored, a view does not say."""
    if bench.new == "true":
        return ""
    known = bench.where(given)
    if known == bench.new:
        known = condition(bench.table, {name: value for name, value in given.items() if value is not None})
    return f" WHERE {known or 'true'}"


def _variants(bench: Bench, name: str) -> list[Row]:
    if name not in bench.table.columns:
        return []
    rows = [bench.find({name: value}) for value in bench.rows.pool(bench.table, name)[:WIDEST]]
    return [row for row in rows if row is not None]


def keeps(trigger: Trigger, column: Column) -> bool:
    """Tell whether a trigger's function assigns the time to a column of the new row before an update."""
    name = rf'"{re.escape(column.name)}"|{re.escape(column.name)}\b'
    return (
        trigger.before
        and trigger.row
        and trigger.on_update
        and column.category == "D"
        and re.search(rf"\bnew\s*\.\s*(?:{name})\s*:?=[^;]*?{_TIME}", trigger.body, re.IGNORECASE) is not None
    )


def refuses_all(trigger: Trigger) -> bool:
    """Tell whether a trigger's function begins with an exception, whatever the row."""
    return _REFUSES_ALL.match(trigger.body) is not None and _HARMLESS.match(trigger.body) is None


def _own(bench: Bench, row: Row) -> str:
    return bench.where(row)


def _kept(bench: Bench, column: Column) -> Trial:
    row = bench.find({column.name: PAST}, base=bench.row()) or bench.row() | {column.name: PAST}
    where = _own(bench, row)
    keys = {name for key in bench.table.keys for name in key.columns} | {column.name}
    keys |= {name for name in row if bench.table.columns[name].identity == "a"}
    other = next((name for name in row if name not in keys), column.name)
    name = quote_identifier(other)
    after = (
        f"SELECT bool_and({column.quoted} > '{PAST}'::date + 1)::text FROM {bench.table.own} WHERE {where}"
    )
    before = (bench.insert(row),)
    updates = [f"{name} = {name}"] if other != column.name else []
    updates.append(f"{column.quoted} = '{PAST}'")
    return Trial(
        tuple(
            Probe(f"UPDATE {bench.table.own} SET {update} WHERE {where}", before, after) for update in updates
        ),
        None,
    )


def _settable(table: Table, row: Row) -> str:
    """Return a column that an UPDATE may give its own value, as SQL writes it."""
    settable = (name for name in row if table.columns[name].identity != "a")
    return quote_identifier(next(settable, next(iter(row))))


def _frozen(bench: Bench, trigger: Trigger, verb: str) -> Trial:
    row = bench.row()
    where = _own(bench, row)
    name = _settable(bench.table, row)
    statement = f"DELETE FROM {bench.table.own} WHERE {where}"
    before: tuple[str, ...] = (bench.insert(row),)
    if verb == "TRUNCATE":
        # what refers to the table would refuse it, too
        dropped = [
            drop_constraint(table, key.name)
            for table in bench.schema.values()
            for key in table.foreign_keys
            if key.target == bench.table.oid
        ]
        before = (*dropped, *before)
        statement = f"TRUNCATE {bench.table.own}"
    elif verb == "UPDATE":
        statement = f"UPDATE {bench.table.own} SET {name} = {name} WHERE {where}"
    return Trial((Probe(statement, before),), Refusal((), function=trigger.function))


def _policy_duties(table: Table) -> Iterator[Duty]:
    """Yield what row level security has to do, as somebody who is not the owner."""
    if not any(policy.permissive for policy in table.policies):
        yield Duty(
            "row-security",
            table.name,
            "sealed",
            "refuse",
            "takes no row from anybody but its owner: no policy lets one in",
            _sealed,
        )
        return
    compared = comparisons(table)
    words = ", ".join(f"{setting} = {column}" for setting, column in compared.items()) or "its policies"
    for what, sentence, expects, make in (
        ("own", f"shows and takes rows of one's own ({words})", "effect", _sees_own),
        ("read", "shows no row of others", "effect", _sees_no_other),
        ("write", "refuses a new row of others", "refuse", _writes_no_other),
        ("change", "changes and deletes no row of others", "effect", _changes_no_other),
        ("unset", "shows nothing to a session that has not said who it is", "effect", _sees_nothing),
    ):
        yield Duty(
            "row-security",
            table.name,
            what,
            expects,
            sentence,
            lambda bench, make=make: _tried(bench, make),  # type: ignore[misc]
        )


def comparisons(table: Table) -> dict[str, str]:
    """Return the columns that policies compare with settings of the session, by the setting."""
    found: dict[str, str] = {}
    for policy in table.policies:
        for text in (policy.using, policy.check):
            for column, setting in _COMPARED.findall(text):
                if column in table.columns:
                    found.setdefault(setting, column)
    return found


def _settings(table: Table) -> set[str]:
    return {setting for policy in table.policies for setting in _SETTING.findall(policy.using + policy.check)}


def _sealed(bench: Bench) -> Trial:
    visitor = _Visitor(bench)
    return Trial((visitor.probe(bench.insert(visitor.own), rows=False),), Refusal(("42501",)))


class _Visitor:
    """A session of somebody who may do everything with a table but what its policies forbid."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.table = bench.table
        self.own, self.other = bench.row(0), bench.row(1)
        compared = comparisons(bench.table)
        self.columns = sorted(set(compared.values()))
        self.known = bool(compared) and _settings(bench.table) <= compared.keys()
        named = sorted({name for policy in bench.table.policies for name in policy.roles})
        everybody = any(policy.permissive and not policy.roles for policy in bench.table.policies)
        role = quote_identifier(READER if everybody or not named else named[0])
        schema = quote_identifier(bench.table.schema)
        self.before = [
            *([MAKE_READER] if bench.rows.session.needs_reader else []),
            bench.insert(self.own),
            bench.insert(self.other, 1),
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}",
        ]
        self.enter = [f"SET LOCAL ROLE {role}"]
        self.settings = [
            f"SELECT set_config({quote_literal(setting)}, {quote_literal(self.own.get(column) or '')}, true)"
            for setting, column in compared.items()
        ]

    def probe(self, statement: str, after: str = "", *, named: bool = True, rows: bool = True) -> Probe:
        """Return a probe of a statement as the visitor."""
        before = self.before if rows else self.before[2:]
        return Probe(statement, (*before, *(self.settings if named else []), *self.enter), after)

    def count(self, row: Row) -> str:
        """Return an expression for how many rows like one can be seen."""
        return f"(SELECT count(*) FROM {self.table.own} WHERE {self.bench.where(row)})"


def _tried(bench: Bench, make: Callable[[_Visitor], Trial]) -> Trial:
    visitor = _Visitor(bench)
    if not visitor.known:
        return Trial((), None, "its policies compare no column with a setting in a way that is understood")
    if any(visitor.own.get(name) == visitor.other.get(name) for name in visitor.columns):
        return Trial((), None, "no rows of two owners were found")
    if bench.where(visitor.own) == bench.new:
        return Trial((), None, "its rows cannot be told apart: it has no key")
    return make(visitor)


def _sees_own(visitor: _Visitor) -> Trial:
    seen = visitor.probe("SELECT", f"SELECT ({visitor.count(visitor.own)} = 1)::text")
    written = visitor.probe(visitor.bench.insert(visitor.own), rows=False)
    return Trial((seen, written), None)


def _sees_no_other(visitor: _Visitor) -> Trial:
    return Trial((visitor.probe("SELECT", f"SELECT ({visitor.count(visitor.other)} = 0)::text"),), None)


def _sees_nothing(visitor: _Visitor) -> Trial:
    after = f"SELECT (({visitor.count(visitor.own)} + {visitor.count(visitor.other)}) = 0)::text"
    return Trial((visitor.probe("SELECT", after, named=False),), None)


def _writes_no_other(visitor: _Visitor) -> Trial:
    probe = visitor.probe(visitor.bench.insert(visitor.other, 1), rows=False)
    return Trial((probe,), Refusal(("42501",)))


def _changes_no_other(visitor: _Visitor) -> Trial:
    table, other = visitor.table, visitor.other
    where = visitor.bench.where(other)
    name = _settable(table, other)
    statements = (
        f"UPDATE {table.own} SET {name} = {name} WHERE {where}",
        f"DELETE FROM {table.own} WHERE {where}",
    )
    return Trial(tuple(visitor.probe(statement) for statement in statements), None, untouched=True)
