"""Datasource and generator blocks -> what they mean for the tables, and their own facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azora_audit.catalog.tables import Datasource, Extension, Generator, Unread
from azora_audit.sources.prisma.comments import describe
from azora_audit.sources.prisma.model import Config, name_place
from azora_audit.sources.prisma.syntax import Array, Call, Name, Problem, Text

if TYPE_CHECKING:
    from azora_audit.catalog.facts import Facts
    from azora_audit.sources.prisma.syntax import Block, Property, Value

_DIALECTS = ("cockroachdb", "mongodb", "mysql", "sqlite", "sqlserver")
_PROPERTIES = frozenset(
    {
        "provider",
        "url",
        "directUrl",
        "shadowDatabaseUrl",
        "relationMode",
        "referentialIntegrity",
        "schemas",
        "extensions",
    }
)
_KEYS_SINCE = 6


class _Reader:
    """The properties of one block."""

    def __init__(self, block: Block, problems: list[Problem]) -> None:
        self.block = block
        self.problems = problems
        self.properties: dict[str, Property] = {}
        for item in block.properties:
            if item.key in self.properties:
                self.problem(
                    f"`{item.key}` is already defined in `{block.name}`", "Remove one of them.", item
                )
            self.properties.setdefault(item.key, item)

    def problem(self, message: str, help_text: str, item: Property | None = None) -> None:
        line, column = (self.block.line, self.block.column) if item is None else (item.line, item.column)
        self.problems.append(Problem(self.block.path, line, column, message, help_text))

    def value(self, key: str) -> Value | None:
        item = self.properties.get(key)
        return item.value if item is not None else None

    def text(self, key: str) -> str | None:
        """Return a property that must be a string; None without it."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, Text):
            self.problem(f"expected a string for `{key}`", f'Write `{key} = "..."`.', self.properties[key])
            return None
        return value.value

    def url(self, key: str) -> tuple[str | None, bool]:
        """Return the environment variable that a url names, and whether the url is written out."""
        value = self.value(key)
        if isinstance(value, Call) and value.name == "env":
            argument = value.arguments[0].value if len(value.arguments) == 1 else None
            if isinstance(argument, Text):
                return argument.value, False
            self.problem(f'expected `env("NAME")` for `{key}`', "", self.properties[key])
        elif value is not None and not isinstance(value, Text):
            self.problem(f'expected a string or `env("NAME")` for `{key}`', "", self.properties[key])
        return None, isinstance(value, Text)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a property that must be a list of strings."""
        value = self.value(key)
        if value is None:
            return ()
        items = value.items if isinstance(value, Array) else (value,)
        texts = tuple(item.value for item in items if isinstance(item, Text))
        if not items or len(texts) != len(items) or len(set(texts)) != len(texts):
            self.problem(f"expected different strings in a list for `{key}`", "", self.properties[key])
        return texts


def read_config(
    blocks: list[Block], facts: Facts, problems: list[Problem], prisma_major: int | None
) -> Config | None:
    """Append the facts of datasource and generators.

    Args:
        blocks: all blocks of the schema.
        facts: where to append.
        problems: where problems go.
        prisma_major: major version of Prisma, or None when it is not known.

    Returns:
        What bears on the tables, or None when the schema is not for PostgreSQL.
    """
    for block in blocks:
        if block.kind == "generator":
            _read_generator(block, facts, problems)
    sources = [block for block in blocks if block.kind == "datasource"]
    for extra in sources[1:]:
        _Reader(extra, problems).problem("a schema has only one datasource", "Remove the others.")
    keys = prisma_major is None or prisma_major >= _KEYS_SINCE
    if not sources:
        return Config("", (), emulated=False, join_table_keys=keys)
    return _read_datasource(sources[0], facts, problems, join_table_keys=keys)


def _check_duplicates(seen: dict[str, Block], block: Block, problems: list[Problem]) -> None:
    if block.name in seen:
        message = f"the {block.kind} `{block.name}` is already defined"
        problems.append(Problem(block.path, block.line, block.column, message, "Give it another name."))
    seen[block.name] = block


def check_generators(blocks: list[Block], problems: list[Problem]) -> None:
    """Note generators of the same name."""
    seen: dict[str, Block] = {}
    for block in blocks:
        if block.kind == "generator":
            _check_duplicates(seen, block, problems)


def _read_generator(block: Block, facts: Facts, problems: list[Problem]) -> None:
    reader = _Reader(block, problems)
    value = reader.value("provider")
    if "provider" not in reader.properties:
        reader.problem(f"expected `provider` in the generator `{block.name}`", 'Add `provider = "..."`.')
    provider = "" if isinstance(value, Call) else reader.text("provider")
    reader.texts("previewFeatures")
    identifier = facts.entity("generator", block.name, origin=("prisma", name_place(block)))
    facts.rows(Generator).append(Generator(identifier, facts.service_id, block.name, provider or ""))
    describe(facts, identifier, [*block.description, *block.comments], block.path, problems)


def _read_datasource(
    block: Block, facts: Facts, problems: list[Problem], *, join_table_keys: bool
) -> Config | None:
    reader = _Reader(block, problems)
    for item in reader.properties.values():
        if item.key not in _PROPERTIES:
            reader.problem(f"unknown property `{item.key}` of a datasource", "Remove it.", item)
    provider = _provider(reader)
    variable, literal = reader.url("url")
    direct, _literal = reader.url("directUrl")
    shadow, _literal = reader.url("shadowDatabaseUrl")
    if shadow is not None and shadow in {variable, direct}:
        # Prisma resets the shadow database.
        item = reader.properties["shadowDatabaseUrl"]
        reader.problem("`shadowDatabaseUrl` is the database itself", "Use another database.", item)
    mode = _relation_mode(reader)
    schemas = reader.texts("schemas")
    identifier = facts.entity("datasource", block.name, origin=("prisma", name_place(block)))
    facts.rows(Datasource).append(
        Datasource(identifier, facts.service_id, block.name, provider or "", variable, literal, direct, mode)
    )
    describe(facts, identifier, [*block.description, *block.comments], block.path, problems)
    if provider is None:
        return None
    if provider != "postgresql":
        _other_dialect(block, facts, provider)
        return None
    _read_extensions(reader, facts)
    return Config(block.name, schemas, emulated=mode == "prisma", join_table_keys=join_table_keys)


def _provider(reader: _Reader) -> str | None:
    """Return the provider by its full name; None when there is none that Prisma knows."""
    if "provider" not in reader.properties:
        reader.problem(
            f"expected `provider` in the datasource `{reader.block.name}`", 'Add `provider = "postgresql"`.'
        )
        return None
    provider = reader.text("provider")
    if provider == "postgres":
        return "postgresql"
    if provider is not None and provider != "postgresql" and provider not in _DIALECTS:
        message = f"expected a provider that Prisma knows, found `{provider}`"
        reader.problem(message, 'Write `provider = "postgresql"`.', reader.properties["provider"])
        return None
    return provider


def _relation_mode(reader: _Reader) -> str:
    old, new = reader.text("referentialIntegrity"), reader.text("relationMode")
    if old is not None and new is not None:
        item = reader.properties["referentialIntegrity"]
        reader.problem(
            "`referentialIntegrity` and `relationMode` cannot stand together", "Remove the former.", item
        )
    mode = new if new is not None else old
    if mode is not None and mode not in {"prisma", "foreignKeys"}:
        key = "relationMode" if new is not None else "referentialIntegrity"
        reader.problem(
            f'expected "foreignKeys" or "prisma" for `{key}`, found "{mode}"', "", reader.properties[key]
        )
        return "foreignKeys"
    return mode or "foreignKeys"


def _other_dialect(block: Block, facts: Facts, provider: str) -> None:
    facts.rows(Unread).append(
        Unread(
            facts.service_id,
            "other-dialect",
            f'provider = "{provider}"',
            f"The schema is for {provider}; only PostgreSQL is judged, so its models are not.",
            block.path,
            block.line,
            block.column,
        )
    )


def _read_extensions(reader: _Reader, facts: Facts) -> None:
    """Read `extensions = [name(map: "...", schema: "...", version: "...")]`."""
    value = reader.value("extensions")
    if value is None:
        return
    for item in value.items if isinstance(value, Array) else (value,):
        if not isinstance(item, (Name, Call)):
            reader.problem("expected the name of an extension", "", reader.properties["extensions"])
            continue
        name = item.text if isinstance(item, Name) else item.name
        given: dict[str, str] = {}
        for argument in item.arguments if isinstance(item, Call) else ():
            if argument.name in {"map", "schema", "version"} and isinstance(argument.value, Text):
                given[argument.name] = argument.value.value
            else:
                reader.problem(
                    f"unknown argument of the extension `{name}`", "", reader.properties["extensions"]
                )
        identifier = facts.entity(
            "extension", given.get("map", name), origin=("prisma", name_place(reader.block))
        )
        facts.rows(Extension).append(
            Extension(
                identifier,
                facts.service_id,
                given.get("map", name),
                given.get("schema"),
                given.get("version"),
            )
        )
