"""The inpatient orders of a stay on one page: what runs, what is written, signed with one key.

Everybody who may read orders sees it; lines are written, stopped and taken back by those who may.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.guard import IdentityCheck, identity_reasons
from ui.page import Page
from ui.pages.orders_parts.options import DRAFT_KIND
from ui.pages.orders_parts.panel import OrdersPanel
from ui.pages.orders_parts.weight import WeightQuestion
from ui.sign_flow import Act, SignFlow
from ui.theme import theme
from ui.widgets.banner import BannerData
from ui.widgets.bottom_bar import Blocker, BottomBar
from workstation.chart.summary import Summary
from workstation.core.drafts import Draft, DraftKey
from workstation.core.events import Changed
from workstation.core.i18n import _, n_
from workstation.emr.model import AskSummary
from workstation.security.permissions import Permission

SIGN: Final = "orders.sign"
ROWS: Final = (
    "MedicationRequest",
    "ServiceRequest",
    "MedicationAdministration",
    "Task",
    "AllergyIntolerance",
    "Condition",
    "Observation",
    "Encounter",
)


class OrdersPage(Page):
    """See the module."""

    id = "orders"
    icon = "clipboard-list"
    draft_kind = DRAFT_KIND

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.about = patient or PatientContext("", "")
        self.known: Summary | None = None
        self.panel = OrdersPanel(ctx, self.about, self, self.drafts)
        self.weight = WeightQuestion(ctx, self.about, self, self.panel.focus_entry)
        self.flow = SignFlow(self)
        self.bar = BottomBar(self.sign)
        self.content.setSpacing(theme().px(6))
        self.content.addWidget(self.panel, 1)
        self.content.addWidget(self.bar)
        self.bar.setVisible(self.writes())
        self.panel.changed.connect(self._lines_changed)
        self.panel.sign_requested.connect(self.sign)
        self.panel.wanted.connect(self._ask_weight)
        self.flow.signed.connect(self._signed)
        self.flow.refused.connect(self._refused)
        self._show_state()

    def writes(self) -> bool:
        """Say whether the signed-in person writes orders here."""
        return self.panel.may(Permission.ORDER_SIGN) and bool(self.about.encounter)

    def title(self) -> str:
        """Give the page's name."""
        return _("Orders")

    def focus_first(self) -> None:
        """Begin where the next order is written."""
        self.panel.focus_entry()

    # Records

    def load(self) -> None:
        """Ask for the orders, and who the patient is, for the question before a signature."""
        self.panel.load()
        request = AskSummary(self.about.id, self.about.encounter)
        self.ctx.tasks.ask(self, "chart.summary", request, self._know, latest="summary")

    def refresh(self) -> None:
        """Ask again: rows only, never what is being written."""
        self.panel.refresh()

    def _know(self, summary: Summary) -> None:
        self.known = summary

    def shows(self, changed: Changed) -> bool:
        """Say whether something of this patient changed that is shown here."""
        return changed.touches(*ROWS, patient=self.about.id)

    def on_changed(self, changed: Changed) -> None:
        """Show new rows at once: they never touch what is being written."""
        if self.closed or not self.shows(changed):
            return
        if self.isVisible():
            self.refresh()
        else:
            self.stale = True

    # Drafts

    def draft_key(self) -> DraftKey | None:
        """Keep a draft only for whoever may write."""
        return super().draft_key() if self.writes() else None

    def draft_body(self) -> dict[str, Any]:
        """Give the lines."""
        return self.panel.draft_body()

    def restore_draft(self, draft: Draft) -> None:
        """Put the lines back."""
        self.panel.restore_draft(draft)

    def committed(self) -> None:
        """Hear that the lines are signed or let go."""
        super().committed()
        if self.panel.model.lines:
            self.panel.clear()

    def unsigned(self) -> list[str]:
        """Name what is written here and not signed."""
        count = self.panel.draft_lines_count()
        return [n_("Orders: {count} line", "Orders: {count} lines", count)] if count else []

    def flush(self) -> None:
        """Keep the lines now, with what stands in an open cell."""
        if self.panel is not None:
            self.panel.grid.editing.close(keep=True)
        super().flush()

    def _lines_changed(self) -> None:
        self._set_dirty(bool(self.panel.draft_lines_count()))
        self._show_state()

    def _ask_weight(self, _what: str) -> None:
        """Ask for the weight, the one thing that lines of orders want from their page."""
        self.weight.ask(self.panel.host())

    # Keys

    def page_actions(self) -> list[Action]:
        """Give what can be done with orders."""
        panel, p = self.panel, Permission
        return [
            *panel.editing_actions(),
            Action("prescription.open", "Orders", panel.focus_entry, p.ORDER_READ, patient_bound=True),
            Action("orders.new", "New order", panel.focus_entry, p.ORDER_WRITE, patient_bound=True),
            Action("orders.stop", "Stop the order", panel.stop_current, p.ORDER_STOP, patient_bound=True),
            Action(
                "orders.void",
                "Void the order",
                panel.void_current,
                p.ORDER_STOP,
                patient_bound=True,
                hint=False,
            ),
            Action("orders.when", "Begin, times, first day", panel.edit_when, p.ORDER_WRITE, hint=False),
            Action("orders.next-tab", "Next tab", partial(panel.head.step, 1), p.ORDER_READ, hint=False),
            Action("list.refresh", "Refresh", self._refresh_list, p.ORDER_READ, hint=False),
            Action("work.sign", "Sign", self.sign, p.ORDER_SIGN, patient_bound=True),
            Action(
                "document.preview", "Preview", self.preview, p.DOCUMENT_PRINT, patient_bound=True, hint=False
            ),
        ]

    def _refresh_list(self) -> None:
        self.panel.release()
        self.panel.load_signed()

    def focus_region(self, number: int) -> None:
        """Focus the lines."""
        if number == 1:
            self.panel.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def preview(self) -> None:
        """Show what of this stay can be printed."""
        self.ctx.papers.preview_visit(self.about.id, self.about.encounter)

    # Signing

    def _show_state(self) -> None:
        name = self.about.name
        blocker = next(iter(self.panel.blockers()), None)
        found = Blocker(blocker, 1) if blocker is not None else None
        if not self.panel.draft_lines_count():
            found = Blocker(_("There is nothing to sign."), 1, quiet=True)
        self.bar.show_state(_("Sign the orders of {name}", name=name), found)

    def sign(self) -> None:
        """Go to the lines where something stands in the way, ask what is left, and show the review sheet."""
        if not self.writes() or not self.panel.draft_lines_count():
            return
        if self.panel.blockers():
            self.panel.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.panel.ready(self.sign):
            title = _("Review before signing: {name}", name=self.about.name)
            words = _("Sign the orders of {name}", name=self.about.name)
            acts = [Act(SIGN, self.panel.sign_request())]
            self.flow.open(self, title, self.panel.review_lines(), words, acts, identity=self._identity())

    def _identity(self) -> IdentityCheck | None:
        """Ask who the patient is where a mix-up is likely: just opened, from a notice, or a high-alert drug."""
        reasons = identity_reasons(self.about, 1, False, self._high_alert(), self.ctx.clock.now())
        person = self.known.person if self.known is not None else None
        if not reasons or person is None:
            return None
        data = BannerData(person.id, person.name, person.sex, person.birth, person.age, person.number)
        return IdentityCheck(data, reasons)

    def _high_alert(self) -> bool:
        drugs = self.ctx.desk.knowledge.drugs
        found = [drugs.get(line.drug) for line in self.panel.model.lines if line.drug in drugs]
        return any(drug.high_alert or drug.controlled for drug in found)

    def _signed(self, _done: dict[str, Changed]) -> None:
        self.panel.signed()
        self.committed()

    def _refused(self, _verb: str, error: Exception) -> None:
        self.panel.refused(error)
