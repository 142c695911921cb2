"""The story's second part: a busy evening, a limit that keeps a merge back, an audit."""

from datetime import datetime, timedelta
from typing import Final

from reconciler.demo.company import Company
from reconciler.demo.narration import Narrator, expect
from reconciler.demo.repository import DemoRepository
from reconciler.demo.shortened_output import first_changes, totals

WITHDRAWN: Final = "DS-1071"
FIRST: Final = "DS-1072"
SECOND: Final = "DS-1073"
TOO_MANY: Final = "DS-1074"
LABEL: Final = "ESCALATION"
_TEMPLATE: Final = """\
# yaml-language-server: $schema=../../schemas/escalation.schema.json
ticket: {ticket}
title: {title}
impact:
  level: high
  who: {who}
  how_many: {how_many}
  symptom: {symptom}
reason: {reason}
initiator: {initiator}
contact: {contact}
reporter:
  person: {contact}
  findings: The same steps lead to it each time, in all browsers.
  blocked_because: The cause is in a service whose logs we cannot read.
assignee: {assignee}
"""
_TAKEN_BACK: Final = "The biller had switched its test account to the live one."
FILES: Final = {
    WITHDRAWN: _TEMPLATE.format(
        ticket=WITHDRAWN,
        title="Dispute deadlines show in the wrong time zone",
        who="Payers of one biller who dispute a charge",
        how_many=25,
        symptom="The deadline is shown five hours late.",
        reason="Payers who trust it miss the deadline and lose the money.",
        initiator="priya",
        contact="jun",
        assignee="mei",
    ).replace("assignee: mei\n", ""),
    FIRST: _TEMPLATE.format(
        ticket=FIRST,
        title="Bulk payer upload stalls at ninety per cent",
        who="Billers who bring over their payers this week",
        how_many=6,
        symptom="The upload stands still and is given up after an hour.",
        reason="Two of the billers are live already and have no payers yet.",
        initiator="tomas",
        contact="amara",
        assignee="dmitri",
    ),
    SECOND: _TEMPLATE.format(
        ticket=SECOND,
        title="Receipts name the old company address",
        who="Payers of a biller that has moved",
        how_many=900,
        symptom="The receipt shows an address that is not valid any more.",
        reason="The tax office rejects these receipts, and the first return is due on Friday.",
        initiator="priya",
        contact="lena",
        assignee="marcus",
    ),
    TOO_MANY: _TEMPLATE.format(
        ticket=TOO_MANY,
        title="Search finds no payers with a hyphen in their name",
        who="Clerks of all billers",
        how_many=140,
        symptom="A payer who is there is not found.",
        reason="Clerks create such payers a second time, and both are charged.",
        initiator="tomas",
        contact="owen",
        assignee="ines",
    ),
}


class BusyDay:
    """More escalations in a day than the desk takes."""

    def __init__(
        self, narrator: Narrator, repository: DemoRepository, company: Company, now: datetime
    ) -> None:
        """Tell with `narrator` what happens in `repository` and at `company`, from `now` on."""
        self._narrator = narrator
        self._files = repository
        self._company = company
        self._now = now

    def play(self) -> datetime:
        """All chapters in order; when they end."""
        self._race()
        if not self._narrator.skips("One too many"):
            self._refused()
        self._next_morning()
        self._audit()
        return self._now

    def _chapter(self, title: str, later: timedelta) -> None:
        self._now += later
        self._company.at(self._now)
        self._narrator.chapter(title, self._now)

    def _race(self) -> None:
        self._chapter("Two at the same time", timedelta(minutes=40))
        self._narrator.say(
            f"The desk accepts three escalations a day, and today it has two: {WITHDRAWN}, which "
            "Priya has withdrawn, still counts. Now Priya and Tomás escalate at the same time. "
            "Each pull request passes the check while the other one is open. Hannah approves both. "
            "The run merges the older one. It then checks the limit again, leaves the second one "
            "open, and answers Priya in the thread:"
        )
        self._files.propose("dispute", {WITHDRAWN: FILES[WITHDRAWN]}, self._now)
        self._approved("priya", "dispute", WITHDRAWN)
        self._narrator.quietly("apply", "--record", "--now", self._now.isoformat())
        self._files.pull()
        withdrawal = ("withdraw", WITHDRAWN, "--by", "priya", "--reason", _TAKEN_BACK)
        self._narrator.unseen(*withdrawal, "--yes", "--pr", who="priya")
        numbers = []
        for who, branch, ticket in (("tomas", "upload", FIRST), ("priya", "receipts", SECOND)):
            self._files.propose(branch, {ticket: FILES[ticket]}, self._now)
            numbers.append(self._approved(who, branch, ticket))
            self._files.git("switch", "--quiet", branch)
            self._narrator.quietly("check", "--base", "main", "--now", self._now.isoformat())
            self._files.git("switch", "--quiet", "main")
        output = self._narrator.escalate("apply", "--record", "--comment")
        self._narrator.show(totals(output))
        self._files.pull()
        expect(f"{FIRST} is admitted", LABEL in self._company.ticket(FIRST)["labels"])
        expect(f"{SECOND} is not marked", LABEL not in self._company.ticket(SECOND)["labels"])
        expect(
            "only the first is merged",
            [self._company.is_merged(each) for each in numbers] == [True, False],
        )
        (answer,) = self._company.messages("sre-escalations", "is acknowledged and has to wait")
        self._narrator.show(answer.split("\n")[0])

    def _approved(self, who: str, branch: str, ticket: str) -> int:
        """A pull request that Hannah has approved; its number."""
        number = self._company.open_pull(who, branch, f"Escalate {ticket}")
        self._company.approve("hannah", number)
        return number

    def _switch(self, branch: str) -> None:
        self._narrator.command(f"git switch {branch}")
        self._files.git("switch", "--quiet", branch)

    def _refused(self) -> None:
        self._chapter("One too many", timedelta(minutes=20))
        self._narrator.say(
            "Tomás opens one more. The limit of the day is reached on the main branch, so "
            "CI refuses it before a review. The check lists all errors at once."
        )
        self._files.propose("search", {TOO_MANY: FILES[TOO_MANY]}, self._now)
        self._switch("search")
        output = self._narrator.escalate("check", "--base", "main", status=1)
        self._narrator.show(output)
        expect("the day's limit is named", "limit-per-day" in output)
        self._files.git("switch", "--quiet", "main")

    def _next_morning(self) -> None:
        self._chapter("The next morning", timedelta(hours=13))
        self._narrator.say(
            f"A new day has begun in New York, and the next run merges {SECOND}. No one had "
            "to do anything."
        )
        output = self._narrator.escalate("apply", "--record", "--comment")
        self._narrator.show(first_changes(output, SECOND, 8))
        self._files.pull()
        expect(f"{SECOND} is admitted", LABEL in self._company.ticket(SECOND)["labels"])
        expect("Marcus is the assignee", self._company.assignee(SECOND) == "marcus")
        posted = self._company.messages("sre-escalations", f"|{SECOND}>")
        expect("the announcement is the same one", len(posted) == 1)

    def _audit(self) -> None:
        self._chapter("The auditor", timedelta(minutes=30))
        self._narrator.say(
            f"The next run in the morning has merged {SECOND}. A clone shows an auditor what "
            "people asked for (main) and what the tool did (the branch `audit`)."
        )
        output = self._narrator.escalate("history", SECOND)
        self._narrator.show(output)
        expect("the history shows who acknowledged it", "hannah" in output)
        verdict = self._narrator.escalate("history", "--verify")
        self._narrator.show(verdict)
