"""Access to the system keychain with a time limit: a backend that hangs or raises cannot stop the program."""

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
    """A PasswordStore. Call it from any thread; each call waits `bound_s` at most.

    After the first call that times out or raises, the keychain is not used until the next start.
    """

    def __init__(self, keychain: PasswordStore | None = None, *, bound_s: float = BOUND_S) -> None:
        self._keychain = keychain or Keychain()
        self._bound_s = bound_s
        self._lock = Lock()
        self.problem = ""  # a sentence for the user; empty while the keychain works

    def load(self, key: str) -> str | None:
        return self._ask(lambda: self._keychain.load(key), None)

    def save(self, key: str, password: str) -> bool:
        return self._ask(lambda: self._keychain.save(key, password), False)

    def _ask(self, request: Callable[[], T], default: T) -> T:
        with self._lock:
            if self.problem:
                return default
            answers: list[T] = []
            failures: list[str] = []
            answered = Event()

            def ask() -> None:
                try:
                    answers.append(request())
                except BaseException as error:  # noqa: BLE001  # backends raise what they like, SystemExit too
                    failures.append(type(error).__name__)
                answered.set()

            Thread(target=ask, name="keychain", daemon=True).start()
            if not answered.wait(self._bound_s):
                self._disable(f"did not answer within {self._bound_s:g} s")
            elif failures:
                self._disable(f"failed ({failures[0]})")
            return answers[0] if answers and not self.problem else default

    def _disable(self, why: str) -> None:
        self.problem = f"The keychain of this computer {why}. It is not used until the next start."
        _log.info("keychain disabled for this run", problem=self.problem)
