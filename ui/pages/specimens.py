"""What is to be drawn: the worklist of a ward, labels with L, two scans that take a specimen from the right patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.laboratory_parts import tube_columns
from ui.pages.laboratory_parts.scan_card import ScanCard
from ui.theme import theme
from ui.ward_choice import WardChoice
from ui.widgets.buttons import button
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.reason_sheet import Answer, Question, ReasonSheet
from ui.widgets.table_pane import TablePane
from ui.widgets.wedge import Wedge
from workstation.core.errors import UserError
from workstation.core.events import Changed
from workstation.core.i18n import _, n_
from workstation.laboratory.model import (
    CheckCollection,
    Collect,
    Collections,
    LabelOrders,
    OrderState,
    RejectSpecimen,
)
from workstation.laboratory.rows import CollectionCheck, CollectionRow
from workstation.laboratory.specimens import scanned
from workstation.printing.names import specimen_labels_of
from workstation.security.permissions import Permission

ROWS: Final = ("ServiceRequest", "Specimen", "DiagnosticReport", "Encounter")
NUMBERED: Final = "BB"
NARROW: Final = 1000


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a wristband cannot be scanned, or a specimen not be used."""

    code: str
    text: str
    initials: str
    rank: int


class SpecimensPage(Page):
    """See the module. Regions: 1 the worklist, 2 where it is drawn."""

    id = "specimens"
    icon = "scan-line"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self._asked_here, self._band, self._said = False, "", ("", "")
        self.headline = label("", "section", bold=True)
        self.ward = WardChoice(ctx, self)
        self.ward.chosen.connect(self._ward_chosen)
        self.outpatients = button(_("Outpatients"), self._chosen, kind="quiet", parent=self)
        self.outpatients.setCheckable(True)
        nothing = EmptyState(_("Nothing is to be drawn here."), "check")
        columns = tube_columns.columns(ctx.clock.now())
        self.pane = TablePane(
            columns, lambda r: f"{r.key} {r.encounter}", _("Specimens to be drawn"), nothing
        )
        self.pane.bar.refresh.connect(self.refresh)
        self.card = ScanCard()
        self.wedge = Wedge(self, lambda: not ctx.actions.blocked)
        self.wedge.scanned.connect(self.scan)
        self._lay_out()

    def title(self) -> str:
        """Give the page's name."""
        return _("Specimens")

    def _lay_out(self) -> None:
        t, head = theme(), QHBoxLayout()
        head.addWidget(self.headline)
        head.addStretch(1)
        head.addWidget(self.ward)
        head.addWidget(self.outpatients)
        head.addWidget(button(_("Without wristband"), self.by_hand, key=self.hint("specimen.by-hand")))
        head.addWidget(button(_("Cannot be used"), self.reject, key=self.hint("specimen.reject")))
        head.addWidget(button(_("Labels"), self.labels, key="L", kind="primary"))
        self.content.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        self.content.setSpacing(t.px(8))
        self.content.addLayout(head)
        self.content.addWidget(self.card)
        self.content.addWidget(self.pane, 1)

    # Content

    def load(self) -> None:
        """Learn which ward this is, then ask."""
        self.ward.load()

    def _ward_chosen(self, _ward: str) -> None:
        self.outpatients.setChecked(False)
        self._chosen()

    def refresh(self) -> None:
        """Ask what is to be drawn."""
        request = Collections(self.ward.ward, outpatients=self.outpatients.isChecked())
        self.ctx.tasks.ask(self, "laboratory.collections", request, self._show, latest="collections")

    def shows(self, changed: Changed) -> bool:
        """Follow orders, specimens, reports and beds."""
        return changed.touches(*ROWS)

    def _chosen(self) -> None:
        self._asked_here = True
        self.refresh()

    def _show(self, rows: tuple[CollectionRow, ...]) -> None:
        people = len({row.patient for row in rows})
        tubes = n_("{count} tube to be drawn", "{count} tubes to be drawn", len(rows))
        patients = n_("{count} patient", "{count} patients", people)
        whole = f"{tubes} · {patients}" if rows else tubes
        self._said = (whole, n_("{count} tube", "{count} tubes", len(rows)))
        self._say()
        mine, self._asked_here = self._asked_here, False
        (self.pane.set_rows if mine else self.pane.offer)(list(rows))

    def _say(self) -> None:
        self.headline.setText(self._said[self.width() < theme().px(NARROW)])
        self.headline.setAccessibleName(self._said[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less above the table where there is little room."""
        super().resizeEvent(event)
        self._say()

    def current(self) -> CollectionRow | None:
        """Give the tube in front."""
        row = self.pane.table.current()
        return row if isinstance(row, CollectionRow) else None

    # Labels

    def labels(self) -> None:
        """Number and print the labels of everything that is to be drawn from the patient in front."""
        row = self.current()
        if row is None:
            return
        same = [r for r in self.pane.table.rows_model.rows() if r.encounter == row.encounter]
        orders = tuple(dict.fromkeys(order for r in same for order in r.orders))
        numbers = tuple(dict.fromkeys(number for r in same for number in r.requests))
        request = LabelOrders(row.patient, orders)
        self.ctx.tasks.do(self, "laboratory.label", request, partial(self._labelled, numbers))

    def _labelled(self, numbers: tuple[str, ...], _changed: Changed) -> None:
        self._asked_here = True
        self.refresh()
        self.ctx.papers.print_signed(specimen_labels_of(*numbers))

    # Scanning

    def showEvent(self, event: QShowEvent) -> None:
        """Listen to the scanner while in sight."""
        super().showEvent(event)
        self.wedge.watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop listening."""
        super().hideEvent(event)
        self.wedge.rest()

    def scan(self, code: str) -> None:
        """Take a scan: a tube's number, or a wristband."""
        if scanned(code).upper().startswith(NUMBERED):
            request = CheckCollection(self._band, code)
            self.ctx.tasks.ask(self, "laboratory.check-collection", request, partial(self._compared, code))
        else:
            self._band = code
            self.ctx.tasks.ask(self, "laboratory.check-collection", CheckCollection(code), self._worn)

    def _worn(self, check: CollectionCheck) -> None:
        if check.wristband is None:
            self._band = ""
            self._alarm(check.problem, check)
            return
        self.card.say("note", _("Now scan the tube of {name}.", name=check.wristband.name), check)
        row = next(
            (r for r in self.pane.table.rows_model.rows() if r.patient == check.wristband.patient), None
        )
        if row is not None:
            self.pane.table.select(f"{row.key} {row.encounter}")

    def _compared(self, code: str, check: CollectionCheck) -> None:
        if check.agrees:
            self._take(Collect(code, self._band), check)
        elif check.problem:
            self._alarm(check.problem, check)
        else:
            self.card.say("note", _("Scan the wristband first, then the tube again."), check)

    def _take(self, request: Collect, check: CollectionCheck) -> None:
        def done(_changed: Changed) -> None:
            name = check.specimen.name if check.specimen is not None else ""
            time = self.ctx.clock.now().strftime("%H:%M")
            what = ", ".join(check.tests)
            self.card.say("done", _("Taken {time}: {name}, {what}", time=time, name=name, what=what), check)
            self._asked_here = True
            self.refresh()

        def refused(error: Exception) -> None:
            if isinstance(error, UserError):
                self._alarm(f"{error.message} {error.hint}".strip(), check)
            else:
                self.fail(error)

        self.ctx.tasks.do(self, "laboratory.collect", request, done, refused)

    def _alarm(self, text: str, check: CollectionCheck) -> None:
        self.card.say("stop", text, check)

    # Without a scanner

    def by_hand(self) -> None:
        """Take the tube in front without a wristband, with the reason."""
        row = self.current()
        if row is None or row.state is not OrderState.LABELLED:
            self.card.say("note", _("Print the label first, then choose its line."))
            return
        reasons = (
            Reason("torn", _("The wristband is missing or cannot be read"), "qs", 1),
            Reason("scanner", _("The scanner does not work"), "smq", 2),
            Reason("isolated", _("The patient is isolated"), "gl", 3),
        )
        title = _("Take without a wristband: {name}", name=row.name)
        explain = _("Ask for name and date of birth. The reason is kept.")
        question = Question(title, explain, _("Taken"), reasons)
        self._ask(question, lambda answer: self._taken_by_hand(row, answer))

    def _taken_by_hand(self, row: CollectionRow, answer: Answer) -> None:
        why = " ".join(part for part in (answer.reason_text, answer.text) if part)
        check = CollectionCheck(number=row.key, tests=row.tests)
        request = Collect(row.key, "", row.patient, why)
        self.ctx.tasks.ask(
            self,
            "laboratory.check-collection",
            CheckCollection("", row.key),
            lambda found: self._take(request, replace(found, tests=check.tests)),
        )

    def reject(self) -> None:
        """Say that a specimen cannot be used, by its number."""
        row = self.current()
        reasons = (
            Reason("haemolysed", _("Haemolysed"), "rx", 1),
            Reason("clotted", _("Clotted"), "ng", 2),
            Reason("little", _("Too little"), "lbz", 3),
            Reason("tube", _("Wrong tube"), "cg", 4),
            Reason("lost", _("Lost or broken"), "ps", 5),
        )
        question = Question(
            _("This specimen cannot be used"),
            _("Scan or type its number. Its orders wait for another one."),
            _("Reject"),
            reasons,
            amount=row.key if row is not None and row.state is OrderState.LABELLED else "",
            amount_label=_("Specimen number"),
        )
        self._ask(question, self._rejected)

    def _rejected(self, answer: Answer) -> None:
        why = " ".join(part for part in (answer.reason_text, answer.text) if part)
        request = RejectSpecimen(answer.amount, why)
        self.ctx.tasks.do(self, "laboratory.reject", request, self._done)

    def _ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        sheet = ReasonSheet(self.ctx.notices.sheet_host(), question)

        def answered(answer: Answer) -> None:
            sheet.dismiss()
            then(answer)

        sheet.answered.connect(answered)
        sheet.open()

    def _done(self, _changed: Changed) -> None:
        self._asked_here = True
        self.refresh()

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus the worklist, or where it is drawn."""
        target = self.pane.table if number == 1 else self.ward
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def renew(self) -> None:
        """Show what was held back, then look whether there is more."""
        self.pane.table.take_waiting()
        self._asked_here = True
        self.refresh()

    def page_actions(self) -> list[Action]:
        """Give what can be done with the worklist."""
        collects = Permission.SPECIMEN_COLLECT
        return [
            Action("specimen.labels", "Labels", self.labels, collects, lambda: self.current() is not None),
            Action("specimen.by-hand", "Without wristband", self.by_hand, collects, hint=False),
            Action("specimen.reject", "Cannot be used", self.reject, collects, hint=False),
            Action("list.refresh", "Refresh", self.renew, icon="refresh-cw"),
        ]
