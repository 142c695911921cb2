"""A running escalation goes on as agreed, whatever an administrator merges into its file."""

from typing import Any

import pytest
from company import escalation
from forge.test_in_other_names import FILE, TICKET, attack, effects, proposed, shown
from hub import Hub

AGAIN = {
    key: each
    for key, each in escalation(TICKET, reason="It fails again.").items()
    if key in {"impact", "reason", "initiator", "contact"}
}

# What a stranger merges, what is shown of it, and whose late approval carries it out.
MERGES: dict[str, tuple[dict[str, Any] | None, str, str, str]] = {
    "a second episode": ({"episodes": [AGAIN]}, "episode 2", "Priya Raman", "priya"),
    "an edit": ({"assignee": "nadia"}, "the assignee nadia", "Hannah", "hannah"),
    "a removal": (None, "the removal of the file", "Hannah", "hannah"),
}


@pytest.mark.parametrize("name", MERGES)
def test_a_running_escalation_goes_on(hub: Hub, name: str) -> None:
    changes, what, missing, owner = MERGES[name]
    hub.begin(TICKET, "--record")
    before = effects(hub)
    content = None if changes is None else escalation(TICKET, **changes)
    number = attack(hub, "pavel", {FILE: content})
    told = shown(hub)
    assert f"not agreed: {what} of #{number}; the word of {missing}" in told
    assert effects(hub) == before
    assert f"not agreed: {what}" in hub.escalate("status").stdout
    hub.pass_time(minutes=5)
    hub.review(number, owner)
    healed = shown(hub)
    if name == "a second episode":  # an acknowledger has to approve it too
        assert f"not agreed: {what} of #{number}; the word of Hannah" in healed
        assert effects(hub) == before
        hub.review(number, "hannah")
        healed = shown(hub)
    assert "not agreed: " not in healed
    # A run that finds no file at all does nothing, in case it is the wrong folder.
    assert content is None or effects(hub) != before


def test_a_removed_file_that_somebody_adds_again_without_a_part(hub: Hub) -> None:
    """It is no new escalation, and whoever approves it is shown what it leaves out."""
    hub.begin(TICKET, "--record")
    before = effects(hub)
    attack(hub, "pavel", {FILE: None})
    number = proposed(hub, "pavel", {FILE: escalation(TICKET, assignee=None)}, "again")
    shown(hub)
    assert effects(hub) == before
    assert len(hub.announcements(TICKET)) == 1
    (comment,) = hub.plan_comments(number)
    assert "✅ **Agreed**" not in comment["body"]
    assert "the removal of the assignee" in comment["body"]
    hub.merge(number, "pavel")
    assert f"not agreed: the removal of the assignee of #{number}" in shown(hub)
    assert effects(hub) == before


def test_an_owner_agrees_to_what_a_file_leaves_out_that_is_added_again(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    attack(hub, "pavel", {FILE: None})
    number = proposed(hub, "pavel", {FILE: escalation(TICKET, assignee=None)}, "again")
    hub.review(number, "ines")
    shown(hub)
    (comment,) = hub.plan_comments(number)
    assert "✅ **Agreed**" in comment["body"]
    hub.merge(number, "pavel")
    assert "not agreed: " not in shown(hub)
