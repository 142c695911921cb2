"""Acting on the pages: as a person, with that person's rights, from forms of the pages only."""

import re
from typing import Any

import pytest
import requests
from hub import Hub

from reconciler.sandbox import Box

REPO = "/ledgerline/escalations"


class Visitor:
    """A browser that acts as a person."""

    def __init__(self, box: Box, person: str) -> None:
        self.box = box
        self.session = requests.Session()
        self.session.cookies.set("sandbox-person", person)

    def get(self, path: str) -> str:
        response = self.session.get(f"{self.box.pages_url}{path}", timeout=10)
        assert response.status_code == 200, response.text
        return response.text

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.get("/"))
        assert found is not None
        return found[1]

    def send(self, path: str, *, origin: str = "", **form: str) -> requests.Response:
        form = {"token": self.token, **form}
        return self.session.post(
            f"{self.box.pages_url}{path}",
            data=form,
            headers={"origin": origin or self.box.pages_url},
            timeout=10,
            allow_redirects=False,
        )

    def do(self, path: str, **form: str) -> None:
        response = self.send(path, **form)
        assert (response.status_code, response.headers["location"]) == (303, path), response.text

    def refused(self, path: str, **form: str) -> str:
        response = self.send(path, **form)
        assert response.status_code == 422
        found = re.search(r'role="alert">(.*?)</p>', response.text)
        assert found is not None
        if "<textarea" in response.text:
            assert f"{form.get('text', '')}</textarea>" in response.text
        return re.sub("<[^>]+>", "", found[1])


def messages(box: Box, channel: str) -> list[Any]:
    return next(one for one in box.world.slack.channels.values() if one.name == channel).messages


# Forms of the pages only


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_form_of_another_website_is_refused(box: Box, origin: str) -> None:
    lena = Visitor(box, "lena")
    response = lena.send("/browse/DS-1042", origin=origin, text="Hello")
    assert response.status_code == 403
    assert len(box.world.jira.issues["DS-1042"].comments) == 1


def test_a_form_without_an_origin_is_refused(box: Box) -> None:
    lena = Visitor(box, "lena")
    url = f"{box.pages_url}/browse/DS-1042"
    form = {"token": lena.token, "text": "Hello"}
    assert lena.session.post(url, data=form, timeout=10).status_code == 403


@pytest.mark.parametrize("token", ["", "guessed", "ä"])
def test_a_form_without_the_token_is_refused(box: Box, token: str) -> None:
    lena = Visitor(box, "lena")
    assert lena.send("/browse/DS-1042", token=token, text="Hello").status_code == 403
    assert lena.send("/person", token=token, person="hannah").status_code == 403
    assert len(box.world.jira.issues["DS-1042"].comments) == 1


def test_a_form_from_a_foreign_name_is_refused(box: Box) -> None:
    lena = Visitor(box, "lena")
    headers = {"host": "evil.example", "origin": "http://evil.example"}
    form = {"token": lena.token, "text": "Hello"}
    url = f"{box.pages_url}/browse/DS-1042"
    assert lena.session.post(url, data=form, headers=headers, timeout=10).status_code == 421


def test_a_form_that_is_too_long_is_not_read(box: Box) -> None:
    assert Visitor(box, "lena").send("/browse/DS-1042", text="x" * 400_000).status_code == 413


# People


def test_a_person_is_chosen_and_kept(box: Box) -> None:
    visitor = Visitor(box, "")
    response = visitor.send("/person", person="hannah", here="/browse/DS-1042")
    assert response.headers["location"] == "/browse/DS-1042"
    assert "HttpOnly" in response.headers["set-cookie"]
    assert 'value="hannah" selected' in visitor.get("/")


def test_a_chosen_person_leads_to_no_other_website(box: Box) -> None:
    response = Visitor(box, "").send("/person", person="hannah", here="//evil.example")
    assert response.headers["location"] == "/"


def test_only_people_of_the_company_can_be_chosen(box: Box) -> None:
    response = Visitor(box, "lena").send("/person", person="mallory; x=1", here="/")
    assert "set-cookie" not in response.headers


# Slack


def test_a_message_and_a_reply(box: Box) -> None:
    lena = Visitor(box, "lena")
    lena.do("/archives/sre-escalations", text="Hello @hannah, <b> & @nobody-here")
    (posted,) = messages(box, "sre-escalations")
    assert posted.text == "Hello <@U0HANNAH1>, &lt;b&gt; &amp; @nobody-here"
    assert posted.user == "U0LENA001"
    thread = f"/archives/sre-escalations/p{posted.ts.replace('.', '')}"
    Visitor(box, "hannah").do(thread, text="Hi")
    assert messages(box, "sre-escalations")[1].thread_ts == posted.ts
    assert "1 reply" in lena.get("/archives/sre-escalations")
    assert ">Hi</div>" in lena.get(thread)


def test_people_join_before_they_write(box: Box) -> None:
    yusuf = Visitor(box, "yusuf")
    assert "not in this channel" in yusuf.refused("/archives/client-success", text="Hello")
    assert "Join the channel" in yusuf.get("/archives/client-success")
    yusuf.do("/archives/client-success", do="join")
    yusuf.do("/archives/client-success", text="Hello")
    assert messages(box, "client-success")[-1].text == "Hello"


def test_refusals_of_slack(box: Box) -> None:
    hannah = Visitor(box, "hannah")
    assert "archived" in hannah.refused("/archives/ds-777-old-incident", text="Hello")
    assert "Write a text first" in hannah.refused("/archives/sre-escalations", text="")
    assert "not there" not in hannah.get("/archives/ds-managers")
    response = Visitor(box, "lena").send("/archives/ds-managers", text="Hello")
    assert response.status_code == 422
    assert messages(box, "ds-managers") == []


# Jira


def test_comments_on_a_ticket(box: Box) -> None:
    lena = Visitor(box, "lena")
    lena.do("/browse/DS-1042", text="For all")
    lena.do("/browse/DS-1042", text="For us", internal="yes")
    _, public, internal = box.world.jira.issues["DS-1042"].comments
    assert (public.body, public.properties) == ("For all", {})
    assert internal.properties == {"sd.public.comment": {"internal": True}}
    assert lena.get("/browse/DS-1042").count("Internal note</span>") == 1
    assert "can not be empty" in lena.refused("/browse/DS-1042", text="")
    assert "no account in Jira" in Visitor(box, "auditor").refused("/browse/DS-1042", text="Hi")


# GitHub


def test_a_pull_request_is_reviewed_and_merged(box: Box, hub: Hub) -> None:
    number = hub.propose("DS-1042")
    path = f"{REPO}/pull/{number}"
    priya, hannah = Visitor(box, "priya"), Visitor(box, "hannah")
    assert "approve your own" in priya.refused(path, do="approve", text="Mine")
    priya.do(path, do="comment", text="Please look")
    hannah.do(path, do="request", text="Why?")
    hannah.do(path, do="approve", text="")
    page = priya.get(path)
    for shown in ("Please look", "requested changes", "approved these changes", ">Open<"):
        assert shown in page
    hannah.do(path, do="merge")
    pull = box.world.github.pulls[number]
    assert (pull.state, pull.merged_by) == ("closed", "hannah-weiss")
    assert ">Merged<" in priya.get(path)
    assert 'value="merge"' not in priya.get(path)
    assert hannah.refused(path, do="merge")


def test_refusals_of_github(box: Box, hub: Hub) -> None:
    path = f"{REPO}/pull/{hub.propose('DS-1042')}"
    assert "no account on GitHub" in Visitor(box, "olga").refused(path, do="comment", text="Hi")
    assert "Write a text first" in Visitor(box, "hannah").refused(path, do="comment")
    assert Visitor(box, "hannah").send(f"{REPO}/pull/99", do="merge").status_code == 422
    assert Visitor(box, "hannah").send(f"{REPO}/pull/x", do="merge").status_code == 422
