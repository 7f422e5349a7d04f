"""The label on a medicine bag: what the patient reads at home, so directions are the largest words on it.

Type shrinks a little to fit one label; what still does not fit goes to a second one, and each repeats whose it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workstation.printing.documents import DispensingLabel
from workstation.printing.forms import Form
from workstation.printing.layout import (
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
from workstation.printing.sheet import Sheet

SCALES: Final = (1.0, 0.94, 0.88, 0.82, 0.76)
"""How far type may shrink to keep everything on one label."""

ALLERGY_LINES: Final = 3
"""Lines of the allergy state that each label repeats; a longer one goes on in the first label's body."""


def draw_label(label: DispensingLabel, form: Form) -> bytes:
    """Draw the label, or as many as its text needs, as PDF bytes."""
    width, height = (float(side) for side in label.size.split("x"))
    sheet = Sheet(width, height, form.say("title"), label.language)
    trials = (_Label(label, form, sheet, scale) for scale in SCALES)
    fitting = next((trial for trial in trials if len(trial.pages()) == 1), None)
    (fitting or _Label(label, form, sheet, SCALES[-1])).draw()
    return sheet.bytes()


class _Label:
    def __init__(self, label: DispensingLabel, form: Form, sheet: Sheet, scale: float) -> None:
        self.label, self.form, self.sheet, self.scale = label, form, sheet, scale
        self.margin = form.sizes["margin"]
        self.inner = sheet.width - 2 * self.margin
        self.overflow: list[Row] = []
        self.head, self.foot = self._head(), self._foot()

    def pages(self) -> list[list[Row]]:
        room = self.sheet.height - 2 * self.margin - total(self.head) - total(self.foot)
        return paginate(self._body(), room)

    def draw(self) -> None:
        pages = self.pages()
        for n, rows in enumerate(pages, start=1):
            if n > 1:
                self.sheet.next_page()
            y = self.sheet.rows(self.head, self.margin, self.margin)
            self.sheet.rows(rows, self.margin, y)
            bottom = self.sheet.height - self.margin
            self.sheet.rows(self.foot, self.margin, bottom - total(self.foot))
            if len(pages) > 1:
                text = self.form.say("part", part=n, parts=len(pages))
                self.sheet.text(
                    text, self.sheet.width - self.margin, bottom - 3.6, Type(6, bold=True), "right"
                )

    def _type(self, key: str, *, bold: bool = False, leading: float = 1.28) -> Type:
        return Type(self.form.sizes[key] * self.scale, bold=bold, leading=leading)

    def _head(self) -> list[Row]:
        """Give the patient's line and the allergy state, with a rule below."""
        subject, form = self.label.subject, self.form
        name = self._type("name", bold=True)
        meta = self._type("meta")
        about = "\u2002".join(filter(None, (subject.sex, subject.age, subject.number)))
        rows = paragraph(subject.name, self.inner * 0.62, name)
        last = rows[-1].pieces[0]
        room = self.inner - last.type.width(last.text) - 1.5
        if meta.width(about) <= room:
            rows[-1] = replace(rows[-1], pieces=(last, Piece(about, self.inner, meta, "right")))
        else:
            rows += paragraph(about, self.inner, meta)
        state = subject.allergies
        text = form.say("allergies", text=state.text) if state.text else form.say("allergies_not_recorded")
        stated = paragraph(text, self.inner, replace(meta, bold=state.known))
        self.overflow = stated[ALLERGY_LINES:]
        rows += stated[:ALLERGY_LINES]
        height = rows[-1].height + 0.4
        rows[-1] = replace(
            rows[-1], height=height, strokes=(Stroke(0, height, self.inner, height, 0.3, 0.0),)
        )
        return [*rows, space(0.8)]

    def _body(self) -> list[Block]:
        label, form = self.label, self.form
        about = "\u2002".join(
            (
                unbroken(form.say("strength", strength=label.strength)),
                unbroken(form.say("quantity", quantity=label.quantity)),
            )
        )
        texts = [
            (label.drug, self._type("drug", bold=True)),
            (about, self._type("strength")),
            (label.directions, self._type("directions", bold=True, leading=1.36)),
        ]
        if label.timing:
            texts.append((form.say("timing", timing=label.timing), self._type("timing", bold=True)))
        texts += [(form.say("caution", text=text), self._type("caution")) for text in label.cautions]
        if label.use_before:
            texts.append((form.say("use_before", date=label.use_before), self._type("caution", bold=True)))
        more: list[Block] = [(row,) for row in self.overflow]
        return more + [tuple(paragraph(text, self.inner, type_)) for text, type_ in texts]

    def _foot(self) -> list[Row]:
        label, form = self.label, self.form
        foot = Type(form.sizes["foot"], leading=1.25)
        marks = [form.say("dispensed_on", date=label.dispensed_on), label.number]
        marks += [form.say("reprint", n=label.reprint)] if label.reprint else []
        marks += [form.say("synthetic")] if label.synthetic else []
        where = form.say("pharmacy", pharmacy=label.pharmacy, phone=label.phone)
        rows = []
        for text in (where, "\u2002".join(filter(None, marks))):
            fit = fitted(text, self.inner - 6.0, foot)
            rows.append(Row(foot.height, foot.baseline, (Piece(text, 0, fit),)))
        rows[0] = replace(rows[0], strokes=(Stroke(0, -0.2, self.inner, -0.2, 0.15, 0.4),))
        return rows
