"""People who act on the sandbox's GitHub, with a note of what each of them did."""

import subprocess
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import requests
import yaml
from hub import Hub, login_of

from reconciler.sandbox.github_git import NOTHING
from whose_word.account import Account
from whose_word.consents import Head, Proposal, Pushed, Said
from whose_word.edits import edited
from whose_word.facts import PATHS, POLICY, ROSTER, all_facts, changes

FORMS = "helper[bot]"
Files = dict[str, Any]
SECONDS = 20


class City:
    """A repository in the sandbox, and everybody who acts on it."""

    def __init__(self, hub: Hub, files: Files) -> None:
        self.hub = hub
        self.bare = hub.box.world.bare
        self.merges: list[tuple[Proposal, list[tuple[str, Files]]]] = []
        self.opened = 0
        first = self._write("refs/heads/main", "", {}, files, "hannah", "")
        self.mains: list[tuple[str, Files]] = [(first, files)]
        self.account = Account(files)

    def tip_of(self, branch: str) -> str:
        return self.bare.refs()[f"refs/heads/{branch}"]

    # Commits and pushes

    def _write(  # noqa: PLR0913, PLR0917 - which commit, onto what, and by whom
        self, ref: str, parent: str, before: Files, after: Files, who: str, author: str
    ) -> str:
        """Push a commit with these files, as git and GitHub's note of it have it."""
        known = self.bare.refs().get(ref, NOTHING)
        when = int(self.hub.now.timestamp())
        lines = [f"commit {ref}"]
        lines += [f"{role} {author or f'Ines <{who}@x.example>'} {when} +0000" for role in _ROLES]
        lines += ["data 6", "Change", *([f"from {parent}"] if parent else [])]
        stream = "\n".join(lines).encode() + b"\n"
        for path in sorted(before.keys() | after.keys()):
            new = after.get(path)
            if new is None:
                stream += f"D {path}\n".encode()
            elif new != before.get(path):
                data = (new if isinstance(new, str) else _yaml(new)).encode()
                stream += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
        done = subprocess.run(
            ["git", "-C", str(self.bare.folder), "fast-import", "--quiet", "--force"],
            input=stream,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        made = self.bare.refs()[ref]
        self._note(ref, known, made, who)
        return made

    def _note(self, ref: str, before: str, after: str, who: str) -> None:
        with (self.bare.folder / "sandbox-pushes").open("a") as file:
            file.write(f"{before} {after} {ref} {login_of(who)}\n")
        with self.hub.box.lock:
            self.hub.box.world.notice_pushes()
        self.hub.pass_time(seconds=SECONDS)

    def _push(  # noqa: PLR0913 - whose push, of what, onto what
        self,
        of: Proposal,
        who: str,
        files: Files,
        parent: str,
        base: Files,
        *,
        speaks_for: str = "",
    ) -> None:
        before = of.heads[-1] if of.heads else None
        shown = before.files if before is not None and before.sha == parent else base
        author = self._form_author(speaks_for) if speaks_for else ""
        ref = f"refs/heads/{of.branch}"
        sha = self._write(ref, parent, shown, files, who, author)
        self._moved(of, who, Head(sha, files, base, _changes(base, files)), speaks_for)

    def _moved(self, of: Proposal, who: str, head: Head, speaks_for: str = "") -> None:
        login, before = login_of(who), of.heads[-1] if of.heads else None
        of.heads.append(head)
        last = of.pushes[-1] if of.pushes else None
        if last is not None and last.login == login != FORMS:
            last.after = head  # what is pushed in a row is one push
        else:
            of.pushes.append(Pushed(login, before, head))
        of.pushes[-1].speaks_for = login_of(speaks_for) if speaks_for else ""

    def _form_author(self, who: str) -> str:
        login = login_of(who)
        number = self.hub.box.world.github.users[login].id
        return f"{login} <{number}+{login}@users.noreply.github.com>"

    # Pull requests

    def propose(self, author: str, first: Mapping[str, Any], *, old: bool) -> Proposal | None:
        """One person pushes a branch, and the same or another opens a pull request of it."""
        sha, base = self.mains[-2 if old and len(self.mains) > 1 else -1]
        of = Proposal(login_of(author), f"b{self.opened}")
        files = edited(base, first["edits"])
        if files == base:
            return None
        pusher = first["pusher"] or author
        self._push(of, pusher, files, sha, base, speaks_for=first["speaks_for"])
        of.number = self.hub.open(of.branch, "Change", who=author)
        of.opened = of.head if of.author != FORMS else None
        self.hub.pass_time(seconds=SECONDS)
        self.opened += 1
        return of

    def act(self, of: Proposal, act: tuple[str, str, Any]) -> None:
        """One thing that a person does to an open pull request."""
        kind, who, what = act
        getattr(self, f"_{kind}")(of, who, what)
        self.hub.pass_time(seconds=SECONDS)

    def _more(self, of: Proposal, who: str, what: Any) -> None:
        """A push on top."""
        files = edited(of.head.files, what["edits"])
        if files != of.head.files:
            self._push(
                of, who, files, of.head.sha, of.head.base, speaks_for=what.get("speaks_for", "")
            )

    def _instead(self, of: Proposal, who: str, what: Any) -> None:
        """A forced push of something else onto the newest main."""
        sha, base = self.mains[-1]
        files = edited(base, what["edits"])
        if files != base:
            of.is_updated = False
            self._push(of, who, files, sha, base)

    def _back(self, of: Proposal, who: str, what: int) -> None:
        """A forced push of an earlier head."""
        head = of.heads[what % len(of.heads)]
        if head.sha != of.head.sha:
            ref = f"refs/heads/{of.branch}"
            self.bare.set(ref, head.sha)
            self._note(ref, of.head.sha, head.sha, who)
            self._moved(of, who, head)

    def _update(self, of: Proposal, who: str, _: Any) -> None:
        """The button *Update branch*."""
        done = self._call(who, "PUT", f"pulls/{of.number}/update-branch", {})
        if done.status_code == requests.codes.accepted:
            sha, base = self.tip_of(of.branch), self.mains[-1][1]
            files = self._files(sha)
            of.is_updated = True
            self._moved(of, who, Head(sha, files, base, _changes(base, files)))

    def _review(self, of: Proposal, who: str, what: Any) -> None:
        if login_of(who) == of.author and what["event"] != "COMMENT":
            return
        head = of.heads[what["head"] % len(of.heads)] if what.get("head") else of.head
        body = {"event": what["event"], "body": what["body"], "commit_id": head.sha}
        done = self._call(who, "POST", f"pulls/{of.number}/reviews", body)
        late = bool(what.get("late"))
        of.said.append(
            Said(login_of(who), what["event"], what["body"], head, done.json()["id"], late=late)
        )

    def _comment(self, of: Proposal, who: str, what: str) -> None:
        done = self._call(who, "POST", f"issues/{of.number}/comments", {"body": what})
        of.said.append(Said(login_of(who), "COMMENT", what, id=done.json()["id"]))

    def _dismiss(self, of: Proposal, who: str, what: int) -> None:
        found = [each for each in of.said if each.state in {"APPROVE", "REQUEST_CHANGES"}]
        if found:
            one = found[what % len(found)]
            path = f"pulls/{of.number}/reviews/{one.id}/dismissals"
            self._call(who, "PUT", path, {"message": "No"})
            one.state = "DISMISSED"

    def _edit(self, of: Proposal, who: str, what: tuple[int, str]) -> None:
        """A person changes the text of a review or a comment."""
        if of.said:
            one = of.said[what[0] % len(of.said)]
            path = f"issues/comments/{one.id}"
            if one.head is not None:
                path = f"pulls/{of.number}/reviews/{one.id}"
            self._call(who, "PUT" if one.head else "PATCH", path, {"body": what[1]})
            one.body, one.edited = what[1], True

    def merge(self, of: Proposal, method: str) -> bool:
        """Merge it if GitHub can; what can't be merged stays open."""
        if of.is_updated and method == "rebase":
            method = "squash"  # the sandbox does not leave out merge commits, as GitHub does
        body = {"merge_method": method}
        done = self._call("marcus", "PUT", f"pulls/{of.number}/merge", body)
        self.hub.pass_time(seconds=SECONDS)
        if not done.ok:
            return False
        listed = self.hub.git(
            "rev-list",
            "--first-parent",
            "--reverse",
            f"{self.mains[-1][0]}..main",
            folder=self.bare.folder,
        ).split()
        steps = [(sha, self._files(sha)) for sha in listed]
        self.mains.append(steps[-1])
        self.merges.append((of, steps))
        return True

    def settle(self) -> Account:
        """The plain account of all that was merged, with what was said after it."""
        for of, steps in self.merges:
            self.account.merged(steps, of)
        return self.account

    def _files(self, sha: str) -> Files:
        found: Files = {}
        for path in (POLICY, ROSTER, *PATHS):
            if (read := self.bare.file(sha, path)) is not None:
                text = read[1]
                found[path] = text if path not in PATHS else yaml.load(text, yaml.CSafeLoader)
        return found

    def _call(self, who: str, method: str, path: str, body: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer ghp-{login_of(who)}"}
        url = f"{self.hub.api}/{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=10)


_ROLES = ("author", "committer")


def _yaml(content: Any) -> str:
    return yaml.dump(deepcopy(content), Dumper=yaml.CSafeDumper, sort_keys=False)


def _changes(base: Files, files: Files) -> Any:
    return changes(all_facts(base), all_facts(files))
