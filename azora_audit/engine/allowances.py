"""Allowances: of the settings, and beside the schema: `azora-audit: allow RULE -- REASON (until DATE)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from azora_audit.engine.places import Subject
from azora_audit.findings import Place
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from azora_audit.catalog.store import Catalog
    from azora_audit.engine.places import Entities
    from azora_audit.engine.settings_allowances import SettingsAllowances
    from azora_audit.engine.terms import Terms
    from azora_audit.rulebook.rule import Rule


class _Allowance(NamedTuple):
    entity_id: int | None
    service_id: int
    rule: str
    reason: str
    until: str | None
    path: str
    line: int


class Allowances:
    """The allowances of a catalog and of the settings, and which of them were used.

    An allowance covers the entity it stands beside and everything that belongs to it.
    """

    def __init__(
        self, catalog: Catalog, entities: Entities, terms: Terms, services: Mapping[int, str]
    ) -> None:
        """Read them all.

        Args:
            catalog: where those beside the schema are.
            entities: to find what an entity belongs to.
            terms: with those of the settings; one whose `until` is earlier than today no longer counts.
            services: names by id.
        """
        self._catalog = catalog
        self._entities = entities
        self._today = terms.today
        rows = catalog.connection.execute(
            "select entity_id, service_id, rule, reason, until, path, line from allowances"
        )
        self._all = [_Allowance(*row) for row in rows]
        self._valid = {
            (allowance.entity_id, allowance.rule): allowance
            for allowance in self._all
            if not self._is_expired(allowance)
        }
        self._used: set[_Allowance] = set()
        self._settings = _of_settings(terms, services) if terms.allowances else None

    def status(self, rule: Rule, entity_id: int, subject: Subject) -> tuple[str, str]:
        """Return (`allowed`, its reason) or (`new`, ``) for a finding of this rule about this entity."""
        if self._valid:
            for ancestor in self._entities.ancestors(entity_id):
                for name in (rule.name, *rule.aliases):
                    allowance = self._valid.get((ancestor, name))
                    if allowance is not None:
                        self._used.add(allowance)
                        return "allowed", allowance.reason
        reason = None if self._settings is None else self._settings.reason(rule.name, subject)
        return ("new", "") if reason is None else ("allowed", reason)

    def not_understood(self, service_id: int, path: str, line: int) -> bool:
        """Tell whether the statement at this place may stay unread: `allow not-understood` beside it, or settings."""
        for allowance in self._all:
            beside = allowance.path == path and allowance.line in {line, line - 1}
            if beside and allowance.rule == NOT_UNDERSTOOD and not self._is_expired(allowance):
                self._used.add(allowance)
                return True
        return self._settings is not None and self._settings.not_understood(service_id, path)

    def used(self) -> list[tuple[object, ...]]:
        """Return the allowances that were used, as plain data for another process."""
        of_settings: Iterable[tuple[object, ...]] = () if self._settings is None else self._settings.used
        return [*(tuple(allowance) for allowance in self._used), *of_settings]

    def use(self, used: Iterable[tuple[object, ...]]) -> None:
        """Note allowances that another process used, as its `used` says."""
        plain: dict[tuple[object, ...], _Allowance] = {tuple(allowance): allowance for allowance in self._all}
        for allowance in used:
            if allowance in plain:
                self._used.add(plain[allowance])
            elif self._settings is not None:
                self._settings.used.add(cast("tuple[int, int]", allowance))

    def uses(self, judged: Mapping[str, Collection[int]]) -> dict[int, list[str]]:
        """Return by service what became of the settings' allowances, as `SettingsAllowances.uses` does."""
        return {} if self._settings is None else self._settings.uses(judged)

    def record(self, judged: Mapping[str, Collection[int]], names: Collection[str]) -> None:
        """Write into `allowance_states` what became of every allowance.

        A comment beside several objects (a column, its key and its index on one line) is one allowance: used for one of
        them, it is used.

        Args:
            judged: rule that ran -> ids of the services for which it could not be judged.
            names: all rules that exist, former names included.
        """
        execute = self._catalog.connection.execute
        used = set(map(_comment, self._used))
        written = {_comment(allowance): allowance for allowance in reversed(self._all)}
        last = self._catalog.last_entity
        for identifier, (comment, allowance) in enumerate(reversed(written.items()), last + 1):
            parent_id = allowance.entity_id or allowance.service_id
            parent = self._entities.get(parent_id)
            address = f"{parent.address}.{allowance.rule}"
            described = ("allowance", parent.schema, allowance.service_id, parent_id)
            own = (Place(allowance.path, allowance.line, 1, allowance.line, 1),) if allowance.path else ()
            self._entities.add(identifier, Subject(address, *described, own or parent.places))
            execute(
                "insert into entities (id, name, address, kind, schema, service_id, parent_id)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (identifier, allowance.rule, address, *described),
            )
            for place in own:
                execute("insert into origins values (?, 'file', ?, ?, ?, ?, ?)", (identifier, *place))
            state = "used" if comment in used else self._state(allowance, judged, names)
            execute(
                "insert into allowance_states values (?, ?, ?, ?, ?)",
                (identifier, allowance.rule, state, allowance.reason, allowance.until),
            )

    def _is_expired(self, allowance: _Allowance) -> bool:
        return allowance.until is not None and allowance.until < self._today

    def _state(
        self, allowance: _Allowance, judged: Mapping[str, Collection[int]], names: Collection[str]
    ) -> str:
        if self._is_expired(allowance):
            return "expired"
        if allowance.rule not in names and allowance.rule != NOT_UNDERSTOOD:
            return "unknown-rule"
        unknown = judged.get(allowance.rule)
        if allowance.rule != NOT_UNDERSTOOD and (unknown is None or allowance.service_id in unknown):
            return "not-judged"
        return "unused"


def _comment(allowance: _Allowance) -> tuple[object, ...]:
    """Return what one comment is known by: its place, or the object in a database that it is on."""
    return allowance.path, allowance.line, allowance.rule, None if allowance.path else allowance.entity_id


def _of_settings(terms: Terms, services: Mapping[int, str]) -> SettingsAllowances:
    from azora_audit.engine.settings_allowances import SettingsAllowances  # noqa: PLC0415 -- only where there are any

    return SettingsAllowances(terms, services)


NOT_UNDERSTOOD = "not-understood"
"""The word in an allowance that speaks of a statement instead of a rule."""
