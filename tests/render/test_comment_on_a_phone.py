"""What a reviewer asks (docs/how-to/reviewer.md) is answered before they scroll, on a phone."""

import json
import re

import pytest
from github_page import CHROMIUM, chromium, page
from plan_comments import CASE, ROSTER, comment, declared, opened

WIDTH, HEIGHT = 390, 844
LONG = "The payment page shows a spinner and then an error. " * 60
QUESTIONS = {
    "how serious is it, and what is wrong": "h3",
    "who is hit, how many, and what do they see": "p:nth-of-type(1)",
    "why is it escalated now": "p:nth-of-type(2)",
    "what is known, and why is Dev Support needed": "p:nth-of-type(3)",
    "who escalates, who is the contact, where is more": "p:nth-of-type(4)",
    "whose word does it need, and what capacity is left": "p:nth-of-type(5)",
}
"""By question, the element that answers it."""
SCRIPT = """<script>
const found = {};
for (const [question, where] of Object.entries(%s)) {
  const each = document.querySelector('.markdown-body > ' + where);
  found[question] = {bottom: each.getBoundingClientRect().bottom, text: each.innerText};
}
found.width = document.body.scrollWidth;
document.body.dataset.found = JSON.stringify(found);
</script>"""


def longest() -> str:
    """Each text is so long that it is cut, and the verdict is the usual one."""
    impact = {**CASE["impact"], "who": "Payers of the biller " * 7, "symptom": LONG}
    reporter = {"person": "owen", "findings": LONG, "blocked_because": LONG}
    title = "Card payments time out at the billers " * 4
    case = declared(title=title, impact=impact, reason=LONG, reporter=reporter, assignee="dmitri")
    return comment(opened(after=case))


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium; apt-get install chromium")
def test_each_question_is_answered_above_the_fold():
    frame = page(longest(), WIDTH, SCRIPT % json.dumps(QUESTIONS))
    shown = chromium(frame, "--dump-dom", size=(WIDTH, HEIGHT))
    match = re.search(r'data-found="([^"]*)"', shown)
    assert match is not None
    found = json.loads(match[1].replace("&quot;", '"').replace("&amp;", "&"))
    assert found.pop("width") <= WIDTH, "nothing is wider than the phone"
    assert {name: each["bottom"] for name, each in found.items() if each["bottom"] > HEIGHT} == {}
    texts = [each["text"] for each in found.values()]
    expected = (
        ("Critical", "Card payments time out", "DS-1042"),
        ("Payers of the biller", "about 1,200", "spinner"),
        ("Why now:",),
        ("Known so far:", "Why Dev Support:"),
        (ROSTER.name("priya"), ROSTER.name("lena"), "Ticket", "Thread"),
        ("Needs an approval", ROSTER.name("hannah"), "Capacity left at DS: 1 of 3 today"),
    )
    for text, words in zip(texts, expected, strict=True):
        assert [each for each in words if each not in text] == []
