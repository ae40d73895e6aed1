"""The form: a workout typed, checked beside its fields and handed on. It works without a mouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from typing_extensions import override

from core.achievements.rules import Achievement
from core.errors import FieldProblem
from core.workouts.model import ANONYMOUS, Workout
from core.workouts.names import canonical_name
from core.workouts.near_names import NameIndex
from core.workouts.on_record import AthleteRecord
from core.workouts.sports import SportCatalogue, default_catalogue
from gui.forms.echo import reading_doubts
from gui.forms.form_parser import FIELDS, ParsedForm, UneditedFields, kept_of, parse_form, texts_of
from gui.forms.formatting import Units, distance_text, duration_text
from gui.theme.theme import Theme
from gui.widgets import is_enter, is_held
from gui.workspaces.console.form.confirm_unusual import DuplicateCheck, find_unusual
from gui.workspaces.console.form.draft import Draft, dump_draft, load_draft
from gui.workspaces.console.form.layout import FormFrame
from gui.workspaces.console.form.on_record import OnRecord, count_text, date_text, wanted_of
from gui.workspaces.console.form.preview import preview_of
from gui.workspaces.console.form.problem_guard import ProblemGuard
from gui.workspaces.console.form.question import FormQuestion
from gui.workspaces.console.form.recent_workouts import Recent, distinct
from gui.workspaces.console.form.record_check import RecordCheck

PREVIEW_MS = 150
DRAFT_MS = 300
CLOCK_MS = 5_000
PREVIEW_FIELDS = ("type", "duration", "distance", "timestamp", "weightKg")
DEFAULT_SPORT = "Running"
SAMPLE = {"userId": "Maya Lindqvist", "type": "Running", "duration": "45:00", "distance": "5.2"}
NAMES_OFFERED = 2_000  # searched at each key press


class WorkoutForm(FormFrame):
    """Main thread. Nothing here waits: what is connected to the signals does the work."""

    workout_submitted = Signal(object)  # Workout
    draft_changed = Signal(str)  # empty: nothing to keep
    would_unlock_requested = Signal(object)  # Workout; answer with show_would_unlock
    athlete_changed = Signal(object)  # RecordWanted, again every few seconds; answer with show_athlete

    def __init__(
        self,
        theme: Theme,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo,
        catalogue: SportCatalogue | None = None,
    ) -> None:
        self._names = QStringListModel()
        super().__init__(theme, catalogue or default_catalogue(), self._names, now_ms=now_ms)
        self._names.setParent(self)
        self._now_ms, self._zone = now_ms, zone
        self._units = Units()
        self._kept = UneditedFields()
        self._sent, self._athletes = DuplicateCheck(), NameIndex()
        self._on_record = OnRecord()
        self._check = RecordCheck(self)
        self._knows_all_names = self._weight_offered = False
        self._recent: list[Workout] = []
        self._question = FormQuestion(self.strip, self.body_fields, self)
        self._guard = ProblemGuard(self.strip, self.body_fields, now_ms=now_ms, parent=self)
        self._cleared: Draft | None = None
        self._edited_at_ms: int | None = None
        self._previewed: Workout | None = None
        self._preview_timer = self._timer(PREVIEW_MS, self._on_preview_due)
        self._draft_timer = self._timer(DRAFT_MS, self._on_draft_due)
        self._clock = self._timer(CLOCK_MS, self._on_clock, single=False)
        self._connect()
        self._load(Draft({"type": DEFAULT_SPORT}))
        self._on_clock()

    # What others tell the form

    def set_athletes(self, names: Sequence[str], *, complete: bool = False) -> None:
        """The names to suggest, and to compare a new one with. `complete`: of any other name nothing is stored."""
        self._knows_all_names = complete
        self._names.setStringList(list(names[:NAMES_OFFERED]))
        self._athletes.set_names(names)

    def expect_answers(self) -> None:
        """`athlete_changed` will be answered: a submission may wait a moment for it."""
        self._check.expect_answers()

    def show_athlete(self, record: AthleteRecord) -> None:
        """The answer to `athlete_changed`; one about another athlete than the one that stands there is dropped."""
        before = self._on_record.record
        if self._on_record.take(record) and record != before:
            self.body_fields.fields["userId"].hint.setText(count_text(record))
            self._preview_timer.start()
        self._offer_weight()
        self._check.answer_came()
        if self._on_record.is_current:
            self._check.finish()

    def show_would_unlock(self, workout: Workout, achievements: Sequence[Achievement]) -> None:
        """The answer to `would_unlock_requested`; one that came too late is dropped."""
        if self._previewed is not None and workout.id == self._previewed.id:
            self.card.show_unlocks([(one.name, one.description) for one in achievements])

    def set_recent(self, workouts: Sequence[Workout]) -> None:
        """What was sent of late, newest first: offered again, and compared with for duplicates."""
        self._recent = distinct(workouts)
        self._sent.remember(reversed(workouts))
        self._show_recent()

    def set_units(self, units: Units) -> None:
        self._units = units
        self.body_fields.set_units(units)
        self._show_recent()
        self._preview_timer.start()

    def set_link(self, online: bool, kind: str) -> None:
        """Whether workouts go on at once, and to what (`RabbitMQ`)."""
        self.show_link(online=online, kind=kind)

    def show_draft_kept(self) -> None:
        """The draft of the last `draft_changed` is on disk."""
        if not self.draft().empty:
            self.mark_draft_kept()

    def restore_draft(self, text: str) -> None:
        """Fill in what `draft_changed` said last, however damaged; its start is what it was then."""
        draft = load_draft(text).dated(self._now_ms(), self._zone)
        if not draft.empty:
            self._load(draft)
            self.mark_draft_kept()

    def load_for_repair(self, fields: Mapping[str, object], problems: Sequence[FieldProblem]) -> None:
        """Fill in the body fields of a failed workout and mark what is wrong. It is sent under its own id."""
        texts = texts_of(fields, units=self._units, zone=self._zone)
        self._load(Draft(texts, kept_of(fields)))
        reading = self._read()
        self._show_problems(reading.problems or problems)
        for problem in problems:
            if problem.field in FIELDS:
                self.body_fields.fields[problem.field].show_problem(
                    self.body_fields.fields[problem.field].message or problem.problem
                )
        self._focus_first_wrong()

    # What the user does

    def draft(self) -> Draft:
        texts = self.body_fields.texts()
        if self.body_fields.weight_of:
            texts["weightKg"] = ""  # not typed; it is offered again
        return Draft(texts, self._kept, self._edited_at_ms)

    @Slot()
    def submit(self) -> None:
        """Emit the workout, or show what is wrong or unlikely. In an empty form: only where to begin."""
        if self.draft().empty:
            self.body_fields.focus("userId")
            return
        if self._check.is_running:
            return
        for name in FIELDS:
            self.body_fields.settle(name)  # now, so that a question which takes the focus finds them as they stay
        self._go_on(checked=False)

    def _go_on(self, *, checked: bool) -> None:
        self._want_record()  # first: a weight that was offered for the name before goes
        reading = self._read()
        if reading.workout is None:
            self._guard.end()
            self.strip.ask("")
            self._show_problems(reading.problems)
            self._focus_first_wrong()
            for name in self.body_fields.wrong()[:1]:
                self._guard.begin(name)
            return
        if not checked and self._must_check(reading.workout):
            self._check.begin()
            return
        if not self._must_ask(reading.workout):
            self._send(reading.workout)

    def _must_check(self, workout: Workout) -> bool:
        """Whether something may be stored of this athlete and day that is not known here yet."""
        is_new = self._knows_all_names and workout.athlete not in self._athletes
        return self._check.can_wait and not self._on_record.is_current and not is_new

    def _send(self, workout: Workout) -> None:
        self._remember(workout)
        self._load(Draft({"type": workout.sport if self.body_fields.sport is not None else DEFAULT_SPORT}))
        self.body_fields.focus("userId")
        self.workout_submitted.emit(workout)
        self._on_draft_due()  # at once: a restart must not offer again what is accepted

    def focus_first(self) -> None:
        """Where the next workout begins; a question that is open comes first."""
        if self._question.is_open or self._guard.is_open:
            self.strip.setFocus()
        else:
            self.body_fields.focus("userId")

    @Slot()
    def clear(self) -> None:
        """Empty the form; `undo_clear` brings it back."""
        self._check.finish()
        draft = self.draft()
        if draft.empty:
            return
        self._load(Draft({"type": DEFAULT_SPORT}))
        self._cleared = draft
        self.offer_undo(True)
        self.body_fields.focus("userId")

    @Slot()
    def undo_clear(self) -> None:
        if self._cleared is not None:
            self._load(self._cleared)
            self.body_fields.focus("userId")

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Alt:
            self.update_mnemonics()
        super().keyReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Alt:
            self.update_mnemonics()
        if is_held(event):
            return  # only the press itself sends or answers
        if is_enter(event):
            self.submit()
        elif event.key() == Qt.Key.Key_Escape and not self.draft().empty:
            self.clear()
        elif event.matches(QKeySequence.StandardKey.Undo) and self._cleared is not None:
            self.undo_clear()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        self.body_fields.edited.connect(self._on_edited)
        self.body_fields.left_alone.connect(self._on_left_alone)
        self._check.over.connect(self._on_checked)
        self.submit_button.clicked.connect(self.submit)
        self.undo_button.clicked.connect(self.undo_clear)
        self.send_again.chosen.connect(self._on_recent_chosen)
        self.send_again.sample_requested.connect(self._on_sample_requested)
        for place, slot in enumerate((self._on_first_key, self._on_second_key, self._on_third_key)):
            QShortcut(QKeySequence(f"Alt+{place + 1}"), self).activated.connect(slot)

    def _choose_recent(self, place: int) -> None:
        if not self._drop_key():
            self.send_again.choose(place)

    def _drop_key(self) -> bool:
        """Whether a shortcut would replace a workout that is asked about, or whose problem was not seen yet."""
        if self._guard.is_active:
            self._guard.drop_key()
        elif self._question.is_open:
            self._question.drop_key()
        else:
            return False
        return True

    def _timer(self, interval_ms: int, slot: Callable[[], None], *, single: bool = True) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(single)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        if not single:
            timer.start()
        return timer

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._now_ms() / 1000, UTC)

    def _read(self, texts: Mapping[str, str] | None = None) -> ParsedForm:
        return parse_form(
            self._texts() if texts is None else texts,
            units=self._units,
            now=self._now(),
            zone=self._zone,
            kept=self._kept,
        )

    def _texts(self) -> dict[str, str]:
        """What is sent: a weight that was offered only if it has been on screen, and then as it is stored."""
        texts = self.body_fields.texts()
        if self.body_fields.weight_of:
            texts["weightKg"] = self.body_fields.exact_weight if self.body_fields.weight_was_seen else ""
        return texts

    def _offer_weight(self) -> None:
        """Once for an athlete, so that it can be removed; not under a question, nor after Enter."""
        record, busy = self._on_record.record, self._check.is_running or self._question.is_open
        if record is None or record.weight is None or self._weight_offered or busy or self._kept.fields:
            return
        if not self.body_fields.fields["weightKg"].text:
            self._weight_offered = True
            self.body_fields.offer_weight(record.weight.kg, date_text(record.weight.at, self._now()))
            self._preview_timer.start()

    def _load(self, draft: Draft) -> None:
        self._check.finish()  # Enter came first: what stands here is not replaced unsent
        self._kept, self._edited_at_ms = draft.kept, self._now_ms()
        self._cleared = self._previewed = None
        self._question.withdraw()
        self._guard.end()
        self.body_fields.load(draft.texts)
        self.body_fields.settle("duration")
        self._note_start()
        self.strip.ask("")
        self.offer_undo(False)
        self.show_repairing(bool(draft.kept.fields))
        self._weight_offered = False
        self._want_record()
        self._offer_weight()
        self.send_again.offer_sample(draft.empty)
        self._preview_timer.start()
        self._draft_timer.start()

    def _note_start(self) -> None:
        self.body_fields.echo_start(now=self._now(), zone=self._zone)

    def _must_ask(self, workout: Workout) -> bool:
        """Ask about what is unlikely, once for the same texts; true until that was read and Enter pressed anew."""
        record = self._on_record.record
        stored = () if record is None else record.day
        found = find_unusual(
            workout,
            now=self._now(),
            zone=self._zone,
            athletes=self._athletes,
            known=(*self._sent.of(workout.athlete), *stored),
            last_weight_kg=None if record is None or record.weight is None else record.weight.kg,
        )
        found = [*reading_doubts(self._texts(), self._units), *found]
        return self._question.keeps_back(self._texts(), found)

    def _remember(self, workout: Workout) -> None:
        self._sent.remember([workout])
        self._recent = distinct([workout, *self._recent])
        self._show_recent()

    def _show_recent(self) -> None:
        self.show_recent(
            [
                Recent(
                    workout,
                    duration_text(workout.duration_min),
                    distance_text(workout.distance_km, workout.sport, self._units),
                )
                for workout in self._recent
            ]
        )

    def _show_problems(self, problems: Sequence[FieldProblem]) -> None:
        known = {problem.field: problem.problem for problem in problems}
        for name in FIELDS:
            self.body_fields.fields[name].show_problem(known.get(name, ""))
        self.body_fields.more.refresh()
        elsewhere = [f"{problem.field}: {problem.problem}" for problem in problems if problem.field not in FIELDS]
        if elsewhere:
            self.strip.ask("; ".join(elsewhere))

    def _focus_first_wrong(self) -> None:
        for name in self.body_fields.wrong()[:1]:
            self.body_fields.focus(name)
            self.show_field(name)

    def _want_record(self, *, again: bool = False) -> None:
        """Ask what is stored of the athlete and day that stand there, where that was not asked yet."""
        wanted = wanted_of(self.body_fields.texts(), now=self._now(), zone=self._zone)
        if wanted == self._on_record.wanted and not again:
            return
        if self._on_record.want(wanted):
            self.body_fields.fields["userId"].hint.setText("")
            self.body_fields.withdraw_weight()
            self._weight_offered = False
        if wanted is not None:
            self.athlete_changed.emit(wanted)

    @Slot(str)
    def _on_edited(self, name: str) -> None:
        self._edited_at_ms = self._now_ms()
        self._note_start()
        self.send_again.offer_sample(self.draft().empty)
        field = self.body_fields.fields[name]
        if field.message:  # a mark goes as soon as the field is right; it never comes while typing
            field.show_problem(self._read().problem_of(name))
        self._question.withdraw()
        self._guard.end()
        if self._cleared is not None:
            self._cleared = None
            self.offer_undo(False)
        self._preview_timer.start()
        self._draft_timer.start()

    @Slot(str)
    def _on_left_alone(self, name: str) -> None:
        field = self.body_fields.fields[name]
        reading = self._read()
        if field.text.strip() or field.message:
            field.show_problem(reading.problem_of(name))
        if not field.message:
            self.body_fields.settle(name)
        if name in ("userId", "timestamp"):
            self._want_record()  # so that it is known by the time of Enter

    @Slot()
    def _on_preview_due(self) -> None:
        self._want_record()
        texts = self.body_fields.texts()
        if self.body_fields.weight_of:
            texts["weightKg"] = self.body_fields.exact_weight
        athlete = texts["userId"].strip()
        wanted = {name: texts[name] for name in PREVIEW_FIELDS}
        workout = self._read({**wanted, "userId": athlete or ANONYMOUS}).workout
        self._previewed = workout
        record = self._on_record.record
        self.card.show_preview(
            None
            if workout is None
            else preview_of(
                workout,
                self._units,
                weight_of=self.body_fields.weight_of,
                earned=frozenset() if record is None else record.earned,
            )
        )
        if workout is not None and athlete:
            self.would_unlock_requested.emit(workout)

    @Slot()
    def _on_checked(self) -> None:
        """What is stored of the athlete is known, or was waited for long enough."""
        self._go_on(checked=True)

    @Slot()
    def _on_draft_due(self) -> None:
        text = dump_draft(self.draft())
        if not text:
            self.unmark_draft()
        self.draft_changed.emit(text)

    @Slot()
    def _on_clock(self) -> None:
        self.body_fields.show_clock(f"{self._now().astimezone(self._zone):%H:%M}")
        self._want_record(again=True)  # another console may have sent one
        self._note_start()  # `18:24` is of another day after midnight

    @Slot(object)
    def _on_recent_chosen(self, workout: Workout) -> None:
        if self._check.is_running:
            self._check.finish()  # before the name that stands here is taken for the next one
            if self._drop_key():
                return
        typed = self.body_fields.texts()["userId"].strip()
        fields = workout.model_dump(mode="json", by_alias=True, exclude_none=True)
        texts = texts_of(fields, units=self._units, zone=self._zone)
        athlete = typed or texts.get("userId", "")
        self._load(Draft({**texts, "userId": athlete, "timestamp": "", "weightKg": ""}))
        # A weight is of one person: in view, and gone when another one is typed.
        if workout.weight_kg is not None and canonical_name(athlete) == workout.athlete and not self._weight_offered:
            self._weight_offered = True
            self.body_fields.offer_weight(workout.weight_kg, date_text(workout.started_at, self._now()))
        self.body_fields.focus("userId")

    @Slot()
    def _on_sample_requested(self) -> None:
        self._load(Draft(SAMPLE))
        self.body_fields.focus("userId")

    @Slot()
    def _on_first_key(self) -> None:
        self._choose_recent(0)

    @Slot()
    def _on_second_key(self) -> None:
        self._choose_recent(1)

    @Slot()
    def _on_third_key(self) -> None:
        self._choose_recent(2)
