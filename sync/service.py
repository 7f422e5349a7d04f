"""The one thread that keeps this desk and its centre together.

At most one run is under way and one more is asked for, never two. A run is started by a local commit (sending only),
by a poke from the centre, and by a timer that is set again whatever happened.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sync.admission import Admission, WritesRefused
from sync.errors import Busy, Unauthorised
from sync.pace import DEFAULT, Dice, Pace
from sync.pairing import Line
from sync.poke import Poke
from sync.pull import Hooks, Pull, Pulled
from sync.push import Push, Pushed
from sync.wants import Wants
from workstation.core.clock import Clock, parse_instant
from workstation.core.errors import UserError
from workstation.core.events import Bus, Changed, Link, Origin, SyncState, Unsubscribe
from workstation.core.i18n import _
from workstation.store import inbox, outbox
from workstation.store.schema import UnitState
from workstation.store.store import Store

log = logging.getLogger(__name__)
SHORTEST: Final = timedelta(seconds=0.2)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one run did, in units sent and records received; `message` says why it ended early, if it did."""

    link: Link
    sent: int = 0
    refused: int = 0
    parked: int = 0
    postponed: int = 0
    received: int = 0
    waiting: int = 0
    skipped: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    retry_after: float | None = None

    @property
    def failed(self) -> bool:
        """Say whether the run ended early."""
        return bool(self.message)


class SyncService:
    """Keeps one desk in step. `connect` gives a new line to the centre, or None while the desk has no centre."""

    def __init__(
        self,
        store: Store,
        connect: Callable[[], Line | None],
        clock: Clock,
        bus: Bus,
        *,
        wants: Wants | None = None,
        dice: Dice | None = None,
        pace: Pace = DEFAULT,
        admission: Admission | None = None,
    ) -> None:
        self._store = store
        self._admission = admission or Admission(store)
        self._connect = connect
        self._clock = clock
        self._bus = bus
        self._wants = wants or Wants()
        self._dice = dice or random.SystemRandom()
        self._pace = pace
        self._gate = threading.Condition()
        self._running = threading.Lock()
        self._lines = threading.Lock()
        self._line: Line | None = None
        self._ahead: Executor = ThreadPoolExecutor(1, "sync-ahead")
        self._poke = Poke(self.line, self.wake, self._dice, pace)
        self._thread: threading.Thread | None = None
        self._unsubscribe: Unsubscribe | None = None
        self._wanted = self._wanted_pull = self._stopping = False
        self._failures = 0
        self._not_before = 0.0
        self._state = SyncState(Link.OFFLINE, last_pull=self._last_pull())

    def start(self) -> None:
        """Begin: one run at once, then whenever there is a reason."""
        self._unsubscribe = self._bus.subscribe(Changed, self._on_changed)
        self.wake()
        self._thread = threading.Thread(target=self._loop, name="sync", daemon=True)
        self._thread.start()
        self._poke.start()

    def stop(self) -> None:
        """End after the page or unit under way; what is waiting stays in the outbox."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        with self._gate:
            self._stopping = True
            self._gate.notify_all()
        self._drop_line()
        if self._thread is not None:
            self._thread.join()
            self._poke.stop()
        self._ahead.shutdown()

    def wake(self, *, pull: bool = True) -> None:
        """Ask for a run; several askings before it starts are one run. With `pull` false it only sends."""
        with self._gate:
            self._wanted = True
            self._wanted_pull = self._wanted_pull or pull
            self._gate.notify_all()

    def reconnect(self) -> None:
        """Use a new line from now on: after joining a centre, leaving one, or signing in again."""
        self._drop_line()
        self.wake()

    def line(self) -> Line | None:
        """Give the line in use, opened at its first use; None while there is no centre or the service has ended."""
        with self._lines:
            if self._line is None and not self._stopping:
                self._line = self._connect()
            return self._line

    def run_once(self, *, pull: bool = True) -> SyncReport:
        """Run in the calling thread: send until nothing is due, read what changed, send what that set free."""
        with self._running:
            report = self._run(pull)
            self._failures = self._failures + 1 if report.failed else 0
            return report

    def _on_changed(self, changed: Changed) -> None:
        if changed.origin is Origin.HERE and changed.unit:
            self.wake(pull=False)

    def _loop(self) -> None:
        wait = timedelta(0)
        while True:
            pull = self._reason(time.monotonic() + wait.total_seconds())
            if self._stopping:
                return
            wait = self._guarded(pull)

    def _reason(self, deadline: float) -> bool:
        """Wait for a reason to run and say whether it asks to pull; a centre that asked for a pause gets it."""
        with self._gate:
            while not self._stopping:
                start = max(self._not_before, 0.0 if self._wanted else deadline)
                left = start - time.monotonic()
                if left <= 0:
                    break
                self._gate.wait(left)
            pull = self._wanted_pull or not self._wanted
            self._wanted = self._wanted_pull = False
            return pull

    def _guarded(self, pull: bool) -> timedelta:
        """Run, and give the wait until the next run: there always is one."""
        try:
            return self._next_wait(self.run_once(pull=pull))
        except (
            Exception
        ) as error:  # our bug or a full disk: seen in the log and on the screen, and tried again
            # the message of a database error quotes the values of a record, so only its kind and place are logged
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("A sync run failed: %s\n%s", type(error).__name__, where)
            self._failures += 1
            self._publish(busy=False, message=_("Sync failed on this desk; it will be tried again."))
            return self._pace.again(self._failures, self._dice)

    def _next_wait(self, report: SyncReport) -> timedelta:
        if report.failed:
            asked = timedelta(seconds=report.retry_after) if report.retry_after is not None else None
            wait = self._pace.again(self._failures, self._dice, asked)
            self._not_before = time.monotonic() + asked.total_seconds() if asked is not None else 0.0
        else:
            wait = self._pace.poll(self._dice, fed=self._poke.fed)
        due = self._store.look(outbox.next_due)
        if due and not report.failed:
            wait = min(wait, max(parse_instant(due) - self._clock.now(), SHORTEST))
        return wait

    def _run(self, pull: bool) -> SyncReport:
        sent, got = Pushed(), Pulled()
        link, message, hint, asked = Link.ONLINE, "", "", None
        try:
            line = self.line()
            if line is None:
                self._publish(link=Link.UNPAIRED, busy=False, message="")
                return SyncReport(Link.UNPAIRED, waiting=self._state.waiting)
            self._publish(busy=True)
            push = Push(self._store, line.client, self._clock, self._dice, self._pace)
            barred = self._admission.barred(line)
            if barred is None:
                self._push(push, sent)
            if pull:
                hooks = Hooks(self._bus.publish, self._show_progress, lambda: self._stopping)
                got = Pull(self._store, line.client, line.profile, self._wants, self._ahead, hooks).run()
                self._note_pull(got)
                if barred is None:
                    self._push(push, sent)
            if barred is not None:
                raise barred
        except UserError as error:
            link, message, hint = _link(error), error.message, error.hint
            asked = error.retry_after if isinstance(error, Busy) else None
        self._publish(link=link, busy=False, message=message, progress=None)
        return SyncReport(
            link,
            sent.sent,
            sent.refused,
            sent.parked,
            sent.postponed,
            got.changed,
            self._state.waiting,
            got.skipped,
            message,
            hint,
            asked.total_seconds() if asked is not None else None,
        )

    def _push(self, push: Push, total: Pushed) -> None:
        before = total.sent
        try:
            push.run(total, lambda: self._stopping)
        finally:
            if total.refs:
                self._bus.publish(Changed(total.refs, Origin.SYNC, self._clock.now()))
                total.refs = ()
            if total.sent > before:
                self._publish(last_push=self._clock.now())

    def _note_pull(self, got: Pulled) -> None:
        if not got.stopped:
            self._publish(last_pull=self._clock.now(), progress=None)

    def _show_progress(self, share: float) -> None:
        self._publish(progress=share)

    def _publish(self, **values: Any) -> None:
        counts = self._store.look(outbox.counts)
        self._state = replace(
            self._state,
            waiting=counts[UnitState.WAITING],
            refused=counts[UnitState.REFUSED],
            parked=counts[UnitState.PARKED],
            **values,
        )
        self._bus.publish(self._state)

    def _last_pull(self) -> datetime | None:
        stamps = [complete for _state, complete in self._store.look(inbox.cursors).values() if complete]
        return parse_instant(max(stamps)).astimezone(self._clock.now().tzinfo) if stamps else None

    def _drop_line(self) -> None:
        with self._lines:
            line, self._line = self._line, None
        if line is not None:
            line.client.close()


def _link(error: UserError) -> Link:
    if isinstance(error, Unauthorised):
        return Link.SIGN_IN
    return Link.ONLINE if isinstance(error, Busy | WritesRefused) else Link.OFFLINE
