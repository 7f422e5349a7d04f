"""Buttons that show their key: use teaches it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from ui import icons
from ui.theme import theme


def button(
    text: str,
    run: Callable[[], object] | None = None,
    *,
    kind: str = "",
    key: str = "",
    icon: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """Make a button as wide as its text. `kind`: empty, `primary`, `quiet`; `key` is written beside the text."""
    made = QPushButton(f"{' ' if icon else ''}{text}{'  ' if key else ''}{key}", parent)
    made.setProperty("kind", kind)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    if kind == "primary":
        made.setFont(theme().font("body", bold=True))
    if icon:
        ink = theme().color("accent_ink") if kind == "primary" else theme().color("text2")
        made.setIcon(icons.icon(icon, ink))
    if run is not None:
        made.clicked.connect(lambda _checked=False: run())
    return made


def icon_button(
    icon: str, name: str, run: Callable[[], object] | None = None, parent: QWidget | None = None
) -> QToolButton:
    """Make a button that is only an icon; `name` is spoken and shown as a tip."""
    made = QToolButton(parent)
    made.setIcon(icons.icon(icon, size=16))
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setAutoRaise(True)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    side = max(theme().size("hit_target"), theme().px(28))
    made.setMinimumSize(side, side)
    if run is not None:
        made.clicked.connect(lambda _checked=False: run())
    return made
