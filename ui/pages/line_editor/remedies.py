"""What helps against an alert: another drug, the words the law asks for, or a measurement that is missing.

A remedy is a button on the alert's card. Which one fits follows from the rule's id, as the rules' file names them; a
host adds those that only its lines know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from ui.pages.line_editor.ask_sheet import Question
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.options import LineOptions
from ui.widgets.banner_strip import Choice
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine, SkinTest
from workstation.medication.reasons import LEAST_TEXT
from workstation.rules.alerts import Alert, Tier
from workstation.terminology.model import Drug

TEST_RULES: Final = frozenset({"SKIN-01", "SKIN-03", "SKIN-04"})
WEIGHT_RULES: Final = frozenset({"LEGAL-10", "DOSE-02"})
REMOVED: Final = ("LEGAL-01", "LEGAL-02", "DUP", "ABX-05")
DOSE_RULES: Final = ("DOSE", "REN-07", "REN-09", "REN-14", "HEP-03", "ELD-04", "ELD-06", "AGE-13", "LEGAL-11")
ROUTE_RULES: Final = ("IV-01", "IV-02", "IV-03", "ROUTE")
FREQUENCY_RULES: Final = ("LEGAL-09", "IV-04")
ORDER_KEY, ENTER_KEY = "Alt+S", "Alt+E"
Remedy = Callable[[Alert], list[Choice]]


class Bench(Protocol):
    """What remedies work on; `bench.LineBench` is one."""

    @property
    def options(self) -> LineOptions:
        """Give what is said about the lines as a whole."""

    def set_options(self, options: LineOptions) -> None:
        """Take changed options and check again."""

    def own_remedies(self) -> Mapping[str, Remedy]:
        """Give what only this host knows to do, by rule."""

    def one_day(self, line: MedicineLine) -> MedicineLine:
        """Give a line as it is for one day only."""

    def change_lines(self, keys: Sequence[str], change: Callable[[MedicineLine], MedicineLine]) -> None:
        """Change some lines as one step that can be undone."""

    def ask(
        self, title: str, text: str, questions: Sequence[Question], then: Callable[[list[str]], None]
    ) -> None:
        """Ask for words in a sheet."""

    def override(self, alert: Alert) -> None:
        """Ask for the reason to sign in spite of an alert."""

    def swap(self, key: str, drug: Drug) -> None:
        """Put another drug in a line's place, its regimen still to be chosen."""

    def drug(self, drug_id: str) -> Drug | None:
        """Give a product of the catalogue."""

    def open_cell(self, key: str, cell: Cell) -> None:
        """Open a cell of a line for writing."""

    def number(self, key: str) -> int:
        """Give the number a line is shown with; 0 for one that is gone."""

    def remove_line(self, key: str) -> None:
        """Take a line away as one step that can be undone."""

    def want(self, what: str) -> None:
        """Ask the page for a `diagnosis` or a `weight`."""


def choices_for(bench: Bench, alert: Alert, first: bool, roomy: bool, tests: bool = False) -> list[Choice]:
    """Give the buttons of an alert's card, the safe way out first; never none for an alert that names a line.

    Alt+A belongs to the `first` card, the keys of skin tests to the first card about them (`tests`). Only a `roomy`
    card offers a second drug, and the reason for a warning before it is asked at the signature.
    """
    found = _alternatives(bench, alert, first, 2 if roomy else 1)
    found += _remedies(bench, alert, tests)
    if not found:
        found = _change(bench, alert)
    asked = alert.tier is Tier.STOP or (roomy and alert.tier is Tier.WARNING)
    if alert.overridable and asked:
        words = _("Keep it and give the reason…") if alert.tier is Tier.STOP else _("Give the reason…")
        found.append(Choice(words, lambda: bench.override(alert)))
    return found


def _alternatives(bench: Bench, alert: Alert, first: bool, most: int) -> list[Choice]:
    if not alert.line_ids:
        return []
    choices = []
    for place, drug_id in enumerate(alert.alternatives[:most]):
        drug = bench.drug(drug_id)
        if drug is not None:
            lead = first and place == 0
            text = _("Use {drug}", drug=drug.name)
            swap = _swapping(bench, alert.line_ids[0], drug)
            choices.append(Choice(text, swap, "Alt+A" if lead else "", primary=lead))
    return choices


def _swapping(bench: Bench, key: str, drug: Drug) -> Callable[[], None]:
    return lambda: bench.swap(key, drug)


def _change(bench: Bench, alert: Alert) -> list[Choice]:
    """Give the way to the cell of the line whose change answers an alert, where nothing more fitting is known."""
    if not alert.line_ids:
        return []
    key, rule = alert.line_ids[-1], alert.rule_id
    if rule.startswith(REMOVED):
        words = _("Remove line {number}", number=bench.number(key))
        return [Choice(words, lambda: bench.remove_line(key))]
    for cell, words, rules in (
        (Cell.DOSE, _("Change the dose"), DOSE_RULES),
        (Cell.ROUTE, _("Change the route"), ROUTE_RULES),
        (Cell.FREQUENCY, _("Change the frequency"), FREQUENCY_RULES),
    ):
        if rule.startswith(rules):
            return [Choice(words, opening(bench, key, cell))]
    return [Choice(_("Choose another drug"), opening(bench, key, Cell.DRUG))]


def show_line(bench: Bench, places: dict[str, int], numbers: Collection[int]) -> list[Choice]:
    """Give the way to the first line that could not be checked; nothing where the whole draft is meant."""
    keys = [key for key, number in places.items() if number in numbers]
    return [Choice(_("Go to the line"), opening(bench, keys[0], Cell.DOSE))] if keys else []


def opening(bench: Bench, key: str, cell: Cell) -> Callable[[], None]:
    """Make an act that opens a cell of a line."""
    return lambda: bench.open_cell(key, cell)


def _remedies(bench: Bench, alert: Alert, tests: bool) -> list[Choice]:
    rule, own = alert.rule_id, bench.own_remedies()
    if rule in own:
        return own[rule](alert)
    if rule in TEST_RULES:
        return _skin_test(bench, alert, tests)
    if rule in WEIGHT_RULES:
        return [Choice(_("Record the weight"), lambda: bench.want("weight"))]
    table: dict[str, Callable[[Bench, Alert], list[Choice]]] = {
        "LEGAL-11": _overdose,
        "ABX-01": _emergency,
        "ABX-02": _consultation,
    }
    return table[rule](bench, alert) if rule in table else []


def _skin_test(bench: Bench, alert: Alert, keys: bool) -> list[Choice]:
    def order() -> None:
        bench.change_lines(alert.line_ids, lambda line: replace(line, skin_test=SkinTest()))

    def enter() -> None:
        bench.open_cell(alert.line_ids[0], Cell.SKIN_TEST)

    choices = [Choice(_("Enter the result"), enter, ENTER_KEY if keys else "")]
    if alert.tier <= Tier.WARNING:
        choices.insert(0, Choice(_("Order the skin test"), order, ORDER_KEY if keys else ""))
    return choices


def _overdose(bench: Bench, alert: Alert) -> list[Choice]:
    def take(words: list[str]) -> None:
        bench.change_lines(alert.line_ids, lambda line: replace(line, overdose_reason=words[0]))
        bench.set_options(bench.options.but(signed_twice=True))

    def ask() -> None:
        questions = [
            Question(_("Reason, kept with the line"), LEAST_TEXT),
            Question(_("PIN, as the second signature"), 4, secret=True),
        ]
        bench.ask(_("Why more than the label's dose"), alert.message, questions, take)

    return [Choice(_("Give the reason and sign again…"), ask)]


def _emergency(bench: Bench, alert: Alert) -> list[Choice]:
    def take(words: list[str]) -> None:
        bench.change_lines(alert.line_ids, bench.one_day)
        bench.set_options(bench.options.but(emergency_reason=words[0]))

    def ask() -> None:
        questions = [Question(_("Emergency reason"), LEAST_TEXT, initial=bench.options.emergency_reason)]
        bench.ask(_("Emergency use for one day"), alert.message, questions, take)

    return [Choice(_("Emergency: one day, with the reason…"), ask)]


def _consultation(bench: Bench, alert: Alert) -> list[Choice]:
    return [Choice(_("An expert agreed"), _setting(bench, consultation=True)), *_emergency(bench, alert)]


def _setting(bench: Bench, **changes: Any) -> Callable[[], None]:
    """Make an act that changes the options as they will be then."""
    return lambda: bench.set_options(bench.options.but(**changes))
