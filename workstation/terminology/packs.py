"""What stands in a code on a pack of medicine: a trace code, a GS1 element string, or a GTIN.

药品追溯码 of 20 digits, whose first seven name the product; GS1 element strings with (01) GTIN, (17) expiry, (10) lot
and (21) serial.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

TRACE: Final = re.compile(r"8\d{19}")
GTIN: Final = re.compile(r"\d{13,14}")
PREFIX_DIGITS: Final = 7
SEPARATOR: Final = "\x1d"
_BRACKETS: Final = re.compile(r"\((01|10|17|21)\)")
_FIXED: Final = {"01": 14, "17": 6, "11": 6}


@dataclass(frozen=True, slots=True)
class Pack:
    """What stands on a pack; empty where the code does not say it."""

    gtin: str = ""
    prefix: str = ""
    lot: str = ""
    expires: str = ""
    trace: str = ""


def half_width(text: str) -> str:
    """Undo what a Chinese input method does to a scanner's keys: full-width letters and signs, blanks around."""
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text).strip()


def pack_of(code: str) -> Pack | None:
    """Read a pack's code, or None when it is none."""
    if TRACE.fullmatch(code):
        return Pack(prefix=code[:PREFIX_DIGITS], trace=code)
    if GTIN.fullmatch(code):
        return Pack(gtin=code.zfill(14))
    return _gs1(code)


def _gs1(code: str) -> Pack | None:
    plain = _BRACKETS.sub(rf"{SEPARATOR}\1", code)
    rest = re.sub(r"^\](?:d2|Q3|C1)", "", plain)
    found: dict[str, str] = {}
    while rest := rest.lstrip(SEPARATOR):
        key, rest = rest[:2], rest[2:]
        if key in _FIXED:
            found[key], rest = rest[: _FIXED[key]], rest[_FIXED[key] :]
        elif key in ("10", "21"):
            found[key], _separator, rest = rest.partition(SEPARATOR)
        else:
            return None
    gtin = found.get("01", "")
    if not re.fullmatch(r"\d{14}", gtin):
        return None
    serial = found.get("21", "")
    return Pack(
        gtin, "", found.get("10", ""), _expiry(found.get("17", "")), f"{gtin}{serial}" if serial else ""
    )


def _expiry(digits: str) -> str:
    """Read YYMMDD; day 00 is the last day of the month."""
    if not re.fullmatch(r"\d{6}", digits):
        return ""
    year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    try:
        return date(year, month, day or monthrange(year, month)[1]).isoformat()
    except ValueError:
        return ""
