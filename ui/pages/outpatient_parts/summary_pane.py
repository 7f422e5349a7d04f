"""What is known of the patient without a click: allergies first, then medicines, problems, results and visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtWidgets import QStackedLayout, QWidget

from ui.pages.outpatient_parts.allergy_panel import AllergyPanel
from ui.pages.outpatient_parts.rich_lines import LineList
from ui.widgets.allergy_words import allergy_words
from ui.widgets.table_model import Badge, Run
from workstation.chart.allergies import Allergies, Allergy, AllergyState
from workstation.chart.measures import DIASTOLIC, SYSTOLIC, BodyState, Measure
from workstation.chart.medications import Medicine
from workstation.chart.summary import PastVisit, Problem, Summary
from workstation.core.days import written_date
from workstation.core.i18n import _
from workstation.fhir.resources import parse_date
from workstation.terminology.doses import DASH, keep

FLAGS: Final = {
    "high": ("warn", "High"),
    "low": ("warn", "Low"),
    "critical-high": ("stop", "Critically high"),
    "critical-low": ("stop", "Critically low"),
    "critical": ("stop", "Critical"),
    "abnormal": ("warn", "Abnormal"),
}
NAMES: Final = {
    "8310-5": "Temperature",
    "8867-4": "Pulse",
    "9279-1": "Respiration",
    "8480-6": "Systolic pressure",
    "8462-4": "Diastolic pressure",
    "59408-5": "Oxygen saturation",
    "29463-7": "Weight",
    "8302-2": "Height",
}
UNITS: Final = {"Cel": "°C", "umol/L": "μmol/L", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "{INR}": ""}


def day_of(text: str) -> str:
    """Write the day of an ISO moment so that it cannot be misread; a year alone stays a year."""
    if len(text) < 10:
        return text
    day: date | None = parse_date(text)
    return written_date(day) if day is not None else text


class SummaryPane(QWidget):
    """The lines, and in their place the allergy panel while it is open."""

    def __init__(self, allergies: AllergyPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = LineList(_("Summary"))
        self.lines.clear()
        self.lines.line((), allergy_state(Allergies(AllergyState.UNAVAILABLE)))
        self.allergies = allergies
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.lines)
        self._stack.addWidget(allergies)
        self.setFocusProxy(self.lines)
        allergies.closed_by_user.connect(self.show_lines)

    def show_lines(self) -> None:
        """Show the summary."""
        self._stack.setCurrentWidget(self.lines)

    def open_allergies(self) -> None:
        """Show the allergy panel."""
        self._stack.setCurrentWidget(self.allergies)
        self.allergies.open()

    def panel_open(self) -> bool:
        """Say whether the allergy panel is open."""
        return self._stack.currentWidget() is self.allergies

    def show_summary(self, summary: Summary) -> None:
        """Show everything; what is missing says so."""
        at = self.lines.verticalScrollBar().value()
        self.lines.clear()
        self.lines.line((), allergy_state(summary.allergies))
        self._states(summary)
        self._medicines(summary.medicines)
        self._measures(_("Abnormal results, 6 months"), summary.abnormal)
        self._problems(summary.problems)
        self._measures(_("Vital signs"), _paired(summary.vitals))
        self._visits(summary.visits)
        self.lines.verticalScrollBar().setValue(at)

    def _states(self, summary: Summary) -> None:
        badges = list(state_badges(summary.pregnancy, summary.breastfeeding))
        if badges:
            self.lines.line((), badges)

    def _medicines(self, medicines: Sequence[Medicine]) -> None:
        running = [m for m in medicines if m.running]
        self.lines.heading(_("Medicines now: {count}", count=len(running)))
        for medicine in medicines:
            self.lines.line(medicine_runs(medicine))
        if not medicines:
            self.lines.line((Run(_("None on record"), color="text2"),))

    def _problems(self, problems: Sequence[Problem]) -> None:
        self.lines.heading(_("Problems: {count}", count=len(problems)))
        runs: list[Run] = []
        for problem in problems:
            since = f" ({problem.since[:4]})" if problem.since else ""
            doubt = f" · {_('provisional')}" if not problem.confirmed else ""
            runs += [
                Run("   " if runs else ""),
                Run(keep(problem.name)),
                Run(keep(since + doubt), color="text2"),
            ]
        self.lines.line(runs or (Run(_("None on record"), color="text2"),))

    def _measures(self, title: str, measures: Sequence[Measure]) -> None:
        if measures:
            self.lines.heading(title)
        for measure in measures:
            self.lines.line(*measure_line(measure))

    def _visits(self, visits: Sequence[PastVisit]) -> None:
        if visits:
            self.lines.heading(_("Last visits"))
        for visit in visits:
            what = "、".join(visit.diagnoses) or _("no diagnosis on record")
            where = " · ".join(part for part in (visit.department, visit.doctor) if part)
            self.lines.line(
                (Run(f"{day_of(visit.at)} "), Run(what, bold=True), Run(f" {where}", color="text2"))
            )


def allergy_state(allergies: Allergies) -> Sequence[Badge]:
    """Give what is known of allergies as chips: one of the four states, never nothing."""
    match allergies.state:
        case AllergyState.KNOWN:
            return [badge for allergy in allergies.known for badge in allergy_badges(allergy)]
        case AllergyState.NONE:
            said = f"{_('No known allergy')} {day_of(allergies.said_on)} {allergies.said_by}"
            return (Badge("done", said),)
        case AllergyState.UNRECORDED:
            return (Badge("caution", _("Allergies not recorded")),)
        case AllergyState.UNAVAILABLE:
            return (Badge("not_checked", _("Allergies unavailable")),)


def allergy_badges(allergy: Allergy) -> Sequence[Badge]:
    """Give an allergy as its solid chip, and what else must be said of it."""
    found = [Badge("allergy", f"{_('Allergy')} {allergy_words(allergy)}")]
    if not allergy.checked:
        found.append(Badge("not_checked", _("not checked automatically")))
    if not allergy.confirmed:
        found.append(Badge("caution", _("unconfirmed")))
    return found


def state_badges(pregnancy: BodyState, breastfeeding: BodyState) -> Sequence[Badge]:
    """Give chips for pregnancy and breastfeeding where they are known to hold."""
    found: list[Badge] = []
    if pregnancy.state == "yes":
        weeks = _("pregnant, {weeks} weeks", weeks=pregnancy.weeks) if pregnancy.weeks else _("pregnant")
        found.append(Badge("warn", f"{weeks} ({day_of(pregnancy.at)})" if pregnancy.at else weeks))
    if breastfeeding.state == "yes":
        found.append(Badge("warn", _("breastfeeding")))
    return found


def medicine_runs(medicine: Medicine) -> Sequence[Run]:
    """Write a medicine as one line: the generic name strong, then its attributes; what has run out says since when."""
    name, *rest = medicine.brief
    color = "text" if medicine.running else "text2"
    ended = "" if medicine.running else f" {keep(_('ended {date}', date=day_of(medicine.until)))}"
    said = "".join(f" {DASH} {part}" for part in rest)
    return Run(name, bold=True, color=color), Run(said, color=color), Run(ended, color="text2")


def _paired(measures: Sequence[Measure]) -> list[Measure]:
    """Join the two values of a blood pressure into one line."""
    by_code = {m.code: m for m in measures}
    high, low = by_code.get(SYSTOLIC), by_code.get(DIASTOLIC)
    if high is None or low is None:
        return list(measures)
    both = Measure(
        high.id,
        "bp",
        _("Blood pressure"),
        f"{high.value}/{low.value}",
        high.unit,
        high.at,
        high.flag or low.flag,
    )
    rest = [m for m in measures if m.code not in (SYSTOLIC, DIASTOLIC)]
    return [both, *rest]


def measure_line(measure: Measure) -> tuple[Sequence[Run], Sequence[Badge]]:
    """Write a value: name, value with unit, flag in words, reference, day."""
    name = _(NAMES[measure.code]) if measure.code in NAMES else measure.name
    unit = UNITS.get(measure.unit, measure.unit)
    reference = f" [{measure.reference}]" if measure.reference else ""
    runs = (
        Run(f"{name} "),
        Run(keep(f"{measure.value} {unit}".strip()), bold=True),
        Run(f"{keep(reference)} {keep(day_of(measure.at))}", color="text2"),
    )
    state, word = FLAGS.get(measure.flag, ("", ""))
    return runs, (Badge(state, _(word)),) if state else ()
