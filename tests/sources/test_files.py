"""Reading files: encodings, and a clear problem for everything that is no text."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.checking.cache import digest_of
from azora_audit.findings import Problem
from azora_audit.sources.files import decode, read_text
from tests.sources.permissions import forbidden

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def problem(path: Path, limit: int = 1_000) -> Problem:
    found = read_text(path, "db/schema.sql", "billing", limit)
    assert isinstance(found, Problem)
    assert (found.service, found.path, found.column) == ("billing", "db/schema.sql", 0)
    assert found.message.startswith("db/schema.sql ")
    assert found.help
    return found


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "schema.sql"
    path.write_bytes(data)
    return path


def test_text_stays_as_it_is_line_ends_too(tmp_path: Path) -> None:
    text = "create table a ();\r\n-- é 😀\n\r"
    assert read_text(written(tmp_path, text.encode()), "a.sql") == text


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, mark: str) -> None:
    assert read_text(written(tmp_path, "model É {\r\n}".encode(mark)), "a.prisma") == "model É {\r\n}"


@given(TEXTS, st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"]))
def test_every_text_survives_its_encoding(text: str, encoding: str) -> None:
    """A text with a byte order mark in any Unicode encoding decodes to itself."""
    assert decode(f"\ufeff{text}".encode(encoding), "a.sql") == text


@given(st.binary())
def test_bytes_are_a_text_without_nul_or_a_problem(data: bytes) -> None:
    """No bytes raise, and no text holds what would end it early."""
    found = decode(data, "a.sql")
    assert isinstance(found, Problem) or "\0" not in found


def test_an_empty_file_is_an_empty_text(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, b""), "a.sql") == ""


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    found = problem(tmp_path / "absent.sql")
    assert (found.kind, found.message) == ("missing-file", "db/schema.sql does not exist.")


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    found = problem(tmp_path)
    assert (found.kind, found.message) == ("unreadable-file", "db/schema.sql cannot be read: Is a directory.")


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.sql").symlink_to("loop.sql")
    found = problem(tmp_path / "loop.sql")
    assert found.kind == "unreadable-file"
    assert "symbolic links" in found.message


def test_a_file_that_must_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, b"select 1")
    monkeypatch.chdir(tmp_path)
    with forbidden(Path("schema.sql")):
        found = problem(Path("schema.sql"))
    assert (found.kind, found.message) == (
        "unreadable-file",
        "db/schema.sql cannot be read: Permission denied.",
    )


def test_a_huge_file(tmp_path: Path) -> None:
    path = written(tmp_path, b"")
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    found = read_text(path, "db/schema.sql")
    assert isinstance(found, Problem)
    assert found.kind == "file-too-large"
    assert found.message == "db/schema.sql has 314,572,800 bytes; more than 268,435,456 are not read."
    assert "--schema-only" in found.help


def test_the_limit_itself_is_read(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, b"a" * 10), "a.sql", limit=10) == "a" * 10
    assert problem(written(tmp_path, b"a" * 11), limit=10).kind == "file-too-large"


@pytest.mark.parametrize(
    ("data", "place", "line"),
    [
        (b"-- caf\xe9\n", "byte 6 (0xe9)", 1),
        (b"-- a\n-- b\n\xff", "byte 10 (0xff)", 3),
        (b"\xef\xbb\xbf-- caf\xe9", "byte 9 (0xe9)", 1),
        (b"-- \xed\xa0\x80", "byte 3 (0xed)", 1),
    ],
)
def test_a_file_in_another_encoding_has_the_byte(tmp_path: Path, data: bytes, place: str, line: int) -> None:
    found = problem(written(tmp_path, data))
    assert (found.kind, found.line) == ("not-utf-8", line)
    assert f"{place} does not belong there" in found.message
    assert "iconv" in found.help


def test_utf_16_that_breaks_off(tmp_path: Path) -> None:
    found = problem(written(tmp_path, b"\xff\xfea\0b"))
    assert (found.kind, found.line) == ("not-utf-8", 0)
    assert "is not UTF-16-LE text: byte 4 (0x62)" in found.message


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"PGDMP\x01\x0e", "is a pg_dump archive"),
        (gzip.compress(b"select 1", mtime=0), "is compressed by gzip"),
        (b"PK\x03\x04aaa", "is a zip archive"),
        (b"SQLite format 3\0aaa", "is a SQLite database"),
        (b"select 1;\n\0select 2;", "holds a NUL character at character 11"),
        ("a\0".encode("utf-16"), "holds a NUL character at character 2"),
    ],
)
def test_binary_files(tmp_path: Path, data: bytes, fact: str) -> None:
    found = problem(written(tmp_path, data))
    assert found.kind == "binary-file"
    assert fact in found.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "schema.sql"
    os.mkfifo(pipe)
    assert "named pipe" in problem(pipe).message
    assert problem(Path("/dev/zero")).kind == "unreadable-file"
    assert digest_of(str(pipe)) is None
    assert digest_of("/dev/zero") is None
