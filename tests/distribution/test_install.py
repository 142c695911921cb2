"""`requirements/install.py` installs what the locks say, compiled, and looks at no other folder."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SCRIPT = TOP / "requirements" / "install.py"
PYTHON = sys.executable
"""A Python with pip, as a runner has it."""
if find_spec("pip") is None:  # `make` leaves it out of the venv
    PYTHON = str(Path(sys.base_prefix) / "bin" / Path(sys.executable).resolve().name)
EVIL = "raise SystemExit('a file of the working folder was run')\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with files that Python and uv would obey if they looked there."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in ("pip.py", "venv.py", "hashlib.py", "tempfile.py"):
        (folder / name).write_text(EVIL)
    (folder / "uv.toml").write_text("this is no setting\n")
    return folder


@pytest.fixture(scope="module")
def installed(hostile: Path) -> Path:
    venv = hostile / "venv"
    subprocess.run(
        [PYTHON, "-I", str(SCRIPT), "install", str(venv)],
        cwd=hostile,
        check=True,
        timeout=180,
    )
    return venv


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


def test_the_command_works_outside_of_a_checkout(hostile: Path, installed: Path) -> None:
    command = installed / "bin" / "escalate"
    assert run(hostile, command, "--version").startswith("escalate, version 0.")
    code = "import reconciler; print(reconciler.__file__)"
    where = run(hostile, installed / "bin" / "python", "-I", "-c", code)
    assert Path(where.strip()).is_relative_to(installed)
    example = Path(where.strip()).parent / "example"
    assert run(hostile, command, "check", "--repo", example) is not None


def test_the_versions_are_the_locked_ones(hostile: Path, installed: Path) -> None:
    code = (
        "from importlib.metadata import distributions as d\n"
        "for each in d(): print(each.name.lower().replace('_', '-') + '==' + each.version)"
    )
    found = set(run(hostile, installed / "bin" / "python", "-I", "-c", code).split())
    lock = (TOP / "requirements" / "run.lock").read_text(encoding="utf-8")
    locked = {line.split()[0] for line in lock.splitlines() if "==" in line}
    own = {each for each in found if each.startswith("escalation-as-code==")}
    assert found - own == {each.lower() for each in locked}


def test_the_first_start_compiles_nothing(hostile: Path, installed: Path) -> None:
    before = set(installed.rglob("*.pyc"))
    run(hostile, installed / "bin" / "escalate", "apply", "--help")
    assert before
    assert set(installed.rglob("*.pyc")) == before


def test_the_key_depends_on_the_place(hostile: Path) -> None:
    keys = {run(hostile, sys.executable, "-I", SCRIPT, "key", each) for each in ("/a", "/b", "/a")}
    assert len(keys) == 2
