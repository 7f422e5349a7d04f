"""Drafts: unsigned work of one author on one page, saved while typing, never synced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DraftKey:
    """What a draft belongs to, besides its author: a kind of page, a patient, a visit."""

    kind: str
    patient: str = ""
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was last saved. `recovered` is true when an earlier run of the program left it."""

    key: DraftKey
    body: dict[str, Any]
    saved_at: datetime
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """What a list of drafts shows without opening one; `author` is the user number."""

    key: DraftKey
    saved_at: datetime
    author: str = ""
