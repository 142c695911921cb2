"""The receipt as the JSON of an entity property: versions, marks for updates, and the size.

Updates are stored as a count, the mark: how many of them, from the first on, were posted. If an
update failed and later ones succeeded, the mark ends before the failed one. One bit for each of the
later ones, in hexadecimal digits, records whether it was posted. The lowest bit is for the first
update after the failed one. So 1,000 updates take at most 250 characters, whatever failed.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reconciler.model.latest_events import latest_events
from reconciler.model.receipt import UNDER_MARK, VERSION, PostReceipt, Receipt, TimeStamp

LONGEST: Final = 32_768
"""Jira's limit for the JSON of a property, in characters."""
LONG: Final = 16_384
"""A receipt with more characters is reported."""
_SEALED: Final = 200
"""More characters than the key, the seal and the counter of a receipt have."""
_MOST: Final = 10_000
"""More updates than a file can hold. Larger numbers in a receipt are not accepted."""
_UPDATE: Final = re.compile(
    r"update-(?P<number>[1-9][0-9]{0,5})(?:-e(?P<episode>[1-9][0-9]{0,3}))?"
)
_POSTED: Final = "updates_posted"
_COMMENTED: Final = "updates_commented"
_COMMENTED_LATER: Final = "updates_commented_later"
_MARKS: Final = frozenset({_POSTED, _COMMENTED, _COMMENTED_LATER})
_FORMER: Final = frozenset({"acknowledged"})
"""What earlier versions stored in the receipt: acknowledgements, now on the branch `audit`."""
_BITS: Final = 4
"""In one hexadecimal digit."""
_Episode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")]
_Count = Annotated[int, Field(ge=0, le=_MOST, strict=True)]
_Bits = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,2500}$")]


@dataclass(frozen=True)
class NewerReceipt:
    """A receipt that a newer version of the tool wrote."""

    version: int


class _Posted(BaseModel):
    """The first `count` updates of an episode are posted, and `later` ones; the latest at `ts`."""

    model_config = ConfigDict(frozen=True)

    count: _Count
    ts: TimeStamp
    later: _Bits = ""


class _Marks(BaseModel):
    """The marks, by the number of the episode."""

    model_config = ConfigDict(frozen=True)

    updates_posted: dict[_Episode, _Posted] = {}
    updates_commented: dict[_Episode, _Count] = {}
    updates_commented_later: dict[_Episode, _Bits] = {}

    @property
    def most(self) -> int:
        """No fewer updates than they stand for."""
        posted = sum(mark.count + _BITS * len(mark.later) for mark in self.updates_posted.values())
        later = sum(_BITS * len(bits) for bits in self.updates_commented_later.values())
        return max(posted, sum(self.updates_commented.values()) + later)

    def posted(self) -> Iterator[tuple[str, PostReceipt]]:
        """The kinds of the updates that are posted."""
        for episode, mark in self.updates_posted.items():
            for number in _numbers(mark.count, mark.later):
                yield _kind(episode, number), PostReceipt(ts=mark.ts, rev=UNDER_MARK)

    def commented(self) -> Iterator[str]:
        """The kinds of the updates that are on the ticket."""
        for episode in {**self.updates_commented, **self.updates_commented_later}:
            count = self.updates_commented.get(episode, 0)
            for number in _numbers(count, self.updates_commented_later.get(episode, "")):
                yield _kind(episode, number)


def read_receipt(value: object) -> Receipt | NewerReceipt | None:
    """The receipt in the content of a property, without its seal; None if it is unreadable."""
    if not isinstance(value, Mapping):
        return None
    version = value.get("v", 1)
    if isinstance(version, int) and version > VERSION:
        return NewerReceipt(version)
    fields = {key: each for key, each in value.items() if key not in _MARKS | _FORMER}
    try:
        receipt = Receipt.model_validate({**fields, "v": VERSION})
        marks = _Marks.model_validate(value)
    except ValidationError:
        return None
    if marks.most > _MOST:
        return None
    return receipt.model_copy(
        update={
            "posts": {**dict(marks.posted()), **receipt.posts},
            "comments": tuple(sorted({*receipt.comments, *marks.commented()})),
        }
    )


def as_property(receipt: Receipt) -> dict[str, Any]:
    """The receipt as the JSON of an entity property."""
    receipt = latest_events(receipt)
    posted, commented = _counted(receipt.posts), _counted(receipt.comments)
    posts = {kind: each for kind, each in receipt.posts.items() if _number(kind) is None}
    comments = tuple(kind for kind in receipt.comments if _number(kind) is None)
    rest = receipt.model_copy(update={"posts": posts, "comments": comments})
    shown = rest.model_dump(mode="json", exclude_defaults=True, by_alias=True) | {"v": VERSION}
    if posted:
        shown[_POSTED] = {
            episode: {"count": count, "ts": _latest(receipt.posts, episode)}
            | ({"later": later} if later else {})
            for episode, (count, later) in posted.items()
        }
    counts = {episode: count for episode, (count, _) in commented.items() if count}
    bits = {episode: later for episode, (_, later) in commented.items() if later}
    return shown | {
        name: each for name, each in ((_COMMENTED, counts), (_COMMENTED_LATER, bits)) if each
    }


def length(receipt: Receipt) -> int:
    """How many characters it has at most once it is sealed."""
    return len(json.dumps(as_property(receipt))) + _SEALED


def fits(receipt: Receipt) -> bool:
    """True if it is within Jira's limit once it is sealed."""
    return length(receipt) <= LONGEST


def _kind(episode: str, number: int) -> str:
    return f"update-{number}" if episode == "1" else f"update-{number}-e{episode}"


def _number(kind: str) -> tuple[str, int] | None:
    """The episode and the number of an update; None for any other kind."""
    found = _UPDATE.fullmatch(kind)
    number = int(found["number"]) if found else _MOST
    return (found["episode"] or "1", number) if found and number < _MOST else None


def _numbers(count: int, later: str) -> Iterator[int]:
    """The numbers of the updates that a count and the bits of later ones stand for."""
    yield from range(1, count + 1)
    bits = int(later or "0", 16)
    yield from (count + 2 + bit for bit in range(bits.bit_length()) if bits >> bit & 1)


def _counted(kinds: Iterable[str]) -> dict[str, tuple[int, str]]:
    """By episode: how many updates there are without a gap, and the bits of the later ones."""
    numbers: dict[str, set[int]] = {}
    for kind in kinds:
        if found := _number(kind):
            numbers.setdefault(found[0], set()).add(found[1])
    marks: dict[str, tuple[int, str]] = {}
    for episode, there in sorted(numbers.items()):
        count = next(number for number in itertools.count() if number + 1 not in there)
        bits = sum(1 << (number - count - 2) for number in there if number > count)
        marks[episode] = (count, f"{bits:x}" if bits else "")
    return marks


def _latest(posts: Mapping[str, PostReceipt], episode: str) -> str:
    """The time stamp of the latest update of an episode."""
    stamps = (post.ts for kind, post in posts.items() if (_number(kind) or ("", 0))[0] == episode)
    return max(stamps, key=float)
