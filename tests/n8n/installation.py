"""The n8n that the workflows are tested in: where it is, and how it gets there.

It takes about five minutes and 3 GB, so nobody gets it without asking: ``python -m tests.n8n``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

N8N: Final = "n8n@2.41.1"
NODE: Final = "node@24"
PLACE: Final = "CUSTOMER_CENTER_N8N"
"""The environment variable that names another folder than the one in the user's cache."""


@dataclass(frozen=True)
class Installation:
    """A folder with a node and an n8n in it."""

    folder: Path

    @property
    def node(self) -> Path:
        return self.folder / "node" / "node_modules" / "node" / "bin" / "node"

    @property
    def n8n(self) -> Path:
        return self.folder / "n8n" / "node_modules" / "n8n" / "bin" / "n8n"

    @property
    def complete(self) -> bool:
        return self.node.exists() and (self.folder / "complete").exists()

    def install(self) -> None:
        """Fetch both from the npm registry; raises CalledProcessError where npm fails."""
        self._npm("node", NODE)
        # With the database in PostgreSQL none of n8n's native parts is needed, so none is built.
        self._npm("n8n", N8N, "--ignore-scripts")
        (self.folder / "complete").touch()

    def _npm(self, name: str, package: str, *options: str) -> None:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError("npm is not installed; Debian has it in the package npm.")
        words = [npm, "install", "--no-audit", "--no-fund", *options, package]
        subprocess.run(words, cwd=folder, check=True)


def installation(environment: dict[str, str] | os._Environ[str] = os.environ) -> Installation:
    """Return the installation that the environment names, complete or not."""
    given = environment.get(PLACE)
    cache = platformdirs.user_cache_path("customer-center-n8n", appauthor=False)
    return Installation(Path(given) if given else cache)
