"""Measure Customer Center beside floors and peers: ``python -m tests.benchmarks``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from db.embedded import attach, home, throwaway_home
from tests.benchmarks import (
    data,
    documents,
    growth,
    imports,
    indexes,
    peers,
    report,
    screens,
    writers,
)
from tests.benchmarks.bench import Bench
from tests.benchmarks.dataset import built
from tests.benchmarks.measure import Figure

PICTURE: Final = Path(__file__).parents[1] / "pictures" / "growth.svg"
GROUPS: Final = {
    "data": data,
    "screens": screens,
    "documents": documents,
    "import": imports,
    "indexes": indexes,
    "writers": writers,
    "peers": peers,
}
SMALL: Final = 10_000
GROWTH: Final = (10_000, 100_000, 1_000_000)


def main() -> int:
    """Build the data sets where they are not there yet, measure, and tell."""
    options = _options()
    sys.setswitchinterval(0.0005)  # the thread that stamps output must not wait for this one
    kept = home().with_name("customer-center-benchmarks")
    where = options.home or (throwaway_home("benchmarks") if options.short else kept)
    with attach(where) as lease, tempfile.TemporaryDirectory() as scratch:
        leads = 20_000 if options.short else options.leads
        bench = Bench(
            data=built(lease.url, leads),
            small=built(lease.url, SMALL),
            scratch=Path(scratch),
            short=options.short,
        )
        figures = []
        for figure in _figures(bench, options.only):
            figures.append(figure)
            print(report.line(figure), flush=True)
        print("\n" + report.lines(figures))
        if options.json:
            report.write_json(figures, leads, options.json)
        if options.growth:
            sizes = [built(lease.url, size) for size in GROWTH if size <= leads]
            growth.write(growth.measured(bench, sizes), PICTURE)
            print(f"\nDrew {PICTURE}.")
    missed = [figure.what for figure in figures if figure.reached is False]
    print(f"\n{len(figures)} figures, not reached: {', '.join(missed) or 'none'}.")
    return 0


def _figures(bench: Bench, only: str | None) -> Iterator[Figure]:
    # A short run says whether this program is as quick as it was; others are not its matter.
    groups = {
        name: group for name, group in GROUPS.items() if not (bench.short and name == "peers")
    }
    for name, group in groups.items():
        if only in (None, name):
            yield from group.figures(bench)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="20,000 leads, under two minutes")
    parser.add_argument("--leads", type=int, default=1_000_000, help="how many leads")
    parser.add_argument("--only", choices=GROUPS, help="one group of figures")
    parser.add_argument("--growth", action="store_true", help="draw the picture of the README too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--home", type=Path, metavar="FOLDER", help="where the data sets are kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
