"""The application with a configuration, in a process of its own: keys are bound as it is imported.

``python -m tests.tui.own WIDTHxHEIGHT KEY...`` prints the pages that are painted at first and after
each key, as one JSON list.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def pages(
    url: str, config: Path, *keys: str, size: tuple[int, int] = (118, 40), **environment: str
) -> list[str]:
    """Press keys in the application on a database; return the first page and that after each key."""
    named = {
        "DATABASE_URL": url,
        "CUSTOMER_CENTER_CONFIG": str(config),
        "CUSTOMER_CENTER_ACTOR": "operator",
        "PYTHONPATH": str(REPOSITORY),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.tui.own", f"{size[0]}x{size[1]}", *keys],
        env=os.environ | named | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    painted: list[str] = json.loads(done.stdout)
    return painted


async def _pressed(size: tuple[int, int], keys: list[str]) -> list[str]:
    from tui.commands.database import prepared

    settings, config = prepared()
    from textual.command import CommandPalette

    from tests.tui.support import on_demo, on_top, page, press, settled, until
    from tui.app import CustomerCenter

    app = CustomerCenter(settings, on_demo, config=config)
    try:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            found = [page(app)]
            for key in keys:
                await press(pilot, key)
                if on_top(app, CommandPalette):
                    await until(pilot, lambda: ") " in page(app), "the commands")
                found.append(page(app))
            return found
    finally:
        app.gateway.close()


if __name__ == "__main__":
    width, _, height = sys.argv[1].partition("x")
    print(json.dumps(asyncio.run(_pressed((int(width), int(height)), sys.argv[2:]))))
