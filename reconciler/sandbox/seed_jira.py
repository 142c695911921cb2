"""Turn a seed into a Jira site."""

from datetime import UTC, datetime
from typing import Final

from reconciler.sandbox.jira_index import learn
from reconciler.sandbox.jira_state import (
    Account,
    Comment,
    Issue,
    JiraState,
    LinkType,
    Named,
    Project,
)
from reconciler.sandbox.seed_model import Category, ProjectSeed, Seed, StatusSeed, TicketSeed

FOUNDED: Final = datetime(2020, 1, 1, 9, tzinfo=UTC)


def build_jira(seed: Seed) -> JiraState:
    """The site, its people, its projects and their tickets."""
    jira = JiraState(title=seed.workspace.name, bot=seed.bot.jira, scopes=seed.bot.jira_scopes)
    bot = Account(seed.bot.jira, seed.bot.name, seed.bot.display_name, seed.bot.email, admin=False)
    jira.accounts = {account.id: account for account in (bot, *_accounts(seed))}
    jira.priorities = [Named(str(n), name) for n, name in enumerate(seed.priorities, 1)]
    jira.types = [Named(str(10000 + n), name) for n, name in enumerate(seed.issue_types, 1)]
    jira.statuses = [
        _status(str(10100 + n), name, one) for n, (name, one) in enumerate(seed.statuses.items(), 1)
    ]
    jira.link_types = [
        LinkType(str(10200 + n), name, one.inward, one.outward)
        for n, (name, one) in enumerate(seed.link_types.items(), 1)
    ]
    for key, project in seed.projects.items():
        jira.projects[key] = _project(jira, seed, key, project)
    for key, ticket in seed.tickets.items():
        jira.issues[key] = _issue(jira, seed, key, ticket)
    return jira


def _status(id_: str, name: str, given: Category | StatusSeed) -> Named:
    if isinstance(given, StatusSeed):
        return Named(id_, name, given.category, given.editable)
    return Named(id_, name, given)


def _accounts(seed: Seed) -> list[Account]:
    return [
        Account(
            id=person.jira,
            name=handle,
            display_name=person.name,
            email=person.email,
            email_hidden=person.email_hidden,
            active=not person.deactivated,
            admin=person.admin,
        )
        for handle, person in seed.people.items()
        if person.jira
    ]


def _project(jira: JiraState, seed: Seed, key: str, given: ProjectSeed) -> Project:
    everyone = list(jira.accounts)
    special = {"bot": [jira.bot], "everyone": everyone}
    deny = {
        permission: [
            account for name in names for account in special.get(name) or [_account(seed, name)]
        ]
        for permission, names in given.deny.items()
    }
    return Project(
        id=jira.next_id(),
        key=key,
        name=given.name,
        lead=_account(seed, given.lead),
        type=given.type,
        priorities=list(given.priorities or seed.priorities),
        edit_fields=list(given.edit_fields),
        deny=deny,
        for_reporters=list(given.for_reporters),
        customers=[
            account
            for name in given.customers
            for account in special.get(name) or [_account(seed, name)]
        ],
    )


def _issue(jira: JiraState, seed: Seed, key: str, given: TicketSeed) -> Issue:
    project = key.rsplit("-", 1)[0]
    people = given.visible_to
    issue = Issue(
        id=jira.next_id(),
        key=key,
        project=project,
        summary=given.summary,
        type=given.type or seed.issue_types[0],
        status=given.status or next(iter(seed.statuses)),
        priority=given.priority,
        reporter=_account(seed, given.reporter or seed.projects[project].lead),
        assignee=_account(seed, given.assignee) if given.assignee else None,
        created=FOUNDED,
        updated=FOUNDED,
        description=given.description,
        labels=sorted(given.labels),
        properties=dict(given.properties),
        former_keys=list(given.former_keys),
        visible_to=None if people is None else [_account(seed, one) for one in people],
    )
    status = next(each for each in jira.statuses if each.name == issue.status)
    issue.resolution = "Done" if status.category == "done" else None
    for comment in given.comments:
        by = _account(seed, comment.by)
        issue.comments.append(Comment(jira.next_id(), by, comment.text, FOUNDED, FOUNDED, by))
    learn(issue, FOUNDED.timestamp())
    return issue


def _account(seed: Seed, handle: str) -> str:
    return seed.people[handle].jira or ""
