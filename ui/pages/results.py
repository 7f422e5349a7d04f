"""The laboratory results of a patient: reports day by day, tests × times, a trend, reading, and critical values.

Enter reads and goes on, A acts, Space shows the trend. A critical value is answered before anything else.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.notices import Choice
from ui.page import Page
from ui.pages.laboratory_parts import report_list, result_table
from ui.pages.laboratory_parts.critical_sheet import CriticalSheet
from ui.pages.laboratory_parts.order_acts import OrderActs
from ui.pages.laboratory_parts.report_list import EVERYTHING, Entry, ReportList, about_report
from ui.pages.laboratory_parts.result_table import Line
from ui.pages.laboratory_parts.trend_chart import TrendChart
from ui.theme import theme
from ui.widgets.banner import PatientBanner
from ui.widgets.buttons import button
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.stack import Stack
from ui.widgets.table import Column, DenseTable
from workstation.core.clock import instant
from workstation.core.errors import UserError
from workstation.core.events import Changed, Level, Notice
from workstation.core.i18n import _, n_
from workstation.laboratory.model import Acknowledge, OrdersOf, Results, Trend
from workstation.laboratory.rows import OrderRow, ReportRow, ResultsView, TrendView
from workstation.security.permissions import Permission

ROWS = ("DiagnosticReport", "Observation", "ServiceRequest", "Specimen", "Task")
LIST_WIDTH = 268
FIXED, TIME = 400, 96
PARTED, PARTED_TIME = 530, 110
CRITICAL = "critical"
SEEN_MS = 700


class ResultsPage(Page):
    """See the module. Regions: 1 the reports, 2 the table, 3 the trend."""

    id = "results"
    icon = "flask-conical"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.about = patient or PatientContext("", "")
        self.view = ResultsView((), (), ())
        self.orders: tuple[OrderRow, ...] = ()
        self.acts = OrderActs(self, self.about)
        self._asked_columns: tuple[str, ...] = ()
        self._chosen, self._in_sight = False, QElapsedTimer()
        self._in_sight.start()
        self.list = ReportList(report_list.columns(), lambda e: e.key, _("Reports"))
        self.list.horizontalHeader().hide()
        self.table = self._make_table([])
        self.chart = TrendChart(ctx.clock)
        self.chart.hide()
        self.heading, self.about_report = (
            label("", "section", bold=True, wrap=True),
            label("", color="text2", wrap=True),
        )
        self.read = button(_("Read"), self.read_next, key="Enter", kind="primary", parent=self)
        self.act = button(_("Act"), self.act_on, key=self.hint("results.act") or "A", parent=self)
        self.empty = EmptyState(_("No laboratory result yet."), "flask-conical")
        self.stack = Stack()
        self._lay_out()
        self._connect()

    def title(self) -> str:
        """Give the page's name."""
        return _("Results")

    # Layout

    def _lay_out(self) -> None:
        t = theme()
        head, texts = QHBoxLayout(), QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.heading)
        texts.addWidget(self.about_report)
        head.addLayout(texts, 1)
        head.addWidget(self.act, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.read, 0, Qt.AlignmentFlag.AlignTop)
        right, self._right = QWidget(), QVBoxLayout()
        right.setLayout(self._right)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(t.px(6))
        self._right.addLayout(head)
        self._right.addWidget(self.table, 1)
        self._right.addWidget(self.chart)
        body, row = QWidget(), QHBoxLayout()
        body.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.px(8))
        row.addWidget(self.list)
        row.addWidget(right, 1)
        self.list.setFixedWidth(t.px(LIST_WIDTH))
        self.stack.addWidget(self.empty)
        self.stack.addWidget(body)
        self._body = body
        self.content.addWidget(self.stack, 1)

    def _make_table(self, columns: list[Column]) -> DenseTable:
        table = DenseTable(columns, lambda line: line.row.key, _("Values"))
        table.rows_model.speak = result_table.sentence
        table.opened.connect(lambda _line: self.read_next())
        table.peeked.connect(lambda _line: self.toggle_trend())
        table.picked.connect(self._line_picked)
        return table

    def _connect(self) -> None:
        self.list.picked.connect(self._entry_picked)
        self.list.opened.connect(lambda _entry: self.read_next())
        self.list.cancelled.connect(self.acts.cancel)
        self.list.labels.connect(self.acts.labels)
        self.list.slip.connect(self.acts.slip)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the list narrow where there is little room."""
        super().resizeEvent(event)
        wide = theme().px(LIST_WIDTH)
        self.list.setFixedWidth(min(wide, max(self.width() // 3, theme().px(180))))
        self.chart.fit(self.height())
        if self.view.times:
            self._show_entry()

    # Content

    def load(self) -> None:
        """Ask for orders and results."""
        tasks, about = self.ctx.tasks, self.about
        tasks.ask(
            self, "laboratory.orders", OrdersOf(about.id, about.encounter), self._show_orders, latest="orders"
        )
        tasks.ask(self, "laboratory.results", Results(about.id), self._show_results, latest="results")

    def shows(self, changed: Changed) -> bool:
        """Follow orders, specimens, reports and what is written about them."""
        return changed.touches(*ROWS, patient=self.about.id)

    def _show_orders(self, rows: tuple[OrderRow, ...]) -> None:
        self.orders = rows
        self._show()

    def _show_results(self, view: ResultsView) -> None:
        self.view = view
        self._show()

    def _show(self) -> None:
        now = self.ctx.clock.now()
        found = report_list.entries(self.view.reports, self.orders, now)
        self.list.set_rows(found)
        some = len(found) > 1 or bool(self.view.rows)
        self.stack.setCurrentWidget(self._body if some else self.empty)
        unread = sum(1 for report in self.view.reports if report.unread)
        self.list.setAccessibleName(n_("Reports, {count} not read", "Reports, {count} not read", unread))
        if not self._chosen or self.list.current() is None:
            self._choose_first()
        self._show_entry()

    def _choose_first(self) -> None:
        """Begin with what cannot wait: an open critical value, else the first unread, else the newest."""
        reports = self.view.reports
        if not reports:
            self.list.select(EVERYTHING)
            return
        waiting = [r for r in reports if r.open] or [r for r in reports if r.unread] or list(reports)
        self._chosen = self.list.select(waiting[0].id)

    def _entry_picked(self, _entry: Entry | None) -> None:
        self._show_entry()

    def report(self) -> ReportRow | None:
        """Give the report in front."""
        entry = self.list.current()
        return entry.report if isinstance(entry, Entry) else None

    def _show_entry(self) -> None:
        entry, report, now = self.list.current(), self.report(), self.ctx.clock.now()
        rows = result_table.lines(self.view, report.id if report is not None else "", now)
        if isinstance(entry, Entry) and entry.order is not None:
            rows = []
        self._show_table(rows, report.id if report is not None else "")
        self.heading.setText(self._heading(entry))
        self.about_report.setText(self._about(entry))
        self.about_report.setVisible(bool(self.about_report.text()))
        self._show_critical(report)
        self.read.setVisible(report is not None and (self._may_read(report) or report.open))
        self.read.setText(f"{_('Record what was done') if report and report.open else _('Read')}  Enter")
        self.act.setVisible(
            self.may(Permission.LABORATORY_ORDER) and not (report is not None and report.open)
        )

    def _show_table(self, rows: list[Line], report: str) -> None:
        room = self.width() - self.list.width()
        times = result_table.shown_times(self.view, rows, report, result_table.fitting(room, FIXED, TIME))
        if result_table.parted(rows, times):
            times = times[: result_table.fitting(room, PARTED, PARTED_TIME)]
        columns = result_table.columns(self.view, times, rows, self.ctx.clock.now())
        names = tuple(column.title for column in columns)
        if names != self._asked_columns:
            self._asked_columns = names
            old, had = self.table, self.table.hasFocus()
            self.table = self._make_table(columns)
            self._right.replaceWidget(old, self.table)
            old.hide()
            old.deleteLater()
            if had:
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.set_rows(rows)
        if self.table.current() is None:
            self.table.select_first()

    def _heading(self, entry: Entry | None) -> str:
        if not isinstance(entry, Entry):
            return ""
        return entry.title if entry.key != EVERYTHING else _("All values, newest first")

    def _about(self, entry: Entry | None) -> str:
        if not isinstance(entry, Entry):
            return ""
        if entry.order is not None:
            return self.acts.about(entry.order)
        return about_report(entry.report, self.ctx.clock.now()) if entry.report is not None else self._more()

    def _more(self) -> str:
        if not self.view.more:
            return ""
        return n_("{count} older time is not shown.", "{count} older times are not shown.", self.view.more)

    def _show_critical(self, report: ReportRow | None) -> None:
        if report is None or not report.open:
            self.banners.remove(CRITICAL)
            return
        text = _("Critical value. Nobody has recorded yet what was done.")
        choice = Choice(_("Record what was done"), self.answer, "A")
        self.banners.show_notice(CRITICAL, Notice(text, Level.ERROR), (choice,))

    # Reading

    def may(self, permission: Permission) -> bool:
        """Say whether the person here has a right; the core checks it again."""
        actor = self.ctx.desk.actor
        return actor is not None and actor.may(permission)

    def _may_read(self, report: ReportRow) -> bool:
        return report.unread and not report.missing and self.may(Permission.RESULT_ACKNOWLEDGE)

    def read_next(self) -> None:
        """Read the report in front and go to the next; a critical value is answered first."""
        report = self.report()
        if report is None:
            self._go_on("")
        elif report.open and self.may(Permission.CRITICAL_HANDLE):
            self.answer()
        elif self._may_read(report):
            request = Acknowledge(self.about.id, (report.id,))
            self.ctx.tasks.do(self, "laboratory.acknowledge", request, partial(self._read, report.id))
        else:
            self._go_on(report.id)

    def _read_first(self) -> None:
        """Read by Enter on the banner, but not by a second Enter right after the one that opened the chart."""
        report = self.report()
        if self._in_sight.elapsed() > SEEN_MS or (report is not None and report.open):
            self.read_next()

    def showEvent(self, event: QShowEvent) -> None:
        """Count from when the report can be seen."""
        super().showEvent(event)
        self._in_sight.start()

    def _read(self, report: str, _changed: Changed) -> None:
        self._go_on(report)
        self.load()

    def _go_on(self, done: str) -> None:
        """Select the next report that waits; where none does, stay."""
        waiting = [r for r in self.view.reports if (r.unread or r.open) and r.id != done]
        after = [r for r in self.view.reports if r.id == done]
        older = [r for r in waiting if after and r.issued <= after[0].issued]
        following = next(iter(older or waiting), None)
        if following is not None:
            self.list.select(following.id)

    # Acting

    def act_on(self) -> None:
        """Answer the critical value, or choose what follows from this report."""
        report = self.report()
        if report is not None and report.open and self.may(Permission.CRITICAL_HANDLE):
            self.answer()
        elif self.may(Permission.LABORATORY_ORDER):
            self.ctx.actions.trigger("lab.order")

    def answer(self) -> None:
        """Open the sheet on which one records what was done."""
        report = self.report()
        if report is None or not report.open or not self.may(Permission.CRITICAL_HANDLE):
            return
        rows = result_table.lines(self.view, report.id, self.ctx.clock.now())
        said = [
            result_table.critical_words(line)
            for line in rows
            if line.current is not None and "critical" in line.current.flag
        ]
        sheet = CriticalSheet(
            self.ctx.notices.sheet_host(),
            "; ".join(said),
            patient=self.about.id,
            report=report.id,
            name=self.about.name,
            received_at=instant(self.ctx.clock.now()),
        )
        sheet.accepted.connect(lambda request: self._handle(sheet, request))
        sheet.open()

    def _handle(self, sheet: CriticalSheet, request: object) -> None:
        def done(_changed: Changed) -> None:
            sheet.dismiss()
            self.load()

        def refused(error: Exception) -> None:
            if isinstance(error, UserError):
                sheet.failed(error)
            else:
                self.fail(error)

        self.ctx.tasks.do(self, "laboratory.handle-critical", request, done, refused)

    # The trend

    def toggle_trend(self) -> None:
        """Show or hide the trend of the test in front."""
        self.chart.setVisible(self.chart.isHidden())
        if self.chart.isVisible():
            self._ask_trend()

    def _line_picked(self, _line: Line | None) -> None:
        if not self.chart.isHidden():
            QTimer.singleShot(0, self._ask_trend)

    def _ask_trend(self) -> None:
        line = self.table.current()
        if isinstance(line, Line):
            request = Trend(self.about.id, line.row.key)
            self.ctx.tasks.ask(self, "laboratory.trend", request, self._show_trend, latest="trend")

    def _show_trend(self, view: TrendView) -> None:
        self.chart.show_trend(view)

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus the reports, the table or the trend."""
        if number == 3:
            if self.chart.isHidden():
                self.toggle_trend()
            self.chart.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        target = self.list if number == 1 else self.table
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def page_actions(self) -> list[Action]:
        """Give what can be done with the results; Enter works at once where a chart was just opened on its banner."""
        read = Action(
            "results.read", "Read", self._read_first, enabled=_on_banner, patient_bound=True, hint=False
        )
        return [
            read,
            Action("results.act", "Act", self.act_on, Permission.RESULT_READ, patient_bound=True),
            Action("results.trend", "Trend", self.toggle_trend, patient_bound=True, hint=False),
            Action("list.refresh", "Refresh", self.load, hint=False, icon="refresh-cw"),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc hides the trend."""
        if event.key() == Qt.Key.Key_Escape and not self.chart.isHidden():
            self.chart.hide()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            event.accept()
        else:
            super().keyPressEvent(event)


def _on_banner() -> bool:
    return isinstance(QApplication.focusWidget(), PatientBanner)
