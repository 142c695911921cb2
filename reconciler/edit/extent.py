"""How far a value reaches in a file."""

from reconciler.load.source import FileSource
from reconciler.model.finding import Loc


def end_of(source: FileSource, loc: Loc) -> int:
    """The index after the last character of a value; blanks and comments after it stay apart."""
    places = source.places
    if loc in places.brackets:
        return places.brackets[loc]
    spans = [*places.keys.items(), *places.values.items()]
    below = [span for at, span in spans if at[: len(loc)] == loc and at != loc]
    if not below:
        there = places.values[loc]
        written = source.text[there.start : there.end].rstrip()
        if written or loc not in places.keys:
            return there.start + len(written)
        return source.text.index(":", places.keys[loc].end) + 1
    closed = [end for at, end in places.brackets.items() if at[: len(loc)] == loc]
    last = max(below, key=lambda span: (span.start, span.end))
    if last.end <= last.start:  # a key without a value
        last = max((each for each in below if each.end > each.start), key=lambda each: each.start)
        return max([*closed, source.text.index(":", last.end) + 1])
    written = source.text[last.start : last.end].rstrip()
    return max([*closed, last.start + len(written)])


def line_after(source: FileSource, at: int) -> int:
    """Where the next line begins; the end of the file after the last one."""
    end = source.text.find("\n", at)
    return len(source.text) if end < 0 else end + 1
