"""The templates: every value is escaped, and a name that is missing is an error."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reconciler.sandbox.pages.dates import at_time, in_full, on_day

HERE: Final = Path(__file__).parent


@cache
def templates() -> Environment:
    """The environment of all templates."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"time": at_time, "day": on_day, "moment": in_full, "iso": datetime.isoformat}
    return found


@cache
def static(name: str) -> tuple[bytes, str] | None:
    """A file of the folder `static` and its media type; None if there is none."""
    kinds = {"pages.css": "text/css", "pages.js": "text/javascript", "icon.svg": "image/svg+xml"}
    if name not in kinds:
        return None
    return (HERE / "static" / name).read_bytes(), f"{kinds[name]}; charset=utf-8"
