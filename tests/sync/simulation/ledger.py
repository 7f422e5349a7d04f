"""What a simulated server has: every version that ever was, in the order of commits, and the rules of writing.

Beside each version stands what its writer demanded of the one before: this is the audit that the invariants read.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sync.wire import references
from tests.sync.simulation.profiles import Profile, Versions
from workstation.fhir.resources import Resource, as_list, content

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `body` is None for a deletion. `guard` is what its writer demanded: a version, `*`, or nothing."""

    kind: str
    id: str
    version: str
    stamp: str
    at: datetime
    order: int
    body: Resource | None
    said: bytes
    replaced: str
    guard: str
    sender: str

    @property
    def key(self) -> Key:
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class Write:
    """One entry of a transaction, or one request. `identity` is an If-None-Exist, `name` the entry's fullUrl."""

    method: str
    kind: str
    id: str = ""
    body: Resource | None = None
    match: str | None = None
    none_match: bool = False
    identity: Mapping[str, str] | None = None
    name: str = ""

    @property
    def guard(self) -> str:
        return self.match or ("*" if self.none_match else "")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one entry."""

    status: int
    kind: str = ""
    id: str = ""
    version: Version | None = None
    problem: str = ""

    @property
    def ok(self) -> bool:
        return self.status < 300


@dataclass
class Ledger:
    """The versions of one server. Nothing is ever taken out; a transaction that fails was never in."""

    profile: Profile
    log: list[Version] = field(default_factory=list)
    newest: dict[Key, Version] = field(default_factory=dict)
    of: dict[Key, list[Version]] = field(default_factory=dict)
    dangling: list[str] = field(default_factory=list)
    serial: int = 0

    def current(self, key: Key) -> Version | None:
        """Give the current version, or None where it is not there (any more)."""
        found = self.newest.get(key)
        return found if found is not None and found.body is not None else None

    def living(self, kind: str) -> Iterator[Version]:
        return (v for (k, _id), v in self.newest.items() if k == kind and v.body is not None)

    def matching(self, kind: str, identity: Mapping[str, str]) -> list[Version]:
        """Give the records that an identity names: an identifier or a tag, as `system|value`."""
        return [v for v in self.living(kind) if v.body and _named(v.body, identity)]

    def commit(
        self, writes: Sequence[Write], stamp: Callable[[], str], at: datetime, sender: str
    ) -> list[Result]:
        """Carry out a transaction as this server does; a failure in an atomic one is the only result that counts."""
        draft = _Draft(self, stamp, at, sender, self._assigned(writes))
        order = sorted(
            range(len(writes)), key=lambda n: _ORDER[writes[n].method] if self.profile.atomic else n
        )
        results: dict[int, Result] = {}
        for place in order:
            results[place] = draft.write(writes[place])
            if not results[place].ok and self.profile.atomic:
                return [results[place]]
        if self.profile.atomic:
            broken = draft.broken_references()
            if broken:
                return [Result(self.profile.integrity, problem=f"not found: {broken}")]
        draft.keep()
        return [results[place] for place in range(len(writes))]

    def _assigned(self, writes: Sequence[Write]) -> dict[str, Key]:
        """Give the ids of what is created under a name of its bundle."""
        names: dict[str, Key] = {}
        for write in writes:
            if write.method != "POST" or not write.name:
                continue
            known = self.matching(write.kind, write.identity) if write.identity else []
            names[write.name] = (write.kind, known[0].id if known else self.new_id())
        return names

    def new_id(self) -> str:
        self.serial += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"id {self.serial}"))

    def new_version(self, before: Version | None) -> str:
        self.serial += 1
        if self.profile.versions is Versions.NUMBER:
            return str(int(before.version) + 1 if before else 1)
        if self.profile.versions is Versions.UUID:
            return str(uuid.uuid5(uuid.NAMESPACE_OID, f"version {self.serial}"))
        return "M" + hashlib.sha256(str(self.serial).encode()).hexdigest()[:15]


_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2}


@dataclass
class _Draft:
    """One transaction under way: what it wrote is seen by its later entries, and kept only at the end."""

    ledger: Ledger
    stamp: Callable[[], str]
    at: datetime
    sender: str
    names: dict[str, Key]
    made: list[Version] = field(default_factory=list)
    newest: dict[Key, Version] = field(default_factory=dict)

    def write(self, write: Write) -> Result:
        if write.method == "POST":
            return self._create(write)
        before = self._latest((write.kind, write.id))
        refused = self._guarded(write, before)
        if refused is not None:
            return refused
        if write.method == "DELETE":
            return self._delete(write, before)
        assert write.body is not None
        there = before is not None and before.body is not None
        if not there and not self.ledger.profile.client_ids:
            return Result(400, problem="Cannot perform create as update with client-assigned ID")
        return self._put(write, write.id, before, 200 if there else 201)

    def _create(self, write: Write) -> Result:
        if write.identity:
            known = self.ledger.matching(write.kind, write.identity)
            known += [
                v for v in self.made if v.kind == write.kind and v.body and _named(v.body, write.identity)
            ]
            if len(known) > 1:
                return Result(412, problem="the criterion matches several records")
            if known:
                return Result(200, write.kind, known[0].id, known[0])
        id_ = self.names[write.name][1] if write.name in self.names else self.ledger.new_id()
        return self._put(write, id_, None, 201)

    def _guarded(self, write: Write, before: Version | None) -> Result | None:
        profile = self.ledger.profile
        stale = Result(profile.stale, problem="but this is not the current version")
        if write.none_match and profile.create_guard and before is not None and before.body is not None:
            return stale
        honoured = profile.delete_guard if write.method == "DELETE" else profile.guards
        if write.match is None or not honoured:
            return None
        if before is None:
            return None if profile.match_creates and write.method == "PUT" else stale
        gone = before.body is None and not profile.match_creates
        return stale if gone or before.version != write.match else None

    def _delete(self, write: Write, before: Version | None) -> Result:
        if before is None or before.body is None:
            return Result(204, write.kind, write.id)
        inbound = self.ledger.profile.inbound
        if inbound and any(
            write_key in references(v.body) for v in self._living() for write_key in [before.key]
        ):
            return Result(inbound, problem="it is referred to")
        return Result(204, write.kind, write.id, self._append(write, write.id, before, None))

    def _put(self, write: Write, id_: str, before: Version | None, status: int) -> Result:
        assert write.body is not None
        if "bad" in str(write.body.get("language", "")):
            return Result(422, problem="language: not a code")
        body = self._resolved({**write.body, "id": id_})
        if self.ledger.profile.merges_tags and before is not None and before.body is not None:
            _merge_tags(body, before.body)
        if self.ledger.profile.integrity and not self.ledger.profile.atomic:
            broken = self._broken(body)
            if broken:
                return Result(self.ledger.profile.integrity, problem=f"not found: {broken}")
        unchanged = before is not None and before.body is not None and _same(before.body, body)
        if unchanged and self.ledger.profile.keeps_unchanged:
            return Result(status, write.kind, id_, before)
        return Result(status, write.kind, id_, self._append(write, id_, before, body))

    def _append(self, write: Write, id_: str, before: Version | None, body: Resource | None) -> Version:
        version, stamp = self.ledger.new_version(before), self.stamp()
        if body is not None:
            body["meta"] = {**body.get("meta", {}), "versionId": version, "lastUpdated": stamp}
        there = before is not None and before.body is not None
        made = Version(
            write.kind,
            id_,
            version,
            stamp,
            self.at,
            len(self.ledger.log) + len(self.made),
            body,
            content(body) if body is not None else b"",
            before.version if before is not None and there else "",
            write.guard,
            self.sender,
        )
        self.made.append(made)
        self.newest[made.key] = made
        return made

    def keep(self) -> None:
        for made in self.made:
            for key in references(made.body):
                if key not in self.ledger.newest and key not in self.newest:
                    self.ledger.dangling.append(
                        f"{made.kind}/{made.id} -> {key[0]}/{key[1]} by {self.sender}"
                    )
        for made in self.made:
            self.ledger.log.append(made)
            self.ledger.newest[made.key] = made
            self.ledger.of.setdefault(made.key, []).append(made)

    def broken_references(self) -> str:
        if not self.ledger.profile.integrity:
            return ""
        return next((broken for made in self.made if (broken := self._broken(made.body))), "")

    def _broken(self, body: Resource | None) -> str:
        for key in references(body):
            found = self._latest(key)
            if found is None or found.body is None:
                return f"{key[0]}/{key[1]}"
        return ""

    def _latest(self, key: Key) -> Version | None:
        return self.newest.get(key) or self.ledger.newest.get(key)

    def _living(self) -> list[Version]:
        return [v for v in {**self.ledger.newest, **self.newest}.values() if v.body is not None]

    def _resolved(self, node: Any) -> Any:
        if isinstance(node, dict):
            return {
                k: self._link(v) if k == "reference" and isinstance(v, str) else self._resolved(v)
                for k, v in node.items()
            }
        return [self._resolved(item) for item in node] if isinstance(node, list) else node

    def _link(self, text: str) -> str:
        return "/".join(self.names[text]) if text in self.names else text


def _named(body: Resource, identity: Mapping[str, str]) -> bool:
    for name, wanted in identity.items():
        if name == "identifier":
            rows = [(i.get("system"), i.get("value")) for i in as_list(body.get("identifier"))]
        elif name == "_tag":
            rows = [(t.get("system"), t.get("code")) for t in as_list(body.get("meta", {}).get("tag"))]
        else:
            continue
        if tuple(wanted.split("|", 1)) not in rows:
            return False
    return True


def _merge_tags(body: Resource, before: Resource) -> None:
    kept = as_list(before.get("meta", {}).get("tag"))
    added = [tag for tag in as_list(body.get("meta", {}).get("tag")) if tag not in kept]
    if kept or added:
        body["meta"] = {**body.get("meta", {}), "tag": kept + added}


def _same(before: Resource, after: Resource) -> bool:
    tags = [as_list(r.get("meta", {}).get("tag")) for r in (before, after)]
    return tags[0] == tags[1] and content(before) == content(after)
