"""Every rule by its id: the tier on a case that meets it, and silence on the nearest case that does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.workstation.rules.cases import (
    KNOWLEDGE,
    NOW,
    TODAY,
    allergic,
    born,
    judge,
    labs,
    line,
    patient,
    pregnant,
    sheet,
    takes,
    tiers,
    value,
)
from tests.workstation.rules.law_table import (
    CAUTION,
    INPATIENT,
    LAW,
    NOTE,
    ORDERED,
    STOP,
    UNTESTED,
    WARNING,
    Case,
    child,
    egfr,
    ill,
    old,
    woman,
)
from workstation.rules.facts import (
    Diagnosis,
    LineSkinTest,
    Pregnancy,
    SkinTest,
    Stage,
    Visit,
)
from workstation.rules.registry import registered

CASES = [
    *LAW,
    Case("SKIN-01", STOP, sheet(line("D001", skin_test=UNTESTED))),
    Case("SKIN-01", CAUTION, sheet(line("D001", skin_test=ORDERED))),
    Case("SKIN-01", STOP, sheet(line("D001", skin_test=ORDERED), stage=Stage.DISPENSE)),
    Case("SKIN-01", STOP, sheet(line("D001", skin_test=LineSkinTest("negative", NOW - timedelta(hours=73))))),
    Case("SKIN-01", None, sheet(line("D001", skin_test=LineSkinTest("exempt", None, "续用 48 小时内")))),
    Case(
        "SKIN-01",
        None,
        sheet(line("D001", skin_test=UNTESTED)),
        patient(skin_tests=(SkinTest("penicillins", "negative", NOW - timedelta(hours=20)),)),
    ),
    Case("SKIN-02", STOP, sheet(line("D001", skin_test=LineSkinTest("positive", NOW)))),
    Case("SKIN-02", None, sheet("D001")),
    Case(
        "SKIN-03",
        WARNING,
        sheet(line("D014", skin_test=UNTESTED)),
        patient(**allergic("cephalosporins", "过敏性休克")),
    ),
    Case("SKIN-03", None, sheet(line("D014", skin_test=UNTESTED))),
    Case("SKIN-04", STOP, sheet(line("D184", skin_test=UNTESTED))),
    Case("SKIN-04", None, sheet("D184")),
    Case(
        "SKIN-05",
        CAUTION,
        sheet(line("D001", skin_test=ORDERED)),
        patient(active_medications=(takes("D111"),)),
    ),
    Case("SKIN-05", None, sheet("D001"), patient(active_medications=(takes("D111"),))),
    Case("ALG-01", STOP, sheet("D001"), patient(**allergic("penicillins"))),
    Case("ALG-01", STOP, sheet("D002"), patient(**allergic("J01CA04", "皮疹"))),
    Case("ALG-01", STOP, sheet("D192"), patient(**allergic("ethanol"))),
    Case("ALG-01", None, sheet("D008"), patient(**allergic("penicillins"))),
    Case("ALG-02", WARNING, sheet("D008"), patient(**allergic("penicillins", "过敏性休克"))),
    Case("ALG-02", None, sheet("D008"), patient(**allergic("penicillins", "皮疹"))),
    Case("ALG-03", STOP, sheet("D037"), patient(**allergic("sulfonamides"))),
    Case("ALG-03", STOP, sheet("D133"), patient(**allergic("sulfonamides"))),
    Case("ALG-03", None, sheet("D060"), patient(**allergic("sulfonamides"))),
    Case("ALG-04", STOP, sheet("D130"), patient(**allergic("nsaids", "哮喘发作"))),
    Case("ALG-04", STOP, sheet("D070"), patient(**allergic("M01AE01"))),
    Case("ALG-04", None, sheet("D129"), patient(**allergic("nsaids"))),
    Case(
        "ALG-05",
        WARNING,
        sheet("D018"),
        patient(visit=Visit.INPATIENT, **allergic("penicillins", criticality="high")),
    ),
    Case("ALG-05", None, sheet("D018"), patient(visit=Visit.INPATIENT, **allergic("penicillins"))),
    Case("ALG-06", CAUTION, sheet("D060"), patient(**allergic("sulfonamides"))),
    Case("ALG-06", None, sheet("D051"), patient(**allergic("sulfonamides"))),
    Case("AGE-01", STOP, sheet("D019"), child(17, kilos=55)),
    Case("AGE-01", None, sheet("D185"), child(10, kilos=30)),
    Case("AGE-02", STOP, sheet("D039"), child(7, kilos=22)),
    Case("AGE-02", None, sheet("D039"), child(8, kilos=25)),
    Case("AGE-03", WARNING, sheet("D032"), child(5, kilos=18)),
    Case("AGE-03", None, sheet("D032"), child(6, kilos=20)),
    Case("AGE-04", STOP, sheet("D110"), child(11, kilos=35)),
    Case("AGE-04", WARNING, sheet("D110"), child(15, kilos=50)),
    Case("AGE-04", None, sheet("D110"), child(18, kilos=60)),
    Case("AGE-05", STOP, sheet("D134"), child(11, kilos=35)),
    Case("AGE-06", WARNING, sheet("D070"), patient(birth_date=born(15), diagnoses=(Diagnosis("J11.1"),))),
    Case("AGE-06", None, sheet("D070"), patient(birth_date=born(15))),
    Case("AGE-07", STOP, sheet("D114"), child(1, kilos=10)),
    Case("AGE-08", STOP, sheet("D125"), child(4, kilos=16)),
    Case("AGE-09", STOP, sheet("D037"), child(0, 0, 59, 5)),
    Case("AGE-09", None, sheet("D037"), child(0, 0, 61, 5)),
    Case("AGE-10", STOP, sheet("D014", "D171"), child(0, 0, 20, 3.5)),
    Case("AGE-10", STOP, sheet("D014"), child(0, 0, 20, 3.5, diagnoses=(Diagnosis("P59.9"),))),
    Case("AGE-10", None, sheet("D014"), child(0, 0, 20, 3.5)),
    Case("AGE-12", STOP, sheet("D131"), child(0, 5, kilos=7)),
    Case("AGE-12", None, sheet("D131"), child(0, 6, kilos=7)),
    Case("AGE-13", CAUTION, sheet("D129"), child(0, 1, kilos=4)),
    Case("AGE-14", STOP, sheet("D121"), child(0, 11, kilos=9)),
    Case("AGE-15", WARNING, sheet("D133"), child(17, kilos=55)),
    Case("AGE-15", None, sheet("D133"), child(18, kilos=60)),
    Case("ELD-01", WARNING, sheet("D144"), old()),
    Case("ELD-01", None, sheet("D144")),
    Case("ELD-02", CAUTION, sheet("D113"), old()),
    Case("ELD-03", WARNING, sheet("D130"), old(76)),
    Case("ELD-03", WARNING, sheet("D130"), old(66, active_medications=(takes("D073"),))),
    Case("ELD-03", None, sheet("D130"), old(66)),
    Case("ELD-04", WARNING, sheet(line("D067", dose="0.25")), old()),
    Case("ELD-04", None, sheet(line("D067", dose="0.125")), old()),
    Case("ELD-05", WARNING, sheet("D083"), old()),
    Case("ELD-05", None, sheet("D084"), old()),
    Case("ELD-06", STOP, sheet(line("D158", dose=20)), old()),
    Case("ELD-06", None, sheet(line("D158", dose=10)), old()),
    Case("PREG-01", STOP, sheet("D078"), pregnant(20)),
    Case("PREG-01", None, sheet("D001"), pregnant(20)),
    Case("PREG-02", WARNING, sheet("D060"), pregnant(20)),
    Case("PREG-03", STOP, sheet("D130"), pregnant(28)),
    Case("PREG-03", WARNING, sheet("D130"), pregnant(20)),
    Case("PREG-03", None, sheet("D130"), pregnant(19)),
    Case("PREG-04", STOP, sheet("D052"), pregnant(8)),
    Case("PREG-05", STOP, sheet("D073"), pregnant(8)),
    Case("PREG-07", WARNING, sheet("D151"), woman()),
    Case("PREG-07", None, sheet("D151"), woman(contraception=True)),
    Case("PREG-08", STOP, sheet("D033"), pregnant(10)),
    Case("PREG-08", None, sheet("D033"), pregnant(14)),
    Case("PREG-09", STOP, sheet("D036"), pregnant(38)),
    Case("PREG-09", STOP, sheet("D037"), pregnant(10)),
    Case("PREG-09", None, sheet("D036"), pregnant(30)),
    Case("PREG-11", CAUTION, sheet("D078"), woman(pregnancy=Pregnancy())),
    Case("PREG-11", None, sheet("D078"), woman()),
    Case("LACT-01", WARNING, sheet("D078"), woman(lactating=True)),
    Case("LACT-01", None, sheet("D001"), woman(lactating=True)),
    Case("REN-01", STOP, sheet("D082"), egfr(29)),
    Case("REN-01", WARNING, sheet(line("D082", dose=1)), egfr(40)),
    Case("REN-01", None, sheet("D082"), egfr(40)),
    Case("REN-02", STOP, sheet("D130"), egfr(29)),
    Case("REN-02", None, sheet("D130"), egfr(30)),
    Case("REN-03", STOP, sheet("D063"), patient(labs=labs(potassium=value("5.2")))),
    Case("REN-03", STOP, sheet("D063"), egfr(25)),
    Case("REN-04", STOP, sheet("D169"), patient(labs=labs(potassium=value("5.1")))),
    Case("REN-04", STOP, sheet("D169"), patient(anuria=True)),
    Case("REN-04", None, sheet("D169")),
    Case("REN-05", STOP, sheet("D075"), egfr(29)),
    Case("REN-06", STOP, sheet("D074"), egfr(14)),
    Case("REN-06", WARNING, sheet("D074"), egfr(49)),
    Case("REN-06", None, sheet("D074"), egfr(50)),
    Case("REN-07", WARNING, sheet(line("D076", dose=8000, frequency="q12h")), egfr(20)),
    Case("REN-07", None, sheet(line("D076", dose=4000, frequency="qd")), egfr(20)),
    Case("REN-08", STOP, sheet("D036"), egfr(59)),
    Case("REN-09", WARNING, sheet("D032"), egfr(50)),
    Case("REN-10", STOP, sheet("D079"), egfr(20)),
    Case("REN-11", STOP, sheet("D098"), egfr(20)),
    Case("REN-12", STOP, sheet("D163"), egfr(20)),
    Case("REN-13", WARNING, sheet("D136"), egfr(20)),
    Case("REN-14", WARNING, sheet("D044"), egfr(50)),
    Case("REN-14", None, sheet("D044"), egfr(70)),
    Case("REN-15", STOP, sheet("D037"), egfr(10)),
    Case("REN-15", WARNING, sheet("D037"), egfr(20)),
    Case("HEP-01", STOP, sheet("D078"), patient(labs=labs(alt=value(130)))),
    Case("HEP-01", STOP, sheet("D078"), ill("B15.9", "甲型病毒性肝炎")),
    Case("HEP-01", None, sheet("D078"), patient(labs=labs(alt=value(110)))),
    Case("HEP-02", CAUTION, sheet("D046"), patient(labs=labs(alt=value(130)))),
    Case("HEP-03", STOP, sheet(line("D129", dose=1, frequency="tid"))),
    Case("HEP-03", STOP, sheet("D135"), patient(active_medications=(takes("D129", "0.5", "g", "tid"),))),
    Case("HEP-03", None, sheet(line("D129", frequency="qid"))),
    Case("DUP-01", WARNING, sheet("D019", "D020")),
    Case(
        "DUP-01",
        WARNING,
        sheet("D051"),
        patient(active_medications=(takes("D051", end=TODAY + timedelta(20)),)),
    ),
    Case(
        "DUP-01", None, sheet("D051"), patient(active_medications=(takes("D051", end=TODAY + timedelta(3)),))
    ),
    Case("DUP-02", WARNING, sheet("D115", "D116")),
    Case("DUP-02", None, sheet("D115", "D117")),
    Case("IV-01", STOP, sheet(line("D170", route="iv"))),
    Case("IV-01", STOP, sheet("D170")),
    Case("IV-01", STOP, sheet(line("D170", group=1, minutes=120), line("D174", dose=250, group=1))),
    Case("IV-01", STOP, sheet(line("D170", group=1, minutes=30), line("D174", dose=500, group=1))),
    Case("IV-01", None, sheet(line("D170", group=1, minutes=120), line("D174", dose=500, group=1))),
    Case("IV-02", WARNING, sheet(line("D003", route="ivgtt", group=1), line("D175", group=1))),
    Case("IV-02", None, sheet(line("D003", route="ivgtt", group=1), line("D174", group=1))),
    Case("IV-04", WARNING, sheet(line("D040", minutes=30), consultation=True), INPATIENT),
    Case("IV-04", NOTE, sheet("D040", consultation=True), INPATIENT),
    Case("IV-04", None, sheet(line("D040", minutes=120), consultation=True), INPATIENT),
    Case("IV-05", NOTE, sheet("D062")),
    Case("ROUTE-01", STOP, sheet(line("D050", route="ng"))),
    Case("ROUTE-01", STOP, sheet(line("D050", dose=15))),
    Case("ROUTE-01", STOP, sheet(line("D136", crushed=True))),
    Case("ROUTE-01", None, sheet(line("D057", dose="23.75"))),
    Case("ROUTE-02", STOP, sheet(line("D004", route="ivgtt"))),
    Case("ROUTE-02", STOP, sheet(line("D089", route="iv"))),
    Case("ROUTE-02", None, sheet("D089")),
    Case("DX-01", WARNING, sheet("D058"), ill("J45.9", "支气管哮喘")),
    Case("DX-01", STOP, sheet("D110"), ill("J45.9")),
    Case("DX-01", None, sheet("D058")),
    Case("DX-02", STOP, sheet("D113"), ill("H40.2")),
    Case("DX-02", WARNING, sheet("D113"), ill("H40.9")),
    Case("DX-02", None, sheet("D113"), ill("H40.1")),
    Case("DX-03", WARNING, sheet("D113"), ill("N40")),
    Case("DX-04", STOP, sheet("D130"), ill("K25.4")),
    Case("DX-04", WARNING, sheet("D093"), ill("K26.9")),
    Case("DX-04", None, sheet("D011"), ill("K25.4")),
    Case("DX-05", STOP, sheet("D036"), ill("D55.0")),
    Case("DX-06", WARNING, sheet("D019"), ill("G40.9")),
    Case("DX-07", STOP, sheet("D144"), ill("G70.0")),
    Case("DX-08", STOP, sheet("D024"), patient(labs=labs(qtc=value(510, "ms")))),
    Case("DX-08", STOP, sheet("D024"), ill("E87.6", "低钾血症")),
    Case("DX-08", None, sheet("D024"), patient(labs=labs(qtc=value(490, "ms")))),
    Case("DX-09", CAUTION, sheet("D060"), ill("M10.9")),
    Case("DX-10", STOP, sheet("D183")),
    Case("DX-10", None, sheet("D183"), woman()),
    Case("DDI", STOP, sheet("D080", "D026")),
    Case("DDI", WARNING, sheet("D130"), patient(active_medications=(takes("D073"),))),
    Case("DDI", CAUTION, sheet("D019", "D118")),
    Case("DDI", STOP, sheet("D034", "D192")),
    Case("DDI", None, sheet("D001", "D107")),
    Case("DOSE-01", STOP, sheet(line("D001", dose="0.5", frequency="tid")), child(2, kilos=12)),
    Case("DOSE-01", None, sheet(line("D001", dose="0.25", frequency="tid")), child(2, kilos=12)),
    Case("DOSE-02", STOP, sheet("D001"), patient(birth_date=born(5), weight=None)),
    Case("DOSE-02", STOP, sheet("D001"), patient(birth_date=born(5), weight=value(18, "kg", days_ago=120))),
    Case("DOSE-02", None, sheet("D001"), child(5, kilos=18)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_speaks_as_loudly_as_its_case_asks(case: Case) -> None:
    found = tiers(judge(case.facts, case.draft), case.rule_id)
    assert (min(found) if found else None) == case.tier


# Rules about drugs the seed catalogue does not hold; they are tested with drugs of their own in test_rules_catalogue.
OTHER_DRUGS = {"LEGAL-02", "CTRL-08", "CTRL-14", "AGE-11", "PREG-06", "PREG-10", "IV-03", "IV-06"}


def test_every_rule_of_the_table_is_a_function_and_has_a_case_here() -> None:
    tested = {case.rule_id for case in CASES} | OTHER_DRUGS
    assert set(registered()) == set(KNOWLEDGE.rules)
    assert set(registered()) == tested


def test_each_tested_rule_has_a_case_that_meets_it() -> None:
    assert {c.rule_id for c in CASES} == {c.rule_id for c in CASES if c.tier}


@pytest.mark.parametrize("case", [c for c in CASES if c.tier], ids=str)
def test_an_alert_says_what_why_and_from_where_in_both_languages(case: Case) -> None:
    alert = next(a for a in judge(case.facts, case.draft).alerts if a.rule_id == case.rule_id)
    for text in (
        alert.title_zh,
        alert.title_en,
        alert.message_zh,
        alert.message_en,
        alert.basis_zh,
        alert.source,
    ):
        assert text.strip()
        assert "{" not in text
    assert not any("\u4e00" <= c <= "\u9fff" for c in alert.title_en + alert.basis_en)
    assert "2026-04-25" in alert.version


def test_the_same_finding_on_unchanged_data_keeps_its_fingerprint_whatever_the_line_is_called() -> None:
    one = judge(patient(), sheet(line("D051", days=14)))
    renamed = judge(patient(), sheet(replace(line("D051", days=14), line_id="other")))
    longer = judge(patient(), sheet(line("D051", days=21)))
    assert one.stops[0].fingerprint == renamed.stops[0].fingerprint
    assert one.stops[0].fingerprint != longer.stops[0].fingerprint


def test_a_healthy_chief_patient_passes_every_check() -> None:
    found = judge(patient(), sheet("D107"))
    assert found.passed
    assert [c.state.value for c in found.checks] == ["passed"] * 12
