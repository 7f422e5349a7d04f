"""One door for all papers: the same document gives the same bytes, today and in a test."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final

from workstation.printing.documents import (
    DispensingLabel,
    Document,
    OutpatientRecordPaper,
    PrescriptionPaper,
    TemperatureChart,
)
from workstation.printing.forms import load_form
from workstation.printing.glyphs import printable
from workstation.printing.label import draw_label
from workstation.printing.prescription import draw_prescription
from workstation.printing.record import draw_record
from workstation.printing.temperature_chart import draw_temperature_chart
from workstation.printing.ticket import draw_ticket

_PRESS: Final = Lock()  # a font collects the glyphs of one document at a time


def render(document: Document, *, allow_codes: bool = False, forms: Path | None = None) -> bytes:
    """Print a document to PDF bytes.

    `allow_codes` prints `〔U+XXXX〕` where the font lacks a character; otherwise MissingGlyphs is raised and nothing is
    printed. `forms` is a site's folder of forms that replace those in resources/print.
    """
    document = printable(document, allow_codes=allow_codes)
    with _PRESS:
        match document:
            case PrescriptionPaper():
                return draw_prescription(document, load_form("prescription", document.language, forms))
            case OutpatientRecordPaper():
                return draw_record(document, load_form("record", document.language, forms))
            case DispensingLabel():
                return draw_label(document, load_form("label", document.language, forms))
            case TemperatureChart():
                return draw_temperature_chart(
                    document, load_form("temperature_chart", document.language, forms)
                )
            case _:
                return draw_ticket(document, load_form("ticket", document.language, forms))
