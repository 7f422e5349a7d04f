"""What the sync centre screen and the command line show and decide: what has not travelled, why, how fresh we are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync.pairing import CentreProfile, recall
from sync.plan import held
from sync.pull import freshness
from sync.wants import Wants
from workstation.core.errors import Denied
from workstation.core.events import Bus, Ref
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, content
from workstation.security.permissions import Actor, Permission
from workstation.store import decisions, inbox, outbox
from workstation.store.decisions import Choice, Decided
from workstation.store.outbox import PendingUnit, Remote
from workstation.store.schema import UnitState
from workstation.store.store import Store

MOST_SHOWN: Final = 1000


class Standing(StrEnum):
    """Where a unit stands. `HELD` waits for another unit, `POSTPONED` for its next try."""

    WAITING = "waiting"
    HELD = "held"
    POSTPONED = "postponed"
    REFUSED = "refused"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit that has not arrived. Times are UTC instants; `held_by` is the `seq` of the unit in its way, or 0."""

    seq: int
    unit: str
    action: str
    actor: str
    patient: str
    created_at: str
    standing: Standing
    attempts: int
    next_at: str
    reason: str
    held_by: int
    entries: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class SyncOverview:
    """Everything about this desk and its centre. `complete_as_of` is empty until the first download is whole.

    `safe_to_switch_off` says that everything made here is at the centre; what is not stays safe on this desk too.
    """

    centre: str
    software: str
    waiting: int
    refused: int
    parked: int
    units: tuple[UnitRow, ...]
    complete_as_of: str
    freshness: Mapping[str, str]
    safe_to_switch_off: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One record of a parked unit in three versions; None where that side has deleted it or never had it."""

    ref: Ref
    base: Resource | None
    ours: Resource | None
    theirs: Resource | None
    their_version: str


class Centre:
    """Read models and decisions for one desk. Decisions are audited and announced on the bus."""

    def __init__(self, store: Store, bus: Bus, wants: Wants | None = None) -> None:
        self._store = store
        self._bus = bus
        self._wants = wants or Wants()

    def overview(self) -> SyncOverview:
        """Give the whole picture; of the units, the oldest thousand."""
        counts = self._store.look(outbox.counts)
        units = self._store.look(lambda c: outbox.units(c, limit=MOST_SHOWN))
        cursors = self._store.look(inbox.cursors)
        profile = recall(self._store)
        return SyncOverview(
            profile.url if profile else "",
            profile.probe.software if profile else "",
            counts[UnitState.WAITING],
            counts[UnitState.REFUSED],
            counts[UnitState.PARKED],
            _rows(units),
            freshness(cursors, self._kinds(profile)),
            {scope: complete for scope, (_state, complete) in cursors.items()},
            not any(counts.values()),
        )

    def differences(self, seq: int) -> tuple[Difference, ...]:
        """Give what the centre has differently in a parked unit, beside ours and the common base."""
        unit, theirs = self._store.look(lambda c: (outbox.one(c, seq), outbox.conflicts(c, seq)))
        if unit is None:
            return ()
        ours = {(e.type, e.id): e.body for e in unit.entries}
        return tuple(
            self._difference(unit, ours.get((r.type, r.id)), r)
            for r in theirs
            if _content(ours.get((r.type, r.id))) != _content(r.body)
        )

    def _difference(self, unit: PendingUnit, ours: Resource | None, remote: Remote) -> Difference:
        base = self._store.look(lambda c: outbox.base(c, remote.type, remote.id))
        return Difference(Ref(remote.type, remote.id, unit.patient), base, ours, remote.body, remote.version)

    def retry(self, actor: Actor, seq: int) -> None:
        """Send a refused or postponed unit again. Raises Denied, NotFound, Conflict."""
        actor.require(Permission.SYNC_READ)
        self._decide(actor, seq, Choice.RETRY)

    def keep_ours(self, actor: Actor, seq: int) -> None:
        """Decide a parked unit for this desk's version. Raises Denied, NotFound, Conflict."""
        self._may_decide(actor, seq)
        self._decide(actor, seq, Choice.OURS)

    def take_theirs(self, actor: Actor, seq: int) -> None:
        """Decide a parked unit for the centre's version; ours stays readable in `decided`. Raises as `keep_ours`."""
        self._may_decide(actor, seq)
        self._decide(actor, seq, Choice.THEIRS)

    def decided(self, patient: str = "") -> list[Decided]:
        """Give past decisions with both sides, newest first."""
        return self._store.look(lambda c: decisions.decided(c, patient))

    def _decide(self, actor: Actor, seq: int, choice: Choice) -> None:
        self._bus.publish(self._store.decide(actor, seq, choice))

    def _may_decide(self, actor: Actor, seq: int) -> None:
        actor.require(Permission.SYNC_READ)
        unit = self._store.look(lambda c: outbox.one(c, seq))
        if unit is not None and unit.actor != actor.user and not actor.may(Permission.CHART_READ):
            raise Denied(
                _("Choosing between two versions of a record is for whoever may read it."),
                _("Nothing was changed. Ask the author of the entry, or a clinician."),
            )

    def _kinds(self, profile: CentreProfile | None) -> Sequence[str]:
        offered = profile.probe.types if profile else ()
        return [kind for kind in self._wants.types if not offered or kind in offered]


def _rows(units: Sequence[PendingUnit]) -> tuple[UnitRow, ...]:
    holders = held(units)
    return tuple(_row(unit, holders.get(unit.seq, 0)) for unit in units)


def _row(unit: PendingUnit, holder: int) -> UnitRow:
    standing = Standing(unit.state)
    if unit.state is UnitState.WAITING and holder:
        standing = Standing.HELD
    elif unit.state is UnitState.WAITING and unit.error:
        standing = Standing.POSTPONED
    return UnitRow(
        unit.seq,
        unit.id,
        unit.action,
        unit.actor,
        unit.patient,
        unit.created_at,
        standing,
        unit.attempts,
        unit.next_at,
        _reason(unit, holder),
        holder,
        tuple(Ref(entry.type, entry.id, unit.patient) for entry in unit.entries),
    )


def _reason(unit: PendingUnit, holder: int) -> str:
    ours: dict[str, Callable[[], str]] = {
        outbox.DIFFERENT: lambda: _("The centre has a different version."),
        outbox.GIVEN_UP: lambda: _("It builds on a version that was given up for the centre's."),
    }
    if holder:
        return _("It waits for unit {number}, on which it builds.", number=holder)
    return ours[unit.error]() if unit.error in ours else unit.error


def _content(resource: Resource | None) -> bytes:
    return content(resource) if resource is not None else b""
