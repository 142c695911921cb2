"""Forms as GitHub writes them into an issue, and what is sent with them."""

import json
from typing import Any

import yaml
from commands import Said, escalate
from hub import Hub

from reconciler.edit.form_fields import FormKind
from reconciler.edit.form_verbs import VERBS

ESCALATE, ASSIGN, HANDOVER, UPDATE, ASSESS, RESOLVE, WITHDRAW, REOPEN, COMMUNICATE = FormKind
ACCOUNT = "helper[bot]"
GOOD: dict[FormKind, dict[str, str]] = {
    ESCALATE: {
        "Ticket": "ds-1042",
        "What is wrong, in one line": "Card payments fail",
        "How severe is the impact": "high: an important function fails for several clients",
        "Who is affected": "Payers of two billers",
        "About how many": "1,200",
        "What do the affected people see": "An error page.\n\nThen nothing.",
        "Why can it not wait": "Four in ten fail.",
        "Who is the contact": "Lena Fischer",
        "Who reported the problem": "@owen-brooks",
        "What did the reporter find out": "Only 3-D Secure:\n- since Tuesday",
        "Why can the reporter not continue without Dev Support": "We see no logs.",
    },
    ASSIGN: {"Ticket": "DS-1071", "Who works on the ticket": "@nadia-haddad"},
    UPDATE: {"Ticket": "DS-1071", "What is new": "Two hosts are slow.\n\nWe take them out."},
    ASSESS: {"Ticket": "DS-1071", "What do you think is wrong": "A retired host is in the pool."},
    WITHDRAW: {"Ticket": "DS-1071", "Why is an escalation no longer needed": "It went away."},
    REOPEN: {
        "Ticket": "DS-1071",
        "How severe is the impact": "critical: many cannot work, or money or data is at risk",
        "Who is affected": "Payers of two billers",
        "About how many": "400",
        "What do the affected people see": "The same error page.",
        "Why can it not wait": "It is back, and worse.",
        "Who is the contact": "lena",
    },
    HANDOVER: {"Ticket": "DS-1071", "Who takes over": "owen", "When do they take over": ""},
    RESOLVE: {
        "Ticket": "DS-1071",
        "What is the root cause": "A retired host stayed in the pool.",
        "What was done about the problem": "It is out.",
        "Tickets for the remaining work": "PAY-641, PAY-655",
        "Who informs the affected customers": "lena.fischer@ledgerline.example",
        "State of the message to them": "drafted: the message is written, not sent",
    },
    COMMUNICATE: {
        "Ticket": "DS-1071",
        "State of the message to them": "sent: the message was sent",
    },
}


def body(kind: FormKind = ESCALATE, **changes: str) -> str:
    """The text of a form; a change names a field by its first word in small letters."""
    parts = []
    for label, (known, good) in zip(VERBS[kind].fields, GOOD[kind].items(), strict=True):
        keys = [key for key in changes if known.lower().replace(" ", "_").startswith(key)]
        value = changes[keys[0]] if keys else good
        parts.append(f"### {label}\n\n{value or '_No response_'}")
    return "\n\n".join(parts)


def send(
    hub: Hub, text: str, *, who: str = "priya", kind: FormKind = ESCALATE, label: str | None = None
) -> int:
    """Open an issue with a form; its number. GitHub puts the label on, whoever sends it."""
    sent = {"title": "A form", "body": text}
    number = int(hub.call(who, "POST", "issues", sent, 201)["number"])
    labels = [VERBS[kind].label] if label is None else [label] if label else []
    hub.call("hannah", "POST", f"issues/{number}/labels", {"labels": labels})
    return number


def answer(
    hub: Hub, number: int, *, sender: str = "priya-raman", action: str = "opened", **env: str
) -> Said:
    """What the workflow does for an event."""
    file = hub.folder.parent / "event.json"
    file.write_text(json.dumps(hub.box.github.event("issues", action, number, sender)))
    return run(hub, number, "--event", str(file), **env)


def run(hub: Hub, number: int, *arguments: str, name: str = "form", **env: str) -> Said:
    """The command by hand."""
    late = ("--now", hub.now.isoformat())
    # The account is an app's bot here, which cannot ask GitHub who it is.
    token = {
        "GITHUB_TOKEN": f"ghp-{ACCOUNT}",
        "ESCALATE_GITHUB_LOGIN": ACCOUNT,
        "SANDBOX_GITHUB_LOGIN": ACCOUNT,
    }
    hub.pull_main()
    return escalate(hub.folder, {**hub.env, **(env or token)}, name, str(number), *arguments, *late)


def say(hub: Hub, number: int, text: str, *, who: str = "hannah") -> int:
    """Comment on an issue or a pull request; the id of the comment."""
    return int(hub.call(who, "POST", f"issues/{number}/comments", {"body": text}, 201)["id"])


def command(hub: Hub, comment: int, *, sender: str = "", event: Any = None, **env: str) -> Said:
    """What the workflow does for a new comment; by its author, unless there is another sender."""
    if event is None:
        author = next(each for each in hub.box.world.github.comments if each.id == comment).author
        event = hub.box.github.event("issue_comment", "created", comment, sender or author)
    file = hub.folder.parent / "event.json"
    file.write_text(json.dumps(event))
    return run(hub, comment, "--event", str(file), name="comment", **env)


def reactions(hub: Hub, comment: int) -> list[str]:
    """How our account reacted to a comment."""
    found = hub.call("priya", "GET", f"issues/comments/{comment}/reactions")
    return [each["content"] for each in found if each["user"]["login"] == ACCOUNT]


def replies(hub: Hub, number: int) -> list[str]:
    """What our account said on an issue or a pull request."""
    found = hub.call("priya", "GET", f"issues/{number}/comments")
    return [each["body"] for each in found if each["user"]["login"] == ACCOUNT]


def comments(hub: Hub, number: int) -> list[str]:
    """What was said on an issue."""
    return [each["body"] for each in hub.call("priya", "GET", f"issues/{number}/comments")]


def pulls(hub: Hub) -> list[dict[str, Any]]:
    """Open pull requests."""
    return list(hub.call("priya", "GET", "pulls"))


def file_of(hub: Hub, pull: dict[str, Any], path: str) -> dict[str, Any]:
    """What a file says at the head of a pull request."""
    hub.git("fetch", "--quiet", "origin", f"refs/pull/{pull['number']}/head")
    found: dict[str, Any] = yaml.safe_load(hub.git("show", f"FETCH_HEAD:{path}"))
    return found


def start_over(hub: Hub) -> None:
    """Put the files of the folder into the last commit of main, where they need nobody's word."""
    hub.git("commit", "--quiet", "--all", "--amend", "--no-edit", who="hannah")
    hub.git("push", "--quiet", "--force", "origin", "main", who="hannah")


def with_account(hub: Hub, **changes: Any) -> Hub:
    """A hub whose policy names an account for forms, from its last commit on."""
    number = hub.call("priya", "GET", f"../../../users/{ACCOUNT}")["id"] if not changes else 0
    hub.pull_main()
    hub.set_policy(forms=changes or {"account": ACCOUNT, "account_id": number})
    start_over(hub)
    return hub
