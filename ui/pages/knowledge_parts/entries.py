"""What stands in a knowledge file, as entries that can be searched and read; files used as they are have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ui.pages.knowledge_parts import laboratory_entries, nursing_entries, ward_signs_entries, words
from ui.pages.knowledge_parts.drug_facts import drug_facts
from ui.pages.knowledge_parts.facts import Fact
from ui.widgets.table_model import Badge
from workstation.core.i18n import _, pick
from workstation.rules.engine import CATEGORIES
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.levels import contrast
from workstation.terminology.model import Drug, Interaction, Rule
from workstation.terminology.search import PrefixIndex
from workstation.terminology.sets import PrescriptionSet, SetLine
from workstation.terminology.ward_orders import WardOrder

TIERS: Final = {1: ("stop", "Stop"), 2: ("warn", "Warning"), 3: ("caution", "Caution"), 4: ("note", "Note")}
FRENCH: Final = "ANSM"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its code, its name, one chip, everything about it, and what a search compares."""

    id: str
    title: str
    chip: Badge | None
    facts: tuple[Fact, ...]
    keys: tuple[str, ...]


class EntryList:
    """The entries of one file, found by any of their keys."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._index = PrefixIndex([entry.keys for entry in entries])

    def search(self, text: str) -> tuple[Entry, ...]:
        """Give the entries that fit, best first; without a text all of them in the file's order."""
        if not text.strip():
            return self.entries
        return tuple(self.entries[hit.entry] for hit in self._index.search(text, len(self.entries)))


def entries_of(knowledge: Knowledge, name: str) -> EntryList:
    """Read the entries of a file; empty for a file that has none to show. Raises Unavailable."""
    for rows in (laboratory_entries.READERS, ward_signs_entries.READERS, nursing_entries.READERS):
        if name in rows:
            return EntryList([Entry(*row) for row in rows[name](knowledge)])
    reader = READERS.get(name)
    return EntryList(reader(knowledge) if reader is not None else ())


def _tier(tier: int) -> Badge:
    state, word = TIERS[tier]
    return Badge(state, _(word))


def _drugs(knowledge: Knowledge) -> list[Entry]:
    return [_drug(drug, knowledge) for drug in knowledge.drugs]


def _drug(drug: Drug, knowledge: Knowledge) -> Entry:
    title = f"{drug.name}  {doses.plain(doses.strength_text(drug, knowledge.units))}"
    chip = Badge("warn", _("high-alert")) if drug.high_alert else None
    keys = (*drug.initials, *drug.pinyin, drug.ingredient_initials, drug.name_zh, drug.name_en)
    keys = (*keys, drug.ingredient_zh, drug.inn, drug.id, drug.atc)
    return Entry(drug.id, title, chip, drug_facts(drug, knowledge), keys)


def _rules(knowledge: Knowledge) -> list[Entry]:
    return [_rule(rule) for rule in knowledge.rules.values()]


def _rule(rule: Rule) -> Entry:
    chip, sure = _tier(rule.tier), words.evidence(rule.tag)
    if rule.status == "implemented":
        runs = Fact(_("Runs"), _("checked at every prescription"), "done")
    else:
        runs = Fact(_("Runs"), _("not implemented: {reason}", reason=rule.reason), "not_checked")
    facts = [
        Fact(_("Tier"), chip.text, chip.state),
        Fact(_("Group"), str(CATEGORIES[rule.category])),
        Fact(_("What it says"), words.open_message(pick(rule.message_zh, rule.message_en))),
        Fact(_("Basis"), pick(rule.basis_zh, rule.basis_en)),
        Fact(_("Evidence"), sure.text, sure.state),
        runs,
    ]
    if rule.tier == 1:
        facts.append(Fact(_("Override"), _overriding(rule)))
    keys = (rule.id, rule.title_zh, rule.title_en, rule.message_zh, rule.message_en)
    return Entry(rule.id, pick(rule.title_zh, rule.title_en), chip, tuple(facts), keys)


def _overriding(rule: Rule) -> str:
    if rule.second_signature:
        return _("with a reason and a second signature")
    return _("with a reason in words") if rule.overridable else _("never: the prescription must be changed")


def _interactions(knowledge: Knowledge) -> list[Entry]:
    return [_interaction(row) for row in knowledge.interactions]


def _interaction(row: Interaction) -> Entry:
    chip = _tier(row.severity)
    source = row.source if row.source.startswith(FRENCH) else ""
    sure = words.evidence("source" if source else "knowledge")
    facts = [
        Fact(_("Tier"), chip.text, chip.state),
        Fact(_("Effect"), pick(row.effect_zh, row.effect_en)),
        Fact(_("What to do"), pick(row.management_zh, row.management_en)),
        Fact(_("Evidence"), sure.text, sure.state),
    ]
    if source:
        facts.append(Fact(_("Source"), f"{source} {row.level}".strip()))
    title = f"{pick(row.a_zh, row.a_en)} + {pick(row.b_zh, row.b_en)}"
    return Entry(row.id, title, chip, tuple(facts), (row.id, row.a_zh, row.a_en, row.b_zh, row.b_en))


def _sets(knowledge: Knowledge) -> list[Entry]:
    return [_set(each, knowledge) for each in knowledge.prescription_sets]


def _set(each: PrescriptionSet, knowledge: Knowledge) -> Entry:
    ages = _("from {first} years", first=each.age_from)
    if each.age_to:
        ages = _("from {first} to under {end} years", first=each.age_from, end=each.age_to)
    facts = [Fact(_("Diagnoses"), ", ".join(each.diagnoses)), Fact(_("For"), ages)]
    facts += [Fact(_("Line {number}", number=n), _line(x, knowledge)) for n, x in enumerate(each.lines, 1)]
    facts.append(Fact(_("Source"), each.source))
    chip = Badge("note", _("Long-term prescription")) if each.long_term else None
    keys = (*each.initials, each.name_zh, each.name_en, *each.diagnoses)
    return Entry(each.code, each.name, chip, tuple(facts), keys)


def _line(line: SetLine, knowledge: Knowledge) -> str:
    drug, units = knowledge.drugs.get(line.drug_id), knowledge.units
    route, frequency = knowledge.routes.get(line.route), knowledge.frequencies.get(line.frequency)
    if line.dose is not None:
        regimen = doses.Regimen(line.dose, line.unit, route, frequency, line.days)
        return doses.medication_line(drug, regimen, units).display
    each_kg = doses.dose_text(line.per_kg or line.step, line.unit, units, drug=drug)
    parts = [drug.name, _("DOSE {dose}", dose=_("{amount} per kg", amount=each_kg))]
    if line.most is not None:
        parts.append(_("at most {amount}", amount=doses.dose_text(line.most, line.unit, units, drug=drug)))
    parts += [route.display(), frequency.display(), doses.days_text(line.days)]
    return f" {doses.DASH} ".join(map(doses.keep, parts))


def _ward_orders(knowledge: Knowledge) -> list[Entry]:
    return [_ward_order(order, knowledge) for order in knowledge.ward_orders]


def _ward_order(order: WardOrder, knowledge: Knowledge) -> Entry:
    kind = knowledge.ward_orders.kinds[order.kind]
    usual = (
        knowledge.frequencies.get(order.frequency).display() if order.frequency else _("holds until stopped")
    )
    facts = [Fact(_("Kind"), kind.name), Fact(_("Usually"), usual)]
    if kind.exclusive:
        facts.append(Fact(_("Replaces"), _("the running order of this kind")))
    keys = (*order.initials, *order.pinyin, order.name_zh, order.name_en, *order.aliases, order.code)
    return Entry(order.code, order.name, None, tuple(facts), keys)


def _nursing_levels(knowledge: Knowledge) -> list[Entry]:
    return [
        Entry(
            level.code,
            level.name,
            None,
            (
                Fact(_("Mark on bed cards"), level.character),
                Fact(_("Colours, fill and ink"), f"{level.fill} {level.ink}"),
                Fact(_("Contrast"), f"{contrast(level.fill, level.ink):.1f}"),
            ),
            (level.name_zh, level.name_en, level.character, level.code),
        )
        for level in knowledge.nursing_levels.values()
    ]


READERS: Final[Mapping[str, Callable[[Knowledge], list[Entry]]]] = {
    "drugs.csv": _drugs,
    "rules.csv": _rules,
    "interactions.csv": _interactions,
    "prescription_sets.toml": _sets,
    "ward_orders.toml": _ward_orders,
    "nursing_levels.toml": _nursing_levels,
}
