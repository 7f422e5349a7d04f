"""Papers of a desk: what is not signed says so on every page, a copy says that it is one, and nothing is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.workstation.prescribing.room import NEGATIVE, Room, furnish, patient
from workstation import papers
from workstation.core.errors import Invalid
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.prescribing.model import DraftLine
from workstation.printing.preview import page_count, page_text


@pytest.fixture
def room(make_desk: Callable[..., Desk]) -> Room:
    return furnish(make_desk("doc"))


def amlodipine(room: Room) -> DraftLine:
    return room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 7)


def diazepam(room: Room) -> DraftLine:
    return room.line("地西泮片", "2.5 mg po", "qn", 3)


def texts(pdf: bytes) -> list[str]:
    return [page_text(pdf, page) for page in range(page_count(pdf))]


def test_a_draft_is_marked_and_carries_no_signature_number_or_code(room: Room) -> None:
    drawn = papers.draw_draft(room.desk, room.draft(amlodipine(room)))
    (text,) = texts(drawn.pdf)
    assert not drawn.final
    assert drawn.patient == "p1"
    assert "草稿" in text
    assert "不可调配" in text
    assert "未签署" in text
    assert "签署时生成" in text
    assert "苯磺酸氨氯地平片" in text
    assert "须打印手签" not in text
    assert "校验码" not in text
    assert "补打" not in text


def test_looking_at_a_draft_stores_nothing(room: Room) -> None:
    papers.draw_draft(room.desk, room.draft(amlodipine(room)))
    assert room.read("MedicationRequest") == []
    assert room.read("Provenance") == []


def test_a_draft_of_two_types_is_two_sheets_with_the_patient_on_each(room: Room) -> None:
    pdf = papers.draw_draft(room.desk, room.draft(amlodipine(room), diazepam(room))).pdf
    pages = texts(pdf)
    assert len(pages) == 2
    assert sum("精二" in page for page in pages) == 1
    assert all("欧阳建国" in page and "不可调配" in page for page in pages)


def test_a_draft_with_an_unfinished_line_names_it(room: Room) -> None:
    unfinished = replace(amlodipine(room), dose="", key="k9")
    with pytest.raises(Invalid) as told:
        papers.draw_draft(room.desk, room.draft(amlodipine(room), unfinished))
    assert told.value.field == "k9.dose"


def test_an_alert_does_not_keep_a_draft_from_being_looked_at(room: Room) -> None:
    untested = room.line("阿莫西林胶囊", "0.5 g po", "tid", 3)
    assert room.check(untested).unanswered
    assert "皮试" in texts(papers.draw_draft(room.desk, room.draft(untested)).pdf)[0]


def test_a_tested_line_says_its_result_and_its_group(room: Room) -> None:
    penicillin = room.line("阿莫西林胶囊", "0.5 g po", "tid", 3, skin_test=NEGATIVE)
    assert "皮试（-）" in texts(papers.draw_draft(room.desk, room.draft(penicillin)).pdf)[0]


def test_the_second_print_says_that_it_is_a_copy(room: Room) -> None:
    room.sign(amlodipine(room))
    number = room.read("MedicationRequest")[0]["groupIdentifier"]["value"]
    first, second = (texts(papers.pdf_of(room.desk, number))[0] for _time in range(2))
    assert "补打" not in first
    assert "补打 1" in second
    assert "草稿" not in first


def test_what_is_prescribed_for_a_made_up_patient_says_so_on_paper(make_desk: Callable[..., Desk]) -> None:
    tag = {"meta": {"tag": [{"system": systems.SYNTHETIC, "code": "synthetic"}]}}
    demo = furnish(make_desk("doc"), patient=patient(**tag))
    assert "模拟数据" in texts(papers.draw_draft(demo.desk, demo.draft(amlodipine(demo))).pdf)[0]
    demo.sign(amlodipine(demo))
    number = demo.read("MedicationRequest")[0]["groupIdentifier"]["value"]
    assert "模拟数据" in texts(papers.draw(demo.desk, number).pdf)[0]
