"""The slip a patient waits with: made from the visit as it was stored, with the name masked."""

from __future__ import annotations

from workstation.core.clock import parse_instant
from workstation.core.i18n import language, pick
from workstation.printing.documents import QueueTicket, Stamp
from workstation.printing.render import render
from workstation.queue.model import VisitView
from workstation.terminology.names import masked
from workstation.terminology.wording import Coded


def ticket_pdf(view: VisitView, department: Coded, institution: str, stamp: Stamp) -> bytes:
    """Print a visit's ticket to PDF bytes; a character the font lacks is printed as its code."""
    row = view.row
    paper = QueueTicket(
        language="zh" if language() == "zh_CN" else "en",
        institution=institution,
        ticket=row.ticket,
        masked_name=masked(row.name),
        department=department.name,
        room=row.room,
        doctor=row.doctor,
        ahead=pick(f"{view.ahead} 人", str(view.ahead)),
        date=f"{parse_instant(row.arrived_at):%Y-%m-%d}",
        stamp=stamp,
        visit_number=view.visit_number,
        synthetic=view.synthetic,
    )
    return render(paper, allow_codes=True)
