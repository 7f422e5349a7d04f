"""What every screen owes to people who see, hear or move differently; page tests use it too."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ui.widgets.overlay import focus_stops

SMALLEST = 24


def nameless(root: QWidget) -> list[str]:
    """Name the controls that a screen reader would meet without a name."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QTextEdit)
    controls = {w for kind in kinds for w in root.findChildren(kind) if w.isVisible()} | set(
        focus_stops(root)
    )
    found = []
    for widget in controls:
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface is not None else ""
        if not name.strip() and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return sorted(found)


def too_small(root: QWidget) -> list[str]:
    """Name the buttons that are too small to hit."""
    return sorted(
        f"{type(w).__name__} {w.accessibleName()} {w.width()}x{w.height()}"
        for w in root.findChildren(QAbstractButton)
        if w.isVisible() and w.accessibleName() and min(w.width(), w.height()) < SMALLEST
    )
