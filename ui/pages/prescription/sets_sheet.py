"""F6: the box that finds a prescription set by initials; digits choose, and choosing writes nothing yet."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.pages.line_editor.search_cells import SearchCell
from ui.style import panel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.code_search import Choice, Provider
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.table_model import Badge
from workstation.core.i18n import _
from workstation.prescribing.model import PrescriptionKind
from workstation.prescribing.rows import SetRow


class SetField(SearchCell):
    """The box: it lists sets before anything is typed, and a digit always chooses."""

    def __init__(self, name: str, provider: Provider, parent: QWidget) -> None:
        super().__init__(name, provider, parent)
        self._least = 0

    def _digit_picks(self) -> bool:
        return True


class SetsSheet(Overlay):
    """The box and its list. `chosen` gives the set whose lines are to be ticked next."""

    chosen = Signal(object)

    def __init__(self, host: QWidget, provider: Provider) -> None:
        super().__init__(host)
        self.setAccessibleName(_("Prescription sets"))
        t = theme()
        self.box = QWidget(self)
        self.field = SetField(_("Prescription sets"), provider, self.box)
        self.field.picked.connect(self._choose)
        self.field.left.connect(self._enter)
        self.field.reverted.connect(self.cancel)
        title = QHBoxLayout()
        title.addWidget(label(_("Prescription sets"), "section", bold=True))
        title.addStretch(1)
        title.addWidget(button(_("Back"), self.cancel, key="Esc", kind="quiet", parent=self.box))
        rows = QVBoxLayout(self.box)
        rows.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(10))
        rows.addLayout(title)
        rows.addWidget(
            label(_("The lines of a set are ticked one by one; none is written by itself."), "label")
        )
        rows.addWidget(self.field)

    @staticmethod
    def choice(row: SetRow) -> Choice:
        """Make the row of a set: its name, what it holds, and why it stands where it stands."""
        badges = [Badge("note", _("fits the diagnosis"))] if row.fits else []
        if row.kind is PrescriptionKind.LONG_TERM:
            badges.append(Badge("note", _("Long-term prescription")))
        return Choice(row.code, row.name, row.drugs, badges=tuple(badges), data=row)

    def first_focus(self) -> QWidget | None:
        """Start in the box."""
        return self.field

    def showEvent(self, event: QShowEvent) -> None:
        """Stand in the upper middle, with the list below."""
        super().showEvent(event)
        width = min(theme().px(664), self.width() - theme().px(16))
        self.box.setFixedWidth(width)
        self.box.adjustSize()
        self.box.move((self.width() - width) // 2, theme().px(4))
        self.field.ask_again()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel over the dimmed page."""
        super().paintEvent(event)
        t = theme()
        panel(QPainter(self), QRectF(self.box.geometry()), t.color("surface"), t.color("control"), t.px(8))

    def _enter(self, direction: int) -> None:
        """Choose the highlighted set with Enter before anything is typed; Shift+Tab goes to the way back."""
        choice = self.field.highlighted()
        if direction > 0 and choice is not None:
            self._choose(choice)
        elif direction < 0:
            self.focusNextPrevChild(False)

    def _choose(self, choice: Choice) -> None:
        self.dismiss()
        self.chosen.emit(choice.data)

    def dismiss(self) -> None:
        """Close, the list as well."""
        self.field.close_list()
        super().dismiss()
