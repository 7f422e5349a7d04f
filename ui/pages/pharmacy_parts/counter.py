"""What happens at the counter: opening sheets, deciding, scanning, handing out. The page shows what comes of it.

A sheet that is opened to be worked on is claimed, so that no other counter works on it too, and given back when the
next one is opened. News about the open sheet never changes it under the hand: it waits behind a bar.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ui.pages.pharmacy_parts.asking import Asking
from ui.pages.pharmacy_parts.deciding import Deciding
from ui.pages.pharmacy_parts.handing import Handing
from ui.pages.pharmacy_parts.news import Held, changes_in
from ui.pages.pharmacy_parts.picks import PickList
from ui.widgets.banner_strip import Choice
from workstation.core.errors import Conflict
from workstation.core.events import Changed, Level, Notice
from workstation.core.i18n import _
from workstation.pharmacy.model import (
    Claim,
    Queue,
    Reasons,
    Release,
    SheetByTask,
    SheetState,
    StartReview,
)
from workstation.pharmacy.rows import QueueRow, QueueView, ReasonRow, SheetView
from workstation.pharmacy.wording import state_text

if TYPE_CHECKING:
    from ui.pages.pharmacy import PharmacyPage

GROUPS = ("review", "manual", "partial", "return")


class Counter:
    """The work of one page. `view` is the open sheet, `picks` what is in hand for it."""

    def __init__(self, page: PharmacyPage, asking: Asking) -> None:
        self.page, self.asking = page, asking
        self.view: SheetView | None = None
        self.picks: PickList | None = None
        self._held = Held()
        self._kept: dict[str, PickList] = {}
        self._under_way: set[str] = set()
        self._mine = False
        self._own_change = False
        self.deciding, self.handing = Deciding(self), Handing(self)

    # Asking

    def load(self) -> None:
        """Ask for reasons, the state of the line and the queue."""
        page, desk = self.page, self.page.ctx.desk
        for group in GROUPS:
            page.ctx.tasks.ask(page, "pharmacy.reasons", Reasons(group), partial(self._reasons_known, group))
        page.ctx.tasks.run(page, desk.sync_state, lambda state: page.dispense.set_link(state.link))
        self.refresh_queue(mine=True)

    def _reasons_known(self, group: str, rows: tuple[ReasonRow, ...]) -> None:
        self.asking.reasons[group] = rows

    def refresh(self) -> None:
        """Ask for the queue and the open sheet again."""
        self.refresh_queue()
        if self.view is not None:
            self._ask_sheet(self.view.task, self.view.patient, self._news)

    def refresh_queue(self, mine: bool = False) -> None:
        """Ask for the shown part of the queue; with `mine` it is shown even while the list has the focus."""
        self._mine = self._mine or mine
        part = self.page.queue.part
        self.page.ctx.tasks.ask(
            self.page, "pharmacy.queue", Queue(part), partial(self._queue_known, part), latest="queue"
        )

    def _queue_known(self, part: str, view: QueueView) -> None:
        if part != self.page.queue.part:
            return
        mine, self._mine = self._mine, False
        (self.page.queue.show_view if mine else self.page.queue.offer)(view)

    def _ask_sheet(self, task: str, patient: str, then: Callable[[SheetView], None]) -> None:
        self.page.ctx.tasks.ask(self.page, "pharmacy.sheet", SheetByTask(task, patient), then, latest="sheet")

    # Opening

    def open_row(self, row: QueueRow) -> None:
        """Open a sheet of the queue."""
        self.open(row.task, row.patient)

    def open(self, task: str, patient: str) -> None:
        """Open a sheet; the one open before is given back."""
        self.page.banners.remove("taken")
        self._give_up(task)
        self._ask_sheet(task, patient, self._opened)

    def _give_up(self, next_task: str) -> None:
        """Give the open sheet back to the queue; what was scanned of it stays here."""
        view = self.view
        if view is None or next_task in (view.task, view.dispense_task):
            return
        self.keep_picks()
        if view.mine:
            task = view.dispense_task or view.task
            self.page.ctx.tasks.do(
                self.page, "pharmacy.release", Release(task), lambda _changed: None, lambda _error: None
            )
        self.leave()

    def leave(self) -> None:
        """Show no sheet."""
        self.view, self.picks = None, None
        self.page.show_sheet(None)

    def keep_picks(self) -> None:
        """Keep what was scanned of the open sheet, for when it is opened again."""
        if self.view is not None and self.picks is not None and self.picks.started:
            self._kept[self.view.task] = self.picks

    def _opened(self, view: SheetView) -> None:
        self._held.clear()
        kept = self._kept.pop(view.task, None)
        self.picks = kept.keep_up(view.lines) if kept is not None else PickList(view.lines)
        self.view = view
        self.page.show_sheet(view)
        self._take(view)

    def _take(self, view: SheetView, take_over: bool = False) -> None:
        """Claim what can be worked on. One's own review is left for a colleague to hand out."""
        if view.expired and not take_over:
            return
        if view.state is SheetState.TO_REVIEW or (take_over and view.state is SheetState.IN_REVIEW):
            self.do("pharmacy.start-review", StartReview(view.task, take_over), self.done, self._not_taken)
        elif (view.state in (SheetState.TO_DISPENSE, SheetState.PARTIAL) and not view.own_review) or (
            take_over and view.state is SheetState.DISPENSING
        ):
            self.do("pharmacy.claim", Claim(view.dispense_task, take_over), self.done, self._not_taken)
        elif view.holder and not view.mine:
            self._say_taken(view)

    def _not_taken(self, error: Exception) -> None:
        if not isinstance(error, Conflict):
            self.page.fail(error)
        self._own_change = True
        self.refresh()

    def _say_taken(self, view: SheetView) -> None:
        text = f"{state_text(view.state)} · {view.holder}"
        hint = _("Take it over only after asking: both of you would work on it.")
        choices = (
            Choice(_("Leave it"), self._leave_taken),
            Choice(_("Take over"), lambda: self._take(view, take_over=True)),
        )
        self.page.banners.show_notice("taken", Notice(text, Level.WARNING, hint), choices)

    def _leave_taken(self) -> None:
        self.page.banners.remove("taken")
        self.close()

    def close(self) -> None:
        """Show no sheet; the queue has the focus."""
        self._give_up("")
        self.page.queue.focus()

    # News

    def _news(self, view: SheetView) -> None:
        """Take the open sheet as it is now: at once when nothing is in hand or the change was one's own."""
        old = self.view
        if old is None or view.task != old.task:
            return
        own, self._own_change = self._own_change, False
        found = changes_in(old, view)
        if found and not own and self._in_hand():
            self._held.view, self._held.text = view, found
            self.page.review.hold(found)
            self.page.dispense.set_changed(True)
        else:
            self._show(view)

    def _in_hand(self) -> bool:
        view = self.view
        return view is not None and (view.mine or (self.picks is not None and self.picks.started))

    def take_news(self) -> None:
        """Show what was held back (F5)."""
        if self._held.view is not None:
            self._show(self._held.view)

    def _show(self, view: SheetView) -> None:
        self._held.clear()
        self.view = view
        self.picks = self.picks.keep_up(view.lines) if self.picks is not None else PickList(view.lines)
        self.page.dispense.changed = False
        if not (view.holder and not view.mine):
            self.page.banners.remove("taken")
        self.page.show_sheet(view)

    # Doing

    def do(
        self,
        verb: str,
        request: object,
        done: Callable[[Changed], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Have the desk do something, once: a key pressed twice does not do it twice.

        A refusal is shown where the question was asked, else on the page.
        """
        if verb in self._under_way:
            return
        self._under_way.add(verb)

        def did(changed: Changed) -> None:
            self._under_way.discard(verb)
            done(changed)

        def refused(error: Exception) -> None:
            self._under_way.discard(verb)
            (failed or self._refused)(error)

        self.page.ctx.tasks.do(self.page, verb, request, did, refused)

    def done(self, _changed: Changed) -> None:
        """Close the question that was asked and show what is now."""
        self.asking.close()
        self._own_change, self._mine = True, True
        self.refresh()

    def _refused(self, error: Exception) -> None:
        """Show why, and the sheet as it is now: a refusal mostly means that somebody was faster."""
        if not self.asking.failed(error):
            self.page.fail(error)
        self._own_change = True
        self.refresh()
