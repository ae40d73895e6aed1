"""Each page shows an address and reads it back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs.connection_pages import LinePage, RabbitPage
from gui.dialogs.connection_url import AddressError, NamedConnection, file_from_url, url_from_file
from gui.theme.theme import Theme

GYM = "amqps://coach@broker.gym.lan:5671/team?heartbeat=30"


def make_page(theme: Theme, qtbot: QtBot, *, asks_password: bool = False) -> RabbitPage:
    recent = (NamedConnection(GYM, "Gym"), NamedConnection("sqlite:////q.db"))
    page = RabbitPage(theme, recent, asks_password=asks_password)
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.mark.parametrize(
    "url", [GYM, "amqp://guest@localhost:5672/%2F", "amqp://a:b%20@one:1,two:2/v?queue_type=quorum"]
)
def test_that_a_page_reads_back_the_address_that_it_shows(theme: Theme, qtbot: QtBot, url: str) -> None:
    page = make_page(theme, qtbot)
    page.fill(GYM)
    page.fill(url)
    assert page.url() == url


def test_that_an_address_of_another_kind_leaves_the_usual_fields(theme: Theme, qtbot: QtBot) -> None:
    page = make_page(theme, qtbot)
    page.fill("sqlite:////q.db")
    assert page.url() == "amqp://guest@localhost:5672/%2F"


def test_that_only_connections_that_have_parts_are_offered(theme: Theme, qtbot: QtBot) -> None:
    page = make_page(theme, qtbot)
    assert [page.recent.itemText(row) for row in range(page.recent.count())] == ["Choose…", "Gym"]


@pytest.mark.parametrize(
    ("asks_password", "url", "focused"),
    [
        (False, "amqp://ana@host", "host"),
        (True, "amqp://ana@host", "password"),
        (True, "amqp://ana:secret@host", "host"),
    ],
)
def test_that_typing_begins_at_a_password_that_is_asked_for(
    theme: Theme, qtbot: QtBot, asks_password: bool, url: str, focused: str
) -> None:
    page = make_page(theme, qtbot, asks_password=asks_password)
    page.fill(url)
    page.focus()
    assert [name for name, field in page.fields.items() if field.line is page.focusWidget()] == [focused]


def test_that_a_line_is_read_as_it_was_shown_and_says_when_it_is_edited(theme: Theme, qtbot: QtBot) -> None:
    page = LinePage(theme, "file", "&File", to_text=file_from_url, to_url=url_from_file)
    window = QWidget()
    page.setParent(window)
    qtbot.addWidget(window)
    page.fill("sqlite:////home/ana/queue.db")
    line = page.fields["file"].line
    assert (line.text(), page.url()) == ("/home/ana/queue.db", "sqlite:////home/ana/queue.db")
    with qtbot.waitSignal(page.edited):
        qtbot.keyClick(line, Qt.Key.Key_Slash)
    with pytest.raises(AddressError):
        page.url()
