"""Joining a desk to a centre: what the centre says it can do is read once, judged, and kept with the desk.

No server is known by name. What a desk relies on is listed in `shortcomings`; everything else has a second way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import msgspec

from sync.address import Address, parse
from sync.admission import learn
from sync.auth import Auth, Bearer, HubPassword, NoAuth, SecretBox
from sync.client import Client
from sync.errors import ForeignLink, SyncError
from sync.probe import MOST_BYTES
from sync.server_profile import ServerProfile
from workstation.core.clock import Clock, instant
from workstation.core.errors import Unavailable
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, as_list, extension
from workstation.fhir.systems import BASE
from workstation.store.store import Store

CHANGE_FEED: Final = f"{BASE}/StructureDefinition/change-feed"
SETTING: Final = "sync.centre"
FHIR_VERSION: Final = "4.0.1"


class AuthKind(StrEnum):
    """How a desk signs in at its centre."""

    NONE = "none"
    BEARER = "bearer"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class Probe:
    """What a CapabilityStatement promises. `types` is empty where the server does not list them.

    A centre that offers `change_feed` (a URL on the same server) promises with it that `lastUpdated` is given at the
    commit and strictly grows, and that a history can be sorted oldest first.
    """

    software: str
    fhir_version: str
    transaction: bool
    update_create: bool
    history_all: bool
    history_types: tuple[str, ...]
    types: tuple[str, ...]
    change_feed: str = ""


@dataclass(frozen=True, slots=True)
class CentreProfile:
    """The centre this desk is joined to. Holds no secret."""

    url: str
    auth: AuthKind
    user: str
    paired_at: str
    probe: Probe

    @property
    def address(self) -> Address:
        """Give the pinned address."""
        return Address(self.url)

    @property
    def secret_name(self) -> str:
        """Give the name under which the box keeps this desk's token."""
        return f"{self.url} {self.user}".strip()


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person gives to join: a token for `BEARER`, user and password for `HUB`."""

    kind: AuthKind = AuthKind.NONE
    user: str = ""
    secret: str = ""
    station: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An open line to the centre."""

    profile: CentreProfile
    client: Client


def pair(url: str, sign_in: SignIn, box: SecretBox, store: Store, clock: Clock) -> CentreProfile:
    """Join this desk to the centre at `url` and remember it.

    What it does is learnt by trying (`sync.probe`) and kept beside; a server that is refused for writes is joined all
    the same, and gets nothing until an administrator accepts it. Raises Invalid for an address that cannot be used,
    Unauthorised, Unreachable, NotFhir, and Unavailable with all that is missing when the server cannot be a centre.
    Nothing is remembered then.
    """
    client = open_client(url, sign_in, box)
    try:
        statement = client.capabilities()
        promised = promises(client, statement)
        _require([] if promised.fhir_version == FHIR_VERSION else shortcomings(promised))
        found = _as_found(promised, learn(store, client, clock, statement).profile)
    finally:
        client.close()
    profile = CentreProfile(client.address.base, sign_in.kind, sign_in.user, instant(clock.now()), found)
    _require(shortcomings(profile.probe))
    store.keep_setting(SETTING, msgspec.json.encode(profile).decode())
    return profile


def open_client(url: str, sign_in: SignIn, box: SecretBox) -> Client:
    """Open a line to a server and sign in there, without joining it.

    Raises Invalid for an address that cannot be used, Unauthorised, Unreachable and NotFhir.
    """
    address = parse(url)
    profile = CentreProfile(address.base, sign_in.kind, sign_in.user, "", _UNKNOWN)
    auth = _enrolled(profile, sign_in, box)
    client = Client(address, auth, most_bytes=MOST_BYTES)
    try:
        if isinstance(auth, HubPassword):
            client.sign_in(auth, sign_in.user, sign_in.secret, sign_in.station)
    except SyncError:
        client.close()
        raise
    return client


def sign_in_again(store: Store, box: SecretBox, sign_in: SignIn) -> None:
    """Give the remembered centre new credentials. Raises Unavailable when there is no centre, and as `pair` does."""
    profile = recall(store)
    if profile is None:
        raise Unavailable(_("This desk is not joined to a centre."), _("Join it first."))
    profile = replace(profile, user=sign_in.user or profile.user)
    auth = _enrolled(profile, sign_in, box)
    client = Client(profile.address, auth)
    try:
        if isinstance(auth, HubPassword):
            client.sign_in(auth, profile.user, sign_in.secret, sign_in.station)
    finally:
        client.close()
    store.keep_setting(SETTING, msgspec.json.encode(profile).decode())


def recall(store: Store) -> CentreProfile | None:
    """Give the centre this desk is joined to, or None."""
    text = store.setting(SETTING)
    return msgspec.json.decode(text, type=CentreProfile) if text else None


def open_line(store: Store, box: SecretBox) -> Line | None:
    """Open a line to the remembered centre; None when the desk is not joined to one. No request is made yet."""
    profile = recall(store)
    if profile is None:
        return None
    return Line(profile, Client(profile.address, _auth(profile, box)))


def _require(missing: list[str]) -> None:
    if missing:
        raise Unavailable(_("This server cannot be the centre of a desk."), " ".join(missing))


def _as_found(promised: Probe, found: ServerProfile) -> Probe:
    """Believe what was seen over what was promised."""
    creates, whole = found.writes.update_create, found.transactions.offered
    return replace(
        promised,
        update_create=promised.update_create if creates is None else creates,
        transaction=promised.transaction if whole is None else whole,
    )


def probe(client: Client) -> Probe:
    """Read what the centre says it can do; raises SyncErrors."""
    return promises(client, client.capabilities())


def promises(client: Client, statement: Resource) -> Probe:
    """Take from a CapabilityStatement what this desk wants to know."""
    rest: Resource = next((r for r in as_list(statement.get("rest")) if r.get("mode") == "server"), {})
    resources = [r for r in as_list(rest.get("resource")) if r.get("type")]
    codes = {i.get("code") for i in as_list(rest.get("interaction"))}
    software = statement.get("software") or {}
    return Probe(
        software=f"{software.get('name', '')} {software.get('version', '')}".strip(),
        fhir_version=str(statement.get("fhirVersion", "")),
        transaction="transaction" in codes,
        update_create=bool(resources) and all(r.get("updateCreate") for r in resources if _writable(r)),
        history_all="history-system" in codes,
        history_types=tuple(sorted(str(r["type"]) for r in resources if "history-type" in _codes(r))),
        types=tuple(sorted(str(r["type"]) for r in resources)),
        change_feed=_feed(client, rest),
    )


def shortcomings(found: Probe) -> list[str]:
    """Give, in words, what keeps this server from being a centre; empty when nothing does."""
    problems = []
    if found.fhir_version != FHIR_VERSION:
        version = found.fhir_version or _("unknown")
        problems.append(_("It speaks FHIR {version}; 4.0.1 (R4) is needed.", version=version))
    if not found.transaction:
        problems.append(_("It does not offer transactions, so that a visit could arrive in parts."))
    if not found.update_create:
        problems.append(
            _("It does not accept records under the ids this desk gives them (update as create).")
        )
    return problems


def _codes(resource: Resource) -> set[Any]:
    return {i.get("code") for i in as_list(resource.get("interaction"))}


def _writable(resource: Resource) -> bool:
    return "update" in _codes(resource)


def _feed(client: Client, rest: Resource) -> str:
    url = extension(rest, CHANGE_FEED)
    try:
        return client.address.within(url) if isinstance(url, str) else ""
    except ForeignLink:
        return ""


def _enrolled(profile: CentreProfile, sign_in: SignIn, box: SecretBox) -> Auth:
    if profile.auth is AuthKind.BEARER:
        box.put(profile.secret_name, sign_in.secret)
    return _auth(profile, box)


def _auth(profile: CentreProfile, box: SecretBox) -> Auth:
    if profile.auth is AuthKind.BEARER:
        return Bearer(box, profile.secret_name)
    if profile.auth is AuthKind.HUB:
        return HubPassword(box, profile.secret_name)
    return NoAuth()


_UNKNOWN: Final = Probe("", "", False, False, False, (), ())
