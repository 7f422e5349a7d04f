"""What is on the shelf: what came in minus what went out, per lot; derived from the ledger, never stored.

In is a SupplyDelivery, out a MedicationDispense; both only ever get added, so two counters cannot overwrite each
other. Quantities are in the drug's smallest unit (capsule, ampoule).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, identifier, parse_date
from workstation.store.reader import Reader

NOT_OUT = frozenset({"cancelled", "entered-in-error", "declined"})


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of a drug with what is left of it; `expires` is its last usable day."""

    id: str
    drug_id: str
    number: str
    expires: date
    on_hand: Decimal

    def expired(self, today: date) -> bool:
        """Say whether the lot may no longer be handed out."""
        return today > self.expires


def lots(reader: Reader, drug_id: str) -> list[Lot]:
    """Give every lot of a drug, the first to expire first (FEFO)."""
    found = reader.find("Medication", {"code": f"{systems.DRUG}|{drug_id}"})
    return sorted(
        (_lot(reader, medication) for medication in found), key=lambda lot: (lot.expires, lot.number)
    )


def on_hand(reader: Reader, drug_id: str, today: date) -> Decimal:
    """Give how much of a drug can be handed out today."""
    return sum((lot.on_hand for lot in lots(reader, drug_id) if not lot.expired(today)), Decimal(0))


def _lot(reader: Reader, medication: Resource) -> Lot:
    batch = medication.get("batch", {})
    return Lot(
        id=medication["id"],
        drug_id=code_of(medication.get("code"), systems.DRUG),
        number=str(batch.get("lotNumber") or identifier(medication, systems.LOT_NUMBER)),
        expires=parse_date(str(batch.get("expirationDate", ""))) or date.max,
        on_hand=_balance(reader, Ref("Medication", medication["id"])),
    )


def _balance(reader: Reader, lot: Ref) -> Decimal:
    balance = Decimal(0)
    for delivery in reader.find("SupplyDelivery", {"supplied-item": lot.id}):
        if delivery.get("status") == "completed":
            balance += amount(delivery.get("suppliedItem", {}).get("quantity"))
    for dispense in reader.find("MedicationDispense", {"medication": lot.id}):
        if dispense.get("status") not in NOT_OUT:
            balance -= amount(dispense.get("quantity"))
    return balance


def amount(quantity: Resource | None) -> Decimal:
    """Give the value of a Quantity exactly as written; 0 where there is none."""
    return Decimal(str((quantity or {}).get("value", 0)))
