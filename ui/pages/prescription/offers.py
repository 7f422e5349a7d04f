"""Whole lines to take over: the patient's last prescription, and prescription sets. Every line comes unticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.context import Context, PatientContext
from ui.pages.prescription.bench import RxBench
from ui.pages.prescription.lines_sheet import LinesSheet, Origin
from ui.pages.prescription.sets_sheet import SetsSheet
from ui.widgets.code_search import Deliver
from workstation.core.clock import parse_instant
from workstation.core.days import written_date
from workstation.core.i18n import _
from workstation.prescribing.model import PrescriptionKind
from workstation.prescribing.rows import (
    FoundSets,
    LastPrescription,
    LineToRepeat,
    OfPatient,
    SearchSets,
    SetRow,
)


class RxOffers(QObject):
    """Asks for lines, shows them to be ticked, and gives the ticked ones to the bench. `taken` follows."""

    taken = Signal()

    def __init__(
        self, ctx: Context, patient: PatientContext, bench: RxBench, host: Callable[[], QWidget]
    ) -> None:
        super().__init__(bench)
        self.closed = False
        self.lines: LinesSheet | None = None
        self.sets: SetsSheet | None = None
        self._ctx, self._patient, self._bench, self._host = ctx, patient, bench, host

    def repeat_last(self) -> None:
        """Offer the lines of the patient's last prescription."""
        about = OfPatient(self._patient.id, self._patient.encounter)
        self._ctx.tasks.ask(self, "prescribing.last", about, self._offer_last, latest="last")

    def _offer_last(self, last: LastPrescription) -> None:
        if not last.lines:
            self._ctx.notices.toast(_("There is no earlier prescription."))
            return
        when = last.authored_on
        if len(when) > 10:
            when = written_date(parse_instant(when).date())
        origin = Origin(
            _("Repeat the last prescription"),
            _("Prescribed {when} by {who}", when=when, who=last.prescriber),
        )
        self._offer(origin, last.lines, last.kind)

    def open_sets(self) -> None:
        """Show the sets for this patient, those for the visit's diagnoses first; one is chosen, none is written."""
        sheet = SetsSheet(self._host(), self._search)
        sheet.chosen.connect(self._offer_set)
        self.sets = sheet
        sheet.open()

    def _search(self, text: str, deliver: Deliver) -> None:
        def found(answer: FoundSets) -> None:
            deliver([SetsSheet.choice(row) for row in answer.rows], answer.total)

        request = SearchSets(self._patient.id, self._patient.encounter, text)
        self._ctx.tasks.ask(self, "prescribing.sets", request, found, latest="sets")

    def _offer_set(self, row: SetRow) -> None:
        long_term = row.kind is PrescriptionKind.LONG_TERM
        title = f"{row.name} · {_('Long-term prescription')}" if long_term else row.name
        self._offer(Origin(title, row.source, row.confirmed), row.lines, row.kind)

    def _offer(self, origin: Origin, lines: Sequence[LineToRepeat], kind: PrescriptionKind) -> None:
        sheet = LinesSheet(self._host(), origin, lines)
        sheet.taken.connect(lambda kept: self._take(kept, kind))
        self.lines = sheet
        sheet.open()

    def _take(self, kept: list[LineToRepeat], kind: PrescriptionKind) -> None:
        self._bench.take_over([each.line for each in kept], kind)
        self.taken.emit()
