"""One listening port on loopback with any number of small servers on it, each with the habits it was given."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.plugins.habits import Habits, Server


@dataclass
class Street:
    """One listening port with any number of servers on it, each under its own path."""

    root: str
    houses: dict[str, Server] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def build(self, **habits: Any) -> Server:
        """Make a server with these habits."""
        number = str(next(self.numbers))
        self.houses[number] = Server(Habits(**habits), f"{self.root}/{number}/fhir")
        return self.houses[number]

    async def serve(self, request: Request) -> Response:
        house = self.houses[request.path_params["house"]]
        body = await request.body()
        path = request.path_params["path"].strip("/")
        return house.answer(request.method, path, request.url.query, dict(request.headers), body)


@pytest.fixture(scope="module")
def street() -> Iterator[Street]:
    """Listen on loopback; `street.build(...)` gives a server with habits."""
    listening = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, for TCP_NODELAY
    listening.bind(("127.0.0.1", 0))
    made = Street(f"http://127.0.0.1:{listening.getsockname()[1]}")
    started = threading.Event()
    methods = ["GET", "POST", "PUT", "DELETE"]

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        started.set()
        yield

    app = Starlette(routes=[Route("/{house}/fhir{path:path}", made.serve, methods=methods)], lifespan=life)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, loop="asyncio", http="h11", date_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    assert started.wait(30)
    yield made
    server.should_exit = True
    thread.join()
    listening.close()
