"""The way from Enter to a workout that is sent: checked, asked about, or led to what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.errors import FieldProblem
from core.workouts.model import Workout
from core.workouts.near_names import NameIndex
from gui.forms.echo import reading_doubts
from gui.forms.form_parser import FIELDS
from gui.forms.form_parts import ConfirmBar
from gui.workspaces.console.form.athlete_watch import AthleteWatch
from gui.workspaces.console.form.body import FormBody
from gui.workspaces.console.form.confirm_unusual import DuplicateCheck, find_unusual
from gui.workspaces.console.form.form_reader import FormReader
from gui.workspaces.console.form.problem_guard import ProblemGuard
from gui.workspaces.console.form.question import FormQuestion
from gui.workspaces.console.form.record_check import RecordCheck


class SubmissionStep(Enum):
    """How far an Enter has come."""

    TYPING = auto()  # no Enter is pending
    CHECKING = auto()  # what is stored of the athlete is waited for
    ASKING = auto()  # something unlikely is asked about
    WRONG = auto()  # a field is wrong, and that could not be seen yet


class SubmissionFlow(QObject):
    """Main thread. Neither the question nor a problem is answered by a key that was typed before it could be seen."""

    ready = Signal(object)  # Workout, to be sent

    def __init__(
        self, form: QWidget, strip: ConfirmBar, body: FormBody, reader: FormReader, athlete: AthleteWatch
    ) -> None:
        super().__init__(form)
        self._strip, self._body, self._reader, self._athlete = strip, body, reader, athlete
        self._sent, self._names = DuplicateCheck(), NameIndex()
        self._knows_all_names = False
        self.check = RecordCheck(form)
        self._question = FormQuestion(strip, body, self)
        self._guard = ProblemGuard(strip, body, now_ms=reader.now_ms, parent=self)
        self.check.over.connect(self._on_checked)

    @property
    def step(self) -> SubmissionStep:
        if self.check.is_running:
            return SubmissionStep.CHECKING
        if self._question.is_open:
            return SubmissionStep.ASKING
        return SubmissionStep.WRONG if self._guard.is_active else SubmissionStep.TYPING

    def set_athletes(self, names: Sequence[str], *, complete: bool) -> None:
        """The names to compare a new one with. `complete`: of any other name nothing is stored."""
        self._knows_all_names = complete
        self._names.set_names(names)

    def remember(self, workouts: Iterable[Workout]) -> None:
        """What was sent, oldest first, to compare with for duplicates."""
        self._sent.remember(workouts)

    def forget(self, athlete: str) -> None:
        self._sent.forget(athlete)

    def begin(self) -> None:
        """Enter: say `ready`, or show what is wrong or unlikely."""
        if self.step is SubmissionStep.CHECKING:
            return
        for name in FIELDS:
            self._body.settle(name)  # now, so that a question which takes the focus finds them as they stay
        self._go_on(checked=False)

    def end(self) -> None:
        """What was asked about, or was wrong, is there no longer."""
        if self._question.is_open or self._guard.is_open:
            if self._strip.window().focusWidget() is self._strip:
                self._body.focus("userId")  # what hides gives the focus away, to anywhere
            self._strip.ask("")
        self._question.close()
        self._guard.close()

    def focus(self) -> None:
        """Where typing goes on: a question that is open comes first."""
        if self._question.is_open or self._guard.is_open:
            self._strip.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._body.focus("userId")

    def drop_key(self) -> bool:
        """Whether a shortcut would replace a workout that is asked about, or whose problem was not seen yet."""
        step = self.step
        if step is SubmissionStep.WRONG:
            self._guard.drop_key()
        elif step is SubmissionStep.ASKING:
            self._strip.drop_key()
        return step in (SubmissionStep.WRONG, SubmissionStep.ASKING)

    def show_problems(self, problems: Sequence[FieldProblem]) -> None:
        """Mark the fields, and put the caret into the first of them."""
        known = {problem.field: problem.problem for problem in problems}
        for name in FIELDS:
            self._body.fields[name].show_problem(known.get(name, ""))
        self._body.more.refresh()
        elsewhere = [f"{problem.field}: {problem.problem}" for problem in problems if problem.field not in FIELDS]
        if elsewhere:
            self._strip.ask("; ".join(elsewhere))
        for name in self._body.wrong()[:1]:
            self._body.focus(name)

    def _go_on(self, *, checked: bool) -> None:
        self._athlete.look()  # first: a weight that was offered for the name before goes
        reading = self._reader.read(self._body.texts_to_send())
        if reading.workout is None:
            self.end()
            self._strip.ask("")
            self.show_problems(reading.problems)
            for name in self._body.wrong()[:1]:
                self._guard.begin(name)
        elif not checked and self._must_check(reading.workout):
            self.check.begin()
        elif not self._must_ask(reading.workout):
            self.remember([reading.workout])
            self.ready.emit(reading.workout)

    def _must_check(self, workout: Workout) -> bool:
        """Whether something may be stored of this athlete and day that is not known here yet."""
        is_new = self._knows_all_names and workout.athlete not in self._names
        return self.check.can_wait and not self._athlete.is_known and not is_new

    def _must_ask(self, workout: Workout) -> bool:
        """Ask about what is unlikely, once for the same texts; true until that was read and Enter pressed anew."""
        record, texts = self._athlete.record, self._body.texts_to_send()
        unusual = find_unusual(
            workout,
            now=self._reader.now,
            zone=self._reader.zone,
            athletes=self._names,
            known=(*self._sent.of(workout.athlete), *(() if record is None else record.day)),
            last_weight_kg=None if record is None or record.weight is None else record.weight.kg,
        )
        return self._question.keeps_back(texts, [*reading_doubts(texts, self._reader.units), *unusual])

    @Slot()
    def _on_checked(self) -> None:
        """What is stored of the athlete is known, or was waited for long enough."""
        self._go_on(checked=True)
