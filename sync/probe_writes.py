"""The questions about writing: are guards kept, alone and in a transaction; is a transaction whole; what is created.

Whether writes are guarded is asked first and within ten requests: nothing else matters where they are not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sync import wire
from sync.probe_bench import CHECK, Bench, Reply, id_in, is_uuid, note_of, version_in
from sync.server_profile import STALE, Guards, Transactions, VersionForm, Writes
from workstation.fhir.resources import Resource, version_of

MEMBERS: Final = 4  # records of the good transaction; the lists are read from them
NOT_PUT: Final = (400, 404, 405, 409, 412, 422, 501)  # how servers refuse an id that is not theirs


@dataclass(slots=True)
class Subject:
    """The record that the questions are asked about. `version` is the current one, `older` one it has left."""

    id: str
    version: str
    older: str = ""
    note: str = "first"


def first_record(bench: Bench, kinds: tuple[str, ...]) -> tuple[Subject | None, Writes]:
    """Make the first record, of the first type and in the first way that the server takes."""
    for kind in kinds:
        bench.kind, bench.client_ids = kind, True
        id_ = bench.new_id()
        reply = bench.ask("PUT", bench.path(id_), bench.throwaway("first", id_=id_))
        if 400 <= reply.status < 500:
            bench.forget(id_)
        if not reply.ok and reply.status in NOT_PUT:
            bench.client_ids = False
            id_, reply = bench.post_or_put(bench.throwaway("first"))
        if not reply.ok or not id_:
            continue
        version = reply.version or _read_version(bench, id_)
        form = Writes(
            update_create=bench.client_ids,
            etag=_etag_form(reply.etag),
            version_form=_version_form(version),
            location_has_version=bool(version_in(reply.location)) if reply.location else None,
        )
        return Subject(id_, version), form
    bench.kind = ""
    return None, Writes()


def guards(bench: Bench, subject: Subject) -> tuple[Guards, Transactions]:
    """Ask whether a stale write is refused, alone and in a transaction, and whether a failed transaction is undone."""
    if not subject.version:
        return Guards(alone=False, in_bundle=False), Transactions()
    alone, status = _stale_alone(bench, subject)
    offered, tells = _good_transaction(bench)
    if not offered:
        bench.decided = bench.asked
        return Guards(alone=alone, alone_status=status), Transactions(offered=False)
    in_bundle, bundle_status, transactions = _stale_in_bundle(bench, subject)
    kept = Guards(alone, status, in_bundle, bundle_status)
    return kept, replace(transactions, tells_versions=tells)


def _stale_alone(bench: Bench, subject: Subject) -> tuple[bool | None, int]:
    good = _change(bench, subject, "second", subject.version)
    if not good.ok:
        return None, good.status
    subject.older, subject.note = subject.version, "second"
    subject.version = good.version or _read_version(bench, subject.id)
    reply = _change(bench, subject, "stale", subject.older)
    return _kept(bench, subject, reply.status, "stale"), reply.status


def _kept(bench: Bench, subject: Subject, status: int, note: str) -> bool | None:
    """Read back what a stale write did; an answer that is no refusal proves nothing by itself."""
    current = bench.ask("GET", bench.path(subject.id))
    subject.version = version_of(current.body) or subject.version
    if note_of(current.body) == note:
        subject.note = note
        return False
    if 200 <= status < 300:
        return False
    return True if 400 <= status < 500 else None


def _good_transaction(bench: Bench) -> tuple[bool, bool | None]:
    """Make the members of the lists in one transaction; says whether it was done and whether it told versions."""
    entries = [_creation(bench, f"member {n}", "list") for n in range(MEMBERS)]
    reply = bench.ask("POST", "", _transaction(entries))
    answers = responses(reply)
    for answer in answers:
        _note_created(bench, answer)
    if not reply.ok or len(answers) != MEMBERS or any(not 200 <= s < 300 for s in map(status_of, answers)):
        return False, None
    return True, all(_tells_version(answer) for answer in answers)


def _stale_in_bundle(bench: Bench, subject: Subject) -> tuple[bool | None, int, Transactions]:
    stale = bench.throwaway("stale in a transaction", id_=subject.id)
    guard = {"ifMatch": f'W/"{subject.older}"'}
    change = {"resource": stale, "request": {"method": "PUT", "url": bench.path(subject.id), **guard}}
    beside = _creation(bench, "beside", "beside")
    reply = bench.ask("POST", "", _transaction([beside, change]))
    answers = responses(reply)
    inside = [status_of(answer) for answer in answers]
    status = inside[1] if reply.ok and len(inside) == 2 else reply.status
    kept = _kept(bench, subject, status, "stale in a transaction")
    bench.decided = bench.asked
    if kept is False:
        return False, status, _atomic_otherwise(bench)
    failed_inside = reply.ok and any(s >= 400 for s in inside)
    return kept, status, Transactions(True, not _stored(bench, beside, answers), failed_inside)


def _atomic_otherwise(bench: Bench) -> Transactions:
    """Ask whether a transaction is whole at a server that lets a stale write pass: by an entry nobody can take."""
    beside = _creation(bench, "beside a broken one", "broken")
    url = bench.path(bench.new_id())
    broken = {"resource": {"resourceType": "NoSuchType"}, "request": {"method": "PUT", "url": url}}
    reply = bench.ask("POST", "", _transaction([beside, broken]))
    answers = responses(reply)
    inside = [status_of(answer) for answer in answers]
    stored = _stored(bench, beside, answers)
    if reply.ok and all(200 <= s < 300 for s in inside):
        return Transactions(True, None, False)
    return Transactions(True, not stored, reply.ok and any(s >= 400 for s in inside))


def _stored(bench: Bench, entry: Resource, answers: list[Resource]) -> bool:
    """Say whether the record of an entry is at the server, whatever its answer was."""
    request = entry["request"]
    if request["method"] == "PUT":
        return bench.ask("GET", request["url"]).ok
    id_ = _note_created(bench, answers[0]) if answers else ""
    if id_:
        return bench.ask("GET", bench.path(id_)).ok
    group = str(entry["resource"]["identifier"][1]["value"]).removeprefix(f"{bench.run}-")
    found = [r for r in bench.find(group).resources if bench.is_ours(r)]
    bench.note(*(bench.path(str(r.get("id"))) for r in found))
    return bool(found)


def conditions(bench: Bench, subject: Subject, kept: Guards, form: Writes) -> tuple[Guards, Writes]:
    """Ask what If-Match does where nothing is, If-None-Match where something is, and a write that changes nothing."""
    absent: bool | None = None
    if bench.client_ids:
        id_ = bench.new_id()
        guard = {"If-Match": f'W/"{subject.version or 1}"'}
        reply = bench.ask("PUT", bench.path(id_), bench.throwaway("absent", id_=id_), headers=guard)
        absent = None if reply.status >= 500 else not reply.ok
        if absent:
            bench.forget(id_)
    again = bench.throwaway("again", id_=subject.id)
    reply = bench.ask("PUT", bench.path(subject.id), again, headers={"If-None-Match": "*"})
    on_create = None if reply.status >= 500 else not reply.ok
    current = bench.ask("GET", bench.path(subject.id)).body
    subject.note, subject.version = note_of(current), version_of(current) or subject.version
    same = _change(bench, subject, subject.note, subject.version)
    version = same.version or (_read_version(bench, subject.id) if same.ok else "")
    noop = version != subject.version if same.ok and version else None
    subject.version = version or subject.version
    return (
        replace(kept, on_absent=absent, on_create=on_create),
        replace(form, noop_makes_version=noop),
    )


def create_twice(bench: Bench, group: str) -> tuple[str, bool | None]:
    """Create on a condition for the second time; gives the first one's id and whether it stayed the only one."""
    condition = {"If-None-Exist": f"identifier={CHECK}|{bench.run}-{group}"}
    record = bench.throwaway("conditional", group)
    first = bench.ask("POST", bench.kind, record, headers=condition)
    id_ = bench.given(first)
    if not first.ok or not id_:
        return "", None
    second = bench.ask("POST", bench.kind, record, headers=condition)
    other = bench.given(second)
    if second.status in STALE:
        return id_, True
    if not second.ok:
        return id_, None
    return id_, other == id_ if other else second.status == 200


def deletion(bench: Bench, subject: Subject, kept: Guards, form: Writes) -> tuple[Guards, Writes]:
    """Delete under a stale guard, then without one, and see how the record that is gone is answered."""
    on_delete: bool | None = None
    if subject.older:
        guard = {"If-Match": f'W/"{subject.older}"'}
        bench.ask("DELETE", bench.path(subject.id), headers=guard)
        on_delete = bench.ask("GET", bench.path(subject.id)).ok
    if on_delete is not False and not bench.ask("DELETE", bench.path(subject.id)).ok:
        return kept, form
    status = bench.ask("GET", bench.path(subject.id)).status
    return replace(kept, on_delete=on_delete), replace(form, deleted_status=status)


# --- small parts ---------------------------------------------------------------------------------------------


def _change(bench: Bench, subject: Subject, note: str, version: str) -> Reply:
    record = bench.throwaway(note, id_=subject.id)
    return bench.ask("PUT", bench.path(subject.id), record, headers={"If-Match": f'W/"{version}"'})


def _creation(bench: Bench, note: str, group: str) -> Resource:
    record = bench.throwaway(note, group)
    if not bench.client_ids:
        name = f"urn:uuid:{bench.clock.new_id()}"
        return {"fullUrl": name, "resource": record, "request": {"method": "POST", "url": bench.kind}}
    id_ = bench.new_id()
    url = bench.path(id_)
    request = {"method": "PUT", "url": url, "ifNoneMatch": "*"}
    return {"fullUrl": url, "resource": record | {"id": id_}, "request": request}


def _transaction(entries: list[Resource]) -> Resource:
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def responses(reply: Reply) -> list[Resource]:
    """Give the response of every entry."""
    return [e["response"] for e in reply.entries if isinstance(e.get("response"), dict)]


def status_of(response: Resource) -> int:
    """Give the status inside an entry's response; 0 where it tells none."""
    head = str(response.get("status", "")).strip()[:3]
    return int(head) if head.isdecimal() else 0


def _note_created(bench: Bench, response: Resource) -> str:
    id_ = id_in(str(response.get("location", "")), bench.kind)
    if id_ and 200 <= status_of(response) < 300:
        bench.note(bench.path(id_))
    return id_


def _tells_version(response: Resource) -> bool:
    etag = wire.etag_version(str(response.get("etag", "")))
    return bool(etag or version_in(str(response.get("location", ""))))


def _read_version(bench: Bench, id_: str) -> str:
    return bench.ask("GET", bench.path(id_)).version


def _etag_form(etag: str) -> str:
    if not etag:
        return ""
    if etag.startswith("W/"):
        return "weak"
    return "strong" if etag.startswith('"') else "bare"


def _version_form(version: str) -> VersionForm:
    if not version:
        return VersionForm.NONE
    if version.isdecimal():
        return VersionForm.NUMBER
    return VersionForm.UUID if is_uuid(version) else VersionForm.OTHER
