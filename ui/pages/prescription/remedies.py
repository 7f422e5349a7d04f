"""What helps against an alert: another drug, the words the law asks for, or a measurement that is missing.

A remedy is a button on the alert's card. Which one fits follows from the rule's id, as the rules' file names them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from ui.pages.prescription.ask_sheet import Question
from ui.pages.prescription.options import RxOptions
from ui.widgets.banner_strip import Choice
from workstation.core.i18n import _
from workstation.medication.model import SkinTest
from workstation.medication.reasons import LEAST_TEXT
from workstation.prescribing.model import Collector, DraftLine, PrescriptionKind
from workstation.rules.alerts import Alert, Tier
from workstation.terminology.model import Drug

DAYS_RULES: Final = frozenset({"LEGAL-03", "LEGAL-04", "CTRL-10"})
TEST_RULES: Final = frozenset({"SKIN-01", "SKIN-03", "SKIN-04"})
WEIGHT_RULES: Final = frozenset({"LEGAL-10", "DOSE-02"})


class Bench(Protocol):
    """What remedies work on; the panel is one."""

    options: RxOptions

    def set_options(self, options: RxOptions) -> None:
        """Take changed options and check again."""

    def change_lines(self, keys: Sequence[str], change: Callable[[DraftLine], DraftLine]) -> None:
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

    def open_skin_test(self, key: str) -> None:
        """Open the skin test cell of a line."""

    def want(self, what: str) -> None:
        """Ask the page for a `diagnosis` or a `weight`."""


def choices_for(bench: Bench, alert: Alert, first: bool, roomy: bool) -> list[Choice]:
    """Give the buttons of an alert's card, the safe way out first; Alt+A belongs to the first card.

    Only a `roomy` card offers a second drug, and the reason for a warning before it is asked at the signature.
    """
    found = _alternatives(bench, alert, first, 2 if roomy else 1)
    found += _remedies(bench, alert)
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


def _remedies(bench: Bench, alert: Alert) -> list[Choice]:
    rule = alert.rule_id
    if rule in DAYS_RULES:
        return _more_days(bench, alert)
    if rule in TEST_RULES:
        return _skin_test(bench, alert)
    if rule in WEIGHT_RULES:
        return [Choice(_("Record the weight"), lambda: bench.want("weight"))]
    table: dict[str, Callable[[Bench, Alert], list[Choice]]] = {
        "LEGAL-05": _ordinary,
        "LEGAL-06": _assessed,
        "LEGAL-07": _ordinary,
        "LEGAL-08": lambda bench, _alert: [
            Choice(_("Add a diagnosis"), lambda: bench.want("diagnosis"), "F3")
        ],
        "LEGAL-11": _overdose,
        "LEGAL-12": _one_day,
        "CTRL-03": _collector,
        "ABX-01": _emergency,
        "ABX-02": _consultation,
    }
    return table[rule](bench, alert) if rule in table else []


def _more_days(bench: Bench, alert: Alert) -> list[Choice]:
    def ask() -> None:
        bench.ask(
            _("Why more days than usual"),
            alert.message,
            [
                Question(
                    _("Reason, printed on the prescription"),
                    LEAST_TEXT,
                    initial=bench.options.extension_reason,
                )
            ],
            lambda words: bench.set_options(replace(bench.options, extension_reason=words[0])),
        )

    choices = [Choice(_("Give the reason for more days…"), ask)]
    if alert.rule_id == "LEGAL-03" and bench.options.kind is PrescriptionKind.ORDINARY:
        turn = _setting(bench, kind=PrescriptionKind.LONG_TERM)
        choices.append(Choice(_("Make it a long-term prescription"), turn))
    return choices


def _skin_test(bench: Bench, alert: Alert) -> list[Choice]:
    def order() -> None:
        bench.change_lines(alert.line_ids, lambda line: replace(line, skin_test=SkinTest()))

    def enter() -> None:
        bench.open_skin_test(alert.line_ids[0])

    choices = [Choice(_("Enter the result"), enter)]
    if alert.tier <= Tier.WARNING:
        choices.insert(0, Choice(_("Order the skin test"), order))
    return choices


def _ordinary(bench: Bench, _alert: Alert) -> list[Choice]:
    turn = _setting(bench, kind=PrescriptionKind.ORDINARY)
    return [Choice(_("Make it an ordinary prescription"), turn)]


def _assessed(bench: Bench, _alert: Alert) -> list[Choice]:
    return [Choice(_("Assessed and noted in the record"), _setting(bench, assessed=True))]


def _one_day(bench: Bench, _alert: Alert) -> list[Choice]:
    return [Choice(_("Valid today only"), _setting(bench, valid_days=1))]


def _overdose(bench: Bench, alert: Alert) -> list[Choice]:
    def take(words: list[str]) -> None:
        bench.change_lines(alert.line_ids, lambda line: replace(line, overdose_reason=words[0]))
        bench.set_options(replace(bench.options, signed_twice=True))

    def ask() -> None:
        questions = [
            Question(_("Reason, printed on the prescription"), LEAST_TEXT),
            Question(_("PIN, as the second signature"), 4, secret=True),
        ]
        bench.ask(_("Why more than the label's dose"), alert.message, questions, take)

    return [Choice(_("Give the reason and sign again…"), ask)]


def _collector(bench: Bench, alert: Alert) -> list[Choice]:
    def take(words: list[str]) -> None:
        bench.set_options(replace(bench.options, collector=Collector(*words)))

    def ask() -> None:
        before = bench.options.collector or Collector()
        questions = [
            Question(_("Name of who collects it"), 2, initial=before.name),
            Question(_("Number of the identity document"), 6, initial=before.document),
        ]
        bench.ask(_("Who collects the narcotic"), alert.message, questions, take)

    return [Choice(_("Name who collects it…"), ask)]


def _emergency(bench: Bench, alert: Alert) -> list[Choice]:
    def take(words: list[str]) -> None:
        bench.change_lines(alert.line_ids, lambda line: replace(line, days=1, total=0))
        bench.set_options(replace(bench.options, emergency_reason=words[0]))

    def ask() -> None:
        questions = [Question(_("Emergency reason"), LEAST_TEXT, initial=bench.options.emergency_reason)]
        bench.ask(_("Emergency use for one day"), alert.message, questions, take)

    return [Choice(_("Emergency: one day, with the reason…"), ask)]


def _consultation(bench: Bench, alert: Alert) -> list[Choice]:
    return [Choice(_("An expert agreed"), _setting(bench, consultation=True)), *_emergency(bench, alert)]


def _setting(bench: Bench, **changes: Any) -> Callable[[], None]:
    """Make an act that changes the options as they will be then."""
    return lambda: bench.set_options(replace(bench.options, **changes))
