"""Schemas of real programs, from Debian's packages: nothing is said to fail that does not, and nearly all is reached."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from azora_audit import api
from azora_audit.proof import FAILED
from tests.sources.test_debian import SCHEMAS, had

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.postgres

BROKEN = {
    "kea": {
        f"public.dhcp{version}_audit/on-update/fk_dhcp{version}_audit_revision/effect" for version in (4, 6)
    }
}
"""What does not work indeed: a trigger writes to a column that its table has not, so that no row can be updated."""
UNREACHED = {"davical": 2, "icinga-director": 2, "zabbix-server": 2}
"""Obligations that could not be tried; Kea's tables take no rows before its functions have opened a revision."""
NAMES = (
    "bacula",
    "davical",
    "django",
    "ejabberd-new",
    "freeradius",
    "gammu",
    "icinga-director",
    "icinga2",
    "icingadb",
    "kea",
    "powerdns",
    "prelude",
    "request-tracker",
    "roundcube",
    "tt-rss",
    "zabbix-server",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_packaged_schema_keeps_what_it_declares(tmp_path: Path, name: str) -> None:
    packaged = SCHEMAS[name]
    base = "\n".join(had(packaged.base[0], packaged.base[1:]).values()) if packaged.base else ""
    own = "\n".join(had(packaged.package, packaged.files).values())
    schema = tmp_path / "schema.sql"
    schema.write_text(packaged.before + base + own + packaged.older, encoding="utf-8")
    (report,) = api.prove(schema).report.proofs
    failed = {proof.obligation.id for proof in report.proofs if proof.verdict in FAILED}
    assert failed == BROKEN.get(name, set())
    if name != "kea":
        verdicts = Counter(proof.verdict for proof in report.proofs)
        unreached = UNREACHED.get(name, 0)
        assert verdicts == Counter(enforced=len(report.proofs) - unreached, unreached=unreached)
