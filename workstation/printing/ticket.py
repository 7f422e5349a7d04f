"""The queue ticket: one large number that can be read across a corridor, and a code for the triage desk's scanner."""

from __future__ import annotations

from typing import Final

from workstation.printing.barcode import bars
from workstation.printing.documents import QueueTicket
from workstation.printing.forms import Form
from workstation.printing.layout import Cell, Row, Type, centred, columns, fitted, space, total
from workstation.printing.sheet import Sheet

BARCODE_WIDTH: Final = 56.0
CODE_AND_FOOT: Final = 22.0
"""Room below the words: the code, its number and the print mark. A roll is cut where the ticket ends."""


def draw_ticket(ticket: QueueTicket, form: Form) -> bytes:
    """Draw the ticket as PDF bytes."""
    margin = form.sizes["margin"]
    inner = form.sizes["width"] - 2 * margin
    rows = _rows(ticket, form, inner)
    height = max(form.sizes["height"], margin + total(rows) + CODE_AND_FOOT)
    sheet = Sheet(form.sizes["width"], height, form.say("title"), ticket.language)
    y = sheet.rows(rows, margin, margin) + 2.0
    code = bars(ticket.visit_number, BARCODE_WIDTH)
    if code:
        width = code[-1][0] + code[-1][1]
        sheet.bars(code, (sheet.width - width) / 2, y, 9)
        sheet.text(ticket.visit_number, sheet.width / 2, y + 12.6, Type(7.5), "centre")
    foot = Type(form.sizes["foot"], grey=0.25)
    text = form.say("printed", at=ticket.stamp.at, station=ticket.stamp.station)
    if ticket.synthetic:
        text += "\u3000" + form.say("synthetic")
    sheet.text(text, sheet.width / 2, sheet.height - 4.0, fitted(text, inner, foot), "centre")
    return sheet.bytes()


def _rows(ticket: QueueTicket, form: Form, inner: float) -> list[Row]:
    middle, half = inner / 2, inner / 2
    label, value = Type(form.sizes["label"], grey=0.32), Type(form.sizes["value"], bold=True)
    number = Type(form.sizes["number"], bold=True, leading=1.15)
    pairs = (
        (("name", ticket.masked_name), ("department", ticket.department)),
        (("room", ticket.room), ("doctor", ticket.doctor)),
        (("date", ticket.date), ("period", ticket.period)),
    )
    rows = centred(ticket.institution, inner, Type(form.sizes["institution"], bold=True), middle)
    rows += centred(form.say("title"), inner, label, middle)
    rows += centred(ticket.ticket, inner, number, middle)
    rows.append(space(1.0))
    for pair in pairs:
        rows += columns([Cell(form.say(key), text, half, value) for key, text in pair], label)
    rows += columns([Cell(form.say("ahead"), ticket.ahead, inner, value)], label)
    rows.append(space(1.0))
    notice = ticket.notice or form.say("notice")
    return rows + centred(notice, inner, Type(form.sizes["notice"]), middle)
