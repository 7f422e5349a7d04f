"""Whether this desk may send to its server: what was learnt is kept per server version, and learnt again for a new one.

A server that does not keep guards gets nothing, unless an administrator accepted it for this very version; then each
record goes alone and is read first (`sync.one_by_one`).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from sync.client import Client
from sync.errors import SyncError
from sync.one_by_one import walk
from sync.probe import examine, named
from sync.server_profile import PROBE_VERSION, ServerProfile, Verdict, guarded
from sync.server_words import report, verdict
from workstation.audit import Entry
from workstation.core.clock import Clock, instant
from workstation.core.errors import Invalid, Unavailable
from workstation.core.i18n import _
from workstation.fhir.resources import Resource
from workstation.security.permissions import Actor, Permission
from workstation.store import servers
from workstation.store.reader import utc
from workstation.store.servers import Consent, KeptServer
from workstation.store.store import Store

if TYPE_CHECKING:
    from sync.pairing import Line

log = logging.getLogger(__name__)
LEDGER: Final = "sync.probe-left:"
ACCEPTED: Final = "sync.accept-server"


class WritesRefused(SyncError):
    """Nothing is sent to this server: it was not shown to keep one desk from overwriting another."""

    code = "writes-refused"

    def __init__(self) -> None:
        super().__init__(
            _("Nothing is sent: this server does not protect the work of one desk from another."),
            _("Everything is saved on this desk. An administrator must check the server, or accept it."),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a server stands with this desk."""

    profile: ServerProfile
    consent: Consent | None = None

    @property
    def verdict(self) -> Verdict:
        """Give what was found."""
        return verdict(self.profile)

    @property
    def may_send(self) -> bool:
        """Say whether work is sent there, in whichever way."""
        return guarded(self.profile) or self.consent is not None

    def words(self) -> list[str]:
        """Give the report, and who accepted the server all the same."""
        lines = report(self.profile)
        if self.consent is not None and not guarded(self.profile):
            lines.append(
                _(
                    "Accepted by {user}, {time}: {reason}",
                    user=self.consent.by,
                    time=self.consent.at,
                    reason=self.consent.reason,
                )
            )
        return lines


class StoreLedger:
    """Notes of the records a probe made, kept with the desk: the next probe removes what an interrupted one left."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self._key = f"{LEDGER}{url}"

    def read(self) -> tuple[str, ...]:
        """Give the notes."""
        text = self._store.setting(self._key)
        return msgspec.json.decode(text, type=tuple[str, ...]) if text else ()

    def write(self, notes: tuple[str, ...]) -> None:
        """Replace the notes."""
        self._store.keep_setting(self._key, msgspec.json.encode(notes).decode())


def standing(store: Store, url: str) -> Standing | None:
    """Give how the server at an address stands with this desk, or None while it was never examined."""
    kept = store.look(lambda c: servers.latest(c, url))
    if kept is None:
        return None
    return Standing(msgspec.json.decode(kept.profile, type=ServerProfile), kept.consent)


def learn(store: Store, client: Client, clock: Clock, statement: Resource | None = None) -> Standing:
    """Examine a server and keep what was learnt. Raises what `examine` raises; what was known stays then."""
    url = client.address.base
    found = examine(client, clock, StoreLedger(store, url), statement=statement)
    log.info("Server examined: %s after %d requests", verdict(found), found.requests)
    row = KeptServer(
        url, found.server, found.probe_version, utc(clock.now()), msgspec.json.encode(found).decode()
    )
    store.transact(lambda c: servers.keep(c, row))
    kept = store.look(lambda c: servers.get(c, url, found.server))
    return Standing(found, kept.consent if kept else None)


def accept(store: Store, actor: Actor, url: str, reason: str, clock: Clock) -> Standing:
    """Accept a refused server: from now on each record is sent alone and read first. Audited.

    Raises Denied, Invalid without a reason, Unavailable where there is nothing to accept.
    """
    actor.require(Permission.SYNC_MANAGE)
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Accepting this server needs a reason."), _("Say who decided it and why."), "reason")
    known = standing(store, url)
    if known is None or guarded(known.profile):
        raise Unavailable(
            _("There is nothing to accept: this server was not refused."), _("Check the server first.")
        )
    server, now = known.profile.server, clock.now()
    entry = Entry(instant(now), actor.user, actor.role, actor.station, ACCEPTED, "", f"{server}: {reason}")
    consent = Consent(actor.user, utc(now), reason)
    store.transact(lambda c: servers.accept(c, url, server, consent, entry))
    return Standing(known.profile, consent)


class Admission:
    """The one check at the start of a push. With a `clock` it also learns: what is new or has changed is examined."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock
        self._met: Line | None = None

    def barred(self, line: Line) -> WritesRefused | None:
        """Set the line up for sending, or give why nothing may be sent. Raises what examining raises."""
        if self._clock is not None and line is not self._met:
            self._examine_if_new(line, self._clock)
            self._met = line
        known = standing(self._store, line.client.address.base)
        if known is not None and not known.may_send:
            return WritesRefused()
        line.client.instead = None if known is None or guarded(known.profile) else walk
        return None

    def _examine_if_new(self, line: Line, clock: Clock) -> None:
        statement = line.client.capabilities()
        known = standing(self._store, line.client.address.base)
        same = known is not None and named(statement).server == known.profile.server
        if known is None or not same or known.profile.probe_version != PROBE_VERSION:
            learn(self._store, line.client, clock, statement)
