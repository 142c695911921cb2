"""The blocks of messages: within Slack's limits for any text, and text stays text."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from company import escalation
from hypothesis import given
from hypothesis import strategies as st
from plan.values import (
    JIRA,
    MONDAY,
    RESOLVED,
    TICKET,
    WITHDRAWN,
    desired,
    pull_request,
    snapshot_of,
)

from reconciler.model.desired import Message
from reconciler.model.escalation import Resolution
from reconciler.model.finding import Position
from reconciler.model.phase import Phase
from reconciler.reconcile.effective import plain_escalations
from reconciler.reconcile.owed import Owed
from reconciler.reconcile.wording import layout
from reconciler.reconcile.wording.links import Links
from reconciler.reconcile.wording.placeholders import CHANNEL_URL, ChannelRef, fill
from reconciler.reconcile.wording.slack import SlackWording
from reconciler.sandbox.slack_blocks import are_valid

UTC = ZoneInfo("UTC")
REF = ChannelRef("C0NEW", "ds-1071-something", "https://ledgerline.slack.example/")
WORDS = st.sampled_from(
    [
        "<!here>",
        "<@U0LENA>",
        "&",
        "`",
        "a" * 70,
        "\n",
        "*",
        "> ",
        "<https://evil.example|here>",
        "\U0001f468",
    ]
)
TEXT = st.lists(WORDS, min_size=1, max_size=200).map(lambda each: "x" + " ".join(each)[:4_900])
LINK = re.compile(r"<(?:https://(?:jira|github)\.example/[^<>|]*\|[^<>]*|#C0NEW)>")


def blocks(found: Any) -> list[layout.Block]:
    return layout.filled(found.announcement.message.layout, lambda text: fill(text, REF))


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Each text of blocks with its type."""
    if isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "plain_text"}:
            yield value["type"], value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from texts(each)


SNAPSHOT = snapshot_of(escalation(TICKET))
(PLAIN,) = plain_escalations(SNAPSHOT, MONDAY)


@given(TEXT, TEXT, TEXT)
def test_any_text_fits_and_stays_text(title: str, who: str, text: str):
    impact = PLAIN.escalation.impact.model_copy(update={"who": who})
    changed = {"title": title, "reason": text, "impact": impact}
    escalated = replace(PLAIN, escalation=PLAIN.escalation.model_copy(update=changed), held=text)
    named = SNAPSHOT.roster.people["priya"].model_copy(update={"name": who})
    people = {**SNAPSHOT.roster.people, "priya": named}
    roster = SNAPSHOT.roster.model_copy(update={"people": people})
    for phase in (Phase.HELD, Phase.ASSIGNED):
        say = SlackWording(replace(escalated, phase=phase), roster, Links(JIRA, SNAPSHOT.policy))
        stored = say.announcement_layout(with_channel=True)
        check(stored)


def check(stored: str) -> None:
    """Slack takes the blocks, and nothing of them is markup but the tool's own links."""
    found = layout.filled(stored, lambda each: fill(each, REF))
    assert found
    assert are_valid(found)
    for kind, shown in texts(found):
        rest = LINK.sub("", shown)
        assert kind == "plain_text" or not re.search(r"[<`]|&(?!(amp|lt|gt);)", rest)


@given(TEXT, TEXT, TEXT, st.integers(min_value=0, max_value=300))
def test_any_brief_and_summary_fit_and_stay_text(title: str, name: str, text: str, more: int):
    before = PLAIN.escalation
    reporter = before.reporter.model_copy(update={"findings": text, "blocked_because": text})
    impact = before.impact.model_copy(update={"who": name, "symptom": text})
    changed = {"title": title, "reason": text, "assessment": text}
    changed |= {"impact": impact, "reporter": reporter}
    people = {
        handle: person.model_copy(update={"name": name})
        for handle, person in SNAPSHOT.roster.people.items()
    }
    say = SlackWording(
        replace(PLAIN, escalation=before.model_copy(update=changed)),
        SNAPSHOT.roster.model_copy(update={"people": people}),
        Links(JIRA, SNAPSHOT.policy),
    )
    check(say.brief_layout())
    ended = Resolution.model_validate(RESOLVED).model_copy(
        update={
            "root_cause": text,
            "mitigation": text,
            "follow_ups": [f"PAY-{each}" for each in range(more)] or "none",
        }
    )
    check(say.summary_layout(ended))


def test_a_reminder_of_a_pull_request_has_a_button_to_it():
    owed = Owed(
        "merge-1", "it waits", "", ("reason",), (), button=("Review", "https://x.example/1")
    )
    message = owed.dated(Message("remind", "It waits &lt;here&gt;.", Position("")), UTC)
    shown, actions = json.loads(message.layout)
    assert shown["text"]["text"] == message.text
    assert [each["url"] for each in actions["elements"]] == ["https://x.example/1"]
    assert are_valid([shown, actions])
    assert not replace(owed, button=("Review", "")).dated(message, UTC).layout


def test_buttons_whose_addresses_are_too_long_are_left_out():
    stored = layout.layout([layout.section("a"), layout.buttons([("b", "https://" + "c" * 3_000)])])
    assert [each["type"] for each in json.loads(stored)] == ["section"]


@pytest.mark.parametrize("longest", [150, 160])
def test_a_headline_is_cut_and_is_plain_text(longest: int):
    head = layout.header("<!channel> :wave: " + "a" * longest)
    assert head["text"]["type"] == "plain_text"
    assert head["text"]["emoji"] is False
    assert head["text"]["text"].startswith("<!channel> :wave: ")
    assert are_valid([head])


def labels(found: Any) -> dict[str, str]:
    shown = [each for each in blocks(found) if each["type"] == "actions"]
    return {it["text"]["text"]: it["url"] for each in shown for it in each["elements"]}


def test_buttons_lead_to_the_pull_request_then_to_the_channel():
    proposed = labels(pull_request().desired)
    assert list(proposed) == ["Review", "Ticket"]
    assert proposed["Review"] == "https://github.example/pull/12"
    assigned = labels(desired())
    assert list(assigned) == ["Ticket", "Channel", "File"]
    assert assigned["Channel"] == "https://ledgerline.slack.example/archives/C0NEW"


@pytest.mark.parametrize("end", [{"resolution": RESOLVED}, {"withdrawn": WITHDRAWN}])
def test_an_end_keeps_the_channel_only_if_there_was_one(end: dict[str, Any]):
    ended = desired(**end)
    assert ended.phase in {Phase.RESOLVED, Phase.WITHDRAWN}
    assert "Channel" in labels(ended)
    without = layout.without_channel_link(ended.announcement.message.layout)
    assert "channel-" not in without
    assert CHANNEL_URL not in json.loads(without)
    assert are_valid(json.loads(without))


def test_the_digest_depends_on_the_blocks():
    message = desired().announcement.message
    assert message.layout
    other = desired(title="Another").announcement.message
    assert message.digest != other.digest
    assert len({message.digest, desired().announcement.message.digest}) == 1


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "mrkdwn", "text": "a"}},
        layout.header("") | {},
        layout.section("a" * 3_001),
        layout.section(""),
        {"type": "section"},
        layout.fields([("a", "b" * 2_000)]),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}] * 11},
        {"type": "actions", "elements": []},
        layout.buttons([("a", "javascript:alert(1)")]),
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "a" * 76}}],
        },
        {"type": "unknown"},
    ],
)
def test_the_sandbox_refuses_what_slack_refuses(block: dict[str, Any]):
    assert not are_valid([block])
