"""The receipt on the ticket over the wire: older and newer versions, and its length."""

import json
from pathlib import Path
from typing import Any

import pytest
from company import Company, resolution
from sealing import sealed_for

from reconciler.model.outcome import Result
from reconciler.model.receipt import VERSION
from reconciler.model.receipt_form import LONGEST

TICKET = "DS-1071"
PROPERTY = f"issue/{TICKET}/properties/escalation"
RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "plan" / "receipts_v1.json").read_text()
)


def news(count: int) -> list[dict[str, str]]:
    """Updates in the words in which those were that the recorded receipts tell of."""
    return [
        {
            "at": f"2026-11-23T1{each // 50}:{each % 50:02}:00-05:00",
            "by": "dmitri",
            "text": f"News {each}.",
        }
        for each in range(1, count + 1)
    ]


STAGES: dict[str, dict[str, Any]] = {
    "assigned with three updates": {"updates": news(3)},
    "handed over with twelve updates": {
        "assignee": "mei",
        "contact": "jun",
        "updates": news(12),
    },
    "resolved": {
        "assignee": "mei",
        "contact": "jun",
        "updates": news(12),
        "resolution": resolution(),
    },
}


def stored(company: Company) -> dict[str, Any]:
    found: dict[str, Any] = company.ticket(TICKET)["properties"]["escalation"]
    return found


def said(company: Company) -> dict[str, int]:
    """How many messages there are in all, and comments on the ticket."""
    channels = company.state()["slack"]["channels"].values()
    return {
        "messages": sum(len(each["messages"]) for each in channels),
        "comments": len(company.ticket(TICKET)["comments"]),
    }


def as_version_1(company: Company, old: dict[str, Any]) -> dict[str, Any]:
    """A recorded receipt with the ids, times and fingerprints of this sandbox."""
    now = stored(company)
    posts = {
        (message.get("metadata") or {}).get("event_payload", {}).get("kind"): message["ts"]
        for message in company.channel(TICKET)["messages"]
    }
    moved = {kind: {**each, "ts": posts[kind]} for kind, each in old["posts"].items()}
    moved["brief"] = now["posts"].get("brief", moved["brief"])
    return {
        **old,
        "posts": moved,
        "pinned": now["pinned"],
        "replies": {kind: now["replies"][kind] for kind in old["replies"]},
        **{key: now[key] for key in ("channel", "announced_in", "announcements", "bookmarks")},
        **{key: now[key] for key in ("topic", "purpose", "remote_link", "invited")},
    }


def expect_same(found: dict[str, Any], known: dict[str, Any]) -> None:
    """Two receipts, but for what each write changes, and people who are not meant to be there."""
    changing = {"counter", "seal", "invited", "event_comments", "comments_through"}
    assert {*found.get("invited", ())} <= {*known["invited"]}
    assert {key: each for key, each in found.items() if key not in changing} == {
        key: each for key, each in known.items() if key not in changing
    }


@pytest.mark.parametrize("stage", STAGES)
def test_a_receipt_of_version_1_is_migrated_and_nothing_said_twice(cloud: Company, stage: str):
    for name, changes in STAGES.items():
        cloud.write(TICKET, **changes)
        cloud.converge()
        if name == stage:
            break
    before = said(cloud)
    known = stored(cloud)
    old = as_version_1(cloud, RECORDED[stage])
    cloud.jira("owen", "PUT", PROPERTY, old)
    (plan,) = cloud.plan().escalations
    (notice,) = (each for each in plan.notices if each.facet == "jira.receipt")
    assert f"the receipt on {TICKET} has no seal" in notice.message
    assert "this happens once after the update" in notice.remedy
    assert {each.change.facet for each in cloud.converge()} <= {"jira.receipt", "jira.remote_link"}
    expect_same(stored(cloud), known)
    cloud.converge(thorough=True)
    assert said(cloud) == before
    later = {**STAGES[stage], "updates": news(20)}
    cloud.write(TICKET, **later)
    cloud.converge()
    more = 20 - len(STAGES[stage]["updates"])
    assert said(cloud) == {name: count + more for name, count in before.items()}
    assert stored(cloud)["v"] == VERSION
    assert stored(cloud)["updates_posted"]["1"]["count"] == 20
    assert stored(cloud)["updates_commented"] == {"1": 20}


@pytest.mark.sampled(1)
def test_hundreds_of_updates_leave_the_ticket_as_it_should_be(company: Company, record_property):
    """An entry for each took 72 characters: at 437 Jira refused, and with it the whole edit."""
    company.set_policy(safety={"posts": 1000})
    company.write(TICKET, updates=news(450))
    company.converge()
    size = len(json.dumps(stored(company)))
    record_property("figure", f"receipt after 450 updates through the sandbox: {size} characters")
    assert size < 8 * 1024, "with the ids of the comments that one run posted"
    assert len(company.ticket(TICKET)["comments"]) == 451
    company.write(TICKET, updates=news(451), resolution=resolution())
    company.converge()
    assert company.ticket(TICKET)["labels"] == []
    assert said(company)["comments"] == 453


def test_a_receipt_with_hundreds_of_handovers_is_shortened_once(company: Company):
    """An earlier version listed each reply, reminder and comment, until Jira refused the edit."""
    company.write(TICKET)
    company.converge()
    known = stored(company)
    post = {"ts": "1700000000.000001", "rev": "0123456789"}
    handovers = [f"{each}-x{number}" for each in ("assigned", "contact") for number in range(60)]
    long = {
        **known,
        "replies": {**{f"remind-update-{n}": post for n in range(120)}, **known["replies"]},
        "posts": {**dict.fromkeys(handovers, post), **known["posts"]},
        "comments": [*(f"contact-lena-{n}" for n in range(2, 60)), *known["comments"]],
    }
    company.jira("owen", "PUT", PROPERTY, sealed_for(company, long))
    assert len(json.dumps(long)) > 16_384
    before = said(company)
    assert [each.change.facet for each in company.apply()] == ["jira.receipt"]
    short = stored(company)
    assert len(json.dumps(short)) < 8_192
    assert {*known["replies"]} < {*short["replies"]}
    assert {*known["posts"]} < {*short["posts"]}
    company.expect_nothing_to_do()
    company.write(TICKET, contact="jun", updates=news(1))
    company.converge()
    company.converge(thorough=True)
    assert said(company)["comments"] == before["comments"] + 1
    assert said(company)["messages"] <= before["messages"] + 3


def fill(company: Company) -> None:
    """A receipt with as much in it as Jira takes, so that it cannot grow."""
    full = {**stored(company), "from_somebody": ""}
    length = len(json.dumps(full, separators=(",", ":"), ensure_ascii=False))
    full["from_somebody"] = "x" * (LONGEST - length)
    company.jira("owen", "PUT", PROPERTY, sealed_for(company, full))


def test_label_and_priority_do_not_depend_on_the_receipt(company: Company):
    company.write(TICKET)
    company.converge()
    fill(company)
    company.write(TICKET, updates=news(1), resolution=resolution())
    outcomes = company.apply()
    assert {each.result for each in outcomes} == {Result.DONE}
    assert any("without the receipt" in each.answer for each in outcomes)
    ticket = company.ticket(TICKET)
    assert (ticket["labels"], ticket["priority"]) == ([], "Medium")
    (plan,) = company.plan().escalations
    (notice,) = (each for each in plan.notices if each.facet == "jira.receipt")
    assert "so Jira refuses it" in notice.message
    assert TICKET in notice.remedy
    before = said(company)
    company.apply()
    assert said(company) == before
    company.jira("owen", "DELETE", PROPERTY)
    company.apply(thorough=True)
    company.expect_nothing_to_do()
    assert said(company) == before


def test_what_is_done_in_slack_alone_does_not_depend_on_it_either(company: Company):
    company.write(TICKET)
    company.converge()
    fill(company)
    before = stored(company)
    company.write(TICKET, contact="jun")
    outcomes = company.apply()
    assert {each.change.facet.partition(".")[0] for each in outcomes} == {"slack"}
    assert {each.result for each in outcomes} == {Result.DONE}
    assert company.user("jun") in company.channel(TICKET)["members"]
    assert stored(company) == before


def test_a_receipt_of_a_newer_version_is_left_as_it_is(company: Company):
    company.write(TICKET)
    company.converge()
    parts = {"v": VERSION + 1, "threads": ["of another kind"]}
    newer = sealed_for(company, {**stored(company), **parts})
    company.jira("owen", "PUT", PROPERTY, newer)
    before = said(company)
    company.write(TICKET, updates=news(1), contact="jun")
    assert company.apply() == ()
    (plan,) = company.plan().escalations
    (problem,) = plan.problems
    assert f"has version {VERSION + 1}, and this tool knows {VERSION}" in problem.message
    assert "Update the tool." in problem.remedy
    assert (stored(company), said(company)) == (newer, before)


def test_fields_that_this_version_does_not_know_are_kept(company: Company):
    company.write(TICKET)
    company.converge()
    parts = {"threads": {"of": "another kind"}}
    company.jira("owen", "PUT", PROPERTY, sealed_for(company, {**stored(company), **parts}))
    company.write(TICKET, updates=news(1))
    company.converge()
    assert stored(company)["threads"] == {"of": "another kind"}
    assert stored(company)["updates_posted"]["1"]["count"] == 1
