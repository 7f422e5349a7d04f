"""The rows of the lists under a cell: products, regimens, frequencies, routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from ui.widgets.code_search import Choice
from ui.widgets.table_model import Badge, Run
from workstation.core.i18n import _
from workstation.medication.rows import DrugRow, Regimen
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Frequency, Route
from workstation.terminology.quantity import yuan
from workstation.terminology.search import normalise

GRADE_WORDS: Final = {"restricted": "restricted antibacterial", "special": "special antibacterial"}
CLASS_WORDS: Final = {
    "narcotic": "narcotic",
    "psychotropic-1": "psychotropic class I",
    "psychotropic-2": "psychotropic class II",
    "toxic": "toxic",
}


def drug_choice(row: DrugRow) -> Choice:
    """Make the row of a product: generic bold, strength and pack, form, stock, marks."""
    details = [doses.plain(row.pack), row.form, yuan(Decimal(row.price))]
    if row.essential:
        details.append(_("essential medicine"))
    if row.antibacterial_grade in GRADE_WORDS:
        details.append(_(GRADE_WORDS[row.antibacterial_grade]))
    if row.control_class in CLASS_WORDS:
        details.append(_(CLASS_WORDS[row.control_class]))
    if row.uses:
        details.append(_("used {count} times by you", count=row.uses))
    return Choice(
        key=row.drug,
        title=row.name,
        detail=" · ".join(details),
        right=_("stock {amount}", amount=row.stock_text) if row.stock else "",
        look_alike=row.look_alike or row.high_alert,
        badges=_badges(row),
        runs=tuple(_marked_name(row)),
        data=row,
    )


def _badges(row: DrugRow) -> tuple[Badge, ...]:
    badges = []
    if row.look_alike:
        badges.append(Badge("warn", _("look-alike")))
    if row.high_alert:
        badges.append(Badge("warn", _("high-alert")))
    if row.skin_test:
        badges.append(Badge("caution", _("skin test")))
    if not row.stock:
        badges.append(Badge("caution", _("none in stock")))
    return tuple(badges)


def _marked_name(row: DrugRow) -> Iterable[Run]:
    """Give the name in bold, with the parts that differ from any of its look-alikes underlined."""
    runs, at = [], 0
    for start, end in joined(row.differs):
        runs += [Run(row.name[at:start], bold=True), Run(row.name[start:end], bold=True, underline=True)]
        at = end
    return [run for run in (*runs, Run(row.name[at:], bold=True)) if run.text]


def joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that overlap or touch, so that each letter is written once."""
    made: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def regimen_choices(regimens: Sequence[Regimen]) -> list[Choice]:
    """Make the rows of a regimen list; none is ever highlighted by itself, a dose needs an explicit pick."""
    return [
        Choice(
            str(n),
            r.text,
            right=_("used {count} times by you", count=r.uses) if r.uses else "",
            look_alike=True,
            runs=(Run(r.text),),
            data=r,
        )
        for n, r in enumerate(regimens, 1)
    ]


def frequency_choices(knowledge: Knowledge, typed: str, limit: int = 9) -> list[Choice]:
    """Find frequencies by any way they are written; an exact one stands first."""
    exact = knowledge.frequencies.parse(typed)
    return _coded(knowledge.frequencies, exact, typed, limit)


def route_choices(knowledge: Knowledge, typed: str, limit: int = 9) -> list[Choice]:
    """Find routes by any way they are written; an exact one stands first."""
    return _coded(knowledge.routes, knowledge.routes.parse(typed), typed, limit)


def _coded(
    entries: Iterable[Frequency | Route], exact: Frequency | Route | None, typed: str, limit: int
) -> list[Choice]:
    wanted = normalise(typed)
    found = [exact] if exact is not None else []
    for entry in entries:
        names = (entry.code, entry.name_zh, entry.name_en, *entry.aliases)
        if entry is not exact and any(normalise(name).startswith(wanted) for name in names):
            found.append(entry)
    return [Choice(e.code, e.display(), data=e) for e in found[:limit]]
