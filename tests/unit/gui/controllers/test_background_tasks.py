"""Work of the window that is done in another thread."""

from __future__ import annotations

import pytest

from core.errors import SettingError
from gui.controllers.background_tasks import BackgroundTasks
from gui.controllers.bridge import Reply


class TestChores:
    def test_answers_and_our_errors_come_back_under_their_topic(self) -> None:
        answers: list[Reply] = []
        tasks = BackgroundTasks(answers.append)
        tasks.do("good", lambda: 7)
        tasks.close()
        tasks = BackgroundTasks(answers.append)

        def fail() -> None:
            raise SettingError("The port is wrong.")

        tasks.do("bad", fail)
        tasks.close()
        assert answers[0] == Reply("good", 7)
        assert (answers[1].topic, str(answers[1].answer)) == ("bad", "The port is wrong.")

    @pytest.mark.expects_warnings
    def test_a_fault_of_ours_is_told_without_its_text(self) -> None:
        answers: list[Reply] = []
        tasks = BackgroundTasks(answers.append)

        def break_down() -> None:
            raise KeyError("secret")

        tasks.do("odd", break_down)
        tasks.close()
        assert str(answers[0].answer) == "Something unexpected went wrong: KeyError."
