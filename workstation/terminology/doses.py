"""Doses and medication lines as people read, hear, type and print them.

Written by the safe-display rules of the design language (S1 to S7): no trailing zero, a leading zero, commas from
1,000, "units" and micrograms in words, a label between strength and dose, and no line break inside an attribute.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, Protocol

from workstation.core.errors import Invalid
from workstation.core.i18n import _, language
from workstation.terminology.model import DoseUnit, Drug, Frequency, FrequencyKind, Route
from workstation.terminology.quantity import Supply

NBSP: Final = "\u00a0"
JOINER: Final = "\u2060"
DASH: Final = "—"
_TYPED: Final = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<unit>\D*)")
_HALF: Final = re.compile(r"(?P<whole>\d*)(?P<unit>[片粒丸])半|半(?P<only>[片粒丸])")


class Units(Protocol):
    """Looks up and reads units of dose; `Knowledge.units` is one."""

    def get(self, code: str) -> DoseUnit:
        """Give a unit by code."""

    def parse(self, text: str) -> DoseUnit | None:
        """Read a unit as typed."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A dose as typed. `unit` is empty when none was typed; `per_kg` asks for the weight helper."""

    value: Decimal
    unit: str = ""
    per_kg: bool = False


@dataclass(frozen=True, slots=True)
class Regimen:
    """How a drug is taken: one dose, by which way, how often, for how many days (0: not said), with a remark."""

    dose: Decimal
    unit: str
    route: Route
    frequency: Frequency
    days: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class MedicationLine:
    """One line of a prescription for the eye (`display`, unbreakable attributes), the ear and paper."""

    parts: tuple[str, ...]
    display: str
    spoken: str
    plain: str


def parse_dose(text: str, units: Units) -> Typed:
    """Read `.5`, `1.0 g`, `０．５ｇ`, `1,000`, `80万U`, `半片`, `10mg/kg`. Raises Invalid for anything else."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    per_kg = bare.lower().endswith("/kg")
    bare = bare[:-3] if per_kg else bare
    half = _HALF.fullmatch(bare)
    if half:
        return Typed(Decimal(half["whole"] or 0) + Decimal("0.5"), half["only"] or half["unit"])
    match = _TYPED.fullmatch(bare)
    if not match:
        raise _not_a_dose(text)
    value, unit = _number(match["number"], text), ""
    if match["unit"]:
        known = units.parse(match["unit"])
        if known is None:
            raise Invalid(_("“{unit}” is not a unit of dose.", unit=match["unit"]), field="dose")
        unit = known.code
    return Typed(value, unit, per_kg)


def _number(digits: str, text: str) -> Decimal:
    whole = digits.split(".", maxsplit=1)[0]
    if "," in whole and not re.fullmatch(r"\d{1,3}(,\d{3})+", whole):
        raise _not_a_dose(text)
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        raise _not_a_dose(text) from None
    if value <= 0:
        raise Invalid(_("The dose must be more than zero."), field="dose")
    return value.normalize() + 0


def _not_a_dose(text: str) -> Invalid:
    return Invalid(
        _("“{text}” is not a dose.", text=text),
        _("Type a number with its unit, for example 0.5 g."),
        field="dose",
    )


def per_kg(dose: Decimal, weight_kg: Decimal) -> Decimal:
    """Give the dose for a weight, to three significant places after the point."""
    return (dose * weight_kg).quantize(Decimal("0.001"), ROUND_HALF_UP).normalize() + 0


def number(value: Decimal) -> str:
    """Write a number without trailing zeros, with a leading zero, with commas from 1,000."""
    text = f"{value.normalize() + 0:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def keep(text: str) -> str:
    """Make a text unbreakable: hard blanks, and word joiners wherever a line could break."""
    solid = text.replace(" ", NBSP)
    joined = [solid[:1]]
    for before, after in itertools.pairwise(solid):
        if NBSP not in (before, after) and not (_latin(before) and _latin(after)):
            joined.append(JOINER)
        joined.append(after)
    return "".join(joined)


def _latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in ".,")


def plain(text: str) -> str:
    """Give a text back without joiners and hard blanks, for copying, searching and export."""
    return text.replace(JOINER, "").replace(NBSP, " ")


def dose_text(dose: Decimal, unit: str, units: Units, lang: str = "", drug: Drug | None = None) -> str:
    """Write a dose in words of `lang` (default: the language of the screen), with ordinary blanks.

    In English a count of units is named as the product names them (vials, not ampoules) when `drug` is given.
    """
    chinese = (lang or language()).startswith("zh")
    known = units.get(unit)
    if known.dimension == "application":
        return known.name_zh if chinese else known.name_en
    if known.code == "万U":
        many = f"{number(dose * 10000)} {'单位' if chinese else 'units'}"
        return f"{number(dose)} 万单位 ({many})" if chinese else many
    if known.dimension == "count":
        return _count_text(dose, known, chinese, drug)
    return f"{number(dose)} {known.name_zh if chinese else known.name_en}"


def _count_text(dose: Decimal, unit: DoseUnit, chinese: bool, drug: Drug | None) -> str:
    whole, half = divmod(dose, 1)
    if chinese:
        if half == Decimal("0.5"):
            return f"{number(whole)} {unit.name_zh}半" if whole else f"半{unit.name_zh}"
        return f"{number(dose)} {unit.name_zh}"
    one = drug.unit_en if drug else unit.name_en
    many = plural(one)
    if half == Decimal("0.5"):
        return f"{number(whole)} and a half {many}" if whole else f"half a {one}"
    return f"{number(dose)} {one if dose == 1 else many}"


def plural(noun: str) -> str:
    """Give the English plural of a pack or unit."""
    return f"{noun}es" if noun.endswith(("x", "ch", "s")) else f"{noun}s"


def strength_text(drug: Drug, units: Units, lang: str = "") -> str:
    """Write what one smallest unit holds: `0.25 g`, `0.3 g in 2 mL`, or as the catalogue words a combination."""
    chinese = (lang or language()).startswith("zh")
    if drug.strength_zh:
        return drug.strength_zh if chinese else drug.strength_en
    text = dose_text(drug.strength_value, drug.strength_unit, units, lang)
    if drug.volume_ml is None or drug.strength_unit == "ml":
        return text
    volume = dose_text(drug.volume_ml, "ml", units, lang)
    return f"{volume} 含 {text}" if chinese else f"{text} in {volume}"


def pack_text(drug: Drug, units: Units, lang: str = "") -> str:
    """Write a product's strength and pack: `0.25 g × 24 粒`."""
    chinese = (lang or language()).startswith("zh")
    unit = drug.unit_zh if chinese else _counted(drug.unit_en, drug.pack_size)
    return f"{strength_text(drug, units, lang)} × {drug.pack_size} {unit}"


def _counted(noun: str, count: int) -> str:
    return noun if count == 1 else plural(noun)


def supply_text(drug: Drug, given: Supply, lang: str = "") -> str:
    """Write what is handed out: `3 盒 (72 粒, 用 63)`, `20 片`."""
    chinese = (lang or language()).startswith("zh")
    unit, pack = (drug.unit_zh, drug.pack_unit_zh) if chinese else (drug.unit_en, drug.pack_unit_en)

    def count(n: int, noun: str) -> str:
        return f"{n:,} {noun if chinese else _counted(noun, n)}"

    if drug.splittable or drug.pack_size == 1:
        return count(given.handed_out, unit)
    used = ""
    if given.leftover:
        used = f", 用 {given.needed:,}" if chinese else f", {given.needed:,} needed"
    return f"{count(given.packs, pack)} ({count(given.handed_out, unit)}{used})"


def days_text(days: int, lang: str = "") -> str:
    """Write a duration: `3 天`, `for 3 days`."""
    if (lang or language()).startswith("zh"):
        return f"{days} 天"
    return f"for {days} day" if days == 1 else f"for {days} days"


def medication_line(drug: Drug, regimen: Regimen, units: Units, lang: str = "") -> MedicationLine:
    """Make the line for eye, ear and paper from one model, in the order of rule S1.

    Generic name, strength, form, DOSE, route, frequency, duration, note. The form stands in the Chinese generic
    name already. `lang` is the language of the document, not of the screen.
    """
    tongue = lang or language()
    chinese = tongue.startswith("zh")
    strength = strength_text(drug, units, tongue)
    amount = dose_text(regimen.dose, regimen.unit, units, tongue, drug)
    name = [drug.name_zh] if chinese else [drug.ingredient_en]
    form = [] if chinese else [drug.form_en]
    labelled = [f"规格 {strength}" if chinese else f"strength {strength}", *form]
    when = [regimen.route.display(tongue), regimen.frequency.display(tongue)]
    when += (
        [days_text(regimen.days, tongue)]
        if regimen.days and regimen.frequency.kind is not FrequencyKind.SINGLE
        else []
    )
    parts = [*name, *labelled, f"剂量 {amount}" if chinese else f"DOSE {amount}", *when]
    parts += [regimen.note] if regimen.note else []
    display = f" {DASH} ".join(keep(p) for p in parts)
    spoken = _spoken(parts, drug, regimen, units, chinese)
    return MedicationLine(tuple(keep(p) for p in parts), display, spoken, plain(display))


def _spoken(parts: list[str], drug: Drug, regimen: Regimen, units: Units, chinese: bool) -> str:
    strength = _said(drug.strength_value, drug.strength_unit, units, chinese)
    if drug.strength_zh:
        strength = drug.strength_zh.replace(" ", "") if chinese else drug.strength_en
    amount = _said(regimen.dose, regimen.unit, units, chinese, drug)
    said: list[str] = []
    for part in parts:
        if part.startswith(("规格 ", "strength ")):
            said.append(f"规格{strength}" if chinese else f"strength {strength}")
        elif part.startswith(("剂量 ", "DOSE ")):
            said.append(f"剂量{amount}" if chinese else f"dose {amount}")
        else:
            said.append(part.replace(" ", "") if chinese else part)
    return ("，" if chinese else ", ").join(said)


def _said(value: Decimal, unit: str, units: Units, chinese: bool, drug: Drug | None = None) -> str:
    known = units.get(unit)
    if known.dimension in ("count", "application"):
        return dose_text(value, unit, units, "zh_CN" if chinese else "en", drug).replace(
            " ", "" if chinese else " "
        )
    if chinese:
        return f"{value.normalize():f}{known.spoken_zh}"
    many = value * 10000 if known.code == "万U" else value
    return f"{many.normalize():f} {known.spoken_en}"
