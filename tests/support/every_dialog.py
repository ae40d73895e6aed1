"""Each dialog of the program with the most that it may have to say: long texts, errors, optional parts."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core.achievements.rules import default_rules
from core.achievements.summary import AchievementSummary, BadgeCount
from core.athletes.history import HistoryPage, HistoryPlace, HistoryRow
from core.broker.connect import RABBITMQ
from core.care.manifest import Manifest
from core.care.progress import Progress
from core.errors import RuleFileError
from core.failures.corrections import BulkFixProposal, CommonMistake, FieldCorrection, ProposedCorrection, SkipReason
from core.failures.models import FailedFilter
from core.files.headers import FileHeader
from core.parsing.table_columns import ColumnChoice
from core.roster.workout_template import workout_template
from core.workouts.samples import sample_athletes
from gui.changes.delete_dialog import DeleteDialog
from gui.controllers.workspaces import WORKSPACES
from gui.dialogs.connection_dialog import ConnectionDialog
from gui.dialogs.connection_url import NamedConnection
from gui.dialogs.erase_dialog import EraseDialog
from gui.dialogs.import_columns import ColumnsDialog
from gui.dialogs.import_dialog import ImportDialog
from gui.dialogs.merge_dialog import MergeDialog
from gui.dialogs.restore_dialog import RestoreDialog
from gui.dialogs.settings_dialog import SettingsDialog
from gui.dialogs.task_dialog import TaskDialog
from gui.forms.formatting import Units
from gui.forms.template_dialog import TemplateDialog
from gui.frame.actions import FrameActions
from gui.frame.banner import DetailsDialog
from gui.frame.shortcuts_dialog import ShortcutsDialog
from gui.frame.view_models import BannerView, SettingsView
from gui.shortcuts import listed
from gui.theme.theme import Theme
from gui.widgets import Dialog
from gui.workspaces.athletes.badges.rules_dialog import RulesDialog
from gui.workspaces.athletes.badges.rules_editor import RulesEditor
from gui.workspaces.console.picker.dialog import PickerDialog
from gui.workspaces.demo.chaos.report_dialog import ReportDialog
from gui.workspaces.failed.bulk_fix.dialog import ConvertDialog
from gui.workspaces.failed.messages.discard_dialog import DiscardDialog
from tests.support.demo_control import PlayedPipeline
from tests.support.failed_screen import FAR, T0, failed_row
from worker.demo.experiments.experiment import Observation, Result
from worker.demo.experiments.runner import EXPERIMENTS, ExperimentRunner
from worker.demo.producers.load import sample_workouts
from worker.imports.preview import ImportRow, Verdict

QUEUE = "sqlite:////home/coach/.local/share/paceline/queue.db"
TLS = "amqps://coach:secret@broker.gym.lan:5671/team?ca=/etc/paceline/ca.pem"
PROBLEM = "RabbitMQ at broker.gym.lan:5671 refused the user name or password. Check both, then connect again."
ANSWER = (
    "RabbitMQ at broker.gym.lan:5671 did not answer within 5 s: no route to host. Is it running, and may you reach it?"
)


def _connection(theme: Theme, url: str) -> ConnectionDialog:
    dialog = ConnectionDialog(
        theme,
        url,
        QUEUE,
        (NamedConnection(TLS, "Gym"), NamedConnection("amqp://guest:guest@localhost:5672/")),
        problem=PROBLEM,
        database_url="sqlite:////home/coach/.local/share/paceline/results.db",
        find_password=lambda url: None,
        start_test=lambda tried: dialog.show_test_result(tried, False, ANSWER),
    )
    return dialog


def _embedded(theme: Theme) -> Dialog:
    dialog = _connection(theme, QUEUE)
    dialog.offer_local_rabbitmq("amqp://guest:guest@localhost:5672/")
    dialog.test_button.click()
    return dialog


def _rabbitmq(theme: Theme) -> Dialog:
    dialog = _connection(theme, QUEUE)
    dialog.kind.select(RABBITMQ)
    dialog.fields["port"].line.setText("99999")
    dialog.connect_button.click()
    return dialog


def _tls(theme: Theme) -> Dialog:
    dialog = _connection(theme, TLS)
    dialog.test_button.click()
    return dialog


def _settings(theme: Theme) -> Dialog:
    data = FrameActions(WORKSPACES, theme).data.actions()
    dialog = SettingsDialog(theme, SettingsView(http_endpoint=True), data_actions=data)
    for field in (dialog.prefetch, dialog.work, dialog.port):
        field.line.setText("none of it")
    dialog.save.click()
    return dialog


def _shortcuts(theme: Theme) -> Dialog:
    return ShortcutsDialog(theme, listed([each.title for each in WORKSPACES]))


def _details(theme: Theme) -> Dialog:
    lines = "\n".join(f"line {number} of what the program knows of it" for number in range(30))
    return DetailsDialog(theme, BannerView("problem", "The results cannot be written", PROBLEM, details=lines))


def _discard(theme: Theme) -> Dialog:
    return DiscardDialog(theme, tuple(f"key-{number}" for number in range(1_204)))


def _delete(theme: Theme) -> Dialog:
    return DeleteDialog(theme, next(sample_workouts(sample_athletes(), random.Random(7), lambda: datetime.now(UTC))))


def _convert(theme: Theme) -> Dialog:
    rows = [failed_row(number) for number in range(14)]
    mistake = CommonMistake.METRES
    found = tuple(ProposedCorrection(row, 5200, FieldCorrection(row.key, 0, mistake.value, 5.2)) for row in rows[:12])
    left_out = {next(iter(SkipReason)): tuple(rows[12:])}
    proposal = BulkFixProposal(mistake, FailedFilter(FAR), 14, 14, found, left_out)
    return ConvertDialog(theme, proposal, units=Units(), now_ms=lambda: T0, zone=UTC)


def _rules(theme: Theme) -> Dialog:
    rules = default_rules().all
    badges = tuple(BadgeCount(rule.code, rule.name, 10_000) for rule in rules if rule.code != "ultra")
    return RulesDialog(theme, rules, AchievementSummary(0, badges, 0, 10_000))


def _rules_editor(theme: Theme) -> Dialog:
    dialog = RulesEditor(theme)
    right = '[[achievement]]\ncode = "first"\nname = "First"\nicon = "mdi6.run"\nkind = "count"\ntarget = 1\n'
    dialog.show_rules(right, "Rules of your own, saved by the coach of the team on 2026-03-14 at 18:15.")
    wrong = right.replace("1", "0")
    dialog.put_text(wrong)
    dialog.show_state("Computed for 1,200 of 10,000 athletes; the rules are in force.", unfinished=True)
    problem = RuleFileError(
        "achievements.toml, line 6: rule 'first': target: Input should be greater than 0."
    )  # a marked line is painted in parts
    dialog.show_check(wrong, problem, 0)
    return dialog


def _import(theme: Theme) -> Dialog:
    workout = next(sample_workouts(sample_athletes(), random.Random(7), lambda: datetime.now(UTC)))
    dialog = ImportDialog(theme, units=Units(), zone=UTC)
    dialog.restart(("/home/coach/Downloads/week.csv", "/home/coach/Downloads/ride.fit"), has_columns=True)
    rows = [ImportRow(number, "week.csv", str(number + 2), Verdict.READY, "", workout) for number in range(40)]
    wrong = ImportRow(40, "week.csv", "42", Verdict.WRONG, "duration: Type a duration such as 45 or 1:05:30.")
    dialog.add_rows([*rows, wrong], ["week.csv: read as CSV, delimiter semicolon, utf-8"], finished=True)
    return dialog


def _columns(theme: Theme) -> Dialog:
    names = ("Athlete", "Sport", "Minutes", "Kilometres", "What the coach noted of it")
    choices = (ColumnChoice("userId"), ColumnChoice("type"), ColumnChoice("duration", "min"), *[ColumnChoice()] * 2)
    return ColumnsDialog(theme, FileHeader("week", names, choices), choices)


def _template(theme: Theme) -> Dialog:
    name, athlete = "Track, Tuesday evening", "Maya Lindqvist"
    return TemplateDialog(theme, name, lambda _name: True, "What it keeps.", athlete=athlete)


def _picker(theme: Theme) -> Dialog:
    dialog = PickerDialog(theme, Units(), now_ms=lambda: 0, zone=None)
    fields = {"type": "Running", "duration": 65.5, "distance": 12.5, "userId": "Maya Lindqvist", "title": "Hills"}
    dialog.show_templates([workout_template(f"Tuesday {number}", fields) for number in range(6)])
    place = HistoryPlace((1,), "w")
    row = HistoryRow("w", "Maya Lindqvist", "Running", 0, 0, 65.5, 12.5, 700.0, True, 2, "Hills", "", place=place)
    dialog.take(HistoryPage(dialog.model.wanted, (row,), None))
    return dialog


def _task(theme: Theme) -> Dialog:
    dialog = TaskDialog(theme, "Backup")
    dialog.show_progress(Progress("Copying the results", 12_345, 67_890))
    return dialog


def _restore(theme: Theme) -> Dialog:
    manifest = Manifest(
        program_version="0.1.0",
        made_at="2026-03-14T18:15:00Z",
        files=(),
        left_out=(
            "The queue is not on this computer: what waits there is not in the backup.",
            "The results are in PostgreSQL and not in the backup: save them with pg_dump.",
        ),
    )
    contents = ["3.4 MB", "1,204,000 workouts", "50,000 sent from here", "3 in the queue"]
    return RestoreDialog(theme, Path("backup"), manifest, contents, has_other_results=True)


def _merge(theme: Theme) -> Dialog:
    names = ("Maya Lindqvist-Abernathy", "Maya Lindqvist Abernathy", "Maja Lindqvist-Abernathy")
    return MergeDialog(theme, names[0], dict.fromkeys(names, 12_345), names[1:])


def _erase(theme: Theme) -> Dialog:
    places = ("Workouts in the results", "Failed messages", "Sent from here, with their receipts", "Templates")
    return EraseDialog(theme, "Maya Lindqvist-Abernathy of the Thursday squad", [(each, 12_345) for each in places])


def _report(theme: Theme) -> Dialog:
    runner = ExperimentRunner(PlayedPipeline())
    for kind in EXPERIMENTS:
        runner.record(
            kind.key, Observation(Result.KEPT, "4 min 15 s became 2 min 10 s, then it went on without a pause")
        )
    return ReportDialog(theme, runner.report())


DIALOGS: dict[str, Callable[[Theme], Dialog]] = {
    "connection, embedded queue": _embedded,
    "connection, RabbitMQ": _rabbitmq,
    "connection with TLS": _tls,
    "settings": _settings,
    "shortcuts": _shortcuts,
    "details": _details,
    "discard": _discard,
    "delete": _delete,
    "convert": _convert,
    "rules": _rules,
    "editor of the rules": _rules_editor,
    "import": _import,
    "columns of an import": _columns,
    "template": _template,
    "task": _task,
    "recent workouts and templates": _picker,
    "erase": _erase,
    "merge": _merge,
    "restore": _restore,
    "report of the experiments": _report,
}
