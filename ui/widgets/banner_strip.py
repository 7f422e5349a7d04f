"""Banners of a page: a sentence with its glyph, what to do next, and buttons; they stay until answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui.style import panel
from ui.theme import theme
from ui.widgets.buttons import button, icon_button
from workstation.core.events import Level, Notice
from workstation.core.i18n import _

STATE_OF: Final = {Level.INFO: "note", Level.SUCCESS: "done", Level.WARNING: "warn", Level.ERROR: "stop"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a banner or sheet."""

    text: str
    run: Callable[[], object]
    key: str = ""
    primary: bool = False


class Banner(QWidget):
    """One notice with its buttons."""

    def __init__(self, notice: Notice, choices: Sequence[Choice], close: Callable[[], None] | None) -> None:
        super().__init__()
        self._state = STATE_OF[notice.level]
        self.setAccessibleName(f"{notice.text} {notice.hint}".strip())
        row = QHBoxLayout(self)
        t = theme()
        row.setContentsMargins(t.px(32), t.px(4), t.px(8), t.px(4))
        row.setSpacing(t.px(8))
        text = QLabel(notice.text + (f"\n{notice.hint}" if notice.hint else ""), self)
        text.setWordWrap(True)
        palette = text.palette()
        palette.setColor(text.foregroundRole(), t.state(self._state).tint_ink)
        text.setPalette(palette)
        row.addWidget(text, 1)
        for choice in choices:
            row.addWidget(button(choice.text, choice.run, key=choice.key, parent=self))
        if close is not None:
            row.addWidget(icon_button("x", _("Close this message"), close, self))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tint, its edge and the glyph."""
        t, painter = theme(), QPainter(self)
        state = t.state(self._state)
        panel(painter, QRectF(self.rect()), state.tint, state.edge, t.px(4))
        icons.paint(painter, state.icon, t.px(10), (self.height() - t.px(16)) / 2, state.tint_ink)


class BannerStrip(QWidget):
    """The banners of one page, the newest below; empty it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme().px(4))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_notice(self, name: str, notice: Notice, choices: Sequence[Choice] = ()) -> None:
        """Show a banner, in the place of one with the same name. Without choices it can be closed."""
        self.remove(name)
        banner = Banner(notice, choices, None if choices else lambda: self.remove(name))
        self._banners[name] = banner
        self._rows.addWidget(banner)
        banner.show()
        self.show()

    def remove(self, name: str) -> None:
        """Take a banner away; unknown names are fine."""
        banner = self._banners.pop(name, None)
        if banner is not None:
            self._rows.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._banners))

    def names(self) -> list[str]:
        """Give the names of the banners on show."""
        return list(self._banners)

    def texts(self) -> list[str]:
        """Give what the banners say, hints included."""
        return [banner.accessibleName() for banner in self._banners.values()]
