"""Prescription sets as this patient could have them: for the age, doses by weight worked out, the shelf looked at."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from workstation.chart.facts import facts_of
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import code_of
from workstation.medication.judging import diagnoses_of
from workstation.prescribing.history import stock_remarks
from workstation.prescribing.lines import resolve
from workstation.prescribing.model import DraftLine, PrescriptionKind
from workstation.prescribing.rows import FoundSets, LineToRepeat, SearchSets, SetRow
from workstation.rules.case import age_on
from workstation.rules.facts import Facts
from workstation.security.permissions import Actor
from workstation.stock import on_hand
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.sets import PrescriptionSet, SetLine

FILE: Final = "prescription_sets.toml"
WEIGHT_GOOD_FOR: Final = timedelta(days=30)
"""A dose by weight is worked out with a weight no older than the dose cell's own helper takes."""


def found_sets(
    reader: Reader, request: SearchSets, knowledge: Knowledge, now: datetime, actor: Actor
) -> FoundSets:
    """Give sets for the patient's age, those for a diagnosis of the visit first. Raises NotFound."""
    facts = facts_of(reader, request.patient, request.encounter, now, actor)
    years = age_on(facts.birth_date, now.date()).years if facts.birth_date is not None else None
    said = diagnoses_of(reader, request.encounter)
    codes = [code_of(each, systems.ICD10) or code_of(each, systems.ICD10_CN) for each in said]
    found = knowledge.prescription_sets.search(request.text, years, codes)
    weight = _weight(facts, now.date())
    rows = tuple(
        _row(reader, each, each.fits(codes), weight, knowledge, now.date()) for each in found[: request.limit]
    )
    return FoundSets(rows, len(found))


def _weight(facts: Facts, today: date) -> Decimal | None:
    known = facts.weight
    return known.value if known is not None and today - known.on <= WEIGHT_GOOD_FOR else None


def _row(
    reader: Reader, each: PrescriptionSet, fits: bool, weight: Decimal | None, knowledge: Knowledge, day: date
) -> SetRow:
    names = [knowledge.drugs.get(line.drug_id).ingredient for line in each.lines]
    return SetRow(
        code=each.code,
        name=each.name,
        drugs=" + ".join(names),
        fits=fits,
        kind=PrescriptionKind.LONG_TERM if each.long_term else PrescriptionKind.ORDINARY,
        source=each.source,
        confirmed=knowledge.manifest[FILE].confirmed,
        lines=tuple(_line(reader, line, weight, knowledge, day) for line in each.lines),
    )


def _line(
    reader: Reader, line: SetLine, weight: Decimal | None, knowledge: Knowledge, today: date
) -> LineToRepeat:
    drug, dose = knowledge.drugs.get(line.drug_id), line.dose_for(weight)
    if dose is None:
        missing = _("The dose goes by weight: weigh the patient first")
        return LineToRepeat(DraftLine(drug.id), drug.name, drug.name, (missing,), available=False)
    written = DraftLine(drug.id, f"{dose.normalize():f}", line.unit, line.route, line.frequency, line.days)
    made = resolve(written, knowledge)
    said = doses.medication_line(drug, made.regimen, knowledge.units)
    stock = on_hand(reader, drug.id, today)
    remarks = tuple(stock_remarks(drug, stock, Decimal(made.supply.needed)))
    return LineToRepeat(written, said.display, said.spoken, remarks, stock=int(stock))
