"""What the reconciler reads from Jira and writes to it, whichever kind of Jira it is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from reconciler.model.change_log import ChangeLog, LoggedChange, LoggedEdit
from reconciler.model.manual_escalation import FoundTicket
from reconciler.model.observed import OwnComment, Ticket
from reconciler.model.receipt import PROPERTY, Receipt
from reconciler.model.sealed_receipt import OpenedReceipt, ReceiptSeals
from reconciler.services.errors import TOO_LARGE, ServiceError, reading_answer
from reconciler.services.jira.accounts import SEARCHES, matching, may_not_search
from reconciler.services.jira.calls import JiraCalls
from reconciler.services.jira.canary import JiraCanary
from reconciler.services.jira.comments import JiraComments
from reconciler.services.jira.edit import TicketEdit
from reconciler.services.jira.values import read_found, read_ticket
from reconciler.services.jira.wire import JiraWire
from reconciler.services.jira.written_receipts import WrittenReceipts

FIELDS: Final = ("summary", "labels", "priority", "assignee", "comment", "issuelinks", "status")
BATCH: Final = 100
"""Jira's limit for one bulk fetch."""
_MOST_LOGGED: Final = 40
"""The most entries of a change log in the answer to a bulk fetch."""
LOGGED_FIELDS: Final = frozenset({"labels", "priority", "assignee"})
"""The fields whose changes are read from the change log."""
_LINK_ID: Final = "system=escalation-as-code&ticket="
Issue = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class TicketBrief:
    """What somebody who escalates a ticket need not type."""

    summary: str
    reporter: str
    """Id of the account."""
    email: str
    """Of the reporter; empty when Jira does not tell."""


@dataclass(frozen=True)
class Fetched:
    """Tickets by the key that was asked for, and where moved ones went."""

    tickets: dict[str, Ticket]
    moved: dict[str, str]
    asked: frozenset[str] = frozenset()
    """The keys that were asked for, whether or not Jira shows them."""
    unread: Mapping[str, ServiceError] = field(default_factory=dict)
    """Why Jira does not tell whether there is such a ticket, or shows only a part of it."""

    def merged(self, later: "Fetched") -> "Fetched":
        """Both together; what was asked for twice is as it was read later."""
        return Fetched(
            {**_without(self.tickets, later.asked), **later.tickets},
            {**_without(self.moved, later.asked), **later.moved},
            self.asked | later.asked,
            _without(self.unread, later.asked) | dict(later.unread),
        )


def _without(known: Mapping[str, T], asked: frozenset[str]) -> dict[str, T]:
    return {key: each for key, each in known.items() if key not in asked}


@dataclass(frozen=True)
class Issues:
    """The JSON of tickets by the key that was asked for, and why others are not known."""

    found: dict[str, Issue]
    unread: dict[str, ServiceError] = field(default_factory=dict)


def too_large(key: str, error: ServiceError) -> ServiceError:
    """The failure to read a ticket whose own answer is too large."""
    return ServiceError(
        error.service,
        error.call,
        f"{key} cannot be read, because {error.answer}",
        code=TOO_LARGE,
        remedy=f"Delete long comments on {key}. The next run reads it again.",
    )


class NotRememberedError(Exception):
    """The edit took effect, and the receipt that belongs to it was not written."""

    def __init__(self, error: ServiceError) -> None:
        """`error` is what Jira answered to the receipt."""
        super().__init__(str(error))
        self.error = error


class JiraGateway(ABC):
    """One Jira."""

    account_key: str
    _search_path: str
    _query_key: str

    def __init__(self, wire: JiraWire, pool: Executor, seals: ReceiptSeals) -> None:
        """Send through `wire`; `pool` runs requests side by side."""
        self._wire = wire
        self._seals = seals
        self._calls = JiraCalls(wire)
        self._pool = pool
        self._account: str | None = None
        self._also: tuple[str, ...] = ()
        self.receipts = WrittenReceipts()
        self.comments = self._comments()
        self.canary = JiraCanary(wire, self.account_key)

    @abstractmethod
    def _comments(self) -> JiraComments:
        """The comments of this kind of Jira."""

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that are read of each ticket."""
        return tuple(dict.fromkeys((*FIELDS, *self._also)))

    def also_read(self, fields: Iterable[str]) -> None:
        """Read these fields of each ticket as well; they come as they are in `Ticket.fields`."""
        self._also = tuple(fields)

    @reading_answer("Jira", "fetch")
    def fetch(self, keys: Sequence[str], *, alone: bool = False) -> Fetched:
        """The tickets that Jira shows among `keys`.

        With `alone`, each is a request of its own. An answer for many can be that of a copy which
        lags behind.
        """
        if not keys:
            return Fetched({}, {})
        read = self._each_alone(keys) if alone else self._issues(keys)
        issues, unread = dict(read.found), dict(read.unread)
        for asked, issue in read.found.items():
            try:
                self.comments.complete(issue)
            except ServiceError as error:  # the other tickets do not depend on it
                unread[asked] = error
                del issues[asked]
        commented = any(issue["fields"]["comment"]["comments"] for issue in issues.values())
        account = self.account() if commented else ""
        tickets: dict[str, Ticket] = {}
        moved: dict[str, str] = {}
        for asked, issue in issues.items():
            key, opened = self.account_key, self._opened(issue)
            ticket = read_ticket(issue, key, opened, self._also, account=account)
            if asked == ticket.key:
                tickets[asked] = ticket
            else:
                moved[asked] = ticket.key
        return Fetched(tickets, moved, frozenset(keys), unread)

    @reading_answer("Jira", "brief")
    def brief(self, key: str) -> TicketBrief | None:
        """What a ticket is about and who reported it; None when Jira shows no such ticket.

        Raises ServiceError.
        """
        issue = self._issue_or_none(key, "summary,reporter")
        if issue is None:
            return None
        reporter = issue["fields"].get("reporter") or {}
        return TicketBrief(
            str(issue["fields"].get("summary") or ""),
            str(reporter.get(self.account_key) or ""),
            str(reporter.get("emailAddress") or "").lower(),
        )

    @reading_answer("Jira", "find")
    def find(self, ticket: str) -> FoundTicket | None:
        """A ticket as people see it; None when Jira does not show it. Raises ServiceError."""
        issue = self._issue_or_none(ticket, "summary,labels,reporter,assignee,comment")
        if issue is None:
            return None
        self.comments.complete(issue)
        return read_found(issue, self.account_key)

    def _issue_or_none(self, ticket: str, fields: str) -> Issue | None:
        try:
            return self._calls.issue(ticket, fields)
        except ServiceError as error:
            if error.code == "404":
                return None
            raise

    def read_comments(self, ticket: str, ids: Sequence[str]) -> tuple[OwnComment, ...]:
        """Those of the comments that are there and ours, with their marks. Raises ServiceError."""
        return self.comments.read(ticket, ids, self.account())

    @reading_answer("Jira", "account")
    def account(self) -> str:
        """Our own account, by which our comments are told from copies."""
        if self._account is None:
            self._account = self._calls.account(self.account_key)
        return self._account

    @abstractmethod
    def _issues(self, keys: Sequence[str]) -> Issues:
        """The tickets that Jira shows, and those of which it does not say whether it has them."""

    def _each_alone(self, keys: Sequence[str]) -> Issues:
        """The same, with a request for each: Jira says of a single ticket whether it is there."""
        read = Issues({})
        for key, issue in zip(keys, self._pool.map(self._issue_or_why_not, keys), strict=True):
            if isinstance(issue, ServiceError):
                read.unread[key] = issue
            elif issue is not None:
                read.found[key] = issue
        return read

    def _issue_or_why_not(self, key: str) -> Issue | ServiceError | None:
        try:
            return self._issue(key)
        except ServiceError as error:
            return error

    def _issue(self, key: str) -> Issue | None:
        """A ticket that is asked for alone; None if Jira says that it is not there."""
        params = {"fields": ",".join(self.fields), "properties": PROPERTY, "expand": "editmeta"}
        try:
            issue: Issue = self._get(f"issue/{key}", params, key)
        except ServiceError as error:
            if error.code == "404":
                return None
            raise
        return issue

    def _opened(self, issue: Issue) -> OpenedReceipt:
        """What the property of the ticket holds, as far as its seal is valid."""
        properties = issue.get("properties")
        return self._seals.opened((properties or {}).get(PROPERTY))

    @abstractmethod
    def search_labelled(self, label: str, projects: Iterable[str]) -> list[str]:
        """Keys of the tickets that carry the label. May lag behind by a minute."""

    @abstractmethod
    def _assignable(self, email: str, ticket: str) -> list[Issue]:
        """The accounts that Jira finds for an address and that the ticket can be assigned to."""

    @reading_answer("Jira", "find_accounts")
    def find_accounts(self, email: str, ticket: str) -> tuple[str, ...]:
        """Every assignable account that can be the one with this address.

        Raises ServiceError, also if nobody is found because the search is not permitted.
        """
        hits = self._assignable(email, ticket)
        if not hits and not self._calls.permissions(ticket.rpartition("-")[0], SEARCHES):
            raise may_not_search("GET user/assignable/search")
        return tuple(str(each[self.account_key]) for each in matching(hits, email))

    @abstractmethod
    def edit(
        self, ticket: str, edit: TicketEdit, before: Receipt | None, after: Receipt | None
    ) -> None:
        """Change the ticket and remember it. A receipt that Jira would not take is None.

        Where that takes two requests, `before` is remembered first if a priority is at stake.
        Raises ServiceError, and NotRememberedError if only the receipt is missing.
        """

    @reading_answer("Jira", "a_ticket")
    def a_ticket(self, project: str) -> Ticket | None:
        """The newest ticket of a project that is seen, to look at what can be edited there."""
        path = self._search_path
        body = {
            "jql": f"project = {quoted(project)} ORDER BY created DESC",
            "fields": ["key"],
            "maxResults": 1,
        }
        issues = self._search(("POST", path), body)["issues"]
        if not issues:
            return None
        key = str(issues[0]["key"])
        fetched = self.fetch([key])
        if key in fetched.unread:
            raise fetched.unread[key]
        return fetched.tickets.get(key)

    @reading_answer("Jira", "permissions")
    def permissions(self, project: str, wanted: Iterable[str]) -> frozenset[str]:
        """Those of the permissions that our account has in a project."""
        return self._calls.permissions(project, list(wanted))

    @reading_answer("Jira", "permissions")
    def permissions_on(self, ticket: str, wanted: Iterable[str]) -> frozenset[str]:
        """Those of the permissions that our account has on a ticket."""
        return self._calls.permissions(None, list(wanted), ticket)

    @reading_answer("Jira", "link_types")
    def link_types(self) -> frozenset[str]:
        """Names of the ways in which tickets can be linked."""
        return self._calls.link_types()

    @reading_answer("Jira", "find_people")
    def find_people(self, email: str) -> tuple[tuple[str, bool], ...]:
        """Accounts that Jira finds for an address, each with whether it is active.

        Raises ServiceError, also if nobody is found because the search is not permitted.
        """
        hits = self._get("user/search", {self._query_key: email})
        if not hits and not self._calls.permissions(None, SEARCHES[:1]):
            raise may_not_search("GET user/search")
        return tuple(
            (str(each[self.account_key]), bool(each.get("active", True)))
            for each in matching(hits, email)
        )

    def delete_remote_link(self, ticket: str, link: str) -> None:
        """Delete a remote link."""
        self._wire.delete(f"issue/{ticket}/remotelink/{link}", ticket)

    def link(self, ticket: str, other: str, link_type: str) -> None:
        """Link a ticket to another one, apart from an edit: its screen may lack the links.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-links/ .
        """
        body = {
            "type": {"name": link_type},
            "inwardIssue": {"key": ticket},
            "outwardIssue": {"key": other},
        }
        self._wire.send("POST", "issueLink", body=body, repeatable=False)

    def delete_link(self, link: str) -> None:
        """Delete a link between two tickets."""
        self._wire.delete(f"issueLink/{link}", "")

    def remember(self, ticket: str, receipt: Receipt) -> None:
        """Write the receipt only, sealed."""
        with self._sealing(ticket, receipt) as value:
            self._calls.set_property(ticket, PROPERTY, value)

    @contextmanager
    def _sealing(self, ticket: str, receipt: Receipt) -> Iterator[dict[str, Any]]:
        """The JSON of a receipt, for the call that writes it; notes what became of that."""
        value = self._seals.sealed(receipt)
        with self.receipts.writing(ticket, int(value["counter"])):
            yield value

    def set_remote_link(
        self, ticket: str, url: str, title: str, summary: str, *, ended: bool
    ) -> None:
        """Show a link on the ticket; the same one is replaced, never doubled."""
        body = {
            "globalId": _LINK_ID + ticket,
            "relationship": "is discussed in",
            "object": {
                "url": url,
                "title": title,
                "summary": summary,
                "status": {"resolved": ended},
            },
        }
        path = f"issue/{ticket}/remotelink"
        self._wire.send("POST", path, body=body, repeatable=True, ticket=ticket)

    @reading_answer("Jira", "remote_links")
    def remote_links(self, ticket: str) -> tuple[tuple[str, str], ...]:
        """Id and URL of each remote link of ours on the ticket, oldest first."""
        found = self._get(f"issue/{ticket}/remotelink", ticket=ticket)
        ours = [each for each in found if each.get("globalId") == _LINK_ID + ticket]
        return tuple(
            (str(each["id"]), str(each["object"]["url"]))
            for each in sorted(ours, key=lambda each: int(each["id"]))
        )

    @reading_answer("Jira", "change_log")
    def change_log(self, ticket: str) -> ChangeLog:
        """Every edit of the ticket's label, priority and assignee, the latest first."""
        histories = sorted(
            self._histories(ticket), key=lambda each: str(each["created"]), reverse=True
        )
        account = self.account()
        return tuple(
            LoggedEdit((each.get("author") or {}).get(self.account_key) == account, changes)
            for each in histories
            if (changes := _logged(each["items"]))
        )

    @abstractmethod
    def _histories(self, ticket: str) -> list[Issue]:
        """The whole change log of a ticket, in any order."""

    def key_of(self, ticket: str) -> str | None:
        """The key that a ticket has now, wherever it was moved; None if Jira does not show it."""
        issue = self._issue_or_none(ticket, "summary")
        return None if issue is None else str(issue["key"])

    def _get(self, path: str, params: dict[str, str] | None = None, ticket: str = "") -> Any:  # noqa: ANN401
        return self._wire.send("GET", path, params=params, repeatable=True, ticket=ticket)

    def _put_issue(self, ticket: str, body: dict[str, Any], edit: TicketEdit) -> None:
        path = f"issue/{ticket}"
        self._wire.send("PUT", path, body=body, repeatable=edit.repeatable, ticket=ticket)

    def _search(self, method_path: tuple[str, str], body: dict[str, Any]) -> Any:  # noqa: ANN401
        method, path = method_path
        return self._wire.send(method, path, body=body, repeatable=True)


def labelled_jql(label: str, projects: Iterable[str]) -> str:
    """The query for the tickets that carry a label."""
    keys = ", ".join(quoted(each) for each in projects)
    return f"project in ({keys}) AND labels = {quoted(label)} ORDER BY key"


def quoted(value: str) -> str:
    """A value in JQL. Without quotation marks, keys such as INT or AND are words of the language.

    Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-jql/
    (`jqlReservedWords`).
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def is_cut(changelog: dict[str, Any]) -> bool:
    """Whether Jira shows only a part of a change log, or may do so.

    A bulk fetch shows at most 40 entries of each ticket, and `total` need not count the others.
    Source: https://developer.atlassian.com/changelog/ (limits of `expand=changelog`).
    """
    shown = len(changelog["histories"])
    return shown >= _MOST_LOGGED or int(changelog.get("total", shown)) > shown


def _logged(items: Iterable[Issue]) -> dict[str, LoggedChange]:
    """The changes of one edit that matter here, by the name of the field."""
    return {
        name: _change(name, item)
        for item in items
        if (name := str(item.get("field"))) in LOGGED_FIELDS
    }


def _change(name: str, item: Issue) -> LoggedChange:
    if name == "labels":  # labels have no ids
        return LoggedChange(str(item.get("fromString") or ""), str(item.get("toString") or ""))
    before, after = (str(item.get(side) or "") for side in ("from", "to"))
    return LoggedChange(before, after, str(item.get("fromString") or ""))
