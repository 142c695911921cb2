"""The command line in a process of its own that is forked instead of started.

Starting Python and importing everything takes ten times as long as most commands do. Each process
of the tests starts one server (`forking.py`) that has everything imported and forks a child for
each command: a real process, which has a pid, can be killed, and shares nothing with the test.
"""

import atexit
import contextlib
import os
import pickle
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

_SERVER = Path(__file__).with_name("forking.py")
_LOCALE = ("LANG", "LANGUAGE", "LC_")
_HARMLESS = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
"""Settings of Python that a forked child can take on later; all others are read at its start."""

Done = subprocess.CompletedProcess[str]
Where = Path | str
Watcher = Callable[[list[str], int, str, str], None]
WATCHERS: list[Watcher] = []
"""Called with the arguments, status, output and errors of each command that `run` has run."""
WIDE = {"COLUMNS": "1000"}
"""Watched commands wrap no line: paths of temporary folders have no fixed length."""


class Forked:
    """A running command."""

    def __init__(self, connection: socket.socket, arguments: Sequence[str]) -> None:
        self.args = arguments
        self.returncode: int | None = None
        self._connection = connection
        self.pid = int.from_bytes(self._receive(), "big")

    def poll(self) -> int | None:
        """Its status, if it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status once it has ended, negative after a signal; as `subprocess` has it."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                status = self._receive()
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0) from None
            self.returncode = int.from_bytes(status, "big", signed=True)
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _receive(self) -> bytes:
        received = self._connection.recv(8, socket.MSG_WAITALL)
        assert len(received) == 8, "the server that forks commands has ended"
        return received


class Server:
    """The process that forks, for all threads of this one."""

    def __init__(self, program: Path = _SERVER) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        given = ["--locale"] if "LC_CTYPE" in env else []
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(program), str(theirs.fileno()), *given],
                env=env,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        atexit.register(self._end)

    def fork(self, request: dict[str, Any], streams: Sequence[int]) -> Forked:
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            socket.send_fds(self._control, [b"f"], [theirs.fileno(), *streams])
        data = pickle.dumps(request)
        ours.sendall(len(data).to_bytes(8, "big") + data)
        return Forked(ours, request["arguments"])

    def _end(self) -> None:
        self._control.close()
        self._process.wait()


_server = cache(Server)


def start(  # noqa: PLR0913 - what `subprocess.Popen` takes
    arguments: Sequence[str | Path],
    *,
    cwd: Where,
    env: Mapping[str, str],
    stdin: int,
    stdout: int,
    stderr: int,
    terminal: bool = False,
) -> Forked | subprocess.Popen[bytes]:
    """Start `python -m reconciler` with descriptors as its streams.

    With `terminal` the first of them is the terminal that controls it.
    """
    words = [str(each) for each in arguments]
    if _needs_a_start(env):
        return subprocess.Popen(
            [sys.executable, "-m", "reconciler", *words],
            cwd=cwd,
            env=dict(env),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=terminal,
        )
    request = {"arguments": words, "cwd": str(cwd), "env": dict(env), "terminal": terminal}
    return _server().fork(request, (stdin, stdout, stderr))


def _input(typed: str) -> IO[bytes]:
    """A pipe that holds what is typed and has ended; nothing if there is none."""
    if not typed:
        return Path(os.devnull).open("rb")
    end, begin = os.pipe()
    with os.fdopen(begin, "wb") as file:
        file.write(typed.encode())  # less than a pipe holds
    return os.fdopen(end, "rb")


def run(
    arguments: Sequence[str | Path],
    *,
    cwd: Where,
    env: Mapping[str, str],
    timeout: float = 120.0,
    typed: str = "",
) -> Done:
    """Run `python -m reconciler` to its end. What is typed comes on a pipe."""
    out, theirs_out = os.pipe()
    err, theirs_err = os.pipe()
    with _input(typed) as stdin:
        child = start(
            arguments,
            cwd=cwd,
            env={**env, **WIDE} if WATCHERS else env,
            stdin=stdin.fileno(),
            stdout=theirs_out,
            stderr=theirs_err,
        )
    os.close(theirs_out)
    os.close(theirs_err)
    try:
        streams = read_all([out, err], timeout)
        status = child.wait(timeout)
    except (TimeoutError, subprocess.TimeoutExpired):
        child.kill()
        child.wait()
        raise subprocess.TimeoutExpired(list(arguments), timeout) from None
    finally:
        os.close(out)
        os.close(err)
    said, problems = (each.decode().replace("\r\n", "\n") for each in streams)
    for watch in WATCHERS:
        watch([str(each) for each in arguments], status, said, problems)
    return Done(list(arguments), status, said, problems)


def read_all(descriptors: Sequence[int], timeout: float) -> list[bytes]:
    """Everything that comes, until all are closed at their other ends."""
    found = {each: bytearray() for each in descriptors}
    with selectors.DefaultSelector() as selector:
        for each in descriptors:
            selector.register(each, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(timeout)
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                data = os.read(key.fd, 65_536)
                found[key.fd] += data
                if not data:
                    selector.unregister(key.fd)
    return [bytes(found[each]) for each in descriptors]


def _needs_a_start(env: Mapping[str, str]) -> bool:
    """Whether the interpreter would begin differently than the server's did."""
    own = {name for name in env if name.startswith("PYTHON")} - _HARMLESS
    return bool(own) or _locale(env) != _locale(os.environ)


def _locale(env: Mapping[str, str]) -> dict[str, str]:
    return {name: each for name, each in env.items() if name.startswith(_LOCALE)}
