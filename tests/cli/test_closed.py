"""Every command closes the connections that it opened, also if it fails."""

import socket
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
from commands import surroundings
from forms import ACCOUNT, body, send
from hostile_server import hostile, response
from hub import Hub

from reconciler.services.connect_forge import connect_forge
from reconciler.services.errors import ServiceError
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, GitHubSettings

# What nothing holds any more is told by Python as it goes; what is left is counted.
PROGRAM = """\
import gc, socket, sys
gc.disable()
gc.enable = lambda: None
from reconciler.cli.main import main
try:
    main()
except SystemExit as ended:
    left = [each for each in gc.get_objects() if isinstance(each, socket.socket)]
    print(f"status {ended.code or 0}, {sum(each.fileno() >= 0 for each in left)} open")
"""


def ended(hub: Hub, *command: str, **env: str) -> str:
    """The last line and the warnings of a command."""
    hub.pull_main()
    done = subprocess.run(
        [sys.executable, "-W", "always::ResourceWarning", "-c", PROGRAM, *command],
        cwd=hub.folder,
        env=surroundings({**hub.env, **env}),
        capture_output=True,
        text=True,
        check=True,
    )
    warned = [line for line in done.stderr.splitlines() if "ResourceWarning" in line]
    return "\n".join([done.stdout.splitlines()[-1], *warned])


@pytest.mark.parametrize(
    "command",
    [("apply", "--forge", "github"), ("doctor",), ("acknowledge", "--all")],
    ids=lambda command: command[0],
)
def test_a_command_leaves_no_connection_open(hub: Hub, command: tuple[str, ...]):
    hub.merge(hub.propose("DS-1071"))
    hub.propose("DS-1072")
    hub.box.clear_calls()
    status = "1" if command == ("doctor",) else "0"
    assert ended(hub, *command, "--now", hub.now.isoformat()) == f"status {status}, 0 open"
    assert hub.box.connections["github"]


def test_a_form_leaves_no_connection_open(hub: Hub):
    """Neither that of its pull request, which another session opens."""
    token = {"GITHUB_TOKEN": f"ghp-{ACCOUNT}", "ESCALATE_GITHUB_LOGIN": ACCOUNT}
    number = send(hub, body())
    hub.box.clear_calls()
    late = ("--now", hub.now.isoformat())
    assert ended(hub, "form", str(number), *late, **token) == "status 0, 0 open"
    assert hub.box.connections["github"]


def test_a_forge_is_closed_with_its_context(hub: Hub):
    closed = threading.Event()

    def answer(connection: socket.socket, _: int) -> None:
        connection.sendall(response(b"null", status="400 Bad Request"))
        with suppress(OSError):
            connection.settimeout(10)
            if not connection.recv(1):
                closed.set()

    with hostile(answer) as (url, _):
        github = GitHubSettings(url, "o/r", url, token="t0ken")
        opened = connect_forge(ForgeKind.GITHUB, github, hub.folder, "main", 5.0, RetryPolicy(1))
        with suppress(ServiceError), opened as connected:
            assert connected is not None
            connected.forge.pull_requests()
        assert closed.wait(5)
