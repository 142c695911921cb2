"""Reading and editing issues."""

import pytest
from jira import JIRA, JIRAError
from sandbox.clients import Rest, rest_client

from reconciler.sandbox import Box, serve

EDIT = {
    "fields": {"priority": {"id": "1"}, "assignee": {"accountId": "5f0a1c2e:nadia"}},
    "update": {
        "labels": [{"add": "ESCALATION"}],
        "comment": [{"add": {"body": "Escalated, see #ds-1042"}}],
        "issuelinks": [{"add": {"type": {"name": "Relates"}, "outwardIssue": {"key": "PAY-641"}}}],
    },
    "properties": [{"key": "escalation", "value": {"v": 1, "prev": {"priority": "Medium"}}}],
}
WANTED = ["labels", "priority", "assignee", "comment", "issuelinks"]


def fetch(rest: Rest, *keys: str, **body: object) -> list[dict[str, object]]:
    answer = rest.json("POST", "issue/bulkfetch", {"issueIdsOrKeys": list(keys), **body})
    return list(answer["issues"])


def test_the_client_reads_an_issue(jira: JIRA) -> None:
    issue = jira.issue("DS-1042")
    assert issue.fields.summary == "Card payments fail at checkout on the EU gateway"
    assert issue.fields.priority.name == "Medium"
    assert issue.fields.reporter.emailAddress == "lena.fischer@ledgerline.example"
    assert [one.body for one in issue.fields.comment.comments] == [
        "Three billers called within the hour."
    ]
    with pytest.raises(JIRAError) as caught:
        jira.issue("DS-1")
    assert caught.value.status_code == 404


def test_one_edit_does_it_all(rest: Rest) -> None:
    assert rest("PUT", "issue/DS-1042", EDIT, notifyUsers="false").status_code == 204
    [issue] = fetch(rest, "DS-1042", fields=WANTED, properties=["escalation"])
    fields = issue["fields"]
    assert fields["labels"] == ["ESCALATION", "eu", "gateway"]
    assert fields["priority"]["name"] == "Highest"
    assert fields["assignee"]["accountId"] == "5f0a1c2e:nadia"
    assert fields["comment"]["comments"][-1]["body"] == "Escalated, see #ds-1042"
    assert fields["issuelinks"][0]["outwardIssue"]["key"] == "PAY-641"
    assert issue["properties"]["escalation"]["prev"] == {"priority": "Medium"}
    [other] = fetch(rest, "PAY-641", fields=["issuelinks"])
    assert other["fields"]["issuelinks"][0]["inwardIssue"]["key"] == "DS-1042"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fields": {"priority": {"name": "Urgent"}}}, "priority"),
        ({"fields": {"priority": "Highest"}}, "priority"),
        ({"fields": {"assignee": {"accountId": "nobody"}}}, "assignee"),
        ({"fields": {"assignee": {"accountId": "5f0a1c2e:stefan"}}}, "assignee"),
        ({"fields": {"summary": ""}}, "summary"),
        ({"fields": {"colour": "red"}}, "colour"),
        ({"fields": {"labels": ["two words"]}}, "labels"),
        ({"update": {"labels": [{"add": "two words"}]}}, "labels"),
        ({"update": {"labels": [{"shout": "x"}]}}, "labels"),
        ({"update": {"labels": [{"add": "a", "remove": "b"}]}}, "labels"),
        ({"fields": {"labels": []}, "update": {"labels": [{"add": "a"}]}}, "labels"),
        ({"update": {"comment": [{"add": {"body": ""}}]}}, "comment"),
        ({"update": {"comment": [{"add": {"body": {"type": "doc"}}}]}}, "comment"),
        (
            {"update": {"issuelinks": [{"add": {"type": {"name": "Eats"}}}]}},
            "issuelinks",
        ),
        (
            {
                "update": {
                    "issuelinks": [
                        {"add": {"type": {"name": "Relates"}, "outwardIssue": {"key": "DS-1"}}}
                    ]
                }
            },
            "issuelinks",
        ),
    ],
)
def test_a_mistake_changes_nothing(
    box: Box, rest: Rest, change: dict[str, dict[str, object]], field: str
) -> None:
    before = box.state()["jira"]
    edit = {**EDIT, **{part: {**EDIT[part], **change[part]} for part in change}}
    status, body = rest.refusal("PUT", "issue/DS-1042", edit)
    assert status == 400
    assert set(body["errors"]) == {field}
    after = box.state()["jira"]
    assert after["issues"] == before["issues"]
    assert after["links"] == before["links"]


def test_every_mistake_is_named(rest: Rest) -> None:
    edit = {"fields": {"priority": {"id": "77"}, "assignee": {"accountId": "x"}}}
    _, body = rest.refusal("PUT", "issue/DS-1042", edit)
    assert body["errors"]["priority"] == "The priority selected is invalid."
    assert set(body["errors"]) == {"priority", "assignee"}


def test_the_edited_issue_comes_back_on_request(rest: Rest) -> None:
    issue = rest.json("PUT", "issue/DS-1042", EDIT, returnIssue="true")
    assert issue["fields"]["priority"]["name"] == "Highest"


def test_labels_by_verb(rest: Rest) -> None:
    def labels(*operations: dict[str, object]) -> object:
        rest.json("PUT", "issue/DS-1042", {"update": {"labels": list(operations)}})
        return rest.json("GET", "issue/DS-1042", fields="labels")["fields"]["labels"]

    assert labels({"add": "ESCALATION"}) == ["ESCALATION", "eu", "gateway"]
    assert labels({"add": "ESCALATION"}) == ["ESCALATION", "eu", "gateway"]
    assert labels({"remove": "ESCALATION"}, {"remove": "missing"}) == ["eu", "gateway"]
    assert labels({"set": ["one"]}, {"add": "two"}) == ["one", "two"]


def test_history_tells_who_did_what(rest: Rest, box: Box) -> None:
    rest.json("PUT", "issue/DS-1042", EDIT)
    lena = rest_client(box.jira_url, "lena.fischer@ledgerline.example", "jira-lena")
    lena.json("PUT", "issue/DS-1042", {"fields": {"priority": {"name": "Low"}}})
    log = rest.json("GET", "issue/DS-1042/changelog")
    assert log["total"] == 2
    first, second = log["values"]
    assert {one["field"] for one in first["items"]} == {"priority", "assignee", "labels"}
    [raised] = [one for one in first["items"] if one["field"] == "priority"]
    assert (raised["from"], raised["fromString"], raised["to"]) == ("3", "Medium", "1")
    assert second["author"]["displayName"] == "Lena Fischer"
    expanded = rest.json("GET", "issue/DS-1042", expand="changelog", fields="labels")
    assert [one["id"] for one in expanded["changelog"]["histories"]] == [
        second["id"],
        first["id"],
    ]
    lena.session.close()


def test_an_edit_that_changes_nothing_leaves_no_trace(rest: Rest) -> None:
    rest.json("PUT", "issue/DS-1042", {"fields": {"priority": {"name": "Medium"}}})
    assert rest.json("GET", "issue/DS-1042/changelog")["total"] == 0


def test_many_issues_at_once() -> None:
    tickets = {f"DS-{number}": {"summary": f"Ticket {number}"} for number in range(1, 103)}
    tickets["DS-5"]["former_keys"] = ["OPS-5"]
    with serve({"tickets": tickets}) as box:
        rest = rest_client(box.jira_url)
        found = fetch(rest, "DS-9", "ds-2", "OPS-5", "DS-900", fields=["summary"])
        assert [issue["key"] for issue in found] == ["DS-2", "DS-5", "DS-9"]
        assert found[0]["fields"] == {"summary": "Ticket 2"}
        keys = sorted(tickets)
        assert len(fetch(rest, *keys[:100])) == 100
        status, _ = rest.refusal("POST", "issue/bulkfetch", {"issueIdsOrKeys": keys[:101]})
        assert status == 400
        none = rest("POST", "issue/bulkfetch", {"issueIdsOrKeys": []})
        assert none.status_code == 400
        six = {"issueIdsOrKeys": ["DS-1"], "properties": list("abcdef")}
        assert rest("POST", "issue/bulkfetch", six).status_code == 400
        rest.session.close()


def test_which_fields_come(rest: Rest) -> None:
    def names(*wanted: str) -> set[str]:
        [issue] = fetch(rest, "DS-1042", **({"fields": list(wanted)} if wanted else {}))
        return set(issue["fields"])

    assert names("labels", "unknown") == {"labels"}
    assert "comment" not in names()
    assert "comment" in names("*all")
    assert "labels" not in names("-labels")
    assert "summary" in names("*navigable")


def test_properties_come_on_request_and_only_those_that_exist(rest: Rest) -> None:
    rest.json("PUT", "issue/DS-1042/properties/escalation", {"v": 1})
    [issue] = fetch(rest, "DS-1042", fields=["labels"], properties=["escalation", "other"])
    assert issue["properties"] == {"escalation": {"v": 1}}
    [issue] = fetch(rest, "DS-1042", fields=["labels"])
    assert "properties" not in issue


def test_the_edit_screen_and_the_priority_scheme() -> None:
    project = {"name": "Dev Support", "lead": "hannah"}
    seed = {
        "projects": {
            "DS": {**project, "priorities": ["High", "Medium"]},
            "PLAT": {**project, "edit_fields": ["summary", "labels", "comment"]},
        },
        "tickets": {"DS-1": {"summary": "x"}, "PLAT-1": {"summary": "y"}},
    }
    highest = {"fields": {"priority": {"name": "Highest"}}}
    with serve(seed) as box:
        rest = rest_client(box.jira_url)
        [issue] = fetch(rest, "DS-1", expand=["editmeta"])
        meta = issue["editmeta"]["fields"]
        assert [one["name"] for one in meta["priority"]["allowedValues"]] == ["High", "Medium"]
        _, body = rest.refusal("PUT", "issue/DS-1", highest)
        assert body["errors"] == {"priority": "The priority selected is invalid."}
        [issue] = fetch(rest, "PLAT-1", expand=["editmeta"])
        assert set(issue["editmeta"]["fields"]) == {"summary", "labels", "comment"}
        _, body = rest.refusal("PUT", "issue/PLAT-1", highest)
        assert "not on the appropriate screen" in body["errors"]["priority"]
        rest.session.close()


def test_tickets_out_of_sight_and_permissions_that_lack() -> None:
    project = {"name": "P", "lead": "hannah"}
    seed = {
        "projects": {
            "DS": {**project, "deny": {"EDIT_ISSUES": ["bot"], "ADD_COMMENTS": ["bot"]}},
            "PLAT": {**project, "deny": {"BROWSE_PROJECTS": ["bot"]}},
        },
        "tickets": {
            "DS-1": {"summary": "x"},
            "DS-2": {"summary": "hidden", "visible_to": ["hannah"]},
            "PLAT-1": {"summary": "y"},
        },
    }
    with serve(seed) as box:
        rest = rest_client(box.jira_url)
        assert [one["key"] for one in fetch(rest, "DS-1", "DS-2", "PLAT-1")] == ["DS-1"]
        for hidden in ("DS-2", "PLAT-1"):
            assert rest("GET", f"issue/{hidden}").status_code == 404
        plat = {"projectKey": "PLAT", "permissions": "EDIT_ISSUES"}
        assert rest("GET", "mypermissions", **plat).status_code == 404
        label = {"update": {"labels": [{"add": "x"}]}}
        assert rest("PUT", "issue/DS-1", label).status_code in {400, 403}
        assert rest("PUT", "issue/DS-1/properties/p", {}).status_code == 403
        assert rest("POST", "issue/DS-1/comment", {"body": "x"}).status_code == 403
        wanted = {"projectKey": "DS", "permissions": "EDIT_ISSUES,ASSIGN_ISSUES"}
        permissions = rest.json("GET", "mypermissions", **wanted)["permissions"]
        assert {key: one["havePermission"] for key, one in permissions.items()} == {
            "EDIT_ISSUES": False,
            "ASSIGN_ISSUES": True,
        }
        # Assigning needs a permission of its own.
        assignee = {"fields": {"assignee": {"accountId": "5f0a1c2e:mei"}}}
        assert rest("PUT", "issue/DS-1", assignee).status_code == 204
        hannah = rest_client(box.jira_url, "hannah.weiss@ledgerline.example", "jira-hannah")
        assert hannah("PUT", "issue/DS-2", label).status_code == 204
        for one in (rest, hannah):
            one.session.close()


def test_deleting_a_comment_needs_a_permission() -> None:
    project = {"name": "P", "lead": "hannah", "deny": {"DELETE_OWN_COMMENTS": ["bot"]}}
    with serve({"projects": {"DS": project}, "tickets": {"DS-1": {"summary": "x"}}}) as box:
        rest = rest_client(box.jira_url)
        comment = rest.json("POST", "issue/DS-1/comment", {"body": "x"})["id"]
        assert rest("DELETE", f"issue/DS-1/comment/{comment}").status_code == 400
        assert rest.json("GET", "issue/DS-1/comment")["total"] == 1
        rest.session.close()


def test_assigning(rest: Rest, box: Box) -> None:
    def assigned(account: str | None) -> object:
        edit = {"fields": {"assignee": {"accountId": account}}}
        assert rest("PUT", "issue/DS-1042", edit).status_code == 204
        return box.world.jira.issues["DS-1042"].assignee

    assert assigned("5f0a1c2e:felix") == "5f0a1c2e:felix"
    assert assigned("-1") == "5f0a1c2e:hannah"
    assert assigned(None) is None


def test_transitions(rest: Rest, jira: JIRA) -> None:
    steps = {one["to"]["name"]: one["id"] for one in jira.transitions("DS-1042")}
    assert "Open" not in steps
    jira.transition_issue("DS-1042", steps["Resolved"])
    fields = rest.json("GET", "issue/DS-1042")["fields"]
    assert fields["status"]["statusCategory"]["key"] == "done"
    assert fields["resolution"]["name"] == "Done"
    assert rest("POST", "issue/DS-1042/transitions", {"transition": {"id": "9"}}).status_code == 400
    back = {"transition": {"id": steps["In Progress"]}}
    rest.json("POST", "issue/DS-1042/transitions", back)
    assert rest.json("GET", "issue/DS-1042")["fields"]["resolution"] is None


def test_bodies_that_are_no_json(rest: Rest) -> None:
    url = f"{rest.base}/rest/api/2/issue/DS-1042"
    kind = {"Content-Type": "application/json"}
    assert rest.session.put(url, data="{", headers=kind, timeout=5).status_code == 400
    assert rest.session.put(url, data="[]", headers=kind, timeout=5).status_code == 400
    assert rest.session.put(url, data="{}", timeout=5).status_code == 415
