"""The words of a whole life where people read them: the same ones on both kinds of Jira."""

import re
from collections.abc import Iterator
from pathlib import Path

from company import Company, resolution
from goldens import hold

GOLDEN = Path(__file__).parent / "golden-words" / "life.txt"
TICKET = "DS-1071"
UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}


def _shown(company: Company) -> Iterator[str]:
    ticket = company.ticket(TICKET)
    yield f"labels: {', '.join(ticket['labels'])}; priority: {ticket['priority']}"
    yield from (f"link: {each['object']['title']}" for each in ticket["remote_links"])
    for each in ticket["comments"]:
        yield f"comment:\n{each['body']}"
    for channel in (company.channel(TICKET), company.named("sre-escalations")):
        yield f"#{channel['name']}: {channel['topic']['value']} | {channel['purpose']['value']}"
        yield from (f"message:\n{each['text']}" for each in channel["messages"])


def _without_ids(text: str) -> str:
    text = re.sub(r"127\.0\.0\.1:\d+", "jira.example", text)
    text = re.sub(r"\bC0[0-9A-Z]{4,}", "C0CHANNEL", text)
    return re.sub(r"\b[0-9a-f]{10}\b", "c" * 10, text)


def test_a_whole_life_reads_as_before(company: Company):
    company.write(TICKET, assignee=None)
    company.converge()
    company.write(TICKET, updates=[UPDATE], assessment="An expired certificate.")
    company.converge()
    company.write(TICKET, updates=[UPDATE], contact="jun", resolution=resolution())
    company.converge()
    hold(GOLDEN, _without_ids("\n".join(_shown(company))) + "\n")
