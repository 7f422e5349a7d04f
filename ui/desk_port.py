"""What the screens need from a desk, as a structural type: `workstation.desk.Desk` fits it without knowing of it.

Every method but the properties may block on disk or on key derivation: call them through `ui.tasks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from workstation.core.drafts import Draft, DraftInfo, DraftKey
    from workstation.core.events import Bus, Changed, SyncState
    from workstation.core.settings import Setting
    from workstation.security.permissions import Actor

T = TypeVar("T", bool, int, float, str)


class UserCard(Protocol):
    """One person who has signed in on this station before; safe to show on the lock screen."""

    @property
    def user(self) -> str:
        """Give the user number."""

    @property
    def name(self) -> str:
        """Give the person's name."""

    @property
    def role(self) -> str:
        """Give the role id of resources/knowledge/roles.toml."""

    @property
    def last_used(self) -> datetime | None:
        """Give when this person last unlocked this station."""


@dataclass(frozen=True, slots=True)
class Card:
    """A plain `UserCard`."""

    user: str
    name: str
    role: str
    last_used: datetime | None = None


class DeskPort(Protocol):
    """One desk: the two verbs, who is signed in, drafts, settings and news."""

    @property
    def actor(self) -> Actor | None:
        """Give the signed-in person, or None while locked."""

    @property
    def bus(self) -> Bus:
        """Give the news of this desk: Changed, SyncState, Notice, Locked."""

    @property
    def knowledge(self) -> Any:
        """Give the read-only knowledge; its `edition` (a date) is shown in the status bar where it has one."""

    def do(self, name: str, request: object) -> Changed:
        """Run a command and commit it. Raises UserError."""

    def ask(self, name: str, request: object) -> Any:
        """Run a query. Raises UserError."""

    def lock(self, reason: str) -> None:
        """Forget the keys; drafts stay, encrypted to their author."""

    def unlock(self, user: str, secret: str) -> Actor:
        """Sign in with user number and PIN or password. Raises UserError, with the waiting time in its hint."""

    def users(self) -> Sequence[UserCard]:
        """Give who used this station, the latest first."""

    def verify_secret(self, user: str, secret: str) -> None:
        """Check the PIN again, when something is signed. Raises UserError."""

    def save_draft(self, key: DraftKey, body: dict[str, Any]) -> None:
        """Keep unsigned work of the signed-in person on this desk."""

    def load_draft(self, key: DraftKey) -> Draft | None:
        """Give the signed-in person's draft for this place."""

    def drop_draft(self, key: DraftKey) -> None:
        """Forget a draft: it was signed, or its author let it go."""

    def drafts(self) -> Sequence[DraftInfo]:
        """Give the drafts of the signed-in person; while locked, of everybody, without their content."""

    def sync_state(self) -> SyncState:
        """Give how far this desk's work has travelled."""

    def setting(self, setting: Setting[T]) -> T:
        """Give a setting's value."""

    def set_setting(self, setting: Setting[T], value: T) -> None:
        """Keep a setting's value. Raises UserError where the person may not."""
