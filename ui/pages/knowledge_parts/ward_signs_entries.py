"""The ward's vital signs on the knowledge page: rounds, reasons, the chart's looks, the early warning score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from ui.pages.knowledge_parts import words
from ui.pages.knowledge_parts.facts import Fact
from ui.pages.vitals_parts.words import NAMES
from ui.widgets.table_model import Badge
from workstation.chart import signs
from workstation.core.i18n import _, n_, pick
from workstation.terminology.doses import number
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.ward_signs import Band, ChartStyle, RoundRule

Row = tuple[str, str, Badge | None, tuple[Fact, ...], tuple[str, ...]]
INKS: Final = {"red": "red", "blue": "blue"}


def ward_signs(knowledge: Knowledge) -> list[Row]:
    """Give how the chart is drawn, then the rounds, regular and ordered signs, then the reasons."""
    rules, style = knowledge.ward_signs, knowledge.ward_signs.chart
    found = [_chart(style)]
    found += [_round(rule, style) for rule in rules.rounds]
    found += [
        (
            f"every-{each.sign}",
            _sign(each.sign),
            None,
            (
                Fact(_("When due"), n_("every day", "every {count} days", each.days)),
                Fact(_("At"), _hours((each.slot,), style)),
                _sure(),
            ),
            (each.sign, _sign(each.sign)),
        )
        for each in rules.regular
    ]
    for ordered in rules.ordered:
        order = knowledge.ward_orders.get(ordered.code)
        title = order.name if order is not None else ordered.code
        when = (
            _("once in the morning, for the day before") if ordered.whole_day else _("at the order's times")
        )
        facts = (Fact(_("Signs"), _signs(ordered.signs)), Fact(_("When due"), when), _sure())
        found.append(
            (f"order-{ordered.code}", title, Badge("note", _("order")), facts, (ordered.code, title))
        )
    for reason in rules.reasons:
        where = (
            _("written on the chart, breaks its lines")
            if reason.band
            else _("written where the value stands")
        )
        facts = (Fact(_("Key"), reason.key), Fact(_("On the chart"), where), _sure())
        chip = Badge("note", _("not measured"))
        found.append((reason.code, reason.name, chip, facts, (reason.code, reason.name_zh, reason.name_en)))
    return found


def _sure() -> Fact:
    sure = words.evidence("knowledge")
    return Fact(_("Evidence"), sure.text, sure.state)


def _chart(style: ChartStyle) -> Row:
    again = (
        _("starts again as II-0") if style.operation_style == "restart" else _("stands over the first as 1/5")
    )
    facts = (
        Fact(_("Hours of the columns"), ", ".join(map(str, style.hours))),
        Fact(_("Ink of events"), _(INKS[style.event_ink])),
        Fact(_("Days counted after an operation"), str(style.operation_days)),
        Fact(_("A second operation"), again),
        Fact(_("Legend"), _("printed") if style.legend else _("left out")),
        _sure(),
    )
    return ("chart", _("Temperature chart"), None, facts, ("chart", _("Temperature chart")))


def _round(rule: RoundRule, style: ChartStyle) -> Row:
    facts = (Fact(_("Signs"), _signs(rule.signs)), Fact(_("At"), _hours(rule.slots, style)), _sure())
    chip = Badge("note", _("round"))
    return (f"round-{rule.code}", rule.name, chip, facts, (rule.code, rule.name_zh, rule.name_en))


def _hours(slots: Sequence[int], style: ChartStyle) -> str:
    return ", ".join(f"{style.hours[slot]:02}:00" for slot in slots)


def _sign(name: str) -> str:
    if name == "stool":
        return _("Stools")
    if name == "consciousness":
        return _("Consciousness")
    return _("Blood pressure") if name == "systolic" else _(signs.BY_FIELD[name].name)


def _signs(names: Sequence[str]) -> str:
    return ", ".join(map(_sign, names))


def early_warning(knowledge: Knowledge) -> list[Row]:
    """Give each sign with its bands, then the levels."""
    table = knowledge.early_warning
    found: list[Row] = []
    for scale in (0, 1, 2):
        for name in dict.fromkeys(band.sign for band in table.bands if band.scale == scale):
            bands = [band for band in table.bands if band.sign == name and band.scale == scale]
            title = _(NAMES[name]) + (f" {_('scale {number}', number=scale)}" if scale else "")
            facts = tuple(Fact(_band(band), _("score {score}", score=band.score)) for band in bands)
            found.append((f"{name}-{scale}", title, None, (*facts, _source()), (name, title)))
    mind = tuple(Fact(f"{s.code} {s.name}", _("score {score}", score=s.score)) for s in table.consciousness)
    found.append(("consciousness", _("Consciousness"), None, (*mind, _source()), ("consciousness",)))
    for level in table.levels:
        limit = _("from {total}", total=level.total)
        if level.single:
            limit = _("a single sign with {score}", score=level.single)
        facts = (Fact(_("Total score"), limit), _source())
        found.append((level.code, level.name, Badge("note", _("level")), facts, (level.code, level.name)))
    age = Fact(_("For"), _("from {years} years, not in pregnancy", years=table.minimum_age))
    found.append((table.code, pick(table.name_zh, table.name_en), None, (age, _source()), (table.code,)))
    return found


def _source() -> Fact:
    return Fact(_("Source"), _("Royal College of Physicians 2017; the response is to be confirmed here"))


def _band(band: Band) -> str:
    low, high = (number(v) if isinstance(v, Decimal) else "" for v in (band.low, band.high))
    text = (
        f"{low}–{high}"
        if low and high
        else _("up to {value}", value=high)
        if high
        else _("from {value}", value=low)
    )
    on = {"air": _("on air"), "oxygen": _("on oxygen")}
    return f"{text} {on[band.on]}" if band.on else text


READERS: Final[Mapping[str, Callable[[Knowledge], list[Row]]]] = {
    "vital_signs.toml": ward_signs,
    "early_warning.toml": early_warning,
}
