"""The queue of a triage."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tui.queue import KEPT, LOW, PIECE, Queue

A, B, C, D = (UUID(int=number) for number in range(4))
STEPS = st.lists(st.sampled_from(["decide", "next", "previous", "defer", "gone", "back"]))


def test_a_decision_goes_on_and_counts() -> None:
    queue = Queue((A, B, C)).decide()
    assert (queue.current, queue.decided, queue.place) == (B, 1, "2/3")


def test_after_the_last_decision_nothing_is_current() -> None:
    queue = Queue((A, B)).decide().decide()
    assert (queue.current, queue.coming(2), queue.place) == (None, (), "2/2")


def test_a_decision_at_the_end_changes_nothing() -> None:
    queue = Queue((A,)).decide()
    assert queue.decide() == queue


def test_previous_goes_back_from_the_end() -> None:
    assert Queue((A, B)).decide().decide().step(-1).current == B


def test_previous_stays_on_the_first_lead() -> None:
    assert Queue((A, B)).step(-1).current == A


def test_skipping_stays_on_the_last_lead() -> None:
    assert Queue((A, B)).step(1).step(1).current == B


def test_skipping_at_the_end_stays_there() -> None:
    queue = Queue((A, B)).decide().decide()
    assert queue.step(1).current is None


def test_a_skipped_lead_is_not_decided() -> None:
    assert Queue((A, B)).step(1).decided == 0


def test_a_deferred_lead_comes_after_all_others() -> None:
    queue = Queue((A, B, C)).put_off(A)
    assert (queue.ids, queue.current, queue.decided) == ((B, C, A), B, 0)


def test_a_lead_to_come_can_be_put_off_and_a_passed_one_can_not() -> None:
    assert Queue((A, B, C)).put_off(B).ids == (A, C, B)
    assert Queue((A, B, C), at=1).put_off(A).ids == (A, B, C)
    assert Queue((A, B, C), at=1).left_out(A).ids == (A, B, C)


def test_a_lead_that_a_change_moved_on_in_the_order_comes_no_second_time() -> None:
    queue = Queue(whole=False).extended(piece(0)).decide().extended((*piece(1, 3), piece(0)[0]))
    assert queue.ids == (*piece(0), *piece(1, 3))


def test_the_queue_goes_to_a_lead_that_it_knows_and_else_to_its_end() -> None:
    assert Queue((A, B, C)).at_lead(B).current == B
    assert Queue((A, B)).at_lead(D).current is None


def test_a_lead_that_is_gone_is_left_out() -> None:
    queue = Queue((A, B, C), at=1).left_out(B)
    assert (queue.ids, queue.current) == ((A, C), C)


def test_a_decided_lead_that_is_gone_does_not_count() -> None:
    assert Queue((A, B)).decide().step(-1).left_out(A).decided == 0


def test_the_last_lead_gone_leaves_the_queue_done() -> None:
    assert Queue((A, B), at=1).left_out(B).current is None


def test_undo_goes_back_to_its_lead_and_takes_it_out_of_the_count() -> None:
    queue = Queue((A, B, C)).decide().decide().back_to(A)
    assert (queue.current, queue.decided) == (A, 1)


def test_undo_of_a_lead_of_another_queue_changes_nothing() -> None:
    queue = Queue((A, B)).decide()
    assert queue.back_to(D) == queue


def test_a_refused_decision_does_not_count_and_moves_nothing() -> None:
    queue = Queue((A, B)).decide().undecided(A)
    assert (queue.current, queue.decided) == (B, 0)


def test_large_queues_are_told_with_separated_thousands() -> None:
    ids = tuple(UUID(int=number) for number in range(1200))
    assert Queue(ids, at=1099).place == "1,100/1,200"


def piece(number: int, size: int = PIECE) -> tuple[UUID, ...]:
    return tuple(UUID(int=number * PIECE + place) for place in range(size))


def test_a_long_queue_is_known_piece_by_piece() -> None:
    queue = replace(Queue(whole=False), counted=1_000).extended(piece(0))
    assert (queue.place, queue.runs_low) == ("1/1,000", False)
    queue = walked(queue, PIECE - LOW)
    assert queue.runs_low
    queue = walked(queue.extended(piece(1)), LOW)
    assert (queue.current, queue.place) == (piece(1)[0], "201/1,000")


def test_a_queue_ends_with_a_piece_that_is_not_full() -> None:
    queue = Queue(whole=False).extended(piece(0)).extended(piece(1, 3))
    assert (queue.whole, len(queue)) == (True, PIECE + 3)


def test_at_the_end_of_a_piece_the_next_one_is_waited_for() -> None:
    queue = walked(Queue(whole=False).extended(piece(0)), PIECE)
    assert (queue.current, queue.whole) == (None, False)
    assert queue.extended(piece(1)).current == piece(1)[0]


def test_leads_passed_long_ago_are_let_go_but_count() -> None:
    queue, pieces = Queue(whole=False), 5
    for number in range(pieces):
        queue = walked(queue.extended(piece(number)), PIECE)
    queue = queue.extended(piece(pieces))
    assert len(queue.ids) == KEPT + PIECE
    assert queue.decided == pieces * PIECE
    assert queue.place == "1,001/1,200"
    assert queue.step(-KEPT).current == piece(pieces - 1)[0]
    assert queue.step(-PIECE - KEPT).current == queue.ids[0]


def test_undo_of_a_decision_that_was_let_go_only_takes_it_out_of_the_count() -> None:
    queue = Queue(whole=False)
    for number in range(3):
        queue = walked(queue.extended(piece(number)), PIECE)
    queue = queue.extended(piece(3)).back_to(piece(0)[0])
    assert (queue.current, queue.decided) == (piece(3)[0], 3 * PIECE - 1)


def test_a_deferred_lead_comes_after_those_that_are_not_known_yet() -> None:
    queue = Queue(whole=False).extended(piece(0)).put_off(piece(0)[0])
    assert queue.current == piece(0)[1]
    assert queue.extended(piece(1, 1)).ids[-2:] == (piece(1)[0], piece(0)[0])


def walked(queue: Queue, steps: int) -> Queue:
    for _ in range(steps):
        queue = queue.decide()
    return queue


@given(st.integers(0, 6), STEPS)
def test_no_step_loses_a_lead_that_is_there(length: int, steps: list[str]) -> None:
    ids = tuple(UUID(int=number) for number in range(length))
    queue, gone = Queue(ids), set[UUID]()
    for step in steps:
        if step == "gone" and queue.current is not None:
            gone.add(queue.current)
        queue = {
            "decide": queue.decide,
            "next": lambda queue=queue: queue.step(1),
            "previous": lambda queue=queue: queue.step(-1),
            "defer": lambda queue=queue: queue.put_off(queue.current or A),
            "gone": lambda queue=queue: queue.left_out(queue.current or A),
            "back": lambda queue=queue: queue.back_to(UUID(int=0)),
        }[step]()
        assert sorted([*queue.ids, *gone]) == list(ids)
        assert 0 <= queue.at <= len(queue)
        assert queue.done <= set(queue.ids)
