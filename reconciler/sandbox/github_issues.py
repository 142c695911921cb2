"""Issues, and what pull requests share with them: labels, events, the timeline."""

from collections.abc import Iterator
from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import INVALID, GitHubCall, GitHubError, Routes, moment
from reconciler.sandbox.github_pulls import turn
from reconciler.sandbox.github_show import base_of, show_commit, show_labels
from reconciler.sandbox.github_state import Issue, Pull
from reconciler.sandbox.github_talk import show_comment, show_event, show_issue, show_review

routes = Routes()
_REASONS: Final = frozenset({"completed", "not_planned", "duplicate", "reopened"})


@routes("POST", "/repos/{owner}/{repo}/issues")
def open_issue(call: GitHubCall) -> Answer:
    """Open one."""
    body = call.body()
    made = Issue(
        number=0,
        title=call.text(body, "title"),
        body=body.get("body"),
        author=call.user.login,
        created_at=call.now,
        updated_at=call.now,
    )
    labels = _names(body.get("labels", []))
    made.number = call.github.next_number()
    call.github.issues[made.number] = made
    _label(call, made, labels)
    return Answer(201, show_issue(call, made))


@routes("GET", "/repos/{owner}/{repo}/issues")
def list_issues(call: GitHubCall) -> Answer:
    """Issues with all of some labels, and pull requests as issues, latest first."""
    labels = {each for each in call.query("labels").split(",") if each}
    state = call.query("state") or "open"
    things: list[Issue | Pull] = [*call.github.issues.values(), *call.github.pulls.values()]
    things.sort(key=lambda each: each.number, reverse=True)
    return call.listed(
        show_issue(call, each)
        for each in things
        if labels <= set(call.github.labels.get(each.number, ()))
        and (state == "all" or (each.state == "open") == (state == "open"))
    )


@routes("GET", "/repos/{owner}/{repo}/issues/{number}")
def get_issue(call: GitHubCall) -> Answer:
    """An issue, or a pull request as one."""
    return Answer(body=show_issue(call, call.thing()))


@routes("PATCH", "/repos/{owner}/{repo}/issues/{number}")
def change_issue(call: GitHubCall) -> Answer:
    """Change its words and labels, close it, open it again."""
    thing, body = call.thing(), call.body()
    if call.user.login != thing.author:
        call.write()
    labels = _names(body["labels"]) if "labels" in body else None
    wanted = body.get("state", thing.state)
    if isinstance(thing, Pull):
        turn(call, thing, wanted)
    else:
        _turn(call, thing, wanted, body.get("state_reason"))
    thing.title = str(body.get("title") or thing.title)
    thing.body = body.get("body", thing.body)
    if labels is not None:
        _label(call, thing, labels)
    thing.updated_at = call.now
    return Answer(body=show_issue(call, thing))


def _turn(call: GitHubCall, issue: Issue, wanted: object, reason: object) -> None:
    if wanted not in {"open", "closed"} or (reason is not None and reason not in _REASONS):
        raise GitHubError(INVALID, "Validation Failed", "state is not included in the list")
    if wanted == issue.state:
        return
    closed = wanted == "closed"
    issue.state = str(wanted)
    issue.closed_at = call.now if closed else None
    issue.reason = str(reason or "completed") if closed else "reopened"
    event = "closed" if closed else "reopened"
    call.github.note(issue.number, event, call.user.login, call.now)


@routes("POST", "/repos/{owner}/{repo}/issues/{number}/labels")
def add_labels(call: GitHubCall) -> Answer:
    """Put labels on it; those that do not exist are made."""
    call.write()
    thing = call.thing()
    kept = call.github.labels.get(thing.number, [])
    _label(call, thing, [*kept, *_names(call.body().get("labels"))])
    return Answer(body=show_labels(call, thing.number))


def _names(labels: object) -> list[str]:
    """The names in a list of labels, which come as texts or as objects. Raises GitHubError."""
    listed = labels if isinstance(labels, list) else [None]
    names = [each.get("name") if isinstance(each, dict) else each for each in listed]
    found = [each for each in names if isinstance(each, str) and each]
    if len(found) < len(names):
        raise GitHubError(INVALID, "Validation Failed", "labels is no list of names")
    return found


def _label(call: GitHubCall, thing: Issue | Pull, labels: list[str]) -> None:
    """Replace the labels; from those who may not write, they are dropped without a word."""
    if not call.may_write:
        return
    had, wanted = call.github.labels.get(thing.number, []), list(dict.fromkeys(labels))
    for event, names in (
        ("unlabeled", [each for each in had if each not in wanted]),
        ("labeled", [each for each in wanted if each not in had]),
    ):
        for name in names:
            call.github.note(thing.number, event, call.user.login, call.now, label=name)
    call.github.labels[thing.number] = wanted


@routes("GET", "/repos/{owner}/{repo}/issues/{number}/events")
def events(call: GitHubCall) -> Answer:
    """What was done with it, oldest first."""
    thing = call.thing()
    mine = (each for each in call.github.events if each.number == thing.number)
    return call.listed(show_event(call, each) for each in mine)


@routes("GET", "/repos/{owner}/{repo}/issues/{number}/timeline")
def timeline(call: GitHubCall) -> Answer:
    """All that happened to it: commits first, then events, reviews and comments by time."""
    thing = call.thing()
    commits = _commits(call, thing) if isinstance(thing, Pull) else ()
    happened = sorted(_happened(call, thing.number), key=lambda each: each[:2])
    return call.listed([*commits, *(shown for _, _, shown in happened)])


def _commits(call: GitHubCall, pull: Pull) -> Iterator[JsonObject]:
    """Commits in a timeline have neither an actor nor a time of their own."""
    for each in call.bare.between(base_of(call, pull), pull.head):
        shown = show_commit(call, call.bare.describe(each))
        kept = {name: shown[name] for name in ("sha", "node_id", "url", "html_url", "parents")}
        yield {**kept, **shown["commit"], "event": "committed"}


def _happened(call: GitHubCall, number: int) -> Iterator[tuple[str, int, JsonObject]]:
    """Time, id and item; a review has only the time at which it was handed in."""
    github = call.github
    for event in github.events:
        if event.number == number:
            yield event.at.isoformat(), event.id, show_event(call, event)
    for review in github.reviews:
        if review.pull == number:
            shown = show_review(call, review)
            changed = moment(review.updated_at or review.at)
            state = str(shown["state"]).lower()
            shown = {**shown, "state": state, "updated_at": changed, "event": "reviewed"}
            yield review.at.isoformat(), review.id, shown
    for comment in github.comments:
        if comment.number == number:
            shown = show_comment(call, comment)
            extra = {"event": "commented", "actor": shown["user"]}
            yield comment.created_at.isoformat(), comment.id, {**shown, **extra}
