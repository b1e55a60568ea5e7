"""The HTML report: one self-contained file that needs no network, and no script for what matters most."""

from __future__ import annotations

from azora_audit.report.html.page import render_html

__all__ = ["render_html"]
