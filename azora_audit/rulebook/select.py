"""Chooses the rules of a run: profile, selected and ignored names, severities and parameters from settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azora_audit.errors import AzoraAuditError, ChoiceError, RulebookError
from azora_audit.findings import SEVERITIES
from azora_audit.rulebook.header import bindable
from azora_audit.rulebook.load import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from azora_audit.rulebook.rule import Checklist, Rule, Rulebook


def select_rules(
    rulebook: Rulebook,
    *,
    profile: str = "recommended",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    severity: Mapping[str, str] | None = None,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Rule, ...]:
    """Return the rules to run, with the severities and parameters that settings give them.

    Args:
        rulebook: all rules there are.
        profile: name of a profile that some rule lists.
        select: names or categories; when given, only these run, whatever the profile.
        ignore: names or categories that do not run.
        severity: rule name -> severity.
        parameters: rule name -> parameter -> value.

    Raises:
        RulebookError: names that do not exist, values that a parameter's JSON Schema refuses; all at once.
    """
    problems: list[AzoraAuditError] = []
    profiles = {name for rule in rulebook.rules.values() for name in rule.profiles}
    if profile not in profiles:
        problems.append(
            ChoiceError(
                f"there is no profile {profile}{suggestion(profile, sorted(profiles))}",
                help=f"There are {', '.join(sorted(profiles))}.",
                setting=("profile",),
                word=profile,
            )
        )
    chosen = rules_named(rulebook, select, ("select",), problems)
    ignored = rules_named(rulebook, ignore, ("ignore",), problems)
    severities = _severities(rulebook, severity or {}, problems)
    values = _parameters(rulebook, parameters or {}, problems)
    if problems:
        raise RulebookError(problems)
    return tuple(
        rule._replace(
            severity=severities.get(rule.name, rule.severity),
            parameters={**rule.parameters, **values.get(rule.name, {})},
        )
        for rule in rulebook.rules.values()
        if (rule.name in chosen if chosen else profile in rule.profiles) and rule.name not in ignored
    )


def select_checklists(rulebook: Rulebook, names: Iterable[str]) -> tuple[Checklist, ...]:
    """Return the checklists of these names, each once, in the names' order.

    Raises:
        RulebookError: names that do not exist, all at once.
    """
    wanted = tuple(dict.fromkeys(names))
    problems: list[AzoraAuditError] = [
        ChoiceError(
            f"there is no checklist {name}{suggestion(name, rulebook.checklists)}",
            help=f"There are {', '.join(sorted(rulebook.checklists))}.",
            setting=("checklist", "names"),
            word=name,
        )
        for name in wanted
        if name not in rulebook.checklists
    ]
    if problems:
        raise RulebookError(problems)
    return tuple(rulebook.checklists[name] for name in wanted)


def all_names(rulebook: Rulebook) -> frozenset[str]:
    """Return the names of all rules, former ones included."""
    return frozenset(rulebook.rules).union(*(rule.aliases for rule in rulebook.rules.values()))


def resolve(rulebook: Rulebook, name: str) -> str | None:
    """Return the name of the rule that is called so or was called so, or None."""
    if name in rulebook.rules:
        return name
    return next((rule.name for rule in rulebook.rules.values() if name in rule.aliases), None)


def rules_named(
    rulebook: Rulebook,
    names: Iterable[str],
    setting: tuple[str | int, ...],
    problems: list[AzoraAuditError],
) -> set[str]:
    """Return the names of the rules that are, were or belong to a category that is called so.

    Args:
        rulebook: all rules there are.
        names: of rules and categories.
        setting: the keys of the setting that has them.
        problems: get those that do not exist.
    """
    found = set()
    for name in names:
        rule = resolve(rulebook, name)
        members = {rule} if rule else {r.name for r in rulebook.rules.values() if r.category == name}
        if not members:
            known = [*rulebook.rules, *{r.category for r in rulebook.rules.values()}]
            message = f"{setting[0]}: there is no rule or category {name}{suggestion(name, known)}"
            advice = "`azora-audit rules` lists them."
            problems.append(ChoiceError(message, help=advice, setting=setting, word=name))
        found |= members
    return found


def _known_rule(rulebook: Rulebook, name: str, key: str, problems: list[AzoraAuditError]) -> str | None:
    rule = resolve(rulebook, name)
    if rule is None:
        message = f"{key}: there is no rule {name}{suggestion(name, rulebook.rules)}"
        advice = "`azora-audit rules` lists them."
        problems.append(ChoiceError(message, help=advice, setting=(key, name), word=name))
    return rule


def _severities(
    rulebook: Rulebook, severity: Mapping[str, str], problems: list[AzoraAuditError]
) -> dict[str, str]:
    found = {}
    for name, value in severity.items():
        rule = _known_rule(rulebook, name, "severity", problems)
        if value not in SEVERITIES:
            message = f"severity.{name}: {value} is none of {', '.join(SEVERITIES)}"
            problems.append(ChoiceError(message, setting=("severity", name), word=value))
        elif rule is not None:
            found[rule] = value
    return found


def _parameters(
    rulebook: Rulebook, parameters: Mapping[str, Mapping[str, Any]], problems: list[AzoraAuditError]
) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for name, values in parameters.items():
        rule = _known_rule(rulebook, name, "rules", problems)
        if rule is None:
            continue
        schemas = rulebook.rules[rule].parameter_schemas
        for parameter, value in values.items():
            problem = _check_value(schemas, parameter, value)
            if problem:
                keys = ("rules", name, parameter)
                problems.append(ChoiceError(f"rules.{name}: {problem}", setting=keys, word=parameter))
            else:
                found.setdefault(rule, {})[parameter] = bindable(value)
    return found


def _check_value(schemas: Mapping[str, dict[str, object]], parameter: str, value: object) -> str:
    """Return what is wrong with a parameter's value, or nothing."""
    if parameter not in schemas:
        return f"there is no parameter {parameter}{suggestion(parameter, schemas)}"
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- 126 ms, only for settings with parameters
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    error = best_match(Draft202012Validator(schemas[parameter]).iter_errors(value))
    return f"{parameter}: {error.message}" if error else ""
