"""`paceline-failed` and `paceline-ledger` as processes, on the embedded queue and on RabbitMQ."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.broker.connect import open_broker
from core.broker.ports import FailedDelivery, Message
from tests.support.command_processes import run_command
from tests.support.rabbitmq_node import PrivateNode

BAD = b'{"type": "swim", "duration": 40, "distance": 120, "userId": "Cy Tan"}'


class Machine:
    """A data folder, a broker, and commands run to their end."""

    def __init__(self, folder: Path, broker_url: str) -> None:
        self.folder, self.broker_url = folder, broker_url

    def run(self, module: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        places = ("--broker", self.broker_url, "--data-dir", str(self.folder))
        return run_command(module, *arguments, *places, text=stdin)

    def failed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("worker.cli.failed", *arguments)

    def drain(self) -> None:
        done = self.run("worker.cli.worker", "--drain")
        assert done.returncode == 0, done.stderr

    def publish(self, *messages: Message) -> None:
        publisher = open_broker(self.broker_url).publisher()
        publisher.open()
        publisher.publish(messages)
        publisher.close()

    def ledger(self) -> tuple[int, dict[str, Any]]:
        done = self.run("worker.cli.ledger", "--json")
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    if request.param == "embedded":
        return Machine(tmp_path, f"sqlite:///{tmp_path / 'queue.db'}")
    node: PrivateNode = request.getfixturevalue("rabbitmq_node")
    return Machine(tmp_path, node.new_vhost())


def bad(number: int) -> Message:
    return Message(BAD, f"00000000-0000-4000-8000-{number:012d}")


def test_the_list_is_shown_acted_on_and_empty_in_the_end(machine: Machine) -> None:
    machine.publish(bad(1), bad(2), bad(3), Message(b"no json", "m-4"))
    machine.drain()

    groups = machine.failed("groups", "--json").stdout.splitlines()
    assert [(json.loads(each)["title"], json.loads(each)["count"]) for each in groups] == [
        ("Distance out of range", 3),
        ("Body is not JSON", 1),
    ]
    listed = [json.loads(each) for each in machine.failed("list", "--json", "--text", "cy").stdout.splitlines()]
    assert {(each["athlete"], each["sport"], each["distanceKm"]) for each in listed} == {("Cy Tan", "Swimming", 120.0)}
    key = listed[0]["key"]
    shown = json.loads(machine.failed("show", key[:16], "--json").stdout)
    assert json.loads(shown["body"]) == json.loads(BAD)
    assert shown["tries"][0]["number"] == 1

    retried = machine.failed("retry", "--cause", "invalid/distance/range")
    assert (retried.returncode, retried.stdout) == (0, "3 retried\n"), retried.stderr
    machine.drain()
    again = [json.loads(each) for each in machine.failed("list", "--json", "--text", "cy").stdout.splitlines()]
    assert [each["attempts"] for each in again] == [2, 2, 2]

    refused = machine.failed("discard", "--all")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "paceline-failed: This would discard 4 messages: say --yes.\n"
    discarded = machine.failed("discard", "--all", "--yes", "--json")
    assert json.loads(discarded.stdout) == {"discarded": 4, "skipped": 0, "left": 0}
    assert machine.failed("list").stdout == ""
    code, view = machine.ledger()
    assert code == 0
    assert (view["accepted"], view["failed"], view["discarded"]) == (4, 0, 4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["retry"], "Say which: keys, --cause, --text, or --all."),
        (["retry", "abc", "--all"], "Name keys, or say which match: not both."),
        (["show", "abc"], "Nothing on the list begins with abc."),
        (["show", ""], "A key is empty."),
        (["discard", "--yes", ""], "A key is empty."),
        (["retry", "\udcff"], "What was asked for is not valid text."),
        (["retry", "--text", "\udcff"], "What was asked for is not valid text."),
    ],
)
def test_what_is_unclear_is_one_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = Machine(tmp_path, f"sqlite:///{tmp_path / 'queue.db'}").failed(*arguments)
    assert (done.returncode, done.stderr) == (2, f"paceline-failed: {sentence}\n")


def test_one_that_is_named_twice_is_sent_once(machine: Machine) -> None:
    machine.publish(bad(1))
    machine.drain()
    key = json.loads(machine.failed("list", "--json").stdout)["key"]
    done = machine.failed("retry", key[:8], key, "--json")
    assert json.loads(done.stdout) == {"retried": 1, "skipped": 0, "left": 0}


def test_a_name_with_letters_that_the_terminal_has_not_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path, f"sqlite:///{tmp_path / 'queue.db'}")
    machine.publish(Message('{"type": "swim", "userId": "\u0645 Cy"}'.encode()))
    machine.drain()
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    done = machine.failed("list")
    assert (done.returncode, "\\u0645 Cy" in done.stdout) == (0, True), done.stderr


def test_what_a_message_holds_does_not_get_at_the_terminal(tmp_path: Path) -> None:
    machine = Machine(tmp_path, f"sqlite:///{tmp_path / 'queue.db'}")
    machine.publish(Message(b"\x1b[2J\n\tno json", "m\x1b[31m"))
    machine.drain()
    key = json.loads(machine.failed("list", "--json").stdout)["key"]
    shown = machine.failed("show", key).stdout
    assert "\x1b" not in shown + machine.failed("list").stdout
    assert "\\x1b[2J\n\tno json" in shown


def test_what_another_program_put_into_the_queue_is_read_in(machine: Machine) -> None:
    machine.publish(bad(1))
    machine.drain()
    assert machine.failed("discard", "--all", "--yes").returncode == 0
    broker = open_broker(machine.broker_url)
    publisher, consumer = broker.publisher(), broker.consumer("stranger", 10)
    publisher.open()
    consumer.open()
    publisher.publish([Message(b"strange")])
    deliveries = consumer.fetch(1, 5.0)
    assert consumer.dead_letter([FailedDelivery(deliveries[0], "Strange.", "Strange", "w9", 7)]) == 1
    consumer.close()
    publisher.close()
    assert machine.failed("read-in").stdout == "1 fetched\n"
    (one,) = machine.failed("list", "--json").stdout.splitlines()
    assert (json.loads(one)["worker"], json.loads(one)["reason"]) == ("w9", "Strange.")


def test_the_ledger_balances_before_and_after_and_says_when_it_does_not(machine: Machine) -> None:
    lines = "".join(json.dumps({"type": "Running", "duration": n + 1}) + "\n" for n in range(20))
    assert machine.run("worker.cli.submit", "-", stdin=lines).returncode == 0
    machine.publish(bad(1))
    # Nobody has processed anything yet, and there are no results at all.
    assert machine.run("worker.cli.ledger").returncode == 2
    machine.drain()
    code, view = machine.ledger()
    assert (code, view["verdict"]) == (0, "balances")
    assert (view["accepted"], view["stored"], view["failed"], view["waiting"], view["kept"]) == (21, 20, 1, 0, 0)

    with closing(sqlite3.connect(machine.folder / "results.db")) as connection:
        connection.execute("UPDATE ledger_counts SET n = n - 3 WHERE kind = 'stored'")
        connection.commit()
    done = machine.run("worker.cli.ledger")
    assert done.returncode == 1
    assert "3 missing" in done.stdout
    with closing(sqlite3.connect(machine.folder / "results.db")) as connection:
        connection.execute("UPDATE ledger_counts SET n = n + 5 WHERE kind = 'stored'")
        connection.commit()
    assert "2 too many" in machine.run("worker.cli.ledger").stdout


def test_the_ledger_misses_a_workout_that_somebody_took_out_of_the_results(machine: Machine) -> None:
    lines = "".join(json.dumps({"type": "Running", "duration": n + 1}) + "\n" for n in range(20))
    assert machine.run("worker.cli.submit", "-", stdin=lines).returncode == 0
    machine.drain()
    assert machine.ledger()[0] == 0
    with closing(sqlite3.connect(machine.folder / "results.db")) as connection:
        connection.execute("DELETE FROM workouts WHERE id = (SELECT max(id) FROM workouts)")
        connection.commit()
    done = machine.run("worker.cli.ledger")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        1,
        "20 accepted = 19 stored + 0 failed + 0 discarded + 0 waiting + 0 running + 0 kept here: 1 missing",
    )


def test_the_ledger_misses_everything_that_was_in_results_that_somebody_deleted(machine: Machine) -> None:
    lines = "".join(json.dumps({"type": "Running", "duration": n + 1}) + "\n" for n in range(20))
    assert machine.run("worker.cli.submit", "-", stdin=lines).returncode == 0
    machine.drain()
    assert machine.ledger()[0] == 0
    for file in machine.folder.glob("results.db*"):
        file.unlink()
    done = machine.run("worker.cli.ledger")
    assert (done.returncode, done.stderr) == (2, "paceline-ledger: The file results.db is not there yet.\n")
    (machine.folder / "results.db").touch()
    done = machine.run("worker.cli.ledger")
    assert (done.returncode, done.stderr) == (2, "paceline-ledger: The file results.db is empty so far.\n")
    machine.drain()
    done = machine.run("worker.cli.ledger")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        1,
        "20 accepted = 0 stored + 0 failed + 0 discarded + 0 waiting + 0 running + 0 kept here: 20 missing",
    )


def test_one_mistake_of_many_is_shown_then_mended(machine: Machine) -> None:
    body = b'{"type": "run", "duration": 45, "distance": 52%02d, "userId": "Ana"}'
    machine.publish(*(Message(body % n, f"m-{n}") for n in range(3)), bad(7))
    machine.drain()
    shown = machine.failed("fix", "--cause", "invalid/distance/range", "--dry-run", "--json")
    assert shown.returncode == 0, shown.stderr
    told = [json.loads(each) for each in shown.stdout.splitlines()]
    assert {(each["field"], each["old"], each["new"]) for each in told} == {
        ("distance", 5200 + n, (5200 + n) / 1000) for n in range(3)
    }
    assert len(machine.failed("list", "--json").stdout.splitlines()) == 4, "nothing was sent"
    fixed = machine.failed("fix", "--cause", "invalid/distance/range", "--json")
    assert (fixed.returncode, json.loads(fixed.stdout)) == (0, {"converted": 3, "skipped": 0, "left": 0}), fixed.stderr
    machine.drain()
    left = [json.loads(each) for each in machine.failed("list", "--json").stdout.splitlines()]
    assert [each["athlete"] for each in left] == ["Cy Tan"]
    assert machine.failed("fix").stdout == "0 converted\n"
