"""Changes of how a repository on GitHub is set up: each is one request.

Source of the shapes: GitHub's OpenAPI description of the REST API, version 2022-11-28. Secrets:
https://docs.github.com/en/rest/guides/encrypting-secrets-for-the-rest-api (a sealed box of
libsodium, with the public key of the environment).
"""

import base64
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import quote

from reconciler.services.errors import ServiceError, SetupError, reading_answer
from reconciler.services.github.setup_reads import CODE_OWNERS, SetupReads
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings

_LIST: Final = {"protected_branches": False, "custom_branch_policies": True}


class SetupWrites:
    """Changes of one repository and of one environment in it. All of them raise ServiceError."""

    def __init__(
        self, wire: GitHubWire, settings: GitHubSettings, branch: str, environment: str
    ) -> None:
        """Send through `wire`; `branch` is the main branch."""
        self._wire = wire
        self._owner, _, self._name = settings.repository.partition("/")
        self._repo = f"repos/{settings.repository}"
        self._branch = branch
        self._environment = f"{self._repo}/environments/{quote(environment, safe='')}"
        self.reads = SetupReads(wire, settings, branch, environment)

    def create_repository(self, *, organisation: bool) -> None:
        """Create it: private and empty."""
        path = f"orgs/{quote(self._owner)}/repos" if organisation else "user/repos"
        body = {"name": self._name, "private": True, "has_wiki": False}
        self._wire.send("POST", path, body, repeatable=False)

    def change_settings(self, switches: Mapping[str, bool]) -> None:
        """Turn switches of the repository, by GitHub's names."""
        self._wire.send("PATCH", self._repo, dict(switches), repeatable=True)

    def set_workflow_token(self, wanted: Mapping[str, str | bool]) -> None:
        """What the token of workflows may do."""
        path = f"{self._repo}/actions/permissions/workflow"
        self._wire.send("PUT", path, dict(wanted), repeatable=True)

    def put_environment(self, protection: Mapping[str, Any]) -> None:
        """Create the environment, or let only the branches of its list use it.

        GitHub removes a rule that the request does not have, so `protection` has the others.
        """
        body = {**protection, "deployment_branch_policy": _LIST}
        self._wire.send("PUT", self._environment, body, repeatable=True)

    @reading_answer("GitHub", "answer")
    def allow_only(self, branch: str) -> None:
        """Let one branch use the environment, and no other branch or tag."""
        path = f"{self._environment}/deployment-branch-policies"
        there = self.reads.branch_policies()
        if branch not in there:
            self._wire.send("POST", path, {"name": branch, "type": "branch"}, repeatable=False)
        for name, number in there.items():
            if name != branch:
                self._wire.send("DELETE", f"{path}/{number}", None, repeatable=True)

    def set_secret(self, name: str, value: str) -> None:
        """Set a secret of the environment; only GitHub can read what is sent."""
        found = self._wire.get(f"{self._environment}/secrets/public-key") or {}
        try:
            body = {"encrypted_value": sealed(found["key"], value), "key_id": found["key_id"]}
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceError("GitHub", "GET public key", "the answer has no key") from error
        self._wire.send("PUT", f"{self._environment}/secrets/{quote(name)}", body, repeatable=True)

    def set_variable(self, name: str, value: str, *, there: bool) -> None:
        """Set a variable of the environment; `there` if it exists."""
        path, body = f"{self._environment}/variables", {"name": name, "value": value}
        if there:
            self._wire.send("PATCH", f"{path}/{quote(name)}", body, repeatable=True)
        else:
            self._wire.send("POST", path, body, repeatable=False)

    def create_label(self, name: str, description: str) -> None:
        """Create a label."""
        body = {"name": name, "description": description}
        self._wire.send("POST", f"{self._repo}/labels", body, repeatable=False)

    @reading_answer("GitHub", "answer")
    def write_code_owners(self, text: str, message: str) -> None:
        """Commit CODEOWNERS to the main branch."""
        _, blob = self.reads.code_owners()
        body = {
            "message": message,
            "content": base64.b64encode(text.encode()).decode(),
            "branch": self._branch,
            **({"sha": blob} if blob else {}),
        }
        path = f"{self._repo}/contents/{CODE_OWNERS}"
        self._wire.send("PUT", path, body, repeatable=False)

    @reading_answer("GitHub", "answer")
    def put_ruleset(self, ruleset: Mapping[str, Any], number: int | None) -> None:
        """Create a ruleset, or replace the one with this number.

        Refuses while GitHub finds an error in CODEOWNERS: an unknown owner can approve nothing.
        """
        if errors := self.reads.owner_errors():
            raise ServiceError("GitHub", "GET codeowners/errors", "; ".join(errors), code="owners")
        path = f"{self._repo}/rulesets"
        if number is None:
            self._wire.send("POST", path, dict(ruleset), repeatable=False)
        else:
            self._wire.send("PUT", f"{path}/{number}", dict(ruleset), repeatable=True)

    @reading_answer("GitHub", "answer")
    def start(self, workflow: str) -> None:
        """Start a workflow on the main branch, unless it has run meanwhile."""
        if not self.reads.has_run(workflow):
            path = f"{self._repo}/actions/workflows/{quote(workflow, safe='')}/dispatches"
            self._wire.send("POST", path, {"ref": self._branch}, repeatable=False)


def need_pynacl() -> None:
    """Raise SetupError if the package that encrypts secrets is not installed."""
    if find_spec("nacl") is None:
        raise SetupError(
            "the package PyNaCl is missing, which encrypts secrets for GitHub",
            "Install it with the tool: pip install 'escalation-as-code[setup]'",
        )


def sealed(public_key: str, value: str) -> str:
    """A value that only the holder of the private key can read; both texts are Base64.

    Raises ValueError for what is no key.
    """
    from nacl.exceptions import CryptoError  # noqa: PLC0415 - in the extra `setup` only
    from nacl.public import PublicKey, SealedBox  # noqa: PLC0415 - as above

    try:
        key = PublicKey(base64.b64decode(public_key, validate=True))
        return base64.b64encode(SealedBox(key).encrypt(value.encode())).decode()
    except CryptoError as error:
        raise ValueError("no public key") from error
