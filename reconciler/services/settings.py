"""Where the services are and how to sign in: from the environment, never from a file."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from reconciler.model.keyring import Keyring
from reconciler.redaction import register_token
from reconciler.services.errors import SetupError

JIRA_EXAMPLE: Final = "https://company.atlassian.net"
SLACK_API_URL: Final = "https://slack.com/api/"
GITHUB_API_URL: Final = "https://api.github.com"
GITHUB_SERVER_URL: Final = "https://github.com"
_REPOSITORY: Final = re.compile(
    r"[A-Za-z0-9](-?[A-Za-z0-9]){0,38}(_[A-Za-z0-9]+)?/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}"
)
_TEAM: Final = re.compile(r"T[A-Z0-9]{2,20}")
_LONGEST_TIMEOUT: Final = 600
TOKEN_EXPIRY: Final = "JIRA_API_TOKEN_EXPIRES"  # noqa: S105 - the name of a variable
SEAL_KEY: Final = "ESCALATE_SEAL_KEY"
FORMER_SEAL_KEY: Final = "ESCALATE_SEAL_KEY_BEFORE"
_SHORTEST_SEAL_KEY: Final = 32
_LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class JiraSettings:
    """How to reach Jira. With an e-mail address it is Cloud, without one Data Center."""

    url: str
    email: str | None
    token: str = field(repr=False)
    seal_key: str = field(default="", repr=False)
    """The secret for seals; if empty, the token is used."""
    former_seal_key: str = field(default="", repr=False)
    """The secret of before: a seal key, or a token of Jira."""
    expires: date | None = None
    """The last day of the token, if it is known."""

    @property
    def site(self) -> str:
        """The address without `https://`, to which seals are bound."""
        return self.url.partition("://")[2].lower()

    @property
    def keyring(self) -> Keyring:
        """The keys of the seals."""
        return Keyring(self.seal_key or self.token, self.former_seal_key)

    @property
    def gateway(self) -> bool:
        """Whether the address is that of Atlassian's gateway, which people cannot open."""
        return "/ex/jira/" in self.url

    @property
    def cloud(self) -> bool:
        """Whether this is Jira Cloud."""
        return self.email is not None


@dataclass(frozen=True)
class SlackSettings:
    """How to reach Slack."""

    url: str
    token: str = field(repr=False)
    team: str = ""
    """Id of the workspace, if the app is installed for a whole organisation."""


@dataclass(frozen=True)
class Settings:
    """How to reach everything."""

    jira: JiraSettings
    slack: SlackSettings
    timeout: float = 30.0
    """Seconds to wait for an answer."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings.

    Raises SetupError that names every missing or wrong variable at once.
    """
    faults: list[str] = []
    jira = _jira(environment, faults)
    slack = _slack(environment, faults)
    timeout = _timeout(environment, faults)
    if faults or jira is None or slack is None:
        raise SetupError(
            "; ".join(faults),
            "Set the variables in the environment (in GitHub Actions: as secrets of the"
            " environment). Without real services, `escalate sandbox` prints a set to try with.",
        )
    return Settings(jira, slack, timeout)


def read_jira_settings(environment: Mapping[str, str]) -> JiraSettings | None:
    """How to reach Jira, when the environment says so in full."""
    faults: list[str] = []
    found = _jira(environment, faults)
    return None if faults else found


def read_slack_settings(environment: Mapping[str, str]) -> SlackSettings:
    """How to reach Slack. Raises SetupError."""
    faults: list[str] = []
    found = _slack(environment, faults)
    if faults or found is None:
        raise SetupError("; ".join(faults), "Set the variables of Slack in the environment.")
    return found


@dataclass(frozen=True)
class GitHubSettings:
    """How to reach GitHub: which repository, and as whom."""

    url: str
    """Of the API, without a slash at the end."""
    repository: str
    """`owner/name`."""
    server: str
    """Where people and git find it, such as https://github.com."""
    login: str = ""
    """Who writes with this token, as far as that is known."""
    token: str = field(default="", repr=False)


class ForgeKind(StrEnum):
    """Where proposals are looked for."""

    AUTO = "auto"
    """GitHub when the environment names a repository and a token, else nowhere."""
    GITHUB = "github"
    GIT = "git"
    """A git remote without a forge."""
    NONE = "none"


def read_forge_settings(
    environment: Mapping[str, str], kind: ForgeKind
) -> tuple[ForgeKind, GitHubSettings | None]:
    """Which forge there is, and how to reach it.

    Raises SetupError that names every missing or wrong variable at once.
    """
    token = environment.get("GITHUB_TOKEN", "").strip()
    repository = environment.get("GITHUB_REPOSITORY", "").strip()
    if kind is ForgeKind.AUTO:
        kind = ForgeKind.GITHUB if token and repository else ForgeKind.NONE
    if token:
        register_token(token)
        register_token(base64.b64encode(f"x-access-token:{token}".encode()).decode())
    if kind is not ForgeKind.GITHUB:
        return kind, None
    faults: list[str] = []
    url = _url(environment, "GITHUB_API_URL", GITHUB_API_URL, faults)
    server = _url(environment, "GITHUB_SERVER_URL", GITHUB_SERVER_URL, faults)
    if not token:
        faults.append("GITHUB_TOKEN is not set")
    if _REPOSITORY.fullmatch(repository) is None:
        faults.append("GITHUB_REPOSITORY is not of the form owner/name")
    if faults:
        raise SetupError(
            "; ".join(faults),
            "In a workflow, give the job the token: GITHUB_TOKEN: ${{ github.token }}. "
            "Elsewhere, export your own token and the repository, or leave pull requests "
            "out: --forge none.",
        )
    login = environment.get("ESCALATE_GITHUB_LOGIN", "").strip()
    if not login and token.startswith("ghs_"):
        login = "github-actions[bot]"  # may not ask who it is
    return kind, GitHubSettings(url, repository, server, login, token)


def read_timeout(environment: Mapping[str, str]) -> float:
    """Seconds to wait for an answer. Raises SetupError when the variable is no such number."""
    faults: list[str] = []
    timeout = _timeout(environment, faults)
    if faults:
        raise SetupError(
            "; ".join(faults), "Correct the value, or unset the variable for 30 seconds."
        )
    return timeout


def read_seal_keyring(environment: Mapping[str, str]) -> Keyring | None:
    """The keys of the seals, without any other setting of Jira; None if no secret is set."""
    key, former = _seal_keys(environment, [])
    names = ("JIRA_PAT", "JIRA_API_TOKEN")
    tokens = (environment.get(name, "").strip() for name in names)
    secret = key or next((token for token in tokens if token), "")
    register_token(secret)
    return Keyring(secret, former) if secret else None


def _jira(environment: Mapping[str, str], faults: list[str]) -> JiraSettings | None:
    url = _url(environment, "JIRA_BASE_URL", "", faults)
    keys = _seal_keys(environment, faults)
    expires = _expiry(environment, faults)
    pat = environment.get("JIRA_PAT", "").strip()
    email = environment.get("JIRA_USER_EMAIL", "").strip()
    token = environment.get("JIRA_API_TOKEN", "").strip()
    if pat:
        register_token(pat)
        return JiraSettings(url, None, pat, *keys, expires)
    if not email:
        faults.append("JIRA_USER_EMAIL is not set (or JIRA_PAT, for Data Center)")
    if not token:
        faults.append("JIRA_API_TOKEN is not set (or JIRA_PAT, for Data Center)")
    if not email or not token:
        return None
    register_token(token)
    register_token(base64.b64encode(f"{email}:{token}".encode()).decode())
    return JiraSettings(url, email, token, *keys, expires)


def _expiry(environment: Mapping[str, str], faults: list[str]) -> date | None:
    """The last day of Jira's token, which no request to Jira shows."""
    text = environment.get(TOKEN_EXPIRY, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(f"{TOKEN_EXPIRY} is not a date such as 2027-03-31")
        return None


def _seal_keys(environment: Mapping[str, str], faults: list[str]) -> tuple[str, str]:
    """The secrets of the seals, the present one and the former one; empty if not set."""
    key, former = (environment.get(name, "").strip() for name in (SEAL_KEY, FORMER_SEAL_KEY))
    register_token(key)
    register_token(former)
    if key and len(key) < _SHORTEST_SEAL_KEY:
        faults.append(
            f"{SEAL_KEY} has {len(key)} characters, and needs at least {_SHORTEST_SEAL_KEY}"
            " (openssl rand -hex 32 makes one)"
        )
    return key, former


def _slack(environment: Mapping[str, str], faults: list[str]) -> SlackSettings | None:
    url = _url(environment, "SLACK_API_URL", SLACK_API_URL, faults)
    token = environment.get("SLACK_BOT_TOKEN", "").strip()
    if not token:
        faults.append("SLACK_BOT_TOKEN is not set")
        return None
    register_token(token)
    if not token.startswith("xoxb-"):
        faults.append("SLACK_BOT_TOKEN is not a bot token (a bot token begins with xoxb-)")
    team = environment.get("SLACK_TEAM_ID", "").strip()
    if team and _TEAM.fullmatch(team) is None:
        faults.append("SLACK_TEAM_ID is not the id of a workspace, which begins with T")
    return SlackSettings(url.rstrip("/") + "/", token, team)


def _url(environment: Mapping[str, str], name: str, default: str, faults: list[str]) -> str:
    text = environment.get(name, "").strip() or default
    if not text:
        faults.append(f"{name} is not set")
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        faults.append(f"{name} is not a web address")
        return text
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.query:
        faults.append(f"{name} is not a plain web address such as {default or JIRA_EXAMPLE}")
    elif parts.scheme == "http" and host not in _LOOPBACK:
        faults.append(
            f"{name} must begin with https, because http would send the token unencrypted"
        )
    return text.rstrip("/")


def _timeout(environment: Mapping[str, str], faults: list[str]) -> float:
    text = environment.get("ESCALATE_TIMEOUT", "30")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        faults.append(f"ESCALATE_TIMEOUT is not a number of seconds up to {_LONGEST_TIMEOUT}")
    return seconds
