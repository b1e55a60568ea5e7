"""The fleet's own facts: what services share, compared, and which services are expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.derive import across_services
from azora_audit.catalog.facts import Facts
from azora_audit.catalog.knowledge import NEEDS
from azora_audit.catalog.tables import ExpectedService
from azora_audit.checking.sharing import facts_of
from azora_audit.findings import FLEET, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.checking.outcome import Share
    from azora_audit.sources.fleet import Fleet


def fleet_facts(fleet: Fleet, shares: Iterable[Share]) -> list[Facts]:
    """Return the facts that fleet-wide rules judge: one set per service, and one for the fleet itself."""
    services = [facts_of(share) for share in shares]
    across_services(services)
    return [*services, expected_services(fleet)]


def expected_services(fleet: Fleet) -> Facts:
    """Return the fleet's own facts: the services that its manifest or settings expect."""
    itself = Facts(FLEET)
    itself.known.update(NEEDS.values())
    found = {service.name for service in fleet.services}
    for name, path, line in fleet.expected:
        place = Place(path, line, 1, line, 1)
        identifier = itself.entity("expected-service", name, origin=("file", place))
        itself.rows(ExpectedService).append(ExpectedService(identifier, name, name in found))
    return itself
