"""What the laboratory is to the whole window: F4 on every chart, and the chip of critical values on every page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.shell_parts.top_bar import TopBadge
from workstation.core.clock import parse_instant
from workstation.core.events import Changed
from workstation.core.i18n import _, n_
from workstation.core.settings import WARD
from workstation.security.permissions import Permission

if TYPE_CHECKING:
    from ui.shell import Shell
    from workstation.laboratory.rows import CriticalRow

log = logging.getLogger(__name__)

SOURCE: Final = "critical-values"
TICK_MS: Final = 20_000
LOOK_EVERY: Final = 3
ROWS: Final = ("DiagnosticReport", "Observation", "Task", "ServiceRequest", "Encounter")
INBOX: Final = "inbox"


def laboratory_actions(ctx: Context) -> list[Action]:
    """Give what can be ordered from any page of a chart."""
    patient = ctx.opener.front_patient()
    if patient is None or not patient.encounter:
        return []
    return [
        Action(
            "lab.order",
            "Laboratory",
            partial(order, ctx, patient),
            Permission.LABORATORY_ORDER,
            patient_bound=True,
            icon="flask-conical",
        )
    ]


def order(ctx: Context, patient: PatientContext) -> None:
    """Open the box in which tests are ordered."""
    from ui.pages.laboratory_parts.order_sheet import OrderSheet

    sheet = OrderSheet(ctx.notices.sheet_host(), ctx, patient)
    sheet.visibility_changed.connect(lambda shown: None if shown else sheet.deleteLater())
    sheet.open()


class CriticalWatch(QObject):
    """Keeps a chip in the top bar as long as a critical value that concerns who works here is not answered.

    It stands on every page and is never a toast: nothing but an answer takes it away.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell, self.closed = shell, False
        self.rows: tuple[CriticalRow, ...] = ()
        self._busy = self._again = False
        self._ticks = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        shell.ready.connect(self.look)
        shell.bridge.changed.connect(self._changed)

    @Slot()
    def look(self) -> None:
        """Ask what is open; while an answer is on its way, once more after it."""
        desk = self._shell.ctx.desk
        actor = desk.actor
        if actor is None or not actor.may(Permission.CRITICAL_HANDLE):
            self._take(())
            return
        if self._busy:
            self._again = True
            return
        self._busy = True

        def ask() -> tuple[CriticalRow, ...]:
            from workstation.laboratory.model import Criticals

            if desk.actor is None:
                return ()
            found: tuple[CriticalRow, ...] = desk.ask("laboratory.criticals", Criticals(desk.setting(WARD)))
            return found

        self._shell.ctx.tasks.run(self, ask, self._take, self._failed)

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        if changed.touches(*ROWS) and not self._shell.locked:
            self.look()

    def _take(self, rows: Sequence[CriticalRow]) -> None:
        self.rows = tuple(rows)
        self.show()
        self._done()

    def _failed(self, error: Exception) -> None:
        """Keep what stands there and ask again with the next tick: a chip never goes because a question failed."""
        log.warning("open critical values could not be asked for: %s", type(error).__name__)
        self._ticks = LOOK_EVERY - 1
        self._done()

    def _done(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self.look()

    @Slot()
    def tick(self) -> None:
        """Count the minutes; each minute also ask, because a value nobody answers becomes everybody's with time."""
        if self._shell.locked:
            return
        self.show()
        self._ticks = (self._ticks + 1) % LOOK_EVERY
        if not self._ticks:
            self._busy = False  # an answer that has not come within a minute is not waited for
            self.look()

    @Slot()
    def show(self) -> None:
        """Show the chip with the minutes that have passed."""
        badges = (
            [TopBadge(SOURCE, self.words(), "stop", self.open, self.words(short=True))] if self.rows else []
        )
        self._shell.show_badges(SOURCE, badges)

    def minutes(self) -> int:
        """Give for how long the oldest one has waited."""
        now = self._shell.ctx.clock.now()
        stamps = [row.at for row in self.rows if len(row.at) > 10]
        passed = [(now - parse_instant(at, now.tzinfo)).total_seconds() for at in stamps]
        return max(int(max(passed, default=0.0) // 60), 0)

    def words(self, short: bool = False) -> str:
        """Say who and what where it is one, else how many, and for how long; shortly the value alone."""
        from ui.pages.laboratory_parts.words import minutes_text, value_text

        waited = minutes_text(self.minutes())
        if len(self.rows) > 1:
            count = n_("{count} critical value", "{count} critical values", len(self.rows))
            return f"{count} · {waited}"
        row = self.rows[0]
        value = next(iter(row.values), None)
        if value is None:
            return f"{_('Critical')} {row.name} · {waited}"
        name = value.short or value.name
        if short:
            return f"{_('Critical')} {name} {value.value} · {waited}"
        return f"{_('Critical')} {row.name} {name} {value_text(value.value, value.unit)} · {waited}"

    def open(self) -> None:
        """Open the chart on the one that waits, or the list where there are several."""
        opener = self._shell.ctx.opener
        if len(self.rows) != 1:
            opener.open_page(INBOX)
            return
        row, now = self.rows[0], self._shell.ctx.clock.now()
        about = PatientContext(row.patient, row.name, row.encounter, "notification", now, stay=row.stay)
        opener.open_chart(about, "results")

    def actions(self) -> list[Action]:
        """Give the key that opens what waits, while something does."""
        if not self.rows:
            return []
        return [Action("critical.open", "Critical values", self.open, Permission.CRITICAL_HANDLE, hint=False)]
