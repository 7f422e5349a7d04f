"""The trail of who did what to whose record: each entry's hash covers the one before, so a gap or a change shows.

Pure functions; `workstation.store.trail` keeps the entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

import orjson

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One audited act. `detail` names records and reasons, never clinical content."""

    at: str
    user: str
    role: str
    station: str
    action: str
    patient: str = ""
    detail: str = ""


def link(previous: str, entry: Entry) -> str:
    """Give the hash that binds an entry to the one before it."""
    body = orjson.dumps(asdict(entry), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous.encode() + body).hexdigest()


def first_break(chain: Iterable[tuple[int, Entry, str]]) -> int | None:
    """Walk (number, entry, hash) from the first; give the number where the chain breaks, or None."""
    previous, expected = GENESIS, 1
    for number, entry, stored in chain:
        if number != expected or link(previous, entry) != stored:
            return expected
        previous, expected = stored, expected + 1
    return None
