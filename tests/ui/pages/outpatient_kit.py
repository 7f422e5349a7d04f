"""A real desk with one rich patient in a consultation, the window around it, and hands on its keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import PIN
from tests.ui.screens import application
from ui.compose import compose
from ui.context import PatientContext
from ui.pages.outpatient import OutpatientPage
from ui.shell import Shell
from ui.shell_parts.specs import PageSpec, WindowSpec
from ui.theme import theme
from ui.widgets.banner import AllergyState, BannerData
from ui.widgets.code_search import CodeLineEdit
from workstation.core.days import written_date
from workstation.core.settings import LANGUAGE, SCALE, THEME
from workstation.emr import sections as s
from workstation.emr.model import (
    AddDiagnosis,
    AskSummary,
    AskVisit,
    RecordAllergy,
    RecordVitals,
    SectionText,
    SignNote,
)
from workstation.fhir import systems
from workstation.fhir.resources import concept, parse_date
from workstation.prescribing.rows import SheetsOf
from workstation.security.permissions import Permission

Key = Qt.Key
Open = Callable[..., OutpatientPage]
ABOUT = PatientContext("p1", "欧阳建国", "v1")
SUBJECT = {"reference": "Patient/p1"}
NOTE = {
    s.CHIEF_COMPLAINT: "咳嗽、咳黄痰 5 天。",
    s.PRESENT_ILLNESS: "5 天前受凉后出现咳嗽，咳黄色黏痰，伴低热（最高 37.9 ℃），无胸痛、咯血。自服止咳糖浆效差。",
    s.PAST_HISTORY: "高血压 10 年，规律服药。",
    s.EXAMINATION: "右下肺可闻及湿啰音。",
    s.INVESTIGATIONS: "血常规、胸片：已开，待回报。",
    s.PLAN: "三天后复查血常规、胸片。",
}


def visit(id_="v1", kind="first", start="2026-03-17T08:55:00+08:00", **more):
    """An Encounter of the patient."""
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB"},
        "type": [concept(systems.VISIT_TYPE, kind)],
        "serviceType": concept(systems.DEPARTMENT, "internal", "", "内科"),
        "subject": SUBJECT,
        "participant": [{"individual": {"reference": "Practitioner/practitioner-doc", "display": "王敏"}}],
        "period": {"start": start},
    } | more


def medicine(id_, drug, knowledge, *, days, dose, unit, frequency):
    """A running prescription line of the catalogue."""
    found = next(d for d in knowledge.drugs if drug in d.name_zh)
    return {
        "resourceType": "MedicationRequest",
        "id": id_,
        "status": "active",
        "intent": "order",
        "groupIdentifier": {"value": "RX260310AAA001"},
        "medicationCodeableConcept": {
            "coding": [
                {"system": systems.DRUG, "code": found.id},
                {"system": systems.ATC, "code": found.atc},
            ],
            "text": found.name_zh,
        },
        "subject": SUBJECT,
        "authoredOn": "2026-03-10T09:00:00+08:00",
        "dosageInstruction": [
            {
                "timing": {"code": concept(systems.FREQUENCY, frequency)},
                "route": concept(systems.ROUTE, "po"),
                "doseAndRate": [{"doseQuantity": {"value": dose, "unit": unit}}],
            }
        ],
        "dispenseRequest": {"expectedSupplyDuration": {"value": days, "code": "d"}},
    }


def lab(id_, code, name, value, unit, *, low=None, high=None):
    """A laboratory value of last week."""
    limits = {k: {"value": v} for k, v in (("low", low), ("high", high)) if v is not None}
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "category": [concept(systems.OBSERVATION_CATEGORY, "laboratory")],
        "code": concept(systems.LOINC, code, name),
        "subject": SUBJECT,
        "effectiveDateTime": "2026-03-10T10:00:00+08:00",
        "valueQuantity": {"value": value, "unit": unit},
        "referenceRange": [limits],
    }


def problem(id_, code, name, since):
    """A running problem."""
    return {
        "resourceType": "Condition",
        "id": id_,
        "clinicalStatus": concept(systems.CONDITION_CLINICAL, "active"),
        "verificationStatus": concept(systems.CONDITION_VERIFICATION, "confirmed"),
        "category": [concept(systems.CONDITION_CATEGORY, "problem-list-item")],
        "code": concept(systems.ICD10, code, name, name),
        "subject": SUBJECT,
        "onsetDateTime": since,
        "recordedDate": since,
    }


def put(desk, *resources):
    """Write resources as a unit of the signed-in person."""
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(dict(r)) for r in resources][-1])


def furnish(desk, kind="first", rich=True):
    """Give the desk its patient, with history when `rich`."""
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": systems.PATIENT_NUMBER, "value": "M2026 0317 0032"}],
        "name": [{"use": "official", "text": "欧阳建国"}],
        "gender": "male",
        "birthDate": "1958-03-09",
    }
    put(desk, patient, visit(kind=kind))
    if not rich:
        return
    put(
        desk,
        problem("c1", "I10", "高血压 2 级", "2016"),
        problem("c2", "E11.9", "2型糖尿病", "2018"),
        problem("c3", "I48", "心房颤动", "2021"),
        problem("c4", "N18.3", "慢性肾脏病 3a 期", "2023"),
        medicine("m1", "氨氯地平", desk.knowledge, days=28, dose=5, unit="mg", frequency="qd"),
        medicine("m2", "二甲双胍", desk.knowledge, days=28, dose=0.5, unit="g", frequency="bid"),
        medicine("m3", "华法林", desk.knowledge, days=28, dose=2.5, unit="mg", frequency="qd"),
        lab("l1", "6301-6", "INR", 3.8, "{INR}", low=0.8, high=1.2),
        lab("l2", "14682-9", "肌酐", 132, "umol/L", low=57, high=111),
        lab("l3", "62238-1", "eGFR", 48, "mL/min/{1.73_m2}", low=90),
        visit("v0", start="2026-03-10T09:00:00+08:00", status="finished"),
    )
    desk.clock.advance(timedelta(days=-7))
    desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v0", "I10", "高血压 2 级"))
    parts = tuple(SectionText(code, text) for code, text in NOTE.items())
    desk.do("emr.sign-note", SignNote("p1", "v0", parts))
    desk.clock.advance(timedelta(days=7))
    desk.do(
        "emr.record-allergy",
        RecordAllergy("p1", code="penicillins", reaction="过敏性休克", severity="severe", since="2019"),
    )
    vitals = RecordVitals("p1", "v1", Decimal("36.8"), Decimal(84), Decimal(20), Decimal(152), Decimal(94))
    desk.do("emr.record-vitals", vitals)


def banner(desk, patient):
    """A banner from the summary."""
    seen = desk.ask("chart.summary", AskSummary(patient.id))
    known = tuple(f"{a.agent} — {a.reaction} ({a.since})" for a in seen.allergies.known)
    state = AllergyState.KNOWN if known else AllergyState.NOT_RECORDED
    birth = parse_date(seen.person.birth)
    return BannerData(
        patient.id,
        patient.name,
        "男",
        written_date(birth),
        seen.person.age,
        seen.person.number,
        "",
        "",
        state,
        known,
    )


SPEC = WindowSpec(
    pages=(
        PageSpec(
            "outpatient",
            "Visit",
            "stethoscope",
            OutpatientPage,
            Permission.CHART_READ,
            bound=True,
            action="visit.open",
        ),
    ),
    banner=banner,
)


def window(desk, language="zh_CN", mode="light", scale=100, size=(1366, 768)) -> tuple[Shell, OutpatientPage]:
    """Open the patient's chart in an unlocked window."""
    for setting, value in ((LANGUAGE, language), (THEME, mode), (SCALE, scale)):
        desk.set_setting(setting, value)
    theme().apply(application(), mode, "comfortable", scale)
    shell, _tasks = compose(application(), desk, desk.clock, SPEC, inline=True)
    shell.resize(*size)
    shell.show()
    shell.activateWindow()
    shell._unlock("doc", "246810")
    shell.open_chart(ABOUT)
    page = shell.findChild(OutpatientPage)
    return shell, page


def press(key: Key, *, alt: bool = False, shift: bool = False) -> None:
    modifiers = Qt.KeyboardModifier.NoModifier
    modifiers |= Qt.KeyboardModifier.AltModifier if alt else modifiers
    modifiers |= Qt.KeyboardModifier.ShiftModifier if shift else modifiers
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)
    QApplication.processEvents()


def type_text(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


def fill(page: OutpatientPage, texts: dict[str, str] | None = None) -> None:
    for code, text in (texts or NOTE).items():
        page.note.editor.editors[code].insert_text(text)


def asked(page: OutpatientPage, name: str, request: object) -> object:
    return page.ctx.desk.ask(name, request)


def record(page: OutpatientPage):
    return asked(page, "emr.visit-record", AskVisit("p1", "v1"))


def add_diagnosis(page: OutpatientPage, qtbot: QtBot, letters: str = "gxy") -> None:
    press(Key.Key_F3)
    type_text(letters)
    entry = page.diagnoses.entry
    before = len(page.diagnoses.rows)
    qtbot.waitUntil(lambda: entry.choice_list is not None and entry.choice_list.isVisible())
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.diagnoses.rows) > before)


def ready(page: OutpatientPage, qtbot: QtBot) -> None:
    fill(page)
    add_diagnosis(page, qtbot)


def write_line(page: OutpatientPage, qtbot: QtBot, letters: str = "axs") -> None:
    """Write one prescription line by its letters, Enter, and the first regimen."""
    press(Key.Key_4, alt=True)
    lines = page.rx.draft_lines_count()
    type_text(letters)
    qtbot.waitUntil(lambda: page.rx.findChild(CodeLineEdit).choice_list is not None)
    qtbot.waitUntil(lambda: page.rx.findChild(CodeLineEdit).highlighted() is not None)
    press(Key.Key_Return)
    press(Key.Key_1)
    qtbot.waitUntil(lambda: page.rx.draft_lines_count() > lines and not page.rx.blockers())


def sheets(page: OutpatientPage):
    return asked(page, "prescribing.sheets", SheetsOf("p1", "v1"))


def signed(page: OutpatientPage, qtbot: QtBot) -> None:
    ready(page, qtbot)
    press(Key.Key_F12)
    press(Key.Key_F12)
    type_text(PIN)
    press(Key.Key_Return)
