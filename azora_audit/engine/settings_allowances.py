"""Allowances in the settings: findings by rule, service, path and object, each with a reason."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from azora_audit.engine.allowances import NOT_UNDERSTOOD
from azora_audit.globs import Globs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from azora_audit.engine.places import Subject
    from azora_audit.engine.terms import Terms
    from azora_audit.settings import AllowSettings


class SettingsAllowances:
    """The allowances that settings give, and for which services each of them was used.

    `used` holds pairs of an allowance's number and a service's id.
    """

    def __init__(self, terms: Terms, services: Mapping[int, str]) -> None:
        """Take those whose time is not up.

        Args:
            terms: with the allowances, whose rules are names of rules by now.
            services: names by id.
        """
        self.used: set[tuple[int, int]] = set()
        self._all = terms.allowances
        self._services = services
        self._of_rule: dict[str, list[tuple[int, AllowSettings]]] = {}
        self._of_all: list[tuple[int, AllowSettings]] = []
        self._paths = [_Paths(allowance.paths, terms.base) for allowance in self._all]
        for number, allowance in enumerate(self._all):
            if allowance.until is not None and allowance.until < terms.today:
                continue
            for rule in allowance.rules:
                self._of_rule.setdefault(rule, []).append((number, allowance))
            if not allowance.rules:
                self._of_all.append((number, allowance))

    def reason(self, rule: str, subject: Subject) -> str | None:
        """Return why a finding of this rule about this object is allowed, or None if it is not."""
        for number, allowance in self._candidates(rule):
            paths = [place.path for place in subject.places]
            if (
                self._is_of(allowance, subject.service_id)
                and self._paths[number].match(paths)
                and _is_named(allowance.entities, subject.address, self._services[subject.service_id])
            ):
                self.used.add((number, subject.service_id))
                return allowance.reason
        return None

    def not_understood(self, service_id: int, path: str) -> bool:
        """Tell whether what was not understood of a file is allowed to be."""
        for number, allowance in self._of_rule.get(NOT_UNDERSTOOD, ()):
            matches = self._is_of(allowance, service_id) and self._paths[number].match([path])
            if matches and not allowance.entities:
                self.used.add((number, service_id))
                return True
        return False

    def uses(self, judged: Mapping[str, Collection[int]]) -> dict[int, list[str]]:
        """Return by service what became of every allowance: `used`, `unused`, or `` where it could not be judged.

        Args:
            judged: rule that ran -> ids of the services for which it could not be judged.
        """
        return {
            service_id: [self._use(number, service_id, judged) for number in range(len(self._all))]
            for service_id in (self._services if self._all else ())
        }

    def _use(self, number: int, service_id: int, judged: Mapping[str, Collection[int]]) -> str:
        allowance = self._all[number]
        if (number, service_id) in self.used:
            return "used"
        if not self._is_of(allowance, service_id):
            return ""
        rules = allowance.rules or judged.keys()
        is_judged = any(rule in judged and service_id not in judged[rule] for rule in rules)
        return "unused" if is_judged or NOT_UNDERSTOOD in allowance.rules else ""

    def _candidates(self, rule: str) -> Iterator[tuple[int, AllowSettings]]:
        yield from self._of_rule.get(rule, ())
        yield from self._of_all

    def _is_of(self, allowance: AllowSettings, service_id: int) -> bool:
        return not allowance.services or self._services[service_id] in allowance.services


class _Paths:
    """Globs relative to the settings' folder, matched with paths relative to the fleet's root."""

    def __init__(self, patterns: Sequence[str], base: str) -> None:
        self._globs = Globs(patterns)
        self._base = base

    def match(self, paths: Sequence[str]) -> bool:
        return not self._globs or any(self._globs.match(self._base + path) for path in paths)


def _is_named(patterns: Sequence[str], address: str, service: str) -> bool:
    """Tell whether a glob names an object or what it belongs to, by its address with or without the schema."""
    if not patterns:
        return True
    parts = address[len(service) + 1 :].split(".")
    names = [".".join(parts[first:last]) for first in (0, 1) for last in range(first + 1, len(parts) + 1)]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
