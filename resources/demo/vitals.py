"""The vital signs of one demo stay, by the course of its illness: what a ward's rounds would have written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from resources.demo.resources_of import made, stable_id
from resources.demo.wards import Stay
from workstation.chart import measures, signs
from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference
from workstation.terminology.knowledge import Knowledge

HOURS: Final = {1: (14,), 4: (6, 10, 14, 18), 6: (2, 6, 10, 14, 18, 22)}
COOLED: Final = timedelta(minutes=35)
RECORDED: Final = timedelta(minutes=4)
MISSED_CHANCE: Final = 0.02
USUAL: Final = Decimal("36.5")


@dataclass(slots=True)
class Taker:
    """Writes the Observations of one stay."""

    stay: Stay
    pattern: Mapping[str, Any]
    knowledge: Knowledge

    def base(self, field: str, at: datetime, when: str = "") -> dict[str, Any]:
        """Give everything of an Observation but its code and value."""
        nurse = self.stay.nurse(at)
        return {
            "id_": stable_id("sign", self.stay.id, field, when or at),
            "status": "final",
            "category": [concept(systems.OBSERVATION_CATEGORY, "vital-signs")],
            "subject": self.stay.patient,
            "encounter": self.stay.encounter,
            "effectiveDateTime": when or instant(at),
            "issued": instant(at),
            "performer": [nurse.reference],
        }

    def sign(self, field: str, value: Decimal, at: datetime, when: str = "", **more: Any) -> Resource:
        """Say one sign."""
        kind = signs.BY_FIELD[field]
        return made(
            "Observation",
            **self.base(field, at, when),
            code=concept(kind.system, kind.code, kind.display),
            valueQuantity=signs.quantity(kind, value),
            **more,
        )

    def said(self, code: str, display: str, at: datetime, when: str = "", **value: Any) -> Resource:
        """Say what is no number."""
        return made(
            "Observation",
            **self.base(code, at, when),
            code=concept(systems.OBSERVATION, code, display),
            **value,
        )

    def missed(self, field: str, reason: str, at: datetime) -> Resource:
        """Say that a sign was not taken, and why."""
        kind, known = signs.BY_FIELD[field], self.knowledge.ward_signs.reason(reason)
        words = known.name_zh if known is not None else reason
        return made(
            "Observation",
            **self.base(field, at),
            code=concept(kind.system, kind.code, kind.display),
            dataAbsentReason=concept(systems.REASON, reason, text=words),
        )

    def pressure(self, systolic: int, diastolic: int, at: datetime) -> Resource:
        """Say a blood pressure."""
        parts = {"systolic": Decimal(systolic), "diastolic": Decimal(diastolic)}
        display = "Blood pressure panel with all children optional"
        return made(
            "Observation",
            **self.base("pressure", at),
            code=concept(systems.LOINC, measures.BLOOD_PRESSURE, display),
            component=[
                {
                    "code": concept(systems.LOINC, signs.BY_FIELD[f].code, signs.BY_FIELD[f].display),
                    "valueQuantity": signs.quantity(signs.BY_FIELD[f], value),
                }
                for f, value in parts.items()
            ],
        )


def measured(stay: Stay, patterns: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Resource]:
    """Walk every sign measured from admission to now."""
    taker = Taker(stay, patterns[stay.course["pattern"]], knowledge)
    yield from _on_admission(taker)
    for day in range((stay.now.date() - stay.since.date()).days + 1):
        for at, text in _rounds(taker, day):
            if stay.since + timedelta(minutes=20) < at <= stay.now - RECORDED:
                yield from _round(taker, at, text, day)
        yield from _of_the_day(taker, day)


def _on_admission(taker: Taker) -> Iterator[Resource]:
    stay = taker.stay
    at = stay.since + timedelta(minutes=12)
    yield from _round(taker, at, taker.pattern["temperature"][0][1].partition(">")[0], 0)
    if taker.pattern.get("bedridden"):
        yield taker.missed("weight", "bedridden", at)
        return
    yield taker.sign("height", stay.body.height, at)
    yield taker.sign("weight", stay.body.weight, at)


def _rounds(taker: Taker, day: int) -> Iterator[tuple[datetime, str]]:
    """Give the rounds of a day: often for who is new or hot, else once."""
    days: Sequence[Sequence[str]] = taker.pattern["temperature"]
    texts = days[min(day, len(days) - 1)]
    for hour, text in zip(HOURS[len(texts)], texts, strict=True):
        late = taker.stay.dice.randrange(0, 25)
        yield taker.stay.on(day, time(hour, late).isoformat()), text


def _round(taker: Taker, at: datetime, text: str, day: int) -> Iterator[Resource]:
    stay, pattern = taker.stay, taker.pattern
    if stay.dice.random() < MISSED_CHANCE and day:
        reason = stay.dice.choice(("out", "refused"))
        yield from (taker.missed(field, reason, at) for field in ("temperature", "pulse", "respiration"))
        return
    before, _arrow, after = text.partition(">")
    temperature = Decimal(before) + Decimal(stay.dice.choice((-1, 0, 0, 1))) / 10
    site = concept(systems.TEMPERATURE_SITE, "axillary")
    main = taker.sign("temperature", temperature, at, method=site)
    yield main
    if after and at + COOLED <= stay.now:
        before_it = [reference(Ref("Observation", main["id"]))]
        yield taker.sign("temperature", Decimal(after), at + COOLED, method=site, derivedFrom=before_it)
    yield from _rates(taker, temperature, at)
    if at.hour in (6, 14, 15) or pattern.get("often") or not day:
        wide = stay.dice.randrange(-9, 10)
        yield taker.pressure(pattern["systolic"] + wide, pattern["diastolic"] + wide // 2, at)
    yield from _breathing(taker, temperature, at)
    if "pain" in pattern:
        pains = pattern["pain"]
        yield taker.sign("pain", Decimal(pains[min(day, len(pains) - 1)]), at)
    if "mind" in pattern:
        yield _mind(taker, pattern["mind"][min(day, len(pattern["mind"]) - 1)], at)


def _rates(taker: Taker, temperature: Decimal, at: datetime) -> Iterator[Resource]:
    heart = taker.pattern["pulse"] + int((temperature - USUAL) * 10) + taker.stay.dice.randrange(-4, 5)
    deficit = taker.pattern.get("deficit", 0)
    if deficit:
        yield taker.sign("heart_rate", Decimal(heart + deficit), at)
    yield taker.sign("pulse", Decimal(heart), at)


def _breathing(taker: Taker, temperature: Decimal, at: datetime) -> Iterator[Resource]:
    pattern, dice = taker.pattern, taker.stay.dice
    breaths = pattern["respiration"] + int((temperature - USUAL) * 2) + dice.randrange(-1, 2)
    yield taker.sign("respiration", Decimal(breaths), at)
    if "spo2" in pattern:
        yield taker.sign("spo2", Decimal(min(100, pattern["spo2"] + dice.randrange(-2, 4))), at)
    if "oxygen" in pattern:
        yield taker.sign("oxygen", Decimal(pattern["oxygen"]), at)


def _mind(taker: Taker, letter: str, at: datetime) -> Resource:
    state = next(s for s in taker.knowledge.early_warning.consciousness if s.code == letter)
    value = concept(systems.OBSERVATION, state.code, state.name_en, state.name_zh)
    return taker.said(signs.CONSCIOUSNESS, "Level of consciousness (ACVPU)", at, valueCodeableConcept=value)


def _of_the_day(taker: Taker, day: int) -> Iterator[Resource]:
    """Give what belongs to a whole day: stools at 14 o'clock, intake and output the next morning."""
    stay, pattern = taker.stay, taker.pattern
    asked, morning = stay.on(day, "14:05"), stay.on(day + 1, "07:00")
    if stay.since < asked <= stay.now:
        stools = pattern["stools"]
        yield taker.said(signs.STOOL, "Stool count", asked, valueString=stools[day % len(stools)])
    if pattern.get("fluids") and morning <= stay.now:
        when = stay.on(day, "00:00").date().isoformat()
        taken = Decimal(stay.dice.randrange(28, 42) * 50)
        urine = Decimal(stay.dice.randrange(24, 44) * 50)
        yield taker.sign("intake", taken, morning, when)
        yield taker.sign("output", urine + 150, morning, when)
        catheter = concept(systems.OBSERVATION, "catheter") if pattern.get("catheter") else None
        yield taker.sign("urine", urine, morning, when, method=catheter)
    if day and day % 7 == 0 and not pattern.get("bedridden") and asked <= stay.now:
        yield taker.sign("weight", stay.body.weight - Decimal("0.8"), asked)
