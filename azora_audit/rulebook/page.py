"""A rule's page: Markdown with fixed headings whose code blocks are the rule's tests.

```
# unindexed-foreign-key          the rule's name
One sentence.
## Why                           prose
## Flagged                       blocks whose flagged lines end in `-- error: RULE` or `// error: RULE`
## Fine                          blocks without findings of the rule, near misses first
## Fix, ## When to allow, ## References
```

A block's info string is its language (`sql`, `prisma`, `json`, `env`, `markdown`), then the name of its file in the
service's folder (sql and prisma have one by default; `/name` is a file of the fleet), `service=NAME` (else `shop`),
and `also` if it belongs to the same example as the block before it. A block of `sql live` is run on a server, whose
catalog is then read: it is what is judged, and the example's other blocks are what is declared. An object of a live block
that no file has is expected on the last line with its name. A block of `sql catalog` changes the catalog after that, for
what nobody can stage: a server that has counted for a month, a standby, a library that was exchanged.
"""

from __future__ import annotations

import re

from azora_audit.records import NamedTuple

SECTIONS = ("Why", "Flagged", "Fine", "Fix", "When to allow", "References")

_HEADING = re.compile(r"##\s+(.+?)\s*\Z")
_FENCE = re.compile(r"```(?P<info>[^`]*)\Z")
_EXPECTATION = re.compile(r"(?:--|//|#)\s*error:\s*(?P<rule>[a-z0-9-]+)\s*\Z")


class Block(NamedTuple):
    """A code block of a page.

    `section` is `Flagged`, `Fine` or another heading, `line` the page's line on which the text starts, `file` the name
    that the text has in the folder of `service`, `also` whether it belongs to the same example as the block before it,
    `live` whether it is run on a server, `catalog` whether it is run on the catalog.
    """

    section: str
    language: str
    file: str
    service: str
    also: bool
    live: bool
    catalog: bool
    text: str
    line: int

    def expected(self, rule: str) -> list[int]:
        """Return the 1-based lines of the block that say that the rule flags them."""
        found = []
        for number, line in enumerate(self.text.splitlines(), 1):
            match = _EXPECTATION.search(line)
            if match is not None and match["rule"] == rule:
                found.append(number)
        return found


class Page(NamedTuple):
    """A rule's page: `sections` maps headings to their Markdown, in order."""

    name: str
    summary: str
    sections: dict[str, str]
    blocks: tuple[Block, ...]


_SERVICE = "service="
_FLAGS = {"also", "live", "catalog"}
_FILES = {"sql": "schema.sql", "prisma": "prisma/schema.prisma"}


def parse_page(text: str) -> Page:
    """Return the parts of a page.

    Raises:
        ValueError: it does not begin with `# name` and a summary, or a code block is not closed.
    """
    lines = text.splitlines()
    if not lines or not lines[0].startswith("# "):
        raise ValueError("a page begins with `# rule-name`")
    sections: dict[str, list[str]] = {"": []}
    blocks: list[Block] = []
    heading, info, start = "", None, 0
    for number, line in enumerate(lines[1:], 2):
        fence, title = _FENCE.match(line), _HEADING.match(line)
        if info is None and title is not None:
            heading = title[1]
            sections[heading] = []
            continue
        sections[heading].append(line)
        if fence is not None and info is None:
            info, start = fence["info"].split(), number
        elif fence is not None and info is not None:
            blocks.append(_block(heading, info, "\n".join(lines[start : number - 1]) + "\n", start + 1))
            info = None
    if info is not None:
        raise ValueError(f"the code block on line {start} is not closed")
    summary = "\n".join(sections.pop("")).strip()
    if not summary:
        raise ValueError("a page has a summary of one sentence under its name")
    texts = {name: "\n".join(content).strip() for name, content in sections.items()}
    return Page(lines[0].removeprefix("# ").strip(), summary, texts, tuple(blocks))


def _block(section: str, info: list[str], text: str, line: int) -> Block:
    language = info[0] if info else ""
    options = [word for word in info[1:] if word not in _FLAGS and not word.startswith(_SERVICE)]
    file = options[0] if options else _FILES.get(language, "")
    service = next((word.removeprefix(_SERVICE) for word in info[1:] if word.startswith(_SERVICE)), "shop")
    also, live, catalog = (flag in info[1:] for flag in ("also", "live", "catalog"))
    return Block(section, language, file, service, also, live, catalog, text, line)
