"""Inject faults into real parts and tell what held: ``python -m tests.faults``."""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, NotHere, Rig, rig

KEPT: Final = Path(__file__).with_name("held.json")


@dataclass(frozen=True)
class Line:
    """One line of the table: ``held`` is None where the fault could not be injected here."""

    name: str
    what: str
    times: int
    held: bool | None
    words: str
    seconds: float

    def __str__(self) -> str:
        word = {True: "held", False: "DID NOT HOLD", None: "skipped"}[self.held]
        return f"{self.what} ({self.name}): {self.times:,} x, {word}: {self.words}"


def main() -> int:
    """Inject all faults, or those that are asked for; the exit code is 1 where one did not hold."""
    options = _options()
    chosen = [
        fault
        for fault in FAULTS
        if fault.name in options.only or (not options.only and (fault.short or not options.short))
    ]
    lines = []
    with rig(short=options.short) as made:
        for fault in chosen:
            lines.append(_line(fault, made))
            print(f"{lines[-1]} [{lines[-1].seconds:.0f} s]", flush=True)
    print("\n" + _table(lines))
    if options.json:
        _keep(lines, options.json)
    return int(any(line.held is False for line in lines))


def _line(fault: Fault, made: Rig) -> Line:
    began = time.monotonic()

    def line(times: int, held: bool | None, words: str) -> Line:
        seconds = round(time.monotonic() - began, 1)
        return Line(fault.name, fault.what, times, held, words, seconds)

    try:
        held = fault.inject(made)
    except NotHere as why:
        return line(0, None, str(why))
    except Exception as error:
        traceback.print_exc()
        return line(0, False, str(error).splitlines()[0] if str(error) else repr(error))
    return line(held.times, True, held.what)


def _keep(lines: Sequence[Line], path: Path) -> None:
    """Write the lines, with those of before for the faults that were not injected now."""
    before = json.loads(path.read_text()) if path.exists() else []
    found = {line["name"]: line for line in before} | {line.name: asdict(line) for line in lines}
    kept = [found[fault.name] for fault in FAULTS if fault.name in found]
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def _table(lines: Sequence[Line]) -> str:
    words = {True: "", False: "NOT: ", None: "skipped: "}
    rows = [f"| {ln.what} | {ln.times:,} | {words[ln.held]}{ln.words} |" for ln in lines]
    return "\n".join(["| fault | injected | what held |", "|---|---|---|", *rows])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--short", action="store_true", help="each fault a few times")
    names = [fault.name for fault in FAULTS]
    parser.add_argument("--only", choices=names, action="append", default=[], help="one fault")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help=f"write the table, as {KEPT.name}"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
