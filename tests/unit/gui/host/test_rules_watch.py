"""The rules in force, as screens follow them."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.achievements.rules import AchievementRules, default_rules
from core.store.rules.in_force import CurrentRules
from gui.host.pipeline_host import PipelineHost
from gui.host.rules_watch import RulesWatch
from worker.runtime.query import Query

OTHERS = AchievementRules(default_rules().all[:3])


class Answering:
    """A host whose results hold these rules."""

    def __init__(self) -> None:
        self.current = CurrentRules(1, True, default_rules())

    def ask(self, query: Query[Any]) -> None:
        query.on_result(self.current)


def test_that_a_change_is_told_once_and_also_that_it_is_computed(qtbot: QtBot) -> None:
    host = Answering()
    window = QWidget()
    qtbot.addWidget(window)
    watch = RulesWatch(cast(PipelineHost, host), window)
    told: list[int] = []
    watch.changed.connect(lambda: told.append(len(watch.rules.all)))
    watch.look()
    assert told == []  # the program's own, as before
    host.current = CurrentRules(2, False, OTHERS)
    watch.look()
    watch.look()
    assert told == [3]
    host.current = CurrentRules(2, True, OTHERS)
    watch.look()
    assert told == [3, 3]
    host.current = CurrentRules(2, True, default_rules())  # of other results
    watch.forget()
    assert told == [3, 3, len(default_rules().all)]
    watch.stop()
