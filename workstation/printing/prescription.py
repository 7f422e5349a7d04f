"""The prescription on A5: header, body after Rp and footer, whole on each page, so that a lost sheet says whose it is.

The form and its marks follow the Prescription Standard (annex 1 of the Prescription Administration Measures): type
at the top right and by colour, one drug to a line, a slash over what is left empty, a place for each signature.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workstation.printing.barcode import OfflinePayload, bars, write_payload
from workstation.printing.documents import PrescriptionLine, PrescriptionPaper, Signer
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
    lines_of,
    paginate,
    paragraph,
    space,
    total,
)
from workstation.printing.line_break import unbroken
from workstation.printing.sheet import Sheet

LABEL_GREY: Final = 0.32
BLANK_WORTH_A_SLASH: Final = 8.0
"""Room in millimetres in which another drug could still be written by hand."""

INDENT: Final = 8.0
QUANTITY_WIDTH: Final = 24.0
QR_WIDTH: Final = 25.0
BARCODE_WIDTH: Final = 40.0


def draw_prescription(paper: PrescriptionPaper, form: Form) -> bytes:
    """Draw the whole prescription as PDF bytes."""
    sheet = Sheet(
        form.sizes["width"], form.sizes["height"], f"{form.say('title')} {paper.number}", paper.language
    )
    pen = _Prescription(paper, form, sheet)
    pen.draw()
    return sheet.bytes()


class _Prescription:
    def __init__(self, paper: PrescriptionPaper, form: Form, sheet: Sheet) -> None:
        self.paper, self.form, self.sheet = paper, form, sheet
        self.left = form.sizes["margin"]
        self.right = sheet.width - self.left
        self.inner = self.right - self.left
        self.label = Type(form.sizes["label"], grey=LABEL_GREY)
        self.value = Type(form.sizes["value"])

    def draw(self) -> None:
        header, overflow = self._header_rows()
        top = self.form.sizes["band_bottom"] + 1.2
        body_top = top + total(header) + 1.8
        rp = Type(self.form.sizes["rp"], bold=True, leading=1.3)
        room = self.form.sizes["body_bottom"] - body_top - rp.height
        pages = paginate([*overflow, *self._body()], room)
        for n, rows in enumerate(pages, start=1):
            if n > 1:
                self.sheet.next_page()
            self._marks()
            self._title()
            self.sheet.rows(header, self.left, top)
            self.sheet.text(self.form.say("rp"), self.left, body_top + rp.baseline, rp)
            end = self.sheet.rows(rows, self.left, body_top + rp.height)
            self._end_of_body(end, n, len(pages))
            self._footer(n, len(pages))

    # --- header

    def _marks(self) -> None:
        form, paper = self.form, self.paper
        if paper.status == "draft":
            self.sheet.watermark(form.texts("watermark"), 40 if paper.language == "zh" else 27)
        tint = form.tints.get(paper.rx_type)
        if tint:
            top = form.sizes["band_top"]
            height = form.sizes["band_bottom"] - top
            self.sheet.band(self.left - 3, top, self.inner + 6, height, tint)
        self.sheet.line(
            self.left - 3, form.sizes["band_bottom"], self.right + 3, form.sizes["band_bottom"], 0.5
        )

    def _title(self) -> None:
        form, paper, top = self.form, self.paper, self.form.sizes["band_top"]
        middle = self.sheet.width / 2
        room = self.inner - 2 * 28
        name = centred(paper.institution, room, fitted_or_wrapped(paper.institution, room, form), middle)
        end = self.sheet.rows(name, 0, top + 1.2)
        title = Type(form.sizes["title"], bold=True, leading=1.25)
        self.sheet.rows(centred(form.say("title"), room, title, middle), 0, end)
        self._number_code(top + 8.4)
        label = form.choice("class", paper.rx_type)
        if label:
            self.sheet.label_box(
                label, self.right, top + 1.6, (26, 10.6), Type(form.sizes["class_label"], bold=True), 0.6
            )
        self._chips(top + 14.2)

    def _number_code(self, y: float) -> None:
        code = bars(self.paper.number, BARCODE_WIDTH)
        if code:
            self.sheet.bars(code, self.left + 0.5, y, 9)
        self.sheet.text(self.paper.number, self.left + 0.5, y + 12.6, Type(8))

    def _chips(self, y: float) -> None:
        form, paper, right = self.form, self.paper, self.right
        chips = [form.say("long_term")] if paper.long_term else []
        chips += [form.say("reprint", n=paper.reprint)] if paper.reprint else []
        chips += [form.say("draft")] if paper.status == "draft" else []
        for text in chips:
            type_ = Type(8.5, bold=True)
            width = type_.width(text) + 3.2
            self.sheet.label_box(text, right, y, (width, 5.2), type_, 0.3)
            right -= width + 1.2

    def _header_rows(self) -> tuple[list[Row], list[Block]]:
        form, paper, subject = self.form, self.paper, self.paper.subject
        wide = form.sizes[f"identity_width_{paper.language}"]
        rest = self.inner - wide
        number = "inpatient_number" if subject.inpatient else "outpatient_number"
        place = "ward" if subject.inpatient else "place"
        name = Type(form.sizes["name"], bold=True)
        strong = replace(self.value, bold=True)
        rows = columns(
            [
                Cell(form.say("name"), subject.name, wide, name),
                Cell(form.say("sex"), subject.sex, rest * 0.26, self.value),
                Cell(form.say("age"), unbroken(subject.age), rest * 0.34, self.value),
                Cell(form.say("weight"), unbroken(subject.weight), rest * 0.40, self.value),
            ],
            self.label,
        )
        rows += columns(
            [
                Cell(form.say(number), subject.number, wide, strong),
                Cell(form.say(place), paper.place, rest * 0.62, self.value),
                Cell(form.say("fee_type"), paper.fee_type, rest * 0.38, self.value),
            ],
            self.label,
        )
        rows += columns(
            [
                Cell(form.say("number"), paper.number or form.say("no_number"), wide, self.value),
                Cell(form.say("date"), unbroken(paper.date), rest / 2, self.value),
                Cell(form.say("valid_until"), unbroken(paper.valid_until), rest / 2, self.value),
            ],
            self.label,
        )
        rows += self._agent_rows()
        return self._with_long_texts(rows)

    def _agent_rows(self) -> list[Row]:
        form, agent = self.form, self.paper.agent
        if self.paper.rx_type != "narcotic":
            return []
        half = self.inner * 0.62
        first = [
            Cell(form.say("patient_id"), agent.patient_id, half, self.value),
            Cell(form.say("agent"), agent.name, self.inner - half, self.value),
        ]
        second = [Cell(form.say("agent_id"), agent.id, self.inner, self.value)]
        return columns(first, self.label) + columns(second, self.label)

    def _with_long_texts(self, rows: list[Row]) -> tuple[list[Row], list[Block]]:
        """Add diagnoses and allergies; what exceeds a few lines goes on at the head of the body."""
        form, paper, allergies = self.form, self.paper, self.paper.subject.allergies
        many = len(paper.diagnoses) > 1
        numbered = (f"{n}. {text}" if many else text for n, text in enumerate(paper.diagnoses, start=1))
        state = allergies.text or form.say("allergies_not_recorded")
        fields = (
            ("diagnoses", "\u3000".join(numbered), self.value),
            ("allergies", state, replace(self.value, bold=allergies.known)),
        )
        overflow: list[Block] = []
        for key, text, type_ in fields:
            title = form.say(key)
            field = columns([Cell(title, text, self.inner, type_)], self.label)
            keep = int(form.sizes["diagnosis_lines"])
            if len(field) > keep:
                more = [Piece(form.say("continued"), 0, self.label)]
                rest = [replace(row, strokes=()) for row in field[keep:]]
                rest[0] = replace(rest[0], pieces=(*more, *rest[0].pieces))
                overflow += [*breakable(rest), (space(1.5),)]
            rows += field[:keep]
        return rows, overflow

    # --- body

    def _body(self) -> list[Block]:
        blocks: list[Block] = []
        for n, line in enumerate(self.paper.lines, start=1):
            drug = self._drug(n, line)
            if line.group in {"middle", "last"} and blocks:
                blocks[-1] += drug
            else:
                blocks.append(drug)
        note = Type(self.form.sizes["note"])
        for reason in self.paper.reasons:
            blocks.append((*paragraph(reason, self.inner - INDENT, note, INDENT), space(1.0)))
        return blocks

    def _drug(self, n: int, line: PrescriptionLine) -> Block:
        form = self.form
        drug = Type(form.sizes["drug"], bold=True)
        room = self.inner - INDENT - QUANTITY_WIDTH
        rows = paragraph(line.name, room, drug, INDENT)
        about = "\u3000".join(filter(None, (line.form, unbroken(line.strength))))
        last = rows[-1].pieces[0]
        used = last.type.width(last.text) + 3.0
        if used + self.value.width(about) <= room:
            rows[-1] = replace(rows[-1], pieces=(last, Piece(about, INDENT + used, self.value)))
        else:
            rows += paragraph(about, room, self.value, INDENT)
        quantity = fitted(line.quantity, QUANTITY_WIDTH, drug)
        marks = (
            Piece(f"{n}.", 0, Type(8.5)),
            Piece(unbroken(line.quantity), self.inner, quantity, "right"),
        )
        rows[0] = replace(rows[0], pieces=(*marks, *rows[0].pieces))
        rows += self._directions(line) + self._remarks(line)
        rows.append(space(form.sizes["gap"]))
        return self._grouped(rows, line)

    def _directions(self, line: PrescriptionLine) -> list[Row]:
        form = self.form
        parts = [form.say("dose", dose=line.dose), line.route, line.frequency, line.duration]
        if line.skin_test is not None:
            parts.append(form.say("skin_test", result=line.skin_test or "\u3000\u3000\u3000"))
        text = " — ".join(unbroken(part) for part in parts if part)
        label = form.say("directions")
        indent = INDENT + self.label.width(label) + 2.0
        rows = paragraph(text, self.inner - indent, Type(form.sizes["direction"]), indent)
        rows[0] = replace(rows[0], pieces=(Piece(label, INDENT, self.label), *rows[0].pieces))
        return rows

    def _remarks(self, line: PrescriptionLine) -> list[Row]:
        form = self.form
        texts = [line.note] if line.note else []
        if line.overdose_reason:
            signed = form.say("overdose_signature", signature=line.overdose_signature)
            texts += [form.say("overdose", reason=line.overdose_reason) + "\u3000" + signed]
        note = Type(form.sizes["note"])
        return [row for text in texts for row in paragraph(text, self.inner - INDENT, note, INDENT)]

    def _grouped(self, rows: list[Row], line: PrescriptionLine) -> Block:
        """Draw the bracket that ties the drugs of one infusion together."""
        if not line.group:
            return tuple(rows)
        x, tick = 5.5, 1.3
        out = []
        for n, row in enumerate(rows):
            start = row.height * 0.35 if line.group == "first" and n == 0 else 0.0
            closing = line.group == "last" and n == len(rows) - 2
            stop = row.height * 0.65 if closing else row.height
            strokes = [Stroke(x, start, x, stop, 0.3, 0.0)]
            if start:
                strokes.append(Stroke(x, start, x + tick, start, 0.3, 0.0))
            if closing:
                strokes.append(Stroke(x, stop, x + tick, stop, 0.3, 0.0))
            ended = line.group == "last" and n == len(rows) - 1
            out.append(row if ended else replace(row, strokes=(*row.strokes, *strokes)))
        return tuple(out)

    def _end_of_body(self, end: float, page: int, pages: int) -> None:
        """Strike out what is left empty on the last page (section 6); on the others say that more follows."""
        bottom = self.form.sizes["body_bottom"]
        small = Type(7.5, grey=LABEL_GREY)
        if page < pages:
            text = self.form.say("next_page", page=page + 1)
            self.sheet.text(text, self.right, bottom + 1.6, replace(small, bold=True), "right")
        elif bottom - end >= BLANK_WORTH_A_SLASH:
            self.sheet.line(self.left + INDENT, bottom - 1.0, self.right, end + 1.0, 0.4)
            self.sheet.text(self.form.say("blank_below"), self.left + INDENT, end + 3.0, small)

    # --- footer

    def _footer(self, page: int, pages: int) -> None:
        form, paper, sign = self.form, self.paper, self.paper.signers
        y = form.sizes["body_bottom"] + 2.6
        room = self.inner - QR_WIDTH - 1.0
        self.sheet.line(self.left, y, self.right, y, 0.3)
        first = [("prescriber", sign.prescriber)]
        if sign.countersigner:
            first.append(("countersigner", sign.countersigner))
        share = room * 0.70 / len(first)
        for n, (key, signer) in enumerate(first):
            self._signature(form.say(key), signer, self.left + n * share, y, share)
        how = "signed_electronically" if paper.reliable_signature else "by_hand"
        notice = form.say("unsigned" if paper.status == "draft" else how)
        bold = Type(7, bold=True)
        self.sheet.text(notice, self.left, y + 15.4, fitted(notice, room * 0.70 - 1.0, bold))
        self._amount(self.left + room * 0.70, y, room * 0.30)
        self.sheet.line(self.left, y + 17.0, self.left + room, y + 17.0, 0.15, 0.5)
        pharmacists = ("reviewer", "preparer", "checker", "dispenser")
        for n, key in enumerate(pharmacists):
            self._signature(form.say(key), getattr(sign, key), self.left + n * room / 4, y + 17.0, room / 4)
        self._verification(y)
        self._stamp(page, pages)

    def _signature(self, title: str, signer: Signer, x: float, y: float, width: float) -> None:
        name = Type(self.form.sizes["signature"], bold=True, leading=1.15)
        self.sheet.text(title, x, y + 3.4, fitted(title, width - 1.0, self.label))
        fit = fitted(signer.name, width - 2.0, name)
        lines, fit = lines_of(signer.name, width - 2.0, fit if fit.size >= 8 else replace(name, size=7.5))
        top = y + 4.2
        for line in lines:
            self.sheet.text(line, x, top + fit.baseline, fit)
            top += fit.height
        self.sheet.text(signer.time, x, top + 2.4, fitted(signer.time, width - 1.0, Type(6.5)))

    def _amount(self, x: float, y: float, width: float) -> None:
        self.sheet.text(self.form.say("amount"), x, y + 3.4, self.label)
        strong = fitted(self.paper.amount, width - 1.0, Type(self.form.sizes["signature"], bold=True))
        self.sheet.text(self.paper.amount, x, y + 8.6, strong)

    def _verification(self, y: float) -> None:
        """Print the square that a counter without a network verifies the signature with; drafts have none."""
        paper, form = self.paper, self.form
        if paper.status == "draft" or not paper.digest:
            return
        payload = write_payload(OfflinePayload(paper.number, paper.subject.number, paper.digest))
        x = self.right - QR_WIDTH + 2.0
        self.sheet.square_code(payload, x, y + 0.6, QR_WIDTH)
        middle = x + QR_WIDTH / 2
        code = form.say("check_code", code=paper.check_code) if paper.check_code else form.say("verify")
        bold = Type(7, bold=True)
        self.sheet.text(code, middle, y + 27.6, fitted(code, QR_WIDTH - 4.0, bold), "centre")

    def _stamp(self, page: int, pages: int) -> None:
        form, stamp = self.form, self.paper.stamp
        small = Type(form.sizes["stamp"], grey=0.25)
        y = self.sheet.height - 11.2
        self.sheet.line(self.left, y, self.right, y, 0.15, 0.5)
        page_text = form.say("page", page=page, pages=pages)
        printed = form.say("printed", at=stamp.at, by=stamp.by, station=stamp.station)
        room = self.inner - small.width(page_text) - 3.0
        self.sheet.text(printed, self.left, y + 3.4, fitted(printed, room, small))
        self.sheet.text(page_text, self.right, y + 3.4, small, "right")
        if self.paper.synthetic:
            self.sheet.text(form.say("synthetic"), self.left, y + 6.4, replace(small, bold=True))


def fitted_or_wrapped(institution: str, room: float, form: Form) -> Type:
    """Give the type of a hospital's name: one line if it can stay legible so, else small enough for two."""
    one = Type(form.sizes["institution"], bold=True, leading=1.25)
    fit = fitted(institution, room, one)
    return fit if fit.size >= 8.5 else replace(one, size=8.5, leading=1.15)
