"""What a page uses to put a paper before the user: see it, print it. Whoever composes the window says how it is made.

A document is named as `workstation.printing.names` says: a prescription number, `Encounter/ID`, `laboratory/NUMBER`, …
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from workstation.core.errors import Unavailable
from workstation.core.i18n import _
from workstation.prescribing.model import PrescriptionDraft


@dataclass(frozen=True, slots=True)
class Made:
    """A finished paper. `final` is false for drafts; `document` and `patient` are what the audit trail is told.

    `notes` are told in their place where a paper is labels of several: each one's document and patient.
    """

    pdf: bytes
    title: str
    document: str = ""
    patient: str = ""
    final: bool = True
    file_name: str = "document.pdf"
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """One paper that can be made: `title` names it in the list, `make` runs off the main thread, raising UserError."""

    title: str
    make: Callable[[], Made]


class PaperSource(Protocol):
    """Makes papers and notes prints; every method runs off the main thread and may raise UserError."""

    def make(self, document: str) -> Made:
        """Make one document's paper."""

    def make_draft(self, draft: PrescriptionDraft) -> Made:
        """Make the paper of a prescription that is not signed."""

    def of_visit(self, patient: str, encounter: str) -> Sequence[str]:
        """Name the documents of a visit, the one most likely wanted first."""

    def title(self, document: str) -> str:
        """Name a document for a list."""

    def printed(self, made: Made) -> None:
        """Note in the audit trail that a paper left the printer."""


class Papers(Protocol):
    """What pages get as `ctx.papers`."""

    def preview(self, *documents: str) -> None:
        """Show these documents, the first in front."""

    def preview_visit(self, patient: str, encounter: str, draft: PrescriptionDraft | None = None) -> None:
        """Show what is not signed yet, then the documents of a visit; says so where there is neither."""

    def offer(self, *offers: Offer) -> None:
        """Show papers the caller makes itself: tickets, labels."""

    def print_signed(self, *documents: str) -> None:
        """Print at once on the usual printer; without one, or when it refuses, show the preview instead."""


class NoPapers:
    """A window that was composed without papers."""

    def preview(self, *documents: str) -> None:
        """Raise Unavailable."""
        raise _unavailable()

    def preview_visit(self, patient: str, encounter: str, draft: PrescriptionDraft | None = None) -> None:
        """Raise Unavailable."""
        raise _unavailable()

    def offer(self, *offers: Offer) -> None:
        """Raise Unavailable."""
        raise _unavailable()

    def print_signed(self, *documents: str) -> None:
        """Leave the signed documents unprinted: printing is only what usually follows a signature."""


def _unavailable() -> Unavailable:
    return Unavailable(_("This window cannot show papers."), _("Nothing was lost."))
