"""Numbers and dates as hands type them, and what the field makes of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from ui.widgets.fields import DateEdit, DoseEdit, Form, parse_date, parse_number
from workstation.core.days import written_date
from workstation.core.i18n import set_language

TODAY = date(2025, 4, 17)


@pytest.mark.parametrize(
    ("typed", "value"),
    [(".5", "0.5"), ("1.0", "1.0"), ("１０", "10"), ("1,000", "1000"), ("０．５", "0.5"), ("5.", "5")],
)
def test_a_number_is_read_as_typed(typed: str, value: str) -> None:
    assert parse_number(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "abc", "1-2", "1.2.3", "-5", "1/2", "½"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert parse_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "shown"), [(".5", "0.5"), ("1.0", "1"), ("1000", "1,000"), ("0.50", "0.5"), ("２５０", "250")]
)
def test_a_dose_is_written_the_one_safe_way(app: QApplication, qtbot: QtBot, typed: str, shown: str) -> None:
    field = DoseEdit("Dose", "mg")
    qtbot.addWidget(field)
    field.setText(typed)
    field.commit()
    assert field.text() == shown


def test_what_is_no_dose_is_kept_and_marked(app: QApplication, qtbot: QtBot) -> None:
    field = DoseEdit("Dose", "mg")
    qtbot.addWidget(field)
    field.setText("one")
    field.commit()
    assert field.text() == "one"
    assert field.invalid()
    assert field.value() is None


def test_another_unit_empties_the_number(app: QApplication, qtbot: QtBot) -> None:
    field = DoseEdit("Dose", "mg", ("mg", "g"))
    qtbot.addWidget(field)
    field.show()
    field.setText("500")
    QTest.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.unit(), field.text()) == ("g", "")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("t", "2025-04-17"),
        ("+3d", "2025-04-20"),
        ("-2w", "2025-04-03"),
        ("+1m", "2025-05-17"),
        ("-1y", "2024-04-17"),
        ("0417", "2025-04-17"),
        ("20250131", "2025-01-31"),
        ("2025-04-17", "2025-04-17"),
        ("2025年4月17日", "2025-04-17"),
        ("17-apr-2025", "2025-04-17"),
        ("０４１７", "2025-04-17"),
    ],
)
def test_a_date_is_read_as_typed(typed: str, read: str) -> None:
    set_language("zh_CN")
    assert parse_date(typed, TODAY) == [date.fromisoformat(read)]


@pytest.mark.parametrize("typed", ["", "0230", "1332", "20251301", "abc", "2"])
def test_what_is_no_date_has_no_reading(typed: str) -> None:
    set_language("zh_CN")
    assert parse_date(typed, TODAY) == []


def test_the_end_of_a_month_is_not_overrun() -> None:
    assert parse_date("+1m", date(2025, 1, 31)) == [date(2025, 2, 28)]


def test_a_day_and_month_is_in_the_past_where_only_the_past_can_be() -> None:
    set_language("zh_CN")
    assert parse_date("1231", TODAY, past=True) == [date(2024, 12, 31)]


def test_in_english_day_and_month_may_be_either_way_round_and_both_are_offered() -> None:
    set_language("en")
    assert parse_date("0304", TODAY) == [date(2025, 3, 4), date(2025, 4, 3)]
    assert parse_date("0417", TODAY) == [date(2025, 4, 17)]


def test_an_ambiguous_date_does_not_count_until_one_reading_is_picked(
    app: QApplication, qtbot: QtBot
) -> None:
    set_language("en")
    field = DateEdit("Date", lambda: TODAY)
    qtbot.addWidget(field)
    with qtbot.waitActive(field):
        field.show()
        field.activateWindow()
    field.setFocus()
    QTest.keyClicks(field, "0304")
    qtbot.waitUntil(lambda: field.choice_list is not None and field.choice_list.isVisible())
    assert field.highlighted() is None
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == date(2025, 4, 3)
    assert field.text() == "03-Apr-2025"


def test_leaving_the_field_takes_the_only_reading_and_marks_no_reading(
    app: QApplication, qtbot: QtBot
) -> None:
    field = DateEdit("Date", lambda: TODAY)
    qtbot.addWidget(field)
    field.setText("+3d")
    field.editingFinished.emit()
    assert field.value() == date(2025, 4, 20)
    field.setText("0230")
    field.editingFinished.emit()
    assert field.value() is None
    assert field.text() == "0230"
    assert field.property("invalid")


@pytest.mark.parametrize(("language", "text"), [("zh_CN", "2025-04-17"), ("en", "17-Apr-2025")])
def test_a_date_is_written_so_that_it_cannot_be_misread(language: str, text: str) -> None:
    set_language(language)
    assert written_date(TODAY) == text


def test_a_label_names_its_field(app: QApplication, qtbot: QtBot) -> None:
    form, line = Form(), QLineEdit()
    form.field("Phone", line)
    assert line.accessibleName() == "Phone"
    line.deleteLater()
