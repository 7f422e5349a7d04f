"""Finding drugs, diagnoses and allergens by typing a few letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.terminology.catalogue import differing, preselectable
from workstation.terminology.knowledge import load
from workstation.terminology.search import Match, PrefixIndex, normalise

KNOWLEDGE = load()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("amxl", "阿莫西林胶囊"),
        ("AMXLJN", "阿莫西林胶囊"),
        ("amoxilin", "阿莫西林胶囊"),
        ("amox", "阿莫西林胶囊"),
        ("阿莫", "阿莫西林胶囊"),
        ("D001", "阿莫西林胶囊"),
        ("J01CA04", "阿莫西林胶囊"),
        ("ａｍｘｌ", "阿莫西林胶囊"),
        ("mxsx", "盐酸莫西沙星片"),
        ("西沙星", "盐酸莫西沙星片"),
        ("gysmsbl", "枸橼酸莫沙必利片"),
        ("jysmsbl", "枸橼酸莫沙必利片"),
        ("ffds", "复方丹参滴丸"),
        ("succinate", "琥珀酸美托洛尔缓释片"),
        ("zsyplxlntzbtn", "注射用哌拉西林钠他唑巴坦钠"),
        ("rivarox", "利伐沙班片"),
        ("30", "门冬胰岛素30注射液"),
    ],
)
def test_a_drug_is_first_by_initials_pinyin_latin_code_or_name(text: str, first: str) -> None:
    assert KNOWLEDGE.drugs.search(text)[0].drug.name_zh == first


def test_all_initials_count_not_only_the_first_five() -> None:
    found = [h.drug.id for h in KNOWLEDGE.drugs.search("ZSYTBQ")]
    assert found == ["D014"]


def test_prefix_matches_come_before_matches_inside() -> None:
    matches = [h.match for h in KNOWLEDGE.drugs.search("xst", limit=20)]
    assert matches == sorted(matches)
    assert matches[0] is Match.EXACT
    assert matches[-1] is Match.INSIDE


def test_what_a_doctor_uses_most_comes_first_even_inside_a_name() -> None:
    plain = [h.drug.id for h in KNOWLEDGE.drugs.search("头孢")]
    loved = KNOWLEDGE.drugs.search("头孢", favourites={"D013": 40, "D010": 9, "gone": 3})
    assert [h.drug.id for h in loved][:2] == ["D013", "D010"]
    assert loved[0].uses == 40
    assert plain[0] != "D013"
    inside = KNOWLEDGE.drugs.search("洛尔", favourites={"D059": 2})
    assert inside[0].drug.id == "D059"


def test_no_more_than_the_limit_is_given_and_nothing_for_nothing() -> None:
    assert len(KNOWLEDGE.drugs.search("j", limit=9)) == 9
    assert KNOWLEDGE.drugs.search("   ") == []
    assert KNOWLEDGE.drugs.search("zzzzzz") == []


def test_several_words_must_all_fit() -> None:
    found = [h.drug.id for h in KNOWLEDGE.drugs.search("morphine tablet")]
    assert found == ["D136"]


def test_look_alikes_in_one_list_are_marked_where_they_differ_and_nothing_is_preselected() -> None:
    hits = KNOWLEDGE.drugs.search("头孢", limit=9)
    cefuroxime = next(h for h in hits if h.drug.id == "D008")
    assert [cefuroxime.drug.name_zh[a:b] for a, b in cefuroxime.differs] == ["呋辛"]
    assert "D007" in cefuroxime.lookalikes
    assert not preselectable(hits)


def test_one_of_a_pair_alone_is_not_marked() -> None:
    hits = KNOWLEDGE.drugs.search("tbfxz")
    assert [h.drug.id for h in hits] == ["D008"]
    assert not hits[0].lookalikes
    assert preselectable(hits)


def test_a_high_alert_drug_is_never_preselected() -> None:
    hits = KNOWLEDGE.drugs.search("dgx")
    assert hits[0].high_alert
    assert not preselectable(hits)


def test_the_differing_part_is_what_common_ends_leave() -> None:
    assert differing("阿糖胞苷", "阿糖腺苷") == [(2, 3)]
    assert differing("红霉素", "罗红霉素") == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("gxy", "高血压病"),
        ("I10", "高血压病"),
        ("shanghuxidao", "急性上呼吸道感染"),
        ("J189", "肺炎"),
        ("hyperten", "高血压病"),
        ("上感", "急性上呼吸道感染"),
        ("gxb", "冠状动脉粥样硬化性心脏病"),
    ],
)
def test_a_diagnosis_is_first_by_initials_code_pinyin_or_english(text: str, first: str) -> None:
    assert KNOWLEDGE.diagnoses.search(text)[0].diagnosis.name_zh == first


def test_common_diagnoses_come_before_rare_ones_and_favourites_before_both() -> None:
    assert KNOWLEDGE.diagnoses.search("肺炎")[0].diagnosis.code == "J18.9"
    loved = KNOWLEDGE.diagnoses.search("xin", favourites={"I21.9": 1, "I50.9": 3})
    assert loved[0].diagnosis.code == "I50.9"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("青霉素", "penicillins"),
        ("青霉素过敏", "penicillins"),
        ("Penicillin allergy", "penicillins"),
        ("头孢", "cephalosporins"),
        ("磺胺", "sulfonamides"),
        ("海鲜", "shellfish"),
        ("阿莫西林", "J01CA04"),
        ("造影剂", "iodinated-contrast"),
    ],
)
def test_an_allergy_in_words_is_recognised(text: str, code: str) -> None:
    found = KNOWLEDGE.allergens.named(text)
    assert found is not None
    assert found.code == code


def test_groups_come_before_single_ingredients() -> None:
    found = KNOWLEDGE.allergens.search("qms")
    assert found[0].code == "penicillins"
    assert any(a.kind == "ingredient" and a.group == "penicillins" for a in found)


WORDS = st.text("abcdefgh 头孢阿莫西林0123.", min_size=1, max_size=8)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=30), WORDS, st.integers(1, 9))
def test_the_index_finds_exactly_what_a_plain_search_finds(
    keys: list[list[str]], text: str, limit: int
) -> None:
    wanted = normalise(text)
    found = PrefixIndex(keys).search(text, limit)
    folded = [[normalise(k) for k in entry] for entry in keys]
    matching = {n for n, entry in enumerate(folded) if wanted and any(wanted in k for k in entry)}
    if len(text.split()) < 2:
        assert len(found) == min(limit, len(matching))
    assert {h.entry for h in found if h.match is not Match.INSIDE} == {
        h.entry for h in found if any(k.startswith(wanted) for k in folded[h.entry])
    }
    assert [h.match for h in found] == sorted(h.match for h in found)
    assert len({h.entry for h in found}) == len(found)
