"""What names stand for in a repository, as one process of git answers for all of them."""

import subprocess
import threading
from collections.abc import Callable
from typing import IO, Final, cast

_ASKED: Final = ("cat-file", "--batch-check=%(objecttype) %(objectname)")


class Names:
    """One `git cat-file`, started when a name is first asked for."""

    def __init__(self, start: Callable[..., "subprocess.Popen[bytes]"]) -> None:
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def commit(self, name: str) -> str | None:
        """The commit that a name stands for. None if there is none."""
        if {"\n", "\0"} & set(name):  # no name has them, and git reads lines
            return None
        with self._lock:
            process = self._process = self._process or self._start(*_ASKED)
            names, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
            names.write(f"{name}^{{commit}}\n".encode("utf-8", "surrogateescape"))
            names.flush()
            kind, _, sha = answers.readline().decode("utf-8", "replace").strip().rpartition(" ")
        return sha if kind == "commit" else None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.communicate()  # it ends when nothing more can be asked
