"""One act at a time can be undone, for a while."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.changes import undo_offers
from gui.changes.undo_offers import UndoOffers


def test_that_the_newest_is_undone_once(qtbot: QtBot) -> None:
    offers, undone = UndoOffers(), []
    offers.offer("Sent", lambda: undone.append("first"))
    offers.offer("Deleted", lambda: undone.append("second"), what="Ana, Running")
    assert offers.current is not None
    assert (offers.current.done, offers.current.what) == ("Deleted", "Ana, Running")
    offers.undo()
    offers.undo()
    assert undone == ["second"]


def test_that_it_ends_by_itself_unless_it_lasts(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_offers, "OFFER_MS", 1)
    offers = UndoOffers()
    offers.offer("Sent", list)
    qtbot.waitUntil(lambda: offers.current is None)
    offers.offer("Cleared", list, lasts=True)
    assert not offers._timer.isActive()
    offers.withdraw(dict)
    assert offers.current is not None
    offers.withdraw(list)
    assert offers.current is None


def test_that_an_undo_may_offer_the_next(qtbot: QtBot) -> None:
    offers = UndoOffers()
    offers.offer("Sent", lambda: offers.offer("Deleted", list))
    offers.undo()
    assert offers.current is not None
    assert offers.current.done == "Deleted"
