"""Signing an outpatient note and adding to it afterwards. A signed note is never changed: there are only addenda.

What is signed is one Composition; the signature is a Provenance over its canonical content, committed together with
it and with the removal of the draft it was typed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workstation.core.drafts import DraftKey
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _, n_
from workstation.emr import sections
from workstation.emr.diagnoses import conditions_of_visit
from workstation.emr.model import NOTE_DRAFT, AddAddendum, SectionText, SignNote
from workstation.emr.narrative import clean, from_xhtml, to_xhtml, unfilled
from workstation.emr.visits import about, own, plain_text, stamp, started, visit_kind, visit_of, who
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, concept, reference, target, text_of
from workstation.security.permissions import Permission
from workstation.security.signing import sign
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.verbs import command

OUTPATIENT_NOTE: Final = "34108-1"
_TITLES: Final = {
    ("first", "zh"): "门诊病历（初诊）",
    ("return", "zh"): "门诊病历（复诊）",
    ("first", "en"): "Outpatient note (first visit)",
    ("return", "en"): "Outpatient note (return visit)",
}
_CERTAINTY: Final = {"zh": "（待查）", "en": " (provisional)"}
_ADDENDUM: Final = {"zh": "补充记录", "en": "Addendum"}


@command("emr.sign-note", permission=Permission.NOTE_SIGN, help="Sign the outpatient note of a visit")
def sign_note(unit: Unit, request: SignNote) -> Ref:
    """Sign a note. Raises Invalid naming the section that lacks something, Conflict when the visit has a note.

    What a first and a return visit must hold: 病历书写基本规范, outpatient records (see `sections.REQUIRED`).
    """
    if not request.encounter:
        raise Invalid(_("Which visit? Nothing was recorded."), field="encounter")
    started(unit, request.patient, request.encounter)
    encounter = visit_of(unit.reader, request.patient, request.encounter)
    if signed_note(unit.reader, request.encounter) is not None:
        raise Conflict(
            _("The note of this visit is signed already."),
            _("Your text is kept as a draft. Add what is new as an addendum."),
        )
    visit = request.visit or visit_kind(encounter)
    texts = checked_texts(request.sections)
    _complete(visit, texts)
    diagnoses = conditions_of_visit(unit.reader, encounter)
    if not diagnoses:
        raise Invalid(
            _("The visit has no diagnosis yet."),
            _("Nothing was signed. Add a diagnosis (F3)."),
            sections.DIAGNOSIS,
        )
    note = _composition(unit, request, encounter, visit)
    note["section"] = _sections(texts, diagnoses, request.language)
    ref = unit.put(note)
    unit.put(sign([note], unit.actor, unit.now, unit.new_id()))
    unit.drop_draft(DraftKey(NOTE_DRAFT, request.patient, request.encounter))
    return ref


def signed_note(reader: Reader, encounter: str) -> Resource | None:
    """Give the signed outpatient note of a visit, or None."""
    found = reader.find("Composition", {"encounter": encounter, "type": OUTPATIENT_NOTE}, sort=("date",))
    return next((c for c in found if is_note(c)), None)


def is_note(composition: Resource) -> bool:
    """Say whether a Composition is a note of its own: signed, valid and no addendum."""
    valid = composition.get("status") in ("final", "amended")
    return valid and not original_of(composition)


def original_of(composition: Resource) -> str:
    """Give the id of the note an addendum belongs to, or an empty text."""
    for entry in as_list(composition.get("relatesTo")):
        if entry.get("code") == "appends":
            return target(entry.get("targetReference"), "Composition")
    return ""


def checked_texts(written: Sequence[SectionText]) -> dict[str, str]:
    """Give the texts by section, checked. Raises Invalid naming a section that is unknown, double or not sound."""
    texts: dict[str, str] = {}
    for part in written:
        if part.code not in sections.WRITTEN:
            raise Invalid(_("“{code}” is not a section of a note.", code=part.code), field=part.code)
        if part.code in texts:
            raise Invalid(_("A section was sent twice."), field=part.code)
        name = sections.BY_CODE[part.code].name
        text, removed = clean(part.text)
        if removed:
            raise Invalid(
                n_(
                    "“{section}” holds {count} invisible control character.",
                    "“{section}” holds {count} invisible control characters.",
                    removed,
                    section=name,
                ),
                _("Nothing was signed. Paste the text again as plain text."),
                part.code,
            )
        _no_wildcards(name, part.code, text)
        if text.strip():
            texts[part.code] = text.strip("\n").rstrip()
    return texts


def _no_wildcards(name: str, code: str, text: str) -> None:
    open_places = unfilled(text)
    if open_places:
        raise Invalid(
            _("“{section}” still has {place} to fill in.", section=name, place=open_places[0]),
            _("Nothing was signed. Fill it in or delete it."),
            code,
        )


def _complete(visit: str, texts: dict[str, str]) -> None:
    lacking = sections.missing(visit, set(texts))
    if not lacking:
        return
    names = [" / ".join(sections.BY_CODE[code].name for code in wanted) for wanted in lacking]
    raise Invalid(
        _("Still empty: {sections}.", sections=", ".join(names)),
        _("Nothing was signed. Where nothing was found or done, write so."),
        lacking[0][0],
    )


def _composition(unit: Unit, request: SignNote, encounter: Resource, visit: str) -> Resource:
    note: Resource = {
        "resourceType": "Composition",
        "id": unit.new_id(),
        "status": "final",
        "type": concept(systems.LOINC, OUTPATIENT_NOTE, "Outpatient Note"),
        "category": [concept(systems.VISIT_TYPE, visit)],
        "language": "zh-CN" if request.language == "zh" else "en",
        **about(request.patient, request.encounter),
        "date": stamp(unit),
        "author": [who(unit.actor)],
        "title": _TITLES[visit, request.language],
        "attester": [{"mode": "professional", "time": stamp(unit), "party": who(unit.actor)}],
    }
    if encounter.get("serviceProvider"):
        note["custodian"] = encounter["serviceProvider"]
    return note


def _sections(texts: dict[str, str], diagnoses: Sequence[Resource], lang: str) -> list[Resource]:
    made: list[Resource] = []
    for section in sections.SECTIONS:
        if section.code == sections.DIAGNOSIS:
            lines = diagnosis_lines(diagnoses, lang)
            entry = _section(section, "\n".join(lines), lang)
            entry["entry"] = [reference(Ref("Condition", str(c["id"]))) for c in diagnoses]
            made.append(entry)
        elif section.code in texts:
            made.append(_section(section, texts[section.code], lang))
    return made


def _section(section: sections.NoteSection, text: str, lang: str, struck: str = "") -> Resource:
    title = section.name_of(lang)
    return {
        "title": title,
        "code": {
            "coding": [
                {"system": systems.NOTE_SECTION, "code": section.code, "display": section.name_en},
                {"system": systems.LOINC, "code": section.loinc},
            ],
            "text": title,
        },
        "text": {"status": "additional", "div": to_xhtml(text, struck)},
    }


def diagnosis_lines(diagnoses: Sequence[Resource], lang: str) -> list[str]:
    """Write the diagnoses of a visit for a document, numbered, provisional ones marked."""
    lines: list[str] = []
    for number, condition in enumerate(diagnoses, 1):
        provisional = code_of(condition.get("verificationStatus")) == "provisional"
        lines.append(f"{number}. {text_of(condition.get('code'))}{_CERTAINTY[lang] if provisional else ''}")
    return lines


@command("emr.add-addendum", permission=Permission.NOTE_SIGN, help="Add to or correct a signed note")
def add_addendum(unit: Unit, request: AddAddendum) -> Ref:
    """Sign an addendum; the original stays as it is. Raises Invalid, NotFound."""
    started(unit, request.patient, "")
    note = own(unit, "Composition", request.note, request.patient)
    first = original_of(note)
    if first:
        note = own(unit, "Composition", first, request.patient)
    text = plain_text(request.text, "text")
    if not text:
        raise Invalid(_("The addendum is empty."), field="text")
    _no_wildcards(_("Addendum"), "text", text)
    lang = "en" if str(note.get("language", "")).startswith("en") else "zh"
    addendum: Resource = {
        "resourceType": "Composition",
        "id": unit.new_id(),
        "status": "final",
        "type": note.get("type") or concept(systems.LOINC, OUTPATIENT_NOTE, "Outpatient Note"),
        "language": note.get("language", "zh-CN"),
        "subject": note["subject"],
        "date": stamp(unit),
        "author": [who(unit.actor)],
        "title": _ADDENDUM[lang],
        "relatesTo": [{"code": "appends", "targetReference": reference(Ref("Composition", str(note["id"])))}],
        "section": _addendum_sections(note, request, text, lang),
    }
    if note.get("encounter"):
        addendum["encounter"] = note["encounter"]
    ref = unit.put(addendum)
    unit.put(sign([addendum], unit.actor, unit.now, unit.new_id()))
    unit.drop_draft(DraftKey(ADDENDUM_DRAFT, request.patient, request.note))
    return ref


ADDENDUM_DRAFT: Final = "addendum"


def _addendum_sections(note: Resource, request: AddAddendum, text: str, lang: str) -> list[Resource]:
    section = sections.BY_CODE.get(request.section)
    if request.section and section is None:
        raise Invalid(_("“{code}” is not a section of a note.", code=request.section), field="section")
    original, reason = request.original.strip("\n"), plain_text(request.reason, "reason")
    if original:
        _check_original(note, request.section, original, reason)
    if section is None:
        made = [{"title": _ADDENDUM[lang], "text": {"status": "additional", "div": to_xhtml(text, original)}}]
    else:
        made = [_section(section, text, lang, original)]
    if reason:
        why = {"zh": "更正原因", "en": "Reason for the correction"}[lang]
        code = concept(systems.NOTE_SECTION, sections.AMENDMENT_REASON)
        made.append({"title": why, "code": code, "text": {"status": "additional", "div": to_xhtml(reason)}})
    return made


def _check_original(note: Resource, section: str, original: str, reason: str) -> None:
    """A correction quotes the signed wording exactly and says why (病历书写基本规范, article 7)."""
    signed = [
        from_xhtml(str((part.get("text") or {}).get("div", "")))
        for part in as_list(note.get("section"))
        if not section or code_of(part.get("code"), systems.NOTE_SECTION) == section
    ]
    if not any(original in text for text in signed):
        raise Invalid(
            _("The corrected wording does not stand in the signed note."),
            _("Nothing was signed. Mark the words to correct in the note itself."),
            "original",
        )
    if not reason:
        raise Invalid(_("Give the reason of the correction."), field="reason")
