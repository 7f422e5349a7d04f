"""How much a dose uses up, how many packs that makes, and how long a supply lasts.

All arithmetic is exact: `Fraction` inside, `Decimal` and whole numbers outside, never a float.
Days follow 处方管理办法 article 19 as hospitals count it: the supply divided by what a day uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.terminology.model import DoseUnit, Drug, Frequency, FrequencyKind, Portion


class Units(Protocol):
    """Looks up units of dose; `Knowledge.units` is one."""

    def get(self, code: str) -> DoseUnit:
        """Give a unit by code."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What a line uses and what is handed out. Units are the product's smallest ones (粒, capsule).

    `packs` whole packs and `loose` single units are handed out; `leftover` of them are not needed.
    """

    per_dose: Decimal
    doses: int
    needed: int
    packs: int
    loose: int
    leftover: int
    days: int

    @property
    def handed_out(self) -> int:
        """Units handed out in all."""
        return self.needed + self.leftover


def decimal(value: Fraction) -> Decimal:
    """Turn an exact number into a decimal, rounded to six places where it never ends."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal("0.000001")
    ).normalize() + 0


def units_in(drug: Drug, dose: Decimal, unit: str, units: Units) -> Fraction:
    """Give how many smallest units a dose is, exactly. Raises Invalid when the unit does not fit the product."""
    _positive(dose)
    given = _known(unit, units)
    rule = _CONVERSIONS.get(given.dimension)
    count = rule(drug, Fraction(dose), given, units) if rule else None
    if count is None:
        raise _misfit(drug, unit)
    return count


def _by_count(drug: Drug, dose: Fraction, given: DoseUnit, units: Units) -> Fraction | None:
    return dose if given.code == drug.unit_zh else None


def _by_volume(drug: Drug, dose: Fraction, given: DoseUnit, units: Units) -> Fraction | None:
    return dose * Fraction(given.factor) / Fraction(drug.volume_ml) if drug.volume_ml else None


def _by_application(drug: Drug, dose: Fraction, given: DoseUnit, units: Units) -> Fraction | None:
    return dose * Fraction(drug.application) / Fraction(drug.strength_value) if drug.application else None


def _by_strength(drug: Drug, dose: Fraction, given: DoseUnit, units: Units) -> Fraction | None:
    held = units.get(drug.strength_unit)
    if held.dimension != given.dimension:
        return None
    return dose * Fraction(given.factor) / (Fraction(drug.strength_value) * Fraction(held.factor))


_CONVERSIONS: dict[str, Callable[[Drug, Fraction, DoseUnit, Units], Fraction | None]] = {
    "count": _by_count,
    "volume": _by_volume,
    "application": _by_application,
    "mass": _by_strength,
    "activity": _by_strength,
    "rate": _by_strength,
}


def dose_in(drug: Drug, dose: Decimal, unit: str, wanted: str, units: Units) -> Decimal:
    """Give the same dose in another unit of this product. Raises Invalid when the units do not fit."""
    return decimal(dose_fraction(drug, Fraction(dose), unit, wanted, units))


def dose_fraction(drug: Drug, dose: Fraction, unit: str, wanted: str, units: Units) -> Fraction:
    """Give the same dose in another unit of this product, exactly. Raises Invalid when the units do not fit."""
    source, target = _known(unit, units), _known(wanted, units)
    if source.dimension == target.dimension:
        return dose * Fraction(source.factor) / Fraction(target.factor)
    single = units_in(drug, Decimal(1), wanted, units)
    return dose * units_in(drug, Decimal(1), unit, units) / single


def units_used(drug: Drug, dose: Decimal, unit: str, units: Units) -> Fraction:
    """Give what a dose uses up: whole ampoules and capsules, half tablets, any part of a bottle."""
    exact = units_in(drug, dose, unit, units)
    if drug.portion is Portion.WHOLE:
        return Fraction(ceil(exact))
    return Fraction(ceil(exact * 2), 2) if drug.portion is Portion.HALF else exact


def dose_count(frequency: Frequency, days: int) -> int:
    """Give how many doses so many days hold; at least one. "When needed" counts its daily most."""
    if days < 1:
        raise Invalid(_("The number of days must be 1 or more."), field="days")
    return 1 if frequency.kind is FrequencyKind.SINGLE else max(1, ceil(frequency.per_day * days))


def supply(drug: Drug, dose: Decimal, unit: str, frequency: Frequency, days: int, units: Units) -> Supply:
    """Give what so many days use and hand out, packs rounded up where a pack may not be split.

    Raises Invalid when the dose is not positive, the unit does not fit, or there are no days.
    """
    used, doses = units_used(drug, dose, unit, units), dose_count(frequency, days)
    needed = max(1, ceil(used * doses))
    packs, loose = split_packs(drug, needed)
    leftover = packs * drug.pack_size + loose - needed
    return Supply(decimal(used), doses, needed, packs, loose, leftover, days)


def split_packs(drug: Drug, needed: int) -> tuple[int, int]:
    """Give whole packs and loose units for a number of smallest units."""
    if drug.splittable:
        return divmod(needed, drug.pack_size)
    return ceil(Fraction(needed, drug.pack_size)), 0


def days_covered(
    drug: Drug, total_units: Decimal, dose: Decimal, unit: str, frequency: Frequency, units: Units
) -> int:
    """Give how many whole days a supply lasts; a single dose lasts one. Raises Invalid as `supply` does."""
    used = units_used(drug, dose, unit, units)
    if frequency.kind is FrequencyKind.SINGLE:
        return floor(Fraction(total_units) / used)
    return floor(Fraction(total_units) / (used * frequency.per_day))


def line_price(drug: Drug, packs: int, loose: int = 0) -> Decimal:
    """Give the price of packs and loose units in yuan, to the cent."""
    whole = drug.price * packs
    single = Fraction(drug.price) / drug.pack_size * loose
    return (whole + decimal(single)).quantize(Decimal("0.01"))


def yuan(amount: Decimal) -> str:
    """Write an amount of money as every screen and paper does: always to the cent, with commas from 1,000."""
    return f"¥{amount:,.2f}"


def _known(unit: str, units: Units) -> DoseUnit:
    try:
        return units.get(unit)
    except KeyError:
        raise Invalid(_("“{unit}” is not a unit of dose.", unit=unit), field="unit") from None


def _positive(dose: Decimal) -> None:
    if not dose.is_finite() or dose <= 0:
        raise Invalid(_("The dose must be more than zero."), field="dose")


def _misfit(drug: Drug, unit: str) -> Invalid:
    return Invalid(
        _("“{unit}” does not fit {drug}.", unit=unit, drug=drug.name),
        _("Use {unit} or {pack}.", unit=drug.strength_unit, pack=drug.unit),
        field="unit",
    )
