"""How many minutes of GitHub Actions the workflows use in a month.

GitHub counts each job in whole minutes. Source of the plans' minutes:
https://docs.github.com/en/billing/concepts/product-billing/github-actions
"""

from typing import Final

INCLUDED: Final = {"Free": 2_000, "Team": 3_000, "Enterprise": 50_000}
"""Minutes a month for private repositories, by plan. Public repositories use none of them."""
ESCALATIONS: Final = 5
"""New escalations a month for each desk that the calculation assumes."""
JOBS: Final = 27
"""Jobs in the life of an escalation.

The pull request that escalates is opened, pushed to once, approved and merged: 2 + 2 + 2 + 1. Four
more that change the file are opened, approved and merged: 2 + 2 + 1 each.
"""
_DAYS: Final = 365 / 12
_WORKING_DAYS: Final = _DAYS * 5 / 7
_WORKING_HOURS: Final = 12
_OTHER_RUNS: Final = 6
_WEEKEND_RUNS: Final = 12


def scheduled_runs() -> int:
    """Runs a month by the schedule of `reconcile.yml`, of one job each."""
    working = _WORKING_DAYS * (_WORKING_HOURS * 4 + _OTHER_RUNS)
    weekend = (_DAYS - _WORKING_DAYS) * _WEEKEND_RUNS
    return round(working + weekend + _DAYS)


def minutes_a_month(desks: int, escalations: int = ESCALATIONS, job: int = 1) -> int:
    """Minutes a month for so many desks, with jobs of so many started minutes."""
    return (scheduled_runs() + desks * escalations * JOBS) * job


def including_plan(minutes: int) -> str:
    """The smallest plan that includes the minutes; empty if none does."""
    return next((plan for plan, included in INCLUDED.items() if minutes <= included), "")
