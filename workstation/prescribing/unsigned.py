"""A draft as the sheets it would become, to be looked at on paper: no number, no signature, nothing is stored."""

from __future__ import annotations

from datetime import datetime

from workstation.prescribing import check, sheets
from workstation.prescribing.model import PrescriptionDraft
from workstation.prescribing.rows import Sheet
from workstation.prescribing.signature import head_of, requests_of
from workstation.security.permissions import Actor
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge


def sheets_of_draft(
    reader: Reader, request: PrescriptionDraft, knowledge: Knowledge, now: datetime, actor: Actor, lang: str
) -> tuple[Sheet, ...]:
    """Give the sheets of a draft, split by type as signing would; their numbers are empty.

    Alerts stop nothing here. Raises Invalid for an empty draft or its first incomplete line, NotFound.
    """
    judged = check.judge(reader, request, knowledge, now, actor)
    check.refuse_incomplete(judged)
    encounter = reader.get("Encounter", request.encounter)
    found = []
    for number, (type_, keys) in enumerate(judged.sheets, 1):
        head = head_of(reader, request, encounter, type_=type_, number="", now=now, actor=actor)
        ids = {key: f"draft-{number}-{place}" for place, key in enumerate(keys, 1)}
        lines = requests_of(head, ids, judged, knowledge)
        found.append(sheets.build(reader, sheets.Stored("", tuple(lines), ()), knowledge, lang))
    return tuple(found)
