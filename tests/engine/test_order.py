"""What has to be done before what, and how a change is identified."""

import pytest

from reconciler.model.change import Action, Change, Operation
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.brief import Pin
from reconciler.reconcile.facets.channel import CreateChannel, JoinChannel
from reconciler.reconcile.facets.comment_operations import AddComment
from reconciler.reconcile.facets.label import AddLabel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import EditMessage, PostMessage, Where
from reconciler.reconcile.facets.remote_link import SetRemoteLink
from reconciler.reconcile.facets.topic_purpose import SetTopic
from reconciler.reconcile.step import with_requirements


def _change(facet: str, op: Operation) -> Change:
    return Change(facet=facet, action=Action.ADD, why="drift", op=op)


def _post(facet: str, kind: str, where: Where = Where.CHANNEL) -> Change:
    return _change(facet, PostMessage(where=where, kind=kind, text="", rev=""))


CREATE = _change("slack.channel", CreateChannel(name="ds-1"))
JOIN = _change("slack.membership", JoinChannel())
TOPIC = _change("slack.topic", SetTopic(text="", rev=""))
INVITE = _change("slack.members", Invite(users={"a": "U1"}))
BRIEF = _post("slack.brief", "brief")
PIN = _change("slack.pin", Pin(kind="brief"))
SUMMARY = _post("slack.summary", "summary")
ARCHIVE = _change("slack.archive", Archive())
LABEL = _change("jira.label", AddLabel(label="ESCALATION"))
LINK = _change("jira.remote_link", SetRemoteLink(summary="", ended=False, rev=""))
ANNOUNCEMENT = _post("slack.announcement", "announcement", Where.ANNOUNCEMENT)


def _required(*changes: Change) -> dict[str, tuple[str, ...]]:
    return {each.facet: each.requires for each in with_requirements(changes)}


@pytest.mark.parametrize("first", [CREATE, JOIN])
def test_what_is_in_the_channel_requires_the_channel(first: Change):
    found = _required(LABEL, first, TOPIC, INVITE, SUMMARY, ANNOUNCEMENT, LINK)
    assert {facet for facet, keys in found.items() if keys == (first.key,)} == {
        "slack.topic",
        "slack.members",
        "slack.summary",
        "jira.remote_link",
    }
    assert {facet for facet, keys in found.items() if not keys} == {
        "jira.label",
        "slack.announcement",
        first.facet,
    }


def test_the_channel_is_archived_after_everything_that_is_posted_in_it():
    edit = _change(
        "slack.brief", EditMessage(where=Where.CHANNEL, kind="brief", ts="1.5", text="", rev="")
    )
    found = _required(edit, SUMMARY, ANNOUNCEMENT, ARCHIVE)
    assert found["slack.archive"] == ("slack.brief brief", "slack.summary summary")


def test_only_what_is_posted_can_be_pinned():
    assert _required(BRIEF, SUMMARY, PIN)["slack.pin"] == ("slack.brief brief",)


def test_nothing_is_required_that_is_not_in_the_plan():
    assert _required(ARCHIVE, PIN, TOPIC) == {
        "slack.archive": (),
        "slack.pin": (),
        "slack.topic": (),
    }


def test_posting_and_editing_a_message_have_the_same_key():
    edit = EditMessage(where=Where.CHANNEL, kind="brief", ts="1.5", text="", rev="")
    assert _change("slack.brief", edit).key == BRIEF.key
    assert BRIEF.key != SUMMARY.key
    comments = [_change("jira.comment", AddComment(kind=kind, body="")) for kind in ("a", "b")]
    assert len({each.key for each in comments}) == 2
