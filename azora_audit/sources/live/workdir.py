"""Work directories of throw-away servers: short, private, locked in use, swept when their owner died."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from azora_audit.errors import ServerError
from azora_audit.sources.live.system import choose

PREFIX = "azora-pg-"
SHARED_MEMORY = choose().shared_memory
ROOM = 1 << 30
"""Free bytes from which on shared memory is used: 10,000 tables need 0.8 GB, Docker gives 64 MB."""
LONGEST = 70
"""Bytes of a base folder that leave room for our name and the socket's in the 103 that macOS allows."""
NEWBORN = 60.0
"""Seconds in which a directory without a lock may belong to a process that is about to lock it."""


class WorkDirectory:
    """A fresh directory of mode 700 with a lock that any process keeps that inherited `descriptor`."""

    def __init__(self) -> None:
        """Sweep what dead owners left, then make and lock a directory of our own."""
        base = base_folder()
        for folder in {base, Path(tempfile.gettempdir())}:
            sweep(folder)
        self.descriptor = -1
        for _ in range(10):
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
            self.descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            if try_lock(self.descriptor):
                return
            os.close(self.descriptor)  # a sweeper was faster, and removes the directory
        raise ServerError(f"cannot lock a work directory in {base}", help="set TMPDIR to another folder")

    def remove(self) -> None:
        """Remove the directory and release the lock; safe to repeat."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def base_folder() -> Path:
    """Return shared memory if it has room, else the folder for temporary files (/tmp if that is too long)."""
    memory = SHARED_MEMORY
    if memory and os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free >= ROOM:
        return memory
    folder = Path(tempfile.gettempdir()).absolute()
    fits = len(os.fsencode(folder)) <= LONGEST or not choose().socket
    return folder if fits else Path("/tmp")  # noqa: S108 -- mkdtemp follows


def try_lock(descriptor: int) -> bool:
    """Lock the open file if nobody else has."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 -- there only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 -- not there

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def sweep(base: Path) -> None:
    """Remove the work directories in `base` that no living process holds, and that are ours to remove."""
    for folder in base.glob(f"{PREFIX}*"):
        try:
            status = folder.lstat()
        except FileNotFoundError:
            continue
        ours = not hasattr(os, "geteuid") or os.geteuid() in (0, status.st_uid)
        if ours and is_stale(folder, time.time() - status.st_mtime):
            shutil.rmtree(folder, ignore_errors=True)


def is_stale(folder: Path, age: float) -> bool:
    """Tell whether a work directory has lost its owner; `age` is in seconds."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return age > NEWBORN
    except OSError:
        return False  # not one of ours
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)
