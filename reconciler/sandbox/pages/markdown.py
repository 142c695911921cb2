"""Markdown as GitHub shows it.

Of HTML, only a few tags without attributes are kept; comments are left out, as on GitHub, and
everything else is shown as text. Pictures become links, because the pages need no network.
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

_TAG: Final = re.compile(
    r"</?(?:details|summary|sub|sup|kbd|b|i|em|strong|s|code)>|<details open>|<br ?/?>"
)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ADDRESS: Final = re.compile(r"(?i)https?://")


class _Renderer(RendererHTML):
    """Shows HTML as text, but for the tags that are allowed."""

    def html_block(
        self, tokens: Sequence[Token], idx: int, _: OptionsDict, __: MutableMapping[str, Any]
    ) -> str:
        """A block of HTML."""
        return allowed_html(tokens[idx].content)

    html_inline = html_block  # type: ignore[assignment]

    def image(
        self, tokens: Sequence[Token], idx: int, _: OptionsDict, __: MutableMapping[str, Any]
    ) -> str:
        """A picture, as a link to it."""
        token = tokens[idx]
        label = token.content or "picture"
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(token.attrGet("src"), label)


def allowed_html(html: str) -> str:
    """The allowed tags of a piece of HTML; all of the rest escaped."""
    shown, at = [], 0
    html = _COMMENT.sub("", html)
    for found in _TAG.finditer(html):
        shown += [str(escape(html[at : found.start()])), found[0]]
        at = found.end()
    return "".join([*shown, str(escape(html[at:]))])


def markdown_as_html(text: str, link: Callable[[str], str | None]) -> Markup:
    """A description or a comment as HTML; `link` is the address that a link gets."""
    reader = MarkdownIt("commonmark", {"html": True, "breaks": True}, renderer_cls=_Renderer)
    reader.enable(["table", "strikethrough"])
    # Relative addresses would lead into these pages, so only whole ones become links.
    reader.validateLink = lambda url: bool(_ADDRESS.match(url))  # type: ignore[method-assign]
    tokens = reader.parse(text.replace("\r\n", "\n"))
    for token in (each for one in tokens for each in [one, *(one.children or [])]):
        if token.type == "link_open":
            _aim(token, link)
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - see above


def _aim(token: Token, link: Callable[[str], str | None]) -> None:
    """Give a link its address, and none that is neither http nor https."""
    address = link(str(token.attrGet("href") or ""))
    token.attrs = {"href": address, "rel": "noreferrer"} if address else {}
