"""What the counter sees: the queue, one sheet with the lots to pick, the shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from workstation.core.clock import parse_instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, text_of
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.model import (
    DISPENSE,
    REVIEW,
    FindByCode,
    LineRow,
    LotChoice,
    Message,
    Queue,
    QueueRow,
    QueueView,
    SheetByTask,
    SheetView,
    StockOf,
    StockRow,
)
from workstation.security.permissions import Permission
from workstation.stock import Lot, lots
from workstation.store.index import patient_name
from workstation.store.reader import Reader, Span
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import query

NEAR_EXPIRY = timedelta(days=90)
PARTS = {
    "review": (REVIEW, ("requested", "accepted", "on-hold")),
    "dispense": (DISPENSE, ("requested", "in-progress")),
    "done": (DISPENSE, ("completed",)),
}


@query("pharmacy.queue", permission=Permission.DISPENSE_REVIEW, help="Prescriptions waiting at the counter")
def queue(reader: Reader, request: Queue, *, now: datetime) -> QueueView:
    """Give one part of the queue, urgent first, then who has waited longest. Raises Invalid for an unknown part."""
    if request.part not in PARTS:
        raise Invalid(_("There is no such part of the queue."), field="part")
    code, states = PARTS[request.part]
    where: dict[str, str | tuple[str, ...] | Span] = {"code": f"{systems.TASK_CODE}|{code}", "status": states}
    if request.part == "done":
        where["authored-on"] = Span(now.replace(hour=0, minute=0, second=0, microsecond=0))
    tasks = reader.find("Task", where, sort=("authored-on",))
    rows = [_queue_row(reader, task, now) for task in tasks[: request.limit]]
    names = [row.name for row in rows]
    ordered = sorted(rows, key=lambda row: not row.urgent)
    marked = tuple(_marked(row, names.count(row.name) > 1) for row in ordered)
    return QueueView(marked, len(tasks))


@query(
    "pharmacy.sheet",
    permission=Permission.PRESCRIPTION_READ,
    help="One prescription at the counter",
    audited=True,
)
def sheet(reader: Reader, request: SheetByTask, *, knowledge: Knowledge, now: datetime) -> SheetView:
    """Give one sheet with lots to pick. Raises NotFound, and Invalid when it is not this patient's."""
    found = sheets.by_task(reader, request.task)
    if found.patient != request.patient:
        raise Invalid(_("This prescription belongs to another patient."), _("Open it from the queue again."))
    review = found.review
    first = found.lines[0] if found.lines else {}
    return SheetView(
        task=review["id"],
        dispense_task=found.dispense["id"] if found.dispense else "",
        number=found.number,
        patient=found.patient,
        encounter=found.encounter,
        state=found.state,
        rx_type=_rx_type(first),
        diagnoses=tuple(text_of(reason) for reason in as_list(first.get("reasonCode"))),
        prescriber=str(first.get("requester", {}).get("display", "")),
        signed_at=str(first.get("authoredOn", "")),
        valid_until=str(first.get("dispenseRequest", {}).get("validityPeriod", {}).get("end", "")),
        reviewer=str(review.get("owner", {}).get("display", "")),
        reviewed_at=str(review.get("lastModified", "")) if found.dispense else "",
        lines=tuple(_line(reader, line, knowledge, now.date()) for line in found.lines),
        messages=_messages(reader, review),
        total_price=str(sum((_price(line) for line in found.lines), Decimal(0))),
    )


@query(
    "pharmacy.find", permission=Permission.PRESCRIPTION_READ, help="Find a prescription by its printed code"
)
def find(reader: Reader, request: FindByCode, *, now: datetime) -> QueueRow:
    """Give the sheet with this number. Raises NotFound."""
    found = sheets.by_number(reader, request.number.strip())
    return _queue_row(reader, found.dispense or found.review, now)


@query("pharmacy.stock", permission=Permission.STOCK_READ, help="Lots on the shelf")
def stock(reader: Reader, request: StockOf, *, knowledge: Knowledge, now: datetime) -> tuple[StockRow, ...]:
    """Give the lots of the drugs that match a typed text (all drugs in stock when it is empty)."""
    if request.text:
        drugs = [hit.drug for hit in knowledge.drugs.search(request.text, request.limit)]
    else:
        ids = {code_of(m.get("code"), systems.DRUG) for m in reader.find("Medication")}
        drugs = [drug for drug in knowledge.drugs if drug.id in ids]
    rows = []
    for drug in drugs:
        for lot in lots(reader, drug.id):
            today = now.date()
            rows.append(
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
                    _near(lot, today),
                )
            )
    return tuple(rows[: request.limit])


def _queue_row(reader: Reader, task: Resource, now: datetime) -> QueueRow:
    found = sheets.by_task(reader, task["id"])
    patient = reader.peek("Patient", found.patient) or {}
    encounter = reader.peek("Encounter", found.encounter) or {}
    waited = now - parse_instant(task["authoredOn"]) if task.get("authoredOn") else timedelta(0)
    return QueueRow(
        task=task["id"],
        number=found.number,
        patient=found.patient,
        name=patient_name(patient),
        sex=str(patient.get("gender", "")),
        birth_date=str(patient.get("birthDate", "")),
        state=found.state,
        waiting_minutes=max(0, int(waited.total_seconds() // 60)),
        urgent=task.get("priority") in ("urgent", "stat", "asap"),
        rx_type=_rx_type(found.lines[0]) if found.lines else "",
        lines=len(found.lines),
        department=text_of(encounter.get("serviceType")),
    )


def _marked(row: QueueRow, same_name: bool) -> QueueRow:
    return replace(row, same_name=True) if same_name else row


def _line(reader: Reader, line: Resource, knowledge: Knowledge, today: date) -> LineRow:
    drug_id = sheets.drug_of(line)
    request = line.get("dispenseRequest", {})
    left = sheets.ordered(line) - sheets.handed_out(reader, line)
    drug = knowledge.drugs.by_code(drug_id) if drug_id else None
    name = drug.name if drug else text_of(line.get("medicationCodeableConcept"))
    specification = drug.strength_text if drug else ""
    return LineRow(
        line=line["id"],
        drug=drug_id,
        name=name,
        specification=specification,
        text=str(next((d.get("text", "") for d in as_list(line.get("dosageInstruction"))), "")),
        quantity=plain(sheets.ordered(line)),
        unit=str(request.get("quantity", {}).get("unit", "")),
        packs=str(extension(line, systems.TOTAL_QUANTITY_PACKS) or ""),
        days=int(request.get("expectedSupplyDuration", {}).get("value", 0)),
        status=str(line.get("status", "")),
        skin_test=_skin_test(line),
        handed_out=plain(sheets.ordered(line) - left),
        overrides=_overrides(reader, line),
        lots=_choices(lots(reader, drug_id), left, today),
    )


def _choices(found: list[Lot], wanted: Decimal, today: date) -> tuple[LotChoice, ...]:
    choices = []
    for lot in found:
        if lot.expired(today) or lot.on_hand <= 0:
            continue
        suggested = min(wanted, lot.on_hand)
        wanted -= suggested
        choices.append(
            LotChoice(
                lot.id,
                lot.number,
                lot.expires.isoformat(),
                plain(lot.on_hand),
                plain(suggested),
                _near(lot, today),
            )
        )
    return tuple(choices)


def _near(lot: Lot, today: date) -> bool:
    return not lot.expired(today) and lot.expires - today < NEAR_EXPIRY


def _overrides(reader: Reader, line: Resource) -> tuple[str, ...]:
    issues = reader.find("DetectedIssue", {"implicated": line["id"]})
    return tuple(
        f"{text_of(issue.get('code'))}: {text_of(mitigation.get('action'))}"
        for issue in issues
        for mitigation in as_list(issue.get("mitigation"))
    )


def _messages(reader: Reader, review: Resource) -> tuple[Message, ...]:
    found = reader.find("Communication", {"based-on": review["id"]}, sort=("sent",))
    return tuple(
        Message(
            str(c.get("sent", "")),
            str(c.get("sender", {}).get("display", "")),
            " ".join(str(p.get("contentString", "")) for p in as_list(c.get("payload"))),
        )
        for c in found
    )


def _skin_test(line: Resource) -> str:
    parts = extension(line, systems.SKIN_TEST)
    if not isinstance(parts, list):
        return str(parts or "")
    return " ".join(str(value) for part in parts for key, value in part.items() if key.startswith("value"))


def _price(line: Resource) -> Decimal:
    return Decimal(str((extension(line, systems.PRICE) or {}).get("value", 0)))


def _rx_type(line: Resource) -> str:
    return next(
        (c for concept in as_list(line.get("category")) if (c := code_of(concept, systems.RX_TYPE))), ""
    )


def plain(value: Decimal) -> str:
    """Write an amount without trailing zeros or exponent."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text
