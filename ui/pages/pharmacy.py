"""The pharmacist's counter: the queue, the review, and what goes over the counter, on one screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.actions import Action
from ui.bridge import Bridge
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.pharmacy_parts.asking import Asking
from ui.pages.pharmacy_parts.counter import Counter
from ui.pages.pharmacy_parts.dispense_column import DispenseColumn
from ui.pages.pharmacy_parts.queue_column import QueueColumn
from ui.pages.pharmacy_parts.review_column import ReviewColumn
from ui.theme import theme
from ui.widgets.banner import PatientBanner
from ui.widgets.code_search import Choice, Deliver
from ui.widgets.empty_state import EmptyState
from ui.widgets.wedge import Wedge
from workstation.core.events import Changed, SyncState
from workstation.core.i18n import _
from workstation.pharmacy.model import SearchSheets, SheetState
from workstation.pharmacy.rows import QueueRow, SheetView
from workstation.pharmacy.wording import state_text
from workstation.security.permissions import Permission

MINUTE_MS: Final = 30_000
QUEUE, NARROW, DISPENSE = 304, 160, 348
THREE_FROM, TWO_FROM = 1160, 860


class PharmacyPage(Page):
    """Three columns; with little room the queue folds to numbers, then review and counter take turns."""

    id = "pharmacy"
    icon = "pill"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        now = ctx.clock.now
        self.queue = QueueColumn(now, self._search)
        self.banner = PatientBanner()
        self.review = ReviewColumn(now, self.hint)
        self.dispense = DispenseColumn(now, self.hint)
        self.nothing = EmptyState(_("Open a prescription from the queue, or scan its code."), "scan-line")
        self.body = QWidget()
        self.counter = Counter(self, Asking(self.body))
        self.wedge = Wedge(self, self._scans_wanted)
        self.news = Bridge(ctx.desk.bus, self)
        self._minutes = QTimer(self, interval=MINUTE_MS)
        self._turn = ""
        self._lay_out()
        self._connect()

    def title(self) -> str:
        """Give the page's name."""
        return _("Pharmacy")

    def _lay_out(self) -> None:
        t = theme()
        columns = QHBoxLayout(self.body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(t.px(12))
        columns.addWidget(self.review, 1)
        columns.addWidget(self.dispense)
        right = QVBoxLayout()
        right.setSpacing(t.px(8))
        right.addWidget(self.banner)
        right.addWidget(self.body, 1)
        right.addWidget(self.nothing, 1)
        whole = QHBoxLayout()
        whole.setSpacing(t.px(12))
        whole.addWidget(self.queue)
        whole.addLayout(right, 1)
        self.content.setContentsMargins(t.px(8), t.px(8), t.px(8), t.px(4))
        self.content.addLayout(whole, 1)
        self.show_sheet(None)

    def _connect(self) -> None:
        counter = self.counter
        self.queue.part_chosen.connect(lambda _part: counter.refresh_queue(mine=True))
        self.queue.opened.connect(counter.open_row)
        self.queue.refresh.connect(self.renew)
        self.review.approve.connect(counter.deciding.approve)
        self.review.ask.connect(counter.deciding.ask_prescriber)
        self.review.refuse.connect(counter.deciding.refuse)
        self.review.bar.refresh.connect(self.renew)
        self.dispense.dispense.connect(counter.handing.dispense)
        self.dispense.by_hand.connect(counter.handing.by_hand)
        self.dispense.amount.connect(counter.handing.amount)
        self.dispense.part.connect(counter.handing.part)
        self.dispense.labels.connect(counter.handing.labels)
        self.dispense.give_back.connect(counter.handing.give_back)
        self.wedge.scanned.connect(counter.handing.scanned)
        self.news.sync_state.connect(self._line)
        self._minutes.timeout.connect(self.queue.tick)
        self._minutes.start()

    # Content

    def load(self) -> None:
        """Ask for the queue, the reasons and the state of the line."""
        self.counter.load()

    def refresh(self) -> None:
        """Ask again; what is in hand stays."""
        self.counter.refresh()

    def on_changed(self, changed: Changed) -> None:
        """Take news; where it is not about the open sheet, only the queue is asked again: each look is audited."""
        view = self.counter.view
        about = view is not None and any(ref.patient == view.patient for ref in changed.refs)
        if self.isVisible() and not (about or changed.touches("SupplyDelivery", "Medication")):
            if self.shows(changed):
                self.counter.refresh_queue()
        else:
            super().on_changed(changed)

    def shows(self, changed: Changed) -> bool:
        """Follow prescriptions, their tasks and messages, stock, and the open patient's record."""
        if changed.touches(
            "Task", "MedicationRequest", "MedicationDispense", "SupplyDelivery", "Communication"
        ):
            return True
        view = self.counter.view
        return view is not None and any(ref.patient == view.patient for ref in changed.refs)

    def show_sheet(self, view: SheetView | None) -> None:
        """Show a sheet in banner, review and counter; the counter's picks go with it."""
        here = view is not None
        self.banner.setVisible(here)
        self.body.setVisible(here)
        self.nothing.setVisible(not here)
        if view is None:
            self.banner.clear()
        elif view.summary is not None:
            from ui.app.banner import of_summary

            alike = next((r for r in self.queue.rows() if r.patient == view.patient), None)
            same = alike is not None and (alike.same_name or alike.sounds_alike)
            self.banner.show_patient(of_summary(view.summary, alike=same), 0)
        else:
            self.banner.show_name(_("The patient's record has not arrived"), 0)
        self.review.show_view(view)
        self.dispense.show_view(view, self.counter.picks)
        self._turn = ""
        self._fit()

    def _line(self, state: SyncState) -> None:
        self.dispense.set_link(state.link)

    def _search(self, text: str, deliver: Deliver) -> None:
        def found(rows: tuple[QueueRow, ...]) -> None:
            deliver([_choice(row) for row in rows], len(rows))

        self.ctx.tasks.ask(self, "pharmacy.search", SearchSheets(text), found, latest="search")

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each column what it needs."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        t, wide = theme(), self.width() >= theme().px(THREE_FROM)
        self.queue.set_narrow(not wide)
        self.queue.setFixedWidth(t.px(QUEUE if wide else NARROW))
        view = self.counter.view
        if view is None:
            return
        both = self.width() >= t.px(TWO_FROM)
        turn = self._turn or ("dispense" if view.dispense_task else "review")
        self.review.setVisible(both or turn == "review")
        self.dispense.setVisible(both or turn == "dispense")
        self.dispense.setMinimumWidth(t.px(DISPENSE) if both else 0)
        self.dispense.setMaximumWidth(t.px(DISPENSE) if both else 16_777_215)

    def focus_region(self, number: int) -> None:
        """Focus queue, review or counter; with little room the chosen one takes its turn."""
        if number in (2, 3) and self.counter.view is not None:
            self._turn = "review" if number == 2 else "dispense"
            self._fit()
        if number == 1:
            self.queue.focus()
        elif number == 2:
            self.review.lines.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif number == 3:
            self.dispense.rows.focus_open()

    # Scans

    def showEvent(self, event: QShowEvent) -> None:
        """Listen to the scanner while in sight."""
        super().showEvent(event)
        self.wedge.watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the keys to others."""
        self.wedge.rest()
        super().hideEvent(event)

    def _scans_wanted(self) -> bool:
        return not self.closed and not self.ctx.actions.blocked

    def shut(self) -> None:
        """Close for good."""
        self.wedge.rest()
        self.news.close()
        super().shut()

    # Keys

    def _to_queue(self) -> None:
        if self.queue.table.hasFocus():
            self.queue.next_part()
        self.queue.focus()

    def _to_search(self) -> None:
        self.queue.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def renew(self) -> None:
        """Show what was held back, then look whether there is more."""
        self.queue.table.take_waiting()
        self.counter.take_news()
        self.refresh()

    def _may_park(self) -> bool:
        view = self.counter.view
        return view is not None and view.state in (
            SheetState.TO_REVIEW,
            SheetState.IN_REVIEW,
            SheetState.TO_DISPENSE,
            SheetState.DISPENSING,
            SheetState.PARTIAL,
        )

    def page_actions(self) -> list[Action]:
        """Give what can be done at the counter now."""
        c, review, perform = self.counter, Permission.DISPENSE_REVIEW, Permission.DISPENSE_PERFORM
        opened = self.dispense.open_now
        return [
            Action("pharmacy.queue", "Queue", self._to_queue, review),
            Action("pharmacy.search", "Search", self._to_search, review),
            Action("list.refresh", "Refresh", self.renew, icon="refresh-cw"),
            Action("review.approve", "Approve", c.deciding.approve, review, self.review.can_approve),
            Action(
                "review.query", "Ask the prescriber", c.deciding.ask_prescriber, review, self.review.can_ask
            ),
            Action("review.refuse", "Refuse", c.deciding.refuse, review, self.review.can_ask, hint=False),
            Action("pharmacy.park", "Put aside", c.deciding.park, review, self._may_park),
            Action("work.sign", "Hand out", c.handing.dispense, perform, self.dispense.can_dispense),
            Action("dispense.by-hand", "Pick by hand", c.handing.by_hand, perform, opened, hint=False),
            Action("dispense.amount", "Change the amount", c.handing.amount, perform, opened, hint=False),
            Action("dispense.part", "Hand out only a part", c.handing.part, perform, opened, hint=False),
            Action("dispense.labels", "Labels", c.handing.labels, perform, c.handing.has_labels, hint=False),
            Action(
                "dispense.give-back",
                "Take back…",
                c.handing.give_back_first,
                perform,
                c.handing.can_give_back,
                hint=False,
            ),
        ]


def _choice(row: QueueRow) -> Choice:
    """Say a found sheet in one row of the search."""
    from ui.pages.pharmacy_parts import words

    detail = " · ".join(p for p in (words.who(row), row.birth_date, row.department) if p)
    title = f"{row.name}  {words.short_number(row.number)}"
    alike = row.same_name or row.sounds_alike
    return Choice(row.task, title, detail, state_text(row.state), look_alike=alike, data=row)
