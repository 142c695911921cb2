"""Tickets, as Jira shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from reconciler.sandbox.jira_show import VISIBILITY
from reconciler.sandbox.jira_state import Comment, HistoryEntry, Issue, JiraState
from reconciler.sandbox.pages.links import PageLinks
from reconciler.sandbox.pages.people import CompanyPeople, CompanyPerson
from reconciler.sandbox.pages.wiki import wiki_as_html
from reconciler.sandbox.world import World


@dataclass(frozen=True)
class ShownComment:
    """A comment; `internal` if customers do not see it."""

    id: str
    author: CompanyPerson
    at: datetime
    edited: bool
    internal: bool
    body: Markup


@dataclass(frozen=True)
class ShownLink:
    """A link to another ticket or out of Jira."""

    relation: str
    title: str
    address: str | None


@dataclass(frozen=True)
class ShownEdit:
    """One changed field in the history."""

    author: CompanyPerson
    at: datetime
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownTicket:
    """A ticket with everything resolved."""

    issue: Issue
    project: str
    category: str
    reporter: CompanyPerson
    assignee: CompanyPerson | None
    description: Markup | None
    comments: list[ShownComment]
    links: list[ShownLink]
    history: list[ShownEdit]


def read_ticket(world: World, issue: Issue, people: CompanyPeople, links: PageLinks) -> ShownTicket:
    """A ticket as its page shows it."""

    def html(text: str) -> Markup:
        return wiki_as_html(text, lambda account: people.of_jira(account).name, links.to)

    jira = world.jira
    statuses = {one.name: one.category for one in jira.statuses}
    return ShownTicket(
        issue,
        jira.projects[issue.project].name,
        statuses.get(issue.status, "new"),
        people.of_jira(issue.reporter),
        people.of_jira(issue.assignee) if issue.assignee else None,
        html(issue.description) if issue.description else None,
        [_comment(each, people, html(each.body)) for each in issue.comments],
        [*_tickets(jira, issue), *_outside(issue, links)],
        [edit for entry in reversed(issue.history) for edit in _edits(entry, people)],
    )


def _comment(comment: Comment, people: CompanyPeople, body: Markup) -> ShownComment:
    hidden = comment.properties.get(VISIBILITY)
    internal = isinstance(hidden, dict) and hidden.get("internal") is True
    edited = comment.updated != comment.created
    author = people.of_jira(comment.author)
    return ShownComment(comment.id, author, comment.created, edited, internal, body)


def _tickets(jira: JiraState, issue: Issue) -> Iterator[ShownLink]:
    ends = {one.id: one for one in jira.issues.values()}
    kinds = {one.id: one for one in jira.link_types}
    for link in jira.links:
        if issue.id not in {link.source, link.target}:
            continue
        outward = link.source == issue.id
        other, kind = ends.get(link.target if outward else link.source), kinds[link.type_id]
        if other is not None:
            title = f"{other.key} {other.summary}"
            relation = kind.outward if outward else kind.inward
            yield ShownLink(relation, title, f"/browse/{other.key}")


def _outside(issue: Issue, links: PageLinks) -> Iterator[ShownLink]:
    for link in issue.remote_links:
        title, address = str(link.object.get("title", "")), str(link.object.get("url", ""))
        yield ShownLink(link.relationship or "links to", title, links.to(address))


def _edits(entry: HistoryEntry, people: CompanyPeople) -> Iterator[ShownEdit]:
    for item in entry.items:
        before, after = (str(item.get(name) or "None") for name in ("fromString", "toString"))
        yield ShownEdit(
            people.of_jira(entry.author), entry.created, str(item["field"]), before, after
        )
