"""What a sandbox starts from."""

from pathlib import Path

import pytest
import yaml

from reconciler.sandbox import SeedError, serve
from reconciler.sandbox.seed import load_seed

ROOT = Path(__file__).resolve().parents[2]


def test_the_shipped_seed_is_the_example_company() -> None:
    roster = yaml.safe_load((ROOT / "config" / "roster.yaml").read_text(encoding="utf-8"))
    policy = yaml.safe_load((ROOT / "config" / "policy.yaml").read_text(encoding="utf-8"))
    seed = load_seed()
    for handle, person in roster["people"].items():
        mine = seed.people[handle]
        assert (mine.name, mine.email, mine.github, mine.slack, mine.jira) == (
            person["name"],
            person["email"],
            person["github"],
            person["slack"],
            person["jira"],
        )
    for key, desk in policy["desks"].items():
        assert key in seed.projects
        assert seed.channels[desk["announce_in"]].bot
    assert policy["jira"]["priority"] in seed.priorities
    assert policy["jira"]["follow_up_link"] in seed.link_types


def test_the_examples_tickets_exist() -> None:
    seed = load_seed()
    found = {path.stem for path in (ROOT / "escalations").rglob("*.yaml")}
    assert found <= set(seed.tickets)


def test_a_mapping_replaces_whole_parts_of_it() -> None:
    with serve({"tickets": {"DS-1": {"summary": "Only this"}}}) as box:
        assert list(box.world.jira.issues) == ["DS-1"]
        assert "5f0a1c2e:lena" in box.world.jira.accounts


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("tickets: {DS-7: {summary: x, labels: [b, a], comments: []}}", "utf-8")
    with serve(path) as box:
        assert box.world.jira.issues["DS-7"].labels == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tickets: [", "seed.yaml"),
        ("[]", "a mapping is needed"),
        ("tickts: {}", "tickts"),
        ("tickets: {DS-1: {summary: x, prio: y}}", "tickets.DS-1.prio"),
        ("tickets: {ds-1: {summary: x}}", "tickets.ds-1"),
        ("tickets: {NO-1: {summary: x}}", "'NO' is not among the projects"),
        ("tickets: {DS-1: {summary: x, assignee: bob}}", "'bob' is not among the people"),
        ("tickets: {DS-1: {summary: x, assignee: auditor}}", "'auditor' is not among the people"),
        ("tickets: {DS-1: {summary: x, priority: Urgent}}", "tickets.DS-1.priority: 'Urgent'"),
        ("tickets: {DS-1: {summary: x, status: Lost}}", "tickets.DS-1.status: 'Lost'"),
        ("channels: {x: {members: [bob]}}", "channels.x.members: 'bob'"),
        ("channels: {X Y: {}}", "channels.X Y"),
        ("projects: {DS: {name: x, lead: bob}}", "projects.DS.lead: 'bob'"),
        ("projects: {DS: {name: x, lead: hannah, deny: {A: [bob]}}}", "projects.DS.deny: 'bob'"),
    ],
)
def test_seeds_that_are_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SeedError) as caught:
        load_seed(path)
    assert problem in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="nowhere"):
        load_seed(tmp_path / "nowhere.yaml")
