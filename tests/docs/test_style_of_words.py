"""What the code shows to people keeps to the rules of `style.py`.

`from_code.py` collects the texts: help, messages, findings, descriptions of keys, and what
`escalate init` writes. The goldens are looked at as well: they show what a text becomes when values
are put in, and texts that no module holds as a whole.
"""

from functools import cache

from docs.from_code import TOP, Shown, collected, goldens, strings
from docs.prose import sentences
from docs.style import RULES
from docs.test_style import broken

_LABEL = "A label of forms that earlier versions wrote; it is still read."
EXCEPTIONS: dict[tuple[str, str, str], str] = {
    ("reconciler/edit/form_fields.py", "goes-on", "Why can they not go on"): _LABEL,
    ("reconciler/edit/form_fields.py", "tells", "Who tells the affected"): _LABEL,
    ("reconciler/edit/form_fields.py", "the-affected", "Who tells the affected"): _LABEL,
}
"""Place, rule, a part of the sentence: why that sentence may break the rule."""

GOLDEN_EXCEPTIONS = {
    ("tests/render/golden-form/click.md", "Name somebody who is"): "A problem that a test makes.",
    ("tests/render/golden-form/unfit.md", "Name somebody who is"): "A problem that a test makes.",
    ("tests/screens/check-check.txt", "no person or team nobody."): "A handle of a test.",
    ("tests/screens/forge-import.txt", "Nobody can load their"): "A reason that a test gives.",
    ("tests/screens/install-doctor.txt", "nobody@ledgerline.example"): "An address of a test.",
    ("tests/screens/reconcile-import.txt", "Nobody can load payers"): "A reason that a test gives.",
    ("tests/words/golden/acknowledgement.txt", "nobody: Hannah"): "The name of a case.",
    ("tests/words/golden/forms.txt", "escalate by priya: nobody"): "The name of a case.",
    ("tests/words/golden/outcomes.txt", "remember as done"): "The name of an operation.",
    ("tests/words/golden/outcomes.txt", "assign: somebody ->"): "A value of the audit branch.",
    ("tests/words/golden/services.txt", "nobody is not on the roster"): "The name of a case.",
}
"""Golden, a part of its line: why that line may break a rule."""


@cache
def faults() -> tuple[tuple[Shown, str, str, str], ...]:
    """Text, sentence, rule, and what to write instead, for each rule that is broken."""
    return tuple(
        (shown, sentence.text, rule, what)
        for shown in collected()
        for sentence in sentences(shown.text)
        for rule, what in broken(sentence).items()
        if not any(
            (shown.place, rule) == (place, which) and part in sentence.text
            for place, which, part in EXCEPTIONS
        )
    )


def test_texts_of_the_code_keep_to_the_rules() -> None:
    found = [
        f"{shown.place}:{shown.line}: {rule}: {what}\n    {sentence}"
        for shown, sentence, rule, what in faults()
    ]
    assert not found, "\n".join(found)


def test_each_exception_is_needed() -> None:
    unneeded = [
        (place, rule, part)
        for place, rule, part in EXCEPTIONS
        if not any(
            shown.place == place and part in sentence.text and rule in broken(sentence)
            for shown in collected()
            for sentence in sentences(shown.text)
        )
    ]
    assert unneeded == []


@cache
def examples() -> str:
    """The words of the example people: what tests and the example escalations write."""
    files = [*(TOP / "tests").rglob("*.py"), *(TOP / "escalations").rglob("*.yaml")]
    files += (TOP / "reconciler" / "demo").glob("*.py")
    texts = (each.read_text(encoding="utf-8") for each in files if each.parent.name != "docs")
    return " ".join(" ".join(texts).replace('"', " ").split())


def of_example_people(line: str, start: int, end: int) -> bool:
    """Whether the words at a place, with their neighbours, are written by example people."""
    before, after = line[:start].split()[-2:], line[end:].split()[:2]
    around = " ".join([*before, line[start:end], *after])
    return " ".join(around.replace('"', " ").split()) in examples()


@cache
def golden_faults() -> tuple[tuple[Shown, str], ...]:
    """A line of a golden, and the words in it that a rule forbids."""
    return tuple(
        (shown, match[0])
        for shown in goldens()
        for rule in RULES
        for match in rule.pattern.finditer(shown.text)
        if not of_example_people(shown.text, *match.span())
        and not any(
            shown.place == place and part in shown.text for place, part in GOLDEN_EXCEPTIONS
        )
    )


def test_each_exception_for_a_golden_is_needed() -> None:
    unneeded = [
        (place, part)
        for place, part in GOLDEN_EXCEPTIONS
        if not any(shown.place == place and part in shown.text for shown in goldens())
    ]
    assert unneeded == []


def test_goldens_keep_to_the_rules() -> None:
    found = [
        f"{shown.place}:{shown.line}: {word!r}\n    {shown.text}" for shown, word in golden_faults()
    ]
    assert not found, "\n".join(found)


BAD = """\
def verdict(name: str) -> str:
    \"\"\"Whoever reads this docstring is told.\"\"\"
    return f"{name} tells whoever asks."
"""


def test_the_texts_of_a_module_are_found() -> None:
    assert [text for _, text in strings(BAD)] == ["{} tells whoever asks."]


def test_all_kinds_of_texts_are_collected() -> None:
    places = {shown.place for shown in collected()}
    assert places >= {
        "escalate --help",
        "escalate apply --help",
        "reconciler/cli/main.py",
        "reconciler/check/rules/roles.py",
        "schemas/escalation.schema.json",
        "reconciler/template/README.md",
        "reconciler/template/github/workflows/check.yml",
        "reconciler/template/github/ISSUE_TEMPLATE/resolve.yml",
        "action.yml",
        "config/policy.yaml",
    }
    assert len({shown.place for shown in goldens()}) > 50
