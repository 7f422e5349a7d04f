"""The outpatient record: every field of the norm, corrections that hide nothing, and any number of pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workstation.printing import preview
from workstation.printing.documents import Allergies, OutpatientRecordPaper, Section, Signer
from workstation.printing.render import render

FIELDS = [
    "青囊示范医院", "门诊病历", "初诊", "姓名", "李小明", "性别", "男", "年龄", "67岁", "出生日期",
    "1958-06-12", "民族", "汉族", "婚姻", "已婚", "职业", "退休", "工作单位", "第一机械厂", "住址",
    "东城区和平里 12 号", "药物过敏史", "青霉素类（皮疹，2019年）", "门诊号", "MZ20260117-0032", "就诊时间",
    "2026-01-17 09:05", "科别", "心内科", "主诉", "反复胸闷 3 天", "现病史", "既往史", "体格检查",
    "T 36.8 ℃", "辅助检查", "诊断", "不稳定型心绞痛", "处方", "1 周后复诊", "医师签名", "欧阳建国",
    "2026-01-17 09:24", "未启用可靠电子签名，须打印手签", "打印 2026-01-17 09:25", "操作员 王喆",
    "工作站 WS-0307", "校验码 7F3A-92C1", "第 1 页 共 1 页",
]  # fmt: skip


@pytest.fixture(scope="module")
def pdf(record: OutpatientRecordPaper) -> bytes:
    return render(record)


@pytest.mark.parametrize("text", FIELDS)
def test_record_shows_each_field_of_the_norm(pdf: bytes, eyes: Any, text: str) -> None:
    eyes.place(pdf, text)


def test_record_is_a4_and_reads_in_the_order_of_the_norm(pdf: bytes, eyes: Any) -> None:
    assert preview.page_size(pdf) == pytest.approx((210, 297), abs=0.2)
    order = [
        "就诊时间",
        "主诉",
        "现病史",
        "体格检查",
        "辅助检查",
        "不稳定型心绞痛",
        "处方",
        "医师签名",
        "更正与补充",
    ]
    tops = [eyes.place(pdf, text).top for text in order]
    assert tops == sorted(tops)


def test_powers_and_indices_can_be_copied_as_they_are(pdf: bytes, eyes: Any) -> None:
    assert "9.8×10⁹/L" in eyes.squeezed(pdf)
    assert "SpO₂" in eyes.squeezed(pdf)


def test_a_correction_keeps_the_original_readable_under_a_double_line(pdf: bytes, eyes: Any) -> None:
    text = eyes.text(pdf)
    assert text.count("口服氨氯地平 5 mg 每日1次。") == 2
    for expected in ("原文", "更正", "口服氨氯地平 5 mg 每日2次。", "家属带来药盒核对", "2026-01-17 14:02"):
        assert expected in text
    original = eyes.place(pdf, "原文")
    through = [
        s for s in eyes.strokes(pdf) if s.height < 1 and 30 < s.width < 80 and 0 < s.top - original.bottom < 6
    ]
    assert len(through) == 2


def test_follow_up_emergency_and_cosigned_records_say_so(record: OutpatientRecordPaper, eyes: Any) -> None:
    paper = replace(record, visit="follow-up", emergency=True, cosigner=Signer("林主任", "2026-01-17 10:00"))
    text = eyes.text(render(paper))
    for expected in ("急诊病历", "复诊", "上级医师审签", "林主任"):
        assert expected in text
    assert "初诊" not in text


def test_a_long_record_carries_name_number_and_page_on_each_of_two_hundred_pages(
    record: OutpatientRecordPaper, eyes: Any
) -> None:
    paragraph = "患者活动后出现胸骨后闷痛，含服硝酸甘油 0.5 mg 后缓解，自测血压 152/96 mmHg，无发热、咳嗽。"
    sections = tuple(Section(f"记录{n}", f"第{n}段起{paragraph * 20}") for n in range(350))
    pdf = render(replace(record, sections=sections))
    pages = preview.page_count(pdf)
    assert pages >= 200
    for page in (0, 1, pages // 2, pages - 1):
        text = eyes.text(pdf, page)
        for expected in (
            "李小明",
            "MZ20260117-0032",
            "青霉素类",
            f"第 {page + 1} 页 共 {pages} 页",
            "操作员 王喆",
        ):
            assert expected in text
        assert max(stroke.bottom for stroke in eyes.strokes(pdf, page)) < 290


def test_text_never_runs_into_the_footer(record: OutpatientRecordPaper, eyes: Any) -> None:
    pdf = render(replace(record, sections=tuple(Section(f"记录{n}", f"末行{n}\n" * 7) for n in range(20))))
    for page in range(preview.page_count(pdf)):
        foot = eyes.place(pdf, "打印", page)
        ends = [eyes.place(pdf, f"记录{n}", page) for n in range(20) if f"记录{n}\n" in eyes.text(pdf, page)]
        assert all(end.bottom < foot.top - 3 for end in ends)


def test_copies_have_room_for_the_seal_and_a_mark(record: OutpatientRecordPaper, eyes: Any) -> None:
    text = eyes.text(render(replace(record, copy=True, reprint=1, synthetic=True)))
    for expected in ("与原件一致（盖章）", "复印件", "补打 1", "模拟数据 非真实患者"):
        assert expected in text
    assert "与原件一致" not in eyes.text(render(record))


def test_an_unsigned_record_is_marked_as_a_draft(record: OutpatientRecordPaper, eyes: Any) -> None:
    assert "草稿未签名" in eyes.squeezed(render(replace(record, status="draft")))


def test_english_record_has_english_wording(record: OutpatientRecordPaper, eyes: Any) -> None:
    subject = replace(record.subject, allergies=Allergies())
    text = eyes.text(render(replace(record, language="en", subject=subject)))
    for expected in ("Outpatient record", "First visit", "Time of visit", "Diagnoses", "Plan and orders",
                     "Physician's signature", "Corrections and addenda", "Not recorded", "Page 1 of 1"):  # fmt: skip
        assert expected in text
    assert "门诊号" not in text
