"""A value as JSON that is safe to print on a terminal and in the log of a workflow."""

import json
import re
from typing import Final

from pydantic import BaseModel

from reconciler.redaction import redact_tokens
from reconciler.render.escape import is_hidden

_SUSPECT: Final = re.compile(r"[^\n -~]|##(?=\[)")
"""All but printable ASCII, and what a runner of GitHub Actions would obey."""


def json_text(value: BaseModel, encoding: str = "utf-8") -> str:
    """The JSON of a value, without tokens.

    Hidden characters, and those that `encoding` does not have, are escaped. So every program reads
    the true value, and no terminal obeys it.
    """

    def escaped(found: re.Match[str]) -> str:
        text = found[0]
        keeps = not text.startswith("#") and not is_hidden(text) and _has(encoding, text)
        return text if keeps else _escaped(text)

    shown = json.dumps(value.model_dump(mode="json"), indent=2, ensure_ascii=False)
    return _SUSPECT.sub(escaped, redact_tokens(shown)) + "\n"


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _escaped(text: str) -> str:
    if text == "##":
        return "#\\u0023"
    return json.dumps(text)[1:-1]  # which escapes all but ASCII, as pairs where one needs two
