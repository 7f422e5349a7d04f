"""What the screens and papers of a ward's vital signs ask. Importing this file registers the queries.

Whatever opens one patient's chart is audited before its rows leave the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, Final

from workstation.chart import signs
from workstation.chart.measures import is_valid
from workstation.chart.people import author_name
from workstation.chart.temperature import ChartPage
from workstation.core.clock import instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _, speaking
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, extension
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader, Span
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import query
from workstation.vitals import charting, reading, rounds, ward
from workstation.vitals.model import (
    AskChart,
    AskRound,
    AskRow,
    AskTrend,
    Reading,
    RoundRow,
    RoundView,
    TakingRow,
    TrendPoint,
)
from workstation.vitals.reading import Sign

FIELDS: Final = (
    "temperature", "pulse", "heart_rate", "respiration", "systolic", "spo2", "oxygen", "consciousness", "pain",
    "stool", "intake", "output", "urine", "weight", "height",
)  # fmt: skip
"""The order of signs in a row."""


@query(
    "vitals.round",
    permission=Permission.WARD_READ,
    help="A ward's patients by bed with what is due to be measured",
)
def round_view(
    reader: Reader, request: AskRound, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> RoundView:
    """Give the round of a ward. Raises Invalid for a ward that is none."""
    return rounds.round_of(reader, request, knowledge, now, ward.choices(reader, actor))


@query(
    "vitals.row",
    permission=Permission.CHART_READ,
    help="One patient's row of a round",
    audited=True,
)
def row(reader: Reader, request: AskRow, *, knowledge: Knowledge, now: datetime) -> RoundRow:
    """Give one patient's row. Raises NotFound, Invalid."""
    encounter = ward.stay(reader, request.patient, request.encounter)
    at = signs.moment(request.at, now).astimezone(now.tzinfo)
    return rounds.row_of(reader, encounter, at, knowledge, now)


@query(
    "vitals.chart",
    permission=Permission.CHART_READ,
    help="One page of the temperature chart of a stay",
    audited=True,
)
def chart(reader: Reader, request: AskChart, *, knowledge: Knowledge, now: datetime) -> ChartPage:
    """Give one page. Raises NotFound, Invalid."""
    with speaking(request.language) if request.language else nullcontext():
        return charting.page_of(reader, request, knowledge, now)


@query(
    "vitals.takings",
    permission=Permission.CHART_READ,
    help="What was measured on one page of the chart, as a list",
    audited=True,
)
def takings(
    reader: Reader, request: AskChart, *, knowledge: Knowledge, now: datetime
) -> tuple[TakingRow, ...]:
    """Give what was measured in the seven days of a page, the newest first, with what was taken back."""
    frame = charting.frame_of(reader, request, now)
    by_moment: dict[datetime, list[Resource]] = {}
    for resource in charting.observations(reader, frame):
        at = reading.moment(str(resource.get("effectiveDateTime", "")), now.tzinfo)
        if frame.first <= at.date() <= frame.last or (frame.number == 1 and at.date() < frame.first):
            by_moment.setdefault(at, []).append(resource)
    rows = [_taking(reader, at, listed, knowledge) for at, listed in sorted(by_moment.items(), reverse=True)]
    return tuple(row for row in rows if row.readings or row.struck)


def _taking(reader: Reader, at: datetime, listed: Sequence[Resource], knowledge: Knowledge) -> TakingRow:
    found = [sign for resource in listed for sign in reading.signs_in(resource, at.tzinfo)]
    ordered = sorted(found, key=lambda sign: (FIELDS.index(sign.field), bool(sign.cooled_from)))
    people = (author_name(reader, p) for r in listed for p in as_list(r.get("performer")))
    struck = [text for r in listed if not is_valid(r) and (text := _struck(r, at))]
    return TakingRow(
        _when(found, at),
        ", ".join(dict.fromkeys(filter(None, people))),
        tuple(_reading(sign, knowledge) for sign in ordered),
        tuple(struck),
    )


def _when(found: Sequence[Sign], at: datetime) -> str:
    """Give the moment, or the day alone for what belongs to a whole one."""
    whole = bool(found) and all(sign.day is not None for sign in found)
    return at.date().isoformat() if whole else instant(at)


def _reading(sign: Sign, knowledge: Knowledge) -> Reading:
    return Reading(
        sign.id,
        sign.field,
        _text(sign, knowledge),
        rounds.unusual(sign),
        bool(sign.missed),
        bool(sign.cooled_from),
    )


def _text(sign: Sign, knowledge: Knowledge) -> str:
    if sign.missed:
        return charting.reason_of(sign, knowledge)
    if sign.field == "temperature" and sign.value is not None:
        return f"{sign.text} {reading.site_word(sign.site)}"
    return sign.text


def _struck(resource: Resource, at: datetime) -> str:
    """Write a value that was taken back, with its reason."""
    found = next(iter(reading.signs_in({**resource, "status": "final"}, at.tzinfo)), None)
    if found is None:
        return ""
    why = str(extension(resource, systems.STATUS_REASON) or "")
    name = _(signs.BY_FIELD[found.field].name) if found.field in signs.BY_FIELD else _("Stools")
    return f"{name} {found.text} ({why})" if why else f"{name} {found.text}"


@query(
    "vitals.trend",
    permission=Permission.CHART_READ,
    help="One vital sign of a patient over the last days",
    audited=True,
)
def trend(reader: Reader, request: AskTrend, *, now: datetime) -> tuple[TrendPoint, ...]:
    """Give the values of one sign, the oldest first. Raises Invalid for a sign that is no number."""
    sign = signs.BY_FIELD.get(request.sign)
    if sign is None:
        raise Invalid(_("This sign has no trend."), field="sign")
    where: dict[str, Any] = {
        "patient": request.patient,
        "category": "vital-signs",
        "date": Span(now - timedelta(days=request.days), now),
    }
    wanted = "systolic" if request.sign in signs.PRESSURE else request.sign
    points = []
    for resource in reader.find("Observation", where, sort=("date",)):
        for found in reading.signs_in(resource, now.tzinfo):
            value = found.low if request.sign == "diastolic" else found.value
            if found.field == wanted and value is not None:
                points.append(TrendPoint(instant(found.at), value, found.text))
    return tuple(points)
