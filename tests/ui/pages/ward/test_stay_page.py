"""The first page of a stay: what it says, and how a stay is ended from it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.ui.pages import ward_scene
from tests.ui.pages.ward_hands import Hands, Key, Open
from tests.ui.screens import settle
from tests.workstation.inpatient.ward_kit import admit, put, stored
from ui.context import PatientContext
from ui.pages.stay import StayPage
from ui.shell import Shell
from workstation.desk import Desk


def open_stay(shell: Shell, patient: str, name: str, encounter: str) -> StayPage:
    shell.open_chart(PatientContext(patient, name, encounter, stay=True))
    settle(shell)
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, StayPage)
    return page


def test_a_stays_page_says_where_who_what_is_ordered_and_due(
    open_ward: Open, stays: tuple[Desk, dict[str, str]]
) -> None:
    _page, shell = open_ward("doc")
    page = open_stay(shell, "w0", "欧阳建国", stays[1]["w0"])
    said = "\n".join(page.stay.texts())
    for part in ("内科病区 Bed 1", "Internal medicine", "王敏", "陈洁", "day 1", "社区获得性肺炎"):
        assert part in said
    assert any("30 mg" in line and "Not verified" in line for line in page.orders.texts())
    assert any("08:20" in line and "Overdue" in line for line in page.tasks.texts())
    assert any("38.6" in line for line in page.clinical.texts())


def test_a_stay_is_ended_from_its_page_and_then_offers_no_more_moves(
    open_ward: Open, hospital: Desk, hands: Hands
) -> None:
    put(hospital, {**ward_scene.person(0), "id": "w91", "name": [{"use": "official", "text": "何平"}]})
    encounter = admit(hospital, "w91", 22)
    _page, shell = open_ward("doc")
    page = open_stay(shell, "w91", "何平", encounter)
    page.focus_region(1)
    hands.press(Key.Key_D, Qt.KeyboardModifier.AltModifier)
    hands.press(Key.Key_F12)
    assert stored(hospital, encounter)["status"] == "finished"
    assert page.subject() is None
    assert not any(button.isEnabled() for button in page.moving)
    assert any("Discharged" in line for line in page.stay.texts())


def test_another_patients_stay_is_never_shown(open_ward: Open, stays: tuple[Desk, dict[str, str]]) -> None:
    _page, shell = open_ward("doc")
    shell.open_chart(PatientContext("w1", "李秀英", stays[1]["w0"], stay=True))
    settle(shell)
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, StayPage)
    assert page.view is None
    assert page.banners.names()
