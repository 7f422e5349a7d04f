"""Readable patients and sheets for the tests of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from workstation.rules.alerts import Evaluation, Tier
from workstation.rules.engine import evaluate
from workstation.rules.facts import (
    ActiveMedication,
    Allergy,
    AllergyState,
    Diagnosis,
    Draft,
    DraftLine,
    Facts,
    Grade,
    Labs,
    LineSkinTest,
    Measured,
    Pregnancy,
    PregnancyState,
    Prescriber,
    Visit,
)
from workstation.terminology.knowledge import load

NOW = datetime(2026, 4, 25, 10, 0, tzinfo=timezone(timedelta(hours=8)))
TODAY = NOW.date()
KNOWLEDGE = load()
CHIEF = Prescriber("p-chief", Grade.CHIEF, True, frozenset({"restricted", "special"}))
ATTENDING = Prescriber("p-att", Grade.ATTENDING, True, frozenset({"restricted"}))
RESIDENT = Prescriber("p-res", Grade.RESIDENT)
NOT_PREGNANT = Pregnancy(PregnancyState.NO)
NEGATIVE = LineSkinTest("negative", NOW - timedelta(hours=1))
PNEUMONIA = Diagnosis("J18.9", "肺炎")


def born(years: int = 0, months: int = 0, days: int = 0) -> date:
    """A birth date so many years, months and days ago."""
    month = TODAY.month - months - 12 * years
    year, month = TODAY.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, TODAY.day) - timedelta(days=days)


def value(number: float | str, unit: str = "", days_ago: int = 3) -> Measured:
    return Measured(Decimal(str(number)), unit, TODAY - timedelta(days=days_ago))


def patient(**changes: Any) -> Facts:
    """A healthy man of 40 in the consultation room of a chief, all known, nothing wrong."""
    healthy = Facts(
        now=NOW,
        birth_date=born(40),
        sex="male",
        weight=value(70, "kg"),
        pregnancy=NOT_PREGNANT,
        lactating=False,
        allergy_state=AllergyState.NONE,
        labs=Labs(
            egfr=value(95, "mL/min"),
            creatinine=value(70, "μmol/L"),
            potassium=value("4.2", "mmol/L"),
            alt=value(20, "U/L"),
            qtc=value(410, "ms"),
        ),
        visit=Visit.OUTPATIENT,
        prescriber=CHIEF,
        identity_document=True,
    )
    return replace(healthy, **changes)


def pregnant(weeks: int | None) -> Facts:
    return patient(sex="female", birth_date=born(30), pregnancy=Pregnancy(PregnancyState.YES, weeks))


def labs(**changes: Measured | None) -> Labs:
    return replace(patient().labs, **changes)


def allergic(code: str, reaction: str = "", criticality: str = "") -> dict[str, Any]:
    allergy = Allergy(code, code, criticality, reaction, "confirmed")
    return {"allergies": (allergy,), "allergy_state": AllergyState.KNOWN}


def takes(
    drug_id: str, dose: str | None = None, unit: str = "", frequency: str = "", **changes: Any
) -> ActiveMedication:
    drug = KNOWLEDGE.drugs.get(drug_id)
    given = Decimal(dose) if dose else None
    return ActiveMedication(drug_id, drug.atc, drug.name_zh, given, unit, frequency, **changes)


def line(drug_id: str, **changes: Any) -> DraftLine:
    """A line after the most usual regimen of the drug, for at most 3 days, skin test negative."""
    usual = KNOWLEDGE.templates(drug_id)[0]
    made = DraftLine(
        drug_id,
        drug_id,
        usual.dose,
        usual.unit,
        usual.route,
        usual.frequency,
        min(usual.days, 3),
        skin_test=NEGATIVE,
    )
    if "dose" in changes:
        changes["dose"] = Decimal(str(changes["dose"]))
    if "total_units" in changes:
        changes["total_units"] = Decimal(changes["total_units"])
    return replace(made, **changes)


def sheet(*lines: DraftLine | str, **changes: Any) -> Draft:
    made = tuple(line(one) if isinstance(one, str) else one for one in lines)
    return replace(Draft(made, diagnoses=(PNEUMONIA,)), **changes)


def judge(facts: Facts, draft: Draft) -> Evaluation:
    return evaluate(facts, draft, KNOWLEDGE)


def tiers(found: Evaluation, rule_id: str) -> list[Tier]:
    return [alert.tier for alert in found.alerts if alert.rule_id == rule_id]


def stopped(found: Evaluation) -> set[str]:
    return {alert.rule_id for alert in found.stops}
