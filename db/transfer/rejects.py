"""The rows that an import did not take, as a file that can be corrected and imported again."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

from db.errors import ImportFailed
from db.transfer.files import private_file
from db.transfer.report import Example
from db.transfer.tables import Cell, Record

# An import leaves these columns out of the custom data.
OWN_HEADERS: Final = ("Row number", "Line number", "Reject reason")
_EXAMPLES: Final = 3


class Rejects:
    """Counts rejected rows by reason and writes them to a CSV file where a path is given.

    The file has the original header and cells, then the number of the row (1 is the first after the
    header), the line where it begins and the reason; surplus cells come last. It is made with the first
    row, gets its name when the context ends well, and is removed when it does not.
    """

    def __init__(self, path: Path | None, header: Sequence[str]) -> None:
        self.count = 0
        self.reasons: dict[str, int] = {}
        self.examples: list[Example] = []
        self.path = path
        self._header = header
        self._stack = ExitStack()
        self._file: TextIO | None = None
        self._writer: Any = None

    def add(self, record: Record, reason: str, text: str) -> None:
        """Take one row; ``reason`` is counted, ``text`` written. Raises ImportFailed."""
        self.count += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(Example("rejected", record.number, text, record.line))
        if self.path is None:
            return
        with self._explained():
            if self._file is None:
                self._header = list(self._header)
                self._file = self._stack.enter_context(private_file(self.path))
                self._writer = csv.writer(self._file)
                self._writer.writerow([*self._header, *OWN_HEADERS])
            width = len(self._header)
            cells = [_written(cell) for cell in record.cells]
            own = [record.number, record.line or "", text]
            self._writer.writerow([*cells[:width], *own, *cells[width:]])

    def finish(self) -> None:
        """Bring all rows to the disk, so that only the name is left to be given."""
        if self._file is not None:
            with self._explained():
                self._file.flush()
                os.fsync(self._file.fileno())

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ImportFailed(
                f"The rejects cannot be written to {self.path}: {error.strerror or error}."
            ) from None

    @property
    def written(self) -> str | None:
        """Where the rejects are, None where there is no such file."""
        return str(self.path) if self._file is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)


def _written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
