"""Whatever a file says arrives as text: nothing in it is obeyed by Slack, Jira, GitHub or a shell.

Characters that cannot be seen are refused by the loader, so what is tried here is the rest.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from company import Company, resolution
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reconciler.model.change import Plan
from reconciler.render.console import emit
from reconciler.render.outcomes import outcome_table
from reconciler.render.plan_markdown import plan_markdown
from reconciler.render.plan_text import plan_text

HOSTILE = {
    "channel mention": "<!channel> please",
    "here mention": "<!here> <!everyone> <!subteam^S123|@ds>",
    "user mention": "<@U0PRIYA01> and <#C012345|general>",
    "masked link": "<https://evil.example|click>",
    "escaped already": "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "code macro": "{code}rm -rf{code} {noformat}x{noformat} {{mono}}",
    "html macro": "{html}<script>alert(1)</script>{html}",
    "jira mention": "[~accountid:5f0a1c2e:priya] [~priya]",
    "jira link": "[link|http://evil.example] [http://evil.example]",
    "jira image": "!image.png! !http://evil.example/x.png|width=1!",
    "table": "| a | b | || c || d ||",
    "backticks": "`code` ``more`` ```fence```",
    "tildes": "~~~ strike ~~gone~~ ~~~",
    "workflow command": "::error file=x::pwned ##[error]pwned ::set-output name=a::b",
    "percent": "%0A%0D%25 %s %(x)s {0} {x}",
    "html": "<b>bold</b><img src=x onerror=alert(1)><details>",
    "comment": "<!-- marker --> -->",
    "github mention": "@team @ledgerline/dev-support someone@evil.example #12 GH-12 a/b#3",
    "autolink": "www.evil.example http://evil.example mailto:a@evil.example",
    "markdown": "![i](http://e) [l](http://e) [r][1] *b* _i_ # h $x$ <http://e.example>",
    "emoji": ":smile: \U0001f6a8 \U0001f468 \u2764\ufe0f",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "placeholder": "channel-mention channel-name channel-url",
    "marker": "escalation-as-code DS-1071 channel 0123456789",
    "purpose marker": "Escalation DS-1072: All communication about it belongs here.",
    "backslashes": "\\ \\\\ \\{code} C:\\new\\table \\",
    "wiki lines": "h1. head bq. quote -- dash --- longer ---- rule ??cite?? +ins+ ^up^",
    "ampersands": "&" * 150,
    "brackets": "<" * 75 + ">" * 75,
    "no-break spaces": "a\u00a0b\u3000c",
}
FORGED = "FORGED: this is no quote"
LINES = (
    f"\n{FORGED}\n*Status:* resolved\nh1. head\n# one\n- two\n---- \nbq. quote\n|a|\n"
    "::error::x\n  ::warning::y\n&gt; forged quote\n```\nfence"
)

UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri"}


def _prose(text: str) -> str:
    return f"{text}{LINES}\n{text}"


def _write(company: Company, text: str, **changes: Any) -> None:
    """The text wherever a file can hold text."""
    company.edit_roster("lena", name=text)
    company.edit_roster("dmitri", name=text)
    company.edit_roster("priya", name=text)
    company.write(
        "DS-1071",
        title=text,
        reason=_prose(text),
        impact={"level": "high", "who": text, "how_many": 40, "symptom": _prose(text)},
        reporter={
            "person": "owen",
            "findings": _prose(text),
            "blocked_because": _prose(text),
        },
        assessment=_prose(text),
        updates=[UPDATE | {"text": _prose(text)}],
        **changes,
    )


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", HOSTILE)
def test_it_arrives_as_text_and_converges(cloud: Company, name: str):
    text = HOSTILE[name]
    _write(cloud, text)
    _expect_harmless_plan(cloud.plan())
    cloud.converge()
    _expect_harmless_slack(cloud)
    communication = {"owner": "lena", "state": "pending"}
    ended = resolution(
        root_cause=_prose(text), mitigation=_prose(text), customer_communication=communication
    )
    _write(cloud, text, resolution=ended)
    plan = cloud.plan()
    _expect_harmless_plan(plan)
    outcomes = cloud.converge()
    _expect_harmless_log(outcome_table(plan, outcomes))
    _expect_harmless_slack(cloud)
    _expect_harmless_jira(cloud)


def test_a_withdrawal_arrives_as_text(company: Company):
    every = " ".join(text for text in HOSTILE.values() if len(text) < 100)
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", withdrawn={"by": "priya", "reason": _prose(every)})
    company.converge()
    _expect_harmless_slack(company)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("char", ["&", "<", "x", "{", "`", "\u4e2d", "\U0001f6a8"])
def test_very_long_text_fits_and_can_be_edited_later(cloud: Company, char: str):
    _write_long(cloud, char)
    cloud.converge()
    for channel in (cloud.channel("DS-1071"), cloud.named("sre-escalations")):
        assert max(len(each["text"]) for each in channel["messages"]) <= 4000
    channel = cloud.channel("DS-1071")
    for place in ("topic", "purpose"):
        value = channel[place]["value"]
        assert 200 < len(value) <= 250, "as much as fits, after escaping"
        assert not re.search(r"&[a-z]*$|&[a-z]*…", value), "no escape is cut in two"
    assert channel["purpose"]["value"].startswith("Escalation DS-1071: ")
    _write_long(cloud, char, contact="jun")
    cloud.converge()
    (brief,) = [each for each in cloud.channel("DS-1071")["messages"] if _kind(each) == "brief"]
    assert "*Contact:* Jun Watanabe" in brief["text"]
    assert "cut; the file has all of it" in brief["text"]
    _expect_harmless_slack(cloud)


def test_a_channel_is_found_by_its_purpose_whatever_the_title(cloud: Company):
    cloud.write("DS-1071", title="&" * 160, channel="amps")
    cloud.converge()
    cloud.jira("hannah", "DELETE", "issue/DS-1071/properties/escalation")
    cloud.bot.conversations_rename(channel=cloud.channel("DS-1071")["id"], name="renamed")
    cloud.converge()
    assert cloud.channels("DS-1071") == []
    assert cloud.named("renamed")["purpose"]["value"].startswith("Escalation DS-1071: ")


def _write_long(company: Company, char: str, **changes: Any) -> None:
    length = min(5000, 9000 // len(char.encode()))  # a file may not be larger than 64 kB
    company.edit_roster("lena", name=char * 160)
    company.edit_roster("dmitri", name=char * 160)
    company.write(
        "DS-1071",
        title=char * 160,
        reason=char * length,
        impact={"level": "high", "who": char * 160, "how_many": 40, "symptom": char * length},
        reporter={
            "person": "owen",
            "findings": char * length,
            "blocked_because": (char * 9 + " ") * (length // 10),
        },
        assessment=f"{char}\n" * (length // 4),
        updates=[UPDATE | {"text": char * length}],
        **changes,
    )


# Slack


def _expect_harmless_slack(company: Company) -> None:
    state = company.state()["slack"]
    channels = [company.channel("DS-1071"), company.named("sre-escalations")]
    allowed = [f"<{link}>" for link in _our_links(company)]
    allowed += [f"<#{each}>" for each in state["channels"]]
    for channel in channels:
        own = channel["name"].startswith("ds-1071")
        texts = [channel[part]["value"] for part in ("topic", "purpose")] if own else []
        texts += [each["text"] for each in channel["messages"] if each["metadata"]]
        texts += [text for each in channel["messages"] for text in _mrkdwn_in(each.get("blocks"))]
        for text in texts:
            _expect_plain_mrkdwn(_without(text, allowed))
        titles = {each["title"] for each in channel["bookmarks"]}
        assert titles <= {"Ticket DS-1071", "Escalation file"}


def _our_links(company: Company) -> Iterator[str]:
    yield f"{company.settings.jira.url}/browse/DS-1071|DS-1071"
    repository = "https://github.example/ledgerline/escalations"
    yield f"{repository}/blob/main/escalations/2026/DS-1071.yaml|escalation file"


def _mrkdwn_in(value: Any) -> Iterator[str]:
    """Every text of blocks that Slack reads as mrkdwn."""
    if isinstance(value, list):
        for each in value:
            yield from _mrkdwn_in(each)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for each in value.values():
            yield from _mrkdwn_in(each)


OUR_DATE = re.compile(
    r"<!date\^[0-9]+\^\{date_short_pretty\} \{time\}\|[0-9-]{10} [0-9]{2}:[0-9]{2} [A-Z]+>"
)


def _without(text: str, parts: list[str]) -> str:
    for part in parts:
        text = text.replace(part, "")
    return OUR_DATE.sub("", text)


def _expect_plain_mrkdwn(text: str) -> None:
    for line in text.splitlines():
        shown = line.removeprefix("> ") if line.startswith("> ") else line
        assert "<" not in shown, line
        assert ">" not in shown, line
        assert "`" not in shown, line
        assert not re.search(r"&(?!(amp|lt|gt);)", shown), line
        assert FORGED not in line or line.startswith("> "), line
        if "*Status:* resolved" in line:
            assert line.startswith(("> ", "*Status:* resolved")), line
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)


def _kind(message: dict[str, Any]) -> str:
    return str(((message["metadata"] or {}).get("event_payload") or {}).get("kind", ""))


# Jira

_OUR_WIKI = re.compile(
    r"^\*(Root cause|What was done|Follow-ups|Customer communication):\*"
    r"|^\*(?=Update by )|\* \([-+ :0-9]+\)$"
    r"|^\*The escalation of DS-1071 is resolved\.\*$"
    r"|\[#[a-z0-9_-]+\|http://127\.0\.0\.1[^\]|]*\]|\[#[a-z0-9_-]+\|https://ledgerline\.[^\]|]*\]",
    re.MULTILINE,
)
_WIKI_ORDERS = re.compile(
    r"[{}\[\]|!*_^~+\\]|\?\?|(?:^|\s)-\S|--|^\s*(?:#|-|h[1-6]\.|bq\.)", re.MULTILINE
)


def _expect_harmless_jira(company: Company) -> None:
    comments = company.ticket("DS-1071")["comments"]
    assert len(comments) == 3
    for comment in comments:
        rest = _OUR_WIKI.sub("", comment["body"])
        rest = re.sub(r"\\[^A-Za-z0-9\s]", "", rest)  # escaped, so taken literally
        found = _WIKI_ORDERS.search(rest)
        assert found is None, rest[max(0, found.start() - 20) : found.end() + 20]
    keys = [each["properties"]["escalation"]["key"] for each in comments]
    assert keys == ["channel", "update-1", "summary"]


# Plans


def _expect_harmless_plan(plan: Plan) -> None:
    assert plan.changes
    _expect_harmless_log(plan_text(plan))
    text = plan_markdown(plan)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u2028\u2029]", text)
    for token in _tokens(MarkdownIt("commonmark").enable("table").parse(text)):
        assert token.type not in {"image", "link_open", "fence", "code_block", "code_inline"}
        if token.type in {"html_block", "html_inline"}:
            ours = r"</?(details|summary)>|\d+ changes?|\s"
            assert re.sub(ours, "", token.content) == "", token.content
        if token.type == "text":
            # What GitHub links by itself.
            linked = re.search(r"@\w|#\d|://|www\.|GH-\d|mailto:\S+@\w", token.content)
            assert linked is None, token.content
    tables = sum(line.startswith("| --- |") for line in text.splitlines())
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == plan.changes + 2 * tables
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def _tokens(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or [])


def _expect_harmless_log(renderable: Any) -> None:
    stream = io.StringIO()
    emit(renderable, stream)
    for line in stream.getvalue().split("\n"):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line)
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line, line
