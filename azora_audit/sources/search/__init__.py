"""Finding a fleet: one walk over its folders, and what belongs to which service."""
