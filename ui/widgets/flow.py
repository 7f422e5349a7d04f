"""A row that becomes several rows where there is no room: buttons and chips keep their whole text.

A widget that places its children, not a `QLayout`: items of a Python layout die under it when widgets are deleted.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import theme


class FlowRow(QWidget):
    """Places widgets from left to right and goes on below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widgets: list[QWidget] = []
        self._gap = theme().px(6)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Add one at the end."""
        widget.setParent(self)
        self._widgets.append(widget)
        widget.show()
        self._place(self.width(), move=True)
        self.updateGeometry()

    def clear(self) -> None:
        """Take all out and delete them."""
        for widget in self._widgets:
            widget.hide()
            widget.deleteLater()
        self._widgets.clear()
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """Give the height of all rows in a width."""
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        """Give the room for one row."""
        hints = self._hints()
        width = sum(hint.width() for hint in hints) + self._gap * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:
        """Give the room for the widest piece."""
        hints = self._hints()
        width = max((hint.width() for hint in hints), default=0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def _hints(self) -> list[QSize]:
        return [widget.sizeHint() for widget in self._widgets if not widget.isHidden()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def event(self, event: QEvent) -> bool:
        """Place everything anew when a child has changed its size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place(self.width(), move=True)
            self.updateGeometry()
        return super().event(event)

    def _place(self, room: int, move: bool) -> int:
        x, y, tallest = 0, 0, 0
        for widget in self._widgets:
            if widget.isHidden():
                continue
            hint = widget.sizeHint()
            if x > 0 and x + hint.width() > room:
                x, y, tallest = 0, y + tallest + self._gap, 0
            if move:
                widget.move(QPoint(x, y))
                widget.resize(hint)
            x += hint.width() + self._gap
            tallest = max(tallest, hint.height())
        return y + tallest
