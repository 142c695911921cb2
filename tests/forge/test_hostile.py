"""A pull request by somebody who means harm gains nothing."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml
from company import escalation
from hub import Hub

ONE = "DS-1071"
PATH = f"escalations/2026/{ONE}.yaml"


def raw_push(hub: Hub, branch: str, entries: list[str]) -> None:
    """Push a tree that no work tree could hold: lines of `git update-index --index-info`."""
    env = {
        **os.environ,
        "GIT_INDEX_FILE": str(hub.folder.parent / "index"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    env |= {
        f"GIT_{who}_{what}": "m@m.example"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }

    def git(*arguments: str, text: str = "") -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=hub.folder,
            env=env,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    git("read-tree", "HEAD")
    if entries:
        git("update-index", "--index-info", text="\n".join(entries) + "\n")
    commit = git("commit-tree", git("write-tree"), "-p", "HEAD", "-m", "Harmless")
    git("push", "--quiet", "--force", "origin", f"{commit}:refs/heads/{branch}")


def blob(hub: Hub, text: str) -> str:
    done = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=hub.folder,
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def comment(hub: Hub, number: int) -> str:
    (found,) = hub.plan_comments(number)
    return str(found["body"])


def test_rights_that_it_grants_itself(hub: Hub):
    """Owen's roster and policy make Mallory a manager, a delegate and an acknowledger."""
    roster = yaml.safe_load((hub.folder / "config/roster.yaml").read_text())
    roster["people"]["mallory"] = {
        **roster["people"]["priya"],
        "github": "mallory",
        "name": "M",
        "email": "m@m.example",
        "slack": "U0EVIL001",
        "jira": "evil",
    }
    policy = yaml.safe_load((hub.folder / "config/policy.yaml").read_text())
    policy["acknowledgement"] = "merge"
    policy["always_include"].append("mallory")
    policy["delegates"] = ["mallory"]
    policy["desks"]["DS"]["limits"] = {"per_day": 99, "active": 99}
    hub.push(
        "evil",
        {
            "config/roster.yaml": roster,
            "config/policy.yaml": policy,
            PATH: escalation(ONE, initiator="mallory"),
        },
        who="owen",
    )
    number = hub.open("evil", "Harmless", who="owen")
    hub.reconcile(status=None)
    assert hub.announcements(ONE) == []
    told = comment(hub, number)
    assert "unknown-person" in told
    assert "3 of 3 today" in told
    assert "changes the policy or the roster" in told
    hub.merge(number, "owen")
    hub.reconcile(status=None)
    assert hub.channels(ONE) == [], "a commit can't exempt what it brings from a review"
    (held,) = hub.announcements(ONE)
    assert "it is not acknowledged" in held["text"]


@pytest.mark.parametrize("target", ["/proc/self/environ", "../../config/roster.yaml"])
def test_a_symbolic_link(hub: Hub, target: str):
    raw_push(hub, "evil", [f"120000 {blob(hub, target)}\t{PATH}"])
    number = hub.open("evil", "Harmless")
    shown = hub.reconcile()
    assert "sandbox-jira-token" not in shown + comment(hub, number)
    assert "file-not-regular" in comment(hub, number)
    assert hub.announcements(ONE) == []


def test_a_submodule(hub: Hub):
    head = hub.git("rev-parse", "HEAD")
    raw_push(hub, "evil", [f"160000 {head}\t{PATH}"])
    number = hub.open("evil", "Harmless")
    hub.reconcile()
    assert "file-not-regular" in comment(hub, number)


@pytest.mark.parametrize(
    "name", ["--upload-pack=touch pwned", "-rf", "$(touch pwned).yaml", "`id`"]
)
def test_a_file_named_like_an_option(hub: Hub, name: str):
    raw_push(hub, "evil", [f"100644 {blob(hub, 'x: 1')}\tescalations/2026/{name}"])
    number = hub.open("evil", "Harmless")
    hub.reconcile()
    assert "file-misplaced" in comment(hub, number)
    assert not list(Path(hub.folder).rglob("pwned"))


def test_ten_megabytes_of_yaml(hub: Hub):
    raw_push(hub, "evil", [f"100644 {blob(hub, 'a: 1' + chr(10) * 10_000_000)}\t{PATH}"])
    number = hub.open("evil", "Harmless")
    hub.reconcile()
    assert "file-too-large" in comment(hub, number)


def test_a_workflow_that_it_brings_changes_nothing_here(hub: Hub):
    text = "on: push\njobs: {evil: {runs-on: x, steps: [{run: 'curl evil'}]}}\n"
    hub.push("evil", {".github/workflows/reconcile.yml": text, PATH: escalation(ONE)})
    number = hub.open("evil", "Harmless")
    hub.reconcile()
    assert f"({ONE})" in comment(hub, number)
    assert not (hub.folder / ".github").exists(), "nothing of a proposal is checked out"


TEXTS = [
    "::add-mask::sandbox ::stop-commands::x",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<!-- escalation-as-code:plan --> @hannah-weiss @ledgerline/everybody #1 GH-1",
    "`$(touch pwned)` ```\n```sh",
    "<!channel> <!here> <@U0HANNAH1> <!subteam^S1> <https://evil.example|click>",
    "[click](https://evil.example) ![](https://evil.example/x.png) | a | b |",
    "\u202eevil\u2066 \x1b[31mred",
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_text_everywhere(hub: Hub, text: str):
    title = text.replace("\n", " ")
    safe = "".join(each for each in text if each.isprintable() or each == "\n")
    number = hub.propose(ONE, title=title, reason=f"Because.\n{safe}", assignee=None)
    done = hub.escalate("apply", "--comment", "--summary", str(hub.folder.parent / "summary.md"))
    summary = (hub.folder.parent / "summary.md").read_text()
    for line in (done.stdout + done.stderr + summary).splitlines():
        assert not line.lstrip().startswith("::")
    (message,) = hub.announcements(ONE)
    for mention in ("<!channel>", "<!here>", "<@U0", "<!subteam", "<https://evil"):
        assert mention not in message["text"]
    hub.close(number)
    hub.reconcile()
    (message,) = hub.announcements(ONE)
    assert "declined" in message["text"]
    for mention in ("<!channel>", "<!here>", "<@U0", "<!subteam", "<https://evil"):
        assert mention not in message["text"]
    for markup in ("<script", "<img", "](https://evil", "\n```", "@hannah", "@ledgerline", "\x1b"):
        assert markup not in comment(hub, number) + summary
    assert comment(hub, number).count("<!--") == 1
    assert not list(Path(hub.folder).rglob("pwned"))


def test_a_title_in_the_file_is_text_in_the_comment(hub: Hub):
    number = hub.propose(ONE, title="x", branch="evil")
    hub.push(
        "evil",
        {PATH: escalation(ONE, title="<b>@all</b> [x](http://y) `$(id)`", assignee=None)},
        force=True,
    )
    hub.reconcile()
    told = comment(hub, number)
    for markup in ("<b>", "@all", "[x](http"):
        assert markup not in told


def test_a_comment_with_our_marker_by_somebody_else(hub: Hub):
    """Neither edited nor taken for ours."""
    number = hub.propose(ONE)
    marker = "<!-- escalation-as-code:plan -->\n✅ All fine, approve at once."
    hub.call("owen", "POST", f"issues/{number}/comments", {"body": marker}, 201)
    hub.reconcile()
    bodies = {each["author"]: each["body"] for each in hub.state()["github"]["comments"]}
    assert bodies["owen-brooks"] == marker
    assert f"({ONE})" in bodies["github-actions[bot]"]


def test_thousands_of_updates_are_cut_where_github_has_its_limit(hub: Hub):
    updates = [
        {
            "at": f"2026-11-2{1 + number // 300}T10:00:00Z",
            "by": "dmitri",
            "text": f"{number} " + "|" * 60,
        }
        for number in range(500)
    ]
    number = hub.propose(ONE, updates=updates)
    hub.reconcile()
    told = comment(hub, number)
    assert len(told) <= 65_536
    assert "left out" in told
    assert told.count("<details>") == told.count("</details>")


def test_one_that_cannot_be_fetched_stops_no_other(hub: Hub):
    bad = hub.propose("DS-1072", assignee="nadia")
    # A fork's branch is not followed, so that the head stays one that nobody has.
    hub.box.github.pull(bad).fork, hub.box.github.pull(bad).head = "priya-raman", "1" * 40
    hub.box.world.bare.restore(
        {k: v for k, v in hub.box.world.bare.refs().items() if f"pull/{bad}/" not in k}
    )
    hub.propose(ONE)
    shown = hub.reconcile(status=6)
    assert f"#{bad} can't be read" in shown
    assert len(hub.announcements(ONE)) == 1


def test_unrelated_history(hub: Hub):
    raw_push(hub, "evil", [])
    hub.open("evil", "Harmless")
    commit = hub.git("commit-tree", hub.git("rev-parse", "HEAD^{tree}"), "-m", "No parents")
    hub.git("push", "--quiet", "--force", "origin", f"{commit}:refs/heads/evil")
    hub.propose(ONE)
    assert "have no common history" in " ".join(hub.reconcile(status=6).split())
    assert len(hub.announcements(ONE)) == 1
