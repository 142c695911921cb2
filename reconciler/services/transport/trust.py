"""Which certificates are trusted: one TLS context for Slack, Jira and GitHub."""

import os
import ssl
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from certifi import where as bundled

from reconciler.services.environment import variables
from reconciler.services.errors import SetupError

BUNDLE: Final = "REQUESTS_CA_BUNDLE"
SYSTEM: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Read by OpenSSL itself, in place of the system's own file and folder."""
_making: Final = threading.Lock()


def tls_context() -> ssl.SSLContext:
    """The context for every connection of this process.

    Trusted is the file or folder that REQUESTS_CA_BUNDLE names; without that variable what the
    system trusts, as for git and curl; and if the system has no certificates, those of `certifi`.
    Raises SetupError if a variable names something that cannot be read.
    """
    known = variables()
    with _making:  # services are asked from several threads
        return _context(known.get(BUNDLE, ""), tuple(known.get(name, "") for name in SYSTEM))


@lru_cache(maxsize=1)
def _context(bundle: str, system: tuple[str, ...]) -> ssl.SSLContext:
    for name, value in zip((BUNDLE, *SYSTEM), (bundle, *system), strict=True):
        if value and not os.access(value, os.R_OK):
            raise _unreadable(name, value)
    try:
        if bundle:
            return _trusting(bundle)
    except OSError as error:  # SSLError is one
        raise _unreadable(BUNDLE, bundle) from error
    context = ssl.create_default_context()
    known = context.get_ca_certs()
    if system[0] and not known:  # OpenSSL says nothing of a file without certificates
        raise _unreadable(SYSTEM[0], system[0])
    return context if known or _has_folder() else _trusting(bundled())


def _trusting(place: str) -> ssl.SSLContext:
    if Path(place).is_dir():
        return ssl.create_default_context(capath=place)
    return ssl.create_default_context(cafile=place)


def _has_folder() -> bool:
    """True if the system has a folder of certificates, which OpenSSL reads when it needs one."""
    folder = ssl.get_default_verify_paths().capath
    return folder is not None and any(Path(folder).iterdir())


def _unreadable(name: str, value: str) -> SetupError:
    return SetupError(
        f"{name} names no certificates that can be read: {value}",
        f"Correct {name}: a PEM file, or a folder that `openssl rehash` has prepared. To trust "
        "what the system trusts, unset the variable.",
    )
