"""The administration chart of one patient (MAR): scan the wristband, scan the label, Enter; or choose on the chart."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.nursing_parts import words
from ui.pages.nursing_parts.actual_sheet import ActualSheet, Asked
from ui.pages.nursing_parts.asking import Asking
from ui.pages.nursing_parts.giving import Giving
from ui.pages.nursing_parts.mar_glyphs import LegendMark
from ui.pages.nursing_parts.mar_layout import LEAST
from ui.pages.nursing_parts.mar_news import changes
from ui.pages.nursing_parts.mar_view import MarChart
from ui.pages.nursing_parts.rights_panel import WIDTH, RightsPanel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import FlowRow
from ui.widgets.freeze_bar import FreezeBar
from ui.widgets.labels import label
from ui.widgets.wedge import Wedge
from workstation.core.days import written_date
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.nursing.model import AskAdministration
from workstation.nursing.rows import Cell, CellState, MarView
from workstation.security.permissions import Permission


class AdministrationPage(Page):
    """The chart, the five rights beside it, and the keys of the bedside."""

    id = "administration"
    icon = "pill"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.encounter = patient.encounter if patient is not None else ""
        self.day: date | None = None
        self.view: MarView | None = None
        self._held: MarView | None = None
        self.left = QWidget()
        self.chart = MarChart()
        self.panel = RightsPanel(self.hint)
        self.bar = FreezeBar()
        self.lock = StatusChip("caution")
        self.days = label("", "section", bold=True)
        self.as_of = label("", "label", color="label")
        self.nothing = EmptyState(_("No medicine was ordered for this stay yet."), "pill")
        self.asking = Asking(ctx, self, self.sheet_host)
        self.giving = Giving(self)
        self.wedge = Wedge(self, self._scans_wanted)
        self._lay_out()
        self.chart.opened.connect(self.giving.choose)
        self.bar.refresh.connect(self.renew)
        self.wedge.scanned.connect(self.giving.scanned)

    def title(self) -> str:
        """Give the page's name."""
        return _("Administration")

    def _lay_out(self) -> None:
        t = theme()
        head = QHBoxLayout()
        head.setSpacing(t.px(8))
        head.addWidget(self.lock)
        head.addStretch(1)
        head.addWidget(
            button("‹", lambda: self._go(-1), kind="quiet", key=self.hint("administration.earlier"))
        )
        head.addWidget(self.days)
        head.addWidget(button("›", lambda: self._go(1), kind="quiet", key=self.hint("administration.later")))
        head.addWidget(self.as_of)
        legend = FlowRow()
        for state in CellState:
            legend.add(LegendMark(state))
        left = QVBoxLayout(self.left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(t.px(4))
        left.addWidget(self.bar)
        left.addWidget(self.chart, 1)
        left.addWidget(self.nothing, 1)
        left.addWidget(legend)
        body = QHBoxLayout()
        body.setSpacing(t.px(8))
        body.addWidget(self.left, 1)
        body.addWidget(self.panel)
        self.content.setContentsMargins(t.px(8), t.px(6), t.px(8), t.px(4))
        self.content.setSpacing(t.px(6))
        self.content.addLayout(head)
        self.content.addLayout(body, 1)
        self.nothing.hide()

    def sheet_host(self) -> QWidget:
        """Give what a sheet covers: the page, never the banner."""
        return self

    # Content

    def load(self) -> None:
        """Ask for the chart and the reasons."""
        self.asking.load()
        self._request(self._show)

    def refresh(self) -> None:
        """Ask again after one's own act: nothing waits."""
        self._request(self._show)

    def _request(self, then: object) -> None:
        if self.patient is None or not callable(then):
            return
        day = self.day.isoformat() if self.day is not None else ""
        request = AskAdministration(self.patient.id, self.encounter, day)
        self.ctx.tasks.ask(self, "nursing.administration", request, then, latest="chart")

    def _show(self, view: MarView) -> None:
        self.view, self._held = view, None
        self.bar.set_text("")
        now = self.ctx.clock.now()
        self.chart.show_view(view, now)
        self.fit()
        self.days.setText(written_date(self._middle()))
        self.as_of.setText(_("as of {time} (24 h)", time=words.clock(view.as_of, now)))
        self.show_lock()
        self._go_to_asked()

    def fit(self) -> None:
        """Show the chart beside the five rights, or make way for them where there is no room for both."""
        rows = self.view is not None and bool(self.view.rows)
        beside = self.width() >= theme().px(LEAST + WIDTH + 32)
        taken = self.panel.view is not None and not beside
        self.panel.take_room(whole=taken)
        self.left.setVisible(not taken)
        self.chart.setVisible(rows)
        self.nothing.setVisible(not rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room out again."""
        super().resizeEvent(event)
        self.fit()

    def _go_to_asked(self) -> None:
        """Go to the dose that was chosen on a list, and take it in hand."""
        bedside = self.ctx.bedside
        if bedside.encounter == self.encounter and bedside.slot:
            slot, bedside.slot = bedside.slot, ""
            if self.chart.go_to(slot):
                self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def _middle(self) -> date:
        return self.day or self.ctx.clock.now().date()

    def _go(self, step: int) -> None:
        """Show another day in the middle; the day of today is the one that follows the clock."""
        there = self._middle() + timedelta(days=step)
        self.day = None if there == self.ctx.clock.now().date() else there
        self._request(self._show)

    def show_lock(self) -> None:
        """Say whether a wristband holds this chart."""
        if self.giving.wristband:
            self.lock.set("done", _("Wristband scanned: {number}", number=self.giving.wristband))
        else:
            self.lock.set("caution", _("Wristband not scanned"))
        self.lock.adjustSize()

    def who_text(self) -> str:
        """Name the patient for a sheet."""
        return words.named(self.view.who) if self.view is not None else ""

    def facts_of(self, slot: str) -> tuple[str, ...]:
        """Give the ids of everything that stands recorded for a planned dose, all lines of its unit."""
        rows = self.view.rows if self.view is not None else ()
        cells: list[Cell] = [cell for row in rows for cell in row.cells if cell.slot == slot]
        return tuple(fact.id for cell in cells for fact in cell.facts)

    # News

    def on_changed(self, changed: Changed) -> None:
        """Take news: facts show at once; a changed order freezes the chart and says what changed.

        One's own acts here ask for the chart themselves, so that each look is audited once.
        """
        if self.closed or not self.shows(changed):
            return
        if (
            self.isVisible()
            and self._is_mine(changed)
            and changed.touches("MedicationAdministration", "Task")
        ):
            return
        if not self.isVisible():
            self.stale = True
        else:
            self._request(self._news)

    def _news(self, view: MarView) -> None:
        said = changes(self.view, view, self.ctx.clock.now()) if self.view is not None else ""
        if not said:
            held = self.bar.text()
            if not held:
                self._show(view)
            return
        self._held = view
        self.bar.set_text(said)

    def renew(self) -> None:
        """Show what was held back, or ask again."""
        if self._held is not None:
            self._show(self._held)
        else:
            self.refresh()

    # Scans

    def _scans_wanted(self) -> bool:
        return not self.closed and not self.ctx.actions.blocked

    def showEvent(self, event: QShowEvent) -> None:
        """Listen to the scanner while in sight; show a lock that came with the chart."""
        super().showEvent(event)
        self.wedge.watch()
        self.show_lock()
        if self.view is not None:
            self._go_to_asked()

    def hideEvent(self, event: QHideEvent) -> None:
        """Put the dose down and let the wristband go: whoever comes back scans again."""
        self.wedge.rest()
        if self._loaded and not self.closed:
            self.giving.drop()
            if self.ctx.bedside.encounter == self.encounter:
                self.ctx.bedside.clear()
        super().hideEvent(event)

    def shut(self) -> None:
        """Close for good."""
        self.wedge.rest()
        super().shut()

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus the chart."""
        self.chart.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def actual(self) -> None:
        """Record what really happened with the current dose."""
        row, cell = self.chart.row(), self.chart.cell()
        if row is None or cell is None or cell.facts or self.view is None:
            return
        lines = tuple(r.line for r in self.view.rows if any(c.slot == cell.slot for c in r.cells))
        asked = Asked(cell.slot, self.encounter, self.who_text(), lines)
        sheet = ActualSheet(self, asked, self.asking.reasons.get("actual", ()), self.ctx.clock.now())

        def accepted(request: object) -> None:
            def done(_changed: Changed) -> None:
                sheet.dismiss()
                self.giving.drop()
                self.refresh()

            self.ctx.tasks.do(self, "nursing.record-actual", request, done, sheet.failed)

        sheet.accepted.connect(accepted)
        sheet.open()

    @staticmethod
    def _free() -> bool:
        """Say whether Space is free: on a button it presses the button."""
        return not isinstance(QApplication.focusWidget(), QAbstractButton | QComboBox)

    def _has_cell(self) -> bool:
        return self.chart.cell() is not None

    def _is_open(self) -> bool:
        cell = self.chart.cell()
        return cell is not None and (not cell.facts or cell.state is CellState.RUNNING)

    def _is_recorded(self) -> bool:
        cell = self.chart.cell()
        return cell is not None and bool(cell.facts)

    def _in_hand(self) -> bool:
        return self.panel.view is not None

    def page_actions(self) -> list[Action]:
        """Give what can be done with the current dose."""
        give, g = Permission.ORDER_EXECUTE, self.giving
        return [
            Action("list.refresh", "Refresh", self.renew, icon="refresh-cw"),
            Action("dose.by-hand", "Give by hand", g.choose, give, self._free, hint=False),
            Action("dose.not-given", "Not given", g.not_given, give, self._is_open, hint=False),
            Action("dose.late", "Late reason", g.late, give, self._in_hand, hint=False),
            Action("dose.actual", "What happened", self.actual, give, self._has_cell, hint=False),
            Action("dose.correct", "Entered in error", g.correct, give, self._is_recorded, hint=False),
            Action("dose.drop", "Back", g.drop, None, self._in_hand, hint=False),
            Action("administration.earlier", "Earlier", lambda: self._go(-1), hint=False),
            Action("administration.later", "Later", lambda: self._go(1), hint=False),
        ]
