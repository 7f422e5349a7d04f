"""What prescribing shows: sheets, running medication, favourites, the last prescription, products."""

from __future__ import annotations

from datetime import datetime

from workstation.chart.medications import Medicine, is_ward_order, medicines_of
from workstation.chart.people import author_name
from workstation.fhir.resources import Resource, code_of, target
from workstation.medication import finding
from workstation.medication.rows import FoundDrugs, SearchDrugs
from workstation.prescribing import check as checking
from workstation.prescribing import from_fhir, history, sheets, unsigned
from workstation.prescribing import sets as prescription_sets
from workstation.prescribing.model import PrescriptionDraft, PrescriptionKind
from workstation.prescribing.rows import (
    DraftFrom,
    FavouriteDrug,
    Favourites,
    FoundSets,
    LastPrescription,
    OfPatient,
    OneSheet,
    SearchSets,
    Sheet,
    SheetsOf,
    SheetsOfDraft,
)
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import query


@query(
    "prescribing.check",
    permission=Permission.PRESCRIPTION_WRITE,
    help="Check a draft: supply, price, sheets, alerts and what could not be checked",
)
def check(
    reader: Reader, request: PrescriptionDraft, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> checking.Check:
    """Check a draft as it would be judged at its signature. Raises NotFound for an unknown patient."""
    judged = checking.judge(reader, request, knowledge, now, actor)
    return checking.check_of(request, judged, knowledge)


@query(
    "prescribing.sheets",
    permission=Permission.PRESCRIPTION_READ,
    help="The prescriptions of a patient or of one visit, newest first",
)
def sheets_of(reader: Reader, request: SheetsOf, *, knowledge: Knowledge) -> tuple[Sheet, ...]:
    """Give sheets with their lines, state and distance."""
    where = {"patient": request.patient}
    if request.encounter:
        where["encounter"] = request.encounter
    found = reader.find("MedicationRequest", where, sort=("-authoredon",), limit=request.limit * 5)
    orders = [r for r in found if r.get("intent", "order") == "order" and not is_ward_order(r)]
    stored = sheets.group(reader, orders)[: request.limit]
    return tuple(sheets.build(reader, s, knowledge, request.language) for s in stored)


@query(
    "prescribing.sheet",
    permission=Permission.PRESCRIPTION_READ,
    help="One prescription with all that its paper shows",
)
def sheet(reader: Reader, request: OneSheet, *, knowledge: Knowledge) -> Sheet:
    """Give one sheet by its number or by one of its lines. Raises NotFound."""
    if request.number:
        stored = sheets.by_number(reader, request.number.strip())
    else:
        stored = sheets.by_line(reader, request.line)
    return sheets.build(reader, stored, knowledge, request.language)


@query(
    "prescribing.draft-sheets",
    permission=Permission.PRESCRIPTION_WRITE,
    help="What a draft would look like on paper, before anything is signed",
)
def draft_sheets(
    reader: Reader, request: SheetsOfDraft, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[Sheet, ...]:
    """Give the sheets a draft would become, without numbers. Raises Invalid for an incomplete line, NotFound."""
    return unsigned.sheets_of_draft(reader, request.draft, knowledge, now, actor, request.language)


@query("prescribing.active", permission=Permission.PRESCRIPTION_READ, help="What the patient takes now")
def active(
    reader: Reader, request: OfPatient, *, knowledge: Knowledge, now: datetime
) -> tuple[Medicine, ...]:
    """Give running medicines first, then those that ended in the last month."""
    found = medicines_of(reader, request.patient, now, knowledge)
    return tuple(m for m in found if not request.encounter or m.encounter != request.encounter)


@query(
    "prescribing.favourites",
    permission=Permission.PRESCRIPTION_WRITE,
    help="The drugs you prescribe most, with the regimens you use",
)
def favourites(
    reader: Reader, request: Favourites, *, knowledge: Knowledge, actor: Actor
) -> tuple[FavouriteDrug, ...]:
    """Count over the signed-in prescriber's latest lines."""
    own = finding.own_requests(reader, actor.practitioner)
    return history.favourites(own, knowledge, request.limit)


@query(
    "prescribing.last",
    permission=Permission.PRESCRIPTION_WRITE,
    help="What the patient was prescribed last, to be repeated",
)
def last(reader: Reader, request: OfPatient, *, knowledge: Knowledge, now: datetime) -> LastPrescription:
    """Give the lines of the latest earlier visit; what changed since is remarked, nothing is taken over by itself."""
    found = history.last_requests(reader, request.patient, request.encounter)
    if not found:
        return LastPrescription()
    numbers = tuple(dict.fromkeys(n for r in found if (n := from_fhir.sheet_number(r))))
    return LastPrescription(
        str(found[0].get("authoredOn", "")),
        author_name(reader, found[0].get("requester")),
        numbers,
        tuple(history.to_repeat(reader, r, knowledge, now.date()) for r in found),
        _kind(found[0]),
    )


@query(
    "prescribing.sets",
    permission=Permission.PRESCRIPTION_WRITE,
    help="Prescription sets for a patient, those for the visit's diagnoses first",
)
def sets(
    reader: Reader, request: SearchSets, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> FoundSets:
    """Give sets with their lines ready to be taken over; nothing of them is written by itself. Raises NotFound."""
    return prescription_sets.found_sets(reader, request, knowledge, now, actor)


@query(
    "prescribing.draft-from",
    permission=Permission.PRESCRIPTION_WRITE,
    help="A new draft made of a signed prescription, such as a refused one",
)
def draft_from(reader: Reader, request: DraftFrom, *, knowledge: Knowledge) -> PrescriptionDraft:
    """Give the lines as a draft; reasons and skin tests are not taken over. Raises NotFound."""
    stored = sheets.by_number(reader, request.number)
    first = stored.requests[0]
    return PrescriptionDraft(
        patient=target(first.get("subject"), "Patient"),
        encounter=target(first.get("encounter"), "Encounter"),
        lines=tuple(history.draft_line(r, knowledge) for r in stored.requests),
        kind=_kind(first),
    )


def _kind(request: Resource) -> PrescriptionKind:
    long_term = code_of(request.get("courseOfTherapyType")) == "continuous"
    return PrescriptionKind.LONG_TERM if long_term else PrescriptionKind.ORDINARY


@query(
    "prescribing.search-drugs",
    permission=Permission.PRESCRIPTION_WRITE,
    help="Find products by pinyin, initials, Latin or Chinese name, with stock and your own regimens",
)
def search_drugs(
    reader: Reader, request: SearchDrugs, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> FoundDrugs:
    """Give products in the order exact, prefix, inside; within each what this prescriber uses most comes first."""
    return finding.search_drugs(reader, request, knowledge, now.date(), actor.practitioner)
