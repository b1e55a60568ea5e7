"""Fresh data directories: made once by initdb, then unpacked from one file in the cache folder.

The file is complete or absent (written beside and renamed), so two processes may make it at once and a kill
in the middle leaves nothing that is read.
"""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from azora_audit.folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from azora_audit.sources.live.binaries import Binaries

NO_INSTRUCTIONS = 140000
BUILTIN_LOCALE = 170000
"""First version with the builtin locale provider."""


def initdb_flags(version: int, superuser: str) -> list[str]:
    """Return initdb's arguments: fast, and the same answers on every machine whatever its locale."""
    locale = (
        ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if version >= BUILTIN_LOCALE
        else ["--no-locale"]
    )
    flags = [
        "-U",
        superuser,
        "-E",
        "UTF8",
        "--no-sync",
        "--wal-segsize=1",
    ]
    return flags + ["--no-instructions"] * (version >= NO_INSTRUCTIONS) + locale


def template_file(binaries: Binaries, superuser: str) -> Path:
    """Return where the packed data directory of these binaries is kept, whether it is there or not."""
    build = (
        binaries.label,
        binaries.postgres.stat().st_size,
        platform.machine(),
        initdb_flags(binaries.version, superuser),
    )
    key = hashlib.sha256(orjson.dumps(build)).hexdigest()[:16]
    return cache_folder() / "postgres" / f"{binaries.version}-{key}.pack"


def make_data(binaries: Binaries, superuser: str, data: Path, initdb: Callable[[list[str]], None]) -> bool:
    """Make the data directory, from the template if there is one; say whether it was.

    Args:
        binaries: the PostgreSQL that will run on it.
        superuser: name of its superuser.
        data: the directory to make.
        initdb: runs initdb with these arguments, raising ServerError when it fails.
    """
    template = template_file(binaries, superuser)
    if unpack(template, data):
        return True
    initdb([*initdb_flags(binaries.version, superuser), "--auth=trust", "-D", str(data)])
    pack(data, template)
    return False


def pack(folder: Path, target: Path) -> None:
    """Write a folder's tree into one file: the length of an index, the index, the contents.

    A cache that cannot be written is no error: the next start runs initdb again.
    """
    directories: list[str] = []
    files: list[tuple[str, int]] = []
    contents: list[bytes] = []
    for place, names, leaves in os.walk(folder):
        directories += [os.path.relpath(Path(place, name), folder) for name in names]
        for leaf in leaves:
            content = Path(place, leaf).read_bytes()
            files.append((os.path.relpath(Path(place, leaf), folder), len(content)))
            contents.append(content)
    index = orjson.dumps([directories, files])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(suffix=".tmp", dir=target.parent)
    except OSError:
        return
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(len(index).to_bytes(8, "little"))
            file.write(index)
            file.writelines(contents)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except OSError:  # the disk is full, say
        Path(name).unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> bool:
    """Make the folder that was packed; False, and no folder, when the file is missing or not whole."""
    try:
        whole = memoryview(source.read_bytes())
    except OSError:
        return False
    start = 8 + int.from_bytes(whole[:8], "little")
    try:
        directories, files = orjson.loads(whole[8:start])
    except ValueError:
        return False
    if start + sum(size for _, size in files) != len(whole):
        return False
    base = str(folder)
    for name in ("", *directories):
        os.mkdir(f"{base}/{name}", 0o700)  # noqa: PTH102 -- a thousand Path objects cost as much as the files
    for name, size in files:
        descriptor = os.open(f"{base}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            written = os.write(descriptor, whole[start : start + size]) if size else 0
        finally:
            os.close(descriptor)
        if written != size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), f"{base}/{name}")
        start += size
    return True
