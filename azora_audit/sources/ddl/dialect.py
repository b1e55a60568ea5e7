"""Recognising templates and other dialects in what PostgreSQL's parser refuses."""

from __future__ import annotations

import re

_STRINGS_AND_COMMENTS = re.compile(
    r"""'(?:[^']|'')*(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z)|--[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/|\Z)|\$\$.*?(?:\$\$|\Z)""",
    re.DOTALL,
)

_TEMPLATES = (
    (
        re.compile(r"\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{#.{0,500}?#\}", re.DOTALL),
        "a placeholder in double braces",
    ),
    (re.compile(r"[$#]\{[^}\n]{0,200}\}"), "a placeholder in ${}"),
    (re.compile(r"<%.{0,500}?%>", re.DOTALL), "a placeholder in <% %>"),
    (re.compile(r"(?<![:\w\])]):(?:'[A-Za-z_]\w*'|\"[A-Za-z_]\w*\"|[A-Za-z_]\w*)"), "a variable of psql"),
    (
        re.compile(r"@@?[A-Za-z_]\w*@@?|\$\([A-Za-z_]\w*\)|%\([A-Za-z_]\w*\)s|\[\[[^\]\n]{1,200}\]\]"),
        "a placeholder",
    ),
)

_DIALECTS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE | re.MULTILINE), evidence)
    for name, pattern, evidence in (
        ("mysql", r"\bAUTO_INCREMENT\b", "AUTO_INCREMENT"),
        ("mysql", r"\bENGINE\s*=", "ENGINE="),
        ("mysql", r"\bUNSIGNED\b", "UNSIGNED"),
        ("mysql", r"\bON\s+UPDATE\s+CURRENT_TIMESTAMP\b", "ON UPDATE CURRENT_TIMESTAMP"),
        ("mysql", r"\b(?:MODIFY|CHANGE)\s+COLUMN\b", "MODIFY COLUMN"),
        ("mysql", r"\b(?:DEFAULT\s+)?(?:CHARSET|CHARACTER\s+SET)\s*=?\s*utf8", "CHARACTER SET"),
        ("mysql", r"\b(?:UN)?LOCK\s+TABLES\b", "LOCK TABLES"),
        ("mysql", r"^\s*(?:DELIMITER\s+\S+|USE\s+`)", "DELIMITER"),
        ("mysql", r"\bENUM\s*\(\s*'", "ENUM(...) as a column type"),
        ("sqlite", r"\bAUTOINCREMENT\b", "AUTOINCREMENT"),
        ("sqlite", r"^\s*PRAGMA\s+\w+", "PRAGMA"),
        ("sqlite", r"\)\s*(?:STRICT|WITHOUT\s+ROWID)\s*;", "WITHOUT ROWID"),
        ("sqlite", r"\bINSERT\s+OR\s+(?:REPLACE|IGNORE)\b", "INSERT OR REPLACE"),
        ("tsql", r"^\s*GO\s*$", "GO"),
        ("tsql", r"\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)", "IDENTITY(1,1)"),
        ("tsql", r"\bN?VARCHAR\s*\(\s*MAX\s*\)", "VARCHAR(MAX)"),
        ("tsql", r"(?:CREATE\s+TABLE|ALTER\s+TABLE|INTO|ON|REFERENCES)\s+\[\w+\]", "[names in brackets]"),
        ("tsql", r"\b(?:NON)?CLUSTERED\b", "CLUSTERED"),
        (
            "tsql",
            r"^\s*(?:EXEC\s+sp_\w+|BEGIN\s+TRAN\b|SET\s+(?:ANSI_NULLS|QUOTED_IDENTIFIER|NOCOUNT)\b)",
            "T-SQL",
        ),
        ("oracle", r"\b(?:N?VARCHAR2|NUMBER)\s*\(", "VARCHAR2 or NUMBER"),
        ("mysql", r"`\w+`", "names in backticks"),
    )
)

NAMES = {"mysql": "MySQL", "sqlite": "SQLite", "tsql": "SQL Server", "oracle": "Oracle"}
"""Names of dialects for people."""

TYPES = {
    "blob": "MySQL, SQLite or Oracle",
    "clob": "Oracle",
    "datetime": "SQLite, MySQL or SQL Server",
    "datetime2": "SQL Server",
    "datetimeoffset": "SQL Server",
    "double": "MySQL",
    "enum": "MySQL",
    "image": "SQL Server",
    "longblob": "MySQL",
    "longtext": "MySQL",
    "mediumblob": "MySQL",
    "mediumint": "MySQL",
    "mediumtext": "MySQL",
    "nclob": "Oracle",
    "ntext": "SQL Server",
    "number": "Oracle",
    "nvarchar": "SQL Server",
    "nvarchar2": "Oracle",
    "smalldatetime": "SQL Server",
    "tinyblob": "MySQL",
    "tinyint": "MySQL or SQL Server",
    "tinytext": "MySQL",
    "uniqueidentifier": "SQL Server",
    "varbinary": "MySQL or SQL Server",
    "varchar2": "Oracle",
    "year": "MySQL",
}
"""Types of other dialects that PostgreSQL's grammar takes for names of types, and who has them."""


def _bare(text: str) -> str:
    """Return SQL without strings, bodies and comments; quoted names stay as a pair of quotes."""
    return _STRINGS_AND_COMMENTS.sub(lambda match: " " * len(match[0]) if match[0][:1] != '"' else '""', text)


def control_tags(text: bytes) -> list[tuple[int, int]]:
    """Return the regions of tags that only steer a template: `{% if x %}`, `{# note #}`, `<% end %>`."""
    return [match.span() for match in _CONTROL.finditer(text)]


_CONTROL = re.compile(rb"\{%.{0,500}?%\}|\{#.{0,500}?#\}|<%(?!=).{0,500}?%>", re.DOTALL)


def find_template(text: str) -> str | None:
    """Return what kind of placeholder a statement that does not parse has; None if it has none."""
    bare = _STRINGS_AND_COMMENTS.sub(lambda match: " " if match[0][:1] in "-/$" else match[0], text)
    bare = re.sub(r"(?<!:)'(?:[^']|'')*'", "''", bare)
    return next((what for pattern, what in _TEMPLATES if pattern.search(bare)), None)


def find_dialect(text: str) -> tuple[str, str] | None:
    """Return the other dialect of a statement that does not parse, and the evidence; None if nothing speaks for one."""
    bare = _bare(text)
    for name, pattern, evidence in _DIALECTS:
        if pattern.search(text if name == "mysql" and "ENUM" in pattern.pattern else bare):
            return name, evidence
    return None
