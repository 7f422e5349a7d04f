"""Two kinds of error: what a person can act on (a `UserError`), and everything else, which is our bug.

UserError
 ├─ Denied        the signed-in person may not do this
 ├─ NotFound      what was asked for is not on this desk
 ├─ Invalid       the input cannot be right; `field` says which one
 ├─ NeedsReason   alerts stand in the way until each is answered
 ├─ Conflict      somebody else changed the same thing first
 └─ Unavailable   a device, file or server is out of reach for now
"""

from __future__ import annotations

from collections.abc import Sequence


class UserError(Exception):
    """Something the user can act on: `message` says what happened, `hint` what is safe and what to do next.

    Neither may hold patient data beyond what the user typed on this screen.
    """

    code = "user"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Denied(UserError):
    """The signed-in person lacks the permission."""

    code = "denied"


class NotFound(UserError):
    """The record is not on this desk."""

    code = "not-found"


class Invalid(UserError):
    """The input is wrong; `field` names the one to correct."""

    code = "invalid"

    def __init__(self, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class NeedsReason(UserError):
    """Alerts must be answered before the act; `alerts` holds them (workstation.rules.alerts.Alert)."""

    code = "needs-reason"

    def __init__(self, message: str, alerts: Sequence[object]) -> None:
        super().__init__(message)
        self.alerts = tuple(alerts)


class Conflict(UserError):
    """The record changed under the user's hands; nothing was overwritten."""

    code = "conflict"


class Unavailable(UserError):
    """A server, device or file is out of reach; what was typed stays safe on this desk."""

    code = "unavailable"
