"""GitHub over the wire: pages, limits, lost answers, other people's comments, strange answers."""

import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from hub import Hub

from reconciler.model.forge import BranchRules, CheckState, CommitStatus, PullRequestState
from reconciler.sandbox import Fault
from reconciler.services.errors import Effect, ServiceError, SetupError
from reconciler.services.forge_protocol import Said
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, GitHubSettings, read_forge_settings
from reconciler.services.time_budget import TimeBudget, TimeSource

pytestmark = pytest.mark.usefixtures("screens")

MARKER = "<!-- marker -->"


def connect(
    hub: Hub, *, url: str = "", token: str = "", login: str = "github-actions[bot]"
) -> tuple[GitHub, list[float]]:
    env = hub.env
    pauses: list[float] = []
    settings = GitHubSettings(
        url or env["GITHUB_API_URL"],
        env["GITHUB_REPOSITORY"],
        "https://github.example",
        login,
        token or env["GITHUB_TOKEN"],
    )
    policy = RetryPolicy(
        attempts=3, budget=TimeBudget(waiting=120.0, clock=TimeSource(sleep=pauses.append))
    )
    return GitHub(GitHubWire(settings, 5.0, policy), settings, "main"), pauses


def names(hub: Hub) -> list[str]:
    return [each.name for each in hub.box.calls if each.service == "github"]


def test_lists_go_on_over_pages(hub: Hub):
    for number in range(1, 103):
        hub.git("push", "--quiet", "origin", f"HEAD:refs/heads/b{number}")
    head = hub.push("tmp", {"x": "1"})
    for number in range(1, 103):
        hub.box.github.from_fork("mallory", f"b{number}", f"T{number}", head)
    hub.box.clear_calls()
    forge, _ = connect(hub)
    found = forge.pull_requests()
    assert [each.id for each in found] == [str(number) for number in range(1, 103)]
    assert len(names(hub)) == 2


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_the_pull_request_of_a_commit(hub: Hub, method: str):
    number = hub.propose("DS-1071")
    sha = hub.merge(number, method=method)
    forge, _ = connect(hub)
    found = forge.pull_request_of(sha)
    assert found is not None
    assert (found.id, found.state, found.merge_commit) == (
        str(number),
        PullRequestState.MERGED,
        sha,
    )
    assert forge.pull_request_of(hub.git("rev-parse", "HEAD")) is None


def test_a_hint_saves_calls_and_is_not_believed(hub: Hub):
    one, two = hub.propose("DS-1071"), hub.propose("DS-1072")
    first, second = hub.merge(one), hub.merge(two)
    forge, _ = connect(hub)
    hub.box.clear_calls()
    assert forge.pull_request_of(first, str(one)).id == str(one)
    assert len(names(hub)) == 1
    assert forge.pull_request_of(second, str(one)).id == str(two)
    assert forge.pull_request_of(second, "99").id == str(two)
    assert forge.pull_request_of(second, "no number").id == str(two)


def test_what_merged_is_open_and_declined(hub: Hub):
    forge, _ = connect(hub)
    number = hub.propose("DS-1071", draft=True)
    (found,) = forge.pull_requests()
    assert (found.draft, found.state, found.base) == (True, PullRequestState.OPEN, "main")
    hub.close(number)
    assert forge.pull_requests() == ()
    assert forge.pull_request(str(number)).state is PullRequestState.DECLINED
    assert forge.pull_request("99") is None
    assert forge.pull_request("escalate/x") is None


def test_ready_since(hub: Hub):
    forge, _ = connect(hub)
    plain = forge.pull_request(str(hub.propose("DS-1071")))
    assert forge.conversation(plain).ready_at == hub.now
    number = hub.propose("DS-1072", draft=True)
    hub.pass_time(hours=1)
    hub.box.github.ready(number)
    assert forge.conversation(forge.pull_request(str(number))).ready_at == hub.now


def test_one_comment_kept_up_to_date(hub: Hub):
    number = str(hub.propose("DS-1071"))
    forge, _ = connect(hub)
    assert forge.comment(number, MARKER, "One") is Said.ADDED
    assert forge.comment(number, MARKER, "One") is Said.UNCHANGED
    assert forge.comment(number, MARKER, "Two") is Said.CHANGED
    (comment,) = hub.plan_comments(int(number))
    assert comment["body"] == f"{MARKER}\nTwo"


def test_of_several_comments_the_oldest_is_kept(hub: Hub):
    number = hub.propose("DS-1071")
    forge, _ = connect(hub)
    hub.call("owen", "POST", f"issues/{number}/comments", {"body": f"{MARKER}\nNot ours"})
    hub.box.faults.add(Fault("twice", name="POST /repos/{owner}/{repo}/issues/{number}/comments"))
    forge.comment(str(number), MARKER, "One")
    oldest, _ = hub.plan_comments(number)
    delete = "DELETE /repos/{owner}/{repo}/issues/comments/{comment}"
    hub.box.faults.add(Fault("drop", name=delete, when="after"))
    assert forge.comment(str(number), MARKER, "One") is Said.CHANGED
    assert hub.plan_comments(number) == [oldest]
    assert names(hub).count(delete) == 2, "the answer was lost"
    assert forge.comment(str(number), MARKER, "One") is Said.UNCHANGED
    assert len(hub.state()["github"]["comments"]) == 2, "somebody else's stays"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_comment_whose_answer_is_lost_is_made_once(hub: Hub, when: str):
    number = hub.propose("DS-1071")
    forge, _ = connect(hub)
    name = "POST /repos/{owner}/{repo}/issues/{number}/comments"
    hub.box.faults.add(Fault("drop", name=name, when=when))
    if when == "before":
        with pytest.raises(ServiceError) as failed:
            forge.comment(str(number), MARKER, "One")
        assert failed.value.effect is Effect.UNKNOWN
    else:
        assert forge.comment(str(number), MARKER, "One") is Said.ADDED
    forge.comment(str(number), MARKER, "One")
    assert len(hub.plan_comments(number)) == 1


def test_a_person_asks_once_who_they_are(hub: Hub):
    number = str(hub.propose("DS-1071"))
    forge, _ = connect(hub, token="ghp-hannah-weiss", login="")
    assert forge.comment(number, MARKER, "One") is Said.ADDED
    assert forge.comment(number, MARKER, "One") is Said.UNCHANGED
    assert names(hub).count("GET /user") == 1


def test_statuses(hub: Hub):
    number = hub.propose("DS-1071")
    head = hub.box.github.pull(number).head
    forge, _ = connect(hub)
    forge.set_status(head, CommitStatus("escalations/ack", CheckState.PENDING, "x" * 200))
    (status,) = hub.state()["github"]["statuses"]
    assert (status["state"], len(status["description"])) == ("pending", 140)


def merges(*methods: str) -> dict[str, list[str]]:
    return {"allowed_merge_methods": list(methods)}


def test_rules_of_several_rulesets_together(hub: Hub):
    forge, _ = connect(hub)
    assert forge.rules("main") == BranchRules()
    reviews = {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
    }
    hub.box.world.github.rules = [
        {
            "type": "pull_request",
            "parameters": {**reviews, **merges("merge", "squash")},
        },
        {
            "type": "pull_request",
            "parameters": {
                **reviews,
                "required_approving_review_count": 2,
                "allowed_merge_methods": ["squash", "rebase"],
            },
        },
        {"type": "deletion"},
    ]
    found = forge.rules("main")
    assert (found.approvals, found.merge_methods) == (2, frozenset({"squash"}))
    assert (found.dismisses_stale, found.code_owners, found.no_deletion) == (True, False, True)


def test_a_limit_that_is_lifted_soon_is_waited_for(hub: Hub):
    hub.box.faults.add(Fault("status", service="github", status=429, retry_after=7))
    forge, pauses = connect(hub)
    assert forge.pull_requests() == ()
    assert 6 < sum(pauses) <= 7


def test_a_limit_that_is_not_says_when_it_is_lifted(hub: Hub):
    hub.box.faults.add(Fault("status", service="github", status=403, retry_after=1800, times=None))
    forge, pauses = connect(hub)
    with pytest.raises(ServiceError) as failed:
        forge.pull_requests()
    assert "GitHub accepts requests again at" in failed.value.answer
    assert "1,000 requests" in failed.value.remedy
    assert sum(pauses) < 120


def test_the_hour_of_the_sandbox(hub: Hub):
    hub.box.limit(enabled=True)
    try:
        forge, _ = connect(hub)
        for _ in range(1000):
            assert forge.pull_request("1") is None
        with pytest.raises(ServiceError) as failed:
            forge.pull_request("1")
        assert failed.value.code == "limited"
        hub.pass_time(hours=1, seconds=1)
        assert forge.pull_request("1") is None
    finally:
        hub.box.limit(enabled=False)


@pytest.mark.parametrize(
    ("token", "words", "remedy"),
    [
        ("ghs_wrong", "HTTP 401", "Renew GITHUB_TOKEN"),
        ("ghp-mallory", "HTTP 404", "GITHUB_REPOSITORY"),
    ],
)
def test_tokens_that_may_not(hub: Hub, token: str, words: str, remedy: str):
    forge, _ = connect(hub, token=token)
    with pytest.raises(ServiceError) as failed:
        forge.pull_requests()
    assert words in failed.value.answer
    assert remedy in failed.value.remedy
    assert token not in str(failed.value)


@pytest.mark.parametrize("body", ["html", "truncated"])
def test_answers_that_are_none(hub: Hub, body: str):
    hub.box.faults.add(Fault("garbage", service="github", body=body, when="after", times=None))
    forge, _ = connect(hub)
    with pytest.raises(ServiceError) as failed:
        forge.pull_requests()
    assert "does not answer like GitHub" in failed.value.answer


def test_enterprise_is_below_a_path(hub: Hub):
    number = hub.propose("DS-1071")
    forge, _ = connect(hub, url=f"{hub.env['GITHUB_API_URL']}/api/v3")
    assert [each.id for each in forge.pull_requests()] == [str(number)]


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Sends everybody to another host, and remembers who came with which token."""

    seen: ClassVar[list[str]] = []
    target = ""

    def do_GET(self) -> None:
        self.seen.append(str(self.headers.get("Authorization")))
        self.send_response(302 if self.target else 200)
        if self.target:
            self.send_header("Location", self.target)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, type[Elsewhere]]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Elsewhere.seen.clear()
    yield f"http://127.0.0.1:{server.server_address[1]}", Elsewhere
    server.shutdown()
    server.server_close()


def test_a_redirect_carries_the_token_nowhere(hub: Hub, elsewhere: tuple[str, type[Elsewhere]]):
    url, handler = elsewhere
    handler.target = f"{hub.env['GITHUB_API_URL']}/user"
    hub.box.clear_calls()
    forge, _ = connect(hub, url=url)
    with pytest.raises(ServiceError) as failed:
        forge.pull_requests()
    assert "does not answer like GitHub" in failed.value.answer
    assert names(hub) == []
    handler.target = ""


def test_settings_name_everything_at_once():
    with pytest.raises(SetupError) as failed:
        read_forge_settings({"GITHUB_API_URL": "http://github.example"}, ForgeKind.GITHUB)
    for words in (
        "GITHUB_API_URL must begin with https",
        "GITHUB_TOKEN is not set",
        "not of the form owner/name",
    ):
        assert words in failed.value.message


@pytest.mark.parametrize("name", ["a/..", "a/b/c", "-a/b", "a b/c", "../x", "a/."])
def test_repositories_that_cannot_be(name: str):
    with pytest.raises(SetupError):
        read_forge_settings({"GITHUB_TOKEN": "ghs_x", "GITHUB_REPOSITORY": name}, ForgeKind.GITHUB)


def test_auto_is_github_where_there_is_one():
    env = {"GITHUB_TOKEN": "ghs_xxxxxx", "GITHUB_REPOSITORY": "acme/escalations"}
    assert read_forge_settings(env, ForgeKind.AUTO)[0] is ForgeKind.GITHUB
    assert read_forge_settings({}, ForgeKind.AUTO) == (ForgeKind.NONE, None)


def test_the_last_run(hub: Hub):
    forge, _ = connect(hub)
    assert forge.last_run("reconcile.yml", "schedule") is None
    hub.box.github.ran("reconcile.yml", "push")
    hub.box.github.ran("reconcile.yml", "schedule", hub.now - timedelta(hours=1))
    assert forge.last_run("reconcile.yml", "schedule") == hub.now - timedelta(hours=1)


def test_pull_requests_that_change_nothing_of_ours_are_not_kept_waiting(hub: Hub):
    hub.push("docs", {"README.md": "More."}, who="hannah")
    number = hub.open("docs", "Docs", who="hannah")
    waiting = hub.propose("DS-1071")
    hub.escalate("acknowledge", "--all")
    head = {one: hub.box.github.pull(one).head for one in (number, waiting)}
    states = {each["sha"]: each["state"] for each in hub.state()["github"]["statuses"]}
    assert states == {head[number]: "success", head[waiting]: "pending"}
    hub.reconcile()
    assert hub.plan_comments(number) == []


def test_a_status_that_cannot_be_set_is_told(hub: Hub):
    hub.propose("DS-1071")
    name = "POST /repos/{owner}/{repo}/statuses/{sha}"
    hub.box.faults.add(Fault("status", name=name, status=403, times=None))
    done = hub.escalate("acknowledge", "--all", status=1)
    assert "#1: GitHub POST statuses/" in done.stderr
    assert "statuses: write" in done.stderr


def test_every_state_of_an_acknowledgement(hub: Hub):
    hub.review(hub.propose("DS-1071"))
    hub.propose("PLTA-7")
    lost = hub.propose("DS-1072")
    remote = str(hub.box.github.remote)
    hub.git("--git-dir", remote, "update-ref", "-d", f"refs/pull/{lost}/head")
    told = hub.escalate("acknowledge", "--all").stdout
    for each in ("acknowledged by Hannah Weiss", "can't be read", "there is no desk PLTA"):
        assert each in told
    hub.review(1, event="REQUEST_CHANGES", body="No.")
    name = "POST /repos/{owner}/{repo}/statuses/{sha}"
    hub.box.faults.add(Fault("status", name=name, status=422))
    assert "Run it again" in hub.escalate("acknowledge", "#1", status=1).stderr
    policy = (hub.folder / "config/policy.yaml").read_text()
    policy = policy.replace("acknowledgement: review", "acknowledgement: merge")
    hub.push("merging", {"config/policy.yaml": policy}, who="hannah")
    hub.merge(hub.open("merging", "Merging acknowledges", who="hannah"), "hannah")
    assert "merging it acknowledges" in hub.escalate("acknowledge", "#1").stdout
    assert (
        "not an open pull request" in hub.escalate("plan", "--pull-request", "99", status=1).stderr
    )


def test_a_comment_that_cannot_be_made_is_told(hub: Hub):
    hub.propose("DS-1071")
    channel = Fault("slack_error", name="conversations.history", error="no_such_thing", times=None)
    comments = "POST /repos/{owner}/{repo}/issues/{number}/comments"
    hub.box.faults.add(channel)
    hub.box.faults.add(Fault("status", name=comments, status=422, times=None))
    shown = hub.reconcile(status=6)
    assert "the plan comment can't be written on #1" in shown
    hub.box.faults.clear()
    hub.reconcile()
    hub.close(1)
    name = "GET /repos/{owner}/{repo}/pulls/{number}"
    hub.box.faults.add(Fault("status", name=name, status=422, times=None))
    assert "The next run asks again" in hub.reconcile(status=6)


def test_the_numbers_are_needed(hub: Hub):
    assert "or --all" in hub.escalate("acknowledge", status=2).stderr


def test_desks_for_a_matrix(hub: Hub):
    assert hub.escalate("desks", now=False).stdout == '["DS","PLAT"]\n'
