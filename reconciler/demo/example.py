"""Where the example company's files are: beside this package, or at the top of a checkout."""

from pathlib import Path
from typing import Final

import reconciler

PARTS: Final = ("config", "schemas", "escalations")
_PACKAGE: Final = Path(reconciler.__file__).parent


def example() -> Path:
    """The folder that holds the example's config/, schemas/ and escalations/.

    A wheel carries them as reconciler/example (see force-include in pyproject.toml).
    """
    candidates = (_PACKAGE / "example", _PACKAGE.parent)
    for folder in candidates:
        if (folder / "escalations").is_dir() and (folder / "config" / "policy.yaml").is_file():
            return folder
    looked = " and ".join(str(folder) for folder in candidates)
    raise FileNotFoundError(f"the example's files are missing; looked in {looked}")
