"""What becomes of open reminders in a channel that is archived, by the tool or by people."""

import pytest
from company import escalation, resolution
from hub import Hub

TICKET = "DS-1071"
WITHDRAWN = {"by": "priya", "reason": "It was a mistake."}
NEWS = {"by": "dmitri", "text": "Two hosts are slow."}


@pytest.fixture
def hub(hub: Hub) -> Hub:
    """A company that is reminded, and archives channels one day after the last message."""
    hub.set_policy(reminders={}, channel={"archive_after_idle_days": 1, "open_from": "assigned"})
    hub.configure()
    return hub


def reminders(hub: Hub) -> dict[str, str]:
    """The texts of the reminders in the escalation's channel, by kind."""
    found = {}
    for each in hub.channel(TICKET)["messages"]:
        kind = (each["metadata"] or {}).get("event_payload", {}).get("kind", "")
        if kind.startswith("remind-"):
            found[kind.removeprefix("remind-")] = each["text"]
    return found


def wait(hub: Hub, **span: float) -> str:
    hub.pass_time(**span)
    return hub.reconcile()


def end(hub: Hub, **how: object) -> None:
    """The file says how it ended, and no run has seen it."""
    hub.push("end", {f"escalations/2026/{TICKET}.yaml": escalation(TICKET, **how)})
    number = hub.open("end", "End")
    hub.agree(number)
    hub.merge(number)


def slack_calls(hub: Hub, *names: str) -> list[str]:
    return [each.name for each in hub.box.calls if each.name in names]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"resolution": resolution()}, "It is resolved"),
        ({"withdrawn": WITHDRAWN}, "It is withdrawn"),
    ],
    ids=["resolved", "withdrawn"],
)
def test_a_run_that_sees_the_end_answers_before_it_archives(
    hub: Hub, how: dict[str, object], said: str
):
    hub.set_policy(channel={"archive_after_idle_days": 0, "open_from": "assigned"})
    hub.configure()
    hub.begin(TICKET)
    wait(hub, hours=4, minutes=1)
    assert set(reminders(hub)) == {"update-0"}
    end(hub, **how)
    hub.box.clear_calls()
    hub.reconcile()
    assert hub.channel(TICKET)["archived"] is True
    text = reminders(hub)["update-0"]
    assert text.startswith(":heavy_check_mark: ~There is no update.")
    assert f"{said}: <!date^" in text
    assert slack_calls(hub, "conversations.history", "chat.update").count("chat.update") == 2
    assert "Nothing to do" in wait(hub, minutes=1)


def test_what_is_open_when_the_tool_archives_is_answered_first(hub: Hub):
    hub.begin(TICKET)
    end(hub, resolution=resolution())
    hub.reconcile()
    wait(hub, hours=25)
    assert all(each.startswith(":alarm_clock:") for each in reminders(hub).values())
    assert set(reminders(hub)) == {"unclosed", "communication"}
    own = hub.channel(TICKET)["id"]
    hub.box.clear_calls()
    wait(hub, days=1, minutes=5)
    assert hub.channel(TICKET)["archived"] is True
    for text in reminders(hub).values():
        assert text.startswith(":file_cabinet: ~The ")
        assert "~ Still open when the tool archived this channel: <!date^" in text
        assert "<@" not in text
    read = [each for each in hub.box.calls if each.name == "conversations.history"]
    assert len([each for each in read if each.request.get("channel") == own]) == 1
    assert slack_calls(hub, "chat.update") == ["chat.update"] * 2
    assert "Nothing to do" in wait(hub, minutes=5)
    assert "Nothing to do" in hub.reconcile("--thorough")


@pytest.mark.parametrize("when", ["before the end", "after the end"])
def test_what_people_archive_stays_as_it_is_and_is_no_error(hub: Hub, when: str):
    hub.begin(TICKET)
    if when == "after the end":
        end(hub, resolution=resolution())
        hub.reconcile()
    wait(hub, hours=4, minutes=1)
    before = reminders(hub)
    assert any(each.startswith(":alarm_clock:") for each in before.values())
    hub.slack("hannah").conversations_archive(channel=hub.channel(TICKET)["id"])
    if when == "before the end":
        end(hub, resolution=resolution())
    hub.reconcile()
    assert reminders(hub) == before
    assert "Nothing to do" in wait(hub, minutes=5)
    wait(hub, days=1, hours=2)  # other reminders are in the thread now
    assert "Nothing to do" in hub.reconcile("--thorough")
    assert reminders(hub) == before
