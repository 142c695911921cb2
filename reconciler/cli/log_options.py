"""`-v` and `--log-format`: what a command writes to stderr, beside its messages.

docs/reference/logs.md lists the lines and their keys. stdout is never changed.
"""

import io
import json
import logging
import os
import sys
import threading
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TextIO

import click

from reconciler.redaction import redact_free_text
from reconciler.render.escape import inert, terminal
from reconciler.services.call_log import CALLS

VERSION: Final = 1
"""Of the keys in a JSON line. A key that is added leaves it as it is."""
_CHATTY: Final = 2
_REMEDY: Final = "  → "
_LOGGER: Final = "reconciler"


class LogFormat(StrEnum):
    """How lines on stderr look."""

    TEXT = "text"
    JSON = "json"


class _Log:
    """The log of this command."""

    verbose = 0
    style = LogFormat.TEXT
    began = 0.0
    _handler: logging.Handler = logging.NullHandler()

    def begin(self) -> None:
        """Start a command: no option is known yet."""
        CALLS.clear()
        self.verbose, self.style, self.began = 0, LogFormat.TEXT, time.monotonic()
        if isinstance(sys.stderr, JsonLines):
            sys.stderr = sys.stderr.stream
        self._write_to_stderr()

    def set_verbose(self, verbose: int) -> None:
        """Take the number of `-v`. Actions ask for more when a run is repeated with debug logs."""
        self.verbose = verbose or int(os.environ.get("RUNNER_DEBUG") == "1")
        self._write_to_stderr()

    def set_style(self, style: LogFormat) -> None:
        """Take the format. With JSON, every line that is written to stderr is an object."""
        self.style = style
        if style is LogFormat.JSON and not isinstance(sys.stderr, JsonLines):
            sys.stderr = JsonLines(sys.stderr)
        self._write_to_stderr()

    def end(self, status: int) -> None:
        """Say how the command ended, with what it asked of the services."""
        if not self.verbose and self.style is LogFormat.TEXT:
            return
        seconds = round(time.monotonic() - self.began, 3)
        calls = dict(sorted(CALLS.counts.items()))
        counted = ", ".join(f"{name} {count}" for name, count in calls.items()) or "none"
        record = logging.LogRecord(
            f"{_LOGGER}.calls", logging.INFO, "", 0,
            f"exit status {status} after {seconds:.1f} s; calls: {counted}", (), None,
        )  # fmt: skip
        record.event = "end"
        record.keys = {"exit": status, "seconds": seconds, "calls": calls}
        self._handler.handle(record)

    def _write_to_stderr(self) -> None:
        json_lines = self.style is LogFormat.JSON
        self._handler = _StderrHandler(_JsonLine() if json_lines else _TextLine())
        log = logging.getLogger(_LOGGER)
        log.handlers = [self._handler]
        log.propagate = False
        levels = (logging.WARNING, logging.INFO)
        log.setLevel(logging.DEBUG if self.verbose >= _CHATTY else levels[self.verbose])


class _StderrHandler(logging.Handler):
    """Writes to whatever is stderr when a record comes."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        stream = sys.stderr
        if isinstance(stream, JsonLines):
            stream = stream.stream
        try:
            stream.write(f"{self.format(record)}\n")
            stream.flush()
        except OSError:
            self.handleError(record)


class _TextLine(logging.Formatter):
    """A time and a text; every further line of a traceback likewise."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:12]
        text = super().format(record)
        lines = [_harmless(each) for each in text.split("\n")]
        return "\n".join([f"{moment} {lines[0]}", *(f"    {each}" for each in lines[1:])])


class _JsonLine(logging.Formatter):
    """One JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        event = getattr(record, "event", "debug")
        keys = getattr(record, "keys", None)
        found = {"text": super().format(record)} if keys is None else keys
        return _json_line(event, found, record.created)


class JsonLines(io.TextIOBase):
    """A stderr whose lines become JSON objects."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`."""
        self.stream = stream
        self._rest = ""
        self._lock = threading.Lock()

    def writable(self) -> bool:
        """True: see TextIOBase."""
        return True

    def write(self, text: str) -> int:
        """Write the lines that are whole."""
        with self._lock:
            *lines, self._rest = (self._rest + text).split("\n")
            for each in lines:
                self._line(each)
        return len(text)

    def flush(self) -> None:
        """Flush the lines that are whole."""
        self.stream.flush()

    def finish(self) -> None:
        """Write what has no end of line."""
        with self._lock:
            rest, self._rest = self._rest, ""
            self._line(rest)
        self.flush()

    def _line(self, line: str) -> None:
        if not line.strip():
            return
        event = "remedy" if line.startswith(_REMEDY) else "message"
        text = line.removeprefix(_REMEDY)
        self.stream.write(f"{_json_line(event, {'text': text}, time.time())}\n")


def _json_line(event: str, keys: dict[str, Any], moment: float) -> str:
    at = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    shown = {key: redact_free_text(each) if isinstance(each, str) else each
             for key, each in keys.items()}  # fmt: skip
    line = {"version": VERSION, "time": at.replace("+00:00", "Z"), "event": event, **shown}
    return json.dumps(line)  # ASCII, so that no character is obeyed by a terminal


def _harmless(line: str) -> str:
    return inert(terminal(redact_free_text(line)))


LOG: Final = _Log()
"""The log of this process."""


def _set_verbose(_: click.Context, __: click.Parameter, verbose: int) -> None:
    LOG.set_verbose(verbose)


def _set_style(_: click.Context, __: click.Parameter, style: str) -> None:
    LOG.set_style(LogFormat(style))


_GENERAL: Final = frozenset({"repo", "now", "workers", "forge", "budget", "thorough"})
"""Options of many commands. The help lists them after those of the command."""


def with_log_options(command: click.Command) -> click.Command:
    """The command with `-v` and `--log-format`, which every command has, after its own options."""
    if any(each.name == "verbose" for each in command.params):
        return command
    command.params.sort(key=lambda each: each.name in _GENERAL)
    command.params += [
        click.Option(
            ["-v", "--verbose"],
            count=True,
            expose_value=False,
            is_eager=True,
            callback=_set_verbose,
            help="Write a line to stderr for each call and each wait. -vv adds tracebacks.",
        ),
        click.Option(
            ["--log-format"],
            type=click.Choice([str(each) for each in LogFormat]),
            default=str(LogFormat.TEXT),
            show_default=True,
            envvar="ESCALATE_LOG_FORMAT",
            expose_value=False,
            is_eager=True,
            callback=_set_style,
            help="How lines on stderr look. json: one JSON object a line.",
        ),
    ]
    return command
