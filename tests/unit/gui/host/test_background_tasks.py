"""Work of the window that is done in another thread."""

from __future__ import annotations

import pytest

from core.errors import PacelineError, SettingError
from gui.host.background_tasks import BackgroundTasks
from worker.runtime.query import Posted, Reply


class Asking:
    """Asks for work, and takes what comes back in the order in which it was posted."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.results: list[int] = []
        self.errors: list[str] = []
        self.tasks = BackgroundTasks(self.posted.append)

    def on_result(self, result: int) -> None:
        self.results.append(result)

    def on_error(self, error: PacelineError) -> None:
        self.errors.append(str(error))

    def deliver(self) -> None:
        self.tasks.close()
        for each in self.posted:
            assert isinstance(each, Reply)
            each.deliver()


def test_results_and_our_errors_come_back_to_who_asked() -> None:
    good, bad = Asking(), Asking()

    def fail() -> int:
        raise SettingError("The port is wrong.")

    good.tasks.run(lambda: 7, good.on_result, good.on_error)
    bad.tasks.run(fail, bad.on_result, bad.on_error)
    for asking in (good, bad):
        asking.deliver()
    assert (good.results, good.errors) == ([7], [])
    assert (bad.results, bad.errors) == ([], ["The port is wrong."])


@pytest.mark.expects_warnings
def test_a_fault_of_ours_is_told_without_its_text() -> None:
    asking = Asking()

    def break_down() -> int:
        raise KeyError("secret")

    asking.tasks.run(break_down, asking.on_result, asking.on_error)
    asking.deliver()
    assert asking.errors == ["Something unexpected went wrong: KeyError."]
