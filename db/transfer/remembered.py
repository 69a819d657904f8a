"""What the columns of files meant to their user, kept for the next file of the same header."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from platformdirs import user_state_path

from db.transfer.fields import header_key
from db.transfer.files import private_file

_MOST: Final = 200


class Remembered:
    """Mappings by header set, in a file that its owner alone can read.

    What goes wrong with the file never stops an import: then nothing is remembered.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_state_path("customer-center") / "mappings.json"

    def get(self, header: Sequence[str]) -> dict[str, str]:
        """Return targets by column, as ``leads.email``; empty for a header that was never mapped."""
        found = self._all().get(_key(header), {})
        names = set(header)
        return {
            column: target
            for column, target in found.items()
            if column in names and isinstance(target, str)
        }

    def put(self, header: Sequence[str], mapping: Mapping[str, str]) -> None:
        """Keep a mapping; an empty one is forgotten."""
        known = self._all()
        known.pop(_key(header), None)
        if mapping:
            known[_key(header)] = dict(mapping)
        latest = dict(list(known.items())[-_MOST:])
        with suppress(OSError, UnicodeEncodeError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with private_file(self.path) as file:
                json.dump(latest, file)

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self.path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {key: value for key, value in found.items() if isinstance(value, dict)}


def _key(header: Sequence[str]) -> str:
    """The set of columns, whatever their order, case and separators."""
    names = sorted({header_key(name) for name in header})
    return sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()[:32]
