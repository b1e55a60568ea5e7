r"""Runs a service's DDL on a throw-away PostgreSQL, where hostile DDL can do no harm.

    with Sandbox() as sandbox:
        applied = sandbox.apply(files)                 # SqlFile list, as sources.ddl reads them
        with psycopg.connect(applied.dsn) as connection: ...
        for refusal in applied.refusals: ...           # path, line, column, kind, SQLSTATE, message, help
        copy = sandbox.copy(applied.database)          # 0.05 s; nobody may be connected to the original
        sandbox.drop(copy)

Each `apply` makes a database of its own. The statements run one by one, each in its own transaction where the text
opens none, as the role `ROLE`, which owns the database and its schema `public` and has no other right: no superuser,
no CREATEROLE, CREATEDB or REPLICATION, no files, no programs, no untrusted languages. Connections of `applied.dsn` are
that role's too. What bounds it:

- time: `statement_timeout` and `lock_timeout` of the role, and a guard that cancels and then ends what has set them to 0;
- memory: RLIMIT_DATA on each of the server's processes (Linux; macOS does not enforce it);
- disk: RLIMIT_FSIZE on each file, `temp_file_limit`, and the guard, which ends all sessions of the role when the
  server's folder outgrows `Limits.disk`; a connection that it ended raises `psycopg.OperationalError`, and
  `sandbox.reason(backend_pid)` says why;
- network: the server listens on its Unix socket only, and dblink and the foreign data wrappers cannot be created;
- the machine: for root the server runs as `nobody`, so that files of root's are not its own.

Roles that the DDL names are made when a statement asks for them: NOLOGIN, without rights, with `ROLE` as a member, so
that OWNER TO and SET ROLE work. `postgres` is such a role here: the superuser has another name. CREATE ROLE makes one,
too, whatever attributes it asks for. Contrib's harmless extensions can be created (`trusted.HARMLESS`; on PostgreSQL
before 18 only those that are trusted anyway). psql's meta-commands are followed as the DDL source follows them (`\i`,
`\q`); none is ever run. Rows of COPY are passed over. CREATE DATABASE, tablespaces and `\connect` are, too,
and so is LOCK where no transaction is open. Rows that a statement returns are let go of as they come.

A refusal's `kind` says what it means:

- `refused`: PostgreSQL refuses the statement: the schema's fault;
- `not-permitted`: it takes a right that the sandbox gives to nobody (SQLSTATE 42501);
- `not-at-hand`: this PostgreSQL lacks an extension, language, collation or library: no fault of the schema;
- `limit`: it took too much time, memory or disk;
- `not-run`: a meta-command of psql (`\gexec`, `\if`, an include of a file that is not there) that is not followed;
- `follows`: it fails on something that an earlier statement, itself a refusal, should have made.

`applied.complete` is True when there is none. `applied.notes` has what was passed over or done otherwise than said.
"""

from __future__ import annotations

from azora_audit.sources.sandbox.limits import ROLE, Limits
from azora_audit.sources.sandbox.refusals import Refusal
from azora_audit.sources.sandbox.sandbox import Applied, Sandbox

__all__ = ["ROLE", "Applied", "Limits", "Refusal", "Sandbox"]
