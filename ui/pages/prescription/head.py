"""What stands above the lines: which sheets they become, the kind, the reason for more days, keys, and the total."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.pages.prescription.options import RxOptions
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from workstation.core.i18n import _, n_
from workstation.medication.model import MedicineLine
from workstation.prescribing.check import Check
from workstation.prescribing.model import PrescriptionKind
from workstation.terminology.quantity import yuan

MOST_DRUGS: Final = 5


class RxHead:
    """Widgets only; the panel puts them into its own row, or a page into its header."""

    def __init__(self, turn_kind: Callable[[], None]) -> None:
        self.title = label("", "label", bold=True)
        self.reasons = label("", "label", color="text2")
        self.total = label("", bold=True)
        self.kind = button("", turn_kind, kind="quiet")
        keys = (("F6", _("Sets")), ("Ctrl+G", _("Group lines")), ("Ctrl+R", _("Repeat last")))
        self.hints = [label(f"{text} {key}", "hint", color="label") for key, text in keys]

    def parts(self) -> Sequence[QWidget]:
        """Give the widgets in reading order."""
        return (self.title, self.kind, self.reasons, *self.hints, self.total)

    def row(self) -> QHBoxLayout:
        """Lay the widgets out in a row of their own."""
        t = theme()
        row = QHBoxLayout()
        row.setContentsMargins(t.px(8), t.px(1), t.px(8), t.px(1))
        row.setSpacing(t.px(10))
        for part in (self.title, self.kind, self.reasons):
            row.addWidget(part)
        row.addStretch(1)
        for part in (*self.hints, self.total):
            row.addWidget(part)
        return row

    def show_state(
        self,
        check: Check | None,
        options: RxOptions,
        lines: Sequence[MedicineLine],
        total: Decimal,
        signed: int,
    ) -> None:
        """Show the state of the draft; `signed` lines of this visit stand above it."""
        long_term = options.kind is PrescriptionKind.LONG_TERM
        turn = _("Make it an ordinary prescription") if long_term else _("Make it a long-term prescription")
        nothing = n_("{count} line signed", "{count} lines signed", signed) if signed else _("No line yet")
        self.title.setText(self._title(check, long_term, lines) or ("" if lines else nothing))
        self.kind.setText(turn)
        self.kind.setAccessibleName(turn)
        self.reasons.setText(options.extension_reason)
        self.total.setText(_("Total {amount}", amount=yuan(total)) if lines else "")

    def _title(self, check: Check | None, long_term: bool, lines: Sequence[MedicineLine]) -> str:
        if check is None or not check.sheets:
            return ""
        parts = [_("Long-term prescription")] if long_term else []
        for plan in check.sheets:
            drugs = {line.drug for line in lines if line.key in plan.lines}
            name = plan.label or _("Ordinary form")
            parts.append(_("{form} {count}/{most}", form=name, count=len(drugs), most=MOST_DRUGS))
        return " · ".join(parts)
