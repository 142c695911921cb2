"""Issues, labels, and what happened to a pull request."""

import pytest
from hub import Hub

ONE = "DS-1071"


def events(hub: Hub, number: int, where: str = "events") -> list[str]:
    return [each["event"] for each in hub.call("priya", "GET", f"issues/{number}/{where}")]


def test_an_issue_from_opened_to_closed_with_a_comment(hub: Hub):
    body = {"title": "Escalate DS-1071", "body": "By form", "labels": ["escalation"]}
    number = hub.call("priya", "POST", "issues", body, 201)["number"]
    hub.call("hannah", "POST", f"issues/{number}/comments", {"body": "See #2"}, 201)
    closing = {"state": "closed", "state_reason": "not_planned"}
    hub.call("hannah", "PATCH", f"issues/{number}", closing)
    shown = hub.call("priya", "GET", f"issues/{number}")
    assert (shown["state"], shown["state_reason"], shown["comments"]) == (
        "closed",
        "not_planned",
        1,
    )
    assert shown["user"]["login"] == "priya-raman"
    assert "pull_request" not in shown
    assert events(hub, number) == ["labeled", "closed"]
    hub.call("priya", "PATCH", f"issues/{number}", {"state": "open"})
    assert hub.call("priya", "GET", f"issues/{number}")["state_reason"] == "reopened"


def test_issues_and_pull_requests_share_their_numbers(hub: Hub):
    issue = hub.call("priya", "POST", "issues", {"title": "First"}, 201)["number"]
    pull = hub.propose(ONE)
    assert (issue, pull) == (1, 2)
    hub.call("priya", "GET", f"pulls/{issue}", status=404)
    shown = hub.call("priya", "GET", f"issues/{pull}")
    assert (shown["draft"], "pull_request" in shown) == (False, True)


def test_labels_of_a_pull_request(hub: Hub):
    number = hub.propose(ONE)
    hub.call("priya", "POST", f"issues/{number}/labels", {"labels": ["a b", "c"]})
    shown = hub.call("priya", "PATCH", f"issues/{number}", {"labels": ["a b"]})
    assert [each["name"] for each in shown["labels"]] == ["a b"]
    pull = hub.call("priya", "GET", f"pulls/{number}")
    assert [each["name"] for each in pull["labels"]] == ["a b"]
    assert events(hub, number) == ["labeled", "labeled", "unlabeled"]


@pytest.mark.parametrize("labels", ["a", [7], [{}], [""]])
def test_labels_that_are_none(hub: Hub, labels: object):
    hub.call("priya", "POST", "issues", {"title": "T", "labels": labels}, status=422)
    assert hub.box.world.github.issues == {}


def test_a_pull_request_is_closed_as_an_issue_too(hub: Hub):
    number = hub.propose(ONE)
    hub.call("priya", "PATCH", f"issues/{number}", {"state": "closed"})
    assert hub.call("priya", "GET", f"pulls/{number}")["state"] == "closed"


def test_the_timeline_tells_all_and_not_everything_in_it_has_a_time(hub: Hub):
    number = hub.propose(ONE, draft=True)
    hub.box.clock.advance(1)
    hub.box.github.ready(number)
    hub.box.clock.advance(1)
    hub.call("owen", "POST", f"issues/{number}/comments", {"body": "Please"}, 201)
    hub.box.clock.advance(1)
    hub.review(number)
    hub.box.clock.advance(1)
    sha = hub.merge(number)
    told = hub.call("priya", "GET", f"issues/{number}/timeline")
    names = [each["event"] for each in told]
    assert names == [
        "committed",
        "ready_for_review",
        "commented",
        "reviewed",
        "merged",
        "closed",
    ]
    assert [each["event"] for each in told if "created_at" not in each] == [
        "committed",
        "reviewed",
    ]
    assert told[3]["state"] == "approved"
    assert told[4]["commit_id"] == sha


def test_reactions_to_a_comment_are_there_once(hub: Hub):
    number = hub.propose(ONE)
    comment = hub.call("owen", "POST", f"issues/{number}/comments", {"body": "Please"}, 201)["id"]
    path = f"issues/comments/{comment}/reactions"
    made = hub.call("hannah", "POST", path, {"content": "+1"}, 201)
    assert hub.call("hannah", "POST", path, {"content": "+1"}, 200)["id"] == made["id"]
    hub.call("hannah", "POST", path, {"content": "eyes"}, 201)
    hub.call("priya", "POST", path, {"content": "+1"}, 201)
    hub.call("priya", "POST", path, {"content": "wonderful"}, 422)
    told = hub.call("priya", "GET", path)
    assert [(each["user"]["login"], each["content"]) for each in told] == [
        ("hannah-weiss", "+1"),
        ("hannah-weiss", "eyes"),
        ("priya-raman", "+1"),
    ]
    assert [each["content"] for each in hub.call("priya", "GET", f"{path}?content=eyes")] == [
        "eyes"
    ]
    hub.call("priya", "POST", "issues/comments/1/reactions", {"content": "+1"}, 404)
    assert hub.call("priya", "GET", f"issues/comments/{comment}")["body"] == "Please"
    shown = hub.call("priya", "GET", f"issues/comments/{comment}")
    assert shown["created_at"] == shown["updated_at"], "a reaction is no edit"
