"""The banner of a chart, read from the patient's summary: the four allergy states, weight and kidneys with dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ui.context import PatientContext
from ui.desk_port import DeskPort
from ui.widgets.allergy_words import allergy_words
from ui.widgets.banner import AllergyState, BannerData, Vital
from workstation.core.days import written_date
from workstation.core.i18n import _
from workstation.security.permissions import Actor, Permission

if TYPE_CHECKING:
    from workstation.chart.allergies import Allergies, Allergy
    from workstation.chart.measures import Measure
    from workstation.chart.summary import Summary

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


def banner(desk: DeskPort, patient: PatientContext) -> BannerData:
    """Read who this is and what matters before acting. Off the main thread; raises UserError."""
    actor = desk.actor
    if actor is None or not actor.may(Permission.CHART_READ):
        return BannerData(patient.id, patient.name, "", "", "", "", allergy=None)
    from workstation.emr.model import AskSummary

    summary: Summary = desk.ask("chart.summary", AskSummary(patient.id, patient.encounter))
    if patient.stay:
        return _of_stay(desk, patient, of_summary(summary))
    return of_summary(summary, alike=_alike_today(desk, actor, patient.id))


def _of_stay(desk: DeskPort, patient: PatientContext, data: BannerData) -> BannerData:
    """Say where the patient lies and on which day, under the number the wristband carries."""
    from ui.pages.ward_parts.words import day_text
    from workstation.inpatient.model import AskPlace
    from workstation.inpatient.rows import PlaceView

    place: PlaceView = desk.ask("inpatient.place", AskPlace(patient.id, patient.encounter))
    bed = _("Bed {number}", number=place.bed) if place.bed else _("Without a bed")
    here = place.status in ("in-progress", "onleave")
    return replace(
        data,
        number=place.number,
        number_label=_("Stay no."),
        place=f"{place.ward_name} {bed}".strip() if here else _("Discharged"),
        day=day_text(place.day) if here else "",
        same_name=bool(place.alike),
    )


def of_summary(summary: Summary, *, alike: bool = False) -> BannerData:
    """Put a summary into the words of the banner."""
    from ui.pages.queue_parts.words import fee_text
    from workstation.registration.wording import sex_text

    person, weight, egfr = summary.person, summary.weight, summary.egfr
    return BannerData(
        person.id,
        person.name,
        sex_text(person.sex),
        day_words(person.birth) or _("Not known"),
        person.age or _("age not known"),
        person.number,
        _("Visit card no."),
        allergy=AllergyState(_STATES[summary.allergies.state.value]),
        allergies=tuple(_allergy(each) for each in summary.allergies.known),
        allergy_note=_none_words(summary.allergies),
        weight_kg=weight.value if weight is not None else "",
        weight_date=day_words(weight.at) if weight is not None else "",
        renal=egfr.value if egfr is not None else "",
        renal_date=day_words(egfr.at) if egfr is not None else "",
        vitals=tuple(_pressure(summary.vitals)),
        insurance=fee_text(summary.fee_type),
        deceased=_died(person.deceased),
        same_name=alike,
    )


_STATES = {"known": "known", "none": "none-known", "unrecorded": "not-recorded", "unavailable": "unavailable"}


def day_words(stamp: str) -> str:
    """Write the day of a stamp; a partial date stays as it is."""
    day = stamp[:10]
    return written_date(date.fromisoformat(day)) if len(day) == 10 else day


def _allergy(allergy: Allergy) -> str:
    """Write an allergy; an agent without a code says that nothing checks against it by itself."""
    text = allergy_words(allergy)
    if not allergy.confirmed:
        text += f" {_('unconfirmed')}"
    return text if allergy.checked else f"{text} {_('not part of automatic checks')}"


def _none_words(allergies: Allergies) -> str:
    if not allergies.said_on:
        return ""
    return f"{day_words(allergies.said_on)} {allergies.said_by}".strip()


def _pressure(vitals: tuple[Measure, ...]) -> list[Vital]:
    found = {measure.code: measure for measure in vitals}
    high, low = found.get(SYSTOLIC), found.get(DIASTOLIC)
    if high is None or low is None:
        return []
    odd = next((m.flag for m in (high, low) if m.flag), "")
    when = day_words(high.at)
    return [
        Vital(
            _("BP"),
            f"{high.value}/{low.value}\u00a0mmHg",
            "warn" if odd.startswith("critical") else "caution" if odd else "",
            (_("low") if "low" in odd else _("high")) if odd else "",
            when,
        )
    ]


def _died(stamp: str) -> str:
    return day_words(stamp) if stamp not in ("", "true") else _("date not known") if stamp else ""


def _alike_today(desk: DeskPort, actor: Actor, patient: str) -> bool:
    """Say whether somebody in today's queue can be mixed up with this patient by name."""
    if not actor.may(Permission.QUEUE_READ):
        return False
    from workstation.queue.model import Waiting

    view = desk.ask("queue.waiting", Waiting())
    rows = (*view.waiting, *view.current, *view.parked, *view.skipped)
    return any(row.patient == patient and row.alike for row in rows)
