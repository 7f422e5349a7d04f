"""A line of medicine on a ward counts as what one day uses, in single units, whatever pack it comes in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workstation.core.errors import Invalid
from workstation.medication.lines import resolve_order
from workstation.medication.model import MedicineLine
from workstation.terminology.knowledge import load
from workstation.terminology.quantity import line_price


def drug(name: str) -> str:
    return next(d.id for d in load().drugs if d.name_zh == name)


@pytest.mark.parametrize(
    ("name", "dose", "unit", "frequency", "used"),
    [
        ("盐酸氨溴索片", "30", "mg", "tid", 3),
        ("苯磺酸氨氯地平片", "5", "mg", "qd", 1),
        ("注射用泮托拉唑钠", "40", "mg", "bid", 2),
        ("阿莫西林胶囊", "0.5", "g", "tid", 6),
        ("呋塞米注射液", "20", "mg", "st", 1),
    ],
)
def test_an_order_uses_up_what_one_day_takes_in_single_units(name, dose, unit, frequency, used):
    line = resolve_order(MedicineLine(drug(name), dose, unit, "po", frequency), load())
    assert (line.supply.packs, line.supply.handed_out, line.supply.days) == (0, used, 1)
    assert line.price == line_price(line.drug, 0, used)


def test_the_wording_of_an_order_names_no_days():
    line = resolve_order(MedicineLine(drug("盐酸氨溴索片"), "30", "mg", "po", "tid"), load())
    assert (line.days, line.regimen.days) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"drug": "no-such"}, "drug"),
        ({"dose": ""}, "dose"),
        ({"unit": ""}, "dose"),
        ({"route": ""}, "route"),
        ({"frequency": "often"}, "frequency"),
    ],
)
def test_what_is_missing_is_named_by_its_cell(changed, field):
    whole = {"drug": drug("盐酸氨溴索片"), "dose": "30", "unit": "mg", "route": "po", "frequency": "tid"}
    with pytest.raises(Invalid) as refused:
        resolve_order(MedicineLine(**(whole | changed)), load())
    assert refused.value.field == field


def test_a_day_of_a_cheap_tablet_costs_its_part_of_the_pack():
    line = resolve_order(MedicineLine(drug("苯磺酸氨氯地平片"), "5", "mg", "po", "qd"), load())
    assert Decimal(0) < line.price < line.drug.price
