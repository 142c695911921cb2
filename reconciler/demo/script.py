"""The story: what happens, in order. Each step checks its own claim in Jira and Slack."""

from datetime import datetime, timedelta, timezone
from typing import Final

from reconciler.demo.busy_day import BusyDay
from reconciler.demo.company import Company
from reconciler.demo.narration import Narrator, expect
from reconciler.demo.repository import HERO, DemoRepository
from reconciler.demo.shortened_output import first_lines, hunk, last_paragraph, one_block

START: Final = datetime(2026, 11, 19, 11, 0, tzinfo=timezone(timedelta(hours=-5)))
MONDAY: Final = datetime(2026, 11, 23, 10, 10, tzinfo=timezone(timedelta(hours=-5)))
LAST_NUMBER: Final = 110
"""Of the pull requests before the story."""
CHANNEL: Final = "ds-1042-card-payments-fail-eu"
LATECOMER: Final = "DS-1063"
LATE_CHANNEL: Final = "ds-1063-statement-e-mails-arrive-without-the-pdf"
LABEL: Final = "ESCALATION"
IDLE_DAYS: Final = 14
_BRANCH: Final = "card-payments"
ASSIGNMENT: Final = "\nassignee: mei\n"
RESOLUTION: Final = """
resolution:
  root_cause: |
    The 3-D Secure directory moved to a new address on 19 November. Two
    hosts kept the old one, because our resolver remembers addresses for
    longer than it may.
  mitigation: |
    Both hosts were restarted and hold the new address. The resolver now
    forgets addresses in time. The 61 double charges are refunded.
  follow_ups: [PAY-655]
  customer_communication:
    owner: lena
    state: drafted
"""


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
        """All chapters in order."""
        self._files_and_check()
        self._pull_request()
        self._review()
        self._plan()
        self._apply()
        self._apply_twice()
        self._drift()
        self._repair()
        self._assign()
        self._resolve()
        self._now = BusyDay(self._narrator, self._files, self._company, self._now).play()
        self._archive()
        self._end()

    def _chapter(self, title: str, later: timedelta) -> None:
        self._now += later
        self._company.at(self._now)
        self._narrator.chapter(title, self._now)

    def _files_and_check(self) -> None:
        self._chapter("The file", timedelta())
        self._narrator.say(
            "Ledgerline keeps its escalations in git: one YAML file for each escalated ticket."
            f" Card payments fail in Europe. Priya, a manager of Client Success, escalates {HERO}"
            " by adding this file on a branch."
        )
        self._files.propose(_BRANCH, {HERO: self._files.text(HERO)}, self._now)
        self._narrator.command(f"cat escalations/2026/{HERO}.yaml")
        self._narrator.show(first_lines(self._files.text(HERO), 15))
        self._narrator.say(
            "CI checks the schema, the roles, the limits and the wording. The check uses "
            "the policy and the roster of the main branch, so that people cannot give "
            "themselves rights."
        )
        self._files.git("switch", "--quiet", _BRANCH)
        self._narrator.show(
            self._narrator.escalate("check", "--base", "main", "--author", "priya-raman")
        )
        self._files.git("switch", "--quiet", "main")

    def _pull_request(self) -> None:
        self._chapter("The pull request escalates", timedelta(minutes=3))
        number = self._number = self._company.open_pull(
            "priya", _BRANCH, "Card payments fail in Europe"
        )
        self._narrator.say(
            f"Priya opens pull request #{number}. This escalates the ticket: a workflow "
            "runs on main and announces the pull request to Dev Support. It checks out and "
            "runs nothing from the branch."
        )
        self._narrator.show(one_block(self._narrator.escalate("apply", "--comment"), HERO))
        (posted,) = self._company.messages("sre-escalations", f"|{HERO}>")
        expect("it is announced as proposed", "proposed in" in posted)
        expect("the ticket is as it was", LABEL not in self._company.ticket(HERO)["labels"])
        self._narrator.say("The announcement in #sre-escalations:")
        self._narrator.show(posted)
        self._narrator.say(
            "The tool mentions the acknowledgers once in its thread. A comment on the pull "
            "request shows what merging will change:"
        )
        self._narrator.show(first_lines(self._company.comment(number), 14))

    def _review(self) -> None:
        self._chapter("A review acknowledges", timedelta(minutes=9))
        self._company.approve("hannah", self._number)
        self._narrator.say(
            "Hannah of Dev Support reads the ticket and approves. Approvals by the author, "
            "by people who are not acknowledgers, or of an older version do not count."
        )
        self._narrator.show(self._narrator.escalate("acknowledge", str(self._number)))
        self._narrator.show(one_block(self._narrator.escalate("apply", "--comment"), HERO))
        (posted,) = self._company.messages("sre-escalations", f"|{HERO}>")
        expect("the same message shows it", "acknowledged by Hannah Weiss" in posted)

    def _plan(self) -> None:
        self._chapter("The merge", timedelta(minutes=5))
        self._files.merge("priya", self._number)
        self._narrator.say(
            "Priya merges. The ticket in Jira has not changed yet. Ines of Dev Support "
            "prints the plan. Each line shows the value before and after, and the line of "
            "the file that causes the change."
        )
        output = self._narrator.escalate("plan")
        self._narrator.show(one_block(output, HERO))
        expect("a plan changes nothing", LABEL not in self._company.ticket(HERO)["labels"])

    def _apply(self) -> None:
        self._chapter("The first run", timedelta(minutes=1))
        self._narrator.say(
            "On the main branch, CI runs `apply`. It prints the plan again, makes the "
            "changes, and prints the result of each."
        )
        self._narrator.show(last_paragraph(self._narrator.escalate("apply")))
        ticket, members = self._company.ticket(HERO), self._company.members(CHANNEL)
        expect(f"{HERO} carries the label", LABEL in ticket["labels"])
        expect(f"{HERO} kept its other labels", {"eu", "gateway"} <= set(ticket["labels"]))
        expect(f"{HERO} has the priority Highest", ticket["priority"] == "Highest")
        expect("Dmitri is the assignee", self._company.assignee(HERO) == "dmitri")
        expect("everybody is in the channel", {"priya", "lena", "dmitri", "ines"} <= members)
        posted = self._company.messages("sre-escalations", f"|{HERO}>")
        expect("the escalation is announced once", len(posted) == 1)
        self._narrator.say("The same message in #sre-escalations now shows this:")
        self._narrator.show(posted[0])

    def _apply_twice(self) -> None:
        self._files.others_arrive()
        self._company.at(MONDAY - timedelta(minutes=30))
        self._narrator.quietly("apply", "--now", (MONDAY - timedelta(minutes=30)).isoformat())
        self._chapter("A second run", MONDAY - self._now)
        self._narrator.say(
            "It is Monday. Other people have escalated other tickets. The schedule runs "
            "the same command again. Jira and Slack match the files, so the run changes "
            "nothing: no second channel, no second message."
        )
        output = self._narrator.escalate("apply")
        self._narrator.show(output)
        expect("a second run has nothing to do", "Nothing to do" in output)
        posted = self._company.messages("sre-escalations", f"|{HERO}>")
        expect("nothing was posted twice", len(posted) == 1)

    def _drift(self) -> None:
        self._chapter("A manual change", timedelta(hours=2))
        self._narrator.say(
            "Owen cleans up labels in Jira and removes one too many. Lena, the contact, "
            "leaves the channel by mistake. The reconciler does not know of either change."
        )
        self._company.take_label_off("owen", HERO, LABEL)
        self._company.leave("lena", CHANNEL)
        self._narrator.show(
            f"* Owen, in Jira: removes the label {LABEL} from {HERO}\n"
            f"* Lena, in Slack: leaves #{CHANNEL}"
        )
        expect("the label is gone", LABEL not in self._company.ticket(HERO)["labels"])
        expect("Lena is gone", "lena" not in self._company.members(CHANNEL))
        self._narrator.say("The next plan shows both changes as drift.")
        output = self._narrator.escalate("plan")
        self._narrator.show(output)
        expect("the plan names two drifts", output.count("drift") == 2)  # noqa: PLR2004 - as told

    def _repair(self) -> None:
        self._chapter("The repair", timedelta(minutes=10))
        self._narrator.say(
            "The next run repairs both. A contact must stay reachable, so the tool invites "
            "Lena again. A stakeholder who leaves is not invited again."
        )
        self._narrator.show(self._narrator.escalate("apply"))
        expect("the label is back", LABEL in self._company.ticket(HERO)["labels"])
        expect("Lena is back", "lena" in self._company.members(CHANNEL))

    def _assign(self) -> None:
        self._chapter("An assignment", timedelta(hours=1))
        self._narrator.say(
            f"{LATECOMER} was acknowledged this morning. It has no assignee, so it has no "
            "channel. Mei has no other escalation. Hannah adds a line to the file. "
            "(Outside this demo, she would open a pull request, which CI checks.)"
        )
        before = set(self._company.ticket(LATECOMER)["labels"])
        expect(f"{LATECOMER} is marked already", LABEL in before)
        self._edit(LATECOMER, ASSIGNMENT, f"{LATECOMER}: Mei takes over")
        self._narrator.show(self._narrator.escalate("apply"))
        members = self._company.members(LATE_CHANNEL)
        expect("Mei is the assignee", self._company.assignee(LATECOMER) == "mei")
        expect("Mei and the lead of her crew are in the channel", {"mei", "ines"} <= members)

    def _edit(self, ticket: str, text: str, message: str) -> None:
        self._files.append(ticket, text)
        self._narrator.command("git diff -U1")
        self._narrator.show(hunk(self._files.git("diff", "-U1")))
        self._narrator.command(f'git commit -am "{message}"')
        self._files.commit(message, self._now)

    def _resolve(self) -> None:
        self._chapter("The root cause", timedelta(hours=5))
        self._narrator.say(
            f"Dmitri has found the cause of {HERO}. He writes it into the file, with what "
            "was done and the ticket for the remaining work. Lena, who reported the "
            "problem, informs the customers."
        )
        self._edit(HERO, RESOLUTION, f"{HERO}: resolved")
        self._narrator.show(self._narrator.escalate("apply"))
        ticket = self._company.ticket(HERO)
        expect("the label is off", LABEL not in ticket["labels"])
        expect("the priority is what it was", ticket["priority"] == "Medium")
        expect("the follow-up is linked", self._company.linked(HERO, "PAY-655"))
        summaries = self._company.messages(CHANNEL, "is resolved")
        expect("the summary is posted once", len(summaries) == 1)
        self._narrator.say(
            "The tool has removed the label, restored the priority and linked the "
            "follow-up. It has posted this in the channel, in the announcement's thread "
            "and on the ticket:"
        )
        self._narrator.show(summaries[0])

    def _archive(self) -> None:
        self._chapter("Two quiet weeks later", timedelta(days=IDLE_DAYS + 1))
        self._narrator.say(
            f"No one has written in #{CHANNEL} for {IDLE_DAYS} days. The policy archives a "
            "channel after that time. No earlier run has changed it."
        )
        expect("the channel is still open", not self._company.channel(CHANNEL)["archived"])
        self._narrator.show(self._narrator.escalate("apply", "--now", self._now.isoformat()))
        expect("the channel is archived", self._company.channel(CHANNEL)["archived"])

    def _end(self) -> None:
        self._chapter("The status", timedelta(minutes=5))
        self._narrator.say(
            "One table shows all escalations, and how many more each desk can accept:"
        )
        output = self._narrator.escalate("status")
        self._narrator.show(output)
        expect("the status lists the active ones", LATECOMER in output)
