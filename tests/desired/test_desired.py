"""What a file asks for, as values."""

import yaml
from company import NOW, TOP, escalation, resolution
from merge_policy import merge_policy

from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.desired import Desired
from reconciler.model.phase import Phase
from reconciler.reconcile.desired_states import desire
from reconciler.reconcile.effective import plain_escalations
from reconciler.services.git.work_tree import read_worktree


def desired(policy: dict | None = None, **changes: object) -> Desired:
    raws = [raw for raw in read_worktree(TOP) if raw.path.startswith("config/")]
    if policy:
        text = yaml.safe_dump(yaml.safe_load(merge_policy()) | policy)
        raws = [raw for raw in raws if "policy" not in raw.path]
        raws.append(RawFile("config/policy.yaml", text.encode()))
    text = yaml.safe_dump(escalation("DS-1071", **changes), sort_keys=False)
    raws.append(RawFile("escalations/2026/DS-1071.yaml", text.encode()))
    snapshot = load_snapshot(raws).snapshot
    assert snapshot is not None
    (found,) = desire(snapshot, plain_escalations(snapshot, NOW), "https://jira.example", NOW)
    return found


def test_everybody_who_belongs_is_invited_once():
    found = desired(
        contact="owen",  # also the reporter
        stakeholders={"client_facing": ["priya", "amara"], "product_engineering": ["payments"]},
    )
    handles = [each.handle for each in found.channel.invitees]
    assert handles == [
        *("priya", "owen", "dmitri", "ines", "hannah", "sofia"),
        *("amara", "ravi", "chloe", "pavel", "grace"),
    ]
    again = {each.handle for each in found.channel.invitees if each.again}
    assert again == {"priya", "owen", "dmitri", "ines", "hannah", "sofia"}


def test_every_wish_knows_its_line():
    found = desired()
    lines = {each.handle: each.why.line for each in found.channel.invitees}
    text = yaml.safe_dump(escalation("DS-1071"), sort_keys=False).splitlines()
    assert text[lines["dmitri"] - 1] == "assignee: dmitri"
    assert text[lines["priya"] - 1] == "initiator: priya"


def test_an_ended_escalation_invites_nobody():
    found = desired(resolution=resolution())
    assert found.phase is Phase.RESOLVED
    assert found.channel.invitees == ()
    assert not found.jira.escalated
    assert found.channel.archive_after_idle_days == 14


def test_links_can_lead_elsewhere_than_the_api():
    found = desired({"jira": {"browse_url": "https://ledgerline.example"}})
    assert found.channel.bookmarks[0].link == "https://ledgerline.example/browse/DS-1071"
    assert "https://ledgerline.example/browse/DS-1071" in found.announcement.message.text


def test_a_ticket_of_no_desk_asks_for_nothing():
    raws = [raw for raw in read_worktree(TOP) if raw.path.startswith("config/")]
    text = yaml.safe_dump(escalation("NOPE-1"))
    raws.append(RawFile("escalations/2026/NOPE-1.yaml", text.encode()))
    snapshot = load_snapshot(raws).snapshot
    assert snapshot is not None
    assert desire(snapshot, plain_escalations(snapshot, NOW), "https://jira.example", NOW) == ()
