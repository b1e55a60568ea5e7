"""What the sandbox's role may take of the machine."""

from __future__ import annotations

from azora_audit.records import NamedTuple

ROLE = "azora_audit"
"""The role that runs DDL; it owns the scratch databases and has no other right."""

SUPERUSER = "azora_audit_superuser"
"""The server's owner, so named that `postgres` in a dump can be a role without rights."""

MEGABYTE = 1 << 20


class Limits(NamedTuple):
    """Bounds; times in seconds, sizes in bytes."""

    statement: float = 30
    """One statement."""
    service: float = 180
    """All statements of one `apply`."""
    grace: float = 2
    """How long a statement may go on after it was cancelled, before its session is ended."""
    memory: int = 512 * MEGABYTE
    """Private memory of each process of the server."""
    file: int = 256 * MEGABYTE
    """One file of a table or index, and all temporary files of a session."""
    disk: int = 2048 * MEGABYTE
    """The server's folder, 10,000 tables of which take 0.8 GB; at most four fifths of what is free."""

    def settings(self) -> dict[str, str]:
        """Return the server's settings; a role without superuser cannot change them."""
        return {
            "temp_file_limit": f"{self.file // 1024}kB",
            "max_wal_size": "64MB",
            "min_wal_size": "32MB",
            "max_parallel_workers": "0",
            "max_prepared_transactions": "0",
            # A log that grows with what DDL raises would fill the disk, and may quote passwords.
            "log_min_messages": "fatal",
            "log_min_error_statement": "panic",
        }

    def resources(self) -> dict[str, int]:
        """Return the resource limits of the server's processes."""
        return {"RLIMIT_DATA": self.memory, "RLIMIT_FSIZE": self.file}

    def of_role(self) -> dict[str, str]:
        """Return settings of the role's sessions; they may set others, which the guard does not mind."""
        return {
            "statement_timeout": f"{self.statement:g}s",
            "lock_timeout": f"{self.statement:g}s",
            "idle_in_transaction_session_timeout": f"{self.service:g}s",
            "work_mem": "16MB",
            "maintenance_work_mem": "64MB",
        }
