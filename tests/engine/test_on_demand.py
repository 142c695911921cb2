"""What an escalation asks for is compiled when something looks at it, and only once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from announced import JIRA, NOW, survey, ticket
from company import TOP, Company, escalation, read_request, resolution

from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.observed import Channel
from reconciler.model.receipt import PostReceipt, Receipt
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.desired_states import DesiredStates, desire
from reconciler.reconcile.effective import plain_escalations
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.inventory.search_start import starts
from reconciler.reconcile.inventory.survey import open_tickets, winding_down
from reconciler.sandbox import Box
from reconciler.services.connect import connect
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.retry import RetryPolicy
from reconciler.services.slack.values import ListedChannel


def snapshot() -> Snapshot:
    """The example company with one escalation that goes on and two that have ended."""
    raws = [raw for raw in read_worktree(TOP) if raw.path.startswith("config/")]
    ended = resolution(follow_ups=["DS-1071", "DS-4000"])
    for key, changes in (
        ("DS-1071", {}),
        ("DS-1072", {"resolution": ended}),
        ("DS-1073", {"withdrawn": {"by": "priya", "reason": "It went away."}}),
    ):
        text = yaml.safe_dump(escalation(key, **changes), sort_keys=False)
        raws.append(RawFile(f"escalations/2026/{key}.yaml", text.encode()))
    found = load_snapshot(raws).snapshot
    assert found is not None
    return found


def states() -> DesiredStates:
    return DesiredStates((it := snapshot()), plain_escalations(it, NOW), JIRA, NOW)


def test_choosing_what_to_look_at_compiles_nothing():
    found = states()
    receipt = Receipt(
        ticket="DS-1071",
        announced_in="C1",
        announcements={"announcement": PostReceipt(ts=f"{NOW.timestamp():.6f}", rev="x")},
    )
    assert open_tickets(found.declared, frozenset()) == ["DS-1071"]
    made = Channel("C1", "ds-1072-it-fails", "", "", archived=False, bot_is_member=True)
    listed = ListedChannel(replace(made, creator="UBOT"), "UBOT")
    assert winding_down(found.declared, [listed], "UBOT") == ["DS-1072"]
    assert starts(NOW, survey(ticket(receipt=receipt)), found.declared, ())
    assert found.compiled == ()


def test_what_is_looked_at_is_compiled_alone():
    found = states()
    _, second, _ = found.declared
    assert found.of(second).ticket == "DS-1072"
    assert found.compiled == (second,)


def test_everything_compiled_on_demand_is_as_if_compiled_at_once():
    found = states()
    at_once = desire((it := snapshot()), plain_escalations(it, NOW), JIRA, NOW)
    assert tuple(map(found.of, found.declared)) == at_once
    assert [
        (
            each.ticket,
            each.desk,
            each.path,
            each.phase,
            each.announcement,
            each.announced_in,
            each.follow_ups,
            each.since,
        )
        for each in found.declared
    ] == [
        (
            each.ticket,
            each.desk,
            each.path,
            each.phase,
            each.announcement.message.key,
            each.announcement.channel_name,
            tuple(key for key, _ in each.jira.follow_ups),
            each.since,
        )
        for each in at_once
    ]


def test_threads_that_ask_at_once_get_the_same_value():
    found = states()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(found.of, each) for _ in range(20) for each in found.declared]
        results = [each.result() for each in asked]
    assert len({id(each) for each in results}) == len(found.declared) == len(found.compiled)


@pytest.mark.parametrize("thorough", [False, True])
def test_a_run_compiles_only_what_it_looks_at(tmp_path: Path, box: Box, *, thorough: bool):
    company = Company(tmp_path / "repo", box)
    for number in range(5):
        company.write(f"DS-{1060 + number}", resolution=resolution())
    recent, active = company.write("DS-1070", resolution=resolution()), company.write("DS-1071")
    request = replace(
        read_request(company.folder, company.now, company.settings, thorough=thorough),
        recent=frozenset({recent.relative_to(company.folder).as_posix()}),
    )
    with connect(company.settings, RetryPolicy(), 4) as gateways:
        run = plan_run(request, gateways, Silent())
    assert {each.ticket for each in request.desired.compiled} == {recent.stem, active.stem}
    assert {each.ticket for each in run.plan.escalations} == {recent.stem, active.stem}
