"""Ticket: label, priority, assignee, comments, links and the receipt, in every state."""

from dataclasses import replace

from plan.table import Row, rows
from plan.values import (
    ADOPTED,
    FOLLOWED,
    HELD,
    HIGH,
    HIGHEST,
    MEDIUM,
    MONDAY,
    NEXT_YEAR,
    RESOLVED,
    UPDATE,
    Scene,
    again,
    desired,
    drift,
    ended,
    lost,
    new,
    person,
    settled,
    shown,
)
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Probe
from reconciler.model.receipt import PriorityReceipt

UNREAD = Diagnostic("acknowledgement", "GitHub GET pulls: HTTP 502", "The next run asks again.")
UNREAD_FOLLOW_UP = Diagnostic("jira.link", "the follow-up PAY-641: HTTP 503", "Wait.")


def commented(scene: Scene, **changes: object) -> Scene:
    """The comment that names the channel, changed."""
    comments = scene.ticket.comments
    return scene.on_ticket(
        comments={**comments, "channel": replace(comments["channel"], **changes)}
    )


SENT = RESOLVED | {"customer_communication": {"owner": "owen", "state": "sent"}}


def spoiled(scene: Scene) -> Scene:
    """A person edited the comment with the summary."""
    comments = scene.ticket.comments
    edited = replace(comments["summary"], touched=True)
    return scene.on_ticket(comments={**comments, "summary": edited})


@rows(
    Row(
        "label",
        "absent",
        new,
        ("add jira.label: -> ESCALATION by add_label label=ESCALATION (file:1)",),
    ),
    Row(
        "label",
        "absent",
        lambda: new(NEXT_YEAR),
        ("add jira.label: -> ESCALATION by add_label label=ESCALATION (file:1)",),
        variant="second-run",
    ),
    Row("label", "same", settled, (), whole=True),
    Row(
        "label",
        "same",
        lambda: settled(NEXT_YEAR).on_ticket(labels=frozenset({"ESCALATION", "vip"})),
        (),
        variant="among-others",
        whole=True,
    ),
    Row(
        "label",
        "differs",
        lambda: settled().wants(desired(policy={"jira": {"label": "URGENT"}})),
        ("add jira.label: -> URGENT by add_label label=URGENT (drift)",),
        whole=True,
    ),
    Row(
        "label",
        "drifted",
        lambda: settled().on_ticket(labels=frozenset({"billing"})),
        ("add jira.label: -> ESCALATION by add_label label=ESCALATION (drift)",),
        whole=True,
    ),
    Row(
        "label",
        "ended",
        ended,
        ("remove jira.label: ESCALATION -> by remove_label label=ESCALATION (file:16)",),
    ),
    Row(
        "label",
        "ended",
        lambda: ended().on_ticket(labels=frozenset({"billing"})),
        (),
        variant="taken-off-before",
    ),
    Row("label", "held", lambda: new(case=HELD), ()),
    Row(
        "label",
        "held",
        lambda: again(**HELD).on_ticket(labels=frozenset({"ESCALATION"})).remembers(labelled=True),
        ("remove jira.label: ESCALATION -> by remove_label label=ESCALATION (file:24)",),
        variant="former-episode",
    ),
    Row(
        "label",
        "adopted",
        lambda: new(adopted=ADOPTED).on_ticket(labels=frozenset({"ESCALATION"})),
        (),
        receipt={"labelled": True},
    ),
    Row(
        "label",
        "reopened",
        again,
        ("add jira.label: -> ESCALATION by add_label label=ESCALATION (file:24)",),
    ),
    Row("label", "receipt-lost", lost, (), receipt={"labelled": True}),
    Row(
        "label",
        "unreadable",
        lambda: new().on_ticket(editable=frozenset({"priority"})),
        ("problem jira.label: the field labels can't be edited in project DS",),
        variant="not-editable",
    ),
    Row(
        "label",
        "unreadable",
        lambda: new().on_ticket(editable=None, priorities=None),
        ("problem jira.label: Jira does not show which fields of DS-1071 can be edited",),
        variant="no-edit-screen",
    ),
    Row(
        "label",
        "unreadable",
        lambda: new(case={"unread": UNREAD}),
        ("problem acknowledgement: GitHub GET pulls: HTTP 502",),
        variant="acknowledgement",
        whole=True,
    ),
    Row(
        "priority",
        "absent",
        new,
        (
            (
                "change jira.priority: Medium -> Highest by set_priority id=1 "
                "previous={id:3 name:Medium} (file:1)"
            ),
        ),
    ),
    Row(
        "priority",
        "absent",
        lambda: new().on_ticket(priority=None),
        (("change jira.priority: none -> Highest by set_priority id=1 previous=None (file:1)"),),
        variant="none-at-all",
    ),
    Row("priority", "same", settled, (), whole=True),
    Row(
        "priority",
        "same",
        lambda: new().on_ticket(priority=HIGHEST),
        (),
        variant="by-hand-before-the-label",
        receipt={
            "priority": {
                "previous_id": "1",
                "previous_name": "Highest",
                "ours": "1",
                "given_up": False,
            }
        },
    ),
    Row(
        "priority",
        "differs",
        lambda: settled().wants(desired(policy={"jira": {"priority": "High"}})),
        (
            (
                "change jira.priority: Highest -> High by set_priority id=2 "
                "previous={id:1 name:Highest} (policy changed)"
            ),
        ),
        whole=True,
    ),
    Row(
        "priority",
        "differs",
        lambda: settled().wants(
            desired(policy={"jira": {"priority": "High"}, "drift": {"priority": "adopt"}})
        ),
        (
            (
                "change jira.priority: Highest -> High by set_priority id=2 "
                "previous={id:1 name:Highest} (policy changed)"
            ),
        ),
        variant="and-people-may-choose",
        whole=True,
        receipt={
            "priority": {
                "previous_id": "3",
                "previous_name": "Medium",
                "ours": "1",
                "given_up": False,
            }
        },
    ),
    Row(
        "priority",
        "drifted",
        lambda: settled().wants(drift(priority="repair")).on_ticket(priority=HIGH),
        (
            (
                "change jira.priority: High -> Highest by set_priority id=1 "
                "previous={id:2 name:High} (drift)"
            ),
            (
                "notice jira.priority: the priority was changed in Jira: Highest is "
                "declared, High is there. By dr…"
            ),
        ),
        variant="repair",
        whole=True,
    ),
    Row(
        "priority",
        "drifted",
        lambda: settled().wants(drift(priority="report")).on_ticket(priority=HIGH),
        (
            (
                "notice jira.priority: the priority was changed in Jira: Highest is "
                "declared, High is there. By dr…"
            ),
        ),
        variant="report",
        whole=True,
    ),
    Row(
        "priority",
        "drifted",
        lambda: settled().wants(drift(priority="adopt")).on_ticket(priority=HIGH),
        (
            "change jira.receipt: out of date -> as seen by remember (drift)",
            (
                "notice jira.priority: the priority was changed in Jira: Highest is "
                "declared, High is there. By dr…"
            ),
        ),
        variant="adopt",
        whole=True,
        receipt={
            "priority": {
                "previous_id": "3",
                "previous_name": "Medium",
                "ours": "1",
                "given_up": True,
            }
        },
    ),
    Row(
        "priority",
        "drifted",
        lambda: settled().on_ticket(priority=None),
        (
            ("change jira.priority: none -> Highest by set_priority id=1 previous=None (drift)"),
            (
                "notice jira.priority: the priority was changed in Jira: Highest is "
                "declared, none is there. By dr…"
            ),
        ),
        variant="removed",
        whole=True,
    ),
    Row(
        "priority",
        "ended",
        ended,
        (
            (
                "change jira.priority: Highest -> Medium by set_priority id=3 "
                "previous={id:1 name:Highest} restores=True (file:16)"
            ),
            "need priority changes of the ticket",
        ),
        receipt={
            "priority": {
                "previous_id": "3",
                "previous_name": "Medium",
                "ours": "1",
                "given_up": False,
            }
        },
    ),
    Row(
        "priority",
        "ended",
        lambda: ended().on_ticket(priority=HIGH),
        (),
        variant="chosen-since",
        receipt={"priority": None},
    ),
    Row(
        "priority",
        "ended",
        lambda: ended().on_ticket(labels=frozenset()),
        (
            (
                "change jira.priority: Highest -> Medium by set_priority id=3 "
                "previous={id:1 name:Highest} restores=True (file:16)"
            ),
            "need priority changes of the ticket",
        ),
        variant="label-taken-off",
        receipt={
            "priority": {
                "previous_id": "3",
                "previous_name": "Medium",
                "ours": "1",
                "given_up": False,
            }
        },
    ),
    Row(
        "priority",
        "ended",
        lambda: ended().remembers(
            priority=PriorityReceipt(previous_id="1", previous_name="Highest", ours="1")
        ),
        (),
        variant="was-highest-before",
    ),
    Row(
        "priority",
        "ended",
        lambda: (
            ended()
            .wants(desired(resolution=RESOLVED, policy={"drift": {"priority": "adopt"}}))
            .remembers(
                priority=PriorityReceipt(
                    previous_id="3", previous_name="Medium", ours="1", given_up=True
                )
            )
        ),
        (),
        variant="given-up",
    ),
    Row(
        "priority",
        "ended",
        lambda: ended().on_ticket(priorities=(HIGHEST, HIGH)),
        (
            "need priority changes of the ticket",
            ("notice jira.priority: the priority before the escalation (Medium) can't be restored"),
        ),
        variant="previous-is-gone",
    ),
    Row("priority", "held", lambda: new(case=HELD), ()),
    Row(
        "priority",
        "held",
        lambda: settled().wants(desired(case=HELD)),
        (
            (
                "change jira.priority: Highest -> Medium by set_priority id=3 "
                "previous={id:1 name:Highest} restores=True (file:1)"
            ),
            "need priority changes of the ticket",
        ),
        variant="former-episode",
    ),
    Row(
        "priority",
        "adopted",
        lambda: new(adopted=ADOPTED).on_ticket(priority=HIGHEST, labels=frozenset({"ESCALATION"})),
        ("need priority changes of the ticket",),
    ),
    Row(
        "priority",
        "reopened",
        again,
        (
            (
                "change jira.priority: Medium -> Highest by set_priority id=1 "
                "previous={id:3 name:Medium} (file:24)"
            ),
        ),
    ),
    Row(
        "priority",
        "receipt-lost",
        lost,
        (),
        receipt={
            "priority": {
                "previous_id": "3",
                "previous_name": "Medium",
                "ours": "1",
                "given_up": False,
            }
        },
    ),
    Row(
        "priority",
        "receipt-lost",
        lambda: settled().read(Probe.COMMENTS).without_receipt(),
        ("need priority changes of the ticket",),
        variant="not-read-yet",
        receipt={"priority": None},
    ),
    Row(
        "priority",
        "receipt-lost",
        lambda: lost().on_ticket(previous_priority=None),
        (),
        variant="no-change-in-the-log",
        receipt={
            "priority": {"previous_id": None, "previous_name": None, "ours": "1", "given_up": False}
        },
    ),
    Row(
        "priority",
        "receipt-lost",
        lambda: shown(ended()).without_receipt(),
        (
            (
                "change jira.priority: Highest -> Medium by set_priority id=3 "
                "previous={id:1 name:Highest} restores=True (file:16)"
            ),
        ),
        variant="ended",
    ),
    Row(
        "priority",
        "unreadable",
        lambda: new().on_ticket(priorities=(HIGH, MEDIUM)),
        (("problem jira.priority: project DS has no priority 'Highest'; it has: High, Medium"),),
        variant="no-such-priority",
    ),
    Row(
        "priority",
        "unreadable",
        lambda: new().on_ticket(editable=frozenset({"labels"})),
        (
            (
                "problem jira.priority: the field priority can't be edited in project DS;"
                " everything else is done"
            ),
        ),
        variant="not-editable",
    ),
    Row(
        "priority",
        "unreadable",
        lambda: new().on_ticket(priorities=None),
        ("problem jira.priority: Jira does not show which priorities DS-1071 can have",),
        variant="no-priorities",
    ),
    Row(
        "priority",
        "unreadable",
        lambda: ended().on_ticket(editable=None, priorities=None),
        ("problem jira.priority: Jira does not show which fields of DS-1071 can be edited",),
        variant="no-edit-screen-in-the-end",
        whole=True,
    ),
    Row(
        "priority",
        "unreadable",
        lambda: ended().on_ticket(priorities=None),
        ("problem jira.priority: Jira does not show which priorities DS-1071 can have",),
        variant="no-priorities-in-the-end",
        whole=True,
    ),
    Row(
        "priority",
        "same",
        lambda: settled().on_ticket(editable=None, priorities=None),
        (),
        variant="no-edit-screen",
        whole=True,
    ),
    Row(
        "assignee",
        "absent",
        new,
        ("add jira.assignee: -> dmitri by assign account=5f0a1c2e:dmitri (file:15)",),
    ),
    Row(
        "assignee",
        "absent",
        lambda: new().on_ticket(assignee=person("ines"), assignee_name="Inês Carvalho"),
        (
            (
                "change jira.assignee: Inês Carvalho -> dmitri by assign "
                "account=5f0a1c2e:dmitri (file:15)"
            ),
        ),
        variant="others-ticket",
    ),
    Row("assignee", "same", settled, (), whole=True),
    Row(
        "assignee",
        "differs",
        lambda: settled().wants(desired(assignee="nadia")),
        (("change jira.assignee: dmitri -> nadia by assign account=5f0a1c2e:nadia (file:15)"),),
    ),
    Row(
        "assignee",
        "drifted",
        lambda: (
            settled()
            .wants(drift(assignee="repair"))
            .on_ticket(assignee=person("nadia"), assignee_name="Nadia Haddad")
        ),
        (
            (
                "change jira.assignee: Nadia Haddad -> dmitri by assign "
                "account=5f0a1c2e:dmitri (drift)"
            ),
            (
                "notice jira.assignee: the assignee was changed in Jira: dmitri is "
                "declared, Nadia Haddad is there…"
            ),
        ),
        variant="repair",
        whole=True,
    ),
    Row(
        "assignee",
        "drifted",
        lambda: (
            settled()
            .wants(drift(assignee="report"))
            .on_ticket(assignee=person("nadia"))
            .sees(assignee="nadia")
        ),
        (
            (
                "notice jira.assignee: the assignee was changed in Jira: dmitri is "
                "declared, nadia is there. By dr…"
            ),
        ),
        variant="report",
        whole=True,
    ),
    Row(
        "assignee",
        "drifted",
        lambda: (
            settled(NEXT_YEAR)
            .wants(drift(assignee="adopt"))
            .on_ticket(assignee=person("nadia"))
            .sees(assignee="nadia")
        ),
        (
            (
                "notice jira.assignee: the assignee was changed in Jira: dmitri is "
                "declared, nadia is there. By dr…"
            ),
        ),
        variant="adopt",
        whole=True,
    ),
    Row(
        "assignee",
        "drifted",
        lambda: settled().on_ticket(assignee=None, assignee_name=""),
        (
            (
                "notice jira.assignee: the assignee was changed in Jira: dmitri is "
                "declared, no one is there. By d…"
            ),
        ),
        variant="to-nobody",
        whole=True,
    ),
    Row("assignee", "ended", ended, (), receipt={"assignee": None}),
    Row("assignee", "held", lambda: new(case=HELD), ()),
    Row("assignee", "held", lambda: again(**HELD), (), variant="former-episode"),
    Row(
        "assignee", "adopted", lambda: new(adopted=ADOPTED).on_ticket(assignee=person("dmitri")), ()
    ),
    Row(
        "assignee",
        "reopened",
        again,
        ("add jira.assignee: -> nadia by assign account=5f0a1c2e:nadia (file:32)",),
    ),
    Row("assignee", "receipt-lost", lost, (), receipt={"assignee": "5f0a1c2e:dmitri"}),
    Row(
        "assignee",
        "receipt-lost",
        lambda: lost().on_ticket(assignee=person("nadia"), assignee_name="Nadia Haddad"),
        (
            (
                "change jira.assignee: Nadia Haddad -> dmitri by assign "
                "account=5f0a1c2e:dmitri (file:15)"
            ),
        ),
        variant="and-moved",
    ),
    Row(
        "assignee",
        "unreadable",
        lambda: new().sees(
            jira_ids={},
            unknown={
                "jira/dmitri": Diagnostic(
                    "jira.assignee", "Jira has no active user for dmitri", "Correct the address."
                )
            },
        ),
        ("problem jira.assignee: Jira has no active user for dmitri",),
    ),
    Row(
        "remote-link",
        "absent",
        new,
        (
            (
                "add jira.remote_link: -> #ds-1071-something-fails-in-ds-1071 by "
                "remote_link summary=Escalation channel (assigned) ended=False (file:1)"
            ),
        ),
    ),
    Row("remote-link", "absent", lambda: new(assignee=None), (), variant="without-a-channel"),
    Row("remote-link", "same", settled, (), whole=True),
    Row(
        "remote-link",
        "differs",
        lambda: settled(assignee=None, policy={"channel": {"open_from": "acknowledged"}}).wants(
            desired(policy={"channel": {"open_from": "acknowledged"}})
        ),
        (
            (
                "change jira.remote_link: older state -> "
                "#ds-1071-something-fails-in-ds-1071 by remote_link summary=Escalation "
                "channel (assigned) ended=False (file:1)"
            ),
        ),
    ),
    Row(
        "remote-link",
        "drifted",
        lambda: settled().on_ticket(remote_link="").read(Probe.REMOTE_LINK),
        (
            (
                "add jira.remote_link: -> #ds-1071-something-fails-in-ds-1071 by "
                "remote_link summary=Escalation channel (assigned) ended=False (drift)"
            ),
        ),
        variant="gone",
        whole=True,
    ),
    Row(
        "remote-link",
        "drifted",
        lambda: (
            settled()
            .on_ticket(remote_link="https://slack.example/archives/C0OTHER")
            .read(Probe.REMOTE_LINK)
        ),
        (
            (
                "add jira.remote_link: -> #ds-1071-something-fails-in-ds-1071 by "
                "remote_link summary=Escalation channel (assigned) ended=False (drift)"
            ),
        ),
        variant="to-another-channel",
        whole=True,
    ),
    Row(
        "remote-link",
        "drifted",
        lambda: settled().on_ticket(remote_link=""),
        (),
        variant="not-read",
        whole=True,
    ),
    Row(
        "remote-link",
        "ended",
        ended,
        (
            (
                "change jira.remote_link: older state -> "
                "#ds-1071-something-fails-in-ds-1071 by remote_link summary=Escalation "
                "channel (resolved) ended=True (file:16)"
            ),
        ),
    ),
    Row("remote-link", "held", lambda: new(case=HELD), ()),
    Row("remote-link", "adopted", lambda: new(adopted=ADOPTED), ()),
    Row(
        "remote-link",
        "reopened",
        again,
        (
            (
                "add jira.remote_link: -> #ds-1071-something-fails-in-ds-1071-2 by "
                "remote_link summary=Escalation channel (assigned) ended=False (file:24)"
            ),
        ),
    ),
    Row(
        "remote-link",
        "receipt-lost",
        lost,
        (
            (
                "add jira.remote_link: -> #ds-1071-something-fails-in-ds-1071 by "
                "remote_link summary=Escalation channel (assigned) ended=False (file:1)"
            ),
        ),
    ),
    Row(
        "remote-link",
        "unreadable",
        lambda: settled().in_channel(hidden=True),
        (),
        variant="hidden-channel",
    ),
    Row(
        "comment",
        "absent",
        new,
        ("add jira.comment: -> names the channel by add_comment kind=channel (file:1)",),
    ),
    Row("comment", "absent", lambda: new(assignee=None), (), variant="without-a-channel"),
    Row(
        "comment",
        "absent",
        lambda: new(updates=[UPDATE]),
        (
            "add jira.comment: -> names the channel by add_comment kind=channel (file:1)",
            (
                "add jira.comment: -> update 1 by Dmitri Sokolov: The certifi… by "
                "add_comment kind=update-1 (file:17)"
            ),
        ),
        variant="update",
    ),
    Row("comment", "same", settled, (), whole=True),
    Row("comment", "same", lambda: settled(updates=[UPDATE]), (), variant="update", whole=True),
    Row(
        "comment",
        "differs",
        lambda: settled().in_channel(name="ds-1071-all-hands"),
        (
            (
                "change jira.remote_link: older state -> #ds-1071-all-hands by "
                "remote_link summary=Escalation channel (assigned) ended=False (file:1)"
            ),
            (
                "change jira.comment: older text -> names the channel by edit_comment "
                "kind=channel id=900 (file:1)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
            (
                "notice slack.name: the channel was renamed: "
                "#ds-1071-something-fails-in-ds-1071 is declared, #…"
            ),
        ),
        variant="renamed-channel",
        whole=True,
        receipt={"channel": {"id": "C0DS1071", "name": "ds-1071-all-hands"}},
    ),
    Row(
        "comment",
        "differs",
        lambda: settled(NEXT_YEAR, updates=[UPDATE]).wants(
            desired(updates=[UPDATE, UPDATE | {"text": "Renewed."}])
        ),
        (
            (
                "add jira.comment: -> update 2 by Dmitri Sokolov: Renewed. by "
                "add_comment kind=update-2 (file:20)"
            ),
        ),
        variant="another-update",
    ),
    Row(
        "comment",
        "drifted",
        lambda: settled().read(Probe.COMMENTS).on_ticket(comments={}),
        ("add jira.comment: -> names the channel by add_comment kind=channel (drift)",),
        variant="deleted",
        whole=True,
    ),
    Row(
        "comment",
        "drifted",
        lambda: commented(settled(), touched=True),
        (
            (
                "change jira.comment: edited by a person -> names the channel by "
                "edit_comment kind=channel id=900 (drift)"
            ),
        ),
        variant="edited",
        whole=True,
    ),
    Row(
        "comment",
        "drifted",
        lambda: settled(updates=[UPDATE]).on_ticket(comments=settled().ticket.comments),
        (),
        variant="update-deleted",
        whole=True,
    ),
    Row(
        "comment",
        "ended",
        ended,
        ("add jira.comment: -> root-cause summary by add_comment kind=summary (file:16)",),
    ),
    Row(
        "comment",
        "ended",
        lambda: ended().read(Probe.COMMENTS).on_ticket(comments={}),
        ("add jira.comment: -> root-cause summary by add_comment kind=summary (file:16)",),
        variant="channel-comment-deleted",
    ),
    Row(
        "comment",
        "ended",
        lambda: settled(resolution=RESOLVED).wants(desired(resolution=SENT)),
        (
            (
                "change jira.comment: older text -> root-cause summary by edit_comment "
                "kind=summary id=901 (file:16)"
            ),
        ),
        variant="customers-informed",
    ),
    Row(
        "comment",
        "ended",
        lambda: spoiled(settled(resolution=RESOLVED).wants(desired(resolution=SENT))),
        (),
        variant="summary-edited-by-people",
    ),
    Row(
        "comment",
        "unreadable",
        lambda: settled().on_ticket(comments={}),
        ("need marks of the comments that the tool's account wrote",),
        variant="not-listed",
    ),
    Row(
        "comment",
        "unreadable",
        lambda: settled().without_receipt(),
        ("need marks of the comments that the tool's account wrote",),
        variant="not-read-yet",
        whole=True,
    ),
    Row("comment", "held", lambda: new(case=HELD), ()),
    Row("comment", "adopted", lambda: new(adopted=ADOPTED), ()),
    Row(
        "comment",
        "reopened",
        again,
        (
            (
                "change jira.comment: older text -> names the channel by edit_comment "
                "kind=channel id=900 (file:1)"
            ),
        ),
    ),
    Row(
        "comment",
        "receipt-lost",
        lambda: lost(updates=[UPDATE]),
        (),
        receipt={"comments": ["channel", "update-1"]},
    ),
    Row(
        "comment",
        "unreadable",
        lambda: settled().in_channel(hidden=True),
        (),
        variant="hidden-channel",
    ),
    Row(
        "follow-up",
        "absent",
        ended,
        (
            (
                "add jira.link: -> Relates PAY-641 by link_ticket key=PAY-641 "
                "link_type=Relates (file:20)"
            ),
        ),
    ),
    Row(
        "follow-up",
        "absent",
        lambda: ended().on_ticket(editable=frozenset({"labels", "priority"})),
        (
            (
                "add jira.link: -> Relates PAY-641 by link_ticket key=PAY-641 "
                "link_type=Relates apart=True (file:20)"
            ),
        ),
        variant="not-on-the-screen",
    ),
    Row("follow-up", "same", lambda: settled(resolution=FOLLOWED), (), whole=True),
    Row(
        "follow-up",
        "differs",
        lambda: settled(resolution=FOLLOWED).wants(
            desired(resolution=RESOLVED | {"follow_ups": ["PAY-641", "PAY-7"]})
        ),
        (
            (
                "change slack.summary: older text -> root-cause summary by edit_post "
                "where=channel kind=summary ts=1795446000.000100 (file:16)"
            ),
            (
                "change slack.thread: older text -> reply: resolved by edit_post "
                "where=thread kind=resolved ts=1795446000.000010 (file:16)"
            ),
            (
                "change jira.comment: older text -> root-cause summary by edit_comment "
                "kind=summary id=901 (file:16)"
            ),
            "add jira.link: -> Relates PAY-7 by link_ticket key=PAY-7 link_type=Relates (file:21)",
            "need messages of the channel",
            "need replies to the announcement",
            "need the announcements that the receipt names",
        ),
        whole=True,
    ),
    Row(
        "follow-up",
        "drifted",
        lambda: settled(resolution=FOLLOWED).on_ticket(links=frozenset({"DS-7"})),
        (
            (
                "add jira.link: -> Relates PAY-641 by link_ticket key=PAY-641 "
                "link_type=Relates (file:20)"
            ),
        ),
        whole=True,
    ),
    Row(
        "follow-up",
        "ended",
        lambda: settled().wants(desired(resolution=RESOLVED)),
        (),
        variant="none",
    ),
    Row("follow-up", "reopened", again, ()),
    Row(
        "follow-up",
        "receipt-lost",
        lambda: lost(resolution=FOLLOWED).on_ticket(labels=frozenset({"ESCALATION"})),
        (),
    ),
    Row(
        "follow-up",
        "unreadable",
        lambda: ended().sees(missing_tickets=frozenset({"PAY-641"})),
        (
            (
                "problem jira.link: the follow-up PAY-641 is not visible in Jira "
                "(escalations/2026/DS-1071.yaml…"
            ),
        ),
    ),
    Row(
        "follow-up",
        "unreadable",
        lambda: ended().sees(unknown={"ticket/PAY-641": UNREAD_FOLLOW_UP}),
        ("problem jira.link: the follow-up PAY-641: HTTP 503",),
        variant="unknown",
    ),
    Row("receipt", "absent", new, ()),
    Row("receipt", "same", settled, (), whole=True),
    Row(
        "receipt",
        "same",
        lambda: settled(NEXT_YEAR).at(MONDAY),
        (),
        variant="earlier-now-later",
        whole=True,
    ),
    Row(
        "receipt",
        "drifted",
        lambda: settled().remembers(invited=()),
        ("change jira.receipt: out of date -> as seen by remember (drift)",),
        variant="invited-themselves",
        whole=True,
        receipt={
            "invited": ["U-dmitri", "U-hannah", "U-ines", "U-lena", "U-owen", "U-priya", "U-sofia"]
        },
    ),
    Row(
        "receipt",
        "ended",
        lambda: new(resolution=RESOLVED).read(Probe.ANNOUNCEMENT).announced(messages={}),
        (),
        variant="never-ours",
        whole=True,
    ),
    Row(
        "receipt",
        "ended",
        lambda: new(resolution=RESOLVED),
        ("need messages of the announcement channel",),
        variant="never-ours-not-read",
        whole=True,
    ),
    Row("receipt", "held", lambda: new(case=HELD), ()),
    Row("receipt", "held", lambda: again(**HELD), (), variant="former-episode"),
    Row(
        "receipt",
        "adopted",
        lambda: settled(adopted=ADOPTED),
        (),
        receipt={"channel": {"id": "C0DS1071", "name": "ds-1071-something-fails-in-ds-1071"}},
    ),
    Row(
        "receipt",
        "reopened",
        again,
        (),
        receipt={
            "channel": None,
            "posts": {},
            "archived": False,
            "earlier_channels": [{"id": "C0DS1071", "name": "ds-1071-something-fails-in-ds-1071"}],
        },
    ),
    Row(
        "receipt",
        "receipt-lost",
        lost,
        ("change jira.receipt: out of date -> as seen by remember (drift)",),
        receipt={
            "channel": {"id": "C0DS1071", "name": "ds-1071-something-fails-in-ds-1071"},
            "pinned": "1795446000.000100",
            "archived": False,
        },
    ),
    Row(
        "receipt",
        "unreadable",
        lambda: new().sees(ticket=None),
        ("problem jira.ticket: Jira shows no ticket DS-1071",),
        variant="no-ticket",
        whole=True,
    ),
    Row(
        "receipt",
        "unreadable",
        lambda: new().sees(ticket=None, moved_to="PLAT-5"),
        ("problem jira.ticket: DS-1071 was moved to PLAT-5",),
        variant="ticket-moved",
        whole=True,
    ),
)
def test_ticket(row: Row):
    row.check()
