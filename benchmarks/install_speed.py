"""How long the action needs for a working command, beside pip from source.

    python -m benchmarks.install_speed

It downloads from the package registry. The Python that starts it needs no pip: `make` leaves pip
out of the venv, so another one with pip is then created before anything is measured. Of the cache,
it measures what happens on this machine: unpacking. Each installation ends with a first start.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from benchmarks.table import pairs
from reconciler.render.console import emit

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "requirements" / "install.py"
UV = ROOT / "requirements" / "uv.txt"

Row = tuple[str, str]


def run() -> list[Row]:
    """Measure; what was measured and what came out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = {**os.environ, "PIP_NO_CACHE_DIR": "1", "UV_CACHE_DIR": str(folder / "uv-cache")}
        plain.pop("PYTHONDONTWRITEBYTECODE", None)
        python = _python_with_pip(folder / "python")
        pip = _seconds(lambda: _with_pip(folder / "pip", plain))
        uv = _seconds(lambda: _uv(python, folder / "uv", plain))
        made = folder / "action"
        cold = _seconds(lambda: _with_the_action(python, made, plain))
        first = _seconds(lambda: _start(made, plain))
        second = _seconds(lambda: _start(made, plain))
        kept = folder / "cache.tar"
        with tarfile.open(kept, "w") as file:
            file.add(made, made.name)
        warm = _seconds(lambda: _from_cache(kept, folder / "restored", plain))
    return [
        ("install, pip from source", f"{pip:.2f} s"),
        ("install, action without a cache", f"{cold:.2f} s"),
        ("install, action without a cache: of this, pip for uv", f"{uv:.2f} s"),
        ("install, action from its cache", f"{warm:.2f} s"),
        ("install, first start", f"{first:.2f} s"),
        ("install, second start", f"{second:.2f} s"),
    ]


def _python_with_pip(folder: Path) -> str:
    """A Python as a runner has it."""
    if find_spec("pip") is not None:
        return sys.executable
    venv.create(folder, with_pip=True)
    return str(folder / "bin" / "python")


def _with_pip(folder: Path, env: dict[str, str]) -> None:
    venv.create(folder, with_pip=True)
    command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", ROOT]
    subprocess.run(command, check=True, env=env)
    _start(folder, env)


def _uv(python: str, folder: Path, env: dict[str, str]) -> None:
    options = ["--quiet", "--no-compile", "--require-hashes", "--target", folder, "-r", UV]
    command = [python, "-m", "pip", "install", "--root-user-action=ignore", *options]
    subprocess.run(command, check=True, env=env)


def _with_the_action(python: str, folder: Path, env: dict[str, str]) -> None:
    subprocess.run([python, "-I", SCRIPT, "install", folder], check=True, env=env)
    _start(folder, env)


def _from_cache(kept: Path, folder: Path, env: dict[str, str]) -> None:
    """The name of what to install, as the action computes it; unpacking; a start."""
    command = [sys.executable, "-I", SCRIPT, "key", folder]
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
    with tarfile.open(kept) as file:
        file.extractall(folder, filter="fully_trusted")
    _start(folder / "action", env)


def _start(folder: Path, env: dict[str, str]) -> None:
    command = [folder / "bin" / "python", "-m", "reconciler", "apply", "--help"]
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    emit(pairs(run()))
