"""What the knowledge files hold, as frozen values: one class a kind of entry, both languages in each.

Amounts are `Decimal`; rates are `Fraction` doses a day. `name` and `display` choose the language of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from workstation.core.i18n import pick


class Portion(StrEnum):
    """How a smallest unit is used up by a dose."""

    WHOLE = "whole"  # every dose opens whole units: capsules, ampoules, sachets
    HALF = "half"  # may be halved: plain tablets
    CONTAINER = "container"  # many doses from one container: bottles, tubes, insulin pens


@dataclass(frozen=True, slots=True)
class Drug:
    """One product of the catalogue. `strength_value` `strength_unit` is what one smallest unit (`unit_zh`) holds."""

    id: str
    name_zh: str
    name_en: str
    ingredient_zh: str
    ingredient_en: str
    initials: tuple[str, ...]
    pinyin: tuple[str, ...]
    ingredient_initials: str
    inn: str
    form_zh: str
    form_en: str
    strength_text: str
    strength_zh: str
    strength_en: str
    strength_value: Decimal
    strength_unit: str
    volume_ml: Decimal | None
    unit_zh: str
    unit_en: str
    pack_size: int
    pack_unit_zh: str
    pack_unit_en: str
    portion: Portion
    splittable: bool
    application: Decimal | None
    price: Decimal
    price_is_synthetic: bool
    essential: bool
    route: str
    frequency: str
    usual_adult_dose: str
    max_daily: Decimal | None
    max_unit: str
    antibacterial_grade: str
    grade_varies: bool
    control_class: str
    high_alert: bool
    skin_test: str
    pregnancy: str
    lactation: str
    min_age_years: Decimal | None
    renal: str
    caution: str
    allergy_group: str
    child_dose: str
    child_max_mg_kg_day: Decimal | None
    flags: tuple[str, ...]
    atc: str
    kind: str

    @property
    def name(self) -> str:
        """The standard generic name in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    @property
    def ingredient(self) -> str:
        """The active ingredient in the language of the screen."""
        return pick(self.ingredient_zh, self.ingredient_en)

    @property
    def unit(self) -> str:
        """The smallest unit (粒, capsule) in the language of the screen."""
        return pick(self.unit_zh, self.unit_en)

    @property
    def pack_unit(self) -> str:
        """The pack (盒, box) in the language of the screen."""
        return pick(self.pack_unit_zh, self.pack_unit_en)

    @property
    def injectable(self) -> bool:
        """Whether it is given with a needle."""
        return "injection" in self.form_en

    @property
    def modified_release(self) -> bool:
        """Whether it releases its drug slowly (缓释, 控释), as the supply limits of controlled drugs ask."""
        return "sustained-release" in self.form_en or "controlled-release" in self.form_en

    @property
    def controlled(self) -> bool:
        """Whether it needs a sheet of its own class (麻, 精一, 精二)."""
        return bool(self.control_class)

    def flagged(self, flag: str) -> bool:
        """Say whether a caution flag (`QT`, `ACHOL`, ...) stands on the product, with or without a remark."""
        return any(f == flag or f.startswith(f"{flag}(") for f in self.flags)

    def in_class(self, *prefixes: str) -> bool:
        """Say whether its ATC code begins with one of the prefixes."""
        return bool(self.atc) and self.atc.startswith(prefixes)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis with its ICD-10 code; `rank` 1 is the most common; `notifiable` names its reporting class."""

    code: str
    name_zh: str
    name_en: str
    pinyin: tuple[str, ...]
    initials: tuple[str, ...]
    rank: int
    notifiable: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class CrossReactivity:
    """An allergen group that may react too. `level`: `caution` or `avoid`; `only_severe`: after anaphylaxis only."""

    group: str
    level: str
    only_severe: bool


@dataclass(frozen=True, slots=True)
class Allergen:
    """What a patient can be allergic to: a group of drugs, one ingredient, a food or something around us."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    initials: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    atc: tuple[str, ...] = ()
    group: str = ""
    cross: tuple[CrossReactivity, ...] = ()

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    @property
    def checked(self) -> bool:
        """Whether prescribing is checked against it by itself: it names drugs."""
        return bool(self.atc) or self.kind in ("drug-group", "ingredient")


class FrequencyKind(StrEnum):
    """Whether a frequency repeats."""

    REGULAR = "regular"
    SINGLE = "single"
    WHEN_NEEDED = "when-needed"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often: `count` times in `period` hours or days (`unit` h or d)."""

    code: str
    name_zh: str
    name_en: str
    kind: FrequencyKind = FrequencyKind.REGULAR
    count: int = 1
    period: int = 1
    unit: str = "d"
    max_per_day: int = 0
    times: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    cv: str = "99"

    @property
    def per_day(self) -> Fraction:
        """Doses a day; the most allowed for "when needed"; one for a single dose."""
        if self.kind is FrequencyKind.SINGLE:
            return Fraction(1)
        if self.kind is FrequencyKind.WHEN_NEEDED:
            return Fraction(self.max_per_day)
        hours = self.period * (24 if self.unit == "d" else 1)
        return Fraction(self.count * 24, hours)

    def display(self, lang: str | None = None) -> str:
        """Give it in words (`zh_CN`, `en`, or the language of the screen), never as an abbreviation."""
        if lang is None:
            return pick(self.name_zh, self.name_en)
        return self.name_zh if lang.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Route:
    """A way of giving a drug; `cv` is the code of CV06.00.102."""

    code: str
    name_zh: str
    name_en: str
    cv: str
    kind: str
    iv: bool = False
    aliases: tuple[str, ...] = ()

    def display(self, lang: str | None = None) -> str:
        """Give it in words."""
        if lang is None:
            return pick(self.name_zh, self.name_en)
        return self.name_zh if lang.startswith("zh") else self.name_en

    @property
    def systemic(self) -> bool:
        """Whether the drug reaches the whole body: not skin, eye, nose or throat."""
        return self.kind != "topical"


@dataclass(frozen=True, slots=True)
class DoseUnit:
    """A unit of dose; `factor` turns a value into the base unit of `dimension`."""

    code: str
    name_zh: str
    name_en: str
    plural_en: str
    spoken_zh: str
    spoken_en: str
    dimension: str
    factor: Decimal
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoseTemplate:
    """A usual adult regimen of one product; rank 1 is the most usual."""

    drug_id: str
    rank: int
    dose: Decimal
    unit: str
    route: str
    frequency: str
    days: int


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two classes of drugs that harm each other; severity 1 stop, 2 warning, 3 caution."""

    id: str
    kind: str
    a_zh: str
    a_en: str
    a_atc: tuple[str, ...]
    b_zh: str
    b_en: str
    b_atc: tuple[str, ...]
    severity: int
    effect_zh: str
    effect_en: str
    management_zh: str
    management_en: str
    level: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a prescribing rule says and where it comes from. Its condition is a function in workstation.rules."""

    id: str
    category: str
    tier: int
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    basis_zh: str
    basis_en: str
    tag: str
    status: str
    reason: str = ""
    overridable: bool = True
    second_signature: bool = False
