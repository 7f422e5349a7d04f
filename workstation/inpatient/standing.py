"""The orders of stays as the ward reads them: which run, and what level, condition and diet follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, target, text_of
from workstation.inpatient.stays import moment
from workstation.store.reader import Reader

LONG_TERM: Final = "long-term"
LEVEL: Final = "nursing-level"
CONDITION: Final = "condition"
DIET: Final = "diet"
SHOWN: Final = (LEVEL, CONDITION, DIET)


def category(order: Resource, system: str) -> str:
    """Give the code an order's category has in one system, or an empty text."""
    return next((code for c in as_list(order.get("category")) if (code := code_of(c, system))), "")


def bounds(order: Resource) -> Mapping[str, str]:
    """Give when an order begins and stops, as far as it says so."""
    if order.get("resourceType") == "MedicationRequest":
        dosage: Resource = next(iter(as_list(order.get("dosageInstruction"))), {})
        timing = dosage.get("timing") or {}
    else:
        timing = order.get("occurrenceTiming") or {}
    period: Mapping[str, str] = (timing.get("repeat") or {}).get("boundsPeriod") or {}
    return period


def is_running(order: Resource, now: datetime) -> bool:
    """Say whether a long-term order stands now: active, and not stopped before this moment."""
    if order.get("status") != "active" or category(order, systems.ORDER_TERM) != LONG_TERM:
        return False
    stops = moment(bounds(order).get("end", ""), now)
    return stops is None or stops > now


def has_begun(order: Resource, now: datetime) -> bool:
    """Say whether an order has begun; one that does not say counts from its signature."""
    begins = moment(bounds(order).get("start", "") or str(order.get("authoredOn", "")), now)
    return begins is None or begins <= now


def words(order: Resource) -> str:
    """Give what an order says in words."""
    if order.get("resourceType") == "MedicationRequest":
        return text_of(order.get("medicationCodeableConcept"))
    details = [text_of(d) for d in as_list(order.get("orderDetail"))]
    return " ".join(filter(None, (text_of(order.get("code")), *details)))


def shown_orders(reader: Reader, encounters: Sequence[str], now: datetime) -> dict[str, dict[str, Resource]]:
    """Give for each stay the running order of each kind the board shows; the one begun last where there are two."""
    if not encounters:
        return {}
    kinds = [f"{systems.ORDER_KIND}|{kind}" for kind in SHOWN]
    where = {"encounter": list(encounters), "category": kinds, "status": "active"}
    found: dict[str, dict[str, Resource]] = {}
    for order in sorted(reader.find("ServiceRequest", where), key=begun):
        if is_running(order, now) and has_begun(order, now):
            of_stay = found.setdefault(target(order.get("encounter"), "Encounter"), {})
            of_stay[category(order, systems.ORDER_KIND)] = order
    return found


def begun(order: Resource) -> str:
    """Give when an order begins, for sorting orders of one desk's time zone."""
    return str(bounds(order).get("start", "") or order.get("authoredOn", ""))


def running_orders(reader: Reader, encounter: str, now: datetime) -> list[Resource]:
    """Give every running long-term order of a stay, drugs first, each in the order they began."""
    found: list[Resource] = []
    for kind in ("MedicationRequest", "ServiceRequest"):
        of_kind = reader.find(kind, {"encounter": encounter, "status": "active"})
        found += sorted((o for o in of_kind if is_running(o, now)), key=begun)
    return found


def code(order: Resource | None) -> str:
    """Give the code an order has in the ward's catalogue, or an empty text."""
    return code_of(order.get("code"), systems.WARD_ORDER) if order is not None else ""
