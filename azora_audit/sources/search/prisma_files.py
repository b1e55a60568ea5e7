"""Which .prisma files make one schema: a single file, a folder of files, or what Prisma's own settings say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from azora_audit.light_json import loads
from azora_audit.records import NamedTuple
from azora_audit.sources.search.walk import join

if TYPE_CHECKING:
    from azora_audit.sources.search.walk import Tree

_DATASOURCE: Final = re.compile(rb"^\s*datasource\s+\w+\s*\{", re.MULTILINE)
_CONFIG_FILES: Final = ("prisma.config.ts", "prisma.config.mts", "prisma.config.js")
_CONFIG_SCHEMA: Final = re.compile(
    r"^\s*schema\s*:\s*(?:path\.(?:join|resolve)\()?([^,\n)]*(?:,[^\n)]*)?)", re.MULTILINE
)


class PrismaSchema(NamedTuple):
    """The files of one Prisma schema, in the order of their names."""

    name: str
    """Tells it from a second schema of the same service; empty for the only or main one."""
    files: tuple[str, ...]
    """Relative to the root of the tree."""


def prisma_schemas(tree: Tree, service: str, files: list[str]) -> list[PrismaSchema]:
    """Divide the .prisma files of a service into schemas.

    Prisma's settings decide if they name one; else each file with a datasource begins a schema, and the files
    without belong to the one that is nearest. Files that are read with none at all are one schema.
    """
    if len(files) == 1:
        return [PrismaSchema("", tuple(files))]
    chosen = _configured(tree, service, files)
    if chosen:
        return [PrismaSchema("", tuple(sorted(chosen)))]
    mains = sorted(file for file in files if _has_datasource(tree, file))
    if len(mains) < 2:  # noqa: PLR2004 -- two datasources are two schemas
        return [PrismaSchema("", tuple(sorted(files)))]
    members: dict[str, list[str]] = {main: [main] for main in mains}
    for file in sorted(set(files) - set(mains)):
        members[max(mains, key=lambda main: (_shared(main, file), main.endswith("/schema.prisma")))].append(
            file
        )
    plain = [main for main in mains if main.rpartition("/")[2] == "schema.prisma"]
    first = min(plain, key=lambda main: (main.count("/"), main)) if plain else None
    names = {main: "" if main == first else _second_name(service, main) for main in mains}
    taken = list(names.values())
    return [
        PrismaSchema(
            name if taken.count(name) == 1 else main.removeprefix(f"{service}/").replace("/", "-"),
            tuple(sorted(members[main])),
        )
        for main, name in names.items()
    ]


def _second_name(service: str, main: str) -> str:
    """Name a further schema by its file, or by its folder if the file is a plain schema.prisma."""
    folder, _, file = main.rpartition("/")
    stem = file.removesuffix(".prisma")
    if stem != "schema":
        return stem.removeprefix("schema.").removesuffix(".schema")
    return folder.removeprefix(f"{service}/").removeprefix("prisma/").replace("/", "-")


def _shared(one: str, other: str) -> int:
    """Count the folders that two paths share from the root on."""
    count = 0
    for left, right in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if left != right:
            break
        count += 1
    return count


def _configured(tree: Tree, service: str, files: list[str]) -> list[str]:
    """Return the files that prisma.config.ts or package.json name as the schema; empty if they name none of these."""
    named = _config_schema(tree, service) or _package_schema(tree, service)
    if named is None:
        return []
    path = join(service, named.removeprefix("./").strip("/"))
    if named in (".", "./"):
        path = service
    return [file for file in files if file == path or file.startswith(f"{path}/" if path else "")]


def _config_schema(tree: Tree, service: str) -> str | None:
    for name in _CONFIG_FILES:
        if name in tree.folders[service].files:
            text = _bytes(tree, join(service, name)).decode("utf-8", "replace")
            if match := _CONFIG_SCHEMA.search(text):
                parts = re.findall(r"""["'`]([^"'`$]+)["'`]""", match[1])
                if parts:
                    return "/".join(part.strip("/") for part in parts)
    return None


def _package_schema(tree: Tree, service: str) -> str | None:
    if "package.json" not in tree.folders[service].files:
        return None
    try:
        settings = loads(_bytes(tree, join(service, "package.json")))["prisma"]["schema"]
    except (ValueError, KeyError, TypeError):
        # a package.json that is no JSON is reported where it is read for its own sake
        return None
    return settings if isinstance(settings, str) else None


def _has_datasource(tree: Tree, file: str) -> bool:
    return _DATASOURCE.search(_bytes(tree, file)) is not None


def _bytes(tree: Tree, file: str) -> bytes:
    """Return a file's bytes, none if it cannot be read: the reader of the schema says why."""
    try:
        return (tree.root / file).read_bytes()
    except OSError:
        return b""
