"""What somebody may have meant."""

from collections.abc import Iterable

_LONGEST = 80
_MOST = 5000


def closest(word: str, options: Iterable[str]) -> str | None:
    """The option most like the word, if one is like it at all."""
    import difflib  # noqa: PLC0415 - only needed once something is wrong

    if len(word) > _LONGEST:
        return None
    names = {option.lower(): option for option in list(options)[:_MOST]}
    found = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return names[found[0]] if found else None


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """A sentence that names the closest option, or nothing."""
    found = closest(word, options)
    return f"Did you mean {found}? " if found else ""


def listed(names: Iterable[str], last: str = "or") -> str:
    """The names as words: a, b or c."""
    words = list(names)
    if len(words) < 2:  # noqa: PLR2004 - one name needs no conjunction
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
