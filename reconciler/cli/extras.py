"""The extras of the package: which one has a module, and how to install it."""

from importlib.util import find_spec
from typing import Final

MODULES: Final = {
    "jinja2": ("board", "sandbox"),
    "markupsafe": ("board", "sandbox"),
    "nacl": ("setup",),
    "questionary": ("prompts",),
    "starlette": ("sandbox",),
    "uvicorn": ("sandbox",),
}
"""Modules that only extras install, each with their names in `pyproject.toml`.

A message names the first. The sandbox imports `starlette` first, which the board does not need.
"""


def is_installed(extra: str) -> bool:
    """True if all modules of an extra can be imported. Imports none of them."""
    return all(find_spec(each) for each, its in MODULES.items() if extra in its)


def install(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install 'escalation-as-code[{extra}]'"


def missing_extra(error: BaseException) -> str | None:
    """A message for the import of a module that only an extra has; None for all other errors."""
    if not isinstance(error, ModuleNotFoundError):
        return None
    extras = MODULES.get((error.name or "").partition(".")[0])
    if extras is None:
        return None
    return f"The package {error.name} is not installed.\n  → Run: {install(extras[0])}"
