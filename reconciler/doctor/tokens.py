"""Jira's token: the address at which it is used, and when it ends."""

from collections.abc import Iterator
from datetime import date

from reconciler.model.policy import Policy
from reconciler.model.setup_check import Health, SetupCheck, fine, wrong
from reconciler.services.jira.tokens import expiry, without_browse_url
from reconciler.services.settings import TOKEN_EXPIRY, JiraSettings


def examine_token(settings: JiraSettings, policy: Policy, today: date) -> Iterator[SetupCheck]:
    """Whether people can open links to tickets, and whether the token lasts."""
    if lacking := without_browse_url(settings, policy.jira.browse_url):
        yield wrong("Jira", "address", lacking.message, lacking.remedy)
    if ends := expiry(settings, today):
        yield wrong("Jira", "token", ends.message, ends.remedy)
    elif settings.expires is not None:
        yield fine("Jira", "token", f"lasts until {settings.expires}")
    else:
        yield SetupCheck(
            "Jira",
            "token",
            Health.FINE,
            "its last day is not known",
            f"Better: set {TOKEN_EXPIRY} to the last day of the token, such as 2027-03-31. Then"
            " runs warn you 30 days before.",
        )
