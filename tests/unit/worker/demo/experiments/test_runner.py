"""Experiments, played to their observations."""

from __future__ import annotations

import pytest

from tests.support.demo_control import PlayedPipeline
from worker.demo.experiments.experiment import NOT_TRIED, Observation, Result
from worker.demo.experiments.runner import EXPERIMENTS

KEYS = [kind.key for kind in EXPERIMENTS]


@pytest.mark.parametrize("key", [key for key in KEYS if key != "crash"])
@pytest.mark.parametrize("backlog", [0, 30])
def test_that_a_pipeline_that_holds_keeps_every_promise(key: str, backlog: int) -> None:
    played = PlayedPipeline()
    played.submit(backlog)
    played.play(1_000)
    played.run(key, 200_000)
    observation = played.runner.observations[key]
    assert observation.result is Result.KEPT, observation
    assert not played.paused
    assert not played.away
    assert not played.full


def test_that_verdicts_say_what_was_measured() -> None:
    played = PlayedPipeline()
    played.submit(4)
    played.play(500)
    played.run("kill")
    assert played.runner.observations["kill"].words.endswith(", 0 lost")
    assert "took over in" in played.runner.observations["kill"].words
    played.play(10_000)
    played.run("pause")
    assert played.runner.observations["pause"].words == "0 grew to 3, then drained"
    played.run("poison")
    assert played.runner.observations["poison"].words == "3 in Failed, 0 held up"
    played.run("duplicates")
    assert played.runner.observations["duplicates"].words == "5 sent again, 5 absorbed"
    played.run("cut")
    assert played.runner.observations["cut"].words.startswith("5 kept, sent ")
    played.run("fill")
    assert played.runner.observations["fill"].words == "100 told “full”, 3 accepted after"


def test_that_a_lost_job_is_seen() -> None:
    played = PlayedPipeline()
    played.loses = True
    played.submit(6)
    played.play(500)
    played.run("kill")
    assert played.runner.observations["kill"] == Observation(Result.BROKEN, "its job is lost: Ana, Running")


def test_that_dropped_poison_is_seen() -> None:
    played = PlayedPipeline()
    played.drops_failed = True
    played.run("poison")
    assert played.runner.observations["poison"] == Observation(Result.BROKEN, "3 dropped, on no list")


def test_that_workouts_that_nothing_keeps_are_seen() -> None:
    played = PlayedPipeline()
    played.keeps_nothing = True
    played.run("cut")
    assert played.runner.observations["cut"] == Observation(Result.BROKEN, "5 of 5 lost: nothing kept them")


def test_that_a_queue_that_was_in_memory_only_is_seen() -> None:
    played = PlayedPipeline()
    played.forgets = 4
    played.run("cut")
    assert played.runner.observations["cut"] == Observation(Result.BROKEN, "4 lost: the queue was in memory")


def test_that_a_second_count_is_seen() -> None:
    played = PlayedPipeline()
    played.counts_twice = True
    played.submit(6)
    played.run("duplicates")
    assert played.runner.observations["duplicates"] == Observation(Result.BROKEN, "5 sent again, 5 counted twice")


def test_that_an_outbox_that_forgets_is_seen() -> None:
    played = PlayedPipeline()
    played.forgets_kept = True
    played.run("cut")
    assert played.runner.observations["cut"].result is Result.BROKEN
    assert not played.away


def test_that_an_outbox_that_stays_shut_is_seen() -> None:
    played = PlayedPipeline()
    played.refuses_for_good = True
    played.run("fill")
    assert played.runner.observations["fill"].result is Result.BROKEN


def test_that_what_is_not_possible_says_why() -> None:
    played = PlayedPipeline()
    played.impossible = {"cut": "RabbitMQ of another computer"}
    played.run("cut")
    assert played.runner.observations["cut"] == Observation(Result.IMPOSSIBLE, "RabbitMQ of another computer")
    assert not played.away


def test_that_one_runs_at_a_time_and_a_stop_undoes_it() -> None:
    played = PlayedPipeline()
    assert played.runner.run("cut", played.state, played.now_ms)
    played.play()
    assert not played.runner.run("kill", played.state, played.now_ms)
    assert played.runner.observations["cut"].result is Result.RUNNING
    played.runner.stop()
    assert not played.away
    assert played.runner.observations["cut"] == NOT_TRIED
    assert not played.runner.running


def test_that_all_in_turn_ends_with_a_report() -> None:
    played = PlayedPipeline()
    played.submit(10)
    played.runner.run_all(played.state, played.now_ms)
    for _ in range(3_000):
        if played.crashed:
            break
        played.play()
    assert played.crashed
    assert played.runner.counts() == (7, 7, 1)
    played.runner.record("crash", Observation(Result.KEPT, "back after 3.1 s"))
    assert played.runner.counts() == (8, 8, 0)
    report = played.runner.report().splitlines()
    assert report[0] == "8 of 8 as promised"
    assert len(report) == 9


def test_that_an_unknown_one_is_refused() -> None:
    played = PlayedPipeline()
    with pytest.raises(KeyError):
        played.runner.run("flood", played.state, played.now_ms)


def test_that_a_job_from_before_a_change_of_protections_is_not_killed() -> None:
    played = PlayedPipeline()
    played.submit(20)
    played.play(500)
    played.settled_ms = played.now_ms + 3_000
    assert played.runner.run("kill", played.state, played.now_ms)
    played.play(2_900)
    assert not played.dead
    played.play(1_500)
    assert played.dead
