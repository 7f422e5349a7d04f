"""The ward board: walked, found, filtered, peeked at and opened by keys, on the real window."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.conftest import MORNING
from tests.plugins.ward import drug_order
from tests.ui.pages import ward_scene
from tests.ui.pages.ward_hands import Open
from tests.ui.pages.ward_scene import PIN
from tests.ui.screens import settle
from tests.workstation.inpatient.ward_kit import admit, bed_id, found, put, stored
from ui.pages.administration import AdministrationPage
from ui.pages.stay import StayPage
from ui.pages.ward import WardPage
from ui.pages.ward_parts import words
from ui.pages.ward_parts.peek import Peek
from ui.widgets.wedge import Wedge
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.inpatient.model import Transfer


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)
    hands_off()


def write(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)
    hands_off()


def hands_off() -> None:
    """Let keys that wait for a scan go on: a hand's next key comes much later."""
    for wedge in QApplication.activeWindow().findChildren(Wedge):
        wedge.pass_on()


def beds(page: WardPage) -> list[str]:
    return [cell.bed.number for cell in page.board.cells]


def here(page: WardPage) -> str:
    cell = page.current()
    assert cell is not None
    return cell.bed.number


def test_the_nurse_begins_on_the_board_with_every_bed_and_no_banner(open_ward: Open) -> None:
    page, shell = open_ward()
    assert shell.frame is not None
    assert shell.frame.place == "ward"
    assert beds(page) == [str(number) for number in range(1, 41)]
    assert not shell.frame.workspace.banner.isVisible()
    assert "40" in page.head.counts.text()
    assert "28" in page.head.counts.text()


def test_arrows_walk_across_the_grid(open_ward: Open) -> None:
    page, _shell = open_ward()
    assert here(page) == "1"
    columns = page.board._columns
    press(Qt.Key.Key_Right)
    assert here(page) == "2"
    press(Qt.Key.Key_Down)
    assert here(page) == str(2 + columns)
    press(Qt.Key.Key_Left)
    assert here(page) == str(1 + columns)
    press(Qt.Key.Key_Up)
    assert here(page) == "1"
    press(Qt.Key.Key_End)
    assert here(page) == "40"


FOUND = [("12", "12"), ("oyjg", "1"), ("zhangwei", "3"), ("sunl", "15"), ("smi", "9")]


@pytest.mark.parametrize(("typed", "bed"), FOUND)
def test_typing_finds_a_bed_or_a_name_by_its_pinyin(open_ward: Open, typed: str, bed: str) -> None:
    page, _shell = open_ward()
    write(typed)
    assert here(page) == bed


def test_enter_opens_the_stays_chart_on_its_first_page(
    open_ward: Open, stays: tuple[Desk, dict[str, str]]
) -> None:
    _page, shell = open_ward("doc")
    press(Qt.Key.Key_Return)
    assert shell.frame is not None
    chart = shell.frame.workspace.front()
    assert chart is not None
    assert (chart.patient.encounter, chart.patient.stay) == (stays[1]["w0"], True)
    assert isinstance(shell.frame.front_page(), StayPage)


def test_the_banner_of_a_stay_names_stay_number_ward_bed_and_day(open_ward: Open) -> None:
    page, shell = open_ward("doc")
    number = page.board.cells[0].who.stay_number if page.board.cells[0].who else ""
    press(Qt.Key.Key_Return)
    assert shell.frame is not None
    data = shell.frame.workspace.banner.data()
    assert data is not None
    assert (data.number, data.number_label) == (number, "Stay no.")
    assert (data.place, data.day.replace("\u00a0", " ").replace("\u2060", "")) == ("内科病区 Bed 1", "day 1")


def test_space_peeks_and_space_closes_and_the_look_is_in_the_trail(open_ward: Open, hospital: Desk) -> None:
    page, _shell = open_ward()
    before = hospital.store.count_acts("inpatient.stay", "")
    press(Qt.Key.Key_Space)
    peek = page.center.findChild(Peek)
    assert peek is not None
    said = "\n".join(peek.lines.texts())
    assert "38.6" in said
    assert "08:20" in said
    assert hospital.store.count_acts("inpatient.stay", "") == before + 1
    press(Qt.Key.Key_Space)
    assert not peek.isVisible()
    assert page.board.hasFocus()


def test_an_empty_bed_is_not_peeked_at(open_ward: Open, hospital: Desk) -> None:
    page, _shell = open_ward()
    write("5")
    press(Qt.Key.Key_Space)
    assert page.center.findChild(Peek) is None


FILTERS = [
    ("all", 40, "1"),
    ("empty", 28, "5"),
    ("nursing-special", 2, "6"),
    ("nursing-1", 3, "1"),
    ("nursing-2", 4, "2"),
    ("nursing-3", 2, "4"),
    ("critical", 2, "6"),
    ("serious", 2, "1"),
    ("allergy", 3, "1"),
    ("new", 4, "1"),
    ("fever", 2, "1"),
    ("overdue", 8, "1"),
]


@pytest.mark.parametrize(("name", "count", "first"), FILTERS)
def test_a_filter_shows_its_beds_and_says_how_many(
    open_ward: Open, name: str, count: int, first: str
) -> None:
    page, _shell = open_ward()
    button = next(b for b in page.filters.buttons if b.filter.id == name)
    assert button.accessibleName().endswith(f" {count}")
    button.click()
    assert (len(page.board.cells), page.board.cells[0].bed.number) == (count, first)


def test_filters_are_walked_by_keys_and_escape_shows_all_again(open_ward: Open) -> None:
    page, shell = open_ward()
    settle(shell)
    press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    press(Qt.Key.Key_Down)
    assert len(page.board.cells) == 28
    press(Qt.Key.Key_Return)
    assert page.board.hasFocus()
    press(Qt.Key.Key_Escape)
    assert len(page.board.cells) == 40


def test_ctrl_b_turns_to_the_table_and_back_and_the_bed_keeps_the_focus(open_ward: Open) -> None:
    page, _shell = open_ward()
    write("7")
    press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert page.table.table.isVisible()
    assert page.table.table.hasFocus()
    assert here(page) == "7"
    write("wangf")
    assert here(page) == "7"
    write("")
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert page.board.isVisible()
    assert here(page) == "8"


def test_the_size_of_the_cards_is_chosen_by_key_and_remembered(open_ward: Open) -> None:
    page, shell = open_ward()
    wide = page.board._columns
    press(Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    assert page.board.painter.size.id == "large"
    assert page.board._columns < wide
    shell.close()
    page, _shell = open_ward()
    assert page.board.painter.size.id == "large"


def test_a_dose_that_was_given_moves_the_task_of_its_card_on_without_a_bar(
    open_ward: Open, stays: tuple[Desk, dict[str, str]]
) -> None:
    page, _shell = open_ward()
    assert words.overdue_text(page.board.cells[0].due) == "overdue 1"
    put(
        stays[0],
        {
            "resourceType": "MedicationAdministration",
            "id": "g1",
            "status": "completed",
            "identifier": [
                {
                    "system": "https://qingnang.example/fhir/sid/dose-slot",
                    "value": "YZ26AAA000000.L5.2603170820",
                }
            ],
            "subject": {"reference": "Patient/w0"},
            "context": {"reference": f"Encounter/{stays[1]['w0']}"},
            "request": {"reference": "MedicationRequest/m-w0"},
            "effectiveDateTime": "2026-03-17T08:50:00.000+08:00",
        },
    )
    page._ask_due()
    assert words.overdue_text(page.board.cells[0].due) == ""
    assert not page.bar.isVisible()


def test_what_others_move_waits_behind_a_bar_while_hands_are_on_the_board(
    open_ward: Open, stays: tuple[Desk, dict[str, str]]
) -> None:
    page, _shell = open_ward()
    hospital = stays[0]
    hospital.do("inpatient.transfer", Transfer(stays[1]["w0"], bed_id(5)))
    page.refresh()
    assert page.bar.isVisible()
    assert page.board.cells[0].who is not None
    press(Qt.Key.Key_F5)
    assert not page.bar.isVisible()
    assert page.board.cells[0].who is None
    assert here(page) == "1"


def test_two_patients_in_one_bed_stand_on_two_cards_that_both_say_so(open_ward: Open, hospital: Desk) -> None:
    encounter = stored(hospital, next(iter(found(hospital, "Encounter", patient="w1")))["id"])
    encounter["location"][0]["location"] = {"reference": f"Location/{bed_id(1)}"}
    put(hospital, encounter)
    page, _shell = open_ward()
    shared = [cell for cell in page.board.cells if cell.shared]
    assert [cell.bed.number for cell in shared] == ["1", "1"]
    assert all("2 patients, 1 bed" in words.sentence(cell, page.levels, MORNING) for cell in shared)
    assert "doubled" in page.banners.names()


def test_a_screen_reader_hears_bed_name_level_and_every_mark(open_ward: Open) -> None:
    page, _shell = open_ward()
    model = page.board.model()
    said = str(model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)).replace("\u2060", "")
    for part in (
        "Bed 1",
        "欧阳建国",
        "Level 1 care",
        "Allergy penicillins",
        "seriously ill",
        "overdue 1",
    ):
        assert part in said
    assert model.data(model.index(4, 0), Qt.ItemDataRole.AccessibleTextRole) == "Bed 5, empty"


def test_a_pharmacist_has_no_ward(hospital: Desk, app: QApplication) -> None:
    shell = ward_scene.window(hospital, app, "pharm", page="pharmacy")
    assert shell.frame is not None
    assert "ward" not in shell.frame.rail.places()
    shell.close()
    shell.deleteLater()


def test_the_line_above_stands_in_two_where_there_is_no_room(open_ward: Open) -> None:
    page, shell = open_ward()
    settle(shell)
    one = page.head.height()
    shell.resize(900, 700)
    settle(shell)
    assert page.head.height() > one


def test_a_bed_that_is_closed_says_so_and_offers_no_admission(open_ward: Open, hospital: Desk) -> None:
    bed = stored(hospital, bed_id(5), "Location")
    put(hospital, {**bed, "status": "suspended"})
    page, _shell = open_ward()
    write("5")
    press(Qt.Key.Key_Return)
    assert page.acts.sheet is None
    assert "Bed 5, closed" in words.sentence(page.board.cells[4], {}, MORNING)


def test_time_moves_tasks_on(open_ward: Open, stays: tuple[Desk, dict[str, str]], clock: FixedClock) -> None:
    page, _shell = open_ward()
    clock.advance(timedelta(hours=3, minutes=20))
    page._tick()
    assert words.overdue_text(page.board.cells[0].due) == "overdue 2"


def test_who_was_admitted_elsewhere_appears(open_ward: Open, hospital: Desk) -> None:
    page, _shell = open_ward()
    page.head.setFocus()
    page.head.choice.setFocus()
    put(hospital, {**ward_scene.person(0), "id": "w77"})
    hospital.unlock("nurse", PIN)
    admit(hospital, "w77", 5)
    page.refresh()
    assert page.board.cells[4].who is not None


def test_orders_need_the_right_to_be_read(open_ward: Open, hospital: Desk, clock: FixedClock) -> None:
    page, _shell = open_ward()
    put(
        hospital,
        drug_order("late", "w8", next(iter(found(hospital, "Encounter", patient="w8")))["id"], "盐酸氨溴索片",
                   "30 mg po tid", clock.now() - timedelta(minutes=50), times=("08:30",)),
    )  # fmt: skip
    page._ask_due()
    row = next(c for c in page.board.cells if c.who is not None and c.who.patient == "w8")
    assert words.overdue_text(row.due) == "overdue 1"


def test_scanned_wristband_opens_the_chart_its_wearer_is_given_drugs_from(open_ward: Open) -> None:
    page, shell = open_ward()
    who = next(cell.who for cell in page.board.cells if cell.who is not None)
    page.scans.scanned(who.stay_number)
    assert shell.frame is not None
    front = shell.frame.front_page()
    assert isinstance(front, AdministrationPage)
    assert (front.encounter, front.giving.wristband) == (who.encounter, who.stay_number)
