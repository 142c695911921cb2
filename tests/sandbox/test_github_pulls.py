"""Pull requests over their life: trial merges, branches that move or go, commits, pages."""

import pytest
import requests
from hub import Hub

ONE, BRANCH = "DS-1071", "escalate/ds-1071"


def test_whether_it_can_be_merged_is_known_to_those_who_ask_again(hub: Hub):
    number = hub.propose(ONE)
    first, second = (hub.call("priya", "GET", f"pulls/{number}") for _ in range(2))
    assert (first["mergeable"], first["merge_commit_sha"]) == (None, None)
    assert (second["mergeable"], second["mergeable_state"]) == (True, "clean")
    hub.git("fetch", "--quiet", "origin", f"refs/pull/{number}/merge")
    trial = hub.git("rev-parse", "FETCH_HEAD")
    assert second["merge_commit_sha"] == trial
    parents = hub.git("log", "-1", "--format=%P", trial).split()
    assert parents == [hub.git("rev-parse", "origin/main"), second["head"]["sha"]]
    hub.push(BRANCH, {"x": "1"}, base=BRANCH)
    third, fourth = (hub.call("priya", "GET", f"pulls/{number}") for _ in range(2))
    assert (third["mergeable"], third["merge_commit_sha"]) == (None, trial)
    assert fourth["mergeable"] is True
    assert fourth["merge_commit_sha"] not in {None, trial}


def test_a_trial_is_no_merge(hub: Hub):
    number = hub.propose(ONE)
    for _ in range(2):
        hub.call("priya", "GET", f"pulls/{number}")
    hub.close(number)
    shown = hub.call("priya", "GET", f"pulls/{number}")
    assert shown["merge_commit_sha"]
    assert (shown["merged"], shown["merged_at"], shown["mergeable"]) == (False, None, None)


def test_one_whose_branch_goes_is_closed(hub: Hub):
    number = hub.propose(ONE)
    head = hub.call("priya", "GET", f"pulls/{number}")["head"]["sha"]
    hub.git("push", "--quiet", "origin", "--delete", BRANCH)
    shown = hub.call("priya", "GET", f"pulls/{number}")
    assert (shown["state"], shown["merged"], shown["head"]["sha"]) == ("closed", False, head)
    answer = hub.call("priya", "PATCH", f"pulls/{number}", {"state": "open"}, status=422)
    assert f"The {BRANCH} branch has been deleted." in str(answer)
    hub.git("fetch", "--quiet", "origin", f"refs/pull/{number}/head")
    assert hub.git("rev-parse", "FETCH_HEAD") == head


def test_one_that_was_rewritten_meanwhile_stays_closed(hub: Hub):
    number = hub.propose(ONE)
    hub.close(number)
    hub.push(BRANCH, {"x": "1"}, force=True)
    answer = hub.call("priya", "PATCH", f"pulls/{number}", {"state": "open"}, status=422)
    assert f"The {BRANCH} branch was force-pushed or recreated." in str(answer)


def test_one_that_went_on_meanwhile_opens_at_its_new_head(hub: Hub):
    number = hub.propose(ONE)
    hub.close(number)
    head = hub.push(BRANCH, {"x": "1"}, base=BRANCH)
    assert hub.call("priya", "GET", f"pulls/{number}")["head"]["sha"] != head
    shown = hub.call("priya", "PATCH", f"pulls/{number}", {"state": "open"})
    assert (shown["state"], shown["closed_at"], shown["head"]["sha"]) == ("open", None, head)
    happened = [each["event"] for each in hub.call("priya", "GET", f"issues/{number}/events")]
    assert happened == ["closed", "reopened"]


def test_a_merged_one_is_not_opened_again(hub: Hub):
    number = hub.propose(ONE)
    hub.merge(number)
    hub.call("priya", "PATCH", f"pulls/{number}", {"state": "open"}, status=422)
    hub.call("priya", "PATCH", f"pulls/{number}", {"state": "ajar"}, status=422)


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_files_and_the_count_of_commits_outlive_the_merge(hub: Hub, method: str):
    number = hub.propose(ONE)
    hub.push(BRANCH, {"x": "1"}, base=BRANCH)

    def seen() -> tuple[list[str], int, int]:
        files = hub.call("priya", "GET", f"pulls/{number}/files")
        shown = hub.call("priya", "GET", f"pulls/{number}")
        return [each["filename"] for each in files], shown["changed_files"], shown["commits"]

    before = seen()
    assert before == ([f"escalations/2026/{ONE}.yaml", "x"], 2, 2)
    hub.merge(number, method=method)
    assert seen() == before


def test_a_rebase_keeps_who_wrote_what(hub: Hub):
    number = hub.propose(ONE, who="owen")
    hub.push(BRANCH, {"x": "1"}, base=BRANCH, who="lena")
    sha = hub.merge(number, method="rebase")
    hub.git("fetch", "--quiet", "origin", "main")
    assert hub.git("log", "-2", "--format=%an|%cn", sha).split("\n") == [
        "lena|GitHub",
        "owen|GitHub",
    ]


def test_what_a_squash_says(hub: Hub):
    alone = hub.propose(ONE, title="Ignored")
    hub.git("fetch", "--quiet", "origin")
    sha = hub.merge(alone)
    hub.git("fetch", "--quiet", "origin", "main")
    assert hub.git("log", "-1", "--format=%B", sha) == f"Change {BRANCH} (#{alone})"
    number = hub.propose("DS-1072", title="Two steps", assignee="nadia")
    hub.push("escalate/ds-1072", {"x": "1"}, base="escalate/ds-1072")
    sha = hub.merge(number)
    hub.git("fetch", "--quiet", "origin", "main")
    said = hub.git("log", "-1", "--format=%B", sha)
    assert said.startswith(f"Two steps (#{number})\n\n* Change escalate/ds-1072\n\n* ")


def test_pages_lead_both_ways(hub: Hub):
    number = hub.propose(ONE)
    for each in range(5):
        hub.call("owen", "POST", f"issues/{number}/comments", {"body": str(each)}, 201)

    def links(query: str) -> dict[str, str]:
        token = {"Authorization": "token ghp-owen-brooks"}
        url = f"{hub.api}/issues/{number}/comments?{query}"
        answer = requests.get(url, headers=token, timeout=5)
        return {rel: link["url"].rpartition("page=")[2] for rel, link in answer.links.items()}

    assert links("per_page=2") == {"next": "2", "last": "3"}
    assert links("per_page=2&page=2") == {"prev": "1", "next": "3", "last": "3", "first": "1"}
    assert links("per_page=2&page=3") == {"prev": "2", "first": "1"}


def test_a_page_that_is_no_number_counts_as_not_asked_for(hub: Hub):
    hub.propose(ONE)
    assert len(hub.call("priya", "GET", "pulls?per_page=many&page=-1")) == 1
    # The contract forbids to ask so.
    hub.box.clear_calls()
