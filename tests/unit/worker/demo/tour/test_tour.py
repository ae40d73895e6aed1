"""The guided tour, played."""

from __future__ import annotations

from tests.support.demo_tour import PlayedDemo
from worker.demo.protections import ALL_ON
from worker.demo.tour.fault_steps import AGAIN_MS
from worker.demo.tour.step import Caption
from worker.demo.tour.steps import STEPS
from worker.demo.tour.tour import Tour


def _caption(demo: PlayedDemo) -> Caption:
    caption = demo.tour.caption(demo.state, demo.now_ms)
    assert caption is not None
    return caption


def _to(demo: PlayedDemo, number: int) -> None:
    demo.tour.start(demo.state, demo.now_ms, number)
    demo.pass_time(300)


def test_that_next_alone_leads_from_the_first_step_to_the_end() -> None:
    demo = PlayedDemo()
    demo.press_next()
    titles = []
    for number in range(1, Tour.count + 1):
        assert demo.tour.number == number
        titles.append(_caption(demo).title)
        for _ in range(4):  # acts of a step
            if demo.tour.is_done(demo.state, demo.now_ms):
                break
            if _caption(demo).act:
                demo.press_next()
            demo.pass_time(20_000)
        assert demo.tour.is_done(demo.state, demo.now_ms), _caption(demo)
        demo.press_next()
    assert demo.tour.number == 0
    assert demo.tour.caption(demo.state, demo.now_ms) is None
    assert len(set(titles)) == len(STEPS) == 7
    assert demo.protections == ALL_ON
    assert not demo.paused


def test_that_an_accepted_workout_is_measured() -> None:
    demo = PlayedDemo()
    _to(demo, 1)
    assert not demo.tour.is_done(demo.state, demo.now_ms)
    assert _caption(demo).act == "Submit"
    demo.press_next()
    demo.play_until_done()
    assert "accepted after" in _caption(demo).lines[0]


def test_that_messages_wait_while_the_worker_is_paused() -> None:
    demo = PlayedDemo()
    _to(demo, 2)
    assert demo.paused
    demo.press_next()
    demo.play_until_done()
    assert _caption(demo).lines[0].startswith("4 messages wait")
    demo.tour.leave()
    assert not demo.paused


def test_that_what_is_processed_is_told_with_its_time() -> None:
    demo = PlayedDemo()
    _to(demo, 3)
    demo.press_next()
    demo.play_until_done()
    assert "took 1.5 s of work" in _caption(demo).lines[0]


def test_that_a_worker_that_a_person_adds_counts_as_well() -> None:
    demo = PlayedDemo()
    _to(demo, 4)
    assert "pile" in _caption(demo).lines[0]
    demo.use_workers(2)
    demo.play_until_done()
    assert "Time to empty" in _caption(demo).lines[0]


def test_that_an_experiment_is_begun_anew_and_its_words_are_shown() -> None:
    demo = PlayedDemo()
    _to(demo, 5)
    demo.press_next()
    demo.play_until_done()
    assert "0 lost" in _caption(demo).lines[0]
    demo.tour.back(demo.state, demo.now_ms)
    demo.press_next()
    _to(demo, 5)
    assert not demo.tour.is_done(demo.state, demo.now_ms)


def test_that_one_of_the_poison_is_repaired() -> None:
    demo = PlayedDemo()
    _to(demo, 6)
    demo.press_next()
    while _caption(demo).act != "Repair one":
        assert not demo.tour.is_done(demo.state, demo.now_ms)
        demo.pass_time(1_000)
    assert "3 in Failed" in _caption(demo).lines[0]
    assert len(demo.bad) == 3
    demo.repairs = False
    demo.press_next()
    assert _caption(demo).act == ""
    demo.pass_time(AGAIN_MS)
    assert _caption(demo).act == "Repair one"  # it did not come through
    demo.repairs = True
    demo.press_next()
    demo.play_until_done()
    assert _caption(demo).lines[0].startswith("Repaired and stored: ")
    assert len(demo.bad) == 2


def test_that_a_protection_is_taken_off_a_workout_is_lost_and_it_is_put_back() -> None:
    demo = PlayedDemo()
    _to(demo, 7)
    demo.press_next()
    assert not demo.protections.acknowledge_after_commit
    while not demo.losses:
        demo.pass_time(1_000)
    assert _caption(demo).lines[0].startswith("Lost: Ana, Running")
    assert not demo.tour.is_done(demo.state, demo.now_ms)
    demo.press_next()
    assert demo.protections == ALL_ON
    demo.play_until_done()


def test_that_leaving_puts_everything_back() -> None:
    demo = PlayedDemo()
    _to(demo, 7)
    demo.press_next()
    demo.tour.leave()
    assert demo.protections == ALL_ON
    assert demo.tour.number == 0
    assert demo.tour.part == ""
    demo.tour.back(demo.state, demo.now_ms)
    assert demo.tour.number == 0


def test_that_next_waits_for_what_the_step_talks_about() -> None:
    demo = PlayedDemo()
    _to(demo, 3)
    demo.press_next()
    for _ in range(5):
        demo.press_next()  # impatient
    assert demo.tour.number == 3
