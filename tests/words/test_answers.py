"""What becomes of refusals: the words for a service's answer, and the remedy."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from clocks import at_once
from plan.values import ended, new, settled

from reconciler.model.change import Action, Change, Operation
from reconciler.model.policy import Safety
from reconciler.model.receipt import ChannelReceipt, Receipt
from reconciler.reconcile.engine.execute import make
from reconciler.reconcile.engine.jira_edit import send_edit
from reconciler.reconcile.engine.outcomes import Outcomes
from reconciler.reconcile.engine.plan_one import unseen
from reconciler.reconcile.engine.work import Work
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.brief import Pin
from reconciler.reconcile.facets.channel import CreateChannel, RenameChannel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import PostMessage, Where
from reconciler.reconcile.facets.topic_purpose import SetTopic
from reconciler.reconcile.safety import empty, moved, refusals
from reconciler.services.connect import Gateways, jira_gateway
from reconciler.services.errors import Effect, InternalError, ServiceError, SetupError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import (
    ForgeKind,
    GitHubSettings,
    JiraSettings,
    SlackSettings,
    read_forge_settings,
    read_settings,
    read_timeout,
)
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import Identity, PostKey, metadata
from reconciler.services.slack.wire import SlackWire
from words.canned import Answer, Canned, canned

GOLDEN = Path(__file__).parent / "golden" / "answers.txt"
US = Identity("U0BOT", "B0BOT", "https://ledgerline.slack.example/", None)
CHANNEL = ChannelReceipt(id="C1", name="ds-1071-x")


def _told(attempt: Callable[[], Any], server: Canned | None = None) -> str:
    try:
        return f"{attempt()}"
    except ServiceError as error:
        effect = " [may have taken effect]" if error.effect is Effect.UNKNOWN else ""
        text = f"{error}{effect}\n    {error.remedy}".rstrip()
    except SetupError as error:
        text = f"{error.message}\n    {error.remedy}"
    return text.replace(server.url, "URL") if server else text


# Slack


def _slack(server: Canned) -> SlackGateway:
    settings = SlackSettings(f"{server.url}/api/", "xoxb-1")
    return SlackGateway(SlackWire(settings, 5.0, at_once()))


def _slack_answers(server: Canned) -> Iterator[str]:
    for answer in (
        Answer({"ok": False, "error": "invalid_auth"}),
        Answer({"ok": False, "error": "missing_scope", "needed": "pins:write"}),
        Answer({"ok": False, "error": "missing_scope"}),
        Answer({"ok": False, "error": "is_archived"}),
        Answer({"ok": False, "error": "ratelimited"}, 429, (("Retry-After", "30"),)),
        Answer({"ok": False, "error": "fatal_error"}, 500),
        Answer("<html>Sign in</html>"),
        Answer("<html>Bad gateway</html>", 403),
    ):
        server.answers = {"*": [answer]}
        yield _told(_slack(server).identify, server)
    server.answers = {"*": [Answer({"ok": False, "error": "fatal_error"}, 500)]}
    yield _told(lambda: _slack(server).create("x"), server)


def _change(op: Operation, facet: str = "slack.x") -> Change:
    return Change(facet=facet, action=Action.ADD, why="drift", op=op)


def _outcomes(ledger: Work, server: Canned) -> Iterator[str]:
    for each in ledger.outcomes.every():
        line = f"{each.change.op.do}: {each.result}: {each.answer}".replace(server.url, "URL")
        yield f"{line}\n    {each.remedy}".rstrip()


def _work(gateways: Gateways, channel: ChannelReceipt | None, *changes: Change) -> Work:
    plan = settled().plan().plan.model_copy(update={"changes": changes})
    receipt = Receipt(ticket="DS-1071")
    return Work(gateways, US, "DS-1071", receipt, channel, "C0DESK", Outcomes(plan))


def _listed(name: str, creator: str, *, archived: bool = False) -> Answer:
    channel = {"id": "C9", "name": name, "creator": creator, "is_archived": archived}
    texts = {"topic": {"value": ""}, "purpose": {"value": ""}}
    return Answer({"ok": True, "channels": [{**channel, **texts, "is_member": False}]})


def _history(*tickets: str) -> Answer:
    """A channel with a message of the bot about each ticket."""
    messages = [
        {"ts": "1795442400.000100", "user": "U0BOT", "metadata": metadata(PostKey(each, "x"), "1")}
        for each in tickets
    ]
    return Answer({"ok": True, "messages": messages})


def _done_in_slack(server: Canned) -> Iterator[str]:
    def do(op: Operation, channel: ChannelReceipt | None, **answers: Answer) -> Iterator[str]:
        fine = Answer({"ok": True})
        named = {name.replace("_", "."): [each] for name, each in answers.items()}
        server.answers = {"*": [fine], **named}
        gateways = Gateways(cast("Any", None), _slack(server), cast("Any", None))
        work = _work(gateways, channel, _change(op))
        make(_change(op), work)
        yield from _outcomes(work, server)

    def no(code: str) -> Answer:
        return Answer({"ok": False, "error": code})

    nobody = Answer({"ok": True, "channels": []})
    for there in (
        nobody,
        _listed("ds-1071-x", "U0AMARA01"),
        _listed("ds-1071-x", "U0AMARA01", archived=True),
        _listed("ds-1071-x", "U0BOT"),
    ):
        yield from do(
            CreateChannel(name="ds-1071-x"),
            None,
            conversations_create=no("name_taken"),
            conversations_list=there,
            conversations_history=_history(),
            users_conversations=nobody,
        )
    for said in (_history(), _history("DS-1071"), _history("DS-9")):
        yield from do(
            CreateChannel(name="ds-1071-x"),
            None,
            conversations_create=no("name_taken"),
            conversations_history=said,
            users_conversations=_listed("ds-1071-x", "U0BOT"),
        )
    for code in ("not_authorized", "name_taken", "is_archived"):
        yield from do(RenameChannel(name="ds-1"), CHANNEL, conversations_rename=no(code))
    for code in ("user_is_restricted", "user_not_found", "no_user", "cant_invite"):
        op = Invite(users={"owen": "U7"})
        yield from do(op, CHANNEL, conversations_invite=no(code))
    full = Answer({"ok": True, "errors": [{"user": "U7", "error": "ura_max_channels"}]})
    yield from do(Invite(users={"owen": "U7"}), CHANNEL, conversations_invite=full)
    yield from do(Pin(kind="brief"), CHANNEL)
    yield from do(SetTopic(text="x", rev="1"), None)
    yield from do(Archive(), CHANNEL, conversations_archive=Answer({"ok": True}))
    for where in (Where.CHANNEL, Where.THREAD):
        op = PostMessage(where=where, kind="x", text="x", rev="1")
        yield from do(op, None)
    yield from do(SetTopic(text="x", rev="1"), CHANNEL, conversations_setTopic=no("fatal_error"))


# Jira


def _jira_answers(server: Canned) -> Iterator[str]:
    with ThreadPoolExecutor(1) as pool:
        settings = JiraSettings(server.url, "bot@x.example", "t")
        jira = jira_gateway(settings, 5.0, at_once(), pool)
        for answer in (
            Answer({}, 401),
            Answer({"errorMessages": ["No permission."], "errors": {}}, 403),
            Answer({"errorMessages": [], "errors": {"summary": "is wrong"}}, 400),
            Answer({}, 400),
            Answer({}, 429, (("Retry-After", "60"),)),
            Answer({}, 503),
            Answer("<html>Sign in</html>"),
            Answer("<html>Not here</html>", 404),
        ):
            server.answers = {"*": [answer]}
            yield _told(lambda: jira.search_labelled("ESCALATION", ["DS"]), server)
        for name in ("assignee", "priority", "labels", "issuelinks", "comment"):
            yield from _refused(server, jira, name)


def _refused(server: Canned, jira: Any, name: str) -> Iterator[str]:
    gateways = Gateways(jira, cast("Any", None), cast("Any", None))
    work = _work(gateways, CHANNEL)
    refusal = Answer({"errorMessages": [], "errors": {name: "cannot be set."}}, 400)
    server.answers = {"*": [refusal, Answer({})]}
    planned = (*new(assignee="dmitri").plan().plan.changes, *ended().plan().plan.changes)
    wanted = {
        "assignee": "assign",
        "priority": "set_priority",
        "labels": "add_label",
        "issuelinks": "link_ticket",
        "comment": "add_comment",
    }
    (first, *_) = [each for each in planned if each.op.do == wanted[name]]
    make(first, work)
    send_edit(work, new().ticket)
    yield from _outcomes(work, server)
    if name == "comment":
        waiting = _work(gateways, None)
        make(first, waiting)
        (link, *_) = [each for each in planned if each.op.do == "remote_link"]
        make(link, waiting)
        yield from _outcomes(waiting, server)


# GitHub


def _github_answers(server: Canned) -> Iterator[str]:
    settings = GitHubSettings(server.url, "o/r", server.url, token="t")
    for answer in (
        *(Answer({"message": "No."}, status) for status in (401, 403, 410, 422, 503)),
        Answer({}, 422),
        Answer({"message": "You have exceeded a secondary rate limit"}, 403),
        Answer("<html>Sign in</html>"),
        Answer("<html>Moved</html>", 302),
        Answer({"no": "list"}),
    ):
        server.answers = {"*": [answer]}
        wire = GitHubWire(settings, 5.0, at_once())
        text = _told(lambda wire=wire: list(wire.pages("repos/o/r/pulls")), server)
        yield text if "again at" not in text else text.partition("again at")[0] + "again at ..."
    server.answers = {"*": [Answer({"message": "Not Found"}, 404)]}
    wire = GitHubWire(settings, 5.0, at_once())
    yield _told(lambda: wire.send("POST", "repos/o/r/statuses", {}, repeatable=False), server)
    link = (("Link", f'<{server.url}/x>; rel="next"'),)
    server.answers = {"*": [Answer([], 200, link)]}
    yield _told(lambda: list(wire.pages("repos/o/r/pulls")), server)


# Before anything is sent


def _settings() -> Iterator[str]:
    base = {
        "JIRA_BASE_URL": "https://jira.example",
        "JIRA_USER_EMAIL": "bot@x.example",
        "JIRA_API_TOKEN": "t",
        "SLACK_BOT_TOKEN": "xoxb-1",
    }
    for wrong in (
        dict.fromkeys(base, ""),
        {"JIRA_BASE_URL": "http://jira.example"},
        {"JIRA_BASE_URL": "jira"},
        {"JIRA_BASE_URL": "http://[x"},
        {"SLACK_BOT_TOKEN": "xoxp-1"},
        {"ESCALATE_TIMEOUT": "long"},
        {"ESCALATE_SEAL_KEY": "short"},
    ):
        yield _told(lambda wrong=wrong: read_settings({**base, **wrong}))
    yield _told(lambda: read_forge_settings({}, ForgeKind.GITHUB))
    yield _told(lambda: read_timeout({"ESCALATE_TIMEOUT": "0"}))


def _nobody_there() -> Iterator[str]:
    with canned() as gone:
        url = gone.url
    server = type("Gone", (), {"url": url})()
    with ThreadPoolExecutor(1) as pool:
        jira = jira_gateway(JiraSettings(url, None, "t"), 1.0, at_once(), pool)
        yield _told(lambda: jira.search_labelled("ESCALATION", ["DS"]), server)
        yield _told(lambda: jira.search_labelled("ESCALATION", ["DS"]), server)
    slack = SlackGateway(SlackWire(SlackSettings(f"{url}/", "xoxb-1"), 1.0, at_once()))
    yield _told(slack.identify, server)
    github = GitHubWire(GitHubSettings(url, "o/r", url, token="t"), 1.0, at_once())
    yield _told(lambda: github.get("repos/o/r"), server)


# The run


def _run() -> Iterator[str]:
    scene = settled()
    plan = unseen(scene.desired, InternalError(KeyError("x")))
    yield f"{plan.problems[0].message}\n    {plan.problems[0].remedy}"
    plan = unseen(scene.desired, ServiceError("Slack", "pins.list", "HTTP 500"))
    yield f"{plan.problems[0].message}\n    {plan.problems[0].remedy}"
    from plan.test_values import BUSY, block  # noqa: PLC0415 - its plans are good ones

    caps = Safety(archives=0, invitations=0, removals=0, posts=0)
    for each in refusals(BUSY, caps):
        yield f"{each.message}\n    {each.remedy}"
    nothing = empty(0, ["DS-1", "DS-2"])
    assert nothing is not None
    yield f"{nothing.message}\n    {nothing.remedy}"
    other = BUSY.model_copy(
        update={"escalations": (block("DS-1"), block("DS-9")), "revision": "0" * 40}
    )
    yield "\n".join(moved(BUSY, other))
    yield "\n".join(moved(other, BUSY))
    proposed = BUSY.model_copy(update={"pull_requests": (block("DS-5", pull_request="#12"),)})
    yield "\n".join(moved(BUSY, proposed))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canned]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with canned() as found:
        yield found


def test_every_answer_reads_as_before(server: Canned):
    parts = {
        "Settings": _settings(),
        "Slack": _slack_answers(server),
        "Carried out in Slack": _done_in_slack(server),
        "Jira": _jira_answers(server),
        "GitHub": _github_answers(server),
        "Nobody there": _nobody_there(),
        "The run": _run(),
    }
    text = "".join(f"## {title}\n\n" + "\n".join(lines) + "\n\n" for title, lines in parts.items())
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"
