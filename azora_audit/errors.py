"""The exception tree: everything azora-audit raises on purpose.

AzoraAuditError
├── SettingsError      the settings file, or a value in it
├── SourceError        a schema file or folder that cannot be read
├── RulebookError      rule files that do not hold together, or a choice among them (all problems at once)
├── ChoiceError        one of these: a name or value that means nothing among the rules
├── QueryError         SQL given to `azora-audit query`
├── ReportError        a saved report that cannot be read back
├── ExampleError       an example on a rule's page that cannot be judged
├── BaselineError      a baseline that cannot be read, or is not one
└── ServerError        a PostgreSQL server that cannot be found, started or asked

Messages state the fact, `help` says what to do; neither ever holds a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a mistyped one resembles, or None."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a message

    close = get_close_matches(word.lower(), list(known), n=1)
    return close[0] if close else None


def first_line(error: Exception) -> str:
    """Return the first line of an error's text, or what kind of error it is where it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


class AzoraAuditError(Exception):
    """An error with a place and an advice, shown to the user without a traceback.

    Attributes:
        message: one sentence that states the fact.
        help: what to do about it, or an empty string.
        path: the file concerned, or None.
        line: 1-based line in `path`, or None.
        column: 1-based column in code points, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        help: str = "",  # noqa: A002 -- the field's name in reports and findings
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        """Keep the parts apart, so that every report can lay them out in its own way."""
        super().__init__(message)
        self.message = message
        self.help = help
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        """Render as `path:line:column: message`, leaving out what is unknown."""
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class SettingsError(AzoraAuditError):
    """The settings file cannot be read, or says something that has no meaning."""


class SourceError(AzoraAuditError):
    """A schema file or folder cannot be read."""


class ChoiceError(AzoraAuditError):
    """A name or value that means nothing among the rules: of the settings, unless an option has it.

    `setting` are the keys under which settings have it, and `word` is what means nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        setting: tuple[str | int, ...],
        word: str,
        help: str = "",  # noqa: A002 -- as above
    ) -> None:
        """Say where the settings would have it; whoever has read them knows the line."""
        super().__init__(message, help=help)
        self.setting = setting
        self.word = word


class RulebookError(AzoraAuditError):
    """Rule files do not hold together; `problems` has all of them, each with its place."""

    def __init__(self, problems: list[AzoraAuditError]) -> None:
        """Collect the problems under one message that names the first."""
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(
            f"{first.message}{more}", help=first.help, path=first.path, line=first.line, column=first.column
        )
        self.problems = problems


class QueryError(AzoraAuditError):
    """SQL given to the catalog shell does not run."""


class ReportError(AzoraAuditError):
    """A saved report is damaged, or of a version that this program does not know."""


class BaselineError(AzoraAuditError):
    """A baseline cannot be read or written, is damaged, in the middle of a merge, or of an unknown version."""


class ExampleError(AzoraAuditError):
    """An example on a rule's page that cannot be read, understood or judged."""


class ServerError(AzoraAuditError):
    """A PostgreSQL server cannot be found, started or asked."""
