"""Jira's tokens: where they work, which scopes they need, and when they end.

Sources: https://support.atlassian.com/user-management/docs/manage-api-tokens-for-service-accounts/
(scopes, and the address of the gateway) and
https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
(a token ends after at most 365 days).
"""

from datetime import date
from typing import Final

from reconciler.model.diagnostic import Diagnostic
from reconciler.services.settings import TOKEN_EXPIRY, JiraSettings

SCOPES: Final = ("read:jira-work", "write:jira-work", "read:jira-user")
"""The scopes that a token with scopes needs."""
GATEWAY: Final = "https://api.atlassian.com/ex/jira/<cloudId>"
"""The one address at which a token with scopes works."""
_EARLY: Final = 30
"""Days before the end from which people are warned."""


def remedy_for_401(settings: JiraSettings) -> str:
    """What to do if Jira rejects the credentials."""
    if not settings.cloud:
        return "Renew the personal access token (JIRA_PAT)."
    renew = "Renew the API token (JIRA_USER_EMAIL, JIRA_API_TOKEN)."
    scopes = f"the scopes {', '.join(SCOPES[:-1])} and {SCOPES[-1]}"
    if settings.gateway:
        return f"{renew} A token with scopes needs {scopes}."
    return (
        f"{renew} A token with scopes, such as that of a service account, does not work at this"
        f" address. For such a token, set JIRA_BASE_URL to {GATEWAY}. The page"
        f" {settings.url}/_edge/tenant_info shows the cloudId. The token needs {scopes}."
    )


def without_browse_url(settings: JiraSettings, browse_url: str | None) -> Diagnostic | None:
    """Why links to tickets would lead nowhere; None if they lead to the site."""
    if browse_url or not settings.gateway:
        return None
    return Diagnostic(
        "jira.browse_url",
        "JIRA_BASE_URL is the address of Atlassian's gateway, which people cannot open, and"
        " config/policy.yaml has no jira.browse_url",
        "Set jira.browse_url in config/policy.yaml to the address of your site, such as"
        " https://company.atlassian.net.",
    )


def expiry(settings: JiraSettings, today: date) -> Diagnostic | None:
    """That the token ends soon or has ended; None if it does not, or if its end is not known."""
    end = settings.expires
    if end is None or (days := (end - today).days) > _EARLY:
        return None
    ended = f"{TOKEN_EXPIRY} shows that Jira's token ended on {end}"
    soon = f"Jira's token ends on {end}, in {days} day{'' if days == 1 else 's'}"
    return Diagnostic(
        "jira.token",
        ended if days < 0 else soon,
        f"Create a new token, and set it with its last day as {TOKEN_EXPIRY}"
        " (docs/how-to/rotate-tokens.md).",
    )
