"""Writes the files that are generated from others, or checks that they are what would be written now.

- `reports/<fleet>.txt` and `.json`: what `check --all` says of the fixture fleets
- `rules/README.md`: the index of all rules
- `rules/compiled.json`: the rulebook, read and compiled beforehand
- `rules/lexicon/compiled.json`: the lexicon, as well
- `azora_audit/catalog/empty.json`: the empty catalog, as well
- `CATALOG.md`: every table and view of the catalog

Usage: python -m tests.generate [--check]
"""

from __future__ import annotations

import ast
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit import api
from azora_audit.catalog import lexicon_compiled, tables
from azora_audit.catalog.empty import VIEWS, dump_empty
from azora_audit.catalog.lexicon_compiled import dump_lexicon
from azora_audit.catalog.lexicon_files import read_lexicon
from azora_audit.catalog.store import Catalog, definition
from azora_audit.report.json_report import render_json
from azora_audit.report.terminal import Terminal
from azora_audit.report.text import TextOptions, render_text
from azora_audit.rulebook.compiled import FILE, dump_compiled
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.rulebook.load import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azora_audit.api import Checked

ROOT = Path(__file__).parents[1]
FLEETS = ("azora", "azora-claimed")


def generated() -> Iterator[tuple[str, str]]:
    """Yield (path, text) of every generated file."""
    for fleet in FLEETS:
        checked = api.check(ROOT / "fixtures" / fleet, use_cache=False, processes=1)
        yield f"reports/{fleet}.txt", _text(checked)
        yield f"reports/{fleet}.json", render_json(checked.report, fail_on=checked.fail_on).decode()
    rulebook = load_rulebook(Catalog(), validate_shipped=True)
    yield f"rules/{FILE}", dump_compiled(rulebook, shipped_rules()).decode()
    lexicon = shipped_rules() / "lexicon"
    yield f"rules/lexicon/{lexicon_compiled.FILE}", dump_lexicon(read_lexicon(lexicon), lexicon).decode()
    yield "azora_audit/catalog/empty.json", dump_empty(freshly_made())
    yield "rules/README.md", "\n".join(_index()) + "\n"
    yield "CATALOG.md", "\n".join(_catalog()) + "\n"


def freshly_made() -> sqlite3.Connection:
    """Return the database of an empty catalog, by its statements."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.executescript(definition())
    return made


def _text(checked: Checked) -> str:
    def lines(path: str) -> list[str]:
        return (checked.root / path).read_text("utf-8").split("\n")

    options = TextOptions(limit=None, fail_on=checked.fail_on)
    return "".join(
        f"{line}\n"
        for line in render_text(
            checked.report, options=options, source_lines=lines, terminal=Terminal(width=100)
        )
    )


def _index() -> Iterator[str]:
    sheets = api.rule_sheets()
    yield "# Rules"
    yield ""
    yield f"{len(sheets)} rules. `azora-audit explain RULE` shows a rule's page in the terminal."
    category = ""
    for sheet in sheets:
        if sheet.category != category:
            category = sheet.category
            yield from ("", f"## {category.replace('-', ' ').capitalize()}", "")
            yield from ("| rule | flags | severity | precision | fix |", "| --- | --- | --- | --- | --- |")
        link = f"[{sheet.name}]({sheet.category}/{sheet.name}.md)"
        yield f"| {link} | {sheet.title} | {sheet.severity} | {sheet.precision} | {sheet.fix_safety} |"


def _catalog() -> Iterator[str]:
    yield "# The catalog"
    yield ""
    yield "Tables and views that rules and `azora-audit query` read; SQLite's dialect. Generated from the code."
    yield ""
    yield "## Tables"
    names = {row.__name__: name for name, row in tables.TABLES.items()}
    module = ast.parse(Path(tables.__file__).read_text("utf-8"))
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield from ("", f"### {names[node.name]}", "", _paragraph(ast.get_docstring(node) or ""), "")
            yield from _fields(node)
    yield from ("", "## Views", "", "| view | what it has |", "| --- | --- |")
    for path in sorted(VIEWS.glob("*.sql")):
        comment = [line[2:].strip() for line in path.read_text("utf-8").splitlines() if line.startswith("--")]
        yield f"| {path.stem} | {' '.join(comment)} |"


def _fields(node: ast.ClassDef) -> Iterator[str]:
    yield from ("| column | type | meaning |", "| --- | --- | --- |")
    body = node.body[1:]
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            sentence = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                sentence = _paragraph(str(after.value.value)).replace("|", "\\|")
            kind = ast.unparse(statement.annotation).replace("|", "or")
            yield f"| {statement.target.id} | {kind} | {sentence} |"


def _paragraph(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    """Write the files, or with --check say which are stale and return 1."""
    check = sys.argv[1:] == ["--check"]
    stale = 0
    for name, text in generated():
        path = ROOT / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale += 1
        print(f"{name} is stale: run `nox -s generate`" if check else f"wrote {name}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
