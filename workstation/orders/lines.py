"""From an order as typed to one that can be checked and signed, or to what is still wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workstation.core.errors import Invalid
from workstation.core.i18n import _, pick
from workstation.medication.lines import Line, problem_of, resolve_order
from workstation.medication.model import Problem
from workstation.orders.model import OrderLine, OrderTerm
from workstation.orders.timing import first_day_of, read_rate, start_of, times_of
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Frequency, FrequencyKind
from workstation.terminology.ward_orders import WardOrder

OTHER: Final = "other"
SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Ordered:
    """A complete order: a medicine, an item of the catalogue, or words alone; `first_day` None: it does not repeat."""

    draft: OrderLine
    term: OrderTerm
    start: datetime
    frequency: Frequency | None
    times: tuple[str, ...]
    first_day: int | None
    drip_rate: str = ""
    medicine: Line | None = None
    item: WardOrder | None = None

    @property
    def kind(self) -> str:
        """The kind of what is no medicine; words alone are of no particular kind."""
        return self.item.kind if self.item is not None else OTHER

    @property
    def together(self) -> tuple[object, ...]:
        """What the lines of one infusion have in common."""
        return (self.term, self.start, self.times, self.frequency, self.first_day, self.drip_rate)


def resolve(draft: OrderLine, knowledge: Knowledge, now: datetime) -> Ordered:
    """Complete one order. Raises Invalid with the cell to correct in `field`."""
    medicine = item = None
    if draft.drug or not (draft.item or draft.text.strip()):
        medicine = resolve_order(draft, knowledge)
        frequency: Frequency | None = medicine.frequency
    else:
        item = _item(draft, knowledge)
        frequency = _frequency(draft, knowledge)
    term = term_of(draft, frequency)
    start = start_of(draft.start, now)
    times = times_of(draft.times, frequency)
    first_day = None if draft.prn else first_day_of(draft.first_day, frequency, times, start)
    rate = read_rate(draft.drip_rate)
    return Ordered(draft, term, start, frequency, times, first_day, rate, medicine, item)


def term_of(draft: OrderLine, frequency: Frequency | None) -> OrderTerm:
    """Give the term of an order. What is given once is stat. Raises Invalid for a stat order that repeats."""
    single = frequency is not None and frequency.kind is FrequencyKind.SINGLE
    if single:
        return OrderTerm.STAT
    if draft.term is OrderTerm.STAT and frequency is not None:
        raise Invalid(
            _("A stat order is carried out once."),
            _("Type st or once as its frequency, or write it as a long-term order."),
            "frequency",
        )
    return draft.term


def _item(draft: OrderLine, knowledge: Knowledge) -> WardOrder | None:
    if not draft.item:
        if len(draft.text.strip()) < SHORTEST:
            raise Invalid(_("This order says nothing."), field="drug")
        return None
    item = knowledge.ward_orders.get(draft.item)
    if item is None:
        raise Invalid(_("This order is not in the catalogue."), _("Choose one from the list."), "drug")
    return item


def _frequency(draft: OrderLine, knowledge: Knowledge) -> Frequency | None:
    if not draft.frequency:
        return None
    frequency = knowledge.frequencies.parse(draft.frequency)
    if frequency is None:
        raise Invalid(_("The frequency is missing."), _("Type it, for example tid or 每日3次."), "frequency")
    return frequency


def complete(
    drafts: Sequence[OrderLine], knowledge: Knowledge, now: datetime
) -> tuple[dict[str, Ordered], dict[str, Problem]]:
    """Complete every line that can be, and say what is wrong with the others, by key."""
    lines: dict[str, Ordered] = {}
    problems: dict[str, Problem] = {}
    for draft in drafts:
        try:
            line = resolve(draft, knowledge, now)
            _refuse_twice(line, lines, knowledge)
            _refuse_apart(line, lines)
            lines[draft.key] = line
        except Invalid as error:
            problems[draft.key] = problem_of(error)
    return lines, problems


def _refuse_twice(line: Ordered, before: Mapping[str, Ordered], knowledge: Knowledge) -> None:
    """Refuse a second order of a kind of which only one runs."""
    if line.item is None or not replaces(line, knowledge):
        return
    same = next((o for o in before.values() if replaces(o, knowledge) and o.kind == line.kind), None)
    if same is not None and same.item is not None:
        raise Invalid(
            _(
                "Only one order of this kind runs at a time; {order} is written already.",
                order=same.item.name,
            ),
            _("Remove one of the two."),
            "drug",
        )


def replaces(line: Ordered, knowledge: Knowledge) -> bool:
    """Say whether an order ends the running one of its kind."""
    long_term = line.term is OrderTerm.LONG_TERM
    return line.medicine is None and long_term and knowledge.ward_orders.exclusive(line.kind)


def _refuse_apart(line: Ordered, before: Mapping[str, Ordered]) -> None:
    """Refuse a group whose lines are not given together: what runs in one infusion begins and repeats as one."""
    group = line.draft.group
    if not group:
        return
    if line.medicine is None:
        raise Invalid(_("Only medicines can be given in one group."), field="group")
    first = next((o for o in before.values() if o.draft.group == group), None)
    if first is not None and first.together != line.together:
        raise Invalid(
            _("The lines of a group are given together."),
            _("Frequency, times, begin and drip rate must be the same in all of them."),
            "frequency",
        )


def said(line: Ordered, knowledge: Knowledge, lang: str = "") -> doses.MedicationLine:
    """Word a complete order for the eye, the ear and paper (default: the language of the screen)."""
    chinese = (lang or pick("zh", "en")).startswith("zh")
    if line.medicine is not None:
        base = doses.medication_line(line.medicine.drug, line.medicine.regimen, knowledge.units, lang)
        parts = [*base.parts, *([doses.keep(line.drip_rate)] if line.drip_rate else [])]
        spoken = [base.spoken, line.drip_rate]
    else:
        parts = [doses.keep(part) for part in _words(line, chinese, lang)]
        spoken = [doses.plain(part) for part in parts]
    display = f" {doses.DASH} ".join(parts)
    said_parts = ("，" if chinese else ", ").join(part for part in spoken if part)
    return doses.MedicationLine(tuple(parts), display, said_parts, doses.plain(display))


def _words(line: Ordered, chinese: bool, lang: str) -> list[str]:
    name = ""
    if line.item is not None:
        name = line.item.name_zh if chinese else line.item.name_en
    often = line.frequency.display(lang or None) if line.frequency is not None else ""
    return [part for part in (name, line.draft.text.strip(), often) if part]
