"""What can be done to a visit from any list of the queue, with its toast, its undo and its way into the chart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ui.actions import Action
from ui.context import PatientContext
from ui.page import Page
from ui.widgets.banner_strip import Choice
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.core.settings import ROOM
from workstation.queue.model import (
    CallNext,
    Cancel,
    GetVisit,
    QueueRow,
    QueueView,
    State,
    Visit,
    VisitView,
    Waiting,
)
from workstation.security.permissions import Permission

Selected = Callable[[], QueueRow | None]


class QueueActs:
    """The acts of one page. `selected` gives the row with the focus; `shown` takes each new view."""

    def __init__(
        self, page: Page, selected: Selected, shown: Callable[[QueueView, bool], None], skipped: Selected
    ) -> None:
        self._page, self._selected, self._shown, self._skipped = page, selected, shown, skipped
        self.view = QueueView()
        self.department = ""
        self.room = ""
        self._mine = False

    # Seeing

    def load(self) -> None:
        """Learn this desk's room, then ask for the queue."""
        desk = self._page.ctx.desk
        self._page.ctx.tasks.run(self._page, lambda: desk.setting(ROOM), self._room_known)

    def _room_known(self, room: str) -> None:
        self.room = room
        self.refresh()

    def refresh(self) -> None:
        """Ask for the queue; a doctor's is that of the own room."""
        actor = self._page.ctx.desk.actor
        sees = actor is not None and actor.may(Permission.NOTE_WRITE)
        request = Waiting(self.department, room=self.room if sees else "")
        self._page.ctx.tasks.ask(self._page, "queue.waiting", request, self._loaded, latest="queue")

    def look_at(self, department: str) -> None:
        """Show another department's queue, at once; empty for one's own."""
        self.department, self._mine = department, True
        self.refresh()

    def _loaded(self, view: QueueView) -> None:
        self.view = view
        mine, self._mine = self._mine, False
        self._shown(view, mine)

    # Doing

    def call_next(self) -> None:
        """Call who is next."""
        self._do("queue.call-next", CallNext(self.department, self.room), self._called)

    def call(self, row: QueueRow) -> None:
        """Call one particular patient."""
        self._do("queue.call", Visit(row.encounter, self.room), self._called)

    def _called(self, changed: Changed) -> None:
        if changed.primary is not None:
            self._page.ctx.tasks.ask(
                self._page, "queue.visit", GetVisit(changed.primary.id), self._say_called
            )
        self._done(changed)

    def _say_called(self, view: VisitView) -> None:
        row = view.row
        text = _("Called {ticket} {name}", ticket=row.ticket, name=row.name)
        self._page.ctx.notices.toast(text, undo=partial(self.undo_call, row))

    def undo_call(self, row: QueueRow) -> None:
        """Take a call back."""
        self._do("queue.undo-call", Visit(row.encounter))

    def recall(self) -> None:
        """Call the called patient once more."""
        self._step("queue.recall", self._at(State.CALLED))

    def skip(self) -> None:
        """Skip the called patient."""
        row = self._at(State.CALLED)
        if row is not None:
            self._do("queue.skip", Visit(row.encounter), partial(self._skipped_now, row))

    def _skipped_now(self, row: QueueRow, changed: Changed) -> None:
        text = _("Skipped {ticket} {name}", ticket=row.ticket, name=row.name)
        self._page.ctx.notices.toast(text, undo=partial(self.call, row))
        self._done(changed)

    def requeue(self) -> None:
        """Put the skipped patient in focus at the end of the queue."""
        self._step("queue.requeue", self._skipped())

    def park(self) -> None:
        """Send the patient being seen for tests."""
        self._step("queue.park", self._at(State.SEEING))

    def finish(self) -> None:
        """Finish the visit of the patient being seen."""
        self._step("queue.finish", self._at(State.SEEING))

    def open(self, row: QueueRow) -> None:
        """Open the chart. A doctor who opens a called or parked patient thereby begins, or goes on, to see them."""
        begins = {State.CALLED: "queue.start", State.PARKED: "queue.resume", State.RESULTS: "queue.resume"}
        actor, verb = self._page.ctx.desk.actor, begins.get(row.state, "")
        if actor is None or not actor.may(Permission.CHART_READ):
            return
        if verb and actor.may(Permission.QUEUE_CALL) and actor.may(Permission.NOTE_WRITE):
            self._do(verb, Visit(row.encounter, self.room), partial(self._opened, row))
        else:
            self._open_chart(row)

    def _opened(self, row: QueueRow, changed: Changed) -> None:
        self._done(changed)
        self._open_chart(row)

    def _open_chart(self, row: QueueRow) -> None:
        ctx = self._page.ctx
        ctx.opener.open_chart(PatientContext(row.patient, row.name, row.encounter, opened_at=ctx.clock.now()))

    def cancel(self) -> None:
        """Ask why the visit in focus is to be cancelled, then cancel it."""
        row = self._selected()
        if row is None:
            return
        reasons = (
            (_("Wrong department"), "W"),
            (_("The patient left"), "L"),
            (_("Enrolled twice"), "T"),
        )
        choices = [Choice(_("Keep the visit"), lambda: None, "Esc", primary=True)]
        choices += [Choice(text, partial(self._cancel, row, text), key) for text, key in reasons]
        text = _("{ticket} {name} leaves the queue.", ticket=row.ticket, name=row.name)
        self._page.ctx.notices.stop(_("Cancel the visit?"), text, tuple(choices))

    def _cancel(self, row: QueueRow, reason: str) -> None:
        self._do("queue.cancel", Cancel(row.encounter, reason))

    def _step(self, verb: str, row: QueueRow | None) -> None:
        if row is not None:
            self._do(verb, Visit(row.encounter))

    def _do(self, verb: str, request: object, done: Callable[[Changed], None] | None = None) -> None:
        self._page.ctx.tasks.do(self._page, verb, request, done or self._done, self._refused)

    def _done(self, _changed: Changed) -> None:
        self._mine = True
        self.refresh()

    def _refused(self, error: Exception) -> None:
        """Show why, and the queue as it is now: a refusal mostly means that somebody was faster."""
        self._page.fail(error)
        self.refresh()

    # What is possible

    def _at(self, state: State) -> QueueRow | None:
        """Give the row in focus if it is in this state, else the latest one that is."""
        row = self._selected()
        if row is not None and row.state is state:
            return row
        return next((current for current in self.view.current if current.state is state), None)

    def _is_at(self, state: State) -> bool:
        return self._at(state) is not None

    def _can_cancel(self) -> bool:
        row = self._selected()
        return row is not None and row.state in (State.WAITING, State.SKIPPED)

    def actions(self) -> list[Action]:
        """Give everything that can be done now."""
        calls = Permission.QUEUE_CALL
        called, seeing = partial(self._is_at, State.CALLED), partial(self._is_at, State.SEEING)
        return [
            Action("queue.call", "Call next", self.call_next, calls, icon="bell"),
            Action("queue.recall", "Call again", self.recall, calls, called),
            Action("queue.skip", "Skip", self.skip, calls, called),
            Action(
                "queue.requeue",
                "Back into the queue",
                self.requeue,
                calls,
                lambda: self._skipped() is not None,
            ),
            Action("queue.park", "Out for tests", self.park, calls, seeing),
            Action("queue.finish", "Finish the visit", self.finish, calls, seeing),
            Action("queue.cancel", "Cancel the visit", self.cancel, Permission.QUEUE_ENROL, self._can_cancel),
        ]
