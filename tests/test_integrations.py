"""Where people are: pre-commit, GitHub, GitLab, shells; each by its own schema, and run as far as that goes here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from tests.test_cli import FIXTURES, GOOD, SCRIPT, azora_audit, service

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CLAIMED = FIXTURES / "azora-claimed"


@pytest.fixture(autouse=True)
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_AUDIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)


def valid(file: Path, schema: str) -> None:
    """Hold a file to a schema that check-jsonschema brings."""
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def from_readme(name: str) -> str:
    found = re.search(
        rf"<!-- {name} -->\n```yaml\n(.*?)```\n<!-- end -->", (ROOT / "README.md").read_text(), re.DOTALL
    )
    assert found is not None, name
    return found[1]


def pre_commit(*arguments: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [BIN / "pre-commit", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "InvalidManifestError" not in done.stdout
    assert "InvalidConfigError" not in done.stdout
    return done.stdout


def git(folder: Path, *arguments: str | Path) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, check=True)


def test_pre_commit_takes_the_manifest_and_the_readme_s_configuration(tmp_path: Path) -> None:
    assert pre_commit("validate-manifest", ROOT / ".pre-commit-hooks.yaml") == ""
    config = tmp_path / "config.yaml"
    config.write_text(from_readme("pre-commit"))
    assert pre_commit("validate-config", config) == ""


def test_the_hook_is_run_for_schemas_and_their_surroundings() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    pattern = re.compile(hook["files"])
    taken = ("schema.prisma", "a/prisma/schema/user.prisma", "a/V1__x.sql", "package.json", "b/.env.example")
    assert all(pattern.search(path) for path in taken)
    assert not any(pattern.search(path) for path in ("a.py", "a/xpackage.json", "a.prisma.txt", "x.sqlite"))


@pytest.mark.parametrize(("schema", "outcome"), [(GOOD, "Passed"), ("create table t (x int);", "Failed")])
def test_pre_commit_runs_the_hook(tmp_path: Path, schema: str, outcome: str) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    local = hook | {
        "language": "system",
        "entry": f"{BIN}/{hook['entry']}",
    }  # installing is the nightly test's
    service(tmp_path / "services", "one", schema_sql=schema)
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    told = pre_commit("run", "--all-files", "--color", "never", cwd=tmp_path)
    assert re.search(rf"azora-audit\.+{outcome}", told), told
    if outcome == "Failed":
        assert "missing-primary-key" in told


@pytest.mark.nightly
def test_pre_commit_installs_and_runs_it_from_the_repository(tmp_path: Path) -> None:
    fleet = tmp_path / "fleet"
    service(fleet / "services", "one", schema_sql="create table t (x int);")
    git(fleet, "init", "--quiet")
    git(fleet, "add", ".")
    git(fleet, "commit", "--quiet", "--message", "all")
    told = pre_commit("try-repo", ROOT, "azora-audit", "--all-files", "--color", "never", cwd=fleet)
    assert "azora-audit" in told
    assert "missing-primary-key" in told


class Job:
    """A GitHub job that runs the action's check with the program of these tests."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
        given = {name: str(field.get("default", "")) for name, field in action["inputs"].items()} | inputs
        (step,) = [step for step in action["runs"]["steps"] if step.get("id") == "check"]
        assert "${{" not in step["run"], "inputs reach a script through its environment only"
        home = folder / "runner" / "azora-audit" / "bin"
        home.mkdir(parents=True)
        (home / "azora-audit").symlink_to(SCRIPT)
        self.summary, self._output = folder / "summary.md", folder / "output"
        self._output.touch()
        environ = {
            **os.environ,
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "RUNNER_TEMP": str(folder / "runner"),
            "GITHUB_OUTPUT": str(self._output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        for name, value in step["env"].items():
            (key,) = re.fullmatch(r"\$\{\{ inputs\.(\S+) \}\}", value).groups()  # type: ignore[union-attr]
            environ[name] = given[key]
        command = [
            "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            step["run"],
        ]  # as GitHub's runner calls it
        self.done = subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, check=False
        )

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self._output.read_text().splitlines())


def test_the_action_and_the_readme_s_workflow_are_what_github_takes(tmp_path: Path) -> None:
    valid(ROOT / "action.yml", "github-actions")
    (tmp_path / "workflow.yml").write_text(from_readme("workflow"))
    valid(tmp_path / "workflow.yml", "github-workflows")
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    used = re.findall(r"steps\.check\.outputs\.([\w-]+)", str(action["outputs"]))
    assert sorted(used) == sorted(action["outputs"])


def test_the_action_annotates_sums_up_and_writes_sarif(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    schema = (
        "create table t (\n  x int -- azora-audit: allow missing-primary-key -- staging rows are loaded and dropped\n);\n"
        "create table u (y int);\n"
    )
    service(tmp_path / "my fleet" / "services", "one", schema_sql=schema)
    job = Job(tmp_path, path="my fleet", arguments="--fail-on\nerror\n\n--no-cache\n")
    assert job.done.returncode == 1, job.done.stderr
    assert job.outputs == {"exit-code": "1", "json": "azora-audit.json", "sarif": "azora-audit.sarif"}
    assert "::error file=my fleet/services/one/schema.sql,line=" in job.done.stdout
    assert "### azora-audit: " in job.summary.read_text()
    run = orjson.loads((tmp_path / "azora-audit.sarif").read_bytes())["runs"][0]
    assert not [result for result in run["results"] if "suppressions" in result]
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    }
    assert "my%20fleet/services/one/schema.sql" in uris
    saved = orjson.loads((tmp_path / "azora-audit.json").read_bytes())
    kept = len(saved["findings"]) - sum(finding["status"] != "new" for finding in saved["findings"])
    assert len(run["results"]) == kept
    assert saved["summary"]["fail_on"] == "error"


def test_the_action_passes_on_what_passes_and_what_cannot_be_checked(tmp_path: Path) -> None:
    service(tmp_path / "services", "one", schema_sql=GOOD)
    job = Job(tmp_path, path="services/one/schema.sql")
    assert job.done.returncode == 0, job.done.stdout + job.done.stderr
    assert job.outputs["exit-code"] == "0"
    assert orjson.loads((tmp_path / "azora-audit.sarif").read_bytes())["runs"][0]["results"] == []
    (tmp_path / "other").mkdir()
    job = Job(tmp_path / "other", path="none", arguments="--profile\nrecommended")
    assert job.done.returncode == 2
    assert job.outputs == {"exit-code": "2"}
    assert "none cannot be read" in job.done.stderr


def test_a_full_summary_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    service(tmp_path, "one", schema_sql="create table t (x int);")
    summary.write_text("before\n")
    azora_audit("check", tmp_path / "one", "--format", "github")
    assert summary.read_text().startswith("before\n<!-- azora-audit:comment -->\n")
    summary.write_bytes(b"x" * 990_000)
    done = azora_audit("check", tmp_path / "one", "--format", "github")
    assert summary.stat().st_size == 990_000
    assert "the job's summary is full" in done.stderr
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "missing" / "summary.md"))
    done = azora_audit("check", tmp_path / "one", "--format", "github")
    assert done.returncode == 2
    assert "The report cannot be added: No such file or directory" in done.stderr


def test_new_only_leaves_out_what_is_accepted_or_allowed(tmp_path: Path) -> None:
    schema = "create table t (x int); -- azora-audit: allow missing-primary-key -- for a while\n"
    service(tmp_path, "one", schema_sql=schema)
    whole = orjson.loads(azora_audit("check", tmp_path / "one", "--format", "json").stdout)
    new = orjson.loads(azora_audit("check", tmp_path / "one", "--format", "json", "--new-only").stdout)
    assert {finding["status"] for finding in whole["findings"]} == {"new", "allowed"}
    assert new["findings"] == [finding for finding in whole["findings"] if finding["status"] == "new"]


def test_the_job_for_gitlab_is_what_gitlab_takes(tmp_path: Path) -> None:
    valid(ROOT / "azora-audit.gitlab-ci.yml", "gitlab-ci")
    job = yaml.safe_load((ROOT / "azora-audit.gitlab-ci.yml").read_text())["azora-audit"]
    service(tmp_path / "services", "one", schema_sql="create table t (x int);")
    environ = {
        **os.environ,
        **job["variables"],
        "CI_PROJECT_DIR": str(tmp_path),
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    environ["AZORA_AUDIT_CACHE_DIR"] = str(tmp_path / "cache")
    (script,) = job["script"]
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    named = [*job["artifacts"]["reports"].values(), *job["artifacts"]["paths"]]
    assert all((tmp_path / name).stat().st_size for name in named)
    assert orjson.loads((tmp_path / "gl-code-quality-report.json").read_bytes())


def test_the_image_is_made_of_files_that_are_there() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]
    assert all((ROOT / name).exists() for name in copied)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert let_in == set(copied)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["azora-audit", "chec"], {"check"}),
        (["azora-audit", "check", "--form"], {"--format", "--former"}),
        (["azora-audit", "check", "--format", "s"], {"sarif"}),
        (["azora-audit", "explain", "unindexed-foreign"], {"unindexed-foreign-key"}),
        (
            ["azora-audit", "check", "--select", "row-sec"],
            {"row-security", "row-security-without-effect", "row-security-without-policy"},
        ),
        (["azora-audit", "check", "--checklist", "pci"], {"pci-dss"}),
    ],
)
def test_bash_completes(tmp_path: Path, words: list[str], expected: set[str]) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(azora_audit("completion", "bash").stdout)
    quoted = " ".join(f"'{word}'" for word in words)
    asked = f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _azora_audit_completion azora-audit"
    done = subprocess.run(
        ["bash", "-c", f'{asked}; printf "%s\\n" "${{COMPREPLY[@]}}"'],
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert set(done.stdout.split()) == expected, done.stderr


@pytest.mark.parametrize(("shell", "has"), [("zsh", "#compdef azora-audit"), ("fish", "complete --no-files")])
def test_other_shells_have_scripts(shell: str, has: str) -> None:
    assert has in azora_audit("completion", shell).stdout
