"""The four allergy states, said alike in the banner and in the summary pane."""

from __future__ import annotations

import pytest

from ui.app.banner import of_summary
from ui.pages.outpatient_parts.summary_pane import allergy_state
from ui.widgets.banner import allergy_chips
from workstation.chart.allergies import Allergies, Allergy, AllergyState
from workstation.chart.people import Person
from workstation.chart.summary import Summary
from workstation.core.i18n import set_language

WANG = Person("p1", "欧阳建国", "male", "1958-03-09", "67 岁", "M1")


def known(**more: str) -> Allergies:
    return Allergies(AllergyState.KNOWN, (Allergy("a1", "青霉素类", "s", "c", True, **more),))


SAID = {
    "known": (
        known(reaction="过敏性休克", since="2019"),
        "allergy",
        "过敏 青霉素类 — 过敏性休克 (2019)",
        "Allergy 青霉素类 — 过敏性休克 (2019)",
    ),
    "known since it was recorded": (
        known(reaction="皮疹", recorded_on="2021-04-05"),
        "allergy",
        "过敏 青霉素类 — 皮疹 (2021)",
        "Allergy 青霉素类 — 皮疹 (2021)",
    ),
    "known by its agent alone": (
        known(),
        "allergy",
        "过敏 青霉素类 — 反应未记录 (年份未记录)",
        "Allergy 青霉素类 — reaction not recorded (year not recorded)",
    ),
    "none": (
        Allergies(AllergyState.NONE, (), "王敏", "2025-04-17"),
        "done",
        "无已知过敏 2025-04-17 王敏",
        "No known allergy 17-Apr-2025 王敏",
    ),
    "not recorded": (
        Allergies(AllergyState.UNRECORDED),
        "caution",
        "过敏史未记录",
        "Allergies not recorded",
    ),
    "unavailable": (
        Allergies(AllergyState.UNAVAILABLE),
        "not_checked",
        "过敏信息不可用",
        "Allergies unavailable",
    ),
}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("case", SAID)
def test_banner_and_summary_say_an_allergy_state_alike(case: str, language: str) -> None:
    allergies, state, *words = SAID[case]
    set_language(language)
    said = words[0] if language == "zh_CN" else words[1]
    (chip,) = allergy_chips(of_summary(Summary(WANG, allergies)))
    assert chip == (state, said, state == "allergy")
    (badge,) = allergy_state(allergies)
    assert (badge.state, badge.text) == (state, said)
