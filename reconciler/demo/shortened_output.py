"""Long output made short, without a word that was not in it but how much was left out."""

from collections.abc import Sequence


def one_block(output: str, ticket: str, what: str = "the plan") -> str:
    """The block of one escalation, and the paragraphs that sum the output up."""
    *blocks, summing_up = output.strip("\n").split("\n\n")
    chosen = [block for block in blocks if block.startswith(f"{ticket} ")]
    totals = [block for block in blocks if block.startswith("Plan: ")]
    left_out = len(blocks) - len(chosen) - len(totals)
    return "\n\n".join([*chosen, *_left_out(left_out, what), *totals, summing_up])


def totals(output: str) -> str:
    """What sums a run up: the number of changes, and what was merged."""
    blocks = output.strip("\n").split("\n\n")
    found = [block for block in blocks if block.startswith("Plan: ")]
    lines = blocks[-1].split("\n")
    return "\n".join([*found, *(line for line in lines if line.startswith("merged "))])


def first_changes(output: str, ticket: str, count: int) -> str:
    """The first lines of one escalation's block, and what sums the run up."""
    (block,) = [each for each in output.split("\n\n") if each.startswith(f"{ticket} ")]
    return f"{first_lines(block, count)}\n{totals(output)}"


def _left_out(count: int, what: str) -> Sequence[str]:
    escalations = "escalation" if count == 1 else "escalations"
    return (f"[... {what} of {count} {escalations} left out here ...]",) if count else ()


def first_lines(text: str, count: int) -> str:
    """The beginning of a file."""
    lines = text.strip("\n").split("\n")
    shown = lines[:count]
    if len(lines) > count:
        shown.append(f"[... {len(lines) - count} lines left out here ...]")
    return "\n".join(shown)
