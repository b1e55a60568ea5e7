"""The cache: outcomes by content, in files that can be deleted at any time.

A key is a hash of everything that an outcome depends on: the service's files, the rules, the settings, the code and
the libraries. An entry carries a checksum of itself and is written aside and renamed, so that a killed or a second run
never leaves or sees half of one; an entry that does not verify is as good as absent.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from functools import cache
from importlib.machinery import PathFinder
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azora_audit.hashing import blake2b
from azora_audit.light_json import dumps, loads
from azora_audit.sources.files import open_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGEST_SIZE = 16
_KEEP_SECONDS = 30 * 24 * 3600
_SWEEP_SECONDS = 24 * 3600


def content_digest(content: bytes) -> str:
    """Return the hash by which a file's content is known."""
    return blake2b(content, digest_size=_DIGEST_SIZE).hexdigest()


def digest_of(path: str) -> str | None:
    """Return the hash of a file's content, or None when it cannot be read (which reading will report)."""
    try:
        with open(path, "rb", opener=open_at_once) as file:
            return content_digest(file.read()) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


@cache
def code_digest() -> str:
    """Return a hash of what judges: this package's files and the libraries beside it, by size and time of change."""
    package = Path(__file__).parent.parent
    found = PathFinder.find_spec("orjson")
    libraries = [str(Path(found.origin).parent.parent.stat().st_mtime_ns)] if found and found.origin else []
    stamps = [sys.version, sys.platform, *libraries, *_stamps(str(package))]
    return content_digest("\n".join(stamps).encode())


def _stamps(folder: str) -> Iterator[str]:
    """Yield name, size and time of change of the files of code below a folder, in order."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=attrgetter("name"))
    for entry in entries:
        if entry.is_dir():
            yield from _stamps(entry.path)
        elif entry.name.endswith((".py", ".sql", ".json")):
            status = entry.stat()
            yield f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}"


class Cache:
    """Entries of JSON data by key; a cache without a folder remembers nothing."""

    def __init__(self, folder: Path | None) -> None:
        """Use `folder`, which need not exist, or None to do without."""
        self._folder = folder / "outcomes" if folder is not None else None

    def get(self, key: str) -> Any:
        """Return the data stored under a key, or None when there is none or it does not verify."""
        if self._folder is None:
            return None
        try:
            content = self._path(self._folder, key).read_bytes()
        except OSError:
            return None
        checksum, _, data = content.partition(b"\n")
        if checksum.decode("ascii", "replace") != content_digest(data):
            return None
        return loads(data)

    def put(self, key: str, data: object) -> None:
        """Store data under a key; a cache that cannot be written (no permission, full disk) is no error."""
        if self._folder is None:
            return
        encoded = dumps(data)
        path = self._path(self._folder, key)
        partial = path.with_name(f"{path.name}.{os.urandom(8).hex()}.partial")
        with suppress(
            OSError
        ):  # the cache only saves time: a run that cannot store its results is still right
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content_digest(encoded).encode("ascii") + b"\n" + encoded)
            partial.replace(path)

    def sweep(self) -> None:
        """Remove entries that no run has written for a month, at most once a day."""
        if self._folder is None:
            return
        marker = self._folder / "swept"
        now = time.time()
        with suppress(OSError):
            if marker.exists() and marker.stat().st_mtime > now - _SWEEP_SECONDS:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            marker.touch()
            for path in self._folder.glob("*/*"):
                if path.stat().st_mtime < now - _KEEP_SECONDS:
                    path.unlink()

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / f"{key[2:]}.json"
