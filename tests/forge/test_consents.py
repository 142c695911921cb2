"""Who agreed to pull requests, read from the sandbox's GitHub and its git repository."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import pytest
import yaml
from company import escalation
from forge.test_github import connect, names
from hub import Hub, login_of

from reconciler.audit.consent_lines import ConsentMemory, grown_by, sealed, text_of
from reconciler.history.field_changes import file_changes
from reconciler.load.raw import ROSTER_PATH
from reconciler.load.version import read_escalation, read_roster
from reconciler.model.consent import Consents, ConsentVerdict, NoPullRequest, UnreadConsents
from reconciler.model.consent_line import ConsentLine
from reconciler.model.field_change import FieldChange
from reconciler.model.keyring import Keyring
from reconciler.model.timeline import MainCommit
from reconciler.pull_requests.read_consents import PullRequestConsents
from reconciler.pull_requests.reading_place import ReadingPlace
from reconciler.sandbox import Fault
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.git.remote import Remote
from reconciler.services.git.timeline import read_timeline

ONE, TWO, BRANCH = "DS-1071", "DS-1072", "escalate/ds-1071"
FILE = f"escalations/2026/{ONE}.yaml"
KEYS = Keyring("a secret", "an older one")
TIMELINE = "GET /repos/{owner}/{repo}/issues/{number}/timeline"


def reader(
    hub: Hub, memory: ConsentMemory | None = None, forms: Collection[int] = ()
) -> PullRequestConsents:
    hub.pull_main()
    forge, _ = connect(hub)
    connected = ConnectedForge(forge, Remote(hub.folder, "origin"))
    head = hub.git("rev-parse", "HEAD")
    place = ReadingPlace(hub.folder, head, hub.now, connected, frozenset(forms))
    hub.box.clear_calls()
    return PullRequestConsents(place, memory or ConsentMemory())


def commits(hub: Hub) -> Sequence[MainCommit]:
    """Those of the main line but the first, the latest first."""
    return read_timeline(hub.folder, now=hub.now).commits[:0:-1]


def read(hub: Hub, **more: object) -> dict[str, ConsentVerdict]:
    return dict(reader(hub, **more).on_commits(commits(hub)))  # type: ignore[arg-type]


def latest(hub: Hub) -> Consents:
    found = read(hub)[hub.git("rev-parse", "HEAD")]
    assert isinstance(found, Consents), found
    return found


def who(verdict: ConsentVerdict) -> dict[tuple[str, bool], str]:
    """Whether each account agreed to everything, by login and whether it approved."""
    assert isinstance(verdict, Consents), verdict
    return {
        (each.account.login.split("-")[0], each.approved): "*" if each.covers is None else "some"
        for each in verdict.consents
    }


def changes(hub: Hub, before: str, after: str, path: str = FILE) -> tuple[FieldChange, ...]:
    def at(commit: str) -> bytes | None:
        listed = hub.git("ls-tree", "--name-only", commit, path)
        return hub.git("show", f"{commit}:{path}").encode() if listed else None

    known = (at(before), at(after))
    old, new = (None if each is None else read_escalation(path, each) for each in known)
    return file_changes(path, old, new)


PROPOSED, APPROVED = ("priya", False), ("hannah", True)
BOTH = {PROPOSED: "*", APPROVED: "*"}


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_whichever_way_it_is_merged(hub: Hub, method: str):
    number = hub.propose(ONE)
    hub.push(BRANCH, {FILE: escalation(ONE, assignee="nadia")}, base=BRANCH)
    hub.review(number)
    sha = hub.merge(number, method=method)
    found = read(hub)
    consents = found[sha]
    assert who(consents) == BOTH
    assert isinstance(consents, Consents)
    assert len(consents.commits) == (2 if method == "rebase" else 1)
    assert consents.commits[-1] == sha
    assert {key for key, each in found.items() if each is consents} == set(consents.commits)
    assert consents.pull_request == str(number)
    assert len(names(hub)) <= 4 if method == "rebase" else len(names(hub)) == 3


def test_a_rebase_of_many_commits_costs_what_one_costs(hub: Hub):
    number = hub.propose(ONE)
    for each in range(4):
        files = {FILE: escalation(ONE, title=f"Title {each}")}
        hub.push(BRANCH, files, base=BRANCH)
    other = hub.propose(TWO)
    hub.merge(other)
    sha = hub.merge(number, method="rebase")
    found = read(hub)
    consents = found[sha]
    assert isinstance(consents, Consents)
    assert len(consents.commits) == 5
    asked = [each for each in names(hub) if not each.endswith(("/pulls", "/pulls/{number}"))]
    assert len(asked) == 4, "two lists for each of the two"


def test_a_colleagues_push_is_not_the_managers_word(hub: Hub):
    number = hub.propose(ONE)
    base = hub.git("rev-parse", "origin/main")
    other = f"escalations/2026/{TWO}.yaml"
    hub.pass_time(minutes=5)
    head = hub.push(BRANCH, {other: escalation(TWO)}, base=BRANCH, who="owen")
    hub.merge(number, who="owen")
    found = latest(hub)
    hub.git("fetch", "--quiet", "origin", head)
    theirs = changes(hub, base, head, other)
    mine = changes(hub, base, head)
    by = {each.account.login: each for each in found.consents}
    assert all(by["priya-raman"].holds_for(each.id) for each in mine)
    assert not any(by["priya-raman"].holds_for(each.id) for each in theirs)
    assert all(by["owen-brooks"].holds_for(each.id) for each in theirs)


def test_the_author_of_a_commit_is_not_believed(hub: Hub):
    number = hub.propose(ONE, who="priya")
    hub.pass_time(minutes=5)
    files = {FILE: escalation(ONE, assignee="nadia")}
    hub.push(BRANCH, files, base=BRANCH, who="hannah", pusher="owen")
    hub.merge(number)
    found = {each.account.login for each in latest(hub).consents}
    assert found == {"priya-raman", "owen-brooks"}


def test_a_push_after_the_approval_takes_only_its_own(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number)
    hub.pass_time(minutes=5)
    hub.push(BRANCH, {FILE: escalation(ONE, assignee="nadia")}, base=BRANCH)
    hub.merge(number)
    found = latest(hub)
    assert who(found) == {PROPOSED: "*", APPROVED: "some"}
    (approval,) = [each for each in found.consents if each.approved]
    main = hub.git("rev-parse", "HEAD^")
    lacking = [each for each in changes(hub, main, "HEAD") if not approval.holds_for(each.id)]
    assert [each.key.name for each in lacking] == ["assignee"]


def test_a_forced_push_away_and_back_keeps_the_approval(hub: Hub):
    first = hub.push(BRANCH, {FILE: escalation(ONE)})
    number = hub.open(BRANCH, "One")
    hub.review(number)
    hub.pass_time(minutes=5)
    hub.push(BRANCH, {FILE: escalation(ONE, reason="Other words.")}, who="owen", force=True)
    hub.pass_time(minutes=5)
    folder = hub.folder.parent / "back"
    hub.git("clone", "--quiet", str(hub.box.github.remote), str(folder), folder=hub.folder.parent)
    hub.git("fetch", "--quiet", "origin", first, folder=folder)
    hub.git("push", "--quiet", "--force", "origin", f"{first}:{BRANCH}", folder=folder, who="owen")
    hub.merge(number)
    found = who(latest(hub))
    assert (found[PROPOSED], found[APPROVED]) == ("*", "*")


def test_an_approval_of_other_content_is_lost(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number)
    hub.pass_time(minutes=5)
    hub.push(BRANCH, {FILE: escalation(ONE, reason="Other words.")}, force=True)
    hub.merge(number)
    found = latest(hub)
    (approval,) = [each for each in found.consents if each.approved]
    names_ = {each.key.name for each in changes(hub, "HEAD^", "HEAD")}
    held = {each.key.name for each in changes(hub, "HEAD^", "HEAD") if approval.holds_for(each.id)}
    assert names_ - held == {"reason"}
    assert found.waiting == "hannah-weiss approved an older version of #1"


def test_an_update_of_the_branch_keeps_the_approval(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number)
    hub.merge(hub.propose(TWO))
    hub.call("owen", "PUT", f"pulls/{number}/update-branch", {}, 202)
    hub.merge(number)
    assert who(latest(hub)) == BOTH


def test_another_escalation_that_is_merged_first_keeps_the_approval(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number)
    hub.merge(hub.propose(TWO))
    hub.merge(number)
    assert who(latest(hub)) == BOTH


def test_a_dismissed_approval_is_none(hub: Hub):
    number = hub.propose(ONE)
    review = hub.review(number)
    hub.call("owen", "PUT", f"pulls/{number}/reviews/{review['id']}/dismissals", {"message": "No"})
    hub.merge(number)
    found = latest(hub)
    assert who(found) == {PROPOSED: "*"}
    assert found.waiting == "the approval of #1 by hannah-weiss was dismissed"


def assigned(hub: Hub, verdict: ConsentVerdict) -> set[str]:
    """Who agreed to the assignee on main."""
    assert isinstance(verdict, Consents)
    (change,) = [each for each in changes(hub, "HEAD^", "HEAD") if each.key.name == "assignee"]
    return {each.account.login for each in verdict.consents if each.holds_for(change.id)}


def test_a_command_in_a_review_is_the_word_of_its_author(hub: Hub):
    number = hub.propose(ONE, assignee="nadia")
    hub.review(number, "dmitri", "COMMENT", body="/assign nadia")
    hub.review(number, "lena", "COMMENT", body="/assign owen")
    hub.merge(number)
    assert assigned(hub, latest(hub)) == {"priya-raman", "dmitri-sokolov"}


def test_a_command_that_somebody_else_wrote_into_a_review_is_not(hub: Hub):
    number = hub.propose(ONE, assignee="nadia")
    review = hub.review(number, "dmitri", "COMMENT", body="Fine")
    hub.pass_time(minutes=1)
    body = {"body": "/assign nadia"}
    hub.call("priya", "PUT", f"pulls/{number}/reviews/{review['id']}", body)
    hub.merge(number)
    assert assigned(hub, latest(hub)) == {"priya-raman"}


def test_a_login_means_whom_the_roster_in_force_says(hub: Hub):
    number = hub.propose(ONE, assignee="nadia")
    body = {"body": f"/assign @{login_of('nadia').upper()}"}
    hub.call("dmitri", "POST", f"issues/{number}/comments", body, 201)
    hub.merge(number)
    source = reader(hub)
    sha = commits(hub)[0].sha
    assert assigned(hub, source.on_commits(commits(hub))[sha]) == {"priya-raman"}
    roster = read_roster(ROSTER_PATH, hub.git("show", "HEAD:config/roster.yaml").encode())
    assert roster is not None
    source = reader(hub)
    source.resolve_logins(roster)
    found = source.on_commits(commits(hub))[sha]
    assert assigned(hub, found) == {"priya-raman", "dmitri-sokolov"}


def of_forms(hub: Hub, pusher: str, login: str, address: str) -> set[tuple[str, int]]:
    """Who agreed, and through which account, where `login` is the account of forms."""
    folder = hub.folder.parent / "forms"
    hub.git("clone", "--quiet", str(hub.box.github.remote), str(folder), folder=hub.folder.parent)
    (folder / "escalations" / "2026").mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(yaml.safe_dump(escalation(ONE), sort_keys=False))
    hub.git("add", "--all", folder=folder)
    author = f"--author=Somebody <{address}>"
    hub.git("commit", "--quiet", "-m", "Escalate", author, folder=folder)
    hub.git("push", "--quiet", "origin", f"HEAD:{BRANCH}", folder=folder, pusher=pusher)
    number = hub.open(BRANCH, "One", who=login)
    hub.merge(number)
    account = hub.box.world.github.users[login].id
    verdict = read(hub, forms=[account])[hub.git("rev-parse", "HEAD")]
    assert isinstance(verdict, Consents)
    return {(each.account.login, each.via) for each in verdict.consents}


def test_forms_speak_for_whom_they_name(hub: Hub):
    login = "owen-brooks"
    account = hub.box.world.github.users[login].id
    address = "4003+lena-fischer@users.noreply.github.com"
    assert of_forms(hub, "owen", login, address) == {("lena-fischer", account), (login, 0)}


def test_nobody_speaks_like_a_form_without_its_account(hub: Hub):
    address = "4003+lena-fischer@users.noreply.github.com"
    assert of_forms(hub, "dmitri", "owen-brooks", address) == {
        ("dmitri-sokolov", 0),
        ("owen-brooks", 0),
    }


@contextmanager
def failing(hub: Hub, name: str) -> Iterator[None]:
    hub.box.faults.add(Fault("status", name=name, times=None, status=500))
    yield
    hub.box.faults.clear()


def test_a_commit_without_a_pull_request(hub: Hub):
    hub.push("main", {FILE: escalation(ONE)})
    source = reader(hub)
    (verdict,) = source.on_commits(commits(hub)).values()
    assert isinstance(verdict, NoPullRequest)
    assert source.lines([]) == (), "GitHub's list may be behind"
    hub.pass_time(days=2)
    source = reader(hub)
    source.on_commits(commits(hub))
    (line,) = source.lines([])
    source = reader(hub, memory_of([line]))
    (verdict,) = source.on_commits(commits(hub)).values()
    assert isinstance(verdict, NoPullRequest)
    assert names(hub) == []


def memory_of(lines: Collection[ConsentLine], keys: Keyring = KEYS) -> ConsentMemory:
    return ConsentMemory(grown_by(lines, keys).values(), KEYS)


def remembered(hub: Hub, *, lacks: bool = False) -> ConsentLine:
    source = reader(hub)
    found = source.on_commits(commits(hub))
    (line,) = source.lines(found if lacks else ())
    return line


def merged(hub: Hub) -> int:
    number = hub.propose(ONE)
    hub.review(number)
    hub.merge(number)
    return number


def test_what_is_remembered_is_not_asked_again(hub: Hub):
    merged(hub)
    line = remembered(hub)
    source = reader(hub, memory_of([line]))
    (verdict,) = source.on_commits(commits(hub)).values()
    assert who(verdict) == BOTH
    assert names(hub) == []
    assert source.lines(()) == ()


def test_what_lacked_a_word_is_asked_again_for_a_month(hub: Hub):
    number = hub.propose(ONE)
    hub.merge(number)
    line = remembered(hub, lacks=True)
    hub.pass_time(days=29)
    memory = memory_of([line])
    assert memory.doubtful == set(line.commits)
    source = reader(hub, memory)
    (verdict,) = source.on_commits(commits(hub)).values()
    assert who(verdict) == {PROPOSED: "*"}
    assert names(hub) == [TIMELINE]
    assert source.lines(line.commits) == (), "there is nothing new"
    hub.review(number)
    source = reader(hub, memory)
    (verdict,) = source.on_commits(commits(hub)).values()
    assert who(verdict) == BOTH
    (new,) = source.lines(())
    assert (new.lacks, new.proposed) == (False, line.proposed)
    later = memory_of([new, line])
    assert later.doubtful == frozenset()
    hub.pass_time(days=2)
    source = reader(hub, memory)
    (verdict,) = source.on_commits(commits(hub)).values()
    assert who(verdict) == {PROPOSED: "*"}, "after a month, it is not asked any more"
    assert names(hub) == []


def test_what_is_remembered_counts_while_github_does_not_answer(hub: Hub):
    merged(hub)
    line = remembered(hub, lacks=True)
    with failing(hub, TIMELINE):
        (verdict,) = reader(hub, memory_of([line])).on_commits(commits(hub)).values()
    assert who(verdict) == BOTH


def test_what_github_does_not_tell_is_unknown(hub: Hub):
    merged(hub)
    with failing(hub, TIMELINE):
        source = reader(hub)
        (verdict,) = source.on_commits(commits(hub)).values()
    assert isinstance(verdict, UnreadConsents)
    assert "HTTP 500" in verdict.diagnostic.message
    assert source.lines(()) == ()


def test_after_some_failures_github_is_left_alone(hub: Hub):
    for number in range(1071, 1077):
        hub.merge(hub.propose(f"DS-{number}"))
    with failing(hub, TIMELINE):
        found = read(hub)
    assert all(isinstance(each, UnreadConsents) for each in found.values())
    assert names(hub).count(TIMELINE) == 3 * 3, "each is tried three times"


def test_a_run_reads_so_many_and_the_next_goes_on(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    for number in (1071, 1072, 1073):
        hub.merge(hub.propose(f"DS-{number}"))
    monkeypatch.setattr("reconciler.pull_requests.read_consents.MOST", 2)
    source = reader(hub)
    found = list(source.on_commits(commits(hub)).values())
    assert [isinstance(each, Consents) for each in found] == [True, True, False]
    assert isinstance(found[2], UnreadConsents)
    assert "at most 2 merged pull requests" in found[2].diagnostic.message
    source = reader(hub, memory_of(source.lines(())))
    found = list(source.on_commits(commits(hub)).values())
    assert all(isinstance(each, Consents) for each in found)
    assert len(names(hub)) == 3


def forged(line: ConsentLine, **changes: object) -> bytes:
    return text_of(sealed(line, KEYS).model_copy(update=changes))


def test_a_line_with_another_account_is_ignored(hub: Hub):
    merged(hub)
    line = remembered(hub)
    other = tuple(each.model_copy(update={"account": 4999}) for each in line.answered)
    for text in (
        forged(line, answered=other),
        forged(line, seal=""),
        forged(line, seal="0" * 64),
        forged(line, commits=("f" * 40,)),
        forged(line, lacks=True),
        forged(line, pull_request="8"),
        text_of(line),
        text_of(sealed(line, Keyring("another"))),
        b"[]",
        b'{"commits":["' + line.commits[0].encode() + b'"]}',
    ):
        memory = ConsentMemory([text], KEYS)
        assert memory.line(line.commits[0]) is None
        assert memory.line("f" * 40) is None
        assert memory.doubtful == frozenset()
        (verdict,) = reader(hub, memory).on_commits(commits(hub)).values()
        assert who(verdict) == BOTH
        assert len(names(hub)) == 3, "it is read anew"


def test_a_line_of_another_pull_request_says_nothing_here(hub: Hub):
    merged(hub)
    line = remembered(hub)
    hub.merge(hub.propose(TWO))
    found = read(hub, memory=memory_of([line]))
    assert who(found[hub.git("rev-parse", "HEAD")]) == {PROPOSED: "*"}


def test_of_two_lines_the_one_that_was_read_last_counts(hub: Hub):
    merged(hub)
    old = remembered(hub)
    hub.pass_time(hours=1)
    new = old.model_copy(update={"answered": (), "read_at": hub.now})
    for lines in ([old, new], [new, old]):
        (verdict,) = reader(hub, memory_of(lines)).on_commits(commits(hub)).values()
        assert who(verdict) == {PROPOSED: "*"}


def test_a_line_of_the_former_key_counts(hub: Hub):
    merged(hub)
    line = remembered(hub)
    memory = ConsentMemory(grown_by([line], Keyring("an older one")).values(), KEYS)
    assert memory.line(line.commits[0]) is not None
    assert ConsentMemory(grown_by([line], KEYS).values()).line(line.commits[0]) is None


# Open ones.


def opened(hub: Hub, number: int, **more: object) -> tuple[Consents, tuple[FieldChange, ...]]:
    source = reader(hub, **more)  # type: ignore[arg-type]
    forge, _ = connect(hub)
    pull_request = forge.pull_request(str(number))
    assert pull_request is not None
    hub.git("fetch", "--quiet", "origin", pull_request.ref)
    hub.box.clear_calls()
    proposed = changes(hub, hub.git("rev-parse", "HEAD"), pull_request.head)
    found = source.of_open(pull_request, proposed)
    assert isinstance(found, Consents)
    return found, proposed


def test_an_open_one_costs_two_requests(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number)
    found, _ = opened(hub, number)
    assert who(found) == BOTH
    assert len(names(hub)) == 2
    assert found.commits == ()


def test_an_open_one_that_a_colleague_pushed_to(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number)
    hub.pass_time(minutes=1)
    hub.push(BRANCH, {FILE: escalation(ONE, assignee="nadia")}, base=BRANCH, who="owen")
    found, proposed = opened(hub, number)
    assert who(found) == {PROPOSED: "some", APPROVED: "some", ("owen", False): "some"}
    (change,) = [each for each in proposed if each.key.name == "assignee"]
    assert {each.account.login for each in found.consents if each.holds_for(change.id)} == {
        "owen-brooks"
    }


def test_an_assignment_that_is_only_asked_for(hub: Hub):
    number = hub.propose(ONE)
    hub.review(number, "hannah", body="/assign nadia")
    found, _ = opened(hub, number)
    base, head = (
        hub.git("rev-parse", "HEAD"),
        hub.push("there", {FILE: escalation(ONE, assignee="nadia")}),
    )
    hub.git("fetch", "--quiet", "origin", head)
    (wanted,) = [each for each in changes(hub, base, head) if each.key.name == "assignee"]
    asked = [each for each in found.consents if wanted.id in (each.covers or ())]
    assert [(each.account.login, each.approved) for each in asked] == [("hannah-weiss", False)]


def test_the_owner_of_a_fork_has_no_word_on_pushes_that_are_not_shown(hub: Hub):
    head = hub.push("tmp", {FILE: escalation(ONE)})
    number = hub.box.github.from_fork("priya-raman", "b", "T", head)
    hub.box.world.github.forks.clear()
    found, _ = opened(hub, number)
    assert found.consents == ()
    hub.review(number)
    found, _ = opened(hub, number)
    assert who(found) == {APPROVED: "*"}
