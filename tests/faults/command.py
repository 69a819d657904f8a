"""A command of the program in a process of its own, and how it ended."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

from tests.embedded_support import ROOT
from tests.faults.fault import Rig


@dataclass(frozen=True)
class Ended:
    """Exit code, data and talk of a command."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What it said, which must be one sentence and no trace."""
        said = self.err + self.out
        assert "Traceback" not in said, said
        lines = said.strip().splitlines()
        assert len(lines) == 1, f"not one sentence: {said}"
        return lines[0]


def command(rig: Rig, url: str, *arguments: str, **environment: str) -> Ended:
    """Run a command on a database."""
    env = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(
        [*rig.application, *arguments],
        cwd=rig.scratch,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
