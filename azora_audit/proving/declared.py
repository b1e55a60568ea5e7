"""What schema.prisma declares and the database has to have: the drift between the two, as obligations.

The comparison is that of `check --db`: types that Prisma cannot tell apart, defaults of the client and the like are no
differences there, and none here. What the database has beyond schema.prisma is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azora_audit.catalog.tables import Drift, Model, Origin
from azora_audit.findings import Place
from azora_audit.proof import Obligation, Proof
from azora_audit.sources.join import join_live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.catalog.facts import Facts
    from azora_audit.catalog.tables import Entity

KIND: Final = "declared"
_MISSING: Final = "missing-in-database"
_OWNERS: Final = ("table", "view", "enum")
_UNIQUE: Final = "UNIQUE "
"""How an index that refuses rows is shown; others only make queries fast."""


def declared_proofs(live: Facts, prisma: Facts, service: str, *, complete: bool) -> list[Proof]:
    """Return an obligation for each model and for each thing of it that the database has otherwise, with its verdict.

    Args:
        live: facts of the database, which get what schema.prisma says of them.
        prisma: facts of the service's schema.prisma.
        service: the service's name.
        complete: whether all of its SQL ran, so that what is not there is missing.
    """
    join_live(live, prisma)
    if "drifts" not in live.known:
        text = "schema.prisma was not understood as a whole, so it is not compared with the database"
        return [
            _proof(service, address, name, "", "unreached", text, ()) for address, name in _models(prisma)
        ]
    places = _places(live)
    drifting: set[int] = set()
    proofs = []
    for drift in live.rows(Drift):
        entity = live.entity_of(drift.entity_id)
        owner = _owner(live, entity)
        if owner is None or not _declares(entity, drift):
            continue
        drifting.add(owner.id)
        where = places.get(entity.id) or places.get(owner.id, ())
        verdict, evidence = "not-enforced", _evidence(drift, where)
        if not complete:
            verdict, evidence = "unreached", f"not all of its SQL ran: {evidence}"
        proofs.append(_of_drift(service, live, owner, entity, drift, verdict, evidence, where))
    for model in live.rows(Model):
        if model.table_id not in drifting:
            entity = live.entity_of(model.table_id)
            where = places.get(entity.id, ())
            proofs.append(
                _proof(service, _address(live, entity), model.name, "", "enforced", "it has all of it", where)
            )
    return sorted(proofs, key=lambda proof: proof.obligation.id)


def _declares(entity: Entity, drift: Drift) -> bool:
    """Tell whether a drift is about something that is declared and decides what rows there can be."""
    if drift.aspect == "undeclared" or not drift.declared:
        return False
    return entity.kind != "index" or drift.declared.startswith(_UNIQUE)


def _evidence(drift: Drift, where: tuple[Place, ...]) -> str:
    place = f" at {where[0].path}:{where[0].line}" if where else ""
    return f"declared: {drift.declared}{place}; the database has {drift.database or 'nothing of it'}"


def _of_drift(
    service: str,
    live: Facts,
    owner: Entity,
    entity: Entity,
    drift: Drift,
    verdict: str,
    evidence: str,
    where: tuple[Place, ...],
) -> Proof:
    name = entity.name if entity.id == owner.id else f"{owner.name}.{entity.name}"
    aspect = "" if drift.aspect == _MISSING else drift.aspect
    return _proof(service, _address(live, owner), name, aspect, verdict, evidence, where, entity.kind)


def _proof(
    service: str,
    address: str,
    name: str,
    aspect: str,
    verdict: str,
    evidence: str,
    where: tuple[Place, ...],
    kind: str = "model",
) -> Proof:
    what = f"{aspect.replace('-', ' ')} of {kind.replace('-', ' ')}" if aspect else kind.replace("-", " ")
    sentence = (
        "is in the database with all that schema.prisma declares of it"
        if kind == "model"
        else f"({what}) is in the database as schema.prisma declares it"
    )
    parts = [address, KIND, "" if kind == "model" else kind, name, aspect, "effect"]
    identifier = "/".join(part for part in parts if part)
    obligation = Obligation(identifier, service, address, KIND, name, "effect", sentence)
    return Proof(obligation, verdict, evidence, "", 0, where)


def _owner(facts: Facts, entity: Entity) -> Entity | None:
    """Return the table, view or enum that something belongs to, itself perhaps."""
    found: Entity | None = entity
    while found is not None and found.kind not in _OWNERS:
        found = facts.entity_of(found.parent_id) if found.parent_id is not None else None
    return found


def _address(facts: Facts, entity: Entity) -> str:
    """Return an address without the service, as obligations write it."""
    return entity.address.removeprefix(f"{facts.service}.")


def _models(prisma: Facts) -> Iterator[tuple[str, str]]:
    for model in prisma.rows(Model):
        yield _address(prisma, prisma.entity_of(model.table_id)), model.name


def _places(facts: Facts) -> dict[int, tuple[Place, ...]]:
    """Return where schema.prisma has things."""
    found: dict[int, tuple[Place, ...]] = {}
    for origin in facts.rows(Origin):
        if origin.source == "prisma":
            found[origin.entity_id] = (*found.get(origin.entity_id, ()), Place(*origin[2:]))
    return found
