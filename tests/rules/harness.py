"""Runs the examples of rule pages: each is a small fleet that is read and judged as a user's would be."""

from __future__ import annotations

import re
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from azora_audit.catalog.derive import across_services, derive
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.catalog.store import Catalog
from azora_audit.checking.fleet import expected_services
from azora_audit.checking.sharing import facts_of, shared_rows
from azora_audit.engine.judge import judge
from azora_audit.engine.terms import Terms
from azora_audit.findings import FLEET
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.rulebook.load import load_rulebook
from azora_audit.rulebook.page import Page, parse_page
from azora_audit.rulebook.select import select_rules
from azora_audit.settings import Settings, load_settings
from azora_audit.sources.fleet import find_fleet
from azora_audit.sources.service import read_service

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.engine.judge import Judgement
    from azora_audit.findings import Finding
    from azora_audit.rulebook.page import Block
    from azora_audit.rulebook.rule import Rule, Rulebook

TODAY = "2026-01-15"
"""The day on which all examples are judged, so that allowances expire predictably."""

TERMS = Terms(TODAY, object_hashes=True)

SERVER = "<server>"
"""Where an object of a running database is that no file has."""

_MARKER = re.compile(r"[ \t]*(?:--|//|#)[ \t]*error:[ \t]*[a-z0-9-]+[ \t]*$", re.MULTILINE)


class Example(NamedTuple):
    """One example of a page: the files of one fleet, and the lines that the rule must flag."""

    rule: str
    section: str
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        return f"{self.rule}:{self.blocks[0].line}"

    @property
    def languages(self) -> set[str]:
        return {block.language for block in self.blocks}

    def files(self) -> dict[str, str]:
        """Path relative to the fleet's root -> text without the markers, which JSON and allowances would not bear."""
        return {
            path_of(block): _MARKER.sub("", block.text)
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
        return {(path_of(block), line) for block in self.blocks for line in block.expected(self.rule)}


def path_of(block: Block) -> str:
    """Return where a block's text lies in the example's fleet; `/name` is a file of the fleet itself."""
    if block.live:
        return SERVER
    return block.file[1:] if block.file.startswith("/") else f"services/{block.service}/{block.file}"


@cache
def pages() -> dict[str, Page]:
    """Return the page of every rule by the rule's name."""
    found = sorted(shipped_rules().glob("*/*.md"))
    return {path.stem: parse_page(path.read_text("utf-8")) for path in found}


@cache
def examples() -> tuple[Example, ...]:
    """Return the examples of all pages, those under Flagged and Fine."""
    found: list[Example] = []
    for name, page in pages().items():
        for block in page.blocks:
            if block.section not in {"Flagged", "Fine"}:
                continue
            if block.also:
                found[-1] = found[-1]._replace(blocks=(*found[-1].blocks, block))
            else:
                found.append(Example(name, block.section, (block,)))
    return tuple(found)


class Bench:
    """A catalog with all rules compiled on it, on which any number of examples are judged."""

    def __init__(self) -> None:
        self.catalog = Catalog()
        self.rulebook: Rulebook = load_rulebook(self.catalog)
        self.lexicon = load_lexicon(shipped_rules() / "lexicon")

    def facts(self, files: dict[str, str], live: Facts | None = None) -> list[Facts]:
        """Return the derived facts of a fleet, the fleet's own last.

        Args:
            files: the fleet's files.
            live: facts of the running database of the service `shop`.

        Raises:
            AssertionError: a file was not read or not understood: an example must be readable.
        """
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, "utf-8")
            settings = load_settings(root) if (root / "azora-audit.toml").exists() else Settings()
            fleet = find_fleet(root, settings, schemas_needed=live is None)
            services = [
                read_service(service, fleet.root, fleet.documents, live if service.name == "shop" else None)
                for service in fleet.services
            ]
            if live is not None and live not in services:
                services.append(live)
            problems = [*fleet.problems, *(problem for facts in services for problem in facts.problems)]
            assert not problems, problems
        for facts in services:
            derive(facts, self.lexicon)
        across_services(services)
        return [*services, expected_services(fleet)]

    def judge(self, services: list[Facts], *rules: Rule, staged: str = "") -> Judgement:
        if any(rule.scope == "fleet" for rule in rules):
            services = [
                facts_of(facts.service, facts.path, shared_rows(facts), sorted(facts.known))
                if facts.service != FLEET
                else facts
                for facts in services
            ]
        wanted = {rule.name for rule in rules}
        if any(rule.late for rule in rules):
            # what became of an allowance is only known when the rule that it names has run
            others = [rule for rule in self.rulebook.rules.values() if rule.scope == "service"]
            rules = (*(rule for rule in others if rule.name not in wanted), *rules)
        self.catalog.load(services)
        if staged:
            self.catalog.connection.executescript(staged)
        try:
            judgement = judge(self.catalog, rules, TERMS, self.rulebook.rules)
        finally:
            self.catalog.clear()
        judged = [judged for judged in judgement.judged if judged.finding.rule in wanted]
        return judgement._replace(judged=judged)

    def chosen(self, example: Example) -> Rule:
        """Return an example's rule with the parameters that the example's settings give it."""
        text = example.files().get("azora-audit.toml", "")
        parameters = tomllib.loads(text).get("rules", {})
        return select_rules(self.rulebook, select=[example.rule], parameters=parameters)[0]

    def findings(self, example: Example, live: Facts | None = None, more: str = "") -> list[Finding]:
        """Return what a rule finds in its example.

        Args:
            example: the example.
            live: facts of its running database, if it has one.
            more: text that is added to its one file.

        Raises:
            AssertionError: the rule stopped, or something was not understood, or the running database cannot tell.
        """
        rule = self.chosen(example)
        files = {path: text + more for path, text in example.files().items()}
        judgement = self.judge(self.facts(files, live), rule, staged=example.staged)
        assert not judgement.problems, judgement.problems
        assert live is None or not judgement.not_judged, judgement.not_judged
        return [judged.finding for judged in judgement.judged]


@cache
def bench() -> Bench:
    """Return the one bench of the test process."""
    return Bench()


def flagged(findings: list[Finding], example: Example) -> set[tuple[str, int]]:
    """Return the first place of every finding that nothing allows; without one, the last line with the object's name."""
    lines = [_MARKER.sub("", line) for line in example.live.splitlines()]
    found = set()
    for finding in findings:
        if finding.status != "new":
            continue
        if finding.places:
            found.add((finding.places[0].path, finding.places[0].line))
        else:
            name = "database" if finding.kind == "database" else finding.entity.rpartition(".")[2]
            numbers = [number for number, line in enumerate(lines, 1) if name in re.findall(r"[\w$]+", line)]
            found.add((SERVER, numbers[-1] if numbers else 0))
    return found
