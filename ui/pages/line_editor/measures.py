"""How much room texts need, remembered: fifty orders are measured again after every key, and hardly change."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from ui.theme import theme
from ui.widgets.cells import WRAP, chip_size, least_chip_width, run_layout
from ui.widgets.table_model import Run

KEPT = 8192
TALL = 10000
Look = tuple[int, int, int]


def look() -> Look:
    """Give what sizes depend on besides the text: text size and density."""
    t = theme()
    return t.px(100), t.pad, t.row_height


@lru_cache(KEPT)
def text_height(text: str, room: int, _look: Look) -> int:
    """Give the height of plain words in a width."""
    metrics = QFontMetricsF(theme().font("body"))
    return round(metrics.boundingRect(QRectF(0, 0, room, TALL), WRAP.value, text).height())


@lru_cache(KEPT)
def runs_height(runs: tuple[Run, ...], room: int, _look: Look) -> int:
    """Give the height of a name in its weights in a width."""
    return round(run_layout(runs, room).boundingRect().height())


@lru_cache(KEPT)
def chip_height(text: str, room: int, _look: Look) -> int:
    """Give the height of a chip in a width."""
    return chip_size(text, room).height()


@lru_cache(KEPT)
def chip_width(text: str, least: bool, _look: Look) -> int:
    """Give the width of a chip, or the least it can do with."""
    return least_chip_width(text) if least else chip_size(text).width()


@lru_cache(KEPT)
def line_width(text: str, bold: bool, _look: Look) -> int:
    """Give the width of a text in one line."""
    return round(QFontMetricsF(theme().font("body", bold=bold)).horizontalAdvance(text))


@lru_cache(KEPT)
def piece_width(text: str, bold: bool, _look: Look) -> int:
    """Give the width of the longest piece that must not be parted."""
    metrics = QFontMetricsF(theme().font("body", bold=bold))
    return round(metrics.boundingRect(QRectF(0, 0, 1, TALL), WRAP.value, text).width())
