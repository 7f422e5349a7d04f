"""What could not be checked is said, never passed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.workstation.rules.cases import (
    KNOWLEDGE,
    TODAY,
    allergic,
    born,
    judge,
    labs,
    line,
    patient,
    sheet,
    takes,
    tiers,
    value,
)
from workstation.rules.alerts import CheckState, Tier
from workstation.rules.facts import (
    ActiveMedication,
    Allergy,
    AllergyState,
    Diagnosis,
    Facts,
    Labs,
    Pregnancy,
)
from workstation.rules.kidneys import cockcroft_gault


@pytest.mark.parametrize(
    ("facts", "drug_id", "category", "words"),
    [
        (patient(allergy_state=AllergyState.UNKNOWN), "D107", "allergy", "过敏史未记录"),
        (
            patient(allergies=(Allergy("某种药水"),), allergy_state=AllergyState.KNOWN),
            "D107",
            "allergy",
            "不参与自动检查",
        ),
        (patient(labs=Labs()), "D130", "renal", "无肾功能"),
        (patient(labs=labs(egfr=value(90, days_ago=200), creatinine=None)), "D130", "renal", "无肾功能"),
        (patient(labs=Labs()), "D063", "renal", "无肾功能"),
        (patient(labs=labs(potassium=None)), "D063", "renal", "无血钾"),
        (patient(labs=labs(alt=None)), "D078", "renal", "无肝功能"),
        (patient(birth_date=None), "D019", "age-pregnancy", "出生日期未记录"),
        (
            patient(sex="female", birth_date=born(30), pregnancy=Pregnancy()),
            "D078",
            "age-pregnancy",
            "妊娠状态未记录",
        ),
        (
            patient(sex="female", birth_date=born(30), lactating=None),
            "D078",
            "age-pregnancy",
            "哺乳状态未记录",
        ),
        (patient(identity_document=None), "D136", "controlled", "身份证明"),
        (patient(), "D137", "controlled", "用药地点"),
    ],
)
def test_a_missing_fact_leaves_its_check_not_run_with_the_reason(
    facts: Facts, drug_id: str, category: str, words: str
) -> None:
    found = judge(facts, sheet(drug_id))
    check = next(c for c in found.checks if c.category == category)
    assert any(words in n.reason_zh for n in check.not_checked)
    assert all(n.reason_en for n in check.not_checked)
    assert check.state in (CheckState.NOT_RUN, CheckState.ISSUE)
    assert not found.passed


def test_a_drug_outside_the_catalogue_is_checked_by_nothing_but_the_law() -> None:
    found = judge(patient(), sheet(replace(line("D107"), drug_id="unknown")))
    states = {c.category: c.state for c in found.checks}
    assert states.pop("legal") is CheckState.PASSED
    assert set(states.values()) == {CheckState.NOT_RUN}


def test_an_active_drug_without_a_code_leaves_interactions_not_run() -> None:
    unknown = ActiveMedication("", "", "某进口药")
    found = judge(patient(active_medications=(unknown,)), sheet("D107"))
    assert [n.reason_zh for n in found.not_checked] == ["某进口药无药理编码，相互作用未检查"]


def test_an_uncoded_allergy_that_names_a_group_is_checked_after_all() -> None:
    facts = patient(allergies=(Allergy("青霉素过敏"),), allergy_state=AllergyState.KNOWN)
    found = judge(facts, sheet("D001"))
    assert tiers(found, "ALG-01") == [Tier.STOP]
    assert not found.not_checked


@pytest.mark.parametrize("verification", ["refuted", "entered-in-error"])
def test_a_refuted_allergy_does_not_speak(verification: str) -> None:
    allergy = Allergy("青霉素", "penicillins", verification=verification)
    found = judge(patient(allergies=(allergy,), allergy_state=AllergyState.KNOWN), sheet("D001"))
    assert tiers(found, "ALG-01") == []


@pytest.mark.parametrize(
    "word", ["过敏性休克", "喉头水肿", "Anaphylaxis", "life-threatening anaphylactic shock"]
)
def test_a_dangerous_reaction_counts_as_severe_however_it_is_worded(word: str) -> None:
    assert tiers(judge(patient(**allergic("penicillins", word)), sheet("D008")), "ALG-02") == [Tier.WARNING]


def test_alternatives_are_of_another_class_and_tolerated() -> None:
    both = patient(
        allergies=(Allergy("", "penicillins"), Allergy("", "macrolides")), allergy_state=AllergyState.KNOWN
    )
    alert = next(a for a in judge(both, sheet("D001")).alerts if a.rule_id == "ALG-01")
    offered = [KNOWLEDGE.drugs.get(d) for d in alert.alternatives]
    assert offered
    assert not {d.allergy_group for d in offered} & {"penicillins", "macrolides"}


def test_a_child_is_not_offered_a_drug_for_adults() -> None:
    child = patient(birth_date=born(6), weight=value(20, "kg"), **allergic("penicillins"))
    alert = next(a for a in judge(child, sheet("D001")).alerts if a.rule_id == "ALG-01")
    assert not any(KNOWLEDGE.drugs.get(d).in_class("J01MA") for d in alert.alternatives)


def test_a_drug_that_ended_long_ago_no_longer_interacts() -> None:
    ended = takes("D073", end=TODAY - timedelta(days=20))
    assert tiers(judge(patient(active_medications=(ended,)), sheet("D130")), "DDI") == []
    fluoxetine = takes("D156", end=TODAY - timedelta(days=30))
    assert tiers(judge(patient(active_medications=(fluoxetine,)), sheet("D134")), "DDI") == [Tier.WARNING]


def test_renewing_an_anticoagulant_is_no_second_anticoagulant() -> None:
    renewed = patient(active_medications=(takes("D073", end=TODAY + timedelta(days=1)),))
    assert tiers(judge(renewed, sheet("D073")), "DDI") == []
    assert Tier.STOP in tiers(judge(renewed, sheet("D074")), "DDI")


def test_interactions_are_found_on_either_side_and_once() -> None:
    one = judge(patient(), sheet("D080", "D026"))
    two = judge(patient(), sheet("D026", "D080"))
    assert tiers(one, "DDI") == tiers(two, "DDI") == [Tier.STOP]


def test_diagnoses_without_a_code_are_read_by_their_words() -> None:
    facts = patient(diagnoses=(Diagnosis("", "重症肌无力(眼肌型)"),))
    assert tiers(judge(facts, sheet("D144")), "DX-07") == [Tier.STOP]


def test_an_answered_stop_is_not_asked_again_unless_it_may_not_be_overridden() -> None:
    legal = judge(patient(), sheet(line("D051", days=14)))
    clinical = judge(patient(diagnoses=(Diagnosis("G70.0"),)), sheet("D144"))
    assert legal.unanswered(frozenset(a.fingerprint for a in legal.alerts)) == legal.stops
    assert clinical.unanswered()
    assert not clinical.unanswered(frozenset(a.fingerprint for a in clinical.alerts))


def test_clearance_follows_cockcroft_and_gault() -> None:
    from decimal import Decimal

    assert cockcroft_gault(67, Decimal(62), Decimal("88.4"), female=False) == Decimal("62.9")
    assert cockcroft_gault(67, Decimal(62), Decimal("88.4"), female=True) == Decimal("53.4")


def test_a_rule_switched_off_at_the_site_is_shown_as_not_run(tmp_path: object) -> None:
    from importlib import resources
    from pathlib import Path

    from workstation.rules.engine import evaluate
    from workstation.terminology.knowledge import load

    text = (resources.files("resources") / "knowledge" / "rules.csv").read_text("utf-8")
    folder = Path(str(tmp_path))
    kept = [row for row in text.splitlines() if not row.startswith("DX-07,")]
    (folder / "rules.csv").write_text("\n".join(kept), "utf-8")
    found = evaluate(patient(diagnoses=(Diagnosis("G70.0"),)), sheet("D144"), load(folder))
    assert [n.rule_id for n in found.not_checked] == ["DX-07"]
    assert tiers(found, "DX-07") == []
