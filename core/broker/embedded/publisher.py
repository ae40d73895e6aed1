"""Publishes to the embedded queue: a batch is one commit."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.embedded.queue_file import EmbeddedPart, QueueFile
from core.broker.embedded.sql import insert_jobs
from core.broker.message_rows import Row, row_of, storage_problem
from core.broker.ports import Message, PublishResult, PublishStatus
from core.errors import BrokerError
from core.sqlite.connection import Durability

_CONFIRMED = PublishResult(PublishStatus.CONFIRMED)
_LOST = "The queue's file was moved or deleted meanwhile."


class EmbeddedPublisher(EmbeddedPart):
    """See ports.Publisher. Belongs to the thread that called `open()`."""

    blocked_reason = ""  # a full disk is raised

    def open(self) -> None:
        self.close()
        self._file = self._open_queue(Durability.EACH_COMMIT)

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        """UNKNOWN where the disk failed during the commit. A full disk raises, and nothing was written."""
        file = self._open_file()
        if not messages:
            return []
        problems: list[str] = []
        try:
            problems = self._keep_what_fits(file, messages)
        except BrokerError as error:
            self.close()
            if file.commit_is_unknown:
                return [PublishResult(PublishStatus.UNKNOWN, str(error))] * len(messages)
            raise
        if not file.still_there():
            self.close()
            return [PublishResult(PublishStatus.UNKNOWN, _LOST)] * len(messages)
        self._around.bell.ring()
        return [PublishResult(PublishStatus.REJECTED, why) if why else _CONFIRMED for why in problems]

    def keep_alive(self) -> None:
        with self._closing_on_error():
            self._open_file().version()

    def _keep_what_fits(self, file: QueueFile, messages: Sequence[Message]) -> list[str]:
        """Commit; returns for each message why it could not be stored, empty if it was."""
        try:
            self._keep(file, [row_of(message) for message in messages])
        except (UnicodeEncodeError, OverflowError, TypeError, ValueError):
            problems = [storage_problem(message) for message in messages]
            fitting = [message for message, why in zip(messages, problems, strict=True) if not why]
            self._keep(file, [row_of(message) for message in fitting])
            return problems
        return [""] * len(messages)

    def _keep(self, file: QueueFile, rows: Sequence[Row]) -> None:
        now_ms = self._around.now_ms()
        with file.write() as connection:
            insert_jobs(connection, [(now_ms, *row) for row in rows])
