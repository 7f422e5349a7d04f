"""How fresh this PC is: the centre, what was downloaded until when, the knowledge, the disk."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QGridLayout, QWidget

from ui.pages.sync_parts.words import moment_words, size_words
from ui.sync_port import Fresh, SyncView
from ui.theme import theme
from ui.widgets.labels import label
from ui.widgets.sheet import Card
from workstation.core.days import written_day
from workstation.core.i18n import _


class FreshCard(Card):
    """Lines of name and state."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        t = theme()
        self.rows.setContentsMargins(t.px(12), t.px(12), t.px(12), t.px(12))
        self.rows.addWidget(label(_("How fresh this PC is"), bold=True))
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(t.px(12))
        self._facts.setVerticalSpacing(t.px(4))
        self._facts.setColumnStretch(1, 1)
        self.rows.addLayout(self._facts)

    def show_view(self, view: SyncView, now: datetime) -> None:
        """Show the lines anew."""
        while self._facts.count():
            item = self._facts.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        lines = [(_("Centre"), view.centre or _("none")), (_("Its program"), view.software or "—")]
        lines += [(fresh.domain, _fresh_words(fresh, now)) for fresh in view.fresh]
        size, free = size_words(view.database_bytes), size_words(view.free_bytes)
        lines.append((_("Storage"), _("{size} used, {free} free on this disk", size=size, free=free)))
        for line, (name, text) in enumerate(lines):
            self._facts.addWidget(label(name, "label", color="label"), line, 0)
            self._facts.addWidget(label(text, "label", wrap=True), line, 1)


def _fresh_words(fresh: Fresh, now: datetime) -> str:
    if fresh.note:
        return written_day(fresh.note)
    if fresh.as_of is None:
        return _("not downloaded whole yet")
    return _("as of {time}", time=moment_words(fresh.as_of, now))
