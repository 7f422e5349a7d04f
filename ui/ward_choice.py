"""Which ward a list is about: the ward of this PC, chosen once and kept, else the first of one's own department."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from ui.context import Context
from workstation.core.i18n import _
from workstation.core.settings import WARD
from workstation.inpatient.model import AskWards
from workstation.inpatient.rows import WardRow


class WardChoice(QComboBox):
    """Use: connect `chosen` (a ward's id), then call `load()`; `ward` is what is chosen, empty before the answer."""

    chosen = Signal(str)

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.closed = False
        self._ctx = ctx
        self.ward = ""
        self.setAccessibleName(_("Ward"))
        self.activated.connect(self._activated)

    def load(self) -> None:
        """Ask for the wards."""
        desk = self._ctx.desk
        self._ctx.tasks.run(
            self, lambda: (desk.ask("inpatient.wards", AskWards()), desk.setting(WARD)), self._loaded
        )

    def _loaded(self, found: tuple[tuple[WardRow, ...], str]) -> None:
        wards, kept = found[0], self.ward or found[1]
        ids = [ward.id for ward in wards]
        mine = next((ward.id for ward in wards if ward.mine), ids[0] if ids else "")
        self.clear()
        for ward in wards:
            self.addItem(ward.name, ward.id)
        self._take(kept if kept in ids else mine)

    def _take(self, ward: str) -> None:
        self.setCurrentIndex(self.findData(ward))
        if ward != self.ward:
            self.ward = ward
            self.chosen.emit(ward)

    def _activated(self, place: int) -> None:
        """Keep what a person chose for everybody who works at this PC."""
        ward = str(self.itemData(place))
        desk = self._ctx.desk
        self._ctx.tasks.run(self, lambda: desk.set_setting(WARD, ward), lambda _done: None, write=True)
        self._take(ward)
