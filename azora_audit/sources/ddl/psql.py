"""Meta-commands of psql: which include a file, which change nothing, and which are not understood."""

from __future__ import annotations

import re

from azora_audit.records import NamedTuple
from azora_audit.sources.ddl.actions import NotUnderstood

_COMMAND = re.compile(r"\\(\S+)[ \t]*(.*)", re.DOTALL)

_HARMLESS = frozenset(
    [
        "a",
        "bind",
        "bind_named",
        "C",
        "c",
        "cd",
        "close",
        "close_prepared",
        "conninfo",
        "connect",
        "copy",
        "copyright",
        "crosstabview",
        "d",
        "e",
        "echo",
        "edit",
        "ef",
        "encoding",
        "endpipeline",
        "errverbose",
        "ev",
        "f",
        "flush",
        "flushrequest",
        "g",
        "gdesc",
        "getenv",
        "getresults",
        "gset",
        "gx",
        "H",
        "h",
        "help",
        "html",
        "l",
        "list",
        "o",
        "out",
        "p",
        "parse",
        "password",
        "pset",
        "print",
        "prompt",
        "q",
        "qecho",
        "quit",
        "r",
        "reset",
        "restrict",
        "s",
        "sendpipeline",
        "set",
        "setenv",
        "sf",
        "startpipeline",
        "sv",
        "syncpipeline",
        "t",
        "T",
        "timing",
        "unrestrict",
        "unset",
        "w",
        "warn",
        "watch",
        "write",
        "x",
        "z",
        "!",
        "?",
        ".",
    ]
)

_CONDITIONS = frozenset(("if", "elif", "else", "endif"))

_INCLUDES = {"i": False, "include": False, "ir": True, "include_relative": True}


class Included(NamedTuple):
    r"""\i or \ir of a file."""

    target: str


class Quit(NamedTuple):
    r"""\q: psql reads no further."""


def understand(line: str, at: int) -> Included | Quit | NotUnderstood | None:  # noqa: PLR0911 -- one return for each kind of command
    """Tell what a meta-command means for the schema; None for nothing."""
    match = _COMMAND.match(line.strip())
    if match is None:
        return None
    command, rest = match[1], match[2].strip()
    if command in _INCLUDES:
        return Included(_argument(rest))
    if command in ("q", "quit"):
        return Quit()
    if command == "gexec":
        detail = "psql runs the rows of this query as statements; what they change is not in the catalog."
        return NotUnderstood("dynamic-sql", detail, at)
    if command in _CONDITIONS:
        if command != "if":
            return None
        detail = "psql decides when it runs which branch is taken; all of them were read."
        return NotUnderstood("template", detail, at)
    if command in _HARMLESS or command.startswith(("d", "l", "s", "z")) or command[:1] in ("!", "\\", ";"):
        return None
    return NotUnderstood("unsupported-statement", f"the meta-command \\{command} is not understood.", at)


def _argument(text: str) -> str:
    """Return the first argument of a meta-command without its quotes."""
    quoted = re.match(r"'((?:[^']|'')*)'", text)
    if quoted:
        return quoted[1].replace("''", "'")
    return text.split(" ", maxsplit=1)[0].rstrip(";")
