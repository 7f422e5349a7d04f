"""The temperature chart as a document of the desk: named by stay and page, printed, and noted as printed."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from tests.workstation.vitals.bedside import record
from workstation import papers
from workstation.core.errors import Denied, Invalid
from workstation.core.settings import SITE_NAME
from workstation.desk import Desk

DOCUMENT = "Encounter/s1/temperature-chart/1"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()


@pytest.mark.parametrize(("language", "words"), [("zh", "体温单"), ("en", "Temperaturechart")])
def test_a_page_is_drawn_in_the_language_of_the_paper_whatever_the_screen_speaks(
    desk: Desk, language: Any, words: str
) -> None:
    record(desk, temperature="38.6", pulse="96")
    desk.set_setting(SITE_NAME, "青囊示范医院")
    drawn = papers.draw(desk, DOCUMENT, language)
    text = text_of(drawn.pdf)
    assert all(each in text for each in (words, "欧阳建国", "ZY260315AAA001", "青囊示范医院", "陈洁"))
    assert (drawn.patient, drawn.final) == ("p1", True)


def test_a_second_print_says_so(desk: Desk) -> None:
    papers.pdf_of(desk, DOCUMENT)
    assert "补打1" in text_of(papers.pdf_of(desk, DOCUMENT))


def test_a_page_there_is_none_of_is_refused(desk: Desk) -> None:
    for page in ("2", "last", ""):
        with pytest.raises(Invalid):
            papers.draw(desk, f"Encounter/s1/temperature-chart/{page}")


def test_who_may_not_read_charts_prints_none(desk: Desk) -> None:
    desk.unlock("reg", "246810")
    with pytest.raises(Denied):
        papers.draw(desk, DOCUMENT)
