"""Secrets and variables of an environment. What arrives as a secret is opened and kept."""

import base64
import re
from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_call import (
    CONFLICT,
    INVALID,
    NOT_FOUND,
    GitHubCall,
    GitHubError,
    Routes,
    moment,
)
from reconciler.sandbox.github_environments import environment_of
from reconciler.sandbox.github_state import HubEnvironment, HubSecret, HubVariable

routes = Routes()
_NAME: Final = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]*")
_KEY_ID: Final = "012345678912345678"
_LONGEST: Final = 48 * 1024


@routes("GET", "/repos/{owner}/{repo}/environments/{environment}/secrets/public-key")
def public_key(call: GitHubCall) -> Answer:
    """The key to encrypt secrets with."""
    from nacl.public import PrivateKey  # noqa: PLC0415 - nothing else of the sandbox needs it

    call.administer()
    there = environment_of(call)
    there.private_key = there.private_key or _text(bytes(PrivateKey.generate()))
    public = PrivateKey(base64.b64decode(there.private_key)).public_key
    return Answer(body={"key_id": _KEY_ID, "key": _text(bytes(public))})


@routes("GET", "/repos/{owner}/{repo}/environments/{environment}/secrets")
def secrets(call: GitHubCall) -> Answer:
    """Names and times; nobody sees a value."""
    call.administer()
    found = [
        {
            "name": name,
            "created_at": moment(each.created_at),
            "updated_at": moment(each.updated_at),
        }
        for name, each in environment_of(call).secrets.items()
    ]
    return Answer(body={"total_count": len(found), "secrets": call.page(found)})


@routes("PUT", "/repos/{owner}/{repo}/environments/{environment}/secrets/{secret}")
def put_secret(call: GitHubCall) -> Answer:
    """Set one; it must be sealed with the public key."""
    call.administer()
    there, body, name = environment_of(call), call.body(), call.params["secret"]
    value = _opened(there, call.text(body, "encrypted_value"))
    if call.text(body, "key_id") != _KEY_ID or _NAME.fullmatch(name) is None or not value:
        raise GitHubError(INVALID, "Bad request - secret, name or key are not valid")
    before = there.secrets.get(name)
    there.secrets[name] = HubSecret(value, before.created_at if before else call.now, call.now)
    return Answer(204) if before else Answer(201, {})


def _opened(there: HubEnvironment, text: str) -> str:
    from nacl.exceptions import CryptoError  # noqa: PLC0415 - as above
    from nacl.public import PrivateKey, SealedBox  # noqa: PLC0415 - as above

    try:
        key = PrivateKey(base64.b64decode(there.private_key))
        return SealedBox(key).decrypt(base64.b64decode(text, validate=True)).decode()
    except (ValueError, TypeError, CryptoError) as error:
        raise GitHubError(INVALID, "Bad request - the value is not encrypted") from error


@routes("GET", "/repos/{owner}/{repo}/environments/{environment}/variables")
def variables(call: GitHubCall) -> Answer:
    """Names and values."""
    call.administer()
    found = [
        {
            "name": name,
            "value": each.value,
            "created_at": moment(each.created_at),
            "updated_at": moment(each.updated_at),
        }
        for name, each in environment_of(call).variables.items()
    ]
    return Answer(body={"total_count": len(found), "variables": call.page(found)})


@routes("POST", "/repos/{owner}/{repo}/environments/{environment}/variables")
def add_variable(call: GitHubCall) -> Answer:
    """Create one."""
    call.administer()
    there, body = environment_of(call), call.body()
    name, value = call.text(body, "name"), call.text(body, "value")
    if name in there.variables:
        raise GitHubError(CONFLICT, "Already exists - Variable already exists")
    if _NAME.fullmatch(name) is None or len(value) > _LONGEST:
        raise GitHubError(INVALID, "Validation Failed", "name or value")
    there.variables[name] = HubVariable(value, call.now, call.now)
    return Answer(201, {})


@routes("PATCH", "/repos/{owner}/{repo}/environments/{environment}/variables/{variable}")
def change_variable(call: GitHubCall) -> Answer:
    """Change one."""
    call.administer()
    found = environment_of(call).variables.get(call.params["variable"])
    if found is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    found.value, found.updated_at = call.text(call.body(), "value"), call.now
    return Answer(204)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
