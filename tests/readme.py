"""The generated parts of the README: ``python -m tests.readme`` writes them anew."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from db.settings import SETTINGS
from tui import config, keymap

README = Path(__file__).parent.parent / "README.md"


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


def generated(text: str) -> str:
    """Return the README with its generated parts as they should be."""
    for name, table in (("keys", keymap.markdown()), ("configuration", configuration())):
        part = re.compile(f"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        text, found = part.subn(lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text)
        if found != 1:
            raise ValueError(f"README.md has {found} parts named {name}, not one")
    return text


if __name__ == "__main__":
    README.write_text(generated(README.read_text("utf-8")), "utf-8")
    sys.exit(0)
