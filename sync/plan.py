"""The planner: what to send next, and what an answer means. Pure: no clock, no dice, no network, no disk.

Units go in the order they were made, each as one transaction. A unit that cannot go holds back what builds on it:
later units on the same records, and units that refer to a record it creates. Everything else goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sync.wire import etag_version, outcome_text, references
from workstation.core.events import Ref
from workstation.fhir.resources import Resource, as_list, content, version_of
from workstation.store.outbox import PendingEntry, PendingUnit, Remote
from workstation.store.schema import UnitState

Key = tuple[str, str]
_BUSY: Final = (408, 429)
_LOOK: Final = (404, 409, 410, 412)


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The centre has the records under these versions; `newer` and `gone` is what happened to them there since."""

    versions: Mapping[Key, str] = field(default_factory=dict)
    newer: tuple[Resource, ...] = ()
    gone: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Park:
    """The centre has other versions; a person decides. `apart` are the entries that differ, the others arrived."""

    remotes: tuple[Remote, ...]
    apart: tuple[PendingEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """The centre said no, with this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Not now; the unit is tried again later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """The answer does not tell: read what the centre has before deciding."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resend:
    """Send these entries; the others are at the centre already, as `done` says."""

    entries: tuple[PendingEntry, ...]
    done: Acknowledge


@dataclass(frozen=True, slots=True)
class Seen:
    """What the centre has of one entry; `existed` is true for a deleted one, `versions` are newest first."""

    current: Resource | None
    existed: bool = False
    versions: tuple[Resource, ...] = ()


@dataclass(slots=True)
class Walk:
    """One pass over the outbox in order of `seq`, remembering what stands in the way.

    A unit is due from its `next_at` on; one beyond `horizon` was set by a clock that was wrong, and is due too.
    """

    now: str
    horizon: str = "9999"
    _blocked: dict[Key, int] = field(default_factory=dict)
    _created: dict[Key, int] = field(default_factory=dict)

    def holder(self, unit: PendingUnit) -> int | None:
        """Give the unit that holds this one back, or None when it may go."""
        for entry in unit.entries:
            if (entry.type, entry.id) in self._blocked:
                return self._blocked[entry.type, entry.id]
        if self._created:
            for entry in unit.entries:
                for key in references(entry.body):
                    if key in self._created:
                        return self._created[key]
        return None

    def ready(self, unit: PendingUnit) -> bool:
        """Say whether the unit is to be sent now; one that is not is taken as standing in the way."""
        due = unit.next_at <= self.now or unit.next_at > self.horizon
        go = unit.state is UnitState.WAITING and due and self.holder(unit) is None
        if not go:
            self.block(unit)
        return go

    def block(self, unit: PendingUnit) -> None:
        """Note that this unit did not go; the first one to stand in the way is the one that is named."""
        first = self.holder(unit) or unit.seq
        for entry in unit.entries:
            key = (entry.type, entry.id)
            self._blocked.setdefault(key, first)
            if not entry.base_version and entry.body is not None:
                self._created.setdefault(key, first)


def held(units: Sequence[PendingUnit]) -> dict[int, int]:
    """Give, for every unit that another one holds back, the number of that other one."""
    walk = Walk("")
    found: dict[int, int] = {}
    for unit in units:
        holder = walk.holder(unit)
        if holder is not None:
            found[unit.seq] = holder
        if holder is not None or unit.state is not UnitState.WAITING or unit.error:
            walk.block(unit)
    return found


def sendable(unit: PendingUnit) -> tuple[PendingEntry, ...]:
    """Give the entries the centre must hear of; one made and deleted before it ever travelled is none of them."""
    return tuple(entry for entry in unit.entries if entry.body is not None or entry.base_version)


def bundle_of(entries: Sequence[PendingEntry]) -> Resource:
    """Build the transaction: creation only where nothing is, replacement only of the version it stands on."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(entry) for entry in entries]}


def _entry(entry: PendingEntry) -> Resource:
    url = f"{entry.type}/{entry.id}"
    guard = {"ifMatch": f'W/"{entry.base_version}"'} if entry.base_version else {"ifNoneMatch": "*"}
    if entry.body is None:
        return {"request": {"method": "DELETE", "url": url, **guard}}
    return {"fullUrl": url, "resource": entry.body, "request": {"method": "PUT", "url": url, **guard}}


def read_answer(
    entries: Sequence[PendingEntry], answer: Resource, done: Acknowledge
) -> Acknowledge | Refuse | Postpone | Look:
    """Read every entry's status, also inside an HTTP 200: not every centre is atomic."""
    responses = [
        e.get("response") for e in as_list(answer.get("entry")) if isinstance(e.get("response"), dict)
    ]
    if len(responses) != len(entries):
        return Look()
    statuses = [_status(response) for response in responses]
    failed = [(s, r) for s, r in zip(statuses, responses, strict=True) if not 200 <= s < 300]
    if failed:
        return _failure(failed)
    versions = dict(done.versions)
    for entry, response, got in zip(entries, responses, as_list(answer.get("entry")), strict=True):
        version = _version(response, got.get("resource"))
        if not version and entry.body is not None:
            return Look()
        versions[entry.type, entry.id] = version
    return Acknowledge(versions, done.newer, done.gone)


def _failure(failed: Sequence[tuple[int, Resource]]) -> Refuse | Postpone | Look:
    status, response = failed[0]
    reason = outcome_text(response.get("outcome") or {}) or f"HTTP {status}"
    refusals = [s for s, _ in failed if 400 <= s < 500 and s not in (*_BUSY, *_LOOK, 401)]
    if refusals:
        worst = next(r for s, r in failed if s == refusals[0])
        return Refuse(outcome_text(worst.get("outcome") or {}) or f"HTTP {refusals[0]}")
    if any(s in _LOOK for s, _ in failed):
        return Look(reason)
    return Postpone(reason)


def _status(response: Resource) -> int:
    head = str(response.get("status", "")).strip()[:3]
    return int(head) if head.isdecimal() and len(head) == 3 else 0


def _version(response: Resource, resource: Any) -> str:
    version = etag_version(str(response.get("etag", "")))
    if not version and "/_history/" in str(response.get("location", "")):
        version = str(response["location"]).rsplit("/_history/", 1)[1].partition("/")[0]
    if not version and isinstance(resource, dict):
        version = version_of(resource)
    return version


def judge(entries: Sequence[PendingEntry], seen: Mapping[Key, Seen]) -> Acknowledge | Park | Resend:
    """Decide a unit by what the centre has: ours already, ours to send (again), or somebody else's."""
    again: list[PendingEntry] = []
    apart: list[PendingEntry] = []
    arrived: dict[Key, str] = {}
    for entry in entries:
        key = (entry.type, entry.id)
        version = _arrived(entry, seen[key])
        if version is not None:
            arrived[key] = version
        elif _untouched(entry, seen[key]):
            again.append(entry)
        else:
            apart.append(entry)
    if apart:
        return Park(tuple(_remote(e, seen[e.type, e.id]) for e in entries if e not in again), tuple(apart))
    done = _done(entries, seen, arrived)
    return Resend(tuple(again), done) if again else done


def _remote(entry: PendingEntry, there: Seen) -> Remote:
    version = version_of(there.current) if there.current else ""
    return Remote(entry.type, entry.id, version, there.current)


def _done(
    entries: Sequence[PendingEntry], seen: Mapping[Key, Seen], arrived: Mapping[Key, str]
) -> Acknowledge:
    newer, gone = [], []
    for entry in entries:
        version, current = arrived.get((entry.type, entry.id)), seen[entry.type, entry.id].current
        if version is None or entry.body is None:
            continue
        if current is None:
            gone.append(Ref(entry.type, entry.id))
        elif version_of(current) != version:
            newer.append(current)
    return Acknowledge(arrived, tuple(newer), tuple(gone))


def _arrived(entry: PendingEntry, there: Seen) -> str | None:
    """Give the version under which the centre has, or had after our base, exactly what we sent; None if never."""
    if entry.body is None:
        return "" if there.current is None else None
    ours = content(entry.body)
    if there.current is not None and content(there.current) == ours:
        return version_of(there.current)
    for version in since_base(entry, there.versions):
        if content(version) == ours:
            return version_of(version)
    return None


def since_base(entry: PendingEntry, versions: Collection[Resource]) -> list[Resource]:
    """Give the versions made after the one our work stands on; none when that one is not among them."""
    after: list[Resource] = []
    for version in versions:
        if version_of(version) == entry.base_version:
            return after
        after.append(version)
    return after if not entry.base_version else []


def _untouched(entry: PendingEntry, there: Seen) -> bool:
    if there.current is None:
        return not entry.base_version and not there.existed and entry.body is not None
    return bool(entry.base_version) and version_of(there.current) == entry.base_version
