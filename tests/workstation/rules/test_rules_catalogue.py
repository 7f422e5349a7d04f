"""Rules about drugs the seed catalogue does not hold, on a site catalogue that does."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from tests.workstation.rules.cases import born, patient, pregnant, sheet, tiers, value
from workstation.rules.alerts import Evaluation, Tier
from workstation.rules.engine import evaluate
from workstation.rules.facts import Draft, DraftLine, Facts, Visit
from workstation.rules.sheets import SheetClass, split
from workstation.terminology.knowledge import Knowledge, load

SITE_DRUGS = (
    {"id": "H1", "name_zh": "甘草", "ingredient_zh": "甘草", "kind": "herb", "atc": ""},
    {"id": "H2", "name_zh": "甘遂", "ingredient_zh": "甘遂", "kind": "herb", "atc": ""},
    {"id": "H3", "name_zh": "黄芪", "ingredient_zh": "黄芪", "kind": "herb", "atc": ""},
    {
        "id": "T1",
        "name_zh": "盐酸毛果芸香碱注射液",
        "control_class": "toxic",
        "atc": "N07AX01",
        "max_daily": "",
    },
    {"id": "E1", "name_zh": "盐酸二氢埃托啡舌下片", "control_class": "narcotic", "atc": "", "max_daily": ""},
    {
        "id": "C1",
        "name_zh": "注射用氯霉素",
        "form_en": "powder for injection",
        "atc": "J01BA01",
        "max_daily": "",
    },
    {
        "id": "R1",
        "name_zh": "异维A酸软胶囊",
        "atc": "D10BA01",
        "pregnancy": "X",
        "max_daily": "",
        "min_age_years": "",
    },
    {
        "id": "L1",
        "name_zh": "注射用乳糖酸红霉素",
        "form_en": "powder for injection",
        "atc": "J01FA01",
        "max_daily": "",
    },
    {
        "id": "Z1",
        "name_zh": "丹参注射液",
        "form_en": "injection",
        "kind": "chinese-patent",
        "atc": "",
        "max_daily": "",
    },
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder: Path = tmp_path_factory.mktemp("site")
    text = (resources.files("resources") / "knowledge" / "drugs.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    plain = next(r for r in rows if r["id"] == "D166")
    rows += [{**plain, **changes} for changes in SITE_DRUGS]
    with (folder / "drugs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return load(folder)


def line(drug_id: str, **changes: object) -> DraftLine:
    made = DraftLine(drug_id, drug_id, Decimal("0.5"), "mg", "po", "tid", 1)
    return replace(made, **changes)


def judge(site: Knowledge, facts: Facts, *lines: DraftLine, **changes: object) -> Evaluation:
    return evaluate(facts, replace(sheet(), lines=lines, **changes), site)


def test_a_site_file_replaces_one_file_and_says_so(site: Knowledge) -> None:
    assert site.drugs.get("H1").kind == "herb"
    assert site.manifest["drugs.csv"].replaced_by_site
    assert not site.manifest["rules.csv"].replaced_by_site


def test_herbs_may_not_share_a_sheet_with_other_drugs(site: Knowledge) -> None:
    mixed = judge(site, patient(), line("H3"), *sheet("D001", "D107", "D111", "D115", "D123").lines)
    assert tiers(mixed, "LEGAL-02") == [Tier.STOP]
    assert tiers(judge(site, patient(), line("H3"), line("H1")), "LEGAL-02") == []


def test_more_than_five_herbs_may_share_one_sheet(site: Knowledge) -> None:
    herbs = Draft(tuple(line("H3", line_id=str(n)) for n in range(8)))
    sheets = split(herbs, patient(), site)
    assert [(s.sheet_class, len(s.lines)) for s in sheets] == [(SheetClass.HERBS, 8)]


def test_liquorice_and_kansui_in_one_decoction_need_a_second_signature(site: Knowledge) -> None:
    found = [a for a in judge(site, patient(), line("H1"), line("H2")).alerts if a.rule_id == "DDI"]
    assert [(a.tier, a.needs_second_signature) for a in found] == [(Tier.WARNING, True)]
    assert tiers(judge(site, patient(), line("H1"), line("H3")), "DDI") == []


def test_a_toxic_drug_is_for_two_days_at_most(site: Knowledge) -> None:
    assert tiers(judge(site, patient(), line("T1", days=3)), "CTRL-14") == [Tier.STOP]
    assert tiers(judge(site, patient(), line("T1", days=2)), "CTRL-14") == []


def test_dihydroetorphine_stays_in_hospitals_of_level_two(site: Knowledge) -> None:
    once = line("E1", frequency="st", total_units=Decimal(1))
    assert tiers(judge(site, patient(hospital_level=1), once), "CTRL-08") == [Tier.STOP]
    assert tiers(judge(site, patient(hospital_level=2), once), "CTRL-08") == []
    unknown = judge(site, patient(hospital_level=0), once)
    assert any(n.rule_id == "CTRL-08" for n in unknown.not_checked)


def test_chloramphenicol_is_not_for_newborns(site: Knowledge) -> None:
    newborn = patient(birth_date=born(days=20), weight=value(3, "kg"))
    assert tiers(judge(site, newborn, line("C1")), "AGE-11") == [Tier.STOP]
    assert tiers(judge(site, patient(), line("C1")), "AGE-11") == []


def test_a_strong_teratogen_needs_contraception(site: Knowledge) -> None:
    woman = patient(sex="female", birth_date=born(25))
    assert tiers(judge(site, woman, line("R1")), "PREG-06") == [Tier.STOP]
    assert tiers(judge(site, replace(woman, contraception=True), line("R1")), "PREG-06") == []
    assert tiers(judge(site, pregnant(8), line("R1")), "PREG-06") == [Tier.STOP]


def test_a_herb_contraindicated_in_pregnancy_is_named(site: Knowledge) -> None:
    found = judge(site, pregnant(8), line("H2"))
    assert tiers(found, "PREG-10") == [Tier.STOP]
    assert "甘遂" in found.stops[0].message_zh
    assert tiers(judge(site, pregnant(8), line("H3")), "PREG-10") == []


def test_erythromycin_is_not_put_straight_into_saline(site: Knowledge) -> None:
    saline = replace(sheet("D174").lines[0], group=1)
    glucose = replace(sheet("D175").lines[0], group=1)
    drug = line("L1", route="ivgtt", group=1)
    assert tiers(judge(site, patient(), drug, saline), "IV-03") == [Tier.WARNING]
    assert tiers(judge(site, patient(), drug, glucose), "IV-03") == []


def test_a_chinese_medicine_injection_runs_alone(site: Knowledge) -> None:
    inpatient = patient(visit=Visit.INPATIENT)
    glucose = replace(sheet("D175").lines[0], group=1)
    other = replace(sheet("D181").lines[0], group=1)
    drug = line("Z1", route="ivgtt", group=1)
    assert tiers(judge(site, inpatient, drug, glucose), "IV-06") == []
    assert tiers(judge(site, inpatient, drug, glucose, other), "IV-06") == [Tier.STOP]
