"""What can go wrong between a desk and its centre, each with what is safe and what to do next.

SyncError
 ├─ Unreachable    no line, or it broke before the answer was whole; the centre may or may not have acted
 ├─ NotFhir        something answered, but not a FHIR server (a captive portal, a proxy, a broken body)
 │   └─ ForeignLink   the centre pointed at another server; it was not followed
 ├─ Unauthorised   the sign-in is missing or over; nothing was dropped
 ├─ Refused        the centre understood and said no; `reason` is its OperationOutcome
 ├─ Stale          the record changed at the centre first (409 and 412 alike)
 ├─ Gone           the centre does not have it; `deleted` when it once had
 └─ Busy           the centre asks to come back later; `retry_after` says when, if it said so
"""

from __future__ import annotations

from datetime import timedelta

from workstation.core.errors import UserError
from workstation.core.i18n import _


class SyncError(UserError):
    """Anything that stops one exchange with the centre."""

    code = "sync"


class Unreachable(SyncError):
    """No answer, or only part of one."""

    code = "unreachable"

    def __init__(self) -> None:
        super().__init__(
            _("The centre cannot be reached."),
            _("Everything is saved on this desk and will be sent when the line is back."),
        )


class NotFhir(SyncError):
    """An answer that no FHIR server gives. `detail` is for the log: it never holds the body."""

    code = "not-fhir"

    def __init__(self, detail: str) -> None:
        super().__init__(
            _("Something else answered in the centre's place."),
            _("Check whether this network asks for a login of its own. Everything is saved on this desk."),
        )
        self.detail = detail


class ForeignLink(NotFhir):
    """A link to another scheme, host or port; no request was made and no token left this desk."""

    code = "foreign-link"

    def __init__(self) -> None:
        super().__init__("a link leads to another server")
        self.message = _("The centre pointed to another server.")
        self.hint = _("It was not followed. Ask whoever runs the centre to check its base address.")


class Unauthorised(SyncError):
    """The centre wants a new sign-in."""

    code = "sign-in"

    def __init__(self) -> None:
        super().__init__(
            _("The centre asks this desk to sign in again."),
            _("Nothing was dropped; sending goes on after the sign-in."),
        )


class Refused(SyncError):
    """The centre understood the request and will not do it. `reason` may speak of a patient: never log it."""

    code = "refused"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(
            _("The centre refused this: {reason}", reason=reason or f"HTTP {status}"),
            _("It stays on this desk under “Not sent” until it is corrected or sent again."),
        )
        self.status = status
        self.reason = reason or f"HTTP {status}"


class Stale(SyncError):
    """A guard did not hold: somebody else was first, or the same request arrived twice."""

    code = "stale"

    def __init__(self, status: int, reason: str = "") -> None:
        super().__init__(
            _("The record changed at the centre first."),
            _("Both versions are kept until somebody decides between them."),
        )
        self.status = status
        self.reason = reason or f"HTTP {status}"


class Gone(SyncError):
    """Not there; `deleted` is true when the centre says that it once was."""

    code = "gone"

    def __init__(self, deleted: bool) -> None:
        super().__init__(_("The centre does not have this record."))
        self.deleted = deleted


class Busy(SyncError):
    """The centre cannot serve this now."""

    code = "busy"

    def __init__(self, status: int, retry_after: timedelta | None = None) -> None:
        super().__init__(
            _("The centre is busy and asks to come back later."),
            _("Everything is saved on this desk and will be sent by itself."),
        )
        self.status = status
        self.retry_after = retry_after
