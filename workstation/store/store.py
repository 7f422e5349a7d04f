"""The store of one desk: opens the engine, hands out Units and Readers, and speaks for outbox and inbox.

Whatever writes is run on the engine's one writer thread, whichever thread asks; reads may run anywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import orjson
import sqlalchemy as sa

from workstation.audit import Entry
from workstation.core.clock import Clock, instant
from workstation.core.events import Changed, Origin, Ref
from workstation.core.settings import PRACTICE
from workstation.fhir.resources import Resource
from workstation.security.permissions import Actor
from workstation.store import decisions, inbox, outbox, schema, trail
from workstation.store.decisions import Choice
from workstation.store.engine import Engine, Readings
from workstation.store.index import Index
from workstation.store.outbox import PendingUnit, Remote
from workstation.store.reader import Reader
from workstation.store.rebase import Merger, rebase
from workstation.store.unit import Unit

T = TypeVar("T")
CODE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is misread
_SETTING: Final = sa.select(schema.meta.c.value).where(schema.meta.c.key == sa.bindparam("b_key"))


class Store:
    """One desk's records."""

    def __init__(self, engine: Engine, clock: Clock, readings: Readings) -> None:
        self.engine = engine
        self.clock = clock
        self.index = Index(engine, readings)
        self.desk_code = self._read_desk_code()

    @classmethod
    def open(cls, path: Path, key: bytes, clock: Clock, readings: Readings) -> Store:
        """Open an existing desk; raises what `Engine.open` raises."""
        return cls(Engine.open(path, key), clock, readings)

    @classmethod
    def create(cls, path: Path, key: bytes, clock: Clock, readings: Readings) -> Store:
        """Make a new desk; raises FileExistsError when there is one."""
        return cls(Engine.create(path, key), clock, readings)

    def close(self) -> None:
        """Close the database."""
        self.engine.close()

    def write(self, actor: Actor, action: str, act: Callable[[Unit], Ref | None]) -> Changed:
        """Run one user action in one transaction; what it raises rolls everything back."""

        def one_action(connection: sa.Connection) -> Changed:
            practice = bool(orjson.loads(self._kept(connection, PRACTICE.key) or "false"))
            unit = Unit(connection, self.index, self.clock, actor, action, self.desk_code, practice=practice)
            primary = act(unit)
            return unit.finish(primary)

        return self.engine.write(one_action)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Read one consistent moment."""
        with self.engine.reading() as connection:
            yield Reader(connection, self.index)

    def transact(self, act: Callable[[sa.Connection], T]) -> T:
        """Run outbox, draft or account work in one write transaction."""
        return self.engine.write(act)

    def look(self, act: Callable[[sa.Connection], T]) -> T:
        """Run outbox, draft, account or trail reading in one consistent view."""
        with self.engine.reading() as connection:
            return act(connection)

    def receive(self, page: inbox.Page, merger: Merger | None = None) -> Changed:
        """Store one downloaded page together with its cursor; with a `merger`, unsent work is put on top of it."""
        now = self.clock.now()
        refs = self.engine.write(lambda connection: inbox.apply(connection, self.index, page, now, merger))
        return Changed(refs, Origin.SYNC, now)

    def rebase(self, remotes: Sequence[Remote], merger: Merger) -> tuple[Ref, ...] | None:
        """Put the unsent work on these records on top of the centre's versions; None where they do not merge."""
        now = self.clock.now()
        return self.engine.write(lambda connection: rebase(connection, self.index, remotes, merger, now))

    def deliver(
        self,
        unit: PendingUnit,
        versions: Mapping[tuple[str, str], str],
        newer: Sequence[Resource] = (),
        gone: Sequence[Ref] = (),
        merger: Merger | None = None,
    ) -> tuple[Ref, ...]:
        """Take a unit out of the outbox and apply what happened to it at the centre since; gives what changed here."""
        now = self.clock.now()

        def take_out(connection: sa.Connection) -> tuple[Ref, ...]:
            outbox.ack(connection, unit, versions, now)
            return inbox.take(connection, self.index, newer, gone, now, merger)

        return self.engine.write(take_out)

    def decide(self, actor: Actor, seq: int, choice: Choice) -> Changed:
        """Carry out what a person decided about a unit, with its audit entry; raises what `decisions` raises."""
        now = self.clock.now()

        def carry_out(connection: sa.Connection) -> tuple[PendingUnit, tuple[Ref, ...]]:
            refs: tuple[Ref, ...] = ()
            if choice is Choice.THEIRS:
                unit, refs = decisions.take_theirs(connection, self.index, seq, actor.user, now)
            elif choice is Choice.OURS:
                unit = decisions.keep_ours(connection, seq, actor.user, now)
            else:
                unit = decisions.retry(connection, seq, actor.user, now)
            trail.append(connection, self._entry(actor, f"sync.{choice}", unit.patient, f"unit {unit.id}"))
            return unit, refs

        unit, refs = self.engine.write(carry_out)
        return Changed(refs, Origin.HERE, now, actor.name, unit.id)

    def record(self, actor: Actor, action: str, patient: str = "", detail: str = "") -> None:
        """Write an audit entry for an act that changes no record (reading a chart, a failed unlock)."""
        entry = self._entry(actor, action, patient, detail)
        self.engine.write(lambda connection: trail.append(connection, entry))

    def count_acts(self, action: str, detail: str) -> int:
        """Count audit entries of an action on one named thing."""
        column = schema.audit.c
        query = sa.select(sa.func.count()).where(column.action == action, column.detail == detail)
        return self.look(lambda c: c.execute(query.select_from(schema.audit)).scalar_one())

    def count_each(self, action: str, details: Sequence[str]) -> dict[str, int]:
        """Count audit entries of an action on each of several named things, in one look at the trail."""
        column = schema.audit.c
        wanted = (column.action == action, column.detail.in_(details))
        query = sa.select(column.detail, sa.func.count()).where(*wanted).group_by(column.detail)
        found = {str(detail): int(count) for detail, count in self.look(lambda c: c.execute(query).all())}
        return {detail: found.get(detail, 0) for detail in details}

    def setting(self, key: str) -> str | None:
        """Give a stored setting as JSON text, or None."""
        return self.look(lambda connection: self._kept(connection, key))

    @staticmethod
    def _kept(connection: sa.Connection, key: str) -> str | None:
        return connection.execute(_SETTING, {"b_key": f"set:{key}"}).scalar()

    def keep_setting(self, key: str, value: str) -> None:
        """Keep a setting as JSON text."""
        statement = sa.text("INSERT OR REPLACE INTO meta VALUES (:key, :value)")
        self.transact(lambda c: c.execute(statement, {"key": f"set:{key}", "value": value}))

    def _read_desk_code(self) -> str:
        kept = self.setting("desk-code")
        if kept is None:
            kept = "".join(secrets.choice(CODE_LETTERS) for _ in range(3))
            self.keep_setting("desk-code", kept)
        return kept

    def _entry(self, actor: Actor, action: str, patient: str, detail: str) -> Entry:
        moment = instant(self.clock.now())
        return Entry(moment, actor.user, actor.role, actor.station, action, patient, detail)
