"""A process that has the command line imported, and forks a child for each command.

Started by `forked.py`, never imported. It stays free of threads, which a process that forks must
be, and runs no command itself, so each child begins as a fresh process does: with the streams,
folder, environment, time zone and arguments of its own. What every process computes from the code
and the example company alone (validators, long patterns) is there before the first fork. A child
ends as Python itself does, except that it does not take its modules apart.
"""

import atexit
import fcntl
import gc
import os
import pickle
import runpy
import select
import signal
import socket
import sys
import tempfile
import termios
import threading
import time
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

TOP = str(Path(__file__).parent.parent)
LATE = ("questionary", "encodings.idna", "difflib")
"""What commands import only when they need it, beside the modules of the package."""

GIVEN = "--locale" in sys.argv
"""Whether LC_CTYPE came from outside; Python sets it itself where the locale is C."""


def preload() -> None:
    """Import what any command can need, and compute what is the same for each of them."""
    import importlib  # noqa: PLC0415 - leaves the names of this module few
    import pkgutil  # noqa: PLC0415

    sys.path[0] = TOP
    package = importlib.import_module("reconciler")
    for found in pkgutil.walk_packages(package.__path__, "reconciler."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in LATE:
        importlib.import_module(name)
    prepare()
    assert threading.active_count() == 1, threading.enumerate()
    gc.collect()
    gc.freeze()


def prepare() -> None:
    """Build the validators of models, and compile the patterns that a process compiles late.

    They take up to a third of the time of a run, and depend on neither settings nor services.
    """
    from pydantic import BaseModel  # noqa: PLC0415 - leaves the names of this module few

    from reconciler.check.promises import promises  # noqa: PLC0415
    from reconciler.load.snapshot import load_snapshot  # noqa: PLC0415
    from reconciler.redaction import PrivateData  # noqa: PLC0415
    from reconciler.services.git.work_tree import read_worktree  # noqa: PLC0415

    models = [BaseModel]
    for model in models:  # grows meanwhile
        models += model.__subclasses__()
    for model in models:
        if model.__module__.startswith("reconciler."):
            model.model_rebuild()
    example = load_snapshot(read_worktree(Path(TOP))).snapshot
    assert example is not None
    PrivateData(example.roster)
    promises("We fix it by Friday.")


def serve(control: socket.socket) -> tuple[socket.socket, list[int]] | None:
    """Fork for each request. Returns in every child, and in the server when nobody asks any more.

    A request is one byte with four descriptors: a connection of its own, and the three streams.
    """
    awake, wake = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, awake], [], [])
        if awake in ready:
            os.read(awake, 4096)
            reap(running)
        if control not in ready:
            continue
        byte, descriptors, _, _ = socket.recv_fds(control, 1, 4)
        if not byte:
            return None
        connection = socket.socket(fileno=descriptors.pop(0))
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            for each in (control, *running.values()):
                each.close()
            os.close(awake)
            os.close(wake)
            return connection, descriptors
        running[child] = connection
        connection.sendall(child.to_bytes(8, "big"))
        for each in descriptors:
            os.close(each)


def reap(running: dict[int, socket.socket]) -> None:
    """Report the status of every child that has ended."""
    while running:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        with running.pop(child) as connection:
            try:
                code = os.waitstatus_to_exitcode(status)
                connection.sendall(code.to_bytes(8, "big", signed=True))
            except OSError:  # nobody waits for it
                continue


def read(connection: socket.socket) -> dict[str, Any]:
    """What is to be run."""
    size = int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "big")
    request: dict[str, Any] = pickle.loads(connection.recv(size, socket.MSG_WAITALL))
    return request


def become(request: dict[str, Any], streams: list[int]) -> None:
    """Take on everything that a process gets from the one that starts it."""
    for number, each in enumerate(streams):
        os.dup2(each, number)
        os.close(each)
    for each in (signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(each, signal.SIG_DFL if each == signal.SIGCHLD else signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if request["terminal"]:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(request["cwd"])
    set_environment(request["env"])
    tempfile.tempdir = None
    paths = [each for each in request["env"].get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.path[:1] = [str(Path.cwd()), *paths]  # as `python -m` has it
    sys.dont_write_bytecode = bool(request["env"].get("PYTHONDONTWRITEBYTECODE"))
    sys.argv = ["-m", *request["arguments"]]
    sys.orig_argv = [sys.executable, "-m", "reconciler", *request["arguments"]]
    open_streams(unbuffered=bool(request["env"].get("PYTHONUNBUFFERED")))


def set_environment(env: dict[str, str]) -> None:
    """The environment, and the locale that Python adds to it where there is none."""
    locale = os.environ.get("LC_CTYPE")
    os.environ.clear()
    os.environ.update(env)
    if locale is not None and not GIVEN:
        os.environ["LC_CTYPE"] = locale
    time.tzset()


def open_streams(*, unbuffered: bool) -> None:
    """The three streams anew: whether one is a terminal decides how it is buffered."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        before: TextIOWrapper = getattr(sys, f"__{name}__")
        direct = unbuffered and name != "stdin"
        mode = "rb" if name == "stdin" else "wb"
        binary = open(number, mode, 0 if direct else -1, closefd=False)  # noqa: SIM115
        stream = TextIOWrapper(
            binary,
            encoding=before.encoding,
            errors=before.errors,
            newline=None if name == "stdin" else "\n",
            line_buffering=name == "stderr" or binary.isatty(),
            write_through=direct,
        )
        stream.mode = "r" if name == "stdin" else "w"  # type: ignore[misc]
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def run() -> int:
    """Run the command, and what it left to do at its end; its status.

    Any exception but an ordinary exit is left to the interpreter, which knows what to do with it.
    """
    try:
        runpy._run_module_as_main("reconciler")  # noqa: SLF001 - what `python -m` calls
        status = 0
    except SystemExit as left:
        if not isinstance(left.code, int | None):
            raise
        status = left.code or 0
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as the interpreter does
    atexit._run_exitfuncs()  # noqa: SLF001
    return status


def end(status: int) -> NoReturn:
    """End at once: taking a thousand modules apart takes longer than most commands."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # closed, or full: the interpreter knows what to do
        sys.exit(status)
    os._exit(status & 0xFF)


def main() -> None:
    preload()
    asked = serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is None:
        return
    connection, streams = asked
    with connection:
        request = read(connection)
    become(request, streams)
    end(run())


if __name__ == "__main__":
    main()
