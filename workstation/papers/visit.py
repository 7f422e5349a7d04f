"""What of a visit or a stay can be printed, by name, for whoever asks: only what this person may read."""

from __future__ import annotations

from typing import Final

from workstation.emr.model import AskVisit
from workstation.fhir.resources import Resource
from workstation.laboratory.model import OrdersOf, OrderState
from workstation.papers.common import PaperDesk
from workstation.prescribing.rows import SheetsOf, SheetState
from workstation.printing.names import order_sheets_of, request_slip_of, wristband_of
from workstation.security.permissions import Actor, Permission

STAY: Final = "IMP"
WAITING: Final = frozenset(
    {OrderState.ORDERED, OrderState.LABELLED, OrderState.COLLECTED, OrderState.PARTIAL}
)
"""How far a laboratory request has come while its slip is still of use."""


def of_visit(desk: PaperDesk, patient: str, encounter: str) -> tuple[str, ...]:
    """Name the documents of a visit, the one most likely wanted first; of a stay its order sheets come first."""
    actor = desk.actor
    if actor is None or not encounter:
        return ()
    with desk.store.reader() as reader:
        visit: Resource = reader.peek("Encounter", encounter) or {}
    stays = (visit.get("class") or {}).get("code") == STAY
    found = _of_stay(actor, encounter) if stays else _of_outpatient(desk, actor, patient, encounter)
    return (*found, *_requests(desk, actor, patient, encounter))


def _of_stay(actor: Actor, encounter: str) -> tuple[str, ...]:
    sheets = order_sheets_of(encounter) if actor.may(Permission.ORDER_READ) else ()
    return (*sheets, wristband_of(encounter))


def _of_outpatient(desk: PaperDesk, actor: Actor, patient: str, encounter: str) -> tuple[str, ...]:
    """Name what is signed: prescriptions, newest first, then the record."""
    found: list[str] = []
    if actor.may(Permission.PRESCRIPTION_READ):
        sheets = desk.ask("prescribing.sheets", SheetsOf(patient, encounter))
        live = [sheet for sheet in sheets if sheet.state is not SheetState.STOPPED]
        found += [s.number for s in sorted(live, key=lambda s: str(s.authored_on), reverse=True)]
    if actor.may(Permission.CHART_READ):
        record = desk.ask("emr.visit-record", AskVisit(patient, encounter))
        if record.note is not None:
            found.append(f"Encounter/{encounter}")
    return tuple(found)


def _requests(desk: PaperDesk, actor: Actor, patient: str, encounter: str) -> tuple[str, ...]:
    """Name the slips of the laboratory requests that have no result yet, newest first."""
    if not actor.may(Permission.RESULT_READ):
        return ()
    orders = desk.ask("laboratory.orders", OrdersOf(patient, encounter))
    numbers = dict.fromkeys(order.number for order in orders if order.state in WAITING)
    return tuple(map(request_slip_of, numbers))
