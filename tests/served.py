"""`escalate` for shells: a small client that has the command forked.

Starting Python and importing everything takes longer than most commands do. What the command gets
is the client's own: arguments, folder, environment and the three streams.
"""

import marshal
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import forked

_CLIENT = """\
import marshal, os, socket, sys
asked = marshal.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)])
with socket.socket(socket.AF_UNIX) as server:
    server.connect({path!r})
    socket.send_fds(server, [len(asked).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(asked)
    sys.exit(int.from_bytes(server.recv(8, socket.MSG_WAITALL), "big"))
"""


@contextmanager
def served() -> Iterator[Path]:
    """A folder for the PATH that has the command."""
    with (
        tempfile.TemporaryDirectory(prefix="served-") as name,
        socket.socket(socket.AF_UNIX) as server,
    ):
        folder = Path(name)
        path = str(folder / "server")
        command = folder / "bin" / "escalate"
        command.parent.mkdir()
        command.write_text(f"#!{sys.executable} -IS\n{_CLIENT.format(path=path)}")
        command.chmod(0o755)
        server.bind(path)
        server.listen()
        answering = threading.Thread(target=_answer, args=(server,), daemon=True)
        answering.start()
        try:
            yield command.parent
        finally:
            server.shutdown(socket.SHUT_RDWR)
            answering.join()


def _answer(server: socket.socket) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:  # it was shut down
            return
        threading.Thread(target=_run, args=(client,), daemon=True).start()


def _run(client: socket.socket) -> None:
    with client:
        size, streams, _, _ = socket.recv_fds(client, 8, 3)
        asked = client.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)
        status = _forked(marshal.loads(asked), streams)
        client.sendall((status & 0xFF).to_bytes(8, "big"))


def _forked(asked: tuple[list[str], str, dict[str, Any]], streams: list[int]) -> int:
    arguments, cwd, env = asked
    stdin, stdout, stderr = streams
    try:
        child = forked.start(arguments, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
        return child.wait()
    finally:
        for each in streams:
            os.close(each)
