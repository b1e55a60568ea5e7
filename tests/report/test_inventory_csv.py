"""The CSV of the inventory: as RFC 4180 has it, complete, and no cell of it a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azora_audit.errors import ReportError
from azora_audit.findings import Report
from azora_audit.inventory import InventoryColumn, InventoryTable, ServiceInventory
from azora_audit.report.inventory_csv import HEADER, plain, render_csv
from tests.report.sample import sample, sample_inventory

EMPTY = Report((), (), (), (), (), 0)
HOSTILE = (
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1",
        "'=1",
        "''@x",
        "'",
        "it's",
        '"',
        '";=1;"',
    ),
    *("a,b", "a\r\nb", '=HYPERLINK("http://x","y")', "", "\x00", "\u202e", "\ud800"),
)


def rows(report: Report) -> list[dict[str, str]]:
    content = b"".join(render_csv(report)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_each_column_has_a_row_with_all_that_is_known_of_it() -> None:
    found = rows(EMPTY._replace(inventory=sample_inventory()))
    assert [(row["table"], row["position"], row["column"]) for row in found] == [
        ("Plan", "1", "id"),
        ("Plan", "2", "name"),
        ("Subscription", "1", "id"),
        ("Subscription", "2", "planId"),
        ("Subscription", "3", "email"),
        ("virtual_cards", "1", "cvv"),
    ]
    assert found[0]["cascade_reach"] == "1"
    assert found[2]["default"] == "gen_random_uuid()"
    assert found[2]["primary_key"] == "1"
    assert {key: found[3][key] for key in HEADER[20:]} == {
        "references": "public.Plan.id",
        "on_delete": "cascade",
        "on_update": "no action",
        "indexed": "none",
        "emulated": "no",
        "unknown": "policies",
    }
    assert (found[4]["nullable"], found[4]["sensitive"]) == ("yes", "contact")
    assert (found[5]["unknown"], found[5]["row_security"]) == ("", "none")


def named(name: str) -> Report:
    column = InventoryColumn(name, name, False, name, "constant", 0, (name,), name, False)
    table = InventoryTable(name, name, "ordinary", "entity", 0, "none", 0, name, 1, (column,), ())
    return EMPTY._replace(inventory=(ServiceInventory(name, (), (table,)),))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_is_a_formula_and_every_text_comes_back(name: str) -> None:
    content = b"".join(render_csv(named(name))).decode("utf-8")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    spelt = name.encode("utf-8", "backslashreplace").decode()
    for key in ("service", "schema", "table", "path", "column", "type", "default", "sensitive", "protection"):
        assert not row[key].startswith(
            ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
        )
        assert plain(row[key]) == spelt


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n\",;a\uff1d")))
def test_what_a_cell_stands_for_is_never_in_doubt(name: str) -> None:
    (row,) = rows(named(name))
    assert plain(row["column"]) == name


def test_lines_end_and_cells_are_quoted_as_rfc_4180_has_it() -> None:
    content = b"".join(render_csv(EMPTY._replace(inventory=sample_inventory())))
    assert content.endswith(b'"\r\n')
    assert all(line.startswith(b'"') and line.endswith(b'"') for line in content.split(b"\r\n")[:-1])
    assert len({line.count(b'","') for line in content.split(b"\r\n")[:-1]}) == 1


def test_a_table_without_columns_is_not_passed_over() -> None:
    table = sample_inventory()[0].tables[0]._replace(columns=())
    (row,) = rows(EMPTY._replace(inventory=(ServiceInventory("s", ("columns",), (table,)),)))
    assert (row["table"], row["column"], row["unknown"]) == ("Plan", "", "columns")


def test_a_report_without_an_inventory_is_refused_with_what_to_do() -> None:
    with pytest.raises(ReportError, match="no inventory") as caught:
        render_csv(sample())
    assert "check --inventory" in str(caught.value.help)
