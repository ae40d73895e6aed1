"""A test process that crashes on its way out fails the run: pytest-xdist looks at no exit code."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from xdist.workermanage import NodeManager  # type: ignore[import-untyped]  # it has none

END_S = 60  # of a test process, on a machine that is busy


class ProcessExits:
    """Of the processes that pytest-xdist started; without it there are none."""

    def __init__(self) -> None:
        self._gateways: list[Any] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_newgateway(self, gateway: Any) -> None:
        self._gateways.append(gateway)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Around xdist's, which gives each process END_S to end and kills it then."""
        yield
        codes = {gateway.id: gateway._io.popen.wait() for gateway in self._gateways}
        unclean = [f"{name} (exit code {code})" for name, code in codes.items() if code]
        if unclean:
            reporter = session.config.pluginmanager.getplugin("terminalreporter")
            assert reporter is not None
            reporter.write_line(f"Test processes that did not end cleanly: {', '.join(unclean)}", red=True)
            session.exitstatus = session.exitstatus or pytest.ExitCode.INTERNAL_ERROR


def pytest_configure(config: pytest.Config) -> None:
    NodeManager.EXIT_TIMEOUT = END_S
    config.pluginmanager.register(ProcessExits())
