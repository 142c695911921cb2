"""Read a seed: a YAML file or a mapping, with the shipped one behind it for what is left out."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from reconciler.sandbox.clock import Clock
from reconciler.sandbox.github_git import Bare
from reconciler.sandbox.seed_github import build_github
from reconciler.sandbox.seed_jira import build_jira
from reconciler.sandbox.seed_model import Seed
from reconciler.sandbox.seed_slack import build_slack
from reconciler.sandbox.world import World

DEFAULT_SEED: Final = Path(__file__).with_name("seed.yaml")


class SeedError(Exception):
    """A seed that cannot be used, and every reason why."""


def load_seed(source: Path | Mapping[str, object] | None = None) -> Seed:
    """The seed in a file or a mapping; top-level keys left out come from the shipped seed."""
    name = "seed" if isinstance(source, Mapping) else str(source or DEFAULT_SEED)
    given = _read(source) if isinstance(source, Path) else source or {}
    merged = {**_shipped(), **given}
    try:
        seed = Seed.model_validate(merged)
    except ValidationError as error:
        lines = [f"{_where(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SeedError("\n".join(f"{name}: {line}" for line in lines)) from error
    problems = list(_dangling(seed))
    if problems:
        raise SeedError("\n".join(f"{name}: {line}" for line in problems))
    return seed


def build_world(seed: Seed, clock: Clock, folder: Path) -> World:
    """A world as the seed describes it, with its git repository in a folder."""
    github = build_github(seed)
    return World(
        slack=build_slack(seed),
        jira=build_jira(seed),
        github=github,
        bare=Bare(folder, github.default_branch),
        clock=clock,
        moods=seed.moods,
    )


@cache
def _shipped() -> Mapping[str, object]:
    return _read(DEFAULT_SEED)


def _read(path: Path) -> Mapping[str, object]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise SeedError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise SeedError(f"{path}: a mapping is needed, with keys such as people and tickets")
    return content


def _where(location: Iterable[object]) -> str:
    return ".".join(str(part) for part in location) or "(top level)"


def _dangling(seed: Seed) -> Iterable[str]:
    """Names that point at nothing."""
    people = _checker(seed.people, "people")
    for name, channel in seed.channels.items():
        members = [] if channel.members == "everyone" else channel.members
        yield from people(f"channels.{name}.members", [*members, channel.creator])
    priorities = _checker(seed.priorities, "priorities")
    for key, project in seed.projects.items():
        yield from people(f"projects.{key}.lead", [project.lead])
        yield from priorities(f"projects.{key}.priorities", project.priorities or [])
        who = [name for names in project.deny.values() for name in names]
        allowed = [name for name in who if name not in {"bot", "everyone"}]
        yield from people(f"projects.{key}.deny", allowed)
    yield from _dangling_in_tickets(seed)


def _dangling_in_tickets(seed: Seed) -> Iterable[str]:
    people = _checker([name for name, one in seed.people.items() if one.jira], "people with Jira")
    projects = _checker(seed.projects, "projects")
    priorities = _checker(seed.priorities, "priorities")
    for key, ticket in seed.tickets.items():
        at = f"tickets.{key}"
        yield from projects(at, [key.rsplit("-", 1)[0]])
        yield from priorities(f"{at}.priority", [ticket.priority])
        yield from _checker(seed.statuses, "statuses")(f"{at}.status", [ticket.status])
        yield from _checker(seed.issue_types, "issue_types")(f"{at}.type", [ticket.type])
        writers = [comment.by for comment in ticket.comments]
        seers = ticket.visible_to or []
        yield from people(at, [ticket.reporter, ticket.assignee, *writers, *seers])


def _checker(known: Iterable[str], kind: str) -> Callable[[str, Iterable[str | None]], list[str]]:
    names = set(known)

    def check(where: str, wanted: Iterable[str | None]) -> list[str]:
        missing = sorted({name for name in wanted if name is not None and name not in names})
        return [f"{where}: {name!r} is not among the {kind}" for name in missing]

    return check
