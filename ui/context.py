"""What every page is given: the desk, the ways to reach it, the one door to the user, and how to open other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ui.desk_port import DeskPort
from ui.papers_port import NoPapers, Papers
from ui.tasks import Tasks
from workstation.core.clock import Clock

if TYPE_CHECKING:
    from ui.actions import Actions
    from ui.notices import Notices
    from ui.shell_parts.top_bar import TopBadge


@dataclass(frozen=True, slots=True)
class PatientContext:
    """The patient (and encounter) a page is about: always an argument, never a global.

    `stay` says that the encounter is an inpatient stay and not an outpatient visit.
    `opened_from` names what led here where that is a risk for a mix-up: `result` or `notification`, else empty.
    """

    id: str
    name: str
    encounter: str = ""
    opened_from: str = ""
    opened_at: datetime | None = None
    stay: bool = False


@dataclass(slots=True)
class Bedside:
    """What was scanned last at a bedside of this window: the wristband that locks a chart, and a dose to go to.

    `encounter` is the stay it belongs to; whoever leaves that chart or scans another wristband ends it.
    """

    encounter: str = ""
    wristband: str = ""
    slot: str = ""

    def hold(self, encounter: str, wristband: str = "", slot: str = "") -> None:
        """Remember a scanned wristband, or a dose chosen on a list."""
        self.encounter, self.wristband, self.slot = encounter, wristband, slot

    def clear(self) -> None:
        """Forget it."""
        self.hold("")


class Opener(Protocol):
    """Opens charts and pages; the shell is one."""

    def open_chart(self, patient: PatientContext, page: str = "") -> None:
        """Open a patient's chart in a free slot, or bring it to the front, on the named page."""

    def open_page(self, page: str) -> None:
        """Show a page: of the front chart when it is bound to a patient, else of the rail."""

    def front_patient(self) -> PatientContext | None:
        """Give the patient whose chart is in front."""

    def show_badges(self, source: str, badges: Sequence[TopBadge]) -> None:
        """Show in the top bar what waits (critical values, tasks); replaces what this source showed before."""

    def slot_of(self, patient: str) -> int:
        """Give the slot (1 to 3) a patient's chart is open in, or 0; lists mark their rows with it."""


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to every page by the shell."""

    desk: DeskPort
    tasks: Tasks
    notices: Notices
    opener: Opener
    actions: Actions
    clock: Clock
    papers: Papers = field(default_factory=NoPapers)
    bedside: Bedside = field(default_factory=Bedside)
