"""Each page shows an address and reads it back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs.connection_pages import LinePage, RabbitPage
from gui.dialogs.connection_url import AddressError, FieldName, NamedConnection, file_from_url, url_from_file
from gui.theme.theme import Theme

GYM = "amqps://coach:secret@broker.gym.lan:5671/team?heartbeat=30"


def make_page(theme: Theme, qtbot: QtBot, *, at_fault: FieldName | None = None) -> RabbitPage:
    recent = (NamedConnection(GYM, "Gym"), NamedConnection("sqlite:////q.db"))
    page = RabbitPage(theme, recent, at_fault=at_fault)
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.mark.parametrize(
    "url", [GYM, "amqp://guest:guest@localhost:5672/%2F", "amqp://a:b%20@one:1,two:2/v?queue_type=quorum"]
)
def test_that_a_page_reads_back_the_address_that_it_shows(theme: Theme, qtbot: QtBot, url: str) -> None:
    page = make_page(theme, qtbot)
    page.fill(GYM)
    page.fill(url)
    assert page.url() == url


def test_that_an_address_of_another_kind_leaves_the_usual_fields_and_asks_for_the_password(
    theme: Theme, qtbot: QtBot
) -> None:
    page = make_page(theme, qtbot)
    page.fill("sqlite:////q.db")
    with pytest.raises(AddressError, match=r"^Type the password of guest\.$") as raised:
        page.url()
    assert raised.value.field == "password"
    page.fields["password"].line.setText("guest")
    assert page.url() == "amqp://guest:guest@localhost:5672/%2F"


def test_that_only_connections_that_have_parts_are_offered(theme: Theme, qtbot: QtBot) -> None:
    page = make_page(theme, qtbot)
    assert [page.recent.itemText(row) for row in range(page.recent.count())] == ["Choose…", "Gym"]


@pytest.mark.parametrize(("at_fault", "selected"), [(None, "gym"), ("password", "secret"), ("vhost", "team")])
def test_that_typing_replaces_what_is_at_fault_or_the_host(
    theme: Theme, qtbot: QtBot, at_fault: FieldName | None, selected: str
) -> None:
    page = make_page(theme, qtbot, at_fault=at_fault)
    page.fill("amqp://ana:secret@gym/team")
    page.focus()
    focused = [field.line for field in page.fields.values() if field.line is page.focusWidget()]
    assert [line.selectedText() or line.text() for line in focused] == [selected]


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


SAVED = "amqps://coach@broker.gym.lan:5671/team?heartbeat=30"


def choose_saved(theme: Theme, qtbot: QtBot) -> RabbitPage:
    page = RabbitPage(theme, (NamedConnection(SAVED, "Gym"),))
    qtbot.addWidget(page)
    page.show()
    page.fill("amqp://guest:guest@localhost:5672/")
    with qtbot.waitSignal(page.password_requested) as asked:
        page.recent.setCurrentIndex(1)
        page.recent.activated.emit(1)
    assert asked.args == [SAVED]
    return page


def test_that_a_recent_connection_has_its_stored_password_in_the_field_as_dots(theme: Theme, qtbot: QtBot) -> None:
    page = choose_saved(theme, qtbot)
    page.take_password(SAVED, "s3cret")
    line = page.fields["password"].line
    assert page.url() == SAVED.replace("coach@", "coach:s3cret@").replace("/team", "/team")
    assert "s3cret" not in line.displayText()
    assert page.fields["password"].error == ""


@pytest.mark.parametrize("problem", ["", "The file of passwords cannot be read."])
def test_that_a_password_that_is_gone_is_asked_for_at_its_field(theme: Theme, qtbot: QtBot, problem: str) -> None:
    page = choose_saved(theme, qtbot)
    page.take_password(SAVED, "", problem)
    field = page.fields["password"]
    assert field.error == (problem or "Its password is not stored on this computer. Type it.")
    assert page.focusWidget() is field.line


def test_that_a_password_that_comes_late_does_not_replace_what_was_typed(theme: Theme, qtbot: QtBot) -> None:
    page = choose_saved(theme, qtbot)
    qtbot.keyClicks(page.fields["password"].line, "mine")
    page.take_password(SAVED, "s3cret")
    assert page.fields["password"].line.text() == "mine"
    page.recent.activated.emit(1)
    page.fill("amqp://guest@localhost:5672/")
    page.take_password(SAVED, "s3cret")
    assert page.fields["password"].line.text() == ""
