"""`escalate demo`, run as a reader would run it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.test_reference import script

from reconciler.demo.chapters import CHAPTERS
from reconciler.sandbox import Box

JIRA, SLACK = "MARKED-jira-token", "xoxb-MARKED-slack-token"
MILESTONES = (
    "$ escalate check --base main --author priya-raman",
    "Priya opens pull request #111",
    "$ escalate apply --record --comment",
    "Status: proposed in #111, and Dev Support has not acknowledged it yet",
    "(DS-1042)",
    "/assign dmitri",
    "$ escalate acknowledge 111",
    "#111  success  acknowledged by Hannah Weiss",
    "$ escalate apply --record --comment",
    "jira.priority       Medium → Highest",
    "merged #111, agreed by Hannah Weiss",
    "$ escalate update DS-1042",
    "Update by Dmitri Sokolov",
    "$ escalate handover DS-1042 owen",
    "@Owen Brooks is the contact now",
    "@Dmitri Sokolov: there is no update.",
    "older text → done: There is an update",
    "Nothing to do: 8 escalations as declared.",
    "jira.label     ESCALATION  drift",
    "slack.members  owen        drift",
    "$ escalate assign DS-1063 mei --yes --pr",
    "$ escalate resolve DS-1042",
    "DS-1042 is resolved",
    "is acknowledged and has to wait",
    "error: limit-per-day",
    "merged #124, agreed by Hannah Weiss",
    "$ escalate history DS-1073",
    "Lines were only added to the audit branch, and it agrees with main",
    "#ds-1042-card-payments-fail-eu → archived",
    "$ escalate status",
    "The demo has ended.",
)
MOST_LINES = 200
"""Of the short story, on a terminal of 80 columns."""


def start(tmp: Path, *options: str, **more: str) -> subprocess.Popen[str]:
    """The demo with a temporary folder of its own and hostile settings around it."""
    home = tmp / "home"
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text("[commit]\n\tgpgSign = true\n[user]\n\tname = Nobody\n")
    surroundings = {
        **os.environ,
        "TMPDIR": str(tmp / "tmp"),
        "HOME": str(home),
        "JIRA_BASE_URL": "https://real.example",
        "JIRA_PAT": JIRA,
        "SLACK_BOT_TOKEN": SLACK,
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "GIT_DIR": str(tmp / "elsewhere"),
        **more,
    }
    surroundings.pop("COLUMNS", None)
    (tmp / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "reconciler", "demo", *options],
        cwd=home,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def test_the_story_goes_as_told_and_leaves_nothing_behind(tmp_path: Path, box: Box) -> None:
    """The tokens and services around it are of no use to it."""
    tokens = {"JIRA_API_TOKEN": JIRA, "SLACK_BOT_TOKEN": SLACK}
    process = start(tmp_path, "--all", **{**box.env(), **tokens})
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    assert err == ""
    at = 0
    for milestone in MILESTONES:
        found = out.find(milestone, at)
        assert found >= 0, f"{milestone!r} is missing after:\n{out[:at][-600:]}"
        at = found
    assert max(len(line) for line in out.splitlines()) <= 80
    assert len("".join(short_story(out)).splitlines()) <= MOST_LINES
    cast = script("cast")
    assert cast.words(cast.PICTURE.read_text()) == cast.chapters(out).split(), "run `make cast`"
    assert "\x1b" not in out, "colour belongs on a terminal only"
    assert "MARKED" not in "".join(out.split()), "a token, however it was wrapped"
    assert "xoxb" not in out
    assert box.calls == [], "the story has services of its own"
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [each.name for each in (tmp_path / "home").iterdir()] == [".gitconfig"]


def short_story(out: str) -> Iterator[str]:
    """What `escalate demo` prints without options: the beginning, its chapters, the end."""
    beginning, *chapters = re.split(r"(?=^\n \d+\. )", out, flags=re.MULTILINE)
    assert len(chapters) == len(CHAPTERS)
    yield beginning
    for chapter, text in zip(CHAPTERS, chapters, strict=True):
        assert f". {chapter.title} ·" in text
        if chapter.short or chapter is CHAPTERS[-1]:
            yield text


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_interrupted_it_leaves_nothing_behind(tmp_path: Path, number: int, status: int) -> None:
    process = start(tmp_path)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("$ escalate apply"):
            break
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == status, err
    assert "Traceback" not in err
    assert list((tmp_path / "tmp").iterdir()) == []
    with pytest.raises(ProcessLookupError):  # nobody of its session is left
        os.killpg(process.pid, 0)


def test_a_story_that_breaks_says_why(tmp_path: Path) -> None:
    """Without git nothing can be told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    process = start(tmp_path, PATH=str(folder))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "git is not installed" in err
    assert not re.search(r"Traceback", out + err)
    assert list((tmp_path / "tmp").iterdir()) == []
