"""Telling a scanner from a hand: a scanner types many characters in a few milliseconds each and then Enter.

A fast typist needs 60 ms and more for a key, and a roll over neighbouring keys is short; a held key repeats one
character. Nothing of Qt is needed here, so that the decision can be tested by numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

LONGEST_GAP_MS: Final = 35
LEAST: Final = 5


class Verdict(Enum):
    """What a key means: part of what may become a scan, the end of a scan, or a hand."""

    MAYBE = "maybe"
    SCAN = "scan"
    HAND = "hand"


@dataclass(slots=True)
class Burst:
    """Characters that came in one go. `text` is what there is so far."""

    text: str = ""
    _last: float = field(default=-1e9)

    def character(self, char: str, at_ms: float) -> Verdict:
        """Take a character; one that comes late begins a new burst."""
        if self.late(at_ms):
            self.text = ""
        self.text += char
        self._last = at_ms
        return Verdict.MAYBE

    def end(self, at_ms: float) -> Verdict:
        """Take Enter: SCAN when it closes a burst that no hand could have typed. `text` stays to be read."""
        quick = not self.late(at_ms) and len(self.text) >= LEAST and len(set(self.text)) > 1
        return Verdict.SCAN if quick else Verdict.HAND

    def late(self, at_ms: float) -> bool:
        """Say whether the burst is over by this moment."""
        return at_ms - self._last > LONGEST_GAP_MS

    def clear(self) -> str:
        """Forget the burst; gives what it was."""
        text, self.text = self.text, ""
        return text
