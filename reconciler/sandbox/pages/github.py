"""Pull requests, as GitHub shows them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from markupsafe import Markup

from reconciler.sandbox.github_git import Bare
from reconciler.sandbox.github_state import GitHubState, Pull, Status
from reconciler.sandbox.pages.links import PageLinks
from reconciler.sandbox.pages.markdown import markdown_as_html
from reconciler.sandbox.pages.people import CompanyPeople, CompanyPerson
from reconciler.sandbox.world import World

MOST_LINES: Final = 400
"""Of one file's changes."""
_KINDS: Final = {"A": "added", "D": "removed", "M": "changed", "T": "changed"}
_VERBS: Final = {
    "APPROVED": "approved these changes",
    "CHANGES_REQUESTED": "requested changes",
    "COMMENTED": "reviewed",
    "DISMISSED": "approved an earlier version; the approval no longer counts",
}


@dataclass(frozen=True)
class ShownEntry:
    """One entry of the conversation: a comment, a review or an event."""

    kind: str
    author: CompanyPerson
    at: datetime
    verb: str
    body: Markup | None = None
    anchor: str = ""
    is_app: bool = False


@dataclass(frozen=True)
class ShownFile:
    """A changed file; each line with its kind: `add`, `remove`, `hunk` or `same`."""

    path: str
    kind: str
    added: int
    removed: int
    lines: list[tuple[str, str]]
    more: int = 0
    """How many lines are not shown."""


@dataclass(frozen=True)
class ShownPull:
    """A pull request with everything resolved."""

    pull: Pull
    state: str
    author: CompanyPerson
    body: Markup | None
    labels: list[str]
    entries: list[ShownEntry]
    statuses: list[Status]
    commits: int
    files: list[ShownFile] = field(default_factory=list)


def state_of(pull: Pull) -> str:
    """What the badge of a pull request shows."""
    if pull.merged_at:
        return "merged"
    return "draft" if pull.draft and pull.state == "open" else pull.state


def read_pulls(world: World) -> list[tuple[Pull, str]]:
    """Every pull request with its state, the latest first."""
    latest = sorted(world.github.pulls.values(), key=lambda one: -one.number)
    return [(one, state_of(one)) for one in latest]


def read_pull(world: World, pull: Pull, people: CompanyPeople, links: PageLinks) -> ShownPull:
    """A pull request as its page shows it."""
    bare, github = world.bare, world.github
    base = pull.onto or bare.commit(f"refs/heads/{pull.base}") or pull.head
    entries = [*_comments(github, pull, people, links), *_reviews(github, pull, people, links)]
    entries += _events(github, pull, people)
    latest = {one.context: one for one in github.statuses if one.sha == pull.head}
    return ShownPull(
        pull,
        state_of(pull),
        people.of_github(pull.author),
        markdown_as_html(pull.body, links.to) if pull.body else None,
        github.labels.get(pull.number, []),
        sorted(entries, key=lambda one: one.at),
        list(latest.values()),
        len(bare.between(base, pull.head)),
        [_file(bare, base, pull.head, each) for each in bare.files(base, pull.head)],
    )


def _comments(
    github: GitHubState, pull: Pull, people: CompanyPeople, links: PageLinks
) -> Iterator[ShownEntry]:
    for each in github.comments:
        if each.number == pull.number:
            yield ShownEntry(
                "comment",
                people.of_github(each.author),
                each.created_at,
                "commented" if each.updated_at == each.created_at else "commented, edited",
                markdown_as_html(each.body, links.to),
                f"issuecomment-{each.id}",
                github.users[each.author].type == "Bot",
            )


def _reviews(
    github: GitHubState, pull: Pull, people: CompanyPeople, links: PageLinks
) -> Iterator[ShownEntry]:
    for each in github.reviews:
        if each.pull == pull.number:
            yield ShownEntry(
                each.state.lower(),
                people.of_github(each.author),
                each.at,
                _VERBS.get(each.state, "reviewed"),
                markdown_as_html(each.body, links.to) if each.body else None,
                f"pullrequestreview-{each.id}",
            )


def _events(github: GitHubState, pull: Pull, people: CompanyPeople) -> Iterator[ShownEntry]:
    for each in github.events:
        if each.number == pull.number:
            verb = each.event.replace("_", " ")
            if each.label:
                verb = f"{verb} {each.label}"
            yield ShownEntry("event", people.of_github(each.actor), each.at, verb)


def _file(bare: Bare, base: str, head: str, file: tuple[str, str, str, int, int]) -> ShownFile:
    _, status, path, added, removed = file
    _, _, text = bare.patch(base, head, path).partition("\n@@")
    lines = f"@@{text}".rstrip("\n").split("\n") if text else []
    shown = [(_line_kind(line), line) for line in lines[:MOST_LINES]]
    more = max(len(lines) - MOST_LINES, 0)
    return ShownFile(path, _KINDS.get(status, "changed"), added, removed, shown, more)


def _line_kind(line: str) -> str:
    return {"+": "add", "-": "remove", "@": "hunk"}.get(line[:1], "same")
