"""The queue: who waits, who is called or seen, who was skipped, who is out for tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.queue_parts.acts import QueueActs
from ui.pages.queue_parts.call_line import CallLine
from ui.pages.queue_parts.columns import aside_columns, current_columns, panel_columns, waiting_columns
from ui.pages.queue_parts.filters import Filters
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.table import DenseTable
from ui.widgets.table_model import Column
from ui.widgets.table_pane import TablePane
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.queue.model import QueueRow, QueueView, State
from workstation.security.permissions import Permission
from workstation.terminology.wording import Coded

MINUTE_MS: Final = 30_000
SIDE: Final = 440
SIDE_BY_SIDE_FROM: Final = 1080
UNBOUNDED: Final = 16_777_215  # Qt's own QWIDGETSIZE_MAX


def _key(row: QueueRow) -> str:
    return row.encounter


def _aside(view: QueueView) -> tuple[QueueRow, ...]:
    return *view.current, *view.parked, *view.skipped


class _QueueBase(Page):
    """What both lists share: they follow the same news and let waiting times run."""

    acts: QueueActs

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self._minutes = QTimer(self, interval=MINUTE_MS)
        self._minutes.timeout.connect(self._tick)
        self._minutes.start()

    def load(self) -> None:
        """Ask for everything."""
        self.acts.load()

    def refresh(self) -> None:
        """Ask again."""
        self.acts.refresh()

    def shows(self, changed: Changed) -> bool:
        """Follow visits and reports."""
        return changed.touches("Encounter", "DiagnosticReport")

    def tables(self) -> Sequence[DenseTable]:
        """Give the lists, the main one first."""
        raise NotImplementedError

    def renew(self) -> None:
        """Show what was held back, then look whether there is more."""
        for table in self.tables():
            table.take_waiting()
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take F5 beside the charts too, where the role may use it otherwise."""
        if event.key() == Qt.Key.Key_F5:
            self.renew()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _tick(self) -> None:
        for table in self.tables():
            table.viewport().update()

    def _selected(self) -> QueueRow | None:
        """Give the row in the list that has the focus."""
        focused = next((table for table in self.tables() if table.hasFocus()), None)
        row = focused.current() if focused is not None else None
        return row if isinstance(row, QueueRow) else None

    def _skipped_row(self) -> QueueRow | None:
        row = self._selected()
        return row if row is not None and row.state is State.SKIPPED else None

    def may(self, permission: Permission) -> bool:
        """Say whether the person here has a right."""
        actor = self.ctx.desk.actor
        return actor is not None and actor.may(permission)


class QueuePage(_QueueBase):
    """The whole queue on one screen."""

    id = "queue"
    icon = "list-checks"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.acts = QueueActs(self, self._selected, self._show, self._skipped_row)
        now = ctx.clock.now
        self.waiting = self._pane(waiting_columns(now), _("Waiting"), _("Nobody is waiting."))
        self.current = self._pane(
            current_columns(now), _("In the rooms"), _("Nobody is called or being seen.")
        )
        self.skipped = self._pane(aside_columns(now), _("Skipped"), _("Nobody was skipped."))
        self.parked = self._pane(aside_columns(now), _("Out for tests"), _("Nobody is out for tests."))
        self.call_line = CallLine(ctx.clock, self.acts.undo_call, self.may(Permission.QUEUE_CALL))
        self.filters = Filters()
        self.filters.changed.connect(self._filtered)
        self.departments = QComboBox()
        self.departments.setAccessibleName(_("Department"))
        self.departments.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.departments.activated.connect(self._department_chosen)
        self._together: list[QWidget] = []
        self._titles: dict[str, QLabel] = {}
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head_lines = (QHBoxLayout(), QHBoxLayout())
        self._lay_out()

    def title(self) -> str:
        """Give the page's name."""
        return _("Queue")

    @cached_property
    def others(self) -> TablePane:
        """Give the one list of all who do not wait; made when a narrow page first needs it."""
        columns = current_columns(self.ctx.clock.now)
        pane = self._pane(columns, _("Not waiting now"), _("Nobody else is here."))
        self._together = [self._section(pane), pane]
        self._side_rows.addWidget(self._together[0])
        self._side_rows.addWidget(pane, 1)
        self._fill(pane, _aside(self.acts.view), mine=True)
        return pane

    def _pane(self, columns: list[Column], name: str, nothing: str) -> TablePane:
        pane = TablePane(columns, _key, name, EmptyState(nothing))
        pane.table.opened.connect(self.acts.open)
        pane.bar.refresh.connect(self.refresh)
        return pane

    # Layout

    def _lay_out(self) -> None:
        t = theme()
        left = QVBoxLayout()
        left.setSpacing(t.px(6))
        self._fill_head()
        left.addLayout(self._head)
        left.addWidget(self.waiting, 1)
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(t.px(6))
        self._apart: list[QWidget] = []
        for pane, stretch in ((self.current, 3), (self.skipped, 2), (self.parked, 2)):
            title = self._section(pane)
            side.addWidget(title)
            side.addWidget(pane, stretch)
            self._apart += [title, pane]
            if pane is self.current:
                side.addWidget(self.call_line)
        self._side_rows = side
        self._body.setSpacing(t.px(12))
        self._body.addLayout(left, 3)
        self._body.addWidget(self._side, 2)
        self.content.setContentsMargins(t.px(8), t.px(8), 0, 0)
        self.content.addLayout(self._body, 1)

    def _fill_head(self) -> None:
        t, hint = theme(), self.hint
        left, right = self._head_lines
        for line in (left, right):
            line.setSpacing(t.px(8))
        left.addWidget(self._section(self.waiting))
        left.addWidget(self.filters)
        left.addStretch(1)
        right.addStretch(1)
        right.addWidget(self.departments)
        if self.may(Permission.QUEUE_CALL):
            right.addWidget(button(_("Skip"), self.acts.skip, key=hint("queue.skip")))
            right.addWidget(button(_("Call again"), self.acts.recall, key=hint("queue.recall")))
            call = button(_("Call next"), self.acts.call_next, key=hint("queue.call"), kind="primary")
            right.addWidget(call)
        self._head.setSpacing(t.px(4))
        self._head.addLayout(left)
        self._head.addLayout(right)

    def _section(self, pane: TablePane) -> QLabel:
        name = pane.table.accessibleName()
        self._titles[name] = label(name, "section", bold=True)
        return self._titles[name]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside, put one list of all who do not wait below."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= theme().px(SIDE_BY_SIDE_FROM)
        along, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._body.setDirection(along if beside else down)
        self._side.setMaximumWidth(theme().px(SIDE) if beside else UNBOUNDED)
        room = self.width() - (theme().px(SIDE) if beside else 0)
        needed = sum(line.sizeHint().width() for line in self._head_lines) + theme().px(12)
        self._head.setDirection(along if needed <= room else down)
        for widget in self._apart:
            widget.setVisible(beside)
        if not beside or self._together:
            self.others.setVisible(not beside)
            self._together[0].setVisible(not beside)

    # Content

    def load(self) -> None:
        """Ask for the departments and the queue."""
        desk = self.ctx.desk
        self.ctx.tasks.run(self, lambda: desk.knowledge.departments, self._departments_known)
        super().load()

    def _departments_known(self, departments: tuple[Coded, ...]) -> None:
        if self.departments.count():
            return
        mine = _("My departments") if self.may(Permission.NOTE_WRITE) else _("All departments")
        self.departments.addItem(mine, "")
        for entry in departments:
            self.departments.addItem(entry.name, entry.code)
        self._arrange()

    def _department_chosen(self, number: int) -> None:
        self.acts.look_at(str(self.departments.itemData(number) or ""))

    def _filtered(self) -> None:
        self.waiting.set_rows(self.filters.shown(self.acts.view.waiting))

    def _show(self, view: QueueView, mine: bool) -> None:
        self._fill(self.waiting, self.filters.shown(view.waiting), mine, len(view.waiting))
        parts = ((self.current, view.current), (self.skipped, view.skipped), (self.parked, view.parked))
        for pane, rows in parts:
            self._fill(pane, rows, mine)
        if self._together:
            self._fill(self.others, _aside(view), mine)
        self.call_line.show_latest(view.current)

    def _fill(self, pane: TablePane, rows: Sequence[QueueRow], mine: bool, count: int | None = None) -> None:
        name, count = pane.table.accessibleName(), len(rows) if count is None else count
        self._titles[name].setText(f"{name} {count}" if count else name)
        (pane.set_rows if mine else pane.offer)(rows)

    def tables(self) -> Sequence[DenseTable]:
        """Give the lists; those not in sight too."""
        panes = [self.waiting, self.current, self.skipped, self.parked]
        panes += [self.others] if self._together else []
        return tuple(pane.table for pane in panes)

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus one of the lists in sight."""
        seen = [table for table in self.tables() if table.isVisibleTo(self)]
        if 1 <= number <= len(seen):
            seen[number - 1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def page_actions(self) -> list[Action]:
        """Give what can be done with the queue."""
        return [*self.acts.actions(), Action("list.refresh", "Refresh", self.renew, icon="refresh-cw")]


class QueuePanel(_QueueBase):
    """The list beside the charts: who is called, who is back from tests, who waits."""

    id = "waiting"
    icon = "users"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.acts = QueueActs(self, self._selected, self._show, self._skipped_row)
        self._narrow = False
        self._title = label(_("Waiting"), "section", bold=True)
        self.call_line = CallLine(ctx.clock, self.acts.undo_call, self.may(Permission.QUEUE_CALL))
        self.pane = self._pane()
        line = QHBoxLayout()
        line.addWidget(self._title)
        line.addStretch(1)
        self._call = button(_("Call next"), self.acts.call_next, key=self.hint("queue.call"))
        line.addWidget(self._call)
        self.content.setSpacing(theme().px(4))
        self.content.addLayout(line)
        self._call.setVisible(self.may(Permission.QUEUE_CALL))
        self.content.addWidget(self.call_line)
        self.content.addWidget(self.pane, 1)

    def title(self) -> str:
        """Give the list's name."""
        return _("Waiting")

    def _pane(self) -> TablePane:
        columns = panel_columns(self.ctx.clock.now, self._narrow)
        pane = TablePane(columns, _key, _("Waiting"), EmptyState(_("Nobody is waiting.")))
        pane.table.opened.connect(self.acts.open)
        pane.table.cells.slot_of = self._slot
        pane.bar.refresh.connect(self.refresh)
        return pane

    def _slot(self, row: QueueRow) -> int:
        return self.ctx.opener.slot_of(row.patient)

    def set_narrow(self, narrow: bool) -> None:
        """Fold to numbers, or show names again."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        old, self.pane = self.pane, self._pane()
        self.content.replaceWidget(old, self.pane)
        old.hide()
        old.deleteLater()
        for widget in (self._title, self._call):
            widget.setVisible(not narrow)
        self._call.setVisible(not narrow and self.may(Permission.QUEUE_CALL))
        self._show(self.acts.view, mine=True)

    def _show(self, view: QueueView, mine: bool) -> None:
        self._title.setText(f"{_('Waiting')} {len(view.waiting)}")
        rows = (*view.current, *view.parked, *view.waiting, *view.skipped)
        (self.pane.set_rows if mine else self.pane.offer)(rows)
        self.call_line.show_latest(() if self._narrow else view.current)

    def tables(self) -> Sequence[DenseTable]:
        """Give the one list."""
        return (self.pane.table,)

    def focus_region(self, number: int) -> None:
        """Focus the list."""
        self.pane.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def page_actions(self) -> list[Action]:
        """Give what can be done with the queue from beside a chart."""
        wanted = ("queue.call", "queue.recall", "queue.skip")
        return [action for action in self.acts.actions() if action.id in wanted]
