"""Reads a live PostgreSQL's catalog, and starts a throw-away PostgreSQL."""
