"""What the counter sees: the queue, one sheet with all a review needs, codes, labels, the shelf."""

from __future__ import annotations

from datetime import datetime

from workstation.core.errors import Invalid, NotFound
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import code_of
from workstation.pharmacy import labels as label_fields
from workstation.pharmacy import scan as scanning
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.handout import plain
from workstation.pharmacy.model import (
    REVIEW,
    FindByCode,
    LabelsOf,
    Queue,
    Reasons,
    Scan,
    SearchSheets,
    SheetByTask,
    StockOf,
)
from workstation.pharmacy.rows import (
    Label,
    QueueRow,
    QueueView,
    ReasonRow,
    ScannedPack,
    SheetView,
    StockRow,
)
from workstation.pharmacy.view import near_expiry, view_of
from workstation.pharmacy.waiting import marked, queue_of, rows_of
from workstation.security.permissions import Actor, Permission
from workstation.stock import lots
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.packs import half_width
from workstation.verbs import query


@query("pharmacy.queue", permission=Permission.DISPENSE_REVIEW, help="Prescriptions waiting at the counter")
def queue(reader: Reader, request: Queue, *, now: datetime) -> QueueView:
    """Give one part of the queue, urgent first, then who has waited longest. Raises Invalid for an unknown part."""
    return queue_of(reader, request, now)


@query(
    "pharmacy.sheet",
    permission=Permission.PRESCRIPTION_READ,
    help="One prescription at the counter",
    audited=True,
)
def sheet(
    reader: Reader, request: SheetByTask, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> SheetView:
    """Give one sheet with lots to pick and the automatic check. Raises NotFound, Invalid for another patient's."""
    return view_of(reader, _opened(reader, request.task, request.patient), knowledge, now, actor)


@query(
    "pharmacy.find", permission=Permission.PRESCRIPTION_READ, help="Find a prescription by its printed code"
)
def find(reader: Reader, request: FindByCode, *, now: datetime) -> QueueRow:
    """Give the sheet with this number, or of this square code. Raises NotFound."""
    number, _digest = scanning.sheet_code(half_width(request.number))
    found = sheets.by_number(reader, number)
    return rows_of(reader, [found.dispense or found.review], now)[0]


@query(
    "pharmacy.search",
    permission=Permission.PRESCRIPTION_READ,
    help="Find prescriptions by number, or by name, initials or number of their patient",
)
def search(reader: Reader, request: SearchSheets, *, now: datetime) -> tuple[QueueRow, ...]:
    """Give the newest sheets first."""
    number, _digest = scanning.sheet_code(half_width(request.text))
    try:
        found = [sheets.by_number(reader, number)]
    except NotFound:
        patients, _total = reader.patients(request.text, request.limit)
        where = {
            "patient": tuple(hit.id for hit in patients),
            "code": f"{systems.TASK_CODE}|{REVIEW}",
        }
        tasks = reader.find("Task", where, sort=("-authored-on",), limit=request.limit) if patients else []
        found = [sheets.by_task(reader, task["id"]) for task in tasks]
    return tuple(marked(rows_of(reader, [each.dispense or each.review for each in found], now)))


@query("pharmacy.scan", permission=Permission.PRESCRIPTION_READ, help="Say what a scanned code means")
def scan(reader: Reader, request: Scan, *, knowledge: Knowledge, now: datetime) -> ScannedPack:
    """Give the sheet, or the product and lot of a pack; a code nobody knows comes back as such."""
    return scanning.read(reader, request.code, knowledge, now)


@query(
    "pharmacy.label",
    permission=Permission.PRESCRIPTION_READ,
    help="The labels of what was handed out",
    audited=True,
)
def label(reader: Reader, request: LabelsOf, *, knowledge: Knowledge, now: datetime) -> tuple[Label, ...]:
    """Give the fields of each label. Raises NotFound, Invalid for another patient's sheet."""
    found = _opened(reader, request.task, request.patient)
    return label_fields.labels_of(reader, found, request, knowledge, now)


@query("pharmacy.reasons", permission=Permission.DISPENSE_REVIEW, help="Reasons given at the counter")
def reasons(_reader: Reader, request: Reasons, *, knowledge: Knowledge) -> tuple[ReasonRow, ...]:
    """Give the reasons of a group, those offered by one key first. Raises Invalid for an unknown group."""
    rows = [
        ReasonRow(r.code, r.name, r.get("group"), r.initials, int(r.get("rank", "0")), r.get("source"))
        for r in knowledge.intervention_reasons
        if r.get("group") == request.group
    ]
    if not rows:
        raise Invalid(_("There is no such group of reasons."), field="group")
    return tuple(sorted(rows, key=lambda row: row.rank or 99))


@query("pharmacy.stock", permission=Permission.STOCK_READ, help="Lots on the shelf")
def stock(reader: Reader, request: StockOf, *, knowledge: Knowledge, now: datetime) -> tuple[StockRow, ...]:
    """Give the lots of the drugs that match a typed text (all drugs in stock when it is empty)."""
    if request.text:
        drugs = [hit.drug for hit in knowledge.drugs.search(request.text, request.limit)]
    else:
        ids = {code_of(m.get("code"), systems.DRUG) for m in reader.find("Medication")}
        drugs = [drug for drug in knowledge.drugs if drug.id in ids]
    today = now.date()
    rows: list[StockRow] = []
    for drug in drugs:
        if len(rows) >= request.limit:
            break
        rows += [
            StockRow(
                drug.id,
                drug.name,
                drug.strength_text,
                lot.id,
                lot.number,
                lot.expires.isoformat(),
                plain(lot.on_hand),
                drug.unit,
                lot.expired(today),
                near_expiry(lot, today),
            )
            for lot in lots(reader, drug.id)
        ]
    return tuple(rows[: request.limit])


def _opened(reader: Reader, task: str, patient: str) -> sheets.Sheet:
    found = sheets.by_task(reader, task)
    if found.patient != patient:
        raise Invalid(_("This prescription belongs to another patient."), _("Open it from the queue again."))
    return found
