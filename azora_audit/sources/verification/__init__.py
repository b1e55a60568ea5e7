"""Runs what was read on a throw-away PostgreSQL and lets the server's catalog decide."""
