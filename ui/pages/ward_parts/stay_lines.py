"""A stay as lines, for the peek and the stay's page: diagnoses, allergies, signs, orders, results, what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from ui.pages.outpatient_parts.rich_lines import LineList
from ui.pages.outpatient_parts.summary_pane import allergy_badges, day_of, measure_line
from ui.widgets.table_model import Badge, Run
from workstation.chart.allergies import Allergies, AllergyState
from workstation.chart.measures import DIASTOLIC, SYSTOLIC, Measure
from workstation.chart.stay_laboratory import ReportLine
from workstation.core.clock import parse_instant
from workstation.core.i18n import _
from workstation.inpatient.rows import DueLine, OrderLine, StayView
from workstation.terminology.doses import keep

DUE_SHOWN: Final = 12
RESULTS_SHOWN: Final = 12


def moment_text(stamp: str, now: datetime) -> str:
    """Write day and time of an instant so that they cannot be misread."""
    if len(stamp) <= 10:
        return day_of(stamp)
    at = parse_instant(stamp, now.tzinfo).astimezone(now.tzinfo)
    return keep(f"{day_of(at.date().isoformat())} {at:%H:%M}")


def time_text(stamp: str, now: datetime) -> str:
    """Write the time of an instant of today, with its day otherwise."""
    at = parse_instant(stamp, now.tzinfo).astimezone(now.tzinfo)
    return f"{at:%H:%M}" if at.date() == now.date() else moment_text(stamp, now)


def show_allergies(lines: LineList, allergies: Allergies) -> None:
    """Add the allergy state, one of its four."""
    match allergies.state:
        case AllergyState.KNOWN:
            lines.line((), [badge for each in allergies.known for badge in allergy_badges(each)])
        case AllergyState.NONE:
            said = f"{_('No known allergy')} {day_of(allergies.said_on)} {allergies.said_by}"
            lines.line((), (Badge("done", said),))
        case AllergyState.UNRECORDED:
            lines.line((), (Badge("caution", _("Allergies not recorded")),))
        case AllergyState.UNAVAILABLE:
            lines.line((), (Badge("not_checked", _("Allergies unavailable")),))


def show_diagnoses(lines: LineList, view: StayView) -> None:
    """Add the diagnoses, the main one first."""
    count = len(view.diagnoses)
    lines.heading(_("Diagnoses: {count}", count=count) if count else _("Admission diagnosis"))
    for each in view.diagnoses:
        said = [] if each.confirmed else [Badge("caution", _("provisional"))]
        note = " · ".join(filter(None, (each.code, _("at admission") if each.at_admission else "")))
        lines.line((Run(each.name, bold=True), Run(f"  {note}", color="text2")), said)
    if not view.diagnoses:
        lines.line((Run(view.row.diagnosis or _("None on record"), color="text2"),))


def show_vitals(lines: LineList, vitals: Sequence[Measure]) -> None:
    """Add the latest vital signs."""
    lines.heading(_("Latest vital signs"))
    for measure in _paired(vitals):
        lines.line(*measure_line(measure))
    if not vitals:
        lines.line((Run(_("None on record"), color="text2"),))


def _paired(vitals: Sequence[Measure]) -> Iterator[Measure]:
    """Join the two values of a blood pressure."""
    low = next((m for m in vitals if m.code == DIASTOLIC), None)
    for measure in vitals:
        if measure.code == SYSTOLIC and low is not None:
            value, flag = f"{measure.value}/{low.value}", measure.flag or low.flag
            yield Measure(measure.id, "bp", _("Blood pressure"), value, measure.unit, measure.at, flag)
        elif measure.code != DIASTOLIC or not any(m.code == SYSTOLIC for m in vitals):
            yield measure


def orders_title(view: StayView) -> str:
    """Count the running orders."""
    return _("Running orders: {count}", count=len(view.orders))


def show_orders(lines: LineList, orders: Sequence[OrderLine], now: datetime) -> None:
    """Add the running orders by kind; those no nurse has seen say so."""
    for kind, of_kind in groupby(orders, key=lambda order: order.kind_name):
        lines.heading(kind)
        for order in of_kind:
            lines.line(*order_line(order, now))
    if not orders:
        lines.line((Run(_("None on record"), color="text2"),))


def order_line(order: OrderLine, now: datetime) -> tuple[Sequence[Run], Sequence[Badge]]:
    """Write one order: its name strong, then its attributes and since when."""
    name, dash, rest = order.text.partition(" — ")
    term = "" if order.long_term else f" {_('once')}"
    since = f"  {keep(_('since {moment}', moment=moment_text(order.since, now)))}"
    badges = []
    if order.high_alert:
        badges.append(Badge("warn", _("high alert")))
    if not order.verified:
        badges.append(Badge("caution", _("Not verified")))
    return (Run(name, bold=True), Run(f"{dash}{rest}{term}"), Run(since, color="text2")), badges


def due_title(view: StayView) -> str:
    """Count what is due, and what of it is overdue."""
    late = sum(1 for each in view.due if each.late)
    title = _("Due: {count}", count=len(view.due))
    return f"{title} · {_('overdue {count}', count=late)}" if late else title


def show_due(lines: LineList, due: Sequence[DueLine], now: datetime) -> None:
    """Add what is due, overdue first."""
    for each in due[:DUE_SHOWN]:
        badges = (Badge("warn", _("Overdue")),) if each.late else ()
        lines.line((Run(f"{time_text(each.at, now)}  ", bold=True), Run(each.text)), badges)
    if len(due) > DUE_SHOWN:
        lines.line((Run(_("and {count} more", count=len(due) - DUE_SHOWN), color="text2"),))
    if not due:
        lines.line((Run(_("Nothing is due."), color="text2"),))


def show_results(lines: LineList, results: Sequence[ReportLine], now: datetime) -> None:
    """Add the laboratory reports, newest first."""
    unread = sum(1 for each in results if each.unread)
    title = _("Results: {count}, not read: {unread}", count=len(results), unread=unread)
    lines.heading(title)
    for each in results[:RESULTS_SHOWN]:
        badges = []
        if each.critical:
            badges.append(Badge("stop", _("Critical")))
        if each.unread:
            badges.append(Badge("caution", _("Not read")))
        lines.line(
            (Run(each.name, bold=each.unread), Run(f"  {moment_text(each.issued, now)}", color="text2")),
            badges,
        )
    if not results:
        lines.line((Run(_("None on record"), color="text2"),))
