"""What the sandbox's GitHub remembers, beside what its git repository holds."""

from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from reconciler.sandbox.answer import JsonObject

ACTIONS_BOT = "github-actions[bot]"


@dataclass
class User:
    """An account."""

    id: int
    login: str
    type: str = "User"


@dataclass
class Pull:
    """A pull request."""

    number: int
    title: str
    body: str | None
    author: str
    branch: str
    """The branch that it would merge."""
    base: str
    head: str
    """The commit at its head, as it was last seen."""
    created_at: datetime
    updated_at: datetime
    draft: bool = False
    fork: str = ""
    """Owner of the fork that the branch is in; empty when it is in this repository."""
    state: str = "open"
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged_by: str | None = None
    merge_commit: str | None = None
    onto: str = ""
    """The tip of the base before it was merged; empty until then."""
    before: str = ""
    """The commit at its head before the last push."""
    tried: str = ""
    """The tips that were last merged on trial, base and head."""
    trial: str | None = None
    """The commit of that trial; None when the two were in conflict."""


@dataclass
class Issue:
    """An issue; it shares its numbers with the pull requests."""

    number: int
    title: str
    body: str | None
    author: str
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    reason: str | None = None
    closed_at: datetime | None = None


@dataclass
class Review:
    """A review of a pull request."""

    id: int
    pull: int
    author: str
    state: str
    body: str
    commit: str
    at: datetime
    updated_at: datetime | None = None
    """When it was last edited or dismissed; None if it never was."""


@dataclass
class Comment:
    """A comment on a pull request or an issue."""

    id: int
    number: int
    author: str
    body: str
    created_at: datetime
    updated_at: datetime


@dataclass
class Reaction:
    """What somebody thinks of a comment."""

    id: int
    comment: int
    author: str
    content: str
    at: datetime


@dataclass
class Event:
    """Something that happened to a pull request or an issue."""

    id: int
    number: int
    event: str
    actor: str
    at: datetime
    commit: str | None = None
    """The commit that it left behind."""
    label: str = ""
    """The label that came or went."""
    review: int = 0
    """The review that was dismissed, and its state before that."""
    state: str = ""


@dataclass
class Activity:
    """A ref that moved: by a push, by the API, or by a merge."""

    id: int
    ref: str
    before: str
    """Zeros if the ref was made."""
    after: str
    """Zeros if the ref was deleted."""
    actor: str
    at: datetime
    merge: bool = False
    """Whether it was the merge of a pull request."""
    fork: str = ""
    """Owner of the fork that has the ref; empty for this repository."""


@dataclass
class Status:
    """A status of a commit."""

    id: int
    sha: str
    context: str
    state: str
    description: str | None
    url: str | None
    creator: str
    at: datetime


@dataclass
class WorkflowRun:
    """A run of a workflow; the sandbox runs none, it only remembers what it is told."""

    id: int
    workflow: str
    event: str
    at: datetime
    conclusion: str | None = "success"
    status: str = "completed"


@dataclass
class HubSecret:
    """A secret of an environment, as the sandbox could open it."""

    value: str
    created_at: datetime
    updated_at: datetime


@dataclass
class HubVariable:
    """A variable of an environment."""

    value: str
    created_at: datetime
    updated_at: datetime


@dataclass
class HubEnvironment:
    """An environment, with the branches that may use it."""

    id: int
    created_at: datetime
    protected_branches: bool = False
    custom_branch_policies: bool = False
    wait_timer: int = 0
    branches: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Kind (branch or tag) and name by the id of the entry."""
    private_key: str = ""
    """The key that opens its secrets, in Base64; made when somebody asks for the public one."""
    secrets: dict[str, HubSecret] = field(default_factory=dict)
    variables: dict[str, HubVariable] = field(default_factory=dict)


@dataclass
class GitHubState:
    """One repository and the people who may see it."""

    owner: str
    name: str
    default_branch: str
    users: dict[str, User] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    """Logins of the people of the company, by their handle."""
    writers: set[str] = field(default_factory=set)
    """Logins of those who may write."""
    readers: set[str] = field(default_factory=set)
    """Logins of those who may only look; all other people do not even see the repository."""
    rules: list[JsonObject] = field(default_factory=list)
    """Rules of branches, each with the branch that it holds for as `branch`."""
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    labels: dict[int, list[str]] = field(default_factory=dict)
    """Labels of pull requests and issues."""
    reviews: list[Review] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    forks: set[str] = field(default_factory=set)
    """Owners of forks."""
    pushes_read: int = 0
    """How many bytes of the repository's list of pushes are among the activities."""
    statuses: list[Status] = field(default_factory=list)
    runs: list[WorkflowRun] = field(default_factory=list)
    exists: bool = True
    """False until somebody creates the repository."""
    free_plan: bool = False
    """Whether the owner's plan has no rulesets and environments for private repositories."""
    admins: set[str] = field(default_factory=set)
    """Logins of administrators, who may also write."""
    teams: set[str] = field(default_factory=set)
    """Teams that may write, as `organisation/team`."""
    switches: dict[str, bool] = field(default_factory=dict)
    """Settings of the repository that are not as GitHub sets them at first."""
    workflow_token: dict[str, str | bool] = field(default_factory=dict)
    environments: dict[str, HubEnvironment] = field(default_factory=dict)
    known_labels: dict[str, str | None] = field(default_factory=dict)
    """Descriptions of the labels that the repository has, by name."""
    rulesets: dict[int, JsonObject] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    """The repository's refs when the world was frozen."""
    last_id: int = 0
    last_number: int = 0

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    def next_id(self) -> int:
        """An id that nothing else has."""
        self.last_id += 1
        return 9_000_000 + self.last_id

    def next_number(self) -> int:
        """The number of the next pull request or issue."""
        self.last_number += 1
        return self.last_number

    def note(  # noqa: PLR0913 - what happened, to what, by whom, when, and what it left behind
        self,
        number: int,
        event: str,
        actor: str,
        at: datetime,
        *,
        commit: str | None = None,
        label: str = "",
        review: Review | None = None,
    ) -> None:
        """Remember that something happened to a pull request or an issue."""
        about = (review.id, review.state) if review else (0, "")
        self.events.append(Event(self.next_id(), number, event, actor, at, commit, label, *about))

    def moved(  # noqa: PLR0913 - which ref, from where to where, by whom, when, and how
        self, ref: str, before: str, after: str, actor: str, at: datetime, *, merge: bool = False
    ) -> None:
        """Remember that somebody moved a ref."""
        made = Activity(self.next_id(), ref, before, after, actor, at, merge)
        self.activities.append(made)

    def rules_of(self, branch: str) -> list[JsonObject]:
        """The rules that hold for a branch, those of rulesets with the ruleset's id."""
        seeded = [
            {key: value for key, value in rule.items() if key != "branch"}
            for rule in self.rules
            if rule.get("branch", self.default_branch) == branch
        ]
        return seeded + [
            {**rule, "ruleset_id": number}
            for number, ruleset in self.rulesets.items()
            if ruleset["enforcement"] == "active" and self._holds_for(ruleset, branch)
            for rule in ruleset["rules"]
        ]

    def _holds_for(self, ruleset: JsonObject, branch: str) -> bool:
        names = ruleset["conditions"].get("ref_name", {})
        included, excluded = (
            any(self._matches(each, branch) for each in names.get(kind, ()))
            for kind in ("include", "exclude")
        )
        return included and not excluded

    def _matches(self, pattern: str, branch: str) -> bool:
        if pattern in {"~ALL", "~DEFAULT_BRANCH"}:
            return pattern == "~ALL" or branch == self.default_branch
        ref = f"refs/heads/{branch}"
        return fnmatchcase(ref, pattern) or fnmatchcase(ref, pattern.replace("**/", ""))

    def demands(self, branch: str, parameter: str) -> bool:
        """Whether a rule about pull requests asks for something."""
        return any(
            rule["type"] == "pull_request" and rule.get("parameters", {}).get(parameter)
            for rule in self.rules_of(branch)
        )
