"""How many connections and TLS contexts a run needs, whom it trusts, and to whom it sends."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from commands import surroundings
from hub import Hub

from reconciler.sandbox import Box, serve
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings
from reconciler.services.transport.trust import tls_context

ONCE = RetryPolicy(attempts=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate authority, and the key and certificate of a server on loopback."""
    folder = tmp_path_factory.mktemp("authority")
    made = trustme.CA()
    made.cert_pem.write_to_path(str(folder / "authority.pem"))
    made.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        str(folder / "server.pem")
    )
    return folder / "authority.pem", folder / "server.pem"


@pytest.fixture(scope="module")
def encrypted(authority: tuple[Path, Path]) -> Iterator[Box]:
    with serve(certificate=authority[1]) as box:
        yield box


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def box(encrypted: Box) -> Box:
    """A sandbox that speaks TLS, with certificates that nobody trusts yet."""
    encrypted.reset()
    return encrypted


def default_branch(box: Box) -> object:
    settings = GitHubSettings(
        box.github_url, box.world.github.full_name, "", token="ghs_sandboxActionsToken"
    )
    return GitHubWire(settings, 5.0, ONCE).get(f"repos/{settings.repository}")


RUN = """\
import json, ssl, sys
import jira, requests, slack_sdk, urllib3
made = []
def counted(name, what):
    plain = getattr(ssl.SSLContext, name)
    def count(*arguments, **options):
        made.append(what)
        return plain(*arguments, **options)
    setattr(ssl.SSLContext, name, count)
counted("__new__", "context")
counted("load_default_certs", "certificates")
counted("load_verify_locations", "certificates")
from reconciler.cli.main import main
try:
    main()
except SystemExit as ended:
    print(json.dumps([ended.code or 0, made]), file=sys.stderr)
"""


def apply(hub: Hub, authority: Path) -> tuple[int, list[str], str]:
    """Exit status, what was made or loaded for TLS, and the output."""
    arguments = ("apply", "--forge", "github", "--now", hub.now.isoformat())
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=hub.folder,
        env=surroundings({**hub.env, "SSL_CERT_FILE": str(authority)}),
        capture_output=True,
        text=True,
        check=True,
    )
    status, made = json.loads(done.stderr.splitlines()[-1])
    return status, made, done.stdout + done.stderr


def test_a_run_needs_few_connections_and_loads_certificates_once(
    box: Box,
    authority: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority[0]))  # for what people do here
    hub = Hub(tmp_path / "repo", box)
    for ticket in ("DS-1071", "DS-1072", "DS-1073"):
        number = hub.propose(ticket)
        hub.review(number)
        hub.merge(number)
    hub.pull_main()
    box.clear_calls()
    status, made, out = apply(hub, authority[0])
    assert status == 0, out
    first = box.connections
    calls = len(box.calls)
    assert made == ["context", "certificates"]
    assert len(first) == 3, "GitHub, Jira and Slack"
    assert sum(first.values()) <= 8
    box.clear_calls()
    status, made, out = apply(hub, authority[0])
    assert (status, made) == (0, ["context", "certificates"]), out
    assert sum(box.connections.values()) <= 4
    record_property("figure", f"connections of a first apply, {calls} calls: {first}")
    record_property(
        "figure", f"connections of a quiet run, {len(box.calls)} calls: {box.connections}"
    )


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_can_be_named(
    box: Box, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, variable: str
):
    with pytest.raises(ServiceError, match="the certificate is not trusted") as refused:
        default_branch(box)
    assert "update" not in refused.value.answer
    assert "SSL_CERT_FILE" in refused.value.remedy
    assert box.calls == [], "nothing was sent, so no token was"
    monkeypatch.setenv(variable, str(authority[0]))
    assert isinstance(default_branch(box), dict)
    assert len(tls_context().get_ca_certs()) == 1, "a library has added others"


def test_requests_own_variable_comes_first(
    box: Box, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
):
    other = authority[0].with_name("other.pem")
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    with pytest.raises(ServiceError, match="not trusted"):
        default_branch(box)


def test_a_host_that_the_certificate_does_not_name_is_not_trusted(
    box: Box, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    monkeypatch.setenv("NO_PROXY", "localhost")
    url = box.github_url.replace("127.0.0.1", "localhost")
    wire = GitHubWire(GitHubSettings(url, "o/r", "", token="ghs_x"), 5.0, ONCE)
    with pytest.raises(ServiceError, match="not trusted"):
        wire.get("repos/o/r")


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("REQUESTS_CA_BUNDLE", None),
        ("SSL_CERT_FILE", None),
        ("SSL_CERT_DIR", None),
        ("REQUESTS_CA_BUNDLE", "this is no certificate"),
        ("SSL_CERT_FILE", "this is no certificate"),
    ],
)
def test_a_variable_that_names_no_certificates_is_a_mistake_of_setup(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, text: str | None
):
    place = tmp_path / "place.pem"
    if text is not None:
        place.write_text(text)
    monkeypatch.setenv(variable, str(place))
    with pytest.raises(SetupError, match=variable) as wrong:
        tls_context()
    assert variable in wrong.value.remedy
