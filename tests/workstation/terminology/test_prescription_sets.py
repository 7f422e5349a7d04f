"""Every prescription set can be written as it stands: supplied, within the label, legal for whom it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.workstation.rules.cases import KNOWLEDGE, RESIDENT, born, patient, value
from workstation.rules.alerts import Tier
from workstation.rules.engine import evaluate
from workstation.rules.facts import Diagnosis, Draft, DraftLine, Facts, RxKind
from workstation.terminology.quantity import dose_in, supply
from workstation.terminology.sets import PrescriptionSet, SetLine

SETS = list(KNOWLEDGE.prescription_sets)
CHILDREN = ((1, "10"), (3, "14.2"), (8, "26"), (13, "45"))


def people(meant: PrescriptionSet) -> Iterator[Facts]:
    """Healthy people of the ages a set is for: a resident's patients, adults or weighed children."""
    for years, kg in CHILDREN:
        if meant.fits_age(years):
            yield patient(birth_date=born(years), weight=value(kg, "kg"), prescriber=RESIDENT)
    if meant.fits_age(40):
        for sex in ("male", "female"):
            yield patient(sex=sex, prescriber=RESIDENT)


def given(line: SetLine, facts: Facts) -> Decimal:
    assert facts.weight is not None
    dose = line.dose_for(facts.weight.value)
    assert dose is not None
    return dose


def test_there_are_sets_for_the_common_illnesses_of_outpatients() -> None:
    assert len(SETS) >= 12
    assert len({s.code for s in SETS}) == len(SETS)
    first = ("J06.9", "J03.9", "J20.9", "I10", "E11.9", "E78.5", "K29.7", "K21.0", "A09.9", "N39.0")
    first += ("J30.4", "L50.9", "M10.9", "M54.5", "R50.9")
    assert [code for code in first if not any(s.fits([code]) for s in SETS)] == []


@pytest.mark.parametrize("meant", SETS, ids=lambda s: s.code)
def test_a_set_says_in_both_languages_what_it_is_and_where_it_comes_from(meant: PrescriptionSet) -> None:
    assert all((meant.name_zh, meant.name_en, meant.source_zh, meant.source_en))
    assert all(re.fullmatch(r"[0-9A-Z]{2,12}", initials) for initials in meant.initials)
    assert all(re.fullmatch(r"[A-Z]\d\d(\.\d)?", code) for code in meant.diagnoses)
    assert any(meant.fits([each.code]) for each in KNOWLEDGE.diagnoses)
    assert 1 <= len(meant.lines) <= 5
    assert len({line.drug_id for line in meant.lines}) == len(meant.lines)


@pytest.mark.parametrize("meant", SETS, ids=lambda s: s.code)
def test_every_line_can_be_supplied_and_stays_within_its_label(meant: PrescriptionSet) -> None:
    for facts in people(meant):
        for line in meant.lines:
            drug, dose = KNOWLEDGE.drugs.get(line.drug_id), given(line, facts)
            assert KNOWLEDGE.routes.get(line.route)
            frequency = KNOWLEDGE.frequencies.get(line.frequency)
            made = supply(drug, dose, line.unit, frequency, line.days, KNOWLEDGE.units)
            assert made.handed_out >= made.needed > 0
            assert not drug.controlled
            if drug.max_daily:
                day = dose * Decimal(max(Fraction(1), frequency.per_day).numerator)
                assert dose_in(drug, day, line.unit, drug.max_unit, KNOWLEDGE.units) <= drug.max_daily


@pytest.mark.parametrize("meant", SETS, ids=lambda s: s.code)
def test_a_whole_set_stops_nobody_who_is_healthy(meant: PrescriptionSet) -> None:
    code = next(d for d in KNOWLEDGE.diagnoses if meant.fits([d.code]))
    for facts in people(meant):
        draft = Draft(
            tuple(
                DraftLine(
                    line.drug_id,
                    line.drug_id,
                    given(line, facts),
                    line.unit,
                    line.route,
                    line.frequency,
                    line.days,
                )
                for line in meant.lines
            ),
            diagnoses=(Diagnosis(code.code, code.name_zh),),
            kind=RxKind.LONG_TERM if meant.long_term else RxKind.ORDINARY,
        )
        found = evaluate(facts, draft, KNOWLEDGE).alerts
        loud = [(a.rule_id, a.message_en) for a in found if a.tier <= Tier.WARNING]
        assert loud == []


@pytest.mark.parametrize(
    ("weight", "dose"), [("10", "4"), ("14.2", "5.5"), ("26", "10"), ("60", "15"), ("1", None), (None, None)]
)
def test_a_childs_dose_goes_by_weight_is_rounded_down_and_never_passes_its_most(weight, dose) -> None:
    fever = next(s for s in SETS if s.code == "child-fever")
    got = fever.lines[0].dose_for(Decimal(weight) if weight else None)
    assert got == (Decimal(dose) if dose else None)


def test_sets_are_found_by_initials_names_and_codes_for_the_right_age() -> None:
    def codes(text: str, years: int | None = 40, *diagnoses: str) -> list[str]:
        return [s.code for s in KNOWLEDGE.prescription_sets.search(text, years, diagnoses)]

    assert codes("gxy") == ["hypertension"]
    assert codes("高血压") == ["hypertension"]
    assert codes("gout") == ["gout"]
    assert codes("I10") == ["hypertension"]
    assert codes("fr", 5) == ["child-fever"]
    assert codes("fr") == []
    assert codes("", 5) == ["child-fever", "child-cough", "child-diarrhoea"]
    assert codes("", 40, "M10.9")[0] == "gout"
    assert len(codes("", None)) == len(SETS)
