"""`paceline-worker` and `paceline-submit` as processes, on the embedded queue and on RabbitMQ."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from core.broker.topology import JOBS_QUEUE
from tests.support.command_processes import SAMPLE, TIMEOUT_S, Commands, finish, lines, table, wait_for_line
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign
from tests.support.waiting import wait_until


def test_what_is_submitted_is_worked_on_and_stored(start: Commands, broker: str, tmp_path: Path) -> None:
    code, out, err = finish(start("worker.cli.submit", "-", "--broker", broker), json.dumps(SAMPLE))
    assert (code, out.split("\t")[:2]) == (0, ["1", "accepted"])
    assert "1 accepted, 0 refused; 1 sent, 0 kept here." in err
    code, _, err = finish(start("worker.cli.worker", "--broker", broker, "--drain"))
    assert code == 0, err
    assert table(tmp_path, "SELECT id, athlete, calories_kcal FROM workouts") == [
        (out.split("\t")[2].strip(), "user-123", 382.5)
    ]
    assert ("5K Runner",) in table(tmp_path, "SELECT name FROM earned_achievements")


def test_a_worker_that_is_killed_leaves_everything_to_the_next(start: Commands, broker: str, tmp_path: Path) -> None:
    code, _, _ = finish(start("worker.cli.submit", "-", "--broker", broker), lines(300))
    assert code == 0
    first = start("worker.cli.worker", "--broker", broker, "--simulate-work", "0.01")
    wait_for_line(first, "connected")
    watched = Event()
    while not watched.wait(0.05):
        if (tmp_path / "results.db").exists() and table(tmp_path, "SELECT count(*) FROM workouts")[0][0]:
            watched.set()
    first.kill()
    first.communicate()
    assert finish(start("worker.cli.worker", "--broker", broker, "--drain"))[0] == 0
    assert table(tmp_path, "SELECT count(*) FROM workouts") == [(300,)]
    assert table(tmp_path, "SELECT n FROM ledger_counts WHERE kind = 'stored'") == [(300,)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_back_what_is_not_done(
    start: Commands, broker: str, tmp_path: Path, number: signal.Signals
) -> None:
    assert finish(start("worker.cli.submit", "-", "--broker", broker), lines(3))[0] == 0
    worker = start("worker.cli.worker", "--broker", broker, "--simulate-work", "600")
    wait_for_line(worker, "connected")
    worker.send_signal(number)
    worker.send_signal(number)
    code, _, err = finish(worker)
    assert code == 0, err
    assert finish(start("worker.cli.worker", "--broker", broker, "--drain"))[0] == 0
    assert table(tmp_path, "SELECT count(*) FROM workouts") == [(3,)]


def test_while_the_broker_is_away_rows_are_kept_for_later(start: Commands, tmp_path: Path) -> None:
    code, out, err = finish(start("worker.cli.submit", "-", "--broker", "amqp://guest:guest@127.0.0.1:1/"), lines(4))
    assert code == 0
    assert out.count("accepted") == 4
    assert "4 accepted, 0 refused; 0 sent, 4 kept here." in err
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    assert "4 sent, 0 kept here." in finish(start("worker.cli.submit", "-", "--broker", queue), "")[2]


@pytest.mark.rabbitmq
def test_the_first_refusal_ends_a_worker_with_one_sentence(start: Commands, rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.url_for("%2F", password="wrong")
    code, _, err = finish(start("worker.cli.worker", "--broker", url))
    assert code == 2
    assert err.splitlines()[-1].startswith("paceline-worker: RabbitMQ at 127.0.0.1")
    assert "refused the user name or password" in err
    assert "wrong" not in err


@pytest.mark.rabbitmq
def test_the_first_refusal_ends_the_console_with_one_sentence(
    start: Commands, rabbitmq_node: PrivateNode, tmp_path: Path
) -> None:
    url = rabbitmq_node.url_for("%2F", password="wrong")
    code, _, err = finish(start("gui", "--broker", url, "--screenshot", str(tmp_path / "a.png"), "--after", "30"))
    assert code == 2
    # The offscreen platform says something about the window, where that is shown before the refusal comes.
    said = [line for line in err.splitlines() if not line.startswith("This plugin does not support")]
    assert said == [f"paceline: RabbitMQ at 127.0.0.1:{rabbitmq_node.port} refused the user name or password."]


@pytest.mark.rabbitmq
def test_a_plain_producer_is_served_and_may_declare_the_queue_again(
    start: Commands, rabbitmq_node: PrivateNode, tmp_path: Path
) -> None:
    url = rabbitmq_node.new_vhost()
    with foreign(url) as channel:
        channel.queue_declare(queue=JOBS_QUEUE, durable=True)
        channel.basic_publish(exchange="", routing_key=JOBS_QUEUE, body=json.dumps(SAMPLE).encode())
        code, _, err = finish(start("worker.cli.worker", "--broker", url, "--drain"))
        assert code == 0, err
        channel.queue_declare(queue=JOBS_QUEUE, durable=True)
        assert channel.queue_declare(queue=JOBS_QUEUE, passive=True).method.message_count == 0
    assert table(tmp_path, "SELECT athlete, calories_kcal FROM workouts") == [("user-123", 382.5)]


def test_neither_command_loads_qt_nor_the_embedded_queue_pika() -> None:
    code = (
        "import sys, worker.cli.worker, worker.cli.submit; from core.broker.connect import open_broker; "
        "open_broker('sqlite:///queue.db'); "
        "sys.exit(','.join(m for m in sys.modules if m.split('.')[0] in ('PySide6', 'pyqtgraph', 'pika')) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=TIMEOUT_S, check=False).returncode == 0


def test_a_file_submitted_again_is_known_again(start: Commands, broker: str, tmp_path: Path) -> None:
    file = tmp_path / "week.jsonl"
    file.write_text(lines(50))
    first = finish(start("worker.cli.submit", str(file), "--broker", broker))
    assert (first[0], "50 accepted, 0 refused; 50 sent" in first[2]) == (0, True), first[2]
    code, out, err = finish(start("worker.cli.submit", str(file), "--broker", broker))
    assert (code, out.splitlines()) == (0, [f"{line}\tknown already" for line in first[1].splitlines()])
    assert "50 accepted (50 of them known already), 0 refused; 0 sent" in err
    assert finish(start("worker.cli.worker", "--broker", broker, "--drain"))[0] == 0
    assert table(tmp_path, "SELECT count(*) FROM workouts") == [(50,)]


def test_a_spreadsheet_is_stored_as_it_was_written(start: Commands, broker: str, tmp_path: Path) -> None:
    file = tmp_path / "woche.csv"
    text = (
        "Sport;Dauer (h:mm);Distanz;Athlet;Datum\r\nRunning;1:05;5,2;Jörg;26.07.2025 07:06\r\n"
        'Yoga;0:30;"eins\r\nYoga;0:30;;Ana;\r\nYoga;0:30;;Ana;\r\n'
    )
    file.write_bytes(text.encode("cp1252"))
    code, out, err = finish(start("worker.cli.submit", str(file), "--broker", broker, "--zone", "Europe/Berlin"))
    verdicts = [line.split("\t")[:2] for line in out.splitlines()]
    assert (code, verdicts) == (1, [["2", "accepted"], ["3", "refused"], ["4", "accepted"], ["5", "accepted"]])
    assert "delimiter semicolon, cp1252; times without a zone in Europe/Berlin" in err.splitlines()[0]
    assert finish(start("worker.cli.worker", "--broker", broker, "--drain"))[0] == 0
    assert table(tmp_path, "SELECT athlete, duration_min, distance_km FROM workouts ORDER BY duration_min DESC") == [
        ("Jörg", 65.0, 5.2),
        ("Ana", 30.0, None),
        ("Ana", 30.0, None),
    ]


def test_verdicts_that_are_not_read_any_more_end_it_in_one_sentence(
    start: Commands, broker: str, tmp_path: Path
) -> None:
    running = start("worker.cli.submit", "-", "--broker", broker)
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(lines(1))
    running.stdin.flush()
    running.stdout.readline()
    running.stdout.close()
    running.stdout = None
    running.stdin.write(lines(3))
    running.stdin.close()
    running.stdin = None
    code, _, err = finish(running)
    assert code == 2, err
    assert err.splitlines()[-1].startswith("paceline-submit: What reads the verdicts has ended.")
    assert "Traceback" not in err


def test_ctrl_c_ends_a_submission_that_can_be_taken_up_again(start: Commands, broker: str, tmp_path: Path) -> None:
    half = lines(40)
    running = start("worker.cli.submit", "-", "--broker", broker)
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(half)
    running.stdin.flush()
    verdicts = [running.stdout.readline() for _ in range(40)]  # a pipe gets its verdicts while it is open
    assert all("\taccepted\t" in verdict for verdict in verdicts)
    running.send_signal(signal.SIGINT)
    code, _, err = finish(running)
    assert code == 130, err
    assert "Stopped after line 40." in err
    code, out, err = finish(start("worker.cli.submit", "-", "--broker", broker), half + lines(60)[len(half) :])
    assert code == 0, err
    assert len(out.splitlines()) == 60
    assert "60 accepted (40 of them known already), 0 refused; 20 sent" in err
    assert finish(start("worker.cli.worker", "--broker", broker, "--drain"))[0] == 0
    assert table(tmp_path, "SELECT count(*) FROM workouts") == [(60,)]


def test_ctrl_c_pressed_again_and_again_ends_a_submission_in_the_same_way(start: Commands, tmp_path: Path) -> None:
    running = start("worker.cli.submit", "-")
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(lines(40))
    running.stdin.flush()
    for _ in range(40):
        running.stdout.readline()

    def join_thread() -> bool:
        running.send_signal(signal.SIGINT)
        return running.poll() is not None

    wait_until(join_thread, TIMEOUT_S)
    code, _, err = finish(running)
    assert code == 130, err
    assert "Stopped after line 40." in err
    assert "Traceback" not in err


def test_ctrl_c_while_a_pipe_stays_open_ends_a_submission_in_order(start: Commands, tmp_path: Path) -> None:
    running = start("worker.cli.submit", "-")
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(lines(2))
    running.stdin.flush()
    for _ in range(2):
        running.stdout.readline()
    running.send_signal(signal.SIGINT)
    assert running.wait(TIMEOUT_S) == 130
    code, _, err = finish(running)
    assert (code, "Fatal" in err) == (130, False)


def test_that_a_closed_standard_input_is_said(tmp_path: Path) -> None:
    command = f"{sys.executable} -m worker.cli.submit --data-dir '{tmp_path}' - <&-"
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=TIMEOUT_S)
    assert ended.returncode == 2
    assert "Standard input is closed; name a file." in ended.stderr
    assert "Traceback" not in ended.stderr
