"""Discharging: nobody leaves with orders running, and what is passed over has its reason on the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import MORNING
from tests.plugins.ward import drug_order, other_order, verification
from tests.workstation.inpatient.ward_kit import PIN, admit, bed, found, put, stored
from workstation.core import i18n
from workstation.core.clock import FixedClock, instant
from workstation.core.errors import Conflict, Denied, Invalid
from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, concept, reference, text_of
from workstation.inpatient.model import AskStay, Discharge, Disposition, Item, PassedItem
from workstation.inpatient.rows import Checklist
from workstation.laboratory.model import Acknowledge, HandleCritical
from workstation.terminology.doses import plain

START = MORNING - timedelta(hours=1)
FLAG = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def about(stay: str) -> Resource:
    return {"subject": {"reference": "Patient/p1"}, "encounter": reference(Ref("Encounter", stay))}


def medicine(stay: str, how: str = "30 mg po tid", **more: Any) -> Resource:
    return drug_order("m1", "p1", stay, "盐酸氨溴索片", how, START, **more)


def blood_test(stay: str) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": "l1",
        "status": "active",
        "intent": "order",
        "category": [concept(systems.SNOMED, "108252007")],
        "code": concept(systems.LAB_TEST, "k", "钾"),
        **about(stay),
    }


def report(stay: str, status: str = "final", flag: str = "N", **more: Any) -> list[Resource]:
    value = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": "钾"},
        "interpretation": [concept(FLAG, flag)],
        "valueQuantity": {"value": 6.8, "unit": "mmol/L"},
        **about(stay),
    }
    made = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": status,
        "code": {"text": "急诊生化"},
        "issued": "2026-03-17T08:30:00.000+08:00",
        "result": [{"reference": "Observation/o1"}],
        **about(stay),
        **more,
    }
    return [value, made]


def infusion(stay: str) -> list[Resource]:
    return [
        {
            "resourceType": "MedicationAdministration",
            "id": "a1",
            "status": "in-progress",
            "medicationCodeableConcept": {"text": "0.9 % 氯化钠注射液"},
            "subject": {"reference": "Patient/p1"},
            "context": reference(Ref("Encounter", stay)),
        }
    ]


READ: Resource = {"act": "read"}
ANSWERED: Resource = {"act": "answered"}


def happen(desk: Desk, records: list[Resource]) -> None:
    """Put records into the desk; where one is an act, a doctor does it."""
    for record in records:
        if record is READ:
            desk.do("laboratory.acknowledge", Acknowledge("p1", ("r1",)))
        elif record is ANSWERED:
            desk.do("laboratory.handle-critical", HandleCritical("p1", "r1", "停用补钾，复查血钾"))
        else:
            put(desk, record)


OPEN: list[tuple[str, Item, Callable[[str], list[Resource]], str]] = [
    ("a long-term drug order", Item.RUNNING_ORDERS, lambda s: [medicine(s)], "氨溴索"),
    (
        "an order that stops this evening",
        Item.RUNNING_ORDERS,
        lambda s: [medicine(s, end=MORNING + timedelta(hours=11))],
        "氨溴索",
    ),
    (
        "a nursing level",
        Item.RUNNING_ORDERS,
        lambda s: [other_order("n1", "p1", s, "nursing-level", "一级护理", START, code="nursing-1")],
        "一级护理",
    ),
    (
        "an unverified order",
        Item.UNVERIFIED,
        lambda s: [medicine(s, "30 mg po st"), verification(medicine(s))],
        "氨溴索",
    ),
    (
        "an unverified stop",
        Item.UNVERIFIED,
        lambda s: [
            medicine(s, status="stopped", end=MORNING),
            verification(medicine(s), "completed"),
            verification(medicine(s), stop=True),
        ],
        "氨溴索",
    ),
    ("a running infusion", Item.INFUSIONS, infusion, "0.9 % 氯化钠注射液"),
    (
        "a critical value",
        Item.CRITICAL,
        lambda s: [*report(s, flag="HH"), READ],
        "急诊生化 2026-03-17",
    ),
]


def items(desk: Desk, stay: str) -> dict[Item, tuple[str, ...]]:
    answer = desk.ask("inpatient.checklist", AskStay("p1", stay))
    assert isinstance(answer, Checklist)
    return {item.item: item.lines for item in answer.items}


@pytest.mark.parametrize(("what", "item", "records", "line"), OPEN, ids=[row[0] for row in OPEN])
def test_what_endangers_or_never_ends_holds_a_discharge_up_and_is_named_with_what_to_do(
    desk: Desk, what: str, item: Item, records: Callable[[str], list[Resource]], line: str
) -> None:
    stay = admit(desk)
    happen(desk, records(stay))
    i18n.set_language("zh_CN")
    ((named, (words,)),) = items(desk, stay).items()
    assert (named, line in plain(words)) == (item, True)
    i18n.set_language("en")
    answered = (PassedItem(item, "不等了"),)
    with pytest.raises(Conflict) as caught:
        desk.do("inpatient.discharge", Discharge(stay, Disposition.HOME, passed=answered))
    assert caught.value.message.endswith("1.")
    assert len(caught.value.hint) > len("Nobody was discharged. ")
    assert stored(desk, stay)["status"] == "in-progress"
    assert bed(desk, 1).occupants


NOT_OPEN: list[tuple[str, Callable[[str], list[Resource]]]] = [
    ("a stopped order", lambda s: [medicine(s, status="stopped", end=MORNING)]),
    ("an order past its stop", lambda s: [medicine(s, end=MORNING)]),
    ("a stat order", lambda s: [medicine(s, "30 mg po st")]),
    ("a verified order", lambda s: [medicine(s, "30 mg po st"), verification(medicine(s), "completed")]),
    ("an answered critical value", lambda s: [
        *report(s, flag="LL"), ANSWERED]),
    ("a test with its report", lambda s: [
        blood_test(s), *report(s, basedOn=[{"reference": "ServiceRequest/l1"}]), READ]),
    ("a test whose report names the tube", lambda s: [
        blood_test(s),
        {"resourceType": "Specimen", "id": "sp", "subject": {"reference": "Patient/p1"},
         "request": [{"reference": "ServiceRequest/l1"}]},
        *report(s, specimen=[{"reference": "Specimen/sp"}]), READ]),
    ("a void order", lambda s: [medicine(s, status="cancelled"), verification(medicine(s))]),
    ("a cancelled test", lambda s: [{**blood_test(s), "status": "revoked"}]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "records"), NOT_OPEN, ids=[row[0] for row in NOT_OPEN])
def test_what_is_settled_holds_nobody_up(
    desk: Desk, what: str, records: Callable[[str], list[Resource]]
) -> None:
    stay = admit(desk)
    happen(desk, records(stay))
    assert items(desk, stay) == {}
    desk.do("inpatient.discharge", Discharge(stay, Disposition.HOME))
    assert stored(desk, stay)["status"] == "finished"


PASSABLE: list[tuple[str, Item, Callable[[str], list[Resource]], str]] = [
    ("a test not collected", Item.LABORATORY, lambda s: [blood_test(s)], "ServiceRequest/l1"),
    (
        "a test with a first report",
        Item.LABORATORY,
        lambda s: [
            blood_test(s),
            *report(s, "partial", basedOn=[{"reference": "ServiceRequest/l1"}]),
            READ,
        ],
        "ServiceRequest/l1",
    ),
    ("a result nobody read", Item.UNREAD, report, "DiagnosticReport/r1"),
    (
        "a result issued anew after it was read",
        Item.UNREAD,
        lambda s: [*report(s), READ, *report(s, "corrected")],
        "DiagnosticReport/r1",
    ),
]


@pytest.mark.parametrize(("what", "item", "records", "open_record"), PASSABLE, ids=[r[0] for r in PASSABLE])
def test_an_open_test_or_result_is_passed_only_with_a_reason_which_is_kept(
    desk: Desk, what: str, item: Item, records: Callable[[str], list[Resource]], open_record: str
) -> None:
    stay = admit(desk)
    happen(desk, records(stay))
    assert list(items(desk, stay)) == [item]
    for passed in ((), (PassedItem(item, "  "),)):
        with pytest.raises(Invalid) as caught:
            desk.do("inpatient.discharge", Discharge(stay, Disposition.HOME, passed=passed))
        assert caught.value.field == f"passed.{item.value}"
    assert stored(desk, stay)["status"] == "in-progress"
    desk.do("inpatient.discharge", Discharge(stay, Disposition.HOME, passed=(PassedItem(item, "门诊随访"),)))
    (issue,) = found(desk, "DetectedIssue", patient="p1")
    assert code_of(issue["code"], systems.RULE) == f"discharge-{item.value}"
    assert text_of(issue["mitigation"][0]["action"]) == "门诊随访"
    assert issue["author"]["display"] == "王敏"
    assert [i["reference"] for i in issue["implicated"]] == [f"Encounter/{stay}", open_record]


def test_a_discharge_ends_stay_and_bed_at_the_time_given_and_says_how_the_stay_ended(
    desk: Desk, clock: FixedClock
) -> None:
    stay = admit(desk)
    clock.advance(timedelta(days=2))
    left = clock.now() - timedelta(minutes=20)
    desk.do("inpatient.discharge", Discharge(stay, Disposition.ADVICE, instant(left)))
    after = stored(desk, stay)
    assert (after["status"], after["period"]["end"]) == ("finished", instant(left))
    assert (after["location"][0]["status"], after["location"][0]["period"]["end"]) == (
        "completed",
        instant(left),
    )
    assert code_of(after["hospitalization"]["dischargeDisposition"]) == "aadvice"
    assert code_of(after["hospitalization"]["admitSource"]) == "other"
    row = desk.ask("inpatient.stay", AskStay("p1", stay)).row
    assert (row.day, row.bed_number, row.disposition) == (3, "1", "aadvice")
    assert bed(desk, 1).occupants == ()


@pytest.mark.parametrize(
    "at",
    ["2026-03-17T09:01:00+08:00", "2026-03-16T09:00:00+08:00", "yesterday"],
    ids=["later", "before", "no time"],
)
def test_a_time_that_cannot_be_right_is_refused(desk: Desk, at: str) -> None:
    stay = admit(desk)
    with pytest.raises(Invalid) as caught:
        desk.do("inpatient.discharge", Discharge(stay, Disposition.HOME, at))
    assert caught.value.field == "at"


def test_a_death_is_recorded_by_a_doctor_and_stands_on_the_patients_record(desk: Desk) -> None:
    stay = admit(desk)
    desk.unlock("nurse", PIN)
    with pytest.raises(Denied):
        desk.do("inpatient.discharge", Discharge(stay, Disposition.DIED))
    desk.unlock("doc", PIN)
    desk.do("inpatient.discharge", Discharge(stay, Disposition.DIED))
    assert stored(desk, "p1", "Patient")["deceasedDateTime"] == "2026-03-17T09:00:00.000+08:00"


def test_what_holds_up_stands_before_what_can_be_passed(desk: Desk) -> None:
    stay = admit(desk)
    put(desk, blood_test(stay), medicine(stay), *infusion(stay), *report(stay, flag="AA"))
    answer = desk.ask("inpatient.checklist", AskStay("p1", stay))
    assert [(i.item, i.blocking) for i in answer.items] == [
        (Item.CRITICAL, True),
        (Item.INFUSIONS, True),
        (Item.RUNNING_ORDERS, True),
        (Item.LABORATORY, False),
        (Item.UNREAD, False),
    ]
    assert answer.blocked
