"""Channel: that it exists, its name, texts, people, messages and end, in every state."""

from datetime import timedelta

from plan.table import Row, rows
from plan.values import (
    ADOPTED,
    AGAIN,
    CHANNEL,
    HELD,
    MONDAY,
    NEXT_YEAR,
    RESOLVED,
    UPDATE,
    WITHDRAWN,
    Scene,
    again,
    desired,
    drift,
    ended,
    lost,
    new,
    settled,
    shown,
)
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Channel, Probe, SeenBookmark
from reconciler.model.ownership_history import OwnershipHistory
from reconciler.model.receipt import ChannelReceipt, TextReceipt

EARLY = {"channel": {"open_from": "acknowledged"}}
THEIRS = Channel(
    CHANNEL.id,
    "all-about-payments",
    "Lunch?",
    "",
    archived=False,
    bot_is_member=True,
    members=frozenset({"U-priya", "U-lena"}),
)
HANDED = {
    "case": {
        "ownership": OwnershipHistory(assignees=("dmitri", "nadia"), contacts=("lena", "owen"))
    }
}
RENAMED = "ds-1071-all-hands"


def idle(days: float, **options: object) -> Scene:
    """Resolved some days ago; nobody has written since, as far as Slack shows."""
    scene = settled(MONDAY, resolution=RESOLVED, **options)
    scene = scene.at(MONDAY + timedelta(days=days))
    return scene.in_channel(latest=MONDAY.timestamp() + 60).read(Probe.IDLENESS)


def first_bookmark(title: str, link: str, by: str) -> Scene:
    """The first of the bookmarks that the receipt names, as somebody left it."""
    scene = shown(settled()).sees(bot="U-bot")
    others = (scene.channel.bookmarks or ())[1:]
    return scene.in_channel(bookmarks=(SeenBookmark("Bk0", title, link, by), *others))


JOINS = (
    "add slack.membership: -> the bot by join_channel (drift)",
    (
        "notice slack.membership: the bot is not in #ds-1071-something-fails-in-ds-1071,"
        " and only members can…"
    ),
)


@rows(
    Row(
        "channel",
        "absent",
        new,
        (
            (
                "add slack.channel: -> #ds-1071-something-fails-in-ds-1071 by "
                "create_channel name=ds-1071-something-fails-in-ds-1071 (file:15)"
            ),
        ),
    ),
    Row("channel", "absent", lambda: new(assignee=None), (), variant="nobody-assigned"),
    Row(
        "channel",
        "absent",
        lambda: new(assignee=None, policy=EARLY),
        (
            (
                "add slack.channel: -> #ds-1071-something-fails-in-ds-1071 by "
                "create_channel name=ds-1071-something-fails-in-ds-1071 (file:1)"
            ),
        ),
        variant="open-from-acknowledged",
    ),
    Row("channel", "same", settled, (), whole=True),
    Row(
        "channel",
        "drifted",
        lambda: settled().in_channel(archived=True),
        (
            (
                "notice slack.channel: an open channel is declared, and "
                "#ds-1071-something-fails-in-ds-1071 was ar…"
            ),
        ),
        variant="archived-report",
        whole=True,
    ),
    Row(
        "channel",
        "drifted",
        lambda: settled().wants(drift(channel_archived="repair")).in_channel(archived=True),
        (
            (
                "add slack.channel: -> #ds-1071-something-fails-in-ds-1071-aga… by "
                "create_channel name=ds-1071-something-fails-in-ds-1071-again (drift)"
            ),
            (
                "notice slack.channel: an open channel is declared, and "
                "#ds-1071-something-fails-in-ds-1071 was ar…"
            ),
        ),
        variant="archived-repair",
    ),
    Row(
        "channel",
        "drifted",
        lambda: settled(NEXT_YEAR).in_channel(hidden=True),
        (
            (
                "notice slack.channel: a public channel is declared, and "
                "#ds-1071-something-fails-in-ds-1071 was m…"
            ),
        ),
        variant="hidden-report",
        whole=True,
    ),
    Row(
        "channel",
        "drifted",
        lambda: settled(NEXT_YEAR).wants(drift(channel_hidden="repair")).in_channel(hidden=True),
        (
            (
                "add slack.channel: -> #ds-1071-something-fails-in-ds-1071-aga… by "
                "create_channel name=ds-1071-something-fails-in-ds-1071-again (drift)"
            ),
            (
                "notice slack.channel: a public channel is declared, and "
                "#ds-1071-something-fails-in-ds-1071 was m…"
            ),
        ),
        variant="hidden-repair",
    ),
    Row(
        "channel",
        "drifted",
        lambda: (
            settled()
            .wants(drift(channel_hidden="repair"))
            .in_channel(hidden=True, name=CHANNEL.name + "-again")
            .remembers(channel=ChannelReceipt(id=CHANNEL.id, name=CHANNEL.name + "-again"))
        ),
        (
            (
                "add slack.channel: -> #ds-1071-something-fails-in-ds-1071-aga… by "
                "create_channel name=ds-1071-something-fails-in-ds-1071-again-2 (drift)"
            ),
            (
                "notice slack.channel: a public channel is declared, and "
                "#ds-1071-something-fails-in-ds-1071-again…"
            ),
        ),
        variant="hidden-twice",
    ),
    Row("channel", "ended", ended, ()),
    Row("channel", "ended", lambda: ended().in_channel(archived=True), (), variant="archived"),
    Row(
        "channel",
        "ended",
        lambda: settled(assignee=None).wants(desired(assignee=None, withdrawn=WITHDRAWN)),
        (),
        variant="never-opened",
    ),
    Row("channel", "held", lambda: new(case=HELD), ()),
    Row("channel", "held", lambda: again(**HELD), (), variant="former-channel-archived"),
    Row("channel", "adopted", lambda: new(adopted=ADOPTED).sees(channel=THEIRS), ()),
    Row(
        "channel",
        "adopted",
        lambda: new(adopted=ADOPTED).sees(channel=None),
        (
            (
                "add slack.channel: -> #ds-1071-something-fails-in-ds-1071 by "
                "create_channel name=ds-1071-something-fails-in-ds-1071 (file:15)"
            ),
        ),
        variant="gone",
    ),
    Row(
        "channel",
        "reopened",
        again,
        (
            (
                "add slack.channel: -> #ds-1071-something-fails-in-ds-1071-2 by "
                "create_channel name=ds-1071-something-fails-in-ds-1071-2 (file:32)"
            ),
        ),
        receipt={
            "channel": None,
            "earlier_channels": [{"id": "C0DS1071", "name": "ds-1071-something-fails-in-ds-1071"}],
        },
    ),
    Row(
        "channel",
        "reopened",
        lambda: again().in_channel(archived=False).remembers(archived=False),
        (),
        variant="still-open",
    ),
    Row(
        "channel",
        "receipt-lost",
        lost,
        (),
        receipt={"channel": {"id": "C0DS1071", "name": "ds-1071-something-fails-in-ds-1071"}},
    ),
    Row(
        "channel",
        "receipt-lost",
        lambda: lost().in_channel(archived=True),
        (
            (
                "notice slack.channel: an open channel is declared, and "
                "#ds-1071-something-fails-in-ds-1071 was ar…"
            ),
        ),
        variant="archived-meanwhile",
    ),
    Row(
        "channel",
        "receipt-lost",
        lambda: settled().remembers(channel=ChannelReceipt(id="C0OLD", name="ds-1071-old")),
        (),
        variant="made-by-a-run-that-died",
        receipt={
            "channel": {"id": "C0DS1071", "name": "ds-1071-something-fails-in-ds-1071"},
            "posts": {},
            "invited": ["U-dmitri", "U-hannah", "U-ines", "U-lena", "U-owen", "U-priya", "U-sofia"],
        },
    ),
    Row(
        "channel",
        "unreadable",
        lambda: settled().in_channel(hidden=True),
        (
            (
                "notice slack.channel: a public channel is declared, and "
                "#ds-1071-something-fails-in-ds-1071 was m…"
            ),
        ),
        variant="hidden",
    ),
    Row("channel-name", "same", settled, (), whole=True),
    Row(
        "channel-name",
        "differs",
        lambda: settled().wants(desired(title="Something else fails")),
        (),
        variant="title-changed",
    ),
    Row(
        "channel-name",
        "drifted",
        lambda: settled().wants(drift(channel_name="repair")).in_channel(name=RENAMED),
        (
            (
                "change slack.name: #ds-1071-all-hands -> "
                "#ds-1071-something-fails-in-ds-1071 by rename_channel "
                "name=ds-1071-something-fails-in-ds-1071 (drift)"
            ),
            (
                "notice slack.name: the channel was renamed: "
                "#ds-1071-something-fails-in-ds-1071 is declared, #…"
            ),
        ),
        variant="repair",
        whole=True,
    ),
    Row(
        "channel-name",
        "drifted",
        lambda: settled().wants(drift(channel_name="report")).in_channel(name=RENAMED),
        (
            (
                "notice slack.name: the channel was renamed: "
                "#ds-1071-something-fails-in-ds-1071 is declared, #…"
            ),
        ),
        variant="report",
        whole=True,
        receipt={"channel": {"id": "C0DS1071", "name": "ds-1071-something-fails-in-ds-1071"}},
    ),
    Row(
        "channel-name",
        "drifted",
        lambda: settled().wants(drift(channel_name="adopt")).in_channel(name=RENAMED),
        (
            (
                "notice slack.name: the channel was renamed: "
                "#ds-1071-something-fails-in-ds-1071 is declared, #…"
            ),
        ),
        variant="adopt",
        receipt={"channel": {"id": "C0DS1071", "name": "ds-1071-all-hands"}},
    ),
    Row("channel-name", "ended", lambda: ended().in_channel(name=RENAMED), ()),
    Row(
        "channel-name",
        "held",
        lambda: (
            settled()
            .wants(desired(case=HELD, policy={"drift": {"channel_name": "repair"}}))
            .in_channel(name=RENAMED)
        ),
        (),
    ),
    Row(
        "channel-name",
        "adopted",
        lambda: new(adopted=ADOPTED).sees(channel=THEIRS),
        (),
        receipt={"channel": {"id": "C0DS1071", "name": "all-about-payments"}},
    ),
    Row(
        "channel-name",
        "reopened",
        lambda: again(policy={"drift": {"channel_name": "repair"}}).in_channel(name=RENAMED),
        (),
    ),
    Row(
        "channel-name",
        "receipt-lost",
        lambda: lost().in_channel(name=RENAMED),
        (),
        receipt={"channel": {"id": "C0DS1071", "name": "ds-1071-all-hands"}},
    ),
    Row(
        "channel-name",
        "unreadable",
        lambda: settled().wants(drift(channel_name="repair")).in_channel(hidden=True, name=RENAMED),
        (),
        variant="hidden",
    ),
    Row("membership", "same", settled, (), whole=True),
    Row(
        "membership",
        "drifted",
        lambda: settled().in_channel(bot_is_member=False),
        JOINS,
        whole=True,
    ),
    Row(
        "membership",
        "ended",
        lambda: ended().in_channel(bot_is_member=False),
        JOINS,
    ),
    Row(
        "membership",
        "ended",
        lambda: ended().in_channel(bot_is_member=False, archived=True).remembers(archived=True),
        (),
        variant="archived",
    ),
    Row(
        "membership",
        "held",
        lambda: settled().wants(desired(case=HELD)).in_channel(bot_is_member=False),
        (),
    ),
    Row(
        "membership",
        "adopted",
        lambda: new(adopted=ADOPTED).sees(channel=THEIRS).in_channel(bot_is_member=False),
        (
            JOINS[0],
            (
                "notice slack.membership: the bot is not in #all-about-payments,"
                " and only members can read it, so the…"
            ),
        ),
    ),
    Row("membership", "reopened", again, ()),
    Row(
        "membership",
        "receipt-lost",
        lambda: lost().in_channel(bot_is_member=False),
        JOINS,
    ),
    Row(
        "membership",
        "unreadable",
        lambda: settled().in_channel(bot_is_member=False, hidden=True),
        (),
        variant="hidden",
    ),
    Row(
        "topic",
        "absent",
        new,
        (("add slack.topic: -> DS-1071 assigned · high · assignee Dmit… by set_topic (file:1)"),),
    ),
    Row("topic", "same", settled, (), whole=True),
    Row(
        "topic",
        "same",
        lambda: (
            settled()
            .in_channel(topic="DS-1071 :fire:")
            .remembers(
                topic=TextReceipt(
                    rev=settled().desired.channel.topic.digest,
                    stored="DS-1071 :fire:",
                )
            )
        ),
        (),
        variant="rewritten-by-slack",
        whole=True,
    ),
    Row(
        "topic",
        "differs",
        lambda: settled().wants(desired(contact="owen")),
        (
            (
                "change slack.topic: DS-1071 assigned · high · assignee Dmit… -> DS-1071 "
                "assigned · high · assignee Dmit… by set_topic (file:1)"
            ),
        ),
    ),
    Row(
        "topic",
        "drifted",
        lambda: settled(NEXT_YEAR).in_channel(topic="Lunch at noon, who joins?"),
        (
            (
                "change slack.topic: Lunch at noon, who joins? -> DS-1071 assigned · "
                "high · assignee Dmit… by set_topic (drift)"
            ),
        ),
        whole=True,
    ),
    Row(
        "topic",
        "drifted",
        lambda: settled().in_channel(topic=""),
        (("add slack.topic: -> DS-1071 assigned · high · assignee Dmit… by set_topic (drift)"),),
        variant="emptied",
        whole=True,
    ),
    Row(
        "topic",
        "ended",
        ended,
        (
            (
                "change slack.topic: DS-1071 assigned · high · assignee Dmit… -> DS-1071 "
                "resolved · high · assignee Dmit… by set_topic (file:16)"
            ),
        ),
    ),
    Row(
        "topic", "held", lambda: settled().wants(desired(case=HELD)).in_channel(topic="Lunch?"), ()
    ),
    Row("topic", "adopted", lambda: new(adopted=ADOPTED).sees(channel=THEIRS), ()),
    Row(
        "topic",
        "reopened",
        again,
        (("add slack.topic: -> DS-1071 assigned · high · assignee Nadi… by set_topic (file:24)"),),
    ),
    Row("topic", "receipt-lost", lost, ()),
    Row(
        "topic",
        "receipt-lost",
        lambda: lost().in_channel(topic="Lunch?"),
        (
            (
                "change slack.topic: Lunch? -> DS-1071 assigned · high · assignee Dmit… "
                "by set_topic (file:1)"
            ),
        ),
        variant="and-moved",
    ),
    Row(
        "topic",
        "unreadable",
        lambda: settled().in_channel(topic="Lunch?", archived=True),
        (),
        variant="archived",
    ),
    Row(
        "purpose",
        "absent",
        new,
        (
            (
                "add slack.purpose: -> Escalation DS-1071: Something fails in … by "
                "set_purpose (file:2)"
            ),
        ),
    ),
    Row("purpose", "same", settled, (), whole=True),
    Row(
        "purpose",
        "differs",
        lambda: settled().wants(desired(title="Something else fails")),
        (
            (
                "change slack.purpose: Escalation DS-1071: Something fails in … -> "
                "Escalation DS-1071: Something else fail… by set_purpose (file:2)"
            ),
        ),
    ),
    Row(
        "purpose",
        "drifted",
        lambda: settled().in_channel(purpose="Come in"),
        (
            (
                "change slack.purpose: Come in -> Escalation DS-1071: Something fails in "
                "… by set_purpose (drift)"
            ),
        ),
        whole=True,
    ),
    Row("purpose", "ended", ended, ()),
    Row(
        "purpose",
        "held",
        lambda: settled().wants(desired(case=HELD)).in_channel(purpose="Come in"),
        (),
    ),
    Row("purpose", "adopted", lambda: new(adopted=ADOPTED).sees(channel=THEIRS), ()),
    Row(
        "purpose",
        "reopened",
        again,
        (
            (
                "add slack.purpose: -> Escalation DS-1071: Something fails in … by "
                "set_purpose (file:2)"
            ),
        ),
    ),
    Row("purpose", "receipt-lost", lost, ()),
    Row(
        "purpose",
        "unreadable",
        lambda: settled().in_channel(purpose="Come in", hidden=True),
        (),
        variant="hidden",
    ),
    Row(
        "members",
        "absent",
        new,
        (
            (
                "add slack.members: -> priya, lena, owen, dmitri, ines, hannah… by "
                "invite users={priya:U-priya lena:U-lena owen:U-owen dmitri:U-dmitri "
                "ines:U-ines hannah:U-hannah sofia:U-sofia} (file:9)"
            ),
        ),
    ),
    Row("members", "same", settled, (), whole=True),
    Row(
        "members",
        "same",
        lambda: settled().in_channel(members=frozenset({"U-stranger", *settled().channel.members})),
        (),
        variant="others-are-there-too",
        whole=True,
    ),
    Row(
        "members",
        "differs",
        lambda: settled().wants(
            desired(stakeholders={"client_facing": ["amara"], "product_engineering": ["ravi"]})
        ),
        (
            (
                "add slack.members: -> amara, ravi by invite users={amara:U-amara "
                "ravi:U-ravi} (file:18)"
            ),
        ),
        variant="stakeholder",
    ),
    Row(
        "members",
        "drifted",
        lambda: settled().in_channel(members=settled().channel.members - {"U-dmitri"}),
        ("add slack.members: -> dmitri by invite users={dmitri:U-dmitri} (drift)",),
        variant="role-holder-left",
        whole=True,
    ),
    Row(
        "members",
        "drifted",
        lambda: settled(stakeholders={"client_facing": ["amara"]}).in_channel(
            members=settled().channel.members
        ),
        (),
        variant="stakeholder-left",
        whole=True,
    ),
    Row(
        "members",
        "drifted",
        lambda: settled(NEXT_YEAR).in_channel(
            members=settled().channel.members - {"U-lena", "U-hannah"}
        ),
        (
            (
                "add slack.members: -> lena, hannah by invite users={lena:U-lena "
                "hannah:U-hannah} (drift)"
            ),
        ),
        variant="two-left",
        whole=True,
    ),
    Row("members", "ended", lambda: ended().in_channel(members=None), ()),
    Row(
        "members",
        "held",
        lambda: settled().wants(desired(case=HELD)).in_channel(members=frozenset()),
        (),
    ),
    Row(
        "members",
        "adopted",
        lambda: new(adopted=ADOPTED).sees(channel=THEIRS),
        (
            (
                "add slack.members: -> owen, dmitri, ines, hannah, sofia by invite "
                "users={owen:U-owen dmitri:U-dmitri ines:U-ines hannah:U-hannah "
                "sofia:U-sofia} (file:12)"
            ),
        ),
    ),
    Row(
        "members",
        "reopened",
        again,
        (
            (
                "add slack.members: -> tomas, owen, nadia, marcus, hannah, sof… by "
                "invite users={tomas:U-tomas owen:U-owen nadia:U-nadia marcus:U-marcus "
                "hannah:U-hannah sofia:U-sofia} (file:30)"
            ),
        ),
    ),
    Row(
        "members",
        "receipt-lost",
        lost,
        (),
        receipt={
            "invited": ["U-dmitri", "U-hannah", "U-ines", "U-lena", "U-owen", "U-priya", "U-sofia"]
        },
    ),
    Row(
        "members",
        "receipt-lost",
        lambda: lost(stakeholders={"client_facing": ["amara"]}).in_channel(
            members=settled().channel.members, joined=frozenset({"U-amara"})
        ),
        (),
        variant="stakeholder-who-left",
    ),
    Row(
        "members",
        "unreadable",
        lambda: settled().sees(
            unknown={
                "slack/owen": Diagnostic(
                    "slack.members", "Slack has no active user for owen", "Correct the address."
                )
            }
        ),
        ("problem slack.members: Slack has no active user for owen",),
    ),
    Row(
        "members",
        "unreadable",
        lambda: new().sees(
            unknown={
                "slack/owen": Diagnostic(
                    "slack.members", "Slack has no active user for owen", "Correct the address."
                )
            }
        ),
        (
            (
                "add slack.members: -> priya, lena, dmitri, ines, hannah, sofia by "
                "invite users={priya:U-priya lena:U-lena dmitri:U-dmitri ines:U-ines "
                "hannah:U-hannah sofia:U-sofia} (file:9)"
            ),
            "problem slack.members: Slack has no active user for owen",
        ),
        variant="and-another-is-missing",
    ),
    Row(
        "brief",
        "absent",
        new,
        (
            (
                "add slack.brief: -> who is who, impact, reason, findings by post "
                "where=channel kind=brief (file:8)"
            ),
        ),
    ),
    Row("brief", "same", settled, (), whole=True),
    Row(
        "brief",
        "differs",
        lambda: settled().wants(desired(reason="Now it is worse.")),
        (
            (
                "change slack.brief: older text -> who is who, impact, reason, findings "
                "by edit_post where=channel kind=brief ts=1795446000.000100 (file:8)"
            ),
            (
                "change slack.announcement: older text -> in #sre-escalations: assigned "
                "by edit_post where=announcement kind=announcement ts=1795446000.000001 "
                "(file:1)"
            ),
            "need messages of the channel",
            "need the announcements that the receipt names",
        ),
        whole=True,
    ),
    Row(
        "brief",
        "drifted",
        lambda: (
            settled()
            .remembers(posts={})
            .read(Probe.MESSAGES, Probe.PINS)
            .in_channel(posts={}, pins=frozenset())
        ),
        (
            (
                "add slack.brief: -> who is who, impact, reason, findings by post "
                "where=channel kind=brief (file:8)"
            ),
            "add slack.pin: -> pins the brief by pin kind=brief (drift)",
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="deleted",
        whole=True,
    ),
    Row(
        "brief",
        "drifted",
        lambda: shown(settled()).in_channel(posts={}, pins=frozenset()),
        (
            (
                "add slack.brief: -> who is who, impact, reason, findings by post "
                "where=channel kind=brief (drift)"
            ),
            "add slack.pin: -> pins the brief by pin kind=brief (drift)",
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="deleted-and-seen-in-a-thorough-run",
        whole=True,
    ),
    Row("brief", "ended", ended, ("need messages of the channel",)),
    Row(
        "brief", "held", lambda: settled().wants(desired(case=HELD, reason="Now it is worse.")), ()
    ),
    Row("brief", "adopted", lambda: new(adopted=ADOPTED).sees(channel=THEIRS), ()),
    Row(
        "brief",
        "reopened",
        again,
        (
            (
                "add slack.brief: -> who is who, impact, reason, findings by post "
                "where=channel kind=brief (file:29)"
            ),
        ),
    ),
    Row("brief", "receipt-lost", lost, ()),
    Row(
        "brief",
        "unreadable",
        lambda: settled().read(Probe.COMMENTS).without_receipt(),
        ("need messages of the channel",),
        variant="not-read-yet",
    ),
    Row(
        "pin",
        "absent",
        new,
        ("add slack.pin: -> pins the brief by pin kind=brief (file:8)",),
    ),
    Row("pin", "same", settled, (), whole=True),
    Row(
        "pin",
        "differs",
        lambda: (
            settled()
            .remembers(pinned="1795442400.000001")
            .read(Probe.PINS)
            .in_channel(pins=frozenset({"1795442400.000001"}))
        ),
        (
            "add slack.pin: -> pins the brief by pin kind=brief (drift)",
            "change jira.receipt: out of date -> as seen by remember (drift)",
            "need messages of the channel",
        ),
        variant="brief-posted-anew",
        whole=True,
    ),
    Row(
        "pin",
        "drifted",
        lambda: shown(settled()).in_channel(pins=frozenset()),
        (
            "add slack.pin: -> pins the brief by pin kind=brief (drift)",
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        whole=True,
    ),
    Row("pin", "ended", lambda: shown(ended()).in_channel(pins=frozenset()), ()),
    Row(
        "pin",
        "held",
        lambda: shown(settled()).wants(desired(case=HELD)).in_channel(pins=frozenset()),
        (),
    ),
    Row("pin", "adopted", lambda: new(adopted=ADOPTED).sees(channel=THEIRS), ()),
    Row(
        "pin",
        "reopened",
        again,
        ("add slack.pin: -> pins the brief by pin kind=brief (file:29)",),
    ),
    Row("pin", "receipt-lost", lost, (), receipt={"pinned": "1795446000.000100"}),
    Row(
        "pin",
        "unreadable",
        lambda: settled().remembers(pinned=None),
        ("need pins of the channel",),
        variant="not-read-yet",
    ),
    Row(
        "bookmark",
        "absent",
        new,
        (
            (
                "add slack.bookmark: -> Ticket DS-1071 by add_bookmark kind=ticket "
                "title=Ticket DS-1071 (file:1)"
            ),
            (
                "add slack.bookmark: -> Escalation file by add_bookmark kind=file "
                "title=Escalation file (file:1)"
            ),
            (
                "add slack.bookmark: -> Pull request #12 by add_bookmark "
                "kind=pull-request title=Pull request #12 (file:1)"
            ),
        ),
    ),
    Row(
        "bookmark",
        "absent",
        lambda: new(pull_request=None),
        (
            (
                "add slack.bookmark: -> Ticket DS-1071 by add_bookmark kind=ticket "
                "title=Ticket DS-1071 (file:1)"
            ),
            (
                "add slack.bookmark: -> Escalation file by add_bookmark kind=file "
                "title=Escalation file (file:1)"
            ),
        ),
        variant="no-pull-request",
    ),
    Row("bookmark", "same", settled, (), whole=True),
    Row(
        "bookmark",
        "differs",
        lambda: (
            settled(pull_request=None)
            .wants(desired(pull_request=12))
            .read(Probe.BOOKMARKS)
            .in_channel(bookmarks=shown(settled(pull_request=None)).channel.bookmarks)
        ),
        (
            (
                "add slack.bookmark: -> Pull request #12 by add_bookmark "
                "kind=pull-request title=Pull request #12 (file:1)"
            ),
        ),
        whole=True,
    ),
    Row(
        "bookmark",
        "differs",
        lambda: settled().wants(
            desired(policy={"repository_url": "https://github.example/ledgerline/moved"})
        ),
        (
            (
                "change slack.bookmark: something else -> Escalation file by "
                "edit_bookmark kind=file title=Escalation file id=Bk1 (drift)"
            ),
            (
                "change slack.bookmark: something else -> Pull request #12 by "
                "edit_bookmark kind=pull-request title=Pull request #12 id=Bk2 (drift)"
            ),
            "need bookmarks of the channel",
        ),
        variant="another-address",
    ),
    Row(
        "bookmark",
        "drifted",
        lambda: shown(settled()).in_channel(bookmarks=shown(settled()).channel.bookmarks[1:]),
        (
            (
                "add slack.bookmark: -> Ticket DS-1071 by add_bookmark kind=ticket "
                "title=Ticket DS-1071 (drift)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="removed",
        whole=True,
    ),
    Row(
        "bookmark",
        "drifted",
        lambda: shown(settled()).in_channel(
            bookmarks=(
                SeenBookmark("Bk0", "Ours!", "https://jira.example/browse/DS-1071"),
                *shown(settled()).channel.bookmarks[1:],
            )
        ),
        (
            (
                "change slack.bookmark: something else -> Ticket DS-1071 by "
                "edit_bookmark kind=ticket title=Ticket DS-1071 id=Bk0 (drift)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="renamed",
        whole=True,
    ),
    Row(
        "bookmark",
        "drifted",
        lambda: first_bookmark("Lunch", "https://lunch.example", by="U-yusuf"),
        (
            (
                "add slack.bookmark: -> Ticket DS-1071 by add_bookmark kind=ticket "
                "title=Ticket DS-1071 (drift)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="a-person-made-it-theirs",
        whole=True,
    ),
    Row(
        "bookmark",
        "drifted",
        lambda: first_bookmark("Ticket DS-1071", "https://lunch.example", by="U-yusuf"),
        (
            (
                "change slack.bookmark: something else -> Ticket DS-1071 by "
                "edit_bookmark kind=ticket title=Ticket DS-1071 id=Bk0 (drift)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="a-person-changed-the-link",
        whole=True,
    ),
    Row(
        "bookmark",
        "drifted",
        lambda: first_bookmark("Ours!", "https://jira.example/browse/DS-1071", by="U-yusuf"),
        (
            (
                "change slack.bookmark: something else -> Ticket DS-1071 by "
                "edit_bookmark kind=ticket title=Ticket DS-1071 id=Bk0 (drift)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="a-person-changed-the-title",
        whole=True,
    ),
    Row(
        "bookmark",
        "differs",
        lambda: first_bookmark("Ticket DS-9", "https://jira.example/browse/DS-9", by="U-bot"),
        (
            (
                "change slack.bookmark: something else -> Ticket DS-1071 by "
                "edit_bookmark kind=ticket title=Ticket DS-1071 id=Bk0 (drift)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="the-bot-changed-it-last",
        whole=True,
    ),
    Row(
        "bookmark",
        "drifted",
        lambda: settled().in_channel(bookmarks=None),
        (),
        variant="not-read",
        whole=True,
    ),
    Row("bookmark", "ended", lambda: ended().remembers(bookmarks={}), ()),
    Row(
        "bookmark", "held", lambda: settled().wants(desired(case=HELD)).remembers(bookmarks={}), ()
    ),
    Row("bookmark", "adopted", lambda: new(adopted=ADOPTED).sees(channel=THEIRS), ()),
    Row(
        "bookmark",
        "reopened",
        again,
        (
            (
                "add slack.bookmark: -> Ticket DS-1071 by add_bookmark kind=ticket "
                "title=Ticket DS-1071 (file:1)"
            ),
            (
                "add slack.bookmark: -> Escalation file by add_bookmark kind=file "
                "title=Escalation file (file:1)"
            ),
            (
                "add slack.bookmark: -> Pull request #12 by add_bookmark "
                "kind=pull-request title=Pull request #12 (file:1)"
            ),
        ),
    ),
    Row("bookmark", "receipt-lost", lost, ()),
    Row(
        "bookmark",
        "receipt-lost",
        lambda: lost().in_channel(
            bookmarks=(
                SeenBookmark("Bk7", "The ticket", "https://jira.example/browse/DS-1071"),
                *shown(settled()).channel.bookmarks[1:],
            )
        ),
        (
            (
                "change slack.bookmark: something else -> Ticket DS-1071 by "
                "edit_bookmark kind=ticket title=Ticket DS-1071 id=Bk7 (file:1)"
            ),
        ),
        variant="same-link-other-title",
    ),
    Row(
        "bookmark",
        "unreadable",
        lambda: settled().remembers(bookmarks={}),
        ("need bookmarks of the channel",),
        variant="not-read-yet",
    ),
    Row(
        "update",
        "absent",
        lambda: settled().wants(desired(updates=[UPDATE])).read(Probe.MESSAGES),
        (
            (
                "add slack.update: -> update 1 by Dmitri Sokolov: The certifi… by post "
                "where=channel kind=update-1 (file:17)"
            ),
        ),
    ),
    Row(
        "update",
        "absent",
        lambda: new(updates=[UPDATE, UPDATE | {"text": "Renewed."}]),
        (
            (
                "add slack.update: -> update 1 by Dmitri Sokolov: The certifi… by post "
                "where=channel kind=update-1 (file:17)"
            ),
            (
                "add slack.update: -> update 2 by Dmitri Sokolov: Renewed. by post "
                "where=channel kind=update-2 (file:20)"
            ),
        ),
        variant="new-channel",
    ),
    Row("update", "same", lambda: settled(updates=[UPDATE]), (), whole=True),
    Row(
        "update",
        "differs",
        lambda: (
            settled(NEXT_YEAR, updates=[UPDATE])
            .wants(desired(updates=[UPDATE, UPDATE | {"text": "Renewed."}]))
            .read(Probe.MESSAGES)
            .in_channel(posts=shown(settled()).channel.posts)
        ),
        (
            (
                "add slack.update: -> update 2 by Dmitri Sokolov: Renewed. by post "
                "where=channel kind=update-2 (file:20)"
            ),
            (
                "add jira.comment: -> update 2 by Dmitri Sokolov: Renewed. by "
                "add_comment kind=update-2 (file:20)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
            "need pins of the channel",
        ),
        variant="one-more",
        whole=True,
    ),
    Row(
        "update",
        "differs",
        lambda: settled(updates=[UPDATE]).wants(
            desired(updates=[UPDATE | {"text": "Not the certificate."}])
        ),
        (),
        variant="rewritten-in-the-file",
    ),
    Row(
        "update",
        "drifted",
        lambda: shown(settled(updates=[UPDATE])).in_channel(posts=shown(settled()).channel.posts),
        (),
        variant="deleted",
    ),
    Row(
        "update",
        "ended",
        lambda: ended(resolution=RESOLVED, updates=[UPDATE]).read(Probe.MESSAGES),
        (
            (
                "add slack.update: -> update 1 by Dmitri Sokolov: The certifi… by post "
                "where=channel kind=update-1 (file:24)"
            ),
        ),
    ),
    Row(
        "update",
        "held",
        lambda: settled().wants(desired(case=HELD, updates=[UPDATE])).read(Probe.MESSAGES),
        (),
    ),
    Row(
        "update",
        "adopted",
        lambda: (
            new(adopted=ADOPTED, updates=[UPDATE])
            .sees(channel=THEIRS)
            .read(Probe.MESSAGES)
            .in_channel(posts={})
        ),
        (
            (
                "add slack.update: -> update 1 by Dmitri Sokolov: The certifi… by post "
                "where=channel kind=update-1 (file:21)"
            ),
        ),
    ),
    Row("update", "reopened", again, ()),
    Row("update", "receipt-lost", lambda: lost(updates=[UPDATE]), ()),
    Row(
        "update",
        "unreadable",
        lambda: settled().wants(desired(updates=[UPDATE])),
        ("need messages of the channel",),
        variant="not-read-yet",
    ),
    Row(
        "summary",
        "absent",
        lambda: ended(resolution=RESOLVED).read(Probe.MESSAGES),
        (
            (
                "add slack.summary: -> root-cause summary by post where=channel "
                "kind=summary (file:16)"
            ),
        ),
    ),
    Row(
        "summary",
        "absent",
        lambda: ended(withdrawn=WITHDRAWN).read(Probe.MESSAGES),
        (
            (
                "add slack.withdrawn: -> why it was withdrawn by post where=channel "
                "kind=withdrawn (file:16)"
            ),
        ),
        variant="withdrawn",
    ),
    Row("summary", "same", lambda: settled(resolution=RESOLVED), (), whole=True),
    Row(
        "summary", "same", lambda: settled(withdrawn=WITHDRAWN), (), variant="withdrawn", whole=True
    ),
    Row(
        "summary",
        "differs",
        lambda: settled(resolution=RESOLVED).wants(
            desired(resolution=RESOLVED | {"root_cause": "Another one."})
        ),
        (
            (
                "change slack.summary: older text -> root-cause summary by edit_post "
                "where=channel kind=summary ts=1795446000.000100 (file:16)"
            ),
            "need messages of the channel",
        ),
        variant="rewritten-in-the-file",
    ),
    Row(
        "summary",
        "drifted",
        lambda: shown(settled(resolution=RESOLVED)).in_channel(posts={}),
        (),
        variant="deleted",
    ),
    Row(
        "summary",
        "ended",
        lambda: ended(resolution=RESOLVED).in_channel(archived=True),
        (),
        variant="archived-before-it-was-posted",
    ),
    Row("summary", "held", lambda: again(**HELD), ()),
    Row(
        "summary",
        "adopted",
        lambda: (
            settled(adopted=ADOPTED)
            .wants(desired(adopted=ADOPTED, resolution=RESOLVED))
            .read(Probe.MESSAGES)
        ),
        (
            (
                "add slack.summary: -> root-cause summary by post where=channel "
                "kind=summary (file:20)"
            ),
        ),
    ),
    Row("summary", "reopened", again, ()),
    Row(
        "summary",
        "reopened",
        lambda: (
            settled(NEXT_YEAR, resolution=RESOLVED, episodes=[AGAIN])
            .wants(desired(resolution=RESOLVED, episodes=[AGAIN | {"resolution": RESOLVED}]))
            .read(Probe.MESSAGES)
        ),
        (
            (
                "add slack.summary: -> root-cause summary by post where=channel "
                "kind=summary-e2 (file:33)"
            ),
        ),
        variant="and-resolved",
    ),
    Row("summary", "receipt-lost", lambda: lost(resolution=RESOLVED), ()),
    Row(
        "summary",
        "unreadable",
        lambda: ended(resolution=RESOLVED),
        ("need messages of the channel",),
        variant="not-read-yet",
    ),
    Row("archive", "absent", lambda: settled().at(NEXT_YEAR), (), variant="not-ended"),
    Row("archive", "absent", lambda: idle(13.9), (), variant="too-early"),
    Row(
        "archive",
        "same",
        lambda: idle(30).in_channel(archived=True).remembers(archived=True),
        (),
        whole=True,
    ),
    Row(
        "archive",
        "differs",
        lambda: idle(14.1),
        (
            (
                "remove slack.archive: #ds-1071-something-fails-in-ds-1071 -> archived "
                "by archive (file:16)"
            ),
        ),
        whole=True,
    ),
    Row(
        "archive",
        "differs",
        lambda: idle(127),
        (
            (
                "remove slack.archive: #ds-1071-something-fails-in-ds-1071 -> archived "
                "by archive (file:16)"
            ),
        ),
        variant="later-in-another-year",
        whole=True,
    ),
    Row(
        "archive",
        "differs",
        lambda: idle(3, policy={"channel": {"archive_after_idle_days": 2}}),
        (
            (
                "remove slack.archive: #ds-1071-something-fails-in-ds-1071 -> archived "
                "by archive (file:16)"
            ),
        ),
        variant="fewer-days-by-policy",
        whole=True,
    ),
    Row(
        "archive",
        "drifted",
        lambda: idle(15).in_channel(latest=MONDAY.timestamp() + 86_400 * 10),
        (),
        variant="somebody-wrote",
        whole=True,
    ),
    Row(
        "archive",
        "drifted",
        lambda: idle(5).in_channel(archived=True),
        ("change jira.receipt: out of date -> as seen by remember (drift)",),
        variant="archived-by-hand-at-the-end",
        whole=True,
        receipt={"archived": True},
    ),
    Row(
        "archive",
        "ended",
        lambda: (
            ended(resolution=RESOLVED)
            .at(MONDAY + timedelta(days=60))
            .read(Probe.MESSAGES, Probe.IDLENESS)
        ),
        (),
        variant="summary-not-posted",
    ),
    Row(
        "archive",
        "ended",
        lambda: (
            settled(withdrawn=WITHDRAWN)
            .at(MONDAY + timedelta(days=15))
            .in_channel(latest=MONDAY.timestamp())
            .read(Probe.IDLENESS)
        ),
        (
            (
                "remove slack.archive: #ds-1071-something-fails-in-ds-1071 -> archived "
                "by archive (file:16)"
            ),
        ),
        variant="withdrawn",
    ),
    Row("archive", "held", lambda: again(**HELD).in_channel(archived=False), ()),
    Row(
        "archive",
        "adopted",
        lambda: idle(60, adopted=ADOPTED).in_channel(name="all-about-payments"),
        (),
        variant="channel-of-another-name",
    ),
    Row(
        "archive",
        "adopted",
        lambda: idle(60, adopted=ADOPTED),
        (
            (
                "remove slack.archive: #ds-1071-something-fails-in-ds-1071 -> archived "
                "by archive (file:16)"
            ),
        ),
        variant="channel-named-after-the-ticket",
    ),
    Row(
        "archive",
        "reopened",
        lambda: again().in_channel(archived=False).remembers(archived=False),
        (),
    ),
    Row(
        "archive",
        "receipt-lost",
        lambda: (
            shown(settled(resolution=RESOLVED))
            .without_receipt()
            .on_ticket(labels=frozenset({"ESCALATION"}))
            .at(MONDAY + timedelta(days=30))
            .in_channel(latest=MONDAY.timestamp())
            .read(Probe.IDLENESS)
        ),
        (
            (
                "remove slack.archive: #ds-1071-something-fails-in-ds-1071 -> archived "
                "by archive (file:16)"
            ),
        ),
    ),
    Row(
        "archive",
        "unreadable",
        lambda: settled(resolution=RESOLVED).at(MONDAY + timedelta(days=30)),
        ("need latest message of the channel",),
        variant="not-read-yet",
    ),
)
def test_channel(row: Row):
    row.check()
