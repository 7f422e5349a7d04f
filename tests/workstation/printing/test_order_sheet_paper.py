"""Order sheets: the columns of the Record Writing Norm, groups kept whole, nothing erased, every page headed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workstation.printing import preview
from workstation.printing.documents import Allergies, Signer, Stamp, Subject
from workstation.printing.documents_ward import OrderEntry, OrderSheetPaper
from workstation.printing.render import render

WHO = Subject(
    "欧阳建国",
    "男",
    "67岁",
    "ZY260315AAA001",
    inpatient=True,
    allergies=Allergies("青霉素类（皮疹）", known=True),
)


def order(content: str, **more: Any) -> OrderEntry:
    given = {
        "start": "2026-03-15 08:05",
        "doctor": "王敏",
        "executed_at": "2026-03-15 08:31",
        "nurse": "陈洁",
    }
    return OrderEntry(**({"content": content, **given} | more))


GROUP = (
    order("0.9%氯化钠注射液 — 100 mL/袋 — 剂量 100 mL — 静脉滴注 — 每日2次", group="first"),
    order("氯化钾注射液 — 10 mL:1 g/支 — 剂量 1 g — 静脉滴注 — 每日2次", group="middle"),
    order("注射用头孢呋辛钠 — 0.75 g/瓶 — 剂量 1.5 g — 静脉滴注 — 每日2次", group="last", skin_test="(-)"),
)
SHEET = OrderSheetPaper(
    "zh", "青囊示范医院", "long-term", WHO, "呼吸内科", "呼吸内科一病区", "12", "2026-03-15",
    (
        order("一级护理"),
        *GROUP,
        order("呋塞米片 — 20 mg/片 — 剂量 20 mg — 口服 — 每日1次", stop="2026-03-16 10:00", stop_doctor="李强",
              stop_nurse="周济"),
    ),
    Stamp("2026-03-17 09:25", "陈洁", "WS-0307"),
)  # fmt: skip


def pages_of(pdf: bytes) -> range:
    return range(preview.page_count(pdf))


@pytest.mark.parametrize(
    "text",
    [
        "青囊示范医院", "长期医嘱单", "欧阳建国", "67岁", "住院病历号 ZY260315AAA001", "科别 呼吸内科",
        "呼吸内科一病区", "床号 12", "入院日期 2026-03-15", "过敏史 青霉素类（皮疹）", "开始", "停止", "医嘱内容",
        "医师签名", "执行时间", "护士签名", "一级护理", "王敏", "陈洁", "2026-03-16", "10:00", "李强", "周济",
        "皮试 (-)",
        "未启用可靠电子签名，须打印手签", "打印 2026-03-17 09:25", "第 1 页 共 1 页", "以下空白",
    ],
)  # fmt: skip
def test_the_long_term_sheet_has_each_field_of_the_norm(eyes: Any, text: str) -> None:
    assert text.replace(" ", "") in eyes.squeezed(render(SHEET))


def test_an_order_reads_from_its_beginning_to_its_end_in_one_line(eyes: Any) -> None:
    pdf = render(SHEET)
    places = [eyes.place(pdf, text) for text in ("呋塞米片", "2026-03-16", "李强", "周济")]
    assert [p.left for p in places] == sorted(p.left for p in places)
    assert max(p.top for p in places) - min(p.top for p in places) < 1.5


def test_the_stat_sheet_has_no_columns_for_a_stop(eyes: Any) -> None:
    text = eyes.text(render(replace(SHEET, term="stat", entries=(order("呋塞米注射液"),))))
    assert "临时医嘱单" in text
    assert "停止" not in text


def test_what_was_taken_back_stays_readable_under_a_red_word_and_a_name(eyes: Any) -> None:
    void = order("盐酸氨溴索片", void=Signer("李强", "2026-03-15 09:00"))
    pdf = render(replace(SHEET, entries=(void, order("一级护理"))))
    text = eyes.text(pdf)
    assert "盐酸氨溴索片" in text
    assert "李强" in text
    assert "2026-03-15 09:00" in text
    word = eyes.place(pdf, "取消")
    image = preview.page_image(pdf, dpi=300)
    rows = range(round(word.top / 25.4 * 300), round(word.bottom / 25.4 * 300))
    cells = range(round(word.left / 25.4 * 300), round(word.right / 25.4 * 300))
    inks = {
        (image.data[i + 2] - image.data[i + 1] > 120, image.data[i + 2] > 120)
        for y in rows
        for x in cells
        for i in (y * image.stride + x * 4,)
    }
    assert (True, True) in inks, "the word is red"
    assert (False, False) not in inks, "and nothing of it is black"


def test_an_order_nobody_needed_says_so(eyes: Any) -> None:
    entry = order("对乙酰氨基酚片", executed_at="", nurse="", remark="未用")
    assert "未用" in eyes.text(render(replace(SHEET, term="stat", entries=(entry,))))


def ticks(eyes: Any, pdf: bytes) -> list[Any]:
    return [s for s in eyes.strokes(pdf) if 1.5 < s.width < 2.5 and s.height < 1]


def test_a_bracket_ties_the_orders_of_a_group(eyes: Any) -> None:
    pdf = render(SHEET)
    first, last = eyes.place(pdf, "0.9%氯化钠注射液"), eyes.place(pdf, "皮试")
    alone = render(replace(SHEET, entries=tuple(replace(e, group="", skin_test="") for e in SHEET.entries)))
    assert ticks(eyes, alone) == []
    opening, closing = ticks(eyes, pdf)
    assert first.top - 0.5 < opening.top < first.bottom
    assert last.top - 0.5 < closing.top < last.bottom


def test_forty_orders_have_their_head_on_every_page_and_are_all_there(eyes: Any) -> None:
    entries = tuple(order(f"第{n:02}条医嘱 — 20 mg×7片/盒 — 剂量 40 mg — 口服 — 每晚1次") for n in range(40))
    pdf = render(replace(SHEET, entries=entries, reprint=1, synthetic=True))
    pages = pages_of(pdf)
    assert len(pages) == 3
    whole = ""
    for page in pages:
        text = eyes.text(pdf, page)
        for expected in ("长期医嘱单", "欧阳建国", "ZY260315AAA001", "青霉素类", "医嘱内容", "补打 1",
                         "模拟数据 非真实患者", f"第 {page + 1} 页 共 {len(pages)} 页"):  # fmt: skip
            assert expected in text
        assert max(stroke.bottom for stroke in eyes.strokes(pdf, page)) < 290
        whole += text
    assert all(whole.count(f"第{n:02}条") == 1 for n in range(40))
    assert "续第 2 页" in eyes.text(pdf, 0)
    assert "以下空白" in eyes.text(pdf, len(pages) - 1)


@pytest.mark.parametrize("before", range(14, 24))
def test_no_page_parts_a_group(eyes: Any, before: int) -> None:
    entries = (*(order(f"第{n:02}条医嘱") for n in range(before)), *GROUP)
    pdf = render(replace(SHEET, entries=entries))
    for page in pages_of(pdf):
        text = eyes.text(pdf, page)
        assert len({name in text for name in ("0.9%氯化钠注射液", "氯化钾注射液", "注射用头孢呋辛钠")}) == 1


def test_an_order_longer_than_a_page_goes_on_on_the_next(eyes: Any) -> None:
    words = "".join(f"第{n:03}项护理要求说明；" for n in range(260))
    pdf = render(replace(SHEET, entries=(order(words),)))
    assert len(pages_of(pdf)) > 1
    whole = "".join(eyes.squeezed(pdf, page) for page in pages_of(pdf))
    assert all(f"第{n:03}项" in whole for n in range(260))


def test_a_dose_is_never_parted_from_its_unit(eyes: Any) -> None:
    name = "注射用重组人血管内皮抑制素（特殊包装）冻干粉针剂型长名称药品"
    pdf = render(replace(SHEET, entries=(order(f"{name} — 15 mg/支 — 剂量 7.5 mg — 静脉滴注 — 每日1次"),)))
    assert "7.5 mg" in eyes.text(pdf)
    assert name in eyes.squeezed(pdf)


def test_a_sheet_without_orders_says_so(eyes: Any) -> None:
    assert "本单无医嘱" in eyes.text(render(replace(SHEET, entries=())))


def test_an_english_sheet_has_english_wording(eyes: Any) -> None:
    subject = replace(WHO, allergies=Allergies())
    void = order("ambroxol", void=Signer("LI Qiang", "2026-03-15 09:00"))
    text = eyes.text(render(replace(SHEET, language="en", subject=subject, entries=(void,))))
    for expected in ("Long-term orders", "Inpatient record no.", "Begin", "Stop", "Carried out", "VOID",
                     "Not recorded", "Page 1 of 1", "Nothing below"):  # fmt: skip
        assert expected in text
