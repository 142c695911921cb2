"""Which form does what, and where the browser goes then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.sandbox.pages.acting import Acting, ActRefusedError
from reconciler.sandbox.pages.routes import channel, pull, thread, ticket
from reconciler.sandbox.pages.slack import timestamp_of
from reconciler.sandbox.pages.view import Handler, PageView

Act = Callable[[PageView, Acting], None]


@dataclass(frozen=True)
class PageForm:
    """What a form does, and the page that shows it again if it is refused."""

    act: Act
    page: Handler


def write(view: PageView, acting: Acting) -> None:
    """Write in a channel, or join it."""
    found = view.slack.find(view.param("channel"), view.person)
    if found is None:
        raise ActRefusedError("This channel is not there.")
    if view.form.get("do") == "join":
        acting.join(found.id)
    else:
        acting.write(found.id, view.form.get("text", ""))


def reply(view: PageView, acting: Acting) -> None:
    """Write in a thread."""
    found = view.slack.find(view.param("channel"), view.person)
    ts = timestamp_of(view.param("message"))
    if found is None or ts is None:
        raise ActRefusedError("This message is not there.")
    if view.form.get("do") == "join":
        acting.join(found.id)
    else:
        acting.write(found.id, view.form.get("text", ""), ts)


def comment_on_ticket(view: PageView, acting: Acting) -> None:
    """Comment on a ticket."""
    internal = view.form.get("internal") == "yes"
    acting.comment_on_ticket(view.param("key"), view.form.get("text", ""), internal=internal)


def judge(view: PageView, acting: Acting) -> None:
    """Comment on a pull request, review it or merge it."""
    repo, number = f"{view.param('owner')}/{view.param('repo')}", view.param("number")
    if not number.isdecimal():
        raise ActRefusedError("This pull request is not there.")
    what, text = view.form.get("do", ""), view.form.get("text", "").strip()
    if what == "merge":
        acting.merge(repo, int(number))
    elif what in {"approve", "request"}:
        acting.review(repo, int(number), what, text)
    elif text:
        acting.comment(repo, int(number), text)
    else:
        raise ActRefusedError("Write a text first.")


FORMS: Final[dict[str, PageForm]] = {
    "/archives/{channel}": PageForm(write, channel),
    "/archives/{channel}/{message}": PageForm(reply, thread),
    "/browse/{key}": PageForm(comment_on_ticket, ticket),
    "/{owner}/{repo}/pull/{number}": PageForm(judge, pull),
}
