"""The hub's addresses: /fhir for FHIR, /auth for signing in, /events for the poke.

Requests are read on the event loop and carried out on two small thread pools, so that writers who wait for their
turn never keep a reader waiting.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync.hub import wire
from sync.hub.auth import Gate
from sync.hub.auth_http import AuthPages
from sync.hub.capability import statement
from sync.hub.config import HubConfig
from sync.hub.errors import FhirError, bad_request
from sync.hub.feed import LONGEST, Feed
from sync.hub.http import answer_response, check_content, check_format, error_response, read_body
from sync.hub.interactions import WRITES
from sync.hub.requests import Answer, Call, Principal, locate
from sync.hub.service import Service
from sync.hub.store import StoreBusy

METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
BODIES: Final = frozenset({"create", "update", "conditional-update", "patch", "bundle"})
PROVEN_SECONDS: Final = 10.0
T = TypeVar("T")


class Hub:
    """The ASGI application of one hub, `asgi`, and what it needs while it runs."""

    def __init__(
        self, service: Service, gate: Gate, config: HubConfig, version: str, logger: logging.Logger
    ) -> None:
        self.service = service
        self.config = config
        self.log = logger
        self.version = version
        self.started = wire.instant(time.time_ns() // 1_000_000)
        self.gate = gate
        self.readers = ThreadPoolExecutor(8, "hub-read")
        self.writers = ThreadPoolExecutor(4, "hub-write")
        self.on_started: Callable[[], None] = lambda: None
        self.feed: Feed | None = None
        self._proven: dict[str, float] = {}
        self._auth = AuthPages(gate)
        self.asgi = Starlette(
            routes=[
                Route("/fhir", self._fhir, methods=METHODS),
                Route("/fhir/{path:path}", self._fhir, methods=METHODS),
                Route("/events", self._events, methods=["GET"]),
                *self._auth.routes(),
            ],
            exception_handlers={HTTPException: self._http_error},
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self.feed = Feed(partial(self._run, self.readers, self.service.store.sequence))
        self.service.store.on_commit = self.feed.poke
        watching = asyncio.create_task(self.feed.watch())
        self.on_started()
        yield
        self.feed.close()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        self.service.store.on_commit = _nothing
        self.readers.shutdown()
        self.writers.shutdown()
        self._auth.close()

    def hurry(self) -> None:
        """Answer everybody who waits for changes, from any thread, so that the server can stop."""
        if self.feed:
            self.feed.close_soon()

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    async def _fhir(self, request: Request) -> Response:
        began, what = time.perf_counter(), "?"
        try:
            call = self._located(request)
            what = f"{call.interaction} {call.type}".strip()
            response = await self._carry_out(request, call)
        except FhirError as error:
            response = error_response(request, error)
        except RecursionError:
            response = error_response(request, bad_request("The body is nested too deeply.", "structure"))
        except StoreBusy:
            self.log.exception("store")
            busy = FhirError(503, "transient", "The hub cannot write just now.", headers={"Retry-After": "5"})
            response = error_response(request, busy)
        except ClientDisconnect:
            response = Response(status_code=400)
        except Exception:  # the caller gets an OperationOutcome whatever we did wrong; the log says where
            self.log.exception("failure")
            response = error_response(
                request, FhirError(500, "exception", "The hub failed; its log says where.")
            )
        spent = round((time.perf_counter() - began) * 1000, 1)
        fields = {"method": request.method, "what": what, "status": response.status_code, "ms": spent}
        self.log.info("request", extra={"fields": fields})
        return response

    def _located(self, request: Request) -> Call:
        check_format(request)
        query = f"?{request.url.query}" if request.url.query else ""
        call = locate(request.method, request.path_params.get("path", "") + query)
        headers = request.headers
        return replace(
            call,
            if_match=headers.get("if-match", ""),
            if_none_match=headers.get("if-none-match", ""),
            if_none_exist=headers.get("if-none-exist"),
            lenient="handling=lenient" in headers.get("prefer", "").replace(" ", "").lower(),
            base=self._base(request),
        )

    async def _carry_out(self, request: Request, call: Call) -> Response:
        if call.interaction == "metadata":
            hub_id = self.service.store.meta("id").decode()
            body = wire.dump(statement(call.base, self.version, hub_id, self.started))
            return answer_response(request, Answer(200, body), call.base, created=False)
        who = await self._who(request)
        if call.interaction in BODIES or request.method == "POST":
            check_content(request, call.interaction)
            call = await self._with_body(request, call)
        full = "return=representation" in request.headers.get("prefer", "").replace(" ", "").lower()
        writes = call.interaction in WRITES or call.interaction == "bundle"
        return await self._run(
            self.writers if writes else self.readers,
            lambda: answer_response(
                request, self.service.perform(call, who, full), call.base, call.interaction in WRITES
            ),
        )

    async def _with_body(self, request: Request, call: Call) -> Call:
        body = await read_body(request, self.config.max_body)
        if call.interaction == "search":
            try:
                pairs = parse_qsl(body.decode(), keep_blank_values=True)
            except UnicodeDecodeError as error:
                raise bad_request("The form is not UTF-8.") from error
            return replace(call, where=(*call.where, *pairs))
        if call.interaction == "patch":
            return replace(call, patch=wire.parse(body))
        return replace(call, resource=await self._run(self.readers, partial(wire.parse_object, body)))

    async def _who(self, request: Request) -> Principal:
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        who = None
        if scheme.lower() == "bearer" and token:
            who = await self._run(self.readers, partial(self.gate.principal, token.strip()))
        if who is None:
            challenge = {"WWW-Authenticate": 'Bearer realm="qingnang-hub"'}
            raise FhirError(401, "login", "Sign in first: a valid bearer token is needed.", headers=challenge)
        return who

    async def _known(self, request: Request) -> None:
        """Let a caller pass who proved who they are within the last seconds: a poll gives away a number, no record."""
        token = request.headers.get("authorization", "")
        now = asyncio.get_running_loop().time()
        if self._proven.get(token, 0.0) > now:
            return
        await self._who(request)
        self._proven = {text: until for text, until in self._proven.items() if until > now}
        self._proven[token] = now + PROVEN_SECONDS

    async def _events(self, request: Request) -> Response:
        try:
            await self._known(request)
            after, wait = _number(request, "after", 0.0), _number(request, "wait", 25.0)
        except FhirError as error:
            return error_response(request, error)
        feed = self.feed
        sequence = await feed.wait(int(after), min(wait, LONGEST)) if feed else 0
        return Response(
            wire.dump({"sequence": sequence}),
            media_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    async def _http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = {404: "not-found", 405: "not-supported"}.get(status, "processing")
        return error_response(request, FhirError(status, code, "There is nothing here for this request."))

    def _base(self, request: Request) -> str:
        if self.config.base_url:
            return self.config.base_url.rstrip("/")
        return f"{request.url.scheme}://{request.url.netloc}/fhir"


def _number(request: Request, name: str, otherwise: float) -> float:
    text = request.query_params.get(name)
    if text is None:
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise bad_request(f"“{name}” is a whole number.")
    return float(text)


def _nothing(_sequence: int) -> None:
    return None
