"""What the parts of a desk tell each other: always as past facts, never carrying clinical data."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to one resource, with the patient it belongs to (empty where it belongs to nobody)."""

    type: str
    id: str
    patient: str = ""

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"


class Origin(StrEnum):
    """Where a change came from."""

    HERE = "here"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Changed:
    """What one committed unit (or one downloaded page) changed.

    `primary` is the resource the command was about, so that a script or a screen can ask for it.
    """

    refs: tuple[Ref, ...]
    origin: Origin
    at: datetime
    actor: str = ""
    unit: str = ""
    primary: Ref | None = None

    def touches(self, *types: str, patient: str = "") -> bool:
        """Say whether any reference is of one of the types (and, if given, of that patient)."""
        return any(r.type in types and (not patient or r.patient == patient) for r in self.refs)


class Link(StrEnum):
    """How the line to the centre is."""

    UNPAIRED = "unpaired"
    OFFLINE = "offline"
    ONLINE = "online"
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far this desk's work has travelled. Counts are units, not resources."""

    link: Link
    waiting: int = 0
    refused: int = 0
    parked: int = 0
    last_pull: datetime | None = None
    last_push: datetime | None = None
    busy: bool = False
    message: str = ""
    progress: float | None = None


class Level(StrEnum):
    """How loudly a notice speaks."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user, with an optional hint and the id of an action that helps."""

    text: str
    level: Level = Level.INFO
    hint: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Locked:
    """The desk was locked; patient data must leave every screen at once."""

    by: str
    reason: str = field(default="user")


Event = TypeVar("Event", Changed, SyncState, Notice, Locked)
Unsubscribe = Callable[[], None]


class Bus:
    """Publish and subscribe by event type, from any thread; a failing listener never stops the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[type, list[Callable[..., None]]] = {}

    def subscribe(self, kind: type[Event], listener: Callable[[Event], None]) -> Unsubscribe:
        """Call `listener` for each event of `kind`, in the publisher's thread; returns how to stop it."""
        with self._lock:
            self._listeners.setdefault(kind, []).append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners[kind]:
                    self._listeners[kind].remove(listener)

        return stop

    def publish(self, event: Changed | SyncState | Notice | Locked) -> None:
        """Tell every listener of this event's type."""
        with self._lock:
            listeners = tuple(self._listeners.get(type(event), ()))
        for listener in listeners:
            try:
                listener(event)
            except Exception:  # one broken listener must not keep a committed change from the others
                log.exception("A listener of %s failed", type(event).__name__)
