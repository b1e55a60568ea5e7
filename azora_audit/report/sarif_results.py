"""The results of a SARIF report: each finding with its places, its fingerprints, and why it is suppressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from azora_audit.report.hosting import numbered
from azora_audit.report.line_hash import line_hashes
from azora_audit.report.mend import note, safety, script, steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from azora_audit.findings import Finding, Place
    from azora_audit.report.formats import View
    from azora_audit.report.hosting import Spot, Spots

ROOT = "%SRCROOT%"
"""The name by which viewers know the root of the repository."""

_LINKLIKE = re.compile(r"\\[\[\]]|\[(?!\])|(?<!\[)\]|\]\(")
"""Brackets that are not the pair of an array type, or stand where a link or an escaped bracket would."""

_RELATED_LIMIT = 100
_PASTE_LIMIT = 1500


def results(
    findings: list[Finding], rules: dict[str, int], spots: Spots, view: View
) -> list[dict[str, object]]:
    """Return the result objects of findings, in their order; `rules` has the index of each rule."""
    where = [spots.of(finding) for finding in findings]
    own = numbered(finding.fingerprint for finding in findings)
    hosts = _primary_fingerprints(findings, where, own, view)
    return [
        _result(finding, spot, rules[finding.rule], spots)
        | {"partialFingerprints": {"primaryLocationLineHash": host, "azoraAudit/v1": mark}}
        for finding, spot, mark, host in zip(findings, where, own, hosts, strict=True)
    ]


def _result(finding: Finding, spot: Spot, rule: int, spots: Spots) -> dict[str, object]:
    related = list(_related(finding, spots))[:_RELATED_LIMIT]
    first = location(_physical(spot.place)) | {
        "logicalLocations": [{"fullyQualifiedName": finding.entity or finding.service, "kind": finding.kind}]
    }
    record: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": _told(finding, spot, related)},
        "locations": [first],
        "properties": {
            "service": finding.service,
            "precision": finding.precision,
            "controls": list(finding.controls),
        },
    }
    if related:
        record["relatedLocations"] = [each for _, each in related]
    if finding.status != "new":
        kind = "inSource" if finding.status == "allowed" else "external"
        reason = {"justification": finding.reason} if finding.reason else {}
        record["suppressions"] = [{"kind": kind, "status": "accepted"} | reason]
    return record


def _related(finding: Finding, spots: Spots) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the other places with what they are: further texts of the object, and the object that the message speaks of."""
    others = [(finding.entity, place) for place in finding.places[1:]]
    others += [(finding.related, place) for place in finding.related_places]
    number = 0
    for what, place in others:
        inside = spots.inside(place)
        if inside is None:
            continue
        number += 1
        told = {"id": number, "message": {"text": message(what or finding.entity)}}
        yield what, told | location(_physical(inside))


def _told(finding: Finding, spot: Spot, related: list[tuple[str, dict[str, object]]]) -> str:
    """Return the message: what is wrong in its first sentence, which is an alert's title; then what to do about it."""
    text = finding.message or finding.rule
    first = message(text if text.endswith((".", "!", "?")) else f"{text}.")
    links = ", ".join(
        f"[{_escaped(what)}]({record['id']})" for what, record in related if what == finding.related and what
    )
    parts = [f"{first} See {links}." if links else first]
    if not spot.own:
        parts.append(message(_elsewhere(finding)))
    if note(finding):
        parts.append(message(note(finding)))
    if finding.help:
        parts.append(message(finding.help))
    if finding.fix is not None:
        parts += [
            message(f"Fix ({safety(finding.fix)}), {step.where}:\n{_shortened(step.text)}")
            for step in steps(finding.fix)
        ]
    shown = script(finding)
    if shown:
        parts.append(message(f"This script shows it and changes nothing:\n{_shortened(shown)}"))
    return "\n\n".join(parts)


def _elsewhere(finding: Finding) -> str:
    if not finding.places:
        return f"No file says where {finding.entity} is."
    place = finding.places[0]
    return f"{finding.entity} is at {place.path}:{place.line}, outside of the repository."


def _shortened(text: str) -> str:
    return (
        text if len(text) <= _PASTE_LIMIT else f"{text[:_PASTE_LIMIT]}\n… (the whole is in the JSON report)"
    )


def message(text: str) -> str:
    """Return text as a SARIF message that shows it literally (sections 3.11.5 and 3.11.6).

    Braces are doubled, because `{0}` is a placeholder; brackets are escaped only where they could be taken for a link.
    """
    return _escaped(text) if _LINKLIKE.search(text) else _braces(text)


def _escaped(text: str) -> str:
    return _braces(text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]"))


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def artifact(path: str) -> dict[str, object]:
    """Return the artifactLocation of a path from the root of the repository."""
    try:
        raw = path.encode("utf-8", "surrogateescape")  # the bytes of a name that is no UTF-8
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "backslashreplace")
    return {"uri": quote(raw, safe="/"), "uriBaseId": ROOT}


def location(physical: Mapping[str, object]) -> dict[str, object]:
    """Return a location of a physical one."""
    return {"physicalLocation": physical}


def _physical(place: Place) -> dict[str, object]:
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"artifactLocation": artifact(place.path), "region": region}


def _primary_fingerprints(
    findings: list[Finding], where: list[Spot], own: list[str], view: View
) -> Iterator[str]:
    """Yield GitHub's own hash of each finding's line where that tells it from the rule's other findings, else ours.

    Its upload action warns of every other value; but findings that share a line, or have no file, would be one alert.
    """
    lines: dict[str, set[int]] = {}
    for spot in where:
        if spot.own:
            lines.setdefault(spot.source, set()).add(spot.place.line)
    hashes = {path: line_hashes(view.source_lines(path) or (), wanted) for path, wanted in lines.items()}
    taken: set[tuple[str, str, str]] = set()
    for finding, spot, mark in zip(findings, where, own, strict=True):
        host = hashes[spot.source].get(spot.place.line, mark) if spot.own else mark
        key = (finding.rule, spot.place.path, host)
        yield mark if key in taken else host
        taken.add(key)
