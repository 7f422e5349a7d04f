"""The temperature chart of a stay: the page as it is printed, or its values as a table; measuring and correcting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.temperature_parts.canvas import ChartCanvas
from ui.pages.temperature_parts.entry import EntryRow
from ui.pages.temperature_parts.sheets import CorrectSheet, EventSheet
from ui.pages.temperature_parts.takings import taking_columns
from ui.theme import theme
from ui.widgets.buttons import button, icon_button
from ui.widgets.empty_state import EmptyState
from ui.widgets.form_sheet import FormSheet
from ui.widgets.labels import label
from ui.widgets.table_pane import TablePane
from workstation.chart.temperature import ChartPage
from workstation.core.drafts import Draft
from workstation.core.events import Changed
from workstation.core.i18n import _, language
from workstation.core.settings import SITE_NAME
from workstation.printing.documents import TemperatureChart
from workstation.printing.drawing import Drawing
from workstation.security.permissions import Permission
from workstation.vitals.model import AddEvent, AskChart, Correct, RemoveEvent, TakingRow

CHART, TABLE = 0, 1
VERBS: Final = {Correct: "vitals.correct", AddEvent: "vitals.add-event", RemoveEvent: "vitals.remove-event"}


def _key(row: TakingRow) -> str:
    return row.at


class TemperatureChartPage(Page):
    """One page of seven days at a time."""

    id = "temperature-chart"
    icon = "activity"
    draft_kind = "vitals-row"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self._number = 0
        self._page: ChartPage | None = None
        self.canvas = ChartCanvas(_("Temperature chart"))
        self.scroller = QScrollArea()
        self.scroller.setWidget(self.canvas)
        self.scroller.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pane = TablePane(
            taking_columns(ctx.clock.now),
            _key,
            _("What was measured"),
            EmptyState(_("Nothing was measured in these seven days.")),
        )
        self.pane.table.opened.connect(self._correct_row)
        self.entry = EntryRow(ctx, patient or PatientContext("", ""), self)
        self.entry.edited.connect(self.touched)
        self.entry.recorded.connect(self._recorded)
        self.views = QStackedWidget()
        self.views.addWidget(self.scroller)
        self.views.addWidget(self.pane)
        self._lay_out()

    def title(self) -> str:
        """Give the page's name."""
        return _("Temperature chart")

    def _lay_out(self) -> None:
        t = theme()
        line = QHBoxLayout()
        line.setSpacing(t.px(6))
        self.earlier = icon_button("chevron-left", _("Earlier page"), partial(self.turn, -1), self)
        self.later = icon_button("chevron-right", _("Later page"), partial(self.turn, 1), self)
        self.place = label("", bold=True)
        line.addWidget(self.earlier)
        line.addWidget(self.place)
        line.addWidget(self.later)
        line.addStretch(1)
        self.as_table = button(
            _("As a table"), self.toggle, key=self.hint("temperature-chart.table"), parent=self
        )
        self.as_table.setCheckable(True)
        line.addWidget(self.as_table)
        if self._may_record():
            enter = button(_("Measure"), self.measure, key=self.hint("vitals.enter"), parent=self)
            event = button(
                _("Operation or delivery"),
                self.note_event,
                key=self.hint("temperature-chart.event"),
                parent=self,
            )
            line.addWidget(enter)
            line.addWidget(event)
        self.print_button = button(
            _("Print"), self.preview, key=self.hint("document.preview"), icon="printer", parent=self
        )
        line.addWidget(self.print_button)
        self.content.setContentsMargins(t.px(8), t.px(6), t.px(8), t.px(4))
        self.content.setSpacing(t.px(6))
        self.content.addLayout(line)
        self.content.addWidget(self.entry)
        self.content.addWidget(self.views, 1)

    def _may_record(self) -> bool:
        actor = self.ctx.desk.actor
        return actor is not None and actor.may(Permission.VITALS_RECORD)

    # Asking

    def load(self) -> None:
        """Ask for the page and its table, and show them."""
        self._ask(self.pane.set_rows)

    def refresh(self) -> None:
        """Ask again; hands in the table are not disturbed."""
        self._ask(self.pane.offer)

    def on_changed(self, changed: Changed) -> None:
        """Take news without touching what is typed."""
        if self.closed or not self.shows(changed):
            return
        if self.isVisible():
            self.refresh()
        else:
            self.stale = True

    def _ask(self, show: Callable[[Sequence[TakingRow]], None]) -> None:
        """Ask for the page and draw it, both off the main thread; ask for its table."""
        if self.patient is None:
            return
        desk, request = self.ctx.desk, AskChart(self.patient.id, self.patient.encounter, self._number)
        tongue: Literal["zh", "en"] = "zh" if language() == "zh_CN" else "en"

        def made() -> tuple[ChartPage, Drawing]:
            from workstation.printing.forms import load_form
            from workstation.printing.temperature_layout import drawing, for_screen

            page: ChartPage = desk.ask("vitals.chart", request)
            paper = TemperatureChart(tongue, desk.setting(SITE_NAME), page)
            return page, drawing(paper, for_screen(load_form("temperature_chart", tongue)))

        self.ctx.tasks.run(self, made, self._show)
        self.ctx.tasks.ask(self, "vitals.takings", request, show, latest="takings")

    def _show(self, found: tuple[ChartPage, Drawing]) -> None:
        page, drawn = found
        if self._number and page.number != self._number:
            return
        self._page, self._number = page, page.number
        self.place.setText(_("Page {page} of {pages}", page=page.number, pages=page.pages))
        self.earlier.setEnabled(page.number > 1)
        self.later.setEnabled(page.number < page.pages)
        self.canvas.show_drawing(drawn, spoken(page))
        self._fit()

    def turn(self, step: int) -> None:
        """Go to the page before or after."""
        if self._page is not None and 1 <= self._page.number + step <= self._page.pages:
            self._number = self._page.number + step
            self.load()

    def toggle(self) -> None:
        """Show the table instead of the drawing, or the drawing again."""
        table = self.views.currentIndex() == CHART
        self.views.setCurrentIndex(TABLE if table else CHART)
        self.as_table.setChecked(table)
        (self.pane.table if table else self.canvas).setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Measuring and correcting

    def measure(self) -> None:
        """Open the row for this patient's signs."""
        self.entry.open()

    def record(self) -> None:
        """Record what is typed in the row."""
        self.entry.record()

    def _recorded(self) -> None:
        self.committed()
        self._number = 0
        self.load()
        self.focus_region(1)

    def correct(self) -> None:
        """Correct a value of the taking in focus; from the drawing, go to the table first."""
        if self.views.currentIndex() == CHART:
            self.toggle()
            return
        row = self.pane.table.current()
        if row is not None:
            self._correct_row(row)

    def _correct_row(self, row: TakingRow) -> None:
        if self.patient is not None and row.readings and self._may_record():
            host, now = self.ctx.notices.sheet_host(), self.ctx.clock.now()
            self._open(CorrectSheet(host, self.patient.id, row, now))

    def note_event(self) -> None:
        """Note an operation or delivery, or take one back."""
        if self.patient is not None and self._page is not None:
            host, now = self.ctx.notices.sheet_host(), self.ctx.clock.now()
            self._open(EventSheet(host, self.patient, self._page.events, now))

    def _open(self, sheet: FormSheet) -> None:
        def done(request: object) -> None:
            self.ctx.tasks.do(
                self, VERBS[type(request)], request, lambda _changed: self._did(sheet), sheet.failed
            )

        sheet.accepted.connect(done)
        sheet.open()

    def _did(self, sheet: FormSheet) -> None:
        sheet.dismiss()
        sheet.deleteLater()
        self.load()

    def preview(self) -> None:
        """Show the paper of this page, to be printed."""
        if self._page is not None and self.patient is not None:
            stay, number = self.patient.encounter, self._page.number
            self.ctx.papers.preview(f"Encounter/{stay}/temperature-chart/{number}")

    # Drafts

    def draft_body(self) -> dict[str, Any]:
        """Give what is typed in the row."""
        return {"rows": self.entry.keeper.typed()}

    def restore_draft(self, draft: Draft) -> None:
        """Open the row with what was typed before."""
        rows = draft.body.get("rows", {})
        kept = rows.get(self.patient.id) if self.patient is not None else None
        if kept:
            self.entry.open()
            self.ctx.tasks.when_settled(self, partial(self.entry.retype, kept))

    # Sight and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the chart be as wide as the page."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        bar = self.scroller.verticalScrollBar().sizeHint().width()
        self.canvas.fit(max(self.views.width() - bar - theme().px(2), 1))

    def focus_region(self, number: int) -> None:
        """Focus the chart or its table; 2 is the row for measuring."""
        shown = self.canvas if self.views.currentIndex() == CHART else self.pane.table
        target = self.entry.grid if number == 2 and self.entry.isVisible() else shown
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def unsigned(self) -> list[str]:
        """Name the row that is typed and not recorded."""
        return [_("Vital signs typed and not recorded")] if self.entry.model.typed_rows() else []

    def page_actions(self) -> list[Action]:
        """Give what can be done with the chart."""
        found = [
            Action("temperature-chart.table", "As a table", self.toggle),
            Action("temperature-chart.earlier", "Earlier page", partial(self.turn, -1), hint=False),
            Action("temperature-chart.later", "Later page", partial(self.turn, 1), hint=False),
            Action("document.preview", "Print", self.preview, Permission.DOCUMENT_PRINT, icon="printer"),
        ]
        if self._may_record():
            found += [
                Action("vitals.enter", "Measure", self.measure),
                Action("work.sign", "Record", self.record, enabled=self.entry.isVisible),
                Action(
                    "vitals.not-measured",
                    "Not measured",
                    self.entry.not_measured,
                    enabled=self.entry.isVisible,
                    hint=False,
                ),
                Action("temperature-chart.correct", "Correct a value", self.correct),
                Action("temperature-chart.event", "Operation or delivery", self.note_event),
            ]
        return found


def spoken(page: ChartPage) -> str:
    """Say what stands in a page, for who cannot see it; the table has every value."""
    parts = [
        _("Page {page} of {pages}", page=page.number, pages=page.pages),
        _("from {first} to {last}", first=page.days[0].date, last=page.days[-1].date),
    ]
    values = [mark.value for mark in page.temperatures]
    if values:
        parts.append(_("temperature {low} to {high} °C", low=min(values), high=max(values)))
    rates = [mark.value for mark in page.pulses]
    if rates:
        parts.append(_("pulse {low} to {high}", low=min(rates), high=max(rates)))
    parts.append(_("The table has every value."))
    return ", ".join(parts)
