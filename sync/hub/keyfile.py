"""The key of the hub's database: 256 random bits in a file of their own, never beside the data they lock."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

import platformdirs

from workstation.core.errors import Invalid, Unavailable
from workstation.core.i18n import _


def default_path(data: Path) -> Path:
    """Give where the key of a data folder is kept unless told otherwise."""
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    return Path(platformdirs.user_config_dir("qingnang")) / "hub" / f"{name}.key"


def load_or_create(path: Path, data: Path, database_exists: bool) -> bytes:
    """Give the 32 bytes of the key; make one only for a hub that has no database yet.

    Raises Invalid when the file lies inside the data folder or holds no key, Unavailable when a database is there
    but its key is not.
    """
    if data.resolve() in path.resolve().parents:
        raise Invalid(
            _("The key file lies inside the data folder."),
            _("Whoever copies the folder would have both. Choose a place outside it with --key-file."),
            "key-file",
        )
    if path.exists():
        return _read(path)
    if database_exists:
        raise Unavailable(
            _("The key file of this hub is missing: {path}", path=path),
            _("Nothing was changed. Put the key file back, or name its place with --key-file."),
        )
    return _create(path)


def _read(path: Path) -> bytes:
    text = path.read_text("ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise Invalid(
            _("This is not a key file of the hub: {path}", path=path),
            _("Nothing was changed. Check --key-file."),
            "key-file",
        )
    return bytes.fromhex(text)


def _create(path: Path) -> bytes:
    key = secrets.token_bytes(32)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key
