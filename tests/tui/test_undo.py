"""What undo and redo write, in which order."""

from __future__ import annotations

from uuid import UUID

from tui.undo import UndoStack
from tui.writes import SetStatus


def change(number: int, seen: str = "new", target: str = "ready") -> SetStatus:
    return SetStatus("lead", UUID(int=number), f"Lead {number}", seen, target)


def sent(*writes: SetStatus) -> UndoStack:
    stack = UndoStack()
    for write in writes:
        stack.sent(write)
    return stack


def test_undo_takes_the_latest_change_back() -> None:
    write = sent(change(1), change(2)).undo()
    assert write is not None
    assert (write.row_id, write.seen, write.target) == (UUID(int=2), "ready", "new")


def test_an_undo_is_another_change_for_the_journal() -> None:
    original = change(1)
    write = sent(original).undo()
    assert write is not None
    assert write.change_id != original.change_id


def test_there_is_nothing_to_undo_before_a_change() -> None:
    assert UndoStack().undo() is None


def test_redo_does_the_undone_change_again() -> None:
    stack = sent(change(1))
    undo = stack.undo()
    assert undo is not None
    stack.sent(undo)
    redo = stack.redo()
    assert redo is not None
    assert (redo.seen, redo.target, redo.purpose) == ("new", "ready", "redo")


def test_a_redone_change_can_be_undone_again() -> None:
    original = change(1)
    stack = sent(original)
    for step in (stack.undo, stack.redo):
        write = step()
        assert write is not None
        stack.sent(write)
    again = stack.undo()
    assert again is not None
    assert again.original == original


def test_a_new_change_forgets_what_was_undone() -> None:
    stack = sent(change(1))
    undo = stack.undo()
    assert undo is not None
    stack.sent(undo)
    stack.sent(change(2))
    assert stack.redo() is None


def test_a_refused_change_is_not_undone() -> None:
    refused = change(2)
    stack = sent(change(1), refused)
    stack.refused(refused)
    write = stack.undo()
    assert write is not None
    assert write.row_id == UUID(int=1)


def test_a_refused_undo_is_not_redone() -> None:
    stack = sent(change(1))
    undo = stack.undo()
    assert undo is not None
    stack.sent(undo)
    stack.refused(undo)
    assert stack.redo() is None


def test_the_way_out_of_a_suppressed_status_carries_a_reason() -> None:
    write = sent(change(1, "ready", "do_not_contact")).undo()
    assert write is not None
    assert write.forced
    assert write.reason
