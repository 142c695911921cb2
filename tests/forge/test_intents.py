"""What a run is about to announce for pull requests is published with its lease, too."""

from datetime import UTC, datetime
from pathlib import Path

from hub import Hub
from runs import running

from reconciler.model.lease import Lease, read_lease
from reconciler.sandbox import Fault

ONE = "DS-1071"


def lease_of(hub: Hub) -> Lease:
    remote = Path(hub.box.github.remote)
    content = hub.git("show", "refs/heads/audit:leases/DS.json", folder=remote).encode()
    found = read_lease("DS", content, datetime.now(UTC), hub.settings.jira.keyring)
    assert found.lease is not None, found.problem
    return found.lease


def test_the_intents_name_the_announcement_of_a_pull_request_and_need_no_record(hub: Hub):
    number = hub.propose(ONE)
    fault = hub.box.faults.add(Fault("hang", name="chat.postMessage", when="after", seconds=60.0))
    with running(hub, "--record") as run:
        assert fault.hit.wait(30)
        run.kill()
    hub.box.faults.clear()
    (intents,) = lease_of(hub).intents
    assert (intents.ticket, intents.pull_request) == (ONE, f"#{number}")
    assert [each.facet for each in intents.changes] == ["slack.announcement", "slack.thread"]
    assert "audit-hole" not in hub.escalate("history", "--verify", status=None).stdout
    hub.pass_time(minutes=10)
    hub.reconcile("--record")
    assert lease_of(hub).intents == ()
    assert "audit-hole" not in hub.escalate("history", "--verify", status=None).stdout
    remote = Path(hub.box.github.remote)
    listed = hub.git("ls-tree", "-r", "--name-only", "refs/heads/audit", folder=remote)
    assert listed == "leases/DS.json", "nothing is recorded of it"
