"""The shipped rulebook, read and compiled beforehand: `rules/compiled.json`, generated from the rule files.

Parsing the headers of all rules takes a fifth of a small run. The file carries a hash of everything it was made from; when
that does not match (somebody edits a rule in a checkout), the rule files themselves are read.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azora_audit.catalog import knowledge
from azora_audit.catalog.empty import made_from
from azora_audit.hashing import blake2b
from azora_audit.light_json import loads
from azora_audit.rulebook.folders import digest
from azora_audit.rulebook.rule import Checklist, FixTemplate, Item, Rule, Rulebook
from azora_audit.rulebook.template import Part

if TYPE_CHECKING:
    from azora_audit.rulebook.template import Template

FILE = "compiled.json"


def dump_compiled(rulebook: Rulebook, folder: Path) -> bytes:
    """Return the text of the compiled rulebook of a rule folder."""
    data = {
        "made_from": _made_from(folder),
        "rules": list(rulebook.rules.values()),
        "checklists": list(rulebook.checklists.values()),
    }
    import orjson  # noqa: PLC0415 -- indented for who reads differences; only to generate the file

    return orjson.dumps(data, default=_plain, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def load_compiled(folder: Path) -> Rulebook | None:
    """Return the compiled rulebook of a rule folder, or None when there is none or it was made from other files."""
    try:
        data = loads((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return None
    if data.get("made_from") != _made_from(folder):
        return None
    rules = [_rule(values) for values in data["rules"]]
    checklists = [_checklist(values) for values in data["checklists"]]
    return Rulebook({rule.name: rule for rule in rules}, {entry.name: entry for entry in checklists})


@cache
def _made_from(folder: Path) -> str:
    """Return a hash of the rule files and of what decides which facts their SQL needs."""
    whole = blake2b(digest([folder]).encode(), digest_size=16)
    whole.update(made_from().encode())
    for path in (Path(knowledge.__file__), Path(__file__)):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _plain(value: object) -> object:
    """Turn what JSON does not know into lists, in an order that does not change from run to run."""
    return sorted(value) if isinstance(value, frozenset) else list(value)  # type: ignore[call-overload]


def _rule(values: list[Any]) -> Rule:
    rule = Rule(*values)
    return rule._replace(
        profiles=tuple(rule.profiles),
        message=_template(rule.message),
        help=_template(rule.help),
        fix=_fix(rule.fix),
        aliases=tuple(rule.aliases),
        contradicts=tuple(rule.contradicts),
        judged_without=tuple(rule.judged_without),
        columns=tuple(rule.columns),
        needs=frozenset(rule.needs),
        reads=frozenset(rule.reads),
        controls=tuple(rule.controls),
    )


def _fix(values: Any) -> FixTemplate | None:
    if values is None:
        return None
    fix = FixTemplate(*values)
    return fix._replace(sql=_template(fix.sql), prisma=_template(fix.prisma))


def _template(parts: Template) -> Template:
    return tuple(Part(*part) for part in parts)


def _checklist(values: list[Any]) -> Checklist:
    checklist = Checklist(*values)
    items = (Item(*item) for item in checklist.items)
    return checklist._replace(
        items=tuple(item._replace(rules=tuple(item.rules), reads=frozenset(item.reads)) for item in items)
    )
