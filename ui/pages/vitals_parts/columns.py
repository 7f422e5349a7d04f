"""The signs of a round as columns: what hands may type into each, how it is echoed, and what it says to the desk.

Digits are enough: `368` is 36.8 °C, `15294` is 152/94. A letter says more: `368k` or `368o` in the mouth, `378c` after
cooling, `88/110` pulse and heart rate, `h72` a pacemaker's, `20r` a ventilator's, `1500/c` by a catheter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ui.widgets import sign_text
from ui.widgets.fields import half_width, parse_number
from workstation.chart import signs
from workstation.chart.measures import Measure
from workstation.chart.temperature import Site
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.terminology.doses import number
from workstation.vitals import notation
from workstation.vitals.model import STATES_OF_MIND, RoundRow
from workstation.vitals.reading import site_word

COOLING: Final = "cooling"
_SITES: Final = {
    "a": Site.AXILLARY, "y": Site.AXILLARY, "腋": Site.AXILLARY, "o": Site.ORAL, "k": Site.ORAL, "口": Site.ORAL,
    "r": Site.RECTAL, "g": Site.RECTAL, "肛": Site.RECTAL, "e": Site.EAR, "耳": Site.EAR,
    "f": Site.FOREHEAD, "额": Site.FOREHEAD,
}  # fmt: skip
_AFTER: Final = frozenset("cj降")
_MACHINE: Final = {"pulse": "h", "respiration": "r"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a cell means: values by field of the request, and how they are echoed."""

    values: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""

    @property
    def numbers(self) -> dict[str, Decimal]:
        """The numbers a check looks at, by sign."""
        found = {key: value for key, value in self.values.items() if isinstance(value, Decimal)}
        if COOLING in found:
            found["temperature"] = found.pop(COOLING)
        return found


@dataclass(frozen=True, slots=True)
class SignColumn:
    """One column of the grid. `fields` are the signs it holds, the first the one that is due and that stands before.

    `walk` columns are gone through by Enter in every round, the others where they are due; `shown` ones stand there
    in every round.
    """

    id: str
    title: str
    name: str
    width: int
    read: Callable[[str, RoundRow], Typed]
    fields: tuple[str, ...]
    walk: bool = False
    shown: bool = False

    @property
    def field(self) -> str:
        """The sign that is due and whose last value stands in the cell."""
        return self.fields[0]


def _not(text: str, column: str) -> Invalid:
    return Invalid(_("“{text}” is not a value.", text=text), field=column)


def temperature(text: str, row: RoundRow) -> Typed:
    """Read a temperature with its site (else where it was taken last), or one after cooling."""
    plain = half_width(text).lower().replace(" ", "")
    found = re.fullmatch(r"([\d.]+)([a-z口腋肛耳额降]?)", plain)
    value = sign_text.temperature(found[1]) if found is not None else None
    if found is None or value is None:
        raise _not(text, "temperature")
    if found[2] in _AFTER and found[2]:
        if not row.hot:
            raise Invalid(
                _("There is no fever of the last hours to measure again."),
                _("Record it as a temperature of its own."),
                "temperature",
            )
        return Typed({COOLING: value}, f"↓{number(value)}")
    if found[2] and found[2] not in _SITES:
        raise _not(text, "temperature")
    site = _SITES.get(found[2], row.site)
    return Typed({"temperature": value, "site": site}, f"{number(value)} {site_word(site)}")


def pulse(text: str, _row: RoundRow) -> Typed:
    """Read a pulse, a pulse and the heart rate it falls short of, or the rate of a pacemaker."""
    plain = half_width(text).lower().replace(" ", "")
    paced = re.fullmatch(r"h(\d+)|(\d+)h", plain)
    if paced is not None:
        rate = Decimal(paced[1] or paced[2])
        return Typed({"heart_rate": rate, "paced": True}, f"H {rate}")
    both = re.fullmatch(r"(\d+)/(\d+)", plain)
    if both is not None:
        return Typed({"pulse": Decimal(both[1]), "heart_rate": Decimal(both[2])}, plain)
    return _whole(text, "pulse")


def respiration(text: str, _row: RoundRow) -> Typed:
    """Read breaths, with `r` those of a ventilator."""
    plain = half_width(text).lower().replace(" ", "")
    if plain.endswith("r"):
        read = _whole(plain[:-1], "respiration")
        return Typed({**read.values, "ventilated": True}, f"{read.shown} R")
    return _whole(text, "respiration")


def pressure(text: str, _row: RoundRow) -> Typed:
    """Read a blood pressure."""
    both = sign_text.pressure(text)
    if both is None:
        raise _not(text, "systolic")
    return Typed({"systolic": both[0], "diastolic": both[1]}, f"{both[0]}/{both[1]}")


def consciousness(text: str, _row: RoundRow) -> Typed:
    """Read a letter of ACVPU."""
    letter = half_width(text).upper()
    if letter not in STATES_OF_MIND:
        raise Invalid(
            _("“{text}” is no state of consciousness.", text=text),
            _("A alert, C confused, V voice, P pain, U unresponsive."),
            "consciousness",
        )
    return Typed({"consciousness": letter}, letter)


def stool(text: str, _row: RoundRow) -> Typed:
    """Read a stool count."""
    written = notation.stool(text)
    return Typed({"stool": written}, written)


def urine(text: str, _row: RoundRow) -> Typed:
    """Read an amount of urine."""
    read = notation.urine(text)
    values: dict[str, Any] = {"urine": read.text}
    if read.amount is not None:
        values["_urine"] = read.amount
    return Typed(values, read.text)


def _number_of(column: str) -> Callable[[str, RoundRow], Typed]:
    def read(text: str, _row: RoundRow) -> Typed:
        value = parse_number(text)
        if value is None:
            raise _not(text, column)
        return Typed({column: value}, number(value))

    return read


def _whole(text: str, column: str) -> Typed:
    value = parse_number(text)
    if value is None or value % 1:
        raise _not(text, column)
    return Typed({column: value}, number(value))


COLUMNS: Final = (
    SignColumn("temperature", "T °C", "Temperature", 96, temperature, ("temperature",), walk=True, shown=True),
    SignColumn("pulse", "P /min", "Pulse", 92, pulse, ("pulse", "heart_rate"), walk=True, shown=True),
    SignColumn("respiration", "R /min", "Respiration", 68, respiration, ("respiration",), walk=True, shown=True),
    SignColumn("pressure", "BP mmHg", "Blood pressure", 116, pressure, ("systolic", "diastolic"), walk=True,
               shown=True),
    SignColumn("spo2", "SpO₂ %", "Oxygen saturation", 70, _number_of("spo2"), ("spo2",), walk=True, shown=True),
    SignColumn("oxygen", "O₂ L/min", "Oxygen given", 70, _number_of("oxygen"), ("oxygen",), shown=True),
    SignColumn("consciousness", "ACVPU", "Consciousness", 64, consciousness, ("consciousness",), shown=True),
    SignColumn("pain", "Pain", "Pain", 56, _number_of("pain"), ("pain",), shown=True),
    SignColumn("stool", "Stools", "Stools", 84, stool, ("stool",)),
    SignColumn("intake", "Intake mL", "Intake", 88, _number_of("intake"), ("intake",)),
    SignColumn("output", "Output mL", "Output", 88, _number_of("output"), ("output",)),
    SignColumn("urine", "Urine mL", "Urine", 96, urine, ("urine",)),
    SignColumn("weight", "Weight kg", "Weight", 84, _number_of("weight"), ("weight",)),
    SignColumn("height", "Height cm", "Height", 76, _number_of("height"), ("height",)),
)  # fmt: skip
BY_ID: Final = {column.id: column for column in COLUMNS}
COLUMN_OF: Final = {name: column.id for column in COLUMNS for name in column.fields}
OF_A_DAY: Final = frozenset({"intake", "output", "urine"})


def check(typed: Typed, row: RoundRow, today: Any, confirmed: frozenset[str]) -> None:
    """Check a cell as the desk will. Raises Invalid, naming the sign."""
    numbers = typed.numbers
    if "_urine" in numbers:
        numbers["urine"] = numbers.pop("_urine")
    signs.check_all(numbers, row.months, confirmed)
    if "weight" in numbers and row.weight_kg:
        last = Measure("", "", "", row.weight_kg, "kg", row.weight_at)
        signs.check_weight(last, numbers["weight"], today, confirmed)
