"""Jira's wiki markup as HTML, as far as comments use it.

Source: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all. Everything that
is no markup is escaped. Only addresses that begin with http:// or https:// become links.
"""

import re
from collections.abc import Callable
from typing import Final

from markupsafe import Markup, escape

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKS: Final = re.compile(f"[{_OPEN}{_CLOSE}]")
_KEPT: Final = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_ESCAPED: Final = re.compile(r"\\([{}\[\]|!*_^~+?#.\-])")
_PANEL: Final = re.compile(r"\{(noformat|code|quote)(?::[^}\n]*)?\}(.*?)\{\1\}", re.DOTALL)
_MENTION: Final = re.compile(r"\[~(?:accountid:)?([^\]|\s]+)\]")
_LINK: Final = re.compile(r"\[(?:([^\]|\n]+)\|)?(https?://[^\]|\s]+)(?:\|smart-link)?\]")
_BARE: Final = re.compile(r"https?://[^\s<>\[\]|]*[^\s<>\[\]|.,;:!?)]")
_BOLD: Final = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_ITALIC: Final = re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)")
_HEADING: Final = re.compile(r"^h[1-6]\. (.*)$", re.MULTILINE)
_ITEM: Final = re.compile(r"^[*-] (.*)$")


def wiki_as_html(
    text: str, name: Callable[[str], str], link: Callable[[str], str | None]
) -> Markup:
    """A text in wiki markup as HTML; `name` is that of an account, `link` the address of a link."""
    parts: list[Markup] = []

    def keep(html: Markup) -> str:
        parts.append(html)
        return f"{_OPEN}{len(parts) - 1}{_CLOSE}"

    def linked(found: re.Match[str]) -> str:
        target = found[2] if found.re is _LINK else found[0]
        address = None if _MARKS.search(target) else link(target)
        shown = (found[1] if found.re is _LINK else None) or target
        if address is None:
            return keep(escape(shown))
        return keep(Markup('<a href="{}">{}</a>').format(address, shown))

    text = _MARKS.sub("", text.replace("\r\n", "\n"))
    text = _ESCAPED.sub(lambda found: keep(escape(found[1])), text)
    text = _PANEL.sub(lambda found: keep(_panel(found[1], found[2].strip("\n"))), text)
    text = _MENTION.sub(lambda found: keep(_mention(name(found[1]))), text)
    text = _BARE.sub(linked, _LINK.sub(linked, text))
    text = str(escape(text))
    for pattern, tag in ((_BOLD, "strong"), (_ITALIC, "em"), (_HEADING, "strong")):
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    text = _paragraphs(text)
    while _KEPT.search(text):
        text = _KEPT.sub(lambda found: parts[int(found[1])], text)
    return Markup(text)  # noqa: S704 - escaped above, piece by piece


def _panel(kind: str, inside: str) -> Markup:
    whole = Markup("<blockquote>{}</blockquote>") if kind == "quote" else Markup("<pre>{}</pre>")
    return whole.format(inside)


def _mention(name: str) -> Markup:
    return Markup('<span class="mention">@{}</span>').format(name)


def _paragraphs(text: str) -> str:
    return "".join(_paragraph(each.split("\n")) for each in re.split(r"\n{2,}", text.strip("\n")))


def _paragraph(lines: list[str]) -> str:
    items = [_ITEM.match(line) for line in lines]
    if all(items):
        return f"<ul>{''.join(f'<li>{each[1]}</li>' for each in items if each)}</ul>"
    return f"<p>{'<br>'.join(lines)}</p>"
