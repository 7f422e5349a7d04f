"""The order sheets of a stay on A4: one order a line, never erased, groups never parted (Record Writing Norm, 28).

What was taken back stays readable, with the word for it in red and the name of who took it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from workstation.printing.documents_ward import OrderEntry, OrderSheetPaper
from workstation.printing.forms import Form
from workstation.printing.frame import Frame
from workstation.printing.layout import (
    Block,
    Cell,
    Piece,
    Row,
    Stroke,
    Type,
    columns,
    fitted,
    lines_of,
    paginate,
    space,
    total,
)
from workstation.printing.line_break import unbroken
from workstation.printing.sheet import Sheet

RED: Final = "#C8102E"
PAD: Final = 1.0
INSET: Final = 0.8
BRACKET: Final = 3.6
"""Room for the bracket of a group at the right of the orders."""

TICK: Final = 1.5
SLICE: Final = 12
"""Lines of an order that no page parts."""

MOMENTS: Final = ("start", "executed_at", "stop")
BLANK_WORTH_A_SLASH: Final = 12.0
LINE: Final = Stroke(0, 0, 0, 0, 0.2, 0.25)


def draw_order_sheet(paper: OrderSheetPaper, form: Form) -> bytes:
    """Draw a whole order sheet as PDF bytes."""
    sheet = Sheet(form.sizes["width"], form.sizes["height"], form.choice("title", paper.term), paper.language)
    _OrderSheet(paper, form, sheet).draw()
    return sheet.bytes()


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: what of an order stands in it, the wording of its head, where it begins and how wide it is."""

    field: str
    head: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a cell."""

    text: str
    type: Type


class _OrderSheet:
    def __init__(self, paper: OrderSheetPaper, form: Form, sheet: Sheet) -> None:
        self.paper, self.form, self.sheet = paper, form, sheet
        self.frame = Frame(sheet, form, paper.stamp)
        self.inner = self.frame.inner
        self.columns = self._columns()
        self.content = Type(form.sizes["content"], leading=form.sizes["content_leading"])
        self.cell = Type(form.sizes["cell"], leading=1.3)

    def draw(self) -> None:
        head = [*self._head(), space(1.5), *self._table_head()]
        top, bottom = self.form.sizes["top"], self.form.sizes["bottom"]
        pages = paginate(self._blocks(), bottom - top - total(head))
        for n, rows in enumerate(pages, start=1):
            if n > 1:
                self.sheet.next_page()
            if self.paper.reprint:
                self.frame.chips([self.form.say("reprint", n=self.paper.reprint)], top + 1.0)
            y = self.sheet.rows(head, self.frame.left, top)
            y = self.sheet.rows(rows, self.frame.left, y)
            self._end(y, n, len(pages))
            self.frame.foot(n, len(pages), synthetic=self.paper.synthetic)

    def _columns(self) -> tuple[_Column, ...]:
        """Lay the columns out; the orders get what the others leave."""
        moment, person = self.form.sizes["moment_column"], self.form.sizes["person_column"]
        kinds = [("start", "moment"), ("content", "content"), ("doctor", "doctor")]
        kinds += [("executed_at", "executed"), ("nurse", "nurse")]
        if self.paper.term == "long-term":
            kinds += [("stop", "moment"), ("stop_doctor", "doctor"), ("stop_nurse", "nurse")]
        widths = {field: moment if field in MOMENTS else person for field, _head in kinds}
        widths["content"] = self.inner - sum(w for field, w in widths.items() if field != "content")
        made, x = [], 0.0
        for field, head in kinds:
            made.append(_Column(field, head, x, widths[field]))
            x += widths[field]
        return tuple(made)

    # --- head of every page

    def _head(self) -> list[Row]:
        paper, say, inner, value = self.paper, self.form.say, self.inner, self.frame.value
        subject, strong = paper.subject, replace(value, bold=True)
        name = Type(self.form.sizes["name"], bold=True)
        state = subject.allergies.text or say("allergies_not_recorded")
        groups = [
            [
                Cell(say("name"), subject.name, inner * 0.32, name),
                Cell(say("sex"), subject.sex, inner * 0.12, value),
                Cell(say("age"), unbroken(subject.age), inner * 0.18, value),
                Cell(say("number"), unbroken(subject.number), inner * 0.38, strong),
            ],
            [
                Cell(say("department"), paper.department, inner * 0.32, value),
                Cell(say("ward"), paper.ward, inner * 0.30, value),
                Cell(say("bed"), paper.bed, inner * 0.14, strong),
                Cell(say("admitted"), unbroken(paper.admitted_on), inner * 0.24, value),
            ],
            [Cell(say("allergies"), state, inner, replace(value, bold=subject.allergies.known))],
        ]
        rows = self.frame.titles(paper.institution, self.form.choice("title", paper.term), 26.0)
        label = self.frame.label
        return [*rows, space(1.0), *(row for cells in groups for row in columns(cells, label, pad=1.0))]

    def _table_head(self) -> list[Row]:
        """Set the heads of the columns; on the long-term sheet below what began and what ended an order."""
        type_ = Type(self.form.sizes["head"], bold=True, leading=1.4)
        rows = []
        if self.paper.term == "long-term":
            split = next(column.x for column in self.columns if column.field == "stop")
            height = type_.height + 0.8
            pieces = (
                Piece(self.form.say("begin"), split / 2, type_, "centre"),
                Piece(self.form.say("end"), (split + self.inner) / 2, type_, "centre"),
            )
            strokes = self._verticals(height, (0.0, split, self.inner))
            rows.append(
                Row(height, type_.baseline + 0.4, pieces, (self._across(0), *strokes, self._across(height)))
            )
        heads = tuple(
            Piece(text, c.x + c.width / 2, fitted(text, c.width - 2 * INSET, type_), "centre")
            for c in self.columns
            for text in (self.form.say(c.head),)
        )
        height = type_.height + 1.4
        above = () if rows else (self._across(0),)
        strokes = (*above, *self._verticals(height), self._across(height, 0.35))
        return [*rows, Row(height, type_.baseline + 0.7, heads, strokes)]

    # --- orders

    def _blocks(self) -> list[Block]:
        """Give a block for each order; the orders of a group make one, so that no page parts them."""
        if not self.paper.entries:
            text = _Line(self.form.say("no_orders"), replace(self.content, grey=0.3))
            return [tuple(self._rows({"content": [text]}, OrderEntry("", "")))]
        blocks: list[Block] = []
        for entry in self.paper.entries:
            rows = tuple(self._rows(self._cells(entry), entry))
            if entry.group in {"middle", "last"} and blocks:
                blocks[-1] += rows
            else:
                blocks.append(rows)
        return blocks

    def _cells(self, entry: OrderEntry) -> dict[str, list[_Line]]:
        cells = {}
        for column in self.columns:
            if column.field == "content":
                cells["content"] = self._content(entry, column.width)
                continue
            text = str(getattr(entry, column.field))
            if column.field in MOMENTS:
                text = "\n".join(text.split(" ", 1))
            cells[column.field] = self._lines(text, column.width, self.cell) if text else []
        if entry.remark:
            width = next(column.width for column in self.columns if column.field == "executed_at")
            cells["executed_at"] += self._lines(entry.remark, width, replace(self.cell, bold=True, ink=RED))
        return cells

    def _content(self, entry: OrderEntry, width: float) -> list[_Line]:
        say, room = self.form.say, width - (BRACKET if entry.group else 0.0)
        lines = self._lines(entry.content, room, self.content)
        if entry.skin_test:
            ink = RED if "+" in entry.skin_test else ""
            result = entry.skin_test
            text = unbroken(say("skin_test", result=result) if result.startswith("(") else result)
            lines += self._lines(text, room, replace(self.content, bold=True, ink=ink))
        if entry.void is not None:
            text = say("void", name=entry.void.name, time=unbroken(entry.void.time))
            lines += self._lines(text, room, replace(self.content, bold=True, ink=RED))
        return lines

    @staticmethod
    def _lines(text: str, width: float, type_: Type) -> list[_Line]:
        lines, fit = lines_of(text, width - 2 * INSET, type_)
        return [_Line(line, fit) for line in lines]

    def _rows(self, cells: dict[str, list[_Line]], entry: OrderEntry) -> list[Row]:
        """Set the cells side by side, cell after cell so that a wrapped text is copied whole.

        An order of many lines makes several rows, so that one longer than a page can go on on the next.
        """
        count = max(2, *(len(lines) for lines in cells.values()))
        rows = []
        for start in range(0, count, SLICE):
            lines = range(start, min(start + SLICE, count))
            first, last = start == 0, lines.stop == count
            above, below = PAD if first else 0.0, PAD if last else 0.0
            height = above + len(lines) * self.content.height + below
            strokes = [*self._verticals(height), *self._bracket(entry, first, last, height)]
            strokes += [self._across(height)] if last else []
            base = above + self.content.baseline
            rows.append(Row(height, base, tuple(self._pieces(cells, lines)), tuple(strokes)))
        return rows

    def _pieces(self, cells: dict[str, list[_Line]], lines: range) -> Iterable[Piece]:
        for column in self.columns:
            for n, line in enumerate(cells.get(column.field, [])[lines.start : lines.stop]):
                drop = n * self.content.height
                yield Piece(line.text, column.x + INSET, line.type, drop=drop)

    def _bracket(self, entry: OrderEntry, first: bool, last: bool, height: float) -> Iterable[Stroke]:
        """Draw what ties the lines of a group together: ┐ │ ┘ beside their orders."""
        if not entry.group:
            return
        column = next(column for column in self.columns if column.field == "content")
        x = column.x + column.width - BRACKET / 2
        opens, closes = entry.group == "first" and first, entry.group == "last" and last
        middle = PAD + self.content.height / 2
        top = middle if opens else 0.0
        end = height - middle if closes else height
        yield Stroke(x, top, x, end, 0.35, 0.0)
        if opens:
            yield Stroke(x - TICK, top, x, top, 0.35, 0.0)
        if closes:
            yield Stroke(x - TICK, end, x, end, 0.35, 0.0)

    def _verticals(self, height: float, places: Sequence[float] = ()) -> tuple[Stroke, ...]:
        places = places or (*(column.x for column in self.columns), self.inner)
        return tuple(replace(LINE, x1=x, x2=x, y2=height) for x in places)

    def _across(self, y: float, weight: float = 0.2) -> Stroke:
        return replace(LINE, y1=y, x2=self.inner, y2=y, weight=weight)

    # --- end of every page

    def _end(self, y: float, page: int, pages: int) -> None:
        """Strike out what is left empty on the last page; on the others say that more follows."""
        say, bottom, left, right = self.form.say, self.form.sizes["bottom"], self.frame.left, self.frame.right
        small = Type(7.5, grey=0.32)
        if page < pages:
            text = say("next_page", page=page + 1)
            self.sheet.text(text, right, bottom + 3.2, replace(small, bold=True), "right")
        elif bottom - y >= BLANK_WORTH_A_SLASH:
            self.sheet.text(say("blank_below"), left + INSET, y + 4.0, small)
            self.sheet.line(left, bottom, right, y + 2.0, 0.3)
        notice = say("signed_electronically" if self.paper.reliable_signature else "by_hand")
        self.sheet.text(notice, left, bottom + 3.2, Type(7.5, bold=True))
