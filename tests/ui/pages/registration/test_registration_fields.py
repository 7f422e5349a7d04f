"""The fields of the form, one by one."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.pages.registration.keyboard import Open
from ui.pages.registration_parts.fields import BirthEdit
from ui.widgets.fields import read_time
from workstation.core.clock import FixedClock


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("19580309", "1958-03-09"),
        ("1958-03-09", "1958-03-09"),
        ("１９５８０３０９", "1958-03-09"),
        ("09-Mar-1958", "1958-03-09"),
        ("1958", "1958"),
        ("1958-03", "1958-03"),
        ("1958年3月", "1958-03"),
        ("19580230", ""),
        ("abc", ""),
        ("", ""),
    ],
)
def test_a_birth_is_read_as_typed(app: QApplication, clock: FixedClock, typed: str, value: str) -> None:
    field = BirthEdit("Date of birth", lambda: clock.now().date())
    field.setText(typed)
    assert field.value() == value


@pytest.mark.parametrize(
    ("typed", "hour", "minute"), [("0812", 8, 12), ("8:12", 8, 12), ("２３：５９", 23, 59), ("812", 8, 12)]
)
def test_a_time_of_day_is_read_as_typed(typed: str, hour: int, minute: int) -> None:
    found = read_time(typed)
    assert found is not None
    assert (found.hour, found.minute) == (hour, minute)


@pytest.mark.parametrize("typed", ["2400", "0860", "8", "", "noon"])
def test_what_is_no_time_of_day_is_none(typed: str) -> None:
    assert read_time(typed) is None


def test_every_control_of_the_form_has_a_name(open_page: Open) -> None:
    page, _shell = open_page()
    controls = [*page.form.fields(), *page.visit.fields(), page.search, page.only, page.enrol]
    assert [
        type(c).__name__ for c in controls if not c.accessibleName() and not getattr(c, "text", str)()
    ] == []
