"""What helps against an alert that only a prescription knows: days, kind and validity, who collects it, a diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ui.pages.line_editor.ask_sheet import Question
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.remedies import Remedy, opening
from ui.widgets.banner_strip import Choice
from workstation.core.i18n import _
from workstation.medication.reasons import LEAST_TEXT
from workstation.prescribing.model import Collector, PrescriptionKind
from workstation.rules.alerts import Alert

if TYPE_CHECKING:
    from ui.pages.prescription.bench import RxBench

DAYS_RULES: Final = ("LEGAL-03", "LEGAL-04", "CTRL-10")
OVER_DAYS: Final = ("CTRL-04", "CTRL-05", "CTRL-06", "CTRL-09", "CTRL-14")


def remedies_of(bench: RxBench) -> Mapping[str, Remedy]:
    """Give the remedies by rule."""
    ordinary = [(_("Make it an ordinary prescription"), {"kind": PrescriptionKind.ORDINARY})]
    assessed = [(_("Assessed and noted in the record"), {"assessed": True})]
    today = [(_("Valid today only"), {"valid_days": 1})]
    diagnosis = Choice(_("Add a diagnosis"), lambda: bench.want("diagnosis"), "F3")
    return {
        **{rule: lambda alert: _more_days(bench, alert) for rule in DAYS_RULES},
        **{rule: lambda alert: _fewer_days(bench, alert) for rule in OVER_DAYS},
        "LEGAL-05": _settings(bench, ordinary),
        "LEGAL-06": _settings(bench, assessed),
        "LEGAL-07": _settings(bench, ordinary),
        "LEGAL-08": lambda _alert: [diagnosis],
        "LEGAL-12": _settings(bench, today),
        "CTRL-03": lambda alert: _collector(bench, alert),
        "ABX-06": lambda _alert: [diagnosis],
    }


def _settings(bench: RxBench, offered: list[tuple[str, dict[str, Any]]]) -> Remedy:
    return lambda _alert: [Choice(words, _setting(bench, **changes)) for words, changes in offered]


def _more_days(bench: RxBench, alert: Alert) -> list[Choice]:
    def ask() -> None:
        bench.ask(
            _("Why more days than usual"),
            alert.message,
            [
                Question(
                    _("Reason, printed on the prescription"),
                    LEAST_TEXT,
                    initial=bench.rx.extension_reason,
                )
            ],
            lambda words: bench.set_options(replace(bench.rx, extension_reason=words[0])),
        )

    choices = [Choice(_("Give the reason for more days…"), ask)]
    if alert.rule_id == "LEGAL-03" and bench.rx.kind is PrescriptionKind.ORDINARY:
        turn = _setting(bench, kind=PrescriptionKind.LONG_TERM)
        choices.append(Choice(_("Make it a long-term prescription"), turn))
    return choices


def _fewer_days(bench: RxBench, alert: Alert) -> list[Choice]:
    return [Choice(_("Change the days"), opening(bench, alert.line_ids[-1], Cell.DAYS))]


def _collector(bench: RxBench, alert: Alert) -> list[Choice]:
    def take(words: list[str]) -> None:
        bench.set_options(replace(bench.rx, collector=Collector(*words)))

    def ask() -> None:
        before = bench.rx.collector or Collector()
        questions = [
            Question(_("Name of who collects it"), 2, initial=before.name),
            Question(_("Number of the identity document"), 6, initial=before.document),
        ]
        bench.ask(_("Who collects the narcotic"), alert.message, questions, take)

    return [Choice(_("Name who collects it…"), ask)]


def _setting(bench: RxBench, **changes: Any) -> Callable[[], None]:
    """Make an act that changes the options as they will be then."""
    return lambda: bench.set_options(replace(bench.rx, **changes))
