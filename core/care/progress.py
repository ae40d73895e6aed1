"""How a long task tells how far it is, and is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import PacelineError


class CareError(PacelineError):
    """It could not be done; one sentence for the user."""


class CareStoppedError(CareError):
    """The user stopped it."""

    def __init__(self) -> None:
        super().__init__("It was stopped; nothing was changed.")


@dataclass(frozen=True, slots=True)
class Progress:
    """`total` is 0 where it is not known. `can_stop`: nothing was changed yet."""

    what: str
    done: int = 0
    total: int = 0
    can_stop: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """Both are called in the thread of the task, some times a second at most."""

    report: Callable[[Progress], object] = lambda _progress: None
    stopped: Callable[[], bool] = lambda: False

    def step(self, what: str, done: int = 0, total: int = 0) -> None:
        """CareStoppedError when the user stopped it."""
        if self.stopped():
            raise CareStoppedError
        self.report(Progress(what, done, total))

    def tell(self, what: str, done: int = 0, total: int = 0) -> None:
        """Where it cannot be stopped."""
        self.report(Progress(what, done, total, can_stop=False))


UNWATCHED = Watch()
