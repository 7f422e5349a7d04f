"""Labels and tickets: small papers that people take home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from workstation.printing import preview
from workstation.printing.documents import Allergies, DispensingLabel, QueueTicket
from workstation.printing.render import render

LABEL_FIELDS = [
    "李小明", "67岁", "MZ20260117-0032", "过敏青霉素类（皮疹，2019年）", "阿托伐他汀钙片",
    "规格20mg×7片/盒", "数量2盒", "每次40mg（2片），口服，每晚1次", "用药时间睡前服用",
    "注意如出现肌肉疼痛请停药并就医", "拆零药品有效期至2026-02-16", "发药2026-01-17",
    "门诊药房010-55550120",
]  # fmt: skip


@pytest.mark.parametrize("size", ["60x40", "70x50"])
def test_label_says_all_that_section_33_asks_for(label: DispensingLabel, eyes: Any, size: Any) -> None:
    pdf = render(replace(label, size=size))
    width, height = size.split("x")
    assert preview.page_size(pdf) == pytest.approx((float(width), float(height)), abs=0.1)
    assert preview.page_count(pdf) == 1
    for text in LABEL_FIELDS:
        assert text in eyes.squeezed(pdf)


def test_label_with_much_to_say_goes_on_a_second_one_with_name_and_number(
    label: DispensingLabel, eyes: Any
) -> None:
    cautions = tuple(f"第{n}条：服药期间避免驾驶和高空作业，避免饮酒" for n in range(12))
    pdf = render(replace(label, size="60x40", cautions=cautions))
    pages = preview.page_count(pdf)
    assert pages > 1
    text = ""
    for page in range(pages):
        squeezed = eyes.squeezed(pdf, page)
        assert "李小明" in squeezed
        assert "MZ20260117-0032" in squeezed
        assert f"{page + 1}/{pages}" in squeezed
        text += squeezed
    assert all(f"第{n}条：" in text for n in range(12))


def test_no_allergy_is_lost_on_the_smallest_label(label: DispensingLabel, eyes: Any) -> None:
    allergens = [f"Allergen{n:02}" for n in range(60)]
    subject = replace(label.subject, allergies=Allergies(", ".join(allergens), known=True))
    pdf = render(replace(label, size="60x40", subject=subject))
    text = "".join(eyes.text(pdf, page) for page in range(preview.page_count(pdf)))
    assert all(allergen in text for allergen in allergens)
    for page in range(preview.page_count(pdf)):
        rule = max(stroke.top for stroke in eyes.strokes(pdf, page))
        assert rule == pytest.approx(eyes.place(pdf, "门诊药房", page).top, abs=1.0)
        assert "Allergen00" in eyes.text(pdf, page)


def test_label_without_allergy_record_says_not_recorded(label: DispensingLabel, eyes: Any) -> None:
    subject = replace(label.subject, allergies=Allergies())
    assert "过敏史未记录" in eyes.text(render(replace(label, subject=subject)))
    assert "Allergies not recorded" in eyes.text(render(replace(label, subject=subject, language="en")))


def test_directions_are_the_largest_words_on_the_label(label: DispensingLabel, eyes: Any) -> None:
    pdf = render(label)
    directions = eyes.place(pdf, "口服").height
    assert all(eyes.place(pdf, text).height < directions for text in ("阿托", "睡前", "门诊"))


def test_ticket_shows_its_number_large_and_only_a_masked_name(ticket: QueueTicket, eyes: Any) -> None:
    pdf = render(ticket)
    text = eyes.text(pdf)
    for expected in ("A032", "李*", "心内科门诊", "3 诊室", "欧阳建国", "5 人", "2026-01-17", "候诊号"):
        assert expected in text
    assert eyes.place(pdf, "A032").height > 3 * eyes.place(pdf, "诊室").height
    image = preview.page_image(pdf, dpi=203)
    picture = Image.frombuffer("RGB", (image.width, image.height), image.data, "raw", "BGRX", image.stride, 1)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["V2026011700032"]


def test_a_ticket_grows_with_its_words(ticket: QueueTicket, eyes: Any) -> None:
    pdf = render(replace(ticket, notice="请到二楼东侧候诊区等候。" * 20))
    assert preview.page_size(pdf)[1] > preview.page_size(render(ticket))[1]
    assert eyes.place(pdf, "打印").top > eyes.place(pdf, "V2026011700032").bottom


def test_english_ticket_has_english_wording(ticket: QueueTicket, eyes: Any) -> None:
    text = eyes.text(render(replace(ticket, language="en", synthetic=True)))
    for expected in ("Queue number", "Waiting before you", "Synthetic data"):
        assert expected in text
