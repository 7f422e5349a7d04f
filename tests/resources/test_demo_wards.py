"""The demo's two wards, read back through the questions the screens ask: whole, whatever hour they are built at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest

from resources.demo.build import Hospital, build
from resources.demo.resources_of import stable_id
from workstation.chart.in_bed import BED
from workstation.chart.temperature import EventKind
from workstation.core.clock import FixedClock, parse_instant
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, identifier, target
from workstation.inpatient.model import AskBoard
from workstation.inpatient.rows import Occupant
from workstation.laboratory.model import Collections, Criticals, Unread
from workstation.laboratory.model import OrdersOf as LaboratoryOrdersOf
from workstation.nursing.model import AskAdministration, AskTasks, ToVerify
from workstation.nursing.rows import CellState, Lane, TasksView
from workstation.orders.model import OrdersOf, OrderState
from workstation.security.signing import holds
from workstation.security.station import FileSecret
from workstation.security.vault import Cost
from workstation.store.inbox import Page
from workstation.terminology.knowledge import load
from workstation.vitals.model import AskChart

ZONE = timezone(timedelta(hours=8))
HOURS = ("00:03", "09:10", "15:40")
WARDS = {code: stable_id("ward", code) for code in ("ward-1", "ward-2")}
FEW = 150


@dataclass
class House:
    """The demo hospital on one desk of its ward doctor."""

    now: datetime
    hospital: Hospital
    desk: Desk

    def occupants(self) -> list[tuple[str, Occupant]]:
        boards = [self.desk.ask("inpatient.board", AskBoard(ward)) for ward in WARDS.values()]
        return [(board.ward, who) for board in boards for bed in board.beds for who in bed.occupants]

    def tasks(self) -> list[TasksView]:
        return [self.desk.ask("nursing.tasks", AskTasks(ward)) for ward in WARDS.values()]

    def of(self, kind: str) -> list[Resource]:
        return [resource for resource in self.hospital.resources if resource["resourceType"] == kind]


@pytest.fixture(scope="module", params=HOURS)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    now = datetime.combine(datetime(2026, 3, 17), datetime.strptime(request.param, "%H:%M").time(), ZONE)
    hospital = build(now, load(), patients=FEW)
    folder = tmp_path_factory.mktemp("wards")
    doctor = next(a for a in hospital.accounts if a.user == "2009")
    cheap = Cost(memory=1024, passes=1, lanes=1)
    desk = Desk(folder / "desk", station=FileSecret(folder / "secret"), clock=FixedClock(now), cost=cheap)
    desk.create(next(a for a in hospital.accounts if a.user == "3001"), hospital.pin)
    desk.unlock("3001", hospital.pin)
    desk.add_user(doctor, hospital.pin)
    desk.store.receive(Page("demo", "1", tuple(hospital.resources)))
    yield House(now, hospital, desk)
    desk.close()


def test_every_stay_is_in_a_bed_of_its_own_with_level_diet_and_who_is_in_charge(house: House) -> None:
    found = house.occupants()
    stays = [e for e in house.of("Encounter") if e["class"]["code"] == "IMP"]
    assert len(found) == len(stays) > 20
    assert {ward for ward, _who in found} == set(WARDS.values())
    assert len({who.stay_number for _ward, who in found}) == len(found)
    for _ward, who in found:
        assert all((who.doctor, who.nurse, who.diagnosis))
        just_came = house.now - parse_instant(who.since) < timedelta(minutes=30)
        assert just_came or (who.nursing and who.diet), who.name


def test_the_wards_have_grave_patients_feverish_ones_and_new_ones(house: House) -> None:
    found = [who for _ward, who in house.occupants()]
    assert {"critical", "serious"} <= {who.condition for who in found}
    assert any((who.temperature or 0) >= 38 for who in found)
    newest = min(house.now - parse_instant(who.since) for who in found)
    assert newest < timedelta(hours=6)


def test_every_dose_of_the_past_is_accounted_for_and_some_are_due_now(house: House) -> None:
    rows = [row for view in house.tasks() for row in view.rows]
    lanes = Counter(row.lane for row in rows)
    assert min(lanes[lane] for lane in (Lane.OVERDUE, Lane.NOW, Lane.RUNNING)) > 0
    assert all(row.minutes > -180 for row in rows if row.lane is Lane.OVERDUE), "nothing lies there for hours"
    assert any(row.high_alert for row in rows if row.lane is Lane.NOW)


def test_doses_were_given_late_and_not_given_and_the_chart_shows_each(house: House) -> None:
    cells: Counter[CellState] = Counter()
    for _ward, who in house.occupants():
        view = house.desk.ask("nursing.administration", AskAdministration(who.patient, who.encounter))
        cells.update(cell.state for row in view.rows for cell in row.cells)
    assert min(cells[s] for s in (CellState.GIVEN, CellState.RUNNING, CellState.SCHEDULED)) > 0
    facts = house.of("MedicationAdministration")
    assert {fact["status"] for fact in facts} == {"completed", "in-progress", "not-done"}
    assert all(code_of(f.get("statusReason"), systems.REASON) for f in facts if f["status"] == "not-done")
    assert any(extension(fact, systems.LATE_REASON) for fact in facts)
    assert any(len(fact["performer"]) == 2 for fact in facts), "a high-alert drug is checked by two"


def test_nothing_was_done_before_it_was_ordered_and_looked_at_or_after_now(house: House) -> None:
    seen = {
        target(t["focus"]): parse_instant(t["executionPeriod"]["end"])
        for t in house.of("Task")
        if code_of(t["code"]) == "order-verification" and t["status"] == "completed"
    }
    for dose in house.of("MedicationAdministration"):
        at = parse_instant(dose.get("effectiveDateTime") or dose["effectivePeriod"]["start"])
        assert seen[target(dose["request"])] <= at <= house.now
        end = dose.get("effectivePeriod", {}).get("end")
        assert end is None or at < parse_instant(end) <= house.now


def test_no_moment_of_a_stay_lies_ahead_but_a_stop_that_was_ordered(house: House) -> None:
    for kind, element in (("Observation", "issued"), ("DiagnosticReport", "issued"), ("Task", "authoredOn")):
        for resource in house.of(kind):
            assert element not in resource or parse_instant(resource[element]) <= house.now


def test_nurses_have_new_changed_and_stopped_orders_to_look_at_and_doctors_one_that_came_back(
    house: House,
) -> None:
    differences = {
        line.difference.value
        for ward in WARDS.values()
        for patient in house.desk.ask("nursing.to-verify", ToVerify(ward)).patients
        for line in patient.new
    }
    assert {"new", "changed", "stop"} <= differences
    states: Counter[OrderState] = Counter()
    for _ward, who in house.occupants():
        states.update(row.state for row in house.desk.ask("orders.list", OrdersOf(who.encounter)).rows)
    wanted = {"signed", "returned", "verified", "running", "stopping", "stopped", "done"}
    assert wanted <= {state.value for state in states}


def test_every_chart_has_its_marks_and_the_ward_every_kind_of_them(house: House) -> None:
    pages = []
    for _ward, who in house.occupants():
        last = house.desk.ask("vitals.chart", AskChart(who.patient, who.encounter))
        pages += [
            house.desk.ask("vitals.chart", AskChart(who.patient, who.encounter, number))
            for number in range(1, last.pages + 1)
        ]
        assert any(page.temperatures and page.pulses for page in pages if page.header.patient == who.patient)
    marks = [mark for page in pages for mark in page.temperatures]
    assert any(mark.cooled for mark in marks)
    assert any(not mark.risen for mark in marks), "one below 35 °C"
    assert any(page.hearts for page in pages), "a pulse that falls short of the heart rate"
    days = [day for page in pages for day in page.days]
    for element in ("stool", "intake", "output", "urine", "weight", "operation"):
        assert any(getattr(day, element) for day in days), element
    kinds = {event.kind for page in pages for event in page.events}
    assert {EventKind.ADMISSION, EventKind.TRANSFER, EventKind.SURGERY} <= kinds
    assert all(page.header.synthetic for page in pages)


def test_the_laboratory_has_orders_in_every_state_and_critical_values_answered_and_not(house: House) -> None:
    states = Counter(
        row.state.value
        for _ward, who in house.occupants()
        for row in house.desk.ask("laboratory.orders", LaboratoryOrdersOf(who.patient, who.encounter))
    )
    wanted = {"ordered", "labelled", "collected", "partial", "reported", "read", "cancelled"}
    assert wanted <= set(states)
    unread = house.desk.ask("laboratory.unread", Unread("all"))
    assert any(row.open for row in unread)
    assert any(row.abnormal and not row.critical for row in unread)
    assert any(not row.abnormal for row in unread)
    assert any(row.state == "corrected" for row in unread)
    assert house.desk.ask("laboratory.criticals", Criticals())
    assert any(code_of(t["code"]) == "critical-value" for t in house.of("Task"))
    waiting = [
        row for ward in WARDS.values() for row in house.desk.ask("laboratory.collections", Collections(ward))
    ]
    assert {row.state.value for row in waiting} == {"ordered", "labelled"}
    assert any(row.rejected for row in waiting)


def test_what_was_signed_holds_where_it_was_not_ended_since(house: House) -> None:
    by_ref = {f"{r['resourceType']}/{r['id']}": r for r in house.hospital.resources}
    checked = 0
    for provenance in house.of("Provenance"):
        signed = [by_ref[t["reference"]] for t in as_list(provenance["target"])]
        if all(r["status"] == "active" and not _ended(r) for r in signed):
            assert holds(provenance, signed)
            checked += 1
    assert checked > 20


def _ended(request: Resource) -> bool:
    timing = request.get("occurrenceTiming") or as_list(request.get("dosageInstruction", [{}]))[0].get(
        "timing", {}
    )
    return "end" in timing.get("repeat", {}).get("boundsPeriod", {})


def test_no_number_is_given_twice(house: House) -> None:
    numbers = Counter(
        (system, value)
        for kind, system in (("Encounter", systems.VISIT_NUMBER), ("Specimen", systems.SPECIMEN_NUMBER))
        for resource in house.of(kind)
        if (value := identifier(resource, system))
    )
    assert [number for number, times in numbers.items() if times > 1] == []
    beds = [
        target(place["location"])
        for e in house.of("Encounter")
        for place in e.get("location", ())
        if place["status"] == "active"
    ]
    assert len(beds) == len(set(beds))
    kinds = {loc["id"]: code_of(loc.get("physicalType")) for loc in house.of("Location")}
    assert {kinds[bed] for bed in beds} == {BED}
