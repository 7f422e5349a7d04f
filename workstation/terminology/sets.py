"""Prescription sets (套餐): what is usually written together for one illness, found by initials or by diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property

from workstation.core.i18n import pick
from workstation.terminology.search import PrefixIndex


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line of a set. `dose` is None where it goes by weight: `per_kg`, rounded down to `step`, at most `most`.

    `unit`, `route` and `frequency` are codes of the knowledge files; all three amounts are in `unit`.
    """

    drug_id: str
    dose: Decimal | None
    unit: str
    route: str
    frequency: str
    days: int
    per_kg: Decimal | None = None
    step: Decimal = Decimal(1)
    most: Decimal | None = None

    def dose_for(self, weight_kg: Decimal | None) -> Decimal | None:
        """Give the dose for a weight; None where it is needed and not known, or where it rounds down to nothing."""
        if self.per_kg is None:
            return self.dose
        if weight_kg is None:
            return None
        steps = (self.per_kg * weight_kg / self.step).to_integral_value(ROUND_FLOOR)
        dose = steps * self.step
        return min(dose, self.most) if self.most is not None and dose else dose or None


@dataclass(frozen=True, slots=True)
class PrescriptionSet:
    """A set for people of `age_from` full years up to, not including, `age_to` (0: no end).

    `diagnoses` are the beginnings of ICD-10 codes it fits; `long_term` lines are for a long-term prescription.
    """

    code: str
    name_zh: str
    name_en: str
    initials: tuple[str, ...]
    diagnoses: tuple[str, ...]
    age_from: int
    age_to: int
    long_term: bool
    source_zh: str
    source_en: str
    lines: tuple[SetLine, ...]

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    @property
    def source(self) -> str:
        """Where it comes from, in the language of the screen."""
        return pick(self.source_zh, self.source_en)

    def fits_age(self, years: int | None) -> bool:
        """Say whether it is meant for this age; an unknown age rules nothing out."""
        return years is None or (self.age_from <= years and (not self.age_to or years < self.age_to))

    def fits(self, diagnoses: Iterable[str]) -> bool:
        """Say whether one of these ICD-10 codes is among those it is for."""
        return any(code.startswith(self.diagnoses) for code in diagnoses if code)


class PrescriptionSets:
    """Every set of this hospital, in the order of its file."""

    def __init__(self, sets: Iterable[PrescriptionSet]) -> None:
        self._all = tuple(sets)

    def __iter__(self) -> Iterator[PrescriptionSet]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _index(self) -> PrefixIndex:
        return PrefixIndex([(*s.initials, s.name_zh, s.name_en, s.code, *s.diagnoses) for s in self._all])

    def search(
        self, text: str, years: int | None = None, diagnoses: Sequence[str] = ()
    ) -> list[PrescriptionSet]:
        """Find sets for an age by initials, name or diagnosis code; those that fit the diagnoses first.

        Without a text every set for that age is given.
        """
        hits = self._index.search(text, len(self._all)) if text.strip() else None
        found = self._all if hits is None else [self._all[hit.entry] for hit in hits]
        meant = [each for each in found if each.fits_age(years)]
        return sorted(meant, key=lambda each: not each.fits(diagnoses))
