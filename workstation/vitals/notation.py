"""The ward's own way of writing: stools `3/2E`, urine `1500/C`. Read as typed, kept as it stands on the chart.

Rules: cn_rules 3.1. `0` none; `1/E` one after an enema; `3/2E` three after two enemas; `1 2/E` one own and two after;
`*` cannot be held; `☆` stoma. Urine: `*` cannot be held, `/C` by a catheter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from workstation.core.errors import Invalid
from workstation.core.i18n import _

NOT_HELD: Final = "*"
STOMA: Final = "☆"
MOST: Final = 40
_SPELT: Final = {"*": NOT_HELD, "＊": NOT_HELD, "※": NOT_HELD, "☆": STOMA, "★": STOMA, "S": STOMA}
_COUNT: Final = re.compile(r"(?:(\d{1,2}) )?(\d{1,2})(?:/([1-9]?)E)?")
_URINE: Final = re.compile(r"(\d{1,5})(/C)?")


@dataclass(frozen=True, slots=True)
class Urine:
    """Urine of a day: `amount` in mL, None where it cannot be held; `catheter` when it came by one."""

    amount: Decimal | None
    catheter: bool = False

    @property
    def text(self) -> str:
        """What stands on the chart."""
        if self.amount is None:
            return NOT_HELD
        return f"{self.amount}/C" if self.catheter else str(self.amount)


def stool(text: str) -> str:
    """Read a stool count and write it the chart's way. Raises Invalid for anything the chart has no sign for."""
    plain = _plain(text)
    if plain in _SPELT:
        return _SPELT[plain]
    found = _COUNT.fullmatch(plain)
    if found is None or (found[1] and found[3] is None):
        raise _no_stool(text)
    own, count, enemas = found[1], int(found[2]), found[3]
    if count > MOST or int(own or 0) > MOST:
        raise _no_stool(text)
    first = f"{int(own)} " if own else ""
    return f"{first}{count}" + ("" if enemas is None else f"/{enemas if enemas != '1' else ''}E")


def _no_stool(text: str) -> Invalid:
    return Invalid(
        _("“{text}” is no stool count.", text=text),
        _("Write 0, 1, 1/E after an enema, 3/2E after two, 1 2/E own and after, * not held, ☆ stoma."),
        "stool",
    )


def urine(text: str) -> Urine:
    """Read an amount of urine. Raises Invalid."""
    plain = _plain(text)
    if _SPELT.get(plain) == NOT_HELD:
        return Urine(None)
    found = _URINE.fullmatch(plain.replace(" ", ""))
    if found is None:
        raise Invalid(
            _("“{text}” is no amount of urine.", text=text),
            _("Write mL, 1500/C by a catheter, * not held."),
            "urine",
        )
    return Urine(Decimal(found[1]), bool(found[2]))


def _plain(text: str) -> str:
    """Write half-width, in capitals, with single blanks and none around the stroke."""
    plain = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    return re.sub(r" ?/ ?", "/", plain).replace(" E", "E")
