"""Signing in at the centre: OAuth 2 shaped, opaque tokens, argon2id passwords, slower after every wrong try.

An access token lives 15 minutes; a refresh token is used once and gives a new pair. One that comes again within a
minute of its first use is taken for a lost answer; later it is taken for theft and ends the whole sign-in.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.hub import audit
from sync.hub.requests import Principal
from sync.hub.store import Reader, Store, Writer, accounts
from sync.hub.store.accounts import Account, Token
from workstation.core.errors import Conflict, Invalid, NotFound
from workstation.core.i18n import _
from workstation.security.permissions import Permission, roles

ACCESS_SECONDS: Final = 15 * 60
REFRESH_SECONDS: Final = 30 * 24 * 3600
GRACE_SECONDS: Final = 60
FREE_TRIES: Final = 5
FIRST_WAIT: Final = 30
LONGEST_WAIT: Final = 3600
SHORTEST_PASSWORD: Final = 6


class Refused(Exception):
    """A sign-in that failed: HTTP status, OAuth error code, words, and seconds to wait if any."""

    def __init__(self, status: int, error: str, description: str, wait: int = 0) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Pair:
    """What a sign-in gives: an access and a refresh token, and the seconds the first one lives."""

    access: str
    refresh: str
    seconds: int = ACCESS_SECONDS


def _now() -> int:
    return time.time_ns() // 1_000_000


class Gate:
    """Decides who somebody is. `now` gives milliseconds since 1970."""

    def __init__(
        self, store: Store, now: Callable[[], int] = _now, hasher: PasswordHasher | None = None
    ) -> None:
        self._store = store
        self._now = now
        self._hasher = hasher or PasswordHasher()
        self._decoy = self._hasher.hash(secrets.token_hex(16))

    def sign_in(self, name: str, password: str, station: str = "") -> Pair:
        """Check a password. Raises Refused: 400 for a wrong name or password alike, 429 after too many tries."""
        with self._store.reading() as reader:
            person = accounts.get(reader, name)
            until = accounts.tries(reader, name)[1]
        if until > self._now():
            raise self._slow_down(until)
        good = self._verify(person.password if person else self._decoy, password) and person is not None
        with self._store.writing() as writer:
            if not good or person is None:
                self._note_failure(writer, name, person, station)
            else:
                accounts.set_tries(writer, name, 0, 0)
                accounts.forget(writer, self._now() - 24 * 3600 * 1000)
                audit.record(writer, [audit.entry(_principal(person, station), "auth.sign-in", "200")])
                return self._pair(writer, person.name, secrets.token_hex(16), station)
        raise Refused(400, "invalid_grant", "The name or the password is wrong.")

    def refresh(self, text: str) -> Pair:
        """Exchange a refresh token for a new pair. Raises Refused (400)."""
        refused = Refused(400, "invalid_grant", "This refresh token is not valid any more.")
        with self._store.writing() as writer:
            token = accounts.find_token(writer, text)
            if token is None or token.use != "refresh" or self._expired(token):
                raise refused
            if token.spent is None:
                accounts.spend(writer, token, self._now())
            if token.spent is None or self._now() - token.spent <= GRACE_SECONDS * 1000:
                return self._pair(writer, token.account, token.family, token.station)
            accounts.revoke_family(writer, token.family)
        raise refused

    def revoke(self, text: str) -> None:
        """End a sign-in by any of its tokens; an unknown token is no error (RFC 7009)."""
        with self._store.writing() as writer:
            token = accounts.find_token(writer, text)
            if token:
                accounts.revoke_family(writer, token.family)

    def principal(self, text: str) -> Principal | None:
        """Give who an access or station token belongs to, or None."""
        with self._store.reading() as reader:
            token = accounts.find_token(reader, text)
            if token is None or token.use == "refresh" or self._expired(token):
                return None
            person = accounts.get(reader, token.account)
            return _principal(person, token.station) if person else None

    def _note_failure(self, writer: Writer, name: str, person: Account | None, station: str) -> None:
        failures = accounts.tries(writer, name)[0] + 1
        wait = (
            min(FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 20), LONGEST_WAIT)
            if failures >= FREE_TRIES
            else 0
        )
        accounts.set_tries(writer, name, failures, self._now() + int(wait * 1000) if wait else 0)
        who = _principal(person, station) if person else Principal("?", "", station=station)
        audit.record(writer, [audit.entry(who, "auth.refused", "400")])

    def _pair(self, writer: Writer, name: str, family: str, station: str) -> Pair:
        pair = Pair(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        for text, use, seconds in (
            (pair.access, "access", ACCESS_SECONDS),
            (pair.refresh, "refresh", REFRESH_SECONDS),
        ):
            expires = self._now() + seconds * 1000
            accounts.add_token(writer, Token(accounts.digest(text), use, name, family, station, expires))
        return pair

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def _expired(self, token: Token) -> bool:
        return token.expires is not None and token.expires <= self._now()

    def _slow_down(self, until: int) -> Refused:
        wait = max(1, (until - self._now() + 999) // 1000)
        return Refused(429, "slow_down", "Too many wrong tries. Wait before the next one.", wait)


def add_user(store: Store, person: Account, password: str, hasher: PasswordHasher | None = None) -> None:
    """Make an account; `person.password` is replaced by the hash of `password`.

    Raises Invalid for an unknown role or permission or a short password, Conflict when the name is taken.
    """
    _check(person, password)
    hashed = (hasher or PasswordHasher()).hash(password)
    with store.writing() as writer:
        if accounts.get(writer, person.name):
            raise Conflict(_("There is already a user of this name: {name}", name=person.name))
        row = Account(
            person.name, person.display, person.role, person.practitioner, person.extra, hashed, _now()
        )
        accounts.add(writer, row)
        audit.record(writer, [audit.entry(OWNER, "user.add", f"{person.name} {person.role}")])


def station_token(store: Store, name: str) -> str:
    """Make a token without end for a user, for a station or a script. Raises NotFound."""
    text = secrets.token_urlsafe(32)
    with store.writing() as writer:
        if accounts.get(writer, name) is None:
            raise NotFound(_("There is no user of this name: {name}", name=name), _("Add the user first."))
        row = Token(accounts.digest(text), "station", name, secrets.token_hex(16), name, None)
        accounts.add_token(writer, row)
        audit.record(writer, [audit.entry(OWNER, "user.token", name)])
    return text


def users(reader: Reader) -> list[Account]:
    """Give every account by name."""
    return accounts.everyone(reader)


OWNER: Final = Principal("owner", "owner", station="command-line")


def _check(person: Account, password: str) -> None:
    if not person.name or person.name != person.name.strip():
        raise Invalid(_("A user needs a name without spaces around it."), field="name")
    if person.role not in roles():
        known = ", ".join(roles())
        raise Invalid(
            _("There is no role “{role}”.", role=person.role), _("Roles: {roles}", roles=known), "role"
        )
    unknown = [text for text in person.extra if text not in set(Permission)]
    if unknown:
        raise Invalid(_("There is no permission “{name}”.", name=unknown[0]), field="extra")
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            _("The password is too short."),
            _("Use at least {count} characters.", count=SHORTEST_PASSWORD),
            "password",
        )


def _principal(person: Account, station: str) -> Principal:
    return Principal(person.name, person.role, person.display, person.practitioner, person.extra, station)
