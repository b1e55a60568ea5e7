"""Agreement in sentences, for assertions: see `azora_audit.sources.verification.compare` for what is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Inheritance
from azora_audit.sources.verification.compare import disagreements

if TYPE_CHECKING:
    from collections.abc import Collection

    from azora_audit.catalog.facts import Facts


def compare(found: Facts, oracle: Facts, skip: Collection[type] = ()) -> list[str]:
    """Return a sentence for each difference, sorted; none when the two agree."""
    return [str(each) for each in disagreements(found, oracle, skip)]


def compare_with_dumped(found: Facts, oracle: Facts) -> list[str]:
    """Compare facts of a restored dump with those of the dumped database, but for what pg_dump does not keep.

    A dump defines a child after its parents, so columns of a child that came to inherit later change their places;
    and an index of a partitioned table becomes valid when no partition is left.
    """
    lost = ["valid is 1, should be 0"] + [": position is "] * bool(oracle.rows(Inheritance))
    return [line for line in compare(found, oracle) if not any(words in line for words in lost)]
