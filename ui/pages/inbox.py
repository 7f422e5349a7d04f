"""Results nobody has read: critical ones first, then day by day. Enter opens the chart on them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.laboratory_parts import inbox_columns
from ui.pages.laboratory_parts.inbox_columns import Scopes, Waiting
from ui.theme import theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import label
from ui.widgets.table_pane import TablePane
from workstation.core.events import Changed
from workstation.core.i18n import _, n_
from workstation.core.settings import WARD
from workstation.laboratory.model import Unread
from workstation.laboratory.rows import UnreadRow
from workstation.security.permissions import Permission

ROWS: Final = ("DiagnosticReport", "Observation", "Task", "ServiceRequest")


class InboxPage(Page):
    """See the module. Regions: 1 the list, 2 whose reports are listed."""

    id = "inbox"
    icon = "flask-conical"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        actor = ctx.desk.actor
        reads = actor is not None and actor.may(Permission.RESULT_ACKNOWLEDGE)
        self._asked_here, self._ward = False, ""
        self.headline = label("", "section", bold=True)
        self.scopes = Scopes("mine" if reads else "ward")
        self.scopes.changed.connect(self._chosen)
        nothing = EmptyState(_("No result waits to be read."), "check")
        self.pane = TablePane(
            inbox_columns.columns(), lambda w: w.row.report, _("Results to be read"), nothing
        )
        self.pane.table.opened.connect(self.open)
        self.pane.table.cells.slot_of = lambda w: ctx.opener.slot_of(w.row.patient)
        self.pane.bar.refresh.connect(self.refresh)
        t, head = theme(), QHBoxLayout()
        head.addWidget(self.headline)
        head.addStretch(1)
        head.addWidget(self.scopes)
        self.content.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        self.content.setSpacing(t.px(8))
        self.content.addLayout(head)
        self.content.addWidget(self.pane, 1)

    def title(self) -> str:
        """Give the page's name."""
        return _("Results")

    # Content

    def load(self) -> None:
        """Learn this desk's ward, then ask."""
        desk = self.ctx.desk
        self.ctx.tasks.run(self, lambda: desk.setting(WARD), self._ward_known)

    def _ward_known(self, ward: str) -> None:
        self._ward = ward
        self.refresh()

    def refresh(self) -> None:
        """Ask what waits."""
        request = Unread(self.scopes.scope(), self._ward)
        self.ctx.tasks.ask(self, "laboratory.unread", request, self._show, latest="unread")

    def shows(self, changed: Changed) -> bool:
        """Follow reports and what is written about them."""
        return changed.touches(*ROWS)

    def _chosen(self) -> None:
        self._asked_here = True
        self.refresh()

    def _show(self, rows: tuple[UnreadRow, ...]) -> None:
        open_ = sum(1 for row in rows if row.open)
        parts = [n_("{count} result to be read", "{count} results to be read", len(rows))]
        if open_:
            parts.append(n_("{count} critical", "{count} critical", open_))
        self.headline.setText(" · ".join(parts))
        mine, self._asked_here = self._asked_here, False
        listed = inbox_columns.by_day(rows, self.ctx.clock.now())
        (self.pane.set_rows if mine else self.pane.offer)(listed)

    def open(self, waiting: Waiting) -> None:
        """Open the chart on the results."""
        row = waiting.row
        about = PatientContext(
            row.patient, row.name, row.encounter, "result", self.ctx.clock.now(), stay=row.stay
        )
        self.ctx.opener.open_chart(about, "results")

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus the list, or whose reports are listed."""
        target = self.pane.table if number == 1 else self.scopes.buttons[0]
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def renew(self) -> None:
        """Show what was held back, then look whether there is more."""
        self.pane.table.take_waiting()
        self._asked_here = True
        self.refresh()

    def page_actions(self) -> list[Action]:
        """Give what can be done with the list."""
        return [Action("list.refresh", "Refresh", self.renew, icon="refresh-cw")]
