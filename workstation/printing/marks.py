"""What small papers share: the allergy state that no printer can fade, and a code that fits its room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from workstation.printing.barcode import bars
from workstation.printing.layout import BOX_PAD, Box, Piece, Row, Type, boxed, fitted, paragraph
from workstation.printing.line_break import unbroken
from workstation.printing.sheet import Sheet

QUIET: Final = 2.5
CHIP_GAP: Final = 1.2
SHORT: Final = 20
"""Characters of an allergen that stay on one line."""


def named(agents: Sequence[str], mark: str) -> str:
    """Join allergens so that a line ends between them; only a long one may be parted."""
    return mark.join(unbroken(agent) if len(agent) <= SHORT else agent for agent in agents)


def allergy_rows(text: str, known: bool, width: float, type_: Type, x: float = 0.0) -> list[Row]:
    """Set the allergy state: white on black where something is known, plain words otherwise."""
    if known:
        return boxed(text, width, replace(type_, bold=True), x)
    return paragraph(text, width, type_, x)


def chips(
    marks: Sequence[tuple[str, bool]], width: float, type_: Type, x: float = 0.0, *, right: bool = False
) -> list[Row]:
    """Set short marks side by side, each in a box, black where its second part says so; more rows where needed.

    With `right` each row ends at `x + width`.
    """
    rows: list[Row] = []
    pieces: list[Piece] = []
    used = 0.0
    for text, solid in marks:
        fit = fitted(text, width - 2 * BOX_PAD, type_)
        room = fit.width(text) + 2 * BOX_PAD
        if pieces and used + room > width:
            rows.append(_chip_row(pieces, type_, width - used + CHIP_GAP if right else 0.0))
            pieces, used = [], 0.0
        box: Box = "solid" if solid else "framed"
        pieces.append(Piece(text, x + used + BOX_PAD, fit, box=box))
        used += room + CHIP_GAP
    return [*rows, _chip_row(pieces, type_, width - used + CHIP_GAP if right else 0.0)] if pieces else rows


def _chip_row(pieces: Sequence[Piece], type_: Type, shift: float) -> Row:
    moved = tuple(replace(piece, x=piece.x + shift) for piece in pieces)
    return Row(type_.height + 0.4, type_.baseline, moved)


def code_width(text: str, room: float, height: float) -> float:
    """Give how wide `draw_code` draws a code, quiet zones included; 0 where there is nothing to draw."""
    drawn = bars(text, room - 2 * QUIET)
    if drawn:
        return drawn[-1][0] + drawn[-1][1] + 2 * QUIET
    return height if text else 0.0


def draw_code(sheet: Sheet, text: str, x: float, y: float, room: float, height: float) -> None:
    """Draw a Code 128 of at most `room`, quiet zones included; a QR code where that would be too fine to scan."""
    drawn = bars(text, room - 2 * QUIET)
    if drawn:
        sheet.bars(drawn, x + QUIET, y, height)
    elif text:
        sheet.square_code(text, x, y, height)
