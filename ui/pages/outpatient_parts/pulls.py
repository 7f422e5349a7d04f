"""Values a note can pull from the record: `{{体温}}` becomes “36.8 ℃ (09:02)”, and is watched until it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from workstation.chart.allergies import Allergies, AllergyState
from workstation.chart.measures import (
    DIASTOLIC,
    HEIGHT,
    PULSE,
    RESPIRATION,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    WEIGHT,
    Measure,
)
from workstation.chart.summary import Summary
from workstation.core.clock import parse_instant
from workstation.core.days import written_date
from workstation.core.i18n import language, pick
from workstation.emr.rows import VisitRecord

_SIGNS: Final = {
    TEMPERATURE: (("体温", "temperature", "T"), "℃", "°C"),
    PULSE: (("脉搏", "心率", "pulse", "rate", "heart rate", "P"), "次/分", "/min"),
    RESPIRATION: (("呼吸", "respiration", "R"), "次/分", "/min"),
    SPO2: (("血氧", "血氧饱和度", "SpO2", "saturation"), "%", "%"),
    WEIGHT: (("体重", "weight"), "kg", "kg"),
    HEIGHT: (("身高", "height"), "cm", "cm"),
}
_PRESSURE: Final = ("血压", "BP", "blood pressure")
_ALLERGIES: Final = ("过敏史", "过敏", "allergies")
_EGFR: Final = ("肾功能", "eGFR")


@dataclass(frozen=True, slots=True)
class Pull:
    """One value to pull: `text` as it is written into the note, time included; `bare` without unit and time."""

    name: str
    text: str
    bare: str


def pulls_of(summary: Summary | None, record: VisitRecord | None, now: datetime) -> Mapping[str, Pull]:
    """Give every value that can be pulled now, by each of its names; values of this visit go before older ones."""
    found: dict[str, Pull] = {}
    measures: dict[str, Measure] = {}
    for source in (summary.vitals if summary else (), record.vitals if record else ()):
        measures |= {m.code: m for m in source if m.code}
    for code, (names, zh, en) in _SIGNS.items():
        if code in measures:
            m = measures[code]
            _add(found, names, f"{m.value} {pick(zh, en)}", m.at, now, m.value)
    if SYSTOLIC in measures and DIASTOLIC in measures:
        value = f"{measures[SYSTOLIC].value}/{measures[DIASTOLIC].value}"
        _add(found, _PRESSURE, f"{value} mmHg", measures[SYSTOLIC].at, now, value)
    if summary is not None and summary.egfr is not None:
        _add(found, _EGFR, f"eGFR {summary.egfr.value} mL/min", summary.egfr.at, now, summary.egfr.value)
    allergies = record.allergies if record is not None else None
    said = allergy_words(allergies) if allergies is not None else ""
    if said:
        found |= {name.casefold(): Pull(name, said, said) for name in _ALLERGIES}
    return found


def _add(
    found: dict[str, Pull], names: tuple[str, ...], value: str, at: str, now: datetime, bare: str
) -> None:
    when = _since(at, now)
    inside = f"（{when}）" if language() == "zh_CN" else f" ({when})"
    text = value + (inside if when else "")
    found.update({name.casefold(): Pull(name, text, bare) for name in names})


def when_text(at: str, zone: tzinfo | None) -> str:
    """Write a moment as day and minute, or its day where no time is known."""
    if len(at) < 10:
        return at
    if len(at) == 10:
        return written_date(date.fromisoformat(at))
    moment = parse_instant(at).astimezone(zone)
    return f"{written_date(moment.date())} {moment:%H:%M}"


def _since(at: str, now: datetime) -> str:
    """Write the moment of a value: its minute where it is of today, else its day too."""
    whole = when_text(at, now.tzinfo)
    return whole.removeprefix(f"{written_date(now.date())} ")


def allergy_words(allergies: Allergies) -> str:
    """Say the allergy state for a note; nothing where it was not recorded."""
    if allergies.state is AllergyState.NONE:
        return pick("否认药物及食物过敏史", "No known allergies")
    agents = [f"{a.agent}{f'（{a.reaction}）' if a.reaction else ''}" for a in allergies.known]
    return pick("过敏：", "Allergic to ") + pick("、", ", ").join(agents) if agents else ""


def find(pulls: Mapping[str, Pull], name: str) -> Pull | None:
    """Give the value with this name as typed."""
    return pulls.get(name.strip().casefold())
