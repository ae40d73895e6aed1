"""Whoever ends does not wait for a broker for ever."""

from __future__ import annotations

from worker.runtime.shutdown import FINAL_WAIT_S, join_or_abort


class Abandoned:
    """As much of a broker as the end asks for."""

    def __init__(self) -> None:
        self.is_abandoned = False

    def abort(self) -> None:
        self.is_abandoned = True


class Sleeper:
    """Ends by itself, or only once its broker was abandoned, or never."""

    def __init__(self, broker: Abandoned, *, alone: bool = False, ever: bool = True) -> None:
        self._broker, self._alone, self._ever = broker, alone, ever
        self.waits_s: list[float] = []

    def join(self, timeout_s: float) -> bool:
        self.waits_s.append(timeout_s)
        return self._alone or (self._ever and self._broker.is_abandoned)


def test_a_broker_is_not_abandoned_by_who_ends_without_it() -> None:
    broker = Abandoned()
    sleeper = Sleeper(broker, alone=True)
    assert join_or_abort(broker.abort, sleeper, 10.0)
    assert not broker.is_abandoned
    assert sleeper.waits_s == [10.0 - FINAL_WAIT_S]


def test_a_broker_that_holds_up_the_end_is_abandoned_within_the_time() -> None:
    broker = Abandoned()
    sleeper = Sleeper(broker)
    assert join_or_abort(broker.abort, sleeper, 10.0)
    assert sleeper.waits_s == [10.0 - FINAL_WAIT_S, FINAL_WAIT_S]
    assert not join_or_abort(Abandoned().abort, Sleeper(Abandoned(), ever=False), 10.0)
