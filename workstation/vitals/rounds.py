"""A round on a ward: every patient by bed with the last value of each sign and what is due, from a few questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from workstation.chart import measures, signs
from workstation.chart.in_bed import InBed, in_ward, of_stay
from workstation.chart.people import age_months, age_years
from workstation.chart.temperature import Site, slot_of, stay_day
from workstation.chart.travel import travelled_all
from workstation.core.clock import instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, target
from workstation.orderbook.book import orders_of_many
from workstation.orderbook.order import Order, running
from workstation.rules.early_warning import applies
from workstation.store.reader import Reader, Span
from workstation.terminology import names
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.pinyin import readings
from workstation.terminology.ward_signs import SLOTS, ChartStyle
from workstation.vitals import reading
from workstation.vitals.correcting import CODES, ERROR
from workstation.vitals.due import Case, due
from workstation.vitals.model import AskRound, Before, RoundRow, RoundView, WardChoice
from workstation.vitals.reading import Sign

RECENT: Final = timedelta(days=3)
LONG: Final = timedelta(days=90)
REMEASURE: Final = timedelta(hours=4)
FEVER: Final = Decimal("37.5")
_ADULT: Final[Mapping[str, tuple[Decimal, Decimal]]] = {
    "temperature": (Decimal(36), Decimal("37.2")),
    "pulse": (Decimal(60), Decimal(100)),
    "heart_rate": (Decimal(60), Decimal(100)),
    "respiration": (Decimal(12), Decimal(20)),
    "systolic": (Decimal(90), Decimal(139)),
    "spo2": (Decimal(95), Decimal(100)),
}
"""Usual values of adults, as `chart.measures` marks them."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read once for all patients of a ward: their signs, operations, orders and pregnancies."""

    found: Mapping[str, Sequence[Sign]]
    operations: Mapping[str, tuple[date, ...]]
    orders: Mapping[str, tuple[Order, ...]]
    pregnant: frozenset[str]


def round_of(
    reader: Reader, request: AskRound, knowledge: Knowledge, now: datetime, wards: tuple[WardChoice, ...]
) -> RoundView:
    """Give the round of a ward. Raises Invalid for a ward that is none and a moment that is none."""
    if not wards:
        return RoundView("", "", instant(now), 0)
    chosen = next((w for w in wards if w.id == request.ward), None) if request.ward else wards[0]
    if chosen is None:
        raise Invalid(_("This is not a ward."), _("Choose a ward from the list."), "ward")
    at = signs.moment(request.at, now).astimezone(now.tzinfo)
    here = in_ward(reader, chosen.id, now)
    style = knowledge.ward_signs.chart
    rows = _rows(reader, here, at, knowledge, request.patient) if here else ()
    column = style.hours[slot_of(at, at.date(), style) % SLOTS]
    return RoundView(chosen.id, chosen.name, instant(at), column, rows, wards)


def row_of(
    reader: Reader, encounter: Resource, at: datetime, knowledge: Knowledge, now: datetime
) -> RoundRow:
    """Give one patient's row of a round."""
    return _rows(reader, [of_stay(reader, encounter, now)], at, knowledge, "")[0]


def _rows(
    reader: Reader, here: Sequence[InBed], at: datetime, knowledge: Knowledge, patient: str
) -> tuple[RoundRow, ...]:
    """Give the rows of who lies here, or of one patient among them."""
    marks = names.alike((row.patient, row.person.name) for row in here)
    wanted = [row for row in here if patient in ("", row.patient)]
    gathered = gather(reader, [r.patient for r in wanted], [r.encounter for r in wanted], at, knowledge)
    made = [_row(row, gathered, at, knowledge) for row in wanted]
    newest = {row.patient: _newest_id(gathered.found.get(row.patient, ())) for row in made}
    went = travelled_all(reader, "Observation", [id_ for id_ in newest.values() if id_])
    return tuple(
        replace(
            row,
            alike=marks[row.patient].value if row.patient in marks else "",
            travelled=went.get(newest[row.patient], row.travelled),
        )
        for row in made
    )


def _newest_id(found: Sequence[Sign]) -> str:
    return max(found, key=lambda sign: sign.at).id if found else ""


def gather(
    reader: Reader, patients: list[str], encounters: list[str], at: datetime, knowledge: Knowledge
) -> Gathered:
    """Read what decides about these patients at a moment, the same few questions for one or for forty."""
    heavy = [signs.BY_FIELD[f].token for f in ("weight", "height")]
    pregnancy = [f"http://loinc.org|{code}" for code in measures.STATES[measures.PREGNANCY]]
    where: dict[str, Any] = {"patient": patients, "category": "vital-signs", "date": Span(at - RECENT, at)}
    listed = reader.find("Observation", where)
    known = {resource["id"] for resource in listed}
    older = reader.find("Observation", {"patient": patients, "code": heavy, "date": Span(at - LONG, at)})
    listed += [resource for resource in older if resource["id"] not in known]
    found: dict[str, list[Sign]] = defaultdict(list)
    for resource in listed:
        patient = target(resource.get("subject"), "Patient")
        found[patient] += [sign for sign in reading.signs_in(resource, at.tzinfo) if sign.at <= at]
    for each in found.values():
        each.sort(key=lambda sign: sign.at)
    return Gathered(
        found,
        operations_of(reader, patients, at),
        orders_of_many(reader, encounters, knowledge),
        _pregnant(reader.find("Observation", {"patient": patients, "code": pregnancy}), at.date()),
    )


def operations_of(reader: Reader, patients: list[str], at: datetime) -> dict[str, tuple[date, ...]]:
    """Give the days of operations and deliveries up to a moment, by stay."""
    found: dict[str, list[date]] = defaultdict(list)
    wanted = [f"http://snomed.info/sct|{code}" for code, _display in CODES.values()]
    for procedure in reader.find("Procedure", {"patient": patients, "code": wanted}):
        stamp = str(procedure.get("performedDateTime", ""))
        if procedure.get("status") != ERROR and stamp:
            when = reading.moment(stamp, at.tzinfo)
            if when <= at:
                found[target(procedure.get("encounter"), "Encounter")].append(when.date())
    return {stay: tuple(sorted(days)) for stay, days in found.items()}


def _pregnant(listed: Iterable[Resource], today: date) -> frozenset[str]:
    newest: dict[str, Resource] = {}
    for resource in listed:
        patient = target(resource.get("subject"), "Patient")
        before = newest.get(patient)
        if measures.is_valid(resource) and (
            before is None or measures.moment_of(resource) > measures.moment_of(before)
        ):
            newest[patient] = resource
    return frozenset(
        patient
        for patient, resource in newest.items()
        if measures.pregnancy_of({measures.PREGNANCY: resource}, (), today).state == "yes"
    )


def _row(row: InBed, gathered: Gathered, at: datetime, knowledge: Knowledge) -> RoundRow:
    found = gathered.found.get(row.patient, ())
    style = knowledge.ward_signs.chart
    admitted = reading.moment(row.since, at.tzinfo).date() if row.since else at.date()
    slot = slot_of(at, at.date(), style) % SLOTS
    taken = frozenset(s.field for s in found if s.day is None and _same_column(s.at, at, style))
    case = Case(
        at,
        slot,
        admitted,
        gathered.operations.get(row.encounter, ()),
        tuple((s.at, s.value) for s in found if s.field == "temperature" and s.value is not None),
        _ordered(gathered.orders.get(row.encounter, ()), at, style),
        {s.field: s.belongs for s in found if not s.missed or s.reason},
        taken,
    )
    fields, why = due(case, knowledge.ward_signs)
    weights = [s for s in found if s.field == "weight" and s.value is not None]
    age = age_years(row.person.birth, at.date())
    return RoundRow(
        row.patient,
        row.encounter,
        row.bed,
        row.person.name,
        row.person.sex,
        row.person.birth,
        row.number,
        stay_day(admitted, at.date()),
        _before(found),
        fields,
        why,
        tuple(sorted(taken)),
        _site(found),
        age_months(row.person.birth, at.date()),
        str(weights[-1].value) if weights else "",
        instant(weights[-1].at) if weights else "",
        applies(knowledge.early_warning, age, row.patient in gathered.pregnant),
        readings=(*readings(row.person.name).full, *readings(row.person.name).initials),
        hot=_hot(found, at),
    )


def _same_column(one: datetime, other: datetime, style: ChartStyle) -> bool:
    day = other.date()
    return slot_of(one, day, style) == slot_of(other, day, style)


def _ordered(orders: Iterable[Order], at: datetime, style: ChartStyle) -> dict[str, tuple[int, ...]]:
    """Give the columns that each running order asks for, by its code; none named means every one."""
    found: dict[str, tuple[int, ...]] = {}
    for order in orders:
        if order.code and running(order, at):
            found[order.code] = tuple(
                slot_of(
                    datetime.combine(at.date(), datetime.strptime(t, "%H:%M").time(), at.tzinfo),
                    at.date(),
                    style,
                )
                % SLOTS
                for t in order.timing.times
            )
    return found


def _before(found: Sequence[Sign]) -> tuple[Before, ...]:
    newest = {sign.field: sign for sign in found if not sign.missed}
    return tuple(Before(s.field, s.text, instant(s.at), unusual(s)) for s in newest.values())


def unusual(sign: Sign) -> bool:
    """Say whether a value is outside what is usual for an adult."""
    limits = _ADULT.get(sign.field)
    return limits is not None and sign.value is not None and not limits[0] <= sign.value <= limits[1]


def _site(found: Sequence[Sign]) -> Site:
    taken = [s for s in found if s.field == "temperature" and s.value is not None]
    return taken[-1].site if taken else Site.AXILLARY


def _hot(found: Sequence[Sign], at: datetime) -> str:
    """Give the last fever of the last hours that nobody has measured again after cooling."""
    recent = [s for s in found if s.field == "temperature" and s.value is not None and at - s.at <= REMEASURE]
    main = [s for s in recent if not s.cooled_from]
    if not main or (main[-1].value or Decimal(0)) < FEVER:
        return ""
    return "" if any(s.cooled_from == main[-1].id for s in recent) else main[-1].id
