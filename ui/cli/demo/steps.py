"""The steps of the demo's journey, each one a person would take, through the desk's two verbs alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from workstation.core.clock import instant
from workstation.core.errors import NeedsReason
from workstation.desk import Desk
from workstation.emr.model import (
    AddDiagnosis,
    AskSummary,
    AssertNoKnownAllergy,
    RecordVitals,
    SectionText,
    SignNote,
)
from workstation.medication.model import OverrideReason, SkinTest, SkinTestState
from workstation.pharmacy.model import Approve, Dispense, Pick, Queue, SheetByTask, StartReview
from workstation.pharmacy.rows import SheetView
from workstation.prescribing.model import DraftLine, PrescriptionDraft
from workstation.prescribing.rows import OneSheet, Sheet
from workstation.queue.model import Enrol, Visit, Waiting
from workstation.registration.model import Answer, CandidateList, Candidates, Person, Register

PERSON = Person(
    name="慕容清扬",
    sex="female",
    birth="1988-05-06",
    document_type="01",
    document_number="110101198805060048",
    phone="13800001234",
    address="示范市示范区和平路 8 号",
)
NOTE = {
    "chief-complaint": "咽痛、发热 2 天",
    "present-illness": "2 天前受凉后出现咽痛、发热，最高 38.4 ℃，无咳嗽、气促，自服退热药后体温可下降。",
    "past-history": "既往体健。",
    "examination": "T 38.1 ℃，咽部充血，双侧扁桃体Ⅱ度肿大，可见脓性分泌物，双肺呼吸音清。",
    "auxiliary": "血常规：白细胞 13.2×10⁹/L，中性粒细胞 84%。",
    "plan": "阿莫西林口服，多饮水，3 天后复诊。",
}


def register(desk: Desk) -> str:
    """Register the patient after answering every likely duplicate; gives the patient's id."""
    found: CandidateList = desk.ask("registration.candidates", Candidates(PERSON))
    answers = {row.id: Answer.DIFFERENT for row in found.rows if row.must_answer}
    changed = desk.do("registration.register", Register(PERSON, answers))
    assert changed.primary is not None  # noqa: S101 - the command always names the patient
    return changed.primary.id


def enrol(desk: Desk, patient: str) -> str:
    """Put the patient into the queue of internal medicine; gives the visit's id."""
    changed = desk.do("queue.enrol", Enrol(patient, "internal", complaint=NOTE["chief-complaint"]))
    assert changed.primary is not None  # noqa: S101 - the command always names the visit
    return changed.primary.id


def call(desk: Desk, visit: str) -> None:
    """Call the patient in and begin."""
    waiting = desk.ask("queue.waiting", Waiting(department="internal")).waiting
    if visit not in {row.encounter for row in waiting}:
        raise RuntimeError("the new visit is not in the doctor's queue")
    desk.do("queue.call", Visit(visit, room="内科二诊室"))
    desk.do("queue.start", Visit(visit))


def finish(desk: Desk, visit: str) -> None:
    """End the visit of somebody who was admitted."""
    desk.do("queue.finish", Visit(visit))


def consult(desk: Desk, patient: str, visit: str) -> str:
    """Read the chart, measure, ask for allergies, diagnose, write and sign the note; gives the note's id."""
    desk.ask("chart.summary", AskSummary(patient, visit))
    desk.do(
        "emr.record-vitals",
        RecordVitals(
            patient,
            visit,
            temperature=Decimal("38.1"),
            pulse=Decimal(92),
            respiration=Decimal(18),
            systolic=Decimal(118),
            diastolic=Decimal(76),
            weight=Decimal("56.5"),
        ),
    )
    desk.do("emr.assert-no-known-allergy", AssertNoKnownAllergy(patient, visit))
    desk.do("emr.add-diagnosis", AddDiagnosis(patient, visit, "J03.9", primary=True))
    sections = tuple(SectionText(code, text) for code, text in NOTE.items())
    changed = desk.do("emr.sign-note", SignNote(patient, visit, sections))
    assert changed.primary is not None  # noqa: S101 - the command always names the note
    return changed.primary.id


def draft(desk: Desk, patient: str, visit: str) -> PrescriptionDraft:
    """Write a prescription of two lines; the penicillin comes with its negative skin test."""
    tested = SkinTest(
        SkinTestState.NEGATIVE, lot="2407A", at=instant(desk.clock.now() - timedelta(minutes=30))
    )
    lines = (
        DraftLine("D001", "0.5", "g", "po", "tid", 3, skin_test=tested, key="1"),
        DraftLine(_drug(desk, "对乙酰氨基酚片"), "0.5", "g", "po", "tid", 2, key="2"),
    )
    return PrescriptionDraft(patient, visit, lines)


def _drug(desk: Desk, name: str) -> str:
    return next(drug.id for drug in desk.knowledge.drugs if name in drug.name_zh)


def sign(desk: Desk, written: PrescriptionDraft) -> str:
    """Sign; alerts that stand in the way are answered with a reason once. Gives the sheet's number."""
    try:
        changed = desk.do("prescribing.sign", written)
    except NeedsReason as stopped:
        reasons = {a.fingerprint: OverrideReason(text="已评估，利大于弊，密切观察") for a in stopped.alerts}  # type: ignore[attr-defined]
        answered = PrescriptionDraft(written.patient, written.encounter, written.lines, overrides=reasons)
        changed = desk.do("prescribing.sign", answered)
    assert changed.primary is not None  # noqa: S101 - the command always names the first line
    sheet: Sheet = desk.ask("prescribing.sheet", OneSheet(line=changed.primary.id))
    return sheet.number


def find_sheet(desk: Desk, number: str, part: str = "review") -> SheetView | None:
    """Give a sheet as the counter sees it, or None while it has not arrived."""
    rows = desk.ask("pharmacy.queue", Queue(part)).rows
    row = next((row for row in rows if row.number == number), None)
    if row is None:
        return None
    view: SheetView = desk.ask("pharmacy.sheet", SheetByTask(row.task, row.patient))
    return view


def review(desk: Desk, number: str) -> None:
    """Review and approve a sheet."""
    view = find_sheet(desk, number)
    if view is None:
        raise RuntimeError("the prescription has not reached the pharmacy")
    desk.do("pharmacy.start-review", StartReview(view.task))
    desk.do("pharmacy.approve", Approve(view.task))


def dispense(desk: Desk, number: str) -> None:
    """Hand out every line of an approved sheet, the first lots to expire first."""
    view = find_sheet(desk, number, "dispense")
    if view is None:
        raise RuntimeError("the approved prescription is not waiting to be dispensed")
    picks = tuple(
        Pick(line.line, lot.lot, lot.suggested, scanned=True)
        for line in view.lines
        for lot in line.lots
        if Decimal(lot.suggested) > 0
    )
    desk.do("pharmacy.dispense", Dispense(view.dispense_task, picks))
