"""Loads rule folders into a rulebook, checking everything that can be checked, and reports all problems at once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, TypeVar

from azora_audit.catalog.knowledge import NEEDS, needed_facts, tables_read
from azora_audit.errors import AzoraAuditError, RulebookError, closest
from azora_audit.rulebook.checklists import read_checklist
from azora_audit.rulebook.compiled import load_compiled
from azora_audit.rulebook.folders import rule_files, shipped_rules
from azora_audit.rulebook.header import read_rule
from azora_audit.rulebook.rule import Checklist, Item, Rule, Rulebook
from azora_audit.rulebook.template import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from azora_audit.catalog.store import Catalog

_NOT_RULES = {"lexicon", "checklists"}
_Read = TypeVar("_Read")


def load_rulebook(
    catalog: Catalog, folders: Sequence[Path] = (), *, validate_shipped: bool = False
) -> Rulebook:
    """Read and compile the shipped rules and those in `folders`.

    Args:
        catalog: an empty catalog, on whose connection the rules are compiled and will later run.
        folders: the user's rule folders, laid out as `rules/` is.
        validate_shipped: read the shipped files themselves and check them against their JSON Schemas.

    Raises:
        RulebookError: with every problem of every file.
    """
    shipped = shipped_rules()
    compiled = None if validate_shipped else load_compiled(shipped)
    if compiled is not None and not folders:
        return compiled
    loader = _Loader(catalog)
    if compiled is not None:
        loader.rules.update(compiled.rules)
        loader.checklists.update(compiled.checklists)
    else:
        loader.read_folder(shipped, shown_from=shipped.parent, validate=validate_shipped, guarded=False)
    for folder in folders:
        loader.read_folder(folder, shown_from=None, validate=True, guarded=True)
    loader.check_references()
    if loader.problems:
        raise RulebookError(loader.problems)
    controls = _controls(loader.checklists)
    rules = {name: rule._replace(controls=controls.get(name, ())) for name, rule in loader.rules.items()}
    return Rulebook(rules, loader.checklists)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ` -- did you mean ...?` for a name that is close to a known one, or nothing."""
    close = closest(name, known)
    return "" if close is None else f"; did you mean {close}?"


def _controls(checklists: Mapping[str, Checklist]) -> dict[str, tuple[str, ...]]:
    """Return, by rule, the items and controls that it gives evidence for, as `checklist/item`."""
    controls: dict[str, tuple[str, ...]] = {}
    for checklist in checklists.values():
        for item in checklist.items:
            for rule in item.rules:
                controls[rule] = (*controls.get(rule, ()), f"{checklist.name}/{item.name}")
    return controls


class _Loader:
    """Collects rules, checklists and problems while folders are read."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.rules: dict[str, Rule] = {}
        self.checklists: dict[str, Checklist] = {}
        self.problems: list[AzoraAuditError] = []

    def read_folder(self, folder: Path, *, shown_from: Path | None, validate: bool, guarded: bool) -> None:
        for path in rule_files(folder):
            shown = (path.relative_to(shown_from) if shown_from else path).as_posix()
            if path.parent.name not in _NOT_RULES:
                self._add_rule(path, shown, validate=validate, guarded=guarded)
            elif path.suffix == ".toml":
                self._add_checklist(path, shown, validate=validate, guarded=guarded)

    def _add_rule(self, path: Path, shown: str, *, validate: bool, guarded: bool) -> None:
        rule = self._read(read_rule, path, shown, validate=validate)
        if rule is None:
            return
        if rule.name in self.rules:
            self._problem(f"there is already a rule {rule.name} in {self.rules[rule.name].path}", rule)
            return
        compiled = self._compile(rule)
        if compiled is not None:
            self.rules[rule.name] = compiled._replace(guarded=guarded)

    def _add_checklist(self, path: Path, shown: str, *, validate: bool, guarded: bool) -> None:
        checklist = self._read(read_checklist, path, shown, validate=validate)
        if checklist is not None:
            items = tuple(self._compile_item(item, shown) for item in checklist.items)
            self.checklists[checklist.name] = checklist._replace(items=items, guarded=guarded)

    def _read(self, read: Callable[..., _Read], path: Path, shown: str, *, validate: bool) -> _Read | None:
        try:
            return read(path, shown, path.read_text("utf-8"), validate=validate)
        except AzoraAuditError as error:
            self.problems.append(error)
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(AzoraAuditError(f"cannot be read: {error}", path=shown))
        return None

    def _compile(self, rule: Rule) -> Rule | None:
        try:
            compiled = self.catalog.guard.compile(rule.sql, rule.parameters)
        except sqlite3.Error as error:
            self._problem(f"the SQL does not compile: {error}", rule, line=rule.sql_line)
            return None
        before = len(self.problems)
        self._check_columns(rule, compiled.columns)
        for fact in rule.judged_without:
            if fact not in NEEDS:
                self._problem(f"judged_without: there is no fact {fact}{suggestion(fact, NEEDS)}", rule)
        needs = needed_facts(compiled.reads) - set(rule.judged_without)
        if len(self.problems) > before:
            return None
        reads = tables_read(compiled.reads)
        late = "allowance_states" in reads
        return rule._replace(columns=compiled.columns, needs=needs, reads=reads, late=late)

    def _check_columns(self, rule: Rule, columns: tuple[str, ...]) -> None:
        if "entity" not in columns:
            self._problem("the SELECT returns no column `entity`", rule, line=rule.sql_line)
        templates = [rule.message, rule.help]
        if rule.fix is not None:
            templates += [rule.fix.sql, rule.fix.prisma]
        for template in templates:
            for field in sorted(fields_of(template) - set(columns)):
                hint = suggestion(field, columns)
                self._problem(f"placeholder {{{field}}} is no column of the SELECT{hint}", rule)

    def _compile_item(self, item: Item, shown: str) -> Item:
        if not item.subjects:
            return item
        try:
            compiled = self.catalog.guard.compile(item.subjects, {})
        except sqlite3.Error as error:
            problem = AzoraAuditError(f"{item.name}: subjects does not compile: {error}", path=shown)
            self.problems.append(problem)
            return item
        return item._replace(reads=tables_read(compiled.reads))

    def check_references(self) -> None:
        """Check the names of rules that rules and checklists mention."""
        names = set(self.rules)
        for rule in self.rules.values():
            for name in set(rule.contradicts) - names:
                self._problem(f"contradicts: there is no rule {name}{suggestion(name, names)}", rule)
            for alias in set(rule.aliases) & names:
                self._problem(f"alias {alias} is the name of another rule", rule)
        for checklist in self.checklists.values():
            for item in checklist.items:
                for name in set(item.rules) - names:
                    message = f"{item.name}: there is no rule {name}{suggestion(name, names)}"
                    self.problems.append(AzoraAuditError(message, path=checklist.path))
                if len({self.rules[name].scope for name in item.rules if name in self.rules}) > 1:
                    message = f"{item.name}: its rules must all judge services, or all judge the fleet"
                    self.problems.append(AzoraAuditError(message, path=checklist.path))

    def _problem(self, message: str, rule: Rule, line: int = 1) -> None:
        self.problems.append(AzoraAuditError(message, path=rule.path, line=line))
