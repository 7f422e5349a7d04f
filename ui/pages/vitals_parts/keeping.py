"""Recording what is typed: a row at a time, each kept until the desk has it, and put back when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from ui.context import Context
from ui.pages.vitals_parts.columns import COLUMN_OF
from ui.pages.vitals_parts.model import Draft, RoundModel
from workstation.core.errors import Invalid, UserError
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.vitals.model import RecordCooling, RoundRow


@dataclass
class Sending:
    """A row on its way to the desk."""

    row: RoundRow
    draft: Draft
    at: str
    steps: list[tuple[str, object]] = field(default_factory=list)


class Keeper(QObject):
    """Sends rows; `recorded` gives the patient of one the desk has taken, `refused` the row and why not."""

    recorded = Signal(str)
    refused = Signal(object, str)

    def __init__(self, ctx: Context, model: RoundModel, owner: QObject, at: Callable[[], str]) -> None:
        super().__init__(owner)
        self._ctx, self._model, self._owner, self._at = ctx, model, owner, at
        self.sending: dict[str, Sending] = {}

    def record(self, row: RoundRow) -> None:
        """Send what is typed for a patient, if anything is; a row under way goes first."""
        draft = self._model.drafts.get(row.patient)
        if draft is None or draft.empty or row.patient in self.sending:
            return
        going = Sending(row, draft, self._at())
        request, cooling = self._model.request(row, going.at), self._model.cooling(row)
        if request is not None:
            going.steps.append(("vitals.record-round", request))
        if cooling is not None:
            again = "temperature" in draft.confirmed
            made = RecordCooling(row.patient, row.encounter, row.hot, cooling, going.at, again)
            going.steps.append(("vitals.record-cooling", made))
        self.sending[row.patient] = going
        self._model.going[row.patient] = draft
        self._model.drafts[row.patient] = Draft()
        self._model.refresh(row.patient)
        self._next(going)

    def _next(self, going: Sending) -> None:
        name, request = going.steps.pop(0)
        self._ctx.tasks.do(
            self._owner,
            name,
            request,
            lambda changed: self._done(going, changed),
            lambda error: self._failed(going, name, error),
        )

    def _done(self, going: Sending, _changed: Changed) -> None:
        if going.steps:
            going.draft = _only_temperature(going.draft)
            self._next(going)
            return
        del self.sending[going.row.patient]
        self._model.refresh(going.row.patient)
        self.recorded.emit(going.row.patient)

    def _failed(self, going: Sending, name: str, error: Exception) -> None:
        """Put the row back as it was typed; what was typed since then stays."""
        patient = going.row.patient
        del self.sending[patient]
        self._model.going.pop(patient, None)
        since = self._model.draft(patient)
        back = going.draft
        back.texts |= since.texts
        back.typed |= since.typed
        back.missed |= since.missed
        why = f"{error.message} {error.hint}".strip() if isinstance(error, UserError) else _("Not recorded.")
        back.trouble = why
        if isinstance(error, Invalid) and name == "vitals.record-round" and error.field in COLUMN_OF:
            _hold(back, COLUMN_OF[error.field])
        self._model.drafts[patient] = back
        self._model.refresh(patient)
        self.refused.emit(going.row, why)
        if not isinstance(error, UserError):
            self._ctx.notices.show(error, self._owner)

    def is_mine(self, changed: Changed) -> bool:
        """Say whether news is of nothing but a row on its way from here: it is asked for when it has arrived."""
        return bool(self.sending) and all(ref.patient in self.sending for ref in changed.refs)

    def typed(self) -> dict[str, Any]:
        """Give everything that no record holds yet, for a draft."""
        drafts = {patient: draft for patient, draft in self._model.drafts.items() if not draft.empty}
        drafts = {patient: going.draft for patient, going in self.sending.items()} | drafts
        return {
            patient: {"texts": d.texts, "missed": d.missed, "confirmed": sorted(d.confirmed)}
            for patient, d in drafts.items()
        }


def _hold(draft: Draft, column: str) -> None:
    """Let a cell the desk did not take be typed again."""
    typed = draft.typed.pop(column, None)
    draft.texts.pop(column, None)
    if typed is not None:
        draft.held[column] = typed


def _only_temperature(draft: Draft) -> Draft:
    """Give what is left of a row once its round is recorded: the temperature after cooling."""
    return Draft(
        {k: v for k, v in draft.texts.items() if k == "temperature"},
        {k: v for k, v in draft.typed.items() if k == "temperature"},
        draft.confirmed,
    )
