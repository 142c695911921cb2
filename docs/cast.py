"""Write docs/pictures/cast.svg, a recording of two chapters of the demo: `make cast`.

tests/docs/open_cast.py draws another recording in the same way.
"""

import html
import io
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURE: Final = Path(__file__).parent / "pictures" / "cast.svg"
LABEL: Final = "A terminal in which a run merges a pull request, and an engineer posts an update"
CHAPTERS: Final = (3, 4)
COLUMNS: Final = 80
SECONDS_A_LINE: Final = 0.25
SECONDS_A_COMMAND: Final = 1.5
_ID: Final = "cast"
_END: Final = "\nThe demo has ended."
# Of rich's own format without its fonts, which would come from another server.
_FORMAT: Final = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>LABEL</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; }}
{styles}
@keyframes appear {{ from {{ opacity: 0 }} to {{ opacity: 1 }} }}
@media (prefers-reduced-motion: no-preference) {{
/* when each line appears */
}}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def chapters(output: str) -> str:
    """The recorded chapters in what the demo prints."""
    parts = re.split(r"(?=^ \d+\. )", output, flags=re.MULTILINE)
    found = [part for part in parts if part.startswith(tuple(f" {each}. " for each in CHAPTERS))]
    return "\n".join(part.partition(_END)[0].strip("\n") + "\n" for part in found)


def lines_of(text: str) -> list[Text]:
    """The lines that the demo prints, in the colours of a terminal."""
    return [Text(line, style=_style(line)) for line in text.splitlines()]


def _style(line: str) -> str:
    return "bold green" if line.startswith("$ ") else "cyan" if _is_heading(line) else ""


def svg(lines: Sequence[Text], title: str, label: str, seconds: Callable[[str], float]) -> str:
    """The picture of lines of a terminal, which appear one after the other.

    `label` is what it shows, for people who do not see it. `seconds` is the pause before a line.
    """
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system=None)
    for line in lines:
        console.print(line)
    moments = "\n".join(_moments([line.plain for line in lines], seconds))
    picture = console.export_svg(
        title=title,
        theme=MONOKAI,
        code_format=_FORMAT.replace("LABEL", html.escape(label)),
        unique_id=_ID,
    )
    return picture.replace("/* when each line appears */", moments)


def words(picture: str) -> list[str]:
    """The words that a picture shows, in order."""
    found = re.findall(r"<text[^>]*clip-path[^>]*>([^<]*)</text>", picture)
    return html.unescape(" ".join(found)).replace("\xa0", " ").split()


def _is_heading(line: str) -> bool:
    return re.match(r" \d+\. ", line) is not None


def pause(line: str) -> float:
    """The seconds before a line of the demo appears."""
    return SECONDS_A_COMMAND if line.startswith("$ ") else SECONDS_A_LINE


def _moments(lines: Sequence[str], seconds: Callable[[str], float]) -> list[str]:
    """A rule of style for each line after the first command, which is there from the beginning."""
    rules, at = [], 0.0
    first = next(number for number, line in enumerate(lines) if line.startswith("$ "))
    for number, line in enumerate(lines[first + 1 :], start=first + 1):
        at += seconds(line)
        selector = f'[clip-path="url(#{_ID}-line-{number})"]'
        rules.append(f"{selector} {{ animation: appear 0.1s {at:.2f}s both }}")
    return rules


def main() -> None:
    """Run the demo and write the picture."""
    options = [word for each in CHAPTERS for word in ("--chapter", str(each))]
    command = [sys.executable, "-m", "reconciler", "demo", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    picture = svg(lines_of(chapters(done.stdout)), "escalate demo", LABEL, pause)
    PICTURE.write_text(picture, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
