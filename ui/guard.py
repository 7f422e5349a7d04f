"""What stands between a chart and leaving it: the sheet that names unsigned work, and the identity question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ui.context import PatientContext
from ui.theme import theme
from ui.widgets.banner import BannerData
from ui.widgets.banner_strip import Choice
from ui.widgets.fields import half_width
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.sheet import Sheet
from workstation.core.i18n import _

JUST_OPENED = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Leave:
    """What may happen to unsigned work when a chart is left; parking is the default and loses nothing."""

    park: Callable[[], object]
    sign: Callable[[], object]
    discard: Callable[[], object]


def leave_sheet(host: QWidget, name: str, unsigned: Sequence[str], leave: Leave) -> Sheet:
    """Name what is unsigned in a chart and ask what to do with it; Esc stays."""
    choices = (
        Choice(_("Park the draft"), leave.park, "P", primary=True),
        Choice(_("Go and sign"), leave.sign, "S"),
        Choice(_("Discard"), leave.discard, "D"),
        Choice(_("Stay"), lambda: None, "Esc"),
    )
    text = _("Parked drafts stay on this PC and open again with the chart.")
    return Sheet(host, _("Not signed yet: {name}", name=name), text, choices, unsigned)


def identity_reasons(
    patient: PatientContext, charts_open: int, same_name: bool, high_alert: bool, now: datetime
) -> list[str]:
    """Say why the identity must be typed again before signing; empty when the risk does not warrant the effort."""
    reasons = []
    if charts_open >= 2:
        reasons.append(_("several charts are open"))
    if same_name:
        reasons.append(_("a patient with the same name is here today"))
    if patient.opened_at is not None and now - patient.opened_at < JUST_OPENED:
        reasons.append(_("this chart was opened less than a minute ago"))
    if patient.opened_from:
        reasons.append(_("this chart was opened from a notification"))
    if high_alert:
        reasons.append(_("a high-alert or controlled drug is included"))
    return reasons


class IdentityCheck(QWidget):
    """Asks for the age or the last two of the number: three keys that stop a wrong-patient signature."""

    changed = Signal(bool)

    def __init__(self, data: BannerData, reasons: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        digits = [c for c in data.age if c.isdigit()]
        self._answers = {"".join(digits), data.number.replace(" ", "")[-2:]} - {""}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px(8))
        question = _("Type the age, or the last two of the number")
        row.addWidget(label(f"{question} ({'; '.join(reasons)})", wrap=True), 1)
        self.answer = QLineEdit()
        self.answer.setAccessibleName(question)
        self.answer.setMaxLength(4)
        set_input_method(self.answer, on=False)
        self.answer.textChanged.connect(lambda _text: self.changed.emit(self.ready()))
        row.addWidget(self.answer)

    def ready(self) -> bool:
        """Say whether the answer fits the patient."""
        return half_width(self.answer.text()).casefold() in {answer.casefold() for answer in self._answers}
