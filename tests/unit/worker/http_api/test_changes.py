"""Every answer to PATCH and DELETE /workouts/{id}, over a real connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Barrier, Thread

import pytest

from core.broker.topology import TYPE_CORRECTED, TYPE_DELETED
from core.codec.workout_codec import dumps_workout
from core.outbox.outbox import OutboxEntry
from core.store.models import NewestRevision
from tests.support.endpoint_rig import Served
from tests.support.http_calls import JSON, SAMPLE, Answer, call, post
from tests.support.incoming import make_workout
from worker.runtime.clock import now_ms

STORED = make_workout(1, km=5.0, revision=2, title="Easy", extra={"mood": "good"})
PATH = f"/workouts/{STORED.workout_id}"


@pytest.fixture
def stored(served: Served) -> Served:
    served.stored = {STORED.workout_id: NewestRevision(2, dumps_workout(STORED), now_ms())}
    return served


def patch(port: int, fields: Mapping[str, object] | bytes, match: str | None = '"2"', path: str = PATH) -> Answer:
    body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    return call(port, "PATCH", path, body, JSON | ({} if match is None else {"If-Match": match}))


def delete(port: int, match: str | None = '"2"', path: str = PATH) -> Answer:
    return call(port, "DELETE", path, None, {} if match is None else {"If-Match": match})


def body_of(entry: OutboxEntry) -> dict[str, object]:
    fields: dict[str, object] = json.loads(entry.submission.message.body)
    return fields


@pytest.mark.parametrize("match", ['"2"', "2", "*"])
def test_that_a_correction_is_the_next_revision_with_all_other_fields(stored: Served, match: str) -> None:
    answer = patch(stored.port, {"distance": 6, "title": None}, match)
    assert answer.status == 202
    assert answer.json == {
        "message": "Correction received and is being processed.",
        "id": STORED.workout_id,
        "revision": 3,
    }
    assert answer.headers["etag"] == '"3"'
    (entry,) = stored.entries()
    assert (entry.submission.message.type, entry.submission.revision) == (TYPE_CORRECTED, 3)
    before = json.loads(dumps_workout(STORED))
    del before["title"]
    assert body_of(entry) == before | {"distance": 6.0, "revision": 3}


def test_that_a_deletion_is_the_next_revision(stored: Served) -> None:
    answer = delete(stored.port)
    assert (answer.status, answer.json["revision"]) == (202, 3)
    (entry,) = stored.entries()
    assert (entry.submission.message.type, entry.submission.revision) == (TYPE_DELETED, 3)


def test_that_what_is_still_on_its_way_is_corrected_and_deleted_too(served: Served) -> None:
    posted = post(served.port, SAMPLE).json["id"]
    assert patch(served.port, {"distance": 6}, '"1"', f"/workouts/{posted}").json["revision"] == 2
    assert delete(served.port, '"2"', f"/workouts/{posted}").json["revision"] == 3
    assert [entry.submission.revision for entry in served.entries()] == [1, 2, 3]


def test_that_a_request_sent_again_is_answered_and_sends_nothing_more(stored: Served) -> None:
    first, again = (patch(stored.port, {"distance": 6}) for _ in range(2))
    assert (first.status, again.status, again.json["revision"]) == (202, 200, 3)
    assert delete(stored.port, '"3"').status == 202
    again = delete(stored.port, '"3"')
    assert (again.status, again.json["message"]) == (200, "It is so already; nothing was sent.")
    assert len(stored.entries()) == 2


def test_that_a_correction_of_an_older_revision_is_refused_with_the_newest(stored: Served) -> None:
    answer = patch(stored.port, {"distance": 6}, '"1"')
    assert (answer.status, answer.json["revision"]) == (412, 2)
    assert answer.json["errors"] == [{"field": "If-Match", "problem": "It is for revision 1, and the newest is 2."}]
    assert delete(stored.port, '"1"').status == 412
    assert stored.entries() == []


def test_that_the_revision_must_be_said(stored: Served) -> None:
    for answer in (patch(stored.port, {"distance": 6}, None), delete(stored.port, None)):
        assert answer.status == 428
        assert answer.json["errors"] == [{"field": "If-Match", "problem": "is required"}]
    assert [delete(stored.port, match).status for match in ("two", "0", '"1', "1000001", 'W/"2"')] == [400] * 5
    assert stored.entries() == []


def test_that_an_unknown_or_deleted_workout_is_404(stored: Served) -> None:
    other = "0d3f4a4e-6f0f-4c0e-9a52-1f7a2d1f0001"
    assert patch(stored.port, {"distance": 6}, path=f"/workouts/{other}").status == 404
    assert delete(stored.port, path="/workouts/17").status == 404
    assert delete(stored.port).status == 202
    answer = patch(stored.port, {"distance": 6}, '"3"')
    assert (answer.status, answer.json) == (404, {"message": "This workout is deleted.", "revision": 3})


def test_that_every_wrong_field_is_named(stored: Served) -> None:
    answer = patch(stored.port, {"distance": -1, "rpe": 11})
    assert (answer.status, answer.json["message"]) == (422, "Invalid workout data")
    assert [each["field"] for each in answer.json["errors"]] == ["distance", "rpe"]
    answer = patch(stored.port, {"id": "x", "revision": 7, "user_id": "Ana"})
    assert [each["field"] for each in answer.json["errors"]] == ["id", "revision", "userId"]
    assert patch(stored.port, {"more": "y" * 65_400}).json["errors"][0]["field"] == "body"
    assert stored.entries() == []


def test_that_a_body_that_is_no_json_object_is_400(stored: Served) -> None:
    answer = patch(stored.port, b"[1]")
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "body")
    assert call(stored.port, "PATCH", PATH, b"{}", {"Content-Type": "text/plain", "If-Match": "2"}).status == 415


def test_that_without_results_a_whole_workout_is_asked_for(served: Served) -> None:
    served.stored = "There is no results database."
    answer = patch(served.port, {"distance": 6})
    assert answer.status == 503
    assert answer.json == {
        "message": "What counts now is not known here. There is no results database. "
        "Send the whole workout by POST /workout, with its id and the next revision."
    }
    whole = json.loads(dumps_workout(STORED)) | {"distance": 6, "revision": 3}
    assert post(served.port, whole).status == 202


@pytest.mark.expects_warnings
def test_that_a_moved_outbox_is_said_and_opened_again(stored: Served) -> None:
    assert post(stored.port, SAMPLE).status == 202
    stored.path.rename(stored.path.with_name("moved.db"))
    answer = patch(stored.port, {"distance": 6})
    assert answer.status == 503
    assert "was moved or deleted" in answer.json["message"]
    assert patch(stored.port, {"distance": 6}).status == 202


def test_that_of_two_corrections_at_once_one_is_told_of_the_other(stored: Served) -> None:
    answers: list[Answer] = []
    together = Barrier(2)

    def correct(km: int) -> None:
        together.wait(30)
        answers.append(patch(stored.port, {"distance": km}))

    threads = [Thread(target=correct, args=(km,)) for km in (6, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.status for answer in answers)[0] == 202
    assert sorted(answer.status for answer in answers)[1] in (409, 412)
    assert len(stored.entries()) == 1


def test_that_another_method_is_told_which_there_are(stored: Served) -> None:
    answer = call(stored.port, "PUT", PATH, b"{}")
    assert (answer.status, set(answer.headers["allow"].split(", "))) == (405, {"PATCH", "DELETE"})


def test_that_other_sites_change_nothing(stored: Served) -> None:
    answer = call(stored.port, "DELETE", PATH, None, {"If-Match": "2", "Origin": "https://other.example"})
    assert answer.status == 403
    assert stored.entries() == []
