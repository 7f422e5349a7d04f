"""What is read from the desk off the main thread when somebody comes or goes: look, settings, the lock screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.login import LockState
from workstation.core.settings import DENSITY, IDLE_LOCK_MINUTES, LANGUAGE, ROOM, SCALE, SITE_NAME, THEME

if TYPE_CHECKING:
    from ui.desk_port import DeskPort
    from workstation.security.permissions import Actor


@dataclass(frozen=True, slots=True)
class Look:
    """How this person's window looks, and what this desk is called; `knowledge` is the edition of the knowledge."""

    language: str
    mode: str
    density: str
    scale: int
    site: str
    room: str
    idle_minutes: int
    knowledge: str


def read_look(desk: DeskPort) -> Look:
    """Read it from the desk."""
    return Look(
        desk.setting(LANGUAGE),
        desk.setting(THEME),
        desk.setting(DENSITY),
        desk.setting(SCALE),
        desk.setting(SITE_NAME),
        desk.setting(ROOM),
        desk.setting(IDLE_LOCK_MINUTES),
        str(getattr(desk.knowledge, "version", "")),
    )


def entering(desk: DeskPort, user: str, secret: str) -> tuple[Actor, Look]:
    """Unlock, and read what the window needs to be built. Raises UserError."""
    actor = desk.unlock(user, secret)
    return actor, read_look(desk)


def lock_state(desk: DeskPort, look: Look, by: str, reason: str, note: str = "") -> LockState:
    """Read what the lock screen says."""
    return LockState(
        users=desk.users(),
        drafts=len(desk.drafts()),
        sync=desk.sync_state(),
        site=look.site,
        room=look.room,
        locked_by=by,
        reason=reason,
        note=note,
    )
