"""What a judgement depends on besides the catalog and the rules."""

from __future__ import annotations

from azora_audit.records import NamedTuple


class SettingsAllowance(NamedTuple):
    """Findings that the settings allow: those that all of the selectors match which are not empty.

    `rules` are names of rules and categories, `services` names, `paths` globs relative to the settings' folder, `entities`
    globs over objects as `table`, `schema.table` or `table.column`.
    """

    rules: tuple[str, ...]
    services: tuple[str, ...]
    paths: tuple[str, ...]
    entities: tuple[str, ...]
    reason: str
    until: str | None
    """ISO date of the last day, or None."""

    @property
    def shown(self) -> str:
        """Return what it allows, in the words of the settings."""
        selectors = (
            ("rule", self.rules),
            ("service", self.services),
            ("path", self.paths),
            ("entity", self.entities),
        )
        return "; ".join(f"{key} {', '.join(values)}" for key, values in selectors if values)


class Terms(NamedTuple):
    """On what terms rules are judged."""

    today: str
    """ISO date, against which allowances expire."""
    object_hashes: bool = False
    """Whether findings are to have the hash of their object: for a baseline, and else a waste of time."""
    allowances: tuple[SettingsAllowance, ...] = ()
    base: str = ""
    """What leads from the settings' folder to the fleet's root, for their paths."""
