"""The three versions of a conflict in columns: the common base, this PC's and the centre's, each with who and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.sync_port import Compared, Part, WorkRow
from ui.theme import theme
from ui.widgets.labels import label
from workstation.core.days import written_moment
from workstation.core.i18n import _, pick


class Versions(QScrollArea):
    """One block for each record: its heads, then a line for each element that differs."""

    def __init__(self, row: WorkRow, sides: Sequence[Compared]) -> None:
        super().__init__()
        self.setAccessibleName(_("Both versions"))
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setHorizontalSpacing(theme().px(16))
        self._grid.setVerticalSpacing(theme().px(6))
        self._grid.setColumnMinimumWidth(0, theme().px(96))
        for column in (1, 2, 3):
            self._grid.setColumnStretch(column, 1)
        line = 0
        for side in sides:
            line = self._record(line, row, side)
        if not sides:
            self._grid.addWidget(label(_("Both versions say the same now."), wrap=True), line, 0, 1, 4)
        self._grid.setRowStretch(line + 1, 1)
        self.setWidget(inner)

    def _record(self, line: int, row: WorkRow, side: Compared) -> int:
        self._put(label(side.what, bold=True, wrap=True), line, 0)
        for column, (title, about) in enumerate(heads(row, side), 1):
            head = QWidget()
            words = QVBoxLayout(head)
            words.setContentsMargins(0, 0, 0, 0)
            words.setSpacing(0)
            words.addWidget(label(title, bold=True))
            words.addWidget(label(about, "label", color="text2", wrap=True))
            self._put(head, line, column)
        line += 1
        if side.ours_deleted or side.theirs_deleted:
            for column, gone in ((2, side.ours_deleted), (3, side.theirs_deleted)):
                self._put(label(_("deleted") if gone else _("kept"), bold=True), line, column)
            return line + 1
        for part in side.parts:
            self._part(line, part)
            line += 1
        return line

    def _part(self, line: int, part: Part) -> None:
        self._put(label(part.name, "label", color="label", wrap=True), line, 0)
        for column, text in enumerate((part.base, part.ours, part.theirs), 1):
            changed = column > 1 and text != part.base
            shown = label(text or "—", wrap=True, bold=changed, color="text" if changed else "text2")
            self._put(shown, line, column)

    def _put(self, widget: QWidget, line: int, column: int) -> None:
        self._grid.addWidget(widget, line, column, Qt.AlignmentFlag.AlignTop)


def heads(row: WorkRow, side: Compared) -> tuple[tuple[str, str], tuple[str, str], tuple[str, str]]:
    """Give title and provenance of base, this PC and centre; what no record says is said to be missing."""
    here = (_person(row.who, row.role), row.device, _moment(row.made_at))
    there = (
        _person(side.theirs_by, side.theirs_role) or _("who is not stated"),
        _("device not stated"),
        _moment(side.theirs_at),
    )
    base = (_("the last version both had"), _moment(side.base_at))
    return (
        (_("Base"), _joined(base)),
        (_("This PC"), _joined(here)),
        (_("The centre"), _joined(there)),
    )


def preview(sides: Sequence[Compared], ours: bool) -> str:
    """Say what will stand in the records when one version is chosen: only what differs, a line a record."""
    lines = []
    for side in sides:
        gone = side.ours_deleted if ours else side.theirs_deleted
        values = [f"{part.name} {(part.ours if ours else part.theirs) or '—'}" for part in side.parts]
        kept = pick("；", "; ").join(values) or _("kept")
        lines.append(f"{side.what} · {_('deleted') if gone else kept}")
    return "\n".join(lines)


def _person(who: str, role: str) -> str:
    return " ".join(part for part in (who, role) if part)


def _moment(at: datetime | None) -> str:
    return written_moment(at) if at is not None else ""


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)
