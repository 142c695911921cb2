"""Install the package of this repository into a folder, as `action.yml` does it.

    python -I requirements/install.py key FOLDER [EXTRA]        prints a digest of all that counts
    python -I requirements/install.py install FOLDER [EXTRA]    creates a venv there

EXTRA is `board`, for what `escalate board` needs as well.

The versions are those of the locks, each file is checked against its hash, and nothing but wheels
is installed. The byte code is compiled, so the first start takes as long as the second.

Needs only the standard library and `pip`, which installs `uv`. No program starts in the working
folder, and none reads settings there: it may hold the files of a pull request.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
LOCKS = SOURCE / "requirements"
PARTS = ("LICENSE", "README.md", "config", "escalations", "pyproject.toml", "reconciler", "schemas")
"""What the wheel is built from."""
_ALWAYS = ("--quiet", "--no-config", "--system-certs")
"""No settings of the folders around, and the certificate authorities of the machine."""


def key(folder: Path, extra: str = "") -> str:
    """A digest of the Python, the place and all files that an installation is made of."""
    digest = hashlib.sha256()
    for word in (platform.machine(), sys.version, sys.executable, str(folder), extra):
        digest.update(f"{word}\n".encode())
    for file in sorted(_files()):
        digest.update(f"{file.relative_to(SOURCE)}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for part in (*PARTS, "requirements"):
        top = SOURCE / part
        inside = top.rglob("*") if top.is_dir() else iter([top])
        yield from (each for each in inside if each.is_file() and each.suffix != ".pyc")


def install(folder: Path, extra: str = "") -> None:
    """Create a venv with the package, and with the packages of an extra.

    Raises CalledProcessError if something cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="escalate-install-") as temporary:
        uv = _install_uv(Path(temporary) / "uv")
        venv.create(folder, clear=True, symlinks=True)
        into = ["pip", "install", "--compile-bytecode", "--python", str(folder / "bin" / "python")]
        wheels = Path(temporary) / "wheels"
        locked = ["--require-hashes", "--build-constraints", str(LOCKS / "build.lock")]
        built = _start(uv, "build", "--wheel", *locked, "--out-dir", str(wheels), str(SOURCE))
        names = ["run", extra] if extra else ["run"]
        locks = [word for name in names for word in ("-r", str(LOCKS / f"{name}.lock"))]
        libraries = _start(uv, *into, "--require-hashes", "--only-binary", ":all:", *locks)
        for each in (built, libraries):
            _wait(each)
        (wheel,) = wheels.glob("*.whl")
        _wait(_start(uv, *into, "--no-deps", "--offline", str(wheel)))


def _install_uv(target: Path) -> Path:
    """The program, installed by `pip` into a folder of its own."""
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--root-user-action=ignore",
        "--target",
        str(target),
    ]
    lock = ["--require-hashes", "--only-binary", ":all:", "-r", str(LOCKS / "uv.txt")]
    command = [sys.executable, "-I", "-m", "pip", "install", *options, *lock]
    subprocess.run(command, check=True, cwd=LOCKS)
    return target / "bin" / "uv"


def _start(uv: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start `uv` without the settings of the folders around it."""
    return subprocess.Popen([str(uv), *_ALWAYS, *arguments], cwd=LOCKS)


def _wait(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, process.args)


def main(task: str, folder: str, extra: str = "") -> None:
    """Carry out one of the two tasks."""
    if extra not in {"", "board"}:
        sys.exit(f"{extra!r} is no extra of the action; the only one is `board`")
    if task == "key":
        sys.stdout.write(f"{key(Path(folder), extra)}\n")
    else:
        install(Path(folder), extra)


if __name__ == "__main__":
    main(*sys.argv[1:])
