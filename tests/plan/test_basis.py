import subprocess
import sys

from reconciler.model.desired import digest_of
from reconciler.reconcile.facets.topic_purpose import same_text

_SCRIPT = """
from reconciler.reconcile.basis import basis
from reconciler.model.observed import Announced, Channel, Observed
members = frozenset(f"U{number}" for number in range(50))
seen = Observed(
    ticket=None,
    channel=Channel("C1", "x", "", "", archived=False, bot_is_member=True, members=members),
    announced=Announced(None),
    slack_ids={f"h{number}": f"U{number}" for number in range(50)},
)
print(basis({"ticket": "DS-1"}, seen))
"""


def test_the_basis_is_the_same_in_every_process():
    found = {
        subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            env={"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(found) == 1


def test_texts_that_slack_rewrote_are_the_same():
    assert same_text("a &amp; b", "a & b")
    assert same_text("see https://x.example/", "see <https://x.example/>")
    assert not same_text("a", "b")


def test_revisions_tell_parts_apart():
    assert digest_of("ab", "c") != digest_of("a", "bc")
