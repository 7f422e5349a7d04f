"""The temperature chart on A4, as vectors at 1:1: the drawing of `temperature_layout` on paper."""

from __future__ import annotations

from typing import Final

from reportlab.lib.colors import HexColor

from workstation.printing.documents import TemperatureChart
from workstation.printing.drawing import Area, Ink, Line, Ring, Shape, Words
from workstation.printing.fonts import BOLD, PT, REGULAR
from workstation.printing.forms import Form
from workstation.printing.layout import Type
from workstation.printing.line_break import plain
from workstation.printing.sheet import Sheet
from workstation.printing.temperature_layout import drawing

INKS: Final[dict[Ink, str]] = {
    "black": "#000000",
    "label": "#444444",
    "grid": "#9FB3C4",
    "grid-strong": "#3F4F5F",
    "blue": "#1A4FB4",
    "red": "#C8102E",
}
DASH: Final = (1.6, 1.2)


def draw_temperature_chart(chart: TemperatureChart, form: Form) -> bytes:
    """Draw one page as PDF bytes."""
    made = drawing(chart, form)
    sheet = ChartSheet(made.width, made.height, form.say("title"), chart.language)
    for shape in made.shapes:
        sheet.draw(shape)
    return sheet.bytes()


class ChartSheet(Sheet):
    """A sheet that draws the shapes of a drawing in their inks."""

    def draw(self, shape: Shape) -> None:
        """Draw one shape."""
        match shape:
            case Line():
                self._stroke(shape.ink, shape.weight, shape.dashed)
                self._canvas.line(*self._at(shape.x1, shape.y1), *self._at(shape.x2, shape.y2))
            case Ring():
                self._fill(shape.ink)
                self._stroke(shape.ink, shape.weight)
                self._canvas.circle(
                    *self._at(shape.x, shape.y),
                    shape.radius / PT,
                    stroke=int(not shape.filled),
                    fill=int(shape.filled),
                )
            case Area():
                self._area(shape)
            case Words():
                self._words(shape)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x / PT, (self.height - y) / PT

    def _stroke(self, ink: Ink, weight: float, dashed: bool = False) -> None:
        self._canvas.setStrokeColor(HexColor(INKS[ink]))
        self._canvas.setLineWidth(weight / PT)
        self._canvas.setDash(*(DASH if dashed else ()))

    def _fill(self, ink: Ink) -> None:
        self._canvas.setFillColor(HexColor(INKS[ink]))

    def _area(self, shape: Area) -> None:
        path = self._canvas.beginPath()
        path.moveTo(*self._at(*shape.points[0]))
        for point in shape.points[1:]:
            path.lineTo(*self._at(*point))
        path.close()
        self._fill(shape.ink)
        self._stroke(shape.ink, shape.weight)
        self._canvas.drawPath(path, stroke=int(not shape.filled), fill=int(shape.filled))

    def _words(self, shape: Words) -> None:
        text = plain(shape.text)
        width = Type(shape.size, bold=shape.bold).width(text)
        shift = {"left": 0.0, "right": width, "centre": width / 2}[shape.align]
        self._fill(shape.ink)
        self._canvas.setFont(BOLD if shape.bold else REGULAR, shape.size)
        x, y = self._at(shape.x, shape.baseline)
        if not shape.upright:
            self._canvas.drawString(x - shift / PT, y, text)
            return
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.rotate(90)
        self._canvas.drawString(0, 0, text)
        self._canvas.restoreState()
