"""A desk's line to its centre: the token box and the service, wired the same for scripts, demo and window."""

from __future__ import annotations

import logging

import httpx

from sync.address import parse
from sync.admission import Admission
from sync.auth import HubPassword, KeyringBox, MemoryBox, SecretBox
from sync.client import Client
from sync.pairing import SignIn, open_line
from sync.service import SyncReport, SyncService
from sync.wants import of_roles
from workstation.core.errors import Invalid, Unavailable
from workstation.core.i18n import _
from workstation.desk import Desk
from workstation.security.permissions import roles
from workstation.store.accounts import Account

log = logging.getLogger(__name__)
PREFIX = "secret:"


class DeskBox:
    """Tokens in the operating system's keyring; on a computer without one, in the encrypted database of the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keyring = KeyringBox()

    def get(self, name: str) -> str:
        """Give a secret, or an empty text."""
        try:
            kept = self._keyring.get(name)
        except Unavailable:
            kept = ""
        return kept or (self._desk.store.setting(PREFIX + name) or "")

    def put(self, name: str, secret: str) -> None:
        """Keep a secret; an empty one removes it."""
        try:
            self._keyring.put(name, secret)
        except Unavailable:
            self._desk.store.keep_setting(PREFIX + name, secret)
        else:
            self._desk.store.keep_setting(PREFIX + name, "")


def service_of(desk: Desk, box: SecretBox | None = None) -> SyncService:
    """Make the service that keeps an unlocked desk and its centre together; not started yet."""
    tokens = box or DeskBox(desk)
    store = desk.store
    wants = of_roles(card.role for card in desk.users())
    admission = Admission(store, desk.clock)
    return SyncService(
        store, lambda: open_line(store, tokens), desk.clock, desk.bus, wants=wants, admission=admission
    )


def sync_now(desk: Desk, box: SecretBox | None = None) -> SyncReport:
    """Run once in this thread and let go of the line."""
    service = service_of(desk, box)
    try:
        return service.run_once()
    finally:
        service.stop()


def account_at(url: str, sign_in: SignIn) -> Account:
    """Ask the hub at `url` who this person is. Raises what signing in raises, and Invalid for a role unknown here."""
    address = parse(url)
    auth = HubPassword(MemoryBox(), "join")
    client = Client(address, auth)
    try:
        client.sign_in(auth, sign_in.user, sign_in.secret, sign_in.station)
        me = client.plain(str(httpx.URL(address.base).join("/auth/me")), {}, patience=20)
    finally:
        client.close()
    role = str(me.get("role", ""))
    if role not in roles():
        raise Invalid(
            _(
                "The centre gives this account a role that this program does not know: {role}",
                role=role or "-",
            ),
            _("Ask whoever runs the centre to correct the account. Nothing was changed."),
        )
    extra = tuple(str(each) for each in me.get("extra", ()))
    return Account(
        sign_in.user, str(me.get("name", sign_in.user)), role, str(me.get("practitioner", "")), extra
    )
