"""Every question of `escalate doctor --live`. The documents are those of docs/real-services.md."""

from typing import Final

from reconciler.model.live_check import LiveQuestion
from reconciler.model.refusals import REFUSALS

_JIRA, _SLACK, _GITHUB = "Jira", "Slack", "GitHub"
_KEPT: Final = {"kept": "it is as it was sent", "changed": "it is not as it was sent"}


def _stored(key: str, area: str, what: str) -> LiveQuestion:
    """Whether the service keeps what it is sent, which the tool relies on."""
    return LiveQuestion(key, area, what, _KEPT, frozenset({"kept"}), frozenset({"changed"}))


ADDRESS: Final = LiveQuestion(
    "jira_address",
    _JIRA,
    "address",
    {"site": "the token works at the site", "gateway": "the token works at Atlassian's gateway"},
    documented=frozenset({"site", "gateway"}),
)
PEOPLE: Final = LiveQuestion(
    "jira_people",
    _JIRA,
    "people by e-mail address",
    {
        "found": "Jira finds people on the roster",
        "hidden": "Jira finds none of the people; they may hide their addresses",
        "refused": "the account may not search for people",
    },
    documented=frozenset({"found", "hidden", "refused"}),
    required=False,
)
PROJECT: Final = LiveQuestion(
    "jira_project",
    _JIRA,
    "kind of project",
    {
        "software": "a project without customers",
        "service-desk": "a project of Jira Service Management, with customers",
        "other": "a project of another kind",
    },
    documented=frozenset({"software", "service-desk", "other"}),
    required=False,
)
PROPERTY: Final = _stored("jira_property", _JIRA, "property of a ticket")
LABEL: Final = _stored("jira_label", _JIRA, "label")
PRIORITY: Final = LiveQuestion(
    "jira_priority",
    _JIRA,
    "priority",
    {**_KEPT, "missing": "the ticket has no priority that the tool can set"},
    documented=frozenset({"kept", "missing"}),
    unusable=frozenset({"changed"}),
)
COMMENT_TEXT: Final = LiveQuestion(
    "jira_comment_text",
    _JIRA,
    "text of a comment",
    {
        "kept": "the text is byte for byte as it was sent",
        "rewritten": "Jira rewrites keys and addresses in the text",
    },
    documented=frozenset({"kept"}),
)
COMMENT_READINGS: Final = LiveQuestion(
    "jira_comment_readings",
    _JIRA,
    "a comment in a list and by its id",
    {"same": "both texts are the same", "different": "the two texts differ"},
    documented=frozenset({"same"}),
)
COMMENT_MARK: Final = _stored("jira_comment_mark", _JIRA, "property of a comment")
COMMENT_VISIBILITY: Final = LiveQuestion(
    "jira_comment_visibility",
    _JIRA,
    "who sees an internal comment",
    {
        "internal": "customers do not see it",
        "public": "customers see it, although it was sent as internal",
        "not-shown": "Jira does not show it, as on Data Center",
    },
    documented=frozenset({"internal", "not-shown"}),
    unusable=frozenset({"public"}),
)
REMOTE_LINK: Final = LiveQuestion(
    "jira_remote_link",
    _JIRA,
    "remote link, sent twice",
    {
        "one": "there is one link",
        "several": "there are several links",
        "missing": "there is no link",
    },
    documented=frozenset({"one"}),
    unusable=frozenset({"several", "missing"}),
)
CLOSED_FIELDS: Final = LiveQuestion(
    "jira_closed_fields",
    _JIRA,
    "fields of a closed ticket",
    {
        "editable": "they can be edited",
        "locked": "the status locks them",
    },
    documented=frozenset({"editable", "locked"}),
    required=False,
)
CLOSED_COMMENT: Final = LiveQuestion(
    "jira_closed_comment",
    _JIRA,
    "comment on a closed ticket",
    {"accepted": "Jira accepts it", "refused": "Jira refuses it"},
    documented=frozenset({"accepted"}),
    unusable=frozenset({"refused"}),
    required=False,
)
APP: Final = LiveQuestion(
    "slack_app",
    _SLACK,
    "installation of the app",
    {"workspace": "for one workspace", "organisation": "for a whole organisation"},
    documented=frozenset({"workspace", "organisation"}),
)
CHANNEL: Final = LiveQuestion(
    "slack_channel",
    _SLACK,
    "channel",
    {"created": "the tool can create it", "refused": "Slack refuses to create it"},
    documented=frozenset({"created"}),
    unusable=frozenset({"refused"}),
)
TOPIC: Final = LiveQuestion(
    "slack_topic",
    _SLACK,
    "topic with &, an emoji and a URL",
    {"kept": "it is as it was sent", "rewritten": "Slack stores another text"},
    documented=frozenset({"kept"}),
)
TOPIC_READINGS: Final = LiveQuestion(
    "slack_topic_readings",
    _SLACK,
    "topic in the answer and in the channel",
    {"same": "both texts are the same", "different": "the two texts differ"},
    documented=frozenset({"same"}),
    unusable=frozenset({"different"}),
)
GUEST: Final = LiveQuestion(
    "slack_guest",
    _SLACK,
    "invitation of a guest",
    {
        "invited": "Slack invites the guest",
        "not-found": "Slack has no active user with this address or id",
        "other": "Slack refuses with a code that the tool does not know",
        **{code: f"Slack refuses with {code}" for code in sorted(REFUSALS)},
    },
    documented=frozenset({"invited", *REFUSALS}),
    unusable=frozenset({"other"}),
    required=False,
)
SHORT_POST: Final = LiveQuestion(
    "slack_short_post",
    _SLACK,
    "post of 3,900 characters",
    {
        "whole": "one message with its metadata",
        "split": "several messages",
        "cut": "one message, with a part of the text",
        "without-metadata": "no message has the metadata",
    },
    documented=frozenset({"whole"}),
    unusable=frozenset({"split", "cut", "without-metadata"}),
)
LONG_POST: Final = LiveQuestion(
    "slack_long_post",
    _SLACK,
    "post of 9,000 characters",
    {
        "whole": "one message with the whole text",
        "split": "several messages",
        "cut": "one message, with a part of the text",
        "refused": "Slack refuses it",
    },
    documented=frozenset({"whole", "split"}),
    required=False,
)
METADATA: Final = LiveQuestion(
    "slack_metadata",
    _SLACK,
    "metadata of that post",
    {
        "first": "the first message has it",
        "last": "the last message has it",
        "missing": "no message has it",
    },
    required=False,
)
PIN: Final = LiveQuestion(
    "slack_pin",
    _SLACK,
    "pin, set twice",
    {"one": "the message is pinned once", "missing": "the message is not pinned"},
    documented=frozenset({"one"}),
    unusable=frozenset({"missing"}),
)
BOOKMARK: Final = _stored("slack_bookmark", _SLACK, "bookmark")
ENVIRONMENT: Final = LiveQuestion(
    "github_environment",
    _GITHUB,
    "environment",
    {
        "limited": "only chosen branches may use it",
        "open": "every branch may use it, and read the tokens",
        "missing": "the repository has none",
        "not-shown": "GitHub does not show it to this token",
    },
    documented=frozenset({"limited", "not-shown"}),
    unusable=frozenset({"open", "missing"}),
    required=False,
)
PLAN: Final = LiveQuestion(
    "github_plan",
    _GITHUB,
    "plan",
    {
        "rules": "the plan has rulesets for this repository",
        "no-rules": "the plan has no rulesets for this repository",
        "not-shown": "GitHub does not show it to this token",
    },
    documented=frozenset({"rules", "no-rules", "not-shown"}),
    unusable=frozenset({"no-rules"}),
    required=False,
)
OWNERS: Final = LiveQuestion(
    "github_code_owners",
    _GITHUB,
    "code owners",
    {
        "known": "GitHub knows all of them",
        "errors": "GitHub reports errors in CODEOWNERS",
        "missing": "there is no CODEOWNERS",
        "not-shown": "GitHub does not show it to this token",
    },
    documented=frozenset({"known", "errors", "missing", "not-shown"}),
    unusable=frozenset({"errors"}),
    required=False,
)
RULES: Final = LiveQuestion(
    "github_rules",
    _GITHUB,
    "rules of the main branch",
    {
        "reviewed": "a pull request and an approval are required",
        "open": "changes need no approval",
    },
    documented=frozenset({"reviewed", "open"}),
    required=False,
)
BRANCH: Final = LiveQuestion(
    "github_branch",
    _GITHUB,
    "branch, pushed twice and deleted",
    {"accepted": "the remote accepts it", "refused": "the remote refuses it"},
    documented=frozenset({"accepted"}),
    unusable=frozenset({"refused"}),
)
AGAIN: Final = LiveQuestion(
    "second_pass",
    "Second pass",
    "changes of the second pass",
    {"nothing": "there was nothing to change", "changes": "something had to be made again"},
    documented=frozenset({"nothing"}),
    unusable=frozenset({"changes"}),
)
QUESTIONS: Final = (
    *(ADDRESS, PEOPLE, PROJECT, PROPERTY, LABEL, PRIORITY),
    *(COMMENT_TEXT, COMMENT_READINGS, COMMENT_MARK, COMMENT_VISIBILITY, REMOTE_LINK),
    *(CLOSED_FIELDS, CLOSED_COMMENT),
    *(APP, CHANNEL, TOPIC, TOPIC_READINGS, GUEST, SHORT_POST, LONG_POST, METADATA, PIN, BOOKMARK),
    *(ENVIRONMENT, PLAN, OWNERS, RULES, BRANCH, AGAIN),
)
