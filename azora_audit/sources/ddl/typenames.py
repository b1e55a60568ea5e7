"""PostgreSQL's own types: internal names, how format_type prints them, and their modifiers."""

from __future__ import annotations

DISPLAY = {
    "bit": "bit",
    "bool": "boolean",
    "bpchar": "character",
    "char": '"char"',
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "interval": "interval",
    "numeric": "numeric",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
"""Types that format_type prints under another name than their own."""

PLAIN = frozenset(
    [
        "aclitem",
        "any",
        "anyarray",
        "anycompatible",
        "anycompatiblearray",
        "anycompatiblemultirange",
        "anycompatiblenonarray",
        "anycompatiblerange",
        "anyelement",
        "anyenum",
        "anymultirange",
        "anynonarray",
        "anyrange",
        "box",
        "bytea",
        "cid",
        "cidr",
        "circle",
        "cstring",
        "date",
        "datemultirange",
        "daterange",
        "event_trigger",
        "fdw_handler",
        "gtsvector",
        "index_am_handler",
        "inet",
        "int2vector",
        "int4multirange",
        "int4range",
        "int8multirange",
        "int8range",
        "internal",
        "json",
        "jsonb",
        "jsonpath",
        "language_handler",
        "line",
        "lseg",
        "macaddr",
        "macaddr8",
        "money",
        "name",
        "nummultirange",
        "numrange",
        "oid",
        "oid8",
        "oidvector",
        "path",
        "pg_brin_bloom_summary",
        "pg_brin_minmax_multi_summary",
        "pg_ddl_command",
        "pg_dependencies",
        "pg_lsn",
        "pg_mcv_list",
        "pg_ndistinct",
        "pg_node_tree",
        "pg_snapshot",
        "point",
        "polygon",
        "record",
        "refcursor",
        "regclass",
        "regcollation",
        "regconfig",
        "regdictionary",
        "regnamespace",
        "regoper",
        "regoperator",
        "regproc",
        "regprocedure",
        "regrole",
        "regtype",
        "table_am_handler",
        "text",
        "tid",
        "trigger",
        "tsm_handler",
        "tsmultirange",
        "tsquery",
        "tsrange",
        "tstzmultirange",
        "tstzrange",
        "tsvector",
        "txid_snapshot",
        "unknown",
        "uuid",
        "void",
        "xid",
        "xid8",
        "xml",
    ]
)
"""Types that format_type prints under their own name."""

BUILTIN = PLAIN | frozenset(DISPLAY)
"""Internal names of PostgreSQL's own types."""

RANGES = frozenset(
    name for name in PLAIN if name.endswith(("range", "multirange")) and not name.startswith("any")
)
"""Range and multirange types."""

SERIAL = {
    "bigserial": "int8",
    "serial": "int4",
    "serial2": "int2",
    "serial4": "int4",
    "serial8": "int8",
    "smallserial": "int2",
}
"""Pseudo types that make a sequence, with the type they stand for."""

_LENGTHS = {"bpchar": 1, "varchar": 0, "bit": 1, "varbit": 0}

_WITH_PRECISION = {
    "time": "time({}) without time zone",
    "timetz": "time({}) with time zone",
    "timestamp": "timestamp({}) without time zone",
    "timestamptz": "timestamp({}) with time zone",
}

_INTERVAL_FIELDS = {
    1 << 2: " year",
    1 << 1: " month",
    1 << 3: " day",
    1 << 10: " hour",
    1 << 11: " minute",
    1 << 12: " second",
    (1 << 2) | (1 << 1): " year to month",
    (1 << 3) | (1 << 10): " day to hour",
    (1 << 3) | (1 << 10) | (1 << 11): " day to minute",
    (1 << 3) | (1 << 10) | (1 << 11) | (1 << 12): " day to second",
    (1 << 10) | (1 << 11): " hour to minute",
    (1 << 10) | (1 << 11) | (1 << 12): " hour to second",
    (1 << 11) | (1 << 12): " minute to second",
}
"""The bit masks by which the grammar encodes the fields of an interval (datetime.h)."""


def format_type(name: str, modifiers: tuple[str, ...]) -> str:
    """Return a type of pg_catalog as format_type prints it, without array brackets."""
    display = DISPLAY.get(name, name)
    if not modifiers:
        if name in ("bpchar", "bit"):
            return {"bpchar": "bpchar", "bit": '"bit"'}[name]
        return display
    if name in _WITH_PRECISION:
        return _WITH_PRECISION[name].format(modifiers[0])
    if name == "interval":
        fields = _INTERVAL_FIELDS.get(int(modifiers[0]), "") if modifiers[0].isdigit() else ""
        precision = f"({modifiers[1]})" if len(modifiers) > 1 else ""
        return f"interval{fields}{precision}"
    if name == "numeric" and len(modifiers) == 1:
        return f"numeric({modifiers[0]},0)"
    return f"{display}({','.join(modifiers)})"


def measures(name: str, modifiers: tuple[str, ...]) -> tuple[int | None, int | None, int | None]:
    """Return length, precision and scale of a type of pg_catalog; None where it has none."""
    numbers = [int(modifier) for modifier in modifiers if modifier.lstrip("-").isdigit()]
    if not numbers or len(numbers) != len(modifiers):
        return None, None, None
    if name in _LENGTHS:
        return numbers[0], None, None
    if name == "numeric":
        return None, numbers[0], numbers[1] if len(numbers) > 1 else 0
    if name == "interval":
        return None, numbers[1] if len(numbers) > 1 else None, None
    if name in _WITH_PRECISION:
        return None, numbers[0], None
    return None, None, None


def quote_type_name(name: str) -> str:
    """Return a name as format_type prints it: quoted unless it is plain and no key word (quote_identifier, ruleutils.c)."""
    from azora_audit.catalog.identifiers import quote_identifier  # noqa: PLC0415 -- only for types of users

    return quote_identifier(name)
