"""Who acknowledged what is merged, for `escalate check`: asked of GitHub, where that is known."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from reconciler.cli.consents import consent_source
from reconciler.load.snapshot import Loaded
from reconciler.model.acknowledgement import Verdict
from reconciler.model.timeline import Timeline
from reconciler.pull_requests.in_force import in_force
from reconciler.pull_requests.open import Main
from reconciler.services.connect_forge import connect_forge
from reconciler.services.environment import variables
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, read_forge_settings, read_timeout


def ask_github(
    repo: Path, now: datetime, kind: ForgeKind, timeline: Timeline
) -> Mapping[tuple[str, str], Verdict]:
    """Verdicts on what the history brought; empty where no repository and token are set.

    Raises SetupError when what is set is wrong.
    """
    kind, github = read_forge_settings(variables(), kind)
    if github is None or not timeline.policies:
        return {}
    branch = timeline.policies[-1][1].default_branch
    timeout = read_timeout(variables())
    with connect_forge(kind, github, repo, branch, timeout, RetryPolicy()) as connected:
        if connected is None:
            return {}
        main = Main(repo, timeline.commits[-1].sha, (), Loaded(), now)
        return in_force(main, timeline, consent_source(main, timeline, connected)).verdicts
