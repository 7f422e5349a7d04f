"""Lucide icons from resources/icons, recoloured to the theme and kept once drawn; crisp at any screen scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme import theme
from workstation.core.data import data_folder

STROKE = "1.75"


@lru_cache(maxsize=256)
def _svg(name: str) -> str:
    text = (data_folder() / "icons" / f"{name}.svg").read_text("utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{STROKE}"')


@lru_cache(maxsize=512)
def _drawn(name: str, color: str, pixels: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode()))
    picture = QPixmap(round(pixels * ratio), round(pixels * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture


def pixmap(name: str, color: QColor | None = None, size: int = 16) -> QPixmap:
    """Draw an icon of `size` pixels (at 100 % text size). Raises FileNotFoundError for an unknown name."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    ink = color if color is not None else theme().color("text2")
    return _drawn(name, ink.name(), theme().px(size), ratio)


def icon(name: str, color: QColor | None = None, size: int = 16) -> QIcon:
    """Give an icon for a button, with its disabled look."""
    made = QIcon(pixmap(name, color, size))
    made.addPixmap(pixmap(name, theme().color("disabled"), size), QIcon.Mode.Disabled)
    return made


def paint(painter: QPainter, name: str, x: float, y: float, color: QColor, size: int = 16) -> None:
    """Paint an icon with its top left corner at a point."""
    painter.drawPixmap(round(x), round(y), pixmap(name, color, size))
