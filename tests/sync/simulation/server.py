"""A FHIR server in memory with somebody else's opinions: deterministic, with a clock of its own, and fully audited.

It speaks what a desk and its probe ask: reads, versions, searches, histories, single writes, transactions and batches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from sync.pairing import CHANGE_FEED
from sync.wire import etag_version
from tests.sync.simulation.ledger import Ledger, Result, Version, Write
from tests.sync.simulation.lists import BASE, Lists, Problem
from tests.sync.simulation.profiles import Profile
from workstation.fhir.resources import Resource, as_list

START: Final = datetime(2026, 3, 17, 1, 0, tzinfo=UTC)
KINDS: Final = ("Patient", "Encounter", "Observation", "MedicationRequest", "CodeSystem", "Basic")
TAKES: Final = timedelta(milliseconds=7)


@dataclass
class Time:
    """The true time of a simulated world."""

    now: datetime = START

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrives; `url` is absolute, header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it leaves."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Late:
    """A transaction that was stamped and is not committed yet."""

    writes: Sequence[Write]
    stamp: str
    due: datetime
    sender: str


@dataclass
class Server:
    """One server. `between`, once set, is called between the stamp and the commit of the next transaction."""

    profile: Profile
    time: Time
    ledger: Ledger = field(init=False)
    lists: Lists = field(init=False)
    between: Callable[[], None] | None = None
    waiting: list[_Late] = field(default_factory=list)
    _last: datetime = START

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.profile)
        self.lists = Lists(self.profile, self.ledger, lambda: self.time.now)

    # --- what others do at the server ----------------------------------------------------------------------------

    def write(self, *writes: Write, sender: str = "other", late: float = 0) -> list[Result]:
        """Carry out a transaction of somebody else; with `late` it is stamped now and committed so much later."""
        stamp = self._stamp()
        if late:
            due = self.time.now + timedelta(seconds=late)
            self.waiting.append(_Late(writes, stamp, due, sender))
            return []
        return self.ledger.commit(writes, lambda: stamp, self.time.now, sender)

    def put(self, resource: Resource, *, late: float = 0, sender: str = "other") -> list[Result]:
        """Store one record of somebody else, over whatever is there."""
        kind, id_ = resource["resourceType"], resource["id"]
        current = self.ledger.current((kind, id_))
        match = current.version if current is not None else None
        return self.write(Write("PUT", kind, id_, dict(resource), match), late=late, sender=sender)

    def delete(self, kind: str, id_: str) -> None:
        """Delete one record."""
        current = self.ledger.current((kind, id_))
        assert current is not None
        self.write(Write("DELETE", kind, id_, match=current.version))

    def bodies(self, kind: str) -> dict[str, Resource]:
        """Give the current records of a type."""
        return {v.id: v.body for v in self.ledger.living(kind) if v.body is not None}

    def settle(self) -> None:
        """Commit what is due."""
        due = [late for late in self.waiting if late.due <= self.time.now]
        self.waiting = [late for late in self.waiting if late.due > self.time.now]
        for late in due:
            self.ledger.commit(late.writes, lambda late=late: late.stamp, self.time.now, late.sender)

    # --- the wire ------------------------------------------------------------------------------------------------

    def handle(self, asked: Asked) -> Answered:
        """Answer one request; time passes."""
        self.time.pass_(TAKES.total_seconds())
        self.settle()
        try:
            status, body, headers = self._dispatch(asked)
        except Problem as problem:
            status, body, headers = problem.status, _outcome(str(problem)), {}
        self.time.pass_(TAKES.total_seconds())
        head = {
            "Date": format_datetime(self.time.now, usegmt=True),
            "Content-Type": "application/fhir+json",
            **headers,
        }
        return Answered(status, orjson.dumps(body) if body is not None else b"", head)

    def _dispatch(self, asked: Asked) -> tuple[int, Resource | None, dict[str, str]]:
        parts = urlsplit(asked.url)
        path = [part for part in parts.path.removeprefix(urlsplit(BASE).path).split("/") if part]
        params = dict(parse_qsl(parts.query))
        if "_getpages" in params:
            return 200, self.lists.follow(params["_getpages"]), {}
        if not path:
            return 200, self._bundle(asked), {}
        if path == ["metadata"]:
            return 200, self._statement(), {}
        if asked.method != "GET":
            return self._single(asked, path)
        return self._get(asked, path, params)

    def _get(
        self, asked: Asked, path: list[str], params: dict[str, str]
    ) -> tuple[int, Resource | None, dict[str, str]]:
        if path[-1] == "_history":
            if len(path) == 3:
                return 200, self.lists.versions(path[0], path[1]), {}
            return 200, self.lists.history(path[0] if len(path) == 2 else "", params), {}
        if len(path) == 1:
            return (
                200,
                self.lists.search(path[0], params, asked.headers.get("cache-control") == "no-cache"),
                {},
            )
        rows = self.ledger.of.get((path[0], path[1]), [])
        found = rows[-1] if rows else None
        if len(path) == 4:
            found = next((v for v in rows if v.version == path[3]), None)
        if found is None:
            raise Problem(404, "not known")
        if found.body is None:
            raise Problem(self.profile.gone, "deleted")
        return 200, found.body, {"ETag": f'W/"{found.version}"'}

    def _single(self, asked: Asked, path: list[str]) -> tuple[int, Resource | None, dict[str, str]]:
        body = orjson.loads(asked.body) if asked.body else None
        match = asked.headers.get("if-match")
        exist = asked.headers.get("if-none-exist")
        write = Write(
            asked.method,
            path[0],
            path[1] if len(path) > 1 else "",
            body,
            etag_version(match) if match is not None else None,
            asked.headers.get("if-none-match") == "*",
            dict(parse_qsl(exist)) if exist else None,
        )
        (result,) = self._commit([write], asked.sender)
        if not result.ok:
            raise Problem(result.status, result.problem)
        version = result.version
        if version is None or version.body is None:
            return result.status, None, {}
        where = f"{BASE}/{result.kind}/{result.id}/_history/{version.version}"
        return result.status, version.body, {"ETag": f'W/"{version.version}"', "Location": where}

    def _bundle(self, asked: Asked) -> Resource:
        bundle = orjson.loads(asked.body)
        writes = [_write(entry) for entry in as_list(bundle.get("entry"))]
        kind = f"{bundle['type']}-response"
        if bundle["type"] == "batch":
            results = [self._commit([write], asked.sender)[0] for write in writes]
        else:
            results = self._commit(writes, asked.sender)
            if self.profile.atomic and results and not results[0].ok:
                raise Problem(results[0].status, results[0].problem)
        return {"resourceType": "Bundle", "type": kind, "entry": [self._told(r) for r in results]}

    def _commit(self, writes: Sequence[Write], sender: str) -> list[Result]:
        started = self._stamp() if self.profile.stamps_at_start else ""
        between, self.between = self.between, None
        if between is not None:
            between()
        return self.ledger.commit(writes, lambda: started or self._stamp(), self.time.now, sender)

    def _told(self, result: Result) -> Resource:
        if not result.ok:
            return {"response": {"status": str(result.status), "outcome": _outcome(result.problem)}}
        response: dict[str, Any] = {"status": "201 Created" if result.status == 201 else str(result.status)}
        version = result.version
        if version is not None and version.body is not None:
            response["location"] = f"{result.kind}/{result.id}"
            if self.profile.etags:
                bare = self.profile.bare_etags
                response["etag"] = version.version if bare else f'W/"{version.version}"'
                response["location"] += f"/_history/{version.version}"
        return {"response": response}

    def _stamp(self) -> str:
        now = self.time.now
        if self.profile.grows:
            now = max(now, self._last + timedelta(milliseconds=1))
            self._last = now
        return now.isoformat(timespec="seconds" if self.profile.whole_seconds else "milliseconds")

    def _statement(self) -> Resource:
        profile = self.profile
        codes = ["read", "vread", "update", "delete", "history-instance", "search-type", "create"]
        codes += ["history-type"] if profile.type_history else []
        system = ["transaction", "batch"] + (["history-system"] if profile.system_history else [])
        rest: Resource = {
            "mode": "server",
            "interaction": [{"code": code} for code in system],
            "resource": [
                {
                    "type": kind,
                    "interaction": [{"code": c} for c in codes],
                    "updateCreate": profile.client_ids,
                }
                for kind in KINDS
            ],
        }
        if profile.feed:
            rest["extension"] = [{"url": CHANGE_FEED, "valueUrl": "https://centre.test/events"}]
        software = {"name": profile.name, "version": "1"}
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": "4.0.1",
            "software": software,
            "rest": [rest],
        }


def versions_of(server: Server, kind: str, id_: str) -> list[Version]:
    """Give every version of one record, oldest first."""
    return server.ledger.of.get((kind, id_), [])


def _write(entry: Resource) -> Write:
    request = entry["request"]
    kind, _, id_ = str(request["url"]).partition("/")
    match = request.get("ifMatch")
    exist = request.get("ifNoneExist")
    return Write(
        request["method"],
        kind,
        id_,
        entry.get("resource"),
        etag_version(match) if match is not None else None,
        request.get("ifNoneMatch") == "*",
        dict(parse_qsl(exist)) if exist else None,
        entry.get("fullUrl", "") if request["method"] == "POST" else "",
    )


def _outcome(text: str) -> Resource:
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "processing", "diagnostics": text}],
    }
