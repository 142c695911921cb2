"""The repository and its people, limits, payloads, and the levers of the control port."""

import pytest
import requests
from hub import Hub

from reconciler.sandbox import Box, serve

ONE = "DS-1071"


def ask(box: Box, path: str, login: str = "", method: str = "GET", **more: object):
    token = f"ghp-{login}" if login else box.env(github=True)["GITHUB_TOKEN"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{box.github_url}/{path}"
    return requests.request(method, url, headers=headers, timeout=5, json=more or None)


def test_who_may_only_look(hub: Hub):
    hub.box.world.github.readers.add("curious-carl")
    number = hub.propose(ONE)
    assert hub.call("curious-carl", "GET", f"pulls/{number}")["number"] == number
    review = hub.review(number, "curious-carl")
    assert (review["state"], review["author_association"]) == ("APPROVED", "NONE")
    head = hub.box.github.pull(number).head
    for method, path, body in (
        ("PUT", f"pulls/{number}/merge", {}),
        ("PATCH", f"pulls/{number}", {"state": "closed"}),
        ("POST", f"statuses/{head}", {"state": "success"}),
        ("POST", f"issues/{number}/labels", {"labels": ["x"]}),
        ("PUT", f"pulls/{number}/reviews/{review['id']}/dismissals", {"message": "No"}),
    ):
        hub.call("curious-carl", method, path, body, status=403)
    told = {"title": "A question", "labels": ["urgent"]}
    assert hub.call("curious-carl", "POST", "issues", told, 201)["labels"] == []


def test_a_body_that_does_not_say_it_is_json(box: Box):
    token = box.env(github=True)["GITHUB_TOKEN"]
    url = f"{box.github_url}/repos/{box.github.repository}/issues"
    for kind in ("text/plain", ""):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        answer = requests.post(url, data=b'{"title": "x"}', headers=headers, timeout=5)
        assert (answer.status_code, answer.json()["message"]) == (415, "Unsupported Media Type")
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        assert requests.post(url, data=b'{"title": "x"}', headers=headers, timeout=5).ok


def test_too_many_statuses_of_one_commit_and_context(hub: Hub):
    head = hub.box.github.pull(hub.propose(ONE)).head
    one = {"state": "success", "context": "x"}
    for _ in range(3):
        hub.call("priya", "POST", f"statuses/{head}", one, 201)
    assert len(hub.call("priya", "GET", f"commits/{head}/statuses")) == 3
    with hub.box.lock:
        github = hub.box.world.github
        github.statuses += github.statuses[:1] * 997
    refused = hub.call("priya", "POST", f"statuses/{head}", one, 422)
    assert "maximum number of statuses" in refused["message"]
    hub.call("priya", "POST", f"statuses/{head}", one | {"context": "y"}, 201)


def test_who_is_seeded_may_look() -> None:
    with serve({"github": {"readers": ["carl"], "outsiders": ["mal"]}}) as box:
        path = f"repos/{box.github.repository}"
        assert [ask(box, path, who).status_code for who in ("carl", "mal")] == [200, 404]
        assert ask(box, "users/carl", "carl").json()["id"] == 5001


def test_runs_by_status_and_event(box: Box):
    box.github.ran("reconcile.yml", "schedule")
    box.github.ran("reconcile.yml", "push", conclusion="failure")
    box.github.ran("reconcile.yml", "push", conclusion=None)

    def found(query: str) -> list[str | None]:
        path = f"repos/{box.github.repository}/actions/workflows/reconcile.yml/runs?{query}"
        return [each["conclusion"] for each in ask(box, path).json()["workflow_runs"]]

    assert found("") == [None, "failure", "success"]
    assert found("status=completed") == ["failure", "success"]
    assert found("status=in_progress") == [None]
    assert found("status=success&event=push") == []
    assert found("per_page=1&page=2") == ["failure"]


def test_too_many_that_make_content(box: Box):
    box.limit(enabled=True)
    try:
        path = f"repos/{box.github.repository}/issues"
        made = [ask(box, path, method="POST", title="T") for _ in range(81)]
        assert {each.status_code for each in made[:80]} == {201}
        refused = made[-1]
        assert refused.status_code == 403
        assert "secondary rate limit" in refused.json()["message"]
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert int(refused.headers["x-ratelimit-remaining"]) > 0
        assert ask(box, f"{path}/1").status_code == 200
        box.clock.advance(61)
        assert ask(box, path, method="POST", title="T").status_code == 201
    finally:
        box.limit(enabled=False)


def test_every_answer_tells_of_the_limit_and_only_limits_refuse(box: Box):
    path = f"repos/{box.github.repository}/issues"
    made = [ask(box, path, method="POST", title="T") for _ in range(81)]
    assert {each.status_code for each in made} == {201}
    assert "retry-after" not in made[-1].headers
    left = [int(each.headers["x-ratelimit-remaining"]) for each in made]
    assert left == list(range(left[0], left[0] - 81, -1))


def test_payloads_tell_what_happened(hub: Hub):
    number = hub.propose(ONE)
    before = hub.box.github.pull(number).head
    after = hub.push("escalate/ds-1071", {"x": "1"}, base="escalate/ds-1071")
    told = hub.box.github.event("pull_request", "synchronize", number)
    assert (told["before"], told["after"]) == (before, after)
    assert "before" not in hub.box.github.event("pull_request", "opened", number)
    sha = hub.merge(number)
    push = hub.box.github.event("push", sender="priya-raman")
    assert (push["after"], push["head_commit"]["id"]) == (sha, sha)
    assert f"escalations/2026/{ONE}.yaml" in push["head_commit"]["added"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("merge_group", "no payload of kind 'merge_group'"),
        ("pull_request_review", "no reviews yet"),
    ],
)
def test_nothing_is_made_up(hub: Hub, kind: str, words: str):
    number = hub.propose(ONE)
    with pytest.raises(ValueError, match=words):
        hub.box.github.event(kind, "created", number)


def test_the_control_port_marks_drafts(hub: Hub):
    number = hub.propose(ONE, draft=True)
    control = f"{hub.box.control_url}/github"
    answer = requests.post(control, json={"ready": number}, timeout=5)
    assert answer.json() == {"number": number, "draft": False}
    assert not hub.call("priya", "GET", f"pulls/{number}")["draft"]
    for wrong in ({}, {"ready": 99}, {"merge": number}, {"ready": number, "draft": number}):
        assert requests.post(control, json=wrong, timeout=5).status_code == 400
