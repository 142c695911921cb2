"""Comments as Jira shows them: who reads them, rewritten texts, properties, and locked tickets."""

import pytest
from sandbox.clients import Rest, rest_client

from reconciler.sandbox import Box

PATH = "issue/DS-1057/comment"
INTERNAL = {"key": "sd.public.comment", "value": {"internal": True}}
MARK = {"key": "escalation", "value": {"ticket": "DS-1057", "key": "channel"}}


def add(rest: Rest, *properties: object) -> str:
    made = rest.json("POST", PATH, {"body": "Hello", "properties": list(properties)})
    return str(made["id"])


def test_who_reads_a_comment(rest: Rest) -> None:
    hidden, shown = add(rest, INTERNAL), add(rest)
    read = {each["id"]: each["jsdPublic"] for each in rest.json("GET", PATH)["comments"]}
    assert (read[hidden], read[shown]) == (False, True)
    rest.json("PUT", f"{PATH}/{shown}", {"body": "Hello", "properties": [INTERNAL]})
    assert rest.json("GET", f"{PATH}/{shown}")["jsdPublic"] is False


def test_comments_by_their_ids(rest: Rest) -> None:
    made = add(rest, MARK)
    found = rest.json("POST", "comment/list", {"ids": [int(made), 1]}, expand="properties")
    (comment,) = found["values"]
    assert comment["properties"] == [MARK]
    assert "properties" not in rest.json("POST", "comment/list", {"ids": [int(made)]})["values"][0]
    status, _ = rest.refusal("POST", "comment/list", {"ids": list(range(1001))})
    assert status == 400


def test_a_property_of_a_comment(rest: Rest) -> None:
    made = add(rest, MARK)
    assert rest.json("GET", f"comment/{made}/properties/escalation") == MARK
    assert rest("GET", f"comment/{made}/properties/other").status_code == 404
    assert rest("GET", "comment/1/properties/escalation").status_code == 404


def test_cloud_makes_links_of_keys_and_addresses(rest: Rest, box: Box) -> None:
    text = "See DS-1042, [DS-7|https://x.example/DS-7] and https://x.example/a."
    made = rest.json("POST", PATH, {"body": text})
    browse = f"{box.jira_url}/browse/DS-1042"
    assert rest.json("GET", f"{PATH}/{made['id']}")["body"] == (
        f"See [DS-1042|{browse}], [DS-7|https://x.example/DS-7] and"
        " [https://x.example/a.|https://x.example/a.|smart-link]"
    )


def test_data_center_keeps_the_text(box: Box) -> None:
    rest = rest_client(box.jira_dc_url)
    rest.session.headers["Authorization"] = "Bearer jira-lena"
    made = rest.json("POST", PATH, {"body": "See DS-1042."})
    assert rest.json("GET", f"{PATH}/{made['id']}")["body"] == "See DS-1042."
    assert "jsdPublic" not in made
    rest.session.close()


@pytest.mark.parametrize("field", ["labels", "priority", "assignee"])
def test_a_locked_status_refuses_fields_and_takes_comments(
    rest: Rest, box: Box, field: str
) -> None:
    with box.lock:
        jira = box.world.jira
        next(each for each in jira.statuses if each.name == "Closed").editable = False
        jira.issues["DS-1057"].status = "Closed"
    assert rest.json("GET", "issue/DS-1057", expand="editmeta")["editmeta"]["fields"] == {}
    values = {"labels": ["x"], "priority": {"name": "High"}, "assignee": None}
    status, answer = rest.refusal("PUT", "issue/DS-1057", {"fields": {field: values[field]}})
    assert (status, set(answer["errors"])) == (400, {field})
    assert add(rest)
    assert rest("PUT", "issue/DS-1057/properties/x", {"a": 1}).status_code == 201
