"""Where workouts go: the address checked, tried, offered and remembered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from gui.connection_dialog import HERE, RABBITMQ, ConnectionDialog
from gui.connection_fields import (
    AddressError,
    FieldName,
    NamedConnection,
    RabbitFields,
    fields_from_url,
    url_from_fields,
    url_from_file,
)
from gui.theme import Theme

EMBEDDED = "sqlite:////home/ana/queue.db"
LOCAL = "amqp://guest@localhost:5672/%2F"

letters = st.characters(codec="utf-8")
names = st.text(letters, min_size=1, max_size=40)
hosts = st.sampled_from(["localhost", "broker.gym.lan", "10.0.0.7", "::1", "fe80::1"])


class Tries:
    """Remembers what was to be tried."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def start(self, url: str) -> None:
        self.urls.append(url)


def make_dialog(theme: Theme, qtbot: QtBot, current: str = LOCAL, tries: Tries | None = None) -> ConnectionDialog:
    recent = (NamedConnection("amqps://coach@broker.gym.lan:5671/team", "Gym"), NamedConnection(LOCAL))
    dialog = ConnectionDialog(theme, current, EMBEDDED, recent, start_test=(tries or Tries()).start)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


# --- addresses ---------------------------------------------------------------------------------------------------


@given(
    host=hosts,
    port=st.integers(1, 65_535),
    user=names,
    password=st.text(letters, max_size=20),
    vhost=names,
    tls=st.booleans(),
)
def test_that_fields_survive_the_way_through_a_url(
    host: str, port: int, user: str, password: str, vhost: str, tls: bool
) -> None:
    fields = RabbitFields(host, str(port), user, password, vhost, tls)
    assert fields_from_url(url_from_fields(fields)) == fields


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("amqp://localhost", RabbitFields()),
        (" amqp://localhost/ ", RabbitFields()),
        ("AMQPS://ana:p%40ss@broker/gym", RabbitFields("broker", "5671", "ana", "p@ss", "gym", tls=True)),
        ("amqp://[::1]:5673/%2F", RabbitFields("::1", "5673")),
    ],
)
def test_that_a_url_is_read(url: str, fields: RabbitFields) -> None:
    assert fields_from_url(url) == fields


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("localhost:5672", "url"),
        ("", "url"),
        ("http://localhost:15672/", "url"),
        ("amqp://[::1:5672/", "url"),
        ("amqp://:5672/", "host"),
        ("amqp://ho st/", "host"),
        ("amqp://localhost:0/", "port"),
        ("amqp://localhost:99999/", "port"),
        ("amqp://localhost:amqp/", "port"),
        ("amqp://localhost:٣/", "port"),
        ("amqp://@localhost/", "user"),
        ("amqp://localhost//", "vhost"),
        ("amqp://localhost/a/b", "vhost"),
    ],
)
def test_that_a_wrong_url_names_its_part_in_one_sentence(url: str, field: FieldName) -> None:
    with pytest.raises(AddressError) as caught:
        fields_from_url(url)
    assert caught.value.field == field
    assert str(caught.value).endswith((".", "it."))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "  ", "/home/ana/", "a\nb"])
def test_that_a_wrong_file_is_refused(path: str) -> None:
    with pytest.raises(AddressError):
        url_from_file(path)


def test_that_a_connection_is_named_without_its_password() -> None:
    assert NamedConnection("amqp://ana:secret@broker:5672/gym").words == "ana at broker:5672, gym"
    assert NamedConnection("amqp://ana:secret@broker:5672/").words == "ana at broker:5672"
    assert NamedConnection("amqp://ana@broker", "Gym").words == "Gym"
    assert NamedConnection(EMBEDDED).words == "This computer"


# --- dialog ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed"),
    [("host", ""), ("host", "http://broker"), ("port", "99999"), ("port", "amqp"), ("user", ""), ("vhost", "")],
)
def test_that_a_wrong_field_is_marked_and_nothing_is_chosen(
    theme: Theme, qtbot: QtBot, name: FieldName, typed: str
) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.input(name).setText(typed)
    with qtbot.assertNotEmitted(dialog.connection_chosen):
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert dialog.field(name).error
    assert dialog.input(name).property("state") == "error"
    assert dialog.focusWidget() is dialog.input(name)
    assert dialog.isVisible()
    qtbot.keyClick(dialog.input(name), Qt.Key.Key_A)
    assert dialog.field(name).error == ""


def test_that_what_was_typed_is_chosen(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.input("host").setText(" broker.gym.lan ")
    dialog.input("user").setText("coach")
    dialog.input("password").setText("a/b@c")
    dialog.input("vhost").setText("team")
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection("amqp://coach:a%2Fb%40c@broker.gym.lan:5672/team")]
    assert not dialog.isVisible()


def test_that_a_pasted_url_fills_the_fields(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, EMBEDDED)
    dialog.kind.select(RABBITMQ)
    qtbot.keyClicks(dialog.input("url"), "amqps://ana:pw@broker:5999/gym")
    assert [dialog.input(name).text() for name in ("host", "port", "user", "password", "vhost")] == [
        *("broker", "5999", "ana", "pw", "gym")
    ]
    assert dialog.tls.isChecked()
    assert dialog.url.error == ""


def test_that_a_wrong_pasted_url_is_told(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    qtbot.keyClicks(dialog.input("url"), "http://broker")
    assert dialog.url.error == "The address must begin with amqp:// or amqps://, not http://."
    with qtbot.assertNotEmitted(dialog.connection_chosen):
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)


def test_that_the_embedded_queue_is_a_file(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.kind.select(HERE)
    assert dialog.input("file").isVisible()
    assert not dialog.input("host").isVisible()
    assert dialog.input("file").text() == "/home/ana/queue.db"
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection(EMBEDDED)]


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
    qtbot.keyClicks(dialog.input("host"), "x")
    assert dialog.test_button.isEnabled()
    dialog.show_test_result(LOCAL, True, "RabbitMQ answers.")
    assert dialog.result_text == ""


def test_that_a_wrong_address_is_not_tried(theme: Theme, qtbot: QtBot) -> None:
    tries = Tries()
    dialog = make_dialog(theme, qtbot, tries=tries)
    dialog.input("port").setText("0")
    qtbot.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    assert tries.urls == []
    assert dialog.port.error == "A port is a number from 1 to 65535."


def test_that_a_rabbitmq_found_here_is_offered_and_taken(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, EMBEDDED)
    assert not dialog.offer.isVisible()
    dialog.offer_local_rabbitmq("amqp://guest:guest@localhost:5672/")
    assert dialog.offer.isVisible()
    qtbot.mouseClick(dialog.use_local, Qt.MouseButton.LeftButton)
    assert (dialog.kind.value, dialog.offer.isVisible()) == (RABBITMQ, False)
    assert (dialog.input("host").text(), dialog.input("password").text()) == ("localhost", "guest")


def test_that_a_recent_connection_fills_the_fields(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert [dialog.recent.itemText(row) for row in range(dialog.recent.count())] == [
        *("Choose…", "Gym", "guest at localhost:5672")
    ]
    dialog.recent.activated.emit(1)
    assert (dialog.input("host").text(), dialog.input("vhost").text()) == ("broker.gym.lan", "team")
    assert dialog.tls.isChecked()
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection("amqps://coach@broker.gym.lan:5671/team", "Gym")]


def test_that_encryption_changes_the_usual_port_only(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    dialog.tls.click()
    assert dialog.input("port").text() == "5671"
    dialog.input("port").setText("5999")
    dialog.tls.click()
    assert dialog.input("port").text() == "5999"


def test_that_the_password_is_not_shown_and_all_controls_are_named(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert dialog.input("password").echoMode() is QLineEdit.EchoMode.Password
    controls = [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QLineEdit), *dialog.findChildren(QComboBox)]
    assert [control for control in controls if not control.accessibleName()] == []
