"""The form: a workout typed, checked beside its fields and handed on. It works without a mouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from typing_extensions import override

from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementRules
from core.errors import InvalidWorkoutError
from core.outbox.changes import correct
from core.workouts.model import Workout
from core.workouts.on_record import AthleteRecord
from gui.changes.undo_offers import UndoOffers
from gui.forms.form_parser import kept_of
from gui.forms.formatting import Units
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import is_held, pressed
from gui.widgets.announcements import announce, show_note
from gui.workspaces.console.form.athlete_watch import AthleteWatch
from gui.workspaces.console.form.correction import NOTHING_CHANGED, Correction, fields_of, was_words
from gui.workspaces.console.form.draft import Draft, load_draft
from gui.workspaces.console.form.draft_keeper import DraftKeeper
from gui.workspaces.console.form.form_reader import FormReader
from gui.workspaces.console.form.layout import FormFrame
from gui.workspaces.console.form.live_preview import LivePreview
from gui.workspaces.console.form.recent_workouts import distinct
from gui.workspaces.console.form.submission_flow import SubmissionFlow, SubmissionStep

CLOCK_MS = 5_000
DEFAULT_SPORT = "Running"
SAMPLE = {"userId": "Maya Lindqvist", "type": "Running", "duration": "45:00", "distance": "5.2"}
NAMES_OFFERED = 2_000  # searched at each key press


class WorkoutForm(FormFrame):
    """Main thread. Nothing here waits: what is connected to the signals does the work."""

    workout_submitted = Signal(object)  # Workout
    correction_submitted = Signal(object)  # Change
    draft_changed = Signal(str)  # empty: nothing to keep
    would_unlock_requested = Signal(object)  # Workout; answer with show_would_unlock
    recent_requested = Signal()
    template_requested = Signal(object)  # body fields
    athlete_changed = Signal(object)  # AthleteDay, again every few seconds; answer with show_athlete

    def __init__(
        self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo, undo_offers: UndoOffers | None = None
    ) -> None:
        """`undo_offers`: those of the window."""
        super().__init__(theme, now_ms=now_ms, zone=zone)
        self.undo_offers = undo_offers or UndoOffers(self)
        self._reader = FormReader(now_ms, zone)
        self._athlete = AthleteWatch(self.body_fields, self._reader, self)
        self._preview = LivePreview(self.body_fields, self.card, self._reader, self._athlete, self)
        self._drafts = DraftKeeper(self.body_fields.texts_typed, self._reader, self)
        self._submission = SubmissionFlow(self, self.strip, self.body_fields, self._reader, self._athlete)
        self._recent: list[Workout] = []
        self._replaced: Draft | Correction | None = None  # a correction with the texts that stood in it
        self._keys = [QShortcut(QKeySequence(keys), self) for keys in SHORTCUTS[Scope.FORM]["again"].keys.split()]
        self._connect()
        self._load(Draft({"type": DEFAULT_SPORT}))
        self._on_clock()
        clock = QTimer(self)
        clock.timeout.connect(self._on_clock)
        clock.start(CLOCK_MS)

    # What others tell the form

    def set_athletes(self, names: Sequence[str], *, complete: bool = False) -> None:
        """The names to suggest, and to compare a new one with. `complete`: of any other name nothing is stored."""
        self.body_fields.set_names(names[:NAMES_OFFERED])
        self._submission.set_athletes(names, complete=complete)

    def expect_answers(self) -> None:
        """`athlete_changed` will be answered: a submission may wait a moment for it."""
        self._submission.check.expect_answers()

    def show_athlete(self, record: AthleteRecord) -> None:
        """The answer to `athlete_changed`; one about another athlete than the one that stands there is dropped."""
        self._athlete.take(record)
        if self._submission.step in (
            SubmissionStep.TYPING,
            SubmissionStep.WRONG,
        ):  # not under a question, nor after Enter
            self._athlete.offer_last_weight()
        self._submission.check.answer_came()
        if self._athlete.is_known:
            self._submission.check.finish()

    def set_rules(self, rules: AchievementRules) -> None:
        """Those in force."""
        self._preview.set_rules(rules)

    def show_would_unlock(self, workout: Workout, achievements: Sequence[AchievementRule]) -> None:
        """The answer to `would_unlock_requested`; one that came too late is dropped."""
        self._preview.show_would_unlock(workout, achievements)

    def set_recent(self, workouts: Sequence[Workout]) -> None:
        """What was sent of late, newest first: offered again, and compared with for duplicates."""
        self._recent = distinct(workouts)
        self._submission.remember(reversed(workouts))
        self.show_recent(self._recent, self._reader.units)

    def set_units(self, units: Units) -> None:
        self._reader.units = units
        self.body_fields.set_units(units)
        self.show_recent(self._recent, units)
        self._preview.show_soon()

    def show_draft_kept(self) -> None:
        """The draft of the last `draft_changed` is on disk."""
        self.mark_draft(kept=not self.draft().empty)

    def correct(self, workout: Workout, own: Mapping[str, object] | None = None) -> None:
        """Fill in a workout as it counts now, to send what is changed as its next revision. Esc leaves it as it is;
        then, and when it is sent, what stood here before stands here again. `own`: body fields to begin with."""
        if not self._is_question_in_the_way():
            before = self._reader.correction
            stood_here = self.draft() if before is None else before.stood_here
            self._begin_correction(workout, stood_here, self._reader.texts_of(own) if own else None)

    def restore_draft(self, text: str) -> None:
        """Fill in what `draft_changed` said last, however damaged; its start is what it was then."""
        draft = load_draft(text).dated(self._reader.now_ms(), self._reader.zone)
        if not draft.empty:
            self._load(draft)
            self.mark_draft(kept=True)

    def forget(self, athlete: str) -> None:
        """Everything of this athlete was erased: what stands here goes if it has the name, for good."""
        self._recent = [each for each in self._recent if each.athlete != athlete]
        self.show_recent(self._recent, self._reader.units)
        self._submission.forget(athlete)
        correction, empty = self._reader.correction, Draft({"type": DEFAULT_SPORT})
        below = None if correction is None else correction.stood_here
        if below is not None and below.spells(athlete):
            below = empty
        if self.draft().spells(athlete) or (correction is not None and correction.before.athlete == athlete):
            self._load(empty if below is None else below)
        elif correction is not None and below is not None:
            self._reader.correction = replace(correction, stood_here=below)
        if isinstance(self._replaced, Correction) or (self._replaced is not None and self._replaced.spells(athlete)):
            self._forget_replaced()
        self._drafts.keep_now()

    def load_for_repair(self, fields: Mapping[str, object]) -> None:
        """Fill in the body fields of a failed workout and mark what is wrong. It is sent under its own id."""
        self._load(Draft(self._reader.texts_of(fields), kept_of(fields)))
        self._submission.show_problems(self._reader.read(self.body_fields.texts_to_send()).problems)

    # What the user does

    def keep_draft(self) -> None:
        """Say once more what to save, after `draft_changed` had no effect."""
        self._drafts.keep_now()

    def draft(self) -> Draft:
        return self._drafts.draft()

    @Slot()
    def submit(self) -> None:
        """Emit the workout, or show what is wrong or unlikely. In an empty form: only where to begin."""
        correction = self._reader.correction
        if self.draft().empty:
            self.body_fields.focus("userId")
        elif correction is not None and correction.is_same(self._reader.read(self.body_fields.texts_to_send())):
            self.strip.ask(NOTHING_CHANGED)
            announce(self, NOTHING_CHANGED)
        else:
            self._submission.begin()

    def focus_first(self) -> None:
        """Where the next workout begins; a question that is open comes first."""
        self._submission.focus()

    @Slot()
    def clear(self) -> None:
        """Empty the form, or leave the correction; either can be undone."""
        self._submission.check.finish()
        if self._reader.correction is not None:
            self._leave_correction(self._reader.correction)
        elif not self.draft().empty:
            self._replace(Draft({"type": DEFAULT_SPORT}), "Cleared")

    def use_again(self, fields: Mapping[str, object]) -> None:
        """Fill in the body fields of an earlier workout, with a start of now, which can be undone."""
        if not self._is_question_in_the_way():
            self._replace(Draft({**self._reader.texts_of(fields), "timestamp": "", "weightKg": ""}), "Replaced")

    @Slot()
    def ask_for_template(self) -> None:
        """Emit what is typed to keep it under a name, or mark what cannot be read."""
        try:
            fields = {} if self.draft().empty else self._reader.fields_of(self.body_fields.texts_to_send())
        except InvalidWorkoutError as error:
            (problem,) = error.problems
            self.body_fields.fields[problem.field].show_problem(problem.problem)
            self.body_fields.focus(problem.field)
            return
        if fields:
            self.template_requested.emit(fields)
        else:
            show_note(self, "Fill in what the template is to keep first")

    def begin(self, athlete: str, sport: str) -> None:
        """A new workout of this athlete, with a start of now, which can be undone."""
        if not self._is_question_in_the_way():
            self._replace(Draft({"userId": athlete, "type": sport or DEFAULT_SPORT}), "Replaced")
            self.body_fields.focus("duration")

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
        match pressed(Scope.FORM, event):
            case "submit":
                self.submit()
            case "clear" if not self.draft().empty:
                self.clear()
            case _:
                super().keyPressEvent(event)

    def _connect(self) -> None:
        self.body_fields.edited.connect(self._on_edited)
        self.body_fields.left_alone.connect(self._on_left_alone)
        self._athlete.record_requested.connect(self.athlete_changed)
        self._preview.would_unlock_requested.connect(self.would_unlock_requested)
        self._drafts.changed.connect(self._on_draft_changed)
        self._submission.ready.connect(self._on_ready)
        self.submit_button.clicked.connect(self.submit)
        self.earlier.chosen.connect(self._on_recent_chosen)
        self.earlier.sample_requested.connect(self._on_sample_requested)
        self.earlier.all_requested.connect(self.recent_requested)
        keys = SHORTCUTS[Scope.FORM]
        QShortcut(QKeySequence(keys["recent"].key), self, self.recent_requested.emit)
        QShortcut(QKeySequence(keys["template"].key), self, self.ask_for_template)
        for key in self._keys:
            key.activated.connect(self._on_recent_key)

    def _load(self, draft: Draft) -> None:
        self._submission.check.finish()  # Enter came first: what stands here is not replaced unsent
        self._reader.kept, self._reader.correction = draft.kept, None
        self._forget_replaced()
        self._submission.end()
        self.body_fields.load(draft.texts)
        self.body_fields.settle("duration")
        self.body_fields.echo_start()
        self.strip.ask("")
        self.show_purpose(repairing=bool(draft.kept))
        self._athlete.look_anew()
        self.earlier.offer_sample(draft.empty)
        self._preview.forget()
        self._drafts.keep_soon()

    def _replace(self, draft: Draft, done: str) -> None:
        if self._reader.correction is not None:
            self._load(self._reader.correction.stood_here)
        before = self.draft()
        self._load(draft)
        if not before.empty:
            self._replaced = before
            self.undo_offers.offer(done, self._bring_back, lasts=True)
        self.body_fields.focus("userId")

    def _bring_back(self) -> None:
        if isinstance(self._replaced, Correction):
            left = self._replaced
            self._begin_correction(left.before, left.stood_here, left.texts)
        elif self._replaced is not None:
            self._load(self._replaced)
            self.body_fields.focus("userId")

    def _forget_replaced(self) -> None:
        """It cannot be brought back any more."""
        self._replaced = None
        self.undo_offers.withdraw(self._bring_back)

    def _begin_correction(self, workout: Workout, stood_here: Draft, texts: Mapping[str, str] | None = None) -> None:
        """`texts`: as it stood here when it was left."""
        fields = fields_of(workout)
        self._load(Draft(self._reader.texts_of(fields), kept_of(fields)))
        self._reader.correction = Correction(workout, fields, self.body_fields.texts_to_send(), stood_here)
        if texts is not None:
            self.body_fields.load(texts)
            self.body_fields.settle("duration")
        self.show_purpose(repairing=False, was=was_words(workout, self._reader.units))
        self.body_fields.focus("duration")

    def _leave_correction(self, correction: Correction) -> None:
        texts = self.body_fields.texts_to_send()
        self._load(correction.stood_here)
        if texts != correction.texts:
            self._replaced = replace(correction, texts=texts)
            self.undo_offers.offer("Correction left", self._bring_back, lasts=True)
        self.body_fields.focus("userId")

    def _is_question_in_the_way(self) -> bool:
        """Whether what stands here must not be replaced now. A submission that is being checked ends first."""
        if self._submission.step is SubmissionStep.CHECKING:
            self._submission.check.finish()
        return self._submission.drop_key()

    @Slot(object)
    def _on_ready(self, workout: Workout) -> None:
        if (correction := self._reader.correction) is not None:
            self._load(correction.stood_here)
            self.body_fields.focus("userId")
            self.correction_submitted.emit(correct(correction.before, workout))
            return
        self._recent = distinct([workout, *self._recent])
        self.show_recent(self._recent, self._reader.units)
        self._load(Draft({"type": workout.sport if self.body_fields.sport is not None else DEFAULT_SPORT}))
        self.body_fields.focus("userId")
        self.workout_submitted.emit(workout)
        self._drafts.keep_now()  # at once: a restart must not offer again what is accepted

    @Slot(str)
    def _on_edited(self, name: str) -> None:
        self._drafts.keep_soon()
        self.body_fields.echo_start()
        self.earlier.offer_sample(self.draft().empty)
        field = self.body_fields.fields[name]
        if field.message:  # a mark goes as soon as the field is right; it never comes while typing
            field.show_problem(self._problem_of(name))
        self._submission.end()
        if self.strip.text == NOTHING_CHANGED:
            self.strip.ask("")
        self._forget_replaced()
        self._preview.show_soon()

    @Slot(str)
    def _on_left_alone(self, name: str) -> None:
        field = self.body_fields.fields[name]
        if field.text.strip() or field.message:
            field.show_problem(self._problem_of(name))
        if not field.message:
            self.body_fields.settle(name)
        if name in ("userId", "timestamp"):
            self._athlete.look()  # so that it is known by the time of Enter

    def _problem_of(self, name: str) -> str:
        return self._reader.read(self.body_fields.texts_to_send()).problem_of(name)

    @Slot(str)
    def _on_draft_changed(self, text: str) -> None:
        if not text:
            self.mark_draft(kept=False)
        self.draft_changed.emit(text)

    @Slot()
    def _on_clock(self) -> None:
        self.body_fields.start.show_clock()
        self._athlete.look(again=True)  # another console may have sent one
        self.body_fields.echo_start()  # `18:24` is of another day after midnight

    @Slot()
    def _on_recent_key(self) -> None:
        if self._submission.drop_key():
            return
        for place, key in enumerate(self._keys):
            if key is self.sender():
                self.earlier.choose(place)

    @Slot(object)
    def _on_recent_chosen(self, workout: Workout) -> None:
        self.use_again(workout.model_dump(mode="json", by_alias=True, exclude_none=True))
        # A weight is of one person: in view, and gone when another one is typed.
        if workout.weight_kg is not None and self.body_fields.texts()["userId"] == workout.athlete:
            self._athlete.offer_weight(workout.weight_kg, workout.started_at)

    @Slot()
    def _on_sample_requested(self) -> None:
        self._load(Draft(SAMPLE))
        self.body_fields.focus("userId")
