"""What hosts of repositories want of findings: paths from the repository's root, and fingerprints of each alone."""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING

from azora_audit.findings import Place
from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from azora_audit.findings import Finding, Report
    from azora_audit.report.formats import View

_SETTINGS = ("azora-audit.toml", "pyproject.toml")


class Spot(NamedTuple):
    """Where a host is to show a finding.

    `place` has a path from the root of the repository; `own` is false when no file says where the object is (it was
    found in a database) and the place is that of what stands for it: its service's schema, or else the settings.
    `source` is the file's path as reports have it, for its lines.
    """

    place: Place
    own: bool
    source: str


class Spots:
    """Finds the spots of a report's findings."""

    def __init__(self, report: Report, view: View) -> None:
        """Keep what services were read from."""
        self._view = view
        self.folder = view.folder()
        self._sources = {
            service.name: [source.path for source in service.sources] for service in report.services
        }
        self._instead: dict[str, Place] = {}
        self._ends: dict[tuple[str, int], int] = {}

    def of(self, finding: Finding) -> Spot:
        """Return where a finding is to be shown; a place of no width is widened to the end of its line."""
        for place in finding.places:
            found = self.inside(place)
            if found is not None:
                return Spot(found, own=True, source=place.path)
        return Spot(self.instead(finding.service), own=False, source="")

    def inside(self, place: Place) -> Place | None:
        """Return a place with its path from the root of the repository; None where it is outside of it."""
        path = self.path(place.path)
        if path is None:
            return None
        if (place.line, place.column) != (place.end_line, place.end_column):
            return place._replace(path=path)
        return place._replace(path=path, end_column=max(self._end(place), place.column + 1))

    def _end(self, place: Place) -> int:
        """Return the column after the last of a place's line; 1 where it is not to be read."""
        key = place.path, place.line
        if key not in self._ends:
            lines = self._view.source_lines(place.path) or []
            text = lines[place.line - 1].rstrip("\r") if place.line <= len(lines) else ""
            self._ends[key] = len(text) + 1
        return self._ends[key]

    def path(self, path: str) -> str | None:
        """Return a path from the root of the repository, which begins with no dot; None for what is outside of it."""
        if not path:
            return None
        joined = posixpath.normpath(posixpath.join(self.folder, path))
        return None if joined in {".", ".."} or joined.startswith(("../", "/")) else joined

    def instead(self, service: str) -> Place:
        """Return the place that stands for what no file has: a service's own file, or the settings."""
        if service not in self._instead:
            known = [path for path in (*self._sources.get(service, ()), *_SETTINGS) if self._is_file(path)]
            path = self.path(known[0] if known else _SETTINGS[0]) or _SETTINGS[0]
            self._instead[service] = Place(path, 1, 1, 1, 2)
        return self._instead[service]

    def _is_file(self, path: str) -> bool:
        return self.path(path) is not None and self._view.source_lines(path) is not None


def numbered(fingerprints: Iterable[str]) -> list[str]:
    """Return `fingerprint:n`, each for one finding alone: hosts take findings of the same fingerprint for one."""
    seen: Counter[str] = Counter()
    found = []
    for fingerprint in fingerprints:
        seen[fingerprint] += 1
        found.append(f"{fingerprint}:{seen[fingerprint]}")
    return found
