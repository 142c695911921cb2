"""GitHub: the environment, the plan, the code owners and the rules; reads alone."""

from collections.abc import Iterator

from reconciler.doctor.live.site import LiveSite
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer


class RepositoryStep(LiveStep):
    """How the repository is set up."""

    title = "GitHub: environment, plan, code owners, rules"
    questions = (
        live_questions.ENVIRONMENT,
        live_questions.PLAN,
        live_questions.OWNERS,
        live_questions.RULES,
    )

    def lacks(self, site: LiveSite) -> str:
        """It needs a token."""
        return "" if site.github else "GITHUB_TOKEN or GITHUB_REPOSITORY is not set"

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Read each."""
        assert site.github is not None  # noqa: S101 - `lacks` looked
        yield LiveAnswer(
            live_questions.ENVIRONMENT, site.github.environment(site.environment), site.environment
        )
        yield LiveAnswer(live_questions.PLAN, site.github.plan())
        yield LiveAnswer(live_questions.OWNERS, site.github.code_owners())
        yield LiveAnswer(live_questions.RULES, site.github.rules())
