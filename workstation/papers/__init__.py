"""Papers of a desk: asks the modules, fills the paper, renders it. Printing knows no FHIR, modules know no paper.

How a document is named is written in `workstation.printing.names`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from workstation.orders.model import OrderTerm
from workstation.papers import laboratory, outpatient, ward
from workstation.papers.common import Filled, Language, PaperDesk, Print
from workstation.papers.outpatient import prescription, record
from workstation.papers.visit import of_visit
from workstation.papers.ward import temperature_chart
from workstation.prescribing.model import PrescriptionDraft
from workstation.printing.names import PaperKind, read_name
from workstation.printing.preview import collate
from workstation.printing.render import render

__all__ = [
    "Drawn",
    "Language",
    "PaperDesk",
    "Print",
    "draw",
    "draw_draft",
    "of_visit",
    "pdf_of",
    "prescription",
    "record",
    "temperature_chart",
]

Filler = Callable[[PaperDesk, str, tuple[str, ...], Language], Filled]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper as PDF bytes, and what is noted when it is printed. `patient` is empty where it is about several."""

    pdf: bytes
    prints: tuple[Print, ...]
    final: bool

    @property
    def patient(self) -> str:
        """Whose paper it is."""
        patients = {each.patient for each in self.prints}
        return patients.pop() if len(patients) == 1 else ""


def pdf_of(desk: PaperDesk, document: str, language: Language = "zh") -> bytes:
    """Print a document to PDF bytes and note the print. Raises NotFound, Invalid, Denied, MissingGlyphs."""
    drawn = draw(desk, document, language)
    for each in drawn.prints:
        desk.note_printed(each.document, each.patient)
    return drawn.pdf


def draw(desk: PaperDesk, document: str, language: Language = "zh") -> Drawn:
    """Make a document's paper for a look at it; nothing is noted as printed. Raises as `pdf_of` does."""
    name = read_name(document)
    filled = FILLERS[name.kind](desk, document, name.parts, language)
    return Drawn(render(filled.paper, allow_codes=True), filled.prints, filled.final)


def draw_draft(desk: PaperDesk, draft: PrescriptionDraft, language: Language = "zh") -> Drawn:
    """Make the paper of a prescription that is not signed, every sheet of it, each marked as a draft.

    It has no name yet. Raises Invalid for an empty draft or its first incomplete line, NotFound, Denied,
    MissingGlyphs.
    """
    sheets = [render(paper, allow_codes=True) for paper in outpatient.unsigned(desk, draft, language)]
    return Drawn(collate(sheets), (Print("", draft.patient),), final=False)


def _prescription(desk: PaperDesk, document: str, parts: tuple[str, ...], language: Language) -> Filled:
    paper, patient = prescription(desk, parts[0], language)
    return Filled(paper, (Print(document, patient),), paper.status == "signed")


def _record(desk: PaperDesk, document: str, parts: tuple[str, ...], language: Language) -> Filled:
    paper, patient = record(desk, outpatient.encounter_of(desk, *parts), language)
    return Filled(paper, (Print(document, patient),), paper.status == "signed")


def _temperature_chart(desk: PaperDesk, document: str, parts: tuple[str, ...], language: Language) -> Filled:
    paper, patient = temperature_chart(desk, document, language)
    return Filled(paper, (Print(document, patient),))


def _order_sheet(term: OrderTerm) -> Filler:
    return lambda desk, document, parts, language: ward.order_sheet(desk, parts[0], term, document, language)


FILLERS: Final[Mapping[PaperKind, Filler]] = {
    PaperKind.PRESCRIPTION: _prescription,
    PaperKind.RECORD: _record,
    PaperKind.TEMPERATURE_CHART: _temperature_chart,
    PaperKind.WRISTBAND: lambda desk, document, parts, language: ward.wristband(
        desk, parts[0], document, language
    ),
    PaperKind.LONG_TERM_ORDERS: _order_sheet(OrderTerm.LONG_TERM),
    PaperKind.STAT_ORDERS: _order_sheet(OrderTerm.STAT),
    PaperKind.INFUSION_LABELS: lambda desk, _document, parts, language: ward.infusion_labels(
        desk, parts, language
    ),
    PaperKind.REQUEST_SLIP: lambda desk, document, parts, language: laboratory.request_slip(
        desk, parts[0], document, language
    ),
    PaperKind.SPECIMEN_LABELS: lambda desk, _document, parts, language: laboratory.specimen_labels(
        desk, parts, language
    ),
}
