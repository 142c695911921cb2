"""What `escalate init` asks: each answer is taken by its meaning, or explained."""

import re
from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import available_timezones

from reconciler.cli.blanks import Blank
from reconciler.load.characters import describe, first_hidden
from reconciler.load.unquoted_words import means_itself
from reconciler.model.base import DESK_PATTERN, HANDLE_PATTERN
from reconciler.model.roster import Person
from reconciler.setup.code_owners import OWNER
from reconciler.setup.new_handles import new_handle

LATER: Final = "later"
"""The answer to the question about a second code owner, if there is none yet."""
ACTION: Final = (
    r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+(/[A-Za-z0-9._/-]+)?"
    r"@([0-9a-f]{40}( # [\w. -]{1,40})?|v\d+\.\d+\.\d+)$"
)
_LONGEST_LINE: Final = 160
_CHANNEL: Final = r"^[a-z0-9][a-z0-9_-]{0,79}$"
_URL: Final = r"""^https?://[^\s<>|"'\\]+[^\s<>|"'\\/]$"""
_EMAIL: Final = r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$"
_LOGIN: Final = next(
    str(each.pattern)
    for each in Person.model_fields["github"].metadata
    if getattr(each, "pattern", None)
)
_SHORT_NAME: Final = re.compile(r"[\w-]+/[\w.-]+")
_WITHOUT_SCHEME: Final = re.compile(r"[\w-]+(\.[\w-]+)+/[\w-]+/[\w.-]+")
_GIT_ADDRESS: Final = re.compile(r"(?:ssh://)?git@([^:/]+)[:/](.+)")
_WEB: Final = re.compile(r"^https?://[^/]+/")


def name_of(option: str) -> str:
    """The name of an option's value in Python."""
    return option.removeprefix("--").replace("-", "_")


def _matches(pattern: str, advice: str) -> Callable[[str], str]:
    return lambda text: _hidden(text) or ("" if re.search(pattern, text) else advice)


def _hidden(text: str) -> str:
    found = first_hidden(text)
    return f"The text contains {describe(found.group())}. Write it again." if found else ""


def _line(text: str) -> str:
    if len(text) > _LONGEST_LINE or "\n" in text:
        return f"Write one line of at most {_LONGEST_LINE} characters."
    return _hidden(text)


def channel_name(text: str) -> str:
    """A channel as Slack names it: `#SRE escalations` is `sre-escalations`."""
    return "-".join(text.removeprefix("#").lower().split())


def time_zone(text: str) -> str:
    """A time zone by its name or its city: `New York` is `America/New_York`."""
    wanted = "_".join(text.casefold().split())
    zones = available_timezones()
    exact = [each for each in zones if each.casefold() == wanted]
    cities = [each for each in zones if each.casefold().rpartition("/")[2] == wanted]
    found = exact or cities
    return found[0] if len(found) == 1 else text


def repository_address(text: str) -> str:
    """The web address of a repository, also from `owner/name` and from an address for git."""
    text = text.rstrip("/").removesuffix(".git")
    if found := _GIT_ADDRESS.fullmatch(text):
        return f"https://{found[1]}/{found[2]}"
    if _WITHOUT_SCHEME.fullmatch(text):
        return f"https://{text}"
    return f"https://github.com/{text}" if _SHORT_NAME.fullmatch(text) else text


def login(text: str) -> str:
    """A login, also from `@login` and from the address of a profile."""
    return _WEB.sub("", text.removeprefix("@")).rstrip("/")


def _code_owner(text: str) -> str:
    return text if text == LATER else login(text)


def _owner_problem(text: str) -> str:
    right = text == LATER or OWNER.fullmatch(f"@{text}") is not None
    return "" if right else "Write a login, or a team such as company/dev-support."


def _handle_problem(text: str) -> str:
    if not means_itself(text):
        return f"YAML takes {text} for another word than a name. Choose another handle."
    advice = "A handle has small letters, digits and single hyphens, such as hannah or maria-lopez."
    return _matches(HANDLE_PATTERN, advice)(text)


def _handle(known: Mapping[str, str]) -> str:
    return new_handle(known.get("--lead-name", ""), known.get("--lead-email", ""), ())


QUESTIONS: Final = (
    Blank(
        "--desk",
        "Key of the Jira project that takes escalations, such as DS",
        stand_in="DS",
        meaning=str.upper,
        problem=_matches(
            DESK_PATTERN, "A key has 2 to 10 capital letters and digits, such as DS or PLAT2."
        ),
    ),
    Blank(
        "--desk-name",
        "Name of that desk, such as Dev Support",
        stand_in="Dev Support",
        problem=_line,
    ),
    Blank(
        "--announce-in",
        "Slack channel for announcements, such as sre-escalations",
        stand_in="sre-escalations",
        meaning=channel_name,
        problem=_matches(
            _CHANNEL, "A channel has small letters, digits, - and _, such as sre-help."
        ),
    ),
    Blank(
        "--time-zone",
        "Time zone in which a day begins, such as America/New_York",
        choices=dict.fromkeys(sorted(available_timezones()), ""),
        meaning=time_zone,
    ),
    Blank(
        "--repository-url",
        "Web address of the new repository, such as https://github.com/company/escalations",
        stand_in="https://github.com/company/escalations",
        meaning=repository_address,
        problem=_matches(_URL, "Write an address such as https://github.com/company/escalations."),
    ),
    Blank(
        "--lead-name",
        "Name of a Dev Support lead, such as Hannah Weiss",
        stand_in="Hannah Weiss",
        problem=_line,
    ),
    Blank(
        "--lead-email",
        "Their e-mail address, such as hannah@company.example",
        stand_in="hannah@company.example",
        problem=_matches(_EMAIL, "Write an address such as hannah@company.example."),
    ),
    Blank(
        "--lead",
        "Their handle: a short name that never changes",
        stand_in="hannah",
        meaning=str.lower,
        problem=_handle_problem,
        suggest=_handle,
    ),
    Blank(
        "--lead-github",
        "Their GitHub login, such as hannah-weiss",
        stand_in="hannah-weiss",
        meaning=login,
        problem=_matches(_LOGIN, "A login has letters, digits and single hyphens, without @."),
    ),
    Blank(
        "--code-owner",
        "Who else may approve changes: a GitHub login, or a team such as company/dev-support",
        default=LATER,
        assumed=True,
        meaning=_code_owner,
        problem=_owner_problem,
    ),
    Blank(
        "--action",
        "The action for the workflows: OWNER/NAME@COMMIT, or OWNER/NAME@vX.Y.Z",
        stand_in="company/escalation-as-code@v1.2.3",
        problem=_matches(
            ACTION,
            "Write the repository with a commit or a tag, such as "
            "company/escalation-as-code@v1.2.3. A commit has 40 digits.",
        ),
    ),
)
"""In the order in which they are asked."""
HELP: Final = {
    "--lead": "Handle of that lead: a short name that never changes, such as hannah.",
    "--code-owner": "Who else may approve changes to the repository: a GitHub login, or a team "
    "such as company/dev-support. Without a second code owner, `escalate setup github` creates no "
    "ruleset.",
    "--action": "The action for the workflows: OWNER/NAME@COMMIT, or OWNER/NAME@vX.Y.Z. Default: "
    "the release of this program, or the commit if it runs from a clone.",
}
"""Help of the options whose question does not explain them."""
