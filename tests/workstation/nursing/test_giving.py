"""Giving doses: what is written, every refusal, and that what happened can always be recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.plugins import ward
from tests.plugins.floor import BAG, DOSE, INSULIN, NUMBER, OTHER, OTHERS, STAY, Ward
from workstation.core.errors import Conflict, Denied, Invalid, NotFound, UserError
from workstation.fhir import systems
from workstation.fhir.resources import extension
from workstation.nursing import model
from workstation.nursing.rows import CellState, Lane

HOUR = timedelta(hours=1)


def test_scanned_dose_is_written_with_its_slot_its_time_and_its_scans(floor: Ward) -> None:
    floor.give()
    (fact,) = floor.facts()
    assert fact["identifier"] == [{"system": systems.DOSE_SLOT, "value": DOSE}]
    assert (fact["status"], fact["request"]["reference"]) == ("completed", "MedicationRequest/aml")
    assert fact["effectiveDateTime"] == "2026-03-17T09:00:00.000+08:00"
    assert fact["dosage"]["dose"] == {"value": 5, "unit": "mg"}
    assert fact["performer"] == [
        {"actor": {"reference": "Practitioner/practitioner-nurse", "display": "陈洁"}}
    ]
    assert extension(fact, systems.CHECKED_BY_SCAN) == "both"
    assert extension(fact, systems.SCHEDULED_FOR) == "2026-03-17T08:00:00+08:00"


def test_lines_of_a_group_are_given_together_in_one_unit(floor: Ward) -> None:
    floor.give(BAG)
    assert sorted(f["request"]["reference"] for f in floor.facts()) == [
        "MedicationRequest/cef",
        "MedicationRequest/fluid",
    ]
    assert len({f["identifier"][0]["value"] for f in floor.facts()}) == 1
    with floor.desk.store.reader() as reader:
        assert reader.count("MedicationAdministration") == 2


def test_given_dose_leaves_the_lanes_and_shows_on_the_chart(floor: Ward) -> None:
    before = [row.slot for row in floor.tasks().rows]
    floor.give()
    assert DOSE in before
    assert DOSE not in [row.slot for row in floor.tasks().rows]
    cell = floor.cell("aml", floor.at("08:00"))
    assert (cell.state, cell.facts[0].by) == (CellState.GIVEN, "陈洁")


def test_dose_that_was_given_is_not_given_again_and_nothing_is_written(floor: Ward) -> None:
    floor.give()
    with pytest.raises(Conflict, match="Given already at 09:00 by 陈洁"):
        floor.give()
    assert len(floor.facts()) == 1


def test_dose_after_its_time_needs_a_reason_and_says_it(floor: Ward) -> None:
    floor.clock.advance(HOUR)
    with pytest.raises(Invalid) as refused:
        floor.give(late="")
    assert refused.value.field == "late"
    floor.give(late="L3")
    assert extension(floor.facts()[0], systems.LATE_REASON) == "病区抢救"
    assert floor.cell("aml", floor.at("08:00")).state is CellState.LATE


def test_reason_that_asks_for_words_wants_them(floor: Ward) -> None:
    floor.clock.advance(HOUR)
    with pytest.raises(Invalid, match="a few words"):
        floor.give(late="L6")
    floor.give(late="L6", late_text="等待家属")
    assert extension(floor.facts()[0], systems.LATE_REASON) == "其他：等待家属"


def test_dose_given_by_hand_says_why_nothing_was_scanned(floor: Ward) -> None:
    with pytest.raises(Invalid) as refused:
        floor.give(label="")
    assert refused.value.field == "by_hand"
    floor.give(label="", by_hand="H1")
    fact = floor.facts()[0]
    assert (extension(fact, systems.CHECKED_BY_SCAN), fact["note"][0]["text"]) == (
        "wristband",
        "药品无标签或无码",
    )


def test_full_width_codes_of_an_input_method_are_understood(floor: Ward) -> None:
    floor.give(wristband="".join(chr(ord(c) + 0xFEE0) for c in STAY))
    assert len(floor.facts()) == 1


REFUSALS: dict[str, tuple[dict[str, Any], type[UserError], str]] = {
    "another patient's label": ({"slot": OTHERS}, Invalid, "belongs to another patient"),
    "another patient's wristband": ({"wristband": OTHER}, Invalid, "wristband is another patient's"),
    "another dose's label": ({"label": INSULIN}, Invalid, "not this dose"),
    "no such order": ({"slot": "YZ26AAA000009.L1.2603170800"}, NotFound, "does not know this order"),
    "no code of a dose": ({"slot": "6901234567892"}, Invalid, "not the code of a dose"),
    "a moment the plan does not have": ({"slot": f"{NUMBER}.L3.2603170915"}, Conflict, "No dose of this order"),
    "tomorrow's dose": ({"slot": f"{NUMBER}.L3.2603180800"}, Invalid, "too early"),
    "a moment that lies ahead": ({"at": "2026-03-17T09:01:00.000+08:00"}, Invalid, "lies ahead"),
    "an order that is no medicine": ({"slot": f"{NUMBER}.L5.2603170800"}, Invalid, "no medicine"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "error", "said"), REFUSALS.values(), ids=REFUSALS)
def test_refusal(floor: Ward, changed: dict[str, Any], error: type[UserError], said: str) -> None:
    with pytest.raises(error, match=said):
        floor.give(**changed)
    assert floor.facts() == []
    assert floor.facts("Task") == [t for t in floor.facts("Task") if t["id"].endswith("-verify")]


ORDERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "stopped": ({"end": "08:30"}, "stopped", "was stopped at 08:30"),
    "void": ({}, "cancelled", "taken back"),
    "positive skin test": ({"skin_test": "positive"}, "active", "is positive"),
    "skin test without a result": ({"skin_test": "required"}, "active", "no result yet"),
}


@pytest.mark.parametrize(("more", "status", "said"), ORDERS.values(), ids=ORDERS)
def test_order_that_must_not_be_given(floor: Ward, more: dict[str, Any], status: str, said: str) -> None:
    parts = {k: floor.today(v) if k == "end" else v for k, v in more.items()}
    start = floor.clock.now() - timedelta(days=1)
    floor.order(
        ward.drug_order(
            "x", "p1", "s1", "注射用青霉素钠", "80 万U im qd", start, line=7, status=status, **parts
        )
    )
    with pytest.raises((Conflict, Invalid), match=said):
        floor.give(f"{NUMBER}.L7.2603170800")
    assert floor.facts() == []


def test_order_nobody_verified_is_not_given(floor: Ward) -> None:
    start = floor.clock.now() - timedelta(days=1)
    floor.order(
        ward.drug_order("x", "p1", "s1", "苯磺酸氨氯地平片", "5 mg po qd", start, line=7), verified=False
    )
    with pytest.raises(Conflict, match="No nurse has verified"):
        floor.give(f"{NUMBER}.L7.2603170800")
    floor.desk.do("nursing.verify", model.Verify("x"))
    floor.give(f"{NUMBER}.L7.2603170800")
    assert len(floor.facts()) == 1


def test_bag_with_a_stopped_line_is_not_given_at_all(floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        line = reader.get("MedicationRequest", "cef")
    floor.put(ward.stopped(line, floor.today("08:30")))
    with pytest.raises(Conflict, match="ceftriaxone was stopped at 08:30"):
        floor.give(BAG)


def test_high_alert_drug_needs_a_second_person_of_this_desk(floor: Ward) -> None:
    for second in ("", "nurse", "admin"):
        with pytest.raises(Invalid) as refused:
            floor.give(INSULIN, second=second)
        assert refused.value.field == "second"
    with pytest.raises(NotFound):
        floor.give(INSULIN, second="nobody")
    floor.give(INSULIN, second="nurse2")
    performers = floor.facts()[0]["performer"]
    assert [p["actor"]["display"] for p in performers] == ["陈洁", "赵敏"]
    assert performers[1]["function"]["coding"][0]["code"] == "verifier"
    assert floor.cell("ins", floor.at("08:00")).facts[0].second == "赵敏"


def test_stopped_order_keeps_what_really_happened(floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        line = reader.get("MedicationRequest", "aml")
    floor.put(ward.stopped(line, floor.today("08:30")))
    with pytest.raises(Conflict):
        floor.give()
    floor.desk.do("nursing.record-actual", model.RecordActual(DOSE, "s1", floor.at("08:10"), "A1"))
    (fact,) = floor.facts()
    assert (fact["effectiveDateTime"], fact["note"][0]["text"]) == (floor.at("08:10"), "停嘱前已执行")
    assert floor.cell("aml", floor.at("08:00")).state is CellState.GIVEN


def test_what_really_happened_may_be_another_amount_but_never_lies_ahead(floor: Ward) -> None:
    dose = (model.ActualDose("aml", "2.5"),)
    with pytest.raises(Invalid, match="lies ahead"):
        floor.desk.do(
            "nursing.record-actual", model.RecordActual(DOSE, "s1", floor.at("09:30"), "A4", doses=dose)
        )
    wrong = (model.ActualDose("aml", "-1"),)
    with pytest.raises(Invalid, match="above zero"):
        floor.desk.do(
            "nursing.record-actual", model.RecordActual(DOSE, "s1", floor.at("08:30"), "A4", doses=wrong)
        )
    floor.desk.do(
        "nursing.record-actual", model.RecordActual(DOSE, "s1", floor.at("08:30"), "A4", doses=dose)
    )
    assert floor.facts()[0]["dosage"]["dose"] == {"value": 2.5, "unit": "mg"}
    assert floor.cell("aml", floor.at("08:00")).dose.replace("\u00a0", " ").replace("\u2060", "") == "2.5 mg"


def test_dose_not_given_says_why_and_is_not_due_any_more(floor: Ward) -> None:
    with pytest.raises(Invalid, match="Choose a reason"):
        floor.desk.do("nursing.not-given", model.NotGiven(DOSE, "s1", ""))
    floor.desk.do("nursing.not-given", model.NotGiven(DOSE, "s1", "N1"))
    (fact,) = floor.facts()
    assert (fact["status"], fact["statusReason"][0]["text"]) == ("not-done", "患者拒绝")
    assert "dosage" not in fact
    cell = floor.cell("aml", floor.at("08:00"))
    assert (cell.state, cell.facts[0].reason) == (CellState.NOT_GIVEN, "患者拒绝")
    assert DOSE not in [row.slot for row in floor.tasks().rows]


def test_infusion_begins_runs_and_ends(floor: Ward) -> None:
    scans = {"wristband": STAY, "label": BAG}
    floor.desk.do("nursing.start-infusion", model.Give(BAG, "s1", **scans))
    running = [row for row in floor.tasks().rows if row.lane is Lane.RUNNING]
    assert [row.slot for row in running] == [BAG]
    assert floor.cell("cef", floor.at("08:00")).state is CellState.RUNNING
    floor.clock.advance(timedelta(minutes=40))
    floor.desk.do("nursing.end-infusion", model.EndInfusion(BAG, "s1"))
    assert {f["status"] for f in floor.facts()} == {"completed"}
    assert {f["effectivePeriod"]["end"] for f in floor.facts()} == {floor.at("09:40")}
    with pytest.raises(Conflict, match="not running"):
        floor.desk.do("nursing.end-infusion", model.EndInfusion(BAG, "s1"))


def test_tablet_is_no_infusion_and_an_infusion_ends_after_it_began(floor: Ward) -> None:
    with pytest.raises(Invalid, match="no infusion"):
        floor.desk.do("nursing.start-infusion", model.Give(DOSE, "s1", STAY, DOSE))
    floor.desk.do("nursing.start-infusion", model.Give(BAG, "s1", STAY, BAG))
    with pytest.raises(Invalid, match="before it began"):
        floor.desk.do("nursing.end-infusion", model.EndInfusion(BAG, "s1", floor.at("08:30")))


def test_other_order_is_carried_out(floor: Ward) -> None:
    slot = f"{NUMBER}.L5.2603170800"
    floor.desk.do("nursing.carry-out", model.CarryOut(slot, "s1", "130/80"))
    task = next(t for t in floor.facts("Task") if t.get("identifier"))
    assert (task["status"], task["focus"]["reference"]) == ("completed", "ServiceRequest/bp")
    assert (task["note"][0]["text"], task["owner"]["display"]) == ("130/80", "陈洁")
    assert slot not in [row.slot for row in floor.tasks().rows]
    with pytest.raises(Invalid, match="give it by scanning"):
        floor.desk.do("nursing.carry-out", model.CarryOut(DOSE, "s1"))


def test_drug_when_needed_is_given_at_the_minute_it_is_given(floor: Ward) -> None:
    slot = f"{NUMBER}.L6.2603170900"
    floor.give(slot)
    assert floor.rows()["prn"].cells[0].state is CellState.GIVEN
    with pytest.raises(Conflict, match="Given already"):
        floor.give(slot)


def test_record_in_error_stays_with_who_said_so_and_the_dose_is_due_again(floor: Ward) -> None:
    ref = floor.give()
    floor.desk.do("nursing.correct", model.Correct((ref.id,), "s1", "C1"))
    (fact,) = floor.facts()
    assert (fact["status"], fact["note"][-1]["text"], fact["note"][-1]["authorString"]) == (
        "entered-in-error",
        "实际未给",
        "陈洁",
    )
    assert DOSE in [row.slot for row in floor.tasks().rows]
    assert floor.cell("aml", floor.at("08:00")).errors[0].id == ref.id
    floor.give()
    assert len(floor.facts()) == 2


def test_record_of_another_patient_is_not_corrected_here(floor: Ward) -> None:
    ref = floor.give()
    with pytest.raises(Invalid, match="another patient"):
        floor.desk.do("nursing.correct", model.Correct((ref.id,), "s2", "C1"))
    floor.desk.do("nursing.correct", model.Correct((ref.id,), "s1", "C1"))
    with pytest.raises(Conflict, match="already"):
        floor.desk.do("nursing.correct", model.Correct((ref.id,), "s1", "C1"))


def test_dose_recorded_at_two_desks_is_shown_as_given_twice(floor: Ward) -> None:
    floor.give()
    floor.put({**floor.facts()[0], "id": "from-another-desk"})
    assert floor.cell("aml", floor.at("08:00")).state is CellState.TWICE


def test_only_who_may_give_drugs_gives_them_and_the_trail_says_so(floor: Ward) -> None:
    floor.as_("doc")
    with pytest.raises(Denied):
        floor.give()
    floor.as_("nurse")
    floor.give()
    floor.give(INSULIN, second="nurse2")
    acts = [e for e in floor.desk.store.look(_trail) if e[0] == "nursing.give"]
    assert acts == [("nursing.give", "p1", DOSE), ("nursing.give", "p1", f"{INSULIN} checked by nurse2")]


def _trail(connection: Any) -> list[tuple[str, str, str]]:
    import sqlalchemy as sa

    return [
        tuple(row)
        for row in connection.execute(sa.text("SELECT action, patient, detail FROM audit ORDER BY seq"))
    ]
