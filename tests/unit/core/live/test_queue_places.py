"""Which place in the queue a workout has, and what is said where others' messages are in it."""

from __future__ import annotations

from core.live.queue_places import WATCH_MS, QueuePlace, QueuePlaces

T0 = 1_700_000_000_000


def places(*samples: tuple[int, int, int], waiting: str = "abcd") -> QueuePlaces:
    """`samples`: (ms, messages waiting, of these ours)."""
    made = QueuePlaces()
    made.number(waiting)
    for at_ms, ready, own in samples:
        made.sample(T0 + at_ms, ready, own)
    return made


def test_that_without_a_sample_nothing_is_known() -> None:
    made = places()
    assert made.place("a") is None
    made.sample(T0, 4, 4)
    assert made.place("a") == QueuePlace(0, exact=True)
    made.forget()
    assert made.place("a") is None


def test_that_one_that_is_not_among_ours_has_no_place() -> None:
    assert places((0, 4, 4)).place("z") is None


def test_that_of_our_own_each_has_the_place_in_which_it_was_confirmed() -> None:
    made = places((0, 4, 4))
    assert [made.place(each) for each in "abcd"] == [QueuePlace(ahead, exact=True) for ahead in range(4)]


def test_that_those_a_worker_has_already_are_not_ahead() -> None:
    made = places((0, 2, 4))
    assert [made.place(each) for each in "abcd"] == [QueuePlace(ahead, exact=True) for ahead in (0, 0, 0, 1)]


def test_that_messages_of_others_may_be_ahead_and_are_said_to() -> None:
    made = places((0, 104, 4))
    assert [made.place(each) for each in "ad"] == [QueuePlace(100, exact=False), QueuePlace(103, exact=False)]


def test_that_a_sample_that_differs_for_a_moment_changes_nothing() -> None:
    more, fewer = places((0, 4, 4), (500, 300, 4), (1_000, 300, 4)), places((0, 4, 4), (500, 0, 4), (1_000, 0, 4))
    for made in (more, fewer):
        assert made.place("d") == QueuePlace(3, exact=True)


def test_that_what_stays_is_believed() -> None:
    made = places((0, 4, 4), (1, 300, 4), (WATCH_MS, 302, 4))
    assert made.place("d") == QueuePlace(3, exact=True)
    made.sample(T0 + WATCH_MS + 1, 304, 4)
    assert made.place("d") == QueuePlace(3 + 296, exact=False)


def test_that_a_clock_set_back_does_not_keep_old_samples() -> None:
    made = places((60_000, 4, 4), (0, 14, 4))
    assert made.place("d") == QueuePlace(13, exact=False)
