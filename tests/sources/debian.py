"""Debian packages, fetched by apt and read without being installed: their SQL is other people's, and never ours to keep.

Packages are kept in a cache folder of the user's, outside of the repository.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w[\w-]*)\1[^\n]*\n(.*?)\n[ \t]*\2[ \t]*$", re.DOTALL | re.MULTILINE)
ESCAPED = re.compile(r"\\([$`\\])")
EXTENSION_ONLY = re.compile(r"^\\echo.*\\quit *$", re.MULTILINE)
"""The line that keeps psql from running an extension's script."""


class MissingError(Exception):
    """A package cannot be had on this machine; the message says why."""


def cache() -> Path:
    """Return the folder in which fetched packages stay."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home, "azora-audit-tests", "debian")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fetch(package: str) -> Path:
    """Return a package's file, fetched if it was not yet.

    Raises:
        MissingError: there is no apt, or its sources do not have the package.
    """
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise MissingError(f"{program} is not on this machine")
    import fcntl  # noqa: PLC0415 -- where there is apt, there are locks

    folder = cache()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = sorted(folder.glob(f"{package}_*.deb"))
        if found:
            return found[-1]
        asked = apt(folder, "download", package)
        if asked.returncode and not (folder / "updated").exists():
            apt(folder, "update")
            (folder / "updated").touch()
            asked = apt(folder, "download", package)
        found = sorted(folder.glob(f"{package}_*.deb"))
        if not found:
            raise MissingError(f"apt-get has no {package}: {asked.stderr.strip().splitlines()[-1:]}")
        return found[-1]


def unpacked(package: str) -> Path:
    """Return a folder with the files of a package.

    Raises:
        MissingError: as `fetch` does.
    """
    archive = fetch(package)
    folder = archive.with_suffix("")
    if not folder.exists():
        partial = Path(tempfile.mkdtemp(dir=folder.parent))
        subprocess.run(["dpkg-deb", "--extract", str(archive), str(partial)], check=True)
        partial.chmod(0o755)
        with suppress(OSError):  # another process was faster
            partial.rename(folder)
    return folder


def apt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run apt-get in a folder."""
    command = ["apt-get", "-qq", *arguments]
    environment = os.environ | {"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def texts(package: str, patterns: Iterable[str]) -> dict[str, str]:
    """Return the files of a package that match one of the patterns, by path, in the order of their versions.

    The order of the patterns comes first. Compressed files are unpacked; of a shell script the here-documents are
    returned one by one, which is where it keeps its SQL.
    """
    command = ["dpkg-deb", "--fsys-tarfile", str(fetch(package))]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        read = {
            member.name.removeprefix("./"): file.read()
            for member in archive
            if any(fnmatch(member.name.removeprefix("./"), pattern) for pattern in patterns)
            and (file := archive.extractfile(member)) is not None
        }
    assert process.returncode == 0, f"dpkg-deb cannot read {package}"
    ordered = [path for pattern in patterns for path in sorted(read, key=version) if fnmatch(path, pattern)]
    return {
        f"{path}:{number}": text
        for path in dict.fromkeys(ordered)
        for number, text in enumerate(texts_of(path, read[path]))
    }


def version(path: str) -> list[tuple[int, str]]:
    """Return what to sort paths by, so that 9 comes before 10."""
    return [(int(digits or -1), other) for digits, other in re.findall(r"(\d+)|(\D+)", path)]


def texts_of(path: str, data: bytes) -> list[str]:
    """Return the SQL in a file."""
    text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8")
    if text.startswith("#!/bin/sh"):
        return [body if quoted else ESCAPED.sub(r"\1", body) for quoted, _, body in HEREDOC.findall(text)]
    return [EXTENSION_ONLY.sub("", text)]
