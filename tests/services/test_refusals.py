"""Each refusal that the vendors document: whether it is tried again, and what people are to do."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from clocks import at_once
from words.canned import Answer, Canned, canned

from reconciler.services.connect import jira_gateway
from reconciler.services.errors import ServiceError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings, JiraSettings, SlackSettings
from reconciler.services.slack.wire import SlackWire
from reconciler.services.time_budget import TimeBudget, TimeSource

PERMISSIONS = (
    "Give the token this permission. In a workflow, set `permissions` of the job (contents: read,"
    " pull-requests: read or write, statuses: write)."
)
FINE = Answer(
    {
        "ok": True,
        "user_id": "U1",
        "url": "https://x.example/",
        "ts": "1.0",
        "channel": {"id": "C1", "name": "one"},
        "channels": [],
        "members": [],
        "messages": [],
        "items": [],
        "bookmarks": [],
    }
)
"""What any method of Slack may be answered with."""


@pytest.fixture(scope="module")
def server() -> Iterator[Canned]:
    with canned() as found:
        yield found


def slack(server: Canned, *answers: Answer) -> str:
    """`ok` if a call that can be repeated ends well, else the remedy."""
    server.answers = {"*": list(answers)}
    wire = SlackWire(SlackSettings(f"{server.url}/api/", "xoxb-1"), 5.0, at_once(2))
    try:
        wire.call("auth.test", lambda client: client.auth_test(), repeatable=True)
    except ServiceError as error:
        return error.remedy
    return "ok"


@pytest.mark.parametrize("beside", [{}, {"needed": None}, {"needed": ""}])
def test_a_missing_scope_without_a_name(server: Canned, beside: dict[str, object]):
    remedy = slack(server, Answer({"ok": False, "error": "missing_scope", **beside}))
    assert "None" not in remedy
    assert "https://docs.slack.dev/reference/methods/auth.test" in remedy


# https://docs.slack.dev/reference/methods/auth.test#errors, and those of Enterprise Grid
@pytest.mark.parametrize(
    "code",
    [
        *("not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired"),
        *("not_allowed_token_type", "org_login_required", "ekm_access_denied", "access_denied"),
        *("team_added_to_org", "enterprise_is_restricted", "accesslimited"),
    ],
)
def test_a_token_that_slack_does_not_accept_has_to_be_renewed(server: Canned, code: str) -> None:
    refusal = Answer({"ok": False, "error": code})
    wanted = "Renew SLACK_BOT_TOKEN: reinstall the app and copy its bot token."
    assert slack(server, refusal, FINE) == wanted


@pytest.mark.parametrize(
    ("code", "status"),
    [
        *[("ratelimited", 200), ("rate_limited", 200), ("service_unavailable", 200)],
        *[("request_timeout", 200), ("internal_error", 200), ("fatal_error", 200)],
        *[("anything", 429), ("anything", 500), ("anything", 503)],
    ],
)
def test_what_passes_is_tried_again_in_slack(server: Canned, code: str, status: int) -> None:
    refusal = Answer({"ok": False, "error": code}, status)
    assert slack(server, refusal, FINE) == "ok"


def test_another_refusal_of_slack_is_not_tried_again(server: Canned) -> None:
    refusal = Answer({"ok": False, "error": "channel_not_found"})
    assert slack(server, refusal, FINE) == ""


@pytest.fixture
def jira(server: Canned) -> Iterator[JiraGateway]:
    with ThreadPoolExecutor(1) as pool:
        yield jira_gateway(JiraSettings(server.url, "bot@x.example", "t"), 5.0, at_once(2), pool)


@pytest.mark.parametrize(
    ("status", "again"),
    [
        *[(408, True), (429, True), (500, True), (502, True), (503, True), (504, True)],
        *[(400, False), (403, False), (409, False), (413, False), (501, False)],
    ],
)
def test_what_passes_is_tried_again_in_jira(
    server: Canned, jira: JiraGateway, status: int, again: bool
) -> None:
    server.answers = {"*": [Answer({}, status), Answer({"issues": [], "isLast": True})]}
    if again:
        assert jira.search_labelled("ESCALATION", ["DS"]) == []
        return
    with pytest.raises(ServiceError) as caught:
        jira.search_labelled("ESCALATION", ["DS"])
    assert caught.value.code == str(status)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, "Renew GITHUB_TOKEN."),
        (403, PERMISSIONS),
        (404, "Check GITHUB_REPOSITORY, and that the token may read that repository."),
        (410, "This feature is switched off in the settings of the repository."),
        (422, ""),
    ],
)
def test_what_github_refuses(server: Canned, status: int, remedy: str) -> None:
    server.answers = {"*": [Answer({"message": "No."}, status), Answer({})]}
    wire = GitHubWire(GitHubSettings(server.url, "o/r", server.url, token="t"), 5.0, at_once(2))
    with pytest.raises(ServiceError) as caught:
        wire.send("POST", "pulls/1", {}, repeatable=False)
    assert caught.value.remedy == remedy


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_tried_again_at_github(server: Canned, status: int) -> None:
    server.answers = {"*": [Answer({}, status), Answer({"number": 1})]}
    wire = GitHubWire(GitHubSettings(server.url, "o/r", server.url, token="t"), 5.0, at_once(2))
    assert wire.get("pulls/1") == {"number": 1}


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "IN 30"}, 30),
        ({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "IN 30"}, 60),
        ({"X-RateLimit-Remaining": "0"}, 60),
        ({"Retry-After": "7", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "IN 30"}, 7),
    ],
)
def test_how_long_github_limits(server: Canned, headers: dict[str, str], pause: int) -> None:
    """`IN 30` stands for the moment 30 seconds from now, in seconds of Unix time."""
    now = time.time()
    told = {k: str(int(now) + 30) if v == "IN 30" else v for k, v in headers.items()}
    server.answers = {"*": [Answer({}, 429, tuple(told.items())), Answer({"number": 1})]}
    pauses: list[float] = []
    retries = RetryPolicy(
        attempts=2, budget=TimeBudget(waiting=90.0, clock=TimeSource(sleep=pauses.append))
    )
    wire = GitHubWire(GitHubSettings(server.url, "o/r", server.url, token="t"), 5.0, retries)
    assert wire.get("pulls/1") == {"number": 1}
    (waited,) = pauses
    assert pause - 2 <= waited <= pause + 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer({"ok": False, "error": "fatal_error"}), "fatal_error"),
        (Answer({"ok": False, "error": "anything"}, 500), "anything"),
        (Answer("<html>Sign in</html>", 403), "not-slack"),
        (Answer({"ok": False, "error": "is_archived"}), "is_archived"),
    ],
)
def test_by_which_code_a_failure_of_slack_is_known(
    server: Canned, answer: Answer, code: str
) -> None:
    server.answers = {"*": [answer]}
    wire = SlackWire(SlackSettings(f"{server.url}/api/", "xoxb-1"), 5.0, at_once(2))
    with pytest.raises(ServiceError) as caught:
        wire.call("auth.test", lambda client: client.auth_test(), repeatable=True)
    assert caught.value.code == code


def test_by_which_code_a_failure_of_github_is_known(server: Canned) -> None:
    wire = GitHubWire(GitHubSettings(server.url, "o/r", server.url, token="t"), 5.0, at_once(2))
    for answer, code in ((Answer("<html>x</html>", 302), "not-github"), (Answer({}, 422), "422")):
        server.answers = {"*": [answer]}
        with pytest.raises(ServiceError) as caught:
            wire.get("pulls/1")
        assert caught.value.code == code


def test_a_redirect_to_nowhere_is_told_as_one(server: Canned, jira: JiraGateway) -> None:
    for there, told in (
        ("http://[", "another address"),
        ("/login", "another address"),
        ("https://user:pw@sso.example:8443/login?x", "https://sso.example:8443"),
    ):
        server.answers = {"*": [Answer({}, 302, (("Location", there),))]}
        with pytest.raises(ServiceError, match="redirects to") as caught:
            jira.search_labelled("ESCALATION", ["DS"])
        assert f"redirects to {told}; the tool does not follow redirects" in str(caught.value)


def test_a_long_answer_of_jira_is_cut(server: Canned, jira: JiraGateway) -> None:
    server.answers = {"*": [Answer({"errorMessages": ["x" * 1000], "errors": {}}, 400)]}
    with pytest.raises(ServiceError) as caught:
        jira.search_labelled("ESCALATION", ["DS"])
    assert 290 < len(caught.value.answer) < 330


def test_until_when_github_limits(server: Canned) -> None:
    server.answers = {"*": [Answer({}, 429, (("Retry-After", "40"),))]}
    wire = GitHubWire(GitHubSettings(server.url, "o/r", server.url, token="t"), 5.0, at_once(2))
    times = {time.strftime("%H:%M:%S UTC", time.gmtime(time.time() + 40 + n)) for n in range(9)}
    with pytest.raises(ServiceError) as caught:
        wire.get("pulls/1")
    assert caught.value.answer.rpartition(" at ")[2] in times
