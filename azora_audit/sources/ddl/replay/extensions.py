"""Types that well-known extensions bring, and the schema that some of them insist on."""

from __future__ import annotations

TYPES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "citext": (None, ("citext",)),
    "cube": (None, ("cube",)),
    "hll": (None, ("hll",)),
    "hstore": (None, ("hstore",)),
    "intarray": (None, ("query_int",)),
    "ip4r": (None, ("ip4", "ip4r", "ip6", "ip6r", "ipaddress", "iprange")),
    "isn": (None, ("ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc")),
    "lo": (None, ("lo",)),
    "ltree": (None, ("lquery", "ltree", "ltxtquery")),
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
    "unit": (None, ("unit",)),
    "uint": (None, ("int1", "uint1", "uint2", "uint4", "uint8")),
    "vector": (None, ("halfvec", "sparsevec", "vector")),
    "xml2": (None, ()),
}
"""For each extension the schema of its control file (None: the caller's choice) and its types."""
