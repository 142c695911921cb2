"""What reviewers see on a pull request, kept as files in `golden-comment`.

UPDATE_GOLDENS=1 in the environment writes them anew; read the difference before committing it.
"""

from pathlib import Path

import pytest
from goldens import hold
from plan_comments import COMMENTS

HERE = Path(__file__).parent / "golden-comment"


@pytest.mark.parametrize("name", COMMENTS)
def test_it_looks_as_it_did(name: str):
    hold(HERE / f"{name}.md", COMMENTS[name]())


def test_every_golden_is_made():
    assert {path.stem for path in HERE.iterdir()} == set(COMMENTS)
