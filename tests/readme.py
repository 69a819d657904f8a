"""The generated parts of the README: ``python -m tests.readme`` writes them anew."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, DefaultClause
from sqlalchemy.dialects import postgresql

from db import filters
from db.comments import FUNCTIONS, RELATIONS
from db.grants import ROLES
from db.models import Base
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


def contract() -> str:
    """Return the tables of roles, functions, views and columns, as the database describes them."""
    parts = [
        _table(("role", "for"), [(f"`{name}`", what) for name, what in ROLES.items()]),
        _table(("function", "what"), [(f"`{name}`", what) for name, what in FUNCTIONS.items()]),
        _table(
            ("view", "rows"),
            [(f"`{name}`", what) for name, (what, columns) in RELATIONS.items() if not columns],
        ),
    ]
    for table in Base.metadata.sorted_tables:
        rows = [_column(column) for column in table.columns]
        head = ("column", "type", "default", "meaning")
        summary = f"<details><summary><code>{table.name}</code>: {table.comment}</summary>"
        parts.append(f"{summary}\n\n{_table(head, rows)}\n\n</details>")
    return "\n\n".join(parts)


def _column(column: Column[Any]) -> tuple[str, str, str, str]:
    """Return the cells of a column; one that must be given has "required" for its default."""
    kind = column.type.compile(dialect=postgresql.dialect()).lower()
    default = column.server_default
    if isinstance(default, DefaultClause):
        text = f"`{default.arg}`"
    elif default is not None or column.identity is not None:
        text = "a number"
    else:
        text = "NULL" if column.nullable else "required"
    references = "".join(f" → `{key.target_fullname}`" for key in column.foreign_keys)
    return f"`{column.name}`", kind, text, f"{column.comment}{references}"


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
        "contract": contract(),
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
