"""The left column: three parts of the queue with their counts, the search, the rows toned by how long they wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QPushButton, QVBoxLayout, QWidget

from ui.pages.pharmacy_parts import words
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.code_search import Choice, CodeLineEdit, Provider
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.table import DenseTable
from ui.widgets.table_model import Badge, Column, Run
from ui.widgets.table_pane import TablePane
from workstation.core.i18n import _, n_
from workstation.pharmacy.model import SheetState
from workstation.pharmacy.rows import QueueRow, QueueView
from workstation.pharmacy.wording import state_text
from workstation.terminology.doses import keep

PARTS: Final = ("review", "dispense", "done")
Now = Callable[[], datetime]


class QueueColumn(QWidget):
    """Use `show_view` for what was asked for, `offer` for news. `part` is which of the three parts is shown."""

    part_chosen = Signal(str)
    opened = Signal(object)
    refresh = Signal()

    def __init__(self, now: Now, search: Provider, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self.part, self._narrow = now, PARTS[0], False
        self._view = QueueView((), 0)
        t = theme()
        self._group = QButtonGroup(self)
        self.filters = [self._filter(number) for number in range(len(PARTS))]
        self.search = CodeLineEdit(_("Number, name or initials"), search, digits_pick=False)
        self.search.picked.connect(self._found)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(t.px(2))
        for each in self.filters:
            self._line.addWidget(each, 1)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(t.px(6))
        self._rows.addLayout(self._line)
        self._rows.addWidget(self.search)
        self.count = label("", "label", color="text2")
        self._rows.addWidget(self.count)
        self.pane = self._pane()
        self._rows.addWidget(self.pane, 1)
        self.show_view(self._view)

    def _filter(self, number: int) -> QPushButton:
        made = button("", kind="quiet", parent=self)
        made.setCheckable(True)
        made.setChecked(number == 0)
        self._group.addButton(made, number)
        made.clicked.connect(lambda _checked=False: self.choose(PARTS[number]))
        return made

    def _pane(self) -> TablePane:
        columns = narrow_columns(self._now) if self._narrow else row_columns(self._now)
        pane = TablePane(columns, lambda r: r.task, _("Prescriptions"), EmptyState(""))
        pane.table.opened.connect(self.opened.emit)
        pane.bar.refresh.connect(self.refresh.emit)
        return pane

    @property
    def table(self) -> DenseTable:
        """Give the list."""
        return self.pane.table

    def rows(self) -> list[QueueRow]:
        """Give the rows of the list."""
        return list(self.table.rows_model.rows())

    def _found(self, choice: Choice) -> None:
        self.search.clear()
        self.opened.emit(choice.data)

    def choose(self, part: str) -> None:
        """Show another part of the queue."""
        self.part = part
        self.filters[PARTS.index(part)].setChecked(True)
        self.part_chosen.emit(part)

    def next_part(self) -> None:
        """Show the part after this one."""
        self.choose(PARTS[(PARTS.index(self.part) + 1) % len(PARTS)])

    def show_view(self, view: QueueView) -> None:
        """Show a part now."""
        self._label(view)
        self.pane.set_rows(view.rows)

    def offer(self, view: QueueView) -> None:
        """Take news: the counts at once, the rows when no hand is in the list."""
        self._label(view)
        self.pane.offer(view.rows)

    def _label(self, view: QueueView) -> None:
        self._view = view
        texts = (
            _("Review {count}", count=view.to_review),
            _("Hand out {count}", count=view.to_dispense),
            _("Done {count}", count=view.done_today),
        )
        shown = _("{shown} of {total}", shown=len(view.rows), total=view.total)
        urgent = _("urgent {count}", count=view.urgent) if view.urgent else ""
        self.count.setText(" · ".join(part for part in (shown, urgent) if part))
        for each, text in zip(self.filters, texts, strict=True):
            each.setText(text)
            each.setAccessibleName(text)
        empty = {
            "review": _("No prescription waits for review."),
            "dispense": _("Nothing waits to be handed out."),
            "done": _("Nothing was handed out today."),
        }
        self.pane.empty.set_text(empty[self.part])

    def set_narrow(self, narrow: bool) -> None:
        """Fold to numbers, or show names again."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        along, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._line.setDirection(down if narrow else along)
        key, old = self.table.current_key(), self.pane
        self.pane = self._pane()
        self._rows.replaceWidget(old, self.pane)
        old.hide()
        old.deleteLater()
        self.show_view(self._view)
        self.table.select(key)

    def tick(self) -> None:
        """Let the waiting times run."""
        self.table.viewport().update()

    def focus(self) -> None:
        """Put the focus into the list."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)


def row_badges(row: QueueRow) -> Sequence[Badge]:
    """Give the chips after a name: what makes this sheet different from the one below it."""
    badges = []
    if row.urgent:
        badges.append(Badge("warn", _("Urgent")))
    if row.same_name:
        badges.append(Badge("caution", _("same")))
    elif row.sounds_alike:
        badges.append(Badge("caution", _("alike")))
    return badges


def row_runs(row: QueueRow) -> Sequence[Run]:
    """Give the name, then who it is, then where the sheet stands where that is not plain from the list."""
    lines = n_("{count} line", "{count} lines", row.lines)
    kind = words.rx_type_text(row.rx_type) if row.rx_type != "emergency" else ""
    about = " · ".join(keep(p) for p in (words.who(row), lines, kind) if p)
    number = f"{words.short_number(row.number)}\u00a0 "
    runs = [Run(number, color="text2"), Run(row.name, bold=True), Run(f"\n{about}", color="text2")]
    state = state_line(row)
    if state:
        runs.append(Run(f"\n{state}", color="text"))
    return runs


def state_line(row: QueueRow) -> str:
    """Say in whose hands a sheet is, or why it waits."""
    if row.answered:
        return _("The prescriber has answered")
    if row.holder:
        return f"{state_text(row.state)} · {row.holder}"
    if row.state in (SheetState.QUERY, SheetState.PARTIAL, SheetState.CANCELLED):
        return " · ".join(part for part in (state_text(row.state), row.parked) if part)
    return _("Put aside: {reason}", reason=row.parked) if row.parked else ""


def row_columns(now: Now) -> list[Column]:
    """The list with names."""
    return [
        Column(
            "who",
            "No., name",
            lambda r: r.name,
            clinical=True,
            stretch=True,
            runs=row_runs,
            badges=row_badges,
            find=lambda r: (r.name, words.short_number(r.number), *r.initials),
        ),
        _wait(now),
    ]


def narrow_columns(now: Now) -> list[Column]:
    """The list folded to numbers."""
    return [_number(), _wait(now)]


def _number() -> Column:
    return Column(
        "number",
        "No.",
        lambda r: words.short_number(r.number),
        width=44,
        mono=True,
        whole=True,
        find=lambda r: (words.short_number(r.number), r.number),
    )


def _wait(now: Now) -> Column:
    return Column(
        "wait",
        "Waits",
        lambda r: words.wait_text(r, now()),
        width=56,
        right=True,
        whole=True,
        state=lambda r: words.wait_state(r, now()),
    )
