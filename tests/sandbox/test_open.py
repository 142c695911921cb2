"""`escalate sandbox --open`: a shell that uses the sandbox, and nothing else."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from company import TOP
from goldens import hold

from reconciler.cli.sandbox_shell import has_display, shell_environment
from reconciler.sandbox import Box, serve

GOLDEN = Path(__file__).parent / "golden"
SCRIPT = """\
echo "jira=$JIRA_BASE_URL pat=$JIRA_PAT forge=$GITHUB_SERVER_URL token=$GITHUB_TOKEN"
kill -INT $$ $PPID
sleep 0.3
echo "still here"
exit 3
"""


def test_the_shell_uses_the_sandbox_until_it_ends() -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY"}
    kept = {name: each for name, each in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "sandbox", "--open"],
        cwd=TOP,
        env={**kept, "SHELL": "/bin/sh", "JIRA_PAT": "real", "GITHUB_TOKEN": "real"},
        input="trap '' INT\n" + SCRIPT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "real" not in done.stdout
    hold(
        GOLDEN / "opened.txt",
        re.sub(r":\d{4,5}\b", ":PORT", done.stdout.replace(remote(done), "REMOTE")),
    )
    assert not Path(remote(done)).exists()


def remote(done: subprocess.CompletedProcess[str]) -> str:
    """The folder of the sandbox's git repository."""
    found = re.search(r"git remote add origin (\S+)", done.stdout)
    assert found is not None
    return found[1]


def test_where_a_browser_can_be_shown() -> None:
    assert not has_display({}, "linux")
    assert has_display({"DISPLAY": ":0"}, "linux")
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert has_display({}, "darwin")


def test_the_variables_of_real_services_are_left_out() -> None:
    before = {"JIRA_PAT": "real", "GH_TOKEN": "real", "JIRA_API_TOKEN": "real", "PATH": "/bin"}
    assert shell_environment(before, {"JIRA_API_TOKEN": "made up"}) == {
        "PATH": "/bin",
        "JIRA_API_TOKEN": "made up",
    }


# Links of the services


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("jira_url", "/browse/DS-1042"),
        ("jira_dc_url", "/browse/DS-1042?focusedCommentId=1"),
        ("github_url", "/ledgerline/escalations/pull/1"),
        ("slack_url", "/archives/C1/p1795446000000001"),
    ],
)
def test_addresses_of_the_services_lead_to_the_pages(box: Box, service: str, path: str) -> None:
    base = getattr(box, service).removesuffix("/api/")
    response = requests.get(f"{base}{path}", timeout=5, allow_redirects=False)
    assert response.headers["location"] == f"{box.pages_url}{path}"
    assert box.calls == []


def test_links_in_answers_lead_to_the_pages_on_request() -> None:
    with serve(links_to_pages=True) as box:
        env = box.env(github=True)
        bearer = {"Authorization": f"Bearer {env['SLACK_BOT_TOKEN']}"}
        asked = requests.post(f"{env['SLACK_API_URL']}auth.test", headers=bearer, timeout=5)
        assert asked.json()["url"] == f"{box.pages_url}/"
        token = {"Authorization": f"Bearer {env['GITHUB_TOKEN']}"}
        repository = f"{box.github_url}/repos/ledgerline/escalations"
        shown = requests.get(repository, headers=token, timeout=5).json()
        assert shown["html_url"] == f"{box.pages_url}/ledgerline/escalations"
        assert env["GITHUB_SERVER_URL"] == box.pages_url


def test_a_signal_ends_the_shell_and_the_sandbox() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", "sandbox", "--open"],
        cwd=TOP,
        env={**os.environ, "SHELL": "/bin/cat", "PYTHONUNBUFFERED": "1", "DISPLAY": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while "Leave the shell" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert output.endswith("Stopped.\n")
