"""Where workouts go: which kind of broker, and its address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.broker.amqp_url import CLASSIC, PLAIN_PORT, QUORUM, TLS_PORT
from core.broker.connect import BROKER_SCHEMES, HERE, RABBITMQ, AddressForm, BrokerScheme, scheme_of
from core.config.passwords import split_password
from gui.dialogs.connection_url import (
    AddressError,
    FieldName,
    NamedConnection,
    RabbitFields,
    checked_address,
    checked_database,
    fields_from_url,
    file_from_url,
    is_amqp,
    url_from_fields,
    url_from_file,
)
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label, LabelledField, SegmentedControl, StateGlyph

COLUMNS = 4
WIDTH_PX, EDGE_PX = 600, 20
PROBLEM_GLYPH_PX = 20  # glyph and gap
_RABBIT_INPUTS: tuple[FieldName, ...] = (
    "host",
    "port",
    "user",
    "password",
    "vhost",
    "more_hosts",
    "ca",
    "cert",
    "key",
)


class ConnectionDialog(Dialog):
    """Checks what is typed; whether a broker answers there is tried by `start_test`, in another thread."""

    connection_chosen = Signal(object)  # NamedConnection, its URL with the password

    def __init__(
        self,
        theme: Theme,
        current_url: str,
        embedded_url: str,
        recent: Sequence[NamedConnection] = (),
        *,
        problem: str = "",
        database_url: str | None = None,
        start_test: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        """`start_test(url)` returns at once and answers by `show_test_result`. `problem`: a sentence why the current
        connection cannot be used. `database_url`: the results database, if it is to be chosen too."""
        super().__init__(parent)
        self._theme, self._start_test, self._problem = theme, start_test, problem
        self._recent = [connection for connection in recent if is_amqp(connection.url)]
        self._testing, self._local_url, self._heartbeat = "", "", ""
        self.setWindowTitle("Connection")
        self.setModal(True)
        self.setMinimumWidth(WIDTH_PX)
        scheme = scheme_of(current_url)
        form = None if scheme is None else scheme.form
        self._build_fields(file_from_url(current_url if form is AddressForm.FILE else embedded_url), database_url)
        self._build_layout()
        self._fill(current_url)
        if form is AddressForm.LINE:
            self.input("line").setText(split_password(current_url)[0])
        self._connect_parts()
        self.kind.select(HERE if scheme is None else scheme.name)
        self._show_page()

    # --- results of tests ----------------------------------------------------------------------------------------

    @Slot(str)
    def offer_local_rabbitmq(self, url: str) -> None:
        """Offer the RabbitMQ that was found on this computer at this URL; empty: no offer."""
        self._local_url = url
        self._show_page()

    @Slot(str, bool, str)
    def show_test_result(self, url: str, good: bool, sentence: str) -> None:
        """Show the result of a test; ignored if the fields were changed since."""
        if url == self._testing:
            self._testing = ""
            self.test_button.setEnabled(True)
            self._show_status("stored" if good else "failed", sentence)

    # --- construction --------------------------------------------------------------------------------------------

    def _build_fields(self, file: str, database_url: str | None) -> None:
        theme = self._theme
        self.kind = SegmentedControl(theme, "Queue", [(each.name, each.label) for each in BROKER_SCHEMES.values()])
        self.file = LabelledField(theme, "&File of the queue", QLineEdit(file))
        self.database = LabelledField(theme, "&Results database", QLineEdit(database_url or ""))
        self.database.setVisible(database_url is not None)
        self.line = LabelledField(theme, "&Address", QLineEdit())
        self.url = LabelledField(theme, "&Address, if you have it as one line", QLineEdit())
        self.host = LabelledField(theme, "&Host", QLineEdit())
        self.port = LabelledField(theme, "P&ort", QLineEdit())
        self.user = LabelledField(theme, "&User", QLineEdit())
        self.password = LabelledField(theme, "&Password", QLineEdit())
        self.vhost = LabelledField(theme, "&Virtual host", QLineEdit())
        self.name = LabelledField(theme, "&Name, optional", QLineEdit())
        self.tls = QCheckBox("Encrypted (&TLS)")
        self.tls.setAccessibleName("Encrypted (TLS)")
        self.more_hosts = LabelledField(theme, "&More hosts of the broker, optional", QLineEdit())
        self.input("more_hosts").setPlaceholderText("second:5672, third:5672")
        self.queues = QComboBox()
        self.queues.addItem("Classic", CLASSIC)
        self.queues.addItem("Quorum, for a cluster", QUORUM)
        self.queues_field = LabelledField(theme, "&Queues made here", self.queues)
        self.ca = LabelledField(theme, "C&A file", QLineEdit())
        self.cert = LabelledField(theme, "C&lient certificate", QLineEdit())
        self.key = LabelledField(theme, "Its &key", QLineEdit())
        self.input("ca").setPlaceholderText("the system's")
        for name in ("cert", "key"):
            self.input(name).setPlaceholderText("none")
        self.input("password").setEchoMode(QLineEdit.EchoMode.Password)
        self.input("url").setPlaceholderText("amqp://user@host:5672/")
        cast(QLineEdit, self.name.control).setPlaceholderText("shown in the list of recent connections")
        self.recent = QComboBox()
        self.recent.addItem("Choose…", None)
        for connection in self._recent:
            self.recent.addItem(connection.words, connection)
        self.recent_field = LabelledField(theme, "&Recent", self.recent)

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, 16, EDGE_PX, 16)
        column.setSpacing(0)
        column.addWidget(Label(self._theme, "Connection", "headline"))
        if self._problem:
            column.addSpacing(8)
            column.addLayout(self._build_problem())
            column.addSpacing(4)
        column.addSpacing(4)
        self._lead = Label(self._theme, "", "body", "second")
        self._lead.setWordWrap(True)
        column.addWidget(self._lead)
        column.addSpacing(16)
        column.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(16)
        column.addWidget(self._build_offer())
        self._pages = {
            AddressForm.FILE: self._build_page(self.file),
            AddressForm.AMQP: self._build_amqp_page(),
            AddressForm.LINE: self._build_page(self.line),
        }
        for page in self._pages.values():
            column.addWidget(page)
        column.addSpacing(12)
        column.addWidget(self.database)
        column.addSpacing(16)
        column.addStretch(1)
        bottom = self._build_test_row()
        self._add_buttons(bottom)
        column.addLayout(bottom)

    def _build_problem(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        sentence = Label(self._theme, self._problem, "medium")
        sentence.setWordWrap(True)
        # QDialog's own size ignores lines that wrap.
        sentence.setMinimumHeight(sentence.heightForWidth(WIDTH_PX - 2 * EDGE_PX - PROBLEM_GLYPH_PX))
        row.addWidget(StateGlyph(self._theme, "failed", "Error", 12), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(sentence, 1)
        return row

    def _build_offer(self) -> QFrame:
        self.offer = QFrame()
        self.offer.setProperty("role", "offer")
        row = QHBoxLayout(self.offer)
        row.setContentsMargins(12, 7, 7, 7)
        row.addWidget(Label(self._theme, "RabbitMQ answers on this computer.", "medium"), 1)
        self.use_local = Button(self._theme, "Use it")
        self.use_local.setAutoDefault(False)
        row.addWidget(self.use_local)
        # The gap below belongs to the strip, so that it is hidden with it.
        self.offer.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return self.offer

    def _build_page(self, field: LabelledField) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(field)
        return page

    def _build_amqp_page(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 12, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        self.recent_field.setVisible(bool(self._recent))
        places = [
            (self.recent_field, 0, 0, 2),
            (self.name, 0, 2 if self._recent else 0, 2),
            (self.url, 1, 0, 4),
            (self.host, 2, 0, 2),
            (self.port, 2, 2, 1),
            (self.vhost, 2, 3, 1),
            (self.user, 3, 0, 2),
            (self.password, 3, 2, 2),
            (self.more_hosts, 4, 0, 2),
            (self.queues_field, 4, 2, 2),
        ]
        for field, row, place, span in places:
            grid.addWidget(field, row, place, 1, span)
        grid.addWidget(self.tls, 5, 0, 1, 2)
        note = Label(
            self._theme, "The password goes to this computer's keychain, never to a settings file.", "small", "second"
        )
        note.setWordWrap(True)
        grid.addWidget(note, 7, 0, 1, 4)
        self._tls_row = self._build_tls_row()
        grid.addWidget(self._tls_row, 6, 0, 1, 4)
        return page

    def _build_tls_row(self) -> QWidget:
        files = QWidget()
        row = QHBoxLayout(files)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for field in (self.ca, self.cert, self.key):
            row.addWidget(field, 1)
        return files

    def _build_test_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.test_button = Button(self._theme, "T&est", "power-plug-outline")
        self.test_button.setAutoDefault(False)
        self._glyph = StateGlyph(self._theme, "stored", "", 12)
        self._result = Label(self._theme, "", "body")
        self._result.setWordWrap(True)
        row.addWidget(self.test_button)
        row.addSpacing(4)
        row.addWidget(self._glyph)
        row.addWidget(self._result, 1)
        self._glyph.hide()
        return row

    def _add_buttons(self, row: QHBoxLayout) -> None:
        cancel = Button(self._theme, "Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.connect_button = Button(self._theme, "&Connect", role="default")
        self.connect_button.setDefault(True)
        row.addWidget(cancel)
        row.addWidget(self.connect_button)

    def _connect_parts(self) -> None:
        self.kind.selected.connect(self._on_kind_selected)
        self.input("url").textEdited.connect(self._on_url_edited)
        for name in (*_RABBIT_INPUTS, "file", "line"):
            self.input(name).textEdited.connect(self._on_edited)
        self.tls.clicked.connect(self._on_tls_clicked)
        self.queues.activated.connect(self._on_queues_chosen)
        self.recent.activated.connect(self._on_recent_chosen)
        self.use_local.clicked.connect(self._on_use_local)
        self.test_button.clicked.connect(self._on_test)
        self.connect_button.clicked.connect(self._on_accept)

    # --- values --------------------------------------------------------------------------------------------------

    def field(self, name: FieldName) -> LabelledField:
        field = getattr(self, name)
        assert isinstance(field, LabelledField)
        return field

    def input(self, name: FieldName) -> QLineEdit:
        return cast(QLineEdit, self.field(name).control)

    @property
    def result_text(self) -> str:
        return self._result.text()

    @property
    def _scheme(self) -> BrokerScheme:
        return BROKER_SCHEMES[self.kind.value]

    def _fill(self, url: str) -> None:
        try:
            fields = fields_from_url(url)
        except AddressError:
            fields = RabbitFields()
        for name in _RABBIT_INPUTS:
            self.input(name).setText(getattr(fields, name))
        self.tls.setChecked(fields.tls)
        self._tls_row.setVisible(fields.tls)
        self.queues.setCurrentIndex(self.queues.findData(fields.queue_type))
        self._heartbeat = fields.heartbeat

    def _typed(self) -> RabbitFields:
        texts = {name: self.input(name).text() for name in _RABBIT_INPUTS}
        return RabbitFields(
            **texts, tls=self.tls.isChecked(), queue_type=self.queues.currentData(), heartbeat=self._heartbeat
        )

    def _checked_url(self) -> str | None:
        """The URL of the fields; marks the first invalid field and returns None if there is one."""
        self._clear_errors()
        try:
            if self._scheme.form is AddressForm.FILE:
                return url_from_file(self.input("file").text())
            if self._scheme.form is AddressForm.LINE:
                return checked_address(self.input("line").text())
            if pasted := self.input("url").text().strip():
                fields_from_url(pasted)
            return url_from_fields(self._typed())
        except AddressError as error:
            self.field(error.field).show_error(str(error))
            self.input(error.field).setFocus(Qt.FocusReason.OtherFocusReason)
            self.adjustSize()
            return None

    def _chosen(self) -> NamedConnection | None:
        """The chosen connection; marks the first invalid field and returns None if there is one."""
        url, database = self._checked_url(), ""
        if url is None:
            return None
        name = cast(QLineEdit, self.name.control).text().strip() if is_amqp(url) else ""
        if not self.database.isHidden():
            try:
                database = checked_database(self.input("database").text())
            except AddressError as error:
                self.database.show_error(str(error))
                self.input("database").setFocus(Qt.FocusReason.OtherFocusReason)
                return None
        return NamedConnection(url, name, database)

    def _clear_errors(self) -> None:
        for name in ("url", *_RABBIT_INPUTS, "file", "line", "database"):
            self.field(name).show_error("")

    def _show_page(self) -> None:
        form = self._scheme.form
        self._lead.setText(self._scheme.description)
        for each, page in self._pages.items():
            page.setVisible(each is form)
        self.offer.setVisible(bool(self._local_url))
        lacks_password = bool(self._problem and not self.input("password").text())
        first: dict[AddressForm, FieldName] = {
            AddressForm.FILE: "file",
            AddressForm.AMQP: "password" if lacks_password else "host",
            AddressForm.LINE: "line",
        }
        self.input(first[form]).setFocus(Qt.FocusReason.OtherFocusReason)
        self.adjustSize()

    def _forget_test(self) -> None:
        self._testing = ""
        self.test_button.setEnabled(True)
        self._show_status(None, "")

    def _show_status(self, state: str | None, sentence: str) -> None:
        self._result.setText(sentence)
        self._glyph.setVisible(state is not None)
        if state is not None:
            self._glyph.set_state("stored" if state == "stored" else "failed", "Good" if state == "stored" else "Error")

    # --- user input ----------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_kind_selected(self, _kind: str) -> None:
        self._forget_test()
        self._show_page()

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self._forget_test()
        self._clear_errors()
        self.input("url").clear()

    @Slot(str)
    def _on_url_edited(self, text: str) -> None:
        self._forget_test()
        self._clear_errors()
        try:
            fields_from_url(text)
        except AddressError as error:
            # A URL being typed is invalid for a while; only a pasted one is validated at once.
            if "://" in text and error.field != "host":
                self.url.show_error(str(error))
            return
        self._fill(text)

    @Slot(bool)
    def _on_tls_clicked(self, tls: bool) -> None:
        before, after = (PLAIN_PORT, TLS_PORT) if tls else (TLS_PORT, PLAIN_PORT)
        if self.input("port").text().strip() == str(before):
            self.input("port").setText(str(after))
        self._tls_row.setVisible(tls)
        self.adjustSize()
        self._on_edited("")

    @Slot(int)
    def _on_queues_chosen(self, _place: int) -> None:
        self._on_edited("")

    @Slot(int)
    def _on_recent_chosen(self, place: int) -> None:
        connection = self.recent.itemData(place)
        if isinstance(connection, NamedConnection):
            self._on_edited("")
            self._fill(connection.url)
            cast(QLineEdit, self.name.control).setText(connection.name)

    @Slot()
    def _on_use_local(self) -> None:
        url, self._local_url = self._local_url, ""
        self.kind.select(RABBITMQ)
        self._on_edited("")
        self._fill(url)
        self._show_page()

    @Slot()
    def _on_test(self) -> None:
        url = self._checked_url()
        if url is not None:
            self._testing = url
            self.test_button.setEnabled(False)
            self._show_status(None, "Trying…")
            self._start_test(url)

    @Slot()
    def _on_accept(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.connection_chosen.emit(chosen)
            self.accept()
