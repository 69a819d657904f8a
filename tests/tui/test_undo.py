"""Which step undo and redo mean, while writes are on their way and when they are refused."""

from __future__ import annotations

from uuid import UUID, uuid4

from db.steps import Purpose, parsed_label
from tui.undo import Entry, UndoStack
from tui.writes import AddCampaign, EditFields, SetStatus, TakeBack, Write


def change(number: int, seen: str = "new", target: str = "ready") -> SetStatus:
    return SetStatus("lead", UUID(int=number), f"Lead {number}", seen, target)


def edit() -> EditFields:
    return EditFields("lead", UUID(int=9), "Lead 9", {"title": "CTO"}, {"title": "CEO"})


def sent(*writes: Write) -> UndoStack:
    stack = UndoStack()
    for write in writes:
        stack.sent(write)
    return stack


def turn(stack: UndoStack, purpose: Purpose) -> TakeBack:
    """Send the next undo or redo on its way."""
    entry = stack.next(purpose)
    assert entry is not None
    write = TakeBack(purpose, entry.latest, entry.origin)
    stack.sent(write)
    return write


def origin(entry: Entry | None) -> UUID | None:
    return entry.origin if entry else None


def test_undo_means_the_latest_change() -> None:
    first, second = change(1), change(2)
    assert origin(sent(first, second).next("undo")) == second.change_id


def test_there_is_nothing_to_undo_before_a_change() -> None:
    assert UndoStack().next("undo") is None
    assert sent(AddCampaign("Spring", None)).next("undo") is None


def test_steps_go_back_and_forth_in_their_order() -> None:
    writes = [change(1), edit(), change(2)]
    stack = sent(*writes)
    order = [turn(stack, "undo").origin for _ in writes] + [
        turn(stack, "redo").origin for _ in writes
    ]
    ids = [write.change_id for write in writes]
    assert order == [*reversed(ids), *ids]


def test_an_undo_reverses_what_was_written_last() -> None:
    write = change(1)
    stack = sent(write)
    undo = turn(stack, "undo")
    redo = turn(stack, "redo")
    again = turn(stack, "undo")
    assert undo.step_id == write.change_id
    assert redo.step_id == undo.change_id
    assert again.step_id == redo.change_id


def test_a_new_change_forgets_what_was_undone() -> None:
    stack = sent(change(1))
    turn(stack, "undo")
    stack.sent(change(2))
    assert stack.next("redo") is None


def test_a_refused_change_is_not_undone() -> None:
    first, refused = change(1), change(2)
    stack = sent(first, refused)
    assert stack.refused(refused) is None
    assert origin(stack.next("undo")) == first.change_id


def test_a_refused_undo_is_the_next_one_again() -> None:
    write = change(1)
    stack = sent(write)
    entry = stack.refused(turn(stack, "undo"))
    assert entry is not None
    assert (entry.origin, entry.latest) == (write.change_id, write.change_id)
    assert stack.next("undo") == entry
    assert stack.next("redo") is None


def test_a_change_and_its_undo_that_are_both_refused_leave_nothing() -> None:
    write = change(1)
    stack = sent(write)
    undo = turn(stack, "undo")
    assert stack.refused(write) is None
    assert stack.refused(undo) is None
    assert stack.next("undo") is stack.next("redo") is None


def test_an_undo_and_its_redo_that_are_both_refused_leave_the_change_done() -> None:
    write = change(1)
    stack = sent(write)
    undo, redo = turn(stack, "undo"), turn(stack, "redo")
    assert stack.refused(undo) is None
    assert stack.refused(redo) is not None
    assert origin(stack.next("undo")) == write.change_id


def test_a_step_that_is_passed_over_is_not_looked_for_in_the_journal() -> None:
    first, second = change(1), change(2)
    stack = sent(first, second)
    stack.passed(second.change_id)
    assert origin(stack.next("undo")) == first.change_id
    assert stack.known == {first.change_id, second.change_id}


def test_a_step_of_another_session_is_asked_about_on_its_way_forth_too() -> None:
    stack, old = UndoStack(), uuid4()
    stack.sent(TakeBack("undo", old, old))
    entry = stack.next("redo")
    assert entry is not None
    assert entry.asks
    assert not stack.changed


def test_a_refused_undo_of_another_session_is_looked_for_in_the_journal_again() -> None:
    stack, old = UndoStack(), uuid4()
    write = TakeBack("undo", old, old)
    stack.sent(write)
    assert stack.refused(write) is None
    assert stack.known == frozenset()


def test_the_way_back_of_a_status_says_so_in_the_journal() -> None:
    write = change(1, "ready", "do_not_contact")
    back, again = write.taken_back(), write.done_again()
    assert (back.seen, back.target, back.forced) == ("do_not_contact", "ready", True)
    assert (again.seen, again.target, again.forced) == ("ready", "do_not_contact", True)
    assert parsed_label(back.reason) == ("undo", write.change_id)
    assert parsed_label(again.reason) == ("redo", write.change_id)
    assert len({write.change_id, back.change_id, again.change_id}) == 3
