"""A conflict: both versions side by side, what each choice would leave, and the decision with its reason.

Nothing is chosen beforehand, and nothing is applied before it was previewed. Of safety data both versions stay; only a
clinician ends that.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.pages.sync_parts.versions import Versions, preview
from ui.sync_port import Compared, WorkRow
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.flow import FlowRow
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import _

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DecideSheet(Overlay):
    """`ours` and `theirs` carry the typed reason. Without the right to decide only the comparison is shown."""

    ours = Signal(str)
    theirs = Signal(str)

    def __init__(self, host: QWidget, row: WorkRow, sides: Sequence[Compared]) -> None:
        super().__init__(host)
        self.closed = False
        self._may, self._safety, self._sides = row.may_decide, row.safety, tuple(sides)
        self._chosen = ""
        self.setAccessibleName(_("Compare both versions"))
        t = theme()
        card = Card(self)
        title = f"{row.act}  {row.patient}".strip()
        card.rows.addWidget(label(title, "section", bold=True, wrap=True))
        card.rows.addWidget(Versions(row, sides), 1)
        if row.safety:
            text = _("Keep both: fixed for safety data until a clinician decides")
            self.both = StatusChip("conflict", text, parent=card)
            card.rows.addWidget(self.both, 0, Qt.AlignmentFlag.AlignLeft)
        self.preview = label("", wrap=True)
        self.reason = QLineEdit()
        self._choices: dict[str, QPushButton] = {}
        self.apply_button = button(_("Apply"), self._apply, key="Ctrl+Enter", kind="primary", parent=card)
        self.back = button(_("Decide later"), self.cancel, key="Esc", parent=card)
        if row.may_decide:
            self._add_decision(card)
        else:
            self._add_refusal(card)
        around = QVBoxLayout(self)
        around.setContentsMargins(t.px(32), t.px(16), t.px(32), t.px(16))
        around.addWidget(card)
        self._show_choice()

    def _add_decision(self, card: Card) -> None:
        choices = FlowRow()
        for side, text, key in (
            ("ours", _("Keep the version of this PC"), "Alt+1"),
            ("theirs", _("Take the version of the centre"), "Alt+2"),
        ):
            made = button(text, key=key, parent=card)
            made.setCheckable(True)
            made.clicked.connect(lambda _on=False, side=side: self.choose(side))
            self._choices[side] = made
            choices.add(made)
        card.rows.addWidget(choices)
        self.preview.setAccessibleName(_("Preview of the result"))
        card.rows.addWidget(self.preview)
        self.reason.setAccessibleName(_("Reason"))
        self.reason.setPlaceholderText(_("Give a reason first."))
        self.reason.textChanged.connect(self._show_choice)
        self.reason.installEventFilter(self)
        asked = QHBoxLayout()
        asked.addWidget(label(_("Reason"), "label", color="label"))
        asked.addWidget(self.reason, 1)
        card.rows.addLayout(asked)
        self._add_ways_out(card, self.back, self.apply_button)

    def _add_refusal(self, card: Card) -> None:
        for unused in (self.reason, self.apply_button, self.preview):
            unused.hide()
        text = _("You may compare but not decide. Ask a clinician to open the sync centre on this PC.")
        card.rows.addWidget(label(text, color="text2", wrap=True))
        self._add_ways_out(card, self.back)

    def _add_ways_out(self, card: Card, *buttons: QPushButton) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        for each in buttons:
            row.addWidget(each)
        card.rows.addLayout(row)

    def choose(self, side: str) -> None:
        """Choose `ours` or `theirs`; nothing is applied yet."""
        self._chosen = side
        self._show_choice()

    def _show_choice(self) -> None:
        for side, made in self._choices.items():
            made.setChecked(side == self._chosen)
        self.preview.setText(self._preview_words())
        missing = self._missing()
        self.apply_button.setEnabled(not missing)
        self.apply_button.setAccessibleDescription(missing)

    def _preview_words(self) -> str:
        if not self._chosen:
            return _("Result: choose a version to see what will stand.")
        stays = _("The other version stays readable in the log of decisions.")
        return f"{_('Preview of the result')}\n{preview(self._sides, self._chosen == 'ours')}\n{stays}"

    def _missing(self) -> str:
        """Say what an application still needs, or nothing."""
        if not self._chosen:
            return _("Choose a version first.")
        return "" if self.reason.text().strip() else _("Give a reason first.")

    def first_focus(self) -> QWidget | None:
        """Start in the reason, or on the way back."""
        return self.reason if self._may else self.back

    def _apply(self) -> None:
        if self._may and not self._missing():
            reason, chosen = self.reason.text().strip(), self._chosen
            self.dismiss()
            (self.ours if chosen == "ours" else self.theirs).emit(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the sheet's keys also from the reason, which would write the digit."""
        if watched is self.reason and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._taken(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Alt+1 and Alt+2, apply with Ctrl+Enter; Esc leaves it open."""
        if self._taken(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _taken(self, event: QKeyEvent) -> bool:
        modifiers, key = event.modifiers(), event.key()
        side = {Qt.Key.Key_1: "ours", Qt.Key.Key_2: "theirs"}.get(Qt.Key(key))
        if self._may and side and modifiers & Qt.KeyboardModifier.AltModifier:
            self.choose(side)
            return True
        if key in ENTER and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._apply()
            return True
        return False

    def dismiss(self) -> None:
        """Close and forget what was compared."""
        super().dismiss()
        self.closed = True
        self.deleteLater()
