"""The administration chart (MAR): every current medicine of one patient, what is planned and what was recorded.

Nothing is filtered (MEDa-0248): a line that ran for a minute of the time shown stands there, and a fact without a
plan stands there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from workstation.chart.in_bed import of_stay
from workstation.chart.travel import travelled
from workstation.core.clock import instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir.resources import target
from workstation.nursing import model
from workstation.nursing.dose import Dose, bars, instant_of
from workstation.nursing.lines import line_of, who_of
from workstation.nursing.rows import Cell, CellState, Fact, MarRow, MarView
from workstation.orderbook.book import orders_of
from workstation.orderbook.given import Done, Given, given_of
from workstation.orderbook.order import Order, Verified, running
from workstation.orderbook.plan import DAY, slot_key, slots
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.nursing import Windows

BEFORE: Final = DAY
AFTER: Final = 2 * DAY


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is looked through: the record, the time shown, and the moment of looking."""

    reader: Reader
    since: datetime
    until: datetime
    now: datetime
    windows: Windows


def administration(
    reader: Reader, request: model.AskAdministration, knowledge: Knowledge, now: datetime
) -> MarView:
    """Give the chart from the day before to the day after `day`. Raises Invalid for another patient's stay."""
    stay = reader.get("Encounter", request.encounter)
    if target(stay.get("subject"), "Patient") != request.patient:
        raise Invalid(_("This stay belongs to another patient. Nothing was changed."), field="encounter")
    day = date.fromisoformat(request.day) if request.day else now.date()
    midnight = datetime.combine(day, time(), now.tzinfo)
    since, until = midnight - BEFORE, midnight + AFTER
    orders = orders_of(reader, request.encounter, knowledge)
    facts = given_of(reader, request.encounter)
    sight = _Sight(reader, since, until, now, knowledge.nursing.windows)
    made = (_row(sight, order, facts) for order in orders)
    rows = [row for row in made if row is not None]
    who = who_of(reader, of_stay(reader, stay, now), knowledge)
    return MarView(who, instant(since), instant(until), instant(now), tuple(sorted(rows, key=_place)))


def _place(row: MarRow) -> tuple[bool, bool, bool, str, str]:
    """Order rows: medicines before the rest, what runs before what is over, long-term first, groups together."""
    over = row.state in ("stopped", "ended")
    return (row.kind != "drug", over, row.term != "long-term", row.start, row.unit)


def _row(sight: _Sight, order: Order, facts: Iterable[Given]) -> MarRow | None:
    since, until, now = sight.since, sight.until, sight.now
    mine = [fact for fact in facts if fact.order == order.id]
    planned = slots(order, since, until)
    carried = order.is_drug or order.timing.once or order.timing.repeats
    in_sight = not order.void and order.start < until and (order.ends is None or order.ends > since)
    shown = [fact for fact in mine if since <= instant_of(fact.planned or fact.at, now) < until]
    if not carried or not (in_sight or shown):
        return None
    return MarRow(
        line=line_of(order),
        unit=f"{order.number}.{order.unit}",
        kind=order.kind,
        term=order.term,
        state=_state(order, mine, now),
        start=instant(order.start),
        ends=instant(order.ends) if order.ends is not None else "",
        cells=_cells(sight, order, planned, shown),
        as_needed=order.timing.as_needed,
        infusion=order.infusion,
        barred=_barred(order, now, sight.windows),
        stopped_by=order.stop.by if order.stop is not None else "",
    )


def _state(order: Order, facts: Sequence[Given], now: datetime) -> str:
    """Give the standing of a line in one word."""
    if order.ends is not None and order.ends <= now:
        return "stopped" if order.stop is not None else "ended"
    if order.start > now:
        return "future"
    if order.verification.state is Verified.RETURNED:
        return "returned"
    if order.verification.state is not Verified.DONE:
        return "waiting"
    done = order.timing.once and any(fact.counts and fact.state is Done.GIVEN for fact in facts)
    return "ended" if done or not running(order, now) else "running"


def _barred(order: Order, now: datetime, windows: Windows) -> str:
    """Say why no dose of a line can be given now, whatever its time."""
    at = max(now.replace(second=0, microsecond=0), order.start)
    found = bars(Dose("", at, (order,), (), planned=True), now, windows)
    return found[0].message if found else ""


def _cells(
    sight: _Sight, order: Order, planned: Sequence[datetime], facts: Sequence[Given]
) -> tuple[Cell, ...]:
    by_slot: dict[str, list[Given]] = {}
    for fact in facts:
        by_slot.setdefault(fact.slot or f"fact-{fact.id}", []).append(fact)
    made = []
    for moment in planned:
        key = slot_key(order.number, order.unit, moment)
        made.append(_cell(sight, order, key, moment, by_slot.pop(key, [])))
    for key, found in by_slot.items():
        if any(fact.counts for fact in found):
            at = instant_of(found[0].planned or found[0].at, sight.now)
            made.append(_cell(sight, order, key, at, found))
    return tuple(sorted(made, key=lambda cell: cell.at))


def _cell(sight: _Sight, order: Order, key: str, at: datetime, facts: Sequence[Given]) -> Cell:
    stands = [fact for fact in facts if fact.counts]
    shown = tuple(_fact(sight.reader, fact, order) for fact in stands)
    errors = tuple(_fact(sight.reader, fact, order) for fact in facts if not fact.counts)
    state = _recorded(stands) if stands else _open(at, sight.now, sight.windows)
    dose = next((fact.dose for fact in shown if fact.dose), order.dose_text)
    return Cell(key, instant(at), state, dose, shown, errors)


def _recorded(facts: Sequence[Given]) -> CellState:
    given = [fact for fact in facts if fact.state in (Done.GIVEN, Done.RUNNING)]
    if len(given) > 1:
        return CellState.TWICE
    if not given:
        return CellState.NOT_GIVEN
    if given[0].state is Done.RUNNING:
        return CellState.RUNNING
    return CellState.LATE if given[0].late_reason else CellState.GIVEN


def _open(at: datetime, now: datetime, windows: Windows) -> CellState:
    if at < now - windows.overdue_after:
        return CellState.OVERDUE
    return CellState.DUE if at <= now + windows.now_ahead else CellState.SCHEDULED


def _fact(reader: Reader, fact: Given, order: Order) -> Fact:
    dose = ""
    if fact.dose and (fact.dose, fact.dose_unit) != (order.dose, order.dose_unit):
        dose = doses.keep(f"{fact.dose} {fact.dose_unit}".strip())
    kind = "MedicationAdministration" if order.is_drug else "Task"
    return Fact(
        id=fact.id,
        at=fact.at,
        by=fact.by,
        second=fact.second,
        dose=dose or (order.dose_text if fact.state is not Done.NOT_GIVEN else ""),
        reason=fact.text,
        late_reason=fact.late_reason,
        scanned=fact.scanned,
        end=fact.end,
        state=fact.state.value,
        travelled=travelled(reader, kind, fact.id),
    )
