"""The patient banner: who this is, the allergy state first among what matters, weight and kidney with their dates.

It is always in the same place at full width, and nothing may cover it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import focus_ring, hatch, panel
from ui.theme import theme
from ui.widgets.cells import chip_size, paint_chip
from workstation.core.i18n import _


class AllergyState(StrEnum):
    """The four states of what is known about allergies; blank is never one of them."""

    KNOWN = "known"
    NONE_KNOWN = "none-known"
    NOT_RECORDED = "not-recorded"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Vital:
    """One extra value: what it is, the value with its unit, the state it stands for (empty when ordinary), its day."""

    label: str
    value: str
    state: str = ""
    word: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class BannerData:
    """What the banner shows. Texts are ready to show; `allergies` reads “agent - reaction (year)” each.

    `place` and `day` say of a stay in which bed the patient lies and which day it is; both are empty for a visit.

    `allergy` is None for a role without clinical rights: then nothing at all is said about allergies.
    """

    patient: str
    name: str
    sex: str
    birth_date: str
    age: str
    number: str
    number_label: str = ""
    id_masked: str = ""
    allergy: AllergyState | None = AllergyState.NOT_RECORDED
    allergies: tuple[str, ...] = ()
    allergy_note: str = ""
    weight_kg: str = ""
    weight_date: str = ""
    renal: str = ""
    renal_date: str = ""
    vitals: tuple[Vital, ...] = ()
    insurance: str = ""
    deceased: str = ""
    same_name: bool = False
    rare_glyphs: bool = False
    place: str = ""
    day: str = ""


def allergy_chips(data: BannerData) -> list[tuple[str, str, bool]]:
    """Give the allergy state as chips: state of the ladder, words, solid or not."""
    match data.allergy:
        case AllergyState.KNOWN:
            return [("allergy", f"{_('Allergy')} {text}", True) for text in data.allergies]
        case AllergyState.NONE_KNOWN:
            return [("done", f"{_('No known allergy')} {data.allergy_note}".strip(), False)]
        case AllergyState.NOT_RECORDED:
            return [("caution", _("Allergies not recorded"), False)]
        case AllergyState.UNAVAILABLE:
            return [("not_checked", _("Allergies unavailable"), False)]
        case None:
            return []


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece of a banner row: a label with a value, or a chip."""

    label: str = ""
    value: str = ""
    after: str = ""
    state: str = ""
    solid: bool = False
    name: bool = False

    def fonts(self) -> tuple[QFont, QFont]:
        return theme().font("label"), theme().font("name" if self.name else "body", bold=True)

    def width(self) -> float:
        if self.state:
            return chip_size(self.value).width()
        texts = [(font, text) for font, text, _color in self._segments() if text]
        gaps = theme().px(4) * (len(texts) - 1)
        return gaps + sum(QFontMetricsF(font).horizontalAdvance(text) for font, text in texts)

    def _segments(self) -> tuple[tuple[QFont, str, str], ...]:
        small, large = self.fonts()
        return (small, self.label, "label"), (large, self.value, "text"), (small, self.after, "text2")

    def paint(self, painter: QPainter, x: float, y: float, height: float) -> None:
        t = theme()
        if self.state:
            size = chip_size(self.value)
            box = QRectF(x, y + (height - size.height()) / 2, size.width(), size.height())
            paint_chip(painter, box, t.state(self.state), self.value, self.solid)
            return
        for font, text, color in self._segments():
            painter.setFont(font)
            painter.setPen(t.color(color))
            width = QFontMetricsF(font).horizontalAdvance(text)
            painter.drawText(QRectF(x, y, width + 2, height), Qt.AlignmentFlag.AlignVCenter, text)
            x += width + (t.px(4) if text else 0)


class PatientBanner(QWidget):
    """Paints a `BannerData`; grows by whole rows when the window is narrow, so nothing is ever cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: BannerData | None = None
        self._slot = 0
        self._broken: dict[tuple[int, int], list[list[_Piece]]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(_("Patient"))

    def show_patient(self, data: BannerData, slot: int) -> None:
        """Show a patient whose chart is in slot 1 to 3."""
        self._data, self._slot = data, slot
        self._broken.clear()
        self.setAccessibleName(self.sentence())
        self.updateGeometry()
        self.update()

    def show_name(self, name: str, slot: int) -> None:
        """Show a name alone, until the record is read: never the patient before, and no guess about allergies."""
        self.show_patient(BannerData("", name, "", "", "", "", allergy=AllergyState.UNAVAILABLE), slot)

    def clear(self) -> None:
        """Forget the patient at once: the desk is locked or the chart is closed."""
        self._data, self._slot = None, 0
        self._broken.clear()
        self.setAccessibleName(_("Patient"))
        self.update()

    def data(self) -> BannerData | None:
        """Give what is on show."""
        return self._data

    def sentence(self) -> str:
        """Read the banner aloud, name first."""
        pieces = [*self._first_row(), *self._second_row()]
        return ", ".join(f"{piece.label} {piece.value} {piece.after}".strip() for piece in pieces)

    def _first_row(self) -> Iterator[_Piece]:
        d = self._data
        if d is None:
            return
        yield _Piece(value=d.name, name=True)
        if d.same_name:
            yield _Piece(value=_("Same name"), state="caution")
        if d.rare_glyphs:
            yield _Piece(value=_("Rare character"), state="caution")
        if d.deceased:
            yield _Piece(value=_("Died {date}", date=d.deceased), state="not_checked")
        if not d.birth_date:
            return
        yield _Piece(_("Sex"), d.sex)
        age = d.age if d.deceased else f"({d.age})"
        yield _Piece(_("Born"), f"{d.birth_date} {age}")
        yield _Piece(d.number_label or _("No."), d.number)
        if d.place:
            yield _Piece(value=d.place, after=d.day)
        if d.id_masked:
            yield _Piece(_("ID"), d.id_masked)

    def _second_row(self) -> Iterator[_Piece]:
        d = self._data
        if d is None:
            return
        for state, text, solid in allergy_chips(d):
            yield _Piece(value=text, state=state, solid=solid)
        if d.weight_kg:
            yield _Piece(_("Weight"), f"{d.weight_kg}\u00a0kg", d.weight_date)
        if d.renal:
            yield _Piece("eGFR", f"{d.renal}\u00a0mL/min", d.renal_date)
        for vital in d.vitals:
            yield _Piece(vital.label, vital.value, vital.date)
            if vital.state:
                yield _Piece(value=vital.word or theme().state(vital.state).word, state=vital.state)
        if d.insurance:
            yield _Piece(label=d.insurance)

    def _left(self) -> int:
        return theme().size("slot_bar") + theme().px(36) if self._slot else theme().px(12)

    def _rows(self, width: int) -> list[list[_Piece]]:
        """Break both rows into as many lines as the width asks for; layouts ask again and again."""
        key = width, theme().scale
        if key not in self._broken:
            self._broken[key] = self._break(width)
        return self._broken[key]

    def _break(self, width: int) -> list[list[_Piece]]:
        lines: list[list[_Piece]] = []
        room = width - self._left() - theme().px(16)
        for pieces in (self._first_row(), self._second_row()):
            lines.append([])
            used = 0.0
            for piece in pieces:
                if lines[-1] and used + piece.width() > room:
                    lines.append([])
                    used = 0.0
                lines[-1].append(piece)
                used += piece.width() + theme().px(12)
        return _without_stray_label([line for line in lines if line], room)

    def _line_height(self) -> int:
        return max(theme().px(24), round(QFontMetricsF(theme().font("name")).height()))

    def heightForWidth(self, width: int) -> int:
        """Give two lines' height, or more where the width asks for it."""
        lines = max(len(self._rows(width)), 2)
        return max(theme().size("banner"), lines * self._line_height() + theme().px(8))

    def sizeHint(self) -> QSize:
        """Give the height at the present width."""
        return QSize(theme().px(600), self.heightForWidth(max(self.width(), theme().px(600))))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint slot bar, digit and the lines."""
        d, t, painter = self._data, theme(), QPainter(self)
        whole = QRectF(self.rect())
        if d is not None and d.deceased:
            hatch(painter, whole, t.px(6))
        else:
            panel(painter, whole, t.color("surface"), t.color("control"), t.px(6))
        if d is None:
            return
        self._paint_slot(painter)
        lines, height = self._rows(self.width()), self._line_height()
        y = (self.height() - height * len(lines)) / 2
        for line in lines:
            x = float(self._left())
            for piece in line:
                piece.paint(painter, x, y, height)
                x += piece.width() + t.px(12)
            y += height
        if self.hasFocus():
            focus_ring(painter, whole, t.px(6), inset=True)

    def _paint_slot(self, painter: QPainter) -> None:
        if not self._slot:
            return
        t = theme()
        fill, ink = t.slot(self._slot)
        bar = t.size("slot_bar")
        painter.fillRect(QRectF(0, t.px(2), bar, self.height() - t.px(4)), fill)
        side = t.px(24)
        circle = QRectF(bar + t.px(6), (self.height() - side) / 2, side, side)
        panel(painter, circle, fill, None, side / 2)
        painter.setFont(t.font("section", bold=True))
        painter.setPen(ink)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._slot))


def _without_stray_label(lines: list[list[_Piece]], room: float) -> list[list[_Piece]]:
    """Move a bare label that would stand alone in a third line (who pays) to the end of the first, if it has room."""
    if len(lines) < 3 or len(lines[-1]) != 1 or lines[-1][0].value or lines[-1][0].state:
        return lines
    stray, gap = lines[-1][0], theme().px(12)
    used = sum(piece.width() + gap for piece in lines[0])
    return [[*lines[0], stray], *lines[1:-1]] if used + stray.width() <= room else lines
