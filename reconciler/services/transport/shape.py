"""What an answer has to hold so that it can be taken apart."""

from collections.abc import Mapping
from typing import Any

Shape = type | list[Any] | Mapping[str, Any]
"""A type; a list with the shape of each entry; an object with the shapes of what it needs."""


def require(value: object, shape: Shape | None) -> None:
    """Raise TypeError if a value does not have the shape. Without a shape, any value will do."""
    if shape is not None and not fits(value, shape):
        raise TypeError


def fits(value: object, shape: Shape) -> bool:
    """True if a value has the shape; it may hold more."""
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(each, shape[0]) for each in value)
    if isinstance(shape, Mapping):
        return isinstance(value, dict) and all(
            name in value and fits(value[name], inner) for name, inner in shape.items()
        )
    return type(value) is shape
