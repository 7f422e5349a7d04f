"""Codes carry exactly what was put in, and refuse what is not theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.core.errors import Invalid
from workstation.printing.barcode import MIN_MODULE, OfflinePayload, bars, read_payload, write_payload

NUMBERS = st.text(alphabet="RX0123456789-:%/京", min_size=1, max_size=24)


@given(NUMBERS, NUMBERS, st.text(alphabet="0123456789abcdef", max_size=64))
def test_payload_survives_writing_and_reading(number: str, patient: str, digest: str) -> None:
    payload = OfflinePayload(number, patient, digest)
    assert read_payload(write_payload(payload)) == payload


@pytest.mark.parametrize("text", ["", "RX2026011700001", "QNRX1:a:b", "QNRX2:a:b:c", "https://example.org/"])
def test_foreign_codes_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_payload(text)


@pytest.mark.parametrize("text", ["", "京2026", "X" * 80, "a\nb"])
def test_no_bars_are_drawn_that_no_scanner_could_read(text: str) -> None:
    assert bars(text, 40.0) == ()


@given(st.from_regex(r"[A-Z]{0,3}[0-9]{6,14}", fullmatch=True))
def test_bars_stay_inside_their_room_and_wide_enough(text: str) -> None:
    drawn = bars(text, 40.0)
    assert drawn[-1][0] + drawn[-1][1] <= 40.0 + 1e-6
    assert min(width for _, width in drawn) >= MIN_MODULE
