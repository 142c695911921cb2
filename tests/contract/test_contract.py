"""The checks themselves find what is wrong."""

from dataclasses import replace

import pytest

from contract import check_call
from reconciler.sandbox import Call

POST = Call(
    number=1,
    service="slack",
    name="chat.postMessage",
    actor="bot",
    at=0.0,
    new_connection=True,
    request={"channel": "C1", "text": "x", "metadata": {"event_type": "a", "event_payload": {}}},
    status=200,
)
EDIT = Call(
    number=2,
    service="jira",
    name="PUT /issue/{key}",
    actor="bot",
    at=0.0,
    new_connection=True,
    request={
        "method": "PUT",
        "query": {"notifyUsers": "false"},
        "body": {
            "update": {"labels": [{"add": "x"}], "comment": [{"add": {"body": "text"}}]},
            "properties": [{"key": "k", "value": 1}],
        },
    },
    status=204,
)


@pytest.mark.parametrize("call", [POST, EDIT])
def test_calls_that_are_right(call: Call) -> None:
    assert check_call(call) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "chat.shout"}, "no such method"),
        ({"request": {"channel": "C1", "txt": "x"}}, "'txt' is not known"),
        ({"request": {"text": "x"}}, "'channel' is missing"),
        ({"request": {"channel": 1, "text": "x"}}, "'channel' is no string"),
        ({"request": {"channel": "C1", "unfurl_links": "maybe"}}, "'unfurl_links' is no boolean"),
        ({"request": {"channel": "C1", "metadata": "[]"}}, "'metadata' is no object"),
        ({"response": {"ok": False, "error": "oops"}}, "error 'oops' is not known"),
        ({"response": {"ok": True, "colour": "red"}}, "field .colour is not known"),
        (
            {"response": {"ok": True, "message": {"bot_profile": {}, "shade": 1}}},
            "field .message.shade is not known",
        ),
        (
            {
                "name": "conversations.create",
                "request": {"name": "x"},
                "response": {"ok": True, "channel": {"id": 7}},
            },
            "field .channel.id has an odd value",
        ),
    ],
)
def test_calls_to_slack_that_are_wrong(change: dict[str, object], problem: str) -> None:
    assert problem in "\n".join(check_call(replace(POST, **change)))  # type: ignore[arg-type]


def edited(**change: object) -> Call:
    return replace(EDIT, request={**EDIT.request, **change})


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (replace(EDIT, name="PUT /issue/{key}/colour"), "no such operation"),
        (replace(EDIT, name="PATCH /issue/{key}"), "no such operation"),
        (edited(query={"notify": "no"}), "'notify' is not known"),
        (edited(query={"notifyUsers": "no"}), "'notifyUsers' is wrong"),
        (edited(body=None), "a body is expected"),
        (edited(body={"update": {"labels": {"add": "x"}}}), "$.update.labels"),
        (edited(body={"update": {"labels": [{"shout": "x"}]}}), "'shout' was unexpected"),
        (edited(body={"properties": [{"name": "k"}]}), "'name' was unexpected"),
        (
            edited(body={"update": {"comment": [{"add": {"body": {"type": "doc"}}}]}}),
            "a comment's body is no text",
        ),
        (replace(EDIT, status=418), "the status 418 is not documented"),
        (
            replace(EDIT, name="POST /issue/bulkfetch", status=200, response=None),
            "'issueIdsOrKeys' is a required property",
        ),
        (
            replace(EDIT, name="POST /issue/{key}/remotelink", status=201, response={"id": "7"}),
            "the answer's $.id",
        ),
    ],
)
def test_calls_to_jira_that_are_wrong(call: Call, problem: str) -> None:
    assert problem in "\n".join(check_call(call))


def test_data_center_is_let_through() -> None:
    assert check_call(replace(EDIT, service="jira-dc", name="POST /search")) == []
