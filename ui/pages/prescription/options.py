"""What is said about a prescription as a whole: reasons, answers to alerts, who collects it. Kept with the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ui.pages.line_editor.options import LineOptions
from workstation.medication.model import MedicineLine
from workstation.prescribing.model import Collector, DraftLine, PrescriptionDraft, PrescriptionKind

DRAFT_KIND = "prescription"


@dataclass(frozen=True, slots=True)
class RxOptions(LineOptions):
    """See `PrescriptionDraft` for each of these."""

    kind: PrescriptionKind = PrescriptionKind.ORDINARY
    extension_reason: str = ""
    valid_days: int = 1
    assessed: bool = False
    collector: Collector | None = None

    def other_kind(self) -> RxOptions:
        """Turn an ordinary prescription into a long-term one, and back."""
        ordinary = self.kind is PrescriptionKind.ORDINARY
        return replace(self, kind=PrescriptionKind.LONG_TERM if ordinary else PrescriptionKind.ORDINARY)

    def request(self, patient: str, encounter: str, lines: Sequence[MedicineLine]) -> PrescriptionDraft:
        """Make the request that checks or signs."""
        return PrescriptionDraft(
            patient,
            encounter,
            tuple(line for line in lines if isinstance(line, DraftLine)),
            kind=self.kind,
            extension_reason=self.extension_reason,
            valid_days=self.valid_days,
            overrides=dict(self.overrides),
            assessed=self.assessed,
            emergency_reason=self.emergency_reason,
            consultation=self.consultation,
            signed_twice=self.signed_twice,
            collector=self.collector,
            draft_kind=DRAFT_KIND,
        )


def to_body(lines: Sequence[MedicineLine], options: LineOptions) -> dict[str, Any]:
    """Write a draft as plain JSON."""
    body: dict[str, Any] = msgspec.to_builtins({"lines": list(lines), "options": options})
    return body


def from_body(body: Mapping[str, Any]) -> tuple[tuple[DraftLine, ...], RxOptions]:
    """Read a draft back; one written by an older version keeps what can be read of it."""
    lines = msgspec.convert(body.get("lines", ()), tuple[DraftLine, ...])
    return lines, msgspec.convert(body.get("options", {}), RxOptions)
