"""Days are written so that they can be read in one way only."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from workstation.core.days import with_written_days, written_date, written_day, written_moment
from workstation.core.i18n import speaking

DAY = date(2025, 4, 7)


def test_a_day_is_iso_in_chinese_and_names_its_month_in_english():
    with speaking("zh_CN"):
        assert written_date(DAY) == "2025-04-07"
        assert written_moment(datetime(2025, 4, 7, 9, 5)) == "2025-04-07 09:05"
    with speaking("en"):
        assert written_date(DAY) == "07-Apr-2025"
        assert written_moment(datetime(2025, 4, 7, 9, 5)) == "07-Apr-2025 09:05"


@pytest.mark.parametrize("partial", ["", "2025", "2025-04"])
def test_a_partial_day_stays_as_it_is(partial):
    with speaking("en"):
        assert written_day(partial) == partial


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("1958-03-09", "09-Mar-1958"),
        ("2026.1 (2026-04-25)", "2026.1 (25-Apr-2026)"),
        ("2025-04-17T09:05:00+08:00", "17-Apr-2025 09:05"),
        ("2025-04-17T01:05:00.123Z", "17-Apr-2025 01:05"),
        ("2025-02-31", "2025-02-31"),
        ("M2025-0417", "M2025-0417"),
    ],
)
def test_days_inside_a_text_are_written_too(text, english):
    with speaking("en"):
        assert with_written_days(text) == english
    with speaking("zh_CN"):
        assert "Apr" not in with_written_days(text)
