"""Scans on a page that lists many patients: a wristband opens its wearer's chart, a label first asks for the wristband.

Use: `self.scans = WardScans(self)` in the page, `watch()` when it is shown, `rest()` when it leaves the screen.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from ui.page import Page
from ui.pages.nursing_parts import words
from ui.pages.nursing_parts.giving import open_chart, stray_notice
from ui.widgets.wedge import Wedge
from workstation.core.events import Level, Notice
from workstation.core.i18n import _
from workstation.nursing.model import Scan
from workstation.nursing.rows import ScanKind, Scanned


class WardScans(QObject):
    """Listens to a scanner for one page of a ward."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.wedge = Wedge(page, self._wanted)
        self.wedge.scanned.connect(self.scanned)

    def _wanted(self) -> bool:
        return not self._page.closed and not self._page.ctx.actions.blocked

    def watch(self) -> None:
        """Begin to listen."""
        self.wedge.watch()

    def rest(self) -> None:
        """Leave the keys to others."""
        self.wedge.rest()

    def scanned(self, code: str) -> None:
        """Find out what was scanned."""
        page = self._page
        page.ctx.tasks.ask(page, "nursing.scan", Scan(code), self._known, latest="scan")

    def _known(self, found: Scanned) -> None:
        page = self._page
        page.banners.remove("scan")
        if found.kind is ScanKind.WRISTBAND and found.known and not found.over:
            open_chart(page, found)
        elif found.kind is ScanKind.LABEL and found.known and found.who is not None:
            text = _("Label of {who}: {drug}", who=words.named(found.who), drug=found.name)
            hint = _("Scan the wristband first: it opens the chart and locks it to the patient.")
            page.ctx.notices.show(Notice(text, Level.INFO, hint), page, "scan")
        elif found.kind is ScanKind.PACK and found.known:
            hint = _("Scan the wristband first: it opens the chart and locks it to the patient.")
            page.ctx.notices.show(
                Notice(_("Scanned: {what}", what=found.name), Level.INFO, hint), page, "scan"
            )
        else:
            page.ctx.notices.show(stray_notice(found), page, "scan")
