"""One stay on one page: where and since when, what is ordered, measured, reported and due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from workstation.chart import stay_laboratory
from workstation.chart.allergies import allergies_of
from workstation.chart.in_bed import BED, UNDER_WAY, in_ward
from workstation.chart.measures import SAME_AS, newest, vitals_in
from workstation.chart.people import age_years
from workstation.chart.summary import ADULT_YEARS, department_of
from workstation.chart.travel import travelled
from workstation.core.clock import instant
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, target
from workstation.inpatient import admission, board, places, stays
from workstation.inpatient.rows import (
    DiagnosisLine,
    DueLine,
    OrderLine,
    Place,
    PlaceView,
    StayRow,
    StayView,
    VisitChoice,
)
from workstation.orderbook import book, given, plan
from workstation.orderbook.order import DRUG, LONG_TERM, Order, Verified, running
from workstation.store.reader import Reader
from workstation.terminology import names
from workstation.terminology.knowledge import Knowledge


def stay_view(
    reader: Reader, encounter: Resource, patient: str, now: datetime, knowledge: Knowledge
) -> StayView:
    """Give everything the first page of a stay shows."""
    id_ = str(encounter["id"])
    person = reader.get("Patient", patient)
    years = age_years(str(person.get("birthDate", "")), now.date())
    signs = newest(reader, patient, SAME_AS)
    orders = book.orders_of(reader, id_, knowledge)
    live = encounter.get("status") in UNDER_WAY
    return StayView(
        row=_row(reader, encounter, patient, now, knowledge),
        diagnoses=_diagnoses(reader, encounter, knowledge),
        allergies=allergies_of(reader, patient, knowledge),
        vitals=vitals_in(signs, adult=years is None or years >= ADULT_YEARS),
        orders=_orders(orders, now, knowledge),
        results=stay_laboratory.of_stay(reader, patient, id_, knowledge).reports,
        due=_due(reader, id_, orders, now, knowledge) if live else (),
    )


def _row(reader: Reader, encounter: Resource, patient: str, now: datetime, knowledge: Knowledge) -> StayRow:
    bed_id = stays.bed(encounter)
    bed = reader.peek("Location", bed_id) if bed_id else None
    ward = places.ward_above(reader, bed) if bed is not None else None
    about = stays.hospitalization(encounter)
    conditions = reader.find("Condition", {"encounter": str(encounter["id"])})
    return StayRow(
        encounter=str(encounter["id"]),
        patient=patient,
        number=stays.number(encounter),
        status=str(encounter.get("status", "")),
        start=stays.start(encounter),
        end=stays.end(encounter),
        day=stays.day(encounter, now),
        department=department_name(encounter, knowledge),
        ward=str(ward["id"]) if ward is not None else "",
        ward_name=str(ward.get("name", "")) if ward is not None else "",
        bed=bed_id,
        bed_number=bed_number(bed),
        doctor=str(stays.in_charge(encounter, stays.DOCTOR).get("display", "")),
        nurse=str(stays.in_charge(encounter, stays.NURSE).get("display", "")),
        source=code_of(about.get("admitSource")),
        from_visit=str((about.get("preAdmissionIdentifier") or {}).get("value", "")),
        diagnosis=board.main_diagnosis(encounter, conditions, knowledge),
        disposition=code_of(about.get("dischargeDisposition")),
        places=tuple(_place(reader, entry) for entry in as_list(encounter.get("location"))),
        travelled=travelled(reader, "Encounter", str(encounter["id"])),
    )


def department_name(encounter: Resource, knowledge: Knowledge) -> str:
    """Name the department in the language of the screen, else as the stay says it."""
    code = code_of(encounter.get("serviceType"), systems.DEPARTMENT)
    known = next((entry for entry in knowledge.departments if entry.code == code), None)
    return known.name if known is not None else department_of(encounter)


def bed_number(bed: Resource | None) -> str:
    """Give the number of a bed, or an empty text for a place that is none."""
    return str(bed.get("name", "")) if bed is not None and places.kind(bed) == BED else ""


def _place(reader: Reader, entry: Resource) -> Place:
    bed = reader.peek("Location", target(entry.get("location"), "Location"))
    ward = places.ward_above(reader, bed) if bed is not None else None
    period = entry.get("period") or {}
    shown = str((entry.get("location") or {}).get("display", ""))
    return Place(
        str(bed.get("name", "")) if bed is not None else shown,
        str(ward.get("name", "")) if ward is not None else "",
        str(period.get("start", "")),
        str(period.get("end", "")),
        str(extension(entry, systems.STATUS_REASON) or ""),
    )


def _diagnoses(reader: Reader, encounter: Resource, knowledge: Knowledge) -> tuple[DiagnosisLine, ...]:
    entries = {target(d.get("condition"), "Condition"): d for d in as_list(encounter.get("diagnosis"))}
    found = reader.find("Condition", {"encounter": str(encounter["id"])})
    live = [c for c in found if code_of(c.get("verificationStatus")) not in board.VOID]
    live.sort(key=lambda c: int(entries.get(str(c["id"]), {}).get("rank", 99)))
    return tuple(
        DiagnosisLine(
            str(c["id"]),
            board.diagnosis_name(c, knowledge),
            code_of(c.get("code"), systems.ICD10) or code_of(c.get("code"), systems.ICD10_CN),
            code_of(c.get("verificationStatus")) == "confirmed",
            code_of(entries.get(str(c["id"]), {}).get("use")) == "AD",
        )
        for c in live
    )


def _orders(orders: Iterable[Order], now: datetime, knowledge: Knowledge) -> tuple[OrderLine, ...]:
    """Give what runs, other orders by the order of their kinds in the catalogue, medicines last."""
    kinds = {
        code: (place, kind.name) for place, (code, kind) in enumerate(knowledge.ward_orders.kinds.items())
    }
    running_now = [order for order in orders if running(order, now)]
    running_now.sort(key=lambda o: kinds.get(o.kind, (len(kinds) + (o.kind == DRUG), ""))[0])
    return tuple(
        OrderLine(
            order.id,
            order.type,
            order.kind,
            kinds[order.kind][1] if order.kind in kinds else _("Medicines"),
            order.display,
            order.spoken,
            instant(order.start),
            order.term == LONG_TERM,
            order.verification.state in (Verified.DONE, Verified.NONE),
            order.high_alert,
        )
        for order in running_now
    )


def _due(
    reader: Reader, encounter: str, orders: Iterable[Order], now: datetime, knowledge: Knowledge
) -> tuple[DueLine, ...]:
    windows = knowledge.nursing.windows
    facts = given.given_of_many(reader, [encounter], now - windows.back - plan.DAY)[encounter]
    due = plan.due(orders, facts, now, windows)
    late = len(due.overdue)
    return tuple(
        DueLine(instant(slot.at), " + ".join(order.name for order in slot.orders), place < late)
        for place, slot in enumerate((*due.overdue, *due.now, *due.later))
    )


def place_view(reader: Reader, encounter: Resource, now: datetime) -> PlaceView:
    """Give what a banner says of a stay; a name is compared with those who lie on the same ward now."""
    bed = reader.peek("Location", stays.bed(encounter)) if stays.bed(encounter) else None
    ward = places.ward_above(reader, bed) if bed is not None else None
    patient = target(encounter.get("subject"), "Patient")
    here = in_ward(reader, str(ward["id"]), now) if ward is not None else ()
    marks = names.alike((row.patient, row.person.name) for row in here)
    return PlaceView(
        str(encounter["id"]),
        stays.number(encounter),
        str(ward["id"]) if ward is not None else "",
        str(ward.get("name", "")) if ward is not None else "",
        bed_number(bed),
        stays.day(encounter, now),
        str(encounter.get("status", "")),
        marks[patient].value if patient in marks else "",
    )


def visit_choice(reader: Reader, visit: Resource, knowledge: Knowledge) -> VisitChoice:
    """Give an outpatient visit somebody can be admitted from."""
    taken_over = admission.diagnoses_of(reader, visit)
    return VisitChoice(
        str(visit["id"]),
        stays.number(visit),
        department_name(visit, knowledge),
        stays.start(visit),
        stays.class_of(visit) == "EMER",
        tuple(board.diagnosis_name(condition, knowledge) for condition in taken_over),
    )
