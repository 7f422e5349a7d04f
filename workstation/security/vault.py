"""The vault of one desk: its random database key, wrapped once per user.

A wrap is AES-256-GCM under a key that Argon2id derives from the user's password or PIN and that HKDF binds to the
station secret; the user's own draft key travels in the same wrap. Five wrong tries lock the user for longer and
longer (30 s, 1, 2, 4 ... 60 min). Everything here is useless without the secret, so it lies in a plain JSON file.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from workstation.core.clock import Clock, parse_instant
from workstation.core.errors import Denied, Invalid, NotFound
from workstation.core.i18n import _, n_
from workstation.security.station import StationSecret

TRIES: Final = 5
FIRST_LOCK: Final = timedelta(seconds=30)
LONGEST_LOCK: Final = timedelta(minutes=60)
SHORTEST_SECRET: Final = 6
SHORTEST_WITHOUT_KEYRING: Final = 14
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id parameters: memory in KiB, passes, lanes. 64 MiB and 3 passes take about 0.1 s."""

    memory: int = 65536
    passes: int = 3
    lanes: int = 4


class Wrap(msgspec.Struct):
    """One user's wrap and how often they failed to open it."""

    salt: str
    nonce: str
    sealed: str
    memory: int
    passes: int
    lanes: int
    bound: bool
    name: str = ""
    role: str = ""
    failures: int = 0
    locked_until: str = ""


class VaultFile(msgspec.Struct):
    """The vault as it lies on disk."""

    version: int
    desk: str
    users: dict[str, Wrap]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who can be offered on the unlock screen of this desk."""

    user: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What a secret opens: the desk's database key and the user's own draft key."""

    database: bytes
    drafts: bytes


class Vault:
    """Wraps and unwraps the keys of one desk folder."""

    def __init__(self, path: Path, station: StationSecret, clock: Clock, cost: Cost | None = None) -> None:
        self._path = path
        self._station = station
        self._clock = clock
        self._cost = cost or Cost()
        self._file = self._read() if path.exists() else None

    @property
    def exists(self) -> bool:
        """Say whether this folder has a vault."""
        return self._file is not None

    @property
    def desk(self) -> str:
        """Give the desk's own id."""
        return self._open_file().desk

    def create(self) -> bytes:
        """Make the vault and a new random database key. Raises FileExistsError when there is one."""
        if self._file is not None:
            raise FileExistsError(self._path)
        desk = self._clock.new_id()
        self._station.make(desk)
        self._file = VaultFile(1, desk, {})
        self._write()
        return secrets.token_bytes(KEY_BYTES)

    def discard(self) -> None:
        """Take back a vault whose desk could not be made; its key never locked anything."""
        self._path.unlink(missing_ok=True)
        self._file = None

    @property
    def bound_to_station(self) -> bool:
        """Say whether this computer keeps a station secret; without one only a long passphrase is accepted."""
        return self._station.read(self.desk) is not None

    def enrol(self, who: Enrolled, secret: str, database: bytes) -> None:
        """Give a user a wrap of the database key, or a new one under a new secret (with a new draft key).

        Raises Invalid when the secret is too short for this computer.
        """
        self._wrap(who, secret, Keys(database, secrets.token_bytes(KEY_BYTES)))

    def change_secret(self, user: str, old: str, new: str) -> None:
        """Wrap the same keys under a new secret, so that drafts stay readable. Raises Denied or Invalid."""
        keys = self.open(user, old)
        wrap = self._open_file().users[user]
        self._wrap(Enrolled(user, wrap.name, wrap.role), new, keys)

    def open(self, user: str, secret: str) -> Keys:
        """Unwrap the keys. Raises NotFound for an unknown user and Denied for a wrong secret or while locked."""
        wrap = self._open_file().users.get(user)
        if wrap is None:
            raise NotFound(
                _("This user has not been enrolled on this PC."),
                _("Sign in once while the centre can be reached, or ask a colleague to add you."),
            )
        self._refuse_while_locked(wrap)
        keys = self._unwrap(user, secret, wrap)
        if keys is None:
            raise self._count_failure(wrap)
        if wrap.failures:
            wrap.failures, wrap.locked_until = 0, ""
            self._write()
        return keys

    def forget(self, user: str) -> None:
        """Destroy a user's wrap: without it their secret opens nothing on this desk."""
        if self._open_file().users.pop(user, None) is not None:
            self._write()

    def users(self) -> tuple[Enrolled, ...]:
        """Give who is enrolled."""
        users = self._file.users if self._file else {}
        return tuple(Enrolled(user, wrap.name, wrap.role) for user, wrap in users.items())

    def failures(self, user: str) -> int:
        """Give how many wrong tries a user has made since the last right one."""
        wrap = self._open_file().users.get(user)
        return wrap.failures if wrap else 0

    def _unwrap(self, user: str, secret: str, wrap: Wrap) -> Keys | None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._derive(secret, wrap)
        try:
            opened = AESGCM(key).decrypt(
                bytes.fromhex(wrap.nonce), bytes.fromhex(wrap.sealed), self._bound_to(user)
            )
        except InvalidTag:
            return None
        return Keys(opened[:KEY_BYTES], opened[KEY_BYTES:])

    def _wrap(self, who: Enrolled, secret: str, keys: Keys) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._refuse_weak(secret)
        cost = self._cost
        wrap = Wrap(
            salt=os.urandom(16).hex(),
            nonce=os.urandom(12).hex(),
            sealed="",
            memory=cost.memory,
            passes=cost.passes,
            lanes=cost.lanes,
            bound=self.bound_to_station,
            name=who.name,
            role=who.role,
        )
        sealed = AESGCM(self._derive(secret, wrap)).encrypt(
            bytes.fromhex(wrap.nonce), keys.database + keys.drafts, self._bound_to(who.user)
        )
        wrap.sealed = sealed.hex()
        self._open_file().users[who.user] = wrap
        self._write()

    def _derive(self, secret: str, wrap: Wrap) -> bytes:
        from argon2.low_level import Type, hash_secret_raw
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        salt = bytes.fromhex(wrap.salt)
        stretched = hash_secret_raw(
            secret.encode(), salt, wrap.passes, wrap.memory, wrap.lanes, KEY_BYTES, Type.ID
        )
        station = (self._station.read(self.desk) or b"") if wrap.bound else b""
        return HKDF(SHA256(), KEY_BYTES, salt=salt, info=b"qingnang-vault-1").derive(stretched + station)

    def _refuse_weak(self, secret: str) -> None:
        shortest = SHORTEST_SECRET if self.bound_to_station else SHORTEST_WITHOUT_KEYRING
        if len(secret) < shortest:
            hint = (
                ""
                if self.bound_to_station
                else _("This computer has no keyring, so a long passphrase is needed.")
            )
            raise Invalid(
                n_("At least {count} character.", "At least {count} characters.", shortest), hint, "secret"
            )

    def _refuse_while_locked(self, wrap: Wrap) -> None:
        if wrap.locked_until and self._clock.now() < parse_instant(wrap.locked_until):
            raise self._locked(wrap)

    def _locked(self, wrap: Wrap) -> Denied:
        until = parse_instant(wrap.locked_until).astimezone(self._clock.now().tzinfo)
        return Denied(
            _("Too many wrong tries. Locked until {time}.", time=until.strftime("%H:%M:%S")),
            _("Drafts and unsent work are safe on this PC."),
        )

    def _count_failure(self, wrap: Wrap) -> Denied:
        wrap.failures += 1
        left = TRIES - wrap.failures
        if left <= 0:
            wrap.locked_until = (self._clock.now() + lock_time(wrap.failures)).isoformat()
        self._write()
        if left <= 0:
            return self._locked(wrap)
        return Denied(
            _("Wrong password or PIN."),
            n_("{count} try left before a pause.", "{count} tries left before a pause.", left),
        )

    def _bound_to(self, user: str) -> bytes:
        return f"qingnang|1|{self.desk}|{user}".encode()

    def _open_file(self) -> VaultFile:
        if self._file is None:
            raise NotFound(_("This folder has no desk yet."), _("Pair this PC with a centre first."))
        return self._file

    def _read(self) -> VaultFile:
        return msgspec.convert(orjson.loads(self._path.read_bytes()), VaultFile)

    def _write(self) -> None:
        body: Any = msgspec.to_builtins(self._open_file())
        temporary = self._path.with_suffix(".new")
        handle = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps(body))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)


def lock_time(failures: int) -> timedelta:
    """Give how long a user is locked after this many wrong tries in a row."""
    if failures < TRIES:
        return timedelta(0)
    doublings = min(failures - TRIES, 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
