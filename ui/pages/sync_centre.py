"""The sync centre: in plain words what has not travelled yet, why, what to decide, and how fresh this PC is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.actions import Action
from ui.bridge import Bridge
from ui.context import Context
from ui.page import Page
from ui.pages.sync_parts import words
from ui.pages.sync_parts.decide_sheet import DecideSheet
from ui.pages.sync_parts.form_sheet import Ask, Form, FormSheet
from ui.pages.sync_parts.fresh_card import FreshCard
from ui.sync_port import Compared, ReceivedRow, Standing, SyncPort, SyncView, WorkRow
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import FlowRow
from ui.widgets.labels import label
from ui.widgets.table import DenseTable
from ui.widgets.table_pane import TablePane
from workstation.core.errors import Invalid
from workstation.core.events import Changed, Level, Link, Notice, SyncState
from workstation.core.i18n import _
from workstation.security.permissions import Permission

GATHER_MS: Final = 250
ROOM_PER_ROW: Final = 1.7  # some rows wrap
MOST_ROWS: Final = 10
BESIDE_FROM: Final = 900
WAITING: Final = (Standing.WAITING, Standing.HELD, Standing.POSTPONED)


def _key(row: WorkRow) -> str:
    return str(row.seq)


def _received_key(row: ReceivedRow) -> str:
    return row.key


class SyncCentrePage(Page):
    """See the module."""

    id = "sync"
    icon = "refresh-cw"

    def __init__(self, ctx: Context, port: SyncPort, parent: QWidget | None = None) -> None:
        super().__init__(ctx, None, parent)
        self._port = port
        self.view: SyncView | None = None
        self.sheet: DecideSheet | FormSheet | None = None
        self.headline = label("", "section", bold=True, wrap=True)
        self.safe = StatusChip("done", _("Safe to switch off: yes"))
        self.skew = StatusChip("warn", "")
        self.skew.hide()
        self._own = False
        self._nothing: dict[TablePane, str] = {}
        self.waiting = self._work(_("Waiting to send"), _("none"))
        self.refused = self._work(_("Not sent"), _("none"))
        self.conflicts = self._work(_("Conflicts"), _("none"))
        nothing = _("none since this window was opened")
        columns = words.received_columns(ctx.clock.now)
        self.received = TablePane(columns, _received_key, _("Latest received"), EmptyState(nothing))
        self._nothing[self.received] = nothing
        self.refused.table.opened.connect(self._retry_row)
        self.conflicts.table.opened.connect(self._compare_row)
        self._titles = {pane: label("", "body", bold=True) for pane in self._panes()}
        self.fresh = FreshCard(self)
        self._buttons: dict[str, QPushButton] = {}
        self._again = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._again.timeout.connect(self.refresh)
        self._bridge = Bridge(ctx.desk.bus, self)
        self._bridge.sync_state.connect(self._state_changed)
        self._lay_out()
        for pane in self._panes():
            self._show_title(pane, 0)
        self._show_state(ctx.desk.sync_state())

    def title(self) -> str:
        """Give the page's name."""
        return _("Sync")

    def _work(self, name: str, nothing: str) -> TablePane:
        pane = TablePane(words.work_columns(self.ctx.clock.now), _key, name, EmptyState(nothing))
        self._nothing[pane] = nothing
        return pane

    def _panes(self) -> tuple[TablePane, ...]:
        return (self.waiting, self.refused, self.conflicts, self.received)

    # Layout

    def _lay_out(self) -> None:
        t = theme()
        lists = QVBoxLayout()
        lists.setSpacing(t.px(6))
        for pane in self._panes():
            lists.addWidget(self._titles[pane])
            lists.addWidget(pane)
        lists.addStretch(1)
        inner = QWidget()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(t.px(12))
        self._body.addLayout(lists, 5)
        self._body.addWidget(self.fresh, 3, Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setAccessibleName(_("Sync"))
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        area.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self.content.setContentsMargins(t.px(12), t.px(8), t.px(4), 0)
        self.content.setSpacing(t.px(8))
        self.content.addWidget(self.headline)
        chips = FlowRow()
        for chip in (self.safe, self.skew):
            chips.add(chip)
        self.skew.hide()
        self.content.addWidget(chips)
        self.content.addWidget(self._acts_row())
        self.content.addWidget(area, 1)

    def _acts_row(self) -> FlowRow:
        row = FlowRow()
        now = button(
            _("Send and fetch now"), self.sync_now, key=self.hint("list.refresh"), kind="primary", parent=row
        )
        self._buttons["now"] = now
        for name, (text, run, _permission) in self._asked():
            self._buttons[name] = button(_(text), run, key=self.hint(f"sync.{name}"), parent=row)
        for made in self._buttons.values():
            row.add(made)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside, put what is known of freshness below the lists."""
        super().resizeEvent(event)
        beside = self.width() >= theme().px(BESIDE_FROM)
        along, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._body.setDirection(along if beside else down)

    # Content

    def load(self) -> None:
        """Ask for the whole picture."""
        self.ctx.tasks.run(self, self._port.view, self._show_view)

    def shows(self, changed: Changed) -> bool:
        """Follow everything: whatever changed here travels."""
        return bool(changed.refs)

    def refresh(self) -> None:
        """Ask again, once for many changes."""
        if not self.closed and self.isVisible():
            self.load()

    def on_changed(self, changed: Changed) -> None:
        """Gather news: a download changes much at once."""
        if not self.closed and self.shows(changed):
            self._again.start()

    @Slot(object)
    def _state_changed(self, state: SyncState) -> None:
        self._show_state(state)
        if not state.busy:
            self._again.start()

    def _show_state(self, state: SyncState) -> None:
        now = self.ctx.clock.now()
        self.headline.setText(words.headline(state, self.view, now))
        self.safe.set(*words.switch_off(state))
        actor = self.ctx.desk.actor
        manages = actor is not None and actor.may(Permission.SYNC_MANAGE)
        self._buttons["join"].setVisible(manages and state.link is Link.UNPAIRED)
        self._buttons["sign-in"].setVisible(state.link is Link.SIGN_IN)
        self._buttons["now"].setEnabled(state.link is not Link.UNPAIRED)

    def _show_view(self, view: SyncView) -> None:
        self.view = view
        self._show_state(self.ctx.desk.sync_state())
        parts: tuple[tuple[TablePane, Sequence[WorkRow | ReceivedRow]], ...] = (
            (self.waiting, [row for row in view.rows if row.standing in WAITING]),
            (self.refused, [row for row in view.rows if row.standing is Standing.REFUSED]),
            (self.conflicts, [row for row in view.rows if row.standing is Standing.PARKED]),
            (self.received, view.received),
        )
        for pane, rows in parts:
            (pane.set_rows if self._own else pane.offer)(rows)
            self._show_title(pane, len(rows))
        self._own = False
        self.fresh.show_view(view, self.ctx.clock.now())
        skewed = view.clock_skew is not None and abs(view.clock_skew) > words.SKEW_LIMIT_S
        self.skew.setVisible(skewed)
        if skewed and view.clock_skew is not None:
            text = _("The clock of this PC is {seconds} s off", seconds=round(abs(view.clock_skew)))
            self.skew.set("warn", text)

    def _show_title(self, pane: TablePane, count: int) -> None:
        """Give a list that holds nothing one line; only the last keeps its place."""
        name = pane.table.accessibleName()
        if count:
            self._titles[pane].setText(f"{name} {count}{self._hint(pane)}")
        else:
            self._titles[pane].setText(f"{name}: {self._nothing[pane]}")
        pane.setVisible(bool(count))
        pane.setFixedHeight(theme().px(36) + round(min(count, MOST_ROWS) * theme().row_height * ROOM_PER_ROW))

    def _hint(self, pane: TablePane) -> str:
        if pane is self.refused:
            return f"   {_('Try again')} R"
        return f"   {_('Compare')} Enter" if pane is self.conflicts else ""

    # Acts

    def page_actions(self) -> list[Action]:
        """Give what can be done here."""
        return [
            Action(
                "list.refresh", "Send and fetch now", self.sync_now, Permission.SYNC_READ, icon="refresh-cw"
            ),
            Action("sync.retry", "Try again", self.retry, Permission.SYNC_READ, self._can_retry),
            Action("sync.compare", "Compare", self.compare, Permission.SYNC_READ, self._can_compare),
            *(Action(f"sync.{name}", *act, self._offered(name), hint=False) for name, act in self._asked()),
        ]

    def _asked(self) -> Sequence[tuple[str, tuple[str, Callable[[], None], Permission]]]:
        """Give the acts that ask in a sheet first."""
        return (
            ("export", ("Export an encrypted copy…", self._export, Permission.SYNC_READ)),
            ("join", ("Join a centre…", self._join, Permission.SYNC_MANAGE)),
            ("sign-in", ("Sign in again…", self._sign_in, Permission.SYNC_READ)),
        )

    def _offered(self, name: str) -> Callable[[], bool]:
        return lambda: not self._buttons[name].isHidden()

    def sync_now(self) -> None:
        """Show what was held back, then send and fetch."""
        for pane in self._panes():
            pane.table.take_waiting()
        self.ctx.tasks.run(self, self._port.sync_now, lambda _done: None)

    def _current(self, table: DenseTable) -> WorkRow | None:
        row = table.current()
        return row if isinstance(row, WorkRow) else None

    def _retryable(self) -> WorkRow | None:
        table = self.waiting.table if self.waiting.table.hasFocus() else self.refused.table
        row = self._current(table)
        return row if row is not None and row.standing in (Standing.REFUSED, Standing.POSTPONED) else None

    def _can_retry(self) -> bool:
        return self._retryable() is not None

    def _can_compare(self) -> bool:
        return self._current(self.conflicts.table) is not None

    def retry(self) -> None:
        """Send the refused (or postponed) work in focus again."""
        row = self._retryable()
        if row is not None:
            self._retry_row(row)

    def _retry_row(self, row: WorkRow) -> None:
        self.ctx.tasks.run(self, lambda: self._port.retry(row.seq), self._decided, write=True)

    def _decided(self, _nothing: None) -> None:
        self._own = True
        self.refresh()

    def compare(self) -> None:
        """Show both versions of the conflict in focus."""
        row = self._current(self.conflicts.table)
        if row is not None:
            self._compare_row(row)

    def _compare_row(self, row: WorkRow) -> None:
        self.ctx.tasks.run(self, lambda: self._port.compare(row.seq), partial(self._show_sides, row))

    def _show_sides(self, row: WorkRow, sides: Sequence[Compared]) -> None:
        sheet = DecideSheet(self, row, sides)
        sheet.ours.connect(lambda reason: self._decide(self._port.keep_ours, row, reason))
        sheet.theirs.connect(lambda reason: self._decide(self._port.take_theirs, row, reason))
        self.sheet = sheet
        sheet.open()

    def _decide(self, decide: Callable[[int, str], None], row: WorkRow, reason: str) -> None:
        self.ctx.tasks.run(self, lambda: decide(row.seq, reason), self._decided, write=True)

    # Forms

    def _ask(self, form: Form, work: Callable[[list[str]], None], done: str) -> None:
        def finished() -> None:
            self.banners.show_notice("done", Notice(done, Level.SUCCESS))
            self.refresh()

        self.sheet = FormSheet(self, self.ctx.tasks, form, work, finished)
        self.sheet.open()

    def _sign_in(self) -> None:
        actor = self.ctx.desk.actor
        user = Ask(_("User number"), text=actor.user if actor is not None else "")
        self._ask(
            Form(
                _("Sign in at the centre again"),
                _("What waits is sent afterwards. Nothing was lost meanwhile."),
                (user, Ask(_("Password at the centre"), True)),
                _("Sign in"),
            ),
            lambda typed: self._port.sign_in(typed[0].strip(), typed[1]),
            _("This PC is signed in again."),
        )

    def _join(self) -> None:
        self._ask(
            Form(
                _("Join a centre"),
                _("What was made on this PC is sent to it."),
                (
                    Ask(_("Address of the centre")),
                    Ask(_("User number")),
                    Ask(_("Password at the centre"), True),
                ),
                _("Join"),
            ),
            lambda typed: self._port.join(typed[0].strip(), typed[1].strip(), typed[2]),
            _("This PC is joined to the centre."),
        )

    def _export(self) -> None:
        stem = f"qingnang-{self.ctx.clock.now():%Y%m%d-%H%M}.backup"
        chosen, _filter = QFileDialog.getSaveFileName(self, _("Export an encrypted copy…"), stem)
        if chosen:
            self.export_to(Path(chosen))

    def export_to(self, target: Path) -> None:
        """Ask for the passphrase and write the copy."""

        def write(typed: list[str]) -> None:
            if typed[0] != typed[1]:
                raise Invalid(_("The two passphrases differ."), _("Type it twice; nothing was written."))
            self._port.export(target, typed[0])

        self._ask(
            Form(
                _("Export an encrypted copy"),
                _(
                    "The copy holds everything on this PC, unsent work included. Only the passphrase opens it."
                ),
                (Ask(_("Passphrase"), True), Ask(_("The passphrase again"), True)),
                _("Write the copy"),
            ),
            write,
            _("The copy is written."),
        )

    # Keys and life

    def focus_region(self, number: int) -> None:
        """Focus one of the lists that holds something; with none, the button."""
        filled = [pane.table for pane in self._panes() if pane.table.rows_model.rowCount()]
        target: QWidget = filled[number - 1] if 1 <= number <= len(filled) else self._buttons["now"]
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Try the refused work in focus again with R."""
        if event.key() == Qt.Key.Key_R and not event.modifiers() and self._can_retry():
            self.retry()
            event.accept()
        else:
            super().keyPressEvent(event)

    def shut(self) -> None:
        """Stop listening."""
        self._bridge.close()
        super().shut()
