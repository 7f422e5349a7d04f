"""F1: every key of this screen, made from the same list as the keys themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.actions import Actions, label
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label as text_label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import _

COLUMNS = 3


class KeyOverlay(Overlay):
    """Shows keys and what they do; Esc or F1 closes it."""

    def __init__(self, host: QWidget, actions: Actions) -> None:
        super().__init__(host)
        self._actions = actions
        self.setAccessibleName(_("Keys of this screen"))
        card = Card(self)
        card.rows.addWidget(text_label(_("Keys of this screen"), "section", bold=True))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(_("Keys of this screen"))
        card.rows.addWidget(self._area, 1)
        self._close = button(_("Close"), self.cancel, key="Esc", parent=card)
        card.rows.addWidget(self._close, 0, Qt.AlignmentFlag.AlignRight)
        around = QVBoxLayout(self)
        margin = theme().px(32)
        around.setContentsMargins(margin, margin, margin, margin)
        around.addWidget(card)

    def rows(self) -> list[tuple[str, str]]:
        """Give (key, what it does) for everything that has a key here and now."""
        found = [(self._actions.hint(action.id), label(action)) for action in self._actions.live()]
        return sorted(((key, text) for key, text in found if key), key=lambda row: (len(row[0]), row[0]))

    def open(self) -> None:
        """Make the list anew and show it."""
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(theme().px(16))
        rows = self.rows()
        per_column = -(-len(rows) // COLUMNS)
        for number, (key, text) in enumerate(rows):
            column, row = divmod(number, max(per_column, 1))
            grid.addWidget(text_label(key, bold=True), row, column * 2)
            grid.addWidget(text_label(text, color="text2", wrap=True), row, column * 2 + 1)
        for column in range(COLUMNS):
            grid.setColumnStretch(column * 2 + 1, 1)
        grid.setRowStretch(max(per_column, 1), 1)
        self._area.setWidget(page)
        super().open()

    def first_focus(self) -> QWidget | None:
        """Start on Close."""
        return self._close

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with F1 too."""
        if event.key() == Qt.Key.Key_F1:
            self.cancel()
            event.accept()
        else:
            super().keyPressEvent(event)
