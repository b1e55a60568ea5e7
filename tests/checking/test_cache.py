from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from azora_audit.checking.cache import Cache, code_digest, content_digest
from azora_audit.folders import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

KEY = content_digest(b"key")


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "swept")


def test_what_was_put_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.get(KEY) is None
    cache.put(KEY, {"a": [1, ("x", None)]})
    assert cache.get(KEY) == {"a": [1, ["x", None]]}
    assert Cache(tmp_path).get(KEY) == {"a": [1, ["x", None]]}


@pytest.mark.parametrize("damage", [b"", b"{}", b"garbage\n[1]", b"\xff\xfe\x00"])
def test_a_damaged_entry_is_as_good_as_absent(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, [1])
    entries(tmp_path)[0].write_bytes(damage)
    assert cache.get(KEY) is None
    cache.put(KEY, [2])
    assert cache.get(KEY) == [2]


def test_every_shortened_entry_is_as_good_as_absent(tmp_path: Path) -> None:
    """A machine that loses power may keep any beginning of a file."""
    cache = Cache(tmp_path)
    cache.put(KEY, [1, 2, 3])
    (path,) = entries(tmp_path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.get(KEY) is None


def test_a_file_left_by_a_killed_run_disturbs_nobody(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, [1])
    (path,) = entries(tmp_path)
    path.with_name(f"{path.name}.123.partial").write_bytes(b"half")
    assert cache.get(KEY) == [1]


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "outcomes").write_text("in the way")
    cache = Cache(tmp_path)
    cache.put(KEY, [1])
    cache.sweep()
    assert cache.get(KEY) is None


def test_writers_at_the_same_time_leave_a_whole_entry(tmp_path: Path) -> None:
    data = list(range(5000))

    def write() -> None:
        for _ in range(20):
            Cache(tmp_path).put(KEY, data)
            assert Cache(tmp_path).get(KEY) == data

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Cache(tmp_path).get(KEY) == data


def test_old_entries_are_swept_once_a_day(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, [1])
    month_ago = time.time() - 40 * 24 * 3600
    os.utime(entries(tmp_path)[0], (month_ago, month_ago))
    cache.sweep()
    assert cache.get(KEY) is None
    cache.put(KEY, [2])
    os.utime(entries(tmp_path)[0], (month_ago, month_ago))
    cache.sweep()
    assert cache.get(KEY) == [2], "swept a moment ago"


def test_no_folder_remembers_nothing() -> None:
    cache = Cache(None)
    cache.put(KEY, [1])
    cache.sweep()
    assert cache.get(KEY) is None


def test_the_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("AZORA_AUDIT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert cache_folder() == tmp_path / "azora-audit"


def test_the_code_digest_is_stable_and_notices_a_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert code_digest() == code_digest()
    package = tmp_path / "azora_audit"
    (package / "check").mkdir(parents=True)
    (package / "a.py").write_text("1")
    monkeypatch.setattr("azora_audit.checking.cache.__file__", str(package / "check" / "cache.py"))
    code_digest.cache_clear()
    before = code_digest()
    (package / "a.py").write_text("12")
    code_digest.cache_clear()
    assert code_digest() != before
    code_digest.cache_clear()
