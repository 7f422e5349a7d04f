"""Short texts in both languages that several rules share: amounts, days, measured values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from workstation.core.days import english_date
from workstation.rules.alerts import Text
from workstation.rules.facts import Measured
from workstation.terminology.doses import dose_text
from workstation.terminology.knowledge import Knowledge

CLASSES: Final = {
    "narcotic": Text("麻醉药品", "a narcotic"),
    "psychotropic-1": Text("第一类精神药品", "a class 1 psychotropic"),
    "psychotropic-2": Text("第二类精神药品", "a class 2 psychotropic"),
    "toxic": Text("医疗用毒性药品", "a medicinal toxic drug"),
    "radioactive": Text("放射性药品", "a radioactive drug"),
    "precursor": Text("药品类易制毒化学品", "a drug precursor"),
}


def amount(value: Decimal, unit: str, knowledge: Knowledge) -> Text:
    """Write an amount of a drug."""
    rounded = value.quantize(Decimal("0.001")).normalize() + 0
    return Text(
        dose_text(rounded, unit, knowledge.units, "zh_CN"), dose_text(rounded, unit, knowledge.units, "en")
    )


def days(count: int) -> Text:
    """Write a number of days."""
    return Text(f"{count} 日用量", f"{count} days")


def day_of(day: date) -> Text:
    """Write a day, as S10 asks: 2025-04-17, 17-Apr-2025."""
    return Text(day.isoformat(), english_date(day))


def on(measured: Measured) -> Text:
    """Write the day of a value."""
    return day_of(measured.on)


def value(name: Text, measured: Measured) -> Text:
    """Write a measured value with unit and day."""
    when = on(measured)
    shown = f"{measured.value.normalize() + 0:f} {measured.unit}"
    return Text(f"{name.zh} {shown} ({when.zh})", f"{name.en} {shown} ({when.en})")


def together(texts: Iterable[Text]) -> Text:
    """Join names to a list."""
    names = list(texts)
    return Text("、".join(t.zh for t in names), ", ".join(t.en for t in names))
