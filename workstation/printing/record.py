"""The outpatient record on A4, from one page to hundreds: whose it is and page n of N stand on every sheet.

Fields and their order follow the Record Writing Norm (2010) for outpatient and emergency records; a correction
leaves the original readable under a double line, with author and time beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from workstation.printing.documents import Addendum, OutpatientRecordPaper, Signer
from workstation.printing.forms import Form
from workstation.printing.layout import (
    Block,
    Cell,
    Piece,
    Row,
    Stroke,
    Type,
    breakable,
    centred,
    columns,
    fitted,
    paginate,
    paragraph,
    space,
    total,
)
from workstation.printing.line_break import unbroken
from workstation.printing.sheet import Sheet

LABEL_GREY: Final = 0.32
SEAL_HEIGHT: Final = 16.0


def draw_record(paper: OutpatientRecordPaper, form: Form) -> bytes:
    """Draw the whole record as PDF bytes."""
    title = form.say("title_emergency" if paper.emergency else "title")
    sheet = Sheet(form.sizes["width"], form.sizes["height"], title, paper.language)
    _Record(paper, form, sheet, title).draw()
    return sheet.bytes()


class _Record:
    def __init__(self, paper: OutpatientRecordPaper, form: Form, sheet: Sheet, title: str) -> None:
        self.paper, self.form, self.sheet, self.title = paper, form, sheet, title
        self.left = form.sizes["left"]
        self.right = sheet.width - form.sizes["right"]
        self.inner = self.right - self.left
        self.heading_width = form.sizes[f"heading_width_{paper.language}"]
        self.label = Type(form.sizes["label"], grey=LABEL_GREY)
        self.value = Type(form.sizes["value"])
        self.text = Type(form.sizes["text"], leading=form.sizes["text_leading"])
        self.heading = replace(self.text, size=form.sizes["heading"], bold=True)

    def draw(self) -> None:
        running = self._running()
        top = max(self.form.sizes["top"], self.form.sizes["running"] + total(running) + 3.0)
        head = self._head()
        bottom = self.form.sizes["bottom"] - (SEAL_HEIGHT if self.paper.copy else 0.0)
        first = self.form.sizes["running"]
        pages = paginate(self._body(), bottom - top, bottom - first - total(head))
        for n, rows in enumerate(pages, start=1):
            if n > 1:
                self.sheet.next_page()
            self._watermark()
            if n == 1:
                self._visit_box(first)
            self.sheet.rows(head if n == 1 else running, self.left, first)
            self.sheet.rows(rows, self.left, first + total(head) if n == 1 else top)
            self._foot(n, len(pages))

    # --- every page

    def _watermark(self) -> None:
        if self.paper.status == "draft":
            self.sheet.watermark(self.form.texts("watermark"), 58 if self.paper.language == "zh" else 44)
        elif self.paper.copy:
            self.sheet.watermark(self.form.texts("watermark_copy"), 64, 0.91)

    def _number_key(self) -> str:
        return "inpatient_number" if self.paper.subject.inpatient else "outpatient_number"

    def _allergies(self) -> str:
        return self.paper.subject.allergies.text or self.form.say("allergies_not_recorded")

    def _running(self) -> list[Row]:
        """Give the head of every page after the first: two identifiers and the allergy state."""
        subject, form = self.paper.subject, self.form
        small, label = Type(8.5), replace(self.label, size=7)
        who = [
            Cell(form.say("name"), subject.name, self.inner * 0.30, replace(small, bold=True)),
            Cell(form.say("sex"), subject.sex, self.inner * 0.12, small),
            Cell(form.say("age"), unbroken(subject.age), self.inner * 0.16, small),
            Cell(form.say(self._number_key()), subject.number, self.inner * 0.42, replace(small, bold=True)),
        ]
        state = Cell(
            form.say("allergies"),
            self._allergies(),
            self.inner,
            replace(small, bold=subject.allergies.known),
        )
        rows = columns(who, label)
        return [*(replace(row, strokes=()) for row in rows), *columns([state], label)]

    def _foot(self, page: int, pages: int) -> None:
        form, paper, stamp = self.form, self.paper, self.paper.stamp
        small = Type(form.sizes["stamp"], grey=0.25)
        y = self.sheet.height - 17.0
        if paper.copy:
            self._seal(y)
        self.sheet.line(self.left, y, self.right, y, 0.15, 0.5)
        text = form.say("printed", at=stamp.at, by=stamp.by, station=stamp.station)
        if paper.check_code:
            text += "\u3000" + form.say("check_code", code=paper.check_code)
        page_text = form.say("page", page=page, pages=pages)
        room = self.inner - small.width(page_text) - 4.0
        self.sheet.text(text, self.left, y + 4.0, fitted(text, room, small))
        self.sheet.text(page_text, self.right, y + 4.0, small, "right")
        if paper.synthetic:
            self.sheet.text(form.say("synthetic"), self.left, y + 8.0, replace(small, bold=True))

    def _seal(self, y: float) -> None:
        """Leave room for the records department's seal on a copy that is handed out."""
        text = self.form.say("seal")
        type_ = Type(9, bold=True)
        self.sheet.text(text, self.right - 38.0, y - SEAL_HEIGHT + 5.0, type_, "right")
        self.sheet.line(self.right - 36.0, y - 3.0, self.right, y - 3.0, 0.2, 0.4)

    # --- first page

    def _head(self) -> list[Row]:
        form, paper = self.form, self.paper
        middle = self.inner / 2
        room = self.inner - 2 * 30
        institution = Type(form.sizes["institution"], bold=True, leading=1.35)
        title = Type(form.sizes["title"], bold=True, leading=1.4)
        rows = centred(paper.institution, room, institution, middle)
        rows += centred(self.title, room, title, middle)
        return [*rows, space(2.0), *self._demographics(), space(2.5)]

    def _visit_box(self, y: float) -> None:
        form, paper = self.form, self.paper
        self.sheet.label_box(
            form.choice("visit", paper.visit), self.right, y + 1.0, (22, 8), Type(12, bold=True)
        )
        chips = [form.say("draft")] if paper.status == "draft" else []
        chips += [form.say("reprint", n=paper.reprint)] if paper.reprint else []
        chips += [form.say("copy")] if paper.copy else []
        right = self.right
        for text in chips:
            type_ = Type(8.5, bold=True)
            width = type_.width(text) + 3.2
            self.sheet.label_box(text, right, y + 10.2, (width, 5.2), type_, 0.3)
            right -= width + 1.2

    def _demographics(self) -> list[Row]:
        subject, front, say, inner = self.paper.subject, self.paper.front, self.form.say, self.inner
        name = Type(self.form.sizes["name"], bold=True)
        strong = replace(self.value, bold=True)
        state = replace(self.value, bold=subject.allergies.known)
        groups = [
            [
                Cell(say("name"), subject.name, inner * 0.36, name),
                Cell(say("sex"), subject.sex, inner * 0.14, self.value),
                Cell(say("age"), unbroken(subject.age), inner * 0.20, self.value),
                Cell(say("birth_date"), unbroken(front.birth_date), inner * 0.30, self.value),
            ],
            [
                Cell(say(self._number_key()), subject.number, inner * 0.36, strong),
                Cell(say("ethnicity"), front.ethnicity, inner * 0.34, self.value),
                Cell(say("marital_status"), front.marital_status, inner * 0.30, self.value),
            ],
            [
                Cell(say("occupation"), front.occupation, inner * 0.36, self.value),
                Cell(say("employer"), front.employer, inner * 0.64, self.value),
            ],
            [Cell(say("address"), front.address, inner, self.value)],
            [Cell(say("allergies"), self._allergies(), inner, state)],
            [
                Cell(say("visit_time"), unbroken(self.paper.visit_time), inner * 0.36, strong),
                Cell(say("department"), self.paper.department, inner * 0.34, strong),
                Cell(say("weight"), unbroken(subject.weight), inner * 0.30, self.value),
            ],
        ]
        return [row for cells in groups for row in columns(cells, self.label, gap=2.0, pad=1.4)]

    # --- body

    def _body(self) -> list[Block]:
        paper, form = self.paper, self.form
        blocks = [b for s in paper.sections for b in self._section(s.title, [s.text])]
        blocks += self._section(form.say("diagnoses"), _numbered(paper.diagnoses), bold=True)
        blocks += self._section(form.say("orders"), _numbered(paper.orders))
        blocks.append(self._signatures())
        if paper.addenda:
            heading = paragraph(form.say("addendum"), self.inner, self.heading)
            blocks.append((space(3.0), *heading))
            blocks += [b for addendum in paper.addenda for b in self._addendum(addendum)]
        return blocks

    def _section(self, title: str, texts: Sequence[str], *, bold: bool = False) -> list[Block]:
        """Set a title in the left column and its text beside it."""
        if not texts:
            return []
        type_ = replace(self.text, bold=bold)
        width = self.inner - self.heading_width
        rows = [row for text in texts for row in paragraph(text, width, type_, self.heading_width)]
        return breakable([*self._beside(title, rows), space(1.6)])

    def _beside(self, title: str, rows: list[Row]) -> list[Row]:
        heads = paragraph(title, self.heading_width - 3.0, self.heading)
        empty = Row(self.text.height, self.text.baseline)
        rows = rows + [empty] * (len(heads) - len(rows))
        for n, head in enumerate(heads):
            rows[n] = replace(rows[n], pieces=(*head.pieces, *rows[n].pieces))
        return rows

    def _signatures(self) -> Block:
        form, paper = self.form, self.paper
        rows = [space(4.0), self._signature(form.say("author"), paper.author)]
        if paper.cosigner:
            rows += [space(1.5), self._signature(form.say("cosigner"), paper.cosigner)]
        notice = form.say("signed_electronically" if paper.reliable_signature else "by_hand")
        small = Type(8, bold=True)
        rows.append(Row(small.height, small.baseline, (Piece(notice, self.inner, small, "right"),)))
        return tuple(rows)

    def _signature(self, title: str, signer: Signer) -> Row:
        """Set a signature on a line at the right; a blank one leaves the line to write on."""
        strong = Type(11, bold=True, leading=1.7)
        start = self.inner - 96.0
        label_right = start + 36.0
        time = replace(self.value, size=9.5)
        return Row(
            strong.height,
            strong.baseline,
            (
                Piece(title, label_right, self.label, "right"),
                Piece(signer.name, label_right + 2.0, fitted(signer.name, 30.0, strong)),
                Piece(signer.time, self.inner, time, "right"),
            ),
            (Stroke(label_right + 1.0, strong.height - 0.6, self.inner, strong.height - 0.6, 0.2, 0.3),),
        )

    def _addendum(self, addendum: Addendum) -> list[Block]:
        form = self.form
        indent, width = self.heading_width, self.inner - self.heading_width
        label = replace(self.label, leading=1.6)
        rows: list[Row] = []
        if addendum.original:
            rows += paragraph(form.say("original"), width, label, indent)
            rows += paragraph(addendum.original, width, self.text, indent, struck=True)
        rows += paragraph(form.say("corrected" if addendum.original else "added"), width, label, indent)
        rows += paragraph(addendum.text, width, self.text, indent)
        if addendum.reason:
            rows += paragraph(form.say("reason", reason=addendum.reason), width, Type(9), indent)
        signed = form.say("signed", name=addendum.author, time=addendum.time)
        rows += paragraph(signed, width, Type(9.5, bold=True, leading=1.6), indent)
        rows = self._beside(addendum.section, rows)
        x = indent - 2.0
        marked = [replace(row, strokes=(*row.strokes, Stroke(x, 0, x, row.height, 0.3, 0.4))) for row in rows]
        return [*breakable(marked), (space(2.5),)]


def _numbered(texts: Sequence[str]) -> list[str]:
    return [f"{n}. {text}" for n, text in enumerate(texts, start=1)] if len(texts) > 1 else list(texts)
