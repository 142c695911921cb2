"""Charts as numbers that a template puts into SVG: paths, ticks and bars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.board import TimeCurve, TriedLimits
from reconciler.render.durations import span

WIDTH: Final = 640
HEIGHT: Final = 240
LEFT: Final = 60
RIGHT: Final = 16
TOP: Final = 12
BOTTOM: Final = 28
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEPS: Final = (
    *(5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR, 12 * _HOUR),
    *(_DAY, 2 * _DAY, 5 * _DAY, 10 * _DAY, 30 * _DAY, 90 * _DAY, 180 * _DAY, 365 * _DAY),
)
_MOST_TICKS: Final = 6
_MARGIN: Final = 1.05
"""The last step is not at the edge."""
_ROW: Final = 56
_LABEL: Final = 28
"""Of a row, what is above the bar."""
THICK: Final = 18
"""Of a bar."""
_LEAST_SHOWN: Final = 0.5
"""The width of the smallest bar that is not nothing, in per cent."""


@dataclass(frozen=True)
class Tick:
    """A mark of an axis."""

    at: float
    words: str


@dataclass(frozen=True)
class CurveChart:
    """A curve, the band of its interval, and the axes."""

    line: str
    band: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True)
class ChartBar:
    """A bar with its words."""

    name: str
    value: int
    width: float
    """In per cent of the widest."""
    words: str


@dataclass(frozen=True)
class LimitsBar:
    """How many would have waited under some limits, and how many of them would never pass."""

    top: float
    waited: float
    never: float
    """Widths. The bar for those that would never pass comes first."""
    words: str


@dataclass(frozen=True)
class LimitsChart:
    """A bar for each tried limits of a desk, and an axis that counts escalations."""

    desk: str
    bars: tuple[LimitsBar, ...]
    across: tuple[Tick, ...]
    height: float

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to draw."""
        return not any(each.waited for each in self.bars)

    @property
    def summary(self) -> str:
        """The same in words."""
        return "; ".join(each.words for each in self.bars)


def limits_chart(desk: str, tried: Sequence[TriedLimits]) -> LimitsChart:
    """The chart of a desk under several limits."""
    step = _count_step(max((each.waited for each in tried), default=0))
    most = step * max(1, -(-max((each.waited for each in tried), default=0) // step))

    def wide(count: int) -> float:
        return round((WIDTH - 2 * RIGHT) * count / most, 1)

    rows = tuple(
        LimitsBar(
            top=_ROW * number + _LABEL,
            waited=wide(each.waited),
            never=wide(each.never),
            words=f"{each.words}: {each.waited} waited, {each.never} never admitted",
        )
        for number, each in enumerate(tried)
    )
    ticks = range(0, most + 1, step)
    return LimitsChart(
        desk=desk,
        bars=rows,
        across=tuple(Tick(RIGHT + wide(count), str(count)) for count in ticks),
        height=_ROW * len(rows) + BOTTOM,
    )


def _count_step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, ... with few ticks."""
    step = 1
    while most / step > _MOST_TICKS:
        step = step * 2 if str(step)[0] != "2" else step * 5 // 2
    return step


def curve_chart(curve: TimeCurve) -> CurveChart:
    """The chart of a curve that has points."""
    longest = curve.points[-1].seconds * _MARGIN or 1.0

    def across(seconds: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / longest

    def stairs(shares: Sequence[float]) -> list[tuple[float, float]]:
        """A flat line up to each point, then up."""
        found, level = [(across(0), _up(0))], _up(0)
        for point, share in zip(curve.points, shares, strict=True):
            found += [(across(point.seconds), level), (across(point.seconds), _up(share))]
            level = _up(share)
        return found

    high = stairs([each.high for each in curve.points])
    low = stairs([each.low for each in curve.points])
    return CurveChart(
        line=_path(stairs([each.share for each in curve.points])),
        band=f"{_path(high + low[::-1])}Z",
        across=tuple(Tick(round(across(at), 1), span(at)) for at in _ticks(longest)),
        up=tuple(Tick(round(_up(share), 1), f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)),
    )


def _up(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _ticks(longest: float) -> Iterator[int]:
    step = next((each for each in _STEPS if longest / each <= _MOST_TICKS), _STEPS[-1])
    while longest / step > _MOST_TICKS:
        step *= 2
    return (number * step for number in range(int(longest / step) + 1))


def bars(values: Sequence[tuple[str, int, str]]) -> tuple[ChartBar, ...]:
    """Bars to the same scale. Whatever is not nothing is visible."""
    most = max((value for _, value, _ in values), default=0) or 1
    return tuple(ChartBar(name, value, _width(value, most), words) for name, value, words in values)


def _width(value: int, most: int) -> float:
    return round(max(100 * value / most, _LEAST_SHOWN), 1) if value else 0.0
