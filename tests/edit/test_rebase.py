"""Two changes of one file from the same start: both arrive, or the tool says why not."""

import re
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from searching import times

from reconciler.edit.cut import without
from reconciler.edit.extent import end_of
from reconciler.edit.rebase import rebased
from reconciler.edit.splice import EditRefusedError
from reconciler.edit.three_way import Contradiction
from reconciler.load.source import FileSource
from reconciler.load.strict_yaml import parse
from reconciler.load.unquoted_words import Timestamp

TOP = Path(__file__).parents[2]
FILES = sorted([*TOP.glob("escalations/*/*.yaml"), *TOP.glob("tests/examples/good/*.yaml")])
BASE = """\
# Why it is here
ticket: DS-1
title: Payments fail  # in the EU
impact:
  level: high
  who: Payers
  how_many: 12
  symptom: |
    An error page.
reason: It cannot wait.
initiator: priya
contact: lena

reporter:
  person: owen
  findings: Only cards.
  blocked_because: We see no logs.

stakeholders:
  client_facing: [jun, amara]

updates:
  # The first
  - at: 2026-11-20T14:00:00-05:00
    by: mei
    text: Looking.
  # The second
  - at: 2026-11-20T16:00:00-05:00
    by: mei
    text: |
      Two hosts are slow.
"""


def both(base: str, proposed: str, newest: str) -> str | tuple[Contradiction, ...]:
    found = rebased("f.yaml", *(each.encode() for each in (base, proposed, newest)))
    return found.decode() if isinstance(found, bytes) else found


def update(hour: int, text: str, by: str = "mei") -> str:
    return f"  - at: 2026-11-20T{hour}:30:00-05:00\n    by: {by}\n    text: {text}\n"


def test_two_updates_both_arrive_in_order_of_time():
    mine, theirs = BASE + update(17, "Mine."), BASE + update(18, "Theirs.", "nadia")
    expected = BASE + update(17, "Mine.") + update(18, "Theirs.", "nadia")
    assert both(BASE, mine, theirs) == expected
    assert both(BASE, theirs, mine) == expected


def test_an_earlier_update_stands_before_the_comment_of_a_later_one():
    mine = BASE.replace("  # The second\n", update(15, "Mine.") + "  # The second\n")
    theirs = BASE + update(18, "Theirs.")
    assert both(BASE, mine, theirs) == mine + update(18, "Theirs.")
    first = update(13, "Before all.")
    found = both(BASE, BASE.replace("  # The first\n", first + "  # The first\n"), theirs)
    assert found == theirs.replace("updates:\n", f"updates:\n{first}")


def test_the_same_update_is_there_once():
    mine = BASE + update(17, "Mine.")
    theirs = mine.replace("updates:", "assignee: mei\nupdates:")
    assert both(BASE, mine, theirs) == theirs


def test_the_first_updates_of_both():
    base = BASE.partition("updates:")[0]
    mine, theirs = (f"{base}updates:\n{update(hour, 'News.')}" for hour in (18, 17))
    assert both(base, mine, theirs) == theirs + update(18, "News.")


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("[jun, amara, owen]", "[jun]"),
        ("[amara]", "[jun, amara, lena]"),
        ("[jun]", "[amara]"),
        ("[]", "[jun, amara, owen]"),
        ("\n    - amara\n    - owen", "\n    - jun\n    # she was there\n    - amara\n    - lena"),
        ("\n    - amara", "\n    - jun\n    # she was there\n    - amara"),
    ],
)
def test_lists_of_people_change_by_person(mine: str, theirs: str):
    base = {"jun", "amara"}
    ours, others = (set(re.findall(r"[a-z]+", re.sub("#.*", "", each))) for each in (mine, theirs))
    found = both(BASE, *(BASE.replace("[jun, amara]", each) for each in (mine, theirs)))
    assert isinstance(found, str)
    told = set(yaml.safe_load(found)["stakeholders"]["client_facing"] or ())
    assert told == (others - (base - ours)) | (ours - base)


def test_handovers_are_kept_in_order_and_one_moment_has_one_contact():
    def handed(*lines: tuple[int, str]) -> str:
        items = (f"  - {{at: 2026-11-20T{hour}:00:00-05:00, to: {to}}}\n" for hour, to in lines)
        return f"{BASE}handovers:\n{''.join(items)}"

    found = both(BASE, handed((20, "owen")), handed((19, "jun")))
    assert isinstance(found, str)
    assert [each["to"] for each in yaml.safe_load(found)["handovers"]] == ["jun", "owen"]
    found = both(BASE, handed((20, "owen")), handed((20, "jun")))
    assert isinstance(found, tuple)
    assert found[0].loc == ("handovers",)


@pytest.mark.parametrize(
    ("mine", "theirs", "loc"),
    [
        ("assignee: mei\n", "assignee: nadia\n", ("assignee",)),
        (
            "withdrawn: {by: priya, reason: It went away.}\n",
            "withdrawn: {by: hannah, reason: It went away.}\n",
            ("withdrawn",),
        ),
        (
            "episodes: [{reason: It is back.}]\n",
            "episodes: [{reason: Again.}]\n",
            ("episodes", 0),
        ),
    ],
)
def test_one_field_with_two_values_is_a_contradiction(mine: str, theirs: str, loc: tuple[str, ...]):
    found = both(BASE, BASE + mine, BASE + theirs)
    if loc == ("episodes", 0):
        assert isinstance(found, tuple)
        assert "It is back." in str(found[0].proposed)
    assert isinstance(found, tuple)
    assert [each.loc for each in found] == [loc]


def test_a_statement_of_one_person_is_not_mixed_with_that_of_another():
    base = BASE + "withdrawn: {by: priya, reason: It went away.}\n"
    mine, theirs = base.replace("by: priya", "by: hannah"), base.replace("went away", "is gone")
    found = both(base, mine, theirs)
    assert isinstance(found, tuple)
    assert found[0].loc == ("withdrawn",)


def test_a_text_that_both_change_and_one_that_one_removes():
    one, other = BASE.replace("It cannot", "Cannot"), BASE.replace("It cannot", "This cannot")
    found = both(BASE, one, other)
    assert isinstance(found, tuple)
    assert found == (Contradiction(("reason",), "Cannot wait.", "This cannot wait."),)
    snoozed = BASE + "snooze_until: 2026-11-23T09:00:00-05:00\n"
    assert both(snoozed, BASE, snoozed + "assignee: mei\n") == BASE + "assignee: mei\n"
    later = snoozed.replace("-23T", "-24T")
    assert isinstance(both(snoozed, BASE, later), tuple)


def test_every_other_byte_is_as_the_newest_version_has_it():
    mine = BASE.replace("lena", "owen").replace("level: high", "level: critical")
    theirs = f"# Seen by all  \r\n{BASE}".replace("\n", "\r\n").replace("\r\r", "\r")
    theirs = theirs.replace("title: Payments fail", "title:   'Cards fail'")
    expected = theirs.replace("lena", "owen").replace("level: high", "level: critical")
    assert both(BASE, mine, theirs) == expected


def test_a_key_that_goes_from_braces_leaves_the_comment_after_it():
    base = "{ticket: DS-1, assessment: null,\n # aside\n reason: A}\n"
    found = both(base, base.replace(" assessment: null,", ""), base.replace("A}", "B}"))
    assert found == base.replace("assessment: null,", "").replace("A}", "B}")


def test_files_that_are_new_or_gone():
    assert both("", BASE, "") == BASE
    assert both("", BASE, BASE) == BASE
    assert both(BASE, "", BASE) == ""
    assert isinstance(both("", BASE, BASE + "assignee: mei\n"), tuple)
    assert isinstance(both(BASE, "", BASE + "assignee: mei\n"), tuple)
    assert isinstance(both(BASE, BASE + "assignee: mei\n", ""), tuple)


def test_what_cannot_be_read_is_refused():
    for broken in ("ticket: [", "a: &x 1\nb: *x\n"):
        with pytest.raises(EditRefusedError, match="cannot be read"):
            both(BASE, BASE + "assignee: mei\n", broken)


def test_all_that_there_is_cannot_be_removed():
    with pytest.raises(EditRefusedError, match="all that there is"):
        without(FileSource("f.yaml", b"a: 1\n"), ("a",))
    with pytest.raises(EditRefusedError, match="not in the file"):
        without(FileSource("f.yaml", b"a: 1\n"), ("b",))


# Any two changes that touch different fields

WORDS = st.text("ab:#-'\" é\n{}[],&*", min_size=1, max_size=30).map(str.strip).filter(bool)
HANDLES = st.sampled_from(["mei", "nadia", "felix", "owen", "jun"])
MINUTES = st.integers(0, 59).map("2026-11-20T14:{:02}:00-05:00".format)
UPDATES = st.fixed_dictionaries({"at": MINUTES, "by": HANDLES, "text": WORDS})
NEW: dict[str, st.SearchStrategy[Any]] = {
    "title": WORDS,
    "reason": WORDS,
    "impact.symptom": WORDS,
    "impact.how_many": st.integers(1, 9999),
    "contact": HANDLES,
    "assignee": st.one_of(HANDLES, st.none()),
    "assessment": st.one_of(WORDS, st.none()),
    "snooze_until": st.one_of(MINUTES, st.none()),
    "withdrawn": st.one_of(st.fixed_dictionaries({"by": HANDLES, "reason": WORDS}), st.none()),
    "resolution": st.fixed_dictionaries(
        {
            "root_cause": WORDS,
            "mitigation": WORDS,
            "follow_ups": st.sampled_from(["none", ["PAY-1"], ["PAY-1", "PAY-2"]]),
            "customer_communication": st.fixed_dictionaries({"owner": HANDLES, "state": WORDS}),
        }
    ),
    "stakeholders.client_facing": st.lists(HANDLES, unique=True, max_size=4),
    "stakeholders.product_engineering": st.lists(HANDLES, unique=True, max_size=4),
    "episodes": st.fixed_dictionaries({"reason": WORDS, "contact": HANDLES}),
}
"""Fields, and what they change to; None removes the field."""
LISTS = {"updates": UPDATES, "handovers": st.fixed_dictionaries({"at": MINUTES, "to": HANDLES})}


def changed(data: dict[str, Any], edits: dict[str, Any]) -> dict[str, Any]:
    """The data with fields set, and with items added to lists in order of time."""
    made = deepcopy(data)
    for name, value in edits.items():
        *path, key = name.split(".")
        parent = made
        for part in path:
            parent = parent.setdefault(part, {})
        if name in LISTS:
            parent[key] = sorted([*(parent.get(key) or []), *value], key=lambda each: each["at"])
        elif name == "episodes":
            parent[key] = [*parent.get(key, []), value]
        elif value is None:
            parent.pop(key, None)
        else:
            parent[key] = value
    return made


class Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the library asks for each
        return True


Plain.add_representer(
    Timestamp, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:timestamp", value)
)


def rewritten(data: dict[str, Any], *, flow: bool) -> bytes:
    """The data by another writer, in another style than ours."""
    return yaml.dump(
        data, Dumper=Plain, sort_keys=False, allow_unicode=True, default_flow_style=flow or None
    ).encode()


def readable(data: bytes) -> dict[str, Any]:
    value = parse("f.yaml", data).value
    assume(value is not None)
    assert value is not None
    return value


def commented(data: bytes, line: int) -> bytes:
    """The file with a comment before a line, if that changes no value."""
    lines = data.splitlines(keepends=True)
    at = line % (len(lines) + 1)
    made = b"".join([*lines[:at], b"# aside\n", *lines[at:]])
    return made if parse("f.yaml", made).value == parse("f.yaml", data).value else data


@settings(max_examples=times(300), deadline=None)
@given(st.data())
def test_two_changes_of_different_fields_both_arrive(draw: st.DataObject):
    original = readable(draw.draw(st.sampled_from(FILES)).read_bytes())
    names = draw.draw(st.permutations(sorted(NEW)))
    cut = draw.draw(st.integers(0, len(names)))
    most = 4
    sides = [
        {name: draw.draw(NEW[name]) for name in part[: draw.draw(st.integers(0, most))]}
        for part in (names[:cut], names[cut:])
    ]
    taken = count()
    for side in sides:
        for name, items in LISTS.items():
            drawn = draw.draw(st.lists(items, max_size=3))
            if drawn:  # each at another second, so that their order is known
                side[name] = [
                    {**each, "at": each["at"].replace(":00-", f":{next(taken):02}-")}
                    for each in drawn
                ]
    flow = draw.draw(st.booleans())
    base = rewritten(original, flow=flow)
    start = readable(base)
    mine = rewritten(changed(start, sides[0]), flow=draw.draw(st.booleans()))
    newest = rewritten(changed(start, sides[1]), flow=flow)
    for line in draw.draw(st.lists(st.integers(0, 200), max_size=3)):
        newest = commented(newest, line)
    readable(mine)
    result = rebased("f.yaml", base, mine, newest)
    assert isinstance(result, bytes), result
    found, expected = readable(result), changed(changed(start, sides[1]), sides[0])
    assert nothing_left_out(found) == nothing_left_out(readable(rewritten(expected, flow=flow)))
    if newest != base:
        check_bytes(newest, result, sides[0])


def check_bytes(newest: bytes, result: bytes, edits: dict[str, Any]) -> None:
    """What `newest` has outside of the edited fields is in the result, in the same order.

    Blanks and commas aside: a key that goes takes its line along, and an item its comma.
    """
    source = FileSource("f.yaml", newest)
    keys = source.places.keys
    edited = [loc for name in edits if (loc := tuple(name.split("."))) in keys]
    cuts = sorted((keys[loc].start, _line_after(source, end_of(source, loc))) for loc in edited)
    kept, at = [], 0
    for start, end in cuts:
        kept.append(source.text[at:start])
        at = end
    rest = iter(result.decode())
    outside = "".join([*kept, source.text[at:]])
    assert all(char in rest for char in outside if char not in " \n,[]{}")


def _line_after(source: FileSource, at: int) -> int:
    end = source.text.find("\n", at)
    return len(source.text) if end < 0 else end


def nothing_left_out(value: Any) -> Any:
    """The data without empty lists and mappings, which say the same as no list and no mapping."""
    if not isinstance(value, dict):
        return value
    made = {key: nothing_left_out(each) for key, each in value.items()}
    return {
        key: sorted(each) if _are_texts(each) else each
        for key, each in made.items()
        if each not in ([], {}, None)
    }


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
