"""Two athletes that are one: which other one, which name stays, and what moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from core.workouts.names import canonical_name, isolated
from gui.dialogs.controls import add_answers
from gui.theme.theme import Theme
from gui.widgets import Dialog, Label, LabelledField, SegmentedControl

WIDTH_PX = 460
THIS, OTHER = "this", "other"
MOST_NAMES = 20_000


class MergeDialog(Dialog):
    """Nothing is sent before *Merge*, which can be pressed once the other one is a known athlete."""

    confirmed = Signal(str, str)  # whose workouts move, and whose name stays

    def __init__(
        self,
        theme: Theme,
        athlete: str,
        counts: Mapping[str, int],
        likely: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        """`counts`: workouts by athlete; `likely`: who is probably the same person."""
        super().__init__(theme, "Merge two athletes", width_px=WIDTH_PX, parent=parent)
        self._athlete, self._counts = athlete, counts
        self.setAccessibleName(f"Merge {athlete} with another athlete")
        words = Label(theme, f"{isolated(athlete)} and another name are one person. The other name:", "body")
        words.setWordWrap(True)
        self.other = QComboBox()
        self.other.setEditable(True)
        self.other.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        names = [*likely, *(name for name in counts if name != athlete and name not in likely)]
        self.other.addItems(names[:MOST_NAMES])
        if (completer := self.other.completer()) is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        if not likely:
            self.other.setCurrentIndex(-1)
        self.field = LabelledField(theme, "&Other athlete", self.other)
        self.likely = Label(theme, "", "small", "second")
        self.likely.setWordWrap(True)
        said = ", ".join(f"{isolated(name)} ({counts[name]:,})" for name in likely)
        self.likely.setText(f"Probably the same: {said}." if likely else "No other name is like it.")
        self.stays = SegmentedControl(theme, "Name that stays", ((OTHER, "The other name"), (THIS, "This name")))
        self.preview = Label(theme, "", "medium")
        self.preview.setWordWrap(True)
        hint = Label(
            theme,
            "Each workout is corrected through the queue, as its next revision. It can be undone.",
            "small",
            "second",
        )
        hint.setWordWrap(True)
        self.body.setSpacing(12)
        for part in (words, self.field, self.likely):
            self.body.addWidget(part)
        self.body.addWidget(Label(theme, "Name that stays", "small", "second"))
        self.body.addWidget(self.stays)
        self.body.addWidget(self.preview)
        self.body.addWidget(hint)
        self.foot.addStretch(1)
        self.merge_button = add_answers(self.foot, self, theme, "&Merge")
        self.merge_button.clicked.connect(self._on_merge)
        self.other.currentTextChanged.connect(self._on_chosen)
        self.stays.selected.connect(self._on_stays)
        self._on_chosen()
        self.other.setFocus()

    @property
    def names(self) -> tuple[str, str]:
        """Whose workouts move, and whose name stays."""
        other = canonical_name(self.other.currentText())
        return (other, self._athlete) if self.stays.value == THIS else (self._athlete, other)

    @property
    def _is_known(self) -> bool:
        other = canonical_name(self.other.currentText())
        return other in self._counts and other != self._athlete

    @Slot()
    def _on_chosen(self) -> None:
        """The name with more workouts stays, unless the user says otherwise."""
        if self._is_known:
            other = canonical_name(self.other.currentText())
            self.stays.set_words(OTHER, isolated(other))
            self.stays.set_words(THIS, isolated(self._athlete))
            self.stays.select(THIS if self._counts[self._athlete] > self._counts[other] else OTHER)
        self._show()

    @Slot(str)
    def _on_stays(self, _key: str) -> None:
        self._show()

    def _show(self) -> None:
        self.stays.setEnabled(self._is_known)
        typed = canonical_name(self.other.currentText())
        self.merge_button.set_possible("", "" if self._is_known else "Choose the other athlete first")
        if not self._is_known:
            self.preview.setText("Choose the other athlete." if not typed else "No other athlete is called that.")
            return
        source, into = self.names
        count, total = self._counts[source], self._counts[source] + self._counts[into]
        move = "workout moves" if count == 1 else "workouts move"
        self.preview.setText(f"{count:,} {move} from {isolated(source)} to {isolated(into)}, who then has {total:,}.")

    @Slot()
    def _on_merge(self) -> None:
        if self._is_known:
            self.accept()
            self.confirmed.emit(*self.names)
