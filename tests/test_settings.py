"""Settings: where they are found, what they mean, and how each fault in them is reported."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from azora_audit.errors import SettingsError
from azora_audit.settings import Settings, did_you_mean, load_settings, parse_settings, settings_of

if TYPE_CHECKING:
    from pathlib import Path

FULL = """
profile = "strict"
rule_folders = ["rules"]
select = ["keys"]
ignore = ["float-money"]
fail_on = "error"

[severity]
missing-updated-at = "note"

[fleet]
services = ["billing", "lending"]
include = ["services/**"]
exclude = ["services/old"]

[services.billing]
path = "services/billing-service"
prisma = "db/schema.prisma"
migrations = ["db/one", "db/two"]
dump = []
schema = "app"

[services.gateway]
expected = false

[rules.too-many-indexes]
maximum = 12

[checklist]
names = ["fleet"]
skip = ["encryption"]
"""


def write(folder: Path, text: str, name: str = "azora-audit.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def fault(tmp_path: Path, text: str) -> SettingsError:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert caught.value.path == str(path)
    return caught.value


def test_every_setting_reaches_the_data(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    settings = load_settings(tmp_path)
    assert (settings.profile, settings.fail_on) == ("strict", "error")
    assert (settings.rule_folders, settings.select, settings.ignore) == (
        ("rules",),
        ("keys",),
        ("float-money",),
    )
    assert settings.severity == {"missing-updated-at": "note"}
    assert settings.rules == {"too-many-indexes": {"maximum": 12}}
    assert settings.expected == ("billing", "lending")
    assert (settings.include, settings.exclude) == (("services/**",), ("services/old",))
    assert (settings.checklists, settings.skipped_items) == (("fleet",), ("encryption",))
    billing, gateway = settings.services
    assert (billing.name, billing.path, billing.schema) == ("billing", "services/billing-service", "app")
    assert (billing.prisma, billing.migrations, billing.dump) == (
        ("db/schema.prisma",),
        ("db/one", "db/two"),
        (),
    )
    assert (gateway.name, gateway.expected, gateway.migrations, gateway.schema) == (
        "gateway",
        False,
        None,
        "public",
    )
    assert settings.folder == tmp_path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert load_settings(tmp_path) == Settings()
    assert Settings().folder is None


def test_a_file_in_a_parent_is_found_from_a_file_below(tmp_path: Path) -> None:
    path = write(tmp_path, 'profile = "strict"')
    schema = write(tmp_path / "services" / "billing", "", "schema.prisma")
    found = parse_settings(schema)
    assert found is not None
    assert found.path == path


def test_the_search_stops_at_a_repository(tmp_path: Path) -> None:
    write(tmp_path, 'profile = "strict"')
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "services").mkdir()
    assert parse_settings(tmp_path / "repository" / "services") is None


def test_pyproject_is_read_where_it_has_the_section(tmp_path: Path) -> None:
    write(tmp_path, '[tool.azora-audit]\nprofile = "strict"\n', "pyproject.toml")
    write(tmp_path / "inner", '[project]\nname = "azora-audit"\n', "pyproject.toml")
    assert load_settings(tmp_path / "inner").profile == "strict"
    with pytest.raises(SettingsError, match=r"has no \[tool.azora-audit\]"):
        load_settings(tmp_path, tmp_path / "inner" / "pyproject.toml")


def test_a_file_of_its_own_wins_over_pyproject_beside_it(tmp_path: Path) -> None:
    write(tmp_path, '[tool.azora-audit]\nprofile = "one"\n', "pyproject.toml")
    write(tmp_path, 'profile = "two"')
    assert load_settings(tmp_path).profile == "two"


def test_an_unknown_key_has_its_line_and_the_likely_word(tmp_path: Path) -> None:
    error = fault(tmp_path, 'profile = "strict"\n\n[fleet]\nservces = []\n')
    assert (error.line, error.message, error.help) == (
        4,
        "Unknown setting `fleet.servces`.",
        "Did you mean `services`?",
    )


def test_an_unknown_key_in_pyproject_has_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "[tool.other]\nfail_in = 1\n[tool.azora-audit]\nfail_in = 1\n", "pyproject.toml")
    with pytest.raises(SettingsError, match="Unknown setting `fail_in`") as caught:
        load_settings(tmp_path)
    assert (caught.value.path, caught.value.line, caught.value.help) == (
        str(path),
        4,
        "Did you mean `fail_on`?",
    )


def test_an_unknown_key_in_an_inline_table_has_the_line_around_it(tmp_path: Path) -> None:
    error = fault(tmp_path, 'profile = "x"\nservices.billing = { path = "a", dumb = "b" }\n')
    assert (error.line, error.message) == (2, "Unknown setting `services.billing.dumb`.")
    assert error.help == "Did you mean `dump`?"


def test_a_quoted_key_has_its_line(tmp_path: Path) -> None:
    error = fault(tmp_path, '[severity]\n"float-money" = "fatal"\n')
    assert error.line == 2
    assert error.message == '`severity.float-money` is "fatal", which is none of "note", "warning", "error".'


def test_a_word_like_nothing_known_gets_the_list(tmp_path: Path) -> None:
    error = fault(tmp_path, "[checklist]\nzzz = 1\n")
    assert error.help == "Known here: names, skip."


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("select = 3", "`select` is 3.", "Give it a list."),
        ("select = [1]", "`select[0]` is 1.", "Give it a string."),
        ("profile = true", "`profile` is true.", "Give it a string."),
        ('profile = ""', "`profile` is empty.", "Give it a value, or remove it."),
        ("fleet = []", "`fleet` is a list.", "Give it a table."),
        ("services.a.expected = 'no'", '`services.a.expected` is "no".', "Give it true or false."),
        ("services.a.dump = { a = 1 }", "`services.a.dump` is a table.", "Give it a string or a list."),
    ],
)
def test_a_value_of_the_wrong_kind(tmp_path: Path, text: str, message: str, advice: str) -> None:
    error = fault(tmp_path, text)
    assert (error.line, error.message, error.help) == (1, message, advice)


def test_the_first_of_several_faults_is_told_and_the_rest_counted(tmp_path: Path) -> None:
    error = fault(tmp_path, "select = 1\nignore = 2\nprofile = 3\n")
    assert (error.line, error.help) == (1, "Give it a list. (2 more after this one.)")


def test_invalid_toml_has_its_place(tmp_path: Path) -> None:
    error = fault(tmp_path, 'profile = "strict"\r\nselect = [\r\n  "a"\r\n  "b"\r\n]\r\n')
    assert (error.line, error.column) == (4, 3)
    assert "Traceback" not in error.message


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "azora-audit.toml").write_bytes(b'profile = "\xff"')
    with pytest.raises(SettingsError, match="not UTF-8 text: byte 11"):
        load_settings(tmp_path)


def test_a_named_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load_settings(tmp_path, tmp_path / "absent.toml")


def test_values_nested_too_deeply(tmp_path: Path) -> None:
    error = fault(tmp_path, f"profile = {'[' * 20_000}")
    assert error.message == "The settings file nests its values too deeply."


def test_validation_can_be_skipped(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    program = (
        "import sys; from pathlib import Path\n"
        "from azora_audit.settings import parse_settings, settings_of\n"
        "print(settings_of(parse_settings(Path(sys.argv[1]))).profile, 'jsonschema' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["strict", "False"]


def test_equal_texts_make_equal_data(tmp_path: Path) -> None:
    one, two = (parse_settings(write(tmp_path / name, FULL)) for name in ("one", "two"))
    assert one is not None
    assert two is not None
    assert one.text == two.text
    assert settings_of(one)._replace(source=None) == settings_of(two)._replace(source=None)


def test_did_you_mean_without_words() -> None:
    assert did_you_mean("a", []) == ""
