"""What the README says of a running database happens when its commands are run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[2]
ACTIVE = Path(sys.executable).parent


def command(name: str) -> list[str]:
    """Return the command between two comments of the README, with the programs that run these tests."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.search(rf"<!-- {name} -->\n```\n(.*)\n```\n<!-- end -->", text)
    assert found is not None, name
    return shlex.split(found[1].replace(".venv/bin", str(ACTIVE)))


def test_the_database_to_try_is_read(tmp_path: Path) -> None:
    environ = {**os.environ, "AZORA_AUDIT_CACHE_DIR": str(tmp_path)}
    with subprocess.Popen(
        command("database"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        check = [word.replace("URL", url) for word in command("check database")]
        done = subprocess.run(
            [*check, "--format", "json"], cwd=ROOT, env=environ, capture_output=True, check=False
        )
        _, told = server.communicate()
    assert server.returncode == 0, told
    report = orjson.loads(done.stdout)
    assert report["errors"] == []
    service = next(each for each in report["services"] if each["name"] == "security-service")
    assert service["sources"][0]["kind"] == "live"
    rules = {finding["rule"] for finding in report["findings"] if finding["status"] == "new"}
    assert rules == {"row-security-without-effect", "unsafe-writes"}, (
        "a throw-away server is fast and not safe"
    )
    assert done.returncode == 1
