"""Options of sequences out of parse trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.sources.ddl.actions import Name, SequenceOptions
from azora_audit.sources.ddl.reduce.nodes import constant, strings

if TYPE_CHECKING:
    from azora_audit.sources.ddl.parse import Node
    from azora_audit.sources.ddl.reduce.nodes import Text

_NUMBERS = {"start": "start", "increment": "increment", "minvalue": "minimum", "maxvalue": "maximum"}


def sequence_options(nodes: list[Node] | None, text: Text) -> SequenceOptions:
    """Read the options of CREATE SEQUENCE, ALTER SEQUENCE or an identity column."""
    values: dict[str, object] = {}
    for wrapper in nodes or ():
        option = wrapper["DefElem"]
        name = option["defname"]
        argument = option.get("arg")
        if name in _NUMBERS:
            if argument is None:
                values[f"no_{_NUMBERS[name]}"] = True
            else:
                values[_NUMBERS[name]] = int(constant(argument) or 0)
        elif name == "as":
            values["type"] = strings(argument["TypeName"]["names"])[-1]
        elif name == "cycle":
            values["cycle"] = bool(argument["Boolean"].get("boolval", False)) if argument else False
        elif name == "owned_by":
            parts = strings(argument["List"]["items"])
            if parts == ("none",):
                values["owned_by"] = ()
            else:
                values["owned_by"] = (parts[-3] if len(parts) > 2 else None, parts[-2], parts[-1])  # noqa: PLR2004
        elif name == "sequence_name":
            parts = strings(argument["List"]["items"])
            at = option.get("location", 0) + text.base
            values["name"] = Name(parts[-2] if len(parts) > 1 else None, parts[-1], at, at)
    return SequenceOptions(**values)  # type: ignore[arg-type]  # built by field name above
