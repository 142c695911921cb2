"""A company's own data repository, from the templates of the package."""

import json
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from reconciler.load.unquoted_words import means_itself
from reconciler.render.schemas import MODELS, file_name, schema_text

_FOLDER: Final = files("reconciler") / "template"
_DOTTED: Final = "github/"
"""Stored without its dot, so that nobody takes the templates for workflows of this repository."""


class Words(string.Template):
    """A text of the template, with its `%%words`."""

    delimiter = "%%"


@dataclass(frozen=True)
class InitAnswers:
    """What the company is asked."""

    desk: str
    """Key of the Jira project."""
    desk_name: str
    announce_in: str
    time_zone: str
    repository_url: str
    action: str
    """`owner/name@commit` of the action, with what may follow in a comment."""
    lead: str
    """Handle of the Dev Support lead."""
    lead_name: str
    lead_email: str
    lead_github: str
    normal_queue: str
    code_owners: str
    """Logins and teams with @, separated by blanks."""


def laid_down(answers: InitAnswers, year: int, scopes: Iterable[str]) -> dict[str, str]:
    """Every file of the repository, by path."""
    words = _words(answers, scopes)
    found = {_path(name): Words(text).substitute(words) for name, text in _walk(_FOLDER, "")}
    found |= {f"schemas/{file_name(each)}": schema_text(each) for each in MODELS}
    found[f"escalations/{year}/.gitkeep"] = ""
    return dict(sorted(found.items()))


def _path(name: str) -> str:
    return f".{name}" if name.startswith(_DOTTED) else name


def _walk(folder: Traversable, prefix: str) -> Iterable[tuple[str, str]]:
    for each in folder.iterdir():
        name = f"{prefix}{each.name}"
        if each.is_dir():
            yield from _walk(each, f"{name}/")
        else:
            yield name, each.read_text(encoding="utf-8")


def _words(answers: InitAnswers, scopes: Iterable[str]) -> Mapping[str, str]:
    """The answers as they may stand in YAML: free text as a quoted scalar, which JSON's is."""
    free = ("desk_name", "time_zone", "repository_url", "lead_name", "lead_email", "normal_queue")
    return {
        **vars(answers),
        **_addresses(answers),
        # Such as NO, or the channel 1234, which are no text without quotes.
        "desk_key": _as_text(answers.desk),
        "announce_channel": _as_text(answers.announce_in),
        "lead_login": _as_text(answers.lead_github),
        **{name: json.dumps(getattr(answers, name), ensure_ascii=False) for name in free},
        "scopes": "\n".join(f"      - {scope}" for scope in sorted(scopes)),
    }


def _as_text(word: str) -> str:
    """A word that every reader of YAML takes for text."""
    return word if means_itself(word) else json.dumps(word)


def _addresses(answers: InitAnswers) -> dict[str, str]:
    """Where links lead: the repository, its HELP.md, the documentation of the tool's release."""
    action, _, reference = answers.action.partition(" ")[0].partition("@")
    tool = "/".join(action.split("/")[:2])
    return {
        "repository": answers.repository_url,
        "help": f"{answers.repository_url}/blob/main/HELP.md",
        "documentation": f"https://github.com/{tool}/blob/{reference}/docs",
    }
