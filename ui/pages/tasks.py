"""What is due on a ward: overdue, now, running, later; by time or by patient; with the labels of the infusions."""

from __future__ import annotations

from collections import Counter
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.nursing_parts import task_columns, words
from ui.pages.nursing_parts.asking import Asking, Done
from ui.pages.nursing_parts.giving import UNDONE
from ui.pages.nursing_parts.ward_scans import WardScans
from ui.shell_parts.top_bar import TopBadge
from ui.theme import theme
from ui.ward_choice import WardChoice
from ui.widgets.chips import Journey, StatusChip, Travelled
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.reason_sheet import Answer
from ui.widgets.table_pane import TablePane
from ui.widgets.walking import Radios
from workstation.core.clock import instant
from workstation.core.errors import UserError
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.nursing import model
from workstation.nursing.rows import Lane, TaskRow, TasksView
from workstation.security.permissions import Permission
from workstation.terminology.nursing import Nursing

MINUTE_MS: Final = 60_000
TIME, PATIENT = "time", "patient"


class TasksPage(Page):
    """One list of everything that is due; Enter opens the chart at the dose."""

    id = "tasks"
    icon = "list-checks"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        now = ctx.clock.now
        self.ward = WardChoice(ctx)
        self.order = Radios(_("Order"), ((TIME, _("By time")), (PATIENT, _("By patient"))))
        self.order.set_value(TIME)
        self.chips = {lane: StatusChip("note") for lane in (Lane.OVERDUE, Lane.NOW, Lane.RUNNING, Lane.LATER)}
        self.verify = StatusChip("caution")
        self.as_of = label("", "label", color="label")
        empty = EmptyState(_("Nothing is due on this ward."), "list-checks")
        self.pane = TablePane(task_columns.columns(now), task_columns.key_of, _("Tasks"), empty)
        self.table = self.pane.table
        self.view: TasksView | None = None
        self.asking = Asking(ctx, self, lambda: self)
        self.scans = WardScans(self)
        self._minutes = QTimer(self, interval=MINUTE_MS)
        self._lay_out()
        self._connect()

    def title(self) -> str:
        """Give the page's name."""
        return _("Tasks")

    def _lay_out(self) -> None:
        t = theme()
        head = QHBoxLayout()
        head.setSpacing(t.px(8))
        head.addWidget(self.ward)
        head.addWidget(self.order)
        head.addStretch(1)
        for chip in (*self.chips.values(), self.verify):
            head.addWidget(chip)
        head.addWidget(self.as_of)
        self.content.setContentsMargins(t.px(8), t.px(8), t.px(8), t.px(4))
        self.content.setSpacing(t.px(8))
        self.content.addLayout(head)
        self.content.addWidget(self.pane, 1)

    def _connect(self) -> None:
        self.ward.chosen.connect(lambda _ward: self._ask(mine=True))
        self.order.chosen.connect(lambda _code: self._put(self.view, mine=True))
        self.table.opened.connect(self.open_row)
        self._minutes.timeout.connect(lambda: self._ask(mine=False))
        self._minutes.start()

    # Content

    def load(self) -> None:
        """Ask for the ward, then its tasks."""
        self.asking.load()
        self.ward.load()

    def refresh(self) -> None:
        """Ask again; what hands are on stays in place."""
        self._ask(mine=False)

    def _ask(self, mine: bool) -> None:
        """Ask for the tasks; after one's own act they are shown at once, else they wait behind the bar."""
        if self.ward.ward and not self.closed:
            request = model.AskTasks(self.ward.ward)
            self.ctx.tasks.ask(self, "nursing.tasks", request, lambda v: self._put(v, mine), latest="tasks")

    def _put(self, view: TasksView | None, mine: bool) -> None:
        if view is None:
            return
        self.view = view
        rows = (task_columns.by_patient if self.order.value() == PATIENT else task_columns.by_time)(view.rows)
        place = self.table.currentIndex().row()
        (self.pane.set_rows if mine else self.pane.offer)(rows)
        if mine and self.table.current() is None and rows and place >= 0:
            self.table.selectRow(min(place, len(rows) - 1))
        elif self.table.current() is None:
            self.table.select_first()
        counts = Counter(row.lane for row in view.rows)
        for lane, chip in self.chips.items():
            state, word = words.lane(lane)
            chip.set(state or "note", f"{word} {counts[lane]}")
        self.verify.set("caution" if view.to_verify else "done", _("To verify {count}", count=view.to_verify))
        self.as_of.setText(_("as of {time} (24 h)", time=words.clock(view.as_of, self.ctx.clock.now())))
        late = counts[Lane.OVERDUE]
        text = _("Overdue {count}", count=late)
        badges = (
            [TopBadge("overdue", text, "warn", lambda: self.ctx.opener.open_page(self.id))] if late else []
        )
        self.ctx.opener.show_badges("nursing-tasks", badges)

    def shows(self, changed: Changed) -> bool:
        """Follow orders, what was carried out, and who lies where."""
        return changed.touches(
            "MedicationRequest", "ServiceRequest", "MedicationAdministration", "Task", "Encounter"
        )

    # Acts

    def current(self) -> TaskRow | None:
        """Give the current task."""
        row = self.table.current()
        return row if isinstance(row, TaskRow) else None

    def open_row(self, row: TaskRow) -> None:
        """Open the patient's administration chart at this dose."""
        who = row.who
        self.ctx.bedside.hold(who.encounter, "", row.slot)
        patient = PatientContext(
            who.patient, who.name, who.encounter, opened_at=self.ctx.clock.now(), stay=True
        )
        self.ctx.opener.open_chart(patient, "administration")

    def by_hand(self) -> None:
        """Do it now: another order is recorded as carried out, a dose is given on its patient's chart."""
        row = self.current()
        if row is None:
            return
        if row.drug:
            self.open_row(row)
            return
        if row.lane is Lane.OVERDUE and self._needs_reason(row):
            self._why(row, "late", _("Why is it late?"), lambda a: self._carry_out(row, a))
        else:
            self._carry_out(row, Answer())

    def _needs_reason(self, row: TaskRow) -> bool:
        return row.minutes < -self._nursing().windows.late_after.total_seconds() / 60

    def _carry_out(self, row: TaskRow, late: Answer) -> None:
        request = model.CarryOut(row.slot, row.who.encounter, "", late.reason, late.text)
        self._do("nursing.carry-out", request, row, _("Carried out"))

    def not_given(self) -> None:
        """Ask why the current task is not done."""
        row = self.current()
        if row is None or row.lane is Lane.RUNNING:
            return

        def answered(answer: Answer) -> None:
            request = model.NotGiven(row.slot, row.who.encounter, answer.reason, answer.text)
            self._do("nursing.not-given", request, row, _("Not given"))

        title = _("Why is it not given?") if row.drug else _("Why is it not done?")
        self._why(row, "not-given", title, answered)

    def _why(self, row: TaskRow, group: str, title: str, done: Done) -> None:
        about = f"{words.named(row.who)}\n{words.lines_shown(row.lines)}"
        self.asking.ask(group, title, about, _("Record"), done)

    def _do(self, verb: str, request: object, row: TaskRow, said: str) -> None:
        def done(changed: Changed) -> None:
            self.asking.close()
            facts = tuple(r.id for r in changed.refs if r.type in ("MedicationAdministration", "Task"))
            back = model.Correct(facts, row.who.encounter, UNDONE)
            text = _(
                "{what}: {name} · {distance}",
                what=said,
                name=row.who.name,
                distance=Journey(Travelled.WAITING).words(),
            )
            self.ctx.notices.toast(text, lambda: self._undo(back))
            self._ask(mine=True)

        self.ctx.tasks.do(self, verb, request, done, self._failed)

    def _undo(self, back: model.Correct) -> None:
        self.ctx.tasks.do(self, "nursing.correct", back, lambda _done: self._ask(mine=True))

    def _failed(self, error: Exception) -> None:
        if not self.asking.failed(error):
            self.fail(error)

    def labels(self) -> None:
        """Show the infusion labels of the next hours, ready to print; those overdue are among them."""
        if not self.ward.ward:
            return
        now, nursing = self.ctx.clock.now(), self._nursing()
        since, until = now - nursing.windows.later, now + nursing.label_ahead
        try:
            self.ctx.papers.preview(f"labels/{self.ward.ward}/{instant(since)}/{instant(until)}")
        except UserError as error:
            self.fail(error)

    def _nursing(self) -> Nursing:
        found: Nursing = self.ctx.desk.knowledge.nursing
        return found

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
        """Focus the list."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def renew(self) -> None:
        """Show what was held back and ask again."""
        self.table.take_waiting()
        self._ask(mine=True)

    def turn(self) -> None:
        """Order the list the other way."""
        self.order.set_value(TIME if self.order.value() == PATIENT else PATIENT)
        self._put(self.view, mine=True)

    def _on_row(self) -> bool:
        return self.table.hasFocus() and self.current() is not None

    def page_actions(self) -> list[Action]:
        """Give what can be done on the list."""
        give = Permission.ORDER_EXECUTE
        return [
            Action("list.refresh", "Refresh", self.renew, icon="refresh-cw"),
            Action("dose.by-hand", "Do it now", self.by_hand, give, self._on_row, hint=False),
            Action("dose.not-given", "Not given", self.not_given, give, self._on_row, hint=False),
            Action("tasks.turn", "By time or by patient", self.turn, hint=False),
            Action("labels.print", "Infusion labels", self.labels, Permission.DOCUMENT_PRINT, hint=False),
        ]
