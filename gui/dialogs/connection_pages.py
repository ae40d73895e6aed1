"""The pages of the connection dialog: the parts of a RabbitMQ address, or one line. Each reads and writes a URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from core.broker.amqp_url import CLASSIC, PLAIN_PORT, QUORUM, TLS_PORT
from gui.dialogs.connection_url import (
    AddressError,
    FieldName,
    NamedConnection,
    RabbitFields,
    fields_from_url,
    is_amqp,
    url_from_fields,
)
from gui.dialogs.controls import TextField
from gui.theme.theme import Theme
from gui.widgets import Label, LabelledField

COLUMNS = 4
GAP_PX = 12


class ConnectionPage(QWidget):
    """`edited`: the user changed something, so that what was said of it no longer holds."""

    edited = Signal()

    def __init__(self, fields: dict[FieldName, TextField]) -> None:
        super().__init__()
        self.fields = fields

    def fill(self, url: str) -> None:
        """Show this address. Implemented by subclasses."""

    def url(self) -> str:
        """What was typed; raises AddressError. Implemented by subclasses."""
        raise NotImplementedError

    def focus(self) -> None:
        """Select the text that typing replaces first."""
        self._first.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._first.line.selectAll()

    @property
    def _first(self) -> TextField:
        return next(iter(self.fields.values()))


class LinePage(ConnectionPage):
    """One line: a file's path, or an address as it is."""

    def __init__(
        self, theme: Theme, name: FieldName, label: str, *, to_text: Callable[[str], str], to_url: Callable[[str], str]
    ) -> None:
        """`to_text(url)` is what stands in the line, `to_url(text)` reads it and raises AddressError."""
        self._field, self._to_text, self._to_url = TextField(theme, label), to_text, to_url
        super().__init__({name: self._field})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GAP_PX, 0, 0)
        column.addWidget(self._field)
        self._field.line.textEdited.connect(self.edited)

    @override
    def fill(self, url: str) -> None:
        self._field.line.setText(self._to_text(url))

    @override
    def url(self) -> str:
        return self._to_url(self._field.text)


class RabbitPage(ConnectionPage):
    """The parts of a RabbitMQ address; one that is pasted as a line fills them."""

    password_requested = Signal(str)  # a recent connection, without its password; answered by `take_password`

    def __init__(
        self, theme: Theme, recent: Sequence[NamedConnection] = (), *, at_fault: FieldName | None = None
    ) -> None:
        """`recent`: connections to choose from. `at_fault`: the wrong field, where typing begins."""
        self._parts: dict[FieldName, TextField] = {
            "host": TextField(theme, "&Host"),
            "port": TextField(theme, "P&ort"),
            "user": TextField(theme, "&User"),
            "password": TextField(theme, "&Password"),
            "vhost": TextField(theme, "&Virtual host"),
            "more_hosts": TextField(theme, "&More hosts of the broker, optional", example="second:5672, third:5672"),
            "ca": TextField(theme, "CA &file", example="the system's"),
            "cert": TextField(theme, "C&lient certificate", example="none"),
            "key": TextField(theme, "Its &key", example="none"),
        }
        pasted = TextField(theme, "&Address, if you have it as one line", example="amqp://user@host:5672/")
        super().__init__(self._parts | {"url": pasted})
        self._pasted, self._at_fault = pasted.line, self._parts[at_fault or "host"]
        self._heartbeat = self._awaited = ""
        self._parts["password"].line.setEchoMode(QLineEdit.EchoMode.Password)
        self.name = TextField(theme, "&Name, optional", example="shown in the list of recent connections")
        self.tls = QCheckBox("Encrypted (&TLS)")
        self.tls.setAccessibleName("Encrypted (TLS)")
        self.queues = QComboBox()
        self.queues.addItem("Classic", CLASSIC)
        self.queues.addItem("Quorum, for a cluster", QUORUM)
        self.recent = QComboBox()
        self.recent.addItem("Choose…", None)
        for connection in recent:
            if is_amqp(connection.url):
                self.recent.addItem(connection.words, connection)
        self._lay_out(theme)
        self._connect()

    @override
    def fill(self, url: str) -> None:
        try:
            fields = fields_from_url(url)
        except AddressError:
            fields = RabbitFields()
        texts = asdict(fields)
        for name, field in self._parts.items():
            field.line.setText(texts[name])
        self.tls.setChecked(fields.tls)
        self._tls_files.setVisible(fields.tls)
        self.queues.setCurrentIndex(self.queues.findData(fields.queue_type))
        self._heartbeat, self._awaited = fields.heartbeat, ""

    def take_password(self, url: str, password: str, problem: str = "") -> None:
        """What is stored for this address; empty: nothing, or there was a problem. Ignored if something was typed."""
        if url != self._awaited:
            return
        self._awaited, field = "", self._parts["password"]
        field.line.setText(password)
        field.show_error("" if password else problem or "Its password is not stored on this computer. Type it.")
        if not password:
            field.line.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def url(self) -> str:
        if pasted := self._pasted.text().strip():
            fields_from_url(pasted)
        texts = {name: field.line.text() for name, field in self._parts.items()}
        if not texts["password"]:
            raise AddressError("password", f"Type the password of {texts['user'] or 'the user'}.")
        queue_type = self.queues.currentData()
        return url_from_fields(
            RabbitFields(**texts, tls=self.tls.isChecked(), queue_type=queue_type, heartbeat=self._heartbeat)
        )

    @property
    @override
    def _first(self) -> TextField:
        return self._at_fault

    def _lay_out(self, theme: Theme) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, GAP_PX, 0, 0)
        grid.setHorizontalSpacing(GAP_PX)
        grid.setVerticalSpacing(GAP_PX)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        recent = LabelledField(theme, "&Recent", self.recent)
        is_recent = self.recent.count() > 1
        recent.setVisible(is_recent)
        note = "The password goes to this computer's keychain, never to a settings file."
        note_label = Label(theme, note, "small", "second")
        note_label.setWordWrap(True)
        self._tls_files = QWidget()
        files = QHBoxLayout(self._tls_files)
        files.setContentsMargins(0, 0, 0, 0)
        files.setSpacing(GAP_PX)
        for name in ("ca", "cert", "key"):
            files.addWidget(self.fields[name], 1)
        places: tuple[tuple[QWidget, int, int, int], ...] = (
            (recent, 0, 0, 2),
            (self.name, 0, 2 if is_recent else 0, 2),
            (self.fields["url"], 1, 0, 4),
            (self.fields["host"], 2, 0, 2),
            (self.fields["port"], 2, 2, 1),
            (self.fields["vhost"], 2, 3, 1),
            (self.fields["user"], 3, 0, 2),
            (self.fields["password"], 3, 2, 2),
            (self.fields["more_hosts"], 4, 0, 2),
            (LabelledField(theme, "&Queues made here", self.queues), 4, 2, 2),
            (self.tls, 5, 0, 2),
            (self._tls_files, 6, 0, 4),
            (note_label, 7, 0, 4),
        )
        for widget, row, place, span in places:
            grid.addWidget(widget, row, place, 1, span)

    def _connect(self) -> None:
        for field in self._parts.values():
            field.line.textEdited.connect(self._on_edited)
        self._pasted.textEdited.connect(self._on_pasted)
        self.tls.clicked.connect(self._on_tls_clicked)
        self.queues.activated.connect(self._on_edited)
        self.recent.activated.connect(self._on_recent_chosen)

    @Slot()
    def _on_edited(self) -> None:
        self._awaited = ""
        self._pasted.clear()
        self.edited.emit()

    @Slot(str)
    def _on_pasted(self, text: str) -> None:
        self.edited.emit()
        try:
            fields_from_url(text)
        except AddressError as error:
            # A URL being typed is invalid for a while; only a pasted one is validated at once.
            if "://" in text and error.field != "host":
                self.fields["url"].show_error(str(error))
            return
        self.fill(text)

    @Slot(bool)
    def _on_tls_clicked(self, tls: bool) -> None:
        before, after = (PLAIN_PORT, TLS_PORT) if tls else (TLS_PORT, PLAIN_PORT)
        if self._parts["port"].text == str(before):
            self._parts["port"].line.setText(str(after))
        self._tls_files.setVisible(tls)
        self._on_edited()

    @Slot(int)
    def _on_recent_chosen(self, place: int) -> None:
        connection = self.recent.itemData(place)
        if isinstance(connection, NamedConnection):
            self._on_edited()
            self.fill(connection.url)
            self.name.line.setText(connection.name)
            if not self._parts["password"].line.text():
                self._awaited = connection.url
                self.password_requested.emit(connection.url)
