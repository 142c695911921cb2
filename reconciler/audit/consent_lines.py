"""Lines about merged pull requests on the audit branch, each with a seal of its own.

Everybody who may push to the branch can write lines there. A line counts only with a valid seal,
which covers all of it, also the commits that it is about. A line that does not count is ignored,
and the forge is asked again.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from reconciler.model.consent import Consent, Consents, ConsentVerdict, NoPullRequest
from reconciler.model.consent_line import ConsentEntry, ConsentLine, path_of
from reconciler.model.forge import Account
from reconciler.model.keyring import Keyring, Purpose, Seal

_READER: Final = TypeAdapter(ConsentLine)
_HEAD: Final = re.compile(rb'\{"commits":\[("[0-9a-f]{40,64}"(?:,"[0-9a-f]{40,64}")*)\]')
"""How each line begins, so that those about other commits are not read."""
_LACKS: Final = b'"lacks":true'


class ConsentMemory:
    """What earlier runs read, by commit of the main line. A line is read when it is needed."""

    def __init__(self, files: Iterable[bytes] = (), keyring: Keyring | None = None) -> None:
        """Take files of lines. Without a keyring, nothing of them counts."""
        self._keyring = keyring
        self._texts: dict[str, list[bytes]] = {}
        self._lines: dict[str, ConsentLine | None] = {}
        self._lacking: set[str] = set()
        for content in files:
            for text in content.split(b"\n"):
                self._take(text)

    def _take(self, text: bytes) -> None:
        head = _HEAD.match(text)
        commits = head[1].decode("ascii").strip('"').split('","') if head else ()
        for commit in commits:
            self._texts.setdefault(commit, []).append(text)
        if _LACKS in text:
            self._lacking.update(commits)

    @property
    def doubtful(self) -> frozenset[str]:
        """Commits that lacked somebody's word when they were last read."""
        found = ((commit, self.line(commit)) for commit in self._lacking)
        return frozenset(commit for commit, line in found if line is not None and line.lacks)

    def line(self, commit: str) -> ConsentLine | None:
        """What was read last about a commit; None if there is nothing with a valid seal.

        The pull request whose last commit it is knows it best, because the forge names that one.
        The order of lines says nothing: an old one can be copied to the end.
        """
        if commit not in self._lines:
            read = (self._read(text) for text in self._texts.get(commit, ()))
            valid = [each for each in read if each is not None and commit in each.commits]
            self._lines[commit] = max(
                valid,
                key=lambda each: _rank(each, commit),
                default=None,
            )
        return self._lines[commit]

    def _read(self, text: bytes) -> ConsentLine | None:
        return None if self._keyring is None else _valid(text, self._keyring)


def _valid(text: bytes, keyring: Keyring | None) -> ConsentLine | None:
    """A line, unless it cannot be read. With a keyring, its seal has to be valid."""
    try:
        line = _READER.validate_json(text)
    except ValidationError:
        return None
    if keyring is None:
        return line
    state = keyring.check(Purpose.CONSENTS, _payload(line), line.seal)
    return None if state is Seal.BROKEN else line


def _rank(line: ConsentLine, commit: str) -> tuple[bool, datetime]:
    """The line of highest rank knows a commit best."""
    return bool(line.pull_request) and line.commits[-1] == commit, line.read_at


def proposers(files: Iterable[bytes], keyring: Keyring | None) -> dict[str, str]:
    """By commit of the main line, the login of the account that proposed it in a pull request.

    For a pull request of a form, that is the account that sent the form. With a keyring, a line
    without a valid seal does not count. Without one, anyone who can push to the branch can have
    written it, so nothing may be decided by it.
    """
    found: dict[str, ConsentLine] = {}
    for text in (each for content in files for each in content.split(b"\n")):
        line = _valid(text, keyring) if text else None
        for commit in line.commits if line else ():
            known = found.get(commit)
            if line and (known is None or _rank(known, commit) < _rank(line, commit)):
                found[commit] = line
    return {commit: login for commit, line in found.items() if (login := _proposer(line))}


def _proposer(line: ConsentLine) -> str:
    people = (each.login for each in line.proposed if each.account != line.author)
    return next(people, line.login) if line.bot else line.login


def sealed(line: ConsentLine, keyring: Keyring) -> ConsentLine:
    """A line with its seal."""
    return line.model_copy(update={"seal": keyring.seal(Purpose.CONSENTS, _payload(line))})


def grown_by(lines: Iterable[ConsentLine], keyring: Keyring) -> Mapping[str, bytes]:
    """What the files of lines are to grow by."""
    found: dict[str, bytes] = {}
    for line in lines:
        path = path_of((line.merged_at or line.read_at).year)
        found[path] = found.get(path, b"") + text_of(sealed(line, keyring))
    return found


def text_of(line: ConsentLine) -> bytes:
    """A line as it is written; ASCII, so that no tool can see another end of a line in it."""
    shown = line.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(shown, separators=(",", ":")).encode("ascii") + b"\n"


def _payload(line: ConsentLine) -> dict[str, object]:
    return line.model_dump(mode="json", exclude={"seal"})


def verdict_of(line: ConsentLine) -> ConsentVerdict:
    """What a line says."""
    if not line.pull_request:
        return NoPullRequest()
    every = (*_consents(line.proposed), *_consents(line.answered))
    return Consents(
        pull_request=line.pull_request,
        author=author_of(line),
        consents=tuple(sorted(every, key=lambda each: each.at)),
        commits=line.commits,
        merged_at=line.merged_at,
        ready_at=line.ready_at,
        waiting=line.waiting,
    )


def author_of(line: ConsentLine) -> Account | None:
    """Who opened the pull request."""
    return None if line.author is None else Account(line.author, line.login, line.bot)


def _consents(entries: Iterable[ConsentEntry]) -> Iterator[Consent]:
    for each in entries:
        covers = None if each.covers is None else frozenset(each.covers)
        account = Account(each.account, each.login)
        yield Consent(account, each.at, each.approved, covers, each.via)


def entries_of(consents: Iterable[Consent]) -> tuple[ConsentEntry, ...]:
    """Consents as a line has them."""
    return tuple(
        ConsentEntry(
            account=each.account.id,
            login=each.account.login,
            at=each.at,
            approved=each.approved,
            covers=None if each.covers is None else tuple(sorted(each.covers)),
            via=each.via,
        )
        for each in consents
    )
