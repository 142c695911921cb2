"""Each step of the pages on roles is tried in the sandbox, in one escalation.

A page's steps are what it numbers. The test below tries each, and fails if a page has a step that
it does not try. It also tries what the pages promise between the lists.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import forms
import pytest
import yaml
from forms import ASSESS, ASSIGN, COMMUNICATE, HANDOVER, REOPEN, RESOLVE, UPDATE, WITHDRAW
from hub import Hub
from merging import begin_with

from reconciler.sandbox.github_git import LOGIN

TOP = Path(__file__).parents[2]
GUIDES = TOP / "docs" / "how-to"
TEMPLATES = TOP / "reconciler" / "template" / "github" / "ISSUE_TEMPLATE"
PAGES: Final = (
    "initiator",
    "reviewer",
    "assignee",
    "contact",
    "reporter-and-stakeholder",
    "team-lead",
)
TICKET: Final = "DS-1042"
PATH: Final = f"escalations/2026/{TICKET}.yaml"
OTHER: Final = "DS-1071"


def text_of(page: str) -> str:
    return (GUIDES / f"{page}.md").read_text(encoding="utf-8")


def steps_of(page: str) -> list[str]:
    """The numbered steps of a page, each on one line."""
    found = re.findall(r"^\d+\. (.+(?:\n   .+)*)", text_of(page), re.MULTILINE)
    return [" ".join(step.split()) for step in found]


def file_to_paste() -> str:
    """The file that the page for initiators shows, for another ticket."""
    shown = re.search(r"^ *```yaml\n(.*?)^ *```$", text_of("initiator"), re.MULTILINE | re.DOTALL)
    assert shown is not None
    return textwrap.dedent(shown[1]).replace("DS-1234", OTHER)


def forms_named() -> dict[str, str]:
    """The forms of the template by name."""
    found = {}
    for path in TEMPLATES.glob("*.yml"):
        shown = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "body" in shown:
            found[shown["name"]] = path.stem
    return found


class Play:
    """One escalation whose people do what the pages say."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.form = 0
        self.pull = 0
        self.answers: list[str] = []

    @contextmanager
    def pushing_as(self, login: str, **more: str) -> Iterator[None]:
        """What is pushed meanwhile, this account pushes."""
        before = dict(self.hub.more_env)
        self.hub.more_env |= {LOGIN: login, **more}
        try:
            yield
        finally:
            self.hub.more_env.clear()
            self.hub.more_env |= before

    def run(self) -> str:
        """The workflow `reconcile`, a few minutes later."""
        self.hub.pass_time(minutes=5)
        return self.hub.reconcile("--record", "--statuses")

    def send(self, who: str, kind: Any, **changes: str) -> int:
        """A person sends a form about the ticket, and the workflow `form` answers it."""
        text = forms.body(kind, **changes, ticket=TICKET)
        number = forms.send(self.hub, text, who=who, kind=kind)
        login = self.hub.call(who, "GET", "../../../user")["login"]
        with self.pushing_as(forms.ACCOUNT):
            assert forms.answer(self.hub, number, sender=login).status == 0
        self.answers = forms.comments(self.hub, number)
        return number

    def say(self, who: str, number: int, text: str) -> None:
        """A person comments, and the workflow carries the command out."""
        comment = forms.say(self.hub, number, text, who=who)
        with self.pushing_as(forms.ACCOUNT):
            assert forms.command(self.hub, comment).status == 0
        assert forms.reactions(self.hub, comment) == ["+1"], forms.replies(self.hub, number)

    def change(self, who: str, path: str, text: str) -> int:
        """A person edits a file in the browser, and opens a pull request; its number."""
        branch = f"{who}-patch-1"
        self.hub.push(branch, {path: text}, who=who)
        return self.hub.open(branch, f"Update {path}", who=who)

    def file(self) -> dict[str, Any]:
        """The file on the main branch."""
        self.hub.pull_main()
        found: dict[str, Any] = yaml.safe_load((self.hub.folder / PATH).read_text())
        return found

    def texts(self) -> list[str]:
        """The messages in the escalation's channel."""
        return [str(each["text"]) for each in self.hub.channel(TICKET)["messages"]]

    def brief(self) -> str:
        """The pinned message."""
        channel = self.hub.channel(TICKET)
        (pinned,) = {str(each["ts"]) for each in channel["pins"]}
        (text,) = [each["text"] for each in channel["messages"] if str(each["ts"]) == pinned]
        return str(text)


# The initiator


def choose_the_form(play: Play) -> None:
    assert "Escalate a ticket" in forms_named()
    assert play.hub.announcements(TICKET) == []


def fill_it_in(play: Play) -> None:
    play.form = play.send("priya", forms.ESCALATE, who_is_the_contact="Ravi Menon")
    assert forms.pulls(play.hub) == []


def read_the_answer(play: Play) -> None:
    assert "not client-facing" in play.answers[-1]
    text = forms.body(forms.ESCALATE, ticket=TICKET)
    play.hub.call("priya", "PATCH", f"issues/{play.form}", {"body": text})
    with play.pushing_as(forms.ACCOUNT):
        assert forms.answer(play.hub, play.form, action="edited").status == 0
    (pull,) = forms.pulls(play.hub)
    play.pull = int(pull["number"])
    assert f"#{play.pull}" in forms.comments(play.hub, play.form)[-1]


def wait_for_the_review(play: Play) -> None:
    play.run()
    called = play.hub.replies(TICKET)[0]
    assert "<@U0HANNAH1>" in called["text"]
    assert "please review" in called["text"]


def name_the_file(play: Play) -> None:
    assert "`escalations/2026/DS-1234.yaml`" in steps_of("initiator")[4]
    assert play.hub.announcements(OTHER) == []


def paste_the_file(play: Play) -> None:
    pasted = yaml.safe_load(file_to_paste())
    assert all(play.hub.user(pasted[role]) for role in ("initiator", "contact"))


def propose_it(play: Play) -> None:
    number = play.change("priya", f"escalations/2026/{OTHER}.yaml", file_to_paste())
    play.run()
    (comment,) = play.hub.plan_comments(number)
    assert f"({OTHER})" in comment["body"]
    assert "No findings" in comment["body"]
    assert len(play.hub.announcements(OTHER)) == 1


def escalate_again_and_withdraw(play: Play) -> None:
    play.send("priya", REOPEN)
    (pull,) = [each for each in forms.pulls(play.hub) if TICKET in each["title"]]
    play.hub.review(pull["number"], "hannah")
    assert f"merged #{pull['number']}" in play.run()
    assert "ESCALATION" in play.hub.ticket(TICKET)["labels"]
    play.send("priya", WITHDRAW)
    play.run()
    assert play.file()["episodes"][0]["withdrawn"]["by"] == "priya"
    assert "ESCALATION" not in play.hub.ticket(TICKET)["labels"]


# The reviewer


def open_the_pull_request(play: Play) -> None:
    (comment,) = play.hub.plan_comments(play.pull)
    assert f"({TICKET})" in comment["body"]


def read_the_ticket(play: Play) -> None:
    proposed = forms.file_of(play.hub, {"number": play.pull}, PATH)
    assert proposed["impact"]["level"] == "high"
    assert "assignee" not in proposed
    assert play.hub.ticket(TICKET)["labels"]


def assign_in_the_review(play: Play) -> None:
    draft = {"body": "The reason is valid.\n/assign dmitri"}
    play.hub.review(play.pull, "hannah", **draft)


def approve(play: Play) -> None:
    """The run that sees it merges, and does everything."""
    assert f"merged #{play.pull}" in play.run()
    assert play.file()["assignee"] == "dmitri"
    ticket = play.hub.ticket(TICKET)
    assert "ESCALATION" in ticket["labels"]
    assert ticket["priority"] == "Highest"
    assert len(play.hub.channels(TICKET)) == 1


def assign_another_later(play: Play) -> None:
    play.send("hannah", ASSIGN)
    play.run()
    assert play.file()["assignee"] == "nadia"
    play.say("hannah", play.pull, "/assign dmitri")
    play.run()
    assert play.file()["assignee"] == "dmitri"
    dmitri, nadia = f"<@{play.hub.user('dmitri')}>", f"<@{play.hub.user('nadia')}>"
    assert any(dmitri in text and nadia in text for text in play.texts())


# The assignee


def read_the_brief(play: Play) -> None:
    assert "*Why it is escalated:*" in play.brief()
    assert "*Assignee:* Dmitri Sokolov" in play.brief()


def post_the_assessment(play: Play) -> None:
    assert "Give a preliminary assessment" in forms_named()
    play.send("dmitri", ASSESS)
    play.run()
    assert "*Preliminary assessment:*" in play.brief()


def post_updates(play: Play) -> None:
    """By a form, by a comment, and by a command; each without another person."""
    assert "Add an update" in forms_named()
    play.send("dmitri", UPDATE)
    play.run()
    play.say("dmitri", play.form, "/update Both hosts are out.")
    play.run()
    hub = play.hub
    hub.pass_time(minutes=5)
    words = ("update", TICKET, "No payment fails now.", "--by", "dmitri", "--yes", "--pr")
    email = "dmitri@ledgerline.example"
    names = {"GIT_AUTHOR_NAME": "dmitri", "GIT_AUTHOR_EMAIL": email}
    names |= {"GIT_COMMITTER_NAME": "dmitri", "GIT_COMMITTER_EMAIL": email}
    with play.pushing_as("dmitri-sokolov", GITHUB_TOKEN="ghp-dmitri-sokolov", **names):
        hub.escalate(*words)
    play.run()
    posted = [text for text in play.texts() if text.startswith("*Update by Dmitri Sokolov*")]
    assert len(posted) == 3
    assert [each["by"] for each in play.file()["updates"]] == ["dmitri"] * 3


def resolve_it(play: Play) -> None:
    assert "Resolve an escalation" in forms_named()
    assert "choose *pending*" in steps_of("assignee")[3]
    play.send("dmitri", RESOLVE, who_informs="owen", tickets="", state="pending: not yet")
    play.run()
    assert "ESCALATION" not in play.hub.ticket(TICKET)["labels"]
    assert any("is resolved" in text for text in play.texts())


# The contact


def know_the_channel(play: Play) -> None:
    assert "*Contact:* Lena Fischer" in play.brief()


def stay_reachable(play: Play) -> None:
    channel, lena = play.hub.channel(TICKET), play.hub.user("lena")
    assert lena in channel["members"]
    play.hub.slack("lena").conversations_leave(channel=channel["id"])
    play.run()
    assert lena in play.hub.channel(TICKET)["members"]


def hand_over(play: Play) -> None:
    assert "Change the contact" in forms_named()
    play.send("lena", HANDOVER)
    play.run()
    play.say("owen", play.form, "/contact lena")


def read_what_became_of_it(play: Play) -> None:
    play.run()
    contacts = [text for text in play.texts() if "is the contact now" in text]
    owen, lena = f"<@{play.hub.user('owen')}>", f"<@{play.hub.user('lena')}>"
    assert [text.partition(" ")[0] for text in contacts] == [owen, lena]
    assert play.file()["contact"] == "lena"


def hand_over_from_a_set_time(play: Play) -> None:
    play.send("lena", HANDOVER, when_do="2026-11-24 18:00")
    play.run()
    planned = play.file()["handovers"][-1]
    assert (planned["to"], str(planned["at"])) == ("owen", "2026-11-24 18:00:00-05:00")


def record_that_it_is_sent(play: Play) -> None:
    assert play.file()["resolution"]["customer_communication"]["state"] == "pending"
    play.send("owen", COMMUNICATE)
    assert "merged #" in play.run()
    assert play.file()["resolution"]["customer_communication"]["state"] == "sent"


# The reporter and the stakeholder


def name_a_stakeholder(play: Play) -> None:
    """The initiator does, whose word is enough."""
    play.file()
    text = (play.hub.folder / PATH).read_text(encoding="utf-8")
    more = "\nstakeholders:\n  client_facing: [amara]\n"
    number = play.change("priya", PATH, text.rstrip("\n") + more)
    assert f"merged #{number}" in play.run()


def read_the_brief_as_one_who_follows(play: Play) -> None:
    channel = play.hub.channel(TICKET)
    assert {play.hub.user("amara"), play.hub.user("owen")} <= set(channel["members"])
    for shown in ("*Why it is escalated:*", "Only 3-D Secure", "*Assignee:*", "*Contact:*"):
        assert shown in play.brief()


def read_the_updates(play: Play) -> None:
    assert any("Both hosts are out." in text for text in play.texts())
    comments = play.hub.ticket(TICKET)["comments"]
    assert any("Both hosts are out." in str(each) for each in comments)


def write_in_the_channel(play: Play) -> None:
    channel = play.hub.channel(TICKET)["id"]
    play.hub.slack("owen").chat_postMessage(channel=channel, text="A sixth biller.")
    play.run()
    assert "A sixth biller." in play.texts()
    assert "A sixth biller." not in (play.hub.folder / PATH).read_text(encoding="utf-8")


def leave_the_channel(play: Play) -> None:
    channel = play.hub.channel(TICKET)["id"]
    for handle in ("amara", "owen", "ines"):
        play.hub.slack(handle).conversations_leave(channel=channel)
    play.run()
    members = set(play.hub.channel(TICKET)["members"])
    assert play.hub.user("amara") not in members
    assert {play.hub.user("owen"), play.hub.user("ines")} <= members


def read_the_summary(play: Play) -> None:
    (summary,) = [text for text in play.texts() if "is resolved" in text]
    for shown in ("*Root cause:*", "*What was done:*", "*Customer communication:* Owen"):
        assert shown in summary


# The team lead


def show_the_status(play: Play) -> None:
    shown = play.hub.escalate("status").stdout
    assert re.search(rf"{TICKET} .*\n.*\nassigned .*\n.* Assignee Dmitri Sokolov", shown)
    assert re.search(r"DS: \d/3 today, \d/5 active", shown)


def report_on_the_month(play: Play) -> None:
    shown = play.hub.escalate("report", "--month", "this").stdout
    figures = re.findall(r"^(acknowledge|assign|resolve) ", shown, re.MULTILINE)
    assert figures == ["acknowledge", "assign", "resolve"]


def report_for_a_spreadsheet(play: Play) -> None:
    rows = play.hub.escalate("report", "--month", "this", "--format", "csv").stdout.splitlines()
    assert {row.partition(",")[0].strip('"') for row in rows} >= {"team", "desk", "impact"}


def ask_for_another_engineer(play: Play) -> None:
    """A lead who is an acknowledger comments; the word of another person does not count."""
    play.say("ines", play.pull, "/assign nadia")
    play.run()
    assert play.file()["assignee"] == "nadia"
    play.say("ines", play.pull, "/assign dmitri")
    play.run()
    assert play.file()["assignee"] == "dmitri"


TRIED: Final[dict[str, tuple[Callable[[Play], None], ...]]] = {
    "initiator": (
        choose_the_form,
        fill_it_in,
        read_the_answer,
        wait_for_the_review,
        name_the_file,
        paste_the_file,
        propose_it,
    ),
    "reviewer": (open_the_pull_request, read_the_ticket, assign_in_the_review, approve),
    "assignee": (read_the_brief, post_the_assessment, post_updates, resolve_it),
    "contact": (
        know_the_channel,
        stay_reachable,
        hand_over,
        read_what_became_of_it,
        record_that_it_is_sent,
    ),
    "reporter-and-stakeholder": (
        read_the_brief_as_one_who_follows,
        read_the_updates,
        write_in_the_channel,
        leave_the_channel,
        read_the_summary,
    ),
    "team-lead": (
        show_the_status,
        report_on_the_month,
        report_for_a_spreadsheet,
        ask_for_another_engineer,
    ),
}


@pytest.mark.parametrize("page", PAGES)
def test_each_step_of_a_page_is_tried(page: str) -> None:
    assert len(steps_of(page)) == len(TRIED[page])
    named = re.findall(r"form \*([^*]+)\*", " ".join(text_of(page).split()))
    assert set(named) <= set(forms_named())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(page: str) -> None:
    """One page: few words, and no table or line of code that must be scrolled sideways."""
    text = text_of(page)
    assert len(text.split()) < 600
    first = text.partition("\n## ")[0]
    assert "|" not in first
    assert "```" not in first


def test_the_people_do_what_the_pages_say(hub: Hub) -> None:
    number = hub.call("priya", "GET", f"../../../users/{forms.ACCOUNT}")["id"]
    account = {"account": forms.ACCOUNT, "account_id": number}
    begin_with(hub, merge="when-agreed", forms=account)
    play = Play(hub)
    initiator, reviewer, assignee, contact, reporter, lead = (TRIED[page] for page in PAGES)
    order = (
        *(*initiator[:4], *reviewer, assign_another_later, *assignee[:3]),
        *(*lead, name_a_stakeholder, *reporter[:4]),
        *(*contact[:4], hand_over_from_a_set_time, *assignee[3:], *reporter[4:], *contact[4:]),
        *(*initiator[4:], escalate_again_and_withdraw),
    )
    for step in order:
        step(play)
    assert "Nothing to do" in hub.reconcile("--record", "--thorough")
