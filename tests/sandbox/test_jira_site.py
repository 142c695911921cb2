"""Credentials, people, the site, searching, and the Data Center face of it all."""

from datetime import UTC, datetime

import pytest
import requests
from sandbox.clients import BOT_EMAIL, JIRA_TOKEN, Rest, rest_client

from reconciler.sandbox import Box, serve

LABEL = {"update": {"labels": [{"add": "ESCALATION"}]}}
LABELLED = 'project in (DS, PLAT) AND labels = "ESCALATION"'


@pytest.mark.parametrize(
    ("email", "token"),
    [
        (BOT_EMAIL, "wrong"),
        ("lena.fischer@ledgerline.example", JIRA_TOKEN),
        ("stefan.gruber@ledgerline.example", "jira-stefan"),
        (BOT_EMAIL, "jira-escalation-bot"),
    ],
)
def test_credentials_that_are_refused(box: Box, email: str, token: str) -> None:
    rest = rest_client(box.jira_url, email, token)
    assert rest("GET", "myself").status_code == 401
    rest.session.close()


def test_data_center_takes_bearer_tokens_only(box: Box, rest_dc: Rest) -> None:
    assert rest_dc.json("GET", "myself")["name"] == "escalation-bot"
    basic = rest_client(box.jira_dc_url)
    refused = basic("GET", "myself")
    assert refused.status_code == 401
    assert "html" in refused.headers["content-type"]
    basic.session.close()
    bearer = {"Authorization": f"Bearer {JIRA_TOKEN}"}
    cloud = requests.get(f"{box.jira_url}/rest/api/2/myself", headers=bearer, timeout=5)
    assert cloud.status_code == 401


@pytest.mark.parametrize("secret", ["jira-lena", "jira-5f0a1c2e:lena"])
def test_people_have_tokens(box: Box, secret: str) -> None:
    lena = rest_client(box.jira_url, "lena.fischer@ledgerline.example", secret)
    assert lena.json("GET", "myself")["displayName"] == "Lena Fischer"
    lena.session.close()


def test_people_have_tokens_at_data_center_too(rest_dc: Rest) -> None:
    rest_dc.session.headers["Authorization"] = "Bearer jira-lena"
    assert rest_dc.json("GET", "myself")["name"] == "lena"
    rest_dc.session.headers["Authorization"] = "Bearer jira-stefan"
    assert rest_dc("GET", "myself").status_code == 401


def test_paths_that_lead_nowhere(rest: Rest, rest_dc: Rest) -> None:
    for path in ("nothing", "/rest/api/3/myself", "/elsewhere"):
        answer = rest("GET", path)
        assert answer.status_code == 404
        assert "html" in answer.headers["content-type"]
    assert rest("DELETE", "issue/DS-1042").status_code == 405
    assert rest("POST", "search", {"jql": "project = DS"}).status_code == 404
    assert rest_dc("POST", "search/jql", {"jql": "project = DS"}).status_code == 404
    assert rest_dc("POST", "issue/bulkfetch", {}).status_code in {404, 405}


def test_searching_for_people(rest: Rest) -> None:
    def found(query: str) -> list[str]:
        people = rest.json("GET", "user/assignable/search", query=query, project="DS")
        return [one["displayName"] for one in people]

    assert found("mei.zhang@ledgerline.example") == ["Mei Zhang"]
    assert found("zha") == ["Mei Zhang"]
    assert found("hang") == []
    # A hidden address finds nobody; somebody who has left cannot be assigned anything.
    assert found("olga.petrova@") == []
    assert found("stefan") == []
    [olga] = rest.json("GET", "user/search", query="olga")
    assert "emailAddress" not in olga
    assert rest("GET", "user/search").status_code == 400
    assert rest("GET", "user/assignable/search", query="mei").status_code == 400


def test_permissions_have_to_be_named_on_cloud(rest: Rest, rest_dc: Rest) -> None:
    assert rest("GET", "mypermissions").status_code == 400
    assert rest("GET", "mypermissions", permissions="FLY").status_code == 400
    assert rest("GET", "mypermissions", permissions="EDIT_ISSUES", projectKey="X").status_code == (
        404
    )
    assert rest_dc.json("GET", "mypermissions")["permissions"]["EDIT_ISSUES"]["havePermission"]


def search(rest: Rest, jql: str, **body: object) -> list[str]:
    answer = rest.json("POST", "search/jql", {"jql": jql, "fields": ["key"], **body})
    return [issue["key"] for issue in answer["issues"]]


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = PAY", ["PAY-641", "PAY-655"]),
        ("project in (PAY, PLAT) AND labels is EMPTY", ["PLAT-320", "PAY-641", "PAY-655"]),
        ("labels in (eu, ledger)", ["DS-1042", "PLAT-311"]),
        ("labels = eu ORDER BY created DESC", ["DS-1042"]),
        ("key in (ds-1042, PAY-641) order by key desc", ["PAY-641", "DS-1042"]),
        ('project = DS AND status != "Open"', ["DS-987", "DS-1018"]),
        (
            "project = DS AND labels not in (eu) AND labels is not EMPTY AND priority = High",
            ["DS-1057"],
        ),
        ("assignee = '5f0a1c2e:mei'", ["DS-1018"]),
    ],
)
def test_jql(rest: Rest, jql: str, keys: list[str]) -> None:
    assert search(rest, jql) == keys


@pytest.mark.parametrize(
    "jql",
    [
        "",
        "ORDER BY created",
        "colour = red",
        "project = NOPE",
        "key = DS-1",
        "project = DS OR project = PAY",
        "project in DS",
        "project in (DS",
        "project ~ DS",
        "labels is red",
        "project = DO",
        "project in (DS, int)",
    ],
)
def test_jql_that_is_refused(rest: Rest, jql: str) -> None:
    status, body = rest.refusal("POST", "search/jql", {"jql": jql})
    assert status == 400
    assert body["errorMessages"]


def test_search_gives_ids_unless_told_otherwise(rest: Rest) -> None:
    found = rest.json("POST", "search/jql", {"jql": "project = PAY"})
    assert [set(one) for one in found["issues"]] == [{"id"}, {"id"}]
    rest.json("PUT", "issue/PAY-641/properties/p", 7)
    rich = {"jql": "project = PAY", "fields": ["summary"], "properties": ["p"]}
    first = rest.json("POST", "search/jql", rich)["issues"][0]
    assert first["properties"] == {"p": 7}
    assert set(first["fields"]) == {"summary"}


def test_search_in_pages(rest: Rest) -> None:
    asked = {"jql": "project = DS", "maxResults": 4}
    first = rest.json("POST", "search/jql", asked)
    assert not first["isLast"]
    rest_of_it = {**asked, "maxResults": 50, "nextPageToken": first["nextPageToken"]}
    second = rest.json("POST", "search/jql", rest_of_it)
    assert second["isLast"]
    assert len(first["issues"]) + len(second["issues"]) == 11
    bad = rest("POST", "search/jql", {**asked, "nextPageToken": "x"})
    assert bad.status_code == 400


def test_search_is_behind_what_has_happened() -> None:
    with serve(search_lag=30.0) as box:
        box.clock.set(datetime(2026, 3, 2, 15, tzinfo=UTC))
        rest = rest_client(box.jira_url)
        rest.json("PUT", "issue/DS-1042", LABEL)
        assert search(rest, LABELLED) == []
        # Reading by key is never behind.
        issue = rest.json("POST", "issue/bulkfetch", {"issueIdsOrKeys": ["DS-1042"]})["issues"][0]
        assert "ESCALATION" in issue["fields"]["labels"]
        assert search(rest, LABELLED, reconcileIssues=[int(issue["id"])]) == ["DS-1042"]
        box.clock.advance(29)
        assert search(rest, LABELLED) == []
        box.clock.advance(1)
        assert search(rest, LABELLED) == ["DS-1042"]
        rest.json("PUT", "issue/DS-1042", {"update": {"labels": [{"remove": "ESCALATION"}]}})
        assert search(rest, LABELLED) == ["DS-1042"]
        # Data Center's index is up to date.
        dc = Rest(requests.Session(), box.jira_dc_url)
        dc.session.headers["Authorization"] = f"Bearer {JIRA_TOKEN}"
        assert dc.json("POST", "search", {"jql": LABELLED})["total"] == 0
        for one in (rest, dc):
            one.session.close()


def test_data_center_search_and_keys_that_do_not_exist(rest_dc: Rest) -> None:
    asked = {"jql": "key in (DS-1042, DS-1)"}
    status, body = rest_dc.refusal("POST", "search", asked)
    assert (status, body["errorMessages"]) == (
        400,
        ["An issue with key 'DS-1' does not exist for field 'key'."],
    )
    kind = {"validateQuery": "false", "properties": ["p"]}
    lenient = rest_dc.json("POST", "search", {**asked, **kind})
    assert [one["key"] for one in lenient["issues"]] == ["DS-1042"]
    assert "properties" not in lenient["issues"][0]
    body = {"jql": "project = DS", "startAt": 9, "maxResults": 5, "fields": ["summary"]}
    page = rest_dc.json("POST", "search", body)
    assert (page["total"], len(page["issues"])) == (11, 2)


def test_data_center_names_people_by_name(rest_dc: Rest, box: Box) -> None:
    rest_dc.json("PUT", "issue/DS-1042", {"fields": {"assignee": {"name": "nadia"}}})
    assert box.world.jira.issues["DS-1042"].assignee == "5f0a1c2e:nadia"
    shown = rest_dc.json("GET", "issue/DS-1042", fields="assignee")["fields"]["assignee"]
    assert (shown["name"], "accountId" in shown) == ("nadia", False)
    by_id = {"fields": {"assignee": {"accountId": "5f0a1c2e:nadia"}}}
    assert rest_dc("PUT", "issue/DS-1042", by_id).status_code == 400
    [found] = rest_dc.json("GET", "user/assignable/search", username="felix", project="DS")
    assert found["name"] == "felix"
    assert found["displayName"] == "Felix Braun"


def test_data_center_ignores_properties_in_an_edit(rest_dc: Rest) -> None:
    edit = {**LABEL, "properties": [{"key": "escalation", "value": 1}]}
    assert rest_dc("PUT", "issue/DS-1042", edit).status_code == 204
    asked = {"fields": "labels", "properties": "escalation", "expand": "editmeta"}
    issue = rest_dc.json("GET", "issue/DS-1042", **asked)
    assert issue["fields"]["labels"][0] == "ESCALATION"
    assert issue["properties"] == {}
    assert "priority" in issue["editmeta"]["fields"]
    rest_dc.json("PUT", "issue/DS-1042/properties/escalation", 1)
    assert rest_dc.json("GET", "issue/DS-1042", **asked)["properties"] == {"escalation": 1}


def test_both_faces_show_one_site(rest: Rest, rest_dc: Rest) -> None:
    rest_dc.json("POST", "issue/DS-1042/comment", {"body": "from Data Center"})
    assert rest.json("GET", "issue/DS-1042/comment")["comments"][-1]["body"] == "from Data Center"


def test_nobody_is_found_by_who_may_not_search(rest: Rest, box: Box) -> None:
    for project in box.world.jira.projects.values():
        project.deny["USER_PICKER"] = [box.world.jira.bot]
    assert rest.json("GET", "user/search", query="mei") == []
    assert len(rest.json("GET", "user/assignable/search", query="mei", project="DS")) == 1
    box.world.jira.projects["DS"].deny["ASSIGN_ISSUES"] = [box.world.jira.bot]
    assert rest.json("GET", "user/assignable/search", query="mei", project="DS") == []


def test_permissions_of_a_customer(rest: Rest, box: Box) -> None:
    box.world.jira.projects["DS"].customers = [box.world.jira.bot]
    asked = {"permissions": "BROWSE_PROJECTS", "projectKey": "DS"}
    held = rest.json("GET", "mypermissions", **asked)["permissions"]["BROWSE_PROJECTS"]
    assert held["havePermission"]
    assert search(rest, "project = DS") == []
    assert rest("GET", "issue/DS-1042").status_code == 404
