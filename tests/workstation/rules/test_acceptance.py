"""The acceptance list of the prescription rules, told as sheets a doctor writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workstation.rules.cases import (
    KNOWLEDGE,
    NOW,
    RESIDENT,
    TODAY,
    born,
    judge,
    line,
    patient,
    sheet,
    stopped,
)
from workstation.rules.facts import Draft, Facts, LineSkinTest, PainFile, RxKind, Stage, Visit
from workstation.rules.sheets import RxType, prescription_type, split

CANCER = patient(pain_file=PainFile(TODAY - timedelta(days=30), TODAY - timedelta(days=10)))
UNTESTED = LineSkinTest()
LONG = {"kind": RxKind.LONG_TERM, "strict_assessment": True}

ACCEPTANCE = [
    ("six western drugs", patient(), sheet("D001", "D107", "D111", "D115", "D123", "D129"), True),
    ("14 days of amlodipine", patient(), sheet(line("D051", days=14)), True),
    (
        "14 days of amlodipine with a reason",
        patient(),
        sheet(line("D051", days=14), extension_reason="慢性病"),
        False,
    ),
    ("4 days in emergency", patient(visit=Visit.EMERGENCY), sheet(line("D129", days=4)), True),
    ("84 days of metformin long-term", patient(), sheet(line("D082", days=84), **LONG), False),
    ("85 days of metformin long-term", patient(), sheet(line("D082", days=85), **LONG), True),
    ("long-term zolpidem", patient(), sheet(line("D148", days=7), **LONG), True),
    ("8 days of slow morphine", patient(), sheet(line("D136", days=8)), True),
    ("7 days of slow morphine", patient(), sheet(line("D136", days=7)), False),
    ("15 days of slow morphine in cancer", CANCER, sheet(line("D136", days=15)), False),
    ("16 days of slow morphine in cancer", CANCER, sheet(line("D136", days=16)), True),
    (
        "two doses of morphine injection",
        patient(),
        sheet(line("D137", total_units=2), used_inside=True),
        True,
    ),
    (
        "one dose of morphine injection",
        patient(),
        sheet(line("D137", total_units=1), used_inside=True),
        False,
    ),
    (
        "two days of morphine injection in hospital",
        patient(visit=Visit.INPATIENT),
        sheet(line("D137", frequency="q8h", days=2)),
        True,
    ),
    (
        "an infant of 45 days without weight",
        patient(birth_date=born(days=45), weight=None),
        sheet("D123"),
        True,
    ),
    ("amoxicillin without a skin test", patient(), sheet(line("D001", skin_test=UNTESTED)), True),
    ("meropenem for an outpatient", patient(), sheet("D018", consultation=True), True),
    ("moxifloxacin by a resident", patient(prescriber=RESIDENT), sheet(line("D021", days=1)), True),
    (
        "one day of moxifloxacin by a resident in an emergency",
        patient(prescriber=RESIDENT),
        sheet(line("D021", days=1), override_reason="夜间重症"),
        False,
    ),
    (
        "two days of moxifloxacin by a resident in an emergency",
        patient(prescriber=RESIDENT),
        sheet(line("D021", days=2), override_reason="夜间重症"),
        True,
    ),
]


@pytest.mark.parametrize(
    ("facts", "draft", "blocked"), [a[1:] for a in ACCEPTANCE], ids=[a[0] for a in ACCEPTANCE]
)
def test_the_sheet_is_stopped_or_let_through(facts: Facts, draft: Draft, blocked: bool) -> None:
    assert bool(stopped(judge(facts, draft))) is blocked


def test_a_sheet_three_days_old_is_not_handed_out() -> None:
    draft = sheet("D129", stage=Stage.DISPENSE, signed_at=NOW - timedelta(days=3))
    assert stopped(judge(patient(), draft)) == {"LEGAL-12"}


@pytest.mark.parametrize(
    ("drug_id", "facts", "form", "label", "paper"),
    [
        ("D143", patient(), RxType.NARCOTIC, "麻、精一", "red"),
        ("D109", patient(), RxType.PSYCHOTROPIC_2, "精二", "white"),
        ("D129", patient(), RxType.ORDINARY, "", "white"),
        ("D129", patient(visit=Visit.EMERGENCY), RxType.EMERGENCY, "急诊", "yellow"),
        ("D129", patient(birth_date=born(14)), RxType.PAEDIATRIC, "儿科", "green"),
        ("D129", patient(birth_date=born(15)), RxType.ORDINARY, "", "white"),
    ],
)
def test_the_form_follows_from_drug_visit_and_age(
    drug_id: str, facts: Facts, form: RxType, label: str, paper: str
) -> None:
    found = prescription_type(sheet(drug_id), facts, KNOWLEDGE)
    assert (found, found.label_zh, found.paper) == (form, label, paper)


def test_controlled_drugs_are_split_from_ordinary_ones_and_no_sheet_passes_five() -> None:
    ids = ("D001", "D136", "D107", "D144", "D111", "D115", "D123", "D129", "D143")
    sheets = split(sheet(*ids), patient(), KNOWLEDGE)
    assert [(s.type, [x.drug_id for x in s.lines]) for s in sheets] == [
        (RxType.ORDINARY, ["D001", "D107", "D111", "D115", "D123"]),
        (RxType.ORDINARY, ["D129"]),
        (RxType.NARCOTIC, ["D136", "D143"]),
        (RxType.PSYCHOTROPIC_2, ["D144"]),
    ]


def test_an_infusion_group_is_never_torn_apart() -> None:
    grouped = [line("D014", group=2), line("D174", group=2)]
    sheets = split(sheet("D107", "D111", "D115", "D123", *grouped), patient(), KNOWLEDGE)
    assert [[x.drug_id for x in s.lines] for s in sheets] == [
        ["D107", "D111", "D115", "D123"],
        ["D014", "D174"],
    ]
