"""Text of people in GitHub's Markdown: on one line, as a quotation, and as the words of a link."""

import re
from typing import Final
from urllib.parse import quote

from reconciler.redaction import redact_tokens
from reconciler.render.escape import markdown, shortened

_COMMIT: Final = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b", re.IGNORECASE)
"""What GitHub may link as a commit. Numbers without a letter stay as they are, so that people can
copy the number of an order."""
_SHORTER: Final = re.compile(r".{6}(?=.)")
"""As much of it as GitHub does not link."""
_START: Final = re.compile(r"^(\d{1,9}(?=[.)])|[-=:])")
_ADDRESS: Final = re.compile(r"https?://[^/\s]")
_KEPT: Final = ":/?#@!$&'*+,;=%-._~"
_LONG_WORD: Final = 20
_ZERO_WIDTH: Final = "\u200b"


def line(text: str, most: int = 0) -> str:
    """Text of people on one line, also at the start of a line; at most `most` characters of it."""
    flat = " ".join(redact_tokens(text).split())
    cut = _cut(flat, most) if most else flat
    # No tag even for a page that takes the backslashes away.
    safe = markdown(cut).replace("\\<", "&lt;").replace("\\>", "&gt;")
    parted = _COMMIT.sub(_in_parts, safe)
    return _START.sub(_not_a_list, parted)


def _cut(text: str, most: int) -> str:
    """At most so many characters, cut after a word if one ends near there."""
    cut = shortened(text, most)
    if cut == text:
        return text
    words = cut.removesuffix("…").rpartition(" ")[0]
    return f"{words}…" if len(words) > most - _LONG_WORD else cut


def _in_parts(found: re.Match[str]) -> str:
    return _SHORTER.sub(rf"\g<0>{_ZERO_WIDTH}", found[0])


def _not_a_list(found: re.Match[str]) -> str:
    """`1.` without a list, `-` without a list or a rule, `=` without a heading above it."""
    return f"{found[0]}{_ZERO_WIDTH}" if found[0].isdigit() else f"\\{found[0]}"


def is_longer(text: str, most: int) -> bool:
    """True if `line` would cut it."""
    return len(" ".join(redact_tokens(text).split())) > most


def quotation(text: str, most: int) -> str:
    """Text of people as a block quote with its paragraphs, at most `most` characters of it."""
    whole = shortened(redact_tokens(text).replace("\r\n", "\n").strip(), most)
    paragraphs = (line(each) for each in re.split(r"\n[ \t]*\n", whole))
    return "\n>\n".join(f"> {each}" for each in paragraphs if each)


def link(words: str, address: str) -> str:
    """A link with words that are Markdown already; the words alone without a web address."""
    if _ADDRESS.match(address) is None:
        return words
    return f"[{words}]({quote(address, safe=_KEPT)})"
