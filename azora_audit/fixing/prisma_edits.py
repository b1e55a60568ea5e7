"""Edits a schema.prisma in place: a line is added or changed, and everything else stays as it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.sources.prisma.lines import read_tail
from azora_audit.sources.prisma.parser import parse

if TYPE_CHECKING:
    from azora_audit.findings import Fix
    from azora_audit.sources.prisma.syntax import Block, FieldLine

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_CLOSING: Final = re.compile(r"\s*\}")


class CannotFixError(Exception):
    """A fix has no place in the files; the message says why."""


class PrismaFile:
    """The text of a schema.prisma while it is edited; places are those of the text as it was given."""

    def __init__(self, path: str, text: str) -> None:
        """Parse the text."""
        self._ends = [*_LINE_END.findall(text), ""]
        self._lines = _LINE_END.split(text)
        self._added: dict[int, list[str]] = {}
        self._removed: set[int] = set()
        self._blocks = parse(path, text).blocks

    @property
    def text(self) -> str:
        """The text with all edits."""
        end = self._ends[0] or "\n"
        parts = []
        for number, line in enumerate(self._lines):
            parts += [added + end for added in self._added.get(number, ())]
            if number not in self._removed:
                parts.append(line + self._ends[number])
        return "".join(parts)

    def apply(self, line: int, fix: Fix) -> None:
        """Make the edit of a fix for the object that stands on a 1-based line.

        Raises:
            CannotFixError: the line is not that of a model or field, or the fix does not fit there.
        """
        block = self._block(line)
        if fix.prisma_edit == "add-to-model":
            self._add_to_model(block, fix.prisma)
            return
        if fix.prisma_edit == "remove-attribute":
            self._remove(block, line)
            return
        field = next((field for field in block.fields if field.line == line), None)
        if field is None:
            raise CannotFixError("it is not about one field")
        if fix.prisma_edit == "replace-field":
            self._replace(field, fix.prisma)
        elif fix.prisma_edit == "add-to-relation":
            self._add_to_relation(field, fix.prisma)
        else:
            self._add_to_field(field, fix.prisma)

    def _block(self, line: int) -> Block:
        around = [block for block in self._blocks if block.line <= line]
        if not around or around[-1].kind not in {"model", "view"} or self._end(around[-1]) < line - 1:
            raise CannotFixError("it is about no model")
        return around[-1]

    def _end(self, block: Block) -> int:
        """Return the index of the line that closes a block."""
        lines = [field.line for field in block.fields] + [attribute.line for attribute in block.attributes]
        last = max([block.line, *lines])
        for index in range(last, len(self._lines)):
            if _CLOSING.match(self._lines[index]):
                return index
        raise CannotFixError("the model stands on one line")

    def _add_to_model(self, block: Block, text: str) -> None:
        """Add lines at the end of the fields, or of the block's attributes if it begins with @@."""
        end = self._end(block)
        lines = [field.line for field in block.fields] + [attribute.line for attribute in block.attributes]
        indent = re.match(r"\s*", self._lines[min(lines) - 1]) if lines else None
        margin = indent[0] if indent else "  "
        present = {_squeezed(self._lines[attribute.line - 1]) for attribute in block.attributes}
        for line in text.strip("\n").split("\n"):
            if _squeezed(line) in present:
                continue  # schema.prisma has it already, and only the migrations lack it
            if line.startswith("@@"):
                index = self._before_names(block, end)
                # Prisma's formatter leaves a line between the fields and the attributes of a block
                first = not block.attributes and not any(
                    "@@" in added for added in self._added.get(index, ())
                )
                blank = [""] if first and self._lines[index - 1].strip() else []
            else:
                index = max((field.line for field in block.fields), default=block.line)
                blank = []
            added = self._added.setdefault(index, [])
            if margin + line not in added:
                added += [*blank, margin + line]

    def _remove(self, block: Block, line: int) -> None:
        """Remove a line that holds an attribute of the block and nothing else."""
        attribute = next((each for each in block.attributes if each.line == line), None)
        if attribute is None:
            raise CannotFixError("it is about no attribute of a model")
        if attribute.comments:
            raise CannotFixError("the attribute has a comment, which says why it is there")
        self._removed.add(line - 1)

    def _before_names(self, block: Block, end: int) -> int:
        """Return the index of the line before which a new attribute of a block goes: @@map and @@schema stay last."""
        for attribute in reversed(block.attributes):
            if attribute.attribute.name not in {"map", "schema"} or attribute.comments:
                break
            if attribute.line != end:
                break
            end = attribute.line - 1
        return end

    def _code_end(self, field: FieldLine) -> int:
        """Return where the code of a field's line ends: before white space and a comment."""
        line = self._lines[field.line - 1]
        tail = read_tail(field.tail)
        if tail.remark is None:
            return len(line.rstrip())
        return len(line[: field.tail_column - 1 + tail.remark.start].rstrip())

    def _add_to_field(self, field: FieldLine, text: str) -> None:
        line = self._lines[field.line - 1]
        end = self._code_end(field)
        self._lines[field.line - 1] = f"{line[:end]} {text.strip()}{line[end:]}"

    def _add_to_relation(self, field: FieldLine, text: str) -> None:
        line = self._lines[field.line - 1]
        relations = [each for each in read_tail(field.tail).attributes if each.name == "relation"]
        if not relations:
            raise CannotFixError("the field has no @relation")
        end = field.tail_column - 1 + relations[0].end - 1
        if line[end] != ")":
            raise CannotFixError("its @relation has no arguments")
        self._lines[field.line - 1] = f"{line[:end]}, {text.strip()}{line[end:]}"

    def _replace(self, field: FieldLine, text: str) -> None:
        line = self._lines[field.line - 1]
        end = self._code_end(field)
        self._lines[field.line - 1] = f"{line[: field.column - 1]}{text.strip()}{line[end:]}"


def _squeezed(line: str) -> str:
    """Return an attribute without white space and comment, to compare."""
    return "".join(line.partition("//")[0].split())
