"""The words of the counter that both a refused command and a screen need."""

from __future__ import annotations

from workstation.core.i18n import _
from workstation.pharmacy.model import SheetState


def state_text(state: SheetState) -> str:
    """Say where a sheet stands."""
    return {
        SheetState.TO_REVIEW: _("waiting for review"),
        SheetState.IN_REVIEW: _("in review"),
        SheetState.QUERY: _("waiting for the prescriber"),
        SheetState.REFUSED: _("refused"),
        SheetState.TO_DISPENSE: _("to be handed out"),
        SheetState.DISPENSING: _("being handed out"),
        SheetState.PARTIAL: _("partly handed out"),
        SheetState.DISPENSED: _("handed out"),
        SheetState.CANCELLED: _("cancelled"),
    }[state]
