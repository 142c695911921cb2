"""In which channel a desk announces, by values."""

from pathlib import Path

import pytest
from goldens import hold

from reconciler.model.observed import Channel
from reconciler.reconcile.desk_channel import desk_channel

NAME = "sre-escalations"
GOLDEN = Path(__file__).parents[1] / "words" / "golden" / "desk-channels.txt"


def channel(key: str, name: str, *previous: str, shows: bool = True) -> Channel:
    return Channel(
        key,
        name,
        "",
        "",
        archived=False,
        bot_is_member=True,
        creator="U0AMARA",
        previous_names=previous if shows else None,
    )


DESK = channel("CDESK", NAME)
RENAMED = channel("CDESK", "sre-alerts", NAME)
LUNCH = channel("CLUNCH", "lunch")
SQUATS = channel("CSQUAT", NAME, "owens-corner")
CREATED = channel("CSQUAT", NAME)
OLD = channel("COLD", "sre-old", NAME)


@pytest.mark.parametrize(
    ("there", "remembered", "found"),
    [
        ([DESK, LUNCH], [], "CDESK"),
        ([DESK, LUNCH], ["CDESK"], "CDESK"),
        ([LUNCH, channel("CDESK", NAME, shows=False)], [], "CDESK"),
        ([channel("CDESK", NAME, "alerts")], [], "CDESK"),  # it was made under another name
        ([RENAMED, LUNCH], ["CDESK"], "CDESK"),
        ([RENAMED, SQUATS], ["CDESK"], "CDESK"),
        ([CREATED, RENAMED], ["CDESK"], "CDESK"),
        ([DESK, OLD], ["CDESK", "COLD"], "CDESK"),
        ([DESK, OLD], ["CDESK"], "CDESK"),
        # A receipt names a channel that never had the name: the policy has changed since.
        ([DESK, LUNCH], ["CLUNCH"], "CDESK"),
        ([LUNCH], ["CLUNCH"], None),
        # Nothing proves which one it is.
        ([RENAMED, LUNCH], [], None),
        ([RENAMED, SQUATS], [], None),
        ([RENAMED, CREATED], ["CLUNCH"], None),
        ([RENAMED, OLD], ["CDESK", "COLD"], None),
        ([LUNCH], [], None),
        ([], ["CDESK"], None),
    ],
)
def test_where_a_desk_announces(there: list[Channel], remembered: list[str], found: str | None):
    for every in (there, there[::-1]):
        assert desk_channel(NAME, every, remembered).id == found


def test_what_is_said_of_it():
    cases = {
        "renamed": ([RENAMED], ["CDESK"]),
        "renamed, and another has its name": ([RENAMED, SQUATS], ["CDESK"]),
        "renamed, and no receipt holds it": ([RENAMED], []),
        "two, and no receipt holds either": ([RENAMED, SQUATS], []),
    }
    lines: list[str] = []
    for what, (there, remembered) in cases.items():
        found = desk_channel(NAME, there, remembered)
        said = found.renamed or found.refused
        assert said is not None
        kind = "notice" if found.renamed else "problem"
        lines += [f"## {what}\n", f"{kind} {said.facet}: {said.message}", f"    {said.remedy}\n"]
    hold(GOLDEN, "\n".join(lines))


@pytest.mark.parametrize(
    ("there", "remembered"), [([DESK], []), ([DESK], ["CDESK"]), ([LUNCH], []), ([], [])]
)
def test_nothing_is_said_of_the_usual(there: list[Channel], remembered: list[str]):
    found = desk_channel(NAME, there, remembered)
    assert found.renamed is None
    assert found.refused is None
