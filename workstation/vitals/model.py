"""What the vital signs of a ward are asked and answer. Moments are ISO instants; amounts decimals in their unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from workstation.chart.temperature import Site
from workstation.chart.travel import NOT_KNOWN, Travelled

Language = Literal["", "zh_CN", "en"]
EventName = Literal["surgery", "delivery"]
STATES_OF_MIND: Final = ("A", "C", "V", "P", "U")


# Commands


@dataclass(frozen=True, slots=True)
class Missed:
    """That a sign (by field) was not taken, and the code of the reason in vital_signs.toml."""

    sign: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordRound:
    """One patient's row of a round: °C, /min, mmHg, %, L/min, 0-10, kg, cm, mL. What is None was not measured.

    `heart_rate` is counted at the heart where the pulse falls short of it; `paced` and `ventilated` say that a machine
    makes it. `consciousness` is a letter of ACVPU. `stool` and `urine` are written as on the chart. `day` is the day
    intake, output and urine belong to (ISO date, empty: the day before `at`). `confirmed` names fields whose unusual
    value was typed twice.
    """

    patient: str
    encounter: str
    at: str = ""
    temperature: Decimal | None = None
    site: Site = Site.AXILLARY
    pulse: Decimal | None = None
    heart_rate: Decimal | None = None
    paced: bool = False
    respiration: Decimal | None = None
    ventilated: bool = False
    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    spo2: Decimal | None = None
    oxygen: Decimal | None = None
    consciousness: str = ""
    pain: Decimal | None = None
    stool: str = ""
    intake: Decimal | None = None
    output: Decimal | None = None
    urine: str = ""
    weight: Decimal | None = None
    height: Decimal | None = None
    missed: tuple[Missed, ...] = ()
    day: str = ""
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordCooling:
    """Record the temperature after cooling (°C). `temperature` is the Observation before; the site stays its own."""

    patient: str
    encounter: str
    temperature: str
    value: Decimal
    at: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Record that signs were not taken, by the reason's code. Empty `signs`: temperature, pulse and respiration."""

    patient: str
    encounter: str
    reason: str
    signs: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Correct:
    """Take a value back as entered in error, with the reason; `value` (as it is typed) stands in its place.

    An empty `value` leaves nothing in its place. `confirmed` says that an unusual value was typed twice.
    """

    patient: str
    observation: str
    reason: str
    value: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class AddEvent:
    """Note an operation or a delivery on the chart; the days after it count from the next day."""

    patient: str
    encounter: str
    kind: EventName
    at: str = ""


@dataclass(frozen=True, slots=True)
class RemoveEvent:
    """Take a noted operation or delivery back as entered in error, with the reason."""

    patient: str
    procedure: str
    reason: str


# Questions and answers


@dataclass(frozen=True, slots=True)
class AskRound:
    """Ask for a round on a ward (empty: the first ward of the asker's departments) at a moment (empty: now).

    `patient` asks for one row of it only, after that row was recorded.
    """

    ward: str = ""
    at: str = ""
    patient: str = ""


@dataclass(frozen=True, slots=True)
class WardChoice:
    """A ward to choose; `mine`: of the asker's departments."""

    id: str
    name: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """The last value of a sign, as it is written, and when it was taken. `abnormal`: outside the usual of adults."""

    field: str
    text: str
    at: str
    abnormal: bool = False


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One patient of a round. `due` are the fields to measure at this moment, `why` the rounds that ask for them.

    `taken` are the fields already taken in this column of the day. `site` is where the temperature was taken last.
    `months` of age; `weight_kg` and `weight_at` the last weight; `early_warning`: whether the score is made for this
    patient. `hot` names the last temperature of 37.5 °C or more that was not measured again after cooling.
    """

    patient: str
    encounter: str
    bed: str
    name: str
    sex: str
    birth: str
    number: str
    day: int
    before: tuple[Before, ...] = ()
    due: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    site: Site = Site.AXILLARY
    months: int | None = None
    weight_kg: str = ""
    weight_at: str = ""
    early_warning: bool = True
    alike: str = ""
    readings: tuple[str, ...] = ()
    hot: str = ""
    travelled: Travelled = NOT_KNOWN

    def last(self, field: str) -> Before | None:
        """Give the last value of a sign, or None."""
        return next((before for before in self.before if before.field == field), None)


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round: the ward's patients by bed at a moment; `column` is the hour of the chart's column it falls in."""

    ward: str
    ward_name: str
    at: str
    column: int
    rows: tuple[RoundRow, ...] = ()
    wards: tuple[WardChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class AskRow:
    """Ask for one patient's row of a round at a moment (empty: now)."""

    patient: str
    encounter: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class AskChart:
    """Ask for a page of the temperature chart (0: the last). `language` of words and age; empty: the screen's."""

    patient: str
    encounter: str
    page: int = 0
    language: Language = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value as it is written. `unusual`: outside what is usual for an adult. `missed`: why it was not taken."""

    id: str
    field: str
    text: str
    unusual: bool = False
    missed: bool = False
    cooled: bool = False


@dataclass(frozen=True, slots=True)
class TakingRow:
    """Everything measured at one moment: `by` whom, and what was corrected away (`struck`), with its reason."""

    at: str
    by: str
    readings: tuple[Reading, ...]
    struck: tuple[str, ...] = ()

    def text(self, *fields: str) -> str:
        """Give the values of some fields, one after the other."""
        return " ".join(r.text for f in fields for r in self.readings if r.field == f)


@dataclass(frozen=True, slots=True)
class AskTrend:
    """Ask for one sign of a patient over the last days, by field (`systolic` gives both pressures)."""

    patient: str
    sign: str
    days: int = 7


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One value of a trend; `text` as it is written."""

    at: str
    value: Decimal
    text: str
