"""Limits over a history: who is admitted, who is held, and when that changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from company import escalation, resolution
from hypothesis import given, settings
from hypothesis import strategies as st
from merge_policy import merge_policy
from searching import times

from reconciler.history.admit import admissions, to_acknowledge
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Unread, Verdict
from reconciler.model.admission import Admissions, Decision
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.episode_history import Limit
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.timeline import MainCommit, Timeline, Version

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # ten in the morning in New York
WITHDRAWN = {"by": "priya", "reason": "A mistake."}
PEOPLE = ["dmitri", "nadia", "felix", "mei", "ines", "marcus", "hannah"]


@dataclass
class History:
    """A main line, commit by commit."""

    policy: dict[str, Any] = field(default_factory=lambda: yaml.safe_load(merge_policy()))
    commits: list[MainCommit] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    policies: list[tuple[MainCommit, Policy]] = field(default_factory=list)
    at: datetime = MONDAY - timedelta(days=30)

    def __post_init__(self) -> None:
        self.commit()
        self.set_policy()
        self.at += timedelta(days=30)

    def commit(self) -> MainCommit:
        number = len(self.commits)
        made = MainCommit(f"{number:040x}", self.at, "Priya", "change", None, number)
        self.commits.append(made)
        return made

    def set_policy(self, **limits: int) -> None:
        self.policy["desks"]["DS"]["limits"] = limits
        self.policies.append((self.commits[-1], Policy.model_validate(self.policy)))

    def write(self, *tickets: str, **changes: Any) -> None:
        """One commit that brings or changes files."""
        commit = self.commit()
        for ticket in tickets:
            person = PEOPLE[int(ticket[-1]) % len(PEOPLE)]
            content = escalation(ticket, **({"assignee": person} | changes))
            made = Escalation.model_validate(content)
            path = f"escalations/2026/{ticket}.yaml"
            self.versions.append(Version(ticket, path, commit, made))

    def remove(self, ticket: str) -> None:
        path = f"escalations/2026/{ticket}.yaml"
        self.versions.append(Version(ticket, path, self.commit(), None, gone=True))

    def pass_time(self, **span: float) -> None:
        self.at += timedelta(**span)

    def judged(self) -> Admissions:
        timeline = Timeline(tuple(self.commits), tuple(self.versions), tuple(self.policies))
        return admissions(timeline, self.at)

    def held(self) -> dict[str, str]:
        return {key: each.why for key, each in self.judged().by_ticket.items() if each.held}


def test_the_fourth_of_a_day_is_held_and_admitted_at_midnight():
    history = History()
    for number in range(1, 5):
        history.write(f"DS-{number}")
    assert history.held() == {"DS-4": "DS has taken 3 of 3 escalations today"}
    assert history.judged().today["DS"] == 3
    history.pass_time(hours=13, minutes=59)
    assert list(history.held()) == ["DS-4"], "midnight in New York, not in Greenwich"
    history.pass_time(minutes=2)
    judged = history.judged()
    assert history.held() == {}
    assert judged.by_ticket["DS-4"].since == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert judged.today["DS"] == 1, "it counts for the day on which it was admitted"


def test_a_withdrawn_one_still_counts_for_its_day():
    history = History()
    history.write("DS-1")
    history.write("DS-1", withdrawn=WITHDRAWN)
    for number in range(2, 5):
        history.write(f"DS-{number}")
    assert list(history.held()) == ["DS-4"]


def test_what_is_withdrawn_while_it_is_held_never_counted():
    history = History()
    for number in range(1, 5):
        history.write(f"DS-{number}")
    history.write("DS-4", withdrawn=WITHDRAWN)
    history.pass_time(days=1)
    assert history.judged().today["DS"] == 0


def test_the_sixth_active_one_waits_for_room():
    history = History()
    for number in range(1, 6):
        history.write(f"DS-{number}")
        history.pass_time(days=1)
    history.write("DS-6")
    assert history.held() == {"DS-6": "5 of 5 escalations of DS are active"}
    history.pass_time(days=3)
    assert list(history.held()) == ["DS-6"]
    history.write("DS-2", resolution=resolution())
    assert history.held() == {}


def test_one_assignee_has_one():
    history = History()
    history.write("DS-1", assignee="dmitri")
    history.write("PLAT-2", assignee="dmitri")
    assert history.held() == {"PLAT-2": "dmitri already has DS-1"}
    history.write("DS-1", assignee="nadia")
    assert history.held() == {}


def test_a_later_assignment_to_somebody_busy_waits_alone():
    history = History()
    history.write("DS-1", assignee="dmitri")
    history.write("DS-2", assignee=None)
    history.write("DS-2", assignee="dmitri")
    admission = history.judged().by_ticket["DS-2"]
    assert not admission.held
    assert (admission.assignee, admission.waits) == (None, "dmitri already has DS-1")
    history.write("DS-1", assignee="dmitri", resolution=resolution())
    admission = history.judged().by_ticket["DS-2"]
    assert (admission.assignee, admission.waits) == ("dmitri", "")


def test_low_impact_is_held_however_it_got_there():
    history = History()
    low = escalation("DS-1")["impact"] | {"level": "low"}
    history.write("DS-1", impact=low)
    assert history.held() == {"DS-1": "its impact is low, and DS takes medium or higher"}


def test_an_override_passes_only_from_those_whom_the_policy_names():
    history = History()
    for number in range(1, 4):
        history.write(f"DS-{number}")
    history.write("DS-4", override={"by": "priya", "reason": "I want it."})
    history.write("DS-5", override={"by": "hannah", "reason": "A regulator asks."})
    assert list(history.held()) == ["DS-4"]
    assert history.judged().by_ticket["DS-5"].override == "hannah"


def test_a_later_limit_takes_nothing_away():
    history = History()
    for number in range(1, 4):
        history.write(f"DS-{number}")
    history.commit()
    history.set_policy(active=1, per_day=1)
    assert history.held() == {}
    history.pass_time(days=1)
    history.write("DS-4")
    assert list(history.held()) == ["DS-4"]


def test_what_was_there_with_the_first_policy_is_admitted():
    history = History()
    first = history.commits[0]
    for number in range(1, 8):
        made = Escalation.model_validate(escalation(f"DS-{number}", assignee="dmitri"))
        path = f"escalations/2026/DS-{number}.yaml"
        history.versions.append(Version(f"DS-{number}", path, first, made))
    assert history.held() == {}
    history.write("DS-8")
    assert history.held() == {"DS-8": "7 of 5 escalations of DS are active"}


def test_several_in_one_push_go_by_their_tickets():
    history = History()
    history.write("DS-10", "DS-9", "DS-8", "DS-7")
    assert list(history.held()) == ["DS-10"]


def test_a_commit_may_take_what_it_frees():
    history = History()
    for number in range(1, 6):
        history.write(f"DS-{number}")
        history.pass_time(days=1)
    commit = history.commit()
    ended = Escalation.model_validate(escalation("DS-5", resolution=resolution()))
    fresh = Escalation.model_validate(escalation("DS-6", assignee="hannah"))
    for made in (fresh, ended):
        path = f"escalations/2026/{made.ticket}.yaml"
        history.versions.append(Version(made.ticket, path, commit, made))
    assert history.held() == {}


def test_a_vanished_file_frees_its_place():
    history = History()
    for number in range(1, 6):
        history.write(f"DS-{number}")
        history.pass_time(days=1)
    history.write("DS-6")
    history.remove("DS-1")
    assert history.held() == {}
    assert "DS-1" not in history.judged().by_ticket


@pytest.mark.parametrize(("hours", "held"), [(23, []), (25, ["DS-1"])])
def test_reopening_counts_against_the_day_after_24_hours_only(hours: int, held: list[str]):
    history = History()
    history.at = MONDAY - timedelta(days=3)
    history.write("DS-1")
    history.at = MONDAY - timedelta(hours=hours)
    history.write("DS-1", resolution=resolution())
    history.at = MONDAY
    for number in range(2, 5):
        history.write(f"DS-{number}")
    base = escalation("DS-1")
    episode = {name: base[name] for name in ("impact", "reason", "initiator", "contact")}
    history.write("DS-1", resolution=resolution(), episodes=[episode])
    assert list(history.held()) == held


@pytest.mark.parametrize(
    ("start", "midnight"),
    [
        ("2026-03-07T22:00:00-05:00", "2026-03-08T05:00:00+00:00"),
        ("2026-03-08T22:00:00-04:00", "2026-03-09T04:00:00+00:00"),
        ("2026-10-31T22:00:00-04:00", "2026-11-01T04:00:00+00:00"),
        ("2026-11-01T22:00:00-05:00", "2026-11-02T05:00:00+00:00"),
    ],
)
def test_midnight_comes_on_the_days_when_the_clocks_change(start: str, midnight: str):
    history = History(at=datetime.fromisoformat(start) - timedelta(days=30))
    history.at = datetime.fromisoformat(start)
    for number in range(1, 5):
        history.write(f"DS-{number}")
    history.pass_time(days=2)
    since = history.judged().by_ticket["DS-4"].since
    assert since.astimezone(UTC).isoformat() == midnight


def test_an_assignment_that_is_taken_back_waits_no_longer() -> None:
    history = History()
    history.write("DS-1", assignee="dmitri")
    history.write("DS-2", assignee="nadia")
    history.write("DS-2", assignee="dmitri")
    assert history.judged().by_ticket["DS-2"].waits
    history.write("DS-2", assignee="nadia")
    found = history.judged().by_ticket["DS-2"]
    assert (found.assignee, found.waits) == ("nadia", "")


def test_an_assignment_that_is_deleted_waits_no_longer() -> None:
    history = History()
    history.write("DS-1", assignee="dmitri")
    history.write("DS-2", assignee=None)
    history.write("DS-2", assignee="dmitri")
    history.write("DS-2", assignee=None)
    found = history.judged().by_ticket["DS-2"]
    assert (found.assignee, found.waits) == (None, "")


def assign(history: History, **people: str | None) -> None:
    """One commit that names other engineers."""
    commit = history.commit()
    for name, person in people.items():
        ticket = name.replace("_", "-")
        made = Escalation.model_validate(escalation(ticket, assignee=person))
        path = f"escalations/2026/{ticket}.yaml"
        history.versions.append(Version(ticket, path, commit, made))


def assignees(history: History) -> dict[str, str | None]:
    return {key: each.assignee for key, each in history.judged().by_ticket.items()}


def test_two_escalations_exchange_their_engineers_in_one_commit() -> None:
    history = History()
    history.write("DS-1", assignee="dmitri")
    history.write("PLAT-2", assignee="nadia")
    assign(history, DS_1="nadia", PLAT_2="dmitri")
    assert assignees(history) == {"DS-1": "nadia", "PLAT-2": "dmitri"}


def test_three_engineers_go_round_in_one_commit() -> None:
    history = History()
    for ticket, person in (("DS-1", "dmitri"), ("DS-2", "nadia"), ("DS-3", "felix")):
        history.write(ticket, assignee=person)
    assign(history, DS_1="nadia", DS_2="felix", DS_3="dmitri")
    assert assignees(history) == {"DS-1": "nadia", "DS-2": "felix", "DS-3": "dmitri"}


def test_an_exchange_over_two_commits_counts_with_the_second() -> None:
    history = History()
    history.write("DS-1", assignee="dmitri")
    history.write("DS-2", assignee="nadia")
    history.write("DS-1", assignee="nadia")
    assert history.judged().by_ticket["DS-1"].waits
    history.write("DS-2", assignee="dmitri")
    assert assignees(history) == {"DS-1": "nadia", "DS-2": "dmitri"}


def test_all_that_a_commit_frees_is_free_before_anybody_is_admitted() -> None:
    history = History(at=MONDAY - timedelta(days=40))
    history.policy["desks"]["DS"]["limits"] = {"active": 1, "per_day": 9}
    history.commit()
    history.set_policy(active=1, per_day=9)
    history.write("DS-1", assignee="felix")
    history.write("DS-2", assignee="dmitri")
    history.write("DS-3", assignee="mei")
    history.write("PLAT-1", assignee="dmitri")
    commit = history.commit()
    ended = escalation("DS-1", assignee="felix", resolution=resolution())
    for content in (ended, escalation("PLAT-1", assignee=None)):
        made = Escalation.model_validate(content)
        path = f"escalations/2026/{made.ticket}.yaml"
        history.versions.append(Version(made.ticket, path, commit, made))
    assert list(history.held()) == ["DS-3"], "DS-2 came first, and dmitri is free"


def test_a_waiting_assignment_goes_before_what_is_held_for_the_same_person() -> None:
    history = History()
    history.write("DS-1", assignee="dmitri")
    history.write("DS-2", assignee="dmitri")
    history.write("DS-3", assignee=None)
    history.write("DS-3", assignee="dmitri")
    history.write("DS-1", assignee=None)
    assert assignees(history)["DS-3"] == "dmitri"
    assert list(history.held()) == ["DS-2"]


def test_a_file_of_no_desk_is_held_and_holds_nobody() -> None:
    history = History()
    history.write("PLTA-7", assignee="dmitri")
    history.write("DS-1", assignee="dmitri")
    assert history.held() == {"PLTA-7": "no desk: the policy knows no desk PLTA"}
    assert assignees(history)["DS-1"] == "dmitri"


def test_an_escalation_of_a_desk_that_is_removed_frees_its_engineer_until_it_is_back() -> None:
    history = History()
    history.write("PLAT-1", assignee="dmitri")
    plat = history.policy["desks"].pop("PLAT")
    history.commit()
    history.set_policy()
    history.write("DS-1", assignee="dmitri")
    assert list(history.held()) == ["PLAT-1"]
    history.policy["desks"]["PLAT"] = plat
    history.commit()
    history.set_policy()
    assert history.held() == {}
    assert assignees(history) == {"PLAT-1": "dmitri", "DS-1": "dmitri"}


def test_a_commit_cannot_raise_a_limit_for_what_it_brings() -> None:
    history = History()
    for number in range(1, 5):
        history.write(f"DS-{number}")
    history.write("DS-5")
    history.set_policy(per_day=9, active=9)
    assert list(history.held()) == ["DS-5"], "what waited before is judged by it at once"
    history.pass_time(days=1)
    assert history.held() == {}


def test_a_day_is_counted_in_the_time_zone_that_is_in_force() -> None:
    history = History(at=datetime(2026, 10, 1, 12, tzinfo=UTC))
    history.at = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # the 22nd in New York, the 23rd in Tokyo
    for number in range(1, 4):
        history.write(f"DS-{number}")
    history.pass_time(hours=3)  # the 23rd in New York
    history.commit()
    history.policy["time_zone"] = "Asia/Tokyo"
    history.set_policy()
    history.write("DS-4")
    assert history.held() == {"DS-4": "DS has taken 3 of 3 escalations today"}


@pytest.mark.parametrize(("more", "held"), [(-1, []), (0, ["DS-1"])])
def test_at_exactly_24_hours_a_return_counts(more: int, held: list[str]) -> None:
    history = History()
    history.at = MONDAY - timedelta(days=3)
    history.write("DS-1")
    history.at = MONDAY - timedelta(hours=24, seconds=more)
    history.write("DS-1", resolution=resolution())
    history.at = MONDAY
    for number in range(2, 5):
        history.write(f"DS-{number}")
    base = escalation("DS-1")
    episode = {name: base[name] for name in ("impact", "reason", "initiator", "contact")}
    history.write("DS-1", resolution=resolution(), episodes=[episode])
    assert list(history.held()) == held


def test_of_two_first_files_with_one_engineer_the_second_is_without() -> None:
    history = History()
    for ticket in ("DS-1", "DS-2"):
        low = escalation(ticket)["impact"] | {"level": "low"}
        made = Escalation.model_validate(escalation(ticket, assignee="dmitri", impact=low))
        path = f"escalations/2026/{ticket}.yaml"
        history.versions.append(Version(ticket, path, history.commits[0], made))
    assert history.held() == {}
    assert assignees(history) == {"DS-1": "dmitri", "DS-2": None}


def test_a_late_approval_keeps_the_place_of_its_arrival() -> None:
    history = Reviewed()
    late = history.at + timedelta(hours=2)
    history.bring("DS-1", acknowledged(late))
    for number in range(2, 6):
        history.bring(f"DS-{number}", acknowledged(history.at))
    history.pass_time(days=1)
    since = {key: each.since for key, each in history.judged().by_ticket.items()}
    assert since["DS-1"] == since["DS-5"], "both wait for the next day, DS-1 first"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["open", "resolve", "withdraw", "wait", "remove"]),
        st.integers(1, 9),
        st.sampled_from([*PEOPLE, None]),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=times(150))
def test_limits_hold_in_every_history(steps: Iterable[tuple[str, int, str | None]]):
    history = History()
    alive: set[str] = set()
    for step, number, person in steps:
        ticket = f"DS-{number}"
        if step == "wait":
            history.pass_time(hours=7)
        elif step == "open" and ticket not in alive:
            history.write(ticket, assignee=person)
            alive.add(ticket)
        elif ticket in alive and step in {"resolve", "withdraw", "remove"}:
            if step == "remove":
                history.remove(ticket)
            else:
                end = {
                    "resolve": {"resolution": resolution()},
                    "withdraw": {"withdrawn": WITHDRAWN},
                }
                history.write(ticket, **end[step])
            alive.discard(ticket)
        judged = history.judged()
        admitted = [each for each in judged.by_ticket.values() if not each.held]
        assert set(judged.by_ticket) == alive
        assert len(admitted) <= 5
        assert judged.today.get("DS", 0) <= 3
        assigned = [each.assignee for each in admitted if each.assignee]
        assert len(assigned) == len(set(assigned))


def acknowledged(at: datetime) -> Acknowledgement:
    return Acknowledgement("hannah", at, "7")


@dataclass
class Reviewed(History):
    """A main line on which a review acknowledges."""

    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.policy["acknowledgement"] = "review"
        super().__post_init__()

    def bring(self, ticket: str, verdict: Verdict | None, **changes: Any) -> None:
        self.write(ticket, **changes)
        if verdict is not None:
            self.verdicts[ticket, self.commits[-1].sha] = verdict

    @property
    def timeline(self) -> Timeline:
        return Timeline(tuple(self.commits), tuple(self.versions), tuple(self.policies))

    def judged(self) -> Admissions:
        return admissions(self.timeline, self.at, self.verdicts)


SILENT = Unacknowledged("nobody has approved #7 yet", silent=True)


def test_without_an_approval_it_is_held_and_counts_for_nothing() -> None:
    history = Reviewed()
    for number in range(1, 5):
        history.bring(f"DS-{number}", SILENT)
    history.bring("DS-5", acknowledged(history.at))
    held = history.held()
    assert sorted(held) == ["DS-1", "DS-2", "DS-3", "DS-4"]
    assert all(why == "it is not acknowledged: nobody has approved #7 yet" for why in held.values())
    assert (history.judged().today["DS"], history.judged().active["DS"]) == (1, 1)


def test_a_late_approval_admits_at_its_time_and_counts_for_that_day() -> None:
    history = Reviewed()
    late = history.at + timedelta(days=1, hours=2)
    history.bring("DS-1", acknowledged(late))
    history.pass_time(days=1, hours=3)
    found = history.judged()
    assert found.by_ticket["DS-1"].since == late
    assert found.today["DS"] == 1


def test_an_approval_is_no_way_past_a_limit() -> None:
    history = Reviewed()
    for number in range(1, 5):
        history.bring(f"DS-{number}", acknowledged(history.at))
    assert list(history.held()) == ["DS-4"]


def test_an_override_is_no_way_past_an_approval() -> None:
    history = Reviewed()
    history.bring("DS-1", SILENT, override={"by": "hannah", "reason": "All are hit."})
    assert list(history.held()) == ["DS-1"]


def test_what_nobody_can_tell_takes_its_place_all_the_same() -> None:
    history = Reviewed()
    diagnostic = Diagnostic("acknowledgement", "GitHub does not answer", "")
    for number in range(1, 4):
        history.bring(f"DS-{number}", Unread(diagnostic))
    history.bring("DS-4", acknowledged(history.at))
    found = history.judged()
    unread = found.by_ticket["DS-1"]
    assert (unread.unread, unread.decision) == (diagnostic, Decision.UNKNOWN)
    assert not unread.held
    assert not unread.admitted
    depends = found.by_ticket["DS-4"]
    assert (depends.unread, depends.decision) == (diagnostic, Decision.UNKNOWN)
    assert [each.limit for each in depends.obstacles] == [Limit.DAY]
    history.pass_time(days=1)
    assert history.judged().by_ticket["DS-4"].decision is Decision.ADMITTED


def test_what_is_held_whoever_was_acknowledged_is_held() -> None:
    history = Reviewed()
    history.bring("DS-1", Unread(Diagnostic("acknowledgement", "GitHub does not answer", "")))
    low = escalation("DS-2")["impact"] | {"level": "low"}
    history.bring("DS-2", acknowledged(history.at), impact=low)
    assert list(history.held()) == ["DS-2"]


def test_a_commit_cannot_exempt_what_it_brings() -> None:
    history = Reviewed()
    history.bring("DS-1", SILENT)
    history.policy["acknowledgement"] = "merge"
    history.set_policy()
    assert list(history.held()) == ["DS-1"]
    history.bring("DS-2", None)
    assert list(history.held()) == ["DS-1"], "what comes later needs no review"


def test_once_its_desk_is_known_it_is_held_for_its_missing_approval() -> None:
    """The commit that brings the file brings its desk, too, which counts from the next midnight."""
    history = Reviewed()
    desk = history.policy["desks"].pop("PLAT")
    history.commit()
    history.set_policy()
    history.bring("PLAT-1", SILENT)
    history.policy["desks"]["PLAT"] = desk
    history.set_policy()
    assert history.held() == {"PLAT-1": "no desk: the policy knows no desk PLAT"}
    history.pass_time(days=1)
    missing = "it is not acknowledged: nobody has approved #7 yet"
    assert history.held() == {"PLAT-1": missing}, "although nothing was committed since"
    history.pass_time(days=30)
    assert history.held() == {"PLAT-1": missing}


def test_what_was_there_before_reviews_were_asked_for_needs_none() -> None:
    history = History()
    history.write("DS-1")
    history.policy["acknowledgement"] = "review"
    history.commit()
    history.set_policy()
    history.write("DS-2")
    timeline = Timeline(tuple(history.commits), tuple(history.versions), tuple(history.policies))
    assert [each.ticket for each in to_acknowledge(timeline, history.at)] == ["DS-2"]


def test_what_ended_long_ago_is_not_asked_about() -> None:
    history = Reviewed()
    history.bring("DS-1", None)
    history.write("DS-1", withdrawn=WITHDRAWN)
    history.bring("DS-2", None)
    assert [each.ticket for each in to_acknowledge(history.timeline, history.at)] == [
        "DS-1",
        "DS-2",
    ]
    history.pass_time(days=3)
    assert [each.ticket for each in to_acknowledge(history.timeline, history.at)] == ["DS-2"]


def test_reopening_needs_an_approval_of_its_own() -> None:
    history = Reviewed()
    history.bring("DS-1", acknowledged(history.at))
    history.write("DS-1", resolution=resolution())
    ended = escalation("DS-1", resolution=resolution(), assignee="nadia")
    episode = {key: ended[key] for key in ("impact", "reason", "initiator", "contact", "assignee")}
    history.bring("DS-1", SILENT, resolution=resolution(), episodes=[episode])
    assert list(history.held()) == ["DS-1"]
