"""Whether this pydantic writes a schema as the newest one does."""

from typing import Any, Final

import pytest
from pydantic import TypeAdapter

from reconciler.model.diagnostic import Diagnostic

_SHOWN: Final[dict[str, Any]] = TypeAdapter(Diagnostic).json_schema()
as_committed = pytest.mark.skipif(
    "description" not in _SHOWN, reason="an earlier pydantic describes no dataclass"
)
"""For tests that compare a schema with the committed one, which the newest pydantic wrote."""
