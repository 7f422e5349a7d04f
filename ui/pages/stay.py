"""The first page of a stay: where the patient lies and in whose charge, what is ordered, measured, reported and due."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.outpatient_parts.region import Region
from ui.pages.outpatient_parts.rich_lines import LineList
from ui.pages.ward_parts.acts import StayActs
from ui.pages.ward_parts.admit_sheet import source_text
from ui.pages.ward_parts.discharge_sheet import disposition_text
from ui.pages.ward_parts.stay_lines import (
    due_title,
    moment_text,
    orders_title,
    show_allergies,
    show_diagnoses,
    show_due,
    show_orders,
    show_results,
    show_vitals,
)
from ui.pages.ward_parts.transfer_sheet import Subject
from ui.pages.ward_parts.words import day_text
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, Travelled
from ui.widgets.table_model import Badge, Run
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.inpatient.model import AskStay, Disposition, Source
from workstation.inpatient.rows import StayRow, StayView
from workstation.security.permissions import Permission
from workstation.terminology.doses import keep

MINUTE_MS = 60_000
WIDE = 1080
RUNNING = ("in-progress", "onleave")


class StayPage(Page):
    """See the module."""

    id = "stay"
    icon = "bed-double"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.about = patient or PatientContext("", "")
        self.view: StayView | None = None
        self.acts = StayActs(self, lambda _encounter: self.refresh())
        self.stay, self.clinical = LineList(_("Inpatient stay")), LineList(_("Vital signs and results"))
        self.tasks, self.orders = LineList(_("What is due")), LineList(_("Running orders"))
        self.regions = (
            Region(1, _("Inpatient stay"), "bed-double", self.stay),
            Region(2, _("Vital signs and results"), "activity", self.clinical),
            Region(3, _("What is due"), "clock", self.tasks),
            Region(4, _("Running orders"), "clipboard-list", self.orders),
        )
        for region in self.regions:
            region.wanted.connect(self.focus_region)
        self.keys = QHBoxLayout()
        self._grid = QGridLayout()
        self._lay_out()
        self._minutes = QTimer(self, interval=MINUTE_MS)
        self._minutes.timeout.connect(self._tick)
        self._minutes.start()

    def title(self) -> str:
        """Give the page's name."""
        return _("Inpatient stay")

    # Layout

    def _lay_out(self) -> None:
        t = theme()
        self._grid.setSpacing(t.px(6))
        self._arrange()
        self.keys.setSpacing(t.px(8))
        self.keys.addStretch(1)
        hint = self.hint
        if self._may(Permission.DOCUMENT_PRINT):
            self.keys.addWidget(
                button(_("Wristband"), self.wristband, key=hint("stay.wristband"), icon="printer")
            )
        self.moving: list[QPushButton] = []
        if self.acts.may():
            self.moving = [
                button(_("Who is in charge"), self.assign, key=hint("stay.assign")),
                button(_("Transfer"), self.transfer, key=hint("stay.transfer")),
                button(_("Discharge"), self.discharge, key=hint("stay.discharge")),
            ]
        for each in self.moving:
            self.keys.addWidget(each)
        self.content.setSpacing(t.px(6))
        self.content.addLayout(self._grid, 1)
        self.content.addLayout(self.keys)

    def _arrange(self) -> None:
        """Three columns where there is room: the stay, the signs over the tasks, the orders; else two rows of two."""
        wide = self.width() >= theme().px(WIDE)
        places = ((0, 0, 2), (0, 1, 1), (1, 1, 1), (0, 2, 2)) if wide else (
            (0, 0, 1),
            (0, 1, 1),
            (1, 0, 1),
            (1, 1, 1),
        )  # fmt: skip
        for region, (row, column, span) in zip(self.regions, places, strict=True):
            self._grid.addWidget(region, row, column, span, 1)
        for column, share in enumerate((3, 3, 4) if wide else (1, 1, 0)):
            self._grid.setColumnStretch(column, share)
        self._grid.setRowStretch(0, 1)
        self._grid.setRowStretch(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew where the width asks for it."""
        super().resizeEvent(event)
        if (event.oldSize().width() >= theme().px(WIDE)) != (event.size().width() >= theme().px(WIDE)):
            self._arrange()

    # Content

    def load(self) -> None:
        """Ask for the stay."""
        request = AskStay(self.about.id, self.about.encounter)
        self.ctx.tasks.ask(self, "inpatient.stay", request, self._show, latest="stay")

    def _tick(self) -> None:
        if self.isVisible():
            self.refresh()

    def shows(self, changed: Changed) -> bool:
        """Follow the patient, and the beds and wards the stay is in."""
        return super().shows(changed) or changed.touches("Location")

    def _show(self, view: StayView) -> None:
        self.view = view
        now = self.ctx.clock.now()
        at = {pane: pane.verticalScrollBar().value() for pane in self._panes()}
        for pane in self._panes():
            pane.clear()
        self._show_stay(view, now)
        self.regions[2].set_title(due_title(view))
        self.regions[3].set_title(orders_title(view))
        show_vitals(self.clinical, view.vitals)
        show_results(self.clinical, view.results, now)
        show_due(self.tasks, view.due, now)
        show_orders(self.orders, view.orders, now)
        for pane, value in at.items():
            pane.verticalScrollBar().setValue(value)
        for each in self.moving:
            each.setEnabled(view.row.status in RUNNING)

    def _panes(self) -> tuple[LineList, ...]:
        return (self.stay, self.clinical, self.tasks, self.orders)

    def _show_stay(self, view: StayView, now: datetime) -> None:
        row, line = view.row, self.stay.line
        show_allergies(self.stay, view.allergies)
        if row.status not in RUNNING:
            line((), (Badge("note", _("Discharged")),))
        self.stay.heading(_("Ward and bed"))
        bed = _("Bed {number}", number=row.bed_number) if row.bed_number else _("Without a bed")
        line((Run(keep(f"{row.ward_name} {bed}"), bold=True), Run(f"  {row.department}", color="text2")))
        self._facts(row, now)
        show_diagnoses(self.stay, view)
        if len(row.places) > 1:
            self.stay.heading(_("Beds so far"))
        for place in row.places if len(row.places) > 1 else ():
            where = keep(f"{place.ward} {place.bed}")
            until = f" – {moment_text(place.end, now)}" if place.end else ""
            said = f"  {moment_text(place.start, now)}{until}"
            why = f"  {place.reason}" if place.reason else ""
            line((Run(where), Run(said, color="text2"), Run(why)))
        state = row.travelled.state
        journey = Journey(Travelled(state) if state else Travelled.LOCAL)
        line((Run(journey.words(), color="text2"),))

    def _facts(self, row: StayRow, now: datetime) -> None:
        until = moment_text(row.end, now) if row.end else ""
        source = source_text(Source(row.source)) if row.source in set(Source) else row.source
        known = row.disposition in set(Disposition)
        facts = (
            (_("Stay no."), row.number),
            (_("Admitted"), f"{moment_text(row.start, now)} · {day_text(row.day)}"),
            (_("Comes from"), " ".join(filter(None, (source, row.from_visit)))),
            (_("Doctor in charge"), row.doctor),
            (_("Primary nurse"), row.nurse),
            (_("Discharged at"), until),
            (_("Goes"), disposition_text(Disposition(row.disposition)) if known else row.disposition),
        )
        for name, value in facts:
            if value:
                self.stay.line((Run(f"{name}  ", color="label"), Run(value, bold=True)))

    def _may(self, permission: Permission) -> bool:
        actor = self.ctx.desk.actor
        return actor is not None and actor.may(permission)

    # Acts

    def subject(self) -> Subject | None:
        """Give the stay as the sheets need it, while it is running."""
        row = self.view.row if self.view is not None else None
        if row is None or row.status not in RUNNING:
            return None
        return Subject(
            row.encounter,
            row.patient,
            self.about.name,
            row.ward,
            row.ward_name,
            row.bed_number,
            row.doctor,
            row.nurse,
        )

    def transfer(self) -> None:
        """Move the patient."""
        if (subject := self.subject()) is not None:
            self.acts.transfer(subject)

    def assign(self) -> None:
        """Say who is in charge."""
        if (subject := self.subject()) is not None:
            self.acts.assign(subject)

    def discharge(self) -> None:
        """Discharge the patient."""
        if (subject := self.subject()) is not None:
            self.acts.discharge(subject)

    def wristband(self) -> None:
        """Show the wristband before it is printed."""
        self.acts.wristband(self.about.encounter)

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus one of the four panes."""
        if 1 <= number <= len(self.regions):
            self.regions[number - 1].body.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def page_actions(self) -> list[Action]:
        """Give what can be done with the stay."""
        manage = Permission.STAY_MANAGE

        def is_running() -> bool:
            return self.subject() is not None

        moves = (
            ("stay.transfer", "Transfer", self.transfer, "bed-double"),
            ("stay.assign", "Who is in charge", self.assign, "users"),
            ("stay.discharge", "Discharge", self.discharge, "log-out"),
        )
        printed = Permission.DOCUMENT_PRINT
        return [
            *(
                Action(id_, title, run, manage, is_running, patient_bound=True, icon=icon)
                for id_, title, run, icon in moves
            ),
            Action(
                "stay.wristband", "Wristband", self.wristband, printed, patient_bound=True, icon="printer"
            ),
            Action("list.refresh", "Refresh", self.refresh, icon="refresh-cw"),
        ]
