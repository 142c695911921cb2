"""Strict YAML: plain data out of bytes, or findings. Every trap of the language is closed.

The event stream is read rather than a finished tree, so that a bomb is defused before anything
is built from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, cast

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from reconciler.load import characters, unquoted_words, yaml_messages
from reconciler.load.forbidden_text import MOST_FINDINGS, hidden_character, text_findings
from reconciler.load.parser import IS_FAST, Events, events
from reconciler.model.finding import Finding, Position

DEEPEST: Final = 12

Data = dict[str, Any]


@dataclass
class Parsed:
    """What a file says: its data unless something is wrong with it."""

    value: Data | None = None
    findings: list[Finding] = field(default_factory=list)


class _Stop(Exception):  # noqa: N818 - not an error: the file is beyond reading on
    """There is no sense in reading on."""


def parse(path: str, data: bytes, most_events: int = 10_000, *, fast: bool = IS_FAST) -> Parsed:
    """Read the bytes of one file as strict YAML."""
    found = list(text_findings(path, data))
    if found:
        return Parsed(findings=found)
    builder = _Builder(path, most_events if fast else most_events // 5)
    try:
        builder.run(events(data, fast=fast))
    except _Stop:
        pass
    except YAMLError as error:
        builder.findings.append(yaml_messages.finding(path, error))
    except (ValueError, RecursionError) as error:  # from the parser in Python only
        builder.findings.append(yaml_messages.unreadable(path, error))
    if builder.findings:
        return Parsed(findings=builder.findings)
    if builder.root is None:
        return Parsed(findings=[_empty(path)])
    return Parsed(value=builder.root)


def _empty(path: str) -> Finding:
    return Finding(
        "file-empty",
        Position(path),
        "The file has no content.",
        "Write the escalation, or delete the file.",
    )


_NO_KEY: Final = None


class _Builder:
    """Turns events into data and notes every trap on the way."""

    def __init__(self, path: str, most_events: int) -> None:
        self.findings: list[Finding] = []
        self.root: Data | None = None
        self._path = path
        self._most_events = most_events
        self._container: Data | list[Any] | None = None
        self._key: str | None = _NO_KEY
        self._parents: list[tuple[Data | list[Any] | None, str | None]] = []
        self._documents = 0

    def run(self, stream: Events) -> None:
        handlers: dict[type, Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
            DocumentEndEvent: _ignore,
            StreamStartEvent: _ignore,
            StreamEndEvent: _ignore,
        }
        next_event = stream.get_event
        for _ in range(self._most_events):
            event = next_event()
            if event is None:
                return
            handlers[type(event)](event)
        self._trap(event, *yaml_messages.TOO_MANY)

    def _scalar(self, event: ScalarEvent) -> None:
        container = self._container
        text = event.value
        if container is None:
            if text or event.style:
                self._trap(event, *yaml_messages.NOT_A_MAPPING)
            raise _Stop
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if event.style == '"' and (hidden := characters.first_hidden(text)):
            self._note(hidden_character(self._at(event), hidden.group()))
        if type(container) is dict:
            if self._key is _NO_KEY:
                self._take_key(event, text)
            else:
                container[self._key] = text if event.style else self._meaning(event, text)
                self._key = _NO_KEY
        else:
            value = text if event.style else self._meaning(event, text)
            cast("list[Any]", container).append(value)

    def _take_key(self, event: ScalarEvent, text: str) -> None:
        if not event.style:
            if text == "<<":
                self._trap(event, *yaml_messages.MERGE_KEY)
            elif not _means_itself(text):
                self._trap(event, *yaml_messages.key_not_text(text))
        if text in cast("Data", self._container):
            self._trap(event, *yaml_messages.duplicate_key(text))
        self._key = text

    def _meaning(self, event: ScalarEvent, text: str) -> unquoted_words.Scalar:
        try:
            return unquoted_words.meaning(text)
        except unquoted_words.Ambiguous as outcome:
            self._trap(event, *yaml_messages.ambiguous(text, str(outcome)))
            return text

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        mapping = type(event) is MappingStartEvent
        made: Data | list[Any] = {} if mapping else []
        container = self._container
        if container is None:
            if not mapping:
                self._trap(event, *yaml_messages.NOT_A_MAPPING)
                raise _Stop
            self.root = cast("Data", made)
        elif type(container) is dict:
            if self._key is _NO_KEY:
                self._trap(event, *yaml_messages.COMPLEX_KEY)
                raise _Stop
            container[self._key] = made
        else:
            cast("list[Any]", container).append(made)
        self._parents.append((container, self._key))
        if len(self._parents) > DEEPEST:
            self._trap(event, *yaml_messages.TOO_DEEP)
            raise _Stop
        self._container, self._key = made, _NO_KEY

    def _close(self, _event: object) -> None:
        self._container, _ = self._parents.pop()
        self._key = _NO_KEY

    def _alias(self, event: AliasEvent) -> None:
        self._trap(event, *yaml_messages.alias(event.anchor or ""))
        raise _Stop

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._trap(event, *yaml_messages.SECOND_DOCUMENT)
            raise _Stop

    def _decorated(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        if event.anchor is not None:
            self._trap(event, *yaml_messages.anchor(event.anchor))
        if event.tag is not None:
            self._trap(event, *yaml_messages.tag(event.tag))

    def _at(self, event: Any) -> Position:  # noqa: ANN401 - any event of PyYAML
        mark = event.start_mark
        return Position(self._path, mark.line + 1, mark.column + 1)

    def _trap(self, event: Any, rule: str, message: str, remedy: str) -> None:  # noqa: ANN401
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        self._note(Finding(rule, self._at(event), message, remedy, length=max(1, length)))

    def _note(self, finding: Finding) -> None:
        self.findings.append(finding)
        if len(self.findings) >= MOST_FINDINGS:
            raise _Stop


_means_itself = lru_cache(maxsize=1024)(unquoted_words.means_itself)


def _ignore(_event: object) -> None:
    """Documents and streams begin and end; nothing follows from it."""
