"""Where workouts go: the address checked, tried, offered and remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from core.broker.connect import BROKER_SCHEMES, HERE, RABBITMQ
from gui.dialogs.connection_dialog import ConnectionDialog
from gui.dialogs.connection_url import FieldName, NamedConnection, fields_from_url
from gui.theme.theme import Theme
from tests.support.memory_broker import MEMORY

EMBEDDED = "sqlite:////home/ana/queue.db"
LOCAL = "amqp://guest:guest@localhost:5672/%2F"


class Tries:
    """Remembers what was to be tried."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def start(self, url: str) -> None:
        self.urls.append(url)


def make_dialog(theme: Theme, qtbot: QtBot, current: str = LOCAL, tries: Tries | None = None) -> ConnectionDialog:
    recent = (NamedConnection("amqps://coach:secret@broker.gym.lan:5671/team", "Gym"), NamedConnection(LOCAL))
    dialog = ConnectionDialog(
        theme, current, EMBEDDED, recent, start_test=(tries or Tries()).start, find_password=print
    )
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize(
    ("name", "typed"),
    [("host", ""), ("host", "http://broker"), ("port", "99999"), ("port", "amqp"), ("user", ""), ("vhost", "")],
)
def test_that_a_wrong_field_is_marked_and_nothing_is_chosen(
    theme: Theme, qtbot: QtBot, name: FieldName, typed: str
) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.fields[name].line.setText(typed)
    with qtbot.assertNotEmitted(dialog.connection_chosen):
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert dialog.fields[name].error
    assert dialog.fields[name].line.property("state") == "error"
    assert dialog.focusWidget() is dialog.fields[name].line
    assert dialog.isVisible()
    qtbot.keyClick(dialog.fields[name].line, Qt.Key.Key_A)
    assert dialog.fields[name].error == ""


def test_that_what_was_typed_is_chosen(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.fields["host"].line.setText(" broker.gym.lan ")
    dialog.fields["user"].line.setText("coach")
    dialog.fields["password"].line.setText("a/b@c")
    dialog.fields["vhost"].line.setText("team")
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection("amqp://coach:a%2Fb%40c@broker.gym.lan:5672/team")]
    assert not dialog.isVisible()


def test_that_a_pasted_url_fills_the_fields(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, EMBEDDED)
    dialog.kind.select(RABBITMQ)
    qtbot.keyClicks(dialog.fields["url"].line, "amqps://ana:pw@broker:5999/gym")
    assert [dialog.fields[name].line.text() for name in ("host", "port", "user", "password", "vhost")] == [
        *("broker", "5999", "ana", "pw", "gym")
    ]
    assert dialog.rabbit.tls.isChecked()
    assert dialog.fields["url"].error == ""


def test_that_nothing_of_an_address_is_lost_in_the_dialog(theme: Theme, qtbot: QtBot) -> None:
    url = "amqps://ana:secret@one:5671,two:5672/gym?ca=/a.pem&cert=/b.pem&key=/c.pem&heartbeat=30&queue_type=quorum"
    dialog = make_dialog(theme, qtbot, url)
    assert dialog.fields["ca"].line.isVisible()
    assert dialog.fields["more_hosts"].line.text() == "two:5672"
    assert dialog.rabbit.queues.currentText() == "Quorum, for a cluster"
    qtbot.keyClicks(dialog.fields["more_hosts"].line, ", three:5673")
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args is not None
    connection = chosen.args[0]
    assert fields_from_url(connection.url) == replace(fields_from_url(url), more_hosts="two:5672, three:5673")


def test_that_files_of_encryption_are_asked_for_with_it_only(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert not dialog.fields["ca"].line.isVisible()
    dialog.rabbit.tls.click()
    qtbot.keyClicks(dialog.fields["cert"].line, "/a.pem")
    with qtbot.assertNotEmitted(dialog.connection_chosen):
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert dialog.fields["key"].error == "A certificate and its key go together."
    dialog.rabbit.tls.click()
    assert not dialog.fields["cert"].line.isVisible()
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection(LOCAL)]


def test_that_a_wrong_pasted_url_is_told(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    qtbot.keyClicks(dialog.fields["url"].line, "http://broker")
    assert dialog.fields["url"].error == "The address must begin with amqp:// or amqps://, not http://."
    with qtbot.assertNotEmitted(dialog.connection_chosen):
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)


def test_that_the_embedded_queue_is_a_file(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.kind.select(HERE)
    assert dialog.fields["file"].line.isVisible()
    assert not dialog.fields["host"].line.isVisible()
    assert dialog.fields["file"].line.text() == "/home/ana/queue.db"
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection(EMBEDDED)]


def test_that_another_kind_of_broker_is_offered_with_its_address(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(BROKER_SCHEMES, MEMORY.name, MEMORY)
    tries = Tries()
    dialog = make_dialog(theme, qtbot, tries=tries)
    assert [button.text() for button in dialog.kind.findChildren(QAbstractButton)] == [
        *("This computer", "RabbitMQ", "Memory")
    ]
    dialog.kind.select(MEMORY.name)
    assert dialog.fields["line"].line.isVisible()
    assert not dialog.fields["host"].line.isVisible()
    assert not dialog.fields["file"].line.isVisible()
    qtbot.keyClicks(dialog.fields["line"].line, "redis://a")
    qtbot.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    assert (tries.urls, dialog.fields["line"].error) == (
        [],
        "A broker address must begin with amqp://, amqps://, memory:// or sqlite:///.",
    )
    dialog.fields["line"].line.setText("memory://gym")
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection("memory://gym")]


def test_that_an_address_of_another_kind_is_shown_without_its_password(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BROKER_SCHEMES, MEMORY.name, MEMORY)
    dialog = make_dialog(theme, qtbot, "memory://ana:secret@host/")
    assert (dialog.kind.value, dialog.fields["line"].line.text()) == (MEMORY.name, "memory://ana@host/")
    assert NamedConnection("memory://ana:secret@host/").words == "Memory"


def test_that_an_address_of_no_kind_leads_to_the_file_of_this_computer(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, "hello")
    assert (dialog.kind.value, dialog.fields["file"].line.text()) == (HERE, "/home/ana/queue.db")


def test_that_a_test_is_started_and_its_answer_shown(theme: Theme, qtbot: QtBot) -> None:
    tries = Tries()
    dialog = make_dialog(theme, qtbot, tries=tries)
    qtbot.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    assert tries.urls == [LOCAL]
    assert (dialog.result_text, dialog.test_button.isEnabled()) == ("Trying…", False)
    dialog.show_test_result(LOCAL, False, "RabbitMQ at localhost:5672 refused the password of guest.")
    assert dialog.result_text == "RabbitMQ at localhost:5672 refused the password of guest."
    assert dialog.test_button.isEnabled()


def test_that_the_answer_to_an_older_question_is_not_shown(theme: Theme, qtbot: QtBot) -> None:
    tries = Tries()
    dialog = make_dialog(theme, qtbot, tries=tries)
    qtbot.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(dialog.fields["host"].line, "x")
    assert dialog.test_button.isEnabled()
    dialog.show_test_result(LOCAL, True, "RabbitMQ answers.")
    assert dialog.result_text == ""


def test_that_a_wrong_address_is_not_tried(theme: Theme, qtbot: QtBot) -> None:
    tries = Tries()
    dialog = make_dialog(theme, qtbot, tries=tries)
    dialog.fields["port"].line.setText("0")
    qtbot.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    assert tries.urls == []
    assert dialog.fields["port"].error == "A port is a number from 1 to 65535."


def test_that_a_rabbitmq_found_here_is_offered_and_taken(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, EMBEDDED)
    assert not dialog.offer.isVisible()
    dialog.offer_local_rabbitmq("amqp://guest:guest@localhost:5672/")
    assert dialog.offer.isVisible()
    qtbot.mouseClick(dialog.use_local, Qt.MouseButton.LeftButton)
    assert (dialog.kind.value, dialog.offer.isVisible()) == (RABBITMQ, False)
    assert (dialog.fields["host"].line.text(), dialog.fields["password"].line.text()) == ("localhost", "guest")


def test_that_a_recent_connection_fills_the_fields(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert [dialog.rabbit.recent.itemText(row) for row in range(dialog.rabbit.recent.count())] == [
        *("Choose…", "Gym", "guest at localhost:5672")
    ]
    dialog.rabbit.recent.activated.emit(1)
    assert (dialog.fields["host"].line.text(), dialog.fields["vhost"].line.text()) == ("broker.gym.lan", "team")
    assert dialog.rabbit.tls.isChecked()
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection("amqps://coach:secret@broker.gym.lan:5671/team", "Gym")]


def test_that_encryption_changes_the_usual_port_only(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.rabbit.tls.click()
    assert dialog.fields["port"].line.text() == "5671"
    dialog.fields["port"].line.setText("5999")
    dialog.rabbit.tls.click()
    assert dialog.fields["port"].line.text() == "5999"


def test_that_the_password_is_not_shown_and_all_controls_are_named(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert dialog.fields["password"].line.echoMode() is QLineEdit.EchoMode.Password
    controls = [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QLineEdit), *dialog.findChildren(QComboBox)]
    assert [control for control in controls if not control.accessibleName()] == []
