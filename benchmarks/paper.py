"""The first page of a prescription, warm: from filled form to PDF bytes."""

from __future__ import annotations

from benchmarks.measure import Figure, percentile, spread, timed
from workstation.printing import fonts
from workstation.printing.documents import PrescriptionLine, PrescriptionPaper, Stamp, Subject
from workstation.printing.render import render

PAPER = PrescriptionPaper(
    language="zh",
    institution="青囊示范医院",
    rx_type="ordinary",
    number="RX26ABC000123",
    date="2026-03-17",
    valid_until="2026-03-17 23:59",
    fee_type="职工医保",
    subject=Subject("欧阳建国", "男", "67岁", "M20DEM00001"),
    place="内科",
    diagnoses=("社区获得性肺炎", "高血压 2 级"),
    lines=tuple(
        PrescriptionLine(
            f"盐酸氨溴索片{number}", "片剂", "30 mg", "1 盒", "30 mg", "口服", "每日 3 次", "5 天"
        )
        for number in range(5)
    ),
    stamp=Stamp("2026-03-17 09:25", "王敏", "内科二诊室"),
    status="signed",
    digest="ab" * 32,
    check_code="ABCD-1234",
)


def first_page() -> list[Figure]:
    """Render the same prescription again and again, once the fonts are registered."""
    fonts.register()
    render(PAPER)
    found = timed(lambda: render(PAPER), 50)
    return [
        Figure(
            "prescription PDF first page, warm", "<= 150 ms", spread(found), percentile(found, 0.95) <= 150
        )
    ]
