"""The wristband: who this is, for an eye and for a scanner, and what this patient must not be given.

The square is for a bent surface, where long bars cannot be read as a whole; both codes say the number of the stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from workstation.printing.documents_ward import WristbandPaper
from workstation.printing.forms import Form
from workstation.printing.layout import MIN_SIZE, Row, Type, paragraph, space, total
from workstation.printing.line_break import unbroken
from workstation.printing.marks import allergy_rows, chips, code_width, draw_code, named
from workstation.printing.sheet import Sheet

SCALES: Final = (1.0, 0.93, 0.86, 0.79, 0.72, 0.66, 0.6, 0.54, 0.48, 0.42, 0.36)
"""How far type may shrink to keep a block on the band."""

GAP: Final = 2.4
SHARES: Final = (0.38, 0.28, 0.34)
"""What the blocks have of the room that the codes leave: identity, place, allergies."""


def draw_wristband(paper: WristbandPaper, form: Form) -> bytes:
    """Draw one wristband as PDF bytes."""
    sheet = Sheet(
        form.sizes[f"{paper.band}_width"],
        form.sizes[f"{paper.band}_height"],
        form.say("title"),
        paper.language,
    )
    _Wristband(paper, form, sheet).draw()
    return sheet.bytes()


class _Wristband:
    def __init__(self, paper: WristbandPaper, form: Form, sheet: Sheet) -> None:
        self.paper, self.form, self.sheet = paper, form, sheet
        self.edge = form.sizes["edge"]
        self.left = form.sizes[f"{paper.band}_left"]
        self.right = sheet.width - form.sizes[f"{paper.band}_right"]
        self.inner = sheet.height - 2 * self.edge

    def draw(self) -> None:
        number, x = self.paper.subject.number, self.left
        self.sheet.square_code(number, x, self.edge, self.inner)
        x += self.inner + GAP / 2
        bars = self._bars_width()
        room = self.right - x - bars - len(SHARES) * GAP
        blocks: tuple[Callable[[float, float], list[Row]], ...] = (
            self._identity,
            self._place,
            self._allergies,
        )
        for n, (share, block) in enumerate(zip(SHARES, blocks, strict=True)):
            if n:
                self._separate(x - GAP / 2)
            self._block(block, x, room * share)
            x += room * share + GAP
        if bars:
            self._separate(x - GAP / 2)
            self._bars(x, bars)

    def _separate(self, x: float) -> None:
        self.sheet.line(x, self.edge + 1, x, self.sheet.height - self.edge - 1, 0.15, 0.5)

    def _bars_width(self) -> float:
        """Give the room of the bars; a band for infants has none for them."""
        if self.paper.band == "infant":
            return 0.0
        return code_width(
            self.paper.subject.number, self.form.sizes["code_room"], self.form.sizes["code_height"]
        )

    def _bars(self, x: float, width: float) -> None:
        number, height = self.paper.subject.number, self.form.sizes["code_height"]
        type_ = Type(self.form.sizes["value"])
        y = self.edge + (self.inner - height - type_.height) / 2
        draw_code(self.sheet, number, x, y, width, height)
        self.sheet.text(number, x + width / 2, y + height + 0.6 + type_.baseline, type_, "centre")

    def _block(self, make: Callable[[float, float], list[Row]], x: float, width: float) -> None:
        trials = (make(width, scale) for scale in SCALES)
        rows = next((rows for rows in trials if total(rows) <= self.inner), None)
        rows = rows if rows is not None else make(width, SCALES[-1])
        self.sheet.rows(rows, x, self.edge + max(0.0, (self.inner - total(rows)) / 2))

    def _type(self, key: str, scale: float, *, bold: bool = False) -> Type:
        return Type(max(MIN_SIZE, self.form.sizes[key] * scale), bold=bold, leading=1.22)

    def _identity(self, width: float, scale: float) -> list[Row]:
        subject, say = self.paper.subject, self.form.say
        born = say("born", date=self.paper.birth) if self.paper.birth else ""
        about = "\u2002".join(unbroken(part) for part in (subject.sex, subject.age, born) if part)
        number = unbroken(say("number", number=subject.number))
        return [
            *paragraph(subject.name, width, self._type("name", scale, bold=True)),
            space(0.4),
            *paragraph(about, width, self._type("value", scale)),
            *paragraph(number, width, self._type("strong", scale, bold=True)),
        ]

    def _place(self, width: float, scale: float) -> list[Row]:
        paper, say = self.paper, self.form.say
        small = self._type("small", scale)
        bed = unbroken(say("bed", bed=paper.bed)) if paper.bed else ""
        where = "\u2002".join(filter(None, (paper.ward, bed)))
        rows = paragraph(where or paper.department, width, self._type("strong", scale, bold=True))
        lines = [paper.department] if where and paper.department not in where else []
        lines += [unbroken(say("since", date=paper.since))] if paper.since else []
        lines.append(unbroken(say("patient_number", number=paper.patient_number)))
        lines.append(paper.institution)
        for line in lines:
            rows += paragraph(line, width, small)
        marks = [(say("reprint", n=paper.reprint), False)] if paper.reprint else []
        marks += [(say("synthetic"), False)] if paper.synthetic else []
        return rows + chips(marks, width, replace(small, bold=True))

    def _allergies(self, width: float, scale: float) -> list[Row]:
        """Set the allergy state and the blood group; allergens there is no room for are counted, never left out."""
        paper, say = self.paper, self.form.say
        blood = say("blood_type", group=paper.blood_type) if paper.blood_type else ""
        foot = paragraph(unbroken(blood), width, self._type("value", scale, bold=True)) if blood else []
        type_ = self._type("strong" if len(paper.agents) < 3 else "value", scale)
        if not paper.agents:
            key = "allergies_none" if paper.subject.allergies.text else "allergies_not_recorded"
            return [*paragraph(say(key), width, self._type("value", scale, bold=True)), *foot]
        for shown in range(len(paper.agents), 0, -1):
            text = say("allergies", text=named(paper.agents[:shown], say("join")))
            left = len(paper.agents) - shown
            more = paragraph(say("allergies_more", count=left), width, self._type("small", scale, bold=True))
            rows = [*allergy_rows(text, True, width, type_), *(more if left else []), *foot]
            if scale > SCALES[-1] or total(rows) <= self.inner:
                break
        return rows
