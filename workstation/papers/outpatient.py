"""Prescriptions and outpatient records: asked of their modules, filled into their forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from workstation.core.i18n import _, pick, speaking
from workstation.core.settings import SITE_NAME
from workstation.emr.model import AskPaper
from workstation.emr.rows import RecordPaper
from workstation.fhir.resources import target
from workstation.medication.model import SkinTest, SkinTestState
from workstation.papers.common import (
    LOCALES,
    Language,
    PaperDesk,
    allergies,
    minute,
    patient_of,
    sex_word,
    stamp,
)
from workstation.prescribing.model import PrescriptionDraft
from workstation.prescribing.rows import OneSheet, Sheet, SheetLine, SheetsOfDraft, SheetState
from workstation.printing.documents import (
    Addendum,
    Agent,
    Allergies,
    FrontPage,
    GroupMark,
    OutpatientRecordPaper,
    PrescriptionLine,
    PrescriptionPaper,
    PrescriptionSigners,
    RxType,
    Section,
    Signer,
    Subject,
)
from workstation.queue.model import FeeType
from workstation.terminology.quantity import yuan

RX_TYPES: Final[dict[str, RxType]] = {
    "ordinary": "ordinary",
    "emergency": "emergency",
    "paediatric": "paediatric",
    "narcotic-psychotropic-1": "narcotic",
    "psychotropic-2": "psychotropic-2",
}


def prescription(desk: PaperDesk, number: str, language: Language = "zh") -> tuple[PrescriptionPaper, str]:
    """Fill the prescription form of a signed sheet; gives it with the patient's id. Raises NotFound."""
    sheet: Sheet = desk.ask("prescribing.sheet", OneSheet(number=number, language=LOCALES[language]))
    with speaking(LOCALES[language]):
        return _prescription(desk, sheet, language)


def unsigned(desk: PaperDesk, draft: PrescriptionDraft, language: Language) -> list[PrescriptionPaper]:
    """Fill the forms of a prescription that is not signed, every sheet of it, each marked as a draft.

    Raises Invalid for an empty draft or its first incomplete line, NotFound, Denied.
    """
    asked = SheetsOfDraft(draft, LOCALES[language])
    sheets: tuple[Sheet, ...] = desk.ask("prescribing.draft-sheets", asked)
    with speaking(LOCALES[language]):
        return [_prescription(desk, sheet, language)[0] for sheet in sheets]


def record(desk: PaperDesk, encounter: str, language: Language = "zh") -> tuple[OutpatientRecordPaper, str]:
    """Fill the outpatient record of a visit; gives it with the patient's id. Raises NotFound."""
    patient = patient_of(desk, encounter)
    found = desk.ask("emr.record-paper", AskPaper(patient, encounter, language))
    with speaking(LOCALES[language]):
        return _record(desk, encounter, found, language), patient


def _prescription(desk: PaperDesk, sheet: Sheet, language: Language) -> tuple[PrescriptionPaper, str]:
    weight = (
        f"{sheet.subject.weight_kg} kg ({sheet.subject.weight_at[:10]})" if sheet.subject.weight_kg else ""
    )
    person = sheet.subject.person
    paper = PrescriptionPaper(
        language=language,
        institution=desk.setting(SITE_NAME),
        rx_type=RX_TYPES.get(sheet.type, "ordinary"),
        number=sheet.number,
        date=sheet.authored_on[:10],
        valid_until=minute(sheet.valid_until, desk.clock),
        fee_type=_fee_type(sheet.fee_type),
        subject=Subject(
            person.name,
            sex_word(person.sex),
            person.age,
            person.number,
            weight,
            allergies=allergies(desk, person.id, language),
        ),
        place=sheet.department,
        diagnoses=sheet.diagnoses,
        lines=tuple(_line(line, sheet) for line in sheet.lines),
        stamp=stamp(desk),
        amount=yuan(Decimal(sheet.total)) if sheet.total else "",
        reasons=(sheet.extension_reason,) if sheet.extension_reason else (),
        agent=_agent(sheet),
        signers=_signers(desk, sheet),
        status="signed" if sheet.number else "draft",
        reprint=desk.printed_before(sheet.number) if sheet.number else 0,
        long_term=sheet.long_term,
        digest=sheet.digest,
        check_code=sheet.check_code,
        synthetic=sheet.synthetic,
    )
    return paper, person.id


def _record(desk: PaperDesk, encounter: str, found: RecordPaper, language: Language) -> OutpatientRecordPaper:
    return OutpatientRecordPaper(
        language=language,
        institution=desk.setting(SITE_NAME),
        visit="first" if found.visit == "first" else "follow-up",
        visit_time=found.visit_time,
        department=found.department,
        subject=Subject(
            found.name,
            found.sex,
            found.age,
            found.number,
            found.weight,
            allergies=Allergies(found.allergies, found.allergies_known),
        ),
        sections=tuple(Section(section.title, section.text) for section in found.sections),
        diagnoses=found.diagnoses,
        stamp=stamp(desk),
        front=FrontPage(
            birth_date=found.birth_date,
            ethnicity=found.ethnicity,
            marital_status=found.marital_status,
            address=found.address,
        ),
        emergency=found.emergency,
        orders=found.orders,
        author=Signer(found.author, found.signed_at),
        addenda=tuple(
            Addendum(a.section, a.text, a.author, a.at, a.original, a.reason) for a in found.addenda
        ),
        status=found.status,
        reprint=desk.printed_before(f"Encounter/{encounter}"),
        digest=found.digest,
        check_code=found.digest[:8].upper(),
        synthetic=found.synthetic,
    )


def _encounter(desk: PaperDesk, kind: str, id_: str) -> str:
    if kind == "Encounter":
        return id_
    with desk.store.reader() as reader:
        return target(reader.get("Composition", id_).get("encounter"), "Encounter")


def _line(line: SheetLine, sheet: Sheet) -> PrescriptionLine:
    together = [other.number for other in sheet.lines if line.group and other.group == line.group]
    return PrescriptionLine(
        name=line.name,
        form=line.form,
        strength=line.strength,
        quantity=line.quantity,
        dose=line.dose,
        route=line.route,
        frequency=line.frequency,
        duration=line.duration,
        skin_test=_skin_test(line.skin_test),
        group=_group_mark(line, together),
        note=line.note,
        overdose_reason=line.overdose_reason,
        overdose_signature=sheet.prescriber if sheet.number and line.overdose_reason else "",
    )


def _skin_test(test: SkinTest | None) -> str | None:
    if test is None:
        return None
    words = {
        SkinTestState.REQUIRED: "",
        SkinTestState.EXEMPT: _("exempt ({reason})", reason=test.reason),
        SkinTestState.NEGATIVE: "-",
        SkinTestState.POSITIVE: "+",
    }
    return words[test.state]


def _group_mark(line: SheetLine, group: list[int]) -> GroupMark:
    if len(group) < 2:
        return ""
    if line.number == min(group):
        return "first"
    return "last" if line.number == max(group) else "middle"


def _signers(desk: PaperDesk, sheet: Sheet) -> PrescriptionSigners:
    if not sheet.number:
        return PrescriptionSigners()
    prescriber = Signer(sheet.prescriber, minute(sheet.authored_on, desk.clock))
    reviewed = sheet.state in (SheetState.APPROVED, SheetState.DISPENSING, SheetState.DISPENSED)
    if not reviewed:
        return PrescriptionSigners(prescriber=prescriber)
    with desk.store.reader() as reader:
        review = reader.get("Task", sheet.task)
        given = [
            dispense
            for line in sheet.lines
            for dispense in reader.find("MedicationDispense", {"prescription": line.id})
        ]
    reviewer = Signer(
        str(review.get("owner", {}).get("display", "")), minute(review.get("lastModified", ""), desk.clock)
    )
    if not given:
        return PrescriptionSigners(prescriber=prescriber, reviewer=reviewer)
    last = max(given, key=lambda dispense: str(dispense.get("whenHandedOver", "")))
    performer = next((p["actor"].get("display", "") for p in last.get("performer", [])), "")
    handed = Signer(str(performer), minute(last.get("whenHandedOver", ""), desk.clock))
    return PrescriptionSigners(prescriber=prescriber, reviewer=reviewer, dispenser=handed)


def _agent(sheet: Sheet) -> Agent:
    identity = sheet.subject.identity if sheet.type == "narcotic-psychotropic-1" else ""
    if sheet.collector is None:
        return Agent(identity)
    return Agent(identity, sheet.collector.name, sheet.collector.document)


def _fee_type(code: str) -> str:
    words = {
        FeeType.SELF.value: pick("自费", "self-paid"),
        FeeType.EMPLOYEE.value: pick("职工医保", "employee insurance"),
        FeeType.RESIDENT.value: pick("居民医保", "resident insurance"),
        FeeType.OTHER.value: pick("其他", "other"),
    }
    return words.get(code, code)


def encounter_of(desk: PaperDesk, kind: str, id_: str) -> str:
    """Give the visit a record was written in, by its own id or by that of its Composition. Raises NotFound."""
    if kind == "Encounter":
        return id_
    with desk.store.reader() as reader:
        return target(reader.get("Composition", id_).get("encounter"), "Encounter")
