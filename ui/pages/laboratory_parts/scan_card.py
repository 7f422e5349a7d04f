"""Two scans side by side: whose wristband, whose tube. The field that differs is enlarged; nothing is drawn then."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.style import panel
from ui.theme import theme
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.days import written_day
from workstation.core.i18n import _
from workstation.laboratory.rows import CollectionCheck, Identity
from workstation.registration.wording import sex_text


class ScanCard(QWidget):
    """Says what was scanned and what is still to be scanned; `state` is note, done or stop."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "note"
        self._rows = QVBoxLayout(self)
        t = theme()
        self._rows.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        self._rows.setSpacing(t.px(6))
        self._inside: QWidget | None = None
        self.clear()

    def clear(self) -> None:
        """Wait for the next patient."""
        self.say("note", _("Scan the wristband, then the tube."))

    def say(self, state: str, text: str, check: CollectionCheck | None = None) -> None:
        """Show a sentence, and below it what was scanned."""
        self.state = state
        if self._inside is not None:
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(StatusChip(state, _chip(state)), 0, 0)
        grid.addWidget(label(text, "section", bold=True, wrap=True), 0, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        if check is not None:
            self._compare(grid, check)
        self._rows.addWidget(inside)
        self.setAccessibleName(text)
        spoken = (check.wristband, check.specimen) if check is not None else ()
        self.setAccessibleDescription("; ".join(f"{i.name} {i.number}" for i in spoken if i is not None))
        self.update()

    def _compare(self, grid: QGridLayout, check: CollectionCheck) -> None:
        band, tube = check.wristband, check.specimen
        grid.addWidget(label(_("Wristband"), "label", color="label"), 1, 1)
        title = " ".join(part for part in (_("Tube"), check.number) if part)
        grid.addWidget(label(title, "label", color="label"), 1, 2)
        for row, (name, values) in enumerate(_fields(band, tube), 2):
            differs = band is not None and tube is not None and values[0] != values[1]
            kind = "name" if differs else "body"
            grid.addWidget(label(name, "label", color="label"), row, 0)
            for column, value in enumerate(values, 1):
                grid.addWidget(label(value or "—", kind, bold=differs, wrap=True), row, column)
        if check.tests:
            grid.addWidget(label(", ".join(check.tests), color="text2", wrap=True), 7, 1, 1, 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tint of the state."""
        t, state = theme(), theme().state(self.state)
        panel(QPainter(self), QRectF(self.rect()), t.color("surface"), state.edge, t.px(6))


def _chip(state: str) -> str:
    return {"done": _("Taken"), "stop": _("Do not draw")}.get(state, _("Next"))


def _fields(band: Identity | None, tube: Identity | None) -> list[tuple[str, tuple[str, str]]]:
    def both(name: str) -> tuple[str, str]:
        return (str(getattr(band, name, "") or ""), str(getattr(tube, name, "") or ""))

    sexes = tuple(sex_text(code) if code else "" for code in both("sex"))
    births = tuple(written_day(day) for day in both("birth"))
    return [
        (_("Name"), both("name")),
        (_("Sex"), (sexes[0], sexes[1])),
        (_("Born"), (births[0], births[1])),
        (_("Number"), both("number")),
        (_("Place"), both("bed")),
    ]
