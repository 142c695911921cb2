"""`make pictures`: a PNG of every surface, on a phone and a desktop, light and dark.

    python tests/browser/pictures.py [FOLDER]

Without a folder, they go to `pictures/`. Those of the README go to docs/pictures, too.
"""

import sys
from pathlib import Path

TOP = Path(__file__).parents[2]
sys.path[:0] = [str(TOP), str(TOP / "tests")]

from browser.chromium import LOOKS, PHONE, Look, chromium, why_not  # noqa: E402
from browser.compare import shrink  # noqa: E402
from browser.scenario import scenario  # noqa: E402
from browser.surfaces import SURFACES  # noqa: E402

README = Look(PHONE, "light")


def main(folder: Path) -> int:
    """Write the pictures; the exit status."""
    if reason := why_not():
        print(f"No pictures: {reason}.")
        return 1
    with scenario() as prepared, chromium() as browser:
        for surface in SURFACES:
            for look in LOOKS:
                browser.page(look).goto(surface.address(prepared))
                browser.picture(look, folder / f"{surface.name}-{look.name}.png", whole=True)
                if surface.readme and look == README:
                    shown = browser.picture(look, TOP / "docs/pictures" / f"{surface.name}.png")
                    shrink(shown)
    print(f"{len(SURFACES) * len(LOOKS)} pictures are in {folder}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "pictures"))
