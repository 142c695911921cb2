"""What a rule is, and what it says when it is broken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.load.source import FileSource
from reconciler.model.attention import Attention
from reconciler.model.finding import Finding, Loc, Position, Severity, Source

if TYPE_CHECKING:
    from reconciler.check.view import View


class RuleGroup(StrEnum):
    """Rules that belong together, in the order in which they are explained."""

    FILE = "file"
    YAML = "yaml"
    SHAPE = "shape"
    TEXT = "text"
    ROLES = "roles"
    LIMITS = "limits"
    CONSISTENCY = "consistency"
    REFERENCES = "references"
    CONFIG = "config"

    @property
    def attention(self) -> Attention:
        """Whom a pull request calls that breaks a rule of the group, if the rule names no one."""
        match self:
            case RuleGroup.FILE | RuleGroup.YAML | RuleGroup.SHAPE:
                return Attention.NOBODY  # the file can't be read
            case RuleGroup.LIMITS:
                return Attention.OVERRIDERS
            case _:
                return Attention.ACKNOWLEDGERS


@dataclass(frozen=True)
class Violation:
    """That a rule is broken at a place. `words` narrows the place down within a text."""

    source: Source
    loc: Loc
    message: str
    remedy: str
    words: str = ""
    severity: Severity | None = None
    """Set if it is less severe than the rule."""

    def finding(self, rule: str, severity: Severity) -> Finding:
        """The remark as a finding of its rule."""
        position, length = self._place()
        return Finding(rule, position, self.message, self.remedy, self.severity or severity, length)

    def _place(self) -> tuple[Position, int]:
        if not isinstance(self.source, FileSource):
            return self.source.position(*self.loc), 1
        if self.words:
            return self.source.find(self.loc, self.words)
        return self.source.position(*self.loc), self.source.length(*self.loc)


@dataclass(frozen=True)
class Example:
    """Files that break a rule or keep it.

    Each text holds keys that replace those of the standard example file at its path; `whole`
    texts replace all of it. An empty text in `before` means the standard file itself.
    """

    text: str
    path: str = "escalations/2026/DS-1042.yaml"
    whole: bool = False
    absent: bool = False
    """Whether the file itself is missing."""
    mode: str = "100644"
    also: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] | None = None
    arrived: Mapping[str, str] = field(default_factory=dict)
    """When other files arrived; long ago if they are not named here."""
    author: str = ""
    """GitHub login of who opens the pull request; nobody in particular when it is empty."""
    note: str = ""
    """What the text alone does not show."""


@dataclass(frozen=True)
class Rule:
    """One rule: how it is called, what it means, how it looks, and how it is judged.

    Rules without a check are kept by the loader, which finds them broken before there is
    anything to judge.
    """

    id: str
    group: RuleGroup
    title: str
    explanation: str
    bad: Example
    good: Example
    check: "Callable[[View], Iterable[Violation]] | None" = None
    severity: Severity = Severity.ERROR
    attention: Attention | None = None
    """Whom a pull request calls that breaks it; None if its group decides."""

    @property
    def calls(self) -> Attention:
        """Whom an open pull request calls whose escalation breaks this rule."""
        if self.severity is not Severity.ERROR:
            return Attention.ACKNOWLEDGERS
        return self.attention or self.group.attention
