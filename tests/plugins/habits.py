"""Small FHIR servers over real HTTP, each with the habits it is given: they exist to be found out by the probe.

By itself such a server is a good one: guards, whole transactions, history, pages that hold together.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.responses import Response

from sync.wire import etag_version
from workstation.fhir.resources import Resource

FHIR = "application/fhir+json"


@dataclass
class Habits:
    """What a server does differently from a good one."""

    guards_alone: bool = True
    guards_in_bundle: bool = True
    guards_absent: bool = True
    guards_create: bool = True
    guards_delete: bool = True
    stale: int = 412
    client_ids: bool = True
    writable: bool = True
    transactions: bool = True
    atomic: bool = True
    failures_inside: bool = False
    entry_versions: bool = True
    once: bool = True
    noop_version: bool = True
    etags: bool = True
    uuids: bool = False
    gone: int = 410
    deletes: bool = True
    history: bool = True
    system_history: bool = True
    since: bool = True
    tombstones: str = "delete"
    whole_seconds: bool = False
    cache: bool = False
    indexed: bool = True
    searches: bool = True
    offset_pages: bool = False
    most_rows: int = 1000
    foreign_links: bool = False
    subscriptions: bool = False
    busy_every: int = 0
    clock: timedelta = timedelta(0)
    version: str = "1.0"
    fhir: str = "4.0.1"


class Failed(Exception):
    """A request that is answered with this status."""

    def __init__(self, status: int, text: str = "no") -> None:
        super().__init__(text)
        self.status, self.text = status, text


@dataclass
class Server:
    """One server in memory. `rows` holds every version of every record, None for a tombstone."""

    habits: Habits
    url: str = ""
    rows: dict[tuple[str, str], list[Resource | None]] = field(default_factory=dict)
    log: list[tuple[str, str, str, Resource | None, str]] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    cache: dict[str, list[str]] = field(default_factory=dict)
    snapshots: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    ticks: int = 0
    instead: Callable[[str, str], Response | None] = lambda method, path: None

    def records(self, kind: str = "") -> list[Resource]:
        """Give the current records."""
        return [v[-1] for (k, _i), v in self.rows.items() if v[-1] is not None and kind in ("", k)]

    def add(self, resource: Resource) -> None:
        """Store a record as another client would."""
        self._store(resource["resourceType"], resource["id"], resource)

    # --- HTTP ------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Response:
        self.seen.append((method, path))
        if (other := self.instead(method, path)) is not None:
            return other
        if self.habits.busy_every and len(self.seen) % self.habits.busy_every == 0:
            return self._dress(Response(b"", 429, {"Retry-After": "1"}))
        try:
            sent = orjson.loads(body) if body else {}
            status, out, extra = self._route(method, path, dict(parse_qsl(query)), headers, sent)
        except Failed as failed:
            issue = {"severity": "error", "code": "processing", "diagnostics": failed.text}
            status, out, extra = failed.status, {"resourceType": "OperationOutcome", "issue": [issue]}, {}
        content = orjson.dumps(out) if out is not None else b""
        return self._dress(Response(content, status, extra, media_type=FHIR))

    def _dress(self, response: Response) -> Response:
        response.headers["Date"] = format_datetime(datetime.now(UTC) + self.habits.clock, usegmt=True)
        return response

    def _route(
        self, method: str, path: str, params: dict[str, str], headers: dict[str, str], sent: Resource
    ) -> tuple[int, Resource | None, dict[str, str]]:
        parts = [part for part in path.split("/") if part]
        if parts == ["metadata"]:
            return 200, self._statement(), {}
        if method == "POST" and not parts:
            return 200, self._transaction(sent), {}
        if parts[-1:] == ["_history"]:
            return 200, self._history(parts[:-1], params), {}
        if method == "GET" and len(parts) == 1:
            return 200, self._search(parts[0], params, headers), {}
        request = {
            "method": method,
            "url": "/".join(parts),
            "ifMatch": headers.get("if-match", ""),
            "ifNoneMatch": headers.get("if-none-match", ""),
            "ifNoneExist": headers.get("if-none-exist", ""),
        }
        if method == "GET":
            body = self._read(parts[0], parts[1])
            return 200, body, self._etag(body)
        status, body = self._write(request, sent, alone=True)
        extra = {} if body is None else self._etag(body)
        if status == 201 and body is not None:
            extra["Location"] = f"{self.url}/{_place(body)}"
        return status, body, extra

    def _etag(self, body: Resource) -> dict[str, str]:
        return {"ETag": f'W/"{body["meta"]["versionId"]}"'} if self.habits.etags else {}

    def _statement(self) -> Resource:
        kinds = ("Basic", "Patient", *(("Subscription",) if self.habits.subscriptions else ()))
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": self.habits.fhir,
            "software": {"name": "Habits", "version": self.habits.version},
            "rest": [
                {
                    "mode": "server",
                    "interaction": [{"code": "transaction"}],
                    "resource": [
                        {"type": k, "updateCreate": True, "interaction": [{"code": "update"}]} for k in kinds
                    ],
                }
            ],
        }

    # --- writing ---------------------------------------------------------------------------------------------

    def _read(self, kind: str, id_: str) -> Resource:
        if not (versions := self.rows.get((kind, id_))):
            raise Failed(404)
        if versions[-1] is None:
            raise Failed(self.habits.gone)
        return versions[-1]

    def _write(self, request: dict[str, str], sent: Resource, alone: bool) -> tuple[int, Resource | None]:
        parts = request["url"].split("/")
        if not self.habits.writable:
            raise Failed(403)
        if request["method"] == "POST":
            return self._create(parts[0], request.get("ifNoneExist", ""), sent)
        kind, id_ = parts
        current = (self.rows.get((kind, id_)) or [None])[-1]
        self._guard(request, current, alone)
        if request["method"] == "DELETE":
            return self._delete(kind, id_, current)
        if sent.get("resourceType") != kind:
            raise Failed(422, "another type than its address says")
        if (kind, id_) not in self.rows and not self.habits.client_ids:
            raise Failed(400, "ids are made here")
        if current is not None and not self.habits.noop_version and _content(current) == _content(sent):
            return 200, current
        return 200 if current else 201, self._store(kind, id_, sent)

    def _guard(self, request: dict[str, str], current: Resource | None, alone: bool) -> None:
        habits, match = self.habits, request.get("ifMatch", "")
        kept = habits.guards_alone if alone else habits.guards_in_bundle
        if request["method"] == "DELETE":
            kept = habits.guards_delete
        if match and current is None and habits.guards_absent and request["method"] != "DELETE":
            raise Failed(habits.stale)
        if match and kept and current is not None and etag_version(match) != current["meta"]["versionId"]:
            raise Failed(habits.stale)
        if request.get("ifNoneMatch") == "*" and current is not None and habits.guards_create:
            raise Failed(habits.stale)

    def _create(self, kind: str, condition: str, sent: Resource) -> tuple[int, Resource]:
        if condition and self.habits.once:
            found = self._matching(kind, dict(parse_qsl(condition)))
            if found:
                return 200, found[0]
        id_ = str(uuid.uuid4())
        return 201, self._store(kind, id_, {**sent, "id": id_})

    def _store(self, kind: str, id_: str, sent: Resource) -> Resource:
        versions = self.rows.setdefault((kind, id_), [])
        number = str(uuid.uuid4()) if self.habits.uuids else str(len(versions) + 1)
        meta = {**sent.get("meta", {}), "versionId": number, "lastUpdated": self._stamp()}
        body = {**copy.deepcopy(sent), "id": id_, "meta": meta}
        if kind == "Subscription":
            body["status"] = "active"
        versions.append(body)
        self.log.append((kind, id_, "PUT", body, meta["lastUpdated"]))
        return body

    def _delete(self, kind: str, id_: str, current: Resource | None) -> tuple[int, None]:
        if not self.habits.deletes:
            raise Failed(405)
        if current is None:
            raise Failed(404)
        self.rows[kind, id_].append(None)
        self.log.append((kind, id_, "DELETE", None, self._stamp()))
        return 204, None

    def _stamp(self) -> str:
        self.ticks += 1
        now = datetime.now(UTC) + self.habits.clock + timedelta(milliseconds=self.ticks)
        return now.isoformat(timespec="seconds" if self.habits.whole_seconds else "milliseconds")

    def _transaction(self, bundle: Resource) -> Resource:
        if not self.habits.transactions:
            raise Failed(400, "no transactions")
        before = (copy.deepcopy(self.rows), list(self.log))
        answers = []
        for entry in bundle["entry"]:
            try:
                status, body = self._write(entry["request"], entry.get("resource", {}), alone=False)
            except Failed as failed:
                if self.habits.atomic:
                    self.rows, self.log = before
                    raise
                answers.append({"status": str(failed.status)})
                if not self.habits.failures_inside:
                    raise
                continue
            answer = {"status": str(status)}
            if body is not None and self.habits.entry_versions:
                answer |= {"etag": f'W/"{body["meta"]["versionId"]}"', "location": _place(body)}
            elif body is not None:
                answer["location"] = f"{body['resourceType']}/{body['id']}"
            answers.append(answer)
        rows = [{"response": answer} for answer in answers]
        return {"resourceType": "Bundle", "type": "transaction-response", "entry": rows}

    # --- reading ---------------------------------------------------------------------------------------------

    def _history(self, parts: list[str], params: dict[str, str]) -> Resource:
        if not self.habits.history or (not parts and not self.habits.system_history):
            raise Failed(404)
        since = params.get("_since", "") if self.habits.since else ""
        rows = [row for row in self.log if list(row[: len(parts)]) == parts]
        rows = [
            row
            for row in rows
            if not since or datetime.fromisoformat(row[4]) >= datetime.fromisoformat(since)
        ]
        entries = [entry for row in reversed(rows) if (entry := self._past(row))]
        return {
            "resourceType": "Bundle",
            "type": "history",
            "entry": entries[: int(params.get("_count", 50))],
        }

    def _past(self, row: tuple[str, str, str, Resource | None, str]) -> Resource | None:
        kind, id_, method, body, stamp = row
        if body is not None:
            return {"resource": body, "request": {"method": method, "url": f"{kind}/{id_}"}}
        if self.habits.tombstones == "delete":
            return {
                "request": {"method": "DELETE", "url": f"{kind}/{id_}"},
                "response": {"status": "204", "lastModified": stamp},
            }
        if self.habits.tombstones == "gone":
            return {"fullUrl": f"{self.url}/{kind}/{id_}", "response": {"status": "410"}}
        return None

    def _matching(self, kind: str, params: dict[str, str]) -> list[Resource]:
        rows = self.records(kind)
        wanted = params.get("identifier", "")
        if wanted and self.habits.searches:
            system, _bar, value = wanted.partition("|")
            rows = [
                row
                for row in rows
                if any(i["system"] == system and value in ("", i["value"]) for i in row.get("identifier", ()))
            ]
        rows.sort(key=lambda row: str(row["meta"]["lastUpdated"]))
        return rows

    def _search(self, kind: str, params: dict[str, str], headers: dict[str, str]) -> Resource:
        token = params.pop("_cursor", "")
        if token:
            kind, ids = self.snapshots[token]
            rows = [row for row in self.records(kind) if row["id"] in ids]
            return self._page(kind, params, rows)
        rows = self._matching(kind, params) if self.habits.indexed else []
        key = f"{kind}?{sorted(params.items())}"
        if self.habits.cache and headers.get("cache-control") != "no-cache" and key in self.cache:
            rows = [row for row in rows if row["id"] in self.cache[key]]
        self.cache[key] = [row["id"] for row in rows]
        return self._page(kind, params, rows)

    def _page(self, kind: str, params: dict[str, str], rows: list[Resource]) -> Resource:
        offset = int(params.get("_offset", 0)) if self.habits.offset_pages else 0
        count = min(int(params.get("_count", 20)), self.habits.most_rows)
        rest = rows[offset + count :]
        bundle: Resource = {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [{"resource": row} for row in rows[offset : offset + count]],
        }
        if rest:
            more = {**params, "_offset": str(offset + count)}
            if not self.habits.offset_pages:
                token = f"t{len(self.snapshots)}"
                self.snapshots[token] = (kind, [row["id"] for row in rest])
                more = {"_cursor": token, "_count": str(count)}
            base = "https://elsewhere.test/fhir" if self.habits.foreign_links else self.url
            bundle["link"] = [{"relation": "next", "url": f"{base}/{kind}?{urlencode(more)}"}]
        return bundle


def _content(resource: Resource) -> Resource:
    return {key: value for key, value in resource.items() if key != "meta"}


def _place(body: Resource) -> str:
    return f"{body['resourceType']}/{body['id']}/_history/{body['meta']['versionId']}"
