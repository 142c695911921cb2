"""A receipt without a valid seal: nothing of it counts, all of it is read back and reported.

Whoever may edit a ticket can write its receipt, and what each of these writes would gain something
if it were believed. The company's state after a run with it is that of a run without it.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from company import Company, differences, end_state, resolution
from sealing import sealed, sealed_for

from reconciler.model.keyring import Keyring

TICKET, OTHER = "DS-1071", "DS-1072"
UPDATE = {"at": "2026-11-23T09:00:00-05:00", "by": "dmitri", "text": "News."}
POST = {"ts": "1795446000.000001", "rev": "0123456789"}
Receipt = dict[str, Any]
Forge = Callable[[Company, Receipt], Any]


def path(ticket: str = TICKET) -> str:
    return f"issue/{ticket}/properties/escalation"


def stored(company: Company, ticket: str = TICKET) -> Receipt:
    found: Receipt = company.ticket(ticket)["properties"]["escalation"]
    return copy.deepcopy(found)


def with_parts(**parts: Any) -> Forge:
    return lambda _, old: {**old, **parts}


def without(*parts: str) -> Forge:
    return lambda _, old: {key: each for key, each in old.items() if key not in parts}


def strangers_channel(company: Company, old: Receipt) -> Receipt:
    channel = company.named("yusufs-corner")
    return {**old, "channel": {"id": channel["id"], "name": channel["name"]}}


def others_channel(company: Company, old: Receipt) -> Receipt:
    channel = company.channel(OTHER)
    return {**old, "channel": {"id": channel["id"], "name": channel["name"]}}


def desks_channel(company: Company, old: Receipt) -> Receipt:
    channel = company.named("sre-escalations")
    return {**old, "channel": {"id": channel["id"], "name": channel["name"]}, "topic": None}


def announced_elsewhere(company: Company, old: Receipt) -> Receipt:
    where = company.named("yusufs-corner")["id"]
    return {**old, "announced_in": where, "announcements": {"junk": POST}, "replies": {}}


def everybody_invited(company: Company, old: Receipt) -> Receipt:
    everyone = [each["id"] for each in company.state()["slack"]["users"].values()]
    return {**old, "invited": everyone}


def resealed_by_a_stranger(company: Company, old: Receipt) -> Receipt:
    return sealed({**old, "labelled": False}, Keyring("x" * 40), company.settings.jira.site)


def sealed_for_another_ticket(company: Company, _: Receipt) -> Receipt:
    return stored(company, OTHER)


def with_the_seal_of_another_ticket(company: Company, old: Receipt) -> Receipt:
    return {**old, "seal": stored(company, OTHER)["seal"], "invited": []}


def acknowledgement_of_another_ticket(company: Company, old: Receipt) -> Receipt:
    return {**old, "acknowledged": {**POST, "seal": stored(company, OTHER)["seal"]}}


FORGED: dict[str, Forge] = {
    # What the findings tell of.
    "the channel of a stranger": strangers_channel,
    "the channel of another escalation": others_channel,
    "the channel of the desk": desks_channel,
    "announced in a channel of the attacker's": announced_elsewhere,
    "updates that were never posted": with_parts(
        updates_posted={"1": {"count": 50, "ts": POST["ts"]}}, updates_commented={"1": 50}
    ),
    "a summary that was never posted": with_parts(
        posts={"summary": POST, "brief": POST}, comments=["summary", "acknowledged"]
    ),
    "stakeholders who were never invited": everybody_invited,
    "another ticket": with_parts(ticket=OTHER),
    "our channel by their name": lambda _, old: {
        **old,
        "channel": {**old["channel"], "name": "owen-was-here"},
    },
    "another priority before": lambda _, old: {
        **old,
        "priority": {**old["priority"], "previous_id": "1", "previous_name": "Highest"},
    },
    # Beyond them.
    "a priority that was given up": lambda _, old: {
        **old,
        "priority": {**old["priority"], "given_up": True},
    },
    "no priority": without("priority"),
    "no label": with_parts(labelled=False),
    "another assignee": with_parts(assignee="5f0a1c2e:mei"),
    "archived by the tool": with_parts(archived=True),
    "no channel": without("channel", "posts", "topic", "purpose"),
    "earlier channels": with_parts(earlier_channels=[{"id": "C0STRANGE", "name": "yusufs-corner"}]),
    "replies that were never posted": with_parts(
        replies={"contact-jun": POST, "resolved": POST, "assigned-mei": POST}
    ),
    "a pin of somebody": with_parts(pinned=POST["ts"]),
    "a bookmark of somebody": with_parts(bookmarks={"file": {"id": "Bk1", "rev": "0" * 10}}),
    "topic and purpose that are ours": with_parts(
        topic={"rev": "0" * 10, "stored": "x"}, purpose={"rev": "0" * 10, "stored": "x"}
    ),
    "a link that was set": with_parts(remote_link="0" * 10),
    "a counter": with_parts(counter=2**50),
    "a newer version": with_parts(v=99),
    "an older version": lambda _, old: {
        **{key: each for key, each in old.items() if key not in {"seal", "key", "counter"}},
        "v": 2,
        "invited": [],
        "posts": {"summary": POST},
    },
    "the first version": lambda _, old: {"v": 1, "ticket": TICKET, "channel": old["channel"]},
    "more than the tool wrote": with_parts(from_somebody="x" * 30_000),
    "no seal": without("seal"),
    "an empty seal": with_parts(seal=""),
    "a seal of another kind": with_parts(seal={"of": ["wax"]}),
    "the seal of another ticket": with_the_seal_of_another_ticket,
    "the receipt of another ticket": sealed_for_another_ticket,
    "the seal of a stranger": resealed_by_a_stranger,
    "an acknowledgement of another ticket": acknowledgement_of_another_ticket,
    "a list": lambda *_: ["of", "nothing"],
    "a word": lambda *_: "receipt",
    "nothing in it": lambda *_: {},
}


@pytest.fixture
def scene(cloud: Company) -> Company:
    """Two escalations that run, and a public channel of somebody else."""
    cloud.write(TICKET)
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    slack = cloud.slack("yusuf")
    made = slack.conversations_create(name="yusufs-corner")["channel"]
    slack.chat_postMessage(channel=made["id"], text="Lunch?")
    return cloud


def carry_on(company: Company) -> dict[str, Any]:
    """A run while it is active, and one at its end; what is there after each."""
    found: dict[str, Any] = {}
    company.write(
        TICKET, contact="jun", updates=[UPDATE], stakeholders={"client_facing": ["amara"]}
    )
    company.converge()
    found["active"] = end_state(company.state())
    company.write(
        TICKET,
        contact="jun",
        updates=[UPDATE],
        stakeholders={"client_facing": ["amara"]},
        resolution=resolution(),
    )
    company.converge()
    company.expect_nothing_to_do()
    found["ended"] = end_state(company.state())
    return found


def notices(company: Company, ticket: str = TICKET) -> list[str]:
    (plan,) = (each for each in company.plan().escalations if each.ticket == ticket)
    return [each.message for each in plan.notices if each.facet == "jira.receipt"]


def same(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """What differs, but for people who no longer belong there and links to a channel."""
    for end in (found, expected):
        for stage in end.values():
            for issue in stage["issues"].values():
                issue["properties"].get("escalation", {}).pop("invited", None)
    return differences(found, expected)


def test_nothing_is_gained(scene: Company):
    """Each of them, from the same state; the end is the one without it."""
    snapshot, now = scene.box.snapshot(), scene.now
    expected = carry_on(scene)
    for name, forge in FORGED.items():
        scene.box.restore(snapshot)
        scene.now = now
        scene.box.clock.set(now)
        scene.write(TICKET)
        scene.jira("owen", "PUT", path(), forge(scene, stored(scene)))
        (notice,) = notices(scene)
        assert f"the receipt on {TICKET}" in notice, name
        assert same(carry_on(scene), copy.deepcopy(expected)) == [], name


def test_a_receipt_that_was_deleted_is_read_back(scene: Company):
    snapshot = scene.box.snapshot()
    expected = carry_on(scene)
    scene.box.restore(snapshot)
    scene.write(TICKET)
    scene.jira("owen", "DELETE", path())
    (notice,) = notices(scene)
    assert "is missing, although the tool has changed the ticket" in notice
    assert same(carry_on(scene), expected) == []


def test_a_run_whose_receipts_are_sealed_makes_no_call_more(scene: Company):
    scene.box.clear_calls()
    assert [each.changes for each in scene.plan().escalations] == [(), ()]
    assert sorted(each.name for each in scene.box.calls) == [
        "GET /myself",
        "POST /issue/bulkfetch",
        "POST /search/jql",
        "auth.test",
        "conversations.members",
        "conversations.members",
        "users.conversations",
    ]
    assert notices(scene) == []


def test_an_older_receipt_that_is_put_back(scene: Company):
    """It is known by its counter where the last one is known."""
    older = stored(scene)
    scene.write(TICKET, contact="jun", updates=[UPDATE])
    scene.converge()
    last = stored(scene)["counter"]
    assert last > older["counter"]
    before = end_state(scene.state())
    scene.jira("owen", "PUT", path(), older)
    assert notices(scene) == [], "nothing tells without a counter; nothing is posted twice"
    run, _ = scene.run(applies=False, last_counters={TICKET: last})
    assert run is not None
    (found,) = (
        notice.message
        for plan in run.plan.escalations
        for notice in plan.notices
        if notice.facet == "jira.receipt"
    )
    assert f"it has the number {older['counter']}, and the last one written has {last}" in found
    scene.run(last_counters={TICKET: last})
    assert stored(scene)["counter"] == last + 1
    assert same({"": end_state(scene.state())}, {"": before}) == []
    assert scene.plan().escalations[0].changes == ()


def test_people_keep_what_they_chose(company: Company):
    """The change log shows what the tool set, and that people have changed it since."""
    company.set_policy(drift={"priority": "adopt", "assignee": "report"})
    company.write(TICKET)
    company.converge()
    company.jira("hannah", "PUT", f"issue/{TICKET}", {"fields": {"priority": {"name": "Low"}}})
    mei = {"accountId": "5f0a1c2e:mei"}
    company.jira("hannah", "PUT", f"issue/{TICKET}", {"fields": {"assignee": mei}})
    company.apply()
    chosen = company.ticket(TICKET)
    for value in ({**stored(company), "priority": None}, None):
        if value is None:
            company.jira("owen", "DELETE", path())
        else:
            company.jira("owen", "PUT", path(), value)
        company.apply()
        after = company.ticket(TICKET)
        assert (after["priority"], after["assignee"]) == (chosen["priority"], chosen["assignee"])
    company.write(TICKET, resolution=resolution())
    company.apply()
    assert company.ticket(TICKET)["priority"] == "Low"


def test_the_priority_before_is_the_one_from_which_the_tool_raised_it(company: Company):
    """People may change it to and fro: their edits do not count as the tool's."""
    company.write(TICKET)
    company.converge()
    for name in ("Low", "Highest"):
        company.jira("owen", "PUT", f"issue/{TICKET}", {"fields": {"priority": {"name": name}}})
    company.jira("owen", "DELETE", path())
    company.write(TICKET, resolution=resolution())
    company.converge()
    assert company.ticket(TICKET)["priority"] == "Medium"


def test_rotating_the_token_and_moving_to_a_seal_key(scene: Company):
    """As docs/how-to/rotate-tokens.md describes it: no receipt is lost, nothing is posted."""
    before, token = end_state(scene.state()), scene.env["JIRA_API_TOKEN"]
    key, second = "k" * 40, "s" * 40
    for env in (
        {"ESCALATE_SEAL_KEY": key, "ESCALATE_SEAL_KEY_BEFORE": token},
        {"ESCALATE_SEAL_KEY": second, "ESCALATE_SEAL_KEY_BEFORE": key},
    ):
        scene.more_env = env
        assert notices(scene) == []
        done = scene.converge()
        assert [each.change.facet for each in done] == ["jira.receipt"] * 2
        assert {each.change.before for each in done} == {"former key"}
        scene.more_env = {"ESCALATE_SEAL_KEY": env["ESCALATE_SEAL_KEY"]}
        scene.expect_nothing_to_do()
        assert notices(scene) == []
        found = end_state(scene.state())
        for end in (found, before):
            for issue in end["issues"].values():
                issue["properties"].get("escalation", {}).pop("key", None)
        assert differences(found, before) == []
    scene.more_env = {}
    (notice,) = notices(scene)
    assert f"was sealed with the key {Keyring(second).fingerprint!r}" in notice
    assert Keyring(token).fingerprint in notice


def test_the_seal_covers_each_part(scene: Company):
    """One part after the other is changed, and none of them unnoticed."""
    whole = stored(scene)
    for part in whole.keys() - {"seal"}:
        for value in ({**whole, part: "x"}, {k: each for k, each in whole.items() if k != part}):
            scene.jira("owen", "PUT", path(), value)
            assert len(notices(scene)) == 1, part
    scene.jira("owen", "PUT", path(), sealed_for(scene, whole))
    assert notices(scene) == []
