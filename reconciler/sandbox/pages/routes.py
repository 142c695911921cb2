"""Which page answers which address. The addresses are those of the three services."""

from typing import Final

from starlette.responses import Response

from reconciler.sandbox.github_sync import sync
from reconciler.sandbox.pages.github import read_pull, read_pulls
from reconciler.sandbox.pages.jira import read_ticket
from reconciler.sandbox.pages.slack import timestamp_of
from reconciler.sandbox.pages.view import Handler, PageView


def home(view: PageView) -> Response:
    """Everything that there is to look at."""
    sync(view.world)
    projects = {key: one.name for key, one in view.world.jira.projects.items()}
    tickets = {
        key: [one for one in view.world.jira.issues.values() if one.project == key]
        for key in projects
    }
    return view.render(
        "home.html",
        channels=view.slack.channels(view.person),
        projects=projects,
        tickets=tickets,
        pulls=read_pulls(view.world),
        everybody=view.people.everybody(),
    )


def channel(view: PageView) -> Response:
    """A channel."""
    found = view.slack.find(view.param("channel"), view.person)
    if found is None:
        return view.missing("This channel")
    return view.render("channel.html", shown=view.slack.channel(found, view.person), thread=None)


def thread(view: PageView) -> Response:
    """A message with its replies."""
    found = view.slack.find(view.param("channel"), view.person)
    ts = timestamp_of(view.param("message"))
    shown = view.slack.thread(found, ts, view.person) if found and ts else None
    if shown is None:
        return view.missing("This message")
    return view.render("channel.html", shown=shown, thread=shown.messages[0])


def ticket(view: PageView) -> Response:
    """A ticket, also by an earlier key."""
    issue = view.world.jira.find(view.param("key"))
    if issue is None:
        return view.missing("This ticket")
    return view.render("ticket.html", shown=read_ticket(view.world, issue, view.people, view.links))


def pulls(view: PageView) -> Response:
    """The pull requests of the repository."""
    sync(view.world)
    return view.render("pulls.html", pulls=read_pulls(view.world))


def pull(view: PageView) -> Response:
    """A pull request."""
    sync(view.world)
    number = view.param("number")
    found = view.world.github.pulls.get(int(number)) if number.isdecimal() else None
    if found is None or not _is_ours(view):
        return view.missing("This pull request")
    return view.render("pull.html", shown=read_pull(view.world, found, view.people, view.links))


def missing(view: PageView) -> Response:
    """Any other address."""
    return view.missing("This page")


def _is_ours(view: PageView) -> bool:
    named = f"{view.param('owner')}/{view.param('repo')}"
    return named.casefold() == view.world.github.full_name.casefold()


PAGES: Final[dict[str, Handler]] = {
    "/": home,
    "/archives/{channel}": channel,
    "/archives/{channel}/{message}": thread,
    "/browse/{key}": ticket,
    "/{owner}/{repo}/pulls": pulls,
    "/{owner}/{repo}/pull/{number}": pull,
}
