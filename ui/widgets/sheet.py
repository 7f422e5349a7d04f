"""A sheet that stops the work: a title, a text, and choices of which the first is the safe one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.banner_strip import Choice
from ui.widgets.buttons import button
from ui.widgets.card import Card
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay

__all__ = ["Card", "Choice", "Sheet"]


class Sheet(Overlay):
    """A card in the middle of its host. Esc is the same as staying."""

    def __init__(
        self, host: QWidget, title: str, text: str, choices: Sequence[Choice], lines: Sequence[str] = ()
    ) -> None:
        super().__init__(host)
        self.setAccessibleName(title)
        self.card = Card(self)
        self.card.setMaximumWidth(theme().px(640))
        self.card.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.card.rows.addWidget(label(title, "section", bold=True, wrap=True))
        if text:
            self.card.rows.addWidget(label(text, wrap=True))
        for line in lines:
            self.card.rows.addWidget(label(f"· {line}", wrap=True))
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self.card.rows.addLayout(self.buttons)
        self._buttons: list[QPushButton] = []
        self._by_key: dict[str, Callable[[], object]] = {}
        for choice in choices:
            self._add(choice)
        around = QVBoxLayout(self)
        around.addStretch(1)
        around.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(1)

    def _add(self, choice: Choice) -> None:
        made = button(
            choice.text,
            lambda: self._choose(choice.run),
            key=choice.key,
            kind="primary" if choice.primary else "",
            parent=self.card,
        )
        self._buttons.append(made)
        self._by_key[choice.key.casefold()] = choice.run
        self.buttons.addWidget(made)

    def _choose(self, run: Callable[[], object]) -> None:
        self.dismiss()
        run()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by the letter that stands on a button; Esc stays."""
        run = self._by_key.get(event.text().casefold()) if event.text().isalpha() else None
        if run is not None:
            self._choose(run)
            event.accept()
        else:
            super().keyPressEvent(event)

    def first_focus(self) -> QWidget | None:
        """Start on the first choice, which is the safe one."""
        return self._buttons[0] if self._buttons else None
