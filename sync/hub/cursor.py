"""The `next` link: which search or history it continues and where, sealed.

Sealed because a search may hold a patient's name, and addresses end up in logs; and so that nobody can make one up.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.hub.errors import FhirError
from sync.hub.search import Pairs


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a walk: `pairs` are the parameters it began with."""

    path: str
    pairs: Pairs
    after: tuple[str | int, ...]
    start: int = 0
    rest: bool = False


def seal(key: bytes, mark: Mark) -> str:
    """Write a place as an opaque text that fits into an address."""
    plain = orjson.dumps([mark.path, mark.pairs, mark.after, mark.start, mark.rest])
    nonce = secrets.token_bytes(12)
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).decode().rstrip("=")


def unseal(key: bytes, text: str, path: str) -> Mark:
    """Read a place back. Raises FhirError (410) when this hub did not write it for this path."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = orjson.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], None))
    except (ValueError, InvalidTag) as error:
        raise _unknown() from error
    if plain[0] != path:
        raise _unknown()
    pairs = tuple((name, value) for name, value in plain[1])
    return Mark(plain[0], pairs, tuple(plain[2]), plain[3], plain[4])


def _unknown() -> FhirError:
    return FhirError(410, "expired", "This page link is not known here. Start the search again.")
