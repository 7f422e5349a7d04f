"""The ward board: every bed of a ward with who is in it, as cards or as a table, and what can be done from there.

It shows many patients and so has no banner; Enter opens the stay's chart, Space peeks without leaving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.nursing_parts.ward_scans import WardScans
from ui.pages.ward_parts.acts import StayActs
from ui.pages.ward_parts.board import BedBoard
from ui.pages.ward_parts.card import SIZES
from ui.pages.ward_parts.cells import Cell, cells_of
from ui.pages.ward_parts.columns import ward_columns
from ui.pages.ward_parts.filter_pane import FilterPane
from ui.pages.ward_parts.head import WardHead
from ui.pages.ward_parts.keys import actions_of, key_line
from ui.pages.ward_parts.peek import Peek
from ui.theme import theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.freeze_bar import FreezeBar
from ui.widgets.stack import Stack
from ui.widgets.table_pane import TablePane
from workstation.core.events import Changed, Level, Notice
from workstation.core.i18n import _
from workstation.core.settings import Scope, Setting
from workstation.inpatient.model import AskBoard, AskDue, AskStay
from workstation.inpatient.rows import BoardView, DueRow, StayView
from workstation.security.permissions import Permission
from workstation.terminology.levels import NursingLevel

MINUTE_MS: Final = 60_000
DUE_MS: Final = 400
CARDS: Final = Setting("ward-cards", "medium", "Size of bed cards", Scope.USER, tuple(SIZES))
MARKS: Final = (
    "Encounter",
    "Location",
    "Patient",
    "AllergyIntolerance",
    "Condition",
    "ServiceRequest",
    "Observation",
)
TASKS: Final = ("MedicationRequest", "ServiceRequest", "MedicationAdministration", "Task")


class WardPage(Page):
    """See the module."""

    id = "ward"
    icon = "bed-double"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.acts = StayActs(self, self._done)
        self.view = BoardView("", "", "")
        self.due: dict[str, DueRow] = {}
        self.levels: Mapping[str, NursingLevel] = {}
        self._ward, self._own, self._wanted = "", True, ""
        self.board = BedBoard(ctx.clock)
        self.table = TablePane(
            ward_columns(ctx.clock.now, lambda: self.levels),
            lambda cell: cell.key,
            _("Beds"),
            EmptyState(_("No bed fits the filter.")),
        )
        self.bar = FreezeBar()
        self.filters = FilterPane()
        self.head = WardHead(ctx, self.hint, self.acts.may())
        self.nothing = EmptyState(_("This desk knows no ward yet. Wards come from the centre."), self.icon)
        self.center = Stack()
        self.scans = WardScans(self)
        self._lay_out()
        self._connect()
        self._soon = QTimer(self, singleShot=True, interval=DUE_MS)
        self._soon.timeout.connect(self._ask_due)
        self._minutes = QTimer(self, interval=MINUTE_MS)
        self._minutes.timeout.connect(self._tick)
        self._minutes.start()

    def title(self) -> str:
        """Give the page's name."""
        return _("Ward")

    # Layout

    def _lay_out(self) -> None:
        t = theme()
        middle = QHBoxLayout()
        middle.setSpacing(t.px(8))
        middle.addWidget(self.filters)
        middle.addWidget(self.center, 1)
        board = QWidget()
        rows = QVBoxLayout(board)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.bar)
        rows.addWidget(self.board, 1)
        self._cards = board
        for widget in (self.nothing, board, self.table):
            self.center.addWidget(widget)
        self.content.setContentsMargins(t.px(8), t.px(8), 0, 0)
        self.content.setSpacing(t.px(6))
        self.content.addWidget(self.head)
        self.content.addLayout(middle, 1)
        self.content.addWidget(key_line(self))

    def _connect(self) -> None:
        self.head.choice.chosen.connect(self._ward_chosen)
        self.head.size_chosen.connect(self.set_size)
        self.head.turned.connect(self._turned)
        self.head.admit_wanted.connect(self.admit)
        self.filters.changed.connect(self._filtered)
        self.filters.left.connect(lambda: self.focus_region(1))
        self.board.opened.connect(self.open)
        self.board.peeked.connect(self.peek)
        self.board.held_back.connect(self.bar.hold)
        self.bar.refresh.connect(self.renew)
        self.table.table.opened.connect(self.open)
        self.table.table.peeked.connect(self.peek)
        self.table.bar.refresh.connect(self.renew)

    # Asking

    def load(self) -> None:
        """Learn the site's marks and what was looked at last, then ask for the wards."""
        desk = self.ctx.desk
        self.ctx.tasks.run(self, lambda: desk.knowledge.nursing_levels, self._levels_known, self._no_levels)
        self.ctx.tasks.run(self, lambda: desk.setting(CARDS), self._remembered)

    def _levels_known(self, levels: Mapping[str, NursingLevel]) -> None:
        self.levels = levels
        self.board.set_levels(levels)
        self.filters.set_levels(levels)
        self._show(True)

    def _no_levels(self, error: Exception) -> None:
        """Say why there are no marks; the cards name the levels in words."""
        self.fail(error)

    def _remembered(self, cards: str) -> None:
        self.head.mark_size(cards)
        self.board.set_size(cards)
        self.head.choice.load()

    def refresh(self) -> None:
        """Ask for the ward again, and then for what is due."""
        if not self._ward:
            self.load()
            return
        self.ctx.tasks.ask(self, "inpatient.board", AskBoard(self._ward), self._board_known, latest="board")
        if self._may(Permission.ORDER_READ):
            self._soon.start()

    def _ask_due(self) -> None:
        """Ask what is due: the costlier question, asked once the cards are on the screen."""
        self.ctx.tasks.ask(self, "inpatient.due", AskDue(self._ward), self._due_known, latest="due")

    def _board_known(self, view: BoardView) -> None:
        if view.ward != self._ward:
            return
        self.view = view
        mine, self._own = self._own, False
        self._show(mine)
        if self._wanted:
            self._focus_stay(self._wanted)

    def _due_known(self, rows: tuple[DueRow, ...]) -> None:
        self.due = {row.encounter: row for row in rows}
        self._show(False)

    def shows(self, changed: Changed) -> bool:
        """Follow stays, what the cards say of them, and what is due."""
        return changed.touches(*MARKS, *TASKS)

    def on_changed(self, changed: Changed) -> None:
        """Ask only for what the news is about: a dose that was given changes no card but its task."""
        if self.isVisible() and not changed.touches(*MARKS) and changed.touches(*TASKS):
            if self._ward and self._may(Permission.ORDER_READ):
                self._soon.start()
            return
        super().on_changed(changed)

    def _tick(self) -> None:
        if self.isVisible() and self._ward and self._may(Permission.ORDER_READ):
            self._ask_due()

    def renew(self) -> None:
        """Show what was held back, then look whether there is more."""
        self.board.take_waiting()
        self.table.table.take_waiting()
        self._own = True
        self.refresh()

    # Showing

    def _show(self, mine: bool) -> None:
        if not self.view.ward:
            return
        cells = cells_of(self.view, self.due)
        kept = self.filters.shown(cells)
        if self.is_table():
            (self.table.set_rows if mine else self.table.offer)(kept)
        elif mine:
            self.board.set_cells(kept)
        else:
            self.board.offer(kept)
        self._say_counts()
        self._choose_front(kept)

    def _choose_front(self, kept: Sequence[Cell]) -> None:
        if not kept:
            self.nothing.set_text(_("No bed fits the filter."))
            self.center.setCurrentWidget(self.nothing)
        else:
            self.center.setCurrentWidget(self.table if self.is_table() else self._cards)

    def _say_counts(self) -> None:
        self.head.say_counts(self.view, self.ctx.clock.now().strftime("%H:%M"))
        self.head.arrange(self.width())
        doubled = sum(1 for bed in self.view.beds if len(bed.occupants) > 1)
        if doubled:
            said = _("Two patients are in one bed. Transfer one of them: both cards are marked.")
            self.banners.show_notice("doubled", Notice(said, Level.WARNING))
        else:
            self.banners.remove("doubled")

    def _filtered(self) -> None:
        self._show(True)

    def is_table(self) -> bool:
        """Say whether the table is shown instead of the cards."""
        return self.head.as_table.isChecked()

    def turn(self) -> None:
        """Show the table, or the cards again."""
        self.head.as_table.toggle()
        self._turned()

    def _turned(self) -> None:
        """Show the view that was chosen; the bed in focus keeps it."""
        key = self.board.current_key() if self.is_table() else self.table.table.current_key()
        self._show(True)
        if self.is_table():
            self.table.table.select(key)
        else:
            self.board.select(key)
        self.focus_region(1)

    def set_size(self, size: str) -> None:
        """Show small, medium or large cards, and remember it."""
        self.head.mark_size(size)
        self.board.set_size(size)
        desk = self.ctx.desk
        self.ctx.tasks.run(self, lambda: desk.set_setting(CARDS, size), lambda _done: None, write=True)

    def _ward_chosen(self, ward: str) -> None:
        self._ward, self._own, self.due = ward, True, {}
        self.refresh()

    # Beds

    def current(self) -> Cell | None:
        """Give the card or row in focus."""
        if self.is_table():
            row = self.table.table.current()
            return row if isinstance(row, Cell) else None
        return self.board.current()

    def _focus_stay(self, encounter: str) -> None:
        cell = next((c for c in self.board.cells if c.who is not None and c.who.encounter == encounter), None)
        if cell is not None:
            self._wanted = ""
            self.board.select(cell.key)

    def open(self, cell: Cell) -> None:
        """Open the stay's chart; on an empty bed, admit to it."""
        who = cell.who
        if who is None:
            if self.acts.may() and cell.bed.open:
                self.acts.admit(None, self._ward, cell.bed.id)
        elif self._may(Permission.CHART_READ):
            now = self.ctx.clock.now()
            self.ctx.opener.open_chart(
                PatientContext(who.patient, who.name, who.encounter, opened_at=now, stay=True)
            )

    def peek(self, cell: Cell) -> None:
        """Look at a patient without leaving the board."""
        who = cell.who
        if who is None or not self._may(Permission.CHART_READ):
            return
        peek = Peek(self.center, cell, who, self.ctx.clock.now(), at_left=self._is_right())
        peek.open_wanted.connect(self.open)
        peek.open()

        def show(view: StayView) -> None:
            peek.show_stay(view)

        self.ctx.tasks.ask(peek, "inpatient.stay", AskStay(who.patient, who.encounter), show, self.fail)

    def _is_right(self) -> bool:
        """Say whether the card in focus stands in the right half of the board."""
        place = self.board.visualRect(self.board.currentIndex())
        return not self.is_table() and place.center().x() > self.board.viewport().width() / 2

    def _may(self, permission: Permission) -> bool:
        actor = self.ctx.desk.actor
        return actor is not None and actor.may(permission)

    # Acts

    def admit(self) -> None:
        """Admit somebody: to the empty bed in focus, else to the bed that is chosen."""
        cell = self.current()
        bed = cell.bed.id if cell is not None and cell.who is None and cell.bed.open else ""
        self.acts.admit(None, self._ward, bed)

    def _done(self, encounter: str) -> None:
        self._own, self._wanted = True, encounter
        self.refresh()

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus the beds, or the filters."""
        if number == 2:
            self.filters.take_focus()
        elif self.is_table():
            self.table.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.board.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc shows all beds again."""
        if event.key() == Qt.Key.Key_Escape and self.filters.reset():
            self.focus_region(1)
            event.accept()
        else:
            super().keyPressEvent(event)

    def page_actions(self) -> list[Action]:
        """Give what can be done on the ward."""
        return actions_of(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the line above into two where it must."""
        super().resizeEvent(event)
        self.head.arrange(self.width())

    # Scans

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
        super().shut()
