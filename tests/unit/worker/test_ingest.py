"""Every answer of the HTTP endpoint, over a real connection to a listener of its own."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Lock
from typing import TypeVar

import pytest

from core.errors import SettingError
from core.events import Accepted, Confirmed, ConnectionChanged, DepthSampled, LinkState, OutboxSampled, Refused
from core.sqlite import connect
from core.store.outbox import Outbox, OutboxEntry
from tests.helpers.fakes import EventLog
from tests.helpers.http_calls import JSON, SAMPLE, call, call_on, exchange, post, read_all
from tests.unit.worker.rig import now_ms
from worker.ingest_endpoint import IngestEndpoint, Listening, listening
from worker.ingest_server import listen
from worker.ingest_state import IngestState

Found = TypeVar("Found")
TOKEN = "a-token-of-some-length"
ONLINE = ConnectionChanged(1, LinkState.ONLINE, "RabbitMQ", "localhost:5672")
MINUTES = {"type": "Running", "duration": 45}


class Served:
    """An endpoint on a free port."""

    def __init__(self, folder: Path, token: str | None = None) -> None:
        self.path = folder / "outbox.db"
        self.events = EventLog()
        self.state = IngestState()
        self.noticed = 0
        self.endpoint = IngestEndpoint(
            Listening("127.0.0.1", 0, token),
            self.path,
            self.state,
            writing=Lock(),
            on_event=self.events,
            on_accepted=self._on_accepted,
        )
        self.port = int(self.endpoint.address.rpartition(":")[2])
        self.endpoint.start()

    def close(self) -> None:
        self.endpoint.stop()
        assert self.endpoint.join(15)

    def entries(self) -> list[OutboxEntry]:
        outbox = Outbox(self.path, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            return outbox.pending(10_000)

    def figure(self, name: str) -> float:
        lines = call(self.port, "GET", "/metrics").body.decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).rpartition(" ")[2])

    def _on_accepted(self) -> None:
        self.noticed += 1


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.close()


@pytest.fixture
def locked_up(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, TOKEN)
    yield served
    served.close()


# --- what is accepted ------------------------------------------------------------------------------------------------


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


def test_that_a_body_of_64_kib_is_taken_and_one_byte_more_is_not(served: Served) -> None:
    short = json.dumps(MINUTES).encode()
    assert post(served.port, short + b" " * (65_536 - len(short))).status == 202
    answer = post(served.port, short + b" " * (65_537 - len(short)))
    assert answer.status == 413
    assert answer.json == {"message": "The body is larger than 65,536 bytes."}


# --- what is refused -------------------------------------------------------------------------------------------------


def test_that_every_wrong_field_is_named(served: Served) -> None:
    answer = post(served.port, {"type": "", "duration": 1440, "rpe": 11, "timestamp": "yesterday"})
    assert answer.status == 400
    assert answer.json["message"] == "Invalid workout data"
    assert {each["field"] for each in answer.json["errors"]} == {"type", "duration", "rpe", "timestamp"}
    assert all(set(each) == {"field", "problem"} for each in answer.json["errors"])
    assert answer.json["errors"] != []
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


# --- who may --------------------------------------------------------------------------------------------------------


def test_that_the_token_opens_and_nothing_else_does(locked_up: Served) -> None:
    port = locked_up.port
    assert post(port, MINUTES, {"Authorization": f"Bearer {TOKEN}"}).status == 202
    assert post(port, MINUTES, {"Authorization": f"bearer  {TOKEN}"}).status == 202
    for given in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer \xe9" * 9):
        answer = post(port, MINUTES, {"Authorization": given})
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert post(port, MINUTES).status == 401
    assert len(locked_up.entries()) == 2


def test_that_figures_want_the_token_and_health_keeps_its_details(locked_up: Served) -> None:
    port, known = locked_up.port, {"Authorization": f"Bearer {TOKEN}"}
    assert call(port, "GET", "/metrics").status == 401
    assert call(port, "GET", "/metrics", headers=known).status == 200
    assert call(port, "GET", "/health").json == {"status": "degraded"}
    assert set(call(port, "GET", "/health", headers=known).json) == {"status", "broker", "outbox", "problems"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": ""},
        {"Host": "[bad"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_that_a_foreign_page_is_refused(served: Served, headers: dict[str, str]) -> None:
    assert post(served.port, MINUTES, headers).status == 403
    assert call(served.port, "GET", "/metrics", headers=headers).status == 403
    assert served.entries() == []


def test_that_a_foreign_page_without_the_token_is_refused_and_with_it_is_not(locked_up: Served) -> None:
    page = {"Origin": "https://coach.example"}
    assert post(locked_up.port, MINUTES, page).status == 403
    assert post(locked_up.port, MINUTES, page | {"Authorization": f"Bearer {TOKEN}"}).status == 202


def test_that_its_own_page_may_post(served: Served) -> None:
    for name in ("127.0.0.1", "localhost"):
        here = f"{name}:{served.port}"
        assert post(served.port, MINUTES, {"Host": here, "Origin": f"http://{here}"}).status == 202


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "workouts.example"])
def test_that_another_host_wants_a_token_or_a_clear_word(host: str) -> None:
    with pytest.raises(SettingError, match="needs a token"):
        listening(host, 3000, None, no_token=False)
    assert listening(host, 3000, TOKEN, no_token=False) == Listening(host, 3000, TOKEN)
    assert listening(host, 3000, None, no_token=True) == Listening(host, 3000, None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_that_loopback_wants_none(host: str) -> None:
    assert listening(host, 3000, None, no_token=False).token is None


@pytest.mark.parametrize("port", [-1, 65_536])
def test_that_a_port_is_a_port(port: int) -> None:
    with pytest.raises(SettingError, match="--port"):
        listening("127.0.0.1", port, None, no_token=False)


# --- looking on ------------------------------------------------------------------------------------------------------


def test_that_health_tells_of_the_broker_and_the_outbox(served: Served) -> None:
    before = call(served.port, "GET", "/health")
    assert (before.status, before.json["status"], before.json["broker"]) == (200, "degraded", {"state": "connecting"})
    served.state.on_event(ONLINE)
    served.state.on_event(OutboxSampled(1, 3))
    found = call(served.port, "GET", "/health").json
    assert found == {
        "status": "ok",
        "broker": {"state": "online", "kind": "RabbitMQ", "place": "localhost:5672"},
        "outbox": 3,
        "problems": [],
    }
    served.state.on_event(ConnectionChanged(2, LinkState.OFFLINE, "RabbitMQ", "localhost:5672", "It is away."))
    away = call(served.port, "GET", "/health")
    assert (away.status, away.json["status"], away.json["problems"]) == (200, "degraded", ["It is away."])


@pytest.mark.expects_warnings
def test_that_health_is_503_while_nothing_can_be_kept(served: Served) -> None:
    assert call(served.port, "HEAD", "/health").status == 200
    with closing(connect(served.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert post(served.port, SAMPLE).status == 503
        answer = until(lambda: call(served.port, "GET", "/health"), lambda answer: answer.status == 503)
        assert answer.json["status"] == "unavailable"
        assert "is locked" in answer.json["problems"][0]
        other.execute("ROLLBACK")
    until(lambda: call(served.port, "GET", "/health"), lambda answer: answer.status == 200)


def until(look: Callable[[], Found], reached: Callable[[Found], bool]) -> Found:
    """Look again and again: each look is a call to the endpoint, and the suite's bound ends it."""
    while not reached(found := look()):
        pass
    return found


def test_that_figures_are_counted(served: Served) -> None:
    post(served.port, SAMPLE)
    post(served.port, {"type": "Running"})
    post(served.port, b" " * 70_000)
    for event in (ONLINE, OutboxSampled(1, 3), Confirmed(1, ("a", "b")), Refused(1, "c", "full")):
        served.state.on_event(event)
    served.state.on_event(DepthSampled(1, 7, 0, 1, 0, 0, None))
    assert served.figure("paceline_ingest_accepted_total") == 1
    assert served.figure('paceline_ingest_refused_total{kind="invalid"}') == 1
    assert served.figure('paceline_ingest_refused_total{kind="too_large"}') == 1
    assert served.figure("paceline_ingest_request_seconds_count") == 3
    assert served.figure("paceline_outbox_kept") == 3
    assert served.figure("paceline_publish_confirmed_total") == 2
    assert served.figure("paceline_publish_refused_total") == 1
    assert served.figure("paceline_broker_up") == 1
    assert served.figure("paceline_queue_ready") == 7
    assert served.figure("paceline_ingest_connections") == 1


def test_that_the_page_needs_nothing_from_elsewhere(served: Served) -> None:
    answer = call(served.port, "GET", "/docs")
    text = answer.body.decode()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "POST /workout" in text
    assert "from 30 to 250 bpm" in text
    assert "<script" not in text
    assert not any(f'{where}="http' in text for where in ("src", "href"))


def test_that_the_description_for_programs_has_every_field_and_answer(served: Served) -> None:
    found = call(served.port, "GET", "/openapi.json").json
    workout = found["components"]["schemas"]["Workout"]
    assert workout["required"] == ["type", "duration"]
    assert workout["properties"]["duration"]["exclusiveMaximum"] == 1440
    assert {"userId", "avgHeartRate", "sets", "weightKg"} <= workout["properties"].keys()
    assert {"202", "400", "413", "503"} <= found["paths"]["/workout"]["post"]["responses"].keys()


# --- listening -------------------------------------------------------------------------------------------------------


def test_that_answers_do_not_wait_for_nagle() -> None:
    (made, *others) = listen("127.0.0.1", 0)
    for each in (made, *others):
        assert each.proto == socket.IPPROTO_TCP  # what asyncio looks at before it sets TCP_NODELAY
        each.close()


def test_that_a_busy_port_is_one_sentence(served: Served) -> None:
    with pytest.raises(SettingError) as raised:
        listen("127.0.0.1", served.port)
    assert str(raised.value) == (f"Port {served.port} of 127.0.0.1 is in use by another program; choose another port.")


@pytest.mark.parametrize(
    ("host", "words"), [("no-such-host.invalid", "is no host"), ("203.0.113.9", "is no address of this computer")]
)
def test_that_a_host_that_is_not_here_is_one_sentence(host: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        listen(host, 0)


def test_that_one_connection_serves_one_request_after_the_other(served: Served) -> None:
    with closing(HTTPConnection("127.0.0.1", served.port, timeout=10)) as connection:
        statuses = [
            call_on(connection, "POST", "/workout", json.dumps(MINUTES).encode(), JSON).status for _ in range(20)
        ]
    assert statuses == [202] * 20


def test_that_requests_sent_ahead_are_answered_in_their_order(served: Served) -> None:
    body = json.dumps(SAMPLE).encode()
    one = b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    last = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    said = exchange(served.port, one * 3 + last)
    assert [part.split()[0] for part in said.split(b"HTTP/1.1 ")[1:]] == [b"202"] * 3 + [b"404"]


def test_that_a_stop_answers_what_has_begun_and_accepts_no_more(tmp_path: Path) -> None:
    served = Served(tmp_path)
    body = json.dumps(SAMPLE).encode()
    head = b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection(("127.0.0.1", served.port), 10) as begun:
        begun.sendall(head + body[:10])
        until(lambda: served.figure("paceline_ingest_connections"), lambda count: count >= 2)
        served.endpoint.stop()
        until(lambda: accepts(served.port), lambda accepted: not accepted)
        begun.sendall(body[10:])
        assert read_all(begun).startswith(b"HTTP/1.1 202 ")
    assert served.endpoint.join(15)
    assert len(served.entries()) == 1


def test_that_a_hurried_stop_does_not_wait_for_anybody(tmp_path: Path) -> None:
    served = Served(tmp_path)
    with socket.create_connection(("127.0.0.1", served.port), 10) as begun:
        begun.sendall(b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
        until(lambda: served.figure("paceline_ingest_connections"), lambda count: count >= 2)
        served.endpoint.stop()
        served.endpoint.hurry()
        assert served.endpoint.join(5)


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True
