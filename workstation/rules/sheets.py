"""Which prescription form each line belongs on, and how a draft is split into sheets.

The form follows from the drugs, the visit and the age (处方管理办法 附件1); nobody chooses it. A controlled drug never
shares a sheet with an ordinary one, herbs stand alone, and no sheet holds more than five drugs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from workstation.core.i18n import pick
from workstation.rules.case import age_on
from workstation.rules.facts import Draft, DraftLine, Facts, Visit
from workstation.terminology.knowledge import Knowledge

MOST_DRUGS: Final = 5
PAEDIATRIC_YEARS: Final = 14


class RxType(StrEnum):
    """The forms of 处方管理办法, with the label at the top right and the colour of the paper."""

    ORDINARY = "ordinary"
    EMERGENCY = "emergency"
    PAEDIATRIC = "paediatric"
    NARCOTIC = "narcotic-psychotropic-1"
    PSYCHOTROPIC_2 = "psychotropic-2"

    @property
    def label_zh(self) -> str:
        """The label printed at the top right; none on the ordinary form."""
        return _FORMS[self][0]

    @property
    def label(self) -> str:
        """The label in the language of the screen."""
        return pick(_FORMS[self][0], _FORMS[self][1])

    @property
    def paper(self) -> str:
        """The colour of the paper: white, yellow, green or red."""
        return _FORMS[self][2]

    @property
    def keep_years(self) -> int:
        """How many years the sheet is kept (处方管理办法 article 50)."""
        return _FORMS[self][3]


_FORMS: Final = {
    RxType.ORDINARY: ("", "", "white", 1),
    RxType.EMERGENCY: ("急诊", "Emergency", "yellow", 1),
    RxType.PAEDIATRIC: ("儿科", "Paediatric", "green", 1),
    RxType.NARCOTIC: ("麻、精一", "Narcotic or psychotropic 1", "red", 3),
    RxType.PSYCHOTROPIC_2: ("精二", "Psychotropic 2", "white", 2),
}


class SheetClass(StrEnum):
    """What may share a sheet: lines of one class only."""

    DRUGS = "drugs"
    HERBS = "herbs"
    NARCOTIC = "narcotic"
    PSYCHOTROPIC_2 = "psychotropic-2"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form with its lines, in the order they were written."""

    type: RxType
    sheet_class: SheetClass
    lines: tuple[DraftLine, ...]


def sheet_class(line: DraftLine, knowledge: Knowledge) -> SheetClass:
    """Give the class of a line; a drug outside the catalogue counts as an ordinary one."""
    if line.drug_id not in knowledge.drugs:
        return SheetClass.DRUGS
    drug = knowledge.drugs.get(line.drug_id)
    if drug.control_class in ("narcotic", "psychotropic-1"):
        return SheetClass.NARCOTIC
    if drug.control_class == "psychotropic-2":
        return SheetClass.PSYCHOTROPIC_2
    return SheetClass.HERBS if drug.kind == "herb" else SheetClass.DRUGS


def prescription_type(draft: Draft, facts: Facts, knowledge: Knowledge) -> RxType:
    """Give the form of a draft by its strictest line."""
    classes = {sheet_class(line, knowledge) for line in draft.lines}
    if SheetClass.NARCOTIC in classes:
        return RxType.NARCOTIC
    if SheetClass.PSYCHOTROPIC_2 in classes:
        return RxType.PSYCHOTROPIC_2
    return _plain_type(facts)


def _plain_type(facts: Facts) -> RxType:
    if facts.visit is Visit.EMERGENCY:
        return RxType.EMERGENCY
    if facts.birth_date and age_on(facts.birth_date, facts.now.date()).years <= PAEDIATRIC_YEARS:
        return RxType.PAEDIATRIC
    return RxType.ORDINARY


def split(draft: Draft, facts: Facts, knowledge: Knowledge) -> tuple[Sheet, ...]:
    """Split a draft into sheets: by class, then at most five drugs each, infusion groups never torn apart."""
    by_class: dict[SheetClass, list[DraftLine]] = {}
    for line in draft.lines:
        by_class.setdefault(sheet_class(line, knowledge), []).append(line)
    sheets: list[Sheet] = []
    for kind, lines in by_class.items():
        form = {SheetClass.NARCOTIC: RxType.NARCOTIC, SheetClass.PSYCHOTROPIC_2: RxType.PSYCHOTROPIC_2}.get(
            kind
        )
        portions = [lines] if kind is SheetClass.HERBS else list(_portions(lines))
        sheets += [Sheet(form or _plain_type(facts), kind, tuple(p)) for p in portions]
    return tuple(sheets)


def _portions(lines: Sequence[DraftLine]) -> Iterator[list[DraftLine]]:
    """Fill sheets of at most five drugs; lines of one infusion group stay together."""
    current: list[DraftLine] = []
    for bundle in _bundles(lines):
        both = [*current, *bundle]
        if current and len({line.drug_id for line in both}) > MOST_DRUGS:
            yield current
            both = bundle
        current = both
    if current:
        yield current


def _bundles(lines: Sequence[DraftLine]) -> list[list[DraftLine]]:
    order = {line.line_id: n for n, line in enumerate(lines)}
    firsts: dict[int, int] = {}
    for line in lines:
        if line.group:
            firsts.setdefault(line.group, order[line.line_id])

    def place(line: DraftLine) -> tuple[int, int]:
        return (firsts[line.group], line.group) if line.group else (order[line.line_id], 0)

    return [list(members) for _, members in groupby(sorted(lines, key=place), key=place)]


def last_valid_moment(signed_at: datetime, valid_days: int = 1) -> datetime:
    """Give the end of a sheet's last valid day (article 18): the day it was signed is the first."""
    day = signed_at.replace(hour=23, minute=59, second=59, microsecond=0)
    return day + timedelta(days=valid_days - 1)
