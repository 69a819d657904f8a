"""The queue of a triage."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tui.queue import Queue

A, B, C, D = (UUID(int=number) for number in range(4))
STEPS = st.lists(st.sampled_from(["decide", "next", "previous", "defer", "gone", "back"]))


def test_a_decision_goes_on_and_counts() -> None:
    queue = Queue((A, B, C)).decide()
    assert (queue.current, queue.decided, queue.place) == (B, 1, "2/3")


def test_after_the_last_decision_nothing_is_current() -> None:
    queue = Queue((A, B)).decide().decide()
    assert (queue.current, queue.following, queue.place) == (None, None, "2/2")


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
    queue = Queue((A, B, C)).defer()
    assert (queue.ids, queue.current, queue.decided) == ((B, C, A), B, 0)


def test_a_lead_that_is_gone_is_left_out() -> None:
    queue = Queue((A, B, C), at=1).without_current()
    assert (queue.ids, queue.current) == ((A, C), C)


def test_a_decided_lead_that_is_gone_does_not_count() -> None:
    assert Queue((A, B)).decide().step(-1).without_current().decided == 0


def test_the_last_lead_gone_leaves_the_queue_done() -> None:
    assert Queue((A, B), at=1).without_current().current is None


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
            "defer": queue.defer,
            "gone": queue.without_current,
            "back": lambda queue=queue: queue.back_to(UUID(int=0)),
        }[step]()
        assert sorted([*queue.ids, *gone]) == list(ids)
        assert 0 <= queue.at <= len(queue)
        assert queue.done <= set(queue.ids)
