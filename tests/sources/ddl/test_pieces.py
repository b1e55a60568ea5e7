"""However a text is cut into pieces, and by however many processes, the facts are the same."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azora_audit.sources.ddl import ahead, chunks
from tests.sources.ddl.reading import all_rows, facts_of, names

EXAMPLE = (Path(__file__).parents[1] / "example.sql").read_text(encoding="utf-8")
CASES = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("cases/*.sql"))]

DUMP = """--
-- dump
--
SELECT pg_catalog.set_config('search_path', '', false);
\\restrict abc
CREATE TABLE public.a (
    id integer NOT NULL,
    note text DEFAULT 'x;
y'::text
);
CREATE FUNCTION public.f() RETURNS integer LANGUAGE plpgsql AS $_$
BEGIN
INSERT INTO a VALUES (1);
CREATE TABLE public.not_a_table (id int);
END;
$_$;
COPY public.a (id, note) FROM stdin;
1\tCREATE TABLE no (id int);
2\t\\N
\\.
CREATE TABLE public.broken (id integer,,);
CREATE TABLE public.b (id integer NOT NULL);
ALTER TABLE ONLY public.b ADD CONSTRAINT b_pkey PRIMARY KEY (id);
\\unrestrict abc
"""


@pytest.mark.parametrize("text", [EXAMPLE, DUMP, *CASES], ids=lambda text: text[:20])
@pytest.mark.parametrize("size", [1, 100, 1000])
def test_small_pieces_give_the_same_facts(text: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = all_rows(facts_of(text))
    monkeypatch.setattr(chunks, "SIZE", size)
    assert all_rows(facts_of(text)) == whole


@settings(max_examples=40)
@given(st.integers(0, 4000), st.integers(1, 300))
def test_pieces_of_any_size_read_a_dump(length: int, size: int) -> None:
    text = DUMP * (1 + length // len(DUMP))
    before = chunks.SIZE
    chunks.SIZE = size
    try:
        facts = facts_of(text)
    finally:
        chunks.SIZE = before
    assert names(facts, "table") == ["a", "b"]
    assert len(facts.problems) == 1 + length // len(DUMP)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("files", [(EXAMPLE,), (DUMP,), (CASES[0], DUMP, CASES[1])])
def test_two_processes_give_the_same_facts(
    files: tuple[str, ...], share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = all_rows(facts_of(*files))
    monkeypatch.setattr(ahead, "WORTH", 1)
    monkeypatch.setattr(ahead, "_SHARE", share)
    monkeypatch.setattr(chunks, "SIZE", 200)
    assert all_rows(facts_of(*files)) == alone


@pytest.mark.parametrize("sent", [0, 1, 5])
def test_what_the_other_process_does_not_send_is_read_here(
    sent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (CASES[0], DUMP, EXAMPLE, DUMP.replace("a", "z"), CASES[1])
    alone = all_rows(facts_of(*files))
    monkeypatch.setattr(ahead, "WORTH", 1)
    monkeypatch.setattr(chunks, "SIZE", 200)
    original, events = pickle.dumps, iter(range(sent))

    def fail(event: object, protocol: int) -> bytes:
        """Only the other process packs anything."""
        if next(events, None) is None:
            raise MemoryError
        return original(event, protocol)

    monkeypatch.setattr("pickle.dumps", fail)
    assert all_rows(facts_of(*files)) == alone


def test_a_statement_of_many_rows_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "_LARGEST", 2000)
    monkeypatch.setattr(chunks, "SIZE", 100)
    rows = ",\n".join(f"({number}, 'x;')" for number in range(1000))
    facts = facts_of(
        f"create table a (id int, b text);\ninsert into a values {rows};\ncreate table c (id int);\n"
    )
    assert names(facts, "table") == ["a", "c"]
    assert facts.problems == []
