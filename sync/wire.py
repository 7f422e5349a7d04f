"""Small readers of what a FHIR server sends; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from workstation.fhir.resources import Resource, as_list

LONGEST_REASON: Final = 300
_ETAG: Final = re.compile(r'(?:W/)?"?([^"]*)"?')


def etag_version(etag: str) -> str:
    """Give the version inside an ETag: `W/"2"`, `"2"` and a bare `2` are the same."""
    found = _ETAG.fullmatch(etag.strip())
    return found.group(1) if found else ""


def http_date(text: str) -> datetime | None:
    """Give the moment an HTTP date names, or None for what is no date."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (TypeError, ValueError):
        return None


def outcome_text(body: Any) -> str:
    """Give the first issues of an OperationOutcome in one short line, or an empty text."""
    issues = as_list(body.get("issue")) if isinstance(body, dict) else []
    texts = []
    for issue in issues[:3]:
        detail = issue.get("details")
        text = detail.get("text", "") if isinstance(detail, dict) else ""
        texts.append(str(text or issue.get("diagnostics") or issue.get("code") or ""))
    return "; ".join(text for text in texts if text)[:LONGEST_REASON]


def references(node: Any) -> Iterator[tuple[str, str]]:
    """Walk every literal reference inside a record as (type, id)."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "reference" and isinstance(value, str):
                parts = value.split("/_history/")[0].split("/")
                if len(parts) >= 2:
                    yield parts[-2], parts[-1]
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def link(bundle: Resource, relation: str) -> str:
    """Give the URL of a Bundle's link, or an empty text."""
    for one in as_list(bundle.get("link")):
        if isinstance(one, dict) and one.get("relation") == relation:
            return str(one.get("url") or "")
    return ""
