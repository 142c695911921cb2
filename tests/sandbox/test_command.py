"""The command `sandbox`, as a process of its own."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from goldens import hold

from reconciler.cli.sandbox import sandbox

pytestmark = pytest.mark.usefixtures("screens")

GOLDEN = Path(__file__).parent / "golden" / "started.txt"
PROGRAM = "from reconciler.cli.sandbox import sandbox; sandbox()"


def _without_places(text: str) -> str:
    """What is printed, whatever ports are free and wherever temporary folders are."""
    text = re.sub(r":\d{4,5}\b", ":PORT", text)
    return re.sub(r"^( +)/\S+", r"\1/tmp/REMOTE", text, flags=re.MULTILINE)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_interrupted(how: signal.Signals) -> None:
    arguments = [sys.executable, "-c", PROGRAM, "--search-lag", "2", "--rate-limits"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        lines = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(process.stdout.readline())
        hold(GOLDEN, _without_places("".join(lines)))
        exports = [shlex.split(line)[1] for line in lines if line.startswith("export ")]
        variables = dict(one.split("=", 1) for one in exports[:6])
        auth = (variables["JIRA_USER_EMAIL"], variables["JIRA_API_TOKEN"])
        url = f"{variables['JIRA_BASE_URL']}/rest/api/2/myself"
        assert requests.get(url, auth=auth, timeout=5).ok
        bearer = {"Authorization": f"Bearer {variables['SLACK_BOT_TOKEN']}"}
        test = f"{variables['SLACK_API_URL']}auth.test"
        assert requests.post(test, headers=bearer, timeout=5).json()["ok"]
        remote = Path(next(line for line in lines if line.startswith("  ")).split()[0])
        assert (remote / "HEAD").is_file()
        process.send_signal(how)
        output, errors = process.communicate(timeout=5)
    assert (process.returncode, errors) == (0, "")
    assert output.endswith("Stopped.\n")
    assert not remote.parent.exists()


def test_a_seed_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("tickts: {}", "utf-8")
    result = CliRunner().invoke(sandbox, ["--seed", str(path)])
    assert result.exit_code == 2
    assert "tickts" in result.output


def test_a_port_that_is_taken(running_port: int) -> None:
    result = CliRunner().invoke(sandbox, ["--slack-port", str(running_port)])
    assert result.exit_code == 1
    assert "cannot listen" in result.output
