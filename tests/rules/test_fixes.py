"""Fixes mend: schema and fix together no longer have the finding, and PostgreSQL takes both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.rules.harness import Example, bench, examples
from tests.rules.live import facts_on_server, statements

if TYPE_CHECKING:
    import psycopg

    from azora_audit.catalog.facts import Facts
    from azora_audit.findings import Finding, Fix


def _with_fix(language: str, *, live: bool = False) -> list[Example]:
    rules = bench().rulebook.rules
    return [
        example
        for example in examples()
        if example.section == "Flagged"
        and example.languages == {language}
        and len(example.blocks) == 1
        and bool(example.live) == live
        and (fix := rules[example.rule].fix) is not None
        and (fix.sql if language == "sql" else fix.prisma)
    ]


def _fixes(example: Example, live: Facts | None = None) -> list[tuple[Finding, Fix]]:
    findings = bench().findings(example, live)
    return [(finding, finding.fix) for finding in findings if finding.fix is not None]


@pytest.mark.postgres
@pytest.mark.parametrize("example", _with_fix("sql"), ids=lambda example: example.name)
def test_sql_fix_closes_the_finding_and_applies(example: Example, database: psycopg.Connection) -> None:
    fixes = [fix.sql for _, fix in _fixes(example) if fix.sql]
    assert fixes, "the rule has an SQL fix, so its example must get one"
    assert not bench().findings(example, more="\n" + "\n".join(fixes) + "\n")
    database.execute(next(iter(example.files().values())).encode())
    for fix in fixes:
        for statement in statements(f"{fix}\n"):
            database.execute(statement.encode())


@pytest.mark.postgres
@pytest.mark.parametrize("example", _with_fix("sql", live=True), ids=lambda example: example.name)
def test_sql_fix_closes_the_finding_on_a_server(example: Example, request: pytest.FixtureRequest) -> None:
    fixes = [fix.sql for _, fix in _fixes(example, facts_on_server(example, request)) if fix.sql]
    assert fixes, "the rule has an SQL fix, so its example must get one"
    mended = facts_on_server(example, request, "".join(f"{fix}\n" for fix in fixes))
    assert not bench().findings(example, mended)


@pytest.mark.parametrize("example", _with_fix("prisma"), ids=lambda example: example.name)
def test_prisma_fix_closes_the_finding(example: Example) -> None:
    lines = example.blocks[0].text.splitlines()
    applied = 0
    for finding, fix in sorted(_fixes(example), key=lambda pair: -pair[0].places[0].line):
        if fix.prisma:
            _apply(lines, finding, fix)
            applied += 1
    assert applied, "the rule has a Prisma fix, so its example must get one"
    changed = example.blocks[0]._replace(text="\n".join(lines) + "\n")
    assert not bench().findings(example._replace(blocks=(changed,)))


def _apply(lines: list[str], finding: Finding, fix: Fix) -> None:
    index = finding.places[0].line - 1
    if fix.prisma_edit == "add-to-model":
        start = next(at for at in range(index, -1, -1) if re.match(r"\s*(model|view)\s", lines[at]))
        end = next(at for at in range(start, len(lines)) if lines[at].strip() == "}")
        lines[end:end] = ["  " + line for line in fix.prisma.splitlines()]
        return
    if fix.prisma_edit == "remove-attribute":
        assert lines[index].strip().startswith(f"{fix.prisma}(")
        del lines[index]
        return
    code, comment, rest = lines[index].partition("//")
    if fix.prisma_edit == "add-to-field":
        lines[index] = f"{code.rstrip()} {fix.prisma} {comment}{rest}"
    elif fix.prisma_edit == "add-to-relation":
        place = code.rindex(")")
        lines[index] = f"{code[:place]}, {fix.prisma}{code[place:]}{comment}{rest}"
    else:
        lines[index] = f"  {fix.prisma} {comment}{rest}"
