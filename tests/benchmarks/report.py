"""The figures as a table for people, as JSON for programs."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.benchmarks.measure import Figure

HEAD = ("what", "ours", "beside", "ratio", "to reach", "reached")


def lines(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table, its columns aligned."""
    rows = [HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def line(figure: Figure) -> str:
    """Return one figure as a line, as it comes."""
    what, ours, beside, ratio, limit, reached = _cells(figure)
    words = (f"{what}: {ours}", beside, f"{ratio} x" if ratio else "", limit and f"limit {limit}")
    return ", ".join(word for word in (*words, reached) if word)


def write_json(figures: Sequence[Figure], leads: int, path: Path) -> None:
    """Write all figures, with the machine that they were measured on."""
    made = {
        "leads": leads,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "figures": [
            {
                "what": figure.what,
                "ours": round(figure.ours, 3),
                "unit": figure.unit,
                "beside": figure.floor_name or None,
                "floor": round(figure.floor, 3) if figure.floor is not None else None,
                "ratio": round(figure.ratio, 3) if figure.ratio is not None else None,
                "limit": figure.limit,
                "reached": figure.reached,
            }
            for figure in figures
        ],
    }
    path.write_text(json.dumps(made, indent=1) + "\n")


def _cells(figure: Figure) -> tuple[str, str, str, str, str, str]:
    ratio, limit = figure.ratio, figure.limit
    return (
        figure.what,
        amount(figure.ours, figure.unit),
        f"{figure.floor_name} {amount(figure.floor, figure.unit)}" if figure.floor else "",
        "" if ratio is None else f"{ratio:.2f}",
        "" if limit is None else f"{limit:g} x" if figure.floor else amount(limit, figure.unit),
        {True: "yes", False: "NO", None: ""}[figure.reached],
    )


def amount(value: float, unit: str) -> str:
    """Return a value with three digits or so, and its unit."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{0 if unit == 'bytes' else digits}f} {unit}"
