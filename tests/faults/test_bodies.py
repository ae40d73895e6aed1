"""Bodies that no sensible producer sends: none ends a worker, each is stored or failed with a reason, once."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from core.broker.connect import open_broker
from core.broker.ports import Message, PublishStatus
from core.broker.topology import TYPE_CORRECTED, TYPE_DELETED, TYPE_SUBMITTED
from core.codec.workout_codec import dumps_workout
from core.events import BatchProcessed
from core.sqlite.connection import connect
from core.workouts.model import BODY_FIELDS
from tests.faults.memory import resident_mb
from tests.support.fakes import EventLog
from tests.support.figures import Report
from tests.support.rabbitmq_node import PrivateNode
from tests.support.workout_strategies import JSON_VALUES, WORKOUTS
from worker.consumer.factory import make_loop
from worker.consumer.options import LoopOptions
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

BATCH = 500
MAX_GROWTH_MB = 48.0
TYPES = (None, None, None, None, TYPE_SUBMITTED, TYPE_CORRECTED, TYPE_DELETED, "workout.unheard-of", "é" * 60)
FIELDS = sorted(BODY_FIELDS)
ODD = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"\xef\xbb\xbf{}",
    b'{"type": "Running", "duration": 1e400}',
    b'{"type": "Running", "duration": -0.0}',
    b'{"type": "Running", "duration": NaN}',
    b'{"type": "Running", "duration": 45, "duration": 46}',
    b'{"type": "\\ud800", "duration": 45}',
    b'{"type": "Running", "duration": ' + b"9" * 5_000 + b"}",
    b'{"type": "Running", "duration": 45, "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    b'{"type": "Running", "duration": 45, "notes": "' + b"x" * 70_000 + b'"}',
    '{"type": "Running", "duration": 45}'.encode("utf-16"),
)
_STRANGE_OBJECTS = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=6), JSON_VALUES, max_size=8).map(
    lambda fields: json.dumps(fields).encode("utf-8", "surrogatepass")
)
_SPOILED = st.tuples(WORKOUTS, st.sampled_from(FIELDS), JSON_VALUES).map(
    lambda parts: json.dumps({**json.loads(dumps_workout(parts[0])), parts[1]: parts[2]}).encode()
)
_BODIES = st.binary(max_size=300) | _STRANGE_OBJECTS | _SPOILED | WORKOUTS.map(dumps_workout) | st.sampled_from(ODD)


def thought_out(count: int) -> Iterator[bytes]:
    """As hypothesis thinks them out."""
    found: list[bytes] = []

    @seed(20_251_210)
    @settings(max_examples=max(1, count // 20), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(_BODIES, min_size=20, max_size=20))
    def think(bodies: list[bytes]) -> None:
        found.extend(bodies)

    think()
    while len(found) < count:
        found += found[: count - len(found)]
    yield from found[:count]


def mutated(count: int, chance: random.Random) -> Iterator[bytes]:
    """A good body with some bytes changed, cut out, or put in."""
    good = [
        b'{"userId": "user-123", "type": "Running", "duration": 45, "distance": 5.2, "rpe": 6, '
        b'"timestamp": "2025-12-10T10:00:00Z", "sets": [{"reps": 5, "weight": 80}]}',
        '{"type": "Schwimmen", "duration": 45.5, "title": "früh im See", "weightKg": 71}'.encode(),
    ]
    for _ in range(count):
        body = bytearray(chance.choice(good))
        for _ in range(chance.choice((0, 1, 1, 2, 5, 40))):
            at = chance.randrange(len(body) + 1)
            way = chance.randrange(3)
            if way == 0:
                body[at : at + 1] = bytes([chance.randrange(256)])
            elif way == 1:
                del body[at : at + chance.randrange(1, 9)]
            else:
                body[at:at] = chance.choice(
                    (b"\x00", b'"', b"}", b"{", b"[", b",", b":", b"9" * 30, b"\\u0000", b"\xff")
                )
        yield bytes(body)


def messages(count: int) -> Iterator[Message]:
    chance = random.Random(7)
    for body in (*thought_out(count // 2), *mutated(count - count // 2, chance)):
        message_id = str(UUID(int=chance.getrandbits(128), version=4))
        yield Message(body, message_id, chance.choice(TYPES))


def _embedded(request: pytest.FixtureRequest, folder: Path) -> str:
    return f"sqlite:///{folder / 'queue.db'}"


def _rabbitmq(request: pytest.FixtureRequest, folder: Path) -> str:
    node: PrivateNode = request.getfixturevalue("rabbitmq_node")
    return node.new_vhost()


@pytest.mark.parametrize(
    ("count", "where"),
    [
        pytest.param(1_000, _embedded, id="embedded"),
        pytest.param(20_000, _embedded, id="embedded-long", marks=pytest.mark.slow),
        pytest.param(20_000, _rabbitmq, id="rabbitmq-long", marks=[pytest.mark.slow, pytest.mark.rabbitmq]),
    ],
)
def test_that_every_body_is_stored_or_failed_with_a_reason(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    report: Report,
    count: int,
    where: Callable[[pytest.FixtureRequest, Path], str],
) -> None:
    broker, results, log = open_broker(where(request, tmp_path)), tmp_path / "results.db", EventLog()
    loop = make_loop(
        broker,
        f"sqlite:///{results}",
        "fuzzed",
        LoopOptions(drain_idle_s=0.3),
        on_event=log,
        status=ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=log),
    )
    sent, memory_mb, handled = 0, [], 0
    waiting = list(messages(count))
    publisher = broker.publisher()
    publisher.open()
    while waiting:
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        assert {result.verdict for result in publisher.publish(batch)} == {PublishStatus.CONFIRMED}
        sent += len(batch)
        loop.controls.drain()
        loop.run()
        handled += sum(len(event.outcomes) for event in log.of(BatchProcessed))
        log.events.clear()
        memory_mb.append(resident_mb())
    publisher.close()
    with closing(connect(results, read_only=True)) as connection:
        ask = connection.execute
        kept = dict(ask("SELECT kind, sum(n) FROM ledger_counts GROUP BY kind").fetchall())
        failed, distinct, told = ask(
            "SELECT count(*), count(DISTINCT key), sum(reason <> '' AND cause <> '') FROM failures"
        ).fetchone()
        rows = ask("SELECT count(*), count(DISTINCT id) FROM workouts").fetchone()
        (integrity,) = ask("PRAGMA integrity_check").fetchone()
    assert handled == sent == count
    assert sum(kept.values()) + failed == count
    assert failed == distinct == told
    assert rows[0] == rows[1] <= kept["stored"] + kept.get("corrected", 0)
    assert min(kept["stored"], failed) > count / 50, "these bodies try one side only"
    assert integrity == "ok"
    growth_mb = memory_mb[-1] - memory_mb[len(memory_mb) // 4]
    assert growth_mb < MAX_GROWTH_MB
    report(bodies=count, failed=failed, memory_growth_mb=growth_mb, **{f"{kind}_": n for kind, n in kept.items()})
