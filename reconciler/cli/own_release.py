"""The action that belongs to the release of this program, for the workflows of `escalate init`.

Sources: the metadata of an installed package (`Version`, `Project-URL`), and
https://packaging.python.org/en/latest/specifications/direct-url/ for one that pip installed from
a git repository: it records the commit.
"""

import json
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

import reconciler
from reconciler.services.git.commits import head_commit
from reconciler.services.git.remote_address import github_name, name_on_github

_PACKAGE: Final = "escalation-as-code"
_RELEASE: Final = re.compile(r"\d+\.\d+\.\d+")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_MALFORMED: Final = (ValueError, TypeError, AttributeError, LookupError)
_LABELS: Final = ("repository", "source", "source code", "homepage")
"""Labels of addresses under which a project names its repository, the best one first."""


def own_action() -> str | None:
    """The action of this program, `owner/name@commit` or `owner/name@vX.Y.Z`; None if unknown.

    In a clone it is the commit of the clone. Otherwise it follows from the installed package.
    """
    top = Path(reconciler.__file__).resolve().parents[1]
    if (top / "action.yml").is_file():
        name, commit = github_name(top), head_commit(top)
        return f"{name}@{commit}" if name and commit else None
    try:
        package = distribution(_PACKAGE)
    except PackageNotFoundError:
        return None
    urls = package.metadata.get_all("Project-URL") or []
    return action_of(package.version, urls, package.read_text("direct_url.json"))


def action_of(version: str, urls: Iterable[str], installed_from: str | None) -> str | None:
    """The action of a release, by its metadata; None if its repository is not known.

    `urls` are entries such as `Repository, https://github.com/company/tool`. With the commit that
    pip recorded, the action is pinned to it. Otherwise the tag of the release names it.
    """
    source, commit = _installed_commit(installed_from)
    name = name_on_github(source) or _repository(urls)
    if name is None:
        return None
    tag = f"v{version}" if _RELEASE.fullmatch(version) else ""
    if commit:
        return f"{name}@{commit} # {tag}" if tag else f"{name}@{commit}"
    return f"{name}@{tag}" if tag else None


def _repository(urls: Iterable[str]) -> str | None:
    """The repository on GitHub among the addresses of a project."""
    known = {
        label.strip().casefold(): url.strip()
        for label, _, url in (each.partition(",") for each in urls)
    }
    found = (name_on_github(known[label]) for label in _LABELS if label in known)
    return next((name for name in found if name), None)


def _installed_commit(text: str | None) -> tuple[str, str]:
    """Address and commit of what pip installed; empty if it was no git repository."""
    try:
        found: Any = json.loads(text or "")
        commit = str(found["vcs_info"]["commit_id"])
        return str(found["url"]), commit if _COMMIT.fullmatch(commit) else ""
    except _MALFORMED:
        return "", ""
