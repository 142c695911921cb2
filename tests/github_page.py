"""A comment as GitHub shows it in a browser, and a Chromium that looks at it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--hide-scrollbars",
)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Comment</title>
<style>
:root {{ color-scheme: light dark; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; padding: 16px; width: {width}px; font: 14px/1.5 -apple-system,
  BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji";
  color: light-dark(#1f2328, #f0f6fc); background: light-dark(#fff, #0d1117); }}
.comment {{ border: 1px solid light-dark(#d1d9e0, #3d444d); border-radius: 6px; }}
.who {{ padding: 8px 16px; border-bottom: 1px solid light-dark(#d1d9e0, #3d444d);
  background: light-dark(#f6f8fa, #151b23); color: light-dark(#59636e, #9198a1); }}
.markdown-body {{ padding: 16px; overflow-wrap: break-word; }}
.markdown-body > :first-child {{ margin-top: 0; }}
.markdown-body > :last-child {{ margin-bottom: 0; }}
h3 {{ font-size: 1.25em; }} h4 {{ font-size: 1em; }}
h3, h4 {{ margin: 24px 0 16px; font-weight: 600; line-height: 1.25; }}
p, blockquote, ul, details {{ margin: 0 0 16px; }}
ul {{ padding-left: 2em; }} li + li {{ margin-top: .25em; }}
blockquote {{ padding: 0 1em; color: light-dark(#59636e, #9198a1);
  border-left: .25em solid light-dark(#d1d9e0, #3d444d); }}
a {{ color: light-dark(#0969da, #4493f8); }}
summary {{ cursor: pointer; }}
</style></head>
<body><div class="comment"><div class="who"><b>escalation-bot</b> commented</div>
<div class="markdown-body">{body}</div></div>{script}</body></html>
"""


def page(comment: str, width: int, script: str = "") -> str:
    """The comment in a page with the sizes and colours of GitHub's.

    The page has a width of its own, because no window of Chromium is as narrow as a phone.
    """
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False, "breaks": True})
    return _PAGE.format(body=markdown.render(comment), script=script, width=width)


def chromium(html: str, *options: str, size: tuple[int, int]) -> str:
    """Show a page; what Chromium prints."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        command = [
            *(str(CHROMIUM), *_FLAGS, f"--user-data-dir={folder}/profile"),
            *(f"--window-size={size[0]},{size[1]}", *options, file.as_uri()),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout
