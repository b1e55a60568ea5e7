"""A quick yes to a JSON Schema, so that jsonschema (0.05 s to import) is asked only about what it may refuse."""

from __future__ import annotations

from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
_SILENT = {"$schema", "$defs", "title", "description"}


def is_surely_valid(value: Any, schema: Any, root: dict[str, Any]) -> bool:
    """Tell whether a value is valid beyond doubt; False means that jsonschema has to judge.

    Args:
        value: parsed TOML or JSON.
        schema: a schema or a part of one; of the key words only those used by our own schemas are understood.
        root: the whole schema, for references into its `$defs`.
    """
    if isinstance(schema, bool):
        return schema
    return all(
        word in _SILENT or _holds(word, constraint, value, schema, root)
        for word, constraint in schema.items()
    )


def _holds(  # noqa: PLR0911 -- one for each key word
    word: str, constraint: Any, value: Any, schema: dict[str, Any], root: dict[str, Any]
) -> bool:
    match word:
        case "$ref":
            return is_surely_valid(value, root["$defs"][constraint.rpartition("/")[2]], root)
        case "type":
            names = [constraint] if isinstance(constraint, str) else constraint
            return any(_is(value, name) for name in names)
        case "enum":
            return isinstance(value, str) and value in constraint
        case "minLength":
            return isinstance(value, str) and len(value) >= constraint
        case "items":
            return not isinstance(value, list) or all(
                is_surely_valid(item, constraint, root) for item in value
            )
        case "properties":
            return isinstance(value, dict) and all(
                is_surely_valid(value[key], part, root) for key, part in constraint.items() if key in value
            )
        case "additionalProperties":
            known = schema.get("properties", {})
            return not isinstance(value, dict) or all(
                is_surely_valid(part, constraint, root) for key, part in value.items() if key not in known
            )
    return False


def _is(value: Any, name: str) -> bool:
    """Tell whether a value has a JSON type; true and false are no numbers there."""
    return isinstance(value, _TYPES.get(name, ())) and (name == "boolean" or not isinstance(value, bool))
