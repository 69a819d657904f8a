"""The steps that can be taken back, and those that were, in this session."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.writes import SetStatus


@dataclass
class UndoStack:
    """Status changes that were sent on their way, latest last.

    They count before the database has answered, so that undo always means the last key; writes are
    done in their order.
    """

    done: list[SetStatus] = field(default_factory=list)
    undone: list[SetStatus] = field(default_factory=list)

    def sent(self, write: SetStatus) -> None:
        """Take note of a change, undo or redo."""
        original = write.original or write
        if write.purpose == "undo":
            self.undone.append(original)
            return
        self.done.append(original)
        if write.purpose == "change":
            self.undone.clear()

    def refused(self, write: SetStatus) -> None:
        """Forget a change, undo or redo that was not done."""
        steps = self.undone if write.purpose == "undo" else self.done
        original = write.original or write
        if original in steps:
            steps.remove(original)

    def undo(self) -> SetStatus | None:
        """Return the write that takes the latest change back; the change leaves the stack."""
        return self.done.pop().taken_back() if self.done else None

    def redo(self) -> SetStatus | None:
        """Return the write that does the change again that was taken back last."""
        return self.undone.pop().done_again() if self.undone else None
