"""Texts about failed runs: what services and files say in them is text, without secrets."""

from company import TOP, _load

from reconciler.model.policy import Policy
from reconciler.model.roster import Roster
from reconciler.model.standstill import FailureCause, NotDone
from reconciler.redaction import register_token
from reconciler.render.standstill import issue_text, not_called, numbers_in, slack_text

HOSTILE = (
    "x](http://evil.example) @here <!channel> <b> ![i](u)\n::error::\n# T s3cr3t-t0ken-here `c`"
)
CAUSE = FailureCause(HOSTILE, HOSTILE, NotDone.ALL, passing=False)
POLICY = Policy.model_validate(_load(TOP / "config/policy.yaml"))
ROSTER = Roster.model_validate(_load(TOP / "config/roster.yaml"))


def test_hostile_text_is_text():
    register_token("s3cr3t-t0ken-here")
    desks = list(POLICY.desks.values())
    pages = [not_called([CAUSE], desks, ROSTER, "#3"), issue_text([CAUSE], None, "", ["5"])]
    for each in pages:
        for bad in ("http://evil", "@here", "<!channel>", "<b>", "\n::", "\n# T", "s3cr3t"):
            assert bad not in each
    text = slack_text([CAUSE], "")
    for bad in ("<!channel>", "<b>", "`c`", "s3cr3t", "\n::"):
        assert bad not in text


def test_two_desks_are_called():
    text = not_called([CAUSE], list(POLICY.desks.values()), ROSTER, "")
    assert text.startswith("**Dev Support and Platform Support have not been called.**")


def test_numbers_come_from_their_line_only():
    text = issue_text([CAUSE], None, "", ["5", "12"])
    assert numbers_in(text) == ("5", "12")
    many = ", ".join(f"#{number}" for number in range(1, 500))
    assert len(numbers_in(f"Pull requests that were not announced: {many}")) == 50
    assert numbers_in("Pull requests that were not announced: #1/../2, #99999999999, #3") == ("3",)
