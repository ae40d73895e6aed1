"""Work of the window that is done in another thread."""

from __future__ import annotations

import pytest

from core.errors import SettingError
from gui.controllers.background_tasks import BackgroundTasks
from gui.controllers.bridge import Reply


class TestChores:
    def test_answers_and_our_errors_come_back_under_their_topic(self) -> None:
        answers: list[Reply] = []
        chores = BackgroundTasks(answers.append)
        chores.do("good", lambda: 7)
        chores.close()
        chores = BackgroundTasks(answers.append)

        def fail() -> None:
            raise SettingError("The port is wrong.")

        chores.do("bad", fail)
        chores.close()
        assert answers[0] == Reply("good", 7)
        assert (answers[1].topic, str(answers[1].answer)) == ("bad", "The port is wrong.")

    @pytest.mark.expects_warnings
    def test_a_fault_of_ours_is_told_without_its_text(self) -> None:
        answers: list[Reply] = []
        chores = BackgroundTasks(answers.append)

        def break_down() -> None:
            raise KeyError("secret")

        chores.do("odd", break_down)
        chores.close()
        assert str(answers[0].answer) == "Something unexpected went wrong: KeyError."
