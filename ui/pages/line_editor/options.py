"""What is said about written lines as a whole, whoever writes them: answers to alerts. Kept with the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from workstation.medication.model import OverrideReason


@dataclass(frozen=True, slots=True)
class LineOptions:
    """`emergency_reason` allows an antibacterial above the right for one day, `consultation` says an expert agreed.

    `signed_twice` confirms a dose above the label; `overrides` answers alerts by fingerprint.
    """

    emergency_reason: str = ""
    consultation: bool = False
    signed_twice: bool = False
    overrides: dict[str, OverrideReason] = field(default_factory=dict)

    def answered(self, given: Mapping[str, OverrideReason]) -> Self:
        """Add answers to alerts."""
        return self.but(overrides={**self.overrides, **given})

    def but(self, **changes: Any) -> Self:
        """Give these options with some of them changed."""
        return replace(self, **changes)
