"""To which addresses git is given the token of GitHub."""

import base64

import pytest

from reconciler.services.git.remote_address import signing_in
from reconciler.services.settings import GitHubSettings

PAIR = base64.b64encode(b"x-access-token:ghs_secret").decode()
OURS = "https://github.example:8443/acme/x"


def settings(server: str = "https://github.example:8443") -> GitHubSettings:
    return GitHubSettings("https://api.example", "acme/x", server, "", "ghs_secret")


@pytest.mark.parametrize("address", [OURS, OURS.replace("//", "//somebody@")])
def test_git_signs_in_at_the_server(address: str):
    assert signing_in([address, OURS], settings()) == (
        f'[http "https://github.example:8443/"]\n\textraheader = AUTHORIZATION: basic {PAIR}\n'
    )


@pytest.mark.parametrize(
    "other",
    [
        OURS.replace("8443", "8444"),
        OURS.replace("https", "http"),
        OURS.replace("github", "gitlab"),
        "https://github.example:8443@evil.example/acme/x",
        "git@github.example:acme/x",
        "/srv/git/x.git",
    ],
)
def test_one_other_address_is_enough_to_sign_in_nowhere(other: str):
    """A remote can have an address to push to beside the one to fetch from."""
    for addresses in ([other], [OURS, other], [other, OURS]):
        assert signing_in(addresses, settings()) == ""


def test_git_does_not_sign_in_without_encryption():
    plain = "http://github.example:8443"
    assert signing_in([f"{plain}/acme/x"], settings(plain)) == ""


@pytest.mark.parametrize("sign", ['"', "\\", "\n", " ", "\t"])
def test_an_address_that_could_end_its_line_is_not_written_into_settings(sign: str):
    server = f"https://github.example{sign}x"
    host = server.removeprefix("https://")
    assert signing_in([f"https://{host}/acme/x"], settings(server)) == ""
