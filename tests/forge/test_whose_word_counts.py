"""Random lives of pull requests in the sandbox, against a plain account of whose word counts.

No change that is carried out lacks its owner's word, and none that has it is held. What counts is
read as a run reads it: from GitHub's answers and from a clone of its repository.
"""

import json
from typing import Any

import yaml
from company import NOW, TOP, escalation
from forge.test_github import connect
from hub import Hub
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from searching import times
from whose_word.city import City
from whose_word.edits import FIRST, PEOPLE, POLICY_EDITS, ROSTER_EDITS, SECOND, edited, edits
from whose_word.facts import PATHS, POLICY, ROSTER, Facts, Key, changes, facts_of
from whose_word.rules import GROUP_OF

from reconciler.cli.consents import consent_source
from reconciler.load.snapshot import load_snapshot
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.escalation import Update
from reconciler.model.field_change import FieldChange
from reconciler.pull_requests.in_force import InForce, in_force
from reconciler.pull_requests.open import Main
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.git.remote import Remote
from reconciler.services.git.timeline import read_timeline
from reconciler.services.git.work_tree import read_worktree

FORMS, STRANGER = "helper[bot]", "mallory"
people = st.sampled_from(PEOPLE)
pushers = st.sampled_from([*PEOPLE, FORMS, "dependabot[bot]", STRANGER])
bodies = st.sampled_from(["", "Fine", "/assign nadia", "Yes\n/assign dmitri\n", "/assign pavel"])
events = st.sampled_from(["APPROVE", "APPROVE", "APPROVE", "REQUEST_CHANGES", "COMMENT"])
pushes = st.fixed_dictionaries({"edits": edits, "speaks_for": st.sampled_from(["", *PEOPLE])})
reviews = st.fixed_dictionaries({"event": events, "body": bodies, "head": st.integers(0, 2)})
acts = st.one_of(
    st.tuples(st.just("review"), people, reviews),
    st.tuples(st.just("review"), people, reviews),
    st.tuples(st.just("more"), pushers, pushes),
    st.tuples(st.just("instead"), pushers, pushes),
    st.tuples(st.just("back"), pushers, st.integers(0, 3)),
    st.tuples(st.just("update"), people, st.none()),
    st.tuples(st.just("comment"), people, bodies.filter(bool)),
    st.tuples(st.just("dismiss"), people, st.integers(0, 3)),
    st.tuples(st.just("edit"), people, st.tuples(st.integers(0, 3), bodies.filter(bool))),
)
late = st.tuples(
    people,
    st.fixed_dictionaries({"event": st.just("APPROVE"), "body": bodies, "late": st.just(True)}),
)
proposals = st.fixed_dictionaries(
    {
        "author": st.sampled_from([*PEOPLE, *PEOPLE, FORMS]),
        "pusher": st.one_of(st.just(""), st.just(""), pushers),
        "edits": edits,
        "speaks_for": st.sampled_from(["", *PEOPLE]),
        "old": st.booleans(),
        "acts": st.lists(acts, max_size=5),
        "method": st.sampled_from(["merge", "squash", "rebase"]),
        "late": st.lists(late, max_size=1),
    }
)
config = st.lists(
    st.one_of(
        POLICY_EDITS.map(lambda each: (POLICY, *each)),
        ROSTER_EDITS.map(lambda each: (ROSTER, *each)),
    ),
    max_size=3,
)
lives = st.tuples(config, st.lists(st.lists(proposals, min_size=1, max_size=2), max_size=3))


def _one(author: str, *wanted: Any, acts: Any = (), **more: Any) -> list[dict[str, Any]]:
    """A pull request that is open alone."""
    quiet = {"pusher": "", "speaks_for": "", "old": False, "late": [], "method": "squash"}
    return [{**quiet, "author": author, "edits": list(wanted), "acts": list(acts), **more}]


def _approval(who: str) -> Any:
    return "review", who, {"event": "APPROVE", "body": "", "head": 0}


# A stranger writes the command into an acknowledger's comment.
_REWRITTEN = _one(
    "pavel",
    (FIRST, "assignee", "nadia"),
    acts=[("comment", "ines", "Fine"), ("edit", "pavel", (0, "/assign nadia"))],
)
_DISMISSED = _one(
    "pavel",
    (FIRST, "assignee", "nadia"),
    acts=[_approval("ines"), ("dismiss", "priya", 0)],
)
# Two steps, of which each has the word of whom the step before named.
_IN_STEPS = [
    _one("owen", (FIRST, "initiator", "pavel")),
    _one("tomas", (FIRST, "initiator", "tomas"), acts=[_approval("pavel")]),
]
_AGAIN = [
    _one("pavel", (FIRST, "file", False)),
    _one("pavel", (FIRST, "title", "Cards fail"), (FIRST, "initiator", "pavel")),
]
_OWN_APPROVAL = [_one("priya", (SECOND, "file", True), acts=[_approval("ines")], pusher="ines")]


@example(([], [_REWRITTEN]))
@example(([], [_DISMISSED]))
@example(([], _IN_STEPS))
@example(([], _AGAIN))
@example(([], _OWN_APPROVAL))
@settings(
    max_examples=times(8),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lives)
def test_what_counts_is_what_owners_agreed_to(hub: Hub, life: Any) -> None:
    first, batches = life
    city = _begun(hub, edited(_files(), first))
    for batch in batches:
        _live(city, batch)
    found = _in_force(hub)
    account = city.settle()
    assert found.configuration is not None
    for path in (POLICY, ROSTER):
        blob = found.configuration.content(path)
        assert hub.git("cat-file", "blob", blob).strip() == account.config[path].strip(), path
    for path, counts in _counting(found).items():
        assert changes(account.tickets[path].shown, counts) == set()
    arrived = {commit: each for (_, commit), each in found.verdicts.items()}
    acknowledged = {commit: isinstance(each, Acknowledgement) for commit, each in arrived.items()}
    tickets = account.tickets.values()
    assert acknowledged == {
        commit: each for ticket in tickets for commit, each in ticket.acknowledged.items()
    }
    assert _lacking(found) == {key for ticket in tickets for key in ticket.lacking}


def _files() -> dict[str, Any]:
    roster = (TOP / ROSTER).read_text(encoding="utf-8")
    policy = yaml.load((TOP / POLICY).read_text(encoding="utf-8"), yaml.CSafeLoader)
    text = yaml.dump({**policy, "acknowledgement": "review", "rights": "by-field"}, sort_keys=False)
    return {POLICY: text, ROSTER: roster, FIRST: escalation(PATHS[FIRST])}


def _begun(hub: Hub, files: dict[str, Any]) -> City:
    hub.box.reset()
    hub.now = NOW
    hub.box.clock.set(NOW)
    return City(hub, files)


def _live(city: City, batch: list[dict[str, Any]]) -> None:
    """Some pull requests that are open at the same time."""
    opened = [(each, city.propose(each["author"], each, old=each["old"])) for each in batch]
    for turn in range(max(len(each["acts"]) for each in batch)):
        for each, of in opened:
            if of and turn < len(each["acts"]):
                city.act(of, each["acts"][turn])
    for each, of in opened:
        if of and city.merge(of, each["method"]):
            for who, what in each["late"]:
                city.act(of, ("review", who, what))


def _in_force(hub: Hub) -> InForce:
    hub.pull_main()
    forge, _ = connect(hub)
    connected = ConnectedForge(forge, Remote(hub.folder, "origin"))
    raws = read_worktree(hub.folder)
    head = hub.git("rev-parse", "HEAD")
    main = Main(hub.folder, head, raws, load_snapshot(raws), hub.now)
    timeline = read_timeline(hub.folder, now=hub.now)
    return in_force(main, timeline, consent_source(main, timeline, connected))


def _counting(found: InForce) -> dict[str, Facts]:
    """What the escalations in force say."""
    latest = {each.path: each for each in found.timeline.versions}
    return {
        path: facts_of(path, latest[path].escalation.model_dump(mode="json", exclude_none=True))
        if path in latest and latest[path].escalation is not None
        else {}
        for path in PATHS
    }


def _lacking(found: InForce) -> set[Any]:
    """The facts that lack a word, but for those of the configuration."""
    keys = (_key(each.change) for each in found.not_agreed if each.change.path in PATHS)
    return {each for each in keys if each[1] in GROUP_OF}


def _key(change: FieldChange) -> Key:
    """Its place, as the plain account has it."""
    name = change.key.name.removeprefix("impact.").replace("customer_communication.", "")
    value = change.after or change.before
    element = change.key.element
    if isinstance(value, Update):
        element = json.dumps(value.model_dump(mode="json"), sort_keys=True)
    return change.path, name.removesuffix(".client_facing"), element
