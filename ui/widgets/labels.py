"""Texts of a screen: labels that wrap without losing their first line, in the sizes of the design."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import theme


def label(
    text: str,
    kind: str = "body",
    *,
    bold: bool = False,
    color: str = "text",
    wrap: bool = False,
    mono: bool = False,
    parent: QWidget | None = None,
) -> QLabel:
    """Make a text. `kind` is a font of the theme, `color` a token; `wrap` lets it grow downwards."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(theme().font(kind, bold=bold, mono=mono))
    set_color(made, color)
    made.setWordWrap(wrap)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def set_color(widget: QWidget, color: str) -> None:
    """Colour a widget's text by token; a theme switch builds the window anew."""
    palette = QPalette(widget.palette())
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        palette.setColor(role, theme().color(color))
    widget.setPalette(palette)
