"""A ward in the middle of its morning, and the whole window on it with the program's own pages and banner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtWidgets import QApplication

from tests.conftest import MORNING
from tests.plugins.ward import drug_order, other_order, verification
from tests.workstation.inpatient.ward_kit import PIN, admit, diagnosis, hospital, put, visit
from ui.app.banner import banner
from ui.app.finders import finders
from ui.app.pages import HOMES, page_specs
from ui.compose import compose
from ui.pages.ward import WardPage
from ui.shell import Shell
from ui.shell_parts.specs import WindowSpec
from ui.theme import theme
from workstation.core.clock import FixedClock, instant
from workstation.core.i18n import set_language
from workstation.core.settings import LANGUAGE, SCALE, SITE_NAME, THEME
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept

ILL = (
    ("欧阳建国", "1958-03-09", "male", "J18.9", "社区获得性肺炎"),
    ("李秀英", "1971-05-02", "female", "I10", "高血压"),
    ("张伟", "1988-02-03", "male", "K29.7", "胃炎"),
    ("张玮", "1990-11-05", "male", "J45.9", "支气管哮喘"),
    ("阿不都热合曼·买买提", "1945-06-01", "male", "I50.9", "慢性心力衰竭急性加重，心功能Ⅳ级"),
    ("王芳", "1999-09-09", "female", "N10", "急性肾盂肾炎"),
    ("SMITH, John", "1979-12-24", "male", "E11.9", "2型糖尿病"),
    ("刘洋", "1966-01-15", "male", "I63.9", "脑梗死"),
    ("陈桂兰", "1939-08-20", "female", "J44.1", "慢性阻塞性肺疾病急性加重"),
    ("赵铁柱", "1950-02-11", "male", "K92.2", "上消化道出血"),
    ("孙丽华", "1963-07-30", "female", "E05.9", "甲状腺功能亢进症"),
    ("周福生", "1947-11-03", "male", "N18.9", "慢性肾脏病 5 期"),
)
BEDS = (1, 2, 3, 4, 6, 7, 9, 10, 12, 13, 15, 18)
LEVELS = ("nursing-1", "nursing-2", "nursing-2", "nursing-3", "nursing-special", "nursing-2", "", "nursing-1",
          "nursing-1", "nursing-special", "nursing-3", "nursing-2")  # fmt: skip
NAMES = {
    "nursing-special": "特级护理",
    "nursing-1": "一级护理",
    "nursing-2": "二级护理",
    "nursing-3": "三级护理",
}


def person(number: int) -> Resource:
    name, birth, sex, _code, _diagnosis = ILL[number % len(ILL)]
    return {
        "resourceType": "Patient",
        "id": f"w{number}",
        "identifier": [{"system": systems.PATIENT_NUMBER, "value": f"M{number:08}"}],
        "name": [{"use": "official", "text": name}],
        "gender": sex,
        "birthDate": birth,
    }


def allergy(of: str, agent: str, reaction: str) -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"allergy-{of}",
        "patient": {"reference": f"Patient/{of}"},
        "code": concept(systems.ALLERGEN, agent, ""),
        "criticality": "high",
        "recordedDate": "2024-06-02",
        "recorder": {"display": "王敏"},
        "reaction": [{"manifestation": [{"text": reaction}], "severity": "severe"}],
    }


def no_allergy(of: str) -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"allergy-{of}",
        "patient": {"reference": f"Patient/{of}"},
        "code": concept(systems.SNOMED, "716186003"),
        "recordedDate": "2026-03-15",
        "recorder": {"display": "王敏"},
    }


def sign(of: str, code: str, value: float, unit: str, hours: float) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"sign-{of}-{code}",
        "status": "final",
        "category": [concept(systems.OBSERVATION_CATEGORY, "vital-signs")],
        "code": concept(systems.LOINC, code),
        "subject": {"reference": f"Patient/{of}"},
        "effectiveDateTime": instant(MORNING - timedelta(hours=hours)),
        "valueQuantity": {"value": value, "unit": unit},
    }


def fill(desk: Desk, clock: FixedClock, beds: int = 40) -> dict[str, str]:
    """Admit a dozen patients over the last days with their orders; gives the stays by patient, the doctor at work."""
    put(desk, *hospital(beds), *(person(n) for n in range(len(ILL))))
    stays: dict[str, str] = {}
    for number, bed in enumerate(BEDS):
        ago = timedelta(days=(number * 5) % 11, hours=2 + number % 5) if number % 4 else timedelta(hours=1)
        clock.advance(-ago)
        who = f"w{number}"
        stays[who] = admit(desk, who, bed, diagnosis=ILL[number][4], nurse="practitioner-nurse")
        clock.advance(ago)
        put(desk, *around(number, who, stays[who]))
    desk.unlock("doc", PIN)
    return stays


def around(number: int, who: str, stay: str) -> list[Resource]:
    """What is known and ordered of one of them."""
    start = MORNING - timedelta(minutes=55)
    found: list[Resource] = []
    if LEVELS[number]:
        level = LEVELS[number]
        found.append(order(who, stay, "nursing-level", level, NAMES[level], 1))
    if number in (4, 9):
        found.append(order(who, stay, "condition", "critical", "病危", 2))
    if number in (0, 8):
        found.append(order(who, stay, "condition", "serious", "病重", 2))
    diet = ("nil-by-mouth", "禁食") if number == 9 else ("diet-low-salt", "低盐饮食")
    if number % 3 != 2:
        found.append(order(who, stay, "diet", diet[0], diet[1], 3))
    if number in (0, 5, 9):
        found.append(allergy(who, "penicillins", "过敏性休克"))
    elif number % 2 == 0:
        found.append(no_allergy(who))
    if number < 8:
        tablets = drug_order(
            f"m-{who}", who, stay, "盐酸氨溴索片", "30 mg po tid", start, line=5,
            number=f"YZ26AAA{number:06}", times=("08:20", "12:00", "17:00"),
        )  # fmt: skip
        found += [tablets, verification(tablets)]
    temperature = 38.6 if number in (0, 5) else 36.5
    found += [sign(who, "8310-5", temperature, "Cel", 2), sign(who, "8867-4", 88, "/min", 2)]
    return found


def order(who: str, stay: str, kind: str, code: str, text: str, line: int) -> Resource:
    start = MORNING - timedelta(minutes=55)
    return other_order(f"{kind}-{who}", who, stay, kind, text, start, code=code, line=line)


def outpatient(desk: Desk, who: str = "w90") -> str:
    """Somebody in the consulting room who is to be admitted; gives the visit."""
    put(
        desk,
        {**person(0), "id": who, "name": [{"use": "official", "text": "郑海涛"}]},
        {**visit("v-90", who), "serviceType": concept(systems.DEPARTMENT, "internal", "内科")},
        diagnosis("d-90", who, "v-90", "J18.9", "肺炎"),
    )
    return "v-90"


def window(
    desk: Desk,
    app: QApplication,
    user: str = "nurse",
    language: str = "en",
    page: str = "ward",
    *,
    start: bool = True,
    papers: Any = None,
) -> Shell:
    """The program's own window, run on the calling thread, on a page of the rail."""
    desk.unlock(user, PIN)
    for setting, value in ((LANGUAGE, language), (THEME, theme().mode), (SCALE, theme().scale)):
        desk.set_setting(setting, value)
    desk.set_setting(SITE_NAME, "青囊示范医院")
    set_language(language)
    more = {} if papers is None else {"papers": papers}
    spec = WindowSpec(page_specs(None), banner, finders, HOMES, **more)  # type: ignore[arg-type]
    shell, _tasks = compose(app, desk, desk.clock, spec, inline=True)
    shell.resize(1366, 768)
    if start:
        shell.show()
        shell.activateWindow()
        app.processEvents()
    shell.lock_screen.unlock_requested.emit(user, PIN)
    shell.open_page(page)
    return shell


def ward_page(shell: Shell) -> WardPage:
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, WardPage)
    page._soon.stop()
    page._ask_due()
    return page
