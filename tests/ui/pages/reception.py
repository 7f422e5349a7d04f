"""A real desk with a small hospital and a window with the registration and queue pages, for tests and for looking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtWidgets import QApplication

from tests.ui.sample_desk import NotePage
from ui.compose import compose
from ui.pages.queue import QueuePage, QueuePanel
from ui.pages.registration import RegistrationPage
from ui.shell import Shell
from ui.shell_parts.specs import PageSpec, WindowSpec
from ui.theme import theme
from ui.widgets.banner import BannerData
from workstation.core.clock import FixedClock
from workstation.core.events import Ref
from workstation.core.i18n import set_language
from workstation.core.settings import LANGUAGE, ROOM, SCALE, SITE_NAME, THEME
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource
from workstation.queue.model import Enrol, FeeType, Priority, Visit
from workstation.registration.model import Person, Register
from workstation.security.permissions import Permission
from workstation.store.unit import Unit

PIN = "246810"
PEOPLE = (
    Person("欧阳建国", "male", "1958-03-09", phone="13800138000", address="上海市黄浦区人民路 12 号"),
    Person("李秀英", "female", "1971-05-02", document_number="310104197105020020", phone="13900139000"),
    Person("张伟", "male", "1988-02-03", phone="13600136000"),
    Person("张玮", "female", "1990-11-05"),
    Person("阿不都热合曼·买买提", "male", "1945-06-01", ethnic_group="05"),
    Person("王芳", "female", "1999-09-09"),
    Person("SMITH, John", "male", "1979-12-24", "03", "E12345678"),
    Person("陈静怡", "female", "2023-08-20"),
    Person("刘洋", "male", "1966-01-15"),
)


def put(desk: Desk, *resources: Resource) -> None:
    def run(unit: Unit) -> Ref | None:
        refs = [unit.put(resource) for resource in resources]
        return refs[0]

    assert desk.actor is not None
    desk.store.write(desk.actor, "test.put", run)


def furnish(desk: Desk) -> None:
    """Give the desk its departments, doctors and rooms."""
    staff = (
        ("internal", "内科", "doc", "王敏"),
        ("internal", "内科", "res", "李强"),
        ("surgery", "外科", "chief", "周济"),
    )
    for code, name, user, person in staff:
        put(
            desk,
            {
                "resourceType": "Organization",
                "id": f"org-{code}",
                "name": name,
                "identifier": [{"system": systems.DEPARTMENT, "value": code}],
            },
            {"resourceType": "Practitioner", "id": f"practitioner-{user}", "name": [{"text": person}]},
            {
                "resourceType": "PractitionerRole",
                "id": f"role-{user}",
                "practitioner": {"reference": f"Practitioner/practitioner-{user}"},
                "organization": {"reference": f"Organization/org-{code}"},
            },
        )
    for number in (1, 2):
        put(
            desk,
            {
                "resourceType": "Location",
                "id": f"room-{number}",
                "name": f"内科{'一二'[number - 1]}诊室",
                "managingOrganization": {"reference": "Organization/org-internal"},
            },
        )


def fill(desk: Desk, clock: FixedClock) -> dict[str, str]:
    """Register everybody and let them wait; gives the visits by name. Leaves the registrar signed in."""
    desk.unlock("reg", PIN)
    furnish(desk)
    ids = {p.name: desk.do("registration.register", Register(p)).primary.id for p in PEOPLE}
    more: dict[str, dict[str, Any]] = {
        "欧阳建国": {"complaint": "咳嗽、咳黄痰 5 天", "fee_type": FeeType.EMPLOYEE},
        "阿不都热合曼·买买提": {"priority": Priority.OVER_80},
        "王芳": {"priority": Priority.PREGNANT, "doctor": "practitioner-doc"},
        "李秀英": {"complaint": "复查血压"},
        "陈静怡": {"emergency": True, "complaint": "发热 39.5 °C"},
    }
    visits = {}
    for name, patient in ids.items():
        visits[name] = desk.do("queue.enrol", Enrol(patient, "internal", **more.get(name, {}))).primary.id
        clock.advance(timedelta(minutes=3))
    return visits


def work_a_while(desk: Desk, clock: FixedClock, visits: dict[str, str]) -> None:
    """See, skip, park and call, as on a morning."""
    desk.unlock("doc", PIN)
    for name, steps in (
        ("李秀英", ("call", "start", "park")),
        ("刘洋", ("call", "start", "park")),
        ("SMITH, John", ("call", "skip")),
        ("欧阳建国", ("call", "start")),
    ):
        for step in steps:
            clock.advance(timedelta(minutes=1))
            desk.do(f"queue.{step}", Visit(visits[name], "内科二诊室"))
    with desk.store.reader() as reader:
        patient = reader.get("Encounter", visits["李秀英"])["subject"]["reference"]
    put(
        desk,
        {
            "resourceType": "DiagnosticReport",
            "id": "report-1",
            "status": "final",
            "code": {"text": "血常规"},
            "subject": {"reference": patient},
            "encounter": {"reference": f"Encounter/{visits['李秀英']}"},
        },
    )


SPEC = WindowSpec(
    pages=(
        PageSpec("waiting", "Waiting", "users", QueuePanel, Permission.QUEUE_READ, list_panel=True),
        PageSpec("note", "Visit", "file-text", NotePage, Permission.NOTE_WRITE, bound=True),
        PageSpec("registration", "Registration", "user-plus", RegistrationPage, Permission.PATIENT_REGISTER),
        PageSpec("queue", "Queue", "list-checks", QueuePage, Permission.QUEUE_READ),
    ),
    banner=lambda _desk, patient: BannerData(patient.id, patient.name, "", "", "", ""),
)


def window(desk: Desk, app: QApplication, user: str, page: str, language: str = "en") -> Shell:
    """Open the window for somebody on a page, everything running inline."""
    desk.unlock(user, PIN)
    desk.set_setting(LANGUAGE, language)
    desk.set_setting(SITE_NAME, "青囊示范医院")
    desk.set_setting(ROOM, "内科二诊室" if user == "doc" else "挂号一窗")
    desk.set_setting(THEME, theme().mode)
    desk.set_setting(SCALE, theme().scale)
    set_language(language)
    shell, _tasks = compose(app, desk, desk.clock, SPEC, inline=True)
    shell.resize(1366, 768)
    shell.show()
    shell.activateWindow()
    shell._unlock(user, PIN)
    shell.open_page(page)
    return shell
