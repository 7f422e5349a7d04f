"""JSON and time as they travel: nothing a client sent may change on the way, not even the zeros of 1.50."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any, Final

import orjson

from sync.hub.errors import bad_request
from workstation.fhir.resources import Resource

_DECIMAL: Final = re.compile(rb"[:\[,]\s*-?\d+[.eE]")


def parse(body: bytes) -> Any:
    """Read JSON; decimals keep the digits they were written with. Raises FhirError (400) when it is no JSON."""
    try:
        value = orjson.loads(body)
        if _DECIMAL.search(body):
            value = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"The body is not JSON: {_position(error)}", "structure") from error
    return value


def parse_object(body: bytes) -> Resource:
    """Read one JSON object. Raises FhirError (400) when it is anything else."""
    value = parse(body)
    if not isinstance(value, dict):
        raise bad_request("The body must be one JSON object.", "structure")
    return value


def dump(value: Any) -> bytes:
    """Write canonical JSON: sorted keys, no spaces, UTF-8. Raises FhirError (400) for what JSON cannot hold."""
    try:
        return orjson.dumps(value, default=_decimal, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise bad_request("The body holds a value that JSON cannot carry.", "structure") from error


def _decimal(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    raise TypeError(type(value).__name__)


def _position(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else "unreadable"


def instant(milliseconds: int) -> str:
    """Write milliseconds since 1970 as a FHIR instant in UTC."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def milliseconds(text: str) -> int:
    """Read an instant back. Raises ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def http_date(milliseconds: int) -> str:
    """Write a moment as HTTP's Last-Modified wants it."""
    return format_datetime(datetime.fromtimestamp(milliseconds // 1000, UTC), usegmt=True)


def etag(version: int) -> str:
    """Write a version as a weak ETag."""
    return f'W/"{version}"'
