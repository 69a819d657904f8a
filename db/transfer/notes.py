"""What was noticed in rows that are taken nevertheless, counted by kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from db.transfer.mapping import Converted
from db.transfer.report import Note
from db.transfer.tables import Record

_UNREAD: Final = "not understood: {column}"


class Notes:
    """Counts the rows of each kind of note, and keeps the first of them."""

    def __init__(self) -> None:
        self._first: dict[str, Note] = {}
        self._rows: dict[str, int] = {}

    def add(self, record: Record, converted: Converted) -> None:
        """Take what was noticed in a row when it was read and when it was converted."""
        for what in record.notes:
            self._count(what, record, "")
        for column, cell in converted.unread:
            self._count(_UNREAD.format(column=column), record, cell)

    def _count(self, what: str, record: Record, example: str) -> None:
        if what not in self._first:
            self._first[what] = Note(what, 0, record.number, record.line, example)
        self._rows[what] = self._rows.get(what, 0) + 1

    def all(self) -> tuple[Note, ...]:
        """Return one note of each kind, those of most rows first."""
        ranked = sorted(self._first.values(), key=lambda note: -self._rows[note.what])
        return tuple(replace(note, rows=self._rows[note.what]) for note in ranked)
