"""Objects by name, from one process of git that stays open."""

import hashlib
import os
import signal
import subprocess
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
from repos import Repo
from starts import starting

from reconciler.services.git import objects
from reconciler.services.git.commits import commit_named
from reconciler.services.git.objects import GitObject, UnansweredError

ONE = "escalations/2026/DS-1.yaml"
_PATIENCE = 20.0


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"config/policy.yaml": "p", ONE: "a\n\nb"})
    assert commit_named(made.path, "HEAD"), "GitPython starts git when it is imported"
    objects._processes.close()  # noqa: SLF001 - as at the end of a run
    return made


def ask(
    repo: Repo, *names: str, cap: int = 1000, patience: float = _PATIENCE
) -> list[GitObject | None]:
    return list(objects.objects(repo.path, names, cap, patience))


def data(repo: Repo, name: str) -> bytes | None:
    (found,) = ask(repo, name)
    assert found is not None
    return found.data


def process(repo: Repo) -> "subprocess.Popen[bytes]":
    """The process that answers for a repository."""
    found = {key[0]: each for key, each in objects._processes._open.items()}  # noqa: SLF001 - as below
    return found[str(repo.path)]._started.process  # noqa: SLF001 - nobody else knows it


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes `git` a script that counts its starts; returns where it counts."""
    folder.mkdir()
    count = folder / "count"
    (folder / "git").write_text(f'#!/bin/sh\necho x >> "{count}"\n{script}\n')
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))
    return count


def starts(count: Path) -> int:
    return len(count.read_text().splitlines())


def test_objects_of_each_kind(repo: Repo):
    head = repo.git("rev-parse", "HEAD")
    repo.git("tag", "-a", "v1", "-m", "m")
    with starting() as programs:
        commit, tree, blob, tag, nothing = ask(
            repo, "HEAD", "HEAD^{tree}", f"HEAD:{ONE}", "v1", "HEAD:nowhere"
        )
    assert len(programs) == 1
    assert commit
    assert (commit.name, commit.kind) == (head, "commit")
    assert commit.data
    assert commit.data.endswith(b"\n\nc\n")
    assert tree
    assert (tree.name, tree.kind) == (repo.git("rev-parse", "HEAD^{tree}"), "tree")
    assert blob == GitObject(repo.git("rev-parse", f"HEAD:{ONE}"), "blob", 4, b"a\n\nb")
    assert tag
    assert tag.kind == "tag"
    assert nothing is None


def test_more_names_than_fit_into_a_pipe(repo: Repo):
    names = [f"HEAD:{ONE}" if number % 3 else f"HEAD:{number}" for number in range(5000)]
    found = ask(repo, *names)
    assert [each is None for each in found] == [number % 3 == 0 for number in range(5000)]


def test_what_is_larger_than_the_cap_is_skipped_without_being_held(repo: Repo):
    size = 48 * 1024 * 1024
    with (repo.path / "large").open("wb") as file:
        file.truncate(size)
    repo.commit()
    ask(repo, "HEAD")
    tracemalloc.start()
    try:
        large, small = ask(repo, "HEAD:large", f"HEAD:{ONE}", cap=10)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert large
    assert (large.size, large.data) == (size, None)
    assert small
    assert small.data == b"a\n\nb"
    assert most < 8 * 1024 * 1024


def test_an_object_as_large_as_the_cap_is_read(repo: Repo):
    (whole,), (more,) = (ask(repo, f"HEAD:{ONE}", cap=cap) for cap in (4, 3))
    assert whole
    assert more
    assert (whole.data, more.data) == (b"a\n\nb", None)


@pytest.mark.parametrize("name", ["HEAD\nHEAD", "HEAD\n", "HEAD\0x", "x" * 5000, "HEAD:./../x"])
def test_a_name_that_can_not_be_asked_leaves_the_next_answer_right(repo: Repo, name: str):
    with pytest.raises(UnansweredError):
        ask(repo, f"HEAD:{ONE}", name)
    assert data(repo, f"HEAD:{ONE}") == b"a\n\nb"


def test_a_name_that_stands_for_two_objects(repo: Repo):
    found: dict[str, str] = {}
    for text in (str(number) for number in range(5000)):
        short = blob_name(text)[:6]
        if short in found:
            break
        found[short] = text
    repo.commit({"one": found[short], "other": text})
    with pytest.raises(UnansweredError):
        ask(repo, short)
    assert data(repo, f"HEAD:{ONE}") == b"a\n\nb"


def blob_name(text: str) -> str:
    """What git calls a blob."""
    return hashlib.sha1(f"blob {len(text)}\0{text}".encode(), usedforsecurity=False).hexdigest()


def test_what_is_added_later_is_found(repo: Repo):
    assert ask(repo, "HEAD:new") == [None]
    there = Repo(repo.path.parent / "there")
    there.commit({"new": "x"})
    first = process(repo)
    repo.git("fetch", "-q", str(there.path), "main")
    repo.git("gc", "-q")
    assert data(repo, "FETCH_HEAD:new") == b"x"
    repo.git("reset", "-q", "--hard", "FETCH_HEAD")
    assert data(repo, "HEAD:new") == b"x"
    assert process(repo) is first


def test_a_process_that_was_ended_is_started_once_more(repo: Repo):
    ask(repo, "HEAD")
    process(repo).kill()
    process(repo).wait()
    with starting() as programs:
        assert data(repo, f"HEAD:{ONE}") == b"a\n\nb"
    assert len(programs) == 1


def test_a_process_that_ends_at_once_is_not_started_for_ever(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    count = program(tmp_path / "bin", "exit 1", monkeypatch)
    with pytest.raises(UnansweredError):
        ask(repo, "HEAD")
    assert starts(count) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "HEAD blob 3",
        f"{'a' * 40} blob -3",
        f"{'a' * 40} blob 1234567890123456789012",
        f"{'a' * 40} stick 3",
        f"{'a' * 40} blob 2",
        "HEAD:x missing",
        "HEAD ambiguous",
        "",
    ],
)
def test_another_answer_is_none(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
):
    script = f"while read name; do echo '{answer}'; echo abc; done"
    count = program(tmp_path / "bin", script, monkeypatch)
    for _ in range(2):
        with pytest.raises(UnansweredError):
            ask(repo, "HEAD")
    assert starts(count) == 2, "it is ended, because it may answer the next question wrongly"


@pytest.mark.parametrize(
    "script",
    [
        "exec sleep 60",
        f"echo '{'a' * 40} blob 9'; exec sleep 60",
        f"echo '{'a' * 40} blob 900'; while sleep 0.05; do printf x || exit; done",
    ],
)
def test_a_process_that_does_not_answer_is_ended_in_time(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
):
    count = program(tmp_path / "bin", script, monkeypatch)
    begin = time.monotonic()
    with pytest.raises(UnansweredError):
        ask(repo, "HEAD", patience=0.3)
    assert time.monotonic() - begin < 4
    assert starts(count) == 1, "it did not end, so it is not started again"


def test_an_answer_that_comes_in_pieces(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pieces = " ".join(
        f"printf '{each}'; sleep 0.05;"
        for each in ("a" * 30, "a" * 10 + " bl", "ob 3\\nx", "yz\\n")
    )
    program(tmp_path / "bin", f"while read name; do {pieces} done", monkeypatch)
    assert ask(repo, "HEAD", "HEAD") == [GitObject("a" * 40, "blob", 3, b"xyz")] * 2


def test_many_complaints_do_not_stop_an_answer(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    script = f"yes warning | head -c 3000000 >&2; printf '{'a' * 40} blob 1\\nx\\n'; exec cat"
    program(tmp_path / "bin", script, monkeypatch)
    assert data(repo, "HEAD") == b"x"


def test_an_interrupted_question_is_not_answered_later(repo: Repo):
    ask(repo, "HEAD")
    os.kill(process(repo).pid, signal.SIGSTOP)
    asked = process(repo)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            ask(repo, f"HEAD:{ONE}")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert data(repo, "HEAD:config/policy.yaml") == b"p"
    assert asked.poll() is not None


def test_threads_get_their_own_answers_from_one_process(repo: Repo):
    repo.commit({f"many/{number}": f"text {number}" for number in range(50)})
    wrong: list[object] = []

    def run(number: int) -> None:
        for each in range(number, number + 100):
            found = data(repo, f"HEAD:many/{each % 50}")
            if found != f"text {each % 50}".encode():
                wrong.append(found)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    with starting() as programs:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert len(programs) == 1


def test_a_forked_process_starts_its_own(repo: Repo):
    """A child that wrote to its parent's process would take its answers."""
    repo.commit({f"many/{number}": f"text {number}" for number in range(50)})
    ask(repo, "HEAD")
    ours = process(repo)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            right = all(
                data(repo, f"HEAD:many/{n % 50}") == b"text %d" % (n % 50) for n in range(200)
            )
            status = 0 if right and process(repo).pid != ours.pid else 2
        finally:
            os._exit(status)
    for number in range(400):
        assert data(repo, f"HEAD:many/{number % 50}") == b"text %d" % (number % 50)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert process(repo) is ours
    assert ours.poll() is None


def test_a_process_that_is_forked_while_another_thread_asks(repo: Repo):
    with objects._processes._lock:  # noqa: SLF001 - held as by a thread that the child lacks
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if data(repo, f"HEAD:{ONE}") == b"a\n\nb" else 2)
            finally:
                os._exit(1)
        end = time.monotonic() + 20
        while (done := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < end:
            time.sleep(0.02)
        if done == (0, 0):
            os.kill(child, signal.SIGKILL)
            done = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(done[1]) == 0


def test_few_processes_stay_open(tmp_path: Path):
    repos = [Repo(tmp_path / str(number)) for number in range(12)]
    opened = []
    for number, each in enumerate(repos):
        each.commit({"a": str(number)})
        assert data(each, "HEAD:a") == str(number).encode()
        opened.append(process(each))
    assert [each.poll() is None for each in opened] == [False] * 4 + [True] * 8
    assert data(repos[0], "HEAD:a") == b"0"
