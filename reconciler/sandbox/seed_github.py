"""Turn a seed into a GitHub repository."""

from reconciler.sandbox.github_state import ACTIONS_BOT, GitHubState, User
from reconciler.sandbox.seed_model import Seed

_ACTIONS_ID = 41_898_282
"""The number that the bot of Actions really has."""
_OWNER_ID = 1
_FIRST_PERSON, _FIRST_READER, _FIRST_OUTSIDER, _FIRST_BOT = 4_001, 5_001, 6_001, 7_001


def build_github(seed: Seed) -> GitHubState:
    """The repository, empty, and who may see it."""
    github = GitHubState(seed.github.owner, seed.github.name, seed.github.default_branch)
    logins = [one.github for one in seed.people.values() if one.github]
    for first, kind, names in (
        (_FIRST_PERSON, "User", logins),
        (_FIRST_READER, "User", seed.github.readers),
        (_FIRST_OUTSIDER, "User", seed.github.outsiders),
        (_FIRST_BOT, "Bot", seed.github.bots),
    ):
        for number, login in enumerate(names, first):
            github.users[login] = User(number, login, kind)
    github.users[ACTIONS_BOT] = User(_ACTIONS_ID, ACTIONS_BOT, "Bot")
    github.users[github.owner] = User(_OWNER_ID, github.owner, "Organization")
    github.handles = {key: one.github for key, one in seed.people.items() if one.github}
    github.writers, github.readers = set(logins), set(seed.github.readers)
    github.admins, github.teams = set(seed.github.admins), set(seed.github.teams)
    github.exists, github.free_plan = seed.github.exists, seed.github.free_plan
    github.rules = [dict(rule) for rule in seed.github.rules]
    return github
