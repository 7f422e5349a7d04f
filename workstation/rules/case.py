"""What every rule works on: the draft with its drugs looked up, the patient's age, and the drugs taken besides.

Built once for each evaluation, so that a rule is only its condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from workstation.core.errors import Invalid
from workstation.rules.alerts import Text
from workstation.rules.facts import ActiveMedication, Diagnosis, Draft, DraftLine, Facts
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, Frequency, Route
from workstation.terminology.quantity import decimal, dose_fraction

RECENT: Final = timedelta(days=14)
LONG_RECENT: Final = timedelta(days=35)
LONG_ACTING: Final = ("N06AF", "N06AG", "N04BD", "N06AB03")


@dataclass(frozen=True, slots=True)
class Age:
    """An age in whole years, months and days."""

    years: int
    months: int
    days: int

    @property
    def text(self) -> Text:
        """The age in the largest unit that says something."""
        if self.days < 28:
            return Text(f"{self.days} 天", f"{self.days} days")
        if self.months < 24:
            return Text(f"{self.months} 月龄", f"{self.months} months")
        return Text(f"{self.years} 岁", f"{self.years} years")


def age_on(birth: date, day: date) -> Age:
    """Give the age on a day; years are full years (周岁)."""
    months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
    return Age(months // 12, months, (day - birth).days)


@dataclass(frozen=True, slots=True)
class Line:
    """A draft line with its drug, route and frequency; the last two None when their codes are unknown."""

    line: DraftLine
    drug: Drug
    route: Route | None
    frequency: Frequency | None

    @property
    def id(self) -> str:
        """The id of the draft line."""
        return self.line.line_id

    @property
    def name(self) -> Text:
        """The drug's name."""
        return Text(self.drug.name_zh, self.drug.name_en)

    @property
    def iv(self) -> bool:
        """Whether it goes into a vein."""
        return self.route is not None and self.route.iv

    @property
    def systemic(self) -> bool:
        """Whether it reaches the whole body; assumed when the route is unknown."""
        return self.route is None or self.route.systemic


@dataclass(frozen=True, slots=True)
class Active:
    """A drug taken besides the draft."""

    medication: ActiveMedication
    drug: Drug | None

    @property
    def atc(self) -> str:
        """Its ATC code, from the record or the catalogue; empty when neither knows."""
        return self.medication.atc or (self.drug.atc if self.drug else "")

    @property
    def name(self) -> Text:
        """Its name: as recorded, or the catalogue's."""
        if self.drug is None:
            return Text(self.medication.name or self.atc, self.medication.name or self.atc)
        return Text(self.drug.name_zh, self.drug.name_en)

    @property
    def key(self) -> str:
        """What identifies it in an alert's subject."""
        return self.medication.drug_id or self.medication.atc or self.medication.name


class Case:
    """One evaluation's view of the patient and the draft."""

    def __init__(self, facts: Facts, draft: Draft, knowledge: Knowledge) -> None:
        self.facts, self.draft, self.knowledge = facts, draft, knowledge
        self.today = facts.now.date()
        self.age = age_on(facts.birth_date, self.today) if facts.birth_date else None
        known = [line for line in draft.lines if line.drug_id in knowledge.drugs]
        self.unknown_lines = tuple(line for line in draft.lines if line.drug_id not in knowledge.drugs)
        self.lines = tuple(self._look_up(line) for line in known)
        besides = (self._active(m) for m in facts.active_medications)
        self.actives = tuple(a for a in besides if self._recent(a))

    def _look_up(self, line: DraftLine) -> Line:
        routes, frequencies = self.knowledge.routes, self.knowledge.frequencies
        return Line(
            line,
            self.knowledge.drugs.get(line.drug_id),
            routes.parse(line.route),
            frequencies.parse(line.frequency),
        )

    def _active(self, medication: ActiveMedication) -> Active:
        drugs = self.knowledge.drugs
        return Active(medication, drugs.get(medication.drug_id) if medication.drug_id in drugs else None)

    def _recent(self, active: Active) -> bool:
        end = active.medication.end
        if end is None:
            return True
        return end >= self.today - (LONG_RECENT if active.atc.startswith(LONG_ACTING) else RECENT)

    @cached_property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """Diagnoses of the patient and of this sheet, each once."""
        return tuple(dict.fromkeys([*self.draft.diagnoses, *self.facts.diagnoses]))

    def diagnosed(self, *codes: str, words: tuple[str, ...] = ()) -> Text | None:
        """Give the first diagnosis whose code begins with one of `codes`; one without a code is read by `words`."""
        for diagnosis in self.diagnoses:
            if diagnosis.code:
                found = diagnosis.code.startswith(codes)
            else:
                found = any(word in diagnosis.text for word in words)
            if found:
                return self._diagnosis_text(diagnosis)
        return None

    def _diagnosis_text(self, diagnosis: Diagnosis) -> Text:
        known = self.knowledge.diagnoses.get(diagnosis.code) if diagnosis.code else None
        english = known.name_en if known else diagnosis.text or diagnosis.code
        return Text(diagnosis.text or (known.name_zh if known else diagnosis.code), english)

    def matching(self, *prefixes: str) -> Iterator[Line]:
        """Give lines whose ATC code begins with one of the prefixes."""
        return (line for line in self.lines if line.drug.in_class(*prefixes))

    def flagged(self, flag: str) -> Iterator[Line]:
        """Give lines whose drug carries a caution flag."""
        return (line for line in self.lines if line.drug.flagged(flag))

    def taking(self, *prefixes: str) -> list[Line | Active]:
        """Give every drug of a class, on the draft or taken besides."""
        besides = [a for a in self.actives if a.atc and a.atc.startswith(prefixes)]
        return [*self.matching(*prefixes), *besides]

    def daily(self, line: Line, unit: str) -> Decimal | None:
        """Give what is taken on a day it is taken, in `unit`; None when it cannot be computed."""
        return self.daily_of(line.drug, line.line.dose, line.line.unit, line.frequency, unit)

    def daily_of(
        self, drug: Drug, dose: Decimal, given: str, frequency: Frequency | None, unit: str
    ) -> Decimal | None:
        """Give a day's amount of any drug in `unit`; None when the frequency is unknown or the units do not fit."""
        if frequency is None:
            return None
        times = max(Fraction(1), frequency.per_day)
        try:
            return decimal(dose_fraction(drug, Fraction(dose) * times, given, unit, self.knowledge.units))
        except Invalid:
            return None
