"""Pairing what only SQL and a server have: checks, exclusions, policies, triggers, views, functions and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.tables import Entity, Function, Policy, Table, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.joining.matches import Matches

_COMPARED: Final = frozenset({"check", "exclusion", "policy", "trigger", "view"})
"""Kinds that people declare one by one, so that a missing one is a difference."""

_PAIRED: Final = _COMPARED | {"unique", "function", "sequence", "domain", "extension", "type"}

_Key = tuple[str, str, str]


def pair_programs(matches: Matches) -> None:
    """Pair by address what is not paired yet; where both sides are SQL, say what one of them lacks or has otherwise."""
    twins = dict(_by_key(matches.sql.facts))
    known = set(matches.ids.values())
    for key, identifier in _by_key(matches.prisma.facts):
        if identifier in matches.ids:
            continue
        twin = twins.get(key)
        if twin is not None:
            matches.pair(identifier, twin)
            known.add(twin)
        elif key[0] in _COMPARED and matches.comparison.one_language:
            matches.only_prisma(identifier, "")
    if not matches.comparison.one_language:
        return
    parents = {matches.sql.facts.service_id} | set(matches.ids.values())
    for (kind, _, _), twin in twins.items():
        if kind in _COMPARED and twin not in known and matches.sql.facts.entity_of(twin).parent_id in parents:
            matches.only_sql(twin, "")
    _compare_switches(matches)


def _by_key(facts: Facts) -> Iterator[tuple[_Key, int]]:
    """Yield kind, address and arguments of functions, with the entity."""
    arguments = {row.id: row.arguments for row in facts.rows(Function)}
    for entity in facts.rows(Entity):
        if entity.kind in _PAIRED:
            yield (entity.kind, entity.address, arguments.get(entity.id, "")), entity.id


def _compare_switches(matches: Matches) -> None:
    """Say where row security, a policy or a trigger is declared and not in force, or the other way about."""
    declared, live = matches.prisma.facts, matches.sql.facts
    tables = {row.id: row for row in live.rows(Table)}
    for table in declared.rows(Table):
        twin = tables.get(matches.ids.get(table.id, 0))
        if twin is None:
            continue
        for aspect, one, other in (
            ("row-security", table.row_security, twin.row_security),
            ("forced-row-security", table.force_row_security, twin.force_row_security),
        ):
            if bool(one) != bool(other):
                matches.differ(twin.id, aspect, _switch(one), _switch(other))
    triggers = {row.id: row for row in live.rows(Trigger)}
    for trigger in declared.rows(Trigger):
        other_trigger = triggers.get(matches.ids.get(trigger.id, 0))
        if other_trigger is not None and bool(trigger.enabled) != bool(other_trigger.enabled):
            matches.differ(
                other_trigger.id, "trigger", _switch(trigger.enabled), _switch(other_trigger.enabled)
            )
    policies = {row.id: row for row in live.rows(Policy)}
    for policy in declared.rows(Policy):
        other_policy = policies.get(matches.ids.get(policy.id, 0))
        if other_policy is not None and policy.command != other_policy.command:
            matches.differ(other_policy.id, "command", policy.command, other_policy.command)


def _switch(on: bool) -> str:
    return "on" if on else "off"
