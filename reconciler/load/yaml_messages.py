"""The words for what is wrong with YAML: rule, message, remedy."""

from typing import Final

from yaml import MarkedYAMLError, YAMLError

from reconciler.load.characters import visible
from reconciler.load.unquoted_words import A_DATE
from reconciler.model.finding import Finding, Position

Words = tuple[str, str, str]

_SHOWN: Final = 40

NOT_A_MAPPING: Final = (
    "yaml-not-a-mapping",
    "The file must be keys with values.",
    "Write one key per line, such as `ticket: DS-1234`.",
)
MERGE_KEY: Final = (
    "yaml-merge-key",
    "The merge key << is not allowed.",
    "Write out the keys that it would merge.",
)
COMPLEX_KEY: Final = (
    "yaml-key",
    "A key must be a word, not a list or mapping.",
    "Write a plain word before the colon; quote text that contains { or [.",
)
TOO_DEEP: Final = (
    "yaml-too-deep",
    "Values are nested too deeply. Files of this kind need only a few levels.",
    "Write text with brackets in quotes.",
)
TOO_MANY: Final = (
    "yaml-too-many-values",
    "The file has too many values. Files of this kind need far fewer.",
    "Put lists of data on the ticket and link to them.",
)
SECOND_DOCUMENT: Final = (
    "yaml-documents",
    "A second document begins here. A file has one document.",
    "Delete the line ---, or move the text below it to another file.",
)

_PROBLEMS: Final = {
    "mapping values are not allowed in this context": (
        "a colon is in a place where none is allowed",
        "If the text contains a colon, quote the text. Otherwise check the indentation.",
    ),
    "mapping values are not allowed here": (
        "a colon is in a place where none is allowed",
        "If the text contains a colon, quote the text. Otherwise check the indentation.",
    ),
    "could not find expected ':'": (
        "a key without a colon, or text that should be indented",
        "Add the colon, or indent the text under its key.",
    ),
    "did not find expected key": (
        "the indentation is wrong, or a quote ends too early",
        "Indent this line like the lines around it.",
    ),
    "did not find expected '-' indicator": (
        "the list ends here without a new key",
        "Begin the line with - or indent it like the keys above.",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot begin here",
        "Begin the list on a new line.",
    ),
    "found unexpected end of stream": (
        "the file ends inside quoted text",
        "Close the quote.",
    ),
    "found unexpected document indicator": (
        "a document separator inside quoted text",
        "Close the quote before it.",
    ),
    "found character that cannot start any token": (
        "this character cannot begin a value",
        "Quote the text.",
    ),
    "did not find expected node content": (
        "a value is missing or a bracket is not closed",
        "Close the bracket, or write the value.",
    ),
    "did not find expected ',' or ']'": (
        "the list in brackets is not closed",
        "Add the comma or the bracket ].",
    ),
    "did not find expected ',' or '}'": (
        "the mapping in braces is not closed",
        "Add the comma or the brace }.",
    ),
    "found unknown escape character": (
        "an unknown escape sequence after a backslash",
        "Use single quotes. A backslash has no special meaning in them.",
    ),
    "found invalid Unicode character escape code": (
        "an escape sequence without a character",
        "Write the character itself.",
    ),
}


_NUMBER: Final = "as a plain number such as 12"
_INSTEAD: Final = {A_DATE: "in full where a time belongs: 2026-11-20T14:05:00-05:00"}


def ambiguous(word: str, other: str) -> Words:
    """An unquoted word that readers of YAML take for different things."""
    return (
        "yaml-ambiguous",
        f"{_cut(word)} without quotes is {other} for some YAML parsers.",
        f'Write it in quotes: "{_cut(word)}", or {_INSTEAD.get(other, _NUMBER)}.',
    )


def key_not_text(word: str) -> Words:
    """A key that some readers do not take for text."""
    shown = _cut(word) or "An empty key"
    return (
        "yaml-key",
        f"{shown} is not text for every YAML parser.",
        "Use a key that is a word.",
    )


def duplicate_key(key: str) -> Words:
    """A key that was there before."""
    return (
        "yaml-duplicate-key",
        f"The key {_cut(key)} is given twice. A YAML parser would ignore one of them.",
        "Delete one of the two.",
    )


def anchor(name: str) -> Words:
    """An anchor."""
    return (
        "yaml-anchor",
        f"Anchors are not allowed: &{_cut(name)}.",
        "Delete the anchor and write out the values. If this is text, put it in quotes.",
    )


def alias(name: str) -> Words:
    """An alias."""
    return (
        "yaml-alias",
        f"Aliases are not allowed: *{_cut(name)}.",
        "Write out the value. If this is text, put it in quotes.",
    )


def tag(name: str) -> Words:
    """A tag."""
    shown = name.replace("tag:yaml.org,2002:", "!!")
    return (
        "yaml-tag",
        f"Tags are not allowed: {_cut(shown)}.",
        "Delete the tag. If this is text, put it in quotes.",
    )


def finding(path: str, error: YAMLError) -> Finding:
    """What the parser could not read."""
    if not isinstance(error, MarkedYAMLError):
        return unreadable(path, error)
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error.context or "it cannot be read")
    said, remedy = _PROBLEMS.get(
        problem, (problem, "Check indentation, quotes and brackets near this line.")
    )
    at = Position(path) if mark is None else Position(path, mark.line + 1, mark.column + 1)
    return Finding("yaml-syntax", at, f"Not valid YAML: {visible(said)}.", remedy)


def unreadable(path: str, error: Exception) -> Finding:
    """What the parser could not read and has no place for."""
    return Finding(
        "yaml-syntax",
        Position(path),
        f"Not valid YAML: {visible(str(error).partition(chr(10))[0])[:120]}.",
        "Check indentation, quotes and brackets.",
    )


def _cut(word: str) -> str:
    shown = visible(word.replace("\n", " "))
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
