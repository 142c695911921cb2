"""What is a promise of completion, and what only looks like one."""

import time
from datetime import datetime

import pytest

from reconciler.check.check import judge
from reconciler.check.promises import promises
from reconciler.check.rule import Example
from reconciler.check.rules.examples import NOW, files_of
from reconciler.load.snapshot import load_snapshot

PROMISES = """
ETA is Friday.
ETA: 2 hours
eta: tomorrow
The ETA for the fix is unknown.
Estimated time of repair is 14:00.
Expected resolution: Thursday
Target completion date is 3 December.
The fix will be live by Friday.
It will be fixed tomorrow.
This should be done by EOD.
Next week we deploy the fix.
We deploy the fix next week.
Should be resolved in 2 hours.
We'll have it by Friday.
We\u2019ll have this sorted out by the end of the week.
The hotfix lands tomorrow.
Done by EOD.
Fixed by Friday.
Ready in an hour.
Back up in 30 minutes.
We expect it to be resolved within 24 hours.
Expect it on Monday.
By Friday.
In 2 hours.
Probably tomorrow.
Tomorrow at the latest.
No later than Monday.
It is fixed by Friday.
The patch goes out by noon.
A fix is due on 2026-11-27.
We plan to release on Thursday.
We hope to have this fixed by Nov 27.
I promise that it will be over by Monday.
Payments will be back to normal by 5 pm.
The vendor says that it will be fixed by 27 November.
It was slow all day; it will be fixed tomorrow.
The deployment is scheduled for next week and the fix will ship on Tuesday.
Give us two more hours.
We need another 2 hours to finish.
We will roll out the fix in a couple of days.
The release will be done in 2-3 days.
It should be working again by tonight.
We are going to resolve it this afternoon.
Will be fixed soon.
The rollback will finish shortly.
By tomorrow we fix the queue.
The mitigation
will be deployed
by Friday.
"""

INNOCENT = """
The export has failed since Friday.
It started 2 hours ago.
The numbers are off by Friday's export.
Payments were fixed by Friday.
The queue drained in 2 hours.
The fix was deployed within 30 minutes of the report.
No ETA can be given.
We cannot give an ETA.
The rent deadline of two property managers falls on Monday.
The next autopay run falls on Wednesday.
Their month ends on the 30th.
Refunds arrive within three days as a rule.
The job runs every night and is over by 6 am each day.
Events arrive four to seven hours after the payment.
The doubled schedules are paused, so that Wednesday's run charges nobody twice.
Clients must file their reports by Friday or pay a fine.
A workaround: pay again in 2 hours.
Reproduced with a test card in five minutes.
The page waits for half a minute.
Yesterday's fix broke within 2 hours.
It was resolved last week and came back on Monday.
The change was rolled back and the cache emptied on every host.
Both districts stop posting paper bills at the end of the month.
One of them holds us to a contract that promises five minutes.
Refunds older than ten working days break the card schemes' rules.
The cache expires in 24 hours.
The token is valid for 2 hours.
We rolled it out on Tuesday.
Failures began on 19 November at about 08:40 UTC.
There is no completion estimate.
Three people reported it in two days.
Payers see the wrong total in December.
The ETag header is missing.
Deployed at 14:05 and verified at 14:20.
The fix is in production.
They will be charged twice.
The payer should see the confirmation.
Since the release last Tuesday one in ten calls fails.
The back office closes on Friday.
The report is due on Friday.
"""


def _lines(table: str) -> list[str]:
    joined = table.replace("mitigation\nwill be deployed\nby", "mitigation will be deployed by")
    return [line for line in joined.splitlines() if line]


@pytest.mark.parametrize("text", _lines(PROMISES))
def test_a_promise_is_found(text: str) -> None:
    assert promises(text)


@pytest.mark.parametrize("text", _lines(INNOCENT))
def test_facts_and_deadlines_of_others_are_no_promises(text: str) -> None:
    assert promises(text) == []


def test_the_words_found_stand_in_the_text() -> None:
    assert promises("All is well. The fix will\nbe live by\nFriday. So be it.") == ["by Friday"]


def test_each_sentence_is_judged_by_itself() -> None:
    text = "Failed since Friday. Will be fixed tomorrow.\n\nETA: 3 hours"
    assert promises(text) == ["tomorrow", "ETA"]


@pytest.mark.parametrize(
    "piece", ["will be ", "by ", "fix by will ", "next ", "in a few ", "no later than ", "1", "a "]
)
def test_long_text_takes_no_time(piece: str) -> None:
    start = time.process_time()
    promises(piece * (5000 // len(piece)) + " tomorrow")
    assert time.process_time() - start < 2  # backtracking would take minutes


def _update(by: str) -> str:
    return f"assignee: dmitri\nupdates:\n- {{at: 2026-11-20T10:00:00Z, by: {by}, text: By Friday.}}"


BOUND = """
assessment: By Friday.
withdrawn: {by: hannah, reason: Fixed by Friday.}
override: {by: hannah, reason: Done by Friday.}
"""

EVIDENCE = """
title: It must work by Friday
reason: We need this by tomorrow noon.
reporter: {person: lena, findings: The report is done by Friday., blocked_because: By Friday.}
impact: {level: high, who: All who pay by Friday, how_many: 5, symptom: Shows "back by 5 pm".}
withdrawn: {by: priya, reason: The biller has its own fix ready by Friday.}
"""


def _estimates(change: str) -> list[str]:
    loaded = load_snapshot(files_of(Example(change)))
    assert loaded.snapshot is not None, loaded.findings
    found = judge(loaded.snapshot, {}, datetime.fromisoformat(NOW), sources=loaded.sources)
    return [each.message for each in found if each.rule == "text-promise"]


@pytest.mark.parametrize("change", [*_lines(BOUND), *map(_update, ("dmitri", "ravi", "nadia"))])
def test_texts_of_dev_support_promise_nothing(change: str) -> None:
    assert len(_estimates(change)) == 1


@pytest.mark.parametrize("change", [*_lines(EVIDENCE), _update("lena"), _update("priya")])
def test_a_deadline_of_who_escalates_is_evidence(change: str) -> None:
    assert _estimates(change) == []


def test_a_deadline_copied_from_the_reason_is_a_promise_in_an_assessment() -> None:
    before, after = (
        Example("reason: By Friday."),
        Example("reason: By Friday.\nassessment: By Friday."),
    )
    base, head = load_snapshot(files_of(before)), load_snapshot(files_of(after))
    assert base.snapshot is not None
    assert head.snapshot is not None
    found = judge(
        head.snapshot, {}, datetime.fromisoformat(NOW), base.snapshot, sources=head.sources
    )
    assert [each.rule for each in found] == ["text-promise"]
