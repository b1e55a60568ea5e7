"""azora-audit checks fleets of PostgreSQL schemas against a checklist, with evidence."""
