"""What can be ordered, by what was typed: medicines and the ward's other orders in one list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from workstation.medication import finding
from workstation.medication.rows import DrugRow, Regimen, SearchDrugs
from workstation.orders.model import OrderTerm
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import FrequencyKind
from workstation.terminology.search import Match
from workstation.terminology.ward_orders import WardOrder

AT_ONCE: Final = "st"


@dataclass(frozen=True, slots=True)
class SearchOrders:
    """Ask for what can be ordered; regimens are those of the term."""

    text: str
    term: OrderTerm = OrderTerm.LONG_TERM
    limit: int = 9


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One found item of the ward's catalogue: `frequency` its usual one as a code, `exclusive`: only one runs."""

    item: str
    name: str
    kind: str
    kind_name: str
    frequency: str
    often: str
    stat: bool
    exclusive: bool


@dataclass(frozen=True, slots=True)
class OrderFound:
    """One row: a medicine or an item."""

    drug: DrugRow | None = None
    item: ItemRow | None = None


@dataclass(frozen=True, slots=True)
class FoundOrders:
    """The answer to a search: rows, and how many there are."""

    rows: tuple[OrderFound, ...]
    total: int


def search(
    reader: Reader, request: SearchOrders, knowledge: Knowledge, today: date, practitioner: str
) -> FoundOrders:
    """Give what fits exactly first, then what begins so, then the rest; medicines before items within each."""
    asked = SearchDrugs(request.text, request.limit)
    drugs = finding.matched(reader, asked, knowledge, today, practitioner, days=False)
    items = knowledge.ward_orders.search(request.text, finding.COUNTED)
    found: list[tuple[Match, int, OrderFound]] = [
        (match, 0, OrderFound(drug=_of_term(row, request.term, knowledge))) for row, match in drugs.rows
    ]
    found += [(match, 1, OrderFound(item=_item(order, knowledge))) for order, match in items]
    ranked = sorted(found, key=lambda each: each[:2])
    return FoundOrders(tuple(each[2] for each in ranked[: request.limit]), drugs.total + len(items))


def _item(order: WardOrder, knowledge: Knowledge) -> ItemRow:
    kind = knowledge.ward_orders.kinds[order.kind]
    often = knowledge.frequencies.get(order.frequency).display() if order.frequency else ""
    return ItemRow(
        order.code, order.name, order.kind, kind.name, order.frequency, often, order.stat, kind.exclusive
    )


def _of_term(row: DrugRow, term: OrderTerm, knowledge: Knowledge) -> DrugRow:
    """Keep the regimens of a term; in a stat order every dose is given once, so that many become one."""
    kept: dict[tuple[str, ...], Regimen] = {}
    for way in row.regimens:
        single = knowledge.frequencies.get(way.frequency).kind is FrequencyKind.SINGLE
        if term is OrderTerm.LONG_TERM and single:
            continue
        often = way.frequency if single or term is OrderTerm.LONG_TERM else AT_ONCE
        codes = (way.dose, way.unit, way.route, often, 0)
        made = finding.regimen(knowledge.drugs.get(row.drug), codes, way.uses, knowledge)
        kept.setdefault(codes[:4], made)
    return replace(row, regimens=tuple(kept.values()))
