"""The station secret: what binds a desk's keys to this computer, kept in the operating system's keyring.

Without a keyring there is no secret, and the vault then demands a long passphrase. The demo hospital keeps its secret
in a file beside its data, says so, and must never hold a real patient.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Protocol

SERVICE: Final = "qingnang"
SECRET_BYTES: Final = 32


class StationSecret(Protocol):
    """Where the station secret of one desk lives."""

    def read(self, desk: str) -> bytes | None:
        """Give the secret of a desk, or None where this computer keeps none."""

    def make(self, desk: str) -> bytes | None:
        """Make and keep a secret for a desk; None where this computer cannot keep one."""


class KeyringSecret:
    """The operating system's keyring (Credential Manager, Keychain, Secret Service)."""

    def read(self, desk: str) -> bytes | None:
        """Give the secret, or None without a keyring or an entry."""
        import keyring
        from keyring.errors import KeyringError

        try:
            kept = keyring.get_password(SERVICE, f"desk:{desk}")
        except KeyringError:
            return None
        return bytes.fromhex(kept) if kept else None

    def make(self, desk: str) -> bytes | None:
        """Make a secret; None when the keyring refuses to keep it."""
        import keyring
        from keyring.errors import KeyringError

        secret = os.urandom(SECRET_BYTES)
        try:
            keyring.set_password(SERVICE, f"desk:{desk}", secret.hex())
        except KeyringError:
            return None
        return secret


class FileSecret:
    """A secret in a file: for the demo hospital and for tests only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, desk: str) -> bytes | None:
        """Give the secret, or None when the file is not there."""
        return bytes.fromhex(self._path.read_text("ascii").strip()) if self._path.exists() else None

    def make(self, desk: str) -> bytes | None:
        """Make the file, readable by its owner only; one that was laid there before is used."""
        if self._path.exists():
            return self.read(desk)
        secret = os.urandom(SECRET_BYTES)
        handle = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret.hex())
        return secret


class NoSecret:
    """A computer without any keyring."""

    def read(self, desk: str) -> bytes | None:
        """There is none."""
        return None

    def make(self, desk: str) -> bytes | None:
        """None can be kept."""
        return None
