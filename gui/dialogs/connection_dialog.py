"""Where workouts go: which kind of broker, and its address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from core.broker.connect import BROKER_SCHEMES, HERE, RABBITMQ, AddressForm, scheme_of
from core.config.passwords import split_password
from gui.dialogs.connection_pages import ConnectionPage, LinePage, RabbitPage
from gui.dialogs.connection_url import (
    AddressError,
    NamedConnection,
    checked_address,
    checked_database,
    field_at_fault,
    file_from_url,
    is_amqp,
    url_from_file,
)
from gui.dialogs.controls import TextField, add_answers
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label, SegmentedControl, StateGlyph

WIDTH_PX = 600


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
        database_problem: str = "",
        start_test: Callable[[str], None],
        find_password: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        """`start_test(url)` returns at once and answers by `show_test_result`; `find_password(url)` looks for the
        stored password, and answers by `take_password` of `rabbit`. `problem`: a sentence why the current connection
        cannot be used. `database_url`: the results database, if it is to be chosen too, and why: `database_problem`."""
        super().__init__(theme, "Connection", width_px=WIDTH_PX, parent=parent)
        self._theme, self._start_test = theme, start_test
        self._testing, self._local_url = "", ""
        self.kind = SegmentedControl(theme, "Queue", [(each.name, each.label) for each in BROKER_SCHEMES.values()])
        self.rabbit = RabbitPage(theme, recent, at_fault=field_at_fault(problem))
        self._pages: dict[AddressForm, ConnectionPage] = {
            AddressForm.FILE: LinePage(
                theme, "file", "&File of the queue", to_text=file_from_url, to_url=url_from_file
            ),
            AddressForm.AMQP: self.rabbit,
            AddressForm.LINE: LinePage(
                theme, "line", "&Address", to_text=lambda url: split_password(url)[0], to_url=checked_address
            ),
        }
        self.fields = {name: field for page in self._pages.values() for name, field in page.fields.items()}
        database = self.fields["database"] = TextField(theme, "Results &database", database_url or "")
        database.setVisible(database_url is not None)
        self._build_layout(problem)
        scheme = scheme_of(current_url)
        self._pages[AddressForm.FILE].fill(embedded_url)
        self.rabbit.fill(current_url)
        if scheme is not None:
            self._pages[scheme.form].fill(current_url)
        self._connect_parts()
        self.rabbit.password_requested.connect(find_password)
        self.kind.select(HERE if scheme is None else scheme.name)
        self._show_page()
        if database_problem and problem:
            database.show_error(database_problem)
        elif database_problem:
            self._show_error(AddressError("database", database_problem))

    @property
    def result_text(self) -> str:
        return self._result.text()

    @Slot(str)
    def offer_local_rabbitmq(self, url: str) -> None:
        """Offer the RabbitMQ that was found on this computer at this URL; empty: no offer."""
        self._local_url = url
        self.offer.setVisible(bool(url))

    @Slot(str, bool, str)
    def show_test_result(self, url: str, good: bool, sentence: str) -> None:
        """Show the result of a test; ignored if the fields were changed since."""
        if url == self._testing:
            self._end_test(sentence)
            self._glyph.setVisible(True)
            self._glyph.set_state("stored" if good else "failed", "Good" if good else "Error")

    def _build_layout(self, problem: str) -> None:
        column = self.body
        if problem:
            column.addLayout(self._build_problem(problem))
            column.addSpacing(8)
        self._lead = Label(self._theme, "", "body", "second")
        self._lead.setWordWrap(True)
        column.addWidget(self._lead)
        column.addSpacing(16)
        column.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(16)
        column.addWidget(self._build_offer())
        for page in self._pages.values():
            column.addWidget(page)
        column.addSpacing(12)
        column.addWidget(self.fields["database"])
        column.addStretch(1)
        self._build_foot()

    def _build_problem(self, problem: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        sentence = Label(self._theme, problem, "medium")
        sentence.setWordWrap(True)
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

    def _build_foot(self) -> None:
        row = self.foot
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
        self.connect_button = add_answers(row, self, self._theme, "&Connect")

    def _connect_parts(self) -> None:
        self.kind.selected.connect(self._on_kind_selected)
        for page in self._pages.values():
            page.edited.connect(self._on_edited)
        self.fields["database"].line.textEdited.connect(self._on_edited)
        self.use_local.clicked.connect(self._on_use_local)
        self.test_button.clicked.connect(self._on_test)
        self.connect_button.clicked.connect(self._on_accept)

    @property
    def _page(self) -> ConnectionPage:
        return self._pages[BROKER_SCHEMES[self.kind.value].form]

    def _checked_url(self) -> str | None:
        """The URL of the page; marks the first invalid field and returns None if there is one."""
        self._clear_errors()
        try:
            return self._page.url()
        except AddressError as error:
            self._show_error(error)
            return None

    def _chosen(self) -> NamedConnection | None:
        """The chosen connection; marks the first invalid field and returns None if there is one."""
        url, database = self._checked_url(), self.fields["database"]
        if url is None:
            return None
        try:
            database_url = "" if database.isHidden() else checked_database(database.text)
        except AddressError as error:
            self._show_error(error)
            return None
        return NamedConnection(url, self.rabbit.name.text if is_amqp(url) else "", database_url)

    def _show_error(self, error: AddressError) -> None:
        field = self.fields[error.field]
        field.show_error(str(error))
        field.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear_errors(self) -> None:
        for field in self.fields.values():
            field.show_error("")

    def _show_page(self) -> None:
        self._lead.setText(BROKER_SCHEMES[self.kind.value].description)
        for page in self._pages.values():
            page.setVisible(page is self._page)
        self.offer.setVisible(bool(self._local_url))
        self._page.focus()

    def _end_test(self, sentence: str = "") -> None:
        self._testing = ""
        self.test_button.setEnabled(True)
        self._result.setText(sentence)
        self._glyph.setVisible(False)

    @Slot()
    def _on_kind_selected(self) -> None:
        self._end_test()
        self._show_page()

    @Slot()
    def _on_edited(self) -> None:
        self._end_test()
        self._clear_errors()

    @Slot()
    def _on_use_local(self) -> None:
        url, self._local_url = self._local_url, ""
        self.kind.select(RABBITMQ)
        self.rabbit.fill(url)
        self._on_edited()
        self._show_page()

    @Slot()
    def _on_test(self) -> None:
        url = self._checked_url()
        if url is not None:
            self._testing = url
            self.test_button.setEnabled(False)
            self._result.setText("Trying…")
            self._glyph.setVisible(False)
            self._start_test(url)

    @Slot()
    def _on_accept(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.connection_chosen.emit(chosen)
            self.accept()
