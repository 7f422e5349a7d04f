"""Vital signs as hands type them: `368` is 36.8 °C, `15294` is 152/94. Every reading is echoed before it counts."""

from __future__ import annotations

import re
from decimal import Decimal

from ui.widgets.fields import half_width, parse_number


def temperature(text: str) -> Decimal | None:
    """Read a temperature; three digits without a point are tenths."""
    plain = half_width(text)
    if re.fullmatch(r"[2-4]\d\d", plain):
        return Decimal(plain) / 10
    return parse_number(plain)


def pressure(text: str) -> tuple[Decimal, Decimal] | None:
    """Read a blood pressure: `152/94`, `152 94`, `15294`, `9060`, `120115`."""
    plain = half_width(text)
    parted = re.fullmatch(r"(\d{2,3})\s*[/ .\-]\s*(\d{2,3})", plain)
    if parted:
        return Decimal(parted[1]), Decimal(parted[2])
    if not re.fullmatch(r"\d{4,6}", plain):
        return None
    cut = {4: 2, 5: 3, 6: 3}[len(plain)]
    return Decimal(plain[:cut]), Decimal(plain[cut:])


def plain_number(text: str) -> Decimal | None:
    """Read a number."""
    return parse_number(text)
