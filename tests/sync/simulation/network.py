"""The line between one desk and the server, with everything that a line can do to a request and its answer.

A plan names what happens to the next requests, one name each; after it the line is whole again, unless `always` is set.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import httpx
import orjson

from tests.sync.simulation.server import Answered, Asked, Server

Act = Callable[[], None]
PORTAL: Final = b"<html><body>Please log in to Hospital-Guest</body></html>"
TOLD: Final = (401, 403, 408, 409, 412, 413, 422, 429, 500, 502, 503, 504)


def _told(status: int) -> Answered:
    body = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "diagnostics": f"told {status}"}],
    }
    again = {"Retry-After": "7"} if status in (429, 503) else {}
    return Answered(status, orjson.dumps(body), {"Content-Type": "application/fhir+json", **again})


@dataclass
class Network(httpx.BaseTransport):
    """One desk's line. `note` is told everything; `events` are acts that a plan may name; `cut` may end the program."""

    server: Server
    name: str
    note: Callable[[str], None] = lambda text: None
    plan: list[str] = field(default_factory=list)
    always: str = ""
    events: dict[str, Act] = field(default_factory=dict)
    cut: Callable[[str], None] = lambda point: None
    late: list[Asked] = field(default_factory=list)
    sent: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        asked = Asked(request.method, str(request.url), dict(request.headers), request.content, self.name)
        self.sent += 1
        self.cut("before send")
        fault = self.plan.pop(0) if self.plan else self.always or "fine"
        answered = self._through(fault, asked, request)
        self.cut("after response")
        return self._response(answered, request)

    def deliver_late(self) -> None:
        """Let the requests that were held up on their way arrive, newest first."""
        held, self.late = self.late, []
        for asked in reversed(held):
            self._ask(asked)

    def _through(self, fault: str, asked: Asked, request: httpx.Request) -> Answered:
        self.note(f"{self.name} {fault}: {asked.method} {asked.url} {asked.body!r}")
        if fault in self.events:
            self.events[fault]()
            return self._ask(asked)
        return FAULTS[fault](self, asked, request)

    def _ask(self, asked: Asked) -> Answered:
        answered = self.server.handle(asked)
        self.note(f"{self.name} got {answered.status} {answered.body!r}")
        return answered

    def _response(self, answered: Answered, request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            answered.status, headers=answered.headers, content=answered.body, request=request
        )

    # --- what may happen -----------------------------------------------------------------------------------------

    def fine(self, asked: Asked, request: httpx.Request) -> Answered:
        return self._ask(asked)

    def drop_request(self, asked: Asked, request: httpx.Request) -> Answered:
        raise httpx.ConnectError("no route", request=request)

    def drop_answer(self, asked: Asked, request: httpx.Request) -> Answered:
        self._ask(asked)
        raise httpx.ReadError("connection reset", request=request)

    def hold_up(self, asked: Asked, request: httpx.Request) -> Answered:
        """The desk gives up waiting; the request arrives some time after."""
        self.late.append(asked)
        raise httpx.ReadTimeout("nothing came", request=request)

    def double(self, asked: Asked, request: httpx.Request) -> Answered:
        """The request arrives twice; the answer to the second is the one that is seen."""
        self._ask(asked)
        return self._ask(asked)

    def double_first(self, asked: Asked, request: httpx.Request) -> Answered:
        """The request arrives twice; the answer to the first is the one that is seen."""
        answered = self._ask(asked)
        self._ask(asked)
        return answered

    def portal(self, asked: Asked, request: httpx.Request) -> Answered:
        return Answered(200, PORTAL, {"Content-Type": "text/html"})

    def redirect(self, asked: Asked, request: httpx.Request) -> Answered:
        return Answered(302, b"", {"Location": "https://portal.test/login"})

    def gateway(self, asked: Asked, request: httpx.Request) -> Answered:
        """The server did it; a proxy says that it took too long."""
        self._ask(asked)
        return Answered(504, b"<html>Gateway Time-out</html>", {"Content-Type": "text/html"})

    def fell_over(self, asked: Asked, request: httpx.Request) -> Answered:
        """The server did it, and then failed."""
        self._ask(asked)
        return _told(500)

    def cut_short(self, asked: Asked, request: httpx.Request) -> Answered:
        answered = self._ask(asked)
        return Answered(answered.status, answered.body[: len(answered.body) // 2], answered.headers)

    def cut_gzip(self, asked: Asked, request: httpx.Request) -> Answered:
        answered = self._ask(asked)
        packed = gzip.compress(answered.body, mtime=0)
        head = {**answered.headers, "Content-Encoding": "gzip"}
        return Answered(answered.status, packed[: len(packed) * 2 // 3], head)

    def expire(self, asked: Asked, request: httpx.Request) -> Answered:
        """The server has forgotten every list that it was paging through."""
        self.server.lists.expire()
        return self._ask(asked)


Handler = Callable[[Network, Asked, httpx.Request], Answered]


def _teller(status: int) -> Handler:
    return lambda network, asked, request: _told(status)


FAULTS: Final[dict[str, Handler]] = {
    "fine": Network.fine,
    "drop request": Network.drop_request,
    "drop answer": Network.drop_answer,
    "hold up": Network.hold_up,
    "double": Network.double,
    "double first": Network.double_first,
    "portal": Network.portal,
    "redirect": Network.redirect,
    "gateway": Network.gateway,
    "fell over": Network.fell_over,
    "cut short": Network.cut_short,
    "cut gzip": Network.cut_gzip,
    "expire": Network.expire,
    **{str(status): _teller(status) for status in TOLD},
}
