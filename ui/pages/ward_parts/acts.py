"""What can be done to a stay from the board, the stay's own page and the consultation: one way, whoever opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ui.page import Page
from ui.pages.ward_parts.admit_sheet import AdmitSheet, Whom
from ui.pages.ward_parts.discharge_sheet import DischargeSheet
from ui.pages.ward_parts.transfer_sheet import AssignSheet, Subject, TransferSheet
from ui.widgets.form_sheet import FormSheet
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.printing.names import wristband_of
from workstation.security.permissions import Permission


class StayActs:
    """The acts of one page. `done` is called after each with the stay it was about."""

    def __init__(self, page: Page, done: Callable[[str], None]) -> None:
        self._page, self._done = page, done
        self.sheet: FormSheet | None = None

    def may(self) -> bool:
        """Say whether the person here may move patients."""
        actor = self._page.ctx.desk.actor
        return actor is not None and actor.may(Permission.STAY_MANAGE)

    def admit(self, whom: Whom | None = None, ward: str = "", bed: str = "") -> None:
        """Open the admission; of one patient, or of whoever is found."""
        sheet = AdmitSheet(self._page.ctx, whom, ward, bed)
        self._open(sheet, "inpatient.admit", partial(self._admitted, sheet))

    def transfer(self, subject: Subject) -> None:
        """Open the transfer."""
        said = _("{name} was moved", name=subject.name)
        self._open(TransferSheet(self._page.ctx, subject), "inpatient.transfer", partial(self._say, said))

    def assign(self, subject: Subject) -> None:
        """Open who is in charge."""
        said = _("In charge of {name}: changed", name=subject.name)
        self._open(AssignSheet(self._page.ctx, subject), "inpatient.assign", partial(self._say, said))

    def discharge(self, subject: Subject) -> None:
        """Open the discharge with its checklist."""
        said = _("{name} was discharged", name=subject.name)
        self._open(DischargeSheet(self._page.ctx, subject), "inpatient.discharge", partial(self._say, said))

    def wristband(self, encounter: str) -> None:
        """Show the wristband of a stay before it is printed."""
        self._page.ctx.papers.preview(wristband_of(encounter))

    def _open(self, sheet: FormSheet, verb: str, done: Callable[[Changed], None]) -> None:
        self.sheet = sheet
        sheet.accepted.connect(lambda request: self._send(sheet, verb, request, done))
        sheet.open()

    def _send(self, sheet: FormSheet, verb: str, request: object, done: Callable[[Changed], None]) -> None:
        def finished(changed: Changed) -> None:
            sheet.dismiss()
            done(changed)

        self._page.ctx.tasks.do(self._page, verb, request, finished, sheet.failed)

    def _say(self, text: str, changed: Changed) -> None:
        self._page.ctx.notices.toast(text)
        self._done(changed.primary.id if changed.primary is not None else "")

    def _admitted(self, sheet: AdmitSheet, changed: Changed) -> None:
        name = sheet.whom.name if sheet.whom is not None else ""
        self._say(_("{name} was admitted: {bed}", name=name, bed=sheet.bed.text()), changed)
        if sheet.wristband.isChecked() and changed.primary is not None:
            self._page.ctx.papers.print_signed(wristband_of(changed.primary.id))
