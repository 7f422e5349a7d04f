"""What can be done with an order from a chart: take it back, label its tubes, print its slip."""

from __future__ import annotations

from functools import partial

from ui.context import PatientContext
from ui.notices import Choice
from ui.page import Page
from ui.pages.laboratory_parts import words
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.laboratory.model import CancelOrder, LabelOrders, OrderState
from workstation.laboratory.rows import OrderRow
from workstation.security.permissions import Permission


class OrderActs:
    """The acts of one page for one patient."""

    def __init__(self, page: Page, patient: PatientContext) -> None:
        self._page, self._patient = page, patient

    def _may(self, permission: Permission) -> bool:
        actor = self._page.ctx.desk.actor
        return actor is not None and actor.may(permission)

    def about(self, order: OrderRow) -> str:
        """Say everything about an order that has no report yet."""
        now = self._page.ctx.clock.now()
        parts = [
            order.number,
            _(
                "ordered by {name} {time}",
                name=order.ordered_by,
                time=words.moment_text(order.ordered_at, now),
            ),
            words.priority_text(order.priority),
            ", ".join(p for p in (order.specimen, order.tube) if p),
            ", ".join(order.specimens),
        ]
        if order.collected_at:
            time = words.moment_text(order.collected_at, now)
            parts.append(_("taken by {name} {time}", name=order.collected_by, time=time))
        lines = [" · ".join(part for part in parts if part), order.note, order.rejected]
        return "\n".join(line for line in lines if line)

    def cancel(self, order: OrderRow) -> None:
        """Ask why an order is taken back, then take it back."""
        if not self._may(Permission.LABORATORY_ORDER) or order.state not in (
            OrderState.ORDERED,
            OrderState.LABELLED,
        ):
            return
        reasons = (
            (_("Ordered by mistake"), "M"),
            (_("No longer needed"), "N"),
            (_("The patient refuses"), "R"),
        )
        choices = [Choice(_("Keep the order"), lambda: None, "Esc", primary=True)]
        choices += [Choice(text, partial(self._cancel, order, text), key) for text, key in reasons]
        title = _("Take back: {text}", text=order.name)
        self._page.ctx.notices.stop(title, _("Why?"), tuple(choices))

    def _cancel(self, order: OrderRow, reason: str) -> None:
        request = CancelOrder(self._patient.id, order.id, reason)
        self._page.ctx.tasks.do(self._page, "laboratory.cancel", request, self._done)

    def labels(self, order: OrderRow) -> None:
        """Number the tubes of an order, then print the labels of its request."""
        if not self._may(Permission.SPECIMEN_COLLECT) or order.state not in (
            OrderState.ORDERED,
            OrderState.LABELLED,
        ):
            return
        request = LabelOrders(self._patient.id, (order.id,))
        self._page.ctx.tasks.do(self._page, "laboratory.label", request, partial(self._print, order))

    def _print(self, order: OrderRow, changed: Changed) -> None:
        self._page.ctx.papers.print_signed(f"laboratory/{order.number}/labels")
        self._done(changed)

    def slip(self, order: OrderRow) -> None:
        """Show the request slip."""
        if self._may(Permission.DOCUMENT_PRINT):
            self._page.ctx.papers.preview(f"laboratory/{order.number}")

    def _done(self, _changed: Changed) -> None:
        self._page.refresh()
