"""Each section of the goldens in `tests/screens` belongs to a test that is there."""

from pathlib import Path

import pytest
from goldens import sections

TESTS = Path(__file__).parent.parent


@pytest.mark.parametrize("path", sorted((TESTS / "screens").iterdir()), ids=lambda path: path.stem)
def test_every_section_is_of_a_test(path: Path):
    folder, _, module = path.stem.partition("-")
    text = (TESTS / folder / f"test_{module}.py").read_text(encoding="utf-8")
    names = [title.partition("[")[0] for title in sections(path)]
    assert [each for each in names if f"def {each}(" not in text] == []
