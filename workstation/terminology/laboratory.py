"""What the laboratory can be asked for: tests, panels, sets, tubes, and reference and critical limits by sex and age.

The limits are this hospital's to confirm; a value that comes with its laboratory's own range is judged by that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from workstation.core.i18n import pick
from workstation.fhir.resources import parse_date
from workstation.terminology.parsing import amount, split
from workstation.terminology.search import PrefixIndex

ANY: Final = "any"
_SPELLINGS: Final = {
    "µ": "u",
    "μ": "u",
    "×": "",
    "^": "*",
    "⁹": "*9",
    "¹²": "*12",
    "E9": "*9",
    "E12": "*12",
    " ": "",
}


@dataclass(frozen=True, slots=True)
class Specimen:
    """A kind of specimen; `hl7` is its code in HL7 table 0487."""

    code: str
    name_zh: str
    name_en: str
    hl7: str

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class Tube:
    """What a specimen goes into. `order` is the order of draw, `count` how many one order needs."""

    code: str
    name_zh: str
    name_en: str
    order: int
    count: int = 1
    volume_zh: str = ""
    volume_en: str = ""

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    @property
    def volume(self) -> str:
        """How much is taken, in words."""
        return pick(self.volume_zh, self.volume_en)


@dataclass(frozen=True, slots=True)
class Age:
    """A bound of an age group: `28d`, `6m`, `18y`."""

    number: int
    unit: str

    def reached(self, born: date, on: date) -> bool:
        """Say whether somebody born then has this age on a day."""
        if self.unit == "d":
            return on - born >= timedelta(days=self.number)
        months = self.number * (12 if self.unit == "y" else 1)
        lived = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
        return lived >= months


@dataclass(frozen=True, slots=True)
class LabRange:
    """Reference and critical limits of one test for one sex and age group; an empty one says that none is known.

    The group begins at `start` (None: at birth) and ends before `end` (None: never). Limits are in the test's own unit.
    """

    test: str
    sex: str
    start: Age | None
    end: Age | None
    low: Decimal | None
    high: Decimal | None
    text_zh: str = ""
    text_en: str = ""
    critical_low: Decimal | None = None
    critical_high: Decimal | None = None
    source: str = ""
    confirm: bool = True

    @property
    def text(self) -> str:
        """The range in words, where it is not two numbers."""
        return pick(self.text_zh, self.text_en)

    def holds(self, sex: str, born: date | None, on: date) -> bool:
        """Say whether this is the group of a person; without a date of birth only a group of every age is."""
        if self.sex not in (ANY, sex):
            return False
        if born is None:
            return self.start is None and self.end is None
        begun = self.start is None or self.start.reached(born, on)
        return begun and (self.end is None or not self.end.reached(born, on))


@dataclass(frozen=True, slots=True)
class LabTest:
    """One test. `unit` is how it is written, `ucum` its code; `also` are LOINC codes other laboratories report it by.

    `kind`: quantity, coded or text. `expected`: what a coded result should be (negative, positive). `critical_when`
    is `abnormal` where any abnormal result is critical. `hours`: how soon a repeat must be confirmed.
    """

    code: str
    loinc: str
    name_zh: str
    name_en: str
    short: str
    unit: str
    ucum: str
    specimen: str
    tube: str
    kind: str
    hours: int
    also: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    expected: str = ""
    critical_when: str = ""
    orderable: bool = True
    confirm: bool = True

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests this order stands for: itself."""
        return (self.code,)


@dataclass(frozen=True, slots=True)
class Panel:
    """Several tests under one name; specimen and tube are those of its tests."""

    code: str
    name_zh: str
    name_en: str
    short: str
    initials: tuple[str, ...]
    hours: int
    tests: tuple[str, ...]
    specimen: str
    tube: str
    loinc: str = ""
    fasting: bool = False

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)


Item = LabTest | Panel


@dataclass(frozen=True, slots=True)
class LabSet:
    """What is ordered together by one key."""

    code: str
    name_zh: str
    name_en: str
    initials: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)


class Laboratory:
    """The laboratory's catalogue. Raises KeyError on a file that names what does not exist."""

    def __init__(
        self,
        tests: Iterable[LabTest],
        ranges: Iterable[LabRange],
        panels: Iterable[Mapping[str, Any]],
        specimens: Mapping[str, Any],
    ) -> None:
        self.tests: Mapping[str, LabTest] = {t.code: t for t in tests}
        self.panels: Mapping[str, Panel] = {p["code"]: self._panel(p) for p in panels}
        self.sets: tuple[LabSet, ...] = ()
        self.specimens: Mapping[str, Specimen] = {
            s["code"]: Specimen(s["code"], s["zh"], s["en"], s["hl7"]) for s in specimens["specimen"]
        }
        self.tubes: Mapping[str, Tube] = {t["code"]: tube(t) for t in specimens["tube"]}
        self._ranges: dict[str, list[LabRange]] = {}
        for one in ranges:
            self._ranges.setdefault(self.tests[one.test].code, []).append(one)
        self._by_loinc: dict[str, LabTest] = {}
        for test in self.tests.values():
            for loinc in (test.loinc, *test.also):
                if loinc:
                    self._by_loinc.setdefault(loinc, test)
        orderable: list[Item] = [*self.panels.values(), *(t for t in self.tests.values() if t.orderable)]
        self._orderable = {item.code: item for item in orderable}
        self._order = tuple(self._orderable.values())
        self._index = PrefixIndex([_keys(item) for item in self._order])

    def _panel(self, table: Mapping[str, Any]) -> Panel:
        first = self.tests[table["tests"][0]]
        return Panel(
            table["code"],
            table["zh"],
            table["en"],
            table["short"],
            tuple(table["initials"]),
            table["hours"],
            tuple(self.tests[code].code for code in table["tests"]),
            first.specimen,
            first.tube,
            table.get("loinc", ""),
            bool(table.get("fasting", False)),
        )

    def with_sets(self, tables: Iterable[Mapping[str, Any]]) -> Laboratory:
        """Add the sets, whose items must exist. Raises KeyError."""
        self.sets = tuple(
            LabSet(
                t["code"],
                t["zh"],
                t["en"],
                tuple(t["initials"]),
                tuple(self._orderable[code].code for code in t["items"]),
            )
            for t in tables
        )
        return self

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._order)

    def item(self, code: str) -> Item | None:
        """Give what can be ordered by this code, or None."""
        return self._orderable.get(code)

    def known(self, code: str) -> Item | None:
        """Give a panel or test by its code, also a test that is only ordered within a panel."""
        return self.panels.get(code) or self.tests.get(code)

    def by_loinc(self, code: str) -> LabTest | None:
        """Give the test a LOINC code stands for, or None for a foreign one."""
        return self._by_loinc.get(code)

    def search(self, text: str, limit: int = 9, habits: Mapping[str, int] | None = None) -> list[Item]:
        """Find panels and tests by initials, name, abbreviation, code or LOINC; the most usual first.

        `habits` counts by code how often this user ordered something.
        """
        liked = habits or {}
        boost = (
            {n: liked[item.code] for n, item in enumerate(self._order) if item.code in liked} if liked else {}
        )
        return [self._order[hit.entry] for hit in self._index.search(text, limit, boost)]

    def ranges(self, test: str) -> tuple[LabRange, ...]:
        """Give every range of a test, in the order of the file."""
        return tuple(self._ranges.get(test, ()))

    def range_for(self, test: str, sex: str, birth: str, on: date) -> LabRange | None:
        """Give the limits for a person on a day; None where the file has none, or sex or age is not known."""
        born = parse_date(birth)
        return next((r for r in self._ranges.get(test, ()) if r.holds(sex, born, on)), None)

    def loincs(self, item: Item) -> frozenset[str]:
        """Give every LOINC code by which results of an order may be reported."""
        found = {item.loinc}
        for code in item.tests:
            test = self.tests[code]
            found |= {test.loinc, *test.also}
        return frozenset(found - {""})


def _keys(item: Item) -> tuple[str, ...]:
    return (*item.initials, item.short, item.name_zh, item.name_en, item.code, item.loinc)


def plain_unit(unit: str) -> str:
    """Write a unit the one way it is compared: `×10⁹/L`, `10^9/L` and `10*9/L` are one, `μmol/L` is `umol/L`.

    Nothing is converted: two units that are not the same text afterwards are two units.
    """
    plain = unit
    for theirs, ours in _SPELLINGS.items():
        plain = plain.replace(theirs, ours)
    return plain.replace("/l", "/L").replace("ml", "mL").removesuffix("FEU").replace("{FEU}", "")


def tube(table: Mapping[str, Any]) -> Tube:
    """Read one [[tube]] of specimens.toml."""
    return Tube(
        table["code"],
        table["zh"],
        table["en"],
        table["order"],
        table.get("count", 1),
        table.get("volume_zh", ""),
        table.get("volume_en", ""),
    )


def lab_test(row: Mapping[str, str]) -> LabTest:
    """Read one row of tests.csv."""
    same = "code loinc name_zh name_en short unit ucum specimen tube kind expected critical_when"
    return LabTest(
        also=split(row["also"]),
        initials=(*split(row["aliases"]), *split(row["initials"])),
        orderable=row["orderable"] == "1",
        hours=int(row["hours"]),
        confirm=row["confirm"] == "1",
        **{name: row[name] for name in same.split()},
    )


def lab_range(row: Mapping[str, str]) -> LabRange:
    """Read one row of ranges.csv."""
    return LabRange(
        row["test"],
        row["sex"],
        age(row["from"]),
        age(row["to"]),
        amount(row["low"]),
        amount(row["high"]),
        row["text_zh"],
        row["text_en"],
        amount(row["critical_low"]),
        amount(row["critical_high"]),
        row["source"],
        row["confirm"] == "1",
    )


def age(text: str) -> Age | None:
    """Read a bound such as `28d`, `6m` or `18y`; empty is none. Raises ValueError."""
    if not text:
        return None
    number, unit = int(text[:-1]), text[-1]
    if unit not in "dmy":
        raise ValueError(f"{text!r} is no age")
    return Age(number, unit)
