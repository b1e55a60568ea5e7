"""Failures as scripts to paste into psql, which leave nothing behind."""

from __future__ import annotations

import re
from typing import Final

from azora_audit.proving.behaviour import MAKE_READER
from azora_audit.proving.session import READER, Probe

QUESTION: Final = "-- the statement in question:"
LOOK: Final = "-- has to be true:"
IMMEDIATE: Final = "SET CONSTRAINTS ALL IMMEDIATE"
_PIECE: Final = re.compile(r"""--[^\n]*\n|(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'";]|;(?!\n))+;\n""")
"""A comment of one line, or a statement with what ends it."""


def script(sentence: str, evidence: str, probe: Probe) -> str:
    """Return a probe as a script to paste into psql, which shows what happens and changes nothing."""
    lines = [*_comment(sentence), *_comment(evidence), "BEGIN;"]
    if any(READER in statement for statement in probe.before) and MAKE_READER not in probe.before:
        # on our own server the role is there; in the session of whoever runs the script it is not
        lines.append(f"{MAKE_READER};")
    lines += [f"{statement};" for statement in probe.before]
    lines += [QUESTION, f"{probe.sql};", f"{IMMEDIATE};"]
    if probe.after:
        lines += [LOOK, f"{probe.after};"]
    return "\n".join([*lines, "ROLLBACK;"]) + "\n"


def _comment(text: str) -> list[str]:
    return [f"-- {line}" for line in text.splitlines()]


def parsed(text: str) -> Probe:
    """Return the probe that a script shows; making the role that policies are tried as is no part of it.

    Raises:
        ValueError: it is not what `script` writes.
    """
    pieces, end = [], 0
    while end < len(text) and (match := _PIECE.match(text, end)) is not None:
        pieces.append(match[0].removesuffix("\n").removesuffix(";"))
        end = match.end()
    try:
        begin, question = pieces.index("BEGIN"), pieces.index(QUESTION)
        sql, *rest = pieces[question + 1 :]
    except ValueError:
        raise ValueError("it is no script with a statement in question") from None
    after = rest[2:3] if rest[1:2] == [LOOK] else []
    if end < len(text) or rest != [IMMEDIATE, *([LOOK, *after] if after else []), "ROLLBACK"]:
        raise ValueError("it does not end as a script does")
    before = tuple(piece for piece in pieces[begin + 1 : question] if piece != MAKE_READER)
    return Probe(sql, before, "".join(after))
