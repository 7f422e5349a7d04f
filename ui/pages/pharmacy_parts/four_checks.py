"""The four checks (四查十对, 处方管理办法 article 37) as a panel: filled in by the sheet, confirmed by the approval.

What the rules found or could not check stands in the check it belongs to; the pharmacist confirms, not the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.pages.pharmacy_parts import words
from ui.style import panel
from ui.theme import theme
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.pharmacy.model import FOUR_CHECKS
from workstation.pharmacy.rows import Prescreen, SheetView
from workstation.pharmacy.sheet import STOPPED
from workstation.rules.alerts import Tier
from workstation.terminology.doses import keep

COMBINING: Final = frozenset({"interactions", "route-iv", "dose", "duplicates"})
"""The categories of rules that belong to the third check (properties, directions); the others to the fourth."""

CATEGORY_OF: Final = {
    "DDI": "interactions",
    "IV": "route-iv",
    "ROUTE": "route-iv",
    "DOSE": "dose",
    "DUP": "duplicates",
}


class OneCheck(QWidget):
    """One of the four: its name, what is compared, what stands there, and what the rules say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme()
        self.name = label("", bold=True)
        self.chip = StatusChip("note", " ")
        self.compared = label("", "label", color="label", wrap=True)
        self.found = label("", "label", color="text", wrap=True)
        for text in (self.compared, self.found):
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            text.setSizePolicy(policy)
        head = QHBoxLayout()
        head.setSpacing(t.px(6))
        head.addWidget(self.name)
        head.addWidget(self.chip)
        head.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(t.px(8), t.px(4), t.px(8), t.px(4))
        rows.setSpacing(t.px(2))
        rows.addLayout(head)
        rows.addWidget(self.compared)
        rows.addWidget(self.found)
        rows.addStretch(1)

    def show_check(self, texts: tuple[str, str, str], state: str, word: str) -> None:
        """Show name, what is compared, what was found, and the state of the automatic check."""
        name, compared, found = texts
        self.name.setText(name)
        self.compared.setText(compared)
        self.found.setText(found)
        self.chip.setVisible(bool(state))
        if state:
            self.chip.set(state, word)
        self.setAccessibleName(", ".join(part for part in (name, compared, found, word) if part))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel."""
        t = theme()
        panel(QPainter(self), QRectF(self.rect()), t.color("alt"), t.color("border"), t.px(4))


class FourChecks(QWidget):
    """The panel of four; `confirmed` shows them as done, with who and when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("The four checks"))
        t = theme()
        self.checks = {name: OneCheck(self) for name in FOUR_CHECKS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(t.px(4))
        for place, each in enumerate(self.checks.values()):
            grid.addWidget(each, place // 2, place % 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)

    def show_view(self, view: SheetView) -> None:
        """Fill the checks in from a sheet."""
        done = bool(view.reviewed_at)
        for name, texts in texts_of(view).items():
            state, word = ("done", _("Checked")) if done else state_of(view.prescreen, name)
            self.checks[name].show_check(texts, state, word)


def texts_of(view: SheetView) -> dict[str, tuple[str, str, str]]:
    """Give for each check its name, what is compared, and what the sheet says."""
    person = view.summary.person if view.summary is not None else None
    who = (person.name, person.age) if person is not None else ()
    live = [line for line in view.lines if line.status not in STOPPED]
    drugs = [f"{keep(line.name)} {keep(line.specification)} ×{line.quantity_text}" for line in live]
    return {
        "prescription": (
            _("Prescription"),
            _("department, name, age"),
            _listed((view.department, *who)),
        ),
        "drug": (_("Medicine"), _("name, form, strength, quantity"), _listed(drugs)),
        "incompatibility": (
            _("Incompatibility"),
            _("properties, dose and directions"),
            said(view.prescreen, combining=True),
        ),
        "rationality": (
            _("Rational use"),
            _("clinical diagnosis"),
            _listed((*view.diagnoses, said(view.prescreen, combining=False))),
        ),
    }


def _listed(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def category_of(rule_id: str) -> str:
    """Give the category a rule belongs to, as far as the four checks need it."""
    return CATEGORY_OF.get(rule_id.split("-", maxsplit=1)[0], "other")


def said(found: Prescreen, combining: bool) -> str:
    """Name what the rules found for the third (combining) or the fourth check."""
    titles = [
        a.title
        for a in found.alerts
        if a.tier <= Tier.CAUTION and _belongs(category_of(a.rule_id), combining)
    ]
    return _listed(dict.fromkeys(titles))


def _belongs(category: str, combining: bool) -> bool:
    return (category in COMBINING) is combining


def state_of(found: Prescreen, check: str) -> tuple[str, str]:
    """Give rung and word of the automatic part of a check; the first two are for the eye alone."""
    if check not in ("incompatibility", "rationality"):
        return "", ""
    combining = check == "incompatibility"
    tiers = [
        int(a.tier)
        for a in found.alerts
        if a.tier <= Tier.CAUTION and _belongs(category_of(a.rule_id), combining)
    ]
    if tiers:
        rung = {1: "stop", 2: "warn", 3: "caution"}[min(tiers)]
        return rung, theme().state(rung).word
    gaps = [n for n in found.not_checked if _belongs(n.category, combining)]
    if not found.ran or gaps:
        return "not_checked", theme().state("not_checked").word
    return "done", _("No issue found")


def confirmed_text(view: SheetView, now: datetime) -> str:
    """Say who confirmed the four checks and when; empty before."""
    if not view.reviewed_at:
        return ""
    return _("Approved by {name} {time}", name=view.reviewer, time=words.moment(view.reviewed_at, now))
