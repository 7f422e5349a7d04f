"""Building one page of the temperature chart from what is stored: columns, lines with their breaks, events, days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from workstation.chart.allergies import allergies_of
from workstation.chart.in_bed import of_stay
from workstation.chart.people import person_of
from workstation.chart.temperature import (
    PAGE_DAYS,
    PAGE_SLOTS,
    Break,
    ChartHeader,
    ChartPage,
    DayColumn,
    Event,
    EventKind,
    RateMark,
    SlotText,
    TemperatureMark,
    operation_day,
    page_count,
    slot_of,
    spread,
    stay_day,
)
from workstation.core.clock import instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _, pick
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, target
from workstation.store.reader import Reader, Span
from workstation.terminology.knowledge import Knowledge
from workstation.vitals import reading, ward
from workstation.vitals.correcting import CODES, ERROR
from workstation.vitals.model import AskChart
from workstation.vitals.reading import PACEMAKER, VENTILATOR, Sign

NOON: Final = 12
LINES: Final = ("temperature", "pulse")
_DAY_FIELDS: Final = ("stool", "intake", "output", "urine", "weight", "height")
_KINDS: Final = {CODES["surgery"][0]: EventKind.SURGERY, CODES["delivery"][0]: EventKind.DELIVERY}


@dataclass(frozen=True, slots=True)
class Frame:
    """The stay and the page that is asked for: its first day, and until when the stay goes or went."""

    encounter: Resource
    patient: Resource
    admitted: datetime
    until: datetime
    over: bool
    number: int
    pages: int

    @property
    def first(self) -> date:
        """The first day of the page."""
        return self.admitted.date() + timedelta(days=PAGE_DAYS * (self.number - 1))

    @property
    def last(self) -> date:
        """The last day of the page."""
        return self.first + timedelta(days=PAGE_DAYS - 1)


def frame_of(reader: Reader, request: AskChart, now: datetime) -> Frame:
    """Find the stay and the page; 0 is the last one. Raises NotFound, Invalid for a page there is none of."""
    encounter = ward.stay(reader, request.patient, request.encounter)
    admitted, ended = ward.start(encounter, now), ward.end(encounter, now)
    until = ended or now
    pages = page_count(admitted.date(), until.date())
    number = request.page or pages
    if not 1 <= number <= pages:
        raise Invalid(_("This chart has pages 1 to {pages}.", pages=pages), field="page")
    patient = reader.get("Patient", request.patient)
    return Frame(encounter, patient, admitted, until, ended is not None, number, pages)


def page_of(reader: Reader, request: AskChart, knowledge: Knowledge, now: datetime) -> ChartPage:
    """Give one page. Raises as `frame_of`."""
    frame = frame_of(reader, request, now)
    style = knowledge.ward_signs.chart
    stay = signs_of(reader, frame, now)
    found = list(on_page(stay, frame, knowledge))
    allergies = allergies_of(reader, request.patient, knowledge, request.language)
    return ChartPage(
        _header(reader, frame, now, request.language),
        frame.number,
        frame.pages,
        style,
        _days(frame, stay, _operations(reader, frame, now), knowledge),
        temperatures=_temperatures(found),
        pulses=_rates(found, "pulse"),
        hearts=_rates(found, "heart_rate"),
        breaks=tuple(
            Break(slot, sign.field, instant(sign.at), reason_of(sign, knowledge))
            for slot, sign in found
            if sign.missed and sign.field in LINES
        ),
        breaths=tuple(
            SlotText(slot, s.text, s.machine == VENTILATOR) for slot, s in _one_a_column(found, "respiration")
        ),
        pains=tuple(SlotText(slot, s.text) for slot, s in _one_a_column(found, "pain")),
        events=_events(reader, frame, found, knowledge, now),
        allergies=tuple(each.agent for each in allergies.known if each.confirmed),
    )


def signs_of(reader: Reader, frame: Frame, now: datetime) -> list[Sign]:
    """Give the signs of the stay around a page, by time: its own, and what others noted of no visit since it began."""
    return [sign for r in observations(reader, frame) for sign in reading.signs_in(r, now.tzinfo)]


def observations(reader: Reader, frame: Frame) -> list[Resource]:
    """Give the Observations of the stay around a page, by time, the struck ones too."""
    start = datetime.combine(frame.first, datetime.min.time(), frame.admitted.tzinfo)
    span = Span(start - timedelta(days=1), start + timedelta(days=PAGE_DAYS + 1))
    where: dict[str, Any] = {
        "patient": str(frame.patient["id"]),
        "category": "vital-signs",
        "date": span,
    }
    return [
        resource
        for resource in reader.find("Observation", where, sort=("date",))
        if _belongs(resource, frame)
    ]


def _belongs(resource: Resource, frame: Frame) -> bool:
    encounter = target(resource.get("encounter"), "Encounter")
    if encounter:
        return encounter == str(frame.encounter["id"])
    at = reading.moment(str(resource.get("effectiveDateTime", "")), frame.admitted.tzinfo)
    return frame.admitted <= at <= frame.until


def on_page(found: Iterable[Sign], frame: Frame, knowledge: Knowledge) -> Iterator[tuple[int, Sign]]:
    """Give the signs that stand in the page's columns, each with its column; what is a whole day's has none.

    What was measured before the first column of the stay stands in its first.
    """
    style = knowledge.ward_signs.chart
    for sign in found:
        if sign.day is not None:
            continue
        slot = slot_of(sign.at, frame.first, style)
        if slot < 0 and frame.number == 1:
            slot = 0
        if 0 <= slot < PAGE_SLOTS:
            yield slot, sign


def _header(reader: Reader, frame: Frame, now: datetime, lang: str) -> ChartHeader:
    person = person_of(frame.patient, now, lang)
    entries = ward.entries(frame.encounter)
    place = (entries or [{}])[-1].get("location") or {}
    here = of_stay(reader, frame.encounter, now)
    home = ward.ward_above(reader, target(place, "Location"))
    bed = reader.peek("Location", target(place, "Location")) or {}
    tags = [t for r in (frame.encounter, frame.patient) for t in as_list(r.get("meta", {}).get("tag"))]
    return ChartHeader(
        person.id,
        str(frame.encounter["id"]),
        person.name,
        person.sex,
        person.age,
        ward.department(frame.encounter),
        here.ward_name or str(home.get("name", "")),
        here.bed or str(bed.get("name", "")),
        frame.admitted.date().isoformat(),
        ward.number(frame.encounter) or person.number,
        ward.diagnosis(frame.encounter),
        person.birth,
        any(tag.get("system") == systems.SYNTHETIC for tag in tags),
    )


# Lines


def _temperatures(found: Sequence[tuple[int, Sign]]) -> tuple[TemperatureMark, ...]:
    """Give every temperature with what was measured after cooling it."""
    measured = [(slot, s) for slot, s in found if s.field == "temperature" and s.value is not None]
    mains = {s.id for _slot, s in measured if not s.cooled_from}
    cooled: dict[str, list[Decimal]] = defaultdict(list)
    for _slot, sign in measured:
        if sign.cooled_from in mains and sign.value is not None:
            cooled[sign.cooled_from].append(sign.value)
    return tuple(
        TemperatureMark(slot, s.value, s.site, instant(s.at), s.id, tuple(cooled[s.id]))
        for slot, s in measured
        if s.value is not None and s.cooled_from not in mains
    )


def _rates(found: Iterable[tuple[int, Sign]], field: str) -> tuple[RateMark, ...]:
    return tuple(
        RateMark(slot, s.value, instant(s.at), s.id, s.machine == PACEMAKER)
        for slot, s in found
        if s.field == field and s.value is not None
    )


def _one_a_column(found: Iterable[tuple[int, Sign]], field: str) -> list[tuple[int, Sign]]:
    """Give the last value of each column."""
    newest = {slot: sign for slot, sign in found if sign.field == field and not sign.missed}
    return sorted(newest.items())


def reason_of(sign: Sign, knowledge: Knowledge) -> str:
    """Give why a sign was not taken, in the language of the screen where the reason is one of ours."""
    known = knowledge.ward_signs.reason(sign.reason)
    return known.name if known is not None else sign.missed


# Days


def _days(
    frame: Frame, found: Sequence[Sign], operations: Sequence[date], knowledge: Knowledge
) -> tuple[DayColumn, ...]:
    by_day: dict[date, list[Sign]] = defaultdict(list)
    for sign in found:
        by_day[max(sign.belongs, frame.admitted.date())].append(sign)
    return tuple(
        _day(frame, frame.first + timedelta(days=n), by_day, operations, knowledge) for n in range(PAGE_DAYS)
    )


def _day(
    frame: Frame,
    day: date,
    by_day: dict[date, list[Sign]],
    operations: Sequence[date],
    knowledge: Knowledge,
) -> DayColumn:
    if day > frame.until.date():
        return DayColumn(day.isoformat(), shown=False)
    of_day = by_day.get(day, [])
    texts = {sign.field: _day_text(sign, knowledge) for sign in of_day if sign.field in _DAY_FIELDS}
    return DayColumn(
        day.isoformat(),
        True,
        stay_day(frame.admitted.date(), day),
        operation_day(day, operations, knowledge.ward_signs.chart),
        _pressures(of_day),
        **texts,
    )


def _day_text(sign: Sign, knowledge: Knowledge) -> str:
    return reason_of(sign, knowledge) if sign.missed else sign.text


def _pressures(of_day: Iterable[Sign]) -> tuple[str, str]:
    """Give the first blood pressure before noon and the first after it."""
    taken = [s for s in of_day if s.field == "systolic" and s.value is not None]
    morning = next((s.text for s in taken if s.at.hour < NOON), "")
    afternoon = next((s.text for s in taken if s.at.hour >= NOON), "")
    return morning, afternoon


# Events


def _procedures(reader: Reader, frame: Frame) -> list[Resource]:
    wanted = [f"{systems.SNOMED}|{code}" for code in _KINDS]
    found = reader.find("Procedure", {"patient": str(frame.patient["id"]), "code": wanted})
    return [
        p
        for p in found
        if p.get("status") != ERROR
        and p.get("performedDateTime")
        and target(p.get("encounter"), "Encounter") == frame.encounter["id"]
    ]


def _operations(reader: Reader, frame: Frame, now: datetime) -> list[date]:
    return [
        reading.moment(str(p["performedDateTime"]), now.tzinfo).date() for p in _procedures(reader, frame)
    ]


def _events(
    reader: Reader, frame: Frame, found: Sequence[tuple[int, Sign]], knowledge: Knowledge, now: datetime
) -> tuple[Event, ...]:
    """Give what stands between 40 and 42 °C on this page, each in a column of its own."""
    listed = [*_of_stay(reader, frame, now), *_of_procedures(reader, frame, now)]
    placed = []
    for event, at in listed:
        slot = slot_of(at, frame.first, knowledge.ward_signs.chart)
        slot = 0 if slot < 0 and at.date() >= frame.first and frame.number == 1 else slot
        if 0 <= slot < PAGE_SLOTS:
            placed.append(replace(event, slot=slot))
    return spread([*placed, *_reasons(found, knowledge)])


def _event(kind: EventKind, at: datetime, place: str = "", id_: str = "") -> tuple[Event, datetime]:
    return Event(0, kind, instant(at), at.hour, at.minute, place, "", id_), at


def _of_stay(reader: Reader, frame: Frame, now: datetime) -> Iterator[tuple[Event, datetime]]:
    yield _event(EventKind.ADMISSION, frame.admitted)
    before = ""
    for entry in ward.entries(frame.encounter):
        here = ward.ward_above(reader, target(entry.get("location"), "Location"))
        stamp = str((entry.get("period") or {}).get("start", ""))
        if before and here and here["id"] != before and stamp:
            at = reading.moment(stamp, now.tzinfo)
            yield _event(EventKind.TRANSFER, at, str(here.get("name", "")))
        before = str(here.get("id", "")) or before
    if frame.over:
        died = code_of(frame.encounter.get("hospitalization", {}).get("dischargeDisposition")) == "exp"
        yield _event(EventKind.DEATH if died else EventKind.DISCHARGE, frame.until)


def _of_procedures(reader: Reader, frame: Frame, now: datetime) -> Iterator[tuple[Event, datetime]]:
    for procedure in _procedures(reader, frame):
        kind = _KINDS.get(code_of(procedure.get("code"), systems.SNOMED))
        if kind is not None:
            at = reading.moment(str(procedure["performedDateTime"]), now.tzinfo)
            yield _event(kind, at, id_=str(procedure["id"]))


def _reasons(found: Sequence[tuple[int, Sign]], knowledge: Knowledge) -> Iterator[Event]:
    """Write why nothing was measured, once a column, where the reason is one that is written there."""
    seen: set[tuple[int, str]] = set()
    for slot, sign in found:
        known = knowledge.ward_signs.reason(sign.reason)
        if known is None or not known.band or not sign.missed or (slot, known.code) in seen:
            continue
        seen.add((slot, known.code))
        words = pick(known.name_zh, known.name_en)
        yield Event(
            slot, EventKind.REASON, instant(sign.at), sign.at.hour, sign.at.minute, "", words, sign.id
        )
