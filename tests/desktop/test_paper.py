"""A prescription printed with the keyboard from the running window, and taken out of the printer again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from tests.desktop import printer
from tests.desktop.conftest import open_desk
from tests.desktop.people import open_visit, sign_a_visit, start, unlock
from tests.desktop.screen import Screen, until

A5 = [148, 210]
HALF_MM = 0.6  # a printer's own A5 is 421 x 595 points


def test_a_signed_prescription_leaves_the_printer_as_a5_with_its_chinese_text(
    make_screen: Callable[..., Screen], desk_folder: Path
) -> None:
    desk = open_desk(desk_folder, "2001")
    name = sign_a_visit(desk)
    desk.close()
    screen = make_screen()
    with printer.printer(screen) as spool:
        program = start(screen, desk_folder)
        unlock(program, "2001")
        open_visit(program, name)
        screen.keys("ctrl+p")
        until(
            lambda: program.focused() and "打印" in program.focused().name, "the keyboard on the print button"
        )
        screen.picture(screen.home / "preview.png")
        screen.keys("Return")
        paper = printer.printed(spool)
    text = printer.text_of(paper)
    for word in (
        "青囊示范医院",
        "处方笺",
        name,
        "阿莫西林",
        "对乙酰氨基酚",
        "急性扁桃体炎",
        "未启用可靠电子签名",
    ):
        assert word in text
    document = pypdfium2.PdfDocument(paper)
    sides = [points / 72 * 25.4 for points in document[0].get_size()]
    picture = document[0].render(scale=3).to_pil()
    document.close()
    picture.save(screen.home / "paper.png")
    assert sides == pytest.approx(A5, abs=HALF_MM)
    codes = {code.text for code in zxingcpp.read_barcodes(picture)}
    assert any(code in text for code in codes)
