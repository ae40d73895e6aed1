"""Several programs with one outbox: each workout is sent by one of them, also when another one is killed."""

from __future__ import annotations

from pathlib import Path

from tests.support.broker_rigs import until
from tests.support.command_processes import TIMEOUT_S, CommandProcess, Commands, finish, lines
from tests.support.invariants import assert_accounted, outbox_counts

ROWS = 3_000
IN_ONE_WRITE = 500  # rows; at most so many are sent and not noted when a program is killed


def begin(start: Commands, broker: str, athlete: str) -> tuple[CommandProcess, str, str]:
    """`paceline-submit` that has accepted its first row; its verdict, and the rows to come."""
    rows = lines(ROWS).replace("athlete-", f"{athlete}-").splitlines(keepends=True)
    program = start("worker.cli.submit", "-", "--broker", broker)
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(rows[0])
    program.stdin.flush()
    return program, program.stdout.readline(), "".join(rows[1:])


def write(process: CommandProcess, text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.flush()


def accepted_ids(verdicts: str) -> list[str]:
    return [line.split("\t")[2] for line in verdicts.splitlines()]


def test_that_two_programs_with_one_outbox_send_each_workout_once(start: Commands, broker: str, tmp_path: Path) -> None:
    begun = [begin(start, broker, athlete) for athlete in ("ana", "ben")]
    for program, _, rows in begun:
        write(program, rows)  # a pipe takes what it can, so both read at the same time
    ends = [finish(program) for program, _, _ in begun]
    assert [code for code, _, _ in ends] == [0, 0], ends
    assert finish(start("worker.cli.worker", "--broker", broker, "--drain"))[0] == 0
    verdicts = "".join([*(first for _, first, _ in begun), *(out for _, out, _ in ends)])
    account = assert_accounted(tmp_path / "results.db", accepted_ids(verdicts))
    assert sum(account.stored.values()) == 2 * ROWS
    assert account.duplicates == 0
    assert outbox_counts(tmp_path) == (2 * ROWS, 0)


def test_that_what_a_killed_program_left_is_sent_at_once_by_the_one_that_lives(
    start: Commands, broker: str, tmp_path: Path
) -> None:
    (living, first, rest), (killed, its_first, rows) = (begin(start, broker, athlete) for athlete in ("ana", "ben"))
    write(killed, rows)
    assert killed.stdout is not None
    shown = "".join([first, its_first, *(killed.stdout.readline() for _ in range(IN_ONE_WRITE))])
    killed.kill()
    killed.communicate()
    until(lambda: outbox_counts(tmp_path)[1] == 0, TIMEOUT_S)
    code, out, err = finish(living, rest)
    assert code == 0, err
    assert finish(start("worker.cli.worker", "--broker", broker, "--drain"))[0] == 0
    account = assert_accounted(tmp_path / "results.db", accepted_ids(shown + out))
    assert account.duplicates <= IN_ONE_WRITE
