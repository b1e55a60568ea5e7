"""The examples of rule pages: each is a small fleet with the lines that the rule must flag, and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azora_audit.records import NamedTuple

if TYPE_CHECKING:
    from azora_audit.rulebook.page import Block, Page

SERVER = "<server>"
"""Where an object of a running database is that no file has."""

_MARKER = re.compile(r"[ \t]*(?:--|//|#)[ \t]*error:[ \t]*[a-z0-9-]+[ \t]*$", re.MULTILINE)


class Example(NamedTuple):
    """One example of a page: the files of one fleet, and the lines that the rule must flag."""

    rule: str
    section: str
    """Flagged or Fine."""
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        """The rule and the page's line."""
        return f"{self.rule}:{self.blocks[0].line}"

    @property
    def languages(self) -> set[str]:
        """Languages of its blocks."""
        return {block.language for block in self.blocks}

    def files(self) -> dict[str, str]:
        """Path relative to the fleet's root -> text without the markers, which JSON and allowances would not bear."""
        return {
            path_of(block): without_markers(block.text)
            for block in self.blocks
            if not block.live and not block.catalog
        }

    @property
    def live(self) -> str:
        """What is run on a server, empty for an example of files only."""
        return "".join(block.text for block in self.blocks if block.live)

    @property
    def staged(self) -> str:
        """What is changed in the catalog after reading."""
        return "".join(block.text for block in self.blocks if block.catalog)

    def expected(self) -> set[tuple[str, int]]:
        """Path and line of everything that the rule must flag."""
        return {(path_of(block), line) for block in self.blocks for line in block.expected(self.rule)}

    def page_line(self, path: str, line: int) -> int:
        """Return the page's line on which the line of a file stands; of an unknown one, where the example begins."""
        for block in self.blocks:
            if path_of(block) == path and 0 < line <= block.text.count("\n"):
                return block.line + line - 1
        return self.blocks[0].line


def examples_of(page: Page) -> list[Example]:
    """Return the examples of a page, those under Flagged and Fine."""
    found: list[Example] = []
    for block in page.blocks:
        if block.section not in {"Flagged", "Fine"}:
            continue
        if block.also and found:
            found[-1] = found[-1]._replace(blocks=(*found[-1].blocks, block))
        else:
            found.append(Example(page.name, block.section, (block,)))
    return found


def path_of(block: Block) -> str:
    """Return where a block's text lies in the example's fleet; `/name` is a file of the fleet itself."""
    if block.live:
        return SERVER
    return block.file[1:] if block.file.startswith("/") else f"services/{block.service}/{block.file}"


def without_markers(text: str) -> str:
    """Return a block's text without the comments that say what is flagged."""
    return _MARKER.sub("", text)
