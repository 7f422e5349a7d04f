"""The knowledge files are complete, consistent with each other, and fit to be shown."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest

from workstation.core.errors import Unavailable
from workstation.terminology.doses import Regimen, medication_line, parse_dose, plain, strength_text
from workstation.terminology.knowledge import load, search_phrases
from workstation.terminology.model import Drug, FrequencyKind
from workstation.terminology.quantity import dose_in, supply

KNOWLEDGE = load()
SECTIONS = ["chief-complaint", "present-illness", "past-history", "examination", "auxiliary", "plan"]
BANNED = re.compile(
    r"(?<![A-Za-z])(U|IU|QD|QOD|MS|MSO4|MgSO4|cc|HS|SC|SQ|OD|OS|OU|x\d+d)(?![A-Za-z])|µg|μg|[<>]|\d\.0(?!\d)|(?<![\d.])\.\d"
)


def test_the_files_hold_what_the_seed_promised() -> None:
    counts = {
        "drugs": len(KNOWLEDGE.drugs),
        "interactions": len(KNOWLEDGE.interactions),
        "rules": len(KNOWLEDGE.rules),
        "ethnic groups": len(KNOWLEDGE.ethnic_groups),
    }
    assert counts == {"drugs": 195, "interactions": 130, "rules": 117, "ethnic groups": 56}
    assert len(KNOWLEDGE.diagnoses) >= 600
    assert len(KNOWLEDGE.note_templates) >= 10


def test_every_knowledge_file_is_in_the_manifest_and_waits_for_the_site_to_confirm_it() -> None:
    folder = Path(str(resources.files("resources") / "knowledge"))
    found = (f for f in folder.rglob("*") if f.suffix in (".csv", ".toml"))
    files = {f.relative_to(folder).as_posix() for f in found} - {"manifest.toml"}
    assert files == set(KNOWLEDGE.manifest)
    assert not any(info.confirmed for info in KNOWLEDGE.manifest.values())
    assert max(i.date for i in KNOWLEDGE.manifest.values()).isoformat() == KNOWLEDGE.version


@pytest.mark.parametrize("drug", list(KNOWLEDGE.drugs), ids=lambda d: d.id)
def test_every_regimen_of_a_drug_can_be_supplied_stays_within_its_label_and_reads_well(drug: Drug) -> None:
    templates = KNOWLEDGE.templates(drug.id)
    assert 1 <= len(templates) <= 4
    assert [t.rank for t in templates] == list(range(1, len(templates) + 1))
    for template in templates:
        frequency = KNOWLEDGE.frequencies.get(template.frequency)
        route = KNOWLEDGE.routes.get(template.route)
        given = supply(drug, template.dose, template.unit, frequency, template.days, KNOWLEDGE.units)
        assert given.needed > 0
        assert given.handed_out >= given.needed
        if drug.max_daily:
            day = template.dose * Decimal(max(Fraction(1), frequency.per_day).numerator)
            assert dose_in(drug, day, template.unit, drug.max_unit, KNOWLEDGE.units) <= drug.max_daily
        regimen = Regimen(template.dose, template.unit, route, frequency, template.days)
        for tongue in ("zh_CN", "en"):
            shown = medication_line(drug, regimen, KNOWLEDGE.units, tongue).plain
            assert not BANNED.search(shown), shown


@pytest.mark.parametrize("drug", list(KNOWLEDGE.drugs), ids=lambda d: d.id)
def test_every_code_a_drug_uses_is_known(drug: Drug) -> None:
    assert KNOWLEDGE.routes.get(drug.route)
    assert KNOWLEDGE.frequencies.get(drug.frequency)
    assert KNOWLEDGE.units.get(drug.strength_unit)
    assert not drug.allergy_group or KNOWLEDGE.allergens.get(drug.allergy_group)
    assert drug.control_class in ("", "narcotic", "psychotropic-1", "psychotropic-2")
    assert drug.antibacterial_grade in ("", "unrestricted", "restricted", "special")
    assert drug.skin_test in ("", "required", "by-label")
    assert drug.price > 0
    assert drug.price_is_synthetic
    for tongue in ("zh_CN", "en"):
        assert strength_text(drug, KNOWLEDGE.units, tongue)


def _shown_texts() -> Iterator[str]:
    for rule in KNOWLEDGE.rules.values():
        yield from (
            rule.title_zh,
            rule.title_en,
            rule.message_zh,
            rule.message_en,
            rule.basis_zh,
            rule.basis_en,
        )
    for row in KNOWLEDGE.interactions:
        yield from (row.a_zh, row.a_en, row.b_zh, row.b_en)
        yield from (row.effect_zh, row.effect_en, row.management_zh, row.management_en)
    for frequency in KNOWLEDGE.frequencies:
        yield from (frequency.name_zh, frequency.name_en)
    for route in KNOWLEDGE.routes:
        yield from (route.name_zh, route.name_en)
    for test in KNOWLEDGE.skin_tests.values():
        yield from (test.concentration_zh, test.concentration_en, test.positive_zh, test.positive_en)
    for drug in KNOWLEDGE.drugs:
        yield from (drug.name_zh, drug.name_en, drug.strength_zh, drug.strength_en)


def test_no_shown_text_uses_a_banned_abbreviation_or_a_naked_decimal() -> None:
    assert [text for text in _shown_texts() if BANNED.search(text)] == []


def test_every_text_exists_in_both_languages() -> None:
    for row in KNOWLEDGE.interactions:
        assert row.effect_zh
        assert row.effect_en
        assert row.management_en
    for info in KNOWLEDGE.manifest.values():
        assert info.title_zh
        assert info.title_en
        assert info.source_en
    assert all(d.name_en and d.name_zh and d.pinyin and d.initials for d in KNOWLEDGE.diagnoses)


def test_diagnoses_are_named_once_and_coded_by_who_icd_10() -> None:
    names = [d.name_zh for d in KNOWLEDGE.diagnoses]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Z]\d\d(\.\d)?", d.code) for d in KNOWLEDGE.diagnoses)


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("霍乱", "A"),
        ("肺结核", "B"),
        ("肺炭疽", "B-as-A"),
        ("手足口病", "C"),
        ("陈旧性肺结核", ""),
        ("乙型肝炎病毒携带者", ""),
        ("荨麻疹", ""),
    ],
)
def test_notifiable_diseases_carry_their_class_and_their_lookalikes_none(name: str, reported: str) -> None:
    found = next(d for d in KNOWLEDGE.diagnoses if d.name_zh == name)
    assert found.notifiable == reported


def test_note_templates_have_the_six_sections_in_order_in_both_languages() -> None:
    for template in KNOWLEDGE.note_templates:
        assert [code for code, _ in template.sections_zh] == SECTIONS
        assert [code for code, _ in template.sections_en] == SECTIONS
        assert KNOWLEDGE.diagnoses.get(template.diagnosis)


def test_phrases_are_found_by_mnemonic_first_and_by_their_words() -> None:
    assert search_phrases(KNOWLEDGE, "sfq")[0].text_zh.startswith("双肺呼吸音清")
    mnemonics = [p.mnemonic for p in KNOWLEDGE.phrases]
    assert len(mnemonics) == len(set(mnemonics))


def test_cross_reactivity_names_groups_that_exist() -> None:
    for allergen in KNOWLEDGE.allergens:
        for cross in allergen.cross:
            assert KNOWLEDGE.allergens.get(cross.group), allergen.code


def test_units_are_read_from_any_usual_spelling() -> None:
    spelled = {
        "mcg": "μg",
        "µg": "μg",
        "IU": "IU",
        "单位": "IU",
        "万单位": "万U",
        "ML": "ml",
        "tab": "片",
        "粒": "粒",
    }
    assert {text: parse_dose(f"1{text}", KNOWLEDGE.units).unit for text in spelled} == spelled


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tid", "tid"),
        ("TID", "tid"),
        ("每日3次", "tid"),
        ("每日 3 次", "tid"),
        ("一日三次", "tid"),
        ("３次／日", "tid"),
        ("1-1-1", "tid"),
        ("1-0-1", "bid"),
        ("three times a day", "tid"),
        ("q8h", "q8h"),
        ("每8小时", "q8h"),
        ("每八小时一次", "q8h"),
        ("隔日", "qod"),
        ("qpm", "qn"),
        ("必要时", "prn"),
        ("stat", "st"),
    ],
)
def test_a_frequency_is_read_from_any_usual_spelling(text: str, code: str) -> None:
    found = KNOWLEDGE.frequencies.parse(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["", "xyz", "每日", "2-2-2", "99次/日"])
def test_what_is_no_frequency_is_none(text: str) -> None:
    assert KNOWLEDGE.frequencies.parse(text) is None


def test_frequencies_know_how_often_a_day_they_are() -> None:
    daily = {f.code: f.per_day for f in KNOWLEDGE.frequencies if f.kind is FrequencyKind.REGULAR}
    assert (daily["qod"], daily["qw"], daily["biw"], daily["q72h"]) == (
        Fraction(1, 2),
        Fraction(1, 7),
        Fraction(2, 7),
        Fraction(1, 3),
    )
    assert (daily["q8h"], daily["tid"], daily["q1h"]) == (3, 3, 24)


@pytest.mark.parametrize(
    ("text", "code"),
    [("po", "po"), ("口服", "po"), ("静滴", "ivgtt"), ("iv gtt", "ivgtt"), ("ih", "sc"), ("雾化", "neb")],
)
def test_a_route_is_read_from_any_usual_spelling(text: str, code: str) -> None:
    found = KNOWLEDGE.routes.parse(text)
    assert found is not None
    assert found.code == code


def test_names_in_words_never_fall_back_to_codes() -> None:
    for frequency in KNOWLEDGE.frequencies:
        assert frequency.display("zh_CN") != frequency.code
        assert frequency.display("en") != frequency.code
    assert all(r.display("en") != r.code for r in KNOWLEDGE.routes)


def test_a_broken_site_file_is_named_and_nothing_else_fails(tmp_path: Path) -> None:
    (tmp_path / "routes.toml").write_text("this is not toml =", "utf-8")
    site = load(tmp_path)
    with pytest.raises(Unavailable, match=r"routes\.toml"):
        site.routes.get("po")
    assert site.frequencies.get("tid").code == "tid"


def test_loading_is_lazy_and_needs_no_pinyin_dictionary() -> None:
    program = (
        "import sys; from workstation.terminology.knowledge import load; k = load();"
        "assert 'pypinyin' not in sys.modules; k.drugs.search('amxl'); assert 'pypinyin' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])


def test_plain_text_of_a_line_has_no_joiners() -> None:
    assert plain("每\u2060日\u00a03\u00a0次") == "每日 3 次"
