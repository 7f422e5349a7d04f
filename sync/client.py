"""Plain FHIR R4 over HTTP, for one pinned server. It never follows a redirect and never leaves its server.

Blocking on purpose: it lives in the sync thread, one request at a time, and a second thread may fetch ahead.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from sync import wire
from sync.address import Address
from sync.auth import Auth, HubPassword
from sync.errors import Busy, Gone, NotFhir, Refused, Stale, Unauthorised, Unreachable
from workstation.fhir.resources import Resource, as_list, read_json, to_json

FHIR_JSON: Final = "application/fhir+json"
LONGEST_WAIT: Final = 3600
MOST_BYTES: Final = 64 * 1024 * 1024
_TIMEOUT: Final = httpx.Timeout(30, connect=5)
logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the addresses of searches


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole HTTP answer, decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def html(self) -> bool:
        """Say whether this is a page for people."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind in ("text/html", "application/xhtml+xml", "text/plain")


class Client:
    """The FHIR operations a desk needs. Threads may share it. Every method may raise a SyncError.

    `skew` is how far the centre's clock was ahead of this computer's at the last answer. `instead` sends what should
    go as a transaction in another way, to a server that has none to be trusted.
    """

    def __init__(
        self,
        address: Address,
        auth: Auth,
        *,
        verify: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.address = address
        self.server_time: datetime | None = None
        self.skew: timedelta | None = None
        self.instead: Callable[[Client, Resource], Resource] | None = None
        self._auth = auth
        self._most_bytes = most_bytes
        self._closing = threading.Event()
        self._sockets: list[socket.socket] = []
        self._http = httpx.Client(
            verify=verify or ssl.create_default_context(),
            transport=transport,
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            headers={
                "Accept": FHIR_JSON,
                "Accept-Encoding": "identity" if address.loopback else "gzip",
                "User-Agent": "Qingnang",
            },
        )

    def close(self) -> None:
        """Close every connection; a request under way in another thread ends with Unreachable."""
        self._closing.set()
        for line in self._sockets:
            with contextlib.suppress(OSError):  # already closed by the other side
                socket.socket.shutdown(line, socket.SHUT_RDWR)
        self._http.close()

    def capabilities(self) -> Resource:
        """Read the CapabilityStatement."""
        return self._get(f"{self.address.base}/metadata", "CapabilityStatement")

    def read(self, kind: str, id_: str) -> Resource:
        """Read the current version of one record. Raises Gone."""
        return self._get(f"{self.address.base}/{kind}/{id_}", kind)

    def versions(self, kind: str, id_: str) -> tuple[Resource, ...]:
        """Give the versions of one record that the centre still shows, newest first; none if it keeps none."""
        try:
            bundle = self._get(f"{self.address.base}/{kind}/{id_}/_history", "Bundle")
        except (Gone, Refused):
            return ()
        return tuple(e["resource"] for e in as_list(bundle.get("entry")) if "resource" in e)

    def search(self, kind: str, params: Mapping[str, str]) -> Resource:
        """Search one type; gives the first page."""
        return self._get(f"{self.address.base}/{kind}", "Bundle", params)

    def history(self, kind: str, params: Mapping[str, str]) -> Resource:
        """Read the changes of one type, or of all for an empty `kind`; gives the first page."""
        path = f"/{kind}/_history" if kind else "/_history"
        return self._get(f"{self.address.base}{path}", "Bundle", params)

    def follow(self, url: str) -> Resource:
        """Read the page a link leads to, verbatim. Raises ForeignLink when it leaves this server."""
        return self._get(self.address.within(url), "Bundle")

    def next_link(self, bundle: Resource) -> str:
        """Give the link to the page after this one, or an empty text. Raises ForeignLink."""
        url = wire.link(bundle, "next")
        return self.address.within(url) if url else ""

    def transact(self, bundle: Resource) -> Resource:
        """Send one transaction; gives the Bundle that answers it."""
        if self.instead is not None:
            return self.instead(self, bundle)
        headers = {"Content-Type": FHIR_JSON}
        return _resource(self._ask("POST", self.address.base, to_json(bundle), headers), "Bundle")

    def sign_in(self, auth: HubPassword, user: str, password: str, station: str = "") -> None:
        """Trade a password for tokens. Raises Unauthorised when name or password is wrong."""
        auth.sign_in(self._post_form, user, password, station)

    def plain(self, url: str, params: Mapping[str, str], patience: float) -> Resource:
        """Read a JSON object outside FHIR, waiting up to `patience` seconds for the answer."""
        timeout = httpx.Timeout(patience, connect=5)
        return _object(self._ask("GET", self.address.within(url), None, {}, params, timeout))

    def exchange(
        self,
        method: str,
        path: str,
        body: Resource | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request below the base address and give its answer, whatever its status: the caller reads it.

        Raises Unreachable, NotFhir for an answer that is too large, and Unauthorised.
        """
        url = self.address.within(path) if "://" in path else f"{self.address.base}/{path}".rstrip("/")
        content = to_json(body) if body is not None else None
        kind = {"Content-Type": FHIR_JSON} if body is not None else {}
        answer = self._answer(method, url, content, {**kind, **(headers or {})}, params)
        if answer.status == httpx.codes.UNAUTHORIZED:
            raise Unauthorised
        return answer

    def _get(self, url: str, kind: str, params: Mapping[str, str] | None = None) -> Resource:
        return _resource(self._ask("GET", url, None, {"Cache-Control": "no-cache"}, params), kind)

    def _ask(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> Answer:
        answer = self._answer(method, url, content, headers, params, timeout)
        _raise_for(answer)
        return answer

    def _answer(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> Answer:
        request = self._http.build_request(method, url, content=content, headers=headers, params=params)
        request.extensions["trace"] = self._watch
        if timeout is not None:
            request.extensions["timeout"] = timeout.as_dict()
        token = self._auth.token(self._post_form)
        answer = self._send(request, token)
        if answer.status == httpx.codes.UNAUTHORIZED and self._auth.renew(self._post_form, token):
            answer = self._send(request, self._auth.token(self._post_form))
        return answer

    def _send(self, request: httpx.Request, token: str) -> Answer:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        if self._closing.is_set():
            raise Unreachable
        try:
            response = self._http.send(request, stream=True)
            try:
                body = self._body(response)
            finally:
                response.close()
        except (httpx.RequestError, httpx.StreamError) as error:
            raise Unreachable from error
        told = wire.http_date(response.headers.get("date", ""))
        if told is not None:
            self.server_time, self.skew = told, told - datetime.now(UTC)
        return Answer(response.status_code, response.headers, body)

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember open sockets: closing one does not wake a thread that waits on it, shutting it down does."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            line = info["return_value"].get_extra_info("socket")
            self._sockets = [*(s for s in self._sockets if s.fileno() >= 0), line]

    def _body(self, response: httpx.Response) -> bytes:
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self._most_bytes:
                raise NotFhir(f"an answer of more than {self._most_bytes} bytes")
            parts.append(part)
        return b"".join(parts)

    def _post_form(self, path: str, form: Mapping[str, str]) -> Resource:
        request = self._http.build_request("POST", f"{self.address.root}{path}", data=dict(form))
        request.headers["Accept"] = "application/json"
        answer = self._send(request, "")
        if answer.status in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED):
            if answer.html:
                raise NotFhir("a web page in answer to a sign-in")
            raise Unauthorised
        _raise_for(answer)
        return _object(answer)


def _raise_for(answer: Answer) -> None:
    status = answer.status
    if 200 <= status < 300:
        return
    if status == 401:
        raise Unauthorised
    if status in (408, 429) or status >= 500:
        raise Busy(status, _retry_after(answer))
    if status == 413:
        raise Refused(status, _reason(answer))
    if status < 400 or answer.html:
        raise NotFhir(f"HTTP {status} from something that is no FHIR server")
    if status in (404, 410):
        raise Gone(deleted=status == 410)
    if status in (409, 412):
        raise Stale(status, _reason(answer))
    raise Refused(status, _reason(answer))


def _reason(answer: Answer) -> str:
    try:
        body = read_json(answer.body)
    except ValueError:
        return ""
    return wire.outcome_text(body)


def _object(answer: Answer) -> Resource:
    if answer.html:
        raise NotFhir("a web page in place of data")
    try:
        body = read_json(answer.body)
    except ValueError as error:
        raise NotFhir("a body that is not JSON") from error
    if not isinstance(body, dict):
        raise NotFhir("a body that is not a JSON object")
    return body


def _resource(answer: Answer, kind: str) -> Resource:
    body = _object(answer)
    if body.get("resourceType") != kind:
        raise NotFhir(f"another resource than the {kind} that was asked for")
    return body


def _retry_after(answer: Answer) -> timedelta | None:
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return timedelta(seconds=min(int(text), LONGEST_WAIT))
    until, now = wire.http_date(text), wire.http_date(answer.headers.get("date", ""))
    if until is None or now is None:
        return None
    return timedelta(seconds=min(max((until - now).total_seconds(), 0), LONGEST_WAIT))
