"""Pictures that are compared with a file, in a way that forgives what people do not see."""

from pathlib import Path

from goldens import updating
from PIL import Image, ImageChops, ImageFilter, ImageStat

SCALE = 2
TILES = 8
MOST = 14.0
"""How much a tile may differ on average, of 255."""


def shrink(file: Path) -> None:
    """Make a PNG small: few colours are enough."""
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(48, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


def compared(golden: Path, shown: Path) -> list[str]:
    """How a picture differs from a golden. UPDATE_GOLDENS=1 writes the golden instead."""
    with Image.open(shown) as picture:
        found = picture.convert("L").reduce(SCALE)
    if updating():
        found.quantize(16, dither=Image.Dither.NONE).save(golden, optimize=True)
    with Image.open(golden) as kept:
        worst = difference(kept.convert("L"), found)
    return [f"{golden.name} differs by {worst:.0f} in a part; see {shown}"] if worst > MOST else []


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of the tile that differs most; edges of letters are blurred away."""
    if one.size != other.size:
        return 255.0
    blurred = [each.filter(ImageFilter.GaussianBlur(3)) for each in (one, other)]
    changed = ImageChops.difference(*blurred)
    width, height = (-(-size // TILES) for size in changed.size)
    boxes = [
        (x, y, min(x + width, changed.width), min(y + height, changed.height))
        for x in range(0, changed.width, width)
        for y in range(0, changed.height, height)
    ]
    return max(ImageStat.Stat(changed.crop(box)).mean[0] for box in boxes)
