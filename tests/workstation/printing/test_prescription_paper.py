"""The prescription form says all the law asks for, where the law asks for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from workstation.core import i18n
from workstation.printing import preview
from workstation.printing.barcode import OfflinePayload, read_payload
from workstation.printing.documents import Agent, Allergies, PrescriptionLine, PrescriptionPaper, Signer
from workstation.printing.render import render

TINT_SPOT = (60.0, 7.0)
BODY_TOP, BODY_BOTTOM = 60.0, 163.0

HEADER = [
    "青囊示范医院", "处方笺", "费别", "职工医保", "处方编号", "RX2026011700001", "姓名", "李小明", "性别",
    "男", "年龄", "67岁", "体重", "71 kg", "门诊号", "MZ20260117-0032", "科别", "心内科", "临床诊断",
    "高血压病3级（极高危）", "2型糖尿病", "开具日期", "2026-01-17", "有效期至", "2026-01-18", "过敏史",
    "青霉素类（皮疹，2019年）",
]  # fmt: skip
BODY = [
    "Rp.",
    "阿司匹林肠溶片",
    "片剂",
    "100 mg×30片/盒",
    "×1 盒",
    "用法用量",
    "剂量 100 mg",
    "口服",
    "每日1次",
    "30 天",
]
FOOTER = [
    "医师", "欧阳建国", "药品金额", "¥386.50", "审核药师", "陈铉", "调配药师", "赵敏", "核对药师", "孙丽",
    "发药药师", "周涛", "校验码 7F3A-92C1", "未启用可靠电子签名，须打印手签", "WS-0307", "第 1 页 共 1 页",
]  # fmt: skip


@pytest.fixture(scope="module")
def pdf(prescription: PrescriptionPaper) -> bytes:
    return render(prescription)


@pytest.mark.parametrize("text", HEADER)
def test_header_holds_each_legal_field(pdf: bytes, eyes: Any, text: str) -> None:
    assert eyes.place(pdf, text).bottom < BODY_TOP + 5


@pytest.mark.parametrize("text", BODY)
def test_body_holds_each_part_of_a_drug(pdf: bytes, eyes: Any, text: str) -> None:
    place = eyes.place(pdf, text)
    assert place.top > BODY_TOP - 5
    assert place.bottom < BODY_BOTTOM


@pytest.mark.parametrize("text", FOOTER)
def test_footer_holds_each_signature_and_the_amount(pdf: bytes, eyes: Any, text: str) -> None:
    assert eyes.place(pdf, text).top > BODY_BOTTOM


def test_page_is_a5(pdf: bytes) -> None:
    assert preview.page_size(pdf) == pytest.approx((148, 210), abs=0.1)


def test_every_line_has_its_own_row_in_order(pdf: bytes, eyes: Any, prescription: PrescriptionPaper) -> None:
    tops = [eyes.place(pdf, line.name).top for line in prescription.lines]
    assert tops == sorted(tops)
    assert all(b - a > 8 for a, b in pairwise(tops))


def test_inpatients_show_ward_and_bed(prescription: PrescriptionPaper, eyes: Any) -> None:
    inpatient = replace(prescription.subject, inpatient=True, number="ZY20260117")
    text = eyes.text(render(replace(prescription, subject=inpatient, place="心内一病区 12床")))
    assert "住院号" in text
    assert "病区床位" in text
    assert "12床" in text
    assert "门诊号" not in text


@pytest.mark.parametrize(
    ("rx_type", "label", "tint"),
    [
        ("ordinary", "", (255, 255, 255)),
        ("emergency", "急诊", (255, 243, 184)),
        ("paediatric", "儿科", (213, 239, 216)),
        ("narcotic", "麻、精一", (251, 211, 211)),
        ("psychotropic-2", "精二", (255, 255, 255)),
    ],
)
def test_type_shows_as_colour_and_as_a_word_at_the_top_right(
    prescription: PrescriptionPaper, eyes: Any, rx_type: Any, label: str, tint: tuple[int, int, int]
) -> None:
    pdf = render(replace(prescription, rx_type=rx_type))
    assert eyes.colour(pdf, *TINT_SPOT) == tint
    for word in ("急诊", "儿科", "麻、精一", "精二"):
        assert (word in eyes.text(pdf)) == (word == label)
    if label:
        place = eyes.place(pdf, label)
        assert place.left > 110
        assert place.bottom < 20


def test_narcotics_show_patient_and_collector_identity(prescription: PrescriptionPaper, eyes: Any) -> None:
    agent = Agent("110101195901017777", "李丽", "110101198501018888")
    text = eyes.text(render(replace(prescription, rx_type="narcotic", agent=agent)))
    for expected in (
        "患者身份证明编号",
        agent.patient_id,
        "代办人",
        agent.name,
        "代办人身份证明编号",
        agent.id,
    ):
        assert expected in text
    assert "代办人" not in eyes.text(render(replace(prescription, agent=agent)))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_slash_strikes_the_space_below_one_to_four_drugs(
    prescription: PrescriptionPaper, eyes: Any, count: int
) -> None:
    pdf = render(replace(prescription, lines=prescription.lines[:count]))
    (slash,) = eyes.slashes(pdf)
    assert slash.top > eyes.place(pdf, prescription.lines[count - 1].name).bottom
    assert slash.bottom == pytest.approx(BODY_BOTTOM, abs=1.5)


def test_a_full_page_has_no_slash(prescription: PrescriptionPaper, eyes: Any) -> None:
    reasons: list[str] = []
    full = render(prescription)
    while True:
        reasons.append(f"理由 {len(reasons)}")
        more = render(replace(prescription, reasons=tuple(reasons)))
        if preview.page_count(more) > 1:
            break
        full = more
    assert eyes.slashes(full) == []
    assert eyes.slashes(more, 0) == []
    assert len(eyes.slashes(more, 1)) == 1


def test_five_drugs_of_a_narcotic_form_with_long_diagnoses_fit_one_page(
    prescription: PrescriptionPaper,
) -> None:
    long = (
        "急性前壁ST段抬高型心肌梗死（Killip II级），冠状动脉支架植入术后",
        *prescription.diagnoses,
        "慢性肾脏病3期",
    )
    paper = replace(prescription, rx_type="narcotic", diagnoses=long)
    assert preview.page_count(render(paper)) == 1


def test_more_drugs_flow_on_and_every_page_says_whose_it_is(
    prescription: PrescriptionPaper, eyes: Any
) -> None:
    lines = tuple(
        replace(line, name=f"{line.name}{n}", group="") for n in range(3) for line in prescription.lines
    )
    pdf = render(replace(prescription, lines=lines))
    pages = preview.page_count(pdf)
    assert pages > 1
    for page in range(pages):
        text = eyes.text(pdf, page)
        for expected in (
            "李小明",
            "MZ20260117-0032",
            "青霉素类",
            "RX2026011700001",
            f"第 {page + 1} 页 共 {pages} 页",
        ):
            assert expected in text
    assert "接下页（第 2 页）" in eyes.text(pdf, 0)
    everything = "".join(eyes.squeezed(pdf, page) for page in range(pages))
    assert all(everything.count(line.name) == 1 for line in lines)


def test_an_infusion_stays_together(prescription: PrescriptionPaper, eyes: Any) -> None:
    single = replace(prescription.lines[0], note="餐后服用")
    lines = (*(replace(single, name=f"药品{n}") for n in range(5)), *prescription.lines[3:])
    pdf = render(replace(prescription, lines=lines))
    assert preview.page_count(pdf) == 2
    assert "0.9%氯化钠注射液" not in eyes.text(pdf, 0)
    assert "注射用头孢呋辛钠" in eyes.text(pdf, 1)


def test_very_long_diagnoses_and_directions_are_never_lost(
    prescription: PrescriptionPaper, eyes: Any
) -> None:
    diagnoses = tuple(f"ChronicDisease{n:02}" for n in range(60))
    note = "；".join(f"注意事项{n}" for n in range(200))
    lines = (replace(prescription.lines[0], note=note),)
    pdf = render(replace(prescription, diagnoses=diagnoses, lines=lines))
    text = "".join(eyes.squeezed(pdf, page) for page in range(preview.page_count(pdf)))
    assert all(diagnosis in text for diagnosis in diagnoses)
    assert "注意事项0；" in text
    assert "注意事项199" in text


def test_a_draft_cannot_be_mistaken_for_a_prescription(prescription: PrescriptionPaper, eyes: Any) -> None:
    pdf = render(replace(prescription, status="draft"))
    squeezed = eyes.squeezed(pdf)
    assert "草稿不可调配" in squeezed
    assert "DRAFT—donotdispense" in squeezed
    assert "草稿" not in eyes.text(render(prescription))
    assert _codes(pdf) == {"RX2026011700001"}


def test_reprints_and_long_term_forms_are_marked(prescription: PrescriptionPaper, eyes: Any) -> None:
    text = eyes.text(render(replace(prescription, reprint=2, long_term=True)))
    assert "补打 2" in text
    assert "长期处方" in text
    assert "补打" not in eyes.text(render(prescription))


def test_scanners_read_the_number_and_the_offline_payload(
    pdf: bytes, prescription: PrescriptionPaper
) -> None:
    codes = _codes(pdf)
    assert prescription.number in codes
    (square,) = codes - {prescription.number}
    assert read_payload(square) == OfflinePayload("RX2026011700001", "MZ20260117-0032", "0f" * 32)


def test_scanners_read_the_number_on_every_tint(prescription: PrescriptionPaper) -> None:
    for rx_type in ("emergency", "paediatric", "narcotic"):
        assert prescription.number in _codes(render(replace(prescription, rx_type=rx_type)))


def test_a_reliable_signature_replaces_the_request_to_sign_by_hand(
    prescription: PrescriptionPaper, eyes: Any
) -> None:
    text = eyes.text(render(replace(prescription, reliable_signature=True)))
    assert "须打印手签" not in text
    assert "已使用可靠电子签名" in text


def test_unknown_allergies_are_never_printed_as_none(prescription: PrescriptionPaper, eyes: Any) -> None:
    subject = replace(prescription.subject, allergies=Allergies())
    pdf = render(replace(prescription, subject=subject))
    assert eyes.place(pdf, "未记录").top == pytest.approx(eyes.place(pdf, "过敏史").top, abs=1.5)


def test_skin_tests_show_their_result_or_room_for_it(prescription: PrescriptionPaper, eyes: Any) -> None:
    assert "皮试（阴性）" in eyes.text(render(prescription))
    pending = (replace(prescription.lines[4], skin_test="", group=""),)
    text = eyes.squeezed(render(replace(prescription, lines=pending)))
    assert "皮试（）" in text
    assert "皮试" not in eyes.text(render(replace(prescription, lines=prescription.lines[:1])))


def test_reasons_and_second_signatures_are_printed(prescription: PrescriptionPaper, eyes: Any) -> None:
    line = replace(prescription.lines[0], overdose_reason="负荷剂量", overdose_signature="欧阳建国 09:24")
    reason = "用药超过7天的理由：慢性病病情稳定。"
    pdf = render(replace(prescription, lines=(line,), reasons=(reason,)))
    text = eyes.squeezed(pdf)
    assert "超常规剂量：负荷剂量" in text
    assert "医师再次签名：欧阳建国09:24" in text
    assert reason in text


def test_long_names_of_signers_stay_in_their_places(prescription: PrescriptionPaper, eyes: Any) -> None:
    long = Signer("古丽巴哈尔·阿不力米提·买买提", "2026-01-17 09:24")
    signers = replace(
        prescription.signers, prescriber=long, countersigner=Signer("林主任", "2026-01-17 09:26")
    )
    pdf = render(replace(prescription, signers=signers))
    assert eyes.place(pdf, "2026-01-17 09:24").bottom < eyes.place(pdf, "未启用可靠电子签名").top
    assert eyes.place(pdf, "古丽巴哈尔").right < eyes.place(pdf, "林主任").left


def test_a_trainee_is_countersigned_in_a_place_of_its_own(prescription: PrescriptionPaper, eyes: Any) -> None:
    signers = replace(prescription.signers, countersigner=Signer("林主任", "2026-01-17 09:26"))
    pdf = render(replace(prescription, signers=signers))
    assert eyes.place(pdf, "审签医师").left > eyes.place(pdf, "欧阳建国").right


@pytest.mark.parametrize(
    "name",
    [
        "李䶮",
        "㛃㛃",
        "陈𬭎",
        "买买提·阿不都热合曼",
        "Alexandrovskaya-Konstantinopolskaya, Maria Magdalena",
        "José Müller",
    ],
)
def test_names_of_all_kinds_are_printed_whole(prescription: PrescriptionPaper, eyes: Any, name: str) -> None:
    pdf = render(replace(prescription, subject=replace(prescription.subject, name=name)))
    assert "".join(name.split()) in eyes.squeezed(pdf)
    assert eyes.place(pdf, "性别").left > 50


def test_english_papers_are_english_whatever_the_screen_speaks(
    prescription: PrescriptionPaper, eyes: Any, stamp: Any
) -> None:
    line = PrescriptionLine(
        "aspirin",
        "enteric-coated tablet",
        "100 mg × 30 tablets",
        "× 1 box",
        "100 mg",
        "oral",
        "once daily",
        "30 days",
    )
    paper = replace(prescription, language="en", rx_type="narcotic", lines=(line,))
    before = i18n.language()
    try:
        i18n.set_language("zh_CN")
        in_chinese = render(paper)
        i18n.set_language("en")
        assert render(paper) == in_chinese
    finally:
        i18n.set_language(before)
    text = eyes.text(in_chinese)
    for expected in ("Prescription", "Name", "Outpatient no.", "Diagnosis", "Allergies", "DOSE 100 mg — oral",
                     "30 days", "Prescriber", "Reviewed by", "Dispensed by", "Page 1 of 1", "Psychotropic I",
                     "Reliable e-signature not enabled: sign by hand"):  # fmt: skip
        assert expected in text
    assert "姓名" not in text


def test_the_same_prescription_gives_the_same_bytes(prescription: PrescriptionPaper, pdf: bytes) -> None:
    assert render(prescription) == pdf
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(render, [prescription] * 8)) == {pdf}


def test_file_data_about_the_file_names_no_patient(pdf: bytes) -> None:
    head = pdf.decode("latin-1")
    assert "李小明".encode("utf-16-be").decode("latin-1") not in head
    assert "MZ20260117" not in head


def test_a_site_can_change_its_form(prescription: PrescriptionPaper, eyes: Any, tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[3] / "resources/print/prescription.toml").read_text("utf-8")
    (tmp_path / "prescription.toml").write_text(shipped.replace('"处方笺"', '"处方单"'), "utf-8")
    assert "处方单" in eyes.text(render(prescription, forms=tmp_path))


def _codes(pdf: bytes) -> set[str]:
    image = preview.page_image(pdf, dpi=300)
    picture = Image.frombuffer("RGB", (image.width, image.height), image.data, "raw", "BGRX", image.stride, 1)
    return {code.text for code in zxingcpp.read_barcodes(picture)}
