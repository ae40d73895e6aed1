"""Errors that no code caught, in the window and in threads."""

from __future__ import annotations

import sys
import threading

import pytest

from core.events import Event, ProblemRaised
from gui.startup.exception_hooks import CrashHooks


class TestCrashHooks:
    @pytest.mark.expects_warnings
    def test_what_nobody_caught_is_told_wherever_it_happened(self) -> None:
        told: list[Event] = []
        before = sys.excepthook, threading.excepthook
        hooks = CrashHooks(told.append, lambda: 5)
        try:
            sys.excepthook(ValueError, ValueError("secret"), None)
            thread = threading.Thread(target=lambda: 1 / 0, name="the fast one")
            thread.start()
            thread.join()
        finally:
            hooks.close()
        assert (sys.excepthook, threading.excepthook) == before
        texts = [event.text for event in told if isinstance(event, ProblemRaised)]
        assert texts == [
            "Something unexpected went wrong in the window: ValueError. The log has the details.",
            "Something unexpected went wrong in the thread the fast one: ZeroDivisionError. The log has the details.",
        ]

    def test_ctrl_c_is_left_to_python(self, monkeypatch: pytest.MonkeyPatch) -> None:
        passed: list[type[BaseException]] = []
        monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: passed.append(kind))
        hooks = CrashHooks(lambda _event: None, lambda: 5)
        try:
            sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        finally:
            hooks.close()
        assert passed == [KeyboardInterrupt]
