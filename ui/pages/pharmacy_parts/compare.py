"""A wrong pack beside what was ordered: large, with the differing field heavy, so that the eye finds it at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ui import icons
from ui.style import panel
from ui.theme import theme
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.pharmacy.rows import LineRow, ScannedPack


@dataclass(frozen=True, slots=True)
class Field:
    """One compared field: its name, as ordered, as scanned."""

    name: str
    ordered: str
    scanned: str

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return _bare(self.ordered) != _bare(self.scanned)


def _bare(text: str) -> str:
    return "".join(text.replace("\u2060", "").split()).casefold()


def fields(ordered: LineRow | None, scanned: ScannedPack) -> list[Field]:
    """Give name, strength and form of both."""
    known = scanned.known and bool(scanned.name)
    return [
        Field(_("Name"), ordered.name if ordered else "—", scanned.name if known else _("unknown product")),
        Field(
            _("Strength"),
            ordered.specification if ordered else "—",
            scanned.specification if known else scanned.lot_number or scanned.trace or "—",
        ),
        Field(_("Form"), ordered.form if ordered else "—", scanned.form if known else "—"),
    ]


class Compare(QWidget):
    """Shown while the wrong pack is in the hand; the next right scan or Esc takes it away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme()
        self._cells: list[QLabel] = []
        self._title = self._words("", bold=True)
        self._advice = self._words("", kind="label")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(t.px(12))
        self._grid.setVerticalSpacing(t.px(2))
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(t.px(34), t.px(8), t.px(10), t.px(8))
        rows.setSpacing(t.px(4))
        rows.addWidget(self._title)
        rows.addLayout(self._grid)
        rows.addWidget(self._advice)
        self.hide()

    def _words(self, text: str, kind: str = "body", bold: bool = False) -> QLabel:
        made = label(text, kind, bold=bold, wrap=True, parent=self)
        palette = QPalette(made.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme().state("stop").tint_ink)
        made.setPalette(palette)
        made.setProperty("ink", None)
        return made

    def show_pair(self, ordered: LineRow | None, scanned: ScannedPack) -> None:
        """Show the ordered line and the scanned pack side by side."""
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        word = theme().state("stop").word
        self._title.setText(f"{word} · {_('This is not what was ordered')}")
        self._cells = [
            self._put(_("Ordered"), 0, 0, "label"),
            self._put(_("Scanned"), 0, 1, "label"),
        ]
        pairs = fields(ordered, scanned)
        for place, each in enumerate(pairs, 1):
            for column, text in enumerate((each.ordered, each.scanned)):
                self._cells.append(self._put(text, place, column, "name", heavy=each.differs))
        self._advice.setText(
            _(
                "Do not hand it out. Nothing may be substituted here: ask the prescriber for another prescription."
            )
        )
        spoken = [f"{f.name}: {f.ordered} / {f.scanned}" for f in pairs if f.differs]
        self.setAccessibleName(" ".join([self._title.text(), *spoken]))
        self.show()

    def _put(self, text: str, row: int, column: int, kind: str, heavy: bool = False) -> QLabel:
        made = self._words(text, kind)
        font = QFont(made.font())
        font.setWeight(QFont.Weight.Bold if heavy else QFont.Weight.Normal)
        made.setFont(font)
        self._grid.addWidget(made, row, column)
        made.show()
        return made

    def texts(self) -> list[str]:
        """Give what stands in the cells, row by row."""
        return [cell.text() for cell in self._cells]

    def heavy(self) -> list[str]:
        """Give what stands out."""
        return [c.text() for c in self._cells if c.font().weight() == QFont.Weight.Bold]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card of a stop."""
        t, painter, state = theme(), QPainter(self), theme().state("stop")
        panel(painter, QRectF(self.rect()), state.tint, state.edge, t.px(4))
        painter.fillRect(QRectF(0, t.px(2), t.px(4), self.height() - t.px(4)), state.fill)
        icons.paint(painter, state.icon, t.px(11), t.px(10), state.tint_ink, 16)
