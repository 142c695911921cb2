"""The body of an answer: read within limits, unpacked within limits, and made into JSON."""

import zlib
from collections.abc import Iterable
from typing import Any, Final

from pydantic_core import from_json

from reconciler.services.transport.exchange import LARGEST_ANSWER, TooLargeError

CHUNK: Final = 64 * 1024
MOST_VALUES: Final = 300_000
"""The most values in one answer. A body of `LARGEST_ANSWER` could be made to take a hundred times
its size in memory."""
_GZIP: Final = 31
"""What `zlib` calls a gzip stream."""


class BrokenBodyError(Exception):
    """The body is not what its headers say. The text says how, and repeats nothing of it."""


def unpack(chunks: Iterable[bytes], encoding: str) -> bytes:
    """The whole body. Raises TooLargeError and BrokenBodyError."""
    if encoding in {"", "identity"}:
        return b"".join(chunks)  # what comes off the wire is limited where it is read
    if encoding not in {"gzip", "x-gzip"}:
        raise BrokenBodyError("its compression is not gzip")
    unpacker = zlib.decompressobj(_GZIP)
    body = bytearray()
    try:
        for chunk in chunks:
            body += unpacker.decompress(chunk, LARGEST_ANSWER + 1 - len(body))
            if len(body) > LARGEST_ANSWER:
                raise TooLargeError
    except zlib.error as error:
        raise BrokenBodyError("its compression is damaged") from error
    if body and not unpacker.eof:
        raise BrokenBodyError("it ends too early")
    return bytes(body)


def parse(body: bytes, media_type: str) -> Any:  # noqa: ANN401 - JSON
    """The JSON in a body. Raises TooLargeError and BrokenBodyError."""
    kind, _, options = media_type.lower().partition(";")
    if kind.strip() != "application/json" and not kind.strip().endswith("+json"):
        raise BrokenBodyError("it is not declared as JSON" if kind else "it declares no type")
    if "charset" in options and "utf-8" not in options and "utf8" not in options:
        raise BrokenBodyError("its characters are not declared as UTF-8")
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MOST_VALUES:
        raise TooLargeError
    try:
        return from_json(body, allow_inf_nan=False, cache_strings="keys")
    except (ValueError, RecursionError) as error:
        raise BrokenBodyError("it is not JSON") from error
