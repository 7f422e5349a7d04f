"""A day in the queue, at real desks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from workstation.core.clock import FixedClock
from workstation.core.errors import Conflict, Denied, Invalid, NotFound, UserError
from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, extension, identifier
from workstation.queue.model import (
    STATUS,
    STEPS,
    CallNext,
    Cancel,
    Display,
    Enrol,
    FeeType,
    GetVisit,
    Places,
    Priority,
    QueueView,
    State,
    Step,
    Visit,
    Waiting,
)
from workstation.store.unit import Unit

PIN = "246810"
MakeDesk = Callable[..., Desk]


def put(desk: Desk, *resources: Resource) -> None:
    def run(unit: Unit) -> Ref | None:
        ref = None
        for resource in resources:
            ref = unit.put(resource)
        return ref

    assert desk.actor is not None
    desk.store.write(desk.actor, "test.put", run)


def person(id_: str, name: str, birth: str = "1980-01-01") -> Resource:
    return {
        "resourceType": "Patient",
        "id": id_,
        "name": [{"use": "official", "text": name}],
        "gender": "female",
        "birthDate": birth,
    }


def enrol(desk: Desk, patient: str, department: str = "internal", **more: object) -> str:
    if desk.actor is None or desk.actor.user != "reg":
        desk.unlock("reg", PIN)
    changed = desk.do("queue.enrol", Enrol(patient, department, **more))
    assert changed.primary is not None
    return changed.primary.id


def stored(desk: Desk, encounter: str) -> Resource:
    with desk.store.reader() as reader:
        return reader.get("Encounter", encounter)


def queue(desk: Desk, **more: str) -> QueueView:
    answer = desk.ask("queue.waiting", Waiting(**more))
    assert isinstance(answer, QueueView)
    return answer


def tickets(desk: Desk, part: str = "waiting") -> list[str]:
    return [row.ticket[-3:] for row in getattr(queue(desk), part)]


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk with five patients."""
    made = make_desk("reg")
    put(
        made,
        person("p1", "李秀英", "1971-05-02"),
        person("p2", "张伟", "1988-02-03"),
        person("p3", "张玮", "1990-11-05"),
        person("p4", "欧阳建国", "1940-03-09"),
        person("p5", "王芳", "1999-09-09"),
    )
    return made


# Enrolling


def test_a_visit_carries_everything_the_queue_needs(desk: Desk) -> None:
    encounter = stored(
        desk, enrol(desk, "p4", fee_type=FeeType.EMPLOYEE, priority=Priority.OVER_80, complaint="咳嗽 5 天")
    )
    code = desk.store.desk_code
    assert encounter["status"] == "arrived"
    assert encounter["class"]["code"] == "AMB"
    assert identifier(encounter, systems.TICKET) == f"{code}001"
    assert identifier(encounter, systems.VISIT_NUMBER) == f"V26{code}000001"
    assert encounter["subject"] == {"reference": "Patient/p4", "display": "欧阳建国"}
    assert encounter["serviceType"]["coding"][0]["code"] == "internal"
    assert encounter["period"] == {"start": "2026-03-17T09:00:00.000+08:00"}
    assert encounter["reasonCode"] == [{"text": "咳嗽 5 天"}]
    assert extension(encounter, systems.QUEUE_STATE) == "waiting"
    assert extension(encounter, systems.FEE_TYPE) == "employee"
    assert extension(encounter, systems.PRIORITY_REASON) == "80+"


def test_a_first_visit_becomes_a_return_visit_in_the_same_department_only(
    desk: Desk, clock: FixedClock
) -> None:
    first = enrol(desk, "p1")
    desk.do("queue.cancel", Cancel(first, "不看了"))
    again = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    desk.do("queue.start", Visit(again))
    desk.do("queue.finish", Visit(again))
    clock.advance(timedelta(days=7))
    kinds = [
        stored(desk, id_)["type"][0]["coding"][0]["code"]
        for id_ in (first, again, enrol(desk, "p1"), enrol(desk, "p1", "surgery"))
    ]
    assert kinds == ["first", "first", "return", "first"]


def test_tickets_of_two_desks_never_meet(make_desk: MakeDesk, tmp_path: Path) -> None:
    numbers = []
    for name in ("one", "two"):
        desk = make_desk("reg", name)
        put(desk, person("p1", "李秀英"))
        numbers.append(identifier(stored(desk, enrol(desk, "p1")), systems.TICKET))
    assert numbers[0] != numbers[1]


def test_tickets_begin_anew_each_day(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    clock.advance(timedelta(days=1))
    enrol(desk, "p2")
    assert tickets(desk) == ["001"]


@pytest.mark.parametrize(
    ("patient", "department", "visit_type", "error"),
    [
        ("nobody", "internal", "", NotFound),
        ("p1", "astrology", "", Invalid),
        ("p1", "internal", "second", Invalid),
        ("dead", "internal", "", Invalid),
        ("gone", "internal", "", Invalid),
    ],
)
def test_who_cannot_be_enrolled_is_refused(
    desk: Desk, patient: str, department: str, visit_type: str, error: type[UserError]
) -> None:
    put(
        desk,
        person("dead", "某") | {"deceasedDateTime": "2025-01-01"},
        person("gone", "某") | {"active": False},
    )
    with pytest.raises(error):
        enrol(desk, patient, department, visit_type=visit_type)


def test_nobody_waits_twice_in_one_department(desk: Desk) -> None:
    enrol(desk, "p1")
    with pytest.raises(Conflict):
        enrol(desk, "p1")
    enrol(desk, "p1", "surgery")


# Order


def test_priority_goes_first_then_who_came_first(desk: Desk, clock: FixedClock) -> None:
    for patient, more in (
        ("p1", {}),
        ("p2", {}),
        ("p3", {"priority": Priority.PREGNANT}),
        ("p4", {"priority": Priority.OVER_80}),
        ("p5", {"emergency": True}),
    ):
        enrol(desk, patient, **more)
        clock.advance(timedelta(minutes=1))
    assert tickets(desk) == ["005", "003", "004", "001", "002"]


def test_waiting_is_counted_in_minutes_from_the_arrival(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    clock.advance(timedelta(minutes=22, seconds=50))
    assert [row.wait_minutes for row in queue(desk).waiting] == [22]


def test_time_passing_alone_changes_no_row(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    before = queue(desk).waiting
    clock.advance(timedelta(minutes=5))
    assert queue(desk).waiting == before


def test_same_sounding_names_are_marked_on_both_rows_in_whatever_part_they_stand(desk: Desk) -> None:
    enrol(desk, "p2")
    enrol(desk, "p3")
    enrol(desk, "p1")
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科二诊室"))
    view = queue(desk)
    assert [(row.name, row.alike) for row in (*view.current, *view.waiting)] == [
        ("张伟", "same-sound"),
        ("张玮", "same-sound"),
        ("李秀英", ""),
    ]


# Steps


def at(desk: Desk, state: State) -> str:
    """Bring p1's visit into a state, as a doctor."""
    encounter = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    steps = {
        State.WAITING: [],
        State.CALLED: ["call"],
        State.SEEING: ["call", "start"],
        State.SKIPPED: ["call", "skip"],
        State.PARKED: ["call", "start", "park"],
        State.DONE: ["call", "start", "finish"],
    }
    for step in steps.get(state, []):
        desk.do(f"queue.{step}", Visit(encounter))
    if state is State.CANCELLED:
        desk.unlock("reg", PIN)
        desk.do("queue.cancel", Cancel(encounter, "不看了"))
    return encounter


def take(desk: Desk, step: Step, encounter: str) -> None:
    desk.unlock("reg" if step is Step.CANCEL else "doc", PIN)
    request = Cancel(encounter, "不看了") if step is Step.CANCEL else Visit(encounter)
    desk.do(f"queue.{step.value}", request)


STATES = [state for state in State if state is not State.RESULTS]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", list(Step))
def test_a_step_is_taken_from_where_the_table_allows_it_and_nowhere_else(
    desk: Desk, step: Step, state: State
) -> None:
    encounter = at(desk, state)
    allowed, leads_to = STEPS[step]
    before = stored(desk, encounter)
    if state in allowed:
        take(desk, step, encounter)
        there = leads_to or State.WAITING
        after = stored(desk, encounter)
        assert after["status"] == STATUS[there]
        assert extension(after, systems.QUEUE_STATE) == (None if there is State.CANCELLED else there.value)
    else:
        with pytest.raises(Conflict):
            take(desk, step, encounter)
        assert stored(desk, encounter) == before


def test_two_rooms_cannot_call_one_patient(desk: Desk) -> None:
    encounter = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科一诊室"))
    desk.unlock("res", PIN)
    with pytest.raises(Conflict):
        desk.do("queue.call", Visit(encounter, "内科二诊室"))
    with pytest.raises(NotFound):
        desk.do("queue.call-next", CallNext(room="内科二诊室"))


def test_a_call_taken_back_within_ten_seconds_leaves_no_trace_and_no_lost_place(
    desk: Desk, clock: FixedClock
) -> None:
    encounter = enrol(desk, "p1")
    clock.advance(timedelta(minutes=1))
    enrol(desk, "p2")
    before = stored(desk, encounter)
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科一诊室"))
    clock.advance(timedelta(seconds=10))
    desk.do("queue.undo-call", Visit(encounter))
    assert stored(desk, encounter) == before
    assert tickets(desk) == ["001", "002"]


def test_a_call_is_not_taken_back_after_ten_seconds(desk: Desk, clock: FixedClock) -> None:
    encounter = at(desk, State.CALLED)
    clock.advance(timedelta(seconds=11))
    with pytest.raises(Conflict):
        desk.do("queue.undo-call", Visit(encounter))


def test_a_call_of_a_skipped_patient_goes_back_to_the_skipped(desk: Desk) -> None:
    encounter = at(desk, State.SKIPPED)
    desk.do("queue.call", Visit(encounter))
    desk.do("queue.recall", Visit(encounter))
    desk.do("queue.undo-call", Visit(encounter))
    assert tickets(desk, "skipped") == ["001"]


def test_a_skipped_patient_who_comes_back_waits_at_the_end(desk: Desk, clock: FixedClock) -> None:
    encounter = at(desk, State.SKIPPED)
    clock.advance(timedelta(minutes=1))
    enrol(desk, "p2")
    clock.advance(timedelta(minutes=1))
    desk.unlock("doc", PIN)
    desk.do("queue.requeue", Visit(encounter))
    assert tickets(desk) == ["002", "001"]
    assert "participant" not in stored(desk, encounter)


def test_calling_again_moves_the_call_to_now(desk: Desk, clock: FixedClock) -> None:
    encounter = at(desk, State.CALLED)
    clock.advance(timedelta(minutes=2))
    desk.do("queue.recall", Visit(encounter))
    assert queue(desk).current[0].since == "2026-03-17T09:02:00.000+08:00"


def test_who_sees_a_patient_is_on_the_visit_and_a_nurse_is_not(desk: Desk) -> None:
    encounter = enrol(desk, "p1")
    desk.unlock("nurse", PIN)
    desk.do("queue.call", Visit(encounter, "内科二诊室"))
    assert "participant" not in stored(desk, encounter)
    desk.unlock("doc", PIN)
    desk.do("queue.start", Visit(encounter, "内科二诊室"))
    row = queue(desk).current[0]
    assert (row.state, row.doctor, row.room) == (State.SEEING, "王敏", "内科二诊室")


def test_the_path_of_a_visit_is_kept(desk: Desk, clock: FixedClock) -> None:
    encounter = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    for step in ("call", "start", "park", "resume", "finish"):
        clock.advance(timedelta(minutes=1))
        desk.do(f"queue.{step}", Visit(encounter))
    found = desk.ask("queue.visit", GetVisit(encounter))
    assert [passed.state for passed in found.passed] == ["waiting", "called", "seeing", "parked", "seeing"]
    assert found.ended_at == "2026-03-17T09:05:00.000+08:00"
    assert found.passed[0].start == found.started_at


def test_a_visit_knows_how_many_are_called_before_it(desk: Desk) -> None:
    enrol(desk, "p1")
    enrol(desk, "p2", "surgery")
    last = enrol(desk, "p3")
    enrol(desk, "p4", priority=Priority.OVER_80)
    assert desk.ask("queue.visit", GetVisit(last)).ahead == 2


def test_a_visit_of_demo_data_says_so(desk: Desk) -> None:
    tag = {"meta": {"tag": [{"system": systems.SYNTHETIC, "code": "synthetic"}]}}
    put(desk, person("demo", "某") | tag)
    seen = {id_: desk.ask("queue.visit", GetVisit(enrol(desk, id_))).synthetic for id_ in ("demo", "p1")}
    assert seen == {"demo": True, "p1": False}


def test_a_parked_patient_whose_results_are_back_stands_first_with_their_names(desk: Desk) -> None:
    waiting_still = at(desk, State.PARKED)
    back = enrol(desk, "p2")
    desk.unlock("doc", PIN)
    for step in ("start", "park"):
        desk.do(f"queue.{step}", Visit(back))
    put(
        desk,
        {
            "resourceType": "DiagnosticReport",
            "id": "r1",
            "status": "final",
            "code": {"text": "血常规"},
            "subject": {"reference": "Patient/p2"},
            "encounter": {"reference": f"Encounter/{back}"},
        },
    )
    parked = queue(desk).parked
    assert [(row.encounter, row.state, row.results) for row in parked] == [
        (back, State.RESULTS, ("血常规",)),
        (waiting_still, State.PARKED, ()),
    ]
    desk.do("queue.resume", Visit(back))
    assert queue(desk).current[0].encounter == back


def test_cancelling_wants_a_reason_and_the_trail_keeps_it(desk: Desk) -> None:
    encounter = enrol(desk, "p1")
    with pytest.raises(Invalid):
        desk.do("queue.cancel", Cancel(encounter, "  "))
    desk.do("queue.cancel", Cancel(encounter, "挂错科"))
    assert desk.store.count_acts("queue.cancel", f"Encounter/{encounter} 挂错科") == 1
    assert queue(desk) == QueueView(as_of=queue(desk).as_of)


def test_a_registrar_does_not_call_and_a_doctor_does_not_enrol(desk: Desk) -> None:
    enrol(desk, "p1")
    with pytest.raises(Denied):
        desk.do("queue.call-next", CallNext())
    desk.unlock("doc", PIN)
    with pytest.raises(Denied):
        desk.do("queue.enrol", Enrol("p2", "internal"))


def test_nobody_waiting_is_said_plainly(desk: Desk) -> None:
    desk.unlock("doc", PIN)
    with pytest.raises(NotFound):
        desk.do("queue.call-next", CallNext())


def test_what_was_left_open_yesterday_is_no_queue(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    clock.advance(timedelta(days=1))
    assert queue(desk).waiting == ()
    enrol(desk, "p1")


def test_a_night_visit_stays_in_the_queue_past_midnight(desk: Desk, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=14))
    enrol(desk, "p1", "emergency", emergency=True)
    clock.advance(timedelta(hours=2))
    assert tickets(desk) == ["001"]


def test_a_state_another_system_wrote_is_read_by_its_status(desk: Desk) -> None:
    encounter = stored(desk, enrol(desk, "p1"))
    put(desk, encounter | {"status": "in-progress"})
    assert [row.state for row in queue(desk).current] == [State.SEEING]


def test_elements_this_product_does_not_know_survive_every_step(desk: Desk) -> None:
    encounter = stored(desk, enrol(desk, "p1"))
    put(desk, encounter | {"hospitalization": {"origin": {"display": "120"}}, "length": {"value": 5}})
    desk.unlock("doc", PIN)
    for step in ("call", "start", "finish"):
        desk.do(f"queue.{step}", Visit(encounter["id"]))
    after = stored(desk, encounter["id"])
    assert after["hospitalization"] == {"origin": {"display": "120"}}
    assert after["length"] == {"value": 5}


# Places


@pytest.fixture
def clinic(desk: Desk) -> Desk:
    """The same desk with two departments, their doctors and a room."""
    wards = {"internal": ("doc", "res"), "surgery": ("chief",)}
    for ward, people in wards.items():
        put(
            desk,
            {
                "resourceType": "Organization",
                "id": f"org-{ward}",
                "name": {"internal": "内科", "surgery": "外科"}[ward],
                "identifier": [{"system": systems.DEPARTMENT, "value": ward}],
            },
        )
        for user in people:
            put(
                desk,
                {
                    "resourceType": "Practitioner",
                    "id": f"practitioner-{user}",
                    "name": [{"text": {"doc": "王敏", "res": "李强", "chief": "周济"}[user]}],
                },
                {
                    "resourceType": "PractitionerRole",
                    "id": f"role-{user}",
                    "practitioner": {"reference": f"Practitioner/practitioner-{user}"},
                    "organization": {"reference": f"Organization/org-{ward}"},
                },
            )
    put(
        desk,
        {
            "resourceType": "Location",
            "id": "room-2",
            "name": "内科二诊室",
            "managingOrganization": {"reference": "Organization/org-internal"},
        },
    )
    return desk


def test_a_doctor_calls_only_the_own_department_and_nobody_elses_patients(clinic: Desk) -> None:
    enrol(clinic, "p1", "surgery")
    enrol(clinic, "p2", doctor="practitioner-res")
    enrol(clinic, "p3", doctor="practitioner-doc")
    enrol(clinic, "p4")
    clinic.unlock("doc", PIN)
    assert [row.name for row in queue(clinic).waiting] == ["张玮", "欧阳建国"]
    called = [clinic.do("queue.call-next", CallNext()).primary.patient for _ in range(2)]
    assert called == ["p3", "p4"]
    with pytest.raises(NotFound):
        clinic.do("queue.call-next", CallNext())


@pytest.mark.parametrize("room", ["room-2", "内科二诊室"])
def test_a_doctor_calls_who_is_meant_for_the_own_room_by_its_id_or_name(clinic: Desk, room: str) -> None:
    enrol(clinic, "p1", room="room-2")
    clinic.unlock("doc", PIN)
    with pytest.raises(NotFound):
        clinic.do("queue.call-next", CallNext("internal", "内科一诊室"))
    clinic.do("queue.call-next", CallNext("internal", room))
    assert queue(clinic).current[0].room == "内科二诊室"


def test_a_nurse_calls_for_any_room(clinic: Desk) -> None:
    enrol(clinic, "p1", room="room-2")
    clinic.unlock("nurse", PIN)
    encounter = clinic.do("queue.call-next", CallNext("internal", "分诊台")).primary.id
    assert stored(clinic, encounter)["location"][0]["location"] == {"display": "分诊台"}


def test_the_enrolment_names_organisation_doctor_and_room(clinic: Desk) -> None:
    encounter = stored(clinic, enrol(clinic, "p1", doctor="practitioner-doc", room="room-2"))
    assert encounter["serviceProvider"] == {"reference": "Organization/org-internal", "display": "内科"}
    assert encounter["participant"] == [
        {"individual": {"reference": "Practitioner/practitioner-doc", "display": "王敏"}}
    ]
    assert encounter["location"][0]["location"] == {"reference": "Location/room-2", "display": "内科二诊室"}


def test_the_desk_shows_where_a_patient_can_be_sent_and_how_many_wait(clinic: Desk) -> None:
    enrol(clinic, "p1", doctor="practitioner-doc")
    enrol(clinic, "p2", room="room-2")
    found = clinic.ask("queue.places", Places("internal"))
    assert [(p.name, p.waiting) for p in found.doctors] == [("王敏", 1), ("李强", 0)]
    assert [(p.name, p.waiting) for p in found.rooms] == [("内科二诊室", 1)]
    assert found.waiting == 2


def test_an_unknown_department_still_says_how_many_wait(desk: Desk) -> None:
    enrol(desk, "p1", "eye")
    found = desk.ask("queue.places", Places("eye"))
    assert (found.doctors, found.rooms, found.waiting) == ((), (), 1)


# The public screen


def test_the_public_screen_shows_tickets_and_masked_names_only(desk: Desk) -> None:
    for patient in ("p4", "p2", "p1"):
        enrol(desk, patient)
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科二诊室"))
    shown = desk.ask("queue.display", Display("internal"))
    code = desk.store.desk_code
    assert [(r.ticket, r.masked_name, r.room, r.state) for r in shown.calls] == [
        (f"{code}001", "欧阳*国", "内科二诊室", State.CALLED)
    ]
    assert [r.masked_name for r in shown.waiting] == ["张*", "李*英"]
    assert "欧阳建国" not in repr(shown)


def test_a_recorded_laboratory_value_counts_as_a_result_too(desk: Desk) -> None:
    encounter = at(desk, State.PARKED)
    category = [concept(systems.OBSERVATION_CATEGORY, "laboratory")]
    put(
        desk,
        {
            "resourceType": "Observation",
            "id": "o1",
            "status": "final",
            "category": category,
            "code": {"text": "C 反应蛋白"},
            "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": f"Encounter/{encounter}"},
        },
    )
    assert queue(desk).parked[0].results == ("C 反应蛋白",)
