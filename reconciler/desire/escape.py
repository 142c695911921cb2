"""Hostile text made harmless for Slack and for Jira's wiki markup.

Everything in a file or a ticket may have been written to deceive. Only text that went through
here may stand in a message.
"""

import re
import unicodedata

_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "\u02cb"})
_WIKI_ANYWHERE = re.compile(r"([\\{}\[\]|!*_^~+])")
_WIKI_LINE_START = re.compile(r"^(\s*)(-{1,4}|#{1,6}|h[1-6]\.|bq\.)", re.MULTILINE)
_WIKI_PAIRS = re.compile(r"\?\?|(?<!\w)-(?=\S)|--+")


def plain(text: str) -> str:
    """The text without control, direction and zero-width characters; line feeds stay."""
    return "".join(
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def slack(text: str) -> str:
    """The text for Slack's mrkdwn: no mention, link or code block can come of it.

    Source: https://docs.slack.dev/messaging/formatting-message-text (three characters to escape);
    a backtick becomes a look-alike because mrkdwn has no way to escape it.
    """
    return plain(text).translate(_SLACK)


def slack_quote(text: str) -> str:
    """The text as a Slack block quote, so that it cannot pass for ours."""
    return "\n".join(f"> {line}" for line in slack(text).strip().split("\n"))


def wiki(text: str) -> str:
    """The text for Jira's wiki markup, taken literally.

    Source: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all (a backslash
    escapes a special character).
    """
    escaped = _WIKI_ANYWHERE.sub(r"\\\1", plain(text))
    escaped = _WIKI_PAIRS.sub(lambda match: "".join(f"\\{char}" for char in match[0]), escaped)
    return _WIKI_LINE_START.sub(_escape_line_start, escaped)


def _escape_line_start(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    if mark[0] in "-#":
        return indent + "".join(f"\\{char}" for char in mark)
    return f"{indent}{mark[:-1]}\\."


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, cut with an ellipsis."""
    line = " ".join(plain(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
