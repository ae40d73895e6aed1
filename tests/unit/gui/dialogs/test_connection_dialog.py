"""Where workouts go: the address checked, tried, offered and remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from core.broker.connect import BROKER_SCHEMES, HERE, RABBITMQ, embedded_path
from gui.dialogs.connection_dialog import ConnectionDialog
from gui.dialogs.connection_url import (
    AddressError,
    FieldName,
    NamedConnection,
    RabbitFields,
    fields_from_url,
    file_from_url,
    url_from_fields,
    url_from_file,
)
from gui.theme.theme import Theme
from tests.support.spool_scheme import SPOOL

EMBEDDED = "sqlite:////home/ana/queue.db"
LOCAL = "amqp://guest@localhost:5672/%2F"

letters = st.characters(codec="utf-8")
names = st.text(letters, min_size=1, max_size=40)
hosts = st.sampled_from(["localhost", "broker.gym.lan", "10.0.0.7", "::1", "fe80::1", "fe80::1%eth0"])


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
    more_hosts=st.sampled_from(["", "second:5672", "[::2]:5673, third"]),
    queue_type=st.sampled_from(["classic", "quorum"]),
    files=st.tuples(names, names, names) | st.just(("", "", "")),
    heartbeat=st.sampled_from(["", "30"]),
)
def test_that_fields_survive_the_way_through_a_url(
    host: str,
    port: int,
    user: str,
    password: str,
    vhost: str,
    tls: bool,
    more_hosts: str,
    queue_type: str,
    files: tuple[str, str, str],
    heartbeat: str,
) -> None:
    kept = files if tls else ("", "", "")
    fields = RabbitFields(
        host, str(port), user, password, vhost, tls, more_hosts, queue_type, *kept, heartbeat=heartbeat
    )
    assert fields_from_url(url_from_fields(fields)) == fields


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("amqp://localhost", RabbitFields()),
        (" amqp://localhost/ ", RabbitFields()),
        ("AMQPS://ana:p%40ss@broker/gym", RabbitFields("broker", "5671", "ana", "p@ss", "gym", tls=True)),
        ("amqp://[::1]:5673/%2F", RabbitFields("::1", "5673")),
        ("amqp://[::1]:5673,two,[::3]:1/", RabbitFields("::1", "5673", more_hosts="two, [::3]:1")),
        ("amqp://one/?queue_type=quorum&heartbeat=30", RabbitFields("one", queue_type="quorum", heartbeat="30")),
        (
            "amqps://one?ca=/a/b%20c.pem&cert=/d&key=/e",
            RabbitFields("one", "5671", tls=True, ca="/a/b c.pem", cert="/d", key="/e"),
        ),
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
        ("amqp://localhost:" + "9" * 5_000, "port"),
        ("amqp://localhost?heartbeat=" + "9" * 5_000, "url"),
        ("amqp://localhost:amqp/", "port"),
        ("amqp://localhost:٣/", "port"),
        ("amqp://@localhost/", "user"),
        ("amqp://localhost//", "vhost"),
        ("amqp://localhost/a/b", "vhost"),
        ("amqp://localhost,two:0/", "more_hosts"),
        ("amqp://localhost,,two/", "more_hosts"),
        ("amqp://localhost,[two/", "url"),
        ("amqp://localhost,two:/", "more_hosts"),
        ("amqp://" + ",".join(["host"] * 17), "more_hosts"),
        ("amqp://localhost?colour=red", "url"),
        ("amqp://localhost?queue_type=lazy", "url"),
        ("amqps://localhost?cert=/a", "key"),
        ("amqps://localhost?key=/a", "cert"),
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
    assert NamedConnection("amqp://ana:secret@one,two,three/gym").words == "ana at one:5672 +2, gym"
    assert NamedConnection("amqp://ana@broker", "Gym").words == "Gym"
    assert NamedConnection(EMBEDDED).words == NamedConnection("hello").words == "This computer"
    assert NamedConnection("amqp://[").words == "RabbitMQ"


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


def test_that_nothing_of_an_address_is_lost_in_the_dialog(theme: Theme, qtbot: QtBot) -> None:
    url = "amqps://ana@one:5671,two:5672/gym?ca=/a.pem&cert=/b.pem&key=/c.pem&heartbeat=30&queue_type=quorum"
    dialog = make_dialog(theme, qtbot, url)
    assert dialog.input("ca").isVisible()
    assert dialog.input("more_hosts").text() == "two:5672"
    assert dialog.queues.currentText() == "Quorum, for a cluster"
    qtbot.keyClicks(dialog.input("more_hosts"), ", three:5673")
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args is not None
    connection = chosen.args[0]
    assert fields_from_url(connection.url) == replace(fields_from_url(url), more_hosts="two:5672, three:5673")


def test_that_files_of_encryption_are_asked_for_with_it_only(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert not dialog.input("ca").isVisible()
    dialog.tls.click()
    qtbot.keyClicks(dialog.input("cert"), "/a.pem")
    with qtbot.assertNotEmitted(dialog.connection_chosen):
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert dialog.key.error == "A certificate and its key go together."
    dialog.tls.click()
    assert not dialog.input("cert").isVisible()
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection(LOCAL)]


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


def test_that_another_kind_of_broker_is_offered_with_its_address(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(BROKER_SCHEMES, SPOOL.name, SPOOL)
    tries = Tries()
    dialog = make_dialog(theme, qtbot, tries=tries)
    assert [button.text() for button in dialog.kind.findChildren(QAbstractButton)] == [
        *("This computer", "RabbitMQ", "Spool")
    ]
    dialog.kind.select(SPOOL.name)
    assert dialog.input("line").isVisible()
    assert not dialog.input("host").isVisible()
    assert not dialog.input("file").isVisible()
    qtbot.keyClicks(dialog.input("line"), "redis://a")
    qtbot.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    assert (tries.urls, dialog.line.error) == (
        [],
        "A broker address must begin with amqp://, amqps://, spool:// or sqlite:///.",
    )
    dialog.input("line").setText(f"spool://{tmp_path}/queue.db")
    with qtbot.waitSignal(dialog.connection_chosen) as chosen:
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [NamedConnection(f"spool://{tmp_path}/queue.db")]


def test_that_an_address_of_another_kind_is_shown_without_its_password(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BROKER_SCHEMES, SPOOL.name, SPOOL)
    dialog = make_dialog(theme, qtbot, "spool://ana:secret@host/")
    assert (dialog.kind.value, dialog.input("line").text()) == (SPOOL.name, "spool://ana@host/")
    assert NamedConnection("spool://ana:secret@host/").words == "Spool"


def test_that_an_address_of_no_kind_leads_to_the_file_of_this_computer(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, "hello")
    assert (dialog.kind.value, dialog.input("file").text()) == (HERE, "/home/ana/queue.db")


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


@pytest.mark.parametrize("name", ["team%20a", "what?", "a#b", "no\u00a0break", "%41"])
def test_that_any_file_typed_is_the_file_used(name: str, tmp_path: Path) -> None:
    typed = str(tmp_path / name / "queue.db")
    url = url_from_file(typed)
    assert file_from_url(url) == typed
    (tmp_path / name).mkdir()
    assert embedded_path(url) == Path(typed)


def test_that_what_is_no_address_of_a_file_is_shown_as_it_is() -> None:
    assert file_from_url("hello") == "hello"
    assert file_from_url("sqlite:///a%00b") == "sqlite:///a%00b"
