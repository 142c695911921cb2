"""The checks of `attacks.toml`, and the code without each of them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
FILE = Path(__file__).parent / "attacks.toml"


@dataclass(frozen=True)
class TakenOut:
    """A text of the code, and what stands there without the check."""

    file: str
    text: str
    instead: str = ""


@dataclass(frozen=True)
class Check:
    """A check, with the tests that must fail without it."""

    what: str
    taken_out: tuple[TakenOut, ...]
    """Several where more than one check stops the attack."""
    fails: tuple[str, ...]

    def without(self) -> Mapping[str, str]:
        """The files of the code without it. Raises ValueError if a text is not there once."""
        found: dict[str, str] = {}
        for each in self.taken_out:
            code = found.get(each.file) or (TOP / each.file).read_text("utf-8")
            if code.count(each.text) != 1:
                raise ValueError(f"{each.file} has it {code.count(each.text)} times: {each.text}")
            found[each.file] = code.replace(each.text, each.instead)
        return found


def read_checks() -> Iterator[Check]:
    for each in tomllib.loads(FILE.read_text("utf-8"))["check"]:
        taken_out = tuple(TakenOut(**one) for one in each["taken_out"])
        yield Check(each["what"], taken_out, tuple(each["fails"]))
