"""Types as a diagram writes them: short, as people write them in DDL."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_SHORT: Final = {
    "character varying": "varchar",
    "character": "char",
    "double precision": "float8",
    "real": "float4",
    "boolean": "bool",
    "bit varying": "varbit",
}
_TIME = re.compile(r"(timestamp|time)(\(\d\))? (with|without) time zone(.*)")


@cache
def short_type(type_: str) -> str:
    """Shorten a type as PostgreSQL prints it: `character varying(36)` is `varchar(36)`."""
    time = _TIME.fullmatch(type_)
    if time:
        name, precision, zone, rest = time.groups()
        return f"{name}{'tz' if zone == 'with' else ''}{precision or ''}{rest}"
    for long, short in _SHORT.items():
        if type_ == long or type_.startswith((f"{long}(", f"{long}[")):
            return short + type_[len(long) :]
    return type_
