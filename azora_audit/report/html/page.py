"""Puts the page together: the template with all that needs no script, the style, the script, and the script's data."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from azora_audit.proof import ProofReport
from azora_audit.report.finding_text import counted
from azora_audit.report.html.data import measured, page_data, places_shown
from azora_audit.report.html.excerpts import passage
from azora_audit.report.html.overview import OWN_CHECKLIST, checklists, service_rows, trend, unjudged
from azora_audit.report.html.pool import island, seen
from azora_audit.report.html.proof import proof_view
from azora_audit.report.outcome import exit_code, failing, tally, worst_first
from azora_audit.report.proof_outcome import as_report

if TYPE_CHECKING:
    from azora_audit.findings import Report
    from azora_audit.report.formats import View

WORST: Final = 200
"""Findings that can be read without a script."""
ROWS: Final = 500
"""Problems and differences that are shown; the JSON report has all."""

_FOLDER = Path(__file__).parent
_SCRIPTS = ("decode.js", "dom.js", "findings.js", "radius.js", "schema.js", "start.js")


def render_html(report: Report | ProofReport, view: View) -> bytes:
    """Render a report as one HTML document in UTF-8, which loads nothing and runs nothing but its own script."""
    view = view._replace(source_lines=cache(view.source_lines))  # files are asked for again and again
    proof = proof_view(report) if isinstance(report, ProofReport) else None
    shown = as_report(report) if isinstance(report, ProofReport) else report
    findings = worst_first(shown.findings)
    since = trend(shown, view.former) if view.former is not None else None
    data = page_data(shown, findings, view)
    if proof is not None:
        data["measured"] = measured(proof)
    if since is not None:
        appeared = since.appeared
        data["appeared"] = [number for number, found in enumerate(findings) if found.fingerprint in appeared]
    lists = checklists(shown)
    style, script = _text("report.css"), _script()
    page = (
        _environment()
        .get_template("page.html.j2")
        .render(
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 -- our own file
            script=Markup(script),  # noqa: S704 -- as above
            island=Markup(island(data)),  # noqa: S704 -- `island` leaves nothing in it that markup begins with
            report=shown,
            written=view.written(),
            counts=tally(shown),
            exit_code=exit_code(shown, view.fail_on),
            failing=sum(failing(tally(shown), view.fail_on).values()),
            fail_on=view.fail_on,
            tables=sum(service.tables for service in shown.services),
            services=service_rows(shown),
            own=next((each for each in lists if each.name == OWN_CHECKLIST), None),
            frameworks=[each for each in lists if each.name != OWN_CHECKLIST],
            unjudged=unjudged(shown),
            worst=findings[:WORST],
            rows=ROWS,
            trend=since,
            proof=proof,
            passages=lambda finding: [
                (passage(place, view.source_lines), label) for place, label in places_shown(finding)
            ],
        )
    )
    return page.encode("utf-8")


def _policy(style: str, script: str) -> str:
    """Return the content security policy: nothing but this style and this script, and no text that becomes markup."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}"


@cache
def _script() -> str:
    parts = "\n".join(_text(name) for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["counted"] = counted
    environment.filters["thousands"] = "{:,}".format
    return environment


def _finalize(value: object) -> object:
    """Spell out what cannot be seen in whatever a template shows, but for markup that is ours."""
    return seen(value) if isinstance(value, str) and not isinstance(value, Markup) else value
