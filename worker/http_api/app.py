"""The HTTP application. `POST /workout` answers 202 only after the workout was committed to the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from threading import Lock
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from core.errors import InvalidWorkoutError
from core.events import ConnectionState
from core.workouts.model import Workout
from worker.http_api.access import AccessPolicy
from worker.http_api.docs import docs_page, openapi
from worker.http_api.metrics import IngestMetrics
from worker.http_api.request_body import (
    KEY_HEADER,
    PLAIN,
    RequestError,
    check_media_type,
    headers_of,
    read_body,
    workout_of,
)
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult, OutboxWriter

RECEIVED = "Workout received and is being processed."
INVALID = "Invalid workout data"
KEEP_BOUND_S = 10.0
PROBE_S = 1.0  # how long the result of a disk probe is reused
ERROR_S = 10.0  # how long a failed write is reported: the small probe may succeed on a nearly full disk
_PAGE = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
_Reply = asyncio.Future[AcceptResult]


class AcceptBridge:
    """Passes workouts to the outbox writer and awaits its replies. Coroutines run in one event loop."""

    def __init__(self, writer: OutboxWriter, *, bound_s: float = KEEP_BOUND_S) -> None:
        self._writer, self._bound_s = writer, bound_s
        self._lock = Lock()
        self._replies: list[tuple[_Reply, AcceptResult]] = []  # which the loop has not seen yet

    async def accept(self, workout: Workout | None, body: bytes, at_ms: int) -> AcceptResult:
        """Wait at most `bound_s`; `workout` None only probes whether the outbox can be written."""
        loop = asyncio.get_running_loop()
        reply: _Reply = loop.create_future()
        request = AcceptRequest(workout, at_ms, lambda result: self._on_reply(loop, reply, result), body)
        if not self._writer.accept([request]):
            return AcceptResult(error="Too many workouts wait already, or the service is stopping.")
        try:
            async with asyncio.timeout(self._bound_s):
                return await reply
        except TimeoutError:
            return AcceptResult(error=f"The disk did not answer within {self._bound_s:g} seconds.")

    def _on_reply(self, loop: asyncio.AbstractEventLoop, reply: _Reply, result: AcceptResult) -> None:
        """In the writer's thread. The loop is woken once for all replies that come before it runs."""
        with self._lock:
            self._replies.append((reply, result))
            if len(self._replies) > 1:
                return
        try:
            loop.call_soon_threadsafe(self._resolve)
        except RuntimeError:
            self._replies.clear()  # the loop has ended, and all waiting requests with it

    def _resolve(self) -> None:
        with self._lock:
            replies, self._replies = self._replies, []
        for reply, result in replies:
            if not reply.done():
                reply.set_result(result)


class IngestApp:
    """Builds the ASGI application. With `is_stopping` the health check fails, so that no new clients are sent here."""

    def __init__(
        self,
        bridge: AcceptBridge,
        metrics: IngestMetrics,
        access: AccessPolicy,
        *,
        now_ms: Callable[[], int],
        body_bound_s: float,
    ) -> None:
        self._bridge, self._metrics, self._access, self._now_ms = bridge, metrics, access, now_ms
        self._body_bound_s = body_bound_s
        self._probed_at_s = self._error_at_s = float("-inf")
        self._last_error = ""
        self._probe: asyncio.Task[AcceptResult] | None = None
        self.is_stopping = False

    def build(self) -> Starlette:
        app = Starlette(
            routes=[
                Route("/workout", self._post_workout, methods=["POST"]),
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
            result = await self._bridge.accept(workout, body, at_ms)
            if result.problems:
                raise InvalidWorkoutError(result.problems)
        except InvalidWorkoutError as error:
            raise RequestError(400, "invalid", INVALID, problems=error.problems) from None
        self._last_error, self._error_at_s = result.error, asyncio.get_running_loop().time()
        if result.error:
            sentence = f"The workout could not be kept. {result.error}"
            raise RequestError(503, "not_kept", sentence, headers={"retry-after": "1"})
        return workout.workout_id

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
