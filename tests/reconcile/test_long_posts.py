"""No post is longer than Slack keeps in one message, and a cut one says where the rest is.

Source: https://docs.slack.dev/reference/methods/chat.postMessage ("Truncating content").
"""

import re

import pytest
from company import Company, resolution

UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri"}
FILE = "https://github.example/ledgerline/escalations/blob/main/escalations/2026/DS-1071.yaml"


def _posted(company: Company) -> dict[str, str]:
    """The texts of the tool by key, each posted once and within the limit."""
    found: dict[str, str] = {}
    for channel in (company.channel("DS-1071"), company.named("sre-escalations")):
        for each in channel["messages"]:
            assert len(each["text"]) <= 4_000
            if each["metadata"]:
                kind = each["metadata"]["event_payload"]["kind"]
                assert found.setdefault(kind, each["text"]) == each["text"], kind
            else:
                assert each["subtype"], "the rest of a post that Slack has split"
    return found


@pytest.mark.parametrize("char", ["x", "&", "\U0001f6a8"])
def test_a_long_event_is_cut_and_leads_to_the_file(cloud: Company, char: str):
    text = char * 5_000
    cloud.write("DS-1071", updates=[UPDATE | {"text": text}, UPDATE | {"text": "Short."}])
    cloud.converge()
    posted = _posted(cloud)
    assert FILE in posted["update-1"].splitlines()[-1]
    assert FILE not in posted["update-2"]
    follow_ups = [f"DS-{number}" for number in range(1000, 1200)]
    end = resolution(root_cause=text, mitigation=text, follow_ups=follow_ups)
    cloud.write("DS-1071", resolution=end)
    cloud.apply()  # most of the follow-ups are no tickets, which it reports
    posted = _posted(cloud)
    for key in ("resolved", "summary"):
        assert FILE in posted[key].splitlines()[-1]
        assert re.search(r"\|DS-1000>, .*\|DS-\d+> and \d+ more\n", posted[key])


def test_a_long_reason_to_withdraw_is_cut(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    cloud.write("DS-1071", withdrawn={"by": "priya", "reason": "x" * 5_000})
    cloud.converge()
    posted = _posted(cloud)
    assert FILE in posted["withdrawn"].splitlines()[-1]


def test_a_text_that_just_fits_is_whole(cloud: Company):
    when = "<!date^1795460400^{date_short_pretty} {time}|2026-11-23 14:00 EST>"
    head = len(f"*Update by Dmitri Sokolov* ({when})\n> ")
    cloud.write("DS-1071", updates=[UPDATE | {"text": "x" * (4_000 - head)}])
    cloud.converge()
    text = _posted(cloud)["update-1"]
    assert len(text) == 4_000
    assert "cut" not in text
