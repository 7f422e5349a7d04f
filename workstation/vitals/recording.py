"""Recording a round: one Observation a sign, each checked first; what was not taken is recorded with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from workstation.chart import measures, signs
from workstation.chart.people import age_months
from workstation.chart.signs import BY_FIELD, Taking
from workstation.chart.temperature import Site
from workstation.core.clock import instant
from workstation.core.errors import Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, parse_date, ref_of, reference
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.ward_signs import MissReason
from workstation.verbs import command
from workstation.vitals import notation, reading, ward
from workstation.vitals.model import STATES_OF_MIND, Missed, NotMeasured, RecordCooling, RecordRound

OF_A_DAY: Final = ("intake", "output", "urine")
USUALLY: Final = ("temperature", "pulse", "respiration")
BEFORE_ADMISSION: Final = timedelta(hours=2)
COOLING: Final = timedelta(hours=4)


@command(
    "vitals.record-round", permission=Permission.VITALS_RECORD, help="Record one patient's row of a round"
)
def record_round(unit: Unit, request: RecordRound, *, knowledge: Knowledge) -> Ref:
    """Record everything of a row at one moment, or nothing. Raises Invalid naming the first field that cannot be right.

    Unusual values are asked for a second time, as `chart.signs` says; Conflict for a cancelled stay.
    """
    at = begin(unit, request.patient, request.encounter, request.at)
    taking = Taking(request.patient, request.encounter, instant(at))
    values, urine = _values(request)
    months = months_of(unit, request.patient)
    signs.check_all(values, months, request.confirmed)
    if "weight" in values:
        check_weight(unit, request.patient, values["weight"], request.confirmed)
    made = _measured(unit, taking, values, request)
    made += _of_a_day(unit, replace(taking, at=_day(request, at)), values, urine)
    made += _words(unit, taking, request, knowledge)
    made += _missed(unit, taking, request.missed, knowledge)
    if not made:
        raise Invalid(_("Type at least one value."), field="temperature")
    refs = [unit.put(resource) for resource in made]
    return refs[0]


def begin(unit: Unit, patient: str, encounter: str, text: str) -> datetime:
    """Check stay and moment of a command; gives the moment in the desk's own time zone."""
    found = ward.stay(unit.reader, patient, encounter)
    unit.patient = patient
    at = signs.moment(text, unit.now).astimezone(unit.now.tzinfo)
    if at < ward.start(found, unit.now) - BEFORE_ADMISSION:
        raise Invalid(_("This is before the stay began. Nothing was recorded."), field="at")
    ended = ward.end(found, unit.now)
    if ended is not None and at > ended + signs.LATEST:
        raise Invalid(_("This is after the stay ended. Nothing was recorded."), field="at")
    return at


def months_of(unit: Unit, patient: str) -> int | None:
    """Give a patient's age in months, or None where the date of birth is not known."""
    return age_months(str(unit.reader.get("Patient", patient).get("birthDate", "")), unit.now.date())


def check_weight(unit: Unit, patient: str, value: Decimal, confirmed: tuple[str, ...]) -> None:
    """Ask a second time for a weight far from the last one."""
    last = measures.latest_measure(unit.reader, patient, measures.SAME_AS[measures.WEIGHT])
    signs.check_weight(last, value, unit.now.date(), confirmed)


def _values(request: RecordRound) -> tuple[dict[str, Decimal], notation.Urine | None]:
    """Give every number of a row by field, urine too, and the urine as it is written."""
    fields = [field for field in BY_FIELD if field != "urine"]
    values = {field: value for field in fields if (value := getattr(request, field)) is not None}
    urine = notation.urine(request.urine) if request.urine.strip() else None
    if urine is not None and urine.amount is not None:
        values["urine"] = urine.amount
    return values, urine


def _measured(
    unit: Unit, taking: Taking, values: Mapping[str, Decimal], request: RecordRound
) -> list[Resource]:
    now = {field: value for field, value in values.items() if field not in OF_A_DAY}
    made = signs.observations(unit, taking, now)
    machines = {
        "heart_rate": reading.PACEMAKER if request.paced else "",
        "respiration": reading.VENTILATOR if request.ventilated else "",
    }
    for resource in made:
        field = reading.field_of(resource["code"])
        if field == "temperature":
            resource["method"] = site_element(request.site)
        elif machines.get(field):
            resource["method"] = concept(systems.OBSERVATION, machines[field])
    return made


def site_element(site: Site) -> Resource:
    """Give the `method` of a temperature."""
    return concept(systems.TEMPERATURE_SITE, site.value)


def _day(request: RecordRound, at: datetime) -> str:
    """Give the day that intake, output and urine belong to: the day before the round unless it is named."""
    if not request.day:
        return (at.date() - timedelta(days=1)).isoformat()
    day = parse_date(request.day)
    if day is None or len(request.day) != 10 or day > at.date():
        raise Invalid(_("“{text}” is no day that is over.", text=request.day), field="day")
    return day.isoformat()


def _of_a_day(
    unit: Unit, taking: Taking, values: Mapping[str, Decimal], urine: notation.Urine | None
) -> list[Resource]:
    made = [
        signs.observation(unit, taking, BY_FIELD[field], values[field])
        for field in ("intake", "output")
        if field in values
    ]
    if urine is not None:
        made.append(urine_of(unit, taking, urine))
    return made


def urine_of(unit: Unit, taking: Taking, urine: notation.Urine) -> Resource:
    """Say an amount of urine: by catheter as its method, what cannot be held as the chart's sign."""
    sign = BY_FIELD["urine"]
    if urine.amount is None:
        code = concept(sign.system, sign.code, sign.display)
        return {**signs.base(unit, taking), "code": code, "valueString": notation.NOT_HELD}
    made = signs.observation(unit, taking, sign, urine.amount)
    if urine.catheter:
        made["method"] = concept(systems.OBSERVATION, reading.CATHETER)
    return made


def _words(unit: Unit, taking: Taking, request: RecordRound, knowledge: Knowledge) -> list[Resource]:
    """Say what is no number: stools and consciousness."""
    made = []
    if request.stool.strip():
        made.append(stool_of(unit, taking, notation.stool(request.stool)))
    if request.consciousness.strip():
        made.append(mind_of(unit, taking, request.consciousness, knowledge))
    return made


def stool_of(unit: Unit, taking: Taking, text: str) -> Resource:
    """Say a stool count."""
    code = concept(systems.OBSERVATION, signs.STOOL, "Stool count")
    return {**signs.base(unit, taking), "code": code, "valueString": text}


def mind_of(unit: Unit, taking: Taking, letter: str, knowledge: Knowledge) -> Resource:
    """Say a state of consciousness. Raises Invalid for a letter that is none of ACVPU."""
    wanted = letter.strip().upper()
    state = next((s for s in knowledge.early_warning.consciousness if s.code == wanted), None)
    if state is None or wanted not in STATES_OF_MIND:
        raise Invalid(
            _("“{text}” is no state of consciousness.", text=letter),
            _("A alert, C confused, V voice, P pain, U unresponsive."),
            "consciousness",
        )
    return {
        **signs.base(unit, taking),
        "code": concept(systems.OBSERVATION, signs.CONSCIOUSNESS, "Level of consciousness (ACVPU)"),
        "valueCodeableConcept": concept(systems.OBSERVATION, wanted, state.name_en, state.name_zh),
    }


# What was not taken


@command(
    "vitals.not-measured",
    permission=Permission.VITALS_RECORD,
    help="Record that signs were not taken, and why",
)
def not_measured(unit: Unit, request: NotMeasured, *, knowledge: Knowledge) -> Ref:
    """Record the reason for each sign. Raises Invalid for an unknown reason or sign."""
    at = begin(unit, request.patient, request.encounter, request.at)
    reason = _reason(request.reason, knowledge)
    fields = request.signs or ((reason.sign,) if reason.sign else USUALLY)
    taking = Taking(request.patient, request.encounter, instant(at))
    missed = tuple(Missed(field, reason.code) for field in fields)
    refs = [unit.put(resource) for resource in _missed(unit, taking, missed, knowledge)]
    return refs[0]


def _missed(unit: Unit, taking: Taking, missed: tuple[Missed, ...], knowledge: Knowledge) -> list[Resource]:
    made = []
    for each in missed:
        reason = _reason(each.reason, knowledge)
        if each.sign not in BY_FIELD or (reason.sign and reason.sign != each.sign):
            raise Invalid(_("This reason does not go with this sign."), field=each.sign)
        code = _code(each.sign)
        absent = concept(systems.REASON, reason.code, text=reason.name_zh)
        made.append({**signs.base(unit, taking), "code": code, "dataAbsentReason": absent})
    return made


def _code(field: str) -> Resource:
    if field in signs.PRESSURE:
        return concept(
            systems.LOINC, measures.BLOOD_PRESSURE, "Blood pressure panel with all children optional"
        )
    sign = BY_FIELD[field]
    return concept(sign.system, sign.code, sign.display)


def _reason(code: str, knowledge: Knowledge) -> MissReason:
    found = knowledge.ward_signs.reason(code)
    if found is None:
        raise Invalid(_("Give the reason why it was not measured."), field="reason")
    return found


# After cooling


@command(
    "vitals.record-cooling", permission=Permission.VITALS_RECORD, help="Record the temperature after cooling"
)
def record_cooling(unit: Unit, request: RecordCooling) -> Ref:
    """Record a temperature beside the one before it. Raises Invalid, also more than four hours after it."""
    at = begin(unit, request.patient, request.encounter, request.at)
    before = unit.reader.get("Observation", request.temperature)
    found = next(iter(reading.signs_in(before, unit.now.tzinfo)), None)
    if found is None or found.field != "temperature" or found.value is None or found.cooled_from:
        raise Invalid(_("This is no temperature before cooling."), field="temperature")
    if ref_of(before).patient != request.patient:
        raise Invalid(_("This record belongs to another patient. Nothing was changed."), field="patient")
    if not timedelta(0) < at - found.at <= COOLING:
        raise Invalid(
            _("A temperature after cooling is taken within four hours of the one before."),
            _("Nothing was recorded. Record it as a temperature of its own."),
            "at",
        )
    confirmed = ("temperature",) if request.confirmed else ()
    signs.check(BY_FIELD["temperature"], request.value, months_of(unit, request.patient), confirmed)
    taking = Taking(request.patient, request.encounter, instant(at))
    made = signs.observation(unit, taking, BY_FIELD["temperature"], request.value)
    made["method"] = site_element(found.site)
    made["derivedFrom"] = [reference(ref_of(before))]
    return unit.put(made)
