"""Which certificates are trusted, by the variables and by what the system has."""

import ssl
import threading
import time
from pathlib import Path

import pytest
import trustme

from reconciler.services.errors import SetupError
from reconciler.services.transport.trust import tls_context

VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    place = tmp_path / "authority.pem"
    trustme.CA(organization_name="The only one").cert_pem.write_to_path(str(place))
    return place


def trusted() -> list[str]:
    """The organizations of the authorities that are loaded."""
    return [
        value
        for each in tls_context().get_ca_certs()
        for ((name, value),) in each["subject"]  # type: ignore[misc]
        if name == "organizationName"
    ]


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_nothing_is_trusted_but_the_file_that_is_named(
    monkeypatch: pytest.MonkeyPatch, authority: Path, variable: str
):
    monkeypatch.setenv(variable, str(authority))
    assert trusted() == ["The only one"]
    assert tls_context().verify_mode is ssl.CERT_REQUIRED
    assert tls_context().check_hostname


def test_nothing_is_trusted_but_the_folder_that_is_named(
    monkeypatch: pytest.MonkeyPatch, authority: Path, tmp_path: Path
):
    folder = tmp_path / "certificates"
    folder.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    assert trusted() == [], "OpenSSL reads a folder when it needs one of its files"


@pytest.mark.parametrize(("file", "bundled"), [(False, True), (True, False)])
def test_without_certificates_of_the_system_those_of_certifi_are_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: bool, bundled: bool
):
    """A system that has no file of certificates, and a folder with one or none."""
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *_: None)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    if file:
        (tmp_path / "12345678.0").write_text("one")
    assert (len(trusted()) > 50) is bundled


def test_a_file_without_certificates_is_a_mistake_though_the_system_has_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "place.pem").write_text("no certificate")
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "place.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "folder"))
    with pytest.raises(SetupError, match="SSL_CERT_FILE names no certificates"):
        tls_context()


def test_one_context_serves_all_threads(monkeypatch: pytest.MonkeyPatch, authority: Path):
    made: list[ssl.SSLContext] = []
    plain = ssl.create_default_context

    def slowly(**options: object) -> ssl.SSLContext:
        time.sleep(0.05)
        made.append(plain(**options))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", slowly)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
    threads = [threading.Thread(target=tls_context) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == [tls_context()]
