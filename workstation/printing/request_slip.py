"""The laboratory request on A5: who, why and what, with the request's number for the laboratory's scanner."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workstation.printing.documents_ward import RequestLine, RequestSlipPaper
from workstation.printing.forms import Form
from workstation.printing.frame import Frame
from workstation.printing.layout import (
    BOX_PAD,
    Block,
    Cell,
    Piece,
    Row,
    Stroke,
    Type,
    breakable,
    columns,
    fitted,
    paginate,
    paragraph,
    space,
    total,
)
from workstation.printing.line_break import unbroken
from workstation.printing.marks import draw_code
from workstation.printing.sheet import Sheet

CODE_ROOM: Final = 40.0
CODE_HEIGHT: Final = 8.0
SIDE: Final = 37.0
INDENT: Final = 6.0
NUMBER_WIDTH: Final = 44.0
BLANK_WORTH_A_SLASH: Final = 12.0
HEAD_LINES: Final = 6
"""Lines of diagnoses and allergies that each page repeats; a longer text goes on at the head of the tests."""


def draw_request_slip(paper: RequestSlipPaper, form: Form) -> bytes:
    """Draw a request slip as PDF bytes."""
    sheet = Sheet(form.sizes["width"], form.sizes["height"], form.say("title"), paper.language)
    _RequestSlip(paper, form, sheet).draw()
    return sheet.bytes()


class _RequestSlip:
    def __init__(self, paper: RequestSlipPaper, form: Form, sheet: Sheet) -> None:
        self.paper, self.form, self.sheet = paper, form, sheet
        self.frame = Frame(sheet, form, paper.stamp)
        self.inner = self.frame.inner
        self.overflow: list[Block] = []

    def draw(self) -> None:
        head = self._head()
        top, bottom = self.form.sizes["top"], self.form.sizes["bottom"]
        pages = paginate([*self.overflow, *self._body()], bottom - top - total(head))
        for n, rows in enumerate(pages, start=1):
            if n > 1:
                self.sheet.next_page()
            if self.paper.cancelled:
                self.sheet.watermark(self.form.texts("watermark_cancelled"), 40)
            self._marks(top)
            y = self.sheet.rows(head, self.frame.left, top)
            y = self.sheet.rows(rows, self.frame.left, y)
            self._end(y, n, len(pages))
            self._signatures(bottom + 2.0)
            code = self.form.say("check_code", code=self.paper.check_code) if self.paper.check_code else ""
            self.frame.foot(n, len(pages), code=code, synthetic=self.paper.synthetic)

    # --- head of every page

    def _marks(self, top: float) -> None:
        form, paper = self.form, self.paper
        urgency = form.choice("urgency", paper.urgency)
        if urgency:
            self.sheet.label_box(urgency, self.frame.right, top, (20, 8), Type(12, bold=True), 0.6)
        texts = [form.say("cancelled")] if paper.cancelled else []
        texts += [form.say("reprint", n=paper.reprint)] if paper.reprint else []
        self.frame.chips(texts, top + 9.0)
        draw_code(self.sheet, paper.number, self.frame.left - 2.5, top, CODE_ROOM, CODE_HEIGHT)
        self.sheet.text(paper.number, self.frame.left, top + CODE_HEIGHT + 3.4, Type(8))

    def _head(self) -> list[Row]:
        paper, say = self.paper, self.form.say
        titles = self.frame.titles(paper.institution, say("title"), SIDE)
        name = Type(self.form.sizes["name"], bold=True)
        value, subject = self.frame.value, paper.subject
        strong, inner = replace(value, bold=True), self.inner
        visit = "inpatient_number" if subject.inpatient else "visit_number"
        place = "ward" if subject.inpatient else "department"
        groups = [
            [
                Cell(say("name"), subject.name, inner * 0.36, name),
                Cell(say("sex"), subject.sex, inner * 0.15, value),
                Cell(say("age"), unbroken(subject.age), inner * 0.20, value),
                Cell(say("birth"), unbroken(paper.birth), inner * 0.29, value),
            ],
            [
                Cell(say("patient_number"), unbroken(subject.number), inner * 0.51, strong),
                Cell(say(visit), unbroken(paper.visit_number), inner * 0.49, strong),
            ],
            [
                Cell(say(place), paper.department, inner * 0.51, value),
                Cell(say("bed") if paper.bed else "", paper.bed, inner * 0.20, strong),
                Cell(say("number"), unbroken(paper.number), inner * 0.29, value),
            ],
        ]
        rows = [row for cells in groups for row in columns(cells, self.frame.label)]
        return [
            *titles,
            space(max(1.5, CODE_HEIGHT + 6.0 - total(titles))),
            *rows,
            *self._long_texts(),
            space(1.5),
        ]

    def _long_texts(self) -> list[Row]:
        """Set diagnoses, allergies and the note; what exceeds a few lines goes on above the tests."""
        paper, say, value = self.paper, self.form.say, self.frame.value
        many = len(paper.diagnoses) > 1
        numbered = (f"{n}. {text}" if many else text for n, text in enumerate(paper.diagnoses, start=1))
        allergies = paper.subject.allergies
        state = allergies.text or say("allergies_not_recorded")
        fields = [
            ("diagnoses", "\u3000".join(numbered), value),
            ("allergies", state, replace(value, bold=allergies.known)),
        ]
        fields += [("note", paper.note, value)] if paper.note else []
        rows: list[Row] = []
        self.overflow = []
        for key, text, type_ in fields:
            field = columns([Cell(say(key), text, self.inner, type_)], self.frame.label)
            rows += field[:HEAD_LINES]
            more = [replace(row, strokes=()) for row in field[HEAD_LINES:]]
            self.overflow += [*breakable(more), (space(1.5),)] if more else []
        return rows

    # --- tests

    def _body(self) -> list[Block]:
        say = self.form.say
        heading = Type(self.form.sizes["about"], bold=True)
        rows = paragraph(say("tests"), self.inner, heading)
        rows[-1] = replace(
            rows[-1], strokes=(Stroke(0, rows[-1].height, self.inner, rows[-1].height, 0.35, 0.0),)
        )
        blocks: list[Block] = [(*rows, space(0.8))]
        if not self.paper.tests:
            blocks.append(
                tuple(paragraph(say("nothing"), self.inner, Type(self.form.sizes["test"], bold=True)))
            )
        blocks += [self._line(n, line) for n, line in enumerate(self.paper.tests, start=1)]
        return blocks

    def _line(self, n: int, line: RequestLine) -> Block:
        say, about = self.form.say, Type(self.form.sizes["about"])
        room = self.inner - INDENT - NUMBER_WIDTH
        rows = paragraph(line.name, room, Type(self.form.sizes["test"], bold=True), INDENT)
        what = "\u3000".join(filter(None, (line.specimen, line.tube)))
        pieces = [Piece(f"{n}.", 0, about), *rows[0].pieces]
        pieces.append(Piece(what, self.inner, fitted(what, NUMBER_WIDTH - 2.0, about), "right"))
        rows[0] = replace(rows[0], pieces=tuple(pieces))
        rows += self._remarks(line, about)
        numbers = [say("specimens", numbers=unbroken("  ".join(line.specimens)))] if line.specimens else []
        if line.collected_by or line.collected_at:
            numbers.append(unbroken(say("collected", name=line.collected_by, time=line.collected_at)))
        if numbers:
            rows += paragraph("\u3000".join(numbers), self.inner - INDENT, replace(about, grey=0.2), INDENT)
        height = rows[-1].height + 0.9
        rows[-1] = replace(rows[-1], height=height, strokes=(Stroke(0, height, self.inner, height),))
        return (*rows, space(0.7))

    def _remarks(self, line: RequestLine, about: Type) -> list[Row]:
        """Set what changes how the specimen is taken: urgency and fasting in boxes, then the doctor's words."""
        form = self.form
        marks = [form.choice("urgency", line.urgency)] if line.urgency != self.paper.urgency else []
        marks += [form.say("fasting")] if line.fasting else []
        pieces, x, strong = [], INDENT, replace(about, bold=True)
        for mark in filter(None, marks):
            pieces.append(Piece(mark, x + BOX_PAD, strong, box="framed"))
            x += strong.width(mark) + 2 * BOX_PAD + 1.5
        rows = paragraph(line.note, self.inner - x, about, x) if line.note else []
        if pieces and not rows:
            rows = [Row(about.height, about.baseline)]
        if pieces:
            rows[0] = replace(rows[0], pieces=(*pieces, *rows[0].pieces))
        return rows

    # --- end of every page

    def _end(self, y: float, page: int, pages: int) -> None:
        """Strike out what is left empty on the last page; on the others say that more follows."""
        bottom, say, small = self.form.sizes["bottom"], self.form.say, Type(7.5, grey=0.32)
        if page < pages:
            text = say("next_page", page=page + 1)
            self.sheet.text(text, self.frame.right, bottom + 1.0, replace(small, bold=True), "right")
        elif bottom - y >= BLANK_WORTH_A_SLASH:
            self.sheet.text(say("blank_below"), self.frame.left, y + 3.4, small)
            self.sheet.line(self.frame.left, bottom - 1.0, self.frame.right, y + 1.5, 0.3)

    def _signatures(self, y: float) -> None:
        """Set who asks for it, and leave places for who takes and who receives it."""
        paper, say, left = self.paper, self.form.say, self.frame.left
        self.sheet.line(left, y, self.frame.right, y, 0.3)
        width, row = self.inner / 2, 7.6
        places = (
            (("requester", paper.requester.name), ("ordered_at", paper.requester.time)),
            (("collector", ""), ("collected_at", "")),
            (("received", ""), ("received_at", "")),
        )
        label, strong = self.frame.label, Type(self.form.sizes["signature"], bold=True)
        for line, pair in enumerate(places):
            base = y + (line + 1) * row - 2.0
            for n, (key, text) in enumerate(pair):
                x, title = left + n * width, say(key)
                self.sheet.text(title, x, base, label)
                start = x + label.width(title) + 2.0
                room = x + width - 3.0 - start
                self.sheet.line(start, base + 1.0, x + width - 3.0, base + 1.0, 0.15, 0.5)
                self.sheet.text(text, start, base, fitted(text, room, strong if n == 0 else self.frame.value))
        notice = say("signed_electronically" if paper.reliable_signature else "by_hand")
        self.sheet.text(notice, left, y + 3 * row + 2.6, Type(7, bold=True))
