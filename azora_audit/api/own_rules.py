"""`try_rules` and `new_rule`: rules of the user's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from azora_audit.api.common import chosen_settings, rule_folders_of
from azora_audit.errors import RulebookError, SettingsError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from azora_audit.checking.rule_tests import RuleResult
    from azora_audit.settings import Settings

USUAL_FOLDER = "audit-rules"
"""Where `new_rule` begins a folder of rules if no settings name one."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def try_rules(
    folder: str | os.PathLike[str] | None = None,
    *,
    path: str | os.PathLike[str] = ".",
    settings_file: str | os.PathLike[str] | None = None,
) -> Iterator[RuleResult]:
    """Test the rules of a folder, or of those that the settings name, by the examples on their pages.

    Args:
        folder: laid out as the shipped rules are: `category/name.sql` and `category/name.md`.
        path: where the settings are looked for, if there is no folder.
        settings_file: settings to use instead of those found at the path or above it.

    Raises:
        RulebookError: rules that do not hold together; all problems at once.
        SettingsError: there is no folder and the settings name none.
    """
    from azora_audit.checking.rule_tests import try_folder

    if folder is not None:
        folders: tuple[Path, ...] = (Path(folder),)
    else:
        settings = chosen_settings(Path(path), settings_file, None)
        folders = rule_folders_of(settings, Path(path))
    if not folders:
        raise SettingsError(
            "There are no rules to test: the settings name no `rule_folders`.",
            help="Name a folder: `azora-audit test-rules FOLDER`.",
        )
    return (result for each in folders for result in try_folder(each))


def new_rule(
    name: str,
    *,
    folder: str | os.PathLike[str] | None = None,
    path: str | os.PathLike[str] = ".",
    settings_file: str | os.PathLike[str] | None = None,
) -> tuple[Path, Path, bool]:
    """Write a rule and its page to begin with: they pass `try_rules` as they are.

    Args:
        name: `category/name`.
        folder: where; by default the first folder of rules that the settings name, or else `audit-rules`.
        path: where the settings are looked for.
        settings_file: settings to use instead of those found at the path or above it.

    Returns:
        The two files, and whether the settings name their folder, so that `check` runs the rule.

    Raises:
        SettingsError: a name that is none or is taken, or files that cannot be written.
    """
    root = Path(path)
    settings = chosen_settings(root, settings_file, None)
    category, rule = _parts(name)
    target, is_named = _folder(root, settings, folder)
    _refuse_taken(rule, target)
    sql, page = (target / category / f"{rule}{ending}" for ending in (".sql", ".md"))
    for file in (sql, page):
        if file.exists():
            raise SettingsError(
                "There is such a file already.", help="Take another name, or edit it.", path=str(file)
            )
    try:
        sql.parent.mkdir(parents=True, exist_ok=True)
        for file, text in ((sql, _RULE), (page, _PAGE)):
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text.replace("NAME", rule).replace("TITLE", rule.replace("-", " ").capitalize()))
    except OSError as error:
        raise SettingsError(f"The rule cannot be written: {error.strerror}.", path=str(sql)) from error
    return sql, page, is_named


def _parts(name: str) -> tuple[str, str]:
    category, _, rule = name.partition("/")
    if not (_NAME.fullmatch(category) and _NAME.fullmatch(rule)) or category in {"lexicon", "checklists"}:
        raise SettingsError(
            f"{name} is no name of a rule.",
            help="Give category/name, both of small letters, digits and hyphens, such as `naming/plural-table-name`.",
        )
    return category, rule


def _folder(root: Path, settings: Settings, folder: str | os.PathLike[str] | None) -> tuple[Path, bool]:
    named = rule_folders_of(settings, root)
    if folder is not None:
        target = Path(folder)
        return target, target.resolve() in {each.resolve() for each in named}
    return (named[0], True) if named else ((settings.folder or root) / USUAL_FOLDER, False)


def _refuse_taken(rule: str, folder: Path) -> None:
    """Refuse a name that a rule has or had; rules of the folder that do not hold together do not matter here."""
    from azora_audit.catalog.store import Catalog
    from azora_audit.rulebook.load import load_rulebook
    from azora_audit.rulebook.select import all_names

    try:
        names = all_names(load_rulebook(Catalog(), [folder] if folder.is_dir() else []))
    except RulebookError:
        names = all_names(load_rulebook(Catalog()))
    if rule in names:
        raise SettingsError(
            f"There is a rule {rule} already.", help=f"`azora-audit explain {rule}` shows it."
        )


_RULE = """\
/*
title = "TITLE"
severity = "warning"
precision = "medium"
message = "table {table} has a name that begins with {prefix}, like something temporary"
help = "Give it a name that says what its rows are, or drop it."

[parameters.prefix]
default = "tmp_"
description = "How names of temporary things begin."
schema = { type = "string", minLength = 1 }
*/
-- Replace this SELECT. It returns `entity` and what message and help name in braces; `azora-audit query --tables` lists
-- what there is to read, and CATALOG.md what each column means.
select t.id as entity, t.name as "table", :prefix as prefix
from own_tables t
where substr(t.name, 1, length(:prefix)) = :prefix
"""

_PAGE = """\
# NAME

Flags tables whose name says that they are temporary.

## Why

Say what goes wrong where this is not kept, and for whom.

## Flagged

The lines that the rule must flag end in a comment. `azora-audit test-rules` runs every block:

```sql
create table tmp_import (id uuid primary key); -- error: NAME
create table imports (id uuid primary key);
```

```prisma
model tmp_import { // error: NAME
  id String @id @db.Uuid
}
```

## Fine

Near misses first: what looks like the fault and is none.

```sql
create table tmps (id uuid primary key);
create table import_tmp_files (id uuid primary key);
```

## When to allow

Say when somebody is right not to keep it.
"""
