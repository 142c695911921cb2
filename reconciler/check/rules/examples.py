"""The standard files that examples change, and ways to say which."""

import re
from collections.abc import Mapping
from typing import Final

from reconciler.check.rule import Example
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, RawFile

STANDARD: Final = """\
ticket: DS-1042
title: Card payments fail at checkout
impact:
  level: high
  who: Payers of all European billers
  how_many: 5200
  symptom: The page says that the payment could not be processed.
reason: Four in ten payments fail and there is no other gateway.
initiator: priya
contact: lena
reporter:
  person: lena
  findings: Only cards that need 3-D Secure are affected.
  blocked_because: We cannot read the logs of the gateway.
"""

POLICY: Final = """\
version: 1
time_zone: America/New_York
repository_url: https://github.example/acme/escalations
desks:
  DS:
    name: Dev Support
    announce_in: sre-escalations
    teams: [dev-support]
    acknowledgers: [hannah]
    overriders: [hannah]
    normal_queue: Leave the ticket in the backlog.
"""

ROSTER: Final = """\
version: 1
teams:
  client-success: {name: Client Success, kind: client-facing}
  payments: {name: Payments, kind: product-engineering}
  dev-support: {name: Dev Support, kind: dev-support}
crews:
  ledger: {name: Ledger crew, lead: hannah}
people:
  priya:
    {name: Priya, email: priya@acme.example, github: priya, team: client-success, role: manager}
  lena:
    {name: Lena, email: lena@acme.example, github: lena, team: client-success, role: specialist}
  ravi: {name: Ravi, email: ravi@acme.example, github: ravi, team: payments, role: engineer}
  hannah:
    {name: Hannah, email: hannah@acme.example, github: hannah, team: dev-support, role: manager}
  dmitri:
    {name: Dmitri, email: dmitri@acme.example, github: dmitri, team: dev-support, role: engineer}
  nadia:
    name: Nadia
    email: nadia@acme.example
    github: nadia
    team: dev-support
    role: engineer
    client_facing: true
"""

RESOLUTION: Final = """\
resolution:
  root_cause: A retired address was still in use.
  mitigation: The address was replaced.
  follow_ups: none
  customer_communication: {owner: lena, state: sent}
"""

WITHDRAWN: Final = """\
withdrawn:
  by: priya
  reason: It was our own mistake.
"""

EPISODE: Final = """\
episodes:
  - impact:
      level: high
      who: Payers of all European billers
      how_many: 80
      symptom: The same message as before.
    reason: It has come back.
    initiator: priya
    contact: lena
"""

LONG_AGO: Final = "2026-11-02T15:00:00+00:00"
NOW: Final = "2026-11-20T15:00:00+00:00"
_KEY: Final = re.compile(r"^([^\s#:]+):", re.MULTILINE)


def others(count: int, *, ended: bool = False, assignee: str = "") -> dict[str, str]:
    """Other escalations of the same desk."""
    extra = (WITHDRAWN if ended else "") + (f"assignee: {assignee}\n" if assignee else "")
    return {path: f"ticket: {_ticket(path)}\n{extra}" for path in _paths(count)}


def arrived_today(count: int) -> dict[str, str]:
    """That the other escalations all arrived today."""
    return dict.fromkeys(_paths(count), NOW)


def _paths(count: int) -> list[str]:
    return [f"escalations/2026/DS-{1001 + number}.yaml" for number in range(count)]


def _ticket(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yaml")


def files_of(example: Example, *, base: bool = False) -> list[RawFile]:
    """All files of an example: its own, the others, policy and roster."""
    texts: dict[str, str] = {POLICY_PATH: "", ROSTER_PATH: ""}
    if base:
        texts |= example.before or {}
    else:
        texts |= dict(example.also)
    files = {path: RawFile(path, _text(path, text).encode()) for path, text in texts.items()}
    if example.absent and not base:
        files.pop(example.path, None)
    elif not base and example.path:
        text = example.text if example.whole else _text(example.path, example.text)
        data = text.encode("utf-8", "surrogateescape")
        files[example.path] = RawFile(example.path, data, example.mode)
    return list(files.values())


def _text(path: str, snippet: str) -> str:
    """The standard file with the snippet's keys in the place of its own."""
    standard = _standard(path)
    theirs = set(_KEY.findall(snippet))
    kept = [block for key, block in _blocks(standard).items() if key not in theirs]
    return "".join(kept) + snippet + ("" if snippet.endswith("\n") or not snippet else "\n")


def _standard(path: str) -> str:
    if path == POLICY_PATH:
        return POLICY
    if path == ROSTER_PATH:
        return ROSTER
    return STANDARD.replace("DS-1042", _ticket(path))


def _blocks(text: str) -> Mapping[str, str]:
    """The top-level keys of a text with the lines that belong to them."""
    starts = [*_KEY.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {
        match.group(1): text[match.start() : end] for match, end in zip(starts, ends, strict=True)
    }
