"""How a command of the program ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ended:
    """Exit code, data and talk of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote as JSON."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """What it said, which must be one sentence and no trace."""
        said = self.err + self.out
        assert "Traceback" not in said, said
        lines = said.strip().splitlines()
        assert len(lines) == 1, f"not one sentence: {said}"
        return lines[0]
