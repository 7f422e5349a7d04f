"""Specimens: a label for each tube, taken from the right patient, or thrown away with a reason.

An order is never changed by what happens to its specimen; the Specimen points at its orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from workstation.chart.people import display_name
from workstation.core.clock import instant
from workstation.core.errors import Conflict, Invalid, NotFound
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, identifier, ref_of, reference, target
from workstation.laboratory.book import UNUSABLE, Book, book_of, item_of, specimen_number, targets
from workstation.laboratory.model import CheckCollection, Collect, LabelOrders, RejectSpecimen
from workstation.laboratory.orders import LEAST_REASON, is_open
from workstation.laboratory.places import place_of, place_words, who
from workstation.laboratory.rows import CollectionCheck, Identity
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory

HL7_SPECIMEN: Final = "http://terminology.hl7.org/CodeSystem/v2-0487"
SQUARE: Final = re.compile(r"^(?:QN[A-Z]*\d?:)?(.+)$")
BEFORE: Final = frozenset({"planned", "entered-in-error", "cancelled"})


def label(unit: Unit, request: LabelOrders, knowledge: Knowledge) -> Ref:
    """Make a Specimen for each tube of orders that have none yet; gives the first one (also when all were there).

    Raises Invalid for orders of another patient or that were taken back.
    """
    catalogue = knowledge.laboratory
    book = book_of(unit.reader, request.patient, catalogue)
    orders = _orders(book, request.orders)
    unit.patient = request.patient
    made: list[Resource] = []
    for (kind, tube, _priority), group in _by_tube(book, orders, catalogue).items():
        for _bottle in range(catalogue.tubes[tube].count):
            made.append(_specimen(unit, request.patient, kind, tube, group, catalogue))
    for specimen in made:
        unit.put(specimen)
    unit.detail = " ".join(specimen_number(s) for s in made)
    there = [s for order in orders for s in book.specimens_of(order["id"])]
    return ref_of((made or there)[0])


def _orders(book: Book, ids: Sequence[str]) -> list[Resource]:
    found = [book.orders.get(id_) for id_ in ids]
    if not ids or any(order is None for order in found):
        raise Invalid(_("This order belongs to another patient. Nothing was changed."), field="orders")
    orders = [order for order in found if order is not None]
    if not all(map(is_open, orders)):
        raise Conflict(_("This order was taken back already."), _("Nothing was changed. Refresh the list."))
    return orders


def _by_tube(
    book: Book, orders: Iterable[Resource], catalogue: Laboratory
) -> dict[tuple[str, str, str], list[Resource]]:
    """Group orders by specimen, tube and whether they are urgent, in the order of draw."""
    groups: dict[tuple[str, str, str], list[Resource]] = {}
    for order in orders:
        item = item_of(order, catalogue)
        if item is None or book.specimens_of(order["id"]):
            continue
        haste = "routine" if order.get("priority", "routine") == "routine" else "urgent"
        groups.setdefault((item.specimen, item.tube, haste), []).append(order)
    return dict(sorted(groups.items(), key=lambda g: catalogue.tubes[g[0][1]].order))


def _specimen(
    unit: Unit, patient: str, kind: str, tube: str, orders: Sequence[Resource], catalogue: Laboratory
) -> Resource:
    number = {"system": systems.SPECIMEN_NUMBER, "value": next_number(unit)}
    specimen = catalogue.specimens[kind]
    return {
        "resourceType": "Specimen",
        "id": unit.new_id(),
        "identifier": [number],
        "accessionIdentifier": number,
        "status": "unavailable",
        "type": concept(HL7_SPECIMEN, specimen.hl7, text=specimen.name_zh),
        "subject": reference(Ref("Patient", patient)),
        "request": [reference(ref_of(order)) for order in orders],
        "container": [{"type": {"text": catalogue.tubes[tube].name_zh}}],
    }


def next_number(unit: Unit) -> str:
    """Give the next specimen number of this desk: year, desk, running number."""
    year = f"{unit.now:%y}"
    return f"BB{year}{unit.desk_code}{unit.next_number(f'specimen-{year}'):06d}"


def by_number(reader: Reader, number: str) -> Resource:
    """Give the specimen with this number. Raises NotFound."""
    code = scanned(number)
    found = reader.first("Specimen", {"identifier": f"{systems.SPECIMEN_NUMBER}|{code}"}) if code else None
    if found is None:
        raise NotFound(
            _("No specimen with this number is on this desk."),
            _("Print its label here, or wait for the next sync."),
        )
    return found


def scanned(text: str) -> str:
    """Undo what an input method does to a scanner's keys, and read the number out of a wristband's square."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text).strip()
    found = SQUARE.match(plain)
    return found[1] if found else plain


def wearer(reader: Reader, code: str) -> tuple[str, Resource | None]:
    """Give the patient a wristband or card is of, with the stay if it names one; an empty text for none."""
    number = scanned(code)
    if not number:
        return "", None
    visit = reader.first("Encounter", {"identifier": f"{systems.VISIT_NUMBER}|{number}"})
    if visit is not None:
        return target(visit.get("subject"), "Patient"), visit
    patient = reader.first("Patient", {"identifier": f"{systems.PATIENT_NUMBER}|{number}"})
    return (str(patient["id"]) if patient is not None else ""), None


def collect(unit: Unit, request: Collect) -> Ref:
    """Say that a specimen was taken, by whom and when.

    Raises NotFound for an unknown tube, Conflict when wristband and tube are of two patients or the tube is taken or
    thrown away already, Invalid without a wristband and without the reason for that.
    """
    specimen = by_number(unit.reader, request.specimen)
    owner = target(specimen.get("subject"), "Patient")
    _right_patient(unit.reader, request, owner)
    if specimen.get("status") in UNUSABLE:
        raise Conflict(_("This label is void."), _("Print a new one."))
    if specimen.get("status") == "available":
        raise Conflict(_("This specimen was taken already."), _("Nothing was changed."))
    orders = [
        unit.reader.peek("ServiceRequest", id_) for id_ in targets(specimen.get("request"), "ServiceRequest")
    ]
    if not any(order is not None and is_open(order) for order in orders):
        raise Conflict(_("Every order of this tube was taken back."), _("Do not draw it."))
    taken = dict(specimen) | {
        "status": "available",
        "collection": {"collectedDateTime": instant(unit.now), "collector": who(unit.actor)},
    }
    unit.patient = owner
    if request.unscanned.strip():
        unit.detail = f"{specimen_number(specimen)} without wristband: {request.unscanned.strip()}"
        taken["note"] = [
            *specimen.get("note", ()),
            {"text": f"未扫腕带：{request.unscanned.strip()}", "time": instant(unit.now)},
        ]
    return unit.put(taken)


def _right_patient(reader: Reader, request: Collect, owner: str) -> None:
    if request.wristband:
        patient, _visit = wearer(reader, request.wristband)
        if not patient:
            raise NotFound(
                _("Nobody on this desk has this wristband."), _("Nothing was recorded. Scan it again.")
            )
    elif len(request.unscanned.strip()) < LEAST_REASON:
        raise Invalid(_("Scan the wristband, or say why it cannot be scanned."), field="wristband")
    else:
        patient = request.patient
    if patient != owner:
        raise Conflict(
            _("Wristband and tube belong to two patients."),
            _("Do not draw. Nothing was recorded. Compare both and scan again."),
        )


def reject(unit: Unit, request: RejectSpecimen) -> Ref:
    """Say that a specimen cannot be used. Raises Invalid without a reason, Conflict when it is void already."""
    reason = request.reason.strip()
    if len(reason) < LEAST_REASON:
        raise Invalid(_("Give the reason. Nothing was changed yet."), field="reason")
    specimen = by_number(unit.reader, request.specimen)
    if specimen.get("status") in UNUSABLE:
        raise Conflict(_("This specimen was rejected already."), _("Nothing was changed."))
    unit.patient = target(specimen.get("subject"), "Patient")
    unit.detail = f"{specimen_number(specimen)} {reason}"
    note = {"text": f"不合格：{reason}", "time": instant(unit.now), "authorString": unit.actor.name}
    return unit.put(dict(specimen) | {"status": "unsatisfactory", "note": [*specimen.get("note", ()), note]})


def check(reader: Reader, request: CheckCollection, knowledge: Knowledge, now: datetime) -> CollectionCheck:
    """Compare a wristband with a tube, naming both patients: what a nurse sees before drawing."""
    owner, visit = wearer(reader, request.wristband)
    worn = _identity(reader, owner, visit) if owner else None
    answer = CollectionCheck(wristband=worn)
    if request.wristband and worn is None:
        answer = replace(answer, problem=_("Nobody on this desk has this wristband."))
    if not request.specimen:
        return answer
    try:
        specimen = by_number(reader, request.specimen)
    except NotFound as error:
        return replace(answer, problem=answer.problem or error.message)
    return _compared(reader, answer, specimen, knowledge)


def _compared(
    reader: Reader, answer: CollectionCheck, specimen: Resource, knowledge: Knowledge
) -> CollectionCheck:
    patient = target(specimen.get("subject"), "Patient")
    orders = [
        reader.peek("ServiceRequest", id_) for id_ in targets(specimen.get("request"), "ServiceRequest")
    ]
    standing = [order for order in orders if order is not None and is_open(order)]
    visit = reader.peek("Encounter", target(standing[0].get("encounter"), "Encounter")) if standing else None
    items = [item_of(order, knowledge.laboratory) for order in standing]
    answer = replace(
        answer,
        specimen=_identity(reader, patient, visit),
        number=specimen_number(specimen),
        tests=tuple(item.name for item in items if item is not None),
        tube=next((knowledge.laboratory.tubes[i.tube].name for i in items if i is not None), ""),
    )
    problem = answer.problem
    if answer.wristband is not None and answer.wristband.patient != patient:
        problem = _("Wristband and tube belong to two patients.")
    elif specimen.get("status") in UNUSABLE:
        problem = _("This label is void.")
    elif specimen.get("status") == "available":
        problem = _("This specimen was taken already.")
    elif not standing:
        problem = _("Every order of this tube was taken back.")
    return replace(answer, problem=problem, agrees=not problem and answer.wristband is not None)


def _identity(reader: Reader, patient: str, visit: Resource | None) -> Identity:
    found = reader.peek("Patient", patient) or {}
    return Identity(
        patient,
        display_name(found),
        str(found.get("gender", "")),
        str(found.get("birthDate", "")),
        identifier(found, systems.PATIENT_NUMBER),
        place_words(place_of(reader, visit), visit),
    )
