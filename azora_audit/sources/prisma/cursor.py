"""The lines of a file as its parser goes through them, and the comments that wait for what they document."""

from __future__ import annotations

import re

from azora_audit.sources.prisma.expressions import STRING
from azora_audit.sources.prisma.syntax import Block, Comment, Document, Fault, Problem, Remark

_FALSE_BLANK = re.compile("[\x0b\x0c\x1c-\x1f]")
"""White space that is none to Prisma: it becomes a character that has no meaning either."""

_LINE_END = re.compile("\r\n|\n|\r")


class Cursor:
    """The state of one run: the lines, the open block, and the comments that wait."""

    def __init__(self, path: str, text: str) -> None:
        """Begin before the first line; `number` is that of the line last read."""
        self.path = path
        text = _FALSE_BLANK.sub("\0", text)
        self.lines = text.split("\n") if "\r" not in text else _LINE_END.split(text)
        self.number = 0
        self.document = Document([], [], [], path)
        self.block: Block | None = None
        self.waiting: list[Comment] = []
        self.adjacent = False

    def problem(self, column: int, message: str, help_text: str, line: int | None = None) -> None:
        """Note a problem at a 0-based column of the current (or the given 1-based) line."""
        place = self.number if line is None else line
        self.document.problems.append(Problem(self.path, place, column + 1, message, help_text))

    def faults(self, faults: tuple[Fault, ...], line: int, column: int) -> None:
        """Note faults whose offsets count from a 0-based column."""
        for fault in faults:
            self.problem(column + fault.start, fault.message, fault.help, line)

    def wait(self, comment: Comment) -> None:
        """Keep a comment for what comes next; a comment after an empty line starts a new group."""
        if not self.adjacent:
            self.release()
        self.waiting.append(comment)
        self.adjacent = True

    def release(self) -> None:
        """Let go of comments that document nothing: they belong to the block around them, or to the file."""
        if self.waiting:
            (self.document.loose if self.block is None else self.block.comments).extend(self.waiting)
            self.waiting = []

    def taken(self, remark: Remark | None, line: int, column: int) -> tuple[Comment, ...]:
        """Return the waiting comments, and the one at the end of the line, to what they document."""
        if not self.waiting and remark is None:
            return ()
        comments = self.waiting
        self.waiting = []
        if remark is not None:
            comments = [*comments, Comment(remark.mark, remark.text, line, column + remark.start + 1)]
        return tuple(comments)

    def comment(self, match: re.Match[str]) -> str:
        """Keep a comment; return what follows the end of a block comment on its last line."""
        mark, text = match[1], match[2]
        start, column = self.number, match.start(1) + 1
        rest = ""
        if mark == "/*":
            text, closed, rest = self.joined(text).partition("*/")
            if not closed:
                self.problem(
                    column - 1, "expected `*/`: the comment is not closed", "Close the comment.", start
                )
            # What follows keeps its column: it is the end of the line that the parser stands on.
            rest = " " * (len(self.lines[self.number - 1]) - len(rest)) + rest
        self.wait(Comment(mark, text.strip(), start, column))
        return rest

    def joined(self, text: str) -> str:
        """Return text with as many of the following lines as it takes to reach `*/`."""
        pieces = [text]
        while "*/" not in pieces[-1] and self.number < len(self.lines):
            pieces.append(self.lines[self.number])
            self.number += 1
        return "\n".join(pieces)

    def whole(self, tail: str) -> str:
        """Return a tail together with the further lines of a block comment that begins in it."""
        if "/*" not in tail:
            return tail
        before, opened, after = re.sub(STRING, "", tail).partition("/*")
        return self.joined(tail) if opened and "//" not in before and "*/" not in after else tail
