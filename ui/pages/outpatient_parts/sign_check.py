"""What stands between a note and its signature, in words and with the place to go; and what the review sheet lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ui.pages.outpatient_parts.keys import DIAGNOSES, NOTE
from ui.pages.outpatient_parts.note_editor import worded
from ui.pages.outpatient_parts.note_region import NoteRegion
from ui.widgets.bottom_bar import Blocker
from workstation.core.i18n import _
from workstation.emr import sections
from workstation.emr.model import SectionText, SignNote
from workstation.emr.rows import DiagnosisRow


def note_blockers(region: NoteRegion, diagnoses: Sequence[DiagnosisRow]) -> Iterator[Blocker]:
    """Walk what keeps a note from being signed, in the order a doctor meets it."""
    editor = region.editor
    if editor.is_empty():
        yield Blocker(_("The note is still empty."), NOTE, quiet=True)
        return
    places = editor.unfilled()
    if places:
        code, place = places[0]
        name = sections.BY_CODE[code].name
        yield Blocker(_("“{section}” still has {place} to fill in.", section=name, place=place), NOTE, code)
    missing = editor.empty_sections(region.visit)
    if missing:
        yield Blocker(_("Still empty: {sections}.", sections=worded(missing)), NOTE, missing[0][0])
    if not diagnoses:
        yield Blocker(_("The visit has no diagnosis yet."), DIAGNOSES)


def note_request(region: NoteRegion, patient: str, encounter: str) -> SignNote:
    """Give the note as it will be signed; its headings are in the language it is written in."""
    written = {code: text for code, text in region.editor.texts().items() if text.strip()}
    parts = tuple(SectionText(code, text) for code, text in written.items())
    han = any("\u4e00" <= letter <= "\u9fff" for text in written.values() for letter in text)
    return SignNote(
        patient, encounter, parts, "return" if region.visit == "return" else "first", "zh" if han else "en"
    )


def note_lines(region: NoteRegion, diagnoses: Sequence[DiagnosisRow]) -> list[str]:
    """Give the note and its diagnoses as lines of the review sheet."""
    lines = [
        _("{name}: {text}", name=sections.BY_CODE[code].name, text=text.strip())
        for code, text in region.editor.texts().items()
        if text.strip()
    ]
    named = [
        f"{row.text}{_(' (provisional)') if row.certainty == 'provisional' else ''}" for row in diagnoses
    ]
    return [*lines, _("Diagnoses: {names}", names="; ".join(named))] if named else lines
