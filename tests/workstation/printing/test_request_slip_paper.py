"""The laboratory request: who, why, what, and a number the laboratory can scan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from workstation.printing import preview
from workstation.printing.documents import Allergies, Signer, Stamp, Subject
from workstation.printing.documents_ward import RequestLine, RequestSlipPaper
from workstation.printing.render import render

WHO = Subject(
    "欧阳建国", "男", "67岁", "P26000123", inpatient=True, allergies=Allergies("青霉素类（皮疹）", known=True)
)
SLIP = RequestSlipPaper(
    "zh", "青囊示范医院", "JY26AAA000007", WHO, "1958-06-12", "ZY260315AAA001", "呼吸内科一病区", "12",
    ("社区获得性肺炎", "2型糖尿病"),
    (
        RequestLine("血常规", "静脉血", "紫头管", "urgent", specimens=("BB26AAA000031",), collected_by="陈洁",
                    collected_at="2026-03-17 06:12"),
        RequestLine("血糖", "静脉血", "灰头管", "urgent", fasting=True, note="禁食 8 小时后"),
        RequestLine("血气分析", "动脉血", "肝素注射器", "stat"),
    ),
    Signer("王敏", "2026-03-16 16:20"),
    Stamp("2026-03-17 09:25", "陈洁", "WS-0307"),
    "urgent",
    "发热第 3 天",
    "7F3A92C1",
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "青囊示范医院", "检验申请单", "加急", "欧阳建国", "67岁", "1958-06-12", "登记号 P26000123",
        "住院号 ZY260315AAA001",
        "呼吸内科一病区", "床号 12", "JY26AAA000007", "1. 社区获得性肺炎", "2. 2型糖尿病", "青霉素类（皮疹）",
        "发热第 3 天",
        "血常规", "紫头管", "标本号 BB26AAA000031", "采集 陈洁 2026-03-17 06:12", "空腹", "禁食 8 小时后", "急诊",
        "申请医师 王敏", "申请时间 2026-03-16 16:20", "接收者", "校验码 7F3A92C1", "第 1 页 共 1 页", "以下空白",
    ],
)  # fmt: skip
def test_the_slip_has_what_a_laboratory_asks_for(eyes: Any, text: str) -> None:
    assert text.replace(" ", "") in eyes.squeezed(render(SLIP))


def test_the_number_of_the_request_scans() -> None:
    image = preview.page_image(render(SLIP), dpi=300)
    picture = Image.frombuffer("RGB", (image.width, image.height), image.data, "raw", "BGRX", image.stride, 1)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["JY26AAA000007"]


def test_the_title_stays_clear_of_the_code(eyes: Any) -> None:
    pdf = render(
        replace(SLIP, language="en", institution="Qingnang Demonstration Hospital of Traditional Medicine")
    )
    assert eyes.place(pdf, "Laboratory").left > 10 + 36
    assert eyes.place(pdf, "Qingnang").left > 10 + 36


def test_an_outpatient_has_a_visit_and_a_department_but_no_bed(eyes: Any) -> None:
    paper = replace(SLIP, subject=replace(WHO, inpatient=False), visit_number="V26AAA001", bed="")
    text = eyes.squeezed(render(replace(paper, department="呼吸内科")))
    assert "就诊号V26AAA001" in text
    assert "科别呼吸内科" in text
    assert "床号" not in text


def test_forty_tests_have_their_patient_on_every_page(eyes: Any) -> None:
    tests = tuple(
        RequestLine(f"检验项目{n:02}", "静脉血", "黄头管", "urgent", note="备注") for n in range(40)
    )
    pdf = render(replace(SLIP, tests=tests, synthetic=True))
    pages = preview.page_count(pdf)
    assert pages > 1
    whole = ""
    for page in range(pages):
        text = eyes.text(pdf, page)
        for expected in ("欧阳建国", "P26000123", "ZY260315AAA001", "青霉素类", "申请医师", "模拟数据 非真实患者",
                         f"第 {page + 1} 页 共 {pages} 页"):  # fmt: skip
            assert expected in text
        whole += text
    assert all(f"检验项目{n:02}" in whole for n in range(40))


def test_a_long_history_of_allergies_is_all_there(eyes: Any) -> None:
    agents = "；".join(f"Allergen{n:03}" for n in range(120))
    pdf = render(replace(SLIP, subject=replace(WHO, allergies=Allergies(agents, known=True))))
    whole = "".join(eyes.squeezed(pdf, page) for page in range(preview.page_count(pdf)))
    assert all(f"Allergen{n:03}" in whole for n in range(120))


def test_a_cancelled_request_cannot_be_mistaken_for_one_that_stands(eyes: Any) -> None:
    text = eyes.text(render(replace(SLIP, cancelled=True, tests=(), reprint=1)))
    for expected in ("已撤销", "CANCELLED", "所申请的项目均已撤销", "补打 1"):
        assert expected in text


def test_an_english_slip_has_english_wording(eyes: Any) -> None:
    subject = replace(WHO, allergies=Allergies())
    text = eyes.text(render(replace(SLIP, language="en", subject=subject)))
    for expected in ("Laboratory request", "Urgent", "Inpatient no.", "Diagnoses", "Not recorded", "Tests", "Fasting",
                     "Specimen", "Requested by", "Collected by", "Received by", "Page 1 of 1"):  # fmt: skip
        assert expected in text
