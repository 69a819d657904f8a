"""The steps that can be taken back, and those that were, in this session."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.writes import SetStatus


@dataclass
class UndoStack:
    """Status changes that were committed, latest last."""

    done: list[SetStatus] = field(default_factory=list)
    undone: list[SetStatus] = field(default_factory=list)

    def committed(self, write: SetStatus) -> None:
        """Take note of a committed change, undo or redo."""
        original = write.original or write
        if write.purpose == "undo":
            self.undone.append(original)
            return
        self.done.append(original)
        if write.purpose == "change":
            self.undone.clear()

    def undo(self) -> SetStatus | None:
        """Return the write that takes the latest change back; the change leaves the stack."""
        return self.done.pop().taken_back() if self.done else None

    def redo(self) -> SetStatus | None:
        """Return the write that does the change again that was taken back last."""
        return self.undone.pop().done_again() if self.undone else None
