"""A ward of 80 beds, all in use: how long its rows take, and how long its cards take to paint.

`python -m benchmarks.ward FOLDER` is the process that is measured; the window is a real one, painted offscreen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import Figure, percentile, spread, timed

BEDS = 80
DRUGS = 8
DOSES = 6
RUNS = 60
TIMES = ("08:00:00", "12:00:00", "17:00:00")
SECONDS = 600
PIN = "246810"
FAMILIES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁"
GIVEN = "秀英芳娜敏静丽强磊军"
ILLNESSES = (
    "社区获得性肺炎",
    "慢性阻塞性肺疾病急性加重",
    "高血压",
    "2型糖尿病",
    "慢性心力衰竭急性加重，心功能Ⅳ级",
)
LEVELS = ("nursing-special", "nursing-1", "nursing-2", "nursing-3")


def ward(folder: Path) -> list[Figure]:
    """Measure in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks.ward", str(folder)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the ward could not be measured: {done.stderr[-2000:]}")
    return [Figure(**each) for each in json.loads(done.stdout.splitlines()[-1])]


def desk_of(folder: Path) -> Any:
    """Make a desk with a full ward: eight medicines and three other orders a patient, two days of doses."""
    from workstation.desk import Desk
    from workstation.inpatient.model import Admit
    from workstation.security.station import FileSecret
    from workstation.security.vault import Cost
    from workstation.store.accounts import Account

    desk = Desk(
        folder / "desk", station=FileSecret(folder / "secret"), cost=Cost(memory=1024, passes=1, lanes=1)
    )
    desk.create(Account("nurse", "陈洁", "head-nurse", "practitioner-nurse"), PIN)
    desk.unlock("nurse", PIN)
    write(desk, places())
    write(desk, [person(number) for number in range(BEDS)])
    for number in range(BEDS):
        illness = ILLNESSES[number % len(ILLNESSES)]
        changed = desk.do("inpatient.admit", Admit(f"bed-{number}", patient=f"p{number}", diagnosis=illness))
        write(desk, ordered(desk, number, changed.primary.id))
    return desk


def write(desk: Any, records: list[dict[str, Any]]) -> None:
    """Put records into the desk."""
    desk.store.write(desk.actor, "bench.put", lambda unit: [unit.put(record) for record in records][-1])


def places() -> list[dict[str, Any]]:
    """Give a ward and its beds."""
    kind = "http://terminology.hl7.org/CodeSystem/location-physical-type"

    def place(id_: str, code: str, name: str) -> dict[str, Any]:
        made = {"resourceType": "Location", "id": id_, "status": "active", "name": name}
        return made | {"physicalType": {"coding": [{"system": kind, "code": code}]}}

    within = {"partOf": {"reference": "Location/ward"}}
    return [
        place("ward", "wa", "内科病区"),
        *(place(f"bed-{n}", "bd", str(n + 1)) | within for n in range(BEDS)),
    ]


def person(number: int) -> dict[str, Any]:
    """Make a patient."""
    name = FAMILIES[number % 20] + GIVEN[number % 10] + ("" if number % 3 else GIVEN[number % 7])
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "name": [{"use": "official", "text": name}],
        "gender": "male" if number % 2 else "female",
        "birthDate": f"{1935 + number % 60}-03-09",
    }


def ordered(desk: Any, number: int, stay: str) -> list[dict[str, Any]]:
    """Give the orders of one stay, what was given of them, and every fourth patient's allergy."""
    from workstation.core.clock import instant
    from workstation.fhir import systems

    now = desk.clock.now()
    start = instant(now - timedelta(days=2))
    about = {
        "subject": {"reference": f"Patient/p{number}"},
        "encounter": {"reference": f"Encounter/{stay}"},
        "authoredOn": start,
        "status": "active",
        "intent": "order",
    }
    repeat = {"boundsPeriod": {"start": start}}
    found = others(number, about, repeat)
    for line, drug in enumerate(list(desk.knowledge.drugs)[:DRUGS], 1):
        found += [medicine(number, line, drug, about, repeat), *doses(number, line, about, now)]
    if number % 4 == 0:
        penicillins = {"coding": [{"system": systems.ALLERGEN, "code": "penicillins"}]}
        allergy = {"resourceType": "AllergyIntolerance", "id": f"allergy-{number}", "code": penicillins}
        found.append(allergy | {"patient": about["subject"]})
    return found


def long_term() -> dict[str, Any]:
    """Give the category of long-term orders."""
    from workstation.fhir import systems

    return {"coding": [{"system": systems.ORDER_TERM, "code": "long-term"}]}


def others(number: int, about: Any, repeat: Any) -> list[dict[str, Any]]:
    """Give level, diet, and every third patient's condition."""
    from workstation.fhir import systems

    kinds = (
        ("nursing-level", LEVELS[number % 4], "护理级别"),
        ("diet", "diet-low-salt", "低盐饮食"),
        ("condition", "critical" if number % 7 == 0 else "serious", "病情"),
    )
    return [
        {
            "resourceType": "ServiceRequest",
            "id": f"{kind}-{number}",
            "category": [{"coding": [{"system": systems.ORDER_KIND, "code": kind}]}, long_term()],
            "code": {"coding": [{"system": systems.WARD_ORDER, "code": code}], "text": text},
            "occurrenceTiming": {"repeat": repeat},
            **about,
        }
        for kind, code, text in kinds[: 2 + (number % 3 == 0)]
    ]


def medicine(number: int, line: int, drug: Any, about: Any, repeat: Any) -> dict[str, Any]:
    """Give one medicine three times a day."""
    from workstation.fhir import systems

    three_a_day = {"frequency": 3, "period": 1, "periodUnit": "d", "timeOfDay": list(TIMES)}
    dosage = {
        "timing": {
            "code": {"coding": [{"system": systems.FREQUENCY, "code": "tid"}]},
            "repeat": repeat | three_a_day,
        },
        "route": {"coding": [{"system": systems.ROUTE, "code": "po"}]},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": drug.strength_unit}}],
    }
    product = {"coding": [{"system": systems.DRUG, "code": drug.id}], "text": drug.name_zh}
    return {
        "resourceType": "MedicationRequest",
        "id": f"m-{number}-{line}",
        "groupIdentifier": {"system": systems.ORDER_NUMBER, "value": f"YZ26BEN{number:06}"},
        "category": [{"coding": [{"code": "inpatient"}]}, long_term()],
        "medicationCodeableConcept": product,
        "dosageInstruction": [dosage],
        "extension": [{"url": systems.LINE_NUMBER, "valuePositiveInt": line}],
        **about,
    }


def doses(number: int, line: int, about: Any, now: Any) -> list[dict[str, Any]]:
    """Give the doses of two days."""
    from workstation.core.clock import instant
    from workstation.fhir import systems

    found = []
    for back in range(DOSES):
        hour = int(TIMES[back % 3][:2])
        at = (now - timedelta(days=back // 3)).replace(hour=hour, minute=0, second=0, microsecond=0)
        slot = f"YZ26BEN{number:06}.L{line}.{at:%y%m%d%H%M}"
        found.append(
            {
                "resourceType": "MedicationAdministration",
                "id": f"a-{number}-{line}-{back}",
                "status": "completed",
                "identifier": [{"system": systems.DOSE_SLOT, "value": slot}],
                "subject": about["subject"],
                "context": about["encounter"],
                "request": {"reference": f"MedicationRequest/m-{number}-{line}"},
                "effectiveDateTime": instant(at),
            }
        )
    return found


def measure(folder: Path) -> list[Figure]:
    """Measure rows and painting."""
    from workstation.core import i18n
    from workstation.inpatient.model import AskBoard, AskDue

    i18n.set_language("zh_CN")
    desk = desk_of(folder)
    rows = timed(lambda: desk.ask("inpatient.board", AskBoard("ward")), RUNS)
    due = timed(lambda: desk.ask("inpatient.due", AskDue("ward")), 10)
    found = [
        Figure(f"ward of {BEDS} beds, its rows", "80 ms p95", spread(rows), percentile(rows, 0.95) <= 80),
        Figure(
            f"ward of {BEDS} beds, what is due", "", spread(due), note="off the main thread, after the cards"
        ),
        *painting(desk),
    ]
    desk.close()
    return found


def painting(desk: Any) -> list[Figure]:
    """Paint the board of a real window: again and again, and once from nothing."""
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QApplication

    from ui.app import make_application
    from ui.app.banner import banner
    from ui.app.finders import finders
    from ui.app.pages import HOMES, page_specs
    from ui.compose import compose
    from ui.shell_parts.specs import WindowSpec

    app = make_application()
    spec = WindowSpec(page_specs(None), banner, finders, HOMES)  # type: ignore[arg-type]
    shell, _tasks = compose(app, desk, desk.clock, spec, inline=True)
    shell.resize(QSize(1920, 1080))
    shell.show()
    shell.lock_screen.unlock_requested.emit("nurse", PIN)
    shell.open_page("ward")
    for _turn in range(10):
        QApplication.processEvents()
    assert shell.frame is not None
    page: Any = shell.frame.front_page()
    page._ask_due()
    found = []
    for size in ("small", "medium"):
        page.set_size(size)
        for _turn in range(10):
            QApplication.processEvents()
        found += _painted(page.board, size)
    shell.close()
    return found


def _painted(board: Any, size: str) -> list[Figure]:
    seen = sum(
        board.viewport().rect().intersects(board.visualRect(board.model().index(row)))
        for row in range(board.model().rowCount())
    )
    again = timed(board.viewport().repaint, RUNS)

    def anew() -> None:
        board._cards.forget()
        board.viewport().repaint()

    cold = timed(anew, 5)
    note = f"{seen} of {BEDS} in sight, 1920 x 1080"
    return [
        Figure(
            f"{BEDS} beds repaint, {size} cards",
            "20 ms p95",
            spread(again),
            percentile(again, 0.95) <= 20,
            note,
        ),
        Figure(f"{BEDS} beds painted from nothing, {size} cards", "", spread(cold), note=note),
    ]


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    sys.stdout.write(json.dumps([asdict(figure) for figure in measure(Path(sys.argv[1]))]) + "\n")
