"""The receipt as the JSON of an entity property: versions, marks for updates, and the size.

Updates are stored as a count, the mark: how many of them, from the first on, were posted. If an
update failed and later ones succeeded, the mark ends before the failed one, and the later ones have
entries of their own until the failed one is posted.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reconciler.model.receipt import UNDER_MARK, VERSION, PostReceipt, Receipt, TimeStamp

LONGEST: Final = 32_768
"""Jira's limit for the JSON of a property, in characters."""
_SEALED: Final = 200
"""More characters than the key, the seal and the counter of a receipt have."""
_MOST: Final = 10_000
"""More updates than a file can hold. Larger numbers in a receipt are not accepted."""
_UPDATE: Final = re.compile(
    r"update-(?P<number>[1-9][0-9]{0,5})(?:-e(?P<episode>[1-9][0-9]{0,3}))?"
)
_POSTED: Final = "updates_posted"
_COMMENTED: Final = "updates_commented"
_Episode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")]
_Count = Annotated[int, Field(ge=1, le=_MOST, strict=True)]


@dataclass(frozen=True)
class NewerReceipt:
    """A receipt that a newer version of the tool wrote."""

    version: int


class _Posted(BaseModel):
    """The first `count` updates of an episode are posted, the latest of them at `ts`."""

    model_config = ConfigDict(frozen=True)

    count: _Count
    ts: TimeStamp


class _Marks(BaseModel):
    """The marks, by the number of the episode."""

    model_config = ConfigDict(frozen=True)

    updates_posted: dict[_Episode, _Posted] = {}
    updates_commented: dict[_Episode, _Count] = {}

    @property
    def most(self) -> int:
        """How many updates they stand for."""
        posted = sum(mark.count for mark in self.updates_posted.values())
        return max(posted, sum(self.updates_commented.values()))


def read_receipt(value: object) -> Receipt | NewerReceipt | None:
    """The receipt in the content of a property, without its seal; None if it is unreadable."""
    if not isinstance(value, Mapping):
        return None
    version = value.get("v", 1)
    if isinstance(version, int) and version > VERSION:
        return NewerReceipt(version)
    fields = {key: each for key, each in value.items() if key not in {_POSTED, _COMMENTED}}
    try:
        receipt = Receipt.model_validate({**fields, "v": VERSION})
        marks = _Marks.model_validate(value)
    except ValidationError:
        return None
    if marks.most > _MOST:
        return None
    return receipt.model_copy(
        update={
            "posts": {**_posts(marks.updates_posted), **receipt.posts},
            "comments": tuple(sorted({*receipt.comments, *_comments(marks.updates_commented)})),
        }
    )


def as_property(receipt: Receipt) -> dict[str, Any]:
    """The receipt as the JSON of an entity property."""
    posted = _counted(receipt.posts)
    commented = _counted(receipt.comments)
    posts = {kind: each for kind, each in receipt.posts.items() if not _covered(kind, posted)}
    comments = tuple(kind for kind in receipt.comments if not _covered(kind, commented))
    rest = receipt.model_copy(update={"posts": posts, "comments": comments})
    shown = rest.model_dump(mode="json", exclude_defaults=True, by_alias=True) | {"v": VERSION}
    if posted:
        shown[_POSTED] = {
            episode: {"count": count, "ts": _latest(receipt.posts, episode, count)}
            for episode, count in posted.items()
        }
    if commented:
        shown[_COMMENTED] = commented
    return shown


def fits(receipt: Receipt) -> bool:
    """True if it is within Jira's limit once it is sealed."""
    return len(json.dumps(as_property(receipt))) <= LONGEST - _SEALED


def _kind(episode: str, number: int) -> str:
    return f"update-{number}" if episode == "1" else f"update-{number}-e{episode}"


def _covered(kind: str, marks: Mapping[str, int]) -> bool:
    found = _UPDATE.fullmatch(kind)
    return found is not None and int(found["number"]) <= marks.get(found["episode"] or "1", 0)


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    """By episode, how many updates are there from the first on without a gap."""
    numbers: dict[str, set[int]] = {}
    for kind in kinds:
        if found := _UPDATE.fullmatch(kind):
            numbers.setdefault(found["episode"] or "1", set()).add(int(found["number"]))
    marks: dict[str, int] = {}
    for episode, there in sorted(numbers.items()):
        count = next(number for number in itertools.count() if number + 1 not in there)
        if count:
            marks[episode] = count
    return marks


def _latest(posts: Mapping[str, PostReceipt], episode: str, count: int) -> str:
    stamps = (posts[_kind(episode, number)].ts for number in range(1, count + 1))
    return max(stamps, key=float)


def _posts(marks: Mapping[str, _Posted]) -> dict[str, PostReceipt]:
    return {
        _kind(episode, number): PostReceipt(ts=mark.ts, rev=UNDER_MARK)
        for episode, mark in marks.items()
        for number in range(1, mark.count + 1)
    }


def _comments(marks: Mapping[str, int]) -> Iterator[str]:
    for episode, count in marks.items():
        yield from (_kind(episode, number) for number in range(1, count + 1))
