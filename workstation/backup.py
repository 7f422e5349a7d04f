"""A desk in one file: its whole database, unsent work and drafts' seals included, under a passphrase of its own.

The file is a zip of `manifest.json` and `desk.db`; the database inside has a fresh random key, which the manifest
holds sealed by the passphrase (Argon2id, AES-256-GCM). A backup is bound to no computer: that is what it is for.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workstation.core.clock import Clock, instant
from workstation.core.errors import Denied, Invalid, NotFound
from workstation.core.i18n import _, n_
from workstation.desk import DATABASE, VAULT, Desk, name_keys
from workstation.security.station import StationSecret
from workstation.security.vault import Cost, Enrolled, Vault
from workstation.store import accounts
from workstation.store.engine import Engine
from workstation.store.store import Store

SHORTEST: Final = 14
BOUND: Final = b"qingnang-backup-1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in a backup beside the database. Hex texts; `made` is a FHIR instant."""

    made: str
    desk: str
    sha256: str
    salt: str
    nonce: str
    sealed: str
    version: int = 1


def write(desk: Desk, target: Path, passphrase: str) -> Manifest:
    """Write a backup of an unlocked desk. Raises Invalid for a short passphrase, FileExistsError."""
    if len(passphrase) < SHORTEST:
        raise Invalid(
            n_("At least {count} character.", "At least {count} characters.", SHORTEST),
            _("A backup leaves this computer, so only its passphrase protects it."),
            "passphrase",
        )
    if target.exists():
        raise FileExistsError(target)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / DATABASE
        key = secrets.token_bytes(32)
        desk.store.engine.backup(copy, key)
        manifest = _sealed(desk, copy, key, passphrase)
        part = Path(folder) / "part.zip"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("manifest.json", msgspec.json.encode(manifest))
            archive.write(copy, DATABASE)
        part.chmod(0o600)
        os.replace(part, target)
    return manifest


def restore(
    source: Path,
    folder: Path,
    passphrase: str,
    user: str,
    secret: str,
    *,
    station: StationSecret,
    clock: Clock,
    cost: Cost | None = None,
) -> Manifest:
    """Build a desk in an empty folder from a backup; `user` can unlock it with `secret`, others are enrolled again.

    Raises NotFound or Invalid for a file that is no whole backup, Denied for a wrong passphrase or unknown user; in
    each case the folder stays empty.
    """
    if (folder / VAULT).exists() or (folder / DATABASE).exists():
        raise FileExistsError(folder)
    folder.mkdir(parents=True, exist_ok=True)
    vault = Vault(folder / VAULT, station, clock, cost)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as part:
        copy = Path(part) / DATABASE
        manifest = _unpack(source, copy)
        key = _open(manifest, passphrase)
        account = _account(copy, key, clock, user)
        database = vault.create()
        try:
            vault.enrol(Enrolled(user, account.name, account.role), secret, database)
            Engine.open(copy, key).backup(folder / DATABASE, database)
        except BaseException:
            (folder / VAULT).unlink(missing_ok=True)
            raise
    return manifest


def _sealed(desk: Desk, copy: Path, key: bytes, passphrase: str) -> Manifest:
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_derive(passphrase, salt)).encrypt(nonce, key, BOUND)
    return Manifest(
        made=instant(desk.clock.now()),
        desk=desk.vault.desk,
        sha256=_sha256(copy),
        salt=salt.hex(),
        nonce=nonce.hex(),
        sealed=sealed.hex(),
    )


def _unpack(source: Path, copy: Path) -> Manifest:
    if not source.is_file():
        raise NotFound(_("There is no such file: {path}", path=source))
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
            with archive.open(DATABASE) as packed, copy.open("wb") as file:
                while block := packed.read(1 << 20):
                    file.write(block)
    except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError) as error:
        raise _damaged() from error
    if _sha256(copy) != manifest.sha256:
        raise _damaged()
    return manifest


def _damaged() -> Invalid:
    return Invalid(
        _("This file is not a whole backup of a desk."), _("Nothing was changed. Use another copy.")
    )


def _open(manifest: Manifest, passphrase: str) -> bytes:
    key = _derive(passphrase, bytes.fromhex(manifest.salt))
    try:
        return AESGCM(key).decrypt(bytes.fromhex(manifest.nonce), bytes.fromhex(manifest.sealed), BOUND)
    except InvalidTag as error:
        raise Denied(_("This passphrase does not open the backup."), _("Nothing was changed.")) from error


def _account(copy: Path, key: bytes, clock: Clock, user: str) -> accounts.Account:
    store = Store.open(copy, key, clock, name_keys)
    try:
        account = store.look(lambda connection: accounts.get(connection, user))
    finally:
        store.close()
    if account is None:
        raise Denied(
            _("{user} has no account on the desk in this backup.", user=user), _("Nothing was changed.")
        )
    return account


def _derive(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, 3, 65536, 4, 32, Type.ID)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
