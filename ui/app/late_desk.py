"""A desk whose database opens behind the unlock screen: until then only the names in vault.json are read.

Importing the real desk loads the database library; that happens in a worker once the first screen has been painted,
or at the latest when somebody unlocks.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ui.app.remembered import Remembered
from ui.desk_port import Card, UserCard

if TYPE_CHECKING:
    from workstation.core.clock import Clock
    from workstation.core.drafts import Draft, DraftInfo, DraftKey
    from workstation.core.events import Bus, Changed, SyncState
    from workstation.core.settings import Setting
    from workstation.desk import Desk
    from workstation.security.permissions import Actor
    from workstation.security.station import StationSecret
    from workstation.security.vault import Cost

V = TypeVar("V", bool, int, float, str)
VAULT = "vault.json"


class LateDesk:
    """A `DeskPort`. `came` is called in the unlocking thread with the open desk each time somebody has come in."""

    def __init__(
        self,
        folder: Path,
        station: StationSecret,
        clock: Clock,
        remembered: Remembered,
        *,
        cost: Cost | None = None,
        station_name: str = "",
        came: Callable[[Desk], None] | None = None,
    ) -> None:
        self.folder, self.clock = folder, clock
        self._station, self._cost, self.station_name = station, cost, station_name or folder.name
        self._remembered, self._came = remembered, came
        self._gate = threading.Lock()
        self._desk: Desk | None = None

    @cached_property
    def bus(self) -> Bus:
        """Give where news of this desk is told."""
        from workstation.core.events import Bus

        return Bus()

    @property
    def exists(self) -> bool:
        """Say whether this folder holds a desk already."""
        return (self.folder / VAULT).exists()

    @property
    def real(self) -> Desk:
        """Give the desk, opened at its first use. Blocks; raises Unavailable when another program has the folder."""
        with self._gate:
            if self._desk is None:
                from workstation.desk import Desk

                self._desk = Desk(
                    self.folder,
                    station=self._station,
                    clock=self.clock,
                    bus=self.bus,
                    cost=self._cost,
                    station_name=self.station_name,
                )
            return self._desk

    @property
    def opened(self) -> Desk | None:
        """Give the desk if it is open already."""
        return self._desk

    def close(self) -> None:
        """Close the desk, if it was ever opened."""
        with self._gate:
            if self._desk is not None:
                self._desk.close()
                self._desk = None

    def discard(self) -> None:
        """Take away a desk that was made a moment ago and could not be joined: it holds nothing yet."""
        self.close()
        for file in (*self.folder.glob("desk.db*"), self.folder / VAULT):
            file.unlink(missing_ok=True)

    # Before and after

    @property
    def actor(self) -> Actor | None:
        """Give the signed-in person, or None while locked."""
        return self._desk.actor if self._desk is not None else None

    @property
    def knowledge(self) -> Any:
        """Give the read-only knowledge."""
        return self.real.knowledge

    def users(self) -> Sequence[UserCard]:
        """Give who can unlock this desk, the latest first."""
        if self._desk is not None:
            cards: list[UserCard] = [*self._desk.users()]
        elif self.exists:
            cards = _enrolled(self.folder / VAULT)
        else:
            cards = []
        if any(card.last_used for card in cards):
            return cards
        recent = self._remembered.recent
        return sorted(cards, key=lambda c: recent.index(c.user) if c.user in recent else len(recent))

    def sync_state(self) -> SyncState:
        """Give how far this desk's work has travelled."""
        from workstation.core.events import Link, SyncState

        return self._desk.sync_state() if self._desk is not None else SyncState(Link.UNPAIRED)

    def drafts(self) -> Sequence[DraftInfo]:
        """Give the drafts; none are known before the database is open."""
        return self._desk.drafts() if self._desk is not None else []

    def setting(self, setting: Setting[V]) -> V:
        """Give a setting's value; its default before the database is open."""
        return self._desk.setting(setting) if self._desk is not None else setting.default

    def unlock(self, user: str, secret: str) -> Actor:
        """Let a user in. Raises UserError."""
        desk = self.real
        actor = desk.unlock(user, secret)
        if self._came is not None:
            self._came(desk)
        return actor

    # The real desk's

    def do(self, name: str, request: object) -> Changed:
        """Run a command. Raises UserError."""
        return self.real.do(name, request)

    def ask(self, name: str, request: object) -> Any:
        """Run a query. Raises UserError."""
        return self.real.ask(name, request)

    def lock(self, reason: str = "user") -> None:
        """Forget who was here."""
        if self._desk is not None:
            self._desk.lock(reason)

    def verify_secret(self, user: str, secret: str) -> None:
        """Check the PIN again. Raises UserError."""
        self.real.verify_secret(user, secret)

    def save_draft(self, key: DraftKey, body: dict[str, Any]) -> None:
        """Keep unsigned work."""
        self.real.save_draft(key, body)

    def load_draft(self, key: DraftKey) -> Draft | None:
        """Give the actor's draft of a place, or None."""
        return self.real.load_draft(key)

    def drop_draft(self, key: DraftKey) -> None:
        """Forget a draft."""
        self.real.drop_draft(key)

    def set_setting(self, setting: Setting[V], value: V) -> None:
        """Keep a setting's value."""
        self.real.set_setting(setting, value)


def _enrolled(vault: Path) -> list[UserCard]:
    """Read the names alone: the vault's own reader brings what only unlocking needs, and says then what is damaged."""
    try:
        users = json.loads(vault.read_bytes())["users"]
        return [Card(user, str(wrap["name"]), str(wrap["role"])) for user, wrap in users.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
