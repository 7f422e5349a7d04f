"""What the questions of a probe share: throwaway records, the requests that make them, and the broom afterwards.

Every record carries our tag and an identifier of this run, and is noted in the ledger before it is made, so that a
probe that was interrupted is cleaned up after by the next one. Nothing without our identifier is ever removed.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from sync import wire
from sync.client import Answer, Client
from sync.errors import Busy, NotFhir, SyncError
from workstation.core.clock import Clock, parse_instant
from workstation.fhir.resources import Resource, as_list, read_json, updated_of, version_of
from workstation.fhir.systems import BASE

log = logging.getLogger(__name__)
CHECK: Final = f"{BASE}/sid/server-check"  # identifier of every throwaway record: the run that made it
TAG: Final = {"system": f"{BASE}/CodeSystem/server-check", "code": "throwaway"}
KINDS: Final = ("Basic", "Patient", "Organization")  # the last for accounts without clinical access
LONG_AGO: Final = timedelta(minutes=15)  # a throwaway record this old belongs to no probe under way
TRIES: Final = 3
LONGEST_PAUSE: Final = 5.0
LATER: Final = (429, 503)
GONE: Final = (404, 410)
NO_CACHE: Final = {"Cache-Control": "no-cache"}


class Ledger(Protocol):
    """Where the throwaway records of a probe are noted until they are removed, as `Type/id`, and its run as `?run`."""

    def read(self) -> tuple[str, ...]:
        """Give what earlier probes may have left."""

    def write(self, notes: tuple[str, ...]) -> None:
        """Replace the notes."""


class MemoryLedger:
    """Notes for a probe without a desk. A later one finds what was left by searching."""

    def __init__(self) -> None:
        self._notes: tuple[str, ...] = ()

    def read(self) -> tuple[str, ...]:
        """Give the notes."""
        return self._notes

    def write(self, notes: tuple[str, ...]) -> None:
        """Replace the notes."""
        self._notes = notes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer with what a probe reads in it; `body` is empty where there was none, or no JSON object."""

    status: int
    headers: Mapping[str, str]
    body: Resource

    @property
    def ok(self) -> bool:
        """Say whether the server did it."""
        return 200 <= self.status < 300

    @property
    def etag(self) -> str:
        """Give the ETag as it stands in the header."""
        return self.headers.get("etag", "")

    @property
    def location(self) -> str:
        """Give where the record is said to be."""
        return self.headers.get("location", "") or self.headers.get("content-location", "")

    @property
    def version(self) -> str:
        """Give the version this answer speaks of, or an empty text."""
        own = version_of(self.body) if isinstance(self.body.get("meta"), dict) else ""
        return wire.etag_version(self.etag) or version_in(self.location) or own

    @property
    def entries(self) -> list[Resource]:
        """Give the entries of a Bundle."""
        return [e for e in as_list(self.body.get("entry")) if isinstance(e, dict)]

    @property
    def resources(self) -> list[Resource]:
        """Give the resources inside a Bundle."""
        return [e["resource"] for e in self.entries if isinstance(e.get("resource"), dict)]


@dataclass(slots=True)
class Bench:
    """One run of the probe at one server. `sleep` is a port: only a server that asks for a pause gets one."""

    client: Client
    clock: Clock
    ledger: Ledger
    sleep: Callable[[float], None] = time.sleep
    kind: str = ""
    client_ids: bool = True
    asked: int = 0
    decided: int = 0
    made: list[str] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    skews: list[tuple[float, float]] = field(default_factory=list)
    run: str = ""

    def __post_init__(self) -> None:
        self.run = self.clock.new_id()

    def ask(
        self,
        method: str,
        path: str,
        body: Resource | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request; reads go past every cache unless `headers` say otherwise. Raises SyncErrors."""
        if method == "GET" and headers is None:
            headers = NO_CACHE
        for attempt in range(TRIES):
            self.asked += 1
            before = self.clock.now()
            answer = self.client.exchange(method, path, body, headers, params)
            self._note_time(answer, before)
            if answer.status not in LATER:
                break
            if attempt + 1 == TRIES:
                raise Busy(answer.status)
            self.sleep(_pause(answer))
        return self._reply(method, answer)

    def _reply(self, method: str, answer: Answer) -> Reply:
        body: Any = {}
        try:
            body = read_json(answer.body) if answer.body.strip() else {}
        except ValueError:
            body = None
        if not isinstance(body, dict) or answer.html:
            if 200 <= answer.status < 300:
                raise NotFhir(f"an answer to a {method} that is no FHIR")
            body = {}
        if body.get("resourceType") == self.kind and updated_of(body):
            self.stamps.append(updated_of(body))
        return Reply(answer.status, answer.headers, body)

    def _note_time(self, answer: Answer, before: datetime) -> None:
        told = wire.http_date(answer.headers.get("date", ""))
        if told is None:
            return
        after = self.clock.now()
        middle = before + (after - before) / 2
        # the header leaves out the fraction of the second: on average half of one
        ahead = (told - middle.astimezone(UTC)).total_seconds() + 0.5
        self.skews.append(((after - before).total_seconds(), ahead))

    @property
    def skew(self) -> float | None:
        """Give how far the server's clock is ahead, by the quickest answer; None where no answer told the time."""
        return round(min(self.skews)[1], 1) if self.skews else None

    # --- throwaway records -----------------------------------------------------------------------------------

    def throwaway(self, note: str, group: str = "", id_: str = "") -> Resource:
        """Build a record that speaks for itself should it ever be seen; `group` makes it findable with others."""
        identifiers = [{"system": CHECK, "value": self.run}]
        if group:
            identifiers.append({"system": CHECK, "value": f"{self.run}-{group}"})
        record: Resource = {
            "resourceType": self.kind,
            "meta": {"tag": [dict(TAG)]},
            "identifier": identifiers,
            **_KIND[self.kind](note),
        }
        return record | {"id": id_} if id_ else record

    def path(self, id_: str) -> str:
        """Give the address of a record below the base."""
        return f"{self.kind}/{id_}"

    def new_id(self) -> str:
        """Give an id for a throwaway record, noted before it is used."""
        id_ = self.clock.new_id()
        self.note(self.path(id_))
        return id_

    def note(self, *refs: str) -> None:
        """Note records that are about to be, or have been, made."""
        fresh = [ref for ref in refs if ref not in self.made]
        if fresh:
            self.made.extend(fresh)
            self.ledger.write((*self.ledger.read(), *fresh))

    def forget(self, id_: str) -> None:
        """Take back the note of a record that the server refused."""
        ref = self.path(id_)
        self.made.remove(ref)
        self.ledger.write(tuple(note for note in self.ledger.read() if note != ref))

    def post_or_put(self, record: Resource, headers: Mapping[str, str] | None = None) -> tuple[str, Reply]:
        """Make a record under an id of ours where the server takes it, else under its own; gives the id."""
        if self.client_ids:
            id_ = self.new_id()
            return id_, self.ask("PUT", self.path(id_), record | {"id": id_}, headers=headers)
        reply = self.ask("POST", self.kind, record, headers=headers)
        return self.given(reply), reply

    def given(self, reply: Reply) -> str:
        """Give the id a server gave to what was posted, and note it; none where it gives another's record."""
        id_ = id_in(reply.location, self.kind) or str(reply.body.get("id") or "")
        ours = reply.status == 201 or self.path(id_) in self.made or self.is_ours(reply.body)
        if not reply.ok or not ours:
            return ""
        if id_:
            self.note(self.path(id_))
        return id_

    def is_ours(self, resource: Resource) -> bool:
        """Say whether a record was made by this run."""
        return resource.get("resourceType") == self.kind and self.run in check_values(resource)

    def find(self, group: str, params: Mapping[str, str] | None = None, cached: bool = False) -> Reply:
        """Search the records of a group."""
        wanted = {"identifier": f"{CHECK}|{self.run}-{group}", **(params or {})}
        return self.ask("GET", self.kind, params=wanted, headers={} if cached else None)

    # --- the broom -------------------------------------------------------------------------------------------

    def sweep(self) -> tuple[str, ...]:
        """Remove what this run made and what earlier ones left; gives what could not be removed."""
        noted = [note for note in dict.fromkeys((*self.ledger.read(), *self.made)) if "/" in note]
        found = [ref for ref in self._strays() if ref not in noted]
        left = [ref for ref in (*noted, *found) if not self._remove(ref)]
        self.ledger.write(tuple(left))
        return tuple(left)

    def sweep_quietly(self) -> None:
        """Remove what can be removed when a probe ends early; what cannot stays noted for the next one."""
        try:
            self.sweep()
        except SyncError as error:
            log.info("A probe ended early and could not clean up: %s", error.code)

    def _remove(self, ref: str) -> bool:
        reply = self.ask("DELETE", ref)
        return reply.ok or reply.status in GONE or self.ask("GET", ref).status in GONE

    def _strays(self) -> list[str]:
        """Find records of ours that are in no note: of this run, or of one long over."""
        runs = {note.partition("?")[2] for note in self.ledger.read() if note.startswith("?")}
        refs: list[str] = []
        for kind in KINDS if not self.kind else (self.kind,):
            reply = self.ask("GET", kind, params={"identifier": f"{CHECK}|", "_count": "100"})
            for resource in reply.resources:
                if _ours(resource, kind) and self._over(resource, {self.run, *runs}):
                    refs.append(f"{kind}/{resource['id']}")
        return refs

    def _over(self, resource: Resource, runs: set[str]) -> bool:
        if any(value in runs for value in check_values(resource)):
            return True
        now = self.client.server_time
        try:
            return now is not None and parse_instant(updated_of(resource)) < now - LONG_AGO
        except ValueError:
            return False


def check_values(resource: Resource) -> list[str]:
    """Give the runs (and groups of runs) a record says it belongs to."""
    rows = [row for row in as_list(resource.get("identifier")) if isinstance(row, dict)]
    return [str(row.get("value", "")) for row in rows if row.get("system") == CHECK]


def _ours(resource: Resource, kind: str) -> bool:
    """Say whether a record is a throwaway of ours: a server that ignores a criterion gives everybody's."""
    return resource.get("resourceType") == kind and bool(resource.get("id")) and bool(check_values(resource))


def _basic(note: str) -> Resource:
    return {"code": {"coding": [dict(TAG)], "text": note}}


def _patient(note: str) -> Resource:
    return {"active": False, "name": [{"text": f"Server check: {note}"}]}


def _organization(note: str) -> Resource:
    return {"active": False, "name": f"Server check: {note}"}


_KIND: Final[Mapping[str, Callable[[str], Resource]]] = {
    "Basic": _basic,
    "Patient": _patient,
    "Organization": _organization,
}


def note_of(resource: Resource) -> str:
    """Read back what `throwaway` wrote into a record."""
    if resource.get("resourceType") == "Basic":
        code = resource.get("code")
        text = code.get("text", "") if isinstance(code, dict) else ""
    else:
        name = resource.get("name")
        text = name[0].get("text", "") if isinstance(name, list) and name else name or ""
    return str(text).removeprefix("Server check: ")


def id_in(location: str, kind: str) -> str:
    """Give the id inside a Location, with or without its version, or an empty text."""
    parts = location.partition("/_history/")[0].rstrip("/").split("/")
    return parts[-1] if len(parts) > 1 and parts[-2] == kind else ""


def version_in(location: str) -> str:
    """Give the version inside a Location, or an empty text."""
    return location.partition("/_history/")[2].partition("/")[0]


def is_uuid(text: str) -> bool:
    """Say whether a text is a UUID."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _pause(answer: Answer) -> float:
    text = answer.headers.get("retry-after", "").strip()
    return min(float(text), LONGEST_PAUSE) if text.isdecimal() else 1.0
