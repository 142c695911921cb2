"""`escalate roster import`: who is added, who is asked about, and every byte that stays."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from commands import Said, escalate
from company import TOP
from merge_policy import use_merge_policy
from terminals import Terminal

from reconciler.sandbox import Box
from reconciler.sandbox.slack_state import SlackUser

pytestmark = pytest.mark.usefixtures("screens")
ROSTER = "config/roster.yaml"
LOGINS = "email,github,team,role\n"
NEW = {
    "U0ZOE0001": ("Zoë Ångström", "zoe@ledgerline.example"),
    "U0KAI0001": ("Kai Nakamura", "kai@partner.example"),
    "U0NAMES01": ("Lena Fischer", "l.fischer@ledgerline.example"),
}


@dataclass
class Importing:
    """A folder with the example's roster, and a workspace with three people more."""

    folder: Path
    box: Box

    def __call__(self, *arguments: str, status: int = 0, csv: str = "") -> Said:
        given = list(arguments)
        if csv:
            (self.folder / "people.csv").write_bytes(csv.encode())
            given += ["--csv", "people.csv"]
        done = escalate(self.folder, self.box.env(), "roster", "import", *given)
        assert done.status == status, done.told
        return done

    @property
    def text(self) -> str:
        return (self.folder / ROSTER).read_bytes().decode()

    @property
    def people(self) -> dict[str, dict[str, str]]:
        return dict(yaml.safe_load(self.text)["people"])

    def write(self, text: str) -> None:
        (self.folder / ROSTER).write_bytes(text.encode())


@pytest.fixture
def importing(tmp_path: Path, box: Box) -> Importing:
    shutil.copytree(TOP / "config", tmp_path / "config")
    use_merge_policy(tmp_path)
    slack = box.world.slack
    for number, (name, email) in NEW.items():
        slack.users[number] = SlackUser(number, name.partition(" ")[0].lower(), name, email)
    guest = SlackUser("U0GUEST01", "gus", "Gus Guest", "gus@ledgerline.example", restricted=True)
    slack.users[guest.id] = guest
    slack.groups["dev-support"] = ["U0ZOE0001", "U0LENA001"]
    return Importing(tmp_path, box)


CSV = LOGINS + "zoe@ledgerline.example,zoe-a,dev-support,engineer\n"


def test_somebody_new_from_slack_with_a_login_from_a_file(importing: Importing):
    before = importing.text
    done = importing("--slack", "--email-domain=ledgerline.example", csv=CSV)
    assert importing.people["zoe"] == {
        "name": "Zoë Ångström",
        "email": "zoe@ledgerline.example",
        "github": "zoe-a",
        "slack": "U0ZOE0001",
        "team": "dev-support",
        "role": "engineer",
    }
    assert "+  zoe:" in done.out
    lines = iter(importing.text.splitlines())
    assert all(line in lines for line in before.splitlines()), "every line of before, in its order"
    assert "gus" not in importing.text
    assert "bot" not in importing.text


def test_the_second_time_there_is_nothing_to_add(importing: Importing):
    importing("--slack", csv=CSV)
    before = importing.text
    assert "Nothing to add." in importing("--slack", csv=CSV).out
    assert importing.text == before


def test_ids_that_an_entry_lacks_are_added_and_nothing_is_replaced(importing: Importing):
    importing.write(
        importing.text.replace("    slack: U0LENA001\n", "").replace(
            "    jira: 5f0a1c2e:lena\n", ""
        )
    )
    done = importing("--slack", "--jira=DS", "--email-domain=ledgerline.example")
    assert importing.people["lena"]["slack"] == "U0LENA001"
    assert importing.people["lena"]["jira"] == "5f0a1c2e:lena"
    assert "0 people to add, 2 ids to add" in done.out


def test_who_is_not_clear_is_reported_and_left_out(importing: Importing):
    done = importing("--slack", csv=CSV)
    assert (
        "Lena Fischer <l.fischer@ledgerline.example> (Slack): the roster has this name with "
        in (done.out)
    )
    assert "Kai Nakamura <kai@partner.example> (Slack): no value for github, team, role" in done.out
    assert [each for each in importing.people if each.startswith(("lena", "kai"))] == ["lena"]


def test_only_the_members_of_a_group(importing: Importing):
    done = importing("--slack", "--group=@dev-support", "--dry-run")
    assert "Zoë" in done.out
    assert "Kai" not in done.out
    assert "there is no user group @sales" in importing("--slack", "--group=sales", status=1).told


def test_a_group_needs_a_scope_that_the_bot_may_not_have(importing: Importing):
    importing.box.world.slack.scopes.remove("usergroups:read")
    done = importing("--slack", "--group=dev-support", status=1)
    assert "Add the scope usergroups:read" in done.told


def test_everyone_from_jira(importing: Importing):
    done = importing("--jira=DS", "--team=dev-support", "--role=engineer", "--dry-run")
    assert "Nothing to add." in done.out


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a@x.example,zoe--a,dev-support,engineer", "github: String should match"),
        ("a@x.example,zoe-a,nowhere,engineer", "the roster has no team nowhere"),
        ("a@x.example,hannah-weiss,dev-support,engineer", "has the GitHub login hannah-weiss"),
        ("a@x.example,zoe-a,dev-support,Chief!", "role: String should match"),
        ("no-address,zoe-a,dev-support,engineer", "email: String should match"),
    ],
)
def test_a_row_that_cannot_be_on_a_roster(importing: Importing, row: str, why: str):
    before = importing.text
    assert why in importing(csv=f"name,{LOGINS}Zoe,{row}\n").told
    assert importing.text == before


@pytest.mark.parametrize(
    "name",
    ["x\u202ey", "a\u200bb", "\x1b[31mred", "<!channel>", "*: &a", '"; drop', "- a: {b", "%TAG"],
)
def test_a_hostile_name_is_refused_or_stays_a_name(importing: Importing, name: str):
    quoted = '"' + name.replace('"', '""') + '"'
    done = importing(csv=f"name,{LOGINS}{quoted},a@x.example,zoe-a,dev-support,engineer\n")
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    names = [each["name"] for each in importing.people.values()]
    assert name in names or "a character that cannot be seen" in done.out
    assert escalate(importing.folder, {}, "check").status == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name,mail\n", "has the unknown column 'mail'"),
        ("name\n", "has no column email"),
        ("email,email\n", "names a column twice"),
        ("email,name\na@x.example,b,c\n", "line 2: 3 cells, but 2 columns"),
        ('email,name\na@x.example,"b\n', "is not a CSV file"),
    ],
)
def test_a_file_that_cannot_be_read(importing: Importing, text: str, why: str):
    assert why in importing(csv=text, status=1).told


def test_a_file_of_a_spreadsheet(importing: Importing):
    """A byte order mark, semicolons and CRLF, as Excel writes them in many countries."""
    rows = "name;email;github;team;role\r\nZoë;zoe@ledgerline.example;zoe-a;dev-support;engineer"
    importing(csv=f"\ufeff{rows}\r\n")
    assert importing.people["zoe"]["name"] == "Zoë"


def test_two_sources_that_disagree(importing: Importing):
    text = "email,slack\nzoe@ledgerline.example,U0OTHER01\n"
    done = importing("--slack", "--team=dev-support", "--role=engineer", csv=text)
    assert "people.csv, line 2 and Slack have another value for slack" in done.told
    assert "zoe" not in importing.people


def test_comments_and_line_ends_stay(importing: Importing):
    importing.write(importing.text.replace("\n", "\r\n") + "  # The end\r\n")
    before = importing.text
    importing(csv=CSV.replace("email,", "name,email,").replace("zoe@", "Zoe,zoe@"))
    after = importing.text
    assert after.count("\n") == after.count("\r\n")
    lines = iter(after.splitlines())
    assert all(line in lines for line in before.splitlines())


def test_without_a_source(importing: Importing):
    assert "Name a source" in importing(status=2).told
    assert "--group needs --slack" in importing("--group=x", "--jira=DS", status=2).told
    assert "It has: client-success" in importing("--slack", "--team=x", status=2).told


def test_a_format_for_programs_writes_nothing(importing: Importing):
    before = importing.text
    assert "--format goes with --dry-run" in importing("--format=json", csv=CSV, status=2).told
    done = importing("--slack", "--format=markdown", "--dry-run", csv=CSV)
    assert "| zoe | github | zoe-a |" in done.out
    assert "Kai Nakamura (Slack): no source has all values: github, team, role" in done.out
    assert importing.text == before


def test_it_asks_where_two_could_be_meant(importing: Importing):
    terminal = Terminal(
        importing.folder,
        importing.box.env(),
        *("roster", "import", "--slack", "--team=dev-support", "--role=engineer"),
    )
    terminal.answer("Who is it?", "lena")
    down = "\x1b[B"
    terminal.answer(
        "Who is to be added to the roster?", f"{down} {down} "
    )  # not the first of three
    terminal.answer("GitHub login of Zoë", "zoe-a")
    terminal.answer("GitHub login of Kai", "-")
    terminal.answer("Write this change?", "y")
    assert terminal.end() == 0, terminal.screen
    assert importing.people["zoe"]["github"] == "zoe-a"
    assert "kai" not in importing.people
    assert importing.people["lena"]["email"] == "lena.fischer@ledgerline.example"
