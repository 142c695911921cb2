"""What is owed while an escalation is only in a pull request, and how that is settled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.model.desired import Message, Reminder
from reconciler.model.finding import Position
from reconciler.model.forge import PullRequest
from reconciler.model.phase import Phase
from reconciler.model.proposed import Proposed
from reconciler.model.reminders import Reminders
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.owed import MOST_REMINDED, Owed, answer, done
from reconciler.reconcile.wording.escape import one_line, slack_line
from reconciler.reconcile.wording.message_keys import call_key, episode_key, pull_request_key
from reconciler.reconcile.wording.slack import pull_request_link
from reconciler.reconcile.wording.times import local_time

_ACKNOWLEDGEMENT: Final = "acknowledgement"
_MERGE: Final = "merge"
_REFUSED: Final = "refused"
_REASON_LENGTH: Final = 500
_CHANGE: Final = "change"
_ACKNOWLEDGED: Final = "It is acknowledged"
_ALLOWED: Final = "The limits allow it now"
_NAME_LENGTH: Final = 200
_OPEN: Final = "Pull request"
_BY_HAND: Final = "it is approved and not merged. Please press Merge"
_TO_REVIEW: Final = "no one has acknowledged this escalation yet. Please review the pull request"
_TO_MERGE: Final = "it is approved and not merged"
_CHANGE_TO_MERGE: Final = "a change is agreed and not merged"
_NO_REVIEW: Final = "the tool calls no reviewer, because the limits do not allow it"
_NOT_MERGED: Final = "it is approved, and the tool could not merge it"
_MERGED_OR_NOT: Final = "The pull request does not wait for its merge now"
_IN_THE_PULL_REQUEST: Final = "The tool's comment in it shows what it needs"


def owed_by_pull_request(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[Owed]:
    """A missing acknowledgement of a pull request, then its missing merge."""
    proposed, policy = effective.proposed, snapshot.policy.reminders
    if proposed is None or policy is None or proposed.pull_request.draft:
        return
    acknowledged = effective.acknowledged is not None
    owed = not acknowledged and not proposed.held
    yield Owed(
        pull_request_key(_ACKNOWLEDGEMENT, proposed.pull_request),
        _TO_REVIEW,
        _ACKNOWLEDGED if acknowledged else "The limits do not allow it, so no review is needed",
        ("reason",),
        proposed.acknowledgers[:MOST_REMINDED],
        proposed.pull_request.opened_at if owed else None,
        timedelta(minutes=policy.acknowledgement_minutes),
        call=call_key(proposed.pull_request, len(effective.escalation.episodes)),
        done_at=effective.acknowledged.at if effective.acknowledged else None,
        button=("Review", proposed.pull_request.url),
    )
    yield _merge(effective, proposed, snapshot, policy)


def _merge(
    effective: EffectiveEscalation, proposed: Proposed, snapshot: Snapshot, policy: Reminders
) -> Owed:
    """The merge of what is acknowledged, unless a limit would hold it."""
    found = effective.acknowledged
    people = (effective.escalation.current.initiator, *((found.by,) if found else ()))
    return Owed(
        pull_request_key(_MERGE, proposed.pull_request),
        _NOT_MERGED if proposed.merges_itself else _BY_HAND,
        "The limits do not allow it now" if proposed.held else "Its approval does not count now",
        ("reason",),
        tuple(dict.fromkeys(people)),
        found.at if found and not proposed.held else None,
        timedelta(minutes=policy.merge_minutes),
        text=_to_merge(proposed, snapshot.roster.name(found.by)) if found else "",
        button=(_OPEN, proposed.pull_request.url),
    )


def _to_merge(proposed: Proposed, approver: str) -> str:
    """Who approved it, and what is to do, for Slack."""
    by = slack_line(approver, _NAME_LENGTH)
    where = pull_request_link(proposed.pull_request)
    if proposed.merges_itself:
        return f"{by} approved {where}, and {_could_not(proposed.unmerged)}"
    if proposed.findings:
        return f"{by} approved {where}, and it is not merged. Please correct its findings first"
    return f"{by} approved {where}, and it is not merged. Please press *Merge*"


def _could_not(reason: str) -> str:
    short = one_line(reason, _REASON_LENGTH).rstrip(".")
    why = f": {slack_line(short, _REASON_LENGTH)}" if short else f". {_IN_THE_PULL_REQUEST}"
    return f"the tool could not merge it{why}"


def owed_by_changes(effective: EffectiveEscalation, policy: Reminders) -> Iterator[Owed]:
    """The merge of each open pull request that is agreed, and changes what is on main."""
    for each in effective.unmerged:
        where = pull_request_link(each.pull_request)
        asks = (
            f"{where} is agreed, and {_could_not(each.unmerged)}"
            if each.merges_itself
            else f"{where} is agreed and not merged. Please press *Merge*"
        )
        yield Owed(
            pull_request_key(_CHANGE, each.pull_request),
            f"{each.pull_request.name} is agreed and not merged",
            _MERGED_OR_NOT,
            ("reason",),
            each.people[:MOST_REMINDED],
            each.since,
            timedelta(minutes=policy.merge_minutes),
            text=asks,
            button=(_OPEN, each.pull_request.url),
        )


def acknowledgement_reminder(pull_request: PullRequest) -> str:
    """Beginning of the keys of the reminders that ask for its review."""
    return f"remind-{pull_request_key(_ACKNOWLEDGEMENT, pull_request)}"


def waiting_keys(effective: EffectiveEscalation) -> tuple[str, ...]:
    """Keys of the reminders of pull requests that still wait for their merge."""
    return tuple(
        f"remind-{pull_request_key(_CHANGE, each.pull_request)}" for each in effective.unmerged
    )


def refusal(
    effective: EffectiveEscalation, proposed: Proposed, text: str, calls: tuple[str, ...]
) -> Reminder:
    """The answer to the author, once per pull request; edited when the limits allow it."""
    episodes = len(effective.escalation.episodes)
    kind = episode_key(pull_request_key(_REFUSED, proposed.pull_request), episodes)
    why = effective.source.position(*effective.escalation.current_loc, "reason")
    if not proposed.held:
        return done(kind, _ALLOWED, why, asked=_NO_REVIEW)
    title = "answers the author, and calls the overriders"
    return Reminder(Message(kind, text, why, title=title, calls=calls), due=True)


def answered(effective: EffectiveEscalation, zone: ZoneInfo) -> Iterator[Message]:
    """The texts of messages about its pull requests once it is on the main branch."""
    found, held = effective.acknowledged, effective.phase is Phase.HELD
    withdrawn = effective.phase is Phase.WITHDRAWN
    why = effective.source.position(*effective.escalation.current_loc, "reason")
    yield done(f"remind-{_MERGE}", "It is merged", why, asked=_TO_MERGE).message
    yield done(f"remind-{_CHANGE}", _MERGED_OR_NOT, why, asked=_CHANGE_TO_MERGE).message
    if found or not held:  # it may be held because it is not acknowledged
        said = "It is withdrawn" if withdrawn and not found else _ACKNOWLEDGED
        when = f": {local_time(found.at, zone)}" if found else ""
        yield done(f"remind-{_ACKNOWLEDGEMENT}", said, why, asked=_TO_REVIEW, when=when).message
    if not held:
        said = "It is withdrawn" if withdrawn else _ALLOWED
        yield done(_REFUSED, said, why, asked=_NO_REVIEW).message


def closed(pull_request: PullRequest, end: str, said: str, why: Position) -> Iterator[Message]:
    """The same texts once a pull request has ended without an escalation.

    `end` is how, and `said` is the same with a link, escaped.
    """
    asked = {
        f"remind-{_ACKNOWLEDGEMENT}": _TO_REVIEW,
        f"remind-{_MERGE}": _TO_MERGE,
        _REFUSED: _NO_REVIEW,
    }
    for start, each in asked.items():
        kind = pull_request_key(start, pull_request)
        message = done(kind, f"{pull_request.name} {end}", why, asked=each).message
        yield replace(message, text=answer(each, said))
