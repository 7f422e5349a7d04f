"""Papers for the tests, and eyes to read them with: text, places in millimetres, pixels and strokes."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from workstation.printing.documents import (
    Addendum,
    Allergies,
    DispensingLabel,
    FrontPage,
    OutpatientRecordPaper,
    PrescriptionLine,
    PrescriptionPaper,
    PrescriptionSigners,
    QueueTicket,
    Section,
    Signer,
    Stamp,
    Subject,
)
from workstation.printing.preview import page_image, page_text

MM = 25.4 / 72


@dataclass(frozen=True)
class Box:
    """A place on a page in millimetres from its top left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Eyes:
    """Reads a printed page."""

    def text(self, pdf: bytes, page: int = 0) -> str:
        return page_text(pdf, page).replace("\r\n", "\n")

    def squeezed(self, pdf: bytes, page: int = 0) -> str:
        """Give the text without spaces and line ends, so that a wrapped value is found whole."""
        return "".join(self.text(pdf, page).split())

    def place(self, pdf: bytes, text: str, page: int = 0) -> Box:
        document = pypdfium2.PdfDocument(pdf)
        sheet = document[page]
        height = sheet.get_height()
        reader = sheet.get_textpage()
        found = reader.search(text, match_case=True).get_next()
        assert found, f"{text!r} is not on page {page + 1}"
        boxes = [reader.get_charbox(found[0] + n) for n in range(found[1])]
        document.close()
        return Box(
            min(b[0] for b in boxes) * MM,
            (height - max(b[3] for b in boxes)) * MM,
            max(b[2] for b in boxes) * MM,
            (height - min(b[1] for b in boxes)) * MM,
        )

    def strokes(self, pdf: bytes, page: int = 0) -> list[Box]:
        """Give the extent of every line that is drawn, not filled."""
        document = pypdfium2.PdfDocument(pdf)
        sheet = document[page]
        height = sheet.get_height()
        boxes = []
        for item in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            pdfium.FPDFPath_GetDrawMode(item.raw, fill, stroke)
            left, bottom, right, top = item.get_bounds()
            if stroke.value and not fill.value:
                boxes.append(Box(left * MM, (height - top) * MM, right * MM, (height - bottom) * MM))
        document.close()
        return boxes

    def slashes(self, pdf: bytes, page: int = 0) -> list[Box]:
        return [box for box in self.strokes(pdf, page) if box.width > 100 and box.height > 4]

    def colour(self, pdf: bytes, x: float, y: float, page: int = 0) -> tuple[int, int, int]:
        image = page_image(pdf, page, dpi=96)
        start = int(y / 25.4 * 96) * image.stride + int(x / 25.4 * 96) * 4
        blue, green, red = image.data[start : start + 3]
        return red, green, blue


LINES = (
    PrescriptionLine(
        "阿司匹林肠溶片", "片剂", "100 mg×30片/盒", "×1 盒", "100 mg", "口服", "每日1次", "30 天"
    ),
    PrescriptionLine(
        "硫酸氢氯吡格雷片", "片剂", "75 mg×7片/盒", "×4 盒", "75 mg", "口服", "每日1次", "28 天"
    ),
    PrescriptionLine(
        "阿托伐他汀钙片",
        "片剂",
        "20 mg×7片/盒",
        "×4 盒",
        "40 mg",
        "口服",
        "每晚1次",
        "14 天",
        note="睡前服用",
    ),
    PrescriptionLine(
        "0.9%氯化钠注射液",
        "注射剂",
        "100 mL/袋",
        "×6 袋",
        "100 mL",
        "静脉滴注",
        "每日2次",
        "3 天",
        group="first",
    ),
    PrescriptionLine(
        "注射用头孢呋辛钠",
        "注射剂",
        "0.75 g/瓶",
        "×12 瓶",
        "1.5 g",
        "静脉滴注",
        "每日2次",
        "3 天",
        skin_test="阴性",
        group="last",
    ),
)


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture(scope="session")
def subject() -> Subject:
    allergies = Allergies("青霉素类（皮疹，2019年）", known=True)
    return Subject("李小明", "男", "67岁", "MZ20260117-0032", weight="71 kg", allergies=allergies)


@pytest.fixture(scope="session")
def stamp() -> Stamp:
    return Stamp("2026-01-17 09:25", "王喆", "WS-0307")


@pytest.fixture(scope="session")
def prescription(subject: Subject, stamp: Stamp) -> PrescriptionPaper:
    return PrescriptionPaper(
        language="zh",
        institution="青囊示范医院",
        rx_type="ordinary",
        number="RX2026011700001",
        date="2026-01-17",
        valid_until="2026-01-18",
        fee_type="职工医保",
        subject=subject,
        place="心内科",
        diagnoses=("高血压病3级（极高危）", "2型糖尿病"),
        lines=LINES,
        stamp=stamp,
        amount="¥386.50",
        signers=PrescriptionSigners(
            prescriber=Signer("欧阳建国", "2026-01-17 09:24"),
            reviewer=Signer("陈铉", "2026-01-17 09:31"),
            preparer=Signer("赵敏", "2026-01-17 09:36"),
            checker=Signer("孙丽", "2026-01-17 09:38"),
            dispenser=Signer("周涛", "2026-01-17 09:40"),
        ),
        status="signed",
        digest="0f" * 32,
        check_code="7F3A-92C1",
    )


@pytest.fixture(scope="session")
def record(subject: Subject, stamp: Stamp) -> OutpatientRecordPaper:
    return OutpatientRecordPaper(
        language="zh",
        institution="青囊示范医院",
        visit="first",
        visit_time="2026-01-17 09:05",
        department="心内科",
        subject=subject,
        sections=(
            Section("主诉", "反复胸闷 3 天，加重 2 小时。"),
            Section("现病史", "活动后胸骨后闷痛，每次约 3～5 分钟，休息后缓解。"),
            Section("既往史", "高血压病 12 年，口服氨氯地平 5 mg 每日1次。"),
            Section("体格检查", "T 36.8 ℃，P 88 次/分，BP 150/94 mmHg。"),
            Section("辅助检查", "WBC 9.8×10⁹/L，SpO₂ 96%。"),
        ),
        diagnoses=("不稳定型心绞痛", "高血压病3级（极高危）"),
        orders=("阿司匹林肠溶片 100 mg×30片/盒 ×1 盒", "1 周后复诊。"),
        stamp=stamp,
        front=FrontPage("1958-06-12", "汉族", "已婚", "退休", "第一机械厂", "东城区和平里 12 号"),
        author=Signer("欧阳建国", "2026-01-17 09:24"),
        addenda=(
            Addendum(
                "既往史",
                "口服氨氯地平 5 mg 每日2次。",
                "欧阳建国",
                "2026-01-17 14:02",
                original="口服氨氯地平 5 mg 每日1次。",
                reason="家属带来药盒核对",
            ),
        ),
        status="signed",
        check_code="7F3A-92C1",
    )


@pytest.fixture(scope="session")
def label(subject: Subject) -> DispensingLabel:
    return DispensingLabel(
        language="zh",
        subject=subject,
        drug="阿托伐他汀钙片",
        strength="20 mg×7片/盒",
        quantity="2 盒",
        directions="每次 40 mg（2 片），口服，每晚1次",
        dispensed_on="2026-01-17",
        pharmacy="门诊药房",
        phone="010-5555 0120",
        timing="睡前服用",
        cautions=("如出现肌肉疼痛请停药并就医",),
        use_before="2026-02-16",
    )


@pytest.fixture(scope="session")
def ticket(stamp: Stamp) -> QueueTicket:
    return QueueTicket(
        language="zh",
        institution="青囊示范医院",
        ticket="A032",
        masked_name="李*",
        department="心内科门诊",
        room="3 诊室",
        doctor="欧阳建国",
        ahead="5 人",
        date="2026-01-17",
        stamp=stamp,
        visit_number="V2026011700032",
    )


@pytest.fixture(scope="session")
def every_paper(prescription: Any, record: Any, label: Any, ticket: Any) -> tuple[Any, ...]:
    return prescription, record, label, ticket
