"""Wristbands and labels of ward and laboratory: who it is, what must not be given, and a code that scans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from workstation.core.errors import UserError
from workstation.printing import preview
from workstation.printing.documents import Allergies, Subject
from workstation.printing.documents_ward import (
    BottleLabel,
    BottleLabels,
    BottleLine,
    TubeLabel,
    TubeLabels,
    WristbandPaper,
)
from workstation.printing.render import render

KNOWN = Allergies("青霉素类（皮疹，2019年）；头孢曲松", known=True)
WHO = Subject("欧阳建国", "男", "67岁", "ZY260315AAA001", inpatient=True, allergies=KNOWN)
BAND = WristbandPaper(
    "zh", "青囊示范医院", WHO, "1958-06-12", "P26000123", "呼吸内科", "呼吸内科一病区", "12", "2026-03-15",
    ("青霉素类", "头孢曲松"), "A 型 Rh 阳性",
)  # fmt: skip
SLOT = "YZ26AAA000012.G1.2603170800"
BOTTLE = BottleLabel(
    barcode=SLOT,
    subject=WHO,
    ward="呼吸内科一病区",
    bed="12",
    planned="2026-03-17 08:00",
    place=1,
    places=3,
    batch="第一批",
    lines=(
        BottleLine("0.9%氯化钠注射液", "100 mL/袋", "100 mL", "1 袋", solvent=True),
        BottleLine("氯化钾注射液", "10 mL:1 g/支", "1 g", "1 支", high_alert=True),
        BottleLine("注射用头孢呋辛钠", "0.75 g/瓶", "1.5 g", "2 瓶"),
    ),
    route="静脉滴注",
    frequency="每日2次",
    drip_rate="60 gtt/min",
    minutes="34",
    from_light=True,
    high_alert=True,
    skin_test="negative",
    note="观察注射部位",
)
TUBE = TubeLabel(
    "BB26AAA000031", replace(WHO, number="P26000123"), "呼吸内科一病区 12", "静脉血", "紫头管",
    ("血常规", "糖化血红蛋白"), "2026-03-17 06:00", ("青霉素类", "头孢曲松"), "stat",
)  # fmt: skip


def bottles(*labels: BottleLabel, language: Any = "zh") -> bytes:
    return render(BottleLabels(language, "青囊示范医院", labels))


def tubes(*labels: TubeLabel, language: Any = "zh") -> bytes:
    return render(TubeLabels(language, labels))


def scanned(pdf: bytes, page: int = 0, dpi: int = 203) -> list[tuple[str, str]]:
    image = preview.page_image(pdf, page, dpi=dpi)
    picture = Image.frombuffer("RGB", (image.width, image.height), image.data, "raw", "BGRX", image.stride, 1)
    return sorted((code.format.name, code.text) for code in zxingcpp.read_barcodes(picture))


def inverted(eyes: Any, pdf: bytes, words: str) -> bool:
    """Say whether the ground that a text stands on is black."""
    box = eyes.place(pdf, words)
    image = preview.page_image(pdf, dpi=203)
    x, y = (round(side / 25.4 * 203) for side in (box.left - 0.4, (box.top + box.bottom) / 2))
    return image.data[y * image.stride + x * 4] < 128


# Wristband


def test_a_wristband_identifies_twice_in_words_and_twice_for_a_scanner(eyes: Any) -> None:
    pdf = render(BAND)
    assert preview.page_size(pdf) == pytest.approx((280, 25), abs=0.1)
    text = eyes.text(pdf)
    for expected in ("欧阳建国", "男", "67岁", "1958-06-12 出生", "住院号 ZY260315AAA001", "登记号 P26000123",
                     "呼吸内科一病区", "12 床", "2026-03-15 入院",
                     "过敏 青霉素类、头孢曲松", "血型 A 型 Rh 阳性"):  # fmt: skip
        assert expected in text
    assert scanned(pdf) == [("Code128", "ZY260315AAA001"), ("QRCode", "ZY260315AAA001")]


def test_a_known_allergy_is_white_on_black_on_the_band(eyes: Any) -> None:
    known = render(BAND)
    assert inverted(eyes, known, "过敏 青")
    none = render(
        replace(BAND, agents=(), subject=replace(WHO, allergies=Allergies("无已知过敏", known=False)))
    )
    assert not inverted(eyes, none, "无已知过敏")


def test_a_band_never_takes_silence_for_no_allergy(eyes: Any) -> None:
    silent = replace(BAND, agents=(), subject=replace(WHO, allergies=Allergies()))
    assert "过敏史未记录" in eyes.text(render(silent))
    assert "Allergies not recorded" in eyes.text(render(replace(silent, language="en")))


def test_allergens_the_band_has_no_room_for_are_counted(eyes: Any) -> None:
    agents = tuple(f"Allergen{n:02} of long name" for n in range(40))
    pdf = render(replace(BAND, agents=agents, language="en"))
    text = " ".join(eyes.text(pdf).split())
    shown = sum(agent in text for agent in agents)
    assert 0 < shown < 40
    assert f"and {40 - shown} more allergies" in text
    assert eyes.place(pdf, "more allergies").bottom < 25


def test_the_small_band_has_the_square_alone(eyes: Any) -> None:
    pdf = render(replace(BAND, band="infant", subject=replace(WHO, name="李梅之女", age="3天")))
    assert preview.page_size(pdf)[0] < 200
    assert "李梅之女" in eyes.text(pdf)
    assert scanned(pdf) == [("QRCode", "ZY260315AAA001")]


def test_a_long_name_leaves_the_number_on_the_band(eyes: Any) -> None:
    name = "AL-RASHID MOHAMMED, Abdulrahman bin Khalid ibn Faisal al-Otaibi of the northern branch"
    pdf = render(replace(BAND, language="en", subject=replace(WHO, name=name)))
    assert name in " ".join(eyes.text(pdf).split())
    assert eyes.place(pdf, "Inpatient no.").bottom < 24


def test_a_reprinted_band_of_the_demo_says_both(eyes: Any) -> None:
    text = eyes.text(render(replace(BAND, reprint=2, synthetic=True)))
    assert "补打 2" in text
    assert "模拟数据" in text


# Infusion label

BOTTLE_FIELDS = [
    "12床", "欧阳建国", "男", "67岁", "住院号ZY260315AAA001", "呼吸内科一病区",
    "过敏青霉素类（皮疹，2019年）；头孢曲松",
    "2026-03-1708:00", "第1组共3组", "第一批", "高警示", "皮试(-)", "避光", "0.9%氯化钠注射液", "溶媒",
    "规格100mL/袋", "剂量100mL", "取1袋", "氯化钾注射液", "规格10mL:1g/支", "注射用头孢呋辛钠", "取2瓶", "静脉滴注",
    "每日2次", "滴速60gtt/min", "约34分钟", "备注观察注射部位", SLOT, "摆药", "调配", "核对", "执行", "青囊示范医院",
]  # fmt: skip


@pytest.mark.parametrize("text", BOTTLE_FIELDS)
def test_an_infusion_label_says_all_that_is_checked_at_the_bedside(eyes: Any, text: str) -> None:
    assert text in eyes.squeezed(bottles(BOTTLE))


def test_the_key_of_the_dose_scans_from_the_label() -> None:
    assert scanned(bottles(BOTTLE)) == [("Code128", SLOT)]


def test_a_key_too_long_for_bars_becomes_a_square() -> None:
    key = f"YZ26AAA000012{'9' * 60}.G1.2603170800"
    assert scanned(bottles(replace(BOTTLE, barcode=key)), dpi=300) == [("QRCode", key)]


def test_each_bottle_of_a_run_has_its_own_page(eyes: Any) -> None:
    other = replace(BOTTLE, barcode=SLOT.replace("0800", "1600"), planned="2026-03-17 16:00", place=2)
    pdf = bottles(BOTTLE, other)
    assert preview.page_count(pdf) == 2
    assert "2026-03-17 16:00" in eyes.text(pdf, 1)
    assert scanned(pdf, 1) == [("Code128", other.barcode)]


@pytest.mark.parametrize(
    ("state", "words", "alarming"),
    [
        ("required", "皮试未做", True),
        ("positive", "皮试 (+)", True),
        ("negative", "皮试 (-)", False),
        ("exempt", "免皮试", False),
    ],
)
def test_a_skin_test_that_bars_the_dose_is_white_on_black(
    eyes: Any, state: Any, words: str, alarming: bool
) -> None:
    pdf = bottles(replace(BOTTLE, skin_test=state))
    assert inverted(eyes, pdf, words) is alarming


def test_many_drugs_of_long_names_go_on_a_second_label_of_the_same_patient(eyes: Any) -> None:
    lines = tuple(
        BottleLine(
            f"注射用重组人血管内皮抑制素冻干粉针特殊包装规格第{n}种", "15 mg:240 万单位/支", "15 mg", "1 支"
        )
        for n in range(9)
    )
    pdf = bottles(replace(BOTTLE, lines=lines))
    pages = preview.page_count(pdf)
    assert pages > 1
    whole = ""
    for page in range(pages):
        squeezed = eyes.squeezed(pdf, page)
        for expected in ("欧阳建国", "ZY260315AAA001", "过敏青霉素类", SLOT, f"{page + 1}/{pages}", "核对"):
            assert expected in squeezed
        assert scanned(pdf, page) == [("Code128", SLOT)]
        whole += squeezed
    assert all(f"第{n}种" in whole for n in range(9))


def test_no_text_of_a_label_runs_into_the_code(eyes: Any) -> None:
    pdf = bottles(replace(BOTTLE, lines=BOTTLE.lines * 2))
    for page in range(preview.page_count(pdf)):
        code = eyes.place(pdf, SLOT, page).top - 8
        text = eyes.text(pdf, page)
        last = "观察注射部位" if "观察注射部位" in text else "取"
        assert eyes.place(pdf, last, page).bottom < code


def test_a_rare_character_of_a_name_is_drawn_or_named_before_ink(eyes: Any) -> None:
    assert "䶮𬭎" in eyes.text(bottles(replace(BOTTLE, subject=replace(WHO, name="䶮𬭎"))))
    strange = replace(BOTTLE, subject=replace(WHO, name="王\U0003d0a1"))
    with pytest.raises(UserError, match=r"U\+3D0A1"):
        bottles(strange)
    run = BottleLabels("zh", "青囊示范医院", (strange,))
    assert "〔U+3D0A1〕" in eyes.text(render(run, allow_codes=True))


def test_an_english_label_has_english_wording(eyes: Any) -> None:
    text = eyes.text(bottles(replace(BOTTLE, reprint=1, synthetic=True), language="en"))
    for expected in ("Bed 12", "Inpatient no.", "ALLERGY", "Infusion 1 of 3", "High alert", "Protect from light",
                     "Skin test (-)", "Diluent", "Rate 60 gtt/min", "about 34 min", "Laid out", "Prepared",
                     "Checked", "Given", "Reprint 1", "Synthetic data"):  # fmt: skip
        assert expected in text


# Specimen label


def test_a_tube_says_whose_it_is_and_what_for(eyes: Any) -> None:
    pdf = tubes(TUBE)
    assert preview.page_count(pdf) == 1
    assert preview.page_size(pdf) == pytest.approx((50, 30), abs=0.1)
    text = eyes.text(pdf)
    for expected in ("欧阳建国", "男", "67岁", "登记号 P26000123", "呼吸内科一病区 12", "急诊", "BB26AAA000031",
                     "2026-03-17 06:00", "血常规、糖化血红蛋白", "静脉血", "紫头管",
                     "过敏 青霉素类、头孢曲松"):  # fmt: skip
        assert expected in text
    assert scanned(pdf) == [("Code128", "BB26AAA000031")]
    assert inverted(eyes, pdf, "过敏 青")


def test_many_allergies_leave_a_tube_its_one_label_with_their_count(eyes: Any) -> None:
    pdf = tubes(replace(TUBE, agents=tuple(f"某某类药物{n}" for n in range(12)), reprint=1))
    assert preview.page_count(pdf) == 1
    assert "过敏 12 项，见病历" in eyes.text(pdf)
    assert "补打 1" in eyes.text(pdf)


def test_no_test_of_a_tube_is_lost(eyes: Any) -> None:
    tests = tuple(f"检验项目{n:02}" for n in range(24))
    pdf = tubes(replace(TUBE, tests=tests))
    whole = "".join(eyes.squeezed(pdf, page) for page in range(preview.page_count(pdf)))
    assert all(test in whole for test in tests)
    for page in range(preview.page_count(pdf)):
        assert "P26000123" in eyes.text(pdf, page)
        assert scanned(pdf, page) == [("Code128", "BB26AAA000031")]


def test_an_english_tube_label_has_english_wording(eyes: Any) -> None:
    subject = replace(TUBE.subject, allergies=Allergies())
    text = eyes.text(tubes(replace(TUBE, subject=subject, agents=(), urgency="urgent"), language="en"))
    for expected in ("Patient no. P26000123", "Urgent", "Allergies not recorded"):
        assert expected in text
