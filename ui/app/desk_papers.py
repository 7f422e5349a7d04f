"""The papers of a desk for its window: prescriptions and records as PDF, made when they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.app.late_desk import LateDesk
from ui.papers_port import Made
from workstation.core.errors import Denied
from workstation.core.i18n import _
from workstation.prescribing.model import PrescriptionDraft
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
        """Make one document's paper. Raises NotFound, Denied."""
        from workstation import papers

        desk = self._desk()
        drawn = papers.draw(desk, document)
        kind = _("record") if "/" in document else _("prescription")
        kind = _("temperature chart") if "/temperature-chart/" in document else kind
        return Made(
            drawn.pdf,
            self.title(document),
            document,
            drawn.patient,
            drawn.final,
            f"{kind}-{_stem(document)}.pdf",
        )

    def make_draft(self, draft: PrescriptionDraft) -> Made:
        """Make the paper of a prescription that is not signed. Raises Invalid for an incomplete line, Denied."""
        from workstation import papers

        drawn = papers.draw_draft(self._desk(), draft)
        title = _("Draft prescription")
        return Made(drawn.pdf, title, "", drawn.patient, drawn.final, f"{title}.pdf")

    def of_visit(self, patient: str, encounter: str) -> Sequence[str]:
        """Name the signed documents of a visit: prescriptions, newest first, then the record."""
        from workstation.emr.model import AskVisit
        from workstation.prescribing.rows import SheetsOf, SheetState

        actor, found = self._late.actor, []
        if actor is None or not encounter:
            return ()
        if actor.may(Permission.PRESCRIPTION_READ):
            sheets = self._late.ask("prescribing.sheets", SheetsOf(patient, encounter))
            live = [sheet for sheet in sheets if sheet.state is not SheetState.STOPPED]
            found += [s.number for s in sorted(live, key=lambda s: str(s.authored_on), reverse=True)]
        if actor.may(Permission.CHART_READ):
            record = self._late.ask("emr.visit-record", AskVisit(patient, encounter))
            if record.note is not None:
                found.append(f"Encounter/{encounter}")
        return tuple(found)

    def title(self, document: str) -> str:
        """Name a document for a list."""
        _stay, _part, page = document.partition("/temperature-chart/")
        if page:
            return _("Temperature chart, page {page}", page=page)
        if "/" in document:
            return _("Medical record")
        return _("Prescription {number}", number=document)

    def printed(self, made: Made) -> None:
        """Note in the audit trail that a paper left the printer."""
        self._late.real.note_printed(made.document or made.title, made.patient)


def _stem(document: str) -> str:
    """Give a name for a file that tells nothing about a patient."""
    return document.rpartition("/")[2][:20]
