"""Joining a new PC to its centre, and letting another person work on it: signs in there, keeps a PIN for here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.app.late_desk import LateDesk
from ui.first_start import Joined, JoinRequest
from workstation.core.errors import Denied, Invalid, Unavailable
from workstation.core.i18n import _, language, n_
from workstation.core.settings import LANGUAGE
from workstation.security.vault import SHORTEST_SECRET

if TYPE_CHECKING:
    from sync.auth import SecretBox
    from workstation.desk import Desk


def join(late: LateDesk, box_of: Callable[[Desk], SecretBox], request: JoinRequest) -> Joined:
    """Make a desk in this folder, joined to the centre, with its first user.

    The centre is asked first, so that a wrong address or password leaves nothing behind. Raises UserError.
    """
    from sync.pairing import AuthKind, SignIn, pair
    from ui.cli.line import account_at

    _check(request)
    station = late.station_name
    sign_in = SignIn(AuthKind.HUB, request.user, request.password, station)
    account = account_at(request.url, sign_in)
    desk = late.real
    try:
        desk.create(account, request.pin)
        desk.set_setting(LANGUAGE, language())
        pair(request.url, sign_in, box_of(desk), desk.store, desk.clock)
    except Exception:
        late.discard()
        raise
    return Joined(account.user, account.name)


def add_colleague(late: LateDesk, request: JoinRequest) -> Joined:
    """Let one more person unlock this desk, after the centre has said who they are. Raises UserError."""
    from sync.pairing import AuthKind, SignIn, recall
    from ui.cli.line import account_at

    _check(request)
    desk = late.real
    if desk.actor is None:
        raise Denied(_("Unlock this desk before adding a user."))
    profile = recall(desk.store)
    if profile is None:
        raise Unavailable(_("This desk is not joined to a centre."), _("Join it first."))
    sign_in = SignIn(AuthKind.HUB, request.user, request.password, late.station_name)
    account = account_at(profile.url, sign_in)
    desk.add_user(account, request.pin)
    desk.store.record(desk.actor, "desk.add-user", detail=account.user)
    return Joined(account.user, account.name)


def _check(request: JoinRequest) -> None:
    if not request.user or not request.password:
        raise Invalid(_("User number and password of the centre are needed."), field="user")
    if len(request.pin) < SHORTEST_SECRET:
        text = n_("At least {count} character.", "At least {count} characters.", SHORTEST_SECRET)
        raise Invalid(text, _("Choose a PIN for this PC; it works without the network."), "pin")
    if request.pin != request.again:
        raise Invalid(_("The two PINs differ."), _("Type the new PIN twice."), "again")
