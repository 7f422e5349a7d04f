"""What is on the shelf: what came in minus what went out, per lot; derived from the ledger, never stored.

In is a SupplyDelivery (a purchase, or a return), out a MedicationDispense; both only ever get added, so two counters
cannot overwrite each other. Quantities are in the drug's smallest unit (capsule, ampoule). Balances are summed from
index rows alone: a drug that was handed out ten thousand times is counted without opening one record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, identifier, parse_date
from workstation.store.reader import Reader

NOT_OUT: Final = frozenset({"cancelled", "entered-in-error", "declined"})


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of a drug with what is left of it; `expires` is its last usable day.

    `on_hand` falls below zero where two counters without a line handed out the same packs.
    """

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
    return _by_expiry(_lot(reader, medication) for medication in _medications(reader, drug_id))


def usable_lots(reader: Reader, drug_id: str, today: date) -> list[Lot]:
    """Give the lots of a drug that may be handed out today, the first to expire first."""
    usable = (m for m in _medications(reader, drug_id) if today <= _expires(m))
    return _by_expiry(_lot(reader, medication) for medication in usable)


def lot_of(reader: Reader, medication_id: str) -> Lot | None:
    """Give one lot by its Medication, or None when this desk does not have it."""
    medication = reader.peek("Medication", medication_id) if medication_id else None
    return _lot(reader, medication) if medication is not None else None


def on_hand(reader: Reader, drug_id: str, today: date) -> Decimal:
    """Give how much of a drug can be handed out today."""
    return sum((lot.on_hand for lot in usable_lots(reader, drug_id, today)), Decimal(0))


def amount(quantity: Resource | None) -> Decimal:
    """Give the value of a Quantity exactly as written; 0 where there is none."""
    return Decimal(str((quantity or {}).get("value", 0)))


def _medications(reader: Reader, drug_id: str) -> list[Resource]:
    return reader.find("Medication", {"code": f"{systems.DRUG}|{drug_id}"}) if drug_id else []


def _by_expiry(found: Iterable[Lot]) -> list[Lot]:
    return sorted(found, key=lambda lot: (lot.expires, lot.number))


def _expires(medication: Resource) -> date:
    return parse_date(str(medication.get("batch", {}).get("expirationDate", ""))) or date.max


def _lot(reader: Reader, medication: Resource) -> Lot:
    return Lot(
        id=medication["id"],
        drug_id=code_of(medication.get("code"), systems.DRUG),
        number=str(
            medication.get("batch", {}).get("lotNumber") or identifier(medication, systems.LOT_NUMBER)
        ),
        expires=_expires(medication),
        on_hand=_balance(reader, medication["id"]),
    )


def _balance(reader: Reader, lot_id: str) -> Decimal:
    came = reader.tally("SupplyDelivery", "quantity", {"supplied-item": lot_id, "status": "completed"})
    went = reader.tally("MedicationDispense", "quantity", {"medication": lot_id})
    void = reader.tally("MedicationDispense", "quantity", {"medication": lot_id, "status": tuple(NOT_OUT)})
    return _sum(came) - _sum(went) + _sum(void)


def _sum(tally: Iterable[tuple[str, int]]) -> Decimal:
    return sum((Decimal(value) * count for value, count in tally), Decimal(0))
