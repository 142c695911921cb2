"""What people read while runs fail, and after: on pull requests, in an issue, in Slack."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from reconciler.model.policy import Desk
from reconciler.model.roster import Roster
from reconciler.model.standstill import FailureCause
from reconciler.reconcile.wording.escape import slack, slack_line
from reconciler.redaction import redact_tokens
from reconciler.render.escape import markdown, shortened

NOTICE: Final = "<!-- escalation-as-code:not-called -->"
"""First line of the comment on a pull request that was not announced."""
MARKER: Final = "<!-- escalation-as-code:standstill -->"
"""First line of the issue."""
LABEL: Final = "escalate-standstill"
TITLE: Final = "Escalations stand still"
_LONGEST: Final = 300
_DIGITS: Final = 10
_MOST: Final = 50
"""Pull requests that the issue names. People may have edited its text."""
_PULL_REQUESTS: Final = "Pull requests that were not announced: "


def not_called(
    causes: Sequence[FailureCause], desks: Sequence[Desk], roster: Roster, issue: str
) -> str:
    """The comment on a pull request of which Dev Support has not been told."""
    names = " and ".join(markdown(each.name) for each in desks)
    verb = "has" if len(desks) == 1 else "have"
    lines = [f"**{names} {verb} not been called.** The tool could not announce this pull request."]
    lines += ["", *(f"- Cause: {_text(each.message)}" for each in causes)]
    for each in desks:
        people = ", ".join(markdown(roster.name(handle)) for handle in each.acknowledgers)
        where = f"in the Slack channel `{each.announce_in}`"
        lines.append(f"- Call {markdown(each.name)} yourself: {where}, or {people}.")
    lines += [f"- The state of the tool is in {issue}."] if issue else []
    return "\n".join([*lines, "", "The tool changes this comment when it works again."])


def after_failure() -> str:
    """What replaces that comment after the next good run."""
    return "The tool works again, and has done what was missing."


def issue_text(
    causes: Sequence[FailureCause], last_good: datetime | None, run: str, unannounced: Iterable[str]
) -> str:
    """The issue while runs fail. It has nothing that differs between two runs that fail alike."""
    good = f"The last good run was at {_moment(last_good)}." if last_good else ""
    lines = [f"The tool's runs fail. {good}".strip(), ""]
    for each in causes:
        lines.append(f"- **Cause:** {_text(each.message)}")
        lines.append(f"  - **What is not done:** {each.not_done}")
        lines += [f"  - **Remedy:** {_text(each.remedy)}"] if each.remedy else []
    numbers = ", ".join(f"#{each}" for each in unannounced)
    lines += ["", f"{_PULL_REQUESTS}{numbers}"] if numbers else []
    lines += ["", run] if run else []
    return "\n".join([*lines, "", "The tool closes this issue after the next good run."])


def numbers_in(body: str) -> tuple[str, ...]:
    """Numbers of the pull requests that an issue's text names as not announced."""
    for line in body.split("\n"):
        if line.startswith(_PULL_REQUESTS):
            words = line.removeprefix(_PULL_REQUESTS).split(", ")
            numbers = (each.removeprefix("#") for each in words)
            found = [each for each in numbers if each.isdecimal() and len(each) < _DIGITS]
            return tuple(found[:_MOST])
    return ()


def closed_text(now: datetime) -> str:
    """The issue after the next good run."""
    return f"The tool works again ({_moment(now)}). It has done what was missing."


def slack_text(causes: Sequence[FailureCause], issue: str) -> str:
    """The message in a desk's channel while runs fail."""
    lines = ["*The escalation tool does not work.* Look at open pull requests yourself."]
    for each in causes:
        lines.append(f"• {slack_line(redact_tokens(each.message), _LONGEST)}")
        lines.append(f"   {slack(each.not_done)}")
    lines += [f"<{issue}|Details>"] if issue else []
    return "\n".join(lines)


def slack_ended(now: datetime) -> str:
    """What replaces that message after the next good run."""
    return (
        f"The escalation tool did not work. It works again ({_moment(now)}), and has done "
        "what was missing."
    )


def _text(text: str) -> str:
    return markdown(shortened(text, _LONGEST))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
