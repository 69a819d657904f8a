"""A command of the program in a process of its own, and how it ended."""

from __future__ import annotations

import os
import subprocess

from tests.embedded_support import ROOT
from tests.ended import Ended
from tests.faults.fault import Rig


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
