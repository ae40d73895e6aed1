"""Health, figures and the page."""

from __future__ import annotations

from contextlib import closing

import pytest

from core.events import Confirmed, ConnectionChanged, ConnectionState, DepthSampled, OutboxSampled, Refused
from core.sqlite.connection import connect
from tests.support.endpoint_rig import Served, until
from tests.support.http_calls import SAMPLE, call, post

ONLINE = ConnectionChanged(1, ConnectionState.ONLINE, "RabbitMQ", "localhost:5672")


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
    served.state.on_event(ConnectionChanged(2, ConnectionState.OFFLINE, "RabbitMQ", "localhost:5672", "It is away."))
    away = call(served.port, "GET", "/health")
    assert (away.status, away.json["status"], away.json["problems"]) == (200, "degraded", ["It is away."])


def test_that_health_names_what_the_broker_rejects(served: Served) -> None:
    served.state.on_event(ONLINE)
    served.state.on_event(Refused(1, "a", "message size 70000 is too large.", rejected=True))
    served.state.on_event(OutboxSampled(1, 3, 1))
    found = call(served.port, "GET", "/health")
    assert (found.status, found.json["status"], found.json["outbox"]) == (200, "degraded", 3)
    assert found.json["problems"] == [
        "1 workout is kept here that the broker rejects. message size 70000 is too large."
    ]
    served.state.on_event(OutboxSampled(2, 2, 2))
    assert call(served.port, "GET", "/health").json["problems"][0].startswith("2 workouts are kept here")
    assert served.state.wait_until_sent(5.0, lambda: True)  # nothing is left that could be sent
    served.state.on_event(OutboxSampled(3, 0))
    assert call(served.port, "GET", "/health").json["problems"] == []


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
    assert post(served.port, SAMPLE).status == 202
    until(lambda: call(served.port, "GET", "/health"), lambda answer: answer.status == 200)


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
    assert "PATCH and DELETE /workouts/{id}" in text
    assert "If-Match is missing." in text
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
    change = found["paths"]["/workouts/{id}"]
    assert {"200", "202", "404", "409", "412", "422", "428", "503"} <= change["patch"]["responses"].keys()
    assert "422" not in change["delete"]["responses"]
    correction = found["components"]["schemas"]["Correction"]
    assert correction["properties"].keys() == workout["properties"].keys() - {"id", "revision"}
