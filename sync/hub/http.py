"""HTTP in and out: what kind of body is welcome, how much of it, and how an answer is dressed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sync.hub import wire
from sync.hub.errors import FhirError, Issue, bad_request, outcome
from sync.hub.requests import Answer

FHIR_JSON: Final = "application/fhir+json"
PATCH_JSON: Final = "application/json-patch+json"
FORM: Final = "application/x-www-form-urlencoded"
JSON_TYPES: Final = frozenset({FHIR_JSON, "application/json", "text/json", "application/json+fhir"})
ACCEPTED: Final = JSON_TYPES | {"*/*", "application/*", "json", PATCH_JSON}
WORTH_ZIPPING: Final = 1024


def check_format(request: Request) -> None:
    """Raise FhirError (406) when the caller takes nothing but what the hub does not speak (XML, Turtle)."""
    wanted = request.query_params.get("_format") or request.headers.get("accept") or "*/*"
    kinds = [part.partition(";")[0].strip().lower().replace(" ", "+") for part in wanted.split(",")]
    if not ACCEPTED.intersection(kinds):
        raise FhirError(406, "not-supported", f"This server speaks {FHIR_JSON} only.")


def check_content(request: Request, interaction: str) -> None:
    """Raise FhirError (415) when the body is not of the kind this interaction takes."""
    kind = request.headers.get("content-type", FHIR_JSON).partition(";")[0].strip().lower()
    welcome = JSON_TYPES
    if interaction == "patch":
        welcome = frozenset({PATCH_JSON})
    elif interaction == "search":
        welcome = frozenset({FORM})
    if kind not in welcome:
        raise FhirError(415, "not-supported", f"The body must be {' or '.join(sorted(welcome))}.")


async def read_body(request: Request, limit: int) -> bytes:
    """Give the body, unzipped. Raises FhirError: 413 beyond `limit` bytes (zipped or not), 400 for a broken gzip."""
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit:
        raise _too_large(limit)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    body = b"".join(parts)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise FhirError(415, "not-supported", "The only content encoding taken is gzip.")
    return _unzip(body, limit)


def _unzip(body: bytes, limit: int) -> bytes:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = inflate.decompress(body, limit + 1)
    except zlib.error as error:
        raise bad_request("The body is not gzip.", "structure") from error
    if len(plain) > limit:
        raise _too_large(limit)
    if not inflate.eof or inflate.unused_data:
        raise bad_request("The gzip body is cut off or followed by something else.", "structure")
    return plain


def _too_large(limit: int) -> FhirError:
    return FhirError(413, "too-long", f"The body is larger than {limit} bytes.")


def answer_response(request: Request, answer: Answer, base: str, created: bool) -> Response:
    """Dress an answer: ETag, Last-Modified, Location for what a write made, and the body as `Prefer` wants it."""
    headers = {"Cache-Control": "no-store", **answer.headers}
    if answer.version:
        headers["ETag"] = wire.etag(answer.version)
        headers["Last-Modified"] = wire.http_date(answer.updated)
        if created and answer.status != 204:
            headers["Location"] = f"{base}/{answer.ref}/_history/{answer.version}"
    body = answer.body
    if created and body is not None:
        prefer = request.headers.get("prefer", "").replace(" ", "").lower()
        if "return=minimal" in prefer:
            body = None
        elif "return=operationoutcome" in prefer:
            body = wire.dump(outcome([Issue("informational", "Stored.", severity="information")]))
    if body is None:
        return Response(b"", answer.status, headers)
    return _zipped(request, body, answer.status, headers)


def error_response(request: Request, error: FhirError) -> Response:
    """Dress a refusal as an OperationOutcome."""
    headers = {"Cache-Control": "no-store", **error.headers}
    return _zipped(request, wire.dump(outcome(error.issues)), error.status, headers)


def _zipped(request: Request, body: bytes, status: int, headers: Mapping[str, str]) -> Response:
    extra = dict(headers)
    if len(body) >= WORTH_ZIPPING and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        extra["Content-Encoding"] = "gzip"
        extra["Vary"] = "Accept-Encoding"
    return Response(body, status, extra, media_type=f"{FHIR_JSON}; charset=utf-8")
