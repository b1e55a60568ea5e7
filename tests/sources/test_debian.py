"""Schemas of real programs, which Debian's packages ship: what is read is what PostgreSQL's catalog holds.

Where it is not, the difference stands here with its reason, and has to be there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest

from azora_audit.sources.live.read import read_database
from tests.sources.agreement import differences
from tests.sources.debian import MissingError, texts
from tests.sources.drawn import psql

if TYPE_CHECKING:
    from azora_audit.sources.live.server import Server


class Packaged(NamedTuple):
    """A schema in a package."""

    package: str
    files: tuple[str, ...]
    """Patterns of paths; what matches is one script, in the order of the patterns and then of versions."""
    before: str = ""
    """What an administrator does first: roles and the like."""
    older: str = ""
    """What takes the schema back to an older version, where the upgrades to the present one are shipped."""
    upgrades: tuple[str, ...] = ()
    """Patterns of scripts that are run on top one by one, as migrations; those PostgreSQL refuses are left out."""
    base: tuple[str, ...] = ()
    """The package and patterns of a schema that this one is added to."""
    differ: tuple[str, ...] = ()
    """Beginnings of the differences that are expected, with the reason above them."""


SHARE = "usr/share"
CALLED = "Unread dynamic-sql: "
"""A function is called whose body has DDL; what it does is not in the catalog, and the report says so."""

SCHEMAS = {
    "zabbix-server": Packaged("zabbix-server-pgsql", (f"{SHARE}/zabbix-server-pgsql/schema.sql.gz",)),
    "zabbix-proxy": Packaged("zabbix-proxy-pgsql", (f"{SHARE}/zabbix-proxy-pgsql/schema.sql.gz",)),
    "icingadb": Packaged("icingadb", (f"{SHARE}/icingadb/schema/pgsql/schema.sql",)),
    "icinga2": Packaged(
        "icinga2-ido-pgsql",
        (f"{SHARE}/icinga2-ido-pgsql/schema/pgsql.sql",),
        upgrades=(f"{SHARE}/icinga2-ido-pgsql/schema/upgrade/*.sql",),
    ),
    "icingaweb2": Packaged(
        "icingaweb2",
        (f"{SHARE}/icingaweb2/schema/pgsql.schema.sql",),
        upgrades=(f"{SHARE}/icingaweb2/schema/pgsql-upgrades/*.sql",),
    ),
    "icinga-director": Packaged(
        "icingaweb2-module-director",
        (f"{SHARE}/icingaweb2/modules/director/schema/pgsql.sql",),
        upgrades=(f"{SHARE}/icingaweb2/modules/director/schema/pgsql-migrations/upgrade_1[67]?.sql",),
    ),
    "icinga-reporting": Packaged(
        "icingaweb2-module-reporting", (f"{SHARE}/icingaweb2/modules/reporting/schema/postgresql.sql",)
    ),
    "kea": Packaged(
        "kea-admin",
        (f"{SHARE}/kea/scripts/pgsql/dhcpdb_create.pgsql",),
        upgrades=(f"{SHARE}/kea/scripts/pgsql/upgrade_*.sh",),
    ),
    "bacula": Packaged(
        "bacula-director-pgsql",
        (f"{SHARE}/dbconfig-common/data/bacula-director-pgsql/install/pgsql",),
        older="""
            drop table snapshot, restoreobject; alter table file drop column deltaseq;
            alter table media drop column volabytes, drop column volapadding, drop column volholebytes,
                drop column volholes, drop column volparts, drop column volcloudparts, drop column lastpartbytes,
                drop column cacheretention;
            alter table media rename column voltype to volparts;
            alter table pool drop column cacheretention;
            drop index job_jobtdate_idx;
        """,
        upgrades=(f"{SHARE}/bacula-director/update_postgresql_tables",),
    ),
    "powerdns": Packaged(
        "pdns-backend-pgsql",
        (f"{SHARE}/pdns-backend-pgsql/schema/schema.pgsql.sql",),
        upgrades=(f"{SHARE}/pdns-backend-pgsql/schema/[0-9]*_schema.pgsql.sql",),
    ),
    "freeradius": Packaged(
        "freeradius-config",
        ("etc/freeradius/3.0/mods-config/sql/main/postgresql/schema.sql",),
        upgrades=(
            "etc/freeradius/3.0/mods-config/sql/*/postgresql/schema.sql",
            "etc/freeradius/3.0/mods-config/sql/*/postgresql/procedure.sql",
        ),
    ),
    # Older servers had no plpgsql of their own.
    "gammu": Packaged(
        "gammu-smsd",
        (f"{SHARE}/doc/gammu-smsd/examples/pgsql.sql",),
        before="drop extension plpgsql cascade;\n",
    ),
    "gnokii": Packaged("gnokii-smsd-pgsql", (f"{SHARE}/doc/gnokii-smsd-pgsql/sms.tables.pq.sql",)),
    "roundcube": Packaged(
        "roundcube-core",
        (f"{SHARE}/roundcube/SQL/postgres.initial.sql",),
        upgrades=(f"{SHARE}/roundcube/SQL/postgres/*.sql",),
    ),
    "rsyslog": Packaged("rsyslog-pgsql", (f"{SHARE}/dbconfig-common/data/rsyslog-pgsql/install/pgsql",)),
    "ulogd-flat": Packaged("ulogd2", (f"{SHARE}/doc/ulogd2/pgsql-ulogd2-flat.sql.gz",)),
    # Its foreign keys are made by a function that is called.
    "ulogd": Packaged(
        "ulogd2",
        (f"{SHARE}/doc/ulogd2/pgsql-ulogd2.sql.gz",),
        differ=(CALLED, "ForeignKey foreign-key", "ForeignKeyColumn foreign-key"),
    ),
    "tt-rss": Packaged(
        "tt-rss",
        (f"{SHARE}/tt-rss/schema/ttrss_schema_pgsql.sql",),
        upgrades=(f"{SHARE}/tt-rss/schema/versions/pgsql/1[34]?.sql",),
    ),
    "request-tracker": Packaged(
        "request-tracker5",
        (f"{SHARE}/request-tracker5/etc/schema.Pg",),
        upgrades=(f"{SHARE}/request-tracker5/etc/upgrade/*/schema.Pg",),
    ),
    "prelude": Packaged(
        "libpreludedb7-pgsql",
        (f"{SHARE}/libpreludedb/classic/pgsql.sql",),
        upgrades=(f"{SHARE}/libpreludedb/classic/pgsql-update-*.sql",),
    ),
    "kamailio": Packaged(
        "kamailio-postgres-modules",
        (f"{SHARE}/kamailio/postgres/standard-create.sql", f"{SHARE}/kamailio/postgres/*-create.sql"),
    ),
    "ejabberd": Packaged("ejabberd", (f"{SHARE}/ejabberd/sql/pg.sql",)),
    "ejabberd-new": Packaged("ejabberd", (f"{SHARE}/ejabberd/sql/pg.new.sql",)),
    "jabberd2": Packaged("jabberd2", (f"{SHARE}/doc/jabberd2/db-setup.pgsql.gz",)),
    "django": Packaged("dokuwiki", ("var/lib/dokuwiki/lib/plugins/authpdo/_test/pgsql/django.sql",)),
    "davical": Packaged(
        "davical",
        (f"{SHARE}/davical/dba/davical.sql",),
        base=("libawl-php", f"{SHARE}/awl/dba/awl-tables.sql", f"{SHARE}/awl/dba/schema-management.sql"),
        upgrades=(f"{SHARE}/davical/dba/*functions.sql", f"{SHARE}/davical/dba/patches/*.sql"),
    ),
    # It upgrades itself by a function that is called.
    "pgq": Packaged(
        "postgresql-15-pgq3", (f"{SHARE}/postgresql/15/contrib/pgq_pl_only.sql",), differ=(CALLED,)
    ),
    "pgtap": Packaged("postgresql-15-pgtap", (f"{SHARE}/postgresql/15/extension/pgtap.sql",)),
}
"""The schemas by the names of the programs that they belong to."""


def had(package: str, patterns: tuple[str, ...]) -> dict[str, str]:
    """Return a package's SQL by path, or skip the test where there is no package to be had; CI has apt."""
    try:
        found = texts(package, patterns)
    except MissingError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    assert found, f"{package} has no {patterns}"
    return found


def upgraded(server: Server, database: str, scripts: dict[str, str]) -> tuple[str, list[str]]:
    """Run scripts on copies of a database, going on with each copy on which one succeeds.

    Returns:
        The last database, and the texts of the scripts that succeeded.
    """
    done: list[str] = []
    for text in scripts.values():
        copy = server.create_database(database)
        refused = psql(server, copy, text)
        server.drop_database(copy if refused else database)
        if not refused:
            database = copy
            done.append(text)
    return database, done


@pytest.mark.parametrize("name", SCHEMAS)
def test_facts_of_a_packaged_schema(server: Server, name: str) -> None:
    packaged = SCHEMAS[name]
    base = "\n".join(had(packaged.base[0], packaged.base[1:]).values()) if packaged.base else ""
    install = (
        packaged.before + base + "\n".join(had(packaged.package, packaged.files).values()) + packaged.older
    )
    database = server.create_database()
    assert not (refused := psql(server, database, install)), refused
    done: list[str] = []
    if packaged.upgrades:
        database, done = upgraded(server, database, had(packaged.package, packaged.upgrades))
        assert done, "PostgreSQL refuses every upgrade"
    with psycopg.connect(server.dsn(database), autocommit=True) as connection:
        found = differences("\n".join([install, *done]), read_database(connection, "drawn"))
    server.drop_database(database)
    for expected in packaged.differ:
        assert any(line.startswith(expected) for line in found), f"no longer differs: {expected}"
    assert [line for line in found if not line.startswith(packaged.differ or ("\0",))] == []
