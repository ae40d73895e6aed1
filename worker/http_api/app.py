"""The HTTP application. 202 is answered only after the workout, or its change, was committed to the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from core.codec.workout_codec import MessageKind
from core.errors import InvalidWorkoutError
from core.events import ConnectionState
from core.workouts.model import Workout
from worker.http_api import changes
from worker.http_api.accept_bridge import AcceptBridge, LookupBridge
from worker.http_api.access import AccessPolicy
from worker.http_api.docs import docs_page, openapi
from worker.http_api.metrics import IngestMetrics
from worker.http_api.request_body import (
    INVALID,
    KEY_HEADER,
    PLAIN,
    RequestError,
    check_media_type,
    headers_of,
    read_body,
    workout_of,
)
from worker.outbox.outbox_writer import AcceptResult

RECEIVED = "Workout received and is being processed."
PROBE_S = 1.0  # how long the result of a disk probe is reused
ERROR_S = 10.0  # how long a failed write is reported: the small probe may succeed on a nearly full disk
_PAGE = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


class IngestApp:
    """Builds the ASGI application. With `is_stopping` the health check fails, so that no new clients are sent here."""

    def __init__(
        self,
        bridge: AcceptBridge,
        lookup: LookupBridge,
        metrics: IngestMetrics,
        access: AccessPolicy,
        *,
        now_ms: Callable[[], int],
        body_bound_s: float,
    ) -> None:
        self._bridge, self._lookup = bridge, lookup
        self._metrics, self._access, self._now_ms = metrics, access, now_ms
        self._body_bound_s = body_bound_s
        self._probed_at_s = self._error_at_s = float("-inf")
        self._last_error = ""
        self._probe: asyncio.Task[AcceptResult] | None = None
        self.is_stopping = False

    def build(self) -> Starlette:
        app = Starlette(
            routes=[
                Route("/workout", self._post_workout, methods=["POST"]),
                Route("/workouts/{workout_id}", self._change_workout, methods=["PATCH", "DELETE"]),
                Route("/health", self._health),
                Route("/metrics", self._get_metrics),
                Route("/docs", self._docs),
                Route("/openapi.json", self._openapi),
            ],
            exception_handlers={
                RequestError: self._on_request_error,
                HTTPException: self._on_http_error,
                Exception: _on_failure,
            },
        )
        app.router.redirect_slashes = False
        return app

    # --- workouts ------------------------------------------------------------------------------------------------

    async def _post_workout(self, request: Request) -> Response:
        began_s = perf_counter()
        try:
            workout_id = await self._accept(request)
        finally:
            self._metrics.seconds.observe(perf_counter() - began_s)
        self._metrics.accept()
        return JSONResponse({"message": RECEIVED, "id": workout_id}, 202, PLAIN)

    async def _accept(self, request: Request) -> str:
        """The workout's id; RequestError where it was not accepted."""
        headers = headers_of(request)
        self._check_access(headers)
        check_media_type(headers)
        body = await read_body(request, headers, self._body_bound_s)
        at_ms = self._now_ms()
        try:
            workout = workout_of(body, key=headers.get(KEY_HEADER), now_ms=at_ms)
            result = await self._keep(workout, body, at_ms)
            if result.problems:
                raise InvalidWorkoutError(result.problems)
        except InvalidWorkoutError as error:
            raise RequestError(400, "invalid", INVALID, problems=error.problems) from None
        return workout.workout_id

    async def _change_workout(self, request: Request) -> Response:
        headers = headers_of(request)
        self._check_access(headers)
        body = b""
        if request.method == "PATCH":
            check_media_type(headers)
            body = await read_body(request, headers, self._body_bound_s)
        asked, at_ms = changes.change_request(request, headers, body), self._now_ms()
        planned = changes.plan(asked, await self._lookup.find(asked.workout_id), at_ms)
        if planned.change is not None:
            result = await self._keep(planned.change.workout, None, at_ms, planned.change.kind)
            if result.problems:
                raise changes.not_accepted(planned, result.problems)
            self._metrics.accept()
        return changes.answer(asked.workout_id, planned)

    async def _keep(
        self, workout: Workout, body: bytes | None, at_ms: int, kind: MessageKind = MessageKind.SUBMITTED
    ) -> AcceptResult:
        """RequestError where nothing can be kept just now; the result may have problems of this workout."""
        result = await self._bridge.accept(workout, body, at_ms, kind)
        if not result.problems:
            self._last_error, self._error_at_s = result.error, asyncio.get_running_loop().time()
        if result.error:
            sentence = f"The workout could not be kept. {result.error}"
            raise RequestError(503, "not_kept", sentence, headers={"retry-after": "1"})
        return result

    def _check_access(self, headers: Mapping[str, str]) -> None:
        decision = self._access.decide(headers)
        if decision == "forbidden":
            sentence = "Pages of other sites, and other names of this computer, may not use this service."
            raise RequestError(403, decision, sentence, close=True)
        if decision == "unauthorized":
            sentence = "This service wants a token: send Authorization: Bearer and the token."
            raise RequestError(401, decision, sentence, headers={"www-authenticate": "Bearer"}, close=True)

    # --- health and metrics --------------------------------------------------------------------------------------

    async def _health(self, request: Request) -> Response:
        """200 while workouts can be accepted, also while the broker is unreachable: they wait in the outbox."""
        error = "The service is stopping." if self.is_stopping else await self._outbox_error()
        connection = self._metrics.connection
        online = self._metrics.is_online
        rejection = self._metrics.rejection
        status = "unavailable" if error else "ok" if online and not rejection else "degraded"
        found: dict[str, object] = {"status": status}
        if self._access.decide(request.headers) == "open":
            problems = [error] if error else []
            if connection is not None and connection.problem and not online:
                problems.append(connection.problem)
            if rejection:
                problems.append(rejection)
            found["broker"] = (
                {"state": ConnectionState.CONNECTING.value}
                if connection is None
                else {"state": connection.state.value, "kind": connection.kind, "place": connection.place}
            )
            found["outbox"] = self._metrics.pending
            found["problems"] = problems
        return JSONResponse(found, 503 if error else 200, PLAIN)

    async def _outbox_error(self) -> str:
        """Why the outbox cannot be written, else empty. Probed once in PROBE_S at most, however many requests come."""
        now_s = asyncio.get_running_loop().time()
        if self._probe is None or (self._probe.done() and now_s - self._probed_at_s >= PROBE_S):
            self._probed_at_s = now_s
            self._probe = asyncio.create_task(self._bridge.accept(None, b"", self._now_ms()))
        found = (await asyncio.shield(self._probe)).error
        return found or (self._last_error if now_s - self._error_at_s < ERROR_S else "")

    async def _get_metrics(self, request: Request) -> Response:
        self._check_access(headers_of(request))
        return Response(self._metrics.figures(), headers={**PLAIN, "content-type": CONTENT_TYPE_LATEST})

    async def _docs(self, _request: Request) -> Response:
        return HTMLResponse(docs_page(), headers=_PAGE)

    async def _openapi(self, _request: Request) -> Response:
        return JSONResponse(openapi(), headers=PLAIN)

    # --- errors --------------------------------------------------------------------------------------------------

    def _on_request_error(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestError)
        self._metrics.refuse(error.kind)
        return error.response

    def _on_http_error(self, request: Request, error: Exception) -> Response:
        """Errors that Starlette raises itself: unknown path, or unknown method of a path."""
        assert isinstance(error, HTTPException)
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            kind, sentence = "method", f"{request.method} does not work here."
        else:
            kind, sentence = "not_found", "There is nothing at this path; GET /docs says what there is."
        refused = RequestError(error.status_code, kind, sentence, headers=error.headers or {})
        return self._on_request_error(request, refused)


def _on_failure(_request: Request, _error: Exception) -> Response:
    """Starlette raises the error again after this answer; uvicorn logs the traceback."""
    return JSONResponse({"message": "Something unexpected went wrong here."}, 500, PLAIN)
