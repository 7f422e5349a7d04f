"""How a paper is asked for: one text that screens, the command line and the audit trail all use.

| document | paper |
|---|---|
| a prescription number | prescription |
| `Encounter/ID`, `Composition/ID` | outpatient record |
| `Encounter/ID/temperature-chart/PAGE` | a page of the temperature chart |
| `Encounter/ID/wristband` | wristband |
| `Encounter/ID/orders/long-term`, `.../orders/stat` | order sheets |
| `labels/WARD/FROM/TO`, with `/ENCOUNTER` for one stay | infusion labels due from one instant up to another |
| `laboratory/NUMBER` | request slip |
| `laboratory/NUMBER/labels` | labels of a request's tubes; several requests are joined by `+` |
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workstation.core.errors import Invalid
from workstation.core.i18n import _

JOIN: Final = "+"


class PaperKind(StrEnum):
    """What kind of paper a document is."""

    PRESCRIPTION = "prescription"
    RECORD = "record"
    TEMPERATURE_CHART = "temperature-chart"
    WRISTBAND = "wristband"
    LONG_TERM_ORDERS = "long-term-orders"
    STAT_ORDERS = "stat-orders"
    INFUSION_LABELS = "infusion-labels"
    REQUEST_SLIP = "request-slip"
    SPECIMEN_LABELS = "specimen-labels"


@dataclass(frozen=True, slots=True)
class PaperName:
    """A document's name taken apart; `parts` are the ids, numbers and moments in it, in its order."""

    kind: PaperKind
    parts: tuple[str, ...]


def read_name(document: str) -> PaperName:
    """Take the name of a document apart. Raises Invalid."""
    found = _read(document.split("/"))
    if found is None or not all(found.parts):
        raise Invalid(
            _("There is no paper for {document}.", document=document.partition("/")[0]),
            _("Name a prescription number, Encounter/ID or Composition/ID."),
        )
    return found


def _read(parts: list[str]) -> PaperName | None:
    kind = PaperKind
    match parts:
        case [number]:
            return PaperName(kind.PRESCRIPTION, (number,))
        case ["Encounter", id_, *rest]:
            return _of_encounter(id_, rest)
        case ["Composition", id_]:
            return PaperName(kind.RECORD, ("Composition", id_))
        case ["labels", ward, since, until]:
            return PaperName(kind.INFUSION_LABELS, (ward, since, until))
        case ["labels", ward, since, until, encounter]:
            return PaperName(kind.INFUSION_LABELS, (ward, since, until, encounter))
        case ["laboratory", number]:
            return PaperName(kind.REQUEST_SLIP, (number,))
        case ["laboratory", numbers, "labels"]:
            return PaperName(kind.SPECIMEN_LABELS, tuple(numbers.split(JOIN)))
    return None


def _of_encounter(encounter: str, rest: list[str]) -> PaperName | None:
    kind = PaperKind
    match rest:
        case []:
            return PaperName(kind.RECORD, ("Encounter", encounter))
        case ["temperature-chart", page]:
            return PaperName(kind.TEMPERATURE_CHART, (encounter, page))
        case ["wristband"]:
            return PaperName(kind.WRISTBAND, (encounter,))
        case ["orders", "long-term"]:
            return PaperName(kind.LONG_TERM_ORDERS, (encounter,))
        case ["orders", "stat"]:
            return PaperName(kind.STAT_ORDERS, (encounter,))
    return None


def wristband_of(encounter: str) -> str:
    """Name the wristband of a stay."""
    return f"Encounter/{encounter}/wristband"


def order_sheets_of(encounter: str) -> tuple[str, str]:
    """Name the long-term and the stat order sheet of a stay."""
    return f"Encounter/{encounter}/orders/long-term", f"Encounter/{encounter}/orders/stat"


def infusion_labels_of(ward: str, since: str, until: str, encounter: str = "") -> str:
    """Name the infusion labels of a ward, or of one stay on it, from one instant up to another."""
    return "/".join(filter(None, ("labels", ward, since, until, encounter)))


def request_slip_of(number: str) -> str:
    """Name the slip of a laboratory request."""
    return f"laboratory/{number}"


def specimen_labels_of(*numbers: str) -> str:
    """Name the labels of the tubes of laboratory requests; a tube that serves several is labelled once."""
    return f"laboratory/{JOIN.join(numbers)}/labels"
