"""What a scanner read: the code of a paper, a trace code, a GS1 code, a GTIN, or the number of a lot.

Codes of papers: prescription numbers and the square of a signed paper (`QNRX1:number:patient:DIGEST`).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from urllib.parse import unquote

from workstation.core.i18n import language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.rows import Paper, ScanKind, ScannedPack
from workstation.pharmacy.view import drug_form
from workstation.stock import Lot, lot_of, usable_lots
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug
from workstation.terminology.packs import Pack, half_width, pack_of

SQUARE: Final = "QNRX1"


def read(reader: Reader, text: str, knowledge: Knowledge, now: datetime) -> ScannedPack:
    """Say what a scanned code is."""
    code = half_width(text)
    number, digest = sheet_code(code)
    found = _sheet(reader, number, digest)
    if found is not None:
        return found
    pack = pack_of(code)
    if pack is not None:
        return _pack(reader, pack, knowledge, now.date())
    lots = _lots_numbered(reader, code)
    if lots:
        return _numbered(reader, lots, knowledge, now.date())
    return ScannedPack("", "", "", "", known=False, kind=ScanKind.UNKNOWN, number=code)


def sheet_code(code: str) -> tuple[str, str]:
    """Give number and digest of a sheet's code; the bars hold the number alone."""
    parts = code.split(":")
    if len(parts) == 4 and parts[0].upper() == SQUARE:
        return unquote(parts[1]), parts[3].lower()
    return code, ""


def _sheet(reader: Reader, number: str, digest: str) -> ScannedPack | None:
    group = {"group-identifier": f"{systems.PRESCRIPTION_NUMBER}|{number}"}
    if not number or not (reader.count("Task", group) or digest):
        return None
    if not reader.count("Task", group):
        return ScannedPack("", "", "", "", known=False, kind=ScanKind.SHEET, number=number)
    sheet = sheets.by_number(reader, number)
    task = sheet.dispense or sheet.review
    return ScannedPack(
        "",
        "",
        "",
        "",
        kind=ScanKind.SHEET,
        number=number,
        task=task["id"],
        patient=sheet.patient,
        paper=_compared(reader, sheet, digest),
    )


def _compared(reader: Reader, sheet: sheets.Sheet, digest: str) -> Paper:
    """Compare the digest on a paper with the signature of the record."""
    if not digest or not sheet.lines:
        return Paper.NOT_CHECKED
    signed = {
        _hex(str(signature.get("data", "")))
        for provenance in reader.find("Provenance", {"target": sheet.lines[0]["id"]})
        for signature in as_list(provenance.get("signature"))
    }
    return Paper.AGREES if digest in signed else Paper.DIFFERS


def _hex(data: str) -> str:
    try:
        return base64.b64decode(data, validate=True).hex()
    except (binascii.Error, ValueError):
        return ""


def _pack(reader: Reader, pack: Pack, knowledge: Knowledge, today: date) -> ScannedPack:
    drug_id = knowledge.pack_codes.get(pack.prefix or pack.gtin, "")
    drug = knowledge.drugs.get(drug_id) if drug_id in knowledge.drugs else None
    if drug is None:
        return ScannedPack(
            "", "", "", "", known=False, lot_number=pack.lot, expires=pack.expires, trace=pack.trace
        )
    if pack.lot:
        lots = [lot for lot in _lots_numbered(reader, pack.lot) if lot.drug_id == drug.id]
    else:
        lots = [lot for lot in usable_lots(reader, drug.id, today) if lot.on_hand > 0]
    chosen = lots[0] if len(lots) == 1 or (pack.lot and lots) else None
    expires = pack.expires or (chosen.expires.isoformat() if chosen else "")
    return replace(
        _described(drug, knowledge),
        lot=chosen.id if chosen else "",
        lot_number=pack.lot or (chosen.number if chosen else ""),
        expires=expires,
        expired=bool(expires) and date.fromisoformat(expires) < today,
        candidates=tuple(lot.id for lot in lots),
        trace=pack.trace,
        used=bool(pack.trace) and sheets.is_out(reader, pack.trace),
    )


def _numbered(reader: Reader, lots: list[Lot], knowledge: Knowledge, today: date) -> ScannedPack:
    """Say what a lot's number means; one number on two products names neither."""
    ids = {lot.drug_id for lot in lots}
    lot = lots[0]
    if len(ids) > 1 or lot.drug_id not in knowledge.drugs:
        return ScannedPack(
            "", "", "", "", known=False, candidates=tuple(lot.id for lot in lots), lot_number=lot.number
        )
    return replace(
        _described(knowledge.drugs.get(lot.drug_id), knowledge),
        lot=lot.id,
        lot_number=lot.number,
        expires=lot.expires.isoformat(),
        expired=lot.expired(today),
        candidates=(lot.id,),
    )


def _described(drug: Drug, knowledge: Knowledge) -> ScannedPack:
    """Say which product it is: what a pharmacist compares with the prescription."""
    strength = doses.keep(doses.strength_text(drug, knowledge.units))
    form = drug_form(drug, language())
    return ScannedPack(drug.id, "", drug.name, strength, form, ingredient=drug.ingredient)


def _lots_numbered(reader: Reader, number: str) -> list[Lot]:
    found: list[Resource] = reader.find("Medication", {"identifier": f"{systems.LOT_NUMBER}|{number}"})
    lots = [lot_of(reader, m["id"]) for m in found if code_of(m.get("code"), systems.DRUG)]
    return [lot for lot in lots if lot is not None]
