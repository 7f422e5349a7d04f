"""The table of rule cases: what the law asks, and the words the clinical cases are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from tests.workstation.rules.cases import (
    ATTENDING,
    NOW,
    RESIDENT,
    TODAY,
    born,
    labs,
    line,
    patient,
    sheet,
    takes,
    value,
)
from workstation.rules.alerts import Tier
from workstation.rules.facts import (
    Diagnosis,
    Draft,
    Facts,
    LineSkinTest,
    PainFile,
    RxKind,
    Stage,
    Visit,
)

STOP, WARNING, CAUTION, NOTE = Tier.STOP, Tier.WARNING, Tier.CAUTION, Tier.NOTE
UNTESTED = LineSkinTest()
ORDERED = LineSkinTest("required")
PAIN = PainFile(TODAY - timedelta(days=200), TODAY - timedelta(days=20))
EMERGENCY = patient(visit=Visit.EMERGENCY)
INPATIENT = patient(visit=Visit.INPATIENT)
WITH_PAIN = patient(pain_file=PAIN)


def child(years: int = 0, months: int = 0, days: int = 0, kilos: float = 10, **changes: object) -> Facts:
    return patient(birth_date=born(years, months, days), weight=value(kilos, "kg"), **changes)


def old(years: int = 70, **changes: object) -> Facts:
    return patient(birth_date=born(years), **changes)


def woman(**changes: object) -> Facts:
    return patient(sex="female", birth_date=born(30), **changes)


def ill(code: str, text: str = "") -> Facts:
    return patient(diagnoses=(Diagnosis(code, text),))


def egfr(number: float) -> Facts:
    return patient(labs=labs(egfr=value(number), creatinine=None))


def long_term(*lines: object, **changes: object) -> Draft:
    return sheet(*lines, kind=RxKind.LONG_TERM, **changes)


@dataclass(frozen=True)
class Case:
    """A rule, a patient, a sheet, and the tier expected (None: the rule stays silent)."""

    rule_id: str
    tier: Tier | None
    draft: Draft
    facts: Facts = field(default_factory=patient)

    def __str__(self) -> str:
        return f"{self.rule_id}-{self.tier.name if self.tier else 'silent'}"


SIX = ("D001", "D107", "D111", "D115", "D123", "D129")
LAW = [
    Case("LEGAL-01", STOP, sheet(*SIX)),
    Case("LEGAL-01", None, sheet(*SIX[:5])),
    Case("LEGAL-03", STOP, sheet(line("D051", days=14))),
    Case("LEGAL-03", None, sheet(line("D051", days=14), extension_reason="慢性病")),
    Case("LEGAL-03", None, sheet(line("D051", days=7, total_units=28))),
    Case("LEGAL-03", STOP, sheet(line("D051", days=7, total_units=56))),
    Case("LEGAL-03", STOP, sheet(line("D082", days=7, total_units=60))),
    Case("LEGAL-03", None, sheet(line("D051", days=14)), INPATIENT),
    Case("LEGAL-03", None, sheet(line("D185", days=5, total_units=1))),
    Case("LEGAL-03", STOP, sheet(line("D185", days=5, total_units=3))),
    Case("LEGAL-04", STOP, sheet(line("D129", frequency="tid", days=4)), EMERGENCY),
    Case("LEGAL-04", None, sheet(line("D129", frequency="tid", days=3)), EMERGENCY),
    Case("LEGAL-05", STOP, long_term(line("D082", days=85), strict_assessment=True)),
    Case("LEGAL-05", None, long_term(line("D082", days=84), strict_assessment=True)),
    Case("LEGAL-06", STOP, long_term(line("D082", days=56))),
    Case("LEGAL-06", None, long_term(line("D082", days=28))),
    Case("LEGAL-07", STOP, long_term(line("D148", days=7))),
    Case("LEGAL-07", STOP, long_term(line("D019", days=7))),
    Case("LEGAL-07", None, long_term(line("D046", days=28), diagnoses=(Diagnosis("A15.0", "肺结核"),))),
    Case("LEGAL-08", STOP, sheet("D129", diagnoses=())),
    Case("LEGAL-09", STOP, sheet(line("D129", note="遵医嘱"))),
    Case("LEGAL-09", None, sheet(line("D129", note="饭后服"))),
    Case("LEGAL-10", STOP, sheet("D123"), patient(birth_date=born(0, 0, 45), weight=None)),
    Case("LEGAL-10", None, sheet("D123"), child(0, 0, 45, 4)),
    Case("LEGAL-11", STOP, sheet(line("D051", dose=15))),
    Case("LEGAL-11", CAUTION, sheet(line("D051", dose=15, overdose_reason="难治"), signed_twice=True)),
    Case("LEGAL-11", None, sheet(line("D051", dose=10))),
    Case("LEGAL-12", STOP, sheet("D129", valid_days=4)),
    Case("LEGAL-12", STOP, sheet("D129", stage=Stage.DISPENSE, signed_at=NOW - timedelta(days=3))),
    Case(
        "LEGAL-12", None, sheet("D129", stage=Stage.DISPENSE, signed_at=NOW - timedelta(days=2), valid_days=3)
    ),
    Case("CTRL-01", STOP, sheet("D136"), patient(prescriber=RESIDENT)),
    Case("CTRL-01", None, sheet("D144"), patient(prescriber=RESIDENT)),
    Case("CTRL-02", NOTE, sheet("D136")),
    Case("CTRL-02", None, sheet("D144")),
    Case("CTRL-03", STOP, sheet("D136"), patient(identity_document=False)),
    Case("CTRL-03", STOP, sheet("D136", agent_collects=True)),
    Case("CTRL-03", None, sheet("D136", agent_collects=True, agent_identified=True)),
    Case("CTRL-04", STOP, sheet(line("D136", days=8))),
    Case("CTRL-04", None, sheet(line("D136", days=7))),
    Case("CTRL-04", STOP, sheet(line("D137", total_units=2))),
    Case("CTRL-04", None, sheet(line("D137", total_units=1))),
    Case("CTRL-04", STOP, sheet(line("D110", days=4))),
    Case("CTRL-05", STOP, sheet(line("D136", days=16)), WITH_PAIN),
    Case("CTRL-05", None, sheet(line("D136", days=15)), WITH_PAIN),
    Case("CTRL-05", STOP, sheet(line("D137", frequency="q8h", days=4)), WITH_PAIN),
    Case("CTRL-05", STOP, sheet(line("D110", days=8)), WITH_PAIN),
    Case("CTRL-06", STOP, sheet(line("D137", frequency="q8h", days=2)), INPATIENT),
    Case("CTRL-06", None, sheet(line("D137", frequency="q8h", days=1)), INPATIENT),
    Case("CTRL-07", STOP, sheet(line("D141", total_units=2), used_inside=True)),
    Case("CTRL-07", STOP, sheet(line("D141", total_units=1), used_inside=False)),
    Case("CTRL-07", None, sheet(line("D141", total_units=1), used_inside=True)),
    Case("CTRL-09", STOP, sheet(line("D142", days=16), diagnoses=(Diagnosis("F90.0"),)), child(10, kilos=32)),
    Case("CTRL-09", None, sheet(line("D142", days=15), diagnoses=(Diagnosis("F90.0"),)), child(10, kilos=32)),
    Case("CTRL-10", STOP, sheet(line("D147", days=14))),
    Case("CTRL-10", None, sheet(line("D147", days=14), extension_reason="慢性失眠")),
    Case("CTRL-11", STOP, sheet("D137", used_inside=False)),
    Case("CTRL-11", None, sheet("D137", used_inside=True)),
    Case("CTRL-12", STOP, sheet("D136"), patient(pain_file=PainFile(TODAY, TODAY - timedelta(days=100)))),
    Case("CTRL-12", None, sheet("D136"), WITH_PAIN),
    Case("CTRL-13", STOP, sheet("D136"), patient(patient_practitioner_id="p-chief")),
    Case("CTRL-13", None, sheet("D136"), patient(patient_practitioner_id="p-other")),
    Case("ABX-01", STOP, sheet("D021"), patient(prescriber=RESIDENT)),
    Case(
        "ABX-01", STOP, sheet(line("D021", days=3), override_reason="夜间急诊"), patient(prescriber=RESIDENT)
    ),
    Case("ABX-01", None, sheet("D021"), patient(prescriber=ATTENDING)),
    Case("ABX-02", STOP, sheet("D018"), patient(visit=Visit.INPATIENT, prescriber=ATTENDING)),
    Case("ABX-02", STOP, sheet("D018"), INPATIENT),
    Case("ABX-02", None, sheet("D018", consultation=True), INPATIENT),
    Case("ABX-03", STOP, sheet("D018", consultation=True)),
    Case("ABX-03", None, sheet("D018", consultation=True), INPATIENT),
    Case("ABX-04", NOTE, sheet(line("D021", days=1), override_reason="急"), patient(prescriber=RESIDENT)),
    Case("ABX-04", None, sheet(line("D021", days=1), override_reason="急")),
    Case("ABX-05", WARNING, sheet("D019", "D001"), patient(active_medications=(takes("D033"),))),
    Case("ABX-05", None, sheet("D019", "D001")),
    Case("ABX-06", WARNING, sheet("D001", diagnoses=(Diagnosis("J06.9"),))),
    Case("ABX-06", None, sheet("D001")),
]
