"""Annotations and allowances in `--` comments beside or above definitions, and in COMMENT ON."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from azora_audit.catalog.annotations import ALLOWANCE_HELP, MARK, allowance_in, annotations_in
from azora_audit.catalog.tables import Allowance, Annotation, Comment, Origin
from azora_audit.findings import Problem
from azora_audit.sources.ddl.split import comments_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.ddl.positions import Positions
    from azora_audit.sources.ddl.replay.state import Origin as Region


def note_comments(positions: Positions, facts: Facts) -> None:
    """Add what the `--` comments of one file say."""
    by_line: dict[int, list[int]] = {}
    for origin in facts.rows(Origin):
        if origin.path == positions.path and origin.source == "sql":
            by_line.setdefault(origin.line, []).append(origin.entity_id)
    lines = sorted(by_line)
    data = positions.data
    comments = comments_of(data)
    places = [positions.at(comment.start) for comment in comments]
    alone = {
        line
        for comment, (line, _column) in zip(comments, places, strict=True)
        if not data[data.rfind(b"\n", 0, comment.start) + 1 : comment.start].strip()
    }
    below: dict[int, int] = {}
    for line in sorted(alone, reverse=True):
        below[line] = below.get(line + 1, line + 1)
    for comment, (line, column) in zip(comments, places, strict=True):
        text = data[comment.start + 2 : comment.end].decode("utf-8", "replace").strip()
        if "@" not in text and MARK not in text:
            continue
        target = below.get(line, line)
        entities = _entities_at(facts, by_line, lines, target, data, positions)
        if MARK in text:
            _allow(facts, entities, text, (positions.path, line, column))
        else:
            for name, value in annotations_in(text):
                rows = facts.rows(Annotation)
                rows.extend([Annotation(entity, name, value, "sql") for entity in entities[:1]])


def _entities_at(
    facts: Facts,
    by_line: dict[int, list[int]],
    lines: list[int],
    target: int,
    data: bytes,
    positions: Positions,
) -> list[int]:
    """Return the entities that are defined on a line, those left out that belong to another of them.

    A line that goes on with a definition begun before, or that closes a table, speaks of that definition or table.
    """
    found = by_line.get(target)
    if found is None:
        place = bisect_right(lines, target)
        if place == 0 or _statement_ends_between(data, positions, lines[place - 1], target):
            return []
        found = by_line[lines[place - 1]]
        if positions.line_text(target).lstrip().startswith(")"):
            parent = facts.entity_of(found[0]).parent_id
            found = [parent] if parent is not None and parent != 1 else found
    return [entity for entity in found if facts.entity_of(entity).parent_id not in found]


def _statement_ends_between(data: bytes, positions: Positions, first: int, last: int) -> bool:
    """Say whether a line of the region, its last line left out, ends a statement."""
    start, end = positions.start_of(first), positions.start_of(last)
    return re.search(rb";[ \t]*(?:--[^\n]*)?\r?$", data[start:end], re.MULTILINE) is not None


def _allow(facts: Facts, entities: Sequence[int], text: str, place: tuple[str, int, int]) -> None:
    path, line, column = place
    found = allowance_in(text)
    if isinstance(found, str):
        facts.problems.append(
            Problem("syntax-error", facts.service, path, line, column, f"expected {found}", ALLOWANCE_HELP)
        )
        return
    places: list[int | None] = [*entities] or [None]
    facts.rows(Allowance).extend(
        [Allowance(entity, facts.service_id, *found, path, line) for entity in places]
    )


def allow_in_comment(facts: Facts, entity: int, text: str, region: Region) -> None:
    """Add the allowances in the text of a COMMENT ON, whose place is the statement's."""
    positions, start, _end = region
    for line in text.split("\n"):
        if MARK in line:
            _allow(facts, [entity], line, (positions.path, *positions.at(start)))


def annotate_comments(facts: Facts) -> None:
    """Add the annotations in COMMENT ON."""
    rows = facts.rows(Annotation)
    for comment in facts.rows(Comment):
        if comment.source == "sql" and "@" in comment.text:
            for name, value in annotations_in(comment.text):
                rows.append(Annotation(comment.entity_id, name, value, "comment"))
