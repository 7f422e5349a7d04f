"""What a doctor asks about inpatient orders: checks while writing, what can be ordered, what stands, the papers."""

from __future__ import annotations

from datetime import datetime

from workstation.orders import check as checking
from workstation.orders import finding, listing, sheet
from workstation.orders.model import AskSheet, OrderList, OrdersDraft, OrderSheet, OrdersOf
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import query


@query(
    "orders.check",
    permission=Permission.ORDER_WRITE,
    help="Check inpatient orders: alerts, what could not be checked, what they will stop",
)
def check(
    reader: Reader, request: OrdersDraft, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> checking.OrdersCheck:
    """Check a draft as it would be judged at its signature. Raises NotFound for an unknown patient."""
    judged = checking.judge(reader, request, knowledge, now, actor)
    return checking.check_of(request, judged, knowledge)


@query(
    "orders.list",
    permission=Permission.ORDER_READ,
    help="The inpatient orders of a stay with how far each has come",
)
def order_list(reader: Reader, request: OrdersOf, *, knowledge: Knowledge, now: datetime) -> OrderList:
    """Give the orders in the order they were written."""
    return listing.order_list(reader, request, knowledge, now)


@query(
    "orders.search-items",
    permission=Permission.ORDER_WRITE,
    help="Find what can be ordered on a ward: medicines, nursing, diets, monitoring",
)
def search_items(
    reader: Reader, request: finding.SearchOrders, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> finding.FoundOrders:
    """Give medicines and other orders in one list, what fits best first."""
    return finding.search(reader, request, knowledge, now.date(), actor.practitioner)


@query(
    "orders.sheet-data",
    permission=Permission.ORDER_READ,
    help="What the printed long-term or stat order sheet of a stay shows",
)
def sheet_data(reader: Reader, request: AskSheet, *, knowledge: Knowledge, now: datetime) -> OrderSheet:
    """Give every order of the term, the void and stopped ones too. Raises NotFound."""
    return sheet.order_sheet(reader, request, knowledge, now)
