"""The field where a code, pinyin initials or a name finds one entry: raw letters, nine rows, never a silent pick.

The list is a child of the window and not a pop-up, because Chinese input methods fail in pop-ups. The first row is
highlighted only when nothing on the list looks like another: then a wrong Enter cannot pick the wrong drug.

Use:
    field = CodeLineEdit(_("Drug"), provider)      # provider(text, deliver) calls deliver(choices, total), now or later
    field.picked.connect(...)                      # gives the Choice
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.style import panel
from ui.theme import theme
from ui.widgets.cells import chip_size, paint_chip, run_layout
from ui.widgets.input_method import set_input_method
from ui.widgets.table_model import Badge, Run
from workstation.core.i18n import _

ROWS = 9
ASK_MS = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the list. `data` is the caller's own; `runs` replaces `title` where differing parts are marked.

    `look_alike` (also for high-alert drugs) keeps the list from highlighting any row by itself.
    """

    key: str
    title: str
    detail: str = ""
    right: str = ""
    look_alike: bool = False
    badges: tuple[Badge, ...] = ()
    runs: tuple[Run, ...] = ()
    data: Any = None


Deliver = Callable[[Sequence[Choice], int], None]
Provider = Callable[[str, Deliver], None]


class ChoiceList(QWidget):
    """The nine rows under the field, painted; the field keeps the focus and the keys."""

    clicked = Signal(int)

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field.window())
        self._field = field
        self.choices: list[Choice] = []
        self.total = 0
        self.highlighted = -1
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_("Choices"))
        self.hide()

    def show_choices(self, choices: Sequence[Choice], total: int) -> None:
        """Show rows under the field, or above it where there is no room below."""
        self.choices, self.total = list(choices[:ROWS]), max(total, len(choices))
        look_alike = any(choice.look_alike for choice in self.choices)
        self.highlighted = 0 if self.choices and not look_alike else -1
        self.place()
        self.show()
        self.raise_()
        self.update()
        self._announce()

    def place(self) -> None:
        """Put the list where the field is now."""
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        width = max(self._field.width(), min(theme().px(640), window.width() - theme().px(32)))
        height = self._row_height() * max(len(self.choices), 1) + theme().px(24)
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + 2))
        if corner.y() + height > window.height():
            corner.setY(max(self._field.mapTo(window, QPoint(0, 0)).y() - height - 2, 0))
        corner.setX(max(min(corner.x(), window.width() - width), 0))
        self.setGeometry(QRect(corner, self.size()).adjusted(0, 0, 0, 0))
        self.resize(width, height)

    def _row_height(self) -> int:
        two_lines = any(choice.detail for choice in self.choices)
        return theme().px(44) if two_lines else theme().row_height

    def move_by(self, step: int) -> None:
        """Move the highlight."""
        if self.choices:
            start = self.highlighted if self.highlighted >= 0 else (-1 if step > 0 else 0)
            self.highlighted = (start + step) % len(self.choices)
            self.update()
            self._announce()

    def _announce(self) -> None:
        here = self.choices[self.highlighted] if 0 <= self.highlighted < len(self.choices) else None
        spoken = f"{here.title} {here.detail}" if here is not None else self.footer()
        self.setAccessibleDescription(spoken)

    def footer(self) -> str:
        """Give the count, or say that nothing fits."""
        if not self.choices:
            return _("Nothing found")
        return _("{shown}/{total} shown", shown=len(self.choices), total=self.total)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the row that was clicked."""
        number = int(event.position().y() // self._row_height())
        if number < len(self.choices):
            self.clicked.emit(number)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows and the count."""
        t, painter = theme(), QPainter(self)
        panel(painter, QRectF(self.rect()), t.color("surface"), t.color("control"), t.px(4))
        for number, choice in enumerate(self.choices):
            self._paint_row(painter, number, choice)
        painter.setFont(t.font("hint"))
        painter.setPen(t.color("label"))
        foot = QRect(t.px(8), self.height() - t.px(22), self.width() - t.px(16), t.px(20))
        painter.drawText(
            foot, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.footer()
        )

    def _paint_row(self, painter: QPainter, number: int, choice: Choice) -> None:
        t, height = theme(), self._row_height()
        row = QRect(1, number * height + 1, self.width() - 2, height - 1)
        if number == self.highlighted:
            painter.fillRect(row, t.color("selection"))
            painter.fillRect(QRect(row.left(), row.top(), t.px(3), row.height()), t.color("focus"))
        painter.setFont(t.font("hint"))
        painter.setPen(t.color("label"))
        painter.drawText(
            QRect(t.px(10), row.top(), t.px(14), row.height()), Qt.AlignmentFlag.AlignVCenter, str(number + 1)
        )
        right = self._paint_right(painter, row, choice)
        inner = QRect(t.px(28), row.top(), right - t.px(36), row.height())
        layout = run_layout(choice.runs or (Run(choice.title, bold=True),), inner.width())
        top = row.top() + t.px(4) if choice.detail else row.center().y() - layout.boundingRect().height() / 2
        layout.draw(painter, QPointF(inner.left(), top))
        if choice.detail:
            font = t.font("label")
            painter.setFont(font)
            painter.setPen(t.color("text2"))
            metrics = QFontMetricsF(font)
            under = QRectF(
                inner.left(), row.bottom() - metrics.height() - t.px(3), inner.width(), metrics.height()
            )
            painter.drawText(under, Qt.AlignmentFlag.AlignVCenter, choice.detail)

    def _paint_right(self, painter: QPainter, row: QRect, choice: Choice) -> int:
        """Paint what stands at the right end; gives where it begins."""
        t, edge = theme(), row.right() - theme().px(8)
        for badge in reversed(choice.badges):
            size = chip_size(badge.text)
            place = QRectF(
                edge - size.width(), row.center().y() - size.height() / 2, size.width(), size.height()
            )
            paint_chip(painter, place, t.state(badge.state), badge.text)
            edge -= size.width() + t.px(6)
        if choice.right:
            font = t.font("label")
            width = round(QFontMetricsF(font).horizontalAdvance(choice.right)) + 2
            painter.setFont(font)
            painter.setPen(t.color("text2"))
            painter.drawText(
                QRect(edge - width, row.top(), width, row.height()),
                Qt.AlignmentFlag.AlignVCenter,
                choice.right,
            )
            edge -= width + t.px(6)
        return edge


class CodeLineEdit(QLineEdit):
    """See the module. Ctrl+I turns the input method on for Han typing and off again."""

    picked = Signal(object)
    cancelled = Signal()

    def __init__(
        self,
        name: str,
        provider: Provider,
        parent: QWidget | None = None,
        least: int = 1,
        digits_pick: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._provider, self._least, self._digits = provider, least, digits_pick
        self._question = 0
        self._list: ChoiceList | None = None
        self._ask_timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._ask_timer.timeout.connect(self._ask)
        self.set_input_method(on=False)
        self.textEdited.connect(self._edited)

    def set_input_method(self, on: bool) -> None:
        """Let the input method compose (for Han), or take raw letters."""
        set_input_method(self, on=on)
        state = _("input method on") if on else _("letters and pinyin initials")
        self.setPlaceholderText(f"{self.accessibleName()} · {state} · Ctrl+I")

    @property
    def choice_list(self) -> ChoiceList | None:
        """Give the list, once there was one."""
        return self._list

    def highlighted(self) -> Choice | None:
        """Give the highlighted choice."""
        shown = self._list
        if shown is None or shown.isHidden() or not 0 <= shown.highlighted < len(shown.choices):
            return None
        return shown.choices[shown.highlighted]

    def _edited(self, _text: str) -> None:
        self._question += 1
        self._ask_timer.start()

    def _ask(self) -> None:
        text = self.text().strip()
        if len(text) < self._least:
            self.close_list()
            return
        question = self._question
        self._provider(text, lambda choices, total: self._show(question, choices, total))

    def _show(self, question: int, choices: Sequence[Choice], total: int) -> None:
        if question != self._question or not self.isVisible():
            return
        if self._list is None:
            self._list = ChoiceList(self)
            self._list.clicked.connect(self._pick)
        self._list.show_choices(choices, total)

    def ask_again(self) -> None:
        """Ask the provider for what stands in the field now."""
        self._edited(self.text())

    def close_list(self) -> None:
        """Hide the list."""
        self._question += 1
        if self._list is not None:
            self._list.hide()

    def _pick(self, number: int) -> None:
        shown = self._list
        if shown is None or shown.isHidden() or not 0 <= number < len(shown.choices):
            return
        choice = shown.choices[number]
        self.setText(choice.title)
        self.close_list()
        self.picked.emit(choice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and pick in the list while it is open; a leading digit is text."""
        key, ctrl = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_I and ctrl:
            self.set_input_method(not self.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled))
        elif self._list is None or self._list.isHidden():
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._list.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask_now_or_pick()
        elif key == Qt.Key.Key_Escape:
            self.close_list()
            self.cancelled.emit()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not ctrl and self._digit_picks():
            self._pick(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)

    def _digit_picks(self) -> bool:
        return self._digits and any(letter.isalpha() for letter in self.text())

    def _ask_now_or_pick(self) -> None:
        """Pick the highlighted row; a list older than the text is never picked from."""
        if self._ask_timer.isActive():
            self._ask_timer.stop()
            self._ask()
        elif self._list is not None:
            self._pick(self._list.highlighted)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list when the focus goes elsewhere."""
        super().focusOutEvent(event)
        self.close_list()
