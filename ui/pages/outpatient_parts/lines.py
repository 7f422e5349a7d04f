"""Short words about the consultation: a folded region in one line, and how far a signed note has travelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.pages.outpatient_parts.keys import DIAGNOSES, NOTE, PRESCRIPTION, SUMMARY
from ui.widgets.chips import Journey, Travelled
from workstation.chart.summary import Summary
from workstation.core.clock import parse_instant
from workstation.core.events import Link
from workstation.core.i18n import _, n_
from workstation.emr.rows import NoteRow

if TYPE_CHECKING:
    from ui.pages.outpatient import OutpatientPage


def folded_line(page: OutpatientPage, number: int) -> str:
    """Give a folded region in one line."""
    if number == NOTE:
        return page.note.summary()
    if number == DIAGNOSES:
        named = ", ".join(row.text for row in page.diagnoses.rows)
        return " · ".join(part for part in (named, page.lab.summary()) if part)
    if number == SUMMARY and page.known is not None:
        return _counts(page.known)
    if number == PRESCRIPTION and page.rx is not None and page.rx.draft_lines_count():
        count = page.rx.draft_lines_count()
        return n_("{count} line not signed", "{count} lines not signed", count)
    return ""


def _counts(summary: Summary) -> str:
    counts = (
        _("Medicines now: {count}", count=sum(1 for m in summary.medicines if m.running)),
        _("Problems: {count}", count=len(summary.problems)),
        _("Abnormal: {count}", count=len(summary.abnormal)),
    )
    return " · ".join(counts)


def journey_of(note: NoteRow, link: Link) -> Journey:
    """Say how far a signed note has come; a desk without a centre keeps everything to itself."""
    state = note.travelled.state or "waiting"
    if state == "waiting" and link is Link.UNPAIRED:
        state = "local"
    return Journey(Travelled(state), at=parse_instant(note.travelled.at) if note.travelled.at else None)
