"""The label of one tube: the code first, because a tube that cannot be scanned is drawn again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workstation.printing.documents_ward import TubeLabel, TubeLabels
from workstation.printing.forms import Form
from workstation.printing.layout import (
    BOX_PAD,
    Block,
    Piece,
    Row,
    Type,
    fitted,
    paginate,
    paragraph,
    total,
)
from workstation.printing.line_break import unbroken
from workstation.printing.marks import allergy_rows, draw_code, named
from workstation.printing.sheet import Sheet

SCALES: Final = (1.0, 0.95, 0.9)
"""How far type may shrink to keep everything on one label."""

GAP: Final = "\u2002"


def draw_specimen_labels(run: TubeLabels, form: Form) -> bytes:
    """Draw every label of a run, each on a page of its own, as PDF bytes."""
    sheet = Sheet(form.sizes["width"], form.sizes["height"], form.say("title"), run.language)
    for n, label in enumerate(run.labels):
        if n:
            sheet.next_page()
        trials = (_Label(label, form, sheet, scale, brief) for brief in (False, True) for scale in SCALES)
        fitting = next((trial for trial in trials if len(trial.pages()) == 1), None)
        (fitting or _Label(label, form, sheet, SCALES[-1], False)).draw()
    return sheet.bytes()


class _Label:
    """One label; a `brief` one counts the allergens instead of naming them."""

    def __init__(self, label: TubeLabel, form: Form, sheet: Sheet, scale: float, brief: bool) -> None:
        self.label, self.form, self.sheet, self.scale, self.brief = label, form, sheet, scale, brief
        self.margin = form.sizes["margin"]
        self.inner = sheet.width - 2 * self.margin
        self.head = self._head()
        self.small = Type(form.sizes["foot"], leading=1.15)
        self.code_height = form.sizes["code_height"] + self.small.height + 1.0

    def pages(self) -> list[list[Row]]:
        room = self.sheet.height - 2 * self.margin - total(self.head) - self.code_height
        body = self._body()
        if self._marks() or total([row for block in body for row in block]) > room:
            room -= self.small.height
        return paginate(body, room)

    def draw(self) -> None:
        pages = self.pages()
        for n, rows in enumerate(pages, start=1):
            if n > 1:
                self.sheet.next_page()
            y = self.sheet.rows(self.head, self.margin, self.margin)
            self._code(y + 0.6)
            self.sheet.rows(rows, self.margin, y + self.code_height)
            self._foot(self.form.say("part", part=n, parts=len(pages)) if len(pages) > 1 else "")

    def _type(self, key: str, *, bold: bool = False) -> Type:
        return Type(self.form.sizes[key] * self.scale, bold=bold, leading=1.16)

    def _head(self) -> list[Row]:
        """Set name, sex and age with the urgency at the right, then the number and where the patient is."""
        label, subject = self.label, self.label.subject
        name, meta = self._type("name", bold=True), self._type("meta")
        urgency = self.form.say(label.urgency) if label.urgency != "routine" else ""
        right = meta.width(urgency) * 1.15 + 2 * BOX_PAD + 1.0 if urgency else 0.0
        rows = paragraph(subject.name, self.inner - right, name)
        if urgency:
            strong = replace(meta, bold=True, size=meta.size * 1.15)
            box = Piece(urgency, self.inner - BOX_PAD, strong, "right", box="solid")
            rows[0] = replace(rows[0], pieces=(*rows[0].pieces, box))
        about = GAP.join(filter(None, (subject.sex, subject.age)))
        last = rows[-1].pieces[0]
        used = last.type.width(last.text) + 1.5
        taken = right if len(rows) == 1 else 0.0
        if used + meta.width(about) <= self.inner - taken:
            rows[-1] = replace(rows[-1], pieces=(*rows[-1].pieces, Piece(about, used, meta)))
        else:
            rows += paragraph(about, self.inner, meta)
        number, strong = self.form.say("number", number=subject.number), replace(meta, bold=True)
        room = self.inner - strong.width(number) - 1.5
        where = fitted(label.place, room, meta)
        pieces = (Piece(number, 0, strong), Piece(label.place, self.inner, where, "right"))
        if where.width(label.place) <= room:
            return [*rows, Row(meta.height, meta.baseline, pieces)]
        rows.append(Row(meta.height, meta.baseline, pieces[:1]))
        return [*rows, *paragraph(label.place, self.inner, meta)]

    def _code(self, y: float) -> None:
        height, label = self.form.sizes["code_height"], self.label
        draw_code(self.sheet, label.barcode, self.margin - 1.0, y, self.inner + 2.0, height)
        self.sheet.text(label.barcode, self.margin + 1.5, y + height + 0.3 + self.small.baseline, self.small)
        text = label.labelled_at
        right = self.sheet.width - self.margin
        self.sheet.text(text, right, y + height + 0.3 + self.small.baseline, self.small, "right")

    def _body(self) -> list[Block]:
        label, say = self.label, self.form.say
        tests = say("join").join(unbroken(test) for test in label.tests)
        meta = self._type("meta")
        tube = GAP.join(filter(None, (label.specimen, label.tube)))
        rows = paragraph(tests, self.inner, self._type("tests", bold=True))
        rows += paragraph(tube, self.inner, meta)
        rows += allergy_rows(self._allergies(), bool(label.agents), self.inner, meta)
        return [(row,) for row in rows]

    def _allergies(self) -> str:
        label, say = self.label, self.form.say
        if label.agents and self.brief:
            return say("allergies_counted", count=len(label.agents))
        if label.agents:
            return say("allergies", text=named(label.agents, say("join")))
        return say("allergies_none" if label.subject.allergies.text else "allergies_not_recorded")

    def _marks(self) -> str:
        label, form = self.label, self.form
        marks = [form.say("reprint", n=label.reprint)] if label.reprint else []
        return GAP.join([*marks, form.say("synthetic")] if label.synthetic else marks)

    def _foot(self, part: str) -> None:
        y = self.sheet.height - self.margin - self.small.height + self.small.baseline
        self.sheet.text(self._marks(), self.margin, y, self.small)
        self.sheet.text(part, self.sheet.width - self.margin, y, replace(self.small, bold=True), "right")
