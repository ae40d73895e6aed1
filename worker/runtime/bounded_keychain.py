"""A keychain that may hang or raise anything, asked in a thread of its own and for a bounded time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import TypeVar

from core.config.passwords import Keychain, PasswordStore
from core.logs import get_log

BOUND_S = 2.0

T = TypeVar("T")

_log = get_log(__name__)


class BoundedKeychain:
    """See PasswordStore. From any thread; each call waits `bound_s` at most.

    Once it did not answer in time or raised, it counts as no keychain for the rest of the run and is asked no more.
    """

    def __init__(self, keychain: PasswordStore | None = None, *, bound_s: float = BOUND_S) -> None:
        self._keychain = keychain or Keychain()
        self._bound_s = bound_s
        self._asking = Lock()
        self.problem = ""  # why it is not used, a sentence for the user; empty while it is

    def load(self, key: str) -> str | None:
        return self._ask(lambda: self._keychain.load(key), None)

    def save(self, key: str, password: str) -> bool:
        return self._ask(lambda: self._keychain.save(key, password), False)

    def _ask(self, question: Callable[[], T], otherwise: T) -> T:
        with self._asking:
            if self.problem:
                return otherwise
            answers: list[T] = []
            troubles: list[str] = []
            answered = Event()

            def ask() -> None:
                try:
                    answers.append(question())
                except BaseException as error:  # noqa: BLE001  # backends raise what they like, SystemExit too
                    troubles.append(type(error).__name__)
                answered.set()

            Thread(target=ask, name="keychain", daemon=True).start()
            if not answered.wait(self._bound_s):
                self._give_up(f"did not answer within {self._bound_s:g} s")
            elif troubles:
                self._give_up(f"failed ({troubles[0]})")
            return answers[0] if answers and not self.problem else otherwise

    def _give_up(self, why: str) -> None:
        self.problem = f"The keychain of this computer {why}. It is not used until the next start."
        _log.info("the keychain is not used", problem=self.problem)
