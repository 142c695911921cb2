"""`make words` fails if a word is in no golden and has no reason, or has a needless one."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from words.marking import Marks, Word

SHOWN = Word("reconciler.render.x", 3, "It is shown.", "shown")
UNSHOWN = Word("reconciler.render.x", 7, "It is not shown.", "not")
REASON = '["reconciler.render.x"]\n"{}" = "Only a person can make it."\n'


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The command, which is a script: its own folder is on the path."""
    folder = Path(__file__).parent
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("make_words", folder / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("left", "explained", "status", "says"),
    [
        ((), (), 0, "2 words: 2 seen, 0 unseen with a reason, 0 without"),
        ((UNSHOWN,), (UNSHOWN,), 0, "2 words: 1 seen, 1 unseen with a reason, 0 without"),
        ((UNSHOWN,), (), 1, "reconciler.render.x:7: 'It is not shown.'"),
        (
            (),
            (SHOWN,),
            1,
            "unseen.toml names what a golden shows: reconciler.render.x: 'It is shown",
        ),
    ],
    ids=["all shown", "explained", "unexplained", "needless reason"],
)
def test_the_exit_status(  # noqa: PLR0913, PLR0917 - a row, and where it goes
    command: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    left: tuple[Word, ...],
    explained: tuple[Word, ...],
    status: int,
    says: str,
):
    reasons = tmp_path / "unseen.toml"
    reasons.write_text("".join(REASON.format(each.text) for each in explained), encoding="utf-8")
    marks = Marks([SHOWN, UNSHOWN])
    assert command._list(marks, list(left), [], reasons) == status  # noqa: SLF001 - of a script
    assert says in capsys.readouterr().out


def test_what_is_unexplained_elsewhere_fails_too(
    command: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """An argument shortens the list; it does not change what is missing."""
    missing = tmp_path / "none.toml"
    marks = Marks([SHOWN, UNSHOWN])
    assert command._list(marks, [UNSHOWN], ["reconciler.cli"], missing) == 1  # noqa: SLF001
    assert "It is not shown." not in capsys.readouterr().out
