"""A conflict: three versions with their provenance, a preview of each choice, and nothing applied by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.pages.sync_parts.decide_sheet import DecideSheet
from ui.sync_port import Compared, Part, Standing, WorkRow
from workstation.core.i18n import set_language

CHINA = timezone(timedelta(hours=8))
BASE, HERE, THERE = (datetime(2025, 4, 16 + n, 8 + n, 55, tzinfo=CHINA) for n in range(3))
PHONE = Compared(
    "Patient data",
    False,
    False,
    (Part("Phone", "1380012", "1380012", "1391177"),),
    THERE,
    "陈洁",
    "Nurse",
    BASE,
)
Open = Callable[..., DecideSheet]


def row(**more: bool) -> WorkRow:
    return WorkRow(
        1,
        "Change a patient",
        "赵磊",
        "欧阳建国",
        HERE,
        Standing.PARKED,
        role="Registrar",
        device="挂号一窗",
        **more,
    )


@pytest.fixture
def open_sheet(qtbot: QtBot) -> Iterator[Open]:
    set_language("en")

    def made(work: WorkRow, *sides: Compared) -> DecideSheet:
        host = QWidget()
        host.resize(900, 600)
        qtbot.addWidget(host)
        host.show()
        sheet = DecideSheet(host, work, sides or (PHONE,))
        sheet.open()
        return sheet

    return made


def test_the_heads_name_base_this_pc_and_centre_with_who_role_device_and_time(open_sheet: Open) -> None:
    said = [each.text() for each in open_sheet(row(may_decide=True)).findChildren(QLabel)]
    assert {"Base", "This PC", "The centre"} <= set(said)
    assert "the last version both had · 16-Apr-2025 08:55" in said
    assert "赵磊 Registrar · 挂号一窗 · 17-Apr-2025 09:55" in said
    assert "陈洁 Nurse · device not stated · 18-Apr-2025 10:55" in said


def test_what_nobody_recorded_of_a_version_is_said_to_be_missing(open_sheet: Open) -> None:
    side = Compared("Patient data", False, False, PHONE.parts)
    said = [each.text() for each in open_sheet(row(may_decide=True), side).findChildren(QLabel)]
    assert "who is not stated · device not stated" in said


def test_the_result_is_shown_before_it_is_applied_and_needs_a_reason(open_sheet: Open, qtbot: QtBot) -> None:
    sheet = open_sheet(row(may_decide=True))
    decided: list[str] = []
    sheet.theirs.connect(decided.append)
    assert "choose a version" in sheet.preview.text()
    QTest.keyClick(sheet.reason, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert "Phone 1380012" in sheet.preview.text()
    QTest.keyClick(sheet.reason, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert "Phone 1391177" in sheet.preview.text()
    assert sheet.apply_button.accessibleDescription() == "Give a reason first."
    QTest.keyClick(sheet.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert decided == []
    QTest.keyClicks(sheet.reason, "called")
    assert sheet.apply_button.isEnabled()
    QTest.keyClick(sheet.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert decided == ["called"]


def test_a_deleted_side_is_previewed_as_deleted(open_sheet: Open) -> None:
    sheet = open_sheet(row(may_decide=True), Compared("Diagnosis", True, False, ()))
    sheet.choose("ours")
    assert "Diagnosis · deleted" in sheet.preview.text()
    sheet.choose("theirs")
    assert "Diagnosis · kept" in sheet.preview.text()


@pytest.mark.parametrize("may_decide", [True, False])
def test_of_safety_data_both_versions_are_kept_until_a_clinician_decides(
    open_sheet: Open, may_decide: bool
) -> None:
    sheet = open_sheet(row(safety=True, may_decide=may_decide))
    assert sheet.both.text() == "Keep both: fixed for safety data until a clinician decides"
    assert sheet.apply_button.isVisible() is may_decide
