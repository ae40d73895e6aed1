"""What keeps workouts from being lost or doubled, and can be taken off in a demonstration to show what it is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Protections:
    """All on, as in every other program."""

    acknowledge_after_commit: bool = True  # off: a message leaves the queue when it is fetched
    recognize_duplicates: bool = True  # off: what comes twice is stored twice; see worker/demo/copies.py
    outbox: bool = True  # off: submitted straight to the broker, once; see worker/demo/producers/direct_submission.py
    persistent: bool = True  # off: the queue is in memory, and a restart of the broker empties it
    failed_queue: bool = True  # off: what cannot be processed is dropped


ALL_ON = Protections()


class ProtectionSwitch:
    """The protections as they are at this moment. Any thread."""

    def __init__(self, current: Protections = ALL_ON) -> None:
        self.current = current  # replaced as a whole

    def set(self, protections: Protections) -> None:
        self.current = protections
