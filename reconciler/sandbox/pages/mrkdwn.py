"""Slack's mrkdwn as HTML.

Source: https://docs.slack.dev/messaging/formatting-message-text. Everything that is no formatting
is escaped. Only addresses that begin with http:// or https:// become links.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Final

from markupsafe import Markup, escape

from reconciler.sandbox.pages.dates import slack_date
from reconciler.sandbox.pages.emoji import with_emoji

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKS: Final = re.compile(f"[{_OPEN}{_CLOSE}]")
_PRE: Final = Markup("<pre>{}</pre>")
_INLINE: Final = Markup("<code>{}</code>")
_FENCE: Final = re.compile(r"```(.+?)```", re.DOTALL)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_REFERENCE: Final = re.compile(r"<([^<>\n]+)>")
_STYLES: Final = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_QUOTE: Final = re.compile(r"^&gt; ?(.*)$")


@dataclass(frozen=True)
class MessageNames:
    """How references become names and addresses of these pages."""

    user: Callable[[str], str]
    channel: Callable[[str], str]
    link: Callable[[str], str | None]
    """The address to link to; None for what must not be a link."""


@dataclass
class _Kept:
    """Finished HTML, kept out of the way of the formatting that follows."""

    parts: list[Markup] = field(default_factory=list)

    def keep(self, html: Markup) -> str:
        self.parts.append(html)
        return f"{_OPEN}{len(self.parts) - 1}{_CLOSE}"

    def put_back(self, text: str) -> str:
        pattern = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
        while pattern.search(text):
            text = pattern.sub(lambda found: self.parts[int(found[1])], text)
        return text


def as_html(text: str, names: MessageNames) -> Markup:
    """A text in mrkdwn as HTML."""
    kept = _Kept()
    text = _MARKS.sub("", text)
    text = _FENCE.sub(lambda found: kept.keep(_PRE.format(_literal(found[1].strip()))), text)
    text = _CODE.sub(lambda found: kept.keep(_INLINE.format(_literal(found[1]))), text)
    text = _REFERENCE.sub(lambda found: kept.keep(_reference(found[1], names)), text)
    text = str(_literal(with_emoji(text)))
    for pattern, tag in _STYLES:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    return Markup(kept.put_back(_lines(text)))  # noqa: S704 - escaped above, piece by piece


def as_text(text: str) -> Markup:
    """A text without formatting, as `plain_text` is."""
    return _literal(with_emoji(text))


def _literal(text: str) -> Markup:
    """Text of a message, in which three characters are escaped, escaped for HTML."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return escape(plain)


def _reference(inside: str, names: MessageNames) -> Markup:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return _mention(f"@{names.user(target[1:])}")
    if target.startswith("#"):
        address = names.link(f"/archives/{target[1:]}")
        return _link(address, escape(f"#{names.channel(target[1:])}"), "mention")
    if target.startswith("!date^"):
        return _date(target, label)
    if target.startswith("!"):
        return _mention(f"@{label.lstrip('@') or target[1:].partition('^')[0]}")
    address = None if _MARKS.search(target) else names.link(unescape(target))
    shown = _literal(with_emoji(label or target))
    return shown if address is None else _link(address, shown)


def _mention(name: str) -> Markup:
    return Markup('<span class="mention">{}</span>').format(name)


def _link(address: str | None, shown: Markup, kind: str = "") -> Markup:
    if address is None:
        return shown
    return Markup('<a href="{}"{}>{}</a>').format(
        address, Markup(' class="mention"') if kind else "", shown
    )


def _date(target: str, fallback: str) -> Markup:
    parts = target.split("^")
    if len(parts) < 3 or not re.fullmatch(r"[0-9]{1,11}", parts[1]):  # noqa: PLR2004 - as documented
        return _literal(fallback)
    moment = datetime.fromtimestamp(int(parts[1]), UTC)
    shown = slack_date(parts[2], moment)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)


def _lines(text: str) -> str:
    """Quotes together, and a break at the end of each other line."""
    shown: list[str] = []
    quote: list[str] = []
    for line in [*text.split("\n"), None]:
        found = _QUOTE.match(line) if line is not None else None
        if found:
            quote.append(found[1])
            continue
        if quote:
            shown.append(f"<blockquote>{'<br>'.join(quote)}</blockquote>")
            quote = []
        if line is not None:
            shown.append(line)
    return re.sub(r"(</blockquote>)<br>|<br>(<blockquote>)", r"\1\2", "<br>".join(shown))
