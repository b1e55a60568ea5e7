"""What trigger functions do, as far as their text shows it: columns they assign, operations they refuse."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Column, Function, Trigger, TriggerAssignment, TriggerRefusal

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import EntityId

_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_NAME = r'(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[a-z_\u0080-\uffff][\w$]*))'
_ASSIGNMENT = re.compile(
    rf"(?:;|\bbegin\b|\bthen\b|\belse\b|\bloop\b|\binto\b(?:\s+strict)?)\s*new\s*\.\s*{_NAME}\s*(?::?=|\bfrom\b|;|,)",
    re.IGNORECASE,
)
_RAISES = (
    r"raise\s+(?:exception\b|sqlstate\b|using\b|%|(?!notice|warning|info|log|debug)[a-z_]+\s*(?:;|using\b))"
)
_BEGIN = re.compile(r"\bbegin\b", re.IGNORECASE)
_REFUSES_ALL = re.compile(rf"\s*{_RAISES}", re.IGNORECASE)
_SKIPS_ALL = re.compile(r"\s*return\s+null\s*;\s*end\b", re.IGNORECASE)
_REFUSES_SOME = re.compile(
    rf"\s*if\s*\(?\s*tg_op\s*(?:=\s*%(?P<one>\w+)%|in\s*\((?P<several>[^)]*)\))"
    rf"(?:\s*or\s+tg_op\s*=\s*%(?P<other>\w+)%)?\s*\)?\s*then\s+{_RAISES}",
    re.IGNORECASE,
)
_OPERATION = re.compile(r"\b(insert|update|delete|truncate)\b", re.IGNORECASE)
_OPERATIONS = ("insert", "update", "delete", "truncate")
_ASSIGNING_EXTENSIONS = {
    "moddatetime": 0,
    "insert_username": 0,
    "autoinc": 0,
    "tsvector_update_trigger": 0,
    "tsvector_update_trigger_column": 0,
}
"""Functions of PostgreSQL and its contrib modules that assign the column in this place of their arguments."""


def derive_triggers(facts: Facts) -> None:
    """Add `trigger_assignments` and `trigger_refusals` to a service's facts.

    Read from the text of PL/pgSQL functions without running it: an assignment anywhere in the body counts; a
    refusal counts only when the body begins with it, alone or under a test of TG_OP. Disabled triggers do nothing.
    """
    triggers = facts.rows(Trigger)
    if not triggers:
        return
    bodies = {function.id: _without_noise(function.body) for function in facts.rows(Function)}
    columns: dict[EntityId, dict[str, EntityId]] = {trigger.table_id: {} for trigger in triggers}
    for column in facts.rows(Column):
        if column.table_id in columns:
            columns[column.table_id][column.name] = column.id
    assignments, refusals = facts.rows(TriggerAssignment), facts.rows(TriggerRefusal)
    for trigger in triggers:
        if not trigger.enabled:
            continue
        body = bodies.get(trigger.function_id, "") if trigger.function_id is not None else ""
        if trigger.timing == "before" and trigger.level == "row":
            own = columns[trigger.table_id]
            names = _assigned(body) | _assigned_by_extension(trigger)
            assignments += [TriggerAssignment(trigger.id, own[name]) for name in sorted(names & own.keys())]
        if trigger.condition is None and trigger.update_columns is None:
            refusals += [TriggerRefusal(trigger.id, operation) for operation in _refused(body, trigger)]


def _without_noise(body: str) -> str:
    """Blank out comments; keep of strings only their words, between per cent signs, so that no code hides in them."""
    return _NOISE.sub(_quiet, body)


def _quiet(match: re.Match[str]) -> str:
    text = match.group()
    return "%" + re.sub(r"\W", " ", text[1:-1]).strip() + "%" if text[0] == "'" else " "


def _assigned(body: str) -> set[str]:
    return {
        match["quoted"].replace('""', '"') if match["quoted"] else match["plain"].lower()
        for match in _ASSIGNMENT.finditer(body)
    }


def _assigned_by_extension(trigger: Trigger) -> set[str]:
    place = _ASSIGNING_EXTENSIONS.get(trigger.function_name)
    arguments = json.loads(trigger.arguments)
    return {str(arguments[place])} if place is not None and place < len(arguments) else set()


def _refused(body: str, trigger: Trigger) -> list[str]:
    begin = _BEGIN.search(body)
    if begin is None:
        return []
    skips = trigger.timing == "before" and trigger.level == "row" and _SKIPS_ALL.match(body, begin.end())
    refused = set(_OPERATIONS) if skips or _REFUSES_ALL.match(body, begin.end()) else set()
    some = _REFUSES_SOME.match(body, begin.end())
    if some is not None:
        named = " ".join(text for text in some.groupdict().values() if text)
        refused = {operation.lower() for operation in _OPERATION.findall(named)}
    fires = (trigger.on_insert, trigger.on_update, trigger.on_delete, trigger.on_truncate)
    return [name for name, fired in zip(_OPERATIONS, fires, strict=True) if fired and name in refused]
