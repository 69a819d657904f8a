"""How figures grow with the tables, as a curve: flat is what is wanted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from db.rows import DEFAULT_LEAD_SORT, LeadScope, PageRequest
from tests.benchmarks.bench import Bench
from tests.benchmarks.dataset import DataSet
from tests.benchmarks.measure import Sample, cycle, in_turn
from tests.benchmarks.screens import leave_at_leads, open_leads

Curve = dict[str, list[tuple[int, float]]]
COLOURS: Final = ("#2e5cb8", "#3b7d1f", "#96600a", "#7a3fb0", "#b3293f")
WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 50, 50


def measured(bench: Bench, sizes: Sequence[DataSet]) -> Curve:
    """Return milliseconds by number of leads, for reads of the data layer and keys on the screen."""
    curve: Curve = {}
    for data in sizes:
        for what, milliseconds in _at(replace(bench, data=data, _values={})).items():
            curve.setdefault(what, []).append((data.leads, milliseconds))
    return curve


def _at(bench: Bench) -> dict[str, float]:
    with bench.gateway() as gateway:
        far = gateway.leads_page(
            LeadScope(), DEFAULT_LEAD_SORT, PageRequest(1, offset=bench.data.leads // 2)
        )
        domain = cycle(bench.domains)
        first, middle, look_up = in_turn(
            lambda: gateway.leads_page(LeadScope(), DEFAULT_LEAD_SORT, PageRequest(100)),
            lambda: gateway.leads_page(
                LeadScope(), DEFAULT_LEAD_SORT, PageRequest(100, after=far.last)
            ),
            lambda: gateway.look_up(domain()),
            rounds=bench.times(60),
            warm=5,
        )
    leave_at_leads(bench, bench.data)
    with open_leads(bench, bench.data) as terminal:
        downs = [terminal.key("down").seconds for _ in range(bench.times(60))]
        pages = [terminal.key("pagedown").seconds for _ in range(bench.times(30))]
    return {
        "first page": first.median * 1e3,
        "page in the middle": middle.median * 1e3,
        "look-up of a domain": look_up.median * 1e3,
        "row down, key to paint": Sample(tuple(downs)).median * 1e3,
        "page down, key to paint": Sample(tuple(pages)).median * 1e3,
    }


def svg(curve: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Draw the curve, both axes logarithmic."""
    points = [point for line in curve.values() for point in line]
    x_low, x_high = (f(math.log10(size) for size, _ in points) for f in (min, max))
    y_low = math.floor(min(math.log10(value) for _, value in points))
    y_high = math.ceil(max(math.log10(value) for _, value in points))

    def x(size: float) -> float:
        span = (x_high - x_low) or 1
        return LEFT + (math.log10(size) - x_low) / span * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        share = (math.log10(value) - y_low) / ((y_high - y_low) or 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13" fill="#23272f">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fafafa"/>',
        f'<text x="{LEFT}" y="28" font-size="15">Milliseconds (median) by number of leads</text>',
    ]
    for power in range(y_low, y_high + 1):
        height, label = y(10**power), f"{10**power:g} ms"
        parts.append(
            f'<path d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}" stroke="#d5d9e0"/>'
            f'<text x="{LEFT - 8}" y="{height + 4:.1f}" text-anchor="end">{label}</text>'
        )
    for size in sorted({size for size, _ in points}):
        parts.append(
            f'<text x="{x(size):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{size:,}</text>'
        )
    for colour, line in zip(COLOURS, curve.values(), strict=False):
        path = " L".join(f"{x(size):.1f} {y(value):.1f}" for size, value in line)
        dots = "".join(
            f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3.5" fill="{colour}"/>'
            for size, value in line
        )
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}')
    parts += _legend(curve, y)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(
    curve: Mapping[str, Sequence[tuple[int, float]]], y: Callable[[float], float]
) -> list[str]:
    """Name each line beside its end, the names far enough apart to be read."""
    ends = sorted(
        (y(line[-1][1]), name, line[-1][1], colour)
        for colour, (name, line) in zip(COLOURS, curve.items(), strict=False)
    )
    parts, lowest = [], 0.0
    for height, name, value, colour in ends:
        lowest = max(height + 4, lowest + 18)
        parts.append(
            f'<text x="{WIDTH - RIGHT + 12}" y="{lowest:.1f}" fill="{colour}">'
            f"{name} {value:.3g}</text>"
        )
    return parts


def write(curve: Curve, path: Path) -> None:
    """Write the picture."""
    path.write_text(svg(curve))
