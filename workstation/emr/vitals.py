"""Recording vital signs and body states in a visit: one Observation a sign, each checked first (`chart.signs`)."""

from __future__ import annotations

from decimal import Decimal

from workstation.chart import measures, signs
from workstation.chart.people import age_months
from workstation.core.clock import instant
from workstation.core.errors import Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.emr.model import RecordPregnancy, RecordVitals
from workstation.emr.visits import started
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.verbs import command


@command("emr.record-vitals", permission=Permission.VITALS_RECORD, help="Record vital signs of a patient")
def record_vitals(unit: Unit, request: RecordVitals) -> Ref:
    """Record what was measured. Raises Invalid naming the first field that cannot be right or needs typing again."""
    started(unit, request.patient, request.encounter)
    patient = unit.reader.get("Patient", request.patient)
    values = {s.field: v for s in signs.VISIT_SIGNS if (v := getattr(request, s.field)) is not None}
    if not values:
        raise Invalid(_("Type at least one value."), field=signs.VISIT_SIGNS[0].field)
    at = instant(signs.moment(request.at, unit.now))
    months = age_months(str(patient.get("birthDate", "")), unit.now.date())
    signs.check_all(values, months, request.confirmed)
    _check_weight(unit, request, values)
    taking = signs.Taking(request.patient, request.encounter, at)
    refs = [unit.put(resource) for resource in signs.observations(unit, taking, values)]
    return refs[0]


def _check_weight(unit: Unit, request: RecordVitals, values: dict[str, Decimal]) -> None:
    if "weight" in values:
        last = measures.latest_measure(unit.reader, request.patient, measures.SAME_AS[measures.WEIGHT])
        signs.check_weight(last, values["weight"], unit.now.date(), request.confirmed)


@command(
    "emr.record-pregnancy",
    permission=Permission.VITALS_RECORD,
    help="Record whether a patient is pregnant or breastfeeding",
)
def record_pregnancy(unit: Unit, request: RecordPregnancy) -> Ref:
    """Record the states that are not None. Raises Invalid when neither is given."""
    started(unit, request.patient, request.encounter)
    made: list[Resource] = []
    if request.pregnant is not None:
        code, word = ("LA15173-0", "Pregnant") if request.pregnant else ("LA26683-5", "Not pregnant")
        made.append(_state(unit, request, (measures.PREGNANCY, "Pregnancy status"), (code, word)))
    if request.breastfeeding is not None:
        yes = request.breastfeeding
        code, word = (
            ("LA29252-6", "Currently breastfeeding") if yes else ("LA29253-4", "Not currently breastfeeding")
        )
        made.append(_state(unit, request, (measures.BREASTFEEDING, "Breastfeeding status"), (code, word)))
    if not made:
        raise Invalid(_("Say whether the patient is pregnant or breastfeeding."), field="pregnant")
    refs = [unit.put(resource) for resource in made]
    return refs[0]


def _state(unit: Unit, request: RecordPregnancy, code: tuple[str, str], answer: tuple[str, str]) -> Resource:
    taking = signs.Taking(request.patient, request.encounter, instant(unit.now))
    return {
        **signs.base(unit, taking, "social-history"),
        "code": concept(systems.LOINC, *code),
        "valueCodeableConcept": concept(systems.LOINC, *answer),
    }
