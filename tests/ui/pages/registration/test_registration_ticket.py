"""The slip a patient waits with."""

from __future__ import annotations

import pytest

from tests.ui.pages import reception
from ui.pages.registration_parts.ticket import ticket_pdf
from workstation.core.i18n import set_language
from workstation.desk import Desk
from workstation.printing.documents import Stamp
from workstation.printing.preview import page_text
from workstation.queue.model import Enrol, GetVisit, VisitView
from workstation.registration.model import Find


@pytest.fixture
def visit(counter: Desk) -> VisitView:
    patient = counter.ask("registration.find", Find("oyj")).rows[0].id
    encounter = counter.do("queue.enrol", Enrol(patient, "internal", room="room-2")).primary.id
    found = counter.ask("queue.visit", GetVisit(encounter))
    assert isinstance(found, VisitView)
    return found


@pytest.mark.parametrize(("language", "department"), [("zh_CN", "内科"), ("en", "Internal medicine")])
def test_a_ticket_names_number_department_and_room_but_nobody_whole(
    counter: Desk, visit: VisitView, language: str, department: str
) -> None:
    set_language(language)
    internal = next(d for d in counter.knowledge.departments if d.code == "internal")
    pdf = ticket_pdf(visit, internal, "青囊示范医院", Stamp("2026-03-17 09:00", "赵磊", "desk"))
    text = " ".join(page_text(pdf).split())
    for part in (visit.row.ticket, department, "内科二诊室", "欧阳*国", visit.visit_number):
        assert part in text
    assert "欧阳建国" not in text


def test_the_page_prints_the_ticket_only_when_asked_and_says_when_there_is_no_printer(
    open_page: reception.Any, counter: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.pages.registration_parts.desk_work.printer_names", list)
    page, _shell = open_page()
    for wanted in (False, True):
        page.start_new()
        page.print_ticket.setChecked(wanted)
        page.form.name.setText(f"王芳{wanted}")
        page.form.sex.buttons["female"].click()
        page.form.birth.set_value(f"199{int(wanted)}-01-01")
        page.visit.set_department("internal")
        page._rest.stop()
        page._search()
        page.save_and_enrol()
        assert any("no printer" in text for text in page.banners.texts()) is wanted
