"""The chart as a table: one row for each taking, the newest first, for keyboard, screen reader and correction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from ui.widgets.table_model import Badge, Column
from workstation.core.clock import parse_instant
from workstation.core.days import written_day, written_moment
from workstation.core.i18n import _
from workstation.vitals.model import Reading, TakingRow

NAMES: Final = {
    "temperature": "Temperature",
    "pulse": "Pulse",
    "heart_rate": "Heart rate",
    "respiration": "Respiration",
    "systolic": "Blood pressure",
    "spo2": "Oxygen saturation",
    "oxygen": "Oxygen given",
    "consciousness": "Consciousness",
    "pain": "Pain",
    "stool": "Stools",
    "intake": "Intake",
    "output": "Output",
    "urine": "Urine",
    "weight": "Weight",
    "height": "Height",
}
OTHERS: Final = ("oxygen", "consciousness", "pain", "stool", "intake", "output", "urine", "weight", "height")


def reading_text(reading: Reading) -> str:
    """Write one value, after cooling with its mark."""
    return f"↓{reading.text}" if reading.cooled else reading.text


def named(reading: Reading) -> str:
    """Write one value with its sign."""
    return f"{_(NAMES[reading.field])} {reading_text(reading)}"


def when(row: TakingRow, now: datetime) -> str:
    """Write when a row was taken: the day alone for what belongs to a whole day."""
    if len(row.at) <= 10:
        return written_day(row.at)
    return written_moment(parse_instant(row.at, now.tzinfo).astimezone(now.tzinfo))


def _values(*fields: str) -> Callable[[TakingRow], str]:
    return lambda row: "  ".join(reading_text(r) for f in fields for r in row.readings if r.field == f)


def _others(row: TakingRow) -> str:
    return "  ".join(named(r) for f in OTHERS for r in row.readings if r.field == f)


def _struck(row: TakingRow) -> list[Badge]:
    return [Badge("not_checked", _("taken back: {what}", what=text)) for text in row.struck]


def taking_columns(now: Callable[[], datetime]) -> list[Column]:
    """Give the columns."""
    return [
        Column("at", "Time (24 h)", lambda r: when(r, now()), width=128, whole=True),
        Column("temperature", "T °C", _values("temperature"), width=84, right=True, whole=True),
        Column("pulse", "P /min", _values("pulse"), width=56, right=True, whole=True),
        Column("heart", "HR /min", _values("heart_rate"), width=56, right=True, whole=True, optional=True),
        Column("respiration", "R /min", _values("respiration"), width=56, right=True, whole=True),
        Column("pressure", "BP mmHg", _values("systolic"), width=72, right=True, whole=True),
        Column("spo2", "SpO₂ %", _values("spo2"), width=56, right=True, whole=True, optional=True),
        Column("others", "Other signs", _others, width=160, clinical=True, stretch=True, badges=_struck),
        Column("by", "Measured by", lambda r: r.by, width=72, whole=True, color="text2"),
    ]
