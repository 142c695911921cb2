"""Plan comments of pull requests, made from values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import yaml
from company import TOP, escalation, resolution

from reconciler.history.agree_proposal import ProposalAgreement
from reconciler.history.field_changes import config_change, file_changes
from reconciler.history.remaining_capacity import RemainingCapacity
from reconciler.load.source import FileSource
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.change import Action, Change, EscalationPlan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange, NotAgreed
from reconciler.model.finding import Finding, Position, Severity
from reconciler.model.forge import Account, PullRequest
from reconciler.model.observed import Priority
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans, Policy
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.pull_requests.gather import Preview
from reconciler.pull_requests.merge_obstacle import left
from reconciler.pull_requests.onto_main import OntoMain
from reconciler.pull_requests.open import Opened
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.assignee import Assign
from reconciler.reconcile.facets.bookmarks import AddBookmark
from reconciler.reconcile.facets.channel import CreateChannel
from reconciler.reconcile.facets.comment_operations import AddComment
from reconciler.reconcile.facets.copies import RemoveMessage
from reconciler.reconcile.facets.follow_ups import LinkTicket
from reconciler.reconcile.facets.label import AddLabel, RemoveLabel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import PostMessage, Where
from reconciler.reconcile.facets.priority import SetPriority
from reconciler.reconcile.facets.receipt import Remember
from reconciler.reconcile.facets.topic_purpose import SetPurpose, SetTopic
from reconciler.render.comment_facts import CommentFacts, Merged
from reconciler.render.pull_request_comment import pull_request_comment

PATH = "escalations/2026/DS-1042.yaml"
CHANNEL = "ds-1042-card-payments-time-out"
ROSTER = Roster.model_validate(yaml.safe_load((TOP / "config/roster.yaml").read_text()))
POLICY = Policy.model_validate(yaml.safe_load((TOP / "config/policy.yaml").read_text()))
PULL_REQUEST = PullRequest(
    "12",
    "Escalate DS-1042",
    "https://github.example/ledgerline/escalations/pull/12",
    "",
    "a" * 40,
    "main",
    Account(1, "priya-raman"),
)
AT = datetime(2026, 11, 23, 15, 12, tzinfo=UTC)
REVIEWERS = ("hannah", "ines", "marcus")
SILENT = Unacknowledged("no one has approved #12 yet", silent=True)
JIRA = "https://ledgerline.atlassian.example"
SLACK = "https://ledgerline.slack.example/archives"

SYMPTOM = (
    "The payment page of Meridian Water and Harbor Gas shows a spinner for a minute. Then it shows "
    "the error 504, and payers do not know whether they have paid."
)
REASON = (
    "Late fees apply from Friday on, and 310 payers have called. Both billers ask for a call with "
    "their management today."
)
FINDINGS = (
    "It began on Monday at 09:40 with the release of the gateway. Only cards of one bank are "
    "affected. Bank transfers work, and a second try fails as well."
)
BLOCKED = "Only Dev Support can read the gateway's logs. The status page of the bank shows nothing."
CASE: dict[str, Any] = {
    "title": "Card payments time out at Meridian Water and Harbor Gas",
    "impact": {
        "level": "critical",
        "who": "Payers of Meridian Water and Harbor Gas",
        "how_many": 1_200,
        "symptom": SYMPTOM,
    },
    "reason": REASON,
    "reporter": {"person": "owen", "findings": FINDINGS, "blocked_because": BLOCKED},
    "assignee": None,
}


def declared(ticket: str = "DS-1042", **changes: Any) -> Escalation:
    """What a file says."""
    return Escalation.model_validate(escalation(ticket, **{**CASE, **changes}))


def change(facet: str, op: object, after: str = "", before: str = "") -> Change:
    return Change(
        facet=facet, action=Action.ADD, before=before, after=after, why=f"{PATH}:4", op=op
    )


RAISE = SetPriority(id="1", previous=Priority("3", "Medium"))
POST = PostMessage(where=Where.ANNOUNCEMENT, kind="announcement", text="…", rev="1")
INVITED = ("priya", "lena", "owen", "dmitri", "ines", "hannah", "sofia", "amara")
MECHANICS = (
    change("jira.label", AddLabel(label="ESCALATION"), "ESCALATION"),
    change("jira.priority", RAISE, "Highest", "Medium"),
    change("jira.assignee", Assign(account="x"), "dmitri"),
    change("slack.channel", CreateChannel(name=CHANNEL), f"#{CHANNEL}"),
    change("slack.members", Invite(users={each: f"U-{each}" for each in INVITED})),
    change("slack.announcement", POST),
    change("jira.receipt", Remember(), "as seen", "out of date"),
)


def plan(ticket: str = "DS-1042", **changes: Any) -> EscalationPlan:
    """What happens to an escalation."""
    base: dict[str, Any] = {
        "ticket": ticket,
        "title": CASE["title"],
        "phase": Phase.ASSIGNED,
        "path": PATH,
        "desk": "DS",
        "channel": CHANNEL,
        "basis": "1",
        "changes": MECHANICS,
    }
    return EscalationPlan(**{**base, **changes})


def opened(
    before: Escalation | None = None,
    after: Escalation | None = None,
    agreement: ProposalAgreement | None = None,
    **changes: Any,
) -> Opened:
    """A pull request that makes this of a file; a new escalation if there was none."""
    after = after or declared()
    path = f"escalations/2026/{after.ticket}.yaml"
    entry = Entry(after, FileSource(path, b""))
    brings = () if before is not None else (entry,)
    changed = file_changes(path, before, after)
    words = agreement or ProposalAgreement(changed, (), {after.ticket: SILENT} if brings else {})
    base: dict[str, Any] = {
        "pull_request": PULL_REQUEST,
        "paths": frozenset({path}),
        "snapshot": Snapshot(POLICY, ROSTER, (entry,)),
        "brings": brings,
        "agreement": words,
    }
    return Opened(**{**base, **changes})


def facts(found: Opened | None = None, **changes: Any) -> CommentFacts:
    """Everything about it. `preview` changes the preview, the rest the facts."""
    found = found or opened()
    preview = Preview(
        found,
        acknowledgements=found.acknowledgements,
        acknowledgers={"DS": REVIEWERS} if found.brings else {},
        changes=found.agreement.changes if found.agreement else (),
    )
    base: dict[str, Any] = {
        "preview": replace(preview, **changes.pop("preview", {})),
        "policy": POLICY,
        "roster": ROSTER,
        "jira_url": JIRA,
        "plans": (plan(),),
        "capacities": {"DS": RemainingCapacity(2, 3, 1, 5)},
        "threads": {"DS-1042": f"{SLACK}/C0SRE/p1795446000000100"},
        "merges_itself": True,
    }
    return CommentFacts(**{**base, **changes})


def comment(found: Opened | None = None, **changes: Any) -> str:
    return pull_request_comment(facts(found, **changes))


def on_main(**changes: Any) -> Escalation:
    """The escalation while an engineer works on it."""
    return declared(**{"assignee": "dmitri", **changes})


def edit(lacks: tuple[str, ...] = (), **changes: Any) -> Opened:
    """A pull request that changes an escalation on main. `lacks`: whose word is missing."""
    before, after = on_main(), on_main(**changes)
    every = file_changes(PATH, before, after)
    missing = tuple(NotAgreed(each, lacks) for each in every) if lacks else ()
    return opened(before, after, ProposalAgreement(every, missing))


def edited(found: Opened, **changes: Any) -> str:
    """The comment on a change of an escalation, which posts something in the channel."""
    post = change("slack.update", POST.model_copy(update={"kind": "update-1"}))
    base: dict[str, Any] = {
        "plans": (plan(changes=(post, MECHANICS[-1])),),
        "channels": {"DS-1042": f"{SLACK}/C0DS1042"},
        "agreed_by": ("dmitri",),
    }
    return comment(found, **{**base, **changes})


UPDATE = {
    "at": "2026-11-23T10:42:00-05:00",
    "by": "dmitri",
    "text": "The bank has changed a certificate.\n\nThe gateway refuses it. We test a fix.",
}


def finding(rule: str, line: int, message: str, **changes: Any) -> Finding:
    return Finding(rule, Position(PATH, line, 3), message, "Name another person.", **changes)


CONTACT = finding("role-contact", 9, "ravi is not client-facing.")
PROMISE = finding("text-promise", 3, "`ETA` <!-- x --> #1", severity=Severity.WARNING)
HELD = "DS has taken 3 of 3 escalations today"
LIMIT = Finding(
    "limit-per-day",
    Position(PATH, 1, 1),
    f"It would be held: {HELD}.",
    "Escalate the ticket tomorrow, or ask an overrider of the desk for an override.",
)


def acknowledged(ticket: str = "DS-1042") -> Mapping[str, Acknowledgement]:
    return {ticket: Acknowledgement("hannah", AT, "12")}


def held(**changes: Any) -> str:
    """A limit holds it."""
    found = opened(findings=(LIMIT,), **changes)
    full = {"DS": RemainingCapacity(3, 3, 1, 5)}
    return comment(found, preview={"held": {"DS-1042": HELD}}, capacities=full)


def troubled() -> str:
    """Everything at once that a reviewer should know."""
    path = frozenset({PATH, "config/policy.yaml"})
    why = Unacknowledged("hannah-weiss approved an older version of #12")
    lacks = (
        NotAgreed(FieldChange(PATH, *_key("assignee"), None, "nadia"), ("ines", "marcus")),
        NotAgreed(config_change("config/policy.yaml", "a", "b"), ()),
    )
    words = ProposalAgreement((), lacks, {"DS-1042": why})
    found = opened(paths=path, agreement=words, findings=(CONTACT, PROMISE))
    problem = Diagnostic("slack.members", "Slack has no user for owen", "Correct it.")
    return comment(found, preview={"others": {"DS-1042": "#9"}}, plans=(plan(problems=(problem,)),))


def _key(name: str) -> Any:
    """The key of a field of the first episode, and its owners."""
    (found,) = (each for each in file_changes(PATH, declared(), on_main()) if each.key.name == name)
    return found.key, found.field


def several() -> str:
    """Five escalations in one pull request."""
    entries = tuple(
        Entry(declared(f"DS-{each}"), FileSource(f"escalations/2026/DS-{each}.yaml", b""))
        for each in range(1042, 1047)
    )
    words = ProposalAgreement((), (), {each.escalation.ticket: SILENT for each in entries})
    found = opened(
        agreement=words,
        paths=frozenset(each.source.path for each in entries),
        snapshot=Snapshot(POLICY, ROSTER, entries),
        brings=entries,
    )
    return comment(found, plans=tuple(plan(each.escalation.ticket) for each in entries))


def merged(missing: int = 0) -> str:
    """After a run has merged it and carried it out."""
    return comment(
        opened(after=on_main()),
        plans=(plan(phase=Phase.ASSIGNED),),
        merged=Merged(AT, ("Hannah Weiss",), missing),
    )


COPY = "a second copy of update 2"


def every_effect() -> str:
    """One change of each kind that has words of its own."""
    facets = (
        *("slack.announcement", "slack.thread", "slack.brief", "slack.earlier", "slack.contact"),
        *("slack.assignee", "slack.reminder", "slack.update", "slack.summary", "slack.withdrawn"),
    )
    changes = (
        change("jira.label", RemoveLabel(label="ESCALATION")),
        change("jira.comment", AddComment(kind="ended", body="…"), "resolved"),
        change("jira.link", LinkTicket(key="PAY-641", link_type="Relates"), "PAY-641"),
        change("slack.topic", SetTopic(text="…", rev="1")),
        change("slack.purpose", SetPurpose(text="…", rev="1")),
        change("slack.bookmark", AddBookmark(kind="ticket", title="…", link="x", rev="1")),
        *(change(each, POST) for each in facets),
        change("slack.copy", RemoveMessage(where=Where.CHANNEL, key="update-2", id="1"), "", COPY),
        change("slack.archive", Archive(), "archived"),
    )
    notice = Diagnostic("slack.topic", "The topic was changed in Slack", "The tool keeps it.")
    adopted = "#yusufs-corner (C0STRANGE), created by U0YUSUF, 40 members"
    plans = (
        plan(changes=changes, notices=(notice,)),
        plan("DS-1043", changes=(), adopts=adopted),
    )
    return edited(edit(resolution=ENDED), plans=plans)


ENDED = resolution(
    follow_ups=["PAY-641", "PAY-642"],
    customer_communication={"owner": "owen", "state": "drafted"},
)
HANDOVER = {"at": "2026-11-23T18:00:00-05:00", "to": "owen"}
NOT_AGREED = ProposalAgreement(file_changes(PATH, on_main(), on_main(assignee="nadia")), (), {})
COMMENTS: Mapping[str, Any] = {
    "waiting": comment,
    "short": lambda: comment(opened(after=Escalation.model_validate(escalation("DS-1042")))),
    "acknowledged": lambda: comment(
        opened(agreement=ProposalAgreement((), (), acknowledged())), agreed_by=("hannah",)
    ),
    "by-people": lambda: comment(
        opened(agreement=ProposalAgreement((), (), acknowledged())), merges_itself=False
    ),
    "by-merge": lambda: comment(
        replace(opened(), agreement=None), policy=_by_merge(), merges_itself=False
    ),
    "draft": lambda: comment(opened(pull_request=replace(PULL_REQUEST, draft=True))),
    "held": held,
    "held-and-acknowledged": lambda: held(agreement=ProposalAgreement((), (), acknowledged())),
    "troubled": troubled,
    "nobody-left": lambda: comment(preview={"acknowledgers": {"DS": ()}}),
    "unmerged": lambda: comment(
        opened(agreement=ProposalAgreement((), (), acknowledged())),
        unmerged=left("#12", "it also changes README.md", "Merge it on GitHub."),
    ),
    "several": several,
    "again": lambda: comment(opened(after=declared(episodes=[_episode()]))),
    "merged": merged,
    "merged-in-part": lambda: merged(2),
    "every-effect": every_effect,
    "update": lambda: edited(edit(updates=[UPDATE])),
    "assign": lambda: edited(edit(REVIEWERS, assignee="nadia"), agreed_by=()),
    "handover": lambda: edited(edit(("lena", "priya"), handovers=[HANDOVER]), agreed_by=()),
    "resolve": lambda: edited(edit(resolution=ENDED)),
    "withdraw": lambda: edited(
        edit(withdrawn={"by": "priya", "reason": "The bank has repaired it."})
    ),
    "other": lambda: edited(
        edit(
            title="Card payments fail",
            stakeholders={"product_engineering": ["payments"]},
            snooze_until="2026-11-24T09:00:00-05:00",
        )
    ),
    "edit-by-merge": lambda: edited(
        replace(edit(assignee="nadia"), agreement=replace(NOT_AGREED, by_field=False)),
        agreed_by=(),
        merges_itself=False,
    ),
    "policy": lambda: comment(
        opened(
            paths=frozenset({"config/policy.yaml"}),
            brings=(),
            agreement=ProposalAgreement((config_change("config/policy.yaml", "a", "b"),)),
        ),
        plans=(),
        agreed_by=("hannah",),
    ),
    "unreadable": lambda: comment(
        Opened(
            PULL_REQUEST,
            frozenset({PATH}),
            findings=tuple(replace(CONTACT, position=Position(PATH, at)) for at in range(1, 33)),
            onto_main=OntoMain({}),
        ),
        plans=(),
    ),
}
"""Every kind of comment, by the name of its golden."""


def _by_merge() -> Policy:
    return POLICY.model_copy(update={"acknowledgement": AcknowledgementMeans.MERGE})


def _episode() -> dict[str, Any]:
    return {
        "impact": {**CASE["impact"], "level": "medium"},
        "reason": "It is back since Monday.",
        "initiator": "tomas",
        "contact": "lena",
    }
