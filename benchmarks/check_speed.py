"""How fast `escalate check` is, beside check-jsonschema on the same files and the same schema.

    python benchmarks/check_speed.py [FILES]

check-jsonschema only validates the shape of a file; ours also closes the traps of YAML and judges
roles, limits, references and history.
"""

import itertools
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from merge_policy import use_merge_policy

ROOT = Path(__file__).resolve().parent.parent
FILES = 5000
STARTS = 7

Row = tuple[str, str]


def run(files: int = FILES) -> list[Row]:
    """Measure; what was measured and what came out."""
    with tempfile.TemporaryDirectory() as folder:
        many, one = Path(folder, "many"), Path(folder, "one")
        write_repository(many, files)
        write_repository(one, 1)
        # One run each first, so that neither pays for a cold disk.
        ours_one, theirs_one = _ours(one), _theirs(one)
        for command in (ours_one, theirs_one):
            _seconds(command)
        pairs = [(_seconds(ours_one), _seconds(theirs_one)) for _ in range(STARTS)]
        start, their_start = (statistics.median(times) for times in zip(*pairs, strict=True))
        ours = min(_seconds(_ours(many)) for _ in range(3))
        theirs = _seconds(_theirs(many))
    return [
        (f"check, {files:,} files: escalate", f"{ours:.2f} s"),
        (f"check, {files:,} files: check-jsonschema", f"{theirs:.2f} s"),
        (f"check, {files:,} files: times faster", f"{theirs / ours:.1f}"),
        ("check, one file from a cold start: escalate", f"{start * 1000:.0f} ms"),
        ("check, one file from a cold start: check-jsonschema", f"{their_start * 1000:.0f} ms"),
        ("check, one file from a cold start: times faster", f"{their_start / start:.1f}"),
    ]


def write_repository(folder: Path, files: int) -> None:
    """A repository with so many valid escalations, all of them different, that no one reviews."""
    (folder / "config").mkdir(parents=True)
    shutil.copy(ROOT / "config" / "roster.yaml", folder / "config")
    use_merge_policy(folder)
    examples = [
        (path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "escalations").glob("*/*.yaml"))
        if is_over(path)
    ]
    numbers = itertools.count(10_000)
    for number, (ticket, text) in zip(
        itertools.islice(numbers, files), itertools.cycle(examples), strict=False
    ):
        desk = ticket.rpartition("-")[0]
        made = folder / "escalations" / str(2020 + number % 7) / f"{desk}-{number}.yaml"
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text.replace(ticket, f"{desk}-{number}"), encoding="utf-8")


def is_over(path: Path) -> bool:
    """Active ones would break the limits when there are thousands."""
    text = path.read_text(encoding="utf-8")
    return "\nepisodes:" not in text and ("\nresolution:" in text or "\nwithdrawn:" in text)


def _ours(folder: Path) -> list[str]:
    return [_program("escalate"), "check", "--repo", str(folder)]


def _theirs(folder: Path) -> list[str]:
    schema = str(ROOT / "schemas" / "escalation.schema.json")
    files = [str(path) for path in sorted(folder.glob("escalations/*/*.yaml"))]
    return [_program("check-jsonschema"), "--schemafile", schema, *files]


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _seconds(command: Sequence[str]) -> float:
    """Seconds of processor time, which say the same on a busy machine and on an idle one."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else FILES):
        print(f"{name:<55} {value:>10}")
