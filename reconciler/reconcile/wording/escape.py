"""Escape untrusted text for Slack and for Jira's wiki markup.

All text of files and tickets is untrusted. A message contains it only after escaping.
"""

import re
import unicodedata
from collections.abc import Iterable

from reconciler.reconcile.wording.paragraphs import reflowed

_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "\u02cb"})
_CUT = "\u2026"
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_QUOTE_CUT = f"{_CUT} (cut; the file has all of it)"
_NO_TILDE = "\u223c"
_WIKI_BACKSLASH = "\u2216"
_WIKI_ANYWHERE = re.compile(r"([{}\[\]|!*_^~+])")
_WIKI_LINE_START = re.compile(r"^(\s*)(-{1,4}|#{1,6}|h[1-6]\.|bq\.)", re.MULTILINE)
_WIKI_PAIRS = re.compile(r"\?\?|--+|(?<!\w)-(?=\S)")


def plain(text: str) -> str:
    """The text without control, direction and zero-width characters; line feeds stay."""
    return "".join(
        char
        for char in _LINE_ENDS.sub("\n", text)
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def slack(text: str) -> str:
    """The text for Slack's mrkdwn: no mention, link or code block can come of it.

    Source: https://docs.slack.dev/messaging/formatting-message-text (three characters to escape);
    a backtick becomes a look-alike because mrkdwn has no way to escape it.
    """
    return plain(text).translate(_SLACK)


def slack_line(text: str, limit: int) -> str:
    """The text for Slack on one line of at most `limit` characters, escapes included."""
    return _fitted((char.translate(_SLACK) for char in one_line(text, limit)), limit, _CUT)


def slack_quote(text: str, limit: int) -> str:
    """The text as a Slack block quote of at most `limit` characters, so its origin is clear."""
    shown = reflowed(plain(text).strip())
    pieces = ("\n> " if char == "\n" else char.translate(_SLACK) for char in shown)
    return f"> {_fitted(pieces, limit - 2, _QUOTE_CUT)}"


def struck(text: str) -> str:
    """Text for Slack, escaped already, on one line that is struck through."""
    return f"~{' '.join(text.replace('~', _NO_TILDE).split())}~"


def _fitted(pieces: Iterable[str], limit: int, end: str) -> str:
    """As many whole pieces as fit; `end` in the place of the rest."""
    kept: list[str] = []
    room = limit
    for piece in pieces:
        kept.append(piece)
        room -= len(piece)
        if room < 0:
            break
    else:
        return "".join(kept)
    while kept and (room < len(end) or kept[-1] in {" ", "\n> "}):
        room += len(kept.pop())
    return "".join(kept) + end


def wiki(text: str) -> str:
    """The text for Jira's wiki markup, taken literally.

    Source: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all (a backslash
    escapes a special character). A backslash itself becomes a look-alike: two of them are a line
    break, and three could be read either way.
    """
    escaped = plain(text).replace("\\", _WIKI_BACKSLASH)
    escaped = _WIKI_ANYWHERE.sub(r"\\\1", escaped)
    escaped = _WIKI_PAIRS.sub(lambda match: "".join(f"\\{char}" for char in match[0]), escaped)
    return _WIKI_LINE_START.sub(_escape_line_start, escaped)


def wiki_text(text: str) -> str:
    """Text of several lines for Jira's wiki markup, with one line for each paragraph."""
    return wiki(reflowed(plain(text)))


def _escape_line_start(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    if mark[0] in "-#":
        return indent + "".join(f"\\{char}" for char in mark)
    return f"{indent}{mark[:-1]}\\."


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, cut with an ellipsis."""
    line = " ".join(plain(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + _CUT
