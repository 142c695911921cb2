"""What is said where a pull request, its reviews or its head can't be read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from clocks import at_once
from company import TOP, escalation
from goldens import hold
from merge_policy import merge_policy
from repos import Repo

from reconciler.cli.consents import consent_source
from reconciler.edit.form_fields import FormKind
from reconciler.edit.form_verbs import VERBS
from reconciler.load.snapshot import load_snapshot
from reconciler.model.acknowledgement import Unacknowledged
from reconciler.model.consent import UnreadConsents
from reconciler.model.forge import Account, Issue
from reconciler.pull_requests.check_edit import Draft, propose, read_base
from reconciler.pull_requests.from_form import Office, answer
from reconciler.pull_requests.in_force import in_force
from reconciler.pull_requests.open import Main, read_open
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.timeline import read_timeline
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.github.form_issues import GitHubForms
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings
from words.canned import Answer, Canned, canned

GOLDEN = Path(__file__).parent / "golden" / "consulted.txt"
FILE = "escalations/2026/DS-1.yaml"
ABSENT = "a" * 40


def _text(value: Any) -> str:
    return yaml.safe_dump(yaml.safe_load(yaml.dump(value)))


def _company(folder: Path) -> Repo:
    """A first commit without the desk of the escalation that the second one brings."""
    policy = yaml.safe_load(merge_policy())
    policy |= {"acknowledgement": "review", "forms": {"account": "helper[bot]", "account_id": 7}}
    desks = {key: desk for key, desk in policy["desks"].items() if key != "DS"}
    roster = (TOP / "config/roster.yaml").read_text("utf-8")
    repo = Repo(folder)
    first = {"config/policy.yaml": _text({**policy, "desks": desks}), "config/roster.yaml": roster}
    repo.commit(first)
    repo.commit({"config/policy.yaml": _text(policy), FILE: _text(escalation("DS-1"))})
    repo.commit({FILE.replace("DS-1", "DS-2"): _text(escalation("DS-2", assignee=None))})
    return repo


def _pull(**changes: Any) -> dict[str, Any]:
    """A pull request of Priya's as GitHub tells it."""
    priya = {"id": 4001, "login": "priya-raman", "type": "User"}
    head, base = {"sha": ABSENT}, {"ref": "main"}
    pull = {"number": 7, "title": "T", "html_url": "u", "state": "open", "user": priya}
    return {**pull, "head": head, "base": base, "created_at": "2026-11-02T15:00:00Z", **changes}


def _consents(repo: Repo, server: Canned, forge: GitHub) -> Iterator[str]:
    """What is told of each commit, while GitHub tells of it and while it does not."""
    timeline, main = read_timeline(repo.path), _main(repo)
    for answers in ({"*": [Answer([])]}, {"*": [Answer({}, 500)]}):
        server.answers = answers
        source = consent_source(main, timeline, ConnectedForge(forge, None))
        assert source is not None
        for verdict in source.on_commits(timeline.commits[1:]).values():
            if isinstance(verdict, UnreadConsents):
                yield f"{verdict.diagnostic.message}\n    {verdict.diagnostic.remedy}"
        found = in_force(main, timeline, source)
        for each in found.verdicts.values():
            if isinstance(each, Unacknowledged):
                yield each.why
    yield _told(lambda: in_force(main, timeline, None))


def _main(repo: Repo) -> Main:
    raws = read_worktree(repo.path)
    return Main(repo.path, repo.git("rev-parse", "HEAD"), raws, load_snapshot(raws), repo.now)


def _opened(repo: Repo, server: Canned, forge: GitHub) -> Iterator[str]:
    server.answers = {"*": [Answer([_pull()])]}
    for each in read_open(_main(repo), ConnectedForge(forge, None)):
        assert each.diagnostic is not None
        yield f"{each.diagnostic.message}\n    {each.diagnostic.remedy}"


def _edited(
    repo: Repo, settings: GitHubSettings, wire: GitHubWire, server: Canned
) -> Iterator[str]:
    here = read_base(repo.path, remote=False)
    draft = Draft(FILE, b"", "Nothing")
    yield _told(lambda: propose(repo.now, here, draft, None, 60.0, at_once()))
    repo.git("init", "-q", "--bare", str(repo.path.parent / "remote.git"))
    repo.git("remote", "add", "origin", str(repo.path.parent / "remote.git"))
    yield _told(lambda: read_base(repo.path, remote=True))
    server.answers = {"*": [Answer({"login": "priya-raman"})]}
    label = frozenset({VERBS[FormKind.ESCALATE].label})
    priya = Account(4001, "priya-raman")
    issue = Issue(9, priya, "", label, open=True, was_closed=False, opened_at=repo.now)
    forms = GitHubForms(wire, settings, "main")
    office = Office(repo.path, here, forms, settings, repo.now, 60.0, at_once())
    yield _told(lambda: answer(office, issue, None))


def _told(attempt: Any) -> str:
    try:
        return str(attempt())
    except (ServiceError, SetupError) as error:
        return f"{error}\n    {error.remedy}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canned]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with canned() as found:
        yield found


def test_what_cannot_be_read_reads_as_before(tmp_path: Path, server: Canned):
    repo = _company(tmp_path / "repo")
    settings = GitHubSettings(server.url, "o/r", server.url, token="t")
    wire = GitHubWire(settings, 60.0, at_once())
    forge = GitHub(wire, settings, "main")
    parts = {
        "Acknowledged": list(_consents(repo, server, forge)),
        "Opened": list(_opened(repo, server, forge)),
        "Edited": list(_edited(repo, settings, wire, server)),
    }
    text = "\n".join(f"## {title}\n\n" + "\n".join(said) + "\n" for title, said in parts.items())
    hold(GOLDEN, re.sub(r"\b[0-9a-f]{12,40}\b", "COMMIT", text.replace(server.url, "URL")))
