"""Rule files, checklists and profiles: read and compiled here, run by the engine."""
