"""One door for all papers: the same document gives the same bytes, today and in a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

from workstation.printing.documents import (
    DispensingLabel,
    OutpatientPaper,
    OutpatientRecordPaper,
    PrescriptionPaper,
    QueueTicket,
    TemperatureChart,
)
from workstation.printing.documents_ward import (
    BottleLabels,
    OrderSheetPaper,
    RequestSlipPaper,
    TubeLabels,
    WardPaper,
    WristbandPaper,
)
from workstation.printing.forms import Form, load_form
from workstation.printing.glyphs import printable
from workstation.printing.infusion_label import draw_infusion_labels
from workstation.printing.label import draw_label
from workstation.printing.order_sheet import draw_order_sheet
from workstation.printing.prescription import draw_prescription
from workstation.printing.record import draw_record
from workstation.printing.request_slip import draw_request_slip
from workstation.printing.specimen_label import draw_specimen_labels
from workstation.printing.temperature_chart import draw_temperature_chart
from workstation.printing.ticket import draw_ticket
from workstation.printing.wristband import draw_wristband

Document = OutpatientPaper | TemperatureChart | WardPaper

FORMS: Final[Mapping[type[Any], tuple[str, Callable[[Any, Form], bytes]]]] = {
    PrescriptionPaper: ("prescription", draw_prescription),
    OutpatientRecordPaper: ("record", draw_record),
    DispensingLabel: ("label", draw_label),
    QueueTicket: ("ticket", draw_ticket),
    TemperatureChart: ("temperature_chart", draw_temperature_chart),
    WristbandPaper: ("wristband", draw_wristband),
    BottleLabels: ("infusion_label", draw_infusion_labels),
    OrderSheetPaper: ("order_sheet", draw_order_sheet),
    RequestSlipPaper: ("request_slip", draw_request_slip),
    TubeLabels: ("specimen_label", draw_specimen_labels),
}
"""Each paper's form in resources/print, and who draws it."""

_PRESS: Final = Lock()  # a font collects the glyphs of one document at a time


def render(document: Document, *, allow_codes: bool = False, forms: Path | None = None) -> bytes:
    """Print a document to PDF bytes.

    `allow_codes` prints `〔U+XXXX〕` where the font lacks a character; otherwise MissingGlyphs is raised and nothing is
    printed. `forms` is a site's folder of forms that replace those in resources/print.
    """
    document = printable(document, allow_codes=allow_codes)
    name, draw = FORMS[type(document)]
    with _PRESS:
        return draw(document, load_form(name, document.language, forms))
