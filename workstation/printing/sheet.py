"""The pen: millimetres from the top left instead of points from the bottom left, and the marks papers share."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from workstation.printing import fonts
from workstation.printing.barcode import squares
from workstation.printing.documents import Language
from workstation.printing.fonts import BOLD, PT, REGULAR
from workstation.printing.layout import BOX_PAD, Align, Piece, Row, Type, fitted
from workstation.printing.line_break import plain

QR_QUIET: Final = 4  # modules, by the standard


class Sheet:
    """Draws on the current page of one PDF; `bytes()` closes it. The same strokes give the same bytes."""

    def __init__(self, width: float, height: float, title: str, language: Language) -> None:
        fonts.register()
        self.width, self.height = width, height
        self._buffer = io.BytesIO()
        self._canvas = Canvas(
            self._buffer,
            pagesize=(width / PT, height / PT),
            pageCompression=1,
            invariant=1,
            initialFontName=REGULAR,
            lang="zh-CN" if language == "zh" else "en",
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Qingnang")

    def bytes(self) -> bytes:
        """Finish the last page and give the whole PDF."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def next_page(self) -> None:
        """Begin a new page."""
        self._canvas.showPage()

    def text(
        self,
        text: str,
        x: float,
        baseline: float,
        type_: Type,
        align: Align = "left",
        *,
        struck: bool = False,
    ) -> None:
        """Write a text whose left end, right end or middle is at `x`."""
        text = plain(text)
        width = type_.width(text)
        x -= {"left": 0.0, "right": width, "centre": width / 2}[align]
        if type_.ink:
            self._canvas.setFillColor(HexColor(type_.ink))
        else:
            self._canvas.setFillGray(type_.grey)
        for part, scale, rise in fonts.runs(text):
            self._canvas.setFont(BOLD if type_.bold else REGULAR, type_.size * scale)
            y = self.height - baseline + rise * type_.size * PT
            self._canvas.drawString(x / PT, y / PT, part)
            x += type_.width(part)
        if struck and text:
            for lift in (0.30, 0.44):
                y = baseline - lift * type_.size * PT
                self.line(x - width, y, x, y, 0.2, 0.0)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, weight: float = 0.2, grey: float = 0.0
    ) -> None:
        """Draw a straight line `weight` millimetres thick."""
        self._canvas.setStrokeGray(grey)
        self._canvas.setLineWidth(weight / PT)
        self._canvas.line(x1 / PT, (self.height - y1) / PT, x2 / PT, (self.height - y2) / PT)

    def box(self, x: float, y: float, width: float, height: float, weight: float = 0.4) -> None:
        """Draw a black frame filled with white."""
        self._canvas.setStrokeGray(0)
        self._canvas.setFillGray(1)
        self._canvas.setLineWidth(weight / PT)
        self._rectangle(x, y, width, height, stroke=1)

    def band(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill an area with a colour, `#RRGGBB`."""
        self._canvas.setFillColor(HexColor(colour))
        self._rectangle(x, y, width, height)

    def label_box(
        self, text: str, right: float, y: float, size: tuple[float, float], type_: Type, weight: float = 0.4
    ) -> None:
        """Draw a framed word, of one or more lines, whose right edge is at `right`; a long one shrinks to fit."""
        width, height = size
        lines = text.split("\n")
        longest = max(lines, key=type_.width)
        fit = fitted(longest, width - 2.0, replace(type_, size=type_.size / (1 + 0.25 * (len(lines) - 1))))
        step = fit.size * PT * 1.2
        baseline = y + height / 2 + 0.37 * fit.size * PT - step * (len(lines) - 1) / 2
        self.box(right - width, y, width, height, weight)
        for line in lines:
            self.text(line, right - width / 2, baseline, fit, "centre")
            baseline += step

    def bars(self, bars: Sequence[tuple[float, float]], x: float, y: float, height: float) -> None:
        """Draw a linear code on a white ground with quiet zones of 2.5 mm."""
        width = bars[-1][0] + bars[-1][1]
        self._canvas.setFillGray(1)
        self._rectangle(x - 2.5, y - 0.6, width + 5.0, height + 1.2)
        self._canvas.setFillGray(0)
        for left, thick in bars:
            self._rectangle(x + left, y, thick, height)

    def square_code(self, text: str, x: float, y: float, width: float) -> None:
        """Draw a QR code, quiet zone included, in an area `width` wide."""
        rows = squares(text)
        module = width / (len(rows) + 2 * QR_QUIET)
        x, y = x + QR_QUIET * module, y + QR_QUIET * module
        self._canvas.setFillGray(0)
        path = self._canvas.beginPath()
        for r, row in enumerate(rows):
            top = (self.height - y - (r + 1) * module) / PT
            start = None
            for c, dark in enumerate((*row, False)):
                if dark and start is None:
                    start = c
                elif not dark and start is not None:
                    path.rect((x + start * module) / PT, top, (c - start) * module / PT, module / PT)
                    start = None
        self._canvas.drawPath(path, stroke=0, fill=1)

    def watermark(self, lines: Sequence[str], size: float, grey: float = 0.86) -> None:
        """Write large pale words across the page, below everything drawn later."""
        self._canvas.saveState()
        self._canvas.translate(self.width / 2 / PT, self.height / 2 / PT)
        self._canvas.rotate(32)
        self._canvas.setFillGray(grey)
        for n, line in enumerate(lines):
            scale = 1.0 if n == 0 else 0.42
            self._canvas.setFont(BOLD, size * scale)
            self._canvas.drawCentredString(0, -n * size * 0.95, line)
        self._canvas.restoreState()

    def rows(self, rows: Sequence[Row], x: float, y: float) -> float:
        """Draw rows from `y` downwards and give where they end."""
        for row in rows:
            for piece in row.pieces:
                self._piece(piece, x, y + row.baseline + piece.drop)
            for s in row.strokes:
                self.line(x + s.x1, y + s.y1, x + s.x2, y + s.y2, s.weight, s.grey)
            y += row.height
        return y

    def _piece(self, piece: Piece, x: float, baseline: float) -> None:
        if piece.box:
            piece = self._box_of(piece, x, baseline)
        self.text(piece.text, x + piece.x, baseline, piece.type, piece.align, struck=piece.struck)

    def _box_of(self, piece: Piece, x: float, baseline: float) -> Piece:
        """Draw the box of a piece, as high as its line, and give the piece to write into it."""
        type_ = piece.type
        width = type_.width(plain(piece.text))
        left = x + piece.x - {"left": 0.0, "right": width, "centre": width / 2}[piece.align] - BOX_PAD
        top, height = baseline - type_.baseline, type_.height
        if piece.box == "solid":
            self.band(left, top, width + 2 * BOX_PAD, height, "#000000")
            return replace(piece, type=replace(type_, grey=1.0, ink=""))
        self.box(left, top + 0.15, width + 2 * BOX_PAD, height - 0.3, 0.25)
        return piece

    def _rectangle(self, x: float, y: float, width: float, height: float, stroke: int = 0) -> None:
        bottom = self.height - y - height
        self._canvas.rect(x / PT, bottom / PT, width / PT, height / PT, stroke=stroke, fill=1)
