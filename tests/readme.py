"""The generated parts of the README: ``python -m tests.readme`` writes them anew."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from db import filters
from db.settings import SETTINGS
from tests.benchmarks.indexes import PURPOSES, SIZE, WITH_PG_TRGM
from tests.benchmarks.report import amount
from tui import config, keymap

README = Path(__file__).parent.parent / "README.md"
FIGURES = Path(__file__).parent / "benchmarks" / "figures.json"
HELD = Path(__file__).parent / "faults" / "held.json"


def configuration() -> str:
    """Return the tables of all settings: of the environment, then of the file."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "–"
        lines.append(f"| `{setting.name}` | {default} | {setting.meaning} |")
    lines += ["", "| in `config.toml` | default | meaning |", "|---|---|---|"]
    for name, default, meaning in config.described():
        lines.append(f"| `{name}` | {f'`{default}`' if default else '–'} | {meaning} |")
    return "\n".join(lines)


def figures() -> str:
    """Return the table of what was measured beside floors and peers in the run that is kept."""
    rows = [
        (
            figure["what"],
            amount(figure["ours"], figure["unit"]),
            f"{figure['beside']} {amount(figure['floor'], figure['unit'])}"
            if figure["floor"]
            else "",
            f"{figure['ratio']:.2f}" if figure["ratio"] else "",
            _limit(figure),
            {True: "yes", False: "no", None: ""}[figure["reached"]],
        )
        for figure in _measured()
        if not figure["what"].startswith(SIZE)
    ]
    head = ("what", "ours", "beside", "ratio", "to reach", "reached")
    return _table(head, rows)


def indexes() -> str:
    """Return the table of the indexes: how large each was in that run, and what it is for."""
    sizes = {
        figure["what"].removeprefix(SIZE): amount(figure["ours"], figure["unit"])
        for figure in _measured()
        if figure["what"].startswith(SIZE)
    }
    rows = [(f"`{name}`", sizes[name], purpose) for name, purpose in PURPOSES.items()]
    rows += [(f"`{name}`", "with pg_trgm only", what) for name, what in WITH_PG_TRGM.items()]
    return _table(("index", "size", "for"), rows)


def faults() -> str:
    """Return the table of the faults that were injected in the runs that are kept, and what held."""
    words = {True: "", False: "did not hold: ", None: "not injected: "}
    rows = [
        (line["what"], f"{line['times']:,}", words[line["held"]] + line["words"])
        for line in json.loads(HELD.read_text())
    ]
    return _table(("fault", "times", "what held"), rows)


def _measured() -> list[dict[str, Any]]:
    return list(json.loads(FIGURES.read_text())["figures"])


def _limit(figure: dict[str, Any]) -> str:
    if figure["limit"] is None:
        return ""
    if figure["floor"]:
        return f"{figure['limit']:g} x"
    return amount(figure["limit"], figure["unit"])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def generated(text: str) -> str:
    """Return the README with its generated parts as they should be."""
    parts = {
        "keys": keymap.markdown(),
        "configuration": configuration(),
        "filters": filters.markdown(),
        "figures": figures(),
        "indexes": indexes(),
        "faults": faults(),
    }
    for name, table in parts.items():
        part = re.compile(f"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        text, found = part.subn(lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text)
        if found != 1:
            raise ValueError(f"README.md has {found} parts named {name}, not one")
    return text


if __name__ == "__main__":
    README.write_text(generated(README.read_text("utf-8")), "utf-8")
    sys.exit(0)
