"""The field where a code, pinyin initials or a name finds one entry: raw letters, nine rows, never a silent pick.

The list is a child of the window and not a pop-up, because Chinese input methods fail in pop-ups. The first row is
highlighted only when nothing on the list looks like another: then a wrong Enter cannot pick the wrong drug.

Use:
    field = CodeLineEdit(_("Drug"), provider)      # provider(text, deliver) calls deliver(choices, total), now or later
    field.picked.connect(...)                      # gives the Choice
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.style import panel
from ui.theme import theme
from ui.widgets.cells import chip_size, paint_chip, run_layout
from ui.widgets.input_method import set_input_method
from ui.widgets.prompts import fitting
from ui.widgets.table_model import Badge, Run
from workstation.core.i18n import _

ROWS = 9
LEAST_ROWS = 3
ASK_MS = 30
UNBOUND = 10_000


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
        self._tops = [0]
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
        widest_possible = min(theme().px(860), window.width() - theme().px(32))
        widest = max((self._natural_width(choice) for choice in self.choices), default=0)
        width = max(self._field.width(), min(max(widest, theme().px(320)), widest_possible))
        top, bottom = self._room_beside()
        height = self.lay_rows(width, max(top, bottom))
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + 2))
        if height > bottom and top > bottom:
            corner.setY(self._field.mapTo(window, QPoint(0, 0)).y() - height - 2)
        corner.setX(max(min(corner.x(), window.width() - width), 0))
        self.setGeometry(QRect(corner, QSize(width, height)))

    def lay_rows(self, width: int, most: int) -> int:
        """Set the rows below each other, as many as fit, at least three; gives the height with the count below them."""
        foot = theme().px(24)
        self._tops = [0]
        for choice in self.choices:
            self._tops.append(self._tops[-1] + self._row_height(choice, width))
        while len(self._tops) > LEAST_ROWS + 1 and self._tops[-1] > most - foot:
            self._tops.pop()
        del self.choices[len(self._tops) - 1 :]
        return max(self._tops[-1], theme().row_height) + foot

    def _room_beside(self) -> tuple[int, int]:
        """Give the heights above and below the field; the patient banner above a page is never covered."""
        window, page = self._field.window(), self._field.parentWidget()
        while page is not None and not hasattr(page, "banners"):
            page = page.parentWidget()
        ceiling = page.mapTo(window, QPoint(0, 0)).y() if page is not None and page is not window else 0
        top = self._field.mapTo(window, QPoint(0, 0)).y()
        return top - ceiling - 2, window.height() - top - self._field.height() - 2

    def _natural_width(self, choice: Choice) -> int:
        """Give the width in which nothing of a row wraps."""
        layout = run_layout(_title_runs(choice), UNBOUND)
        title = layout.lineAt(0).naturalTextWidth() if layout.lineCount() else 0.0
        detail = QFontMetricsF(theme().font("label")).horizontalAdvance(choice.detail)
        return round(max(title, detail)) + self._right_width(choice) + theme().px(28 + 18)

    def _room(self, choice: Choice, width: int) -> int:
        return width - self._right_width(choice) - theme().px(28 + 16)

    def _right_width(self, choice: Choice) -> int:
        """Give the width of what stands at the right end."""
        t = theme()
        stock = QFontMetricsF(t.font("label")).horizontalAdvance(choice.right) if choice.right else 0
        chips = sum(chip_size(badge.text).width() + t.px(6) for badge in choice.badges)
        return round(stock) + (t.px(8) if choice.right else 0) + chips

    def _row_height(self, choice: Choice, width: int) -> int:
        t, room = theme(), self._room(choice, width)
        title = run_layout(_title_runs(choice), room).boundingRect().height()
        if not choice.detail:
            return max(t.row_height, round(title) + t.px(10))
        detail = run_layout((Run(choice.detail),), room, "label").boundingRect().height()
        return max(t.px(40), round(title + detail) + t.px(8))

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
        number = bisect_right(self._tops, event.position().y()) - 1
        if 0 <= number < len(self.choices):
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
        t, top = theme(), self._tops[number]
        row = QRect(1, top + 1, self.width() - 2, self._tops[number + 1] - top - 1)
        if number == self.highlighted:
            painter.fillRect(row, t.color("selection"))
            painter.fillRect(QRect(row.left(), row.top(), t.px(3), row.height()), t.color("focus"))
        painter.setFont(t.font("hint"))
        painter.setPen(t.color("label"))
        painter.drawText(
            QRect(t.px(10), row.top(), t.px(14), row.height()), Qt.AlignmentFlag.AlignVCenter, str(number + 1)
        )
        self._paint_right(painter, row, choice)
        room = self._room(choice, self.width())
        title = run_layout(_title_runs(choice), room)
        detail = run_layout((Run(choice.detail, color="text2"),), room, "label") if choice.detail else None
        whole = title.boundingRect().height() + (detail.boundingRect().height() if detail else 0)
        y = row.center().y() + 1 - whole / 2
        title.draw(painter, QPointF(t.px(28), y))
        if detail is not None:
            detail.draw(painter, QPointF(t.px(28), y + title.boundingRect().height()))

    def _paint_right(self, painter: QPainter, row: QRect, choice: Choice) -> None:
        """Paint what stands at the right end."""
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


def _title_runs(choice: Choice) -> tuple[Run, ...]:
    return choice.runs or (Run(choice.title, bold=True),)


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
        self._question, self._answered = 0, 0
        self._prompts: tuple[str, ...] = ("",)
        self._list: ChoiceList | None = None
        self._ask_timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._ask_timer.timeout.connect(self._ask)
        self.set_input_method(on=False)
        self.textEdited.connect(self._edited)

    def set_input_method(self, on: bool) -> None:
        """Let the input method compose (for Han), or take raw letters."""
        set_input_method(self, on=on)
        state = _("input method on") if on else _("letters and pinyin initials")
        name = self.accessibleName()
        self._prompts = (f"{name} · {state} · Ctrl+I", f"{name} · Ctrl+I", name, _("Search"))
        self._fit_prompt()

    def set_prompts(self, *texts: str) -> None:
        """Say what can be typed, the longest text first: the first that fits whole is shown."""
        self._prompts = texts
        self.setPlaceholderText("")
        self._fit_prompt()

    def _fit_prompt(self) -> None:
        """Say as much of what can be typed as fits whole."""
        if self.placeholderText() in ("", *self._prompts):
            self.setPlaceholderText(fitting(self, self._prompts))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the prompt to the new width."""
        super().resizeEvent(event)
        self._fit_prompt()

    @property
    def choice_list(self) -> ChoiceList | None:
        """Give the list, once there was one."""
        return self._list

    def highlighted(self) -> Choice | None:
        """Give the highlighted choice; none while the list is older than the text."""
        shown = self._list
        if shown is None or not self._answers_text() or not 0 <= shown.highlighted < len(shown.choices):
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
        self._answered = question
        self._list.show_choices(choices, total)

    def _answers_text(self) -> bool:
        """Say whether the list is open and answers what stands in the field now."""
        return self._list is not None and not self._list.isHidden() and self._answered == self._question

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
            self._pick_or_ask(self._list.highlighted)
        elif key == Qt.Key.Key_Escape:
            self.close_list()
            self.cancelled.emit()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not ctrl and self._digit_picks():
            self._pick_or_ask(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)

    def _digit_picks(self) -> bool:
        return self._digits and any(letter.isalpha() for letter in self.text())

    def _pick_or_ask(self, number: int) -> None:
        """Pick a row; a list older than the text is never picked from, the text is asked for at once instead."""
        if self._answers_text():
            self._pick(number)
        elif self._ask_timer.isActive():
            self._ask_timer.stop()
            self._ask()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list when the focus goes elsewhere."""
        super().focusOutEvent(event)
        self.close_list()
