"""The label of an infusion bottle (瓶签, cn_rules 3.3): read at arm's length by those who prepare, check and hang it.

Patient, allergies and the code stand on every label; what one cannot hold goes on a second one that says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workstation.printing.documents_ward import BottleLabel, BottleLabels, BottleLine
from workstation.printing.forms import Form
from workstation.printing.layout import (
    BOX_PAD,
    Block,
    Piece,
    Row,
    Stroke,
    Type,
    fitted,
    paginate,
    paragraph,
    space,
    total,
)
from workstation.printing.line_break import unbroken
from workstation.printing.marks import allergy_rows, chips, draw_code
from workstation.printing.sheet import Sheet

SCALES: Final = (1.0, 0.94, 0.88, 0.82, 0.76)
"""How far type may shrink to keep everything on one label."""

GAP: Final = "\u2002"
SIGNATURES: Final = ("laid_out", "mixed", "checked", "given")
ALARMING: Final = ("positive", "required")
ALLERGY_LINES: Final = 2
"""Lines of the allergy state that each label repeats; a longer one goes on in the first label's body."""


def draw_infusion_labels(run: BottleLabels, form: Form) -> bytes:
    """Draw every label of a run, each on a page of its own, as PDF bytes."""
    sheet = Sheet(form.sizes["width"], form.sizes["height"], form.say("title"), run.language)
    for n, label in enumerate(run.labels):
        if n:
            sheet.next_page()
        trials = (_Label(label, run, form, sheet, scale) for scale in SCALES)
        fitting = next((trial for trial in trials if len(trial.pages()) == 1), None)
        (fitting or _Label(label, run, form, sheet, SCALES[-1])).draw()
    return sheet.bytes()


class _Label:
    def __init__(self, label: BottleLabel, run: BottleLabels, form: Form, sheet: Sheet, scale: float) -> None:
        self.label, self.form, self.sheet, self.scale = label, form, sheet, scale
        self.institution = run.institution
        self.margin = form.sizes["margin"]
        self.inner = sheet.width - 2 * self.margin
        self.small = Type(form.sizes["foot"], leading=1.3)
        self.overflow: list[Row] = []
        self.head = self._head()
        self.foot_height = (
            form.sizes["code_height"]
            + self.small.height
            + 1.4
            + form.sizes["sign_height"]
            + self.small.height
        )

    def pages(self) -> list[list[Row]]:
        room = self.sheet.height - 2 * self.margin - total(self.head) - self.foot_height
        return paginate(self._body(), room)

    def draw(self) -> None:
        pages = self.pages()
        for n, rows in enumerate(pages, start=1):
            if n > 1:
                self.sheet.next_page()
            y = self.sheet.rows(self.head, self.margin, self.margin)
            self.sheet.rows(rows, self.margin, y)
            self._foot(self.form.say("part", part=n, parts=len(pages)) if len(pages) > 1 else "")

    def _type(self, key: str, *, bold: bool = False, leading: float = 1.28) -> Type:
        return Type(self.form.sizes[key] * self.scale, bold=bold, leading=leading)

    # --- every label

    def _head(self) -> list[Row]:
        label, say = self.label, self.form.say
        subject, meta = label.subject, self._type("meta")
        rows = self._name_rows(self._type("name", bold=True), meta)
        number = Piece(say("number", number=subject.number), 0, replace(meta, bold=True))
        where = fitted(label.ward, self.inner * 0.5, meta)
        rows.append(Row(meta.height, meta.baseline, (number, Piece(label.ward, self.inner, where, "right"))))
        known, text = subject.allergies.known, self._allergies()
        stated = allergy_rows(text, known, self.inner, meta)
        self.overflow = stated[ALLERGY_LINES:]
        rows += stated[:ALLERGY_LINES]
        rule = Stroke(0, 0.5, self.inner, 0.5, 0.3, 0.0)
        return [*rows, Row(1.0, 1.0, strokes=(rule,))]

    def _name_rows(self, name: Type, meta: Type) -> list[Row]:
        """Set bed, name, sex and age in one line where they fit; a long name takes lines of its own."""
        subject = self.label.subject
        bed = self.form.say("bed", bed=self.label.bed) if self.label.bed else ""
        start = name.width(bed) + 2 * BOX_PAD + 2.0 if bed else 0.0
        about = GAP.join(filter(None, (subject.sex, subject.age)))
        rows = paragraph(subject.name, self.inner - start, name, start)
        if bed:
            box = Piece(bed, BOX_PAD, name, box="framed")
            rows[0] = replace(rows[0], pieces=(box, *rows[0].pieces))
        last = rows[-1].pieces[-1]
        used = last.x + last.type.width(last.text) + 2.5
        if used + meta.width(about) <= self.inner:
            rows[-1] = replace(rows[-1], pieces=(*rows[-1].pieces, Piece(about, used, meta)))
        else:
            rows += paragraph(about, self.inner, meta)
        return rows

    def _allergies(self) -> str:
        state, say = self.label.subject.allergies, self.form.say
        if state.known:
            return say("allergies", text=state.text)
        return say("allergies_none" if state.text else "allergies_not_recorded")

    def _foot(self, part: str) -> None:
        form, label = self.form, self.label
        y = self.sheet.height - self.margin - self.foot_height
        code = form.sizes["code_height"]
        draw_code(self.sheet, label.barcode, self.margin, y + 0.6, form.sizes["code_room"], code)
        self.sheet.text(label.barcode, self.margin + 2.5, y + code + 1.0 + self.small.baseline, self.small)
        y += code + self.small.height + 1.4
        self._signatures(y)
        y += form.sizes["sign_height"] + self.small.baseline + 0.2
        marks = [self.institution]
        marks += [form.say("reprint", n=label.reprint)] if label.reprint else []
        marks += [form.say("synthetic")] if label.synthetic else []
        text = GAP.join(filter(None, marks))
        self.sheet.text(text, self.margin, y, fitted(text, self.inner - 12.0, self.small))
        self.sheet.text(part, self.sheet.width - self.margin, y, replace(self.small, bold=True), "right")

    def _signatures(self, y: float) -> None:
        """Leave a place for each hand: a name and a time."""
        width, height = self.inner / len(SIGNATURES), self.form.sizes["sign_height"] - 0.8
        type_ = Type(self.form.sizes["foot"], grey=0.25)
        for n, key in enumerate(SIGNATURES):
            x = self.margin + n * width
            self.sheet.box(x, y, width, height, 0.2)
            self.sheet.text(self.form.choice("sign", key), x + 0.8, y + 2.6, type_)

    # --- what is in the bottle

    def _body(self) -> list[Block]:
        label, say = self.label, self.form.say
        blocks: list[Block] = [(row,) for row in self.overflow]
        blocks.append(tuple(self._when()))
        blocks += [tuple(self._line(line)) for line in label.lines]
        parts = [label.route, label.frequency]
        parts += [say("rate", rate=label.drip_rate)] if label.drip_rate else []
        parts += [say("minutes", minutes=label.minutes)] if label.minutes else []
        text = GAP.join(unbroken(part) for part in parts if part)
        how = paragraph(text, self.inner, self._type("rate", bold=True))
        rule = Stroke(0, 0.4, self.inner, 0.4, 0.15, 0.4)
        blocks.append((Row(0.8, 0.8, strokes=(rule,)), *how))
        if label.note:
            blocks.append(tuple(paragraph(say("note", note=label.note), self.inner, self._type("note"))))
        return blocks

    def _when(self) -> list[Row]:
        """Set date, time and place in the day, then the marks that change how it is prepared."""
        label, say = self.label, self.form.say
        strong, meta = self._type("when", bold=True), self._type("meta")
        group = say("group", place=label.place, places=label.places)
        about = GAP.join(unbroken(part) for part in (group, label.batch) if part)
        start = strong.width(label.planned) + 3.0
        fit = fitted(about, self.inner - start, meta)
        row = Row(strong.height, strong.baseline, (Piece(label.planned, 0, strong), Piece(about, start, fit)))
        marks = [(say("high_alert"), True)] if label.high_alert else []
        if label.skin_test:
            marks.append((self.form.choice("skin_test", label.skin_test), label.skin_test in ALARMING))
        marks += [(say("from_light"), False)] if label.from_light else []
        used = start + fit.width(about) + 2.0
        boxes = chips(marks, self.inner - used, replace(meta, bold=True), used, right=True)
        if len(boxes) == 1:
            return [replace(row, pieces=(*row.pieces, *boxes[0].pieces))]
        return [row, *chips(marks, self.inner, replace(meta, bold=True))]

    def _line(self, line: BottleLine) -> list[Row]:
        """Set one drug: its name, then strength, dose and how much is taken, beside it where they fit."""
        say, drug, about = self.form.say, self._type("drug", bold=True), self._type("about")
        rows = paragraph(line.name, self.inner, drug)
        marks = [(say("high_alert"), True)] if line.high_alert and len(self.label.lines) > 1 else []
        marks += [(say("solvent"), False)] if line.solvent else []
        details = [say("strength", strength=line.strength)] if line.strength else []
        details += [say("dose", dose=line.dose)] if line.dose else []
        details += [say("quantity", quantity=line.quantity)] if line.quantity else []
        text = GAP.join(unbroken(part) for part in details)
        last = rows[-1].pieces[-1]
        used = last.type.width(last.text) + 2.0
        pieces = list(rows[-1].pieces)
        for mark, solid in marks:
            type_ = self._type("note", bold=True)
            pieces.append(Piece(mark, used + BOX_PAD, type_, box="solid" if solid else "framed"))
            used += type_.width(mark) + 2 * BOX_PAD + 1.6
        rows[-1] = replace(rows[-1], pieces=tuple(pieces))
        if used + about.width(text) <= self.inner:
            right = Piece(text, self.inner, about, "right")
            rows[-1] = replace(rows[-1], pieces=(*rows[-1].pieces, right))
            return rows
        return [*rows, *paragraph(text, self.inner - 4.0, about, 4.0), space(0.3)]
