"""The sentences of a Markdown page, without what is quoted in it.

Left out: blocks of code, comments, addresses of links, and text in double quotes. A code span
becomes `CODE`, a quotation `QUOTE`, and the text of a link stands between `⟦` and `⟧`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
_QUOTED = re.compile(r'"[^"]*"|\u201c[^\u201d]*\u201d')
_END = re.compile(r'(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)[)*]*\s+(?=["\u27e6(*]?[A-Z0-9`#])')
_ITEM = r"(?:CODE|QUOTE|\u27e6[^\u27e7]*\u27e7)"
_LIST = re.compile(rf"{_ITEM}(?:(?:,| and| or|, and|, or)? {_ITEM})+")
_ASIDE = re.compile(rf"\((?:{_ITEM}|LIST)\)")


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the line of the page on which its paragraph begins."""

    line: int
    text: str


def sentences(markdown: str) -> Iterator[Sentence]:
    for block in _PARSER.parse(markdown):
        if block.type == "inline":
            line = block.map[0] + 1 if block.map else 0
            for part in _END.split(_QUOTED.sub("QUOTE", _plain(block.children or []))):
                if part.strip():
                    yield Sentence(line, part.strip())


def words(sentence: str) -> int:
    """How many words a sentence has.

    A code span or a quotation is one word. A list of links, code spans or quotations is one word.
    A link or code span alone in parentheses does not count. A term at the beginning that ends with
    a colon does not count.
    """
    text = _ASIDE.sub("", _LIST.sub("LIST", sentence))
    term, colon, rest = text.partition(": ")
    if colon and len(term.split()) <= 4:
        text = rest
    return len(re.findall(r"[^\W_][\w'\u2019.-]*", text))


def _plain(children: list[Token]) -> str:
    parts: list[str] = []
    for child in children:
        match child.type:
            case "text":
                parts.append(child.content)
            case "code_inline":
                parts.append("CODE")
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "link_open":
                parts.append("\u27e6")
            case "link_close":
                parts.append("\u27e7")
            case _:
                pass
    return "".join(parts)
