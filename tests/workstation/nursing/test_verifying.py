"""Looking at new orders: what each differs from, one line at a time, back to the doctor, and stops."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins import ward
from tests.plugins.floor import Ward
from workstation.core.errors import Conflict, Denied, Invalid, NotFound
from workstation.fhir import systems
from workstation.nursing import model
from workstation.nursing.rows import Difference, NewLine, PatientToVerify
from workstation.orderbook.book import orders_of
from workstation.orderbook.order import Verified
from workstation.orders.model import AnswerReturn
from workstation.terminology.doses import plain

LATER = "YZ26AAA000003"


def waiting(floor: Ward, **asked: str) -> list[PatientToVerify]:
    return list(floor.desk.ask("nursing.to-verify", model.ToVerify(**(asked or {"ward": "w"}))).patients)


def lines(floor: Ward) -> dict[str, NewLine]:
    return {line.line.order: line for patient in waiting(floor) for line in patient.new}


def new(
    floor: Ward, how: str = "10 mg po qd", drug: str = "苯磺酸氨氯地平片", id_: str = "n1", **more: Any
) -> None:
    more = {"line": 1, "number": LATER} | more
    floor.order(ward.drug_order(id_, "p1", "s1", drug, how, floor.today("09:00"), **more), verified=False)


def state(floor: Ward, id_: str) -> Verified:
    with floor.desk.store.reader() as reader:
        found = orders_of(reader, "s1", floor.desk.knowledge)
    return next(o.verification.state for o in found if o.id == id_)


def stop(floor: Ward, id_: str, at: str) -> None:
    with floor.desk.store.reader() as reader:
        record = ward.stopped(reader.get("MedicationRequest", id_), floor.today(at))
    floor.put(record, ward.verification(record, stop=True))


def test_ward_without_new_orders_has_nothing_to_verify(floor: Ward) -> None:
    assert waiting(floor) == []
    assert floor.tasks().to_verify == 0


def test_new_line_stands_against_what_runs_and_the_patient_is_named(floor: Ward) -> None:
    new(floor, "0.5 g po bid", "盐酸二甲双胍片")
    (patient,) = waiting(floor)
    assert (patient.who.name, patient.who.bed, patient.who.alike) == ("张伟", "12", "same-sound")
    assert [line.difference for line in patient.new] == [Difference.NEW]
    assert {line.line.order for line in patient.running} == {"fluid", "cef", "aml", "ins", "bp", "prn"}
    assert floor.tasks().to_verify == 1


def test_same_drug_beside_a_running_one_is_named_twice(floor: Ward) -> None:
    new(floor)
    line = lines(floor)["n1"]
    assert (line.difference, line.against) == (Difference.TWICE, ("aml",))


def test_changed_dose_names_what_it_was_and_what_it_becomes(floor: Ward) -> None:
    stop(floor, "aml", "09:00")
    new(floor)
    found = lines(floor)
    assert found["n1"].difference is Difference.CHANGED
    assert (plain(found["n1"].was), plain(found["n1"].becomes)) == ("5 mg", "10 mg")
    assert (found["aml"].difference, found["aml"].stop_reason) == (Difference.STOP, "病情变化")


def test_solvent_of_another_group_is_not_the_same_drug_twice(floor: Ward) -> None:
    new(floor, "250 ml ivgtt qd", "0.9%氯化钠注射液")
    assert lines(floor)["n1"].difference is Difference.NEW


def test_alert_the_doctor_went_past_is_shown_with_its_reason(floor: Ward) -> None:
    new(floor)
    floor.put(
        {
            "resourceType": "DetectedIssue",
            "id": "i1",
            "status": "final",
            "severity": "high",
            "patient": {"reference": "Patient/p1"},
            "code": {
                "coding": [{"system": systems.RULE, "code": "AL-01", "display": "过敏"}],
                "text": "过敏",
            },
            "implicated": [{"reference": "MedicationRequest/n1"}],
            "mitigation": [{"action": {"text": "既往耐受"}}],
        }
    )
    (override,) = lines(floor)["n1"].overrides
    assert (override.tier, override.reason) == (1, "既往耐受")


def test_stat_order_comes_first(floor: Ward) -> None:
    new(floor, "0.5 g po bid", "盐酸二甲双胍片", id_="n1")
    new(floor, "20 mg iv st", "呋塞米注射液", id_="n2", line=2)
    assert [line.line.order for line in waiting(floor)[0].new] == ["n2", "n1"]


def test_line_is_verified_once_and_saying_it_again_changes_nothing(floor: Ward) -> None:
    new(floor)
    floor.desk.do("nursing.verify", model.Verify("n1"))
    assert state(floor, "n1") is Verified.DONE
    again = floor.desk.do("nursing.verify", model.Verify("n1"))
    assert again.refs == ()
    assert waiting(floor) == []


def test_order_that_came_without_its_task_can_be_verified(floor: Ward) -> None:
    floor.put(
        ward.drug_order(
            "n1", "p1", "s1", "盐酸二甲双胍片", "0.5 g po bid", floor.today("09:00"), number=LATER
        )
    )
    assert list(lines(floor)) == ["n1"]
    floor.desk.do("nursing.verify", model.Verify("n1"))
    assert state(floor, "n1") is Verified.DONE


def test_line_goes_back_to_the_doctor_with_a_reason_and_is_not_due(floor: Ward) -> None:
    new(floor, "0.5 g po bid", "盐酸二甲双胍片", times=("09:30",))
    with pytest.raises(Invalid):
        floor.desk.do("nursing.return-order", model.ReturnOrder("n1", ""))
    floor.desk.do("nursing.return-order", model.ReturnOrder("n1", "R1", "0.5 g?"))
    assert state(floor, "n1") is Verified.RETURNED
    assert waiting(floor) == []
    assert not [row for row in floor.tasks().rows if row.lines[0].order == "n1"]
    with pytest.raises(Conflict, match="sent back"):
        floor.desk.do("nursing.verify", model.Verify("n1"))
    with pytest.raises(Conflict, match="剂量有疑问"):
        floor.give(f"{LATER}.L1.2603170930", late="")


def test_answer_of_the_doctor_stands_beside_the_line_that_had_gone_back(floor: Ward) -> None:
    new(floor, "0.5 g po bid", "盐酸二甲双胍片")
    floor.desk.do("nursing.return-order", model.ReturnOrder("n1", "R1"))
    floor.as_("doc").do("orders.answer-return", AnswerReturn("n1", "已核实，按此执行"))
    floor.as_("nurse")
    assert lines(floor)["n1"].answer == "已核实，按此执行"


def test_verified_line_does_not_go_back(floor: Ward) -> None:
    with pytest.raises(Conflict, match="not waiting"):
        floor.desk.do("nursing.return-order", model.ReturnOrder("aml", "R1"))


def test_stop_is_seen_line_by_line(floor: Ward) -> None:
    stop(floor, "aml", "09:00")
    assert list(lines(floor)) == ["aml"]
    floor.desk.do("nursing.verify-stop", model.VerifyStop("aml"))
    assert waiting(floor) == []
    with pytest.raises(Conflict, match="not stopped"):
        floor.desk.do("nursing.verify-stop", model.VerifyStop("cef"))


def test_stop_of_a_line_nobody_verified_is_seen_with_it(floor: Ward) -> None:
    new(floor)
    stop(floor, "n1", "09:00")
    assert [line.difference for line in lines(floor).values()] == [Difference.TWICE]
    floor.desk.do("nursing.verify-stop", model.VerifyStop("n1"))
    assert waiting(floor) == []


def test_void_and_unknown_orders_are_not_verified(floor: Ward) -> None:
    new(floor, status="cancelled")
    assert waiting(floor) == []
    with pytest.raises(Conflict, match="taken back"):
        floor.desk.do("nursing.verify", model.Verify("n1"))
    with pytest.raises(NotFound):
        floor.desk.do("nursing.verify", model.Verify("nothing"))


def test_one_stay_can_be_asked_for_alone(floor: Ward) -> None:
    new(floor)
    assert [p.who.patient for p in waiting(floor, encounter="s1")] == ["p1"]
    assert waiting(floor, encounter="s2") == []


def test_doctor_does_not_verify(floor: Ward) -> None:
    new(floor)
    floor.as_("doc")
    with pytest.raises(Denied):
        floor.desk.do("nursing.verify", model.Verify("n1"))


def test_changed_frequency_is_named_with_its_times(floor: Ward) -> None:
    stop(floor, "aml", "08:59")
    new(floor, "5 mg po qn")
    line = lines(floor)["n1"]
    assert line.difference is Difference.CHANGED
    assert plain(line.becomes) == "every night · 20:00"
