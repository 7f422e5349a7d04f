"""Pictures of widgets, for looking at and for tests: always the bundled fonts, always offscreen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import theme
from workstation.core.i18n import set_language


def application() -> QApplication:
    """The one application of a test run."""
    app = QApplication.instance()
    return app if isinstance(app, QApplication) else QApplication([])


def settle(widget: QWidget) -> None:
    """Let layouts and queued calls come to rest."""
    for _turn in range(4):
        application().processEvents()
    widget.update()
    application().processEvents()


def grab(widget: QWidget, size: QSize, mode: str = "", language: str = "", scale: int = 0) -> QImage:
    """Show a widget at a size and take its picture; theme, language and scale count for what it paints from now on."""
    app, t = application(), theme()
    if language:
        set_language(language)
    t.apply(app, mode or t.mode, t.density, scale or t.scale)
    widget.resize(size)
    widget.show()
    settle(widget)
    return widget.grab().toImage()
