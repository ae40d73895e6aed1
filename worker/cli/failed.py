"""`paceline-failed`: the failed list for a machine without a screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from core.broker.connect import open_broker
from core.errors import SettingError
from core.failures.corrections import ProposedCorrection
from core.failures.failed_json import message_fields, row_fields, shown_extras
from core.failures.models import FailedFilter, FailedMessage, FailedRow
from core.store.failure_actions import FailureActions
from core.store.reader import ResultsReader
from core.utc_text import utc_seconds_text
from worker.cli.common import BROKER, DATA_DIR, DATABASE, NOT_ALL, escape_unprintable, fail, run_command
from worker.cli.version_option import VERSION_OPTION
from worker.failed.bulk_fix import MOST_LOOKED_AT, find_mistake
from worker.failed.failed_service import ActionResult, FailedMessageService, current_user
from worker.runtime.clock import now_ms

PROGRAM = "paceline-failed"
SHORT_KEY = 12
PAGE = 500

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help=__doc__)

CAUSE = Annotated[str | None, typer.Option(help="only those of this cause, as `groups` names it")]
TEXT = Annotated[str, typer.Option(help="only those with these words in athlete, sport, id or reason")]
AS_JSON = Annotated[bool, typer.Option("--json", help="one JSON object a line")]
KEYS = Annotated[list[str] | None, typer.Argument(help="keys, or how they begin")]
EVERY = Annotated[bool, typer.Option("--all", help="all that match, or simply all")]


@contextmanager
def opened_list(
    broker: str | None, database: str | None, data_dir: Path | None
) -> Iterator[tuple[FailedMessageService, ResultsReader]]:
    """The failed list, open. An error is one line and exit code 2."""
    try:
        with run_command(PROGRAM, broker, database, data_dir) as settings:
            reader = ResultsReader(settings.database_url, now_ms=now_ms)
            actions = FailureActions(settings.database_url, by=current_user(), now_ms=now_ms)
            service = FailedMessageService(open_broker(settings.broker_url), reader, actions, now_ms=now_ms)
            with closing(service):
                service.open()
                yield service, reader
    except UnicodeEncodeError:  # of an argument that is not valid UTF-8
        fail(PROGRAM, "What was asked for is not valid text.")


@cli.callback()
def failed(version: VERSION_OPTION = False) -> None:
    pass


@cli.command("list")
def list_failed(
    cause: CAUSE = None,
    text: TEXT = "",
    limit: Annotated[int, typer.Option(min=1, help="at most so many, newest first")] = 100,
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """What is on the list, newest first. Looking takes nothing from the queue."""
    wanted = FailedFilter(cause, text)
    with opened_list(broker, database, data_dir) as (_, reader):
        shown = 0
        while shown < limit and (rows := reader.failed.rows(wanted, min(PAGE, limit - shown), offset=shown)):
            for row in rows:
                sys.stdout.write((json.dumps(row_fields(row)) if as_json else _plain(_row_line(row))) + "\n")
            shown += len(rows)
        if not as_json:
            sys.stderr.write(f"{shown:,} of {reader.failed.count(wanted):,}\n")


@cli.command()
def groups(
    as_json: AS_JSON = False, broker: BROKER = None, database: DATABASE = None, data_dir: DATA_DIR = None
) -> None:
    """The causes, with how many failed of each and what may help."""
    with opened_list(broker, database, data_dir) as (_, reader):
        for group in reader.failed.groups():
            cause = group.cause
            fields = {
                "cause": cause.code,
                "title": cause.title,
                "advice": cause.advice.value,
                "count": group.count,
                "lastFailedAt": utc_seconds_text(group.last_at_ms),
            }
            line = f"{group.count:>7,}  {cause.title:<32} {cause.advice.value:<20} {cause.code}"
            sys.stdout.write((json.dumps(fields) if as_json else line) + "\n")


@cli.command()
def show(
    key: Annotated[str, typer.Argument(help="a key, or how it begins")],
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """One message whole: why, tries, headers, body."""
    with opened_list(broker, database, data_dir) as (_, reader):
        (found,) = _keys(reader, [key])
        one = reader.failed.message(found)
        if one is None:
            raise SettingError(f"Nothing on the list begins with {key}.")
        sys.stdout.write((json.dumps(message_fields(one)) if as_json else _plain(_message_text(one))) + "\n")


@cli.command()
def retry(
    keys: KEYS = None,
    every: EVERY = False,
    cause: CAUSE = None,
    text: TEXT = "",
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Retry messages: send the stored bodies again, unchanged. Those named, those that match, or all.

    Exit code: 0 all were sent, 1 some were not, 2 could not run.
    """
    with opened_list(broker, database, data_dir) as (service, reader):
        chosen = _chosen(reader, keys or [], every, FailedFilter(cause, text))
        _finish("retried", len(chosen), _acting(chosen, service.retry), as_json=as_json)


@cli.command()
def fix(
    cause: CAUSE = None,
    text: TEXT = "",
    most: Annotated[int, typer.Option(min=1, help="look at so many, newest first")] = MOST_LOOKED_AT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would be changed; send nothing")] = False,
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Convert the messages that share one mistake (metres as km, seconds as minutes, a late start, other field
    names), and send them.

    Exit code: 0 all that share it were sent, 1 some were not, 2 could not run.
    """
    with opened_list(broker, database, data_dir) as (service, reader):
        found = find_mistake(reader.failed, FailedFilter(cause, text), now_ms=now_ms(), most=most)
        changes = () if found is None else found.changes
        for proposal in found.proposals if found is not None and dry_run else ():
            sys.stdout.write(_proposal_line(proposal, as_json=as_json) + "\n")
        if found is not None and found.looked_at < found.total:
            sys.stderr.write(f"{PROGRAM}: looked at the newest {found.looked_at:,} of {found.total:,}\n")
        if not dry_run:
            _finish("converted", len(changes), _acting(changes, service.resend_changed), as_json=as_json)


@cli.command()
def discard(
    keys: KEYS = None,
    every: EVERY = False,
    cause: CAUSE = None,
    text: TEXT = "",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Take messages off the list for good; the history keeps who discarded them, and when.

    Exit code: 0 all are off the list, 1 some are not, 2 could not run.
    """
    with opened_list(broker, database, data_dir) as (service, reader):
        chosen = _chosen(reader, keys or [], every, FailedFilter(cause, text))
        if chosen and not yes:
            noun = "message" if len(chosen) == 1 else "messages"
            if not sys.stdin.isatty():
                raise SettingError(f"This would discard {len(chosen):,} {noun}: say --yes.")
            if not typer.confirm(f"Discard {len(chosen):,} {noun}?", err=True):
                raise SystemExit(NOT_ALL)
        _finish("discarded", len(chosen), _acting(chosen, service.discard), as_json=as_json)


@cli.command("read-in")
def read_in(
    as_json: AS_JSON = False, broker: BROKER = None, database: DATABASE = None, data_dir: DATA_DIR = None
) -> None:
    """Fetch failed messages missing here: put on the list what only the broker's failed queue has.

    Exit code: 0 all are on the list, 1 some could not be put there and stay in the queue, 2 could not run.
    """
    with opened_list(broker, database, data_dir) as (service, _):
        acted = service.import_queue()
        if acted.remark:
            sys.stderr.write(f"{PROGRAM}: {acted.remark}\n")
        sys.stdout.write((json.dumps({"readIn": acted.done}) if as_json else f"{acted.done:,} fetched") + "\n")
        if acted.remark:
            raise SystemExit(NOT_ALL)


def _chosen(reader: ResultsReader, keys: Sequence[str], every: bool, wanted: FailedFilter) -> Sequence[str]:
    """Keys as of now: what fails later is not among them."""
    if keys and (every or wanted != FailedFilter()):
        raise SettingError("Name keys, or say which match: not both.")
    if keys:
        return _keys(reader, keys)
    if not every and wanted == FailedFilter():
        raise SettingError("Say which: keys, --cause, --text, or --all.")
    return reader.failed.keys(wanted)


def _keys(reader: ResultsReader, given: Sequence[str]) -> Sequence[str]:
    found = []
    for prefix in given:
        if not prefix:
            raise SettingError("A key is empty.")  # a shell variable that is not set: every key begins with it
        matching = reader.failed.keys_that_begin(prefix)
        if not matching:
            raise SettingError(f"Nothing on the list begins with {prefix}.")
        if len(matching) > 1 and prefix not in matching:
            raise SettingError(f"Several keys begin with {prefix}: write more of it.")
        found.append(prefix if prefix in matching else matching[0])
    return [*dict.fromkeys(found)]


def _acting(items: Sequence[object], act: Callable[..., ActionResult]) -> ActionResult:
    def progress(done: int, total: int) -> None:
        sys.stderr.write(f"\r{done:,} of {total:,}")
        sys.stderr.flush()

    if not sys.stderr.isatty():
        return act(items)
    acted = act(items, progress=progress)
    sys.stderr.write("\n")
    return acted


def _finish(word: str, wanted: int, acted: ActionResult, *, as_json: bool) -> None:
    for sentence in (acted.problem, acted.remark):
        if sentence:
            sys.stderr.write(f"{PROGRAM}: {sentence}\n")
    fields = {word: acted.done, "skipped": acted.skipped, "left": wanted - acted.done - acted.skipped}
    words = f"{acted.done:,} {word}" + (f", {acted.skipped:,} skipped" if acted.skipped else "")
    sys.stdout.write((json.dumps(fields) if as_json else words) + "\n")
    if acted.done < wanted:
        raise SystemExit(NOT_ALL)


def _proposal_line(proposal: ProposedCorrection, *, as_json: bool) -> str:
    change = proposal.change
    if as_json:
        return json.dumps({"key": change.key, "field": change.field, "old": proposal.old, "new": change.value})
    return f"{change.key[:SHORT_KEY]}  {change.field}: {proposal.old} -> {change.value}"


def _plain(text: str) -> str:
    """Control characters as escapes: text of other programs must not command the terminal."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode() for each in text
    )


def _row_line(row: FailedRow) -> str:
    who = " ".join(each for each in (row.athlete, row.sport) if each) or "?"
    return f"{row.key[:SHORT_KEY]}  {utc_seconds_text(row.failed_at_ms)}  {row.attempts:>2}x  {who:<28}  {row.reason}"


def _message_text(one: FailedMessage) -> str:
    lines = [
        f"key       {one.row.key}",
        f"cause     {one.row.cause.title} ({one.row.cause.code})",
        f"advice    {one.row.cause.advice.value}",
        f"reason    {one.row.reason}",
        f"id        {one.row.message_id or '-'}",
        *(f"try {each.number:<5} {utc_seconds_text(each.at_ms)}  {each.worker}  {each.reason}" for each in one.tries),
        *(f"header    {name}: {value}" for name, value in one.message.headers.items()),
        *(f"property  {name}: {value}" for name, value in shown_extras(one.message)),
        f"body      {one.body_bytes:,} bytes",
        one.message.body.decode("utf-8", "replace"),
    ]
    return "\n".join(lines)


def main() -> None:
    escape_unprintable()
    cli()


if __name__ == "__main__":
    main()
