"""`paceline-data`: care of the data of one athlete, and of all."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.care.athlete_export import export_athlete
from core.care.backup import make_backup
from core.care.erase import erase_athlete as erase_everything
from core.care.erase import erasure_notes
from core.care.manifest import Manifest
from core.care.merge import MergeRecord, merge_changes, read_record, unmerge_changes
from core.care.places import DataPlaces
from core.care.restore import restore_backup
from core.care.verify import check_backup
from core.config.settings import given_settings
from core.errors import SettingError
from core.outbox.changes import Change
from core.outbox.outbox import Outbox
from core.workouts.names import canonical_name
from worker.cli.common import BROKER, DATA_DIR, DATABASE, NOT_ALL, escape_unprintable
from worker.cli.data_output import AS_JSON, PROGRAM, errors, opened_places, say, watch
from worker.cli.rules import rules
from worker.cli.version_option import VERSION_OPTION
from worker.failed.failed_service import current_user
from worker.outbox.submission import submission_of
from worker.runtime.clock import now_ms

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help=__doc__)
cli.add_typer(rules, name="rules")

ATHLETE = Annotated[str, typer.Argument(help="the athlete's name, as the list shows it")]


@cli.callback()
def data(version: VERSION_OPTION = False) -> None:
    pass


@cli.command("export-athlete")
def export(
    athlete: ATHLETE,
    file: Annotated[Path, typer.Argument(help="JSON file to write; one that is there is not replaced")],
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Write everything that is kept of one athlete into a JSON file, with the bodies as they were sent.

    Exit code: 0 the file is complete, 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        done = export_athlete(places, canonical_name(athlete), file, now_ms=now_ms, watch=watch())
    fields: dict[str, object] = {
        "workouts": done.workouts,
        "failed": done.failed,
        "sent": done.sent,
        "queued": done.queued,
    }
    words = (
        f"{done.workouts:,} workouts, {done.failed:,} failed messages, {done.sent:,} sent from here, "
        f"{done.queued:,} in the queue"
    )
    say(fields, words, as_json=as_json)
    if not places.has_local_queue:
        sys.stderr.write(f"{PROGRAM}: messages that wait on RabbitMQ are not in it; they are once they are stored\n")


@cli.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="where a new folder with the backup is made")],
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Back up results, outbox, local queue and settings, beside running workers; the copy is opened and checked.

    Exit code: 0 everything is in it, 1 a part is on a server and not in it, 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        made = make_backup(places, folder, now_ms=now_ms, watch=watch())
    say({"backup": str(made.folder), **_manifest_fields(made.manifest)}, str(made.folder), as_json=as_json)
    for sentence in made.manifest.left_out:
        sys.stderr.write(f"{PROGRAM}: {sentence}\n")
    if made.manifest.left_out:
        raise SystemExit(NOT_ALL)


@cli.command()
def verify(backup: Annotated[Path, typer.Argument(help="folder of a backup")], as_json: AS_JSON = False) -> None:
    """Check a backup: every file is there, unchanged, and can be opened.

    Exit code: 0 it is whole, 2 it is not.
    """
    with errors():
        manifest = check_backup(backup, watch())
    say(_manifest_fields(manifest), _manifest_text(manifest), as_json=as_json)


@cli.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="folder of a backup")],
    as_json: AS_JSON = False,
    data_dir: DATA_DIR = None,
) -> None:
    """Restore a backup into the data folder, which no program may use meanwhile. What is there now is kept.

    Exit code: 0 it is restored, 2 could not run, and nothing has changed.
    """
    with errors():
        folder = given_settings(broker=None, database=None, data_dir=data_dir).folder.path
        done = restore_backup(backup, folder, now_ms=now_ms, watch=watch())
    kept = None if done.kept is None else str(done.kept)
    words = f"restored in {folder}" + (f"; what was there is kept in {kept}" if kept else "")
    say({"dataDir": str(folder), "kept": kept, **_manifest_fields(done.manifest)}, words, as_json=as_json)


def _manifest_fields(manifest: Manifest) -> dict[str, object]:
    files = [{"name": file.name, "bytes": file.bytes, "rows": file.rows} for file in manifest.files]
    return {"madeAt": manifest.made_at, "files": files, "leftOut": list(manifest.left_out)}


def _manifest_text(manifest: Manifest) -> str:
    lines = [f"whole, made {manifest.made_at}"]
    counted = {"results": "workouts", "outbox": "entries", "queue": "jobs", "settings": ""}
    for file in manifest.files:
        table = counted[file.kind]
        rows = f"  {file.rows.get(table, 0):,} {table}" if table else ""
        lines.append(f"{file.name:<14} {file.bytes:>14,} bytes{rows}")
    return "\n".join((*lines, *manifest.left_out))


@cli.command("erase-athlete")
def erase(
    athlete: ATHLETE,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask to type the name")] = False,
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Erase everything that is kept of one athlete: results, failed messages, outbox, local queue, draft.

    It cannot be undone. Exit code: 0 the name is nowhere any more, 1 it is in files that are named, or in a message
    that a worker holds, 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        name = canonical_name(athlete)
        if not yes:
            if not sys.stdin.isatty():
                raise SettingError("This would erase an athlete for good: say --yes.")
            if canonical_name(typer.prompt("Type the name to erase it for good", err=True)) != name:
                raise SettingError("That is another name; nothing was erased.")
        done = erase_everything(places, name, by=current_user(), now_ms=now_ms, watch=watch())
    fields: dict[str, object] = asdict(done)
    words = (
        f"erased: {done.workouts:,} workouts, {done.failures:,} failed messages, {done.sent:,} sent from here, "
        f"{done.queued:,} in queues"
    )
    say(fields, words, as_json=as_json)
    notes = erasure_notes(done)
    for note in notes:
        sys.stderr.write(f"{PROGRAM}: {note}\n")
    if notes:
        raise SystemExit(NOT_ALL)


@cli.command("merge-athletes")
def merge(
    athlete: ATHLETE,
    into: Annotated[str, typer.Argument(help="the name that stays")],
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Merge two athletes that are one: each stored workout of the first is corrected to the second name.

    The corrections are accepted into the outbox, all or none; a console with this data folder sends them.
    Exit code: 0 they are accepted, 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        source, target = canonical_name(athlete), canonical_name(into)
        changes = merge_changes(places.database_url, source, target, now_ms=now_ms())
        with _outbox_of(places) as outbox:
            outbox.save_draft(MergeRecord.of(source, target, changes).model_dump_json(), "merge")
            _accept(outbox, changes)
    say({"accepted": len(changes)}, f"{len(changes):,} corrections accepted", as_json=as_json)


@cli.command()
def unmerge(
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Undo the newest merge of this data folder: the workouts that it moved, and no others, get their name again.

    What was deleted since, or corrected to another name, stays so. Exit code: 0 the corrections are accepted, 2 could
    not run.
    """
    with opened_places(broker, database, data_dir) as places, _outbox_of(places) as outbox:
        changes = unmerge_changes(places.database_url, read_record(outbox.load_draft("merge")), now_ms=now_ms())
        _accept(outbox, changes)
        outbox.clear_draft("merge")
    say({"accepted": len(changes)}, f"{len(changes):,} corrections accepted", as_json=as_json)


@contextmanager
def _outbox_of(places: DataPlaces) -> Iterator[Outbox]:
    outbox = Outbox(places.outbox_file, now_ms=now_ms)
    with closing(outbox):
        outbox.open()
        yield outbox


def _accept(outbox: Outbox, changes: Sequence[Change]) -> None:
    """All or none."""
    at_ms = now_ms()
    outbox.accept([submission_of(change.workout, kind=change.kind, submitted_at_ms=at_ms) for change in changes])


def main() -> None:
    escape_unprintable()
    cli()


if __name__ == "__main__":
    main()
