"""The papers of a desk for its window, made when they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.app.late_desk import LateDesk
from ui.papers_port import Made
from workstation.core.errors import Denied
from workstation.core.i18n import _
from workstation.prescribing.model import PrescriptionDraft
from workstation.printing.names import PaperKind, PaperName, read_name
from workstation.security.permissions import Permission

if TYPE_CHECKING:
    from workstation.desk import Desk


class DeskPapers:
    """Implements `ui.papers_port.PaperSource`."""

    def __init__(self, late: LateDesk) -> None:
        self._late = late

    def _desk(self) -> Desk:
        """Give the desk to whoever may print. Raises Denied."""
        desk = self._late.real
        if desk.actor is None:
            raise Denied(_("This desk is locked."))
        desk.actor.require(Permission.DOCUMENT_PRINT)
        return desk

    def make(self, document: str) -> Made:
        """Make one document's paper. Raises NotFound, Invalid, Denied."""
        from workstation import papers

        desk = self._desk()
        drawn = papers.draw(desk, document)
        return Made(
            drawn.pdf,
            self.title(document),
            document,
            drawn.patient,
            drawn.final,
            file_name(read_name(document)),
            tuple((each.document, each.patient) for each in drawn.prints),
        )

    def make_draft(self, draft: PrescriptionDraft) -> Made:
        """Make the paper of a prescription that is not signed. Raises Invalid for an incomplete line, Denied."""
        from workstation import papers

        drawn = papers.draw_draft(self._desk(), draft)
        title = _("Draft prescription")
        return Made(drawn.pdf, title, "", drawn.patient, drawn.final, f"{title}.pdf")

    def of_visit(self, patient: str, encounter: str) -> Sequence[str]:
        """Name the documents of a visit or a stay, the one most likely wanted first."""
        from workstation import papers

        return papers.of_visit(self._late.real, patient, encounter)

    def title(self, document: str) -> str:
        """Name a document for a list."""
        return title(read_name(document))

    def printed(self, made: Made) -> None:
        """Note in the audit trail that a paper left the printer."""
        for document, patient in made.notes or ((made.document or made.title, made.patient),):
            self._late.real.note_printed(document, patient)


def title(name: PaperName) -> str:
    """Name a paper for a list: its kind, with the number or page that tells it from others."""
    first, last = name.parts[0], name.parts[-1]
    match name.kind:
        case PaperKind.PRESCRIPTION:
            return _("Prescription {number}", number=first)
        case PaperKind.TEMPERATURE_CHART:
            return _("Temperature chart, page {page}", page=last)
        case PaperKind.REQUEST_SLIP:
            return _("Laboratory request {number}", number=first)
        case PaperKind.SPECIMEN_LABELS:
            return _("Specimen labels {number}", number=", ".join(name.parts))
    words = {
        PaperKind.RECORD: _("Medical record"),
        PaperKind.WRISTBAND: _("Wristband"),
        PaperKind.LONG_TERM_ORDERS: _("Long-term order sheet"),
        PaperKind.STAT_ORDERS: _("Stat order sheet"),
        PaperKind.INFUSION_LABELS: _("Infusion labels"),
    }
    return words[name.kind]


def file_name(name: PaperName) -> str:
    """Give a name for a file that tells nothing about a patient."""
    words = {
        PaperKind.PRESCRIPTION: _("prescription"),
        PaperKind.RECORD: _("record"),
        PaperKind.TEMPERATURE_CHART: _("temperature chart"),
        PaperKind.WRISTBAND: _("wristband"),
        PaperKind.LONG_TERM_ORDERS: _("long-term order sheet"),
        PaperKind.STAT_ORDERS: _("stat order sheet"),
        PaperKind.INFUSION_LABELS: _("infusion labels"),
        PaperKind.REQUEST_SLIP: _("laboratory request"),
        PaperKind.SPECIMEN_LABELS: _("specimen labels"),
    }
    stem = "".join(c for c in name.parts[-1][:20] if c.isalnum() or c in "-_")
    return f"{words[name.kind]}-{stem}.pdf"
