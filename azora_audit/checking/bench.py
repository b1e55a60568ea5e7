"""Judges the examples of rule pages: each is read as a user's fleet would be."""

from __future__ import annotations

import re
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.catalog.derive import across_services, derive
from azora_audit.catalog.lexicon import load_lexicon
from azora_audit.catalog.store import Catalog
from azora_audit.checking.fleet import expected_services
from azora_audit.checking.sharing import facts_of, share_of
from azora_audit.engine.judge import judge
from azora_audit.engine.terms import Terms
from azora_audit.errors import ExampleError
from azora_audit.findings import FLEET
from azora_audit.rulebook.examples import SERVER, without_markers
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.rulebook.load import load_rulebook
from azora_audit.rulebook.select import select_rules
from azora_audit.settings import Settings, load_settings
from azora_audit.sources.fleet import find_fleet
from azora_audit.sources.service import read_service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from azora_audit.catalog.facts import Facts
    from azora_audit.engine.judge import Judgement
    from azora_audit.findings import Finding, Problem
    from azora_audit.rulebook.examples import Example
    from azora_audit.rulebook.rule import Rule, Rulebook

TODAY = "2026-01-15"
"""The day on which all examples are judged, so that allowances expire predictably."""

TERMS = Terms(TODAY, object_hashes=True)


class Bench:
    """A catalog with all rules compiled on it, on which any number of examples are judged.

    Raises:
        RulebookError: rules that do not hold together.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        """Load the shipped rules and those in the user's folders."""
        self.catalog = Catalog()
        self.rulebook: Rulebook = load_rulebook(self.catalog, folders)
        self.lexicon = load_lexicon(shipped_rules() / "lexicon")

    def facts(self, files: Mapping[str, str], live: Facts | None = None) -> list[Facts]:
        """Return the derived facts of a fleet, the fleet's own last.

        Args:
            files: the fleet's files.
            live: facts of the running database of the service `shop`.

        Raises:
            ExampleError: a file was not read or not understood: an example must be readable.
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
            _refuse([*fleet.problems, *(problem for facts in services for problem in facts.problems)])
        for facts in services:
            derive(facts, self.lexicon)
        across_services(services)
        return [*services, expected_services(fleet)]

    def judge(self, services: list[Facts], *rules: Rule, staged: str = "") -> Judgement:
        """Judge facts by some rules.

        Args:
            services: as `facts` returns them.
            rules: of the rulebook, perhaps changed.
            staged: SQL that changes the catalog before.
        """
        if any(rule.scope == "fleet" for rule in rules):
            services = [facts_of(share_of(facts)) if facts.service != FLEET else facts for facts in services]
        wanted = {rule.name for rule in rules}
        if any(rule.late for rule in rules):
            # what became of an allowance is only known when the rule that it names has run
            others = [rule for rule in self.rulebook.rules.values() if rule.scope == "service"]
            rules = (*(rule for rule in others if rule.name not in wanted), *rules)
        self.catalog.load(services)
        try:
            if staged:
                self.catalog.connection.executescript(staged)
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
            ExampleError: the rule stopped, or something was not understood, or its facts are not known.
        """
        rule = self.chosen(example)
        files = {path: text + more for path, text in example.files().items()}
        judgement = self.judge(self.facts(files, live), rule, staged=example.staged)
        _refuse(judgement.problems)
        unknown = [row.reason for row in judgement.not_judged if row.rule == rule.name]
        if unknown and (live is not None or example.expected()):
            raise ExampleError(f"the example cannot be judged: {unknown[0]}")
        return [judged.finding for judged in judgement.judged]


def flagged(findings: Sequence[Finding], example: Example) -> set[tuple[str, int]]:
    """Return the first place of every finding that nothing allows; without one, the last line with the object's name."""
    lines = [without_markers(line) for line in example.live.splitlines()]
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


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        first = problems[0]
        place = f"{first.path}:{first.line}: " if first.path else ""
        raise ExampleError(f"the example is not understood: {place}{first.message}", help=first.help)
