"""Types and operator classes that well-known extensions bring, and the schema that some of them insist on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azora_audit.sources.ddl.replay.state import Index, IndexKey

TYPES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "btree_gist": (
        None,
        ("gbtreekey16", "gbtreekey2", "gbtreekey32", "gbtreekey4", "gbtreekey8", "gbtreekey_var"),
    ),
    "citext": (None, ("citext",)),
    "cube": (None, ("cube",)),
    "dblink": (None, ("dblink_pkey_results",)),
    "earthdistance": (None, ("earth",)),
    "hll": (None, ("hll",)),
    "hstore": (None, ("ghstore", "hstore")),
    "intarray": (None, ("intbig_gkey", "query_int")),
    "ip4r": (None, ("ip4", "ip4r", "ip6", "ip6r", "ipaddress", "iprange")),
    "isn": (None, ("ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc")),
    "lo": (None, ("lo",)),
    "ltree": (None, ("lquery", "ltree", "ltree_gist", "ltxtquery")),
    "pg_bigm": (None, ()),
    "pg_cron": ("cron", ()),
    "pg_trgm": (None, ("gtrgm",)),
    "pg_uuidv7": (None, ()),
    "plpgsql": ("pg_catalog", ()),
    "postgis": (
        None,
        (
            "box2d",
            "box2df",
            "box3d",
            "geography",
            "geometry",
            "geometry_dump",
            "gidx",
            "spheroid",
            "valid_detail",
        ),
    ),
    "postgis_raster": (None, ("raster",)),
    "postgis_topology": ("topology", ("topogeometry",)),
    "pg_roaringbitmap": (None, ("roaringbitmap",)),
    "roaringbitmap": (None, ("roaringbitmap",)),
    "prefix": (None, ("prefix_range",)),
    "seg": (None, ("seg",)),
    "semver": (None, ("semver",)),
    "tablefunc": (None, ("tablefunc_crosstab_2", "tablefunc_crosstab_3", "tablefunc_crosstab_4")),
    "unit": (None, ("unit",)),
    "uint": (None, ("int1", "uint1", "uint2", "uint4", "uint8")),
    "vector": (None, ("halfvec", "sparsevec", "vector")),
    "xml2": (None, ()),
}
"""For each extension the schema of its control file (None: the caller's choice) and its types."""

CLASSES = {"pg_trgm": ("gin_trgm_ops", "gist_trgm_ops")}
"""Operator classes that have to be named."""
DEFAULT_CLASSES = {
    "btree_gin": ("gin", frozenset(("jsonb", "tsvector"))),
    "btree_gist": ("gist", frozenset(("box", "circle", "point", "polygon", "tsquery", "tsvector"))),
}
"""Extensions whose operator classes need no name: the index method, and the types that have one without them, beside
arrays (gin) and ranges (gist)."""


def serves(extension: str, index: Index) -> bool:
    """Say whether an index has an operator class of an extension, as far as its columns tell."""
    keys = [key for key in index.keys if not key.included]
    if any(key.operator_class in CLASSES.get(extension, ()) for key in keys):
        return True
    method, native = DEFAULT_CLASSES.get(extension, ("", frozenset()))
    return index.method == method and any(_needs_more(key, method, native) for key in keys)


def _needs_more(key: IndexKey, method: str, native: frozenset[str]) -> bool:
    if key.column is None or key.operator_class is not None:
        return False
    found = key.column.type
    if found.array:
        return False
    if found.builtin is None:
        return getattr(found.type, "kind", "range") == "enum"
    return found.builtin not in native and not (method == "gist" and found.builtin.endswith("range"))
