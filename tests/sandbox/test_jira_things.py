"""What hangs on issues: comments, properties, links to issues and to elsewhere."""

import pytest
from jira import JIRA
from sandbox.clients import Rest, rest_client

from reconciler.sandbox import Box

DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "From version 3"}]}],
}
CHANNEL = {
    "globalId": "system=slack&channel=C1",
    "relationship": "discussed in",
    "object": {"url": "https://slack.example/C1", "title": "#ds-1042", "summary": "The channel"},
}


def test_comments_through_the_client(jira: JIRA, rest: Rest) -> None:
    comment = jira.add_comment("DS-1042", "h1. Escalated")
    assert comment.body == "h1. Escalated"
    rest.json("PUT", f"issue/DS-1042/comment/{comment.id}", {"body": "h1. Resolved"})
    assert [one.body for one in jira.comments("DS-1042")][-1] == "h1. Resolved"
    comment.delete()
    assert len(jira.comments("DS-1042")) == 1


def test_comments_in_pages_and_in_either_order(rest: Rest) -> None:
    for number in range(5):
        rest.json("POST", "issue/DS-1057/comment", {"body": f"number {number}"})
    page = rest.json("GET", "issue/DS-1057/comment", startAt=1, maxResults=2)
    assert [one["body"] for one in page["comments"]] == ["number 1", "number 2"]
    assert (page["total"], page["startAt"], page["maxResults"]) == (5, 1, 2)
    newest = rest.json("GET", "issue/DS-1057/comment", orderBy="-created", maxResults=1)
    assert newest["comments"][0]["body"] == "number 4"
    assert rest("GET", "issue/DS-1057/comment", orderBy="author").status_code == 400


@pytest.mark.parametrize("body", ["", "  ", "x" * 32_768, DOCUMENT, None])
def test_comments_that_are_refused(rest: Rest, body: object) -> None:
    status, answer = rest.refusal("POST", "issue/DS-1057/comment", {"body": body})
    assert (status, set(answer["errors"])) == (400, {"comment"})
    assert rest.json("GET", "issue/DS-1057/comment")["total"] == 0


def test_other_people_s_comments(rest: Rest, box: Box) -> None:
    mine = rest.json("POST", "issue/DS-1057/comment", {"body": "mine"})["id"]
    lena = rest_client(box.jira_url, "lena.fischer@ledgerline.example", "jira-lena")
    hannah = rest_client(box.jira_url, "hannah.weiss@ledgerline.example", "jira-hannah")
    path = f"issue/DS-1057/comment/{mine}"
    assert lena("PUT", path, {"body": "hers"}).status_code == 400
    assert lena("DELETE", path).status_code == 400
    assert hannah("DELETE", path).status_code == 204
    assert hannah("DELETE", path).status_code == 404
    for one in (lena, hannah):
        one.session.close()


def test_the_newest_hundred_comments_come_with_an_issue(rest: Rest, box: Box) -> None:
    rest.json("POST", "issue/DS-1057/comment", {"body": "the first"})
    with box.lock:
        issue = box.world.jira.issues["DS-1057"]
        issue.comments *= 150
    field = rest.json("GET", "issue/DS-1057", fields="comment")["fields"]["comment"]
    assert (len(field["comments"]), field["total"]) == (100, 150)


def test_properties_of_comments(rest: Rest) -> None:
    marker = [{"key": "marker", "value": {"kind": "channel"}}]
    path = "issue/DS-1057/comment"
    made = rest.json("POST", path, {"body": "x", "properties": marker})
    second = [{"key": "second", "value": 1}]
    rest.json("PUT", f"{path}/{made['id']}", {"body": "x", "properties": second})
    assert "properties" not in rest.json("GET", path)["comments"][0]
    [expanded] = rest.json("GET", path, expand="properties")["comments"]
    assert expanded["properties"] == [*marker, *second]


def test_properties_are_made_then_replaced(rest: Rest) -> None:
    path = "issue/DS-1042/properties/escalation"
    assert rest("GET", path).status_code == 404
    assert rest("PUT", path, {"v": 1}).status_code == 201
    assert rest("PUT", path, {"v": 2}).status_code == 200
    assert rest.json("GET", path) == {"key": "escalation", "value": {"v": 2}}
    assert rest("DELETE", path).status_code == 204
    assert rest("DELETE", path).status_code == 404


def test_properties_have_limits(rest: Rest) -> None:
    base = "issue/DS-1042/properties"
    assert rest("PUT", f"{base}/{'k' * 255}", {}).status_code == 201
    assert rest("PUT", f"{base}/{'k' * 256}", {}).status_code == 400
    assert rest("PUT", f"{base}/p", "x" * 32_766).status_code == 201
    assert rest("PUT", f"{base}/p", "x" * 32_767).status_code == 400
    assert rest("PUT", f"{base}/p").status_code == 400
    edit = {"properties": [{"key": "p", "value": "x" * 40_000}]}
    assert rest("PUT", "issue/DS-1042", edit).status_code == 400


def test_the_client_reads_properties(jira: JIRA) -> None:
    jira.add_issue_property("DS-1042", "escalation", {"v": 1})
    assert jira.issue_property("DS-1042", "escalation").value.v == 1


def test_remote_links_are_kept_apart_by_their_global_id(rest: Rest) -> None:
    path = "issue/DS-1042/remotelink"
    first = rest("POST", path, CHANNEL)
    assert first.status_code == 201
    # Writing it again replaces it whole: what is left out is gone.
    bare = {"globalId": CHANNEL["globalId"], "object": {"url": "https://x.test", "title": "new"}}
    second = rest("POST", path, bare)
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])
    [link] = rest.json("GET", path)
    assert (link["object"]["title"], link["object"].get("summary")) == ("new", None)
    assert "relationship" not in link
    rest.json("POST", path, {"object": CHANNEL["object"]})
    rest.json("POST", path, {"object": CHANNEL["object"]})
    assert len(rest.json("GET", path)) == 3
    one = rest.json("GET", path, globalId=CHANNEL["globalId"])
    assert one["id"] == first.json()["id"]
    assert rest("GET", path, globalId="unknown").status_code == 404


def test_remote_links_by_id(rest: Rest) -> None:
    path = "issue/DS-1042/remotelink"
    number = rest.json("POST", path, CHANNEL)["id"]
    assert rest("PUT", f"{path}/{number}", {**CHANNEL, "relationship": "r"}).status_code == 204
    assert rest.json("GET", path)[0]["relationship"] == "r"
    assert rest("PUT", f"{path}/x", CHANNEL).status_code == 400
    assert rest("DELETE", f"{path}/{number}").status_code == 204
    assert rest("DELETE", f"{path}/{number}").status_code == 404


@pytest.mark.parametrize("missing", ["url", "title"])
def test_remote_links_that_are_refused(rest: Rest, missing: str) -> None:
    shape = {key: value for key, value in CHANNEL["object"].items() if key != missing}
    status, body = rest.refusal("POST", "issue/DS-1042/remotelink", {"object": shape})
    assert (status, set(body["errors"])) == (400, {missing})


def test_issue_links_point_somewhere_and_may_double(rest: Rest) -> None:
    for _ in range(2):
        link(rest, "Blocks", "PAY-641")
    links = rest.json("GET", "issue/DS-1042", fields="issuelinks")["fields"]["issuelinks"]
    assert [one["outwardIssue"]["key"] for one in links] == ["PAY-641", "PAY-641"]
    assert links[0]["type"]["outward"] == "blocks"
    assert rest("DELETE", f"issueLink/{links[0]['id']}").status_code == 204
    assert rest("DELETE", f"issueLink/{links[0]['id']}").status_code == 404


def link(rest: Rest, kind: str, other: str) -> int:
    add = {"type": {"name": kind}, "outwardIssue": {"key": other}}
    edit = {"update": {"issuelinks": [{"add": add}]}}
    return rest("PUT", "issue/DS-1042", edit).status_code


@pytest.mark.parametrize(
    ("kind", "other"), [("Relates", "X-1"), ("Eats", "PAY-641"), ("Relates", "DS-1042")]
)
def test_issue_links_that_are_refused(rest: Rest, kind: str, other: str) -> None:
    assert link(rest, kind, other) == 400


def test_the_kinds_of_issue_links(rest: Rest) -> None:
    names = [one["name"] for one in rest.json("GET", "issueLinkType")["issueLinkTypes"]]
    assert names == ["Relates", "Blocks"]


def test_a_link_in_an_edit_goes_either_way(rest: Rest) -> None:
    add = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "PAY-655"}}
    rest.json("PUT", "issue/DS-1042", {"update": {"issuelinks": [{"add": add}]}})
    [link] = rest.json("GET", "issue/DS-1042", fields="issuelinks")["fields"]["issuelinks"]
    assert link["inwardIssue"]["key"] == "PAY-655"
