"""The steps of the pages on upgrades, backups, data and the end of use, tried in the sandbox."""

import filecmp
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import requests
import yaml
from hub import Hub

from reconciler.sandbox import Box

TOP = Path(__file__).parents[2]
TEMPLATES = TOP / "reconciler" / "template"
TICKET = "DS-1071"
PATH = f"escalations/2026/{TICKET}.yaml"
INIT = (
    *("--desk", "DS", "--desk-name", "Dev Support", "--announce-in", "sre-escalations"),
    *("--time-zone", "UTC", "--repository-url", "https://github.com/ledgerline/escalations"),
    *("--lead-name", "Hannah Weiss", "--lead-email", "hannah@ledgerline.example"),
    *("--lead", "hannah", "--lead-github", "hannah-weiss", "--code-owner", "later"),
    *("--action", "acme/escalation-as-code@v1.2.3"),
)


def page(name: str) -> str:
    return " ".join((TOP / "docs" / name).read_text(encoding="utf-8").split())


@pytest.fixture
def hub(tmp_path: Path, box: Box) -> Hub:
    """One running escalation, and everything recorded."""
    made = Hub(tmp_path / "repo", box)
    made.begin(TICKET, "--record")
    return made


def mirror(hub: Hub, folder: Path) -> Path:
    """The backup of the first step."""
    hub.git("clone", "--quiet", "--mirror", str(hub.box.github.remote), str(folder))
    hub.git("remote", "update", folder=folder)
    return folder


def remove_branch(hub: Hub, name: str) -> None:
    hub.git("update-ref", "-d", f"refs/heads/{name}", folder=hub.box.github.remote)


def visible(hub: Hub) -> tuple[int, int, int]:
    """Channels, messages of the desk, and comments."""
    return (
        len(hub.channels(TICKET)),
        len(hub.named("sre-escalations")["messages"]),
        len(hub.ticket(TICKET)["comments"]),
    )


def plan(hub: Hub) -> str:
    return hub.escalate("plan").stdout


def test_upgrade(hub: Hub, tmp_path: Path):
    """Steps 2 to 7 of the page, and the way back.

    Step 1 downloads a release. `tests/distribution/test_install.py` tries that with a wheel.
    """
    (hub.folder / "schemas").mkdir()
    hub.escalate("schema", "--write", "schemas", now=False, fresh=False)
    written = {each.name for each in (hub.folder / "schemas").iterdir()}
    assert written == {each.name for each in (TOP / "schemas").glob("*.json")}
    fresh = tmp_path / "fresh"
    hub.escalate("init", str(fresh), *INIT, now=False, fresh=False)
    compared = filecmp.dircmp(fresh, hub.folder)
    assert {".github", "HELP.md"} <= set(compared.left_only)
    shutil.copytree(fresh / ".github", hub.folder / ".github")
    shutil.copy(fresh / "HELP.md", hub.folder)
    hub.escalate("check", fresh=False)
    assert "Nothing to do" in hub.escalate("plan", fresh=False).stdout
    before = hub.box.world.bare.refs()["refs/heads/main"]
    reviewed_and_merged(hub, "upgrade")
    assert "Nothing to do" in hub.reconcile("--record")
    hub.more_env["GITHUB_TOKEN"] = "ghp-yusuf-demir"
    lacking = hub.escalate("setup", "github", "--dry-run", now=False).stdout
    assert "Nothing was changed, because of --dry-run." in lacking
    assert "changes to make" in lacking
    scopes = hub.box.world.slack.scopes
    scopes.remove("pins:write")
    assert "pins:write" in hub.escalate("doctor", status=1).stdout
    scopes.append("pins:write")
    hub.git("read-tree", "-u", "--reset", before)
    reviewed_and_merged(hub, "revert")
    assert not (hub.folder / "HELP.md").exists()
    assert "Nothing to do" in plan(hub)


def reviewed_and_merged(hub: Hub, branch: str) -> None:
    """Open a pull request with what is in the folder. An acknowledger approves it."""
    hub.commit(branch.capitalize(), author="ines")
    hub.git("push", "--quiet", "origin", f"HEAD:{branch}", who="ines")
    number = hub.open(branch, branch.capitalize(), who="ines")
    hub.review(number)
    hub.merge(number, who="ines")
    hub.pull_main()


def test_uninstall(hub: Hub):
    text = page("how-to/uninstall.md")
    for each in (TEMPLATES / "github" / "workflows").iterdir():
        assert f"`{each.stem}`" in text
    assert "ESCALATION" in hub.ticket(TICKET)["labels"]
    hub.escalate("withdraw", TICKET, "--by", "priya", "--reason", "The end.", "--yes", "--pr")
    (number,) = [each["number"] for each in hub.call("priya", "GET", "pulls?state=open")]
    hub.review(number, "priya")
    hub.merge(number)
    hub.reconcile("--record")
    after = hub.ticket(TICKET)
    assert ("ESCALATION" in after["labels"], after["priority"]) == (False, "Medium")
    assert "Nothing to do" in plan(hub)
    (path,) = re.findall(r"`DELETE (/rest/api/2/issue/KEY/properties/escalation)`", text)
    url = f"{hub.box.jira_url}{path.replace('KEY', TICKET)}"
    login = (hub.env["JIRA_USER_EMAIL"], hub.env["JIRA_API_TOKEN"])
    assert requests.delete(url, auth=login, timeout=10).status_code == 204
    assert hub.ticket(TICKET)["properties"] == {}


def test_recover_the_repository(hub: Hub, tmp_path: Path):
    saved = mirror(hub, tmp_path / "mirror")
    for name in ("main", "audit"):
        remove_branch(hub, name)
    hub.git("push", "--quiet", "--mirror", str(hub.box.github.remote), folder=saved)
    assert "Nothing to do" in plan(hub)
    hub.escalate("history", "--verify")


def test_recover_the_latest_commits_of_main(hub: Hub, tmp_path: Path):
    saved = mirror(hub, tmp_path / "mirror")
    tip = hub.box.world.bare.refs()["refs/heads/main"]
    remote = hub.box.github.remote
    hub.git("update-ref", "refs/heads/main", f"{tip}~1", folder=remote)
    assert "older than commit" in hub.escalate("apply", "--record", status=2).stderr
    hub.git("push", "--quiet", str(remote), "main", folder=saved)
    assert "Nothing to do" in hub.reconcile("--record")


def test_recover_the_branch_audit(hub: Hub, tmp_path: Path):
    saved = mirror(hub, tmp_path / "mirror")
    remove_branch(hub, "audit")
    assert "audit-vanished" in hub.escalate("history", "--verify", status=1).stdout
    hub.git("push", "--quiet", str(hub.box.github.remote), "audit", folder=saved)
    assert "Nothing to do" in hub.reconcile("--record")
    hub.escalate("history", "--verify")


def test_recover_from_a_lost_seal_key(hub: Hub):
    """The next run reads everything back, and makes nothing a second time."""
    before = visible(hub)
    hub.more_env["ESCALATE_SEAL_KEY"] = "f" * 64
    shown = plan(hub)
    assert "was sealed with the key" in shown
    assert not re.search(r"^ *\+ +slack", shown, re.MULTILINE)
    hub.reconcile("--record")
    assert "Nothing to do" in plan(hub)
    assert visible(hub) == before


def test_a_person_leaves(hub: Hub):
    """Each step in a pull request of its own, which CI checks against main."""
    hub.pull_main()
    hub.escalate("assign", TICKET, "nadia", "--yes", fresh=False)
    hub.edit_roster("dmitri", name="Former colleague", email="dev-support@ledgerline.example")
    hub.escalate("check", "--base", "origin/main", fresh=False)
    hub.commit("Replace the name", author="hannah")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    roster = hub.folder / "config" / "roster.yaml"
    people = yaml.safe_load(roster.read_text())
    del people["people"]["dmitri"]
    roster.write_text(yaml.safe_dump(people))
    hub.escalate("check", "--base", "origin/main", fresh=False)


def test_erase_from_the_history(hub: Hub):
    """A clone remembers what it reconciled, so the run after it needs a new one."""
    text = (TOP / "docs" / "data.md").read_text(encoding="utf-8")
    hub.pull_main()
    # What `git filter-repo --replace-text` does, for texts of one length.
    history = hub.git("fast-export", "main").replace("Something fails", "Everything okay")
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=hub.folder,
        input=history.encode(),
        check=True,
    )
    hub.git("push", "--quiet", "--force", "origin", "main")
    assert "is not part of the" in hub.escalate("history", "--verify", status=1).stdout
    refused = hub.escalate("apply", "--record", status=2).stderr
    assert "The main branch was rewritten" in refused
    hub.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*")
    for line in re.findall(r"^git (push .+)$", text, re.MULTILINE):
        hub.git(*line.split())
    shutil.rmtree(hub.folder)
    hub.git("clone", "-q", str(hub.box.github.remote), str(hub.folder), folder=hub.folder.parent)
    ran = hub.escalate("apply", "--record").stdout
    assert "Highest → Medium" in ran
    assert "it is not acknowledged" in ran
    hub.escalate("history", "--verify")
