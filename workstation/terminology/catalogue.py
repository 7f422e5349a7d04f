"""Lists of drugs, diagnoses, allergens, frequencies and routes, each found by code or by typing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from workstation.terminology.model import (
    Allergen,
    Diagnosis,
    Drug,
    Frequency,
    Route,
)
from workstation.terminology.search import Match, PrefixIndex, normalise
from workstation.terminology.wording import Lookalike

_HAN_DIGITS: Final = str.maketrans("一二两三四五六七八九", "1223456789")
_ONE_A_SLOT: Final = re.compile(r"1(-[01]){2,4}")


@dataclass(frozen=True, slots=True)
class DrugHit:
    """A found product. `differs` are the character ranges of the name that tell it from its look-alikes in the list."""

    drug: Drug
    match: Match
    uses: int = 0
    lookalikes: tuple[str, ...] = ()
    differs: tuple[tuple[int, int], ...] = ()

    @property
    def high_alert(self) -> bool:
        """Whether a mistake with this product harms at once."""
        return self.drug.high_alert


def preselectable(hits: Sequence[DrugHit]) -> bool:
    """Say whether the first row may be highlighted already: not among look-alikes or high-alert drugs."""
    return bool(hits) and not any(h.lookalikes or h.high_alert for h in hits)


class DrugCatalogue:
    """Every product this hospital may prescribe."""

    def __init__(self, drugs: Iterable[Drug], lookalikes: Iterable[Lookalike] = ()) -> None:
        self._drugs = tuple(drugs)
        self._by_id = {d.id: d for d in self._drugs}
        self._lookalikes = tuple(lookalikes)

    def __iter__(self) -> Iterator[Drug]:
        return iter(self._drugs)

    def __len__(self) -> int:
        return len(self._drugs)

    def __contains__(self, drug_id: object) -> bool:
        return drug_id in self._by_id

    @cached_property
    def _index(self) -> PrefixIndex:
        return PrefixIndex([_drug_keys(d) for d in self._drugs])

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {d.id: n for n, d in enumerate(self._drugs)}

    def get(self, drug_id: str) -> Drug:
        """Give a product. Raises KeyError for an unknown id."""
        return self._by_id[drug_id]

    def by_code(self, code: str) -> Drug | None:
        """Give the product with this catalogue id, or the first with this ATC code."""
        return self._by_id.get(code) or next((d for d in self._drugs if d.atc == code), None)

    def search(self, text: str, limit: int = 9, favourites: Mapping[str, int] | None = None) -> list[DrugHit]:
        """Find products by initials, pinyin, code, Latin or Chinese name; `favourites` are this user's counts by id."""
        uses = favourites or {}
        boost = {self._positions[i]: n for i, n in uses.items() if i in self._positions}
        hits = [
            DrugHit(self._drugs[h.entry], h.match, uses.get(self._drugs[h.entry].id, 0))
            for h in self._index.search(text, limit, boost)
        ]
        return self._flagged(hits)

    def same_class(self, drug: Drug, length: int = 4) -> list[Drug]:
        """Give other products of the same ATC group (first `length` characters), other ingredients only."""
        prefix = drug.atc[:length]
        return [d for d in self._drugs if prefix and d.atc.startswith(prefix) and d.atc != drug.atc]

    def _flagged(self, hits: list[DrugHit]) -> list[DrugHit]:
        for pair in self._lookalikes:
            one = [n for n, h in enumerate(hits) if _is(h.drug, pair.a, pair.a_en)]
            two = [n for n, h in enumerate(hits) if _is(h.drug, pair.b, pair.b_en)]
            if not one or not two or one == two:
                continue
            for mine, other in ((one, two), (two, one)):
                for n in mine:
                    hits[n] = _mark(hits[n], [hits[o].drug for o in other if o != n])
        return hits


def _is(drug: Drug, name: str, name_en: str) -> bool:
    return name in (drug.ingredient_zh, drug.id, drug.name_zh) or bool(
        name_en and name_en == drug.ingredient_en
    )


def _mark(hit: DrugHit, others: Sequence[Drug]) -> DrugHit:
    ranges = set(hit.differs)
    for other in others:
        ranges.update(_differing_part(hit.drug, other))
    ids = tuple(dict.fromkeys([*hit.lookalikes, *(o.id for o in others)]))
    return replace(hit, lookalikes=ids, differs=tuple(sorted(ranges)))


def _differing_part(drug: Drug, other: Drug) -> list[tuple[int, int]]:
    """Compare ingredients, or whole names of one ingredient."""
    at = drug.name_zh.find(drug.ingredient_zh)
    if drug.ingredient_zh == other.ingredient_zh or at < 0:
        return differing(drug.name_zh, other.name_zh)
    return [(at + a, at + b) for a, b in differing(drug.ingredient_zh, other.ingredient_zh)]


def differing(name: str, other: str) -> list[tuple[int, int]]:
    """Give the range of `name` that is not in `other`: what is left after their common beginning and end."""
    start = 0
    while start < min(len(name), len(other)) and name[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(name), len(other)) - start and name[-1 - end] == other[-1 - end]:
        end += 1
    return [(start, len(name) - end)] if start < len(name) - end else []


def _drug_keys(drug: Drug) -> Iterator[str]:
    yield from drug.initials
    yield drug.ingredient_initials
    yield from drug.pinyin
    yield drug.name_zh
    yield drug.ingredient_zh
    yield from _word_starts(drug.name_en)
    yield from _word_starts(drug.inn)
    yield drug.id
    yield drug.atc


def _diagnosis_keys(diagnosis: Diagnosis) -> tuple[str, ...]:
    names = (diagnosis.name_zh, *diagnosis.aliases, *diagnosis.initials, *diagnosis.pinyin)
    return (*names, diagnosis.code, *_word_starts(diagnosis.name_en))


def _word_starts(name: str) -> Iterator[str]:
    words = name.split()
    for n in range(min(len(words), 3)):
        yield " ".join(words[n:])


@dataclass(frozen=True, slots=True)
class DiagnosisHit:
    """A found diagnosis."""

    diagnosis: Diagnosis
    match: Match
    uses: int = 0


class DiagnosisCatalogue:
    """The diagnoses offered while typing, most common first."""

    def __init__(self, diagnoses: Iterable[Diagnosis]) -> None:
        self._all = tuple(sorted(diagnoses, key=lambda d: (d.rank, d.code)))

    def __iter__(self) -> Iterator[Diagnosis]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _index(self) -> PrefixIndex:
        return PrefixIndex([_diagnosis_keys(d) for d in self._all])

    @cached_property
    def _positions(self) -> dict[tuple[str, str], int]:
        return {(d.code, d.name_zh): n for n, d in enumerate(self._all)}

    def get(self, code: str) -> Diagnosis | None:
        """Give the first diagnosis with this code."""
        return next((d for d in self._all if d.code == code), None)

    def find(self, code: str, name_zh: str) -> Diagnosis | None:
        """Give the diagnosis with this code and Chinese name."""
        place = self._positions.get((code, name_zh))
        return None if place is None else self._all[place]

    def search(
        self, text: str, limit: int = 9, favourites: Mapping[str, int] | None = None
    ) -> list[DiagnosisHit]:
        """Find diagnoses by initials, pinyin, code, Chinese or English name; `favourites` are counts by code."""
        uses = favourites or {}
        boost = {n: uses[d.code] for n, d in enumerate(self._all) if d.code in uses} if uses else {}
        found = self._index.search(text, limit, boost)
        return [
            DiagnosisHit(self._all[h.entry], h.match, uses.get(self._all[h.entry].code, 0)) for h in found
        ]


class AllergenCatalogue:
    """What an allergy can be recorded against; groups first, then single ingredients."""

    def __init__(self, allergens: Iterable[Allergen]) -> None:
        self._all = tuple(allergens)
        self._by_code = {a.code: a for a in reversed(self._all)}
        self._names = {normalise(n): a for a in reversed(self._all) for n in _allergen_names(a)}

    def __iter__(self) -> Iterator[Allergen]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _index(self) -> PrefixIndex:
        return PrefixIndex([(*_allergen_names(a), *a.initials, a.code, *a.atc) for a in self._all])

    def get(self, code: str) -> Allergen | None:
        """Give the allergen with this code (a group code or an ATC code)."""
        return self._by_code.get(code)

    def named(self, text: str) -> Allergen | None:
        """Give the allergen whose name or other name this text is, a trailing "过敏" or "allergy" left aside."""
        bare = re.sub(r"(过敏史?|类?药物过敏|allergy|allergic)$", "", normalise(text))
        return self._names.get(bare) or self._names.get(f"{bare}类")

    def search(self, text: str, limit: int = 9) -> list[Allergen]:
        """Find allergens by initials, name, other name or code."""
        return [self._all[h.entry] for h in self._index.search(text, limit)]


def _allergen_names(allergen: Allergen) -> tuple[str, ...]:
    return (allergen.name_zh, allergen.name_en, *allergen.aliases)


class FrequencyTable:
    """How often drugs are taken, read from any way doctors write it."""

    def __init__(self, frequencies: Iterable[Frequency]) -> None:
        self._all = tuple(frequencies)
        self._by_code = {f.code: f for f in self._all}
        self._names = {
            _frequency_key(name): f
            for f in reversed(self._all)
            for name in (f.code, f.name_zh, f.name_en, *f.aliases)
        }

    def __iter__(self) -> Iterator[Frequency]:
        return iter(self._all)

    def get(self, code: str) -> Frequency:
        """Give a frequency. Raises KeyError for an unknown code."""
        return self._by_code[code]

    def parse(self, text: str) -> Frequency | None:
        """Read `tid`, `每日3次`, `一日三次`, `q8h`, `1-1-1` or the English words; None when it is none of them."""
        key = _frequency_key(text)
        found = self._names.get(key)
        if found is None and _ONE_A_SLOT.fullmatch(text.strip()):
            times = text.count("1")
            found = self._by_code.get({1: "qd", 2: "bid", 3: "tid", 4: "qid", 5: "5d"}[times])
        return found


def _frequency_key(text: str) -> str:
    return normalise(text).translate(_HAN_DIGITS)


class RouteTable:
    """Ways of giving a drug, read from any way doctors write them."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._all = tuple(routes)
        self._by_code = {r.code: r for r in self._all}
        self._names = {
            normalise(name): r
            for r in reversed(self._all)
            for name in (r.code, r.name_zh, r.name_en, *r.aliases)
        }

    def __iter__(self) -> Iterator[Route]:
        return iter(self._all)

    def get(self, code: str) -> Route:
        """Give a route. Raises KeyError for an unknown code."""
        return self._by_code[code]

    def parse(self, text: str) -> Route | None:
        """Read `po`, `口服`, `ivgtt` or the English words; None when it is none of them."""
        return self._names.get(normalise(text))
