"""The application with a configuration file, from its first frame to its exit code."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

SAMPLES = Path(__file__).parents[1] / "data" / "config"
WIDE = (200, 24)
OTHER_COLOUR = re.compile(rb"48;2;|38;2;[^m]*m[^\x1b]*[^\x1b ]")
"""A colour that is none of the sixteen, on more than blanks."""


def started(config: Path, folder: Path, **environment: str) -> Terminal:
    """Start the application with a configuration file."""
    named = {"CUSTOMER_CENTER_CONFIG": str(config), "PYTHONPATH": str(SAMPLES.parents[2])}
    return Terminal(
        [sys.executable, "-m", "tui.cli"],
        env=os.environ | named | environment,
        cwd=folder,
        size=WIDE,
    )


@pytest.mark.parametrize("sample", ["syntax", "theme_unknown", "clash", "lost_quit"])
def test_a_broken_file_stops_the_start_with_one_sentence(tmp_path: Path, sample: str) -> None:
    path = SAMPLES / "bad" / f"{sample}.toml"
    with started(path, tmp_path) as terminal:
        assert terminal.ended() == 2
        lines = terminal.quiet().split()
        assert "customer-center:" in lines[0]
        assert any(word.startswith(f"{path}:") for word in lines)
        assert "Traceback" not in terminal.text
        assert b"\x1b[?1049h" not in terminal.raw  # the screen of an application


def test_own_keys_theme_and_banner_are_there_from_the_start(
    tmp_path: Path, database_url: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        'theme = "16-colour"\n'
        'keymap.app.help = "§"\n'
        'keymap.app.quit = ["ctrl+q", "Q"]\n'
        'environments."*" = { label = "TEST SYSTEM", colour = "yellow" }\n'
    )
    with started(path, tmp_path, DATABASE_URL=database_url) as terminal:
        terminal.wait("TEST SYSTEM")
        terminal.quiet()
        terminal.press("n")
        terminal.wait("§ help")
        terminal.press("§")
        terminal.wait("Keys that work here")
        terminal.press("escape")
        terminal.wait(lambda text: "Keys that work here" not in text)
        terminal.press("Q")
        assert terminal.ended() == 0
        assert not OTHER_COLOUR.search(bytes(terminal.raw))
