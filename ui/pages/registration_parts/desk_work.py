"""What the registration page asks of the desk, in order: register or change, then enrol, then print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from ui.page import Page
from ui.pages.registration_parts.ticket import ticket_pdf
from ui.printing import PrintJob, printer_names
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.core.settings import SITE_NAME
from workstation.printing.documents import Stamp
from workstation.queue.model import Cancel, Enrol, GetVisit, VisitView
from workstation.registration.model import Answer, GetPatient, PatientView, Person, Register, Update
from workstation.terminology.wording import Coded

FIELDS: Final = tuple(asdict(Person()))


class DeskWork:
    """Runs the acts of one page; `busy` keeps a second F12 from registering anybody twice."""

    def __init__(self, page: Page, known: Callable[[PatientView], None]) -> None:
        self._page, self._known = page, known
        self.busy = False

    def open(self, patient: str) -> None:
        """Read a registration; the read is audited."""
        self._page.ctx.tasks.ask(self._page, "registration.patient", GetPatient(patient), self._known)

    def register(
        self, person: Person, answers: dict[str, Answer], confirmed: bool, then: Callable[[str], None]
    ) -> None:
        """Make a new patient and go on with the id."""
        self._do("registration.register", Register(person, dict(answers), confirmed), then)

    def update(
        self,
        before: PatientView,
        person: Person,
        answers: dict[str, Answer],
        confirmed: bool,
        then: Callable[[str], None],
    ) -> None:
        """Change what was changed in the form, and nothing else; without a change go straight on."""
        changes = changed_fields(before.person, person)
        if not changes:
            then(before.id)
            return
        request = Update(before.id, **changes, answered=dict(answers), mismatch_confirmed=confirmed)
        self._do("registration.update", request, then)

    def enrol(self, request: Enrol, then: Callable[[VisitView], None]) -> None:
        """Put the patient into the queue and give the visit as it was stored."""
        self._do("queue.enrol", request, partial(self._read_visit, then))

    def _read_visit(self, then: Callable[[VisitView], None], encounter: str) -> None:
        self._page.ctx.tasks.ask(self._page, "queue.visit", GetVisit(encounter), then)

    def take_back(self, encounter: str) -> None:
        """Cancel a visit that was enrolled a moment ago; the registration stays."""
        self._do("queue.cancel", Cancel(encounter, _("Enrolled by mistake")), lambda _id: None)

    def print_ticket(self, view: VisitView, department: Coded) -> None:
        """Print the ticket on this computer's first printer."""
        desk, now = self._page.ctx.desk, self._page.ctx.clock.now()
        actor = desk.actor
        stamp = Stamp(
            f"{now:%Y-%m-%d %H:%M}", actor.name if actor is not None else "", actor.station if actor else ""
        )
        self._page.ctx.tasks.run(
            self._page,
            lambda: ticket_pdf(view, department, desk.setting(SITE_NAME), stamp),
            self._send,
        )

    def _send(self, pdf: bytes) -> None:
        names = printer_names()
        job = PrintJob(self._page, lambda: None, self._page.fail)
        job.start(pdf, names[0] if names else "")

    def _do(self, verb: str, request: object, then: Callable[[str], None]) -> None:
        self.busy = True
        self._page.ctx.tasks.do(self._page, verb, request, partial(self._done, then), self._failed)

    def _done(self, then: Callable[[str], None], changed: Changed) -> None:
        self.busy = False
        then(changed.primary.id if changed.primary is not None else "")

    def _failed(self, error: Exception) -> None:
        self.busy = False
        self._page.fail(error)


def changed_fields(before: Person, after: Person) -> dict[str, Any]:
    """Give the elements that differ, for an `Update`."""
    found = {name: getattr(after, name) for name in FIELDS if getattr(before, name) != getattr(after, name)}
    if not before.document_number and not after.document_number:
        found.pop("document_type", None)
    return found
