"""What the ward's screens and papers ask. Whatever opens one patient's stay is audited before its rows leave."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from workstation.chart.allergies import AllergyState, allergies_of
from workstation.chart.measures import latest
from workstation.chart.people import display_name, person_of
from workstation.fhir.resources import (
    Resource,
    text_of,
)
from workstation.inpatient import admission, board, checklist, overview, places, standing, stays
from workstation.inpatient.model import (
    AskBeds,
    AskBoard,
    AskDue,
    AskPlace,
    AskStaff,
    AskStay,
    AskVisits,
    AskWards,
)
from workstation.inpatient.rows import (
    BedChoice,
    BoardView,
    Checklist,
    Coming,
    DueRow,
    PlaceView,
    StaffRow,
    StaffView,
    StayView,
    WardRow,
    Wristband,
)
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import query

OPEN_VISIT: Final = ("arrived", "triaged", "in-progress", "onleave")
BLOOD_GROUP: Final = ("882-1",)  # ABO and Rh together
ABO: Final = ("883-9",)
RH: Final = ("10331-7",)


@query("inpatient.wards", permission=Permission.WARD_READ, help="The wards and how full they are")
def wards(reader: Reader, request: AskWards, *, actor: Actor) -> tuple[WardRow, ...]:
    """Give every ward with its beds in use, those of the asker's departments first."""
    mine = places.departments_of(reader, actor.practitioner)
    used = Counter(stays.bed(e) for e in stays.running(reader))
    rows = [_ward_row(reader, ward, mine, used) for ward in places.wards(reader)]
    return tuple(sorted(rows, key=lambda row: not row.mine))


def _ward_row(reader: Reader, ward: Resource, mine: frozenset[str], used: Counter[str]) -> WardRow:
    beds = [bed for bed in places.beds_of(reader, ward) if bed.open or used[bed.id]]
    code, owner = places.department_of(reader, ward)
    return WardRow(
        str(ward["id"]),
        str(ward.get("name", "")),
        code,
        len(beds),
        sum(1 for bed in beds if used[bed.id]),
        owner is not None and str(owner["id"]) in mine,
    )


@query("inpatient.beds", permission=Permission.WARD_READ, help="The free beds of a ward")
def beds(reader: Reader, request: AskBeds) -> tuple[BedChoice, ...]:
    """Give the beds nobody is in, in the order of their numbers. Raises NotFound, Invalid."""
    asked = [places.ward(reader, request.ward)] if request.ward else places.wards(reader)
    used = {stays.bed(e) for e in stays.running(reader)}
    return tuple(
        BedChoice(bed.id, bed.number, bed.room, bed.ward, bed.ward_name)
        for ward in asked
        for bed in places.beds_of(reader, ward)
        if bed.open and bed.id not in used
    )


@query("inpatient.staff", permission=Permission.WARD_READ, help="The doctors and nurses of a ward")
def staff(reader: Reader, request: AskStaff) -> StaffView:
    """Give who can be in charge on a ward: the people of its department, by name. Raises NotFound, Invalid."""
    _code, owner = places.department_of(reader, places.ward(reader, request.ward))
    people = places.staff(reader, str(owner["id"])) if owner is not None else []
    rows = sorted((StaffRow(str(p["id"]), display_name(p), role) for p, role in people), key=lambda r: r.name)
    return StaffView(
        tuple(r for r in rows if places.may(r.role, Permission.ORDER_WRITE)),
        tuple(r for r in rows if places.may(r.role, Permission.ORDER_EXECUTE)),
    )


@query("inpatient.board", permission=Permission.WARD_READ, help="Every bed of a ward and who is in it")
def ward_board(reader: Reader, request: AskBoard, *, knowledge: Knowledge, now: datetime) -> BoardView:
    """Give a ward with its empty beds. Raises NotFound, Invalid."""
    return board.board(reader, request.ward, now, knowledge)


@query("inpatient.due", permission=Permission.ORDER_READ, help="What is due next for every patient of a ward")
def ward_due(reader: Reader, request: AskDue, *, knowledge: Knowledge, now: datetime) -> tuple[DueRow, ...]:
    """Give next task and overdue doses of each stay that has any. Raises NotFound, Invalid."""
    beds = {bed.id for bed in places.beds_of(reader, places.ward(reader, request.ward))} | {request.ward}
    here = [str(e["id"]) for e in stays.running(reader) if stays.bed(e) in beds]
    return standing.due_of(reader, here, now, knowledge)


@query(
    "inpatient.stay", permission=Permission.CHART_READ, help="One stay of a patient on one page", audited=True
)
def stay(reader: Reader, request: AskStay, *, knowledge: Knowledge, now: datetime) -> StayView:
    """Give a stay with its diagnoses, orders, signs, results and tasks. Raises NotFound, Invalid."""
    encounter = stays.stay(reader, request.encounter, request.patient)
    return overview.stay_view(reader, encounter, request.patient, now, knowledge)


@query("inpatient.place", permission=Permission.CHART_READ, help="Where a patient lies")
def place(reader: Reader, request: AskPlace, *, now: datetime) -> PlaceView:
    """Give ward, bed and day of a stay; empty where the patient is not admitted. Raises NotFound, Invalid."""
    if request.encounter:
        encounter: Resource | None = stays.stay(reader, request.encounter, request.patient)
    else:
        encounter = stays.stay_of(reader, request.patient)
    return overview.place_view(reader, encounter, now) if encounter is not None else PlaceView()


@query("inpatient.coming", permission=Permission.WARD_READ, help="From where a patient can be admitted")
def coming(reader: Reader, request: AskVisits, *, knowledge: Knowledge, now: datetime) -> Coming:
    """Give the running stay of a patient, if there is one, and the open outpatient visits. Raises NotFound."""
    reader.get("Patient", request.patient)
    encounter = stays.stay_of(reader, request.patient)
    where = PlaceView() if encounter is None else overview.place_view(reader, encounter, now)
    found = reader.find("Encounter", {"patient": request.patient, "status": OPEN_VISIT}, sort=("-date",))
    visits = (e for e in found if stays.class_of(e) in admission.SOURCES)
    return Coming(where, tuple(overview.visit_choice(reader, e, knowledge) for e in visits))


@query(
    "inpatient.checklist",
    permission=Permission.WARD_READ,
    help="What is still open before a discharge",
    audited=True,
)
def open_items(reader: Reader, request: AskStay, *, knowledge: Knowledge, now: datetime) -> Checklist:
    """Give what is open, blocking items first; nothing where nothing is open. Raises NotFound, Invalid."""
    return checklist.checklist(reader, stays.stay(reader, request.encounter, request.patient), now, knowledge)


@query(
    "inpatient.wristband",
    permission=Permission.DOCUMENT_PRINT,
    help="What the wristband of a patient says",
    audited=True,
)
def wristband(reader: Reader, request: AskStay, *, knowledge: Knowledge, now: datetime) -> Wristband:
    """Give two identifiers, bed, allergies and blood group. Raises NotFound, Invalid."""
    encounter = stays.stay(reader, request.encounter, request.patient)
    person = person_of(reader.get("Patient", request.patient), now)
    bed = reader.peek("Location", stays.bed(encounter))
    ward = places.ward_above(reader, bed) if bed is not None else None
    allergies = allergies_of(reader, request.patient, knowledge)
    return Wristband(
        patient=person.id,
        encounter=str(encounter["id"]),
        name=person.name,
        sex=person.sex,
        birth=person.birth,
        age=person.age,
        stay_number=stays.number(encounter),
        patient_number=person.number,
        department=overview.department_name(encounter, knowledge),
        ward=str(ward.get("name", "")) if ward is not None else "",
        bed=overview.bed_number(bed),
        since=stays.start(encounter),
        allergy=allergies.state.value,
        allergies=tuple(a.agent for a in allergies.known) if allergies.state is AllergyState.KNOWN else (),
        blood_type=_blood_type(reader, request.patient),
    )


def _blood_type(reader: Reader, patient: str) -> str:
    """Give the blood group as reported: ABO and Rh together, else what is known of each; empty where unknown."""
    together = _reported(latest(reader, patient, BLOOD_GROUP))
    parts = (_reported(latest(reader, patient, ABO)), _reported(latest(reader, patient, RH)))
    return together or " ".join(part for part in parts if part)


def _reported(observation: Resource | None) -> str:
    if observation is None:
        return ""
    return text_of(observation.get("valueCodeableConcept")) or str(observation.get("valueString", ""))
