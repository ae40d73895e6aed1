"""A keychain that hangs or raises is no keychain, found out once."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from worker.runtime.bounded_keychain import BoundedKeychain


class OddKeychain:
    """Keeps what it is given, raises, or hangs until `released`."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.asked = 0
        self.error: BaseException | None = None
        self.hangs = False
        self.released = Event()

    def load(self, key: str) -> str | None:
        self._behave()
        return self.kept.get(key)

    def save(self, key: str, password: str) -> bool:
        self._behave()
        self.kept[key] = password
        return True

    def _behave(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error
        if self.hangs:
            self.released.wait(30)


@pytest.fixture
def odd() -> Iterator[OddKeychain]:
    odd = OddKeychain()
    yield odd
    odd.released.set()


def test_that_a_sound_one_is_used(odd: OddKeychain) -> None:
    keychain = BoundedKeychain(odd)
    assert keychain.load("coach@host") is None
    assert keychain.save("coach@host", "secret")
    assert (keychain.load("coach@host"), keychain.problem) == ("secret", "")


@pytest.mark.parametrize("error", [RuntimeError("no"), SystemExit(3), KeyboardInterrupt(), ImportError("x")])
def test_that_one_that_raises_is_asked_once_and_said_once(odd: OddKeychain, error: BaseException) -> None:
    odd.error = error
    keychain = BoundedKeychain(odd)
    assert keychain.load("coach@host") is None
    assert not keychain.save("coach@host", "secret")
    assert odd.asked == 1
    assert keychain.problem == (
        f"The keychain of this computer failed ({type(error).__name__}). It is not used until the next start."
    )


def test_that_one_that_hangs_is_waited_for_once(odd: OddKeychain) -> None:
    odd.hangs = True
    keychain = BoundedKeychain(odd, bound_s=0.05)
    assert not keychain.save("coach@host", "secret")
    assert keychain.load("coach@host") is None
    assert odd.asked == 1
    assert "did not answer within 0.05 s" in keychain.problem


def test_that_the_desktops_is_the_usual_one() -> None:
    assert BoundedKeychain().problem == ""
