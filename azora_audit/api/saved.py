"""`load_report`: what a run has written as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.errors import ReportError

if TYPE_CHECKING:
    import os

    from azora_audit.report.json_reader import SavedRun


def load_report(path: str | os.PathLike[str]) -> SavedRun:
    """Return the run that a JSON report of `check` or `prove` describes.

    Raises:
        ReportError: the file cannot be read, is no report, or one of a version that this program does not know.
    """
    from azora_audit.report.json_reader import load_json

    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ReportError(f"The report cannot be read: {error.strerror}.", path=str(path)) from error
    return load_json(content, path=str(path))
