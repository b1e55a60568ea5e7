"""Replaying actions in order: what a PostgreSQL server's catalog would hold after running the statements."""
