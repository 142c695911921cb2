"""One outcome for each planned change, nothing beyond the plan, and done only what is confirmed.

The gateways are the real ones, against the sandbox, with one call broken where a test needs that.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from company import Company, read_request, resolution

from reconciler.model.change import Plan
from reconciler.model.outcome import Outcome, Result
from reconciler.model.policy import Safety
from reconciler.model.receipt import PostReceipt, Receipt
from reconciler.reconcile.engine.apply import apply
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.engine.request import Run
from reconciler.reconcile.safety import counts
from reconciler.sandbox import Box, Fault
from reconciler.services.connect import Gateways, connect
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.jira.cloud import JiraCloud
from reconciler.services.jira.gateway import Fetched, TicketEdit
from reconciler.services.retry import RetryPolicy
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import PostKey
from reconciler.services.time_budget import TimeBudget, TimeSource

TICKET, OTHER = "DS-1071", "DS-1072"
UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}
BOT = "U0ESCBOT1"
CAPS = Safety()


@pytest.fixture
def company(tmp_path: Path, box: Box) -> Company:
    company = Company(tmp_path / "repo", box)
    company.write(TICKET)
    return company


@contextmanager
def looked(company: Company, breaks: Callable[[Gateways], Gateways]) -> Iterator[Run]:
    retries = RetryPolicy(
        attempts=2, budget=TimeBudget(waiting=5.0, clock=TimeSource(sleep=lambda _: None))
    )
    with connect(company.settings, retries, 4) as gateways:
        request = read_request(company.folder, company.now, company.settings)
        yield plan_run(request, breaks(gateways), Silent())


def carried(
    company: Company,
    breaks: Callable[[Gateways], Gateways] = lambda gateways: gateways,
    caps: Safety = CAPS,
) -> tuple[Plan, tuple[Outcome, ...]]:
    with looked(company, breaks) as run:
        return run.plan, apply(run, Silent(), Budget(caps))


def with_slack(kind: type[SlackGateway]) -> Callable[[Gateways], Gateways]:
    # The same wire, so that only the one call is broken.
    return lambda given: dataclasses.replace(given, slack=kind(given.slack._wire))  # noqa: SLF001


def with_jira(kind: type[JiraCloud]) -> Callable[[Gateways], Gateways]:
    return lambda given: dataclasses.replace(
        given,
        jira=kind(given.jira._wire, given.jira._pool, given.jira._seals),  # noqa: SLF001 - as above
    )


def each_once(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Outcome]:
    """The outcomes by change; each planned change has exactly one."""
    planned = [f"{each.ticket} {change.key}" for each in plan.blocks for change in each.changes]
    found = [f"{each.ticket} {each.change.key}" for each in outcomes]
    assert sorted(found) == sorted(planned)
    return dict(zip(found, outcomes, strict=True))


def posted(company: Company, ticket: str = TICKET) -> list[str]:
    messages = company.channel(ticket)["messages"]
    marks = [(each["metadata"] or {}).get("event_payload", {}) for each in messages]
    return [mark["kind"] for mark in marks if mark]


class BuggyEdit(JiraCloud):
    def edit(self, ticket: str, edit: TicketEdit, before: Receipt, after: Receipt) -> None:
        if ticket == TICKET:
            raise KeyError("xoxb-secret")
        super().edit(ticket, edit, before, after)


def test_a_bug_in_the_edit_is_an_outcome_of_each_change_that_waits_in_it(company: Company):
    company.write(OTHER, assignee="nadia")
    plan, outcomes = carried(company, with_jira(BuggyEdit))
    found = each_once(plan, outcomes)
    broken = {key for key, each in found.items() if each.result is not Result.DONE}
    assert broken == {
        f"{TICKET} jira.label ESCALATION",
        f"{TICKET} jira.priority",
        f"{TICKET} jira.assignee",
    }
    for key in broken:
        assert found[key].result is Result.FAILED
        assert "internal error: KeyError at reconciler/reconcile/engine/" in found[key].answer
        assert "secret" not in found[key].answer
        assert "Please report this error" in found[key].remedy
    company.converge()
    assert len(company.channels(TICKET)) == 1


def test_a_bug_in_the_edit_keeps_no_lost_answer_from_being_read_back(company: Company):
    """Only the edit has failed: the rest of the same escalation is finished in this run."""
    company.box.faults.add(Fault("drop", "slack", "conversations.create", when="after"))
    _, outcomes = carried(company, with_jira(BuggyEdit))
    found = {each.change.key: each for each in outcomes}
    assert len(found) == len(outcomes)
    assert found["slack.channel"].answer == "the answer was lost, the effect is there"
    broken = {key for key, each in found.items() if "internal error: KeyError" in each.answer}
    assert broken == {"jira.label ESCALATION", "jira.priority", "jira.assignee"}
    assert {each.result for key, each in found.items() if key not in broken} == {Result.DONE}
    company.converge()
    assert len(company.channels(TICKET)) == 1


class BuggyRemember(JiraCloud):
    def remember(self, ticket: str, receipt: Receipt) -> None:  # noqa: ARG002
        raise KeyError("xoxb-secret")


def test_a_bug_while_only_the_receipt_is_written_is_an_outcome_too(company: Company):
    company.converge()
    company.write(TICKET, contact="jun")
    plan, outcomes = carried(company, with_jira(BuggyRemember))
    assert all(change.facet.startswith("slack.") for change in plan.escalations[0].changes)
    (broken,) = (each for each in outcomes if each.result is not Result.DONE)
    assert (broken.change.key, broken.result) == ("jira.receipt", Result.FAILED)
    assert "internal error: KeyError" in broken.answer
    assert "secret" not in broken.answer


class BuggyTopic(SlackGateway):
    def set_topic(self, channel: str, text: str) -> str:
        if TICKET in text:
            raise TypeError("a bug")
        return super().set_topic(channel, text)


def test_a_bug_in_one_change_stops_no_other(company: Company):
    company.write(OTHER, assignee="nadia")
    plan, outcomes = carried(company, with_slack(BuggyTopic))
    found = each_once(plan, outcomes)
    bad = {key: each.answer for key, each in found.items() if each.result is not Result.DONE}
    assert list(bad) == [f"{TICKET} slack.topic"]
    assert "internal error: TypeError" in bad[f"{TICKET} slack.topic"]


class BuggySecondLook(JiraCloud):
    looks = 0

    def fetch(self, keys: Sequence[str], *, alone: bool = False) -> Fetched:
        if list(keys) == [TICKET] and self.looks:
            raise AttributeError("a bug")
        self.looks += 1
        return super().fetch(keys, alone=alone)


def test_a_bug_in_the_second_look_is_told(company: Company):
    company.box.faults.add(Fault("drop", "slack", "conversations.create", when="after"))
    plan, outcomes = carried(company, with_jira(BuggySecondLook))
    found = each_once(plan, outcomes)
    told = [each for each in found.values() if "internal error: AttributeError" in each.answer]
    assert told
    assert {each.result for each in told} == {Result.FAILED}


class BuggyMembers(SlackGateway):
    bad = ""

    def members(self, channel: str) -> frozenset[str]:
        if channel == self.bad:
            raise LookupError("a bug")
        return super().members(channel)


def test_a_bug_while_looking_at_one_escalation_stops_no_other(company: Company):
    company.write(OTHER, assignee="nadia")
    company.converge()
    BuggyMembers.bad = company.channel(TICKET)["id"]
    company.write(OTHER, assignee="nadia", contact="jun")
    plan, outcomes = carried(company, with_slack(BuggyMembers))
    problems = {each.ticket: each.problems for each in plan.escalations if each.problems}
    assert list(problems) == [TICKET]
    assert "internal error: LookupError" in problems[TICKET][0].message
    assert {each.ticket for each in outcomes} == {OTHER}
    assert {each.result for each in outcomes} == {Result.DONE}


def test_a_malformed_answer_is_the_services_fault(company: Company):
    company.box.faults.add(Fault("garbage", "slack", "conversations.setPurpose"))
    plan, outcomes = carried(company)
    assert {each.result for each in each_once(plan, outcomes).values()} == {Result.DONE}


def kicked(company: Company, **changes: object) -> None:
    """A life in which somebody removes the bot, and the file changes."""
    company.converge()
    channel = company.channel(TICKET)["id"]
    company.slack("hannah").conversations_kick(channel=channel, user=BOT)
    company.write(TICKET, contact="jun", updates=[UPDATE], **changes)


def test_with_the_bot_removed_the_plan_shows_what_follows_and_apply_does_just_that(
    company: Company,
):
    kicked(company)
    plan, outcomes = carried(company)
    facets = [change.facet for change in plan.escalations[0].changes]
    assert {"slack.membership", "slack.members", "slack.brief", "slack.update"} <= set(facets)
    assert counts(plan)["invitations"] == 1
    assert counts(plan)["posts"] >= 1
    assert {each.result for each in each_once(plan, outcomes).values()} == {Result.DONE}
    assert company.user("jun") in company.channel(TICKET)["members"]
    assert len([kind for kind in posted(company) if kind.startswith("update")]) == 1
    company.expect_nothing_to_do()


def test_what_only_the_second_look_finds_waits_for_the_next_run(company: Company):
    company.converge()
    channel = company.channel(TICKET)
    company.slack("hannah").conversations_kick(channel=channel["id"], user=BOT)
    company.slack("hannah").conversations_kick(channel=channel["id"], user=company.user("priya"))
    brief = next(each for each in channel["messages"] if _kind(each) == "brief")
    with company.box.lock:
        messages = company.box.world.slack.channels[channel["id"]].messages
        messages[:] = [each for each in messages if each.ts != brief["ts"]]
    company.write(TICKET, updates=[UPDATE])
    plan, outcomes = carried(company)
    planned = {change.key for each in plan.escalations for change in each.changes}
    beyond = [each for each in outcomes if each.change.key not in planned]
    assert "slack.brief brief" in {each.change.key for each in beyond}
    assert {each.result for each in beyond} == {Result.SKIPPED}
    assert {each.answer for each in beyond} == {"not in the plan of this run"}
    assert "brief" not in posted(company)
    company.converge()
    assert posted(company).count("brief") == 1


def _kind(message: dict) -> str:
    return str((message["metadata"] or {}).get("event_payload", {}).get("kind", ""))


def test_what_was_posted_and_not_remembered_is_not_posted_again_after_joining(company: Company):
    kicked(company)
    channel = company.channel(TICKET)["id"]
    company.bot.conversations_join(channel=channel)
    company.apply()
    before = posted(company)
    # The receipt of the time before, and the bot out again: the plan can't know of the update.
    receipt = company.ticket(TICKET)["properties"]["escalation"]
    former = {key: value for key, value in receipt.items() if key != "updates_posted"}
    company.jira("hannah", "PUT", f"issue/{TICKET}/properties/escalation", former)
    company.slack("hannah").conversations_kick(channel=channel, user=BOT)
    plan, outcomes = carried(company)
    found = each_once(plan, outcomes)
    (update,) = (each for key, each in found.items() if "slack.update" in key)
    assert (update.result, update.answer) == (Result.DONE, "it was there already")
    assert posted(company) == before


class NoSummary(SlackGateway):
    effect = Effect.UNKNOWN

    def post(  # noqa: PLR0913
        self,
        channel: str,
        text: str,
        key: PostKey,
        rev: str,
        *,
        blocks: Sequence[dict[str, Any]] = (),
        calls: Sequence[str] = (),
        thread: str | None = None,
        pull_request: str = "",
        ended: bool = False,
    ) -> PostReceipt:
        if key.kind.startswith("summary"):
            raise ServiceError("Slack", "chat.postMessage", "no answer in time", effect=self.effect)
        return super().post(
            channel,
            text,
            key,
            rev,
            blocks=blocks,
            calls=calls,
            thread=thread,
            pull_request=pull_request,
            ended=ended,
        )


class RefusedSummary(NoSummary):
    effect = Effect.NONE


@pytest.mark.parametrize(
    ("kind", "result"), [(NoSummary, Result.UNKNOWN), (RefusedSummary, Result.FAILED)]
)
def test_no_channel_is_archived_before_the_summary_is_posted(
    company: Company, kind: type[SlackGateway], result: Result
):
    company.set_policy(channel={"archive_after_idle_days": 0})
    company.converge()
    company.write(TICKET, resolution=resolution())
    plan, outcomes = carried(company, with_slack(kind))
    found = each_once(plan, outcomes)
    (summary,) = (each for key, each in found.items() if "slack.summary" in key)
    archive = found[f"{TICKET} slack.archive"]
    assert summary.result is result
    assert archive.result is Result.SKIPPED
    assert archive.answer == f"waits for {summary.change.after}"
    assert not company.channel(TICKET)["archived"]
    company.converge()
    assert company.channel(TICKET)["archived"]
    assert [kind for kind in posted(company) if kind.startswith("summary")]


def test_what_is_over_a_cap_is_skipped_with_the_remedy(company: Company):
    caps = Safety(posts=2, invitations=0)
    plan, outcomes = carried(company, caps=caps)
    found = each_once(plan, outcomes)
    spent = [each for each in found.values() if each.result is Result.DONE]
    done = Plan(
        made_at=plan.made_at,
        escalations=(
            plan.escalations[0].model_copy(update={"changes": tuple(e.change for e in spent)}),
        ),
    )
    assert counts(done)["posts"] == 2
    assert counts(done)["invitations"] == 0
    members = found[f"{TICKET} slack.members"]
    assert members.result is Result.SKIPPED
    assert "policy allows 0 invitations in one run" in members.answer
    assert "--cap invitations=N" in members.remedy
    company.converge()


class NoReceipt(JiraCloud):
    def remember(self, ticket: str, receipt: Receipt) -> None:  # noqa: ARG002
        raise ServiceError("Jira", "PUT property", "HTTP 403: no")


def test_a_receipt_that_cannot_be_written_is_told(company: Company):
    company.converge()
    company.write(TICKET, contact="jun", stakeholders={"client_facing": ["amara"]})
    channel = company.channel(TICKET)["id"]
    company.slack("hannah").conversations_kick(channel=channel, user=company.user("priya"))
    _, outcomes = carried(company, with_jira(NoReceipt))
    bad = {each.change.facet: each.result for each in outcomes if each.result is not Result.DONE}
    assert bad == {"jira.receipt": Result.FAILED}
