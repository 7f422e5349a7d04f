"""Carries the outbox to the centre: sends what the planner says, and stores what the answer means.

What is decided about a unit is stored in one transaction. That it was handed to the network is stored before it
goes: whatever breaks afterwards, the next run looks before it sends again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sync.client import LONGEST_WAIT, Client
from sync.conflicts import CENTRE, MERGER, Policy, policy
from sync.errors import Busy, Gone, Refused, Stale
from sync.pace import DEFAULT, Dice, Pace
from sync.plan import (
    Acknowledge,
    Look,
    Park,
    Postpone,
    Refuse,
    Resend,
    Seen,
    Walk,
    bundle_of,
    judge,
    read_answer,
    sendable,
)
from workstation.core.clock import Clock
from workstation.core.events import Ref
from workstation.fhir.resources import content, version_of
from workstation.store import outbox
from workstation.store.decisions import Choice
from workstation.store.outbox import PendingEntry, PendingUnit
from workstation.store.reader import utc
from workstation.store.store import Store

log = logging.getLogger(__name__)
BATCH: Final = 50
ROUNDS: Final = 2  # a guard that fails twice though nobody changed the record is no race
STUBBORN: Final = 5  # tries after which such a unit is shown as refused
WHOLE_CENTRE: Final = (408, 429, 502, 503, 504)  # what concerns every unit, not just this one
RESTLESS: Final = "changed at the centre whenever it was merged"
SICK: Final = 3  # units in a row that the centre fails on before the run ends

Decision = Acknowledge | Park | Refuse | Postpone


@dataclass(slots=True)
class Pushed:
    """What one pass over the outbox did; counts are units. `refs` is what changed on this desk besides.

    A merged unit counts once for every time it was put on top of a version of the centre's.
    """

    sent: int = 0
    refused: int = 0
    parked: int = 0
    postponed: int = 0
    merged: int = 0
    refs: tuple[Ref, ...] = ()


class Push:
    """One pass over the outbox. Raises the SyncError that concerns every unit; no unit is lost by it."""

    def __init__(self, store: Store, client: Client, clock: Clock, dice: Dice, pace: Pace = DEFAULT) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._dice = dice
        self._pace = pace
        self._sick = 0

    def run(self, done: Pushed, stop: Callable[[], bool] = lambda: False) -> None:
        """Send every unit that is due and not held back, oldest first; what was done is added to `done`."""
        now = self._clock.now()
        walk = Walk(utc(now), utc(now + timedelta(seconds=LONGEST_WAIT)))
        after = 0
        while units := self._listed(after):
            for listed in units:
                after = listed.seq
                if stop():
                    return
                if walk.ready(listed) and not self._deliver(listed.seq, done):
                    walk.block(listed)

    def _listed(self, after: int) -> list[PendingUnit]:
        return self._store.look(lambda c: outbox.units(c, limit=BATCH, after=after))

    def _deliver(self, seq: int, done: Pushed) -> bool:
        unit = self._store.look(lambda c: outbox.one(c, seq))
        if unit is None:
            return True
        merged = done.merged
        try:
            decision = self._decide(unit, done)
        except Busy as error:
            self._postpone(unit, f"HTTP {error.status}", error.retry_after)
            done.postponed += 1
            self._sick += 1
            if error.status in WHOLE_CENTRE or self._sick >= SICK:
                raise
            return False
        self._sick = 0
        self._keep(unit if done.merged == merged else self._as_sent(unit), decision, done)
        return isinstance(decision, Acknowledge)

    def _decide(self, unit: PendingUnit, done: Pushed) -> Decision:
        entries = sendable(unit)
        if not entries:
            return Acknowledge()
        step: Decision | Resend = Resend(entries, Acknowledge())
        if unit.attempts or any(e.body is None for e in entries) or self._has_beside(unit):
            step = self._look(unit.seq, done)
        reason = ""
        for _round in range(ROUNDS):
            if not isinstance(step, Resend):
                return step
            answer = self._send(unit, step)
            if not isinstance(answer, Look):
                return answer
            reason = answer.reason
            step = self._look(unit.seq, done)
        if not isinstance(step, Resend):
            return step
        return Refuse(reason) if unit.attempts >= STUBBORN else Postpone(reason)

    def _send(self, unit: PendingUnit, step: Resend) -> Acknowledge | Refuse | Postpone | Look:
        self._store.transact(lambda c: outbox.begin(c, unit.seq))
        try:
            answer = self._client.transact(bundle_of(step.entries))
        except Stale as error:
            return Look(error.reason)
        except Refused as error:
            return Refuse(error.reason)
        except Gone:
            return Refuse("HTTP 404")
        return read_answer(step.entries, answer, step.done)

    def _look(self, seq: int, done: Pushed) -> Acknowledge | Park | Resend | Refuse | Postpone:
        """Judge a unit, as it stands now, by what the centre has; where both sides merge, judge the merged one."""
        for _round in range(ROUNDS):
            unit = self._store.look(lambda c: outbox.one(c, seq))
            entries = sendable(unit) if unit is not None else ()
            try:
                step = judge(entries, {(e.type, e.id): self._seen(e) for e in entries})
            except Refused as error:
                return Refuse(error.reason)
            if not isinstance(step, Park) or not self._merge(step, done):
                return step
        return Postpone(RESTLESS)

    def _merge(self, found: Park, done: Pushed) -> bool:
        if policy(found.apart) is not Policy.MERGE:
            return False
        apart = {(entry.type, entry.id) for entry in found.apart}
        refs = self._store.rebase([r for r in found.remotes if (r.type, r.id) in apart], MERGER)
        if refs is None:
            return False
        done.refs += refs
        done.merged += 1
        return True

    def _seen(self, entry: PendingEntry) -> Seen:
        try:
            current = self._client.read(entry.type, entry.id)
        except Gone as error:
            existed = error.deleted or bool(entry.base_version)
            known = self._client.versions(entry.type, entry.id) if existed and entry.body else ()
            return Seen(None, error.deleted, known)
        if entry.body is None or version_of(current) == entry.base_version:
            return Seen(current)
        if content(current) == content(entry.body):
            return Seen(current)
        return Seen(current, versions=self._client.versions(entry.type, entry.id))

    def _as_sent(self, unit: PendingUnit) -> PendingUnit:
        fresh = self._store.look(lambda c: outbox.one(c, unit.seq))
        return unit if fresh is None else replace(unit, entries=fresh.entries)

    def _has_beside(self, unit: PendingUnit) -> bool:
        return bool(self._store.look(lambda c: outbox.conflicts(c, unit.seq)))

    def _keep(self, unit: PendingUnit, decision: Decision, done: Pushed) -> None:
        if isinstance(decision, Acknowledge):
            done.refs += self._store.deliver(unit, decision.versions, decision.newer, decision.gone, MERGER)
            done.sent += 1
        elif isinstance(decision, Park):
            self._park(unit, decision, done)
            done.parked += 1
        elif isinstance(decision, Refuse):
            log.warning("The centre refused unit %s", unit.id)
            self._store.transact(lambda c: outbox.refuse(c, unit, decision.reason))
            done.refused += 1
        else:
            self._postpone(unit, decision.reason)
            done.postponed += 1

    def _park(self, unit: PendingUnit, decision: Park, done: Pushed) -> None:
        now = self._clock.now()
        self._store.transact(lambda c: outbox.park(c, unit, decision.remotes, now, outbox.DIFFERENT))
        if policy(decision.apart) is Policy.THEIRS:
            done.refs += self._store.decide(CENTRE, unit.seq, Choice.THEIRS).refs

    def _postpone(self, unit: PendingUnit, reason: str, asked: timedelta | None = None) -> None:
        next_at = self._clock.now() + self._pace.unit_again(unit.attempts + 1, self._dice, asked)
        self._store.transact(lambda c: outbox.postpone(c, unit.seq, next_at, reason))
