"""Keeps the account of message ids of a demonstration, and asks the results where an end was not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.events import Event, Producer
from core.live.console_state import ConsoleState
from gui.host.pipeline_host import PipelineHost
from worker.demo.account import DIRECT, MessageAccount
from worker.demo.engine import DemoEngine
from worker.demo.producers.sample_run import SampleRun
from worker.runtime.query import Query

if TYPE_CHECKING:
    from core.store.reader import ResultsReader


PRODUCERS = {"Form": Producer.FORM, "File": Producer.FILE, "HTTP": Producer.HTTP, "Load": Producer.LOAD}


class Accounting:
    """Main thread."""

    def __init__(self, host: PipelineHost, engine: DemoEngine, samples: SampleRun) -> None:
        self._host, self._engine, self._samples = host, engine, samples
        self.account = MessageAccount()
        self._asked: Sequence[str] = ()

    def producers(self, state: ConsoleState) -> Mapping[str, int]:
        """How many each has sent, as the flow shows them.

        Direct: past the outbox. Others: foreign programs, and what was accepted before this console was started.
        """
        sent = {name: self.account.sent_by[source] for name, source in PRODUCERS.items()}
        known = self.account.sent_by.total() - self.account.sent_by[""]
        rest = {"Direct": self.account.sent_by[DIRECT], "Others": max(0, state.ledger().accepted - known)}
        return sent | {name: count for name, count in rest.items() if count}

    def opened(self) -> None:
        """Queries from before get no reply any more."""
        self._asked = ()

    def take(self, events: Sequence[Event]) -> None:
        log = self._samples.sent_log
        while log:
            batch = log.popleft()
            for workout_id, title in batch.titles:
                self.account.note_sent(workout_id, title, batch.at_ms, batch.source)
        self.account.take(events)

    def tick(self, state: ConsoleState, now_ms: int) -> None:
        """Twice a second."""
        self.take(())
        self.account.note_dropped(self._engine.direct.dropped_ids)
        if not self._asked and (ids := self.account.unended(state, now_ms)):
            self._asked = ids
            self._host.ask(Query("ends of messages", lambda reader: _known(reader, ids), self._on_known))

    def _on_known(self, known: frozenset[str]) -> None:
        asked, self._asked = self._asked, ()
        self.account.settle(asked, known)


def _known(reader: ResultsReader, ids: Sequence[str]) -> frozenset[str]:
    """Those that are stored or on the failed list; without `brief` also by message id, as what cannot be read has."""
    story = reader.past.story
    return frozenset(each for each in ids if story(each, brief=True) is not None or story(each) is not None)
