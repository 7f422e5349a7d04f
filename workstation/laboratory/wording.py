"""Words the laboratory's screens and papers share: ranges, age groups, states, flags. Limits are said in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from workstation.core.i18n import _
from workstation.terminology.laboratory import ANY, Age, LabRange

NB: Final = "\u00a0"


def limits_text(low: Decimal | None, high: Decimal | None, unit: str = "", *, plain: bool = False) -> str:
    """Write a range: `3.5–5.3 mmol/L`, `at most 5.2`, `at least 90`; `plain` writes the upper number alone."""
    if low is not None and high is not None:
        text = f"{low}–{high}"
    elif high is not None:
        text = str(high) if plain else _("at most {limit}", limit=high)
    elif low is not None:
        text = _("at least {limit}", limit=low)
    else:
        return ""
    return f"{text}{NB}{unit}" if unit else text


def age_group(one: LabRange) -> str:
    """Say for whom a range is: sex and ages."""
    sex = {"male": _("male"), "female": _("female"), ANY: ""}[one.sex]
    if one.start is None and one.end is None:
        ages = "" if sex else _("everybody")
    elif one.end is None:
        ages = _("from {first}", first=_age(one.start))
    elif one.start is None:
        ages = _("under {end}", end=_age(one.end))
    else:
        ages = _("from {first} to under {end}", first=_age(one.start), end=_age(one.end))
    return " ".join(part for part in (sex, ages) if part)


def _age(age: Age | None) -> str:
    if age is None:
        return ""
    words = {"d": _("{count} days"), "m": _("{count} months"), "y": _("{count} years")}
    return words[age.unit].format(count=age.number)
