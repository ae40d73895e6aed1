"""Every answer to POST /workout, over a real connection."""

from __future__ import annotations

import json
import socket
from contextlib import closing

import pytest

from core.events import Accepted, Producer
from core.sqlite.connection import connect
from tests.support.endpoint_rig import MINUTES, Served
from tests.support.http_calls import SAMPLE, call, exchange, post


def test_that_a_workout_is_answered_with_202_and_is_on_the_disk(served: Served) -> None:
    answer = post(served.port, SAMPLE)
    assert answer.status == 202
    assert answer.json == {"message": "Workout received and is being processed.", "id": answer.json["id"]}
    assert answer.headers["content-type"] == "application/json"
    (entry,) = served.entries()
    assert entry.submission.workout_id == answer.json["id"]
    assert json.loads(entry.submission.message.body) == SAMPLE
    (accepted,) = served.events.of(Accepted)
    assert (accepted.workout_id, accepted.athlete, accepted.distance_km) == (answer.json["id"], "user-123", 5.2)
    assert accepted.source == Producer.HTTP
    assert served.noticed == 1


def test_that_the_smallest_workout_will_do(served: Served) -> None:
    assert post(served.port, MINUTES).status == 202
    (entry,) = served.entries()
    assert (entry.submission.athlete, entry.submission.sport) == ("anonymous", "Running")


@pytest.mark.parametrize("media", ["application/json", "application/json; charset=UTF-8", "application/vnd.x+json", ""])
def test_that_json_by_any_of_its_names_is_taken(served: Served, media: str) -> None:
    assert post(served.port, MINUTES, {"Content-Type": media}).status == 202


def test_that_a_body_sent_again_is_known_again(served: Served) -> None:
    given = "5c1e7c8a-4d7e-4a86-9b14-3f1d0c2b7a90"
    first, again = post(served.port, SAMPLE), post(served.port, SAMPLE)
    assert first.json["id"] == again.json["id"]
    assert post(served.port, MINUTES | {"id": given}).json["id"] == given
    assert post(served.port, MINUTES | {"id": given}).json["id"] == given
    assert len(served.entries()) == 2


def test_that_the_same_words_without_a_start_are_another_workout(served: Served) -> None:
    first, again = post(served.port, MINUTES), post(served.port, MINUTES)
    assert first.json["id"] != again.json["id"]
    assert len(served.entries()) == 2


@pytest.mark.parametrize("name", ["Id", "ID", "i_d"])
def test_that_an_id_under_another_name_is_told_and_not_replaced(served: Served, name: str) -> None:
    answer = post(served.port, MINUTES | {name: "5c1e7c8a-4d7e-4a86-9b14-3f1d0c2b7a90"})
    assert answer.status == 400
    assert answer.json["errors"] == [{"field": "id", "problem": f"field `{name}` looks like `id`"}]
    assert post(served.port, MINUTES | {name: 17}).status == 202


def test_that_a_key_makes_a_second_try_known(served: Served) -> None:
    key = {"Idempotency-Key": "try-7"}
    assert post(served.port, MINUTES, key).json["id"] == post(served.port, MINUTES, key).json["id"]
    assert len(served.entries()) == 1
    other = post(served.port, MINUTES | {"duration": 46}, key)
    assert (other.status, other.json["errors"][0]["field"]) == (400, "id")


def test_that_unknown_fields_are_passed_on(served: Served) -> None:
    assert post(served.port, MINUTES | {"shoe": {"name": "red"}}).status == 202
    (entry,) = served.entries()
    assert json.loads(entry.submission.message.body)["shoe"] == {"name": "red"}


def test_that_a_known_field_under_another_name_is_400(served: Served) -> None:
    answer = post(served.port, MINUTES | {"Timestamp": "2025-12-10T10:00:00Z", "user_id": "Ana"})
    assert answer.status == 400
    assert answer.json["errors"] == [
        {"field": "timestamp", "problem": "field `Timestamp` looks like `timestamp`"},
        {"field": "userId", "problem": "field `user_id` looks like `userId`"},
    ]
    assert served.entries() == []
    assert post(served.port, {**SAMPLE, "Timestamp": "x", "date_created": "y", "source": "watch"}).status == 202


def test_that_a_body_of_64_kib_is_taken_and_one_byte_more_is_not(served: Served) -> None:
    short = json.dumps(MINUTES).encode()
    assert post(served.port, short + b" " * (65_536 - len(short))).status == 202
    answer = post(served.port, short + b" " * (65_537 - len(short)))
    assert answer.status == 413
    assert answer.json == {"message": "The body is larger than 65,536 bytes."}


def test_that_every_wrong_field_is_named(served: Served) -> None:
    answer = post(served.port, {"type": "", "duration": 1440, "rpe": 11, "timestamp": "yesterday"})
    assert answer.status == 400
    assert answer.json["message"] == "Invalid workout data"
    assert {each["field"] for each in answer.json["errors"]} == {"type", "duration", "rpe", "timestamp"}
    assert all(set(each) == {"field", "problem"} for each in answer.json["errors"])
    assert answer.json["errors"] != []
    assert served.entries() == []


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"duration": 1e-9, "distance": 5}, "duration", "at least one second"),
        ({"duration": 1, "distance": 5}, "distance", "comes to 300.0 km/h"),
        ({"userId": "\u200b\u2060"}, "userId", "must not be empty"),
    ],
)
def test_that_what_a_person_cannot_do_is_named(
    served: Served, fields: dict[str, object], field: str, words: str
) -> None:
    answer = post(served.port, {"type": "Running", "duration": 45, **fields})
    assert answer.status == 400
    [error] = answer.json["errors"]
    assert error["field"] == field
    assert words in error["problem"]
    assert served.entries() == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"{", "is not JSON"),
        (b"[1]", "must be a JSON object"),
        (b'{"type": "Running", "duration": NaN}', "NaN"),
        (b'{"type": "R", "type": "S", "duration": 1}', "twice"),
        (b"\xff", "is not UTF-8"),
        (b"[" * 20_000, "JSON"),
    ],
)
def test_that_a_body_that_cannot_be_read_is_told_why(served: Served, body: bytes, words: str) -> None:
    answer = post(served.port, body)
    assert (answer.status, answer.json["message"]) == (400, "Invalid workout data")
    (problem,) = answer.json["errors"]
    assert problem["field"] == "body"
    assert words in problem["problem"]


def test_that_a_key_of_any_length_is_not_taken(served: Served) -> None:
    answer = post(served.port, MINUTES, {"Idempotency-Key": "k" * 256})
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_that_what_is_not_plain_json_is_415(served: Served, headers: dict[str, str]) -> None:
    answer = post(served.port, MINUTES, headers)
    assert answer.status == 415
    assert answer.json["message"].startswith("The body must")


@pytest.mark.parametrize("path", ["/", "/workouts", "/workout/", "/docs/../etc"])
def test_that_other_paths_are_404(served: Served, path: str) -> None:
    answer = call(served.port, "GET", path)
    assert (answer.status, list(answer.json)) == (404, ["message"])


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/workout"), ("DELETE", "/workout"), ("OPTIONS", "/workout"), ("POST", "/health")]
)
def test_that_other_methods_are_405_and_allow_says_which_do(served: Served, method: str, path: str) -> None:
    answer = call(served.port, method, path)
    assert answer.status == 405
    assert answer.headers["allow"]


def test_that_a_chunked_body_is_bounded_while_it_is_read(served: Served) -> None:
    head = b"POST /workout HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", served.port), 10) as link:
        link.sendall(head + chunk * 2 + b"0\r\n\r\n")
        assert link.recv(65_536).startswith(b"HTTP/1.1 413 ")
    endless = exchange_until_refused(served.port, head, chunk)
    assert endless < 64  # a megabyte and what the kernels held


def exchange_until_refused(port: int, head: bytes, chunk: bytes) -> int:
    """How many chunks went out before the other side would have no more."""
    with socket.create_connection(("127.0.0.1", port), 10) as link:
        link.sendall(head)
        for number in range(1_000):
            try:
                link.sendall(chunk)
            except OSError:
                return number
    return 1_000


def test_that_a_length_far_too_large_is_refused_before_the_body(served: Served) -> None:
    said = exchange(served.port, b"POST /workout HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 413 ")


def test_that_what_is_no_http_is_400_and_closed(served: Served) -> None:
    said = exchange(served.port, b"HELO there\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400 ")
    assert said.endswith(b'{"message":"This is not HTTP/1.1."}')


def test_that_headers_without_end_are_refused(served: Served) -> None:
    said = exchange(served.port, b"POST /workout HTTP/1.1\r\nX-Long: " + b"a" * 20_000)
    assert said.startswith(b"HTTP/1.1 400 ")


@pytest.mark.expects_warnings
def test_that_a_disk_that_cannot_be_written_is_503_and_nothing_is_promised(served: Served) -> None:
    assert call(served.port, "GET", "/health").status == 200
    with closing(connect(served.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = post(served.port, SAMPLE)
        assert answer.status == 503
        assert answer.json["message"].startswith("The workout could not be kept. The file outbox.db is locked")
        assert answer.headers["retry-after"] == "1"
        other.execute("ROLLBACK")
    assert served.entries() == []
    assert post(served.port, SAMPLE).status == 202
