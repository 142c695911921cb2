"""One sandbox for all tests here, taken back to its seed before each of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from contract import check_call
from hub import Hub
from jira import JIRA
from sandbox.clients import (
    BOT_EMAIL,
    JIRA_TOKEN,
    Person,
    Rest,
    Slack,
    rest_client,
    slack_client,
)

from reconciler.sandbox import Box, Call


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    # The client warns of empty messages; here Slack is to refuse them.
    monkeypatch.setenv("SKIP_SLACK_SDK_WARNING", "1")


@pytest.fixture
def box(running: Box) -> Iterator[Box]:
    """The sandbox; whatever succeeds in a test has to keep to the vendors' contracts."""
    running.reset()
    running.clock.set(None)
    running.latency()
    yield running
    fine = [call for call in running.calls if went_well(call)]
    assert [problem for call in fine for problem in check_call(call)] == []


def went_well(call: Call) -> bool:
    return call.status in range(200, 300) and not call.error


@pytest.fixture
def hub(tmp_path: Path, box: Box) -> Hub:
    """The example company's repository, in the sandbox and in a clone."""
    return Hub(tmp_path / "repo", box)


@pytest.fixture
def slack(box: Box) -> Slack:
    return slack_client(box)


@pytest.fixture
def person(box: Box) -> Person:
    """Slack as somebody with this id."""
    return lambda user: slack_client(box, f"xoxp-{user}")


@pytest.fixture
def rest(box: Box) -> Iterator[Rest]:
    found = rest_client(box.jira_url)
    yield found
    found.session.close()


@pytest.fixture
def rest_dc(box: Box) -> Iterator[Rest]:
    found = Rest(requests.Session(), box.jira_dc_url)
    found.session.headers["Authorization"] = f"Bearer {JIRA_TOKEN}"
    yield found
    found.session.close()


@pytest.fixture
def jira(box: Box) -> Iterator[JIRA]:
    auth = (BOT_EMAIL, JIRA_TOKEN)
    client = JIRA(
        box.jira_url, basic_auth=auth, get_server_info=False, max_retries=0, timeout=(5, 30)
    )
    client.deploymentType = "Cloud"
    yield client
    client.close()


@pytest.fixture
def running_port(box: Box) -> int:
    """A port that is in use."""
    return int(box.control_url.rsplit(":", 1)[1])
