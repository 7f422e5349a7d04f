"""A centre with the opinions of real servers, each of which can be switched on: it exists only to be difficult.

It speaks just enough FHIR for a desk. Pages go by offset over the live data, so that rows move while they are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson

from workstation.fhir.resources import Resource

START = datetime(2026, 3, 17, 1, 0, tzinfo=UTC)
URL = "https://centre.test/fhir"


@dataclass(frozen=True)
class Version:
    """One version of a record; `body` is None for a tombstone."""

    kind: str
    id: str
    number: int
    stamp: str
    body: Resource | None


@dataclass
class OddCentre(httpx.BaseTransport):
    """The switches: what this server does differently from the book."""

    stale: int = 412
    atomic: bool = True
    etags: bool = True
    guards: bool = True
    history: bool = True
    whole_seconds: bool = False
    sorts: bool = True
    timeless_tombstones: bool = False
    page: int = 10
    before_page: Callable[[int], None] = lambda offset: None
    log: list[Version] = field(default_factory=list)
    ticks: int = 0

    # --- what a test does at the centre itself ---------------------------------------------------------------

    def put(self, resource: Resource, stamp: str = "") -> Version:
        """Store a new version; with `stamp` it is one that was stamped then and commits only now."""
        kind, id_ = resource["resourceType"], resource["id"]
        before = self.current(kind, id_)
        number = before.number + 1 if before else 1
        self.ticks += 1
        stamp = stamp or self._stamp()
        body = {**resource, "meta": {"versionId": str(number), "lastUpdated": stamp}}
        self.log.append(Version(kind, id_, number, stamp, body))
        return self.log[-1]

    def delete(self, kind: str, id_: str) -> None:
        before = self.current(kind, id_)
        assert before is not None
        self.ticks += 1
        self.log.append(Version(kind, id_, before.number + 1, self._stamp(), None))

    def current(self, kind: str, id_: str) -> Version | None:
        return next((v for v in reversed(self.log) if (v.kind, v.id) == (kind, id_)), None)

    def bodies(self, kind: str) -> dict[str, Resource]:
        """Give the current records of a type."""
        newest = {v.id: v for v in self.log if v.kind == kind}
        return {id_: v.body for id_, v in newest.items() if v.body is not None}

    def versions(self, kind: str, id_: str) -> list[Version]:
        return [v for v in self.log if (v.kind, v.id) == (kind, id_)]

    # --- the wire --------------------------------------------------------------------------------------------

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        parts = [part for part in request.url.path.removeprefix("/fhir").split("/") if part]
        params = dict(request.url.params)
        if request.method == "POST":
            return self._transaction(orjson.loads(request.read()))
        if parts[-1] == "_history" and len(parts) == 3:
            return self._instance_history(parts[0], parts[1])
        if parts[-1] == "_history":
            return self._history(parts[0] if len(parts) == 2 else "", params)
        if len(parts) == 2:
            return self._read(parts[0], parts[1])
        return self._search(parts[0], params)

    def _read(self, kind: str, id_: str) -> httpx.Response:
        found = self.current(kind, id_)
        if found is None or found.body is None:
            return _problem(404 if found is None else 410, "not here")
        return httpx.Response(200, json=found.body)

    def _search(self, kind: str, params: dict[str, str]) -> httpx.Response:
        rows = list(self.bodies(kind).values())
        since = params.get("_lastUpdated", "").removeprefix("ge")
        rows = [row for row in rows if not since or _moment(row["meta"]["lastUpdated"]) >= _moment(since)]
        if self.sorts:
            rows.sort(key=lambda row: (_moment(row["meta"]["lastUpdated"]), row["id"]))
        else:
            rows.sort(key=lambda row: str(row["id"]))
        entries = [{"resource": row, "search": {"mode": "match"}} for row in rows]
        return self._paged(f"{URL}/{kind}", params, entries)

    def _history(self, kind: str, params: dict[str, str]) -> httpx.Response:
        if not self.history:
            return _problem(400, "no history here")
        since = params.get("_since", "")
        rows = [v for v in self.log if v.kind == kind or not kind]
        rows = [v for v in rows if not since or _moment(v.stamp) >= _moment(since)]
        rows.reverse()
        return self._paged(
            f"{URL}/{kind}/_history" if kind else f"{URL}/_history", params, [self._past(v) for v in rows]
        )

    def _instance_history(self, kind: str, id_: str) -> httpx.Response:
        rows = [self._past(v) for v in reversed(self.versions(kind, id_))]
        return httpx.Response(200, json={"resourceType": "Bundle", "type": "history", "entry": rows})

    def _past(self, version: Version) -> Resource:
        if version.body is not None:
            return {
                "resource": version.body,
                "request": {"method": "PUT", "url": f"{version.kind}/{version.id}"},
            }
        response = {} if self.timeless_tombstones else {"lastModified": version.stamp}
        return {"request": {"method": "DELETE", "url": f"{version.kind}/{version.id}"}, "response": response}

    def _paged(self, path: str, params: dict[str, str], entries: list[Resource]) -> httpx.Response:
        offset = int(params.get("_offset", "0"))
        self.before_page(offset)
        count = min(self.page, int(params.get("_count", "20")))
        bundle: Resource = {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": entries[offset : offset + count],
        }
        if offset + count < len(entries):
            url = f"{path}?{urlencode({**params, '_offset': str(offset + count)})}"
            bundle["link"] = [{"relation": "next", "url": url}]
        return httpx.Response(200, json=bundle)

    def _transaction(self, bundle: Resource) -> httpx.Response:
        mark, ticks = len(self.log), self.ticks
        answers = [self._entry(entry) for entry in bundle["entry"]]
        worst = next((a for a in answers if int(a["status"][:3]) >= 400), None)
        if worst and self.atomic:
            del self.log[mark:]
            self.ticks = ticks
            return _problem(int(worst["status"][:3]), worst["outcome"]["issue"][0]["diagnostics"])
        rows = [{"response": a} for a in answers]
        return httpx.Response(
            200, json={"resourceType": "Bundle", "type": "transaction-response", "entry": rows}
        )

    def _entry(self, entry: Resource) -> Resource:
        request = entry["request"]
        kind, id_ = request["url"].split("/")
        before = self.current(kind, id_)
        there = before if before and before.body is not None else None
        match = re.fullmatch(r'W/"(.*)"', request.get("ifMatch", ""))
        if self.guards and match and (there is None or str(there.number) != match.group(1)):
            return _failed(self.stale, "another version is current")
        if self.guards and request.get("ifNoneMatch") == "*" and there is not None:
            return _failed(self.stale, "it exists")
        if request["method"] == "DELETE":
            self.delete(kind, id_)
            return {"status": "204"}
        if "bad" in str(entry["resource"].get("language", "")):
            return _failed(422, "language: not a code")
        version = self.put(entry["resource"])
        return {"status": "200 OK" if there else "201 Created"} | (
            {"etag": f'W/"{version.number}"'} if self.etags else {}
        )

    def _stamp(self) -> str:
        step = (
            timedelta(seconds=self.ticks // 30) if self.whole_seconds else timedelta(milliseconds=self.ticks)
        )
        return (START + step).isoformat(timespec="seconds" if self.whole_seconds else "milliseconds")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _outcome(text: str) -> Resource:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": text}]}


def _failed(status: int, text: str) -> dict[str, Any]:
    return {"status": str(status), "outcome": _outcome(text)}


def _problem(status: int, text: str) -> httpx.Response:
    return httpx.Response(status, json=_outcome(text))
