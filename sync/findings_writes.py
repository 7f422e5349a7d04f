"""What was learnt about writing to a server, in sentences: what it does, and what that means for a desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync.server_profile import ServerProfile, speaks_r4
from workstation.core.i18n import _


class Grade(StrEnum):
    """How a finding is taken: as it should be, worth knowing, to be handled with care, not acceptable."""

    GOOD = "good"
    NOTE = "note"
    CARE = "care"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing learnt. `means` says what follows for this desk; empty where nothing does."""

    code: str
    grade: Grade
    said: str
    means: str = ""


Question = Callable[[ServerProfile], Finding | None]


def _guard(code: str, kept: bool | None, status: int, where: str) -> Finding:
    if kept:
        said = _(
            "A write on an outdated version is refused {where} (HTTP {status}).", where=where, status=status
        )
        return Finding(code, Grade.GOOD, said)
    if kept is None:
        said = _("It could not be shown that an outdated write is refused {where}.", where=where)
        return Finding(code, Grade.BAD, said, _("What is not proven is not trusted: nothing is sent."))
    said = _("A write on an outdated version is accepted {where}.", where=where)
    means = _("Work of another desk would be overwritten without a word: nothing is sent.")
    return Finding(code, Grade.BAD, said, means)


def _spoken(profile: ServerProfile) -> Finding | None:
    if speaks_r4(profile.fhir_version):
        return None
    version = profile.fhir_version or _("unknown")
    said = _("It speaks FHIR {version}; 4.0.1 (R4) is needed.", version=version)
    return Finding("fhir-version", Grade.BAD, said, _("Nothing else was tried."))


def _guard_alone(profile: ServerProfile) -> Finding | None:
    if not speaks_r4(profile.fhir_version):
        return None
    if not profile.kind:
        return Finding(
            "guard-alone",
            Grade.BAD,
            _("The server took no record of this account at all."),
            _("Check what the account may write. Until then nothing is sent."),
        )
    guards = profile.guards
    return _guard("guard-alone", guards.alone, guards.alone_status, _("for a single record"))


def _guard_in_bundle(profile: ServerProfile) -> Finding | None:
    if not profile.transactions.offered:
        return None
    guards = profile.guards
    return _guard("guard-in-bundle", guards.in_bundle, guards.in_bundle_status, _("inside a transaction"))


def _offered(profile: ServerProfile) -> Finding | None:
    if profile.transactions.offered is False:
        return Finding(
            "transaction",
            Grade.BAD,
            _("It does not take transactions."),
            _("A visit could arrive in parts: nothing is sent."),
        )
    return None


def _atomic(profile: ServerProfile) -> Finding | None:
    if not profile.transactions.offered:
        return None
    if profile.transactions.atomic:
        return Finding("atomic", Grade.GOOD, _("A transaction that fails leaves nothing behind."))
    if profile.transactions.atomic is None:
        return Finding(
            "atomic",
            Grade.CARE,
            _("It could not be shown that a failed transaction leaves nothing behind."),
            _("Every part is checked after it was sent, and what is missing is sent again."),
        )
    said = (
        _("A transaction that fails leaves parts behind and still answers that all went well.")
        if profile.transactions.failures_inside
        else _("A transaction that fails leaves parts behind.")
    )
    means = _("Every part is read one by one and finished; until then the other desks may see half a visit.")
    return Finding("atomic", Grade.CARE, said, means)


def _tells_versions(profile: ServerProfile) -> Finding | None:
    if profile.transactions.tells_versions is not False:
        return None
    return Finding(
        "entry-versions",
        Grade.CARE,
        _("The answer to a transaction does not tell the new versions."),
        _("Each record is read once more after it was sent; sending takes longer."),
    )


def _on_absent(profile: ServerProfile) -> Finding | None:
    if profile.guards.on_absent is not False:
        return None
    return Finding(
        "guard-on-absent",
        Grade.CARE,
        _("A change to a record that is gone makes it anew."),
        _("A record deleted elsewhere can come back when it is changed here."),
    )


def _on_create(profile: ServerProfile) -> Finding | None:
    if profile.guards.on_create is not False:
        return None
    return Finding(
        "guard-on-create",
        Grade.CARE,
        _("“Create only if it is new” is ignored."),
        _("After a lost answer the desk looks before it sends again; its random ids do the rest."),
    )


def _on_delete(profile: ServerProfile) -> Finding | None:
    if profile.guards.on_delete is not False:
        return None
    return Finding(
        "guard-on-delete",
        Grade.CARE,
        _("A deletion is done even when the record changed meanwhile."),
        _(
            "Clinical records are never deleted, only marked; an administrator's deletion may hit a newer version."
        ),
    )


def _update_create(profile: ServerProfile) -> Finding | None:
    if profile.writes.update_create is None:
        return None
    if profile.writes.update_create:
        return Finding("ids", Grade.GOOD, _("It takes records under the ids this desk gives them."))
    return Finding(
        "ids",
        Grade.CARE,
        _("It gives every record an id of its own."),
        _("The desk's ids are exchanged for the server's after the first sending."),
    )


def _create_once(profile: ServerProfile) -> Finding | None:
    once = profile.writes.create_once
    if once is None:
        return None
    if once:
        return Finding("create-once", Grade.GOOD, _("The same record created twice is stored once."))
    grade = Grade.NOTE if profile.writes.update_create else Grade.CARE
    said = _("The same record created twice is stored twice.")
    if profile.writes.update_create:
        return Finding("create-once", grade, said, _("This desk does not rely on it: it gives the ids."))
    means = _("A lost answer could make a double; the desk searches for its own mark before it sends again.")
    return Finding("create-once", grade, said, means)


def _noop(profile: ServerProfile) -> Finding | None:
    if profile.writes.noop_makes_version is not False:
        return None
    return Finding("no-op", Grade.NOTE, _("A write that changes nothing makes no new version."))


def _etag(profile: ServerProfile) -> Finding | None:
    if not profile.kind or profile.writes.etag:
        return None
    return Finding(
        "etag",
        Grade.NOTE,
        _("It does not name the version in the head of its answers."),
        _("The version is read from the record itself."),
    )


def _deleted(profile: ServerProfile) -> Finding | None:
    status = profile.writes.deleted_status
    if not status:
        if not profile.kind:
            return None
        return Finding("deleted", Grade.NOTE, _("It does not let this account delete records."))
    if status == 410:
        return Finding("deleted", Grade.GOOD, _("It tells what was deleted from what never was."))
    if status == 404:
        return Finding(
            "deleted",
            Grade.CARE,
            _("It answers for a deleted record as if it never had been."),
            _("A record deleted elsewhere may be made anew by a desk that was off-line."),
        )
    said = _("A deleted record is still shown (HTTP {status}).", status=status)
    return Finding("deleted", Grade.CARE, said, _("Deletions may not reach this desk."))


QUESTIONS: Final[tuple[Question, ...]] = (
    _spoken,
    _guard_alone,
    _guard_in_bundle,
    _offered,
    _atomic,
    _tells_versions,
    _on_absent,
    _on_create,
    _on_delete,
    _update_create,
    _create_once,
    _noop,
    _etag,
    _deleted,
)
