"""Tests rules by the examples on their pages: what is marked is flagged, all else is not, and fixes mend."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from azora_audit.checking.bench import Bench, flagged
from azora_audit.errors import AzoraAuditError, ExampleError
from azora_audit.records import NamedTuple
from azora_audit.rulebook.examples import examples_of
from azora_audit.rulebook.folders import shipped_rules
from azora_audit.rulebook.page import parse_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from azora_audit.catalog.facts import Facts
    from azora_audit.findings import Finding
    from azora_audit.rulebook.examples import Example
    from azora_audit.rulebook.page import Page
    from azora_audit.rulebook.rule import Rule
    from azora_audit.sources.live.server import Server


class Fault(NamedTuple):
    """Something that is wrong with a rule or its page, or (`untested`) the reason why it was not tested."""

    path: str
    line: int
    message: str
    help: str = ""
    untested: bool = False


class RuleResult(NamedTuple):
    """What testing one rule gave: `examples` were tried, and the rule passed if there are no faults."""

    rule: str
    category: str
    examples: int
    faults: tuple[Fault, ...]


def try_folder(folder: Path) -> Iterator[RuleResult]:
    """Test the rules of a folder one by one; the shipped rules are there too, in case an example needs them.

    A server is started for the first example that needs one, if there is any.

    Raises:
        RulebookError: rules that do not hold together.
    """
    is_shipped = folder.resolve() == shipped_rules().resolve()
    bench = Bench([] if is_shipped else [folder])
    with _Servers() as servers:
        for rule in bench.rulebook.rules.values():
            path = folder / rule.category / f"{rule.name}.sql"
            if rule.guarded != is_shipped and path.exists():
                yield _Test(rule, path.with_suffix(".md"), bench, servers).run()
    yield from _lonely_pages(folder)


def _lonely_pages(folder: Path) -> Iterator[RuleResult]:
    for page in sorted(folder.glob("*/*.md")):
        if not page.with_suffix(".sql").exists():
            fault = Fault(page.as_posix(), 1, "there is no rule beside this page", f"Add {page.stem}.sql.")
            yield RuleResult(page.stem, page.parent.name, 0, (fault,))


class _Servers(ExitStack):
    """The throw-away server of a run, started when it is first needed."""

    _server: Server | None = None

    def facts(self, text: str, bench: Bench) -> Facts:
        """Return the facts of a database that SQL has made; raise ServerError if there is no server."""
        from azora_audit.sources.live.target import need_psycopg  # noqa: PLC0415 -- only for rules about servers

        need_psycopg()
        from azora_audit.sources.live.server import Server  # noqa: PLC0415 -- as above
        from azora_audit.sources.live.staging import staged_facts  # noqa: PLC0415 -- as above

        if self._server is None:
            self._server = self.enter_context(Server())
        return staged_facts(self._server, text, "shop", bench.lexicon)


class _Test:
    """One rule and its page."""

    def __init__(self, rule: Rule, path: Path, bench: Bench, servers: _Servers) -> None:
        self._rule = rule
        self._path = path
        self._bench = bench
        self._servers = servers
        self._faults: list[Fault] = []

    def run(self) -> RuleResult:
        examples = self._examples()
        for example in examples:
            try:
                self._try(example)
            except ExampleError as error:
                self._fault(example.blocks[0].line, error.message, error.help)
            except AzoraAuditError as error:
                self._fault(example.blocks[0].line, f"not run: {error.message}", error.help, untested=True)
        return RuleResult(self._rule.name, self._rule.category, len(examples), tuple(self._faults))

    def _examples(self) -> list[Example]:
        page = self._page()
        if page is None:
            return []
        if page.name != self._rule.name:
            self._fault(1, f"the page begins with `# {page.name}`", f"Write `# {self._rule.name}`.")
        examples = [example._replace(rule=self._rule.name) for example in examples_of(page)]
        for section, advice in (
            ("Flagged", f"Add a block whose flagged lines end in `-- error: {self._rule.name}`."),
            ("Fine", "Add a near miss, which the rule must not flag."),
        ):
            if not any(example.section == section for example in examples):
                self._fault(1, f"the page has no code block under `## {section}`", advice)
        return examples

    def _page(self) -> Page | None:
        try:
            return parse_page(self._path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            advice = (
                "A rule's page has the rule's name and stands beside it; `azora-audit new-rule` writes both."
            )
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            self._fault(1, f"the page cannot be read: {reason}", advice, untested=True)
        except ValueError as error:
            self._fault(1, str(error), untested=True)
        return None

    def _try(self, example: Example) -> None:
        expected = example.expected()
        if bool(expected) != (example.section == "Flagged"):
            wrong = "marks a line" if expected else "marks no line"
            self._fault(example.blocks[0].line, f"an example under `## {example.section}` {wrong}")
        live = self._servers.facts(example.live, self._bench) if example.live else None
        findings = self._bench.findings(example, live)
        found = flagged(findings, example)
        for path, line in sorted(expected - found):
            self._fault(example.page_line(path, line), "is marked and not flagged")
        for path, line in sorted(found - expected):
            said = "; ".join(
                finding.message
                for finding in findings
                if not finding.places or (finding.places[0].path, finding.places[0].line) == (path, line)
            )
            self._fault(example.page_line(path, line), f"is flagged and not marked: {said}")
        if found == expected and expected:
            self._try_fix(example, findings)

    def _try_fix(self, example: Example, findings: Sequence[Finding]) -> None:
        fixes = [finding.fix.sql for finding in findings if finding.fix is not None and finding.fix.sql]
        if not fixes or example.languages != {"sql"} or len(example.blocks) > 1 or example.live:
            return
        left = self._bench.findings(example, more="\n" + "\n".join(fixes) + "\n")
        if any(finding.status == "new" for finding in left):
            self._fault(example.blocks[0].line, "the SQL fix does not mend what is flagged")

    def _fault(self, line: int, message: str, advice: str = "", *, untested: bool = False) -> None:
        self._faults.append(Fault(self._path.as_posix(), line, message, advice, untested))
