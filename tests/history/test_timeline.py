"""The timeline of real repositories: every shape of history, and everything that is hostile."""

import subprocess
from datetime import timedelta

import pytest
from repos import Repo
from versions import EPISODE, RESOLUTION, escalation, news, path_of

from reconciler.model.timeline import EventKind, Timeline
from reconciler.services.git.command import GitProblem
from reconciler.services.git.main_line import refuse_rewritten
from reconciler.services.git.timeline import read_timeline

pytestmark = pytest.mark.usefixtures("screens")

ONE = path_of("DS-1")
K = EventKind


def read(repo: Repo) -> Timeline:
    return read_timeline(repo.path, now=repo.now + timedelta(days=1))


def kinds(repo: Repo, ticket: str = "DS-1") -> list[EventKind]:
    return [event.kind for event in read(repo).events[ticket]]


def steps(repo: Repo, ticket: str = "DS-1") -> list[tuple[str, str, str, str]]:
    found = read(repo).events[ticket]
    return [(event.kind.value, event.field, event.before, event.after) for event in found]


def live(repo: Repo) -> None:
    """Three changes of one file, each in a commit of its own."""
    repo.commit({ONE: escalation("DS-1")})
    repo.commit({ONE: escalation("DS-1", assignee="dmitri")})
    repo.commit({ONE: escalation("DS-1", assignee="dmitri", resolution=RESOLUTION)})


def test_a_fast_forward_tells_each_commit(repo: Repo):
    repo.git("checkout", "-qb", "work")
    live(repo)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "work")
    found = read(repo)
    assert [event.kind for event in found.events["DS-1"]] == [K.ESCALATED, K.ASSIGNED, K.RESOLVED]
    assert [event.commit.position for event in found.events["DS-1"]] == [1, 2, 3]
    assert [commit.sha for commit in found.commits] == repo.git(
        "rev-list", "--reverse", "HEAD"
    ).split()


def test_what_was_read_from_the_same_bytes_is_not_read_again(repo: Repo):
    live(repo)
    latest = read(repo).versions[-1].escalation
    assert latest is not None
    copy = latest.model_copy()
    data = (repo.path / ONE).read_bytes()
    found = read_timeline(repo.path, known={data: copy, data + b"#": copy})
    assert [each.escalation is copy for each in found.versions] == [False, False, True]
    assert [each.escalation for each in found.versions] == [
        each.escalation for each in read(repo).versions
    ]


def test_events_are_those_of_each_ticket_that_ever_had_a_file(repo: Repo):
    live(repo)
    repo.commit({path_of("DS-2"): escalation("DS-2")})
    events = read(repo).events
    assert list(events) == ["DS-1", "DS-2"]
    assert len(events) == 2
    assert "DS-2" in events
    assert "DS-3" not in events
    assert events.get("DS-3") is None
    assert [len(each) for each in events.values()] == [3, 1]


def test_a_merge_tells_what_it_brought_at_its_own_time(repo: Repo):
    repo.git("checkout", "-qb", "work")
    live(repo)
    repo.git("checkout", "-q", "main")
    repo.commit({"other": "x"})
    repo.now += timedelta(days=1)
    repo.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7 from x/work", "work")
    found = read(repo)
    events = found.events["DS-1"]
    assert [event.kind for event in events] == [K.ESCALATED, K.ASSIGNED, K.RESOLVED]
    assert {event.commit.pull_request for event in events} == {7}
    assert {event.commit.at for event in events} == {repo.now}
    assert len(found.versions) == 1
    assert len(found.commits) == 3
    assert found.arrivals[ONE][1:] == (repo.now, 7)


def test_a_squash_names_its_pull_request(repo: Repo):
    repo.git("checkout", "-qb", "work")
    live(repo)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "work")
    repo.git("commit", "-q", "-m", "Escalate DS-1 (#8)")
    events = read(repo).events["DS-1"]
    assert [event.kind for event in events] == [K.ESCALATED, K.ASSIGNED, K.RESOLVED]
    assert {event.commit.pull_request for event in events} == {8}


def test_a_merge_of_main_into_a_branch_is_not_told_twice(repo: Repo):
    repo.git("checkout", "-qb", "work")
    repo.commit({path_of("DS-2"): escalation("DS-2")})
    repo.git("checkout", "-q", "main")
    live(repo)
    repo.git("checkout", "-q", "work")
    repo.merge("main")
    repo.git("checkout", "-q", "main")
    repo.merge("work")
    assert kinds(repo) == [K.ESCALATED, K.ASSIGNED, K.RESOLVED]
    assert kinds(repo, "DS-2") == [K.ESCALATED]


def test_a_file_in_another_year_goes_on_with_its_story(repo: Repo):
    live(repo)
    for year in (2025, 2027):  # the removed path comes after the added one, then before it
        old = next(repo.path.glob("escalations/*/DS-1.yaml"))
        old.unlink()
        repo.commit({path_of("DS-1", year): escalation("DS-1", assignee="nadia")})
    assert steps(repo)[3:] == [
        ("changed", "path", ONE, path_of("DS-1", 2025)),
        ("reassigned", "assignee", "dmitri", "nadia"),
        ("changed", "resolution", steps(repo)[2][3], ""),
        ("changed", "path", path_of("DS-1", 2025), path_of("DS-1", 2027)),
    ]
    assert [version.gone for version in read(repo).versions[-2:]] == [True, False]


def test_a_file_that_vanishes_and_returns(repo: Repo):
    live(repo)
    (repo.path / ONE).unlink()
    repo.commit()
    repo.commit({ONE: escalation("DS-1", assignee="dmitri", resolution=RESOLUTION)})
    (repo.path / ONE).unlink()
    repo.commit()
    repo.commit({path_of("DS-1", 2027): escalation("DS-1", assignee="nadia")})
    assert kinds(repo)[3:] == [
        *(K.VANISHED, K.RETURNED, K.VANISHED, K.RETURNED),
        *(K.REASSIGNED, K.CHANGED),
    ]
    assert read(repo).arrivals[ONE].commit == read(repo).commits[1].sha


@pytest.mark.parametrize("year", [2025, 2027])
def test_a_second_file_of_a_ticket_counts_once_the_first_is_gone(repo: Repo, year: int):
    live(repo)
    second = path_of("DS-1", year)
    repo.commit({second: escalation("DS-1", assignee="dmitri", resolution=RESOLUTION)})
    repo.commit({second: escalation("DS-1", assignee="nadia", resolution=RESOLUTION)})
    assert steps(repo)[3:] == []
    (repo.path / ONE).unlink()
    repo.commit()
    assert steps(repo)[3:] == [
        ("changed", "path", ONE, second),
        ("reassigned", "assignee", "dmitri", "nadia"),
    ]


BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}]\n"
    for before, name in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
)


@pytest.mark.parametrize(
    "broken",
    [
        "ticket: [",
        BOMB,
        "[" * 60_000,
        "ticket: DS-1\n" * 3,
        "ticket: DS-1\ntitle: Nothing more\n",
        "x" * 70_000,
        "",
        "\ufeffticket: DS-1\n",
    ],
    ids=["syntax", "bomb", "deep", "twice", "missing", "large", "empty", "mark"],
)
def test_what_cannot_be_read_leaves_the_former_state(repo: Repo, broken: str):
    repo.commit({ONE: escalation("DS-1")})
    repo.commit({ONE: broken})
    repo.commit({ONE: escalation("DS-1", assignee="dmitri")})
    assert steps(repo)[1:] == [
        ("unreadable", "", "", ""),
        ("changed", "file", "unreadable", "readable"),
        ("assigned", "assignee", "", "dmitri"),
    ]
    assert read(repo).versions[1].escalation is None
    assert not read(repo).versions[1].gone


def test_a_file_that_begins_broken_has_arrived_all_the_same(repo: Repo):
    first = repo.commit({ONE: "no: {"})
    repo.commit({ONE: escalation("DS-1", assignee="dmitri")})
    assert kinds(repo) == [K.ESCALATED, K.BROKEN, K.CHANGED, K.ASSIGNED]
    assert read(repo).arrivals[ONE].commit == first


def test_a_huge_blob_is_skipped_and_what_follows_is_read(repo: Repo):
    repo.commit({ONE: "x" * 20_000_000})
    repo.commit({ONE: escalation("DS-1")})
    assert kinds(repo) == [K.ESCALATED, K.BROKEN, K.CHANGED]


def test_a_link_is_not_followed(repo: Repo):
    live(repo)
    (repo.path / ONE).unlink()
    (repo.path / ONE).symlink_to("../../config/policy.yaml")
    repo.commit()
    assert kinds(repo)[3:] == [K.BROKEN]


def test_a_policy_is_in_force_from_its_commit_and_a_broken_one_never(repo: Repo):
    policy = (repo.path / "config/policy.yaml").read_text(encoding="utf-8")
    repo.commit({"config/policy.yaml": "version: 1"})
    repo.commit({"config/policy.yaml": policy.replace("America/New_York", "Europe/Berlin")})
    found = read(repo).policies
    assert [(commit.position, each.time_zone) for commit, each in found] == [
        (0, "America/New_York"),
        (2, "Europe/Berlin"),
    ]


def test_names_and_subjects_may_hold_anything(repo: Repo):
    tree = repo.git("write-tree")
    body = (
        b"tree %s\nparent %s\nauthor \xff\x01B\xe9a <a@b> 1795000000 +0000\n"
        b"committer C <c@d> 1795000000 +0000\n\n\x01\xfe:100644 \xe9 (#12)\n"
        % (tree.encode(), repo.git("rev-parse", "HEAD").encode())
    )
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=repo.path,
        input=body,
        capture_output=True,
        check=True,
    ).stdout.decode()
    repo.git("reset", "-q", "--hard", made.strip())
    repo.commit({ONE: escalation("DS-1")})
    commits = read_timeline(repo.path).commits
    assert commits[1].pull_request == 12
    assert "B" in commits[1].author
    assert kinds(repo) == [K.ESCALATED]


def test_other_files_have_no_story(repo: Repo):
    names = [
        "escalations/2026/a\nb.yaml",
        "escalations/2026/\u00e9\t.yaml",
        "escalations/2026/ds-1.yaml",
    ]
    repo.commit(dict.fromkeys(names, "x"))
    moved = escalation("DS-1")
    repo.commit({"escalations/DS-1.yaml": moved})
    repo.git("mv", "escalations/DS-1.yaml", ONE)
    repo.commit()
    assert set(read(repo).events) == {"DS-1"}
    assert kinds(repo) == [K.ESCALATED]


def test_the_same_bytes_count_only_for_the_ticket_that_they_name(repo: Repo):
    text = escalation("DS-1")
    repo.commit({ONE: text, path_of("DS-2"): text})
    assert kinds(repo) == [K.ESCALATED]
    assert kinds(repo, "DS-2") == [K.ESCALATED, K.BROKEN]


def test_the_repositorys_configuration_changes_nothing(repo: Repo):
    repo.git("checkout", "-qb", "work")
    live(repo)
    repo.git("checkout", "-q", "main")
    repo.commit({path_of("DS-2"): escalation("DS-2")})
    repo.merge("work")
    expected = read(repo)
    for key, value in (
        ("log.showRoot", "false"),
        ("log.follow", "true"),
        ("log.diffMerges", "combined"),
        ("diff.renames", "copies"),
        ("i18n.logOutputEncoding", "utf-16"),
        ("log.date", "relative"),
        ("core.abbrev", "5"),
        ("diff.external", "false"),
        ("color.ui", "always"),
    ):
        repo.git("config", key, value)
    assert read(repo) == expected


def test_a_reopened_ticket(repo: Repo):
    live(repo)
    again = {**EPISODE, "reason": "It is back.", "assignee": "mei", "updates": [news("Seen.")]}
    repo.commit(
        {ONE: escalation("DS-1", assignee="dmitri", resolution=RESOLUTION, episodes=[again])}
    )
    assert steps(repo)[3:] == [
        ("reopened", "episodes.0", "", "priya: It is back."),
        ("assigned", "episodes.0.assignee", "", "mei"),
        ("update added", "episodes.0.updates.0", "", "dmitri: Seen."),
    ]


def test_nothing_yet(tmp_path):
    assert read_timeline(Repo(tmp_path / "empty").path) == Timeline()


def test_a_shallow_clone_is_refused_with_the_cure(repo: Repo, tmp_path):
    live(repo)
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", str(tmp_path / "shallow"))
    for ask in (read_timeline, lambda path: refuse_rewritten(path, "HEAD")):
        with pytest.raises(GitProblem, match="fetch --unshallow"):
            ask(tmp_path / "shallow")


def test_a_missing_object_is_named_with_the_cure(repo: Repo):
    live(repo)
    name = repo.git("rev-parse", f"HEAD~1:{ONE}")
    (repo.path / ".git/objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(GitProblem, match=f"{name}.*git fetch --refetch"):
        read(repo)


def test_a_rewritten_main_line_is_refused(repo: Repo):
    live(repo)
    last = repo.git("rev-parse", "HEAD")
    refuse_rewritten(repo.path, last)
    repo.commit()
    refuse_rewritten(repo.path, last)
    repo.git("reset", "-q", "--hard", "HEAD~2")
    repo.commit({"other": "x"})
    for gone in (last, "0" * 40):
        with pytest.raises(GitProblem, match=f"rewritten.*{gone[:12]}.*force-with-lease"):
            refuse_rewritten(repo.path, gone)


def test_main_merged_into_a_branch_that_became_main_is_refused(repo: Repo):
    """The commits are all there, but not on the first-parent line: everything counts anew."""
    repo.git("checkout", "-qb", "work")
    repo.commit({"other": "x"})
    repo.git("checkout", "-q", "main")
    live(repo)
    last = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "work")
    repo.merge("main")
    with pytest.raises(GitProblem, match="rewritten"):
        refuse_rewritten(repo.path, last)
