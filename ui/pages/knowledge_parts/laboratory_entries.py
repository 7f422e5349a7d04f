"""The laboratory's files as entries of the knowledge page: tests with their ranges, panels and sets, tubes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ui.pages.knowledge_parts import words
from ui.pages.knowledge_parts.facts import Fact
from ui.widgets.table_model import Badge
from workstation.core.i18n import _, n_
from workstation.laboratory.wording import age_group, limits_text
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import LabRange, LabTest

Row = tuple[str, str, Badge | None, tuple[Fact, ...], tuple[str, ...]]


def tests(knowledge: Knowledge) -> list[Row]:
    """Give every test with how it is coded, taken and judged."""
    return [_test(test, knowledge) for test in knowledge.laboratory.tests.values()]


def ranges(knowledge: Knowledge) -> list[Row]:
    """Give every range by its test and the people it is for."""
    catalogue = knowledge.laboratory
    found: list[Row] = []
    for test in catalogue.tests.values():
        for number, one in enumerate(catalogue.ranges(test.code), 1):
            facts = (
                Fact(_("For"), age_group(one)),
                *_limits(one, test),
                Fact(_("Source"), _source(one)),
                _sure(one),
            )
            title = f"{test.name}  {age_group(one)}"
            found.append(
                (f"{test.code}-{number}", title, None, facts, (test.code, *test.initials, test.name))
            )
    return found


def panels(knowledge: Knowledge) -> list[Row]:
    """Give the panels, then the sets."""
    catalogue = knowledge.laboratory
    found: list[Row] = []
    for panel in catalogue.panels.values():
        names = ", ".join(catalogue.tests[code].name for code in panel.tests)
        facts = (
            Fact(_("Tests"), names),
            Fact(_("Specimen"), _taken(panel.specimen, panel.tube, knowledge)),
            Fact(_("Repeat asked about"), _within(panel.hours)),
            *((Fact(_("Patient"), _("fasting")),) if panel.fasting else ()),
        )
        found.append((panel.code, panel.name, None, facts, (panel.code, *panel.initials, panel.name)))
    for each in catalogue.sets:
        items = ", ".join(item.name for code in each.items if (item := catalogue.item(code)) is not None)
        chip = Badge("note", _("set"))
        found.append(
            (each.code, each.name, chip, (Fact(_("Orders"), items),), (each.code, *each.initials, each.name))
        )
    return found


def specimens(knowledge: Knowledge) -> list[Row]:
    """Give the kinds of specimen, then the tubes in the order of draw."""
    catalogue = knowledge.laboratory
    found: list[Row] = [
        (s.code, s.name, None, (Fact(_("Code"), f"HL7 0487 {s.hl7}"),), (s.code, s.name))
        for s in catalogue.specimens.values()
    ]
    for tube in catalogue.tubes.values():
        facts = [Fact(_("Order of draw"), str(tube.order)), Fact(_("How many"), str(tube.count))]
        facts += [Fact(_("Amount"), tube.volume)] if tube.volume else []
        found.append((f"tube-{tube.code}", tube.name, None, tuple(facts), (tube.code, tube.name)))
    return found


def _test(test: LabTest, knowledge: Knowledge) -> Row:
    facts = [
        Fact(_("Abbreviation"), test.short),
        Fact(_("Code"), f"LOINC {test.loinc}" if test.loinc else _("no LOINC code")),
        Fact(_("Unit"), test.unit or _("none")),
        Fact(_("Specimen"), _taken(test.specimen, test.tube, knowledge)),
        Fact(_("Ordered"), _("by itself") if test.orderable else _("within a panel")),
        Fact(_("Repeat asked about"), _within(test.hours)),
    ]
    for one in knowledge.laboratory.ranges(test.code):
        facts.append(Fact(age_group(one), "; ".join(f"{f.label} {f.text}" for f in _limits(one, test))))
    facts.append(words_of(test.confirm))
    keys = (test.code, test.short, *test.initials, test.name_zh, test.name_en, test.loinc)
    return test.code, f"{test.name}  {test.short}", None, tuple(facts), keys


def _limits(one: LabRange, test: LabTest) -> tuple[Fact, ...]:
    reference = limits_text(one.low, one.high, test.unit) or one.text or _("none known")
    found = [Fact(_("Reference"), reference)]
    if one.critical_low is not None:
        found.append(Fact(_("Critical below"), limits_text(None, one.critical_low, test.unit, plain=True)))
    if one.critical_high is not None:
        found.append(Fact(_("Critical above"), limits_text(None, one.critical_high, test.unit, plain=True)))
    if test.critical_when:
        found.append(Fact(_("Critical"), _("when abnormal")))
    return tuple(found)


def _source(one: LabRange) -> str:
    return _("general knowledge") if one.source == "general" else one.source


def _sure(one: LabRange) -> Fact:
    return words_of(one.confirm)


def words_of(confirm: bool) -> Fact:
    """Say whether this hospital still has to confirm an entry."""
    sure = words.evidence("knowledge") if confirm else words.evidence("source")
    return Fact(_("Evidence"), sure.text, sure.state)


def _taken(specimen: str, tube: str, knowledge: Knowledge) -> str:
    catalogue = knowledge.laboratory
    return f"{catalogue.specimens[specimen].name}, {catalogue.tubes[tube].name}"


def _within(hours: int) -> str:
    if hours < 48:
        return n_("within {count} hour", "within {count} hours", hours)
    return n_("within {count} day", "within {count} days", hours // 24)


READERS: Final[Mapping[str, Callable[[Knowledge], list[Row]]]] = {
    "laboratory/tests.csv": tests,
    "laboratory/ranges.csv": ranges,
    "laboratory/panels.toml": panels,
    "laboratory/specimens.toml": specimens,
}
