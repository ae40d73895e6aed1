"""Runs tests in forked processes, with the settings that suit a thousand runs."""

from __future__ import annotations

import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

import pytest
from hypothesis import Phase, settings

KILLED, SURVIVED = 1, 0
# Of processor time, so that a busy machine kills no mutant; and of the clock, for one that waits for ever.
LEAST_CPU_S = 4
LONGEST_S = 120.0
OFF = [arg for name in ("randomly", "xdist", "cov", "cacheprovider") for arg in ("-p", f"no:{name}")]
# Libraries are there before pytest looks at them; it would rewrite their `assert`.
PYTEST = ["-q", "-x", *OFF, "--timeout=0", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


def in_fork(work: Callable[[], int], cpu_s: float, wait_s: float = LONGEST_S) -> int:
    """The exit code of `work` in a process of its own; KILLED if it runs too long."""
    ended, alive = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ended)
        _run_and_exit(work, cpu_s)
    os.close(alive)
    if not select.select([ended], [], [], wait_s)[0]:
        os.kill(pid, signal.SIGKILL)
    os.close(ended)
    status = os.waitpid(pid, 0)[1]
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else KILLED


def _run_and_exit(work: Callable[[], int], cpu_s: float) -> NoReturn:
    code = KILLED
    try:
        limit = int(time.process_time() + cpu_s) + LEAST_CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        code = work()
    except BaseException:  # noqa: BLE001  # a mutant may raise anything
        traceback.print_exc()
    finally:
        os._exit(code)


class Plugin:
    """Loads the settings of hypothesis after the suite's own, and takes the place of pytest's loop."""

    def __init__(self, loop: Callable[[pytest.Session], None], wanted: Sequence[str] = ()) -> None:
        self._loop = loop
        self._wanted = {test: place for place, test in enumerate(wanted)}

    def pytest_collection(self) -> None:
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(
            "mutants", settings.default, max_examples=15, derandomize=True, database=None, phases=phases
        )
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._wanted:
            items[:] = sorted((i for i in items if i.nodeid in self._wanted), key=lambda i: self._wanted[i.nodeid])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._loop(session)
        return True


def run_items(session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    """SURVIVED, or KILLED at the first test that fails."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return KILLED
    return SURVIVED
