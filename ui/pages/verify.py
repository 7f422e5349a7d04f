"""New orders against running ones: Space verifies one line, N sends one back. There is no key for all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.nursing_parts import verify_columns, words
from ui.pages.nursing_parts.asking import Asking
from ui.pages.nursing_parts.verify_columns import Fresh
from ui.pages.nursing_parts.ward_scans import WardScans
from ui.theme import theme
from ui.ward_choice import WardChoice
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, StatusChip, Travelled
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.reason_sheet import Answer
from ui.widgets.table import DenseTable
from ui.widgets.table_pane import TablePane
from workstation.core.days import written_day
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.nursing import model
from workstation.nursing.rows import Difference, NewLine, PatientToVerify, VerifyView
from workstation.security.permissions import Permission

LIST = 236


class VerifyPage(Page):
    """Patients at the left, their new lines in the middle, all that runs at the right."""

    id = "verify"
    icon = "clipboard-check"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        now = ctx.clock.now
        self.view: VerifyView | None = None
        self.ward = WardChoice(ctx)
        self.as_of = label("", "label", color="label")
        empty = EmptyState(_("Every order of this ward is verified."), "clipboard-check")
        self.people = TablePane(verify_columns.people(), _patient_key, _("Patients"), empty)
        self.new = DenseTable(verify_columns.fresh(now), lambda r: r.new.line.order, _("New orders"))
        self.running = DenseTable(
            verify_columns.going(now), lambda r: r.running.line.order, _("Running orders")
        )
        self.who = label("", "section", bold=True)
        self.detail = label("", color="text2")
        self.allergy = StatusChip("caution")
        self.ok = button(
            _("Verify this line"), self.verify, kind="primary", key=self.hint("orders.verify-line")
        )
        self.back = button(_("Send it back"), self.send_back, key=self.hint("orders.return-line"))
        self.asking = Asking(ctx, self, lambda: self)
        self.scans = WardScans(self)
        self._lay_out()
        self._connect()

    def title(self) -> str:
        """Give the page's name."""
        return _("Verify orders")

    def _lay_out(self) -> None:
        t = theme()
        left = QVBoxLayout()
        left.setSpacing(t.px(8))
        left.addWidget(self.ward)
        left.addWidget(self.people, 1)
        left.addWidget(self.as_of)
        column = QWidget()
        column.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        column.setFixedWidth(t.px(LIST))
        head = QHBoxLayout()
        head.setSpacing(t.px(12))
        for widget in (self.who, self.detail, self.allergy):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.back)
        head.addWidget(self.ok)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setChildrenCollapsible(False)
        panes.addWidget(self.new)
        panes.addWidget(self.running)
        panes.setStretchFactor(0, 3)
        panes.setStretchFactor(1, 2)
        right = QVBoxLayout()
        right.setSpacing(t.px(8))
        right.addLayout(head)
        right.addWidget(panes, 1)
        whole = QHBoxLayout()
        whole.setSpacing(t.px(12))
        whole.addWidget(column)
        whole.addLayout(right, 1)
        self.content.setContentsMargins(t.px(8), t.px(8), t.px(8), t.px(4))
        self.content.addLayout(whole, 1)

    def _connect(self) -> None:
        self.ward.chosen.connect(lambda _ward: self._ask(mine=True))
        self.people.table.picked.connect(lambda _row: self._show_patient())
        self.people.table.opened.connect(lambda _row: self.new.setFocus(Qt.FocusReason.OtherFocusReason))
        self.new.picked.connect(lambda _row: self._show_running())
        self.new.opened.connect(lambda _row: self.open_chart())

    # Content

    def load(self) -> None:
        """Ask for the ward, then what waits on it."""
        self.asking.load()
        self.ward.load()

    def refresh(self) -> None:
        """Ask again; what hands are on stays."""
        self._ask(mine=False)

    def _ask(self, mine: bool) -> None:
        if self.ward.ward and not self.closed:
            request = model.ToVerify(ward=self.ward.ward)
            self.ctx.tasks.ask(
                self, "nursing.to-verify", request, lambda view: self._put(view, mine), latest="verify"
            )

    def _put(self, view: VerifyView, mine: bool) -> None:
        """Show the answer; while hands are on a line, others' news waits behind the bar."""
        if not mine and self.new.hands_on() and self.view is not None and view.patients != self.view.patients:
            news = abs(view.count - self.view.count) or 1
            self.people.bar.hold(news)
            return
        here, place = self.patient_row(), self.new.currentIndex().row()
        focus = self.new.hasFocus()
        self.view = view
        self.people.set_rows(view.patients)
        self.people.bar.hold(0)
        if here is None or not self.people.table.select(here.who.encounter):
            self.people.table.select_first()
        self._show_patient()
        if view.patients:
            self.new.selectRow(min(max(place, 0), self.new.rows_model.rowCount() - 1))
            if focus or mine:
                self.new.setFocus(Qt.FocusReason.OtherFocusReason)
        self.as_of.setText(_("as of {time} (24 h)", time=words.clock(view.as_of, self.ctx.clock.now())))

    def patient_row(self) -> PatientToVerify | None:
        """Give the patient that is shown."""
        row = self.people.table.current()
        return row if isinstance(row, PatientToVerify) else None

    def line(self) -> NewLine | None:
        """Give the line that is to be verified next."""
        row = self.new.current()
        return row.new if isinstance(row, Fresh) else None

    def _show_patient(self) -> None:
        row = self.patient_row()
        shown = row is not None
        for widget in (self.who, self.detail, self.allergy, self.ok, self.back):
            widget.setVisible(shown)
        self.new.set_rows(verify_columns.fresh_rows(row) if row is not None else [])
        if row is None:
            self.running.set_rows([])
            return
        self.who.setText(words.named(row.who))
        self.detail.setText(f"{words.who(row.who)}  {written_day(row.who.birth)}  {row.who.stay_number}")
        chip = words.allergy(row.who)
        self.allergy.set(chip.state, chip.text)
        self._show_running()

    def _show_running(self) -> None:
        row, line = self.patient_row(), self.line()
        if row is not None:
            self.running.set_rows(verify_columns.going_rows(row, line))
            stop = line is not None and line.difference is Difference.STOP
            self.back.setEnabled(not stop)

    def shows(self, changed: Changed) -> bool:
        """Follow orders, verifications and who lies where."""
        return changed.touches("MedicationRequest", "ServiceRequest", "Task", "Encounter")

    # Acts

    def verify(self) -> None:
        """Verify the current line: the order, or its stop."""
        line = self.line()
        if line is None:
            return
        order = line.line.order
        stop = line.difference is Difference.STOP
        request: object = model.VerifyStop(order) if stop else model.Verify(order)
        self.ctx.tasks.do(self, "nursing.verify-stop" if stop else "nursing.verify", request, self._done)

    def send_back(self) -> None:
        """Ask why the current line goes back to its doctor."""
        row, line = self.patient_row(), self.line()
        if row is None or line is None or line.difference is Difference.STOP:
            return

        def answered(answer: Answer) -> None:
            request = model.ReturnOrder(line.line.order, answer.reason, answer.text)
            self.ctx.tasks.do(self, "nursing.return-order", request, self._sent_back, self._failed)

        about = f"{words.named(row.who)}\n{words.lines_shown((line.line,))}"
        title = _("Why does it go back to {doctor}?", doctor=line.prescriber)
        self.asking.ask("return", title, about, _("Send it back"), answered)

    def _sent_back(self, changed: Changed) -> None:
        self.asking.close()
        text = _("Sent back to the doctor · {distance}", distance=Journey(Travelled.WAITING).words())
        self.ctx.notices.toast(text)
        self._done(changed)

    def _done(self, _changed: Changed) -> None:
        self._ask(mine=True)

    def _failed(self, error: Exception) -> None:
        if not self.asking.failed(error):
            self.fail(error)
        self._ask(mine=False)

    def open_chart(self) -> None:
        """Open the chart of the patient that is shown."""
        row = self.patient_row()
        if row is not None:
            who = row.who
            patient = PatientContext(
                who.patient, who.name, who.encounter, opened_at=self.ctx.clock.now(), stay=True
            )
            self.ctx.opener.open_chart(patient, "administration")

    # Life

    def showEvent(self, event: QShowEvent) -> None:
        """Listen to the scanner while in sight."""
        super().showEvent(event)
        self.scans.watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the keys to others."""
        self.scans.rest()
        super().hideEvent(event)

    def shut(self) -> None:
        """Close for good."""
        self.scans.rest()
        self.ward.closed = True
        super().shut()

    def focus_region(self, number: int) -> None:
        """Focus patients, new lines, or running lines."""
        tables = {1: self.people.table, 2: self.new, 3: self.running}
        tables.get(number, self.new).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_line(self) -> bool:
        return self.new.hasFocus() and self.line() is not None

    def page_actions(self) -> list[Action]:
        """Give what can be done with the current line."""
        may = Permission.ORDER_VERIFY
        return [
            Action("list.refresh", "Refresh", lambda: self._ask(mine=True), icon="refresh-cw"),
            Action("orders.verify-line", "Verify this line", self.verify, may, self._on_line, hint=False),
            Action("orders.return-line", "Send it back", self.send_back, may, self._on_line, hint=False),
        ]


def _patient_key(row: PatientToVerify) -> str:
    return row.who.encounter
