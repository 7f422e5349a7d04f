"""F4: the box in which tests are ordered. Letters find, Enter picks, Enter in the empty box orders, a digit is a set.

A repeat is said beside its line and needs one more Enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.context import Context, PatientContext
from ui.pages.laboratory_parts import words
from ui.style import panel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.code_search import ROWS, Choice, CodeLineEdit, Deliver, Provider
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.table import Badge, Column, DenseTable, Run
from workstation.core.errors import NeedsReason, UserError
from workstation.core.events import Changed
from workstation.core.i18n import _, n_
from workstation.laboratory.model import CancelOrder, CheckOrder, OrderTests, Priority, SearchTests
from workstation.laboratory.rows import ItemRow, Repeat

PRIORITIES: Final[tuple[Priority, ...]] = ("routine", "urgent", "stat")
WIDTH: Final = 720
LEAST: Final = 230


class OrderField(CodeLineEdit):
    """The box. Empty it offers the sets until something was picked; `!` changes how soon, Backspace takes back."""

    ordered = Signal()
    hastened = Signal()
    shortened = Signal()
    left_down = Signal()

    def __init__(self, name: str, provider: Provider, parent: QWidget) -> None:
        super().__init__(name, provider, parent)
        self._wanted = -1

    def _show(self, question: int, choices: Sequence[Choice], total: int) -> None:
        super()._show(question, choices, total)
        if question == self._question:
            wanted, self._wanted = self._wanted, -1
            if wanted >= 0 and not self.text().strip():
                self._pick(wanted)

    def offer_sets(self, offer: bool) -> None:
        """Say whether the empty box lists the sets."""
        self._least = 0 if offer else 1

    def _sets_come(self) -> bool:
        """Say whether the list of sets is still to come: their digits are fixed, so they may be typed already."""
        return self._least == 0 and (self._list is None or self._list.isHidden())

    def _digit_picks(self) -> bool:
        return not self.text() or super()._digit_picks()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the empty box orders; `!` and Backspace there are commands."""
        empty, self._wanted = not self.text().strip(), -1
        digit = event.key() - Qt.Key.Key_1
        if empty and 0 <= digit < ROWS and self._sets_come():
            self._wanted = digit
        elif empty and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.ordered.emit()
        elif empty and event.text() in ("!", "\uff01"):
            self.hastened.emit()
        elif empty and event.key() == Qt.Key.Key_Backspace:
            self.shortened.emit()
        elif empty and event.key() == Qt.Key.Key_Down and (self._list is None or self._list.isHidden()):
            self.left_down.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()


class ChosenTable(DenseTable):
    """What will be ordered; Delete takes a line out."""

    removed = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Delete."""
        row = self.current()
        if row is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
            event.accept()
        else:
            super().keyPressEvent(event)


class OrderSheet(Overlay):
    """See the module. `ordered` gives the request number's first order once it is written."""

    done = Signal(object)

    def __init__(self, host: QWidget, ctx: Context, patient: PatientContext) -> None:
        super().__init__(host)
        self._ctx, self._patient = ctx, patient
        self._items: list[ItemRow] = []
        self._repeats: dict[str, Repeat] = {}
        self._asked: frozenset[str] = frozenset()
        title = _("Laboratory orders for {name}", name=patient.name)
        self.setAccessibleName(title)
        self.box = QWidget(self)
        self.field = OrderField(_("Test or panel"), self._search, self.box)
        self.field.offer_sets(offer=True)
        self.table = ChosenTable(self._columns(), lambda r: r.code, _("To be ordered"))
        self.table.horizontalHeader().hide()
        self.note = QLineEdit()
        self.note.setAccessibleName(_("Remark for the laboratory"))
        self.note.setPlaceholderText(_("Remark for the laboratory"))
        self.message = label("", wrap=True)
        self.message.hide()
        self._haste = QButtonGroup(self)
        self.send = button("", self._order, key="Enter", kind="primary", parent=self.box)
        self._lay_out(title)
        self._connect()
        self._show()

    def _columns(self) -> list[Column]:
        return [
            Column(
                "name",
                "Test",
                lambda r: r.name,
                width=180,
                clinical=True,
                stretch=True,
                runs=_name_runs,
                badges=self._badges,
            ),
            Column(
                "tube",
                "Specimen",
                lambda r: f"{r.specimen}, {r.tube}",
                width=140,
                clinical=True,
                color="text2",
            ),
        ]

    def _badges(self, row: ItemRow) -> Sequence[Badge]:
        repeat = self._repeats.get(row.code)
        found = [Badge("caution", repeat.message)] if repeat is not None else []
        return [*found, Badge("note", _("fasting"))] if row.fasting else found

    def _lay_out(self, title: str) -> None:
        t = theme()
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(label(title, "section", bold=True))
        head.addStretch(1)
        for number, priority in enumerate(PRIORITIES):
            made = button(
                words.priority_text(priority), key="!" if number == 1 else "", kind="quiet", parent=self.box
            )
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._haste.addButton(made, number)
            head.addWidget(made)
        self._haste.button(0).setChecked(True)
        foot.addWidget(self.note, 1)
        foot.addWidget(button(_("Back"), self.cancel, key="Esc", parent=self.box))
        foot.addWidget(self.send)
        rows = QVBoxLayout(self.box)
        rows.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(10))
        rows.setSpacing(t.px(6))
        rows.addLayout(head)
        for widget in (self.field, self.table, self.message):
            rows.addWidget(widget)
        rows.addLayout(foot)

    def _connect(self) -> None:
        self.field.picked.connect(self._picked)
        self.field.ordered.connect(self._order)
        self.field.hastened.connect(self._hasten)
        self.field.shortened.connect(self._take_last)
        self.field.left_down.connect(self._into_table)
        self.field.cancelled.connect(self._list_left)
        self.table.removed.connect(self._take_out)
        self.note.returnPressed.connect(self._order)

    # Finding

    def _search(self, text: str, deliver: Deliver) -> None:
        def take(rows: Sequence[ItemRow]) -> None:
            deliver([_choice(row) for row in rows], len(rows))

        self._ctx.tasks.ask(self, "laboratory.search", SearchTests(text), take, self._failed, latest="search")

    def _picked(self, choice: Choice) -> None:
        row: ItemRow = choice.data
        self.field.clear()
        self.field.offer_sets(offer=False)
        if row.kind == "set":
            self._ctx.tasks.ask(self, "laboratory.set", SearchTests(row.code), self._add, self._failed)
        else:
            self._add((row,))

    def _add(self, rows: Sequence[ItemRow]) -> None:
        known = {item.code for item in self._items}
        self._items += [row for row in rows if row.code not in known]
        self._changed()

    def _take_last(self) -> None:
        if self._items:
            self._take_out(self._items[-1])

    def _take_out(self, row: ItemRow) -> None:
        self._items = [item for item in self._items if item.code != row.code]
        self._changed()
        if not self._items:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _changed(self) -> None:
        self._asked = frozenset()
        self._say("")
        codes = tuple(item.code for item in self._items)
        request = CheckOrder(self._patient.id, codes)
        self._ctx.tasks.ask(
            self, "laboratory.check-order", request, self._checked, self._failed, latest="check"
        )
        self._show()

    def _checked(self, repeats: Sequence[Repeat]) -> None:
        self._repeats = {repeat.code: repeat for repeat in repeats}
        self._show()

    def _show(self) -> None:
        count = len(self._items)
        self.table.set_rows(list(self._items))
        self.table.setVisible(bool(count))
        again = bool(self._asked)
        words_ = _("Order again for {name}") if again else _("Order for {name}")
        self.send.setText(f"{words_.format(name=self._patient.name)}  Enter")
        self.send.setAccessibleName(words_.format(name=self._patient.name))
        self.send.setEnabled(bool(count))
        self._fit()

    # Ordering

    def priority(self) -> Priority:
        """Give how soon it is wanted."""
        return PRIORITIES[max(self._haste.checkedId(), 0)]

    def _hasten(self) -> None:
        following = (self._haste.checkedId() + 1) % len(PRIORITIES)
        self._haste.button(following).setChecked(True)

    def _order(self) -> None:
        if not self._items:
            self._say(_("Type a test first, or take a set by its digit."))
            return
        if set(self._repeats) - self._asked:
            self._ask_again(tuple(self._repeats.values()))
            return
        request = OrderTests(
            self._patient.id,
            self._patient.encounter,
            tuple(item.code for item in self._items),
            self.priority(),
            self.note.text().strip(),
            confirmed=tuple(self._asked),
        )
        self.send.setEnabled(False)
        self._ctx.tasks.do(self, "laboratory.order", request, self._written, self._refused)

    def _ask_again(self, repeats: Sequence[Repeat]) -> None:
        self._repeats |= {repeat.code: repeat for repeat in repeats}
        self._asked = frozenset(self._repeats)
        self._show()
        listed = " ".join(repeat.message for repeat in self._repeats.values())
        self._say(_("{what} Enter orders it again, Backspace takes it out.", what=listed))

    def _written(self, changed: Changed) -> None:
        orders = [ref.id for ref in changed.refs if ref.type == "ServiceRequest"]
        names = ", ".join(item.name for item in self._items)
        self.dismiss()
        text = _("Ordered for {name}: {what}", name=self._patient.name, what=names)
        self._ctx.notices.toast(text, undo=lambda: self._take_back(orders))
        self.done.emit(changed)

    def _take_back(self, orders: Sequence[str]) -> None:
        for order in orders:
            request = CancelOrder(self._patient.id, order, _("Taken back at once"))
            self._ctx.tasks.do(self._ctx.notices, "laboratory.cancel", request, lambda _changed: None)

    def _refused(self, error: Exception) -> None:
        self._show()
        if isinstance(error, NeedsReason):
            self._ask_again([alert for alert in error.alerts if isinstance(alert, Repeat)])
        else:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say(" ".join(part for part in (error.message, error.hint) if part))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self._fit()

    # The box

    def first_focus(self) -> QWidget | None:
        """Start in the box."""
        return self.field

    def _into_table(self) -> None:
        if self._items:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _list_left(self) -> None:
        """Esc with the list open over an empty box closes the sheet: nothing was typed that could be lost."""
        if not self.field.text() and not self._items:
            self.cancel()

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the sets at once."""
        super().showEvent(event)
        self._fit()
        self.field.ask_again()

    def _fit(self) -> None:
        """Stand in the upper middle, the list below the box."""
        t = theme()
        width = min(t.px(WIDTH), self.width() - t.px(16))
        self.box.setFixedWidth(max(width, t.px(320)))
        self.table.grow()
        rows = sum(self.table.rowHeight(n) for n in range(self.table.rows_model.rowCount()))
        self.table.setFixedHeight(min(rows + 4, max(self.height() - t.px(LEAST), t.row_height * 3)))
        self.box.adjustSize()
        self.box.move((self.width() - self.box.width()) // 2, t.px(4))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel over the dimmed page."""
        super().paintEvent(event)
        t = theme()
        panel(QPainter(self), QRectF(self.box.geometry()), t.color("surface"), t.color("control"), t.px(8))

    def dismiss(self) -> None:
        """Close, the list as well."""
        self.field.close_list()
        super().dismiss()


def _name_runs(row: ItemRow) -> Sequence[Run]:
    held = n_("{count} test", "{count} tests", row.tests) if row.kind == "panel" else row.short
    return Run(row.name, bold=True), Run(f"  {held}", color="text2")


def _choice(row: ItemRow) -> Choice:
    badges = (Badge("note", _("fasting")),) if row.fasting else ()
    right = row.short
    if row.kind == "set":
        right = n_("set of {count}", "set of {count}", row.tests)
    elif row.kind == "panel":
        right = n_("{count} test", "{count} tests", row.tests)
    detail = row.holds if row.kind == "set" else ", ".join(p for p in (row.specimen, row.tube) if p)
    return Choice(row.code, row.name, detail, right, badges=badges, data=row)
