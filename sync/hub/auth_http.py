"""/auth over HTTP: token, revoke and me, in the shapes of OAuth 2 (RFC 6749, RFC 7009)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.hub import wire
from sync.hub.auth import Gate, Pair, Refused
from sync.hub.errors import FhirError
from sync.hub.http import read_body

LARGEST_FORM: Final = 64 * 1024
T = TypeVar("T")


class AuthPages:
    """The addresses under /auth. Passwords are checked two at a time: each check takes 64 MB of memory."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._pool = ThreadPoolExecutor(2, "hub-auth")

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route("/auth/token", self._token, methods=["POST"]),
            Route("/auth/revoke", self._revoke, methods=["POST"]),
            Route("/auth/me", self._me, methods=["GET"]),
        ]

    def close(self) -> None:
        """End the threads that check passwords."""
        self._pool.shutdown()

    async def _token(self, request: Request) -> Response:
        try:
            form = await _form(request)
            kind = form.get("grant_type")
            if kind == "password":
                name, word, station = (form.get(key, "") for key in ("username", "password", "station"))
                pair = await self._run(partial(self._gate.sign_in, name, word, station[:64]))
            elif kind == "refresh_token":
                pair = await self._run(partial(self._gate.refresh, form.get("refresh_token", "")))
            else:
                raise Refused(400, "unsupported_grant_type", "grant_type is password or refresh_token.")
        except Refused as refused:
            return _refusal(refused)
        return _json(200, _pair(pair))

    async def _revoke(self, request: Request) -> Response:
        try:
            form = await _form(request)
        except Refused as refused:
            return _refusal(refused)
        await self._run(partial(self._gate.revoke, form.get("token", "")))
        return _json(200, {})

    async def _me(self, request: Request) -> Response:
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        who = (
            await self._run(partial(self._gate.principal, token.strip()))
            if scheme.lower() == "bearer"
            else None
        )
        if who is None:
            return _refusal(Refused(401, "invalid_token", "A valid bearer token is needed."))
        return _json(
            200,
            {
                "user": who.user,
                "name": who.name,
                "role": who.role,
                "roles": [who.role],
                "practitioner": who.practitioner,
                "extra": list(who.extra),
            },
        )

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


async def _form(request: Request) -> dict[str, str]:
    try:
        body = await read_body(request, LARGEST_FORM)
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except (FhirError, UnicodeDecodeError) as error:
        raise Refused(400, "invalid_request", "The form cannot be read.") from error


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": pair.seconds,
        "refresh_token": pair.refresh,
    }


def _refusal(refused: Refused) -> Response:
    response = _json(refused.status, {"error": refused.error, "error_description": refused.description})
    if refused.wait:
        response.headers["Retry-After"] = str(refused.wait)
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="qingnang-hub", error="invalid_token"'
    return response


def _json(status: int, value: dict[str, Any]) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return Response(wire.dump(value), status, headers, media_type="application/json")
