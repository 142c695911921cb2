"""Long output made short, without a word that was not in it but how much was left out."""

from collections.abc import Sequence


def one_block(output: str, ticket: str) -> str:
    """The plan's block of one escalation, and its last paragraph, which sums it up."""
    *blocks, summing_up = output.strip("\n").split("\n\n")
    chosen = [block for block in blocks if block.startswith(f"{ticket} ")]
    left_out = len(blocks) - len(chosen)
    return "\n\n".join([*chosen, *_left_out(left_out), summing_up])


def last_paragraph(output: str) -> str:
    """What `apply` prints at the end, without the plan that it begins with."""
    *blocks, summing_up = output.strip("\n").split("\n\n")
    return "\n\n".join([*_left_out(len(blocks)), summing_up])


def _left_out(count: int) -> Sequence[str]:
    escalations = "escalation" if count == 1 else "escalations"
    return (f"[... the plan of {count} {escalations} left out here ...]",) if count else ()


def first_lines(text: str, count: int) -> str:
    """The beginning of a file."""
    lines = text.strip("\n").split("\n")
    shown = lines[:count]
    if len(lines) > count:
        shown.append(f"[... {len(lines) - count} lines left out here ...]")
    return "\n".join(shown)


def hunk(diff: str) -> str:
    """A diff without the lines that name the files."""
    lines = diff.split("\n")
    first = next((at for at, line in enumerate(lines) if line.startswith("@@")), 0)
    return "\n".join(lines[first:])
