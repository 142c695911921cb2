"""Whatever the bytes are: findings, soon, in little memory, and never a traceback."""

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

import pytest
from company import TOP
from hypothesis import given, settings
from hypothesis import strategies as st
from searching import times

from reconciler.load.raw import CONFIG_BYTES, ESCALATION_BYTES, ROSTER_PATH, RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.load.strict_yaml import parse
from reconciler.model.finding import Finding

PATH = "escalations/2026/DS-1042.yaml"
GIB = 1024**3


def findings(data: bytes, path: str = PATH) -> list[Finding]:
    loaded = load_snapshot([RawFile(path, data)])
    found = [finding for finding in loaded.findings if finding.position.path == path]
    for finding in found:
        assert finding.position.line >= 1
        assert finding.position.column >= 1
        assert finding.message
        assert finding.remedy
    return found


def filled(piece: bytes, size: int, head: bytes = b"") -> bytes:
    return (head + piece * (size // len(piece)))[:size]


BOMBS: dict[str, Callable[[int], bytes]] = {
    "laughs": lambda n: filled(b"x: &a [*a,*a,*a,*a,*a,*a,*a,*a]\n", n),
    "many anchors": lambda n: filled(b"- &a1 x\n", n, b"a:\n"),
    "open brackets": lambda n: filled(b"[", n, b"a: "),
    "open braces": lambda n: filled(b"{a: ", n, b"a: "),
    "nested dashes": lambda n: filled(b"- ", n),
    "nested questions": lambda n: filled(b"? ", n),
    "nested indentation": lambda n: b"".join(b" " * i + b"a:\n" for i in range(int(n**0.5)))[:n],
    "empty items": lambda n: filled(b",", n, b"a: [a"),
    "items": lambda n: filled(b"a,", n, b"a: ["),
    "dashes": lambda n: filled(b"-\n", n, b"a:\n"),
    "keys": lambda n: b"".join(b"k%d: \n" % i for i in range(n // 6))[:n],
    "same key": lambda n: filled(b"k: \n", n),
    "one scalar": lambda n: filled(b"x", n, b"a: "),
    "one number": lambda n: filled(b"9", n, b"a: "),
    "one quoted scalar": lambda n: filled(b"x ", n - 1, b'a: "') + b'"',
    "open quote": lambda n: filled(b"x\n ", n, b'a: "'),
    "escapes": lambda n: filled(b"\\u0041", n, b'a: "'),
    "comments": lambda n: filled(b"#\n", n),
    "blanks": lambda n: filled(b"\n", n),
    "spaces": lambda n: filled(b" ", n, b"a:"),
    "tabs": lambda n: filled(b"\t", n, b"a:"),
    "documents": lambda n: filled(b"---\n", n),
    "document ends": lambda n: filled(b"...\n", n),
    "directives": lambda n: b"".join(b"%%TAG !t%d! x\n" % i for i in range(n // 10))[:n],
    "directives behind blanks": lambda n: filled(b"%YAML 1.1\n", n, b"\n\n"),
    "tags": lambda n: filled(b"!!a ", n, b"a: "),
    "colons": lambda n: filled(b":", n, b"a"),
    "keys in a line": lambda n: filled(b"a: ", n),
    "long key": lambda n: filled(b"k", n - 4) + b": 1",
    "block scalar": lambda n: filled(b"  x\n", n, b"a: |\n"),
    "folded scalar": lambda n: filled(b"  x\n\n", n, b"a: >\n"),
    "controls": lambda n: filled(b"\x07", n, b"a: "),
    "bidi": lambda n: filled("\u202e".encode(), n, b"a: "),
    "zero width": lambda n: filled("\u200b".encode(), n, b"a: "),
    "emoji joiners": lambda n: filled("\u200d".encode(), n, b"a: "),
    "surrogates": lambda n: filled(b"\xed\xa0\x80", n, b"a: "),
    "nuls": lambda n: filled(b"\x00", n),
    "utf-16": lambda n: ("a: " + "x" * (n // 2 - 4)).encode("utf-16"),
    "0xff": lambda n: filled(b"\xff", n),
    "aliases": lambda n: filled(b"*a ", n, b"a: "),
    "merges": lambda n: filled(b"<<: {}\n", n),
    "stars": lambda n: filled(b"*", n),
    "at signs": lambda n: filled(b"@", n),
    "digits and colons": lambda n: filled(b"1:", n, b"a: "),
    "yes": lambda n: filled(b"- yes\n", n, b"a:\n"),
    "prose of times": lambda n: filled(b"will by next ", n, b"title: "),
    "many unknown keys": lambda n: b"".join(b"key%d: x\n" % i for i in range(n // 12))[:n],
    "many people": lambda n: b"people:\n" + filled(b"  p: {}\n", n - 10),
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize(("path", "size"), [(PATH, ESCALATION_BYTES), (ROSTER_PATH, CONFIG_BYTES)])
def test_no_bomb_takes_long_or_much(name: str, path: str, size: int) -> None:
    data = BOMBS[name](size)
    assert len(data) <= size + 4
    start = time.process_time()
    found = findings(data, path)
    assert time.process_time() - start < 2
    assert found
    tracemalloc.start()
    try:
        findings(data, path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200 * 1024**2


@pytest.mark.parametrize("name", BOMBS)
def test_the_parser_in_python_survives_as_well(name: str) -> None:
    start = time.process_time()
    parse(PATH, BOMBS[name](ESCALATION_BYTES // 8), fast=False)
    assert time.process_time() - start < 2


def test_all_bombs_fit_in_a_process_of_200_mib() -> None:
    """What C code takes is not seen by tracemalloc; the whole process is weighed instead."""
    if sys.platform != "linux":
        pytest.skip("measures in KiB only on Linux")
    # `ru_maxrss` would count what the process of the tests held when it started this one.
    code = (
        "import pathlib, resource, sys; sys.path[:0] = ['tests/load', 'tests', '.']\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({GIB}, {GIB}))\n"
        "import test_hostile as t\n"
        "for make in t.BOMBS.values():\n"
        "    t.findings(make(t.CONFIG_BYTES), t.ROSTER_PATH)\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(status.partition('VmHWM:')[2].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    # The interpreter with pydantic and hypothesis takes some 80 MiB by itself.
    assert int(done.stdout) < 280 * 1024


@given(st.binary(max_size=2000))
def test_random_bytes_end_in_findings(data: bytes) -> None:
    assert findings(data)


@given(st.text(max_size=1000))
def test_random_text_ends_in_findings(text: str) -> None:
    assert findings(text.encode("utf-8", "surrogatepass"))


PIECES = """
ticket title impact level who how_many symptom reason initiator contact reporter person
findings blocked_because assignee updates at by text resolution follow_ups episodes yes no 012
1:30 ~ null 2026-11-20 DS-1042 lena high none
""".split()  # noqa: SIM905 - a table of words
SIGNS = [": ", ":\n  ", "\n", "- ", "[", "]", "{", "}", ", ", "'", '"', "&a ", "*a", "!!x "]
SIGNS += ["<<", "|\n", ">\n", "#", "---\n", "%", "\t", "\\", "\u200b", "\x1b", "? ", "@", "`"]


@settings(max_examples=times(300))
@given(st.lists(st.sampled_from(PIECES + SIGNS), max_size=60))
def test_pieces_of_yaml_end_in_findings(pieces: list[str]) -> None:
    assert findings("".join(pieces).encode())


@settings(max_examples=times(200))
@given(st.data())
def test_a_damaged_file_is_a_finding_or_still_valid(data: st.DataObject) -> None:
    text = VALID
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(len(text), at + 20)))
    piece = data.draw(st.one_of(st.text(max_size=5), st.sampled_from(SIGNS)))
    findings((text[:at] + piece + text[end:]).encode("utf-8", "surrogatepass"))


VALID = """\
ticket: DS-1042
title: Card payments fail at checkout
impact:
  level: high
  who: Payers of all European billers
  how_many: 5200
  symptom: The page says that the payment could not be processed.
reason: Four in ten payments fail and there is no other gateway.
initiator: priya
contact: lena
reporter: {person: lena, findings: Only some cards., blocked_because: No logs.}
updates:
  - {at: 2026-11-20T14:05:00-05:00, by: dmitri, text: Reproduced.}
"""


def test_a_file_over_the_cap_is_not_read() -> None:
    data = b"a: " + b"x" * ESCALATION_BYTES
    assert [finding.rule for finding in findings(data)] == ["file-too-large"]
