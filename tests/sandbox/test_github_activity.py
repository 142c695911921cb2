"""Who moved which branch, and what became of reviews: as GitHub's API lists it."""

from typing import Any

import requests
from hub import Hub

ONE, BRANCH = "DS-1071", "escalate/ds-1071"


def activities(hub: Hub, query: str = f"ref={BRANCH}") -> list[tuple[str, str]]:
    found = hub.call("priya", "GET", f"activity?{query}")
    return [(each["activity_type"], each["actor"]["login"]) for each in found]


def happened(hub: Hub, number: int, event: str) -> list[dict[str, Any]]:
    found = hub.call("priya", "GET", f"issues/{number}/timeline?per_page=100")
    return [each for each in found if each["event"] == event]


def test_pushes_have_the_account_that_pushed(hub: Hub):
    hub.propose(ONE, who="priya")
    hub.push(BRANCH, {"x": "1"}, base=BRANCH, who="priya", pusher="owen")
    hub.push(BRANCH, {"x": "2"}, force=True, who="nobody")
    hub.git("push", "--quiet", "origin", "--delete", BRANCH, who="lena")
    assert activities(hub) == [
        ("branch_deletion", "lena-fischer"),
        ("force_push", "github-actions[bot]"),
        ("push", "owen-brooks"),
        ("branch_creation", "priya-raman"),
    ]
    assert activities(hub, f"ref=refs/heads/{BRANCH}&activity_type=push&actor=priya-raman") == []


def test_changes_by_the_api_have_their_account(hub: Hub):
    number = hub.propose(ONE, who="priya")
    hub.push("main", {"x": "1"}, who="hannah")
    body = {"message": "Two", "content": "Mg==", "branch": BRANCH}
    hub.call("owen", "PUT", "contents/y", body, 201)
    hub.call("lena", "PUT", f"pulls/{number}/update-branch", {}, 202)
    assert activities(hub) == [
        ("push", "lena-fischer"),
        ("push", "owen-brooks"),
        ("branch_creation", "priya-raman"),
    ]
    hub.call("lena", "PUT", f"pulls/{number}/update-branch", {}, 422)
    hub.merge(number, who="dmitri")
    assert activities(hub, "ref=main")[0] == ("pr_merge", "dmitri-sokolov")


def test_an_update_of_the_branch_is_refused_if_it_moved_or_conflicts(hub: Hub):
    number = hub.propose(ONE)
    path = f"pulls/{number}/update-branch"
    hub.call("priya", "PUT", path, {"expected_head_sha": "0" * 40}, 422)
    hub.push("main", {f"escalations/2026/{ONE}.yaml": "other"}, who="hannah")
    answer = hub.call("priya", "PUT", path, {}, 422)
    assert "merge conflict" in answer["message"]


def test_pages_of_activities_follow_each_other_by_cursor(hub: Hub):
    hub.propose(ONE)
    for each in range(4):
        hub.push(BRANCH, {"x": str(each)}, base=BRANCH)
    url, found, token = f"{hub.api}/activity?ref={BRANCH}&per_page=2", [], "token ghp-owen-brooks"
    while url:
        answer = requests.get(url, headers={"Authorization": token}, timeout=5)
        found += [each["id"] for each in answer.json()]
        url = answer.links.get("next", {}).get("url", "")
        assert "page=2&page" not in url
    assert found == sorted(found, reverse=True)
    assert len(found) == 5


def test_pushes_are_as_old_as_the_state_that_comes_back(hub: Hub):
    hub.propose(ONE)
    before = hub.box.snapshot()
    hub.push(BRANCH, {"x": "1"}, base=BRANCH)
    assert len(activities(hub)) == 2
    hub.box.restore(before)
    assert activities(hub) == [("branch_creation", "priya-raman")]


def test_an_edit_of_a_review_shows_whoever_makes_it(hub: Hub):
    number = hub.propose(ONE)
    review = hub.review(number, body="Fine")
    hub.pass_time(minutes=5)
    (shown,) = happened(hub, number, "reviewed")
    assert shown["updated_at"] == shown["submitted_at"]
    path = f"pulls/{number}/reviews/{review['id']}"
    hub.call("owen", "PUT", path, {"body": "/assign mallory"})
    hub.call("owen", "PUT", f"pulls/{number}/reviews/7", {"body": "x"}, 404)
    (shown,) = happened(hub, number, "reviewed")
    assert shown["user"]["login"] == "hannah-weiss"
    assert shown["body"] == "/assign mallory"
    assert shown["updated_at"] > shown["submitted_at"]


def test_a_dismissal_names_the_review(hub: Hub):
    number = hub.propose(ONE)
    review = hub.review(number)
    hub.call("owen", "PUT", f"pulls/{number}/reviews/{review['id']}/dismissals", {"message": "No"})
    (event,) = happened(hub, number, "review_dismissed")
    assert event["dismissed_review"]["review_id"] == review["id"]
    assert event["dismissed_review"]["state"] == "approved"
    assert [each["state"] for each in happened(hub, number, "reviewed")] == ["dismissed"]
