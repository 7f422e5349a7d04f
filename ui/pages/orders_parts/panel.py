"""The orders of a stay over the lines being written: tabs, what runs, stopping and taking back (see `LinePanel`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from ui.context import Context, PatientContext
from ui.draft_keeper import DraftKeeper
from ui.page import Page
from ui.pages.line_editor.bench import LineBench
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.entry import Entry, Surroundings
from ui.pages.line_editor.panel import LinePanel
from ui.pages.line_editor.strip import CardSpec
from ui.pages.line_editor.words import Words
from ui.pages.orders_parts.bench import OrderBench
from ui.pages.orders_parts.choices import choices_of
from ui.pages.orders_parts.ending import Ending
from ui.pages.orders_parts.entry import OrderEntry
from ui.pages.orders_parts.head import DRAFTS, OrdersHead
from ui.pages.orders_parts.options import DRAFT_KIND, from_body, request_of, to_body
from ui.pages.orders_parts.rows import signed_row, story
from ui.pages.orders_parts.words import OrderWords
from ui.theme import theme
from ui.widgets.alerts import AlertView
from ui.widgets.banner_strip import Choice
from ui.widgets.code_search import Deliver
from ui.widgets.freeze_bar import FreezeBar
from ui.widgets.labels import label
from workstation.core.events import Level, Notice
from workstation.core.i18n import _
from workstation.orders.check import OrdersCheck
from workstation.orders.finding import FoundOrders, SearchOrders
from workstation.orders.model import (
    OrderList,
    OrderRow,
    OrdersDraft,
    OrdersOf,
    OrderState,
    OrderTab,
    OrderTerm,
)
from workstation.security.permissions import Permission


class OrdersPanel(LinePanel):
    """See the module."""

    check_verb = "orders.check"
    draft_kind = DRAFT_KIND

    def __init__(self, ctx: Context, patient: PatientContext, page: Page, drafts: DraftKeeper) -> None:
        super().__init__(ctx, patient, page, drafts)
        self._hint = page.hint
        self.grid.setAccessibleName(_("Order lines"))
        self.found: OrderList | None = None
        self._held: OrderList | None = None
        self.ending = Ending(ctx, patient.name, self.host, self.load_signed)
        self.head = OrdersHead(self._acts())
        self.frozen = FreezeBar()
        self.story = label("", "label", color="text2", wrap=True)
        self.story.setContentsMargins(theme().px(8), theme().px(2), theme().px(8), theme().px(2))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for part in (self.head, self.frozen):
            rows.addWidget(part)
        rows.addLayout(self.body, 1)
        rows.addWidget(self.story)
        self.connect_all()
        self.head.changed.connect(self._turn)
        self.frozen.refresh.connect(self.release)
        self.grid.row_changed.connect(lambda _row: self._show_story())
        self.show_state()

    def may(self, permission: Permission) -> bool:
        """Say whether the signed-in person has a right; the core checks it again."""
        actor = self.ctx.desk.actor
        return actor is not None and actor.may(permission)

    def _acts(self) -> dict[str, tuple[str, Any, str]]:
        hint = self._hint
        acts: dict[str, tuple[str, Any, str]] = {}
        if self.may(Permission.ORDER_WRITE):
            acts["new"] = (_("New order"), self.focus_entry, hint("orders.new"))
        if self.may(Permission.ORDER_STOP):
            acts["stop"] = (_("Stop the order"), self.stop_current, hint("orders.stop"))
            acts["void"] = (_("Void the order"), self.void_current, hint("orders.void"))
        return acts

    def make_words(self) -> Words:
        """Make the words of orders."""
        return OrderWords(lambda: self.ctx.desk.knowledge, self.ctx.clock.now)

    def make_entry(self, words: Words, around: Surroundings) -> Entry:
        """Make the way orders are written."""
        own = words if isinstance(words, OrderWords) else OrderWords(words.knowledge, self.ctx.clock.now)
        return OrderEntry(own, around, self.ctx.clock.now, self._term)

    def make_bench(self) -> LineBench:
        """Make the place where remedies work."""
        return OrderBench(self.ctx, self.model, self.grid, self.host)

    def _term(self) -> OrderTerm:
        return self.head.term()

    # Draft

    def draft_body(self) -> dict[str, Any]:
        """Give the draft as plain JSON."""
        return to_body(self.model.lines, self.bench.options)

    def put_draft(self, body: dict[str, Any]) -> None:
        """Put a kept draft back."""
        lines, options = from_body(body)
        self.bench.put_options(options)
        self.model.load(lines)

    def sign_request(self) -> OrdersDraft:
        """Give the request of `orders.sign` (and of the checks)."""
        return request_of(self.patient.id, self.patient.encounter, self.model.lines, self.bench.options)

    def empty_request(self) -> OrdersDraft:
        """Give a request without lines."""
        return OrdersDraft(self.patient.id, self.patient.encounter)

    def load(self) -> None:
        """Ask for the orders, and for the weight where lines can be written."""
        if self.may(Permission.ORDER_WRITE):
            super().load()
        else:
            self.load_signed()

    # Signed orders

    def load_signed(self) -> None:
        """Ask for the orders of this tab; in the drafts' tab for their counts."""
        tab = OrderTab.ALL if self.head.tab() == DRAFTS else OrderTab(self.head.tab())
        request = OrdersOf(self.patient.encounter, tab, self.head.only_running.isChecked())
        self.ctx.tasks.ask(self, "orders.list", request, self._loaded, latest="orders")

    def _loaded(self, found: OrderList) -> None:
        """Show the orders; while somebody writes, rows never move under the hand: they wait for F5 (S21)."""
        moved = self.found is not None and _keys(found) != _keys(self.found)
        if moved and self.writing() and not self._turned:
            self._held = found
            self.frozen.hold(len(set(_keys(found)) ^ set(_keys(self.found))) or 1)
            return
        self._put(found)

    _turned = False

    def _turn(self) -> None:
        """Show another tab: that is asked for, so that nothing waits."""
        self._turned = True
        self.load_signed()
        self.show_head()

    def release(self) -> None:
        """Show what waited."""
        if self._held is not None:
            self._put(self._held)

    def _put(self, found: OrderList) -> None:
        self.found, self._held, self._turned = found, None, False
        self.frozen.hold(0)
        rows = () if self.head.tab() == DRAFTS else found.rows
        self.model.set_signed([signed_row(row) for row in rows])
        self.show_state()
        self._show_story()

    def writing(self) -> bool:
        """Say whether lines are being written; an empty cell that waits for letters is none."""
        editor = self.grid.editing.editor
        return bool(self.model.lines) or (isinstance(editor, QLineEdit) and bool(editor.text()))

    def current(self) -> OrderRow | None:
        """Give the signed order of the current row."""
        signed = self.model.signed(self.grid.currentIndex().row())
        data = signed.data if signed is not None else None
        return data if isinstance(data, OrderRow) else None

    def _together(self, row: OrderRow) -> list[OrderRow]:
        if not row.group or self.found is None:
            return [row]
        return [r for r in self.found.rows if (r.number, r.group) == (row.number, row.group)]

    def edit_when(self) -> None:
        """Open begin, times, first day and rate of the line in hand; in the empty row, of the one just written."""
        row = self.grid.currentIndex().row()
        if self.model.line(row) is None:
            row = self.model.empty_row - 1
        if self.model.line(row) is not None:
            self.grid.editing.open(row, Cell.START)

    def stop(self, row: int) -> None:
        """Stop the order of a row (Ctrl+E in the table)."""
        self.stop_current()

    def stop_current(self) -> None:
        """Ask when and why the current order stops."""
        row = self._chosen(_("Choose the order to stop first."))
        if row is not None:
            self.ending.stop(row, self._together(row))

    def void_current(self) -> None:
        """Ask why the current order is taken back."""
        row = self._chosen(_("Choose the order to take back first."))
        if row is not None:
            self.ending.void(row, self._together(row))

    def _chosen(self, missing: str) -> OrderRow | None:
        row = self.current()
        if row is None:
            self.ctx.notices.show(Notice(missing, Level.INFO), self.host(), "choose-order")
        return row

    def _show_story(self) -> None:
        row = self.current()
        self.story.setText(story(row) if row is not None else "")
        self.story.setVisible(row is not None)

    # What is shown

    def focus_entry(self) -> None:
        """Open the empty row for whoever may write; others get the list."""
        if self.may(Permission.ORDER_WRITE):
            super().focus_entry()
        else:
            self.grid.setFocus()

    def show_head(self) -> None:
        """Show how many orders there are."""
        self.head.show_counts(self.found, len(self.model.lines))

    def own_cards(self) -> list[CardSpec]:
        """Give a card for every order a nurse sent back, and for what a new order will stop."""
        rows = self.found.rows if self.found is not None else ()
        returned = [self._returned(row) for row in rows if row.state is OrderState.RETURNED]
        check = self.live.check
        ending = check.replaced if isinstance(check, OrdersCheck) else ()
        places = self.model.places()
        return [
            *returned,
            *(
                CardSpec(
                    AlertView(
                        4,
                        _("Stops the running order"),
                        each.text,
                        _("line {number}", number=places.get(each.key, 0)),
                        key=f"ends-{each.order}",
                    )
                )
                for each in ending
            ),
        ]

    def _returned(self, row: OrderRow) -> CardSpec:
        view = AlertView(
            2,
            _("Sent back by the nurse"),
            row.returned,
            row.line,
            key=f"returned-{row.id}-{row.returned}",
        )
        if not self.may(Permission.ORDER_SIGN):
            return CardSpec(view)
        return CardSpec(
            view,
            (
                Choice(_("Answer…"), lambda: self.ending.answer(row)),
                Choice(_("Void the order"), lambda: self.ending.void(row, self._together(row))),
            ),
        )

    def search(self, text: str, deliver: Deliver) -> None:
        """Find medicines and the ward's other orders."""

        def found(answer: FoundOrders) -> None:
            deliver(*choices_of(answer, text))

        self.ctx.tasks.ask(
            self, "orders.search-items", SearchOrders(text, self._term()), found, latest="order-items"
        )


def _keys(found: OrderList | None) -> Sequence[str]:
    return [row.id for row in found.rows] if found is not None else []
