"""What GitHub shows of how a repository is set up.

Source of the shapes: GitHub's OpenAPI description of the REST API, version 2022-11-28.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar
from urllib.parse import quote

from reconciler.model.repository_setup import DeploymentEnvironment, RepositorySetup
from reconciler.services.errors import ServiceError, reading_answer
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings

CODE_OWNERS: Final = ".github/CODEOWNERS"
_SWITCHES: Final = (
    *("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge", "has_issues"),
    "delete_branch_on_merge",
)
_MOST_PAGES: Final = 50
_EMPTY: Final = "409"
"""GitHub's answer about the branches of a repository without a commit."""
_REFUSALS: Final = {"403", "422"}
T = TypeVar("T")


class SetupReads:
    """Reads of one repository and of one environment in it."""

    def __init__(
        self, wire: GitHubWire, settings: GitHubSettings, branch: str, environment: str
    ) -> None:
        """Send through `wire`; `branch` is the main branch."""
        self._wire = wire
        self._owner = settings.repository.partition("/")[0]
        self._repo = f"repos/{settings.repository}"
        self._branch = branch
        self._environment = f"{self._repo}/environments/{quote(environment, safe='')}"
        self._unread: dict[str, str] = {}

    @reading_answer("GitHub", "answer")
    def read(self, workflow: str) -> RepositorySetup:
        """Everything that is there; `workflow` is the file name of the one whose runs count.

        A part that GitHub refuses to show is in `unread`. Raises ServiceError if the repository
        itself can't be read.
        """
        self._unread = {}
        found = self._wire.get(self._repo)
        if found is None:
            owner = self._wire.get(f"users/{quote(self._owner)}")
            if owner is None:
                raise ServiceError(
                    "GitHub",
                    "GET owner",
                    f"there is no account {self._owner}",
                    code="404",
                    remedy="Correct repository_url in config/policy.yaml, or GITHUB_REPOSITORY.",
                )
            return RepositorySetup(organisation=owner["type"] == "Organization")
        if not (found.get("permissions") or {}).get("admin"):
            raise ServiceError(
                "GitHub",
                "GET repository",
                "the account of GITHUB_TOKEN is not an administrator of this repository",
                code="403",
                remedy="Use a token of an administrator. A fine-grained token needs the "
                "permissions that docs/how-to/set-up-github.md lists.",
            )
        main = self._main()
        return RepositorySetup(
            exists=True,
            private=bool(found["private"]),
            organisation=found["owner"]["type"] == "Organization",
            settings={name: bool(found[name]) for name in _SWITCHES if name in found},
            main=main,
            workflow_token=self._part("workflow token", self._workflow_token, {}),
            environment=self._part("environment", self._read_environment, None),
            labels=self._part("labels", self._labels, frozenset()),
            code_owners=self.code_owners()[0] if main else None,
            owner_errors=self._part("code owners", self.owner_errors, ()) if main else (),
            rulesets=self._part("rulesets", lambda: tuple(self._rulesets()), ()),
            ran=self._part("first run", lambda: self.has_run(workflow), otherwise=False),
            unread=dict(self._unread),
        )

    def _part(self, name: str, read: Callable[[], T], otherwise: T) -> T:
        """A part that GitHub may refuse to show; any other failure ends the command."""
        try:
            return read()
        except ServiceError as error:
            if error.code not in _REFUSALS:
                raise
            self._unread[name] = error.answer
            return otherwise

    def _main(self) -> str:
        try:
            found = self._wire.get(f"{self._repo}/git/ref/heads/{quote(self._branch)}")
        except ServiceError as error:
            if error.code == _EMPTY:
                return ""
            raise
        return "" if found is None else str(found["object"]["sha"])

    def _workflow_token(self) -> dict[str, str | bool]:
        found = self._wire.get(f"{self._repo}/actions/permissions/workflow") or {}
        names = ("default_workflow_permissions", "can_approve_pull_request_reviews")
        return {name: found[name] for name in names if name in found}

    def _read_environment(self) -> DeploymentEnvironment | None:
        found = self._wire.get(self._environment)
        if found is None:
            return None
        policy = found.get("deployment_branch_policy") or {}
        variables = self._collected(f"{self._environment}/variables", "variables")
        return DeploymentEnvironment(
            only_listed_branches=bool(policy.get("custom_branch_policies")),
            branches=frozenset(self.branch_policies()),
            protection=_protection(found.get("protection_rules") or ()),
            secrets=frozenset(
                str(each["name"])
                for each in self._collected(f"{self._environment}/secrets", "secrets")
            ),
            variables={str(each["name"]): str(each["value"]) for each in variables},
        )

    def branch_policies(self) -> dict[str, int]:
        """The branches and tags that may use the environment, with the ids of their entries."""
        path = f"{self._environment}/deployment-branch-policies"
        found = self._collected(path, "branch_policies")
        names = ((each, "" if each.get("type") != "tag" else "tag ") for each in found)
        return {f"{kind}{each['name']}": int(each["id"]) for each, kind in names}

    def _labels(self) -> frozenset[str]:
        found = self._wire.pages(f"{self._repo}/labels")
        return frozenset(str(each["name"]).casefold() for each in found)

    def code_owners(self) -> tuple[str | None, str]:
        """CODEOWNERS of the main branch, and the name of its blob; None without one."""
        path = f"{self._repo}/contents/{CODE_OWNERS}"
        found = self._wire.get(path, {"ref": self._branch})
        if not isinstance(found, dict) or found.get("encoding") != "base64":
            return None, ""
        text = base64.b64decode(found["content"]).decode("utf-8", "replace")
        return text, str(found["sha"])

    def owner_errors(self) -> tuple[str, ...]:
        """What GitHub finds wrong in CODEOWNERS, with the line."""
        found = self._wire.get(f"{self._repo}/codeowners/errors", {"ref": self._branch}) or {}
        return tuple(
            f"line {each['line']}: {each['kind']}: {str(each.get('source', '')).strip()}"
            for each in found.get("errors", ())
        )

    def _rulesets(self) -> Iterator[dict[str, Any]]:
        """Those of the repository itself; the list has no rules, so each is read."""
        path = f"{self._repo}/rulesets"
        for each in self._wire.pages(path, {"includes_parents": "false"}):
            whole = self._wire.get(f"{path}/{int(each['id'])}")
            if whole is not None:  # deleted meanwhile
                yield whole

    def has_run(self, workflow: str) -> bool:
        """Whether a workflow has run, or runs."""
        path = f"{self._repo}/actions/workflows/{quote(workflow, safe='')}/runs"
        found = self._wire.get(path, {"per_page": "1"})
        return bool(found and found["total_count"])

    def _collected(self, path: str, key: str) -> list[dict[str, Any]]:
        """A list that comes as an object with a total; variables have at most 30 in a page."""
        every: list[dict[str, Any]] = []
        for page in range(1, _MOST_PAGES + 1):
            found = self._wire.get(path, {"per_page": "30", "page": str(page)}) or {}
            entries = found.get(key) or []
            every += entries
            if not entries or len(every) >= int(found.get("total_count") or 0):
                return every
        raise ServiceError("GitHub", f"GET {path}", "the list has too many entries")


def _protection(rules: Iterable[Any]) -> dict[str, Any]:
    """Waiting time and reviewers of an environment, as a request has them."""
    found: dict[str, Any] = {}
    for each in rules:
        if each["type"] == "wait_timer":
            found["wait_timer"] = int(each["wait_timer"])
        elif each["type"] == "required_reviewers":
            found["prevent_self_review"] = bool(each.get("prevent_self_review"))
            found["reviewers"] = [
                {"type": str(one["type"]), "id": int(one["reviewer"]["id"])}
                for one in each["reviewers"]
            ]
    return found
