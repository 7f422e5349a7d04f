"""The words in an empty field that say what can be typed: as much of them as fits whole, never a cut text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLineEdit

from ui.theme import theme


def fitting(field: QLineEdit, prompts: Sequence[str]) -> str:
    """Give the first prompt that fits whole into a field; the last is shown where none does."""
    room, metrics = field.width() - theme().px(20), QFontMetricsF(theme().font("body"))
    return next((text for text in prompts if metrics.horizontalAdvance(text) <= room), prompts[-1])
