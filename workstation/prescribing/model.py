"""What is written and signed: a draft, and the requests of the commands.

Amounts are decimal texts ("0.5"), moments FHIR instants, so that every value survives JSON unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workstation.medication.model import MedicineLine, OverrideReason


@dataclass(frozen=True, slots=True)
class DraftLine(MedicineLine):
    """One line to take home, as typed.

    `total` counts packs, or single units where packs may be split; 0 lets it follow from dose, frequency and days.
    """

    days: int = 0
    total: int = 0


class PrescriptionKind(StrEnum):
    """Ordinary, or a long-term prescription for a stable chronic illness (长期处方管理规范)."""

    ORDINARY = "ordinary"
    LONG_TERM = "long-term"


@dataclass(frozen=True, slots=True)
class Collector:
    """Who collects narcotics for a patient, as their prescription must name (处方标准, annex 1)."""

    name: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class PrescriptionDraft:
    """A prescription before it is signed: to be checked, or to be signed.

    `overrides` answers alerts by fingerprint. `valid_days` counts the day of writing (article 18: 1 to 3).
    `extension_reason` allows more days than usual (article 19); `assessed` says that a long-term supply over four weeks
    was strictly assessed and noted in the record. `emergency_reason` allows one day of an antibacterial above the
    prescriber's right; `consultation` says that an expert agreed to a special one. `used_inside`: narcotic injections
    are given here and not taken home. `signed_twice`: signed again for a dose above the label.
    `draft_kind` names the page's kept draft that signing removes; empty keeps it.
    """

    patient: str
    encounter: str
    lines: tuple[DraftLine, ...] = ()
    kind: PrescriptionKind = PrescriptionKind.ORDINARY
    extension_reason: str = ""
    valid_days: int = 1
    overrides: dict[str, OverrideReason] = field(default_factory=dict)
    assessed: bool = False
    emergency_reason: str = ""
    consultation: bool = False
    used_inside: bool = True
    signed_twice: bool = False
    collector: Collector | None = None
    draft_kind: str = ""


@dataclass(frozen=True, slots=True)
class StopPrescription:
    """Stop one line (by its MedicationRequest) or, with `whole_sheet`, every line of its sheet."""

    line: str
    reason: str
    whole_sheet: bool = True


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """The prescriber's answer to the pharmacist's question about a sheet; `task` is the review's Task."""

    task: str
    text: str
