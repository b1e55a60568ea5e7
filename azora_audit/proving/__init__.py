"""Property-tests every constraint of a schema on a real PostgreSQL: rows that must be accepted, rows that must not."""
