"""The pages: what they show, and that hostile text stays text on all of them."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
import requests
from hub import Hub

from reconciler.sandbox import Box
from reconciler.sandbox.github_state import Comment, Event, Pull, Review, Status
from reconciler.sandbox.jira_state import Comment as JiraComment
from reconciler.sandbox.jira_state import HistoryEntry, RemoteLink
from reconciler.sandbox.pages.blocks import read_blocks
from reconciler.sandbox.pages.dates import slack_date
from reconciler.sandbox.pages.guard import local_path
from reconciler.sandbox.pages.markdown import markdown_as_html
from reconciler.sandbox.pages.mrkdwn import MessageNames, as_html
from reconciler.sandbox.pages.slack import folded_joins
from reconciler.sandbox.pages.wiki import wiki_as_html
from reconciler.sandbox.slack_state import Bookmark, Channel, Message

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
BAD = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><a href='javascript:alert(1)'>x</a>"
LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://evil.example/\u202e",
    " javascript:alert(1)",
    "http:",
]
TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "footer"),
    *(
        "section",
        "article",
        "div",
        "span",
        "p",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
    ),
    *("li", "dl", "dt", "dd", "details", "summary", "time", "code", "pre", "blockquote", "strong"),
    *("em", "s", "br", "hr", "table", "thead", "tbody", "tr", "th", "td", "form", "label"),
    *("input", "textarea", "select", "option", "button", "sub", "sup", "kbd", "b", "i"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "rel", "href", "type", "class", "id", "title", "src"),
    *("defer", "tabindex", "datetime", "open", "role", "method", "action", "value", "for"),
    *("required", "selected", "rows", "start", "maxlength"),
}


class Found(HTMLParser):
    """The tags, attributes, addresses and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data) -> None:
        self.text += data

    def faults(self) -> Iterator[str]:
        for tag, attributes in self.tags:
            if tag not in TAGS:
                yield f"<{tag}>"
            names = {each for each in attributes if not each.startswith(("aria-", "data-"))}
            yield from (f"{tag} {each}" for each in names - ATTRIBUTES)
            address = attributes.get("href") or attributes.get("action") or "/"
            if not address.startswith(("http://", "https://", "#")) and not _is_path(address):
                yield f"{tag} to {address!r}"
            if tag == "script" and attributes.get("src") != "/static/pages.js":
                yield "a script"


def _is_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")


def get(box: Box, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{box.pages_url}{path}", headers=headers, timeout=10)


def html(value: str) -> str:
    return str(as_html(value, MessageNames(lambda _: BAD, lambda _: BAD, _plain_link)))


def _plain_link(address: str) -> str | None:
    return address if address.startswith(("http://", "https://", "/archives/")) else None


# Who may look


@pytest.mark.parametrize("path", ["/", "/archives/sre-escalations", "/browse/DS-1042", "/none"])
def test_the_headers_of_every_page(box: Box, path: str) -> None:
    response = get(box, path)
    assert response.status_code == (404 if path == "/none" else 200)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert list(Found(response.text).faults()) == []


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "evil:80"])
def test_a_foreign_name_of_this_machine_is_refused(box: Box, host: str) -> None:
    """Or a website whose name resolves to 127.0.0.1 could read the pages."""
    assert get(box, "/", host=host).status_code in {400, 421}


def test_the_names_of_this_machine_are_served(box: Box) -> None:
    port = box.pages_url.rsplit(":", 1)[1]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        assert get(box, "/", host=host).status_code == 200


def test_an_unchanged_page_is_not_sent_again(box: Box) -> None:
    first = get(box, "/")
    same = get(box, "/", **{"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    box.world.jira.issues["DS-1042"].summary = "Another summary"
    assert get(box, "/", **{"if-none-match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil", "https://evil.example", "", "x"])
def test_only_paths_of_the_pages_are_returned_to(wanted: str) -> None:
    assert local_path(wanted) == "/"
    assert local_path("/browse/DS-1042?x=1#comment-1") == "/browse/DS-1042?x=1#comment-1"


# Hostile text


def test_hostile_text_stays_text_on_every_page(box: Box, hub: Hub) -> None:
    number = hub.propose("DS-1042")
    with box.lock:
        poison(box, number)
    channel = next(iter(box.world.slack.channels.values()))
    thread = channel.messages[0].ts.replace(".", "")
    for path, least in (
        ("/", 5),
        (f"/archives/{channel.id}", 8),
        (f"/archives/{channel.id}/p{thread}", 2),
        ("/browse/DS-1042", 10),
        ("/ledgerline/escalations/pulls", 1),
        (f"/ledgerline/escalations/pull/{number}", 8),
        ("/%3Cscript%3Ealert(1)%3C/script%3E", 0),
    ):
        page = Found(get(box, path).text)
        assert list(page.faults()) == [], path
        assert page.text.count("<script>alert(1)</script>") >= least, path


def poison(box: Box, number: int) -> None:
    """Put markup into every text that a page shows."""
    slack, jira, github = box.world.slack, box.world.jira, box.world.github
    for state in (slack, jira):
        state_fields(state)
    escaped = BAD.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    channel = next(iter(slack.channels.values()))
    channel.name, channel.topic.value = BAD, f"{BAD} {escaped}"
    user = channel.members[0]
    bad_block = {"type": "section", "text": {"type": "mrkdwn", "text": escaped}}
    header = {"type": "header", "text": {"type": "plain_text", "text": BAD}}
    button = {"type": "button", "text": {"type": "plain_text", "text": BAD}, "url": LINKS[0]}
    blocks = [bad_block, header, {"type": "actions", "elements": [button]}]
    channel.messages += [
        Message("1795446000.000001", user, BAD, bot_id="B1"),
        Message("1795446000.000002", user, escaped, thread_ts="1795446000.000001"),
        Message("1795446000.000003", user, "", blocks=blocks),
        Message("1795446000.000004", user, BAD, subtype="channel_join"),
        *(
            Message(f"1795446001.{at:06}", user, f"<{each}|x> <{each}>")
            for at, each in enumerate(LINKS)
        ),
    ]
    channel.bookmarks += [Bookmark("B", BAD, each, ":x:", 1, 1, user, "") for each in LINKS]
    issue = jira.issues["DS-1042"]
    issue.summary = issue.type = issue.status = issue.description = BAD
    issue.labels = [BAD]
    issue.priority = BAD
    me = issue.reporter
    issue.comments += [
        JiraComment("1", me, f"{BAD} [{BAD}|{each}]", NOW, NOW, me) for each in LINKS
    ]
    issue.remote_links += [RemoteLink(1, "x", BAD, None, {"title": BAD, "url": e}) for e in LINKS]
    item = {"field": BAD, "fromString": BAD, "toString": BAD}
    issue.history.append(HistoryEntry("1", me, NOW, [item]))
    pull: Pull = github.pulls[number]
    pull.title = pull.body = pull.branch = pull.fork = BAD
    links = " ".join(f"[x]({each}) ![y]({each}) <{each}>" for each in LINKS)
    github.labels[number] = [BAD]
    author = pull.author
    for text in (BAD, links, f"<details open onclick=x>{BAD}", f"<!-- {BAD}"):
        github.comments.append(Comment(1, number, author, text, NOW, NOW))
    github.comments.append(Comment(1, number, author, f"`{BAD}`\n\n{BAD}\n\n    {BAD}", NOW, NOW))
    github.reviews.append(Review(2, number, author, "APPROVED", BAD, pull.head, NOW))
    github.events.append(Event(3, number, BAD, author, NOW, label=BAD))
    github.statuses.append(Status(4, pull.head, BAD, "success", BAD, LINKS[0], author, NOW))


def state_fields(state: object) -> None:
    """Names of people, projects and the company."""
    for field in dataclasses.fields(state):
        value = getattr(state, field.name)
        every = value.values() if isinstance(value, dict) else []
        for each in every:
            for name in ("real_name", "display_name"):
                if hasattr(each, name):
                    setattr(each, name, f"Eve {BAD}")
    if hasattr(state, "team_name"):
        state.team_name = BAD


# What texts become


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _it_ ~gone~ `a*b*c`", "<strong>bold</strong> <em>it</em> <s>gone</s> "),
        ("2*3*4 a_b_c", "2*3*4 a_b_c"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"),
        ("> raw\nx", "<blockquote>raw</blockquote>x"),
        ("a\n\nb", "a<br><br>b"),
        ("<https://a.example/x?a=1&amp;b=2|A *b*>", '<a href="https://a.example/x?a=1&amp;b=2">'),
        ("<javascript:alert(1)|x>", "x"),
        ("```<b>\nx```", "<pre>&lt;b&gt;\nx</pre>"),
        ("<!here> <!subteam^S1|@team>", '<span class="mention">@here</span>'),
        ("<!date^1795446000^{date_num} {time}|then>", "2026-11-23 10:00 AM"),
        ("<!date^x^{date}|then>", "then"),
        (":white_check_mark: :no_such:", "✅ :no_such:"),
        ("*`x`* and *<https://a.example|l>*", "<strong><code>x</code></strong>"),
    ],
)
def test_mrkdwn(text: str, shown: str) -> None:
    assert shown in html(text)


def test_names_in_mrkdwn_are_escaped() -> None:
    assert list(Found(html("<@U1> <#C1> <#C1|x>")).faults()) == []


def test_a_private_use_character_brings_nothing_back() -> None:
    assert html("\ue0000\ue001 `a` \ue0000\ue001") == "0 <code>a</code> 0"
    assert "\ue000" not in str(wiki_as_html("\ue0000\ue001 \\*", str, _plain_link))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "<details><summary>More</summary>\n\n*x*\n\n</details>",
            "<details><summary>More</summary>",
        ),
        ("<!-- marker -->\n### Title", "<h3>Title</h3>"),
        ("a <!-- b --> c", "<p>a  c</p>"),
        ("<details onclick=alert(1)>", "&lt;details onclick=alert(1)&gt;"),
        ("<style>x</style>", "&lt;style&gt;"),
        ("| a | b |\n| --- | --- |\n| 1 | ~~2~~ |", "<td><s>2</s></td>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        (
            "![p](https://a.example/p.png)",
            '<a href="https://a.example/p.png" rel="noreferrer">p</a>',
        ),
        ("a\nb", "a<br />\nb"),
    ],
)
def test_markdown(text: str, shown: str) -> None:
    assert shown in str(markdown_as_html(text, _plain_link))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* and \\*not\\*", "<p><strong>bold</strong> and *not*</p>"),
        ("[#x|https://a.example/b]", '<a href="https://a.example/b">#x</a>'),
        ("[https://a.example|https://a.example|smart-link]", '<a href="https://a.example">'),
        ("see https://a.example/b.", '<a href="https://a.example/b">https://a.example/b</a>.'),
        ("[x|javascript:alert(1)]", "[x|javascript:alert(1)]"),
        ("* a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("a\n\nb\nc", "<p>a</p><p>b<br>c</p>"),
        ("{noformat}<b>{noformat}", "<pre>&lt;b&gt;</pre>"),
        ("[~accountid:1:x]", '<span class="mention">@name of 1:x</span>'),
    ],
)
def test_wiki(text: str, shown: str) -> None:
    assert shown in str(wiki_as_html(text, lambda account: f"name of {account}", _plain_link))


def test_blocks_of_any_shape_are_read() -> None:
    names = MessageNames(str, str, _plain_link)
    odd = [{"type": "section", "text": 3, "fields": {"a": 1}}, {"type": "actions", "elements": 1}]
    assert [each.text for each in read_blocks([*odd, {"type": "rich_text"}, {}], names)] == [
        None
    ] * 2
    assert read_blocks(None, names) == []


def test_dates_of_slack() -> None:
    assert slack_date("{date_long}, {time} {no}", NOW) == "Monday, November 23, 2026, 10:00 AM {no}"


# What pages show


@pytest.mark.parametrize(
    ("users", "text"),
    [
        ("A", "<@A> has joined the channel"),
        ("AB", "<@A> and <@B> joined the channel"),
        ("ABCD", "<@A> and 3 others joined the channel"),
    ],
)
def test_people_who_join_one_after_the_other_are_one_line(users: str, text: str) -> None:
    said = "<@{0}> has joined the channel"
    joins = [Message(one, one, said.format(one), subtype="channel_join") for one in users]
    between = Message("Z", "Z", "Hello")
    shown = [one.text for one in folded_joins([*joins, between, *joins])]
    assert shown == [text, "Hello", text]


def test_a_private_channel_is_for_its_members(box: Box) -> None:
    assert "ds-managers" not in get(box, "/").text
    assert get(box, "/archives/ds-managers").status_code == 404
    assert get(box, "/archives/ds-managers", cookie="sandbox-person=hannah").status_code == 200


def test_links_of_the_services_lead_to_the_pages(box: Box) -> None:
    channel: Channel = next(iter(box.world.slack.channels.values()))
    here = ["/archives/C1/p2", "/ledgerline/escalations/pull/7#x", "/browse/DS-1042"]
    outside = (
        f"https://ledgerline.slack.com{here[0]}",
        f"https://github.example{here[1]}",
        f"{box.jira_url}{here[2]}",
    )
    texts = [f"<{each}|{at}>" for at, each in enumerate((*outside, "https://github.example/other"))]
    channel.messages.append(Message("1795446000.000001", channel.members[0], " ".join(texts)))
    page = Found(get(box, f"/archives/{channel.id}").text)
    found = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert {*here, "https://github.example/other"} <= found
