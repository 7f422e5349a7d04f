"""What must hold at every moment (I1 to I11 of the sync design), read from the desks' files and the server's audit.

The checks know nothing of how the sync code works: they compare what users were told, what lies on the disks, and what
the server's log of versions says was replaced by what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import orjson
import sqlalchemy as sa

from tests.sync.simulation.desk import WANTED, Desk, Promise
from tests.sync.simulation.ledger import Key, Version
from tests.sync.simulation.work import MARK
from tests.sync.simulation.world import FINE, Story, World
from workstation.fhir.resources import content
from workstation.store import schema
from workstation.store.decisions import Choice
from workstation.store.outbox import ROW_STATES
from workstation.store.schema import RowState, UnitState

OVERLAP: Final = timedelta(seconds=130)


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass(frozen=True, slots=True)
class View:
    """What lies in one desk's file; `given_up` are units that a person withdrew or corrected, kept readable."""

    units: dict[str, tuple[int, UnitState]]
    given_up: frozenset[str]
    holders: dict[Key, list[int]]
    rows: dict[Key, tuple[str, RowState]]
    cursors: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, desk: Desk) -> View:
        def read(c: sa.Connection) -> View:
            unit, entry, row = schema.unit.c, schema.unit_entry.c, schema.resource.c
            units = {
                u: (s, UnitState(st)) for u, s, st in c.execute(sa.select(unit.unit, unit.seq, unit.state))
            }
            holders: dict[Key, list[int]] = {}
            for seq, kind, id_ in c.execute(sa.select(entry.unit, entry.type, entry.id).order_by(entry.unit)):
                holders.setdefault((kind, id_), []).append(seq)
            rows = {
                (kind, id_): (base, RowState(state))
                for kind, id_, base, state in c.execute(
                    sa.select(row.type, row.id, row.base_version, row.state)
                )
            }
            cursors = {s: (st, done) for s, st, done in c.execute(sa.select(schema.cursor))}
            choice = schema.decided.c.choice.in_([Choice.THEIRS, Choice.RETRY])
            given_up = frozenset(c.execute(sa.select(schema.decided.c.unit).where(choice)).scalars())
            return View(units, given_up, holders, rows, cursors)

        return desk.store.look(read)


@dataclass
class Watch:
    """Reads a world after every act; raises Broken with the story that led there."""

    world: World
    audited: int = 0
    marked: dict[str, int] = field(default_factory=dict)
    places: dict[tuple[str, str, str], int] = field(default_factory=dict)
    seen: dict[tuple[int, Key], int] = field(default_factory=dict)
    open: dict[int, list[Promise]] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)

    def check(self) -> None:
        """Check everything that the acts since the last check may have broken."""
        try:
            self._audit()
            for number in sorted(self.world.touched):
                self._desk(self.world.desks[number])
            self.world.touched.clear()
        except Broken as error:
            raise Broken(f"{error}\nstory = {self.world.story!r}") from None

    def at_rest(self, rounds: int, bound: int) -> None:
        """Check what must hold once everything has arrived and everybody has decided (I4, I8)."""
        self.check()
        try:
            _require(rounds <= bound, f"I8: not at rest after {rounds} rounds: {self._left()}")
            there = self._scope(
                (v.kind, v.id, v.said) for kind in WANTED for v in self.world.server.ledger.living(kind)
            )
            for desk in self.world.desks:
                records = [r for kind in WANTED for r in desk.have(kind).values()]
                here = self._scope((r["resourceType"], r["id"], content(r)) for r in records)
                _require(here == there, f"I4: {desk.name} differs from the server: {self._differs(desk)}")
                _require(not desk.units(), f"I8: {desk.name} still holds units")
                if desk.crashes:
                    _require(not desk.store.engine.integrity_problems(), f"{desk.name}: the file is damaged")
        except Broken as error:
            raise Broken(f"{error}\nstory = {self.world.story!r}") from None

    # --- the server's audit --------------------------------------------------------------------------------------

    def _audit(self) -> None:
        ledger = self.world.server.ledger
        _require(not ledger.dangling, f"I6: {ledger.dangling}")
        for version in ledger.log[self.audited :]:
            self.places[version.kind, version.id, version.version] = version.order
            for mark in MARK.findall(version.said):
                self.marked.setdefault(mark.decode(), version.order)
            if version.sender != "other":
                self._audit_write(version, ledger.of[version.key])
        self.audited = len(ledger.log)

    def _audit_write(self, made: Version, history: list[Version]) -> None:
        profile = self.world.profile
        place = history.index(made)
        before = history[place - 1] if place else None
        what = f"{made.kind}/{made.id} version {made.version} by {made.sender}"
        if made.body is None and not profile.delete_guard:
            return  # the server looks at no guard here: between our look and our word anything may happen
        if before is None or before.body is None:
            resurrects = before is not None and made.key not in self.world.resurrected
            _require(not resurrects, f"I9: {what} brings back what was deleted")
            return
        if made.guard == "*" and not profile.create_guard:
            _require(before.said == made.said, f"I2: {what} was created over another version")
            return
        _require(
            made.guard == before.version, f"I3: {what} replaced {before.version}, guarded by {made.guard!r}"
        )

    # --- one desk ------------------------------------------------------------------------------------------------

    def _desk(self, desk: Desk) -> None:
        view = View.of(desk)
        self._promises(desk, view)
        self._states(desk, view)
        self._versions(desk, view)
        self._cursors(desk, view)

    def _promises(self, desk: Desk, view: View) -> None:
        new = desk.promises[self.kept.get(desk.number, 0) :]
        self.kept[desk.number] = len(desk.promises)
        still = []
        for promise in [*self.open.get(desk.number, []), *new]:
            if promise.unit in view.units:
                still.append(promise)
                self._whole(desk, promise)
            elif promise.unit not in view.given_up:
                missing = [key for key, mark in promise.marks.items() if not self._arrived(key, mark)]
                _require(not missing, f"I1: {desk.name} lost {missing} of unit {promise.unit}")
                _require(not promise.poison, f"I1: {desk.name} says that poison was delivered")
        self.open[desk.number] = still

    def _whole(self, desk: Desk, promise: Promise) -> None:
        if not self.world.profile.atomic or len(promise.marks) < 2:
            return
        there = {self._arrived(key, mark) for key, mark in promise.marks.items() if mark is not None}
        _require(len(there) <= 1, f"I7: unit {promise.unit} of {desk.name} arrived in part")

    def _arrived(self, key: Key, mark: str | None) -> bool:
        history = self.world.server.ledger.of.get(key, [])
        if mark is None:
            return not history or any(version.body is None for version in history)
        return any(mark.encode() in MARK.findall(version.said) for version in history)

    def _states(self, desk: Desk, view: View) -> None:
        states = dict(view.units.values())
        for key, (_base, state) in view.rows.items():
            holders = view.holders.get(key)
            shown = ROW_STATES[states[holders[0]]] if holders else RowState.EQUAL
            _require(state is shown, f"I11: {desk.name} shows {key} as {state.name}, it is {shown.name}")
        if desk.shown is None or desk.shown.busy:
            return
        rows = desk.centre.overview()
        counts = [sum(state is wanted for _seq, state in view.units.values()) for wanted in UnitState]
        told = [rows.waiting, rows.refused, rows.parked]
        _require(told == counts, f"I11: {desk.name} tells {told}, there are {counts}")
        _require(rows.safe_to_switch_off == (not view.units), f"I11: {desk.name} is wrongly called safe")

    def _versions(self, desk: Desk, view: View) -> None:
        for key, (base, state) in view.rows.items():
            last = self.seen.get((desk.number, key), -1)
            if base:
                place = self.places.get((*key, base))
                _require(place is not None, f"I10: {desk.name} has {key} in version {base} that never was")
            else:
                place = self._gone_after(key, last) if last >= 0 else -1
                _require(place is not None, f"I10: {desk.name} dropped {key} though it was not deleted")
            assert place is not None
            _require(place >= last, f"I10: {desk.name} went back to version {base!r} of {key} ({state.name})")
            self.seen[desk.number, key] = place

    def _gone_after(self, key: Key, order: int) -> int | None:
        history = self.world.server.ledger.of.get(key, [])
        return next((v.order for v in reversed(history) if v.body is None and v.order >= order), None)

    def _cursors(self, desk: Desk, view: View) -> None:
        overlap = timedelta(0) if self.world.profile.feed else OVERLAP
        for scope, (state, _complete) in view.cursors.items():
            since = orjson.loads(state).get("since", "") if state.startswith("{") else ""
            if not since:
                continue
            limit = datetime.fromisoformat(since) - overlap
            head, _, kind = scope.partition(":")
            kinds = [kind] if kind else list(WANTED)
            for one in kinds:
                if head == "type" or view.cursors.get(f"type:{one}", ("", ""))[1]:
                    self._stored(desk, view, one, limit, scope)

    def _stored(self, desk: Desk, view: View, kind: str, limit: datetime, scope: str) -> None:
        for version in self.world.server.ledger.living(kind):
            if datetime.fromisoformat(version.stamp) >= limit:
                continue
            base, state = view.rows.get(version.key, ("", RowState.EQUAL))
            here = state is not RowState.EQUAL or self.places.get((*version.key, base), -1) >= version.order
            _require(here, f"I5: the cursor {scope} of {desk.name} passed {version.key} {version.version}")

    # --- words ---------------------------------------------------------------------------------------------------

    @staticmethod
    def _scope(rows: Iterable[tuple[str, str, bytes]]) -> str:
        """Give one hash for everything in the scope (T6)."""
        return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()

    def _differs(self, desk: Desk) -> list[str]:
        found = []
        for kind in WANTED:
            here, there = desk.have(kind), self.world.server.bodies(kind)
            for id_ in sorted({*here, *there}):
                ours = content(here[id_]) if id_ in here else b"nothing"
                theirs = content(there[id_]) if id_ in there else b"nothing"
                if ours != theirs:
                    found.append(f"{kind}/{id_}: {ours.decode()} | {theirs.decode()}")
        return found

    def _left(self) -> list[str]:
        return [f"{d.name}: {u.seq} {u.state} {u.error}" for d in self.world.desks for u in d.units()]


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise Broken(text)


def tell(world: World, story: Story, bound: int = FINE - 1) -> int:
    """Play a story, watching after every act, and let it come to rest; gives how many rounds that took."""
    watch = Watch(world)
    for act in story:
        world.play(act)
        watch.check()
    rounds = world.settle()
    watch.at_rest(rounds, bound)
    return rounds
