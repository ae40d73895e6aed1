"""`PATCH` and `DELETE /workouts/{id}`: a correction or a deletion as the next revision, through the outbox."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.codec.json_reader import parse_object
from core.codec.workout_codec import MessageKind
from core.errors import FieldProblem, InvalidWorkoutError, UndecodableBodyError
from core.outbox.change_requests import (
    ChangeRefusedError,
    ChangeRequest,
    KnownWorkout,
    PlannedChange,
    Refusal,
    plan_change,
)
from core.workouts.limits import REVISION
from worker.http_api.request_body import INVALID, PLAIN, RequestError

CORRECTED = "Correction received and is being processed."
DELETED = "Deletion received and is being processed."
UNCHANGED = "It is so already; nothing was sent."
IF_MATCH = "if-match"
SEND_WHOLE = "Send the whole workout by POST /workout, with its id and the next revision."

_REVISION = re.compile(r'(?P<quote>"?)(?P<number>[1-9][0-9]{0,9})(?P=quote)', re.ASCII)
_STATUS = {
    Refusal.UNKNOWN: (404, "not_found"),
    Refusal.DELETED: (404, "not_found"),
    Refusal.OUTDATED: (412, "conflict"),
    Refusal.UNREADABLE: (503, "not_kept"),
}


def change_request(request: Request, headers: Mapping[str, str], body: bytes) -> ChangeRequest:
    """RequestError for a request that does not say what to change, or of which revision."""
    try:
        workout_id = str(UUID(request.path_params["workout_id"]))
    except ValueError:
        raise RequestError(404, "not_found", "The path must end in the UUID of a workout.") from None
    revision = _revision(headers.get(IF_MATCH))
    if request.method == "DELETE":
        return ChangeRequest(workout_id, None, revision)
    try:
        fields, _ = parse_object(body)
    except UndecodableBodyError as error:
        raise RequestError(400, "invalid", INVALID, problems=[FieldProblem("body", str(error))]) from None
    return ChangeRequest(workout_id, fields, revision)


def not_accepted(planned: PlannedChange, problems: Sequence[FieldProblem]) -> RequestError:
    """Mostly another request had its change accepted as this revision, between the look and the commit."""
    if all(problem.field != "id" for problem in problems):
        return _invalid(problems)
    sentence = f"Another change was accepted as revision {planned.revision} just now."
    problem = FieldProblem("If-Match", sentence)
    return RequestError(409, "conflict", sentence, problems=[problem], fields={"revision": planned.revision})


def answer(workout_id: str, planned: PlannedChange) -> Response:
    change = planned.change
    status = 200 if change is None else 202
    message = UNCHANGED if change is None else DELETED if change.kind is MessageKind.DELETED else CORRECTED
    content = {"message": message, "id": workout_id, "revision": planned.revision}
    return JSONResponse(content, status, {**PLAIN, "etag": f'"{planned.revision}"'})


def plan(request: ChangeRequest, known: KnownWorkout, now_ms: int) -> PlannedChange:
    """RequestError where the change is not made."""
    try:
        return plan_change(request, known, now_ms=now_ms)
    except ChangeRefusedError as error:
        raise _refused(error) from None
    except InvalidWorkoutError as error:
        raise _invalid(error.problems) from None


def _refused(error: ChangeRefusedError) -> RequestError:
    status, kind = _STATUS[error.refusal]
    fields = {} if error.revision is None else {"revision": error.revision}
    sentence = f"{error} {SEND_WHOLE}" if error.refusal is Refusal.UNREADABLE else str(error)
    problems = [FieldProblem("If-Match", str(error))] if error.refusal is Refusal.OUTDATED else []
    return RequestError(status, kind, sentence, problems=problems, fields=fields)


def _invalid(problems: Sequence[FieldProblem]) -> RequestError:
    return RequestError(422, "invalid", INVALID, problems=problems)


def _revision(text: str | None) -> int | None:
    """None for `*`: whichever is the newest."""
    if text is None:
        sentence = 'Say which revision it is for, by the header If-Match: "1"; * is whichever is the newest.'
        problem = FieldProblem("If-Match", "is required")
        raise RequestError(428, "precondition", sentence, problems=[problem])
    if text.strip() == "*":
        return None
    found = _REVISION.fullmatch(text.strip())
    if found is None or int(found["number"]) > REVISION.high:
        problem = FieldProblem("If-Match", 'must be a revision, such as "1", or *')
        raise RequestError(400, "invalid", INVALID, problems=[problem])
    return int(found["number"])
