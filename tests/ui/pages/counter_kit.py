"""A real desk with a morning's prescriptions and a window with the pharmacist's page, for tests and for looking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.sample_desk import NotePage
from ui.compose import compose
from ui.pages.pharmacy import PharmacyPage
from ui.papers_port import Made
from ui.shell import Shell
from ui.shell_parts.specs import PageSpec, WindowSpec
from ui.theme import theme
from ui.widgets.banner import BannerData
from ui.widgets.reason_sheet import ReasonSheet
from workstation.core.clock import FixedClock
from workstation.core.errors import Unavailable
from workstation.core.i18n import set_language
from workstation.core.settings import LANGUAGE, ROOM, SCALE, SITE_NAME, THEME
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource
from workstation.medication.model import OverrideReason
from workstation.pharmacy.model import Approve, ReceiveStock, StartReview
from workstation.prescribing.model import DraftLine, PrescriptionDraft
from workstation.security.permissions import Permission

PIN = "246810"
AMLODIPINE, ATORVASTATIN, AMBROXOL = "苯磺酸氨氯地平片", "阿托伐他汀钙片", "盐酸氨溴索片"
METFORMIN, WARFARIN, IBUPROFEN = "盐酸二甲双胍片", "华法林钠片", "布洛芬缓释胶囊"
PEOPLE = (
    ("p1", "欧阳建国", "male", "1958-03-09"),
    ("p2", "李秀英", "female", "1971-05-02"),
    ("p3", "张伟", "male", "1988-02-03"),
    ("p4", "张玮", "female", "1990-11-05"),
    ("p5", "阿不都热合曼·买买提", "male", "1945-06-01"),
)
Line = tuple[str, str, str, int]
ONE: Line = (AMLODIPINE, "5 mg po", "qd", 7)
TWO: Line = (ATORVASTATIN, "20 mg po", "qn", 7)
VALPROATE: Line = ("丙戊酸钠缓释片", "0.5 g po", "bid", 7)


def trace(drug: str, serial: int) -> str:
    """A trace code as it stands on a pack of this product."""
    return f"8990{int(drug[1:]):03d}{serial:013d}"


@dataclass
class Hospital:
    """One desk that doctor and pharmacists take turns at."""

    desk: Desk
    clock: FixedClock
    tasks: dict[str, str] = field(default_factory=dict)

    def as_(self, user: str) -> Desk:
        self.desk.unlock(user, PIN)
        return self.desk

    def put(self, *records: Resource) -> None:
        def seed(unit: Any) -> Any:
            return [unit.put(dict(record)) for record in records][-1]

        assert self.desk.actor is not None
        self.desk.store.write(self.desk.actor, "test.seed", seed)

    def get(self, kind: str, id_: str) -> Resource:
        with self.desk.store.reader() as reader:
            return reader.get(kind, id_)

    def find(self, kind: str, **where: str) -> list[Resource]:
        with self.desk.store.reader() as reader:
            return reader.find(kind, {k.replace("_", "-"): v for k, v in where.items()})

    def drug(self, name: str) -> str:
        return next(d.id for d in self.desk.knowledge.drugs if d.name_zh == name)

    def stock(self, name: str, lot: str, quantity: int, expires: str = "2027-08-31") -> None:
        request = ReceiveStock(self.drug(name), lot, expires, str(quantity))
        self.as_("pharm2").do("pharmacy.receive-stock", request)

    def sign(self, patient: str, *lines: Line, **more: Any) -> str:
        """Sign a sheet as the doctor, alerts answered; gives its review Task."""
        desk = self.as_("doc")
        before = {t["id"] for t in self.find("Task")}
        drafts = []
        for n, (name, dose, frequency, days) in enumerate(lines, 1):
            value, unit, route = dose.split()
            drafts.append(DraftLine(self.drug(name), value, unit, route, frequency, days, key=f"k{n}"))
        draft = PrescriptionDraft(patient, f"e-{patient}", tuple(drafts), **more)
        check = desk.ask("prescribing.check", draft)
        reasons = {f: OverrideReason("monitored", "已监测，获益大于风险") for f in check.unanswered}
        signed = PrescriptionDraft(patient, draft.encounter, tuple(drafts), overrides=reasons, **more)
        desk.do("prescribing.sign", signed)
        return next(t["id"] for t in self.find("Task") if t["id"] not in before)

    def codes(self, *names: str) -> list[str]:
        """Trace codes of one pack each."""
        return [trace(self.drug(name), n) for n, name in enumerate(names, 1)]

    def approve(self, task: str, user: str = "pharm") -> str:
        desk = self.as_(user)
        desk.do("pharmacy.start-review", StartReview(task))
        changed = desk.do("pharmacy.approve", Approve(task))
        assert changed.primary is not None
        return changed.primary.id


def records() -> list[Resource]:
    """The patients with their visits, diagnoses and what else a review needs."""
    made: list[Resource] = [
        {
            "resourceType": "PractitionerRole",
            "id": "r-doc",
            "active": True,
            "practitioner": {"reference": "Practitioner/practitioner-doc", "display": "王敏"},
            "code": [{"coding": [{"system": systems.ROLE, "code": "doctor-attending"}]}],
        }
    ]
    for id_, name, sex, birth in PEOPLE:
        made += _person(id_, name, sex, birth)
    made.append(observation("o1", "p1", "98979-8", 48, "mL/min", "2026-03-10"))
    made.append(observation("o2", "p1", "29463-7", 62, "kg", "2026-03-17"))
    made.append(
        {
            "resourceType": "AllergyIntolerance",
            "id": "a-p1",
            "clinicalStatus": {"coding": [{"system": systems.ALLERGY_CLINICAL, "code": "active"}]},
            "code": {"coding": [{"system": systems.ALLERGEN, "code": "penicillins"}], "text": "青霉素类"},
            "criticality": "high",
            "reaction": [{"manifestation": [{"text": "过敏性休克"}]}],
            "onsetDateTime": "2019",
            "patient": {"reference": "Patient/p1"},
            "recordedDate": "2019-06-02",
            "recorder": {"reference": "Practitioner/practitioner-doc", "display": "王敏"},
        }
    )
    return made


def _person(id_: str, name: str, sex: str, birth: str) -> list[Resource]:
    subject = {"reference": f"Patient/{id_}"}
    found: list[Resource] = [
        {
            "resourceType": "Patient",
            "id": id_,
            "name": [{"use": "official", "text": name}],
            "gender": sex,
            "birthDate": birth,
            "identifier": [{"system": systems.PATIENT_NUMBER, "value": f"M2026{id_[1:]:>04}"}],
        },
        {
            "resourceType": "Encounter",
            "id": f"e-{id_}",
            "status": "in-progress",
            "class": {"system": systems.ENCOUNTER_CLASS, "code": "EMER" if id_ == "p4" else "AMB"},
            "subject": subject,
            "period": {"start": "2026-03-17T08:40:00+08:00"},
            "serviceType": {"coding": [{"system": systems.DEPARTMENT, "code": "internal"}], "text": "内科"},
        },
        {
            "resourceType": "Condition",
            "id": f"c-{id_}",
            "clinicalStatus": {"coding": [{"system": systems.CONDITION_CLINICAL, "code": "active"}]},
            "verificationStatus": {
                "coding": [{"system": systems.CONDITION_VERIFICATION, "code": "confirmed"}]
            },
            "category": [{"coding": [{"code": "encounter-diagnosis"}]}],
            "code": {"coding": [{"system": systems.ICD10, "code": "I10"}], "text": "原发性高血压"},
            "subject": subject,
            "encounter": {"reference": f"Encounter/e-{id_}"},
            "recordedDate": "2026-03-17T08:50:00+08:00",
        },
    ]
    if id_ != "p1":
        found.append(_no_known_allergy(id_))
    return found


def _no_known_allergy(patient: str) -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"a-{patient}",
        "clinicalStatus": {"coding": [{"system": systems.ALLERGY_CLINICAL, "code": "active"}]},
        "code": {"coding": [{"system": systems.SNOMED, "code": "716186003"}]},
        "patient": {"reference": f"Patient/{patient}"},
        "recordedDate": "2026-03-17",
        "recorder": {"reference": "Practitioner/practitioner-doc", "display": "王敏"},
    }


def observation(id_: str, patient: str, code: str, value: float, unit: str, day: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "category": [{"coding": [{"system": systems.OBSERVATION_CATEGORY, "code": "laboratory"}]}],
        "code": {"coding": [{"system": systems.LOINC, "code": code}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": f"{day}T08:30:00+08:00",
        "valueQuantity": {"value": value, "unit": unit, "system": systems.UCUM, "code": unit},
    }


def hospital(desk: Desk, clock: FixedClock) -> Hospital:
    """A desk with patients and a shelf, nothing prescribed yet."""
    made = Hospital(desk, clock)
    made.as_("doc")
    made.put(*records())
    for name, lot, quantity, expires in (
        (AMLODIPINE, "2407A", 140, "2027-08-31"),
        (ATORVASTATIN, "2411C", 70, "2026-05-30"),
        (AMBROXOL, "2501B", 200, "2027-01-31"),
        (METFORMIN, "2409M", 600, "2027-03-31"),
        (IBUPROFEN, "2412D", 10, "2027-02-28"),
    ):
        made.stock(name, lot, quantity, expires)
    return made


def morning(made: Hospital) -> Hospital:
    """Sheets in every state, the oldest waiting longest."""
    sheets: tuple[tuple[str, tuple[Line, ...]], ...] = (
        ("p2", ((AMLODIPINE, "5 mg po", "qd", 7),)),
        ("p3", ((AMBROXOL, "30 mg po", "tid", 5),)),
        (
            "p1",
            (
                (AMLODIPINE, "5 mg po", "qd", 7),
                (ATORVASTATIN, "20 mg po", "qn", 7),
                (METFORMIN, "0.5 g po", "bid", 7),
            ),
        ),
        ("p5", ((AMLODIPINE, "5 mg po", "qd", 7), (ATORVASTATIN, "20 mg po", "qn", 7))),
    )
    for patient, lines in sheets:
        made.tasks[patient] = made.sign(patient, *lines)
        made.clock.advance(timedelta(minutes=6))
    with_alerts = ((WARFARIN, "2.5 mg po", "qd", 7), (IBUPROFEN, "0.3 g po", "bid", 5))
    made.tasks["alerts"] = made.sign("p3", *with_alerts)
    made.tasks["p4"] = made.sign("p4", (AMBROXOL, "30 mg po", "tid", 3))
    return made


class LabelTrail:
    """Where the window notes prints; the counter makes its labels itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def make(self, document: str) -> Made:
        raise Unavailable(f"no paper for {document}")

    def of_visit(self, patient: str, encounter: str) -> Sequence[str]:
        return ()

    def title(self, document: str) -> str:
        return document

    def printed(self, made: Made) -> None:
        self._desk.note_printed(made.document, made.patient)


SPEC = WindowSpec(
    pages=(
        PageSpec("note", "Visit", "file-text", NotePage, Permission.NOTE_WRITE, bound=True),
        PageSpec("pharmacy", "Pharmacy", "pill", PharmacyPage, Permission.DISPENSE_REVIEW),
    ),
    banner=lambda _desk, patient: BannerData(patient.id, patient.name, "", "", "", ""),
)


def window(desk: Desk, app: QApplication, user: str = "pharm", language: str = "en") -> Shell:
    """Open the window for somebody on the counter's page, everything running inline."""
    desk.unlock(user, PIN)
    desk.set_setting(LANGUAGE, language)
    desk.set_setting(SITE_NAME, "青囊示范医院")
    desk.set_setting(ROOM, "门诊药房 2 号窗")
    desk.set_setting(THEME, theme().mode)
    desk.set_setting(SCALE, theme().scale)
    set_language(language)
    shell, _tasks = compose(app, desk, desk.clock, replace(SPEC, papers=LabelTrail(desk)), inline=True)
    shell.resize(1366, 768)
    shell.show()
    shell.activateWindow()
    shell._unlock(user, PIN)
    shell.open_page("pharmacy")
    return shell


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget: QWidget | None = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifier)


@dataclass
class Hand:
    """Types into whatever has the focus, as a scanner or as a person; the page's clock is ours."""

    page: PharmacyPage
    at: float = 1000.0

    def __post_init__(self) -> None:
        self.page.wedge.now_ms = lambda: self.at

    def scan(self, code: str) -> None:
        """Type a code as a scanner does: 4 ms a key, then Enter."""
        self.at += 1000
        for char in code:
            self._key(char, 4)
        self.at += 4
        press(Qt.Key.Key_Return)

    def type(self, text: str, gap: float = 120) -> None:
        """Type as a person does."""
        self.at += 1000
        for char in text:
            self._key(char, gap)

    def _key(self, char: str, gap: float) -> None:
        self.at += gap
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, char)


def sheet_of(page: PharmacyPage) -> ReasonSheet:
    """The sheet that asks now."""
    sheet = page.counter.asking.open_sheet
    assert sheet is not None
    return sheet


def hands_off(page: PharmacyPage) -> None:
    """Let a key that waits for a scan go on: a hand's next key comes much later."""
    page.wedge.pass_on()


def at_the_counter(open_counter: Callable[..., PharmacyPage], user: str = "pharm2") -> PharmacyPage:
    """Open the first sheet that waits to be handed out."""
    page = open_counter(user)
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    return page
