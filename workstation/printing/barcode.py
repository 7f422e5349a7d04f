"""Bars and squares: the prescription number for a scanner, and what a counter without a network needs to verify."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from workstation.core.errors import Invalid
from workstation.core.i18n import _

MIN_MODULE: Final = 0.17
"""The narrowest bar in millimetres that a 300 dpi printer and a common scanner agree on (two dots)."""

MAX_MODULE: Final = 0.254
_PREFIX: Final = "QNRX1"


@dataclass(frozen=True, slots=True)
class OfflinePayload:
    """What the square on a signed prescription says: which prescription, whose, and the hash of what was signed."""

    number: str
    patient_number: str
    digest: str


def write_payload(payload: OfflinePayload) -> str:
    """Write the payload as `QNRX1:number:patient:DIGEST`, each part percent-encoded."""
    parts = (payload.number, payload.patient_number, payload.digest.upper())
    return ":".join((_PREFIX, *(quote(part, safe="") for part in parts)))


def read_payload(text: str) -> OfflinePayload:
    """Read a scanned payload back. Raises Invalid when it is not one of ours."""
    parts = text.strip().split(":")
    if len(parts) != 4 or parts[0] != _PREFIX:
        raise Invalid(
            _("This code is not from a signed prescription."), _("Scan the square code at the bottom right.")
        )
    number, patient, digest = (unquote(part) for part in parts[1:])
    return OfflinePayload(number, patient, digest.lower())


def bars(text: str, room: float) -> tuple[tuple[float, float], ...]:
    """Give the bars of a Code 128 as (left, width) in millimetres, at most `room` wide without its quiet zones.

    Empty when the text is empty, not plain ASCII, or too long to stay scannable in that room: print it in full beside.
    """
    if not text or not text.isascii() or not text.isprintable():
        return ()
    widths = _code128(text)
    module = min(MAX_MODULE, room / sum(abs(w) for w in widths))
    if module < MIN_MODULE:
        return ()
    drawn, x = [], 0.0
    for step in widths:
        if step > 0:
            drawn.append((x, step * module))
        x += abs(step) * module
    return tuple(drawn)


@lru_cache(maxsize=64)
def _code128(text: str) -> tuple[int, ...]:
    """Give bar (positive) and gap (negative) widths in modules."""
    code = Code128(text, quiet=0)
    code.validate()
    code.encode()
    code.decompose()
    return tuple((1 if c.isupper() else -1) * (ord(c.lower()) - ord("a") + 1) for c in code.decomposed)


@lru_cache(maxsize=64)
def squares(text: str) -> tuple[tuple[bool, ...], ...]:
    """Give the rows of a QR code (error correction M), without its quiet zone; True is dark."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    return tuple(tuple(bool(dark) for dark in row) for row in code.modules)
