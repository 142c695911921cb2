"""The sandbox's GitHub answers as GitHub does, over a real repository."""

import json
import subprocess
from pathlib import Path

import pytest
import requests
from contract.folder import FOLDER
from hub import Hub

ONE = "DS-1071"
NEWER = {
    *("has_discussions", "network_count", "subscribers_count"),
    *("performed_via_github_app", "pull_request", "state_reason", "timeline_url"),
}
"""Than the recorded payloads."""


def files(hub: Hub) -> str:
    return hub.git("ls-tree", "-r", "--name-only", "origin/main")


@pytest.mark.parametrize(
    ("method", "subject", "parents"),
    [
        ("merge", "Merge pull request #1 from ledgerline/escalate/ds-1071", 2),
        ("squash", "Change escalate/ds-1071 (#1)", 1),
        ("rebase", "Change escalate/ds-1071", 1),
    ],
)
def test_merges_are_real(hub: Hub, method: str, subject: str, parents: int):
    number = hub.propose(ONE)
    sha = hub.merge(number, method=method)
    hub.git("fetch", "--quiet", "origin")
    assert hub.git("rev-parse", "origin/main") == sha
    assert f"escalations/2026/{ONE}.yaml" in files(hub)
    assert (
        hub.git("log", "-1", "--format=%s|%cn|%ce", sha) == f"{subject}|GitHub|noreply@github.com"
    )
    assert len(hub.git("log", "-1", "--format=%P", sha).split()) == parents
    shown = hub.call("priya", "GET", f"pulls/{number}")
    assert (shown["merged"], shown["merge_commit_sha"], shown["state"]) == (True, sha, "closed")
    assert shown["merged_by"]["login"] == "priya-raman"


def test_a_conflict_is_not_merged(hub: Hub):
    number = hub.propose(ONE)
    hub.pull_main()
    hub.write(ONE, reason="Otherwise.")
    hub.commit("The same file")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    known = [hub.call("priya", "GET", f"pulls/{number}") for _ in range(2)]
    assert [(each["mergeable"], each["mergeable_state"]) for each in known] == [
        (None, "unknown"),
        (False, "dirty"),
    ]
    hub.call("priya", "PUT", f"pulls/{number}/merge", {}, status=405)


def test_a_head_that_moved_is_not_merged(hub: Hub):
    number = hub.propose(ONE)
    old = hub.call("priya", "GET", f"pulls/{number}")["head"]["sha"]
    hub.push("escalate/ds-1071", {"x": "1"}, base="escalate/ds-1071")
    hub.call("priya", "PUT", f"pulls/{number}/merge", {"sha": old}, status=409)


def test_a_head_follows_its_branch_and_can_be_fetched(hub: Hub):
    number = hub.propose(ONE)
    head = hub.push("escalate/ds-1071", {"x": "1"}, base="escalate/ds-1071")
    assert hub.call("priya", "GET", f"pulls/{number}")["head"]["sha"] == head
    hub.git("fetch", "--quiet", "origin", f"refs/pull/{number}/head")
    assert hub.git("rev-parse", "FETCH_HEAD") == head


def test_stale_approvals_go_where_a_rule_says_so(hub: Hub):
    hub.box.world.github.rules.append(
        {"type": "pull_request", "parameters": {"dismiss_stale_reviews_on_push": True}}
    )
    number = hub.propose(ONE)
    hub.review(number)
    hub.push("escalate/ds-1071", {"x": "1"}, base="escalate/ds-1071")
    (review,) = hub.call("priya", "GET", f"pulls/{number}/reviews")
    assert review["state"] == "DISMISSED"


def test_nobody_approves_their_own(hub: Hub):
    number = hub.propose(ONE)
    answer = hub.call("priya", "POST", f"pulls/{number}/reviews", {"event": "APPROVE"}, status=422)
    assert "Can not approve your own pull request" in str(answer)


@pytest.mark.parametrize(
    ("who", "status"), [("mallory", 404), ("nobody-at-all", 401), ("priya", 200)]
)
def test_who_may_see_it(hub: Hub, who: str, status: int):
    hub.call(who, "GET", "pulls", status=status)


def test_a_rule_about_ways_to_merge_holds(hub: Hub):
    hub.box.world.github.rules.append(
        {"type": "pull_request", "parameters": {"allowed_merge_methods": ["squash"]}}
    )
    number = hub.propose(ONE)
    hub.call("priya", "PUT", f"pulls/{number}/merge", {"merge_method": "merge"}, status=405)
    hub.merge(number)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("issues/1/comments", {"body": "x" * 65_537}, "too long"),
        ("issues/1/comments", {"body": ""}, "body is missing"),
        ("pulls", {"title": "T", "head": "nowhere", "base": "main"}, "head is invalid"),
        ("pulls", {"title": "T", "head": "escalate/ds-1071", "base": "main"}, "already exists"),
        ("pulls/1/reviews", {"event": "SHOUT"}, "event is needed"),
        ("statuses/HEAD", {"state": "fine"}, "not included in the list"),
        ("statuses/HEAD", {"state": "success", "description": "x" * 141}, "too long"),
    ],
)
def test_what_it_refuses(hub: Hub, path: str, body: dict[str, str], words: str):
    hub.propose(ONE)
    hub.pull_main()
    path = path.replace("HEAD", hub.git("rev-parse", "HEAD"))
    assert words in str(hub.call("hannah", "POST", path, body, status=422))


def test_pages(hub: Hub):
    number = hub.propose(ONE)
    for each in range(5):
        hub.call("owen", "POST", f"issues/{number}/comments", {"body": str(each)}, 201)
    url = f"{hub.api}/issues/{number}/comments?per_page=2"
    found: list[str] = []
    while url:
        answer = requests.get(url, headers={"Authorization": "token ghp-owen-brooks"}, timeout=5)
        found += [each["body"] for each in answer.json()]
        url = answer.links.get("next", {}).get("url", "")
    assert found == ["0", "1", "2", "3", "4"]


def test_files(hub: Hub):
    number = hub.propose(ONE)
    (file,) = hub.call("priya", "GET", f"pulls/{number}/files")
    assert (file["filename"], file["status"]) == (f"escalations/2026/{ONE}.yaml", "added")


def test_a_merge_that_was_pushed_counts_as_one(hub: Hub):
    number = hub.propose(ONE)
    hub.git("fetch", "--quiet", "origin", "escalate/ds-1071")
    hub.git("merge", "--quiet", "--no-ff", "-m", "By hand", "FETCH_HEAD")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    shown = hub.call("priya", "GET", f"pulls/{number}")
    assert (shown["merged"], shown["merge_commit_sha"]) == (True, hub.git("rev-parse", "HEAD"))


def test_going_back_takes_the_repository_along(hub: Hub):
    before = hub.box.snapshot()
    refs = hub.box.world.bare.refs()
    hub.merge(hub.propose(ONE))
    assert hub.box.world.bare.refs() != refs
    hub.box.restore(before)
    assert hub.box.world.bare.refs() == refs
    assert hub.call("priya", "GET", "pulls?state=all") == []


def test_what_a_browser_does(hub: Hub):
    number = hub.propose(ONE, draft=True)
    hub.box.github.ready(number)
    hub.box.github.draft(number)
    events = [each["event"] for each in hub.call("priya", "GET", f"issues/{number}/events")]
    assert events == ["ready_for_review", "convert_to_draft"]
    assert hub.call("priya", "GET", f"pulls/{number}")["draft"]
    hub.call("priya", "PUT", f"pulls/{number}/merge", {}, status=405)


@pytest.mark.parametrize(
    ("kind", "action", "recorded"),
    [
        ("pull_request", "opened", "pull_request.opened"),
        ("pull_request", "synchronize", "pull_request.synchronize"),
        ("issues", "opened", "issues.opened"),
        ("pull_request_review", "submitted", "pull_request_review.submitted"),
        ("push", "", "push"),
    ],
)
def test_payloads_have_the_keys_that_recorded_ones_have(
    hub: Hub, kind: str, action: str, recorded: str
):
    number = hub.propose(ONE)
    hub.review(number)
    hub.push("escalate/ds-1071", {"x": "1"}, base="escalate/ds-1071")
    known = json.loads((FOLDER / "github-webhooks" / f"{recorded}.payload.json").read_text())
    ours = hub.box.github.event(kind, action, number, "priya-raman")
    assert ours.keys() <= known.keys()
    assert "pull_request" in kind or ours.keys() & {"issue", "head_commit"}
    for part in ours.keys() & {"pull_request", "review", "repository", "issue"}:
        assert ours[part].keys() <= known[part].keys() | NEWER, part


def test_the_payload_of_a_comment_has_the_keys_that_a_recorded_one_has(hub: Hub):
    number = hub.propose(ONE)
    comment = hub.call("hannah", "POST", f"issues/{number}/comments", {"body": "/help"}, 201)["id"]
    path = FOLDER / "github-webhooks" / "issue_comment.created.payload.json"
    known = json.loads(path.read_text())
    ours = hub.box.github.event("issue_comment", "created", comment, "hannah-weiss")
    assert ours.keys() <= known.keys()
    for part in ("comment", "issue", "repository"):
        assert ours[part].keys() <= known[part].keys() | NEWER, part
    assert (ours["comment"]["body"], ours["sender"]["login"]) == ("/help", "hannah-weiss")


def test_git_of_any_kind_finds_it(hub: Hub, tmp_path: Path):
    url = f"file://{hub.box.github.remote}"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", url, str(tmp_path / "c")], check=True)
    assert (tmp_path / "c" / "config" / "policy.yaml").is_file()
