"""What people read keeps to the rules of `style.py`."""

import re
from pathlib import Path

import pytest

from docs.prose import Sentence, sentences, words
from docs.style import MOST_WORDS, RULES, Rule

TOP = Path(__file__).parents[2]

NOT_YET: set[str] = set()
"""Pages that are still to be rewritten. A page that is clean must not be listed."""

EXCEPTIONS: dict[tuple[str, str, str], str] = {}
"""Page, rule, a part of the sentence: why that sentence may break the rule."""


def pages() -> list[str]:
    found = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")]
    return sorted({page.relative_to(TOP).as_posix() for page in found})


def read(page: str) -> str:
    text = (TOP / page).read_text(encoding="utf-8")
    if page == "CHANGELOG.md":
        return text.partition("## [Unreleased]")[2].partition("\n## [")[0]
    return text


def broken(sentence: Sentence) -> dict[str, str]:
    """The rules that a sentence breaks, with what to do."""
    found = {
        each.id: f"{match[0]!r}: write {each.instead}"
        for each in RULES
        if (match := each.pattern.search(sentence.text))
    }
    if (many := words(sentence.text)) > MOST_WORDS:
        found["long-sentence"] = f"{many} words: write at most {MOST_WORDS}"
    return found


def faults(page: str) -> list[str]:
    return [
        f"{page}:{sentence.line}: {rule}: {what}\n    {sentence.text}"
        for sentence in sentences(read(page))
        for rule, what in broken(sentence).items()
        if not any(
            (page, rule) == (where, which) and part in sentence.text
            for where, which, part in EXCEPTIONS
        )
    ]


@pytest.mark.parametrize("page", [page for page in pages() if page not in NOT_YET])
def test_a_page_keeps_to_the_rules(page: str) -> None:
    found = faults(page)
    assert not found, "\n".join(found)


def test_a_page_that_is_not_yet_rewritten_breaks_a_rule() -> None:
    clean = [page for page in sorted(NOT_YET) if not faults(page)]
    assert clean == [], "these pages are clean: take them out of NOT_YET"


def test_each_exception_is_needed() -> None:
    unneeded = [
        (page, rule, part)
        for page, rule, part in EXCEPTIONS
        if not any(part in each.text and rule in broken(each) for each in sentences(read(page)))
    ]
    assert unneeded == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_pattern_finds_its_bad_example_and_not_its_good_one(rule: Rule) -> None:
    assert rule.pattern.search(rule.bad)
    assert broken(Sentence(1, rule.good)) == {}


def test_each_rule_has_a_name_of_its_own() -> None:
    assert len({each.id for each in RULES}) == len(RULES)


QUOTATIONS = """\
The message `whoever` and "somebody" are quotations.

```text
nobody
```

<!-- anybody -->

See [the page](by-hand.md).
"""


def test_quotations_are_left_out() -> None:
    assert [broken(each) for each in sentences(QUOTATIONS)] == [{}, {}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two three.", 3),
        ("See `a b c`, `d` and `e`.", 2),
        ("See [one two](a.md), [three](b.md) or [four five](c.md) for it.", 4),
        ("One two ([why](a.md)).", 2),
        ("**The term**: one two three.", 3),
        ('It prints "a long message with many words" and ends.', 5),
    ],
)
def test_words_are_counted(text: str, expected: int) -> None:
    (sentence,) = sentences(text)
    assert words(sentence.text) == expected


def test_sentences_end_where_the_reader_stops() -> None:
    text = "One e.g. two. Three `a.b` four? [Five](a.md) six! Version 1.2 of it."
    assert len(list(sentences(text))) == 4


def test_a_long_sentence_is_found() -> None:
    (sentence,) = sentences(" ".join(["word"] * (MOST_WORDS + 1)) + ".")
    assert set(broken(sentence)) == {"long-sentence"}
    assert re.search(str(MOST_WORDS), broken(sentence)["long-sentence"])
