"""The story: what happens, in order. Each step checks its own claim in Jira and Slack."""

from datetime import datetime, timedelta, timezone
from typing import Final

from reconciler.demo.busy_day import BusyDay
from reconciler.demo.company import Company
from reconciler.demo.narration import Narrator, expect
from reconciler.demo.repository import HERO, DemoRepository, as_proposed, assignment
from reconciler.demo.shortened_output import first_changes, first_lines, one_block, totals

START: Final = datetime(2026, 11, 19, 11, 0, tzinfo=timezone(timedelta(hours=-5)))
MONDAY: Final = datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=-5)))
LAST_NUMBER: Final = 110
"""Of the pull requests before the story."""
CHANNEL: Final = "ds-1042-card-payments-fail-eu"
LATECOMER: Final = "DS-1063"
LATE_CHANNEL: Final = "ds-1063-statement-e-mails-arrive-without-the-pdf"
LABEL: Final = "ESCALATION"
IDLE_DAYS: Final = 14
_BRANCH: Final = "card-payments"
_UPDATE: Final = "Two of the four hosts do not reach the 3-D Secure directory."
_NEWS: Final = "Both slow hosts are out of rotation. One payment in fifty fails."
_ASSESSMENT: Final = "The two hosts use an address that was retired on 19 November."
_ROOT_CAUSE: Final = "Two hosts kept a retired address of the 3-D Secure directory."
_MITIGATION: Final = "Both hosts use the new address. The 61 double charges are refunded."


class Script:
    """One escalation from its file to its archived channel."""

    def __init__(self, narrator: Narrator, repository: DemoRepository, company: Company) -> None:
        """Tell with `narrator` what happens in `repository` and at `company`."""
        self._narrator = narrator
        self._files = repository
        self._company = company
        self._now = START
        self._number = 0

    def play(self) -> None:
        """All chapters in order, after a run for what was there before."""
        moment = START - timedelta(hours=1)
        self._company.at(moment)
        self._narrator.quietly("apply", "--record", "--now", moment.isoformat())
        self._pull_request()
        self._review()
        self._apply()
        self._update()
        self._handover()
        self._reminder()
        if not self._narrator.skips("A second run"):
            self._apply_twice()
        self._drift()
        self._assign()
        self._resolve()
        self._now = BusyDay(self._narrator, self._files, self._company, self._now).play()
        if not self._narrator.skips("Two quiet weeks later"):
            self._archive()
        self._end()

    def _chapter(self, title: str, later: timedelta) -> None:
        self._now += later
        self._company.at(self._now)
        self._narrator.chapter(title, self._now)

    def _pull_request(self) -> None:
        self._chapter("The pull request escalates", timedelta())
        self._narrator.say(
            "Card payments fail in Europe. Priya, a manager at Ledgerline, escalates the ticket "
            f"{HERO}: she adds this file on a branch. CI checks its schema, roles, limits and "
            "wording by the rules of the main branch."
        )
        text = as_proposed(self._files.text(HERO))
        self._files.propose(_BRANCH, {HERO: text}, self._now)
        self._narrator.command(f"cat escalations/2026/{HERO}.yaml")
        self._narrator.show(first_lines(text.partition("\n")[2], 12))
        self._files.git("switch", "--quiet", _BRANCH)
        self._narrator.show(
            self._narrator.escalate("check", "--base", "main", "--author", "priya-raman")
        )
        self._files.git("switch", "--quiet", "main")
        number = self._number = self._company.open_pull(
            "priya", _BRANCH, "Card payments fail in Europe"
        )
        self._narrator.say(
            f"Priya opens pull request #{number}. This starts a run on main, which checks out "
            "nothing from the branch. It announces the escalation in #sre-escalations, calls the "
            "acknowledgers in the thread, and comments on the pull request."
        )
        output = self._narrator.escalate("apply", "--record", "--comment")
        self._narrator.show(totals(output))
        (posted,) = self._company.messages("sre-escalations", f"|{HERO}>")
        expect("it is announced as proposed", "proposed in" in posted)
        expect("the ticket is as it was", LABEL not in self._company.ticket(HERO)["labels"])
        self._narrator.show("\n".join(posted.split("\n")[:4]))

    def _review(self) -> None:
        self._chapter("A review acknowledges", timedelta(minutes=12))
        self._narrator.say(
            "Hannah of Dev Support reads the ticket and the tool's comment, which begins so:"
        )
        self._narrator.show(first_lines(self._company.comment(self._number), 5))
        command = assignment(self._files.text(HERO))
        self._company.approve("hannah", self._number, f"The reason is valid.\n{command}")
        self._narrator.say("She approves on GitHub. With a line in her review she assigns Dmitri:")
        self._narrator.show(f"| The reason is valid.\n| {command}")
        self._narrator.show(self._narrator.escalate("acknowledge", str(self._number)))

    def _apply(self) -> None:
        self._chapter("The run merges", timedelta(minutes=1))
        self._narrator.say(
            "The approval was the last step for people. The run merges the pull request, and "
            "changes Jira and Slack to match the file."
        )
        output = self._narrator.escalate("apply", "--record", "--comment")
        self._narrator.show(first_changes(output, HERO, 5))
        expect("the pull request is merged", self._company.is_merged(self._number))
        self._files.pull()
        ticket, members = self._company.ticket(HERO), self._company.members(CHANNEL)
        expect(f"{HERO} carries the label", LABEL in ticket["labels"])
        expect(f"{HERO} kept its other labels", {"eu", "gateway"} <= set(ticket["labels"]))
        expect(f"{HERO} has the priority Highest", ticket["priority"] == "Highest")
        expect("Dmitri is the assignee", self._company.assignee(HERO) == "dmitri")
        expect("everybody is in the channel", {"priya", "lena", "dmitri", "ines"} <= members)
        posted = self._company.messages("sre-escalations", f"|{HERO}>")
        expect("the escalation is announced once", len(posted) == 1)

    def _update(self) -> None:
        self._chapter("An update", timedelta(minutes=52))
        self._narrator.say(
            "Dmitri has news. His own update needs no approval by another person. A form or a "
            "comment on GitHub does the same as this command:"
        )
        self._open("dmitri", "update", HERO, _UPDATE, "--by", "dmitri")
        self._run()
        self._narrator.say("The next run merges it, and posts it in the channel and on the ticket:")
        (posted,) = self._company.messages(CHANNEL, "Update by Dmitri Sokolov")
        self._narrator.show(posted)

    def _handover(self) -> None:
        self._chapter("A handover", timedelta(hours=5))
        self._narrator.say(
            "Lena, the contact, is away tomorrow. She hands over to Owen. The next run invites "
            "him, and posts in the channel:"
        )
        self._open("lena", "handover", HERO, "owen")
        self._run()
        (posted,) = self._company.messages(CHANNEL, "is the contact now")
        self._narrator.show(posted)
        expect("Owen is in the channel", "owen" in self._company.members(CHANNEL))

    def _run(self) -> None:
        """A run that is not shown; what it merges is in the folder afterwards."""
        self._narrator.quietly("apply", "--record", "--comment", "--now", self._now.isoformat())
        self._files.pull()

    def _open(self, who: str, *arguments: str) -> None:
        """A person opens a pull request with a command; only its address is shown."""
        output = self._narrator.escalate(*arguments, "--yes", "--pr", who=who)
        self._narrator.show(output.strip().split("\n")[-1])

    def _reminder(self) -> None:
        for moment in self._files.others_arrive():
            self._narrator.quietly("apply", "--record", "--now", moment.isoformat())
        self._chapter("A reminder", MONDAY - timedelta(minutes=10) - self._now)
        self._narrator.say(
            "It is Monday. Other people have escalated other tickets. The impact of "
            f"{HERO} is critical, so the policy asks for news every hour. Dmitri has written "
            "none since Thursday. The tool reminds him in the channel, and then also the lead of "
            "his crew:"
        )
        reminders = self._company.messages(CHANNEL, "there is no update")
        expect("Dmitri and his lead are reminded once each", len(reminders) == 2)  # noqa: PLR2004
        self._narrator.show("\n".join(reminders))
        self._narrator.say("Dmitri writes his assessment and an update:")
        self._open("dmitri", "assess", HERO, _ASSESSMENT)
        self._open("dmitri", "update", HERO, _NEWS, "--by", "dmitri")
        output = self._narrator.escalate("apply", "--record", "--comment")
        self._narrator.show(one_block(output, HERO))
        self._files.pull()
        self._narrator.say("The same messages now show this:")
        answered = self._company.messages(CHANNEL, "There is an update")
        expect("the reminders are done", len(answered) == 2)  # noqa: PLR2004 - as told
        self._narrator.show("\n".join(answered))

    def _apply_twice(self) -> None:
        self._chapter("A second run", MONDAY - self._now)
        self._narrator.say(
            "The schedule runs the same command again. Jira and Slack match the files, so the "
            "run changes nothing: no second channel, no second message."
        )
        output = self._narrator.escalate("apply", "--record", "--comment")
        self._narrator.show(output)
        expect("a second run has nothing to do", "Nothing to do" in output)
        posted = self._company.messages("sre-escalations", f"|{HERO}>")
        expect("nothing was posted twice", len(posted) == 1)

    def _drift(self) -> None:
        self._chapter("A manual change", MONDAY + timedelta(minutes=30) - self._now)
        self._narrator.say(
            "It is Monday. Owen removes one label too many in Jira, and leaves the channel by "
            "mistake. The next plan shows both as drift, and the next run repairs both. A contact "
            "must stay reachable; a stakeholder who leaves is not invited again."
        )
        self._company.take_label_off("owen", HERO, LABEL)
        self._company.leave("owen", CHANNEL)
        expect("the label is gone", LABEL not in self._company.ticket(HERO)["labels"])
        expect("Owen is gone", "owen" not in self._company.members(CHANNEL))
        output = self._narrator.escalate("plan")
        self._narrator.show(one_block(output, HERO))
        expect("the plan names two drifts", output.count("drift") == 2)  # noqa: PLR2004 - as told
        self._run()
        expect("the label is back", LABEL in self._company.ticket(HERO)["labels"])
        expect("Owen is back", "owen" in self._company.members(CHANNEL))

    def _assign(self) -> None:
        self._chapter("An assignment", timedelta(hours=1))
        self._narrator.say(
            f"{LATECOMER} was acknowledged this morning. It has no assignee, so it has no "
            "channel. Mei has no other escalation. Hannah assigns her."
        )
        before = set(self._company.ticket(LATECOMER)["labels"])
        expect(f"{LATECOMER} is marked already", LABEL in before)
        self._open("hannah", "assign", LATECOMER, "mei")
        output = self._narrator.escalate("apply", "--record", "--comment")
        self._narrator.show(first_changes(output, LATECOMER, 8))
        self._files.pull()
        members = self._company.members(LATE_CHANNEL)
        expect("Mei is the assignee", self._company.assignee(LATECOMER) == "mei")
        expect("Mei and the lead of her crew are in the channel", {"mei", "ines"} <= members)

    def _resolve(self) -> None:
        self._chapter("The root cause", timedelta(hours=5))
        self._narrator.say(
            f"Dmitri has found the cause of {HERO}. Lena, who reported the problem, informs the "
            "customers."
        )
        words = ("--root-cause", _ROOT_CAUSE, "--mitigation", _MITIGATION)
        sent = ("--follow-ups", "PAY-655", "--owner", "lena", "--state", "pending")
        self._open("dmitri", "resolve", HERO, *words, *sent)
        self._run()
        ticket = self._company.ticket(HERO)
        expect("the label is off", LABEL not in ticket["labels"])
        expect("the priority is what it was", ticket["priority"] == "Medium")
        expect("the follow-up is linked", self._company.linked(HERO, "PAY-655"))
        summaries = self._company.messages(CHANNEL, "is resolved*")
        expect("the summary is posted once", len(summaries) == 1)
        self._narrator.say(
            "The next run merges it, removes the label, restores the priority and links the "
            "follow-up. It posts this in the channel and on the ticket:"
        )
        self._narrator.show(summaries[0])

    def _archive(self) -> None:
        self._chapter("Two quiet weeks later", timedelta(days=IDLE_DAYS + 1))
        self._narrator.say(
            f"No one has written in #{CHANNEL} for {IDLE_DAYS} days. The policy archives a "
            "channel after that time. No earlier run has changed it."
        )
        expect("the channel is still open", not self._company.channel(CHANNEL)["archived"])
        self._narrator.show(self._narrator.escalate("apply", "--record", "--comment"))
        expect("the channel is archived", self._company.channel(CHANNEL)["archived"])

    def _end(self) -> None:
        self._chapter("The status", timedelta(minutes=5))
        output = self._narrator.escalate("status")
        self._narrator.show(one_block(output, LATECOMER, "the state"))
        expect("the status lists the active ones", LATECOMER in output)
