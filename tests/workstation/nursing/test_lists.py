"""Tasks of a ward, the administration chart, and infusion labels."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.plugins import ward
from tests.plugins.floor import BAG, DOSE, NUMBER, OTHERS, STAY, Ward
from workstation.core import i18n
from workstation.core.errors import Invalid
from workstation.fhir import systems
from workstation.nursing import model
from workstation.nursing.rows import CellState, InfusionLabel, Lane
from workstation.terminology.doses import plain


def lanes(floor: Ward) -> dict[str, Lane]:
    return {row.slot: row.lane for row in floor.tasks().rows}


def test_tasks_lie_in_lanes_of_the_whole_ward(floor: Ward) -> None:
    found = lanes(floor)
    assert found[DOSE] is Lane.OVERDUE
    assert found[OTHERS] is Lane.OVERDUE
    floor.clock.advance(timedelta(hours=-1))
    assert lanes(floor)[DOSE] is Lane.NOW
    floor.clock.advance(timedelta(hours=-2))
    assert lanes(floor)[DOSE] is Lane.LATER


def test_task_says_who_what_and_how_long_it_is_overdue(floor: Ward) -> None:
    row = next(r for r in floor.tasks().rows if r.slot == BAG)
    assert (row.who.bed, row.minutes, row.infusion, row.verified) == ("12", -60, True, "verified")
    assert [line.name for line in row.lines] == ["sodium chloride 0.9%", "ceftriaxone"]


def test_overdue_dose_of_the_day_before_yesterday_has_left_the_list_but_not_the_chart(floor: Ward) -> None:
    floor.clock.advance(timedelta(days=2))
    assert DOSE not in lanes(floor)
    view = floor.desk.ask("nursing.administration", model.AskAdministration("p1", "s1", "2026-03-17"))
    cells = next(r.cells for r in view.rows if r.line.order == "aml")
    assert next(c for c in cells if c.slot == DOSE).state is CellState.OVERDUE


def test_full_ward_is_asked_with_a_handful_of_questions(floor: Ward) -> None:
    start = floor.clock.now() - timedelta(days=1)
    for n in range(20, 60):
        floor.put(
            ward.place(f"b{n}", str(n), part_of="w"),
            ward.patient(f"q{n}", f"病人{n}", f"N{n}"),
            ward.stay(f"t{n}", f"q{n}", f"ZY260316BBB{n:03}", f"b{n}", start),
            ward.drug_order(
                f"r{n}", f"q{n}", f"t{n}", "苯磺酸氨氯地平片", "5 mg po qd", start, number=f"YZ26BBB{n:06}"
            ),
        )
    counted: list[str] = []
    with floor.desk.store.reader() as reader:
        sa.event.listen(reader._connection.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
        found = floor.desk.ask("nursing.tasks", model.AskTasks("w"))
    assert len({row.who.bed for row in found.rows}) == 42
    assert len(counted) <= 12


def test_chart_lists_every_current_medicine_and_orders_that_are_carried_out(floor: Ward) -> None:
    level = ward.other_order("level", "p1", "s1", "nursing-level", "一级护理", floor.today("08:00"))
    floor.order(level)
    rows = floor.rows()
    assert list(rows) == ["fluid", "cef", "aml", "ins", "prn", "bp"]
    assert [c.state for c in rows["aml"].cells] == [
        CellState.OVERDUE,
        CellState.SCHEDULED,
    ]
    assert rows["prn"].as_needed
    assert rows["prn"].cells == ()


def test_chart_says_why_a_line_cannot_be_given(floor: Ward) -> None:
    start = floor.clock.now() - timedelta(days=1)
    floor.order(
        ward.drug_order(
            "pen", "p1", "s1", "注射用青霉素钠", "80 万U im qd", start, line=8, skin_test="required"
        )
    )
    floor.order(
        ward.drug_order("met", "p1", "s1", "盐酸二甲双胍片", "0.5 g po bid", start, line=9), verified=False
    )
    rows = floor.rows()
    assert rows["pen"].barred.endswith("has no result yet.")
    assert (rows["met"].state, rows["met"].barred) == ("waiting", "No nurse has verified this order yet.")
    assert (rows["aml"].state, rows["aml"].barred) == ("running", "")


def test_stopped_line_stays_on_the_chart_while_its_day_is_shown(floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        floor.put(ward.stopped(reader.get("MedicationRequest", "aml"), floor.today("08:30")))
    row = floor.rows()["aml"]
    assert row.state == "stopped"
    assert [c.slot for c in row.cells] == [DOSE]


def test_fact_without_a_plan_stands_on_the_chart(floor: Ward) -> None:
    floor.give()
    with floor.desk.store.reader() as reader:
        moved = reader.get("MedicationRequest", "aml")
    moved["dosageInstruction"][0]["timing"]["repeat"]["timeOfDay"] = ["20:00:00"]
    floor.put(moved)
    assert [c.state for c in floor.rows()["aml"].cells][1] is CellState.GIVEN


def test_chart_of_another_patients_stay_is_refused(floor: Ward) -> None:
    with pytest.raises(Invalid, match="another patient"):
        floor.rows("s2", "p1")


def labels(floor: Ward, since: str = "00:00", until: str = "23:59", **more: str) -> tuple[InfusionLabel, ...]:
    return floor.desk.ask(
        "nursing.labels-due", model.LabelsDue("w", floor.at(since), floor.at(until), **more)
    )


def with_allergy(floor: Ward) -> None:
    """Say that the patient is allergic, and made up."""
    with floor.desk.store.reader() as reader:
        person = reader.get("Patient", "p1")
    person["active"] = True
    person["meta"] = {"tag": [{"system": systems.SYNTHETIC, "code": "synthetic"}]}
    allergy = {"resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"}}
    allergy |= {"code": {"text": "青霉素"}, "clinicalStatus": {"coding": [{"code": "active"}]}}
    floor.put(person, allergy)


def test_label_says_everything_a_bag_must_say(floor: Ward) -> None:
    with_allergy(floor)
    first, second = labels(floor)
    assert (first.barcode, first.ward, first.bed) == (BAG, "呼吸内科病区", "12")
    assert (first.name, first.stay_number) == ("张伟", STAY)
    assert (first.place, first.places, second.place) == (1, 2, 2)
    assert (first.batch, first.drip_rate, first.minutes) == ("第 1 批", "60 gtt/min", 34)
    assert (first.skin_test, first.route, first.frequency) == ("negative", "静脉滴注", "每日 2 次")
    assert (first.allergies, first.synthetic) == ("青霉素", True)
    fluid, drug = first.lines
    assert (fluid.name, fluid.solvent) == ("0.9%氯化钠注射液", True)
    assert [plain(x) for x in (drug.quantity, drug.dose, drug.strength)] == ["1 支", "1 g", "1 g"]


def test_label_is_due_only_for_its_time_and_until_it_was_recorded(floor: Ward) -> None:
    assert [label.barcode for label in labels(floor, "07:00", "12:00")] == [BAG]
    floor.desk.do("nursing.start-infusion", model.Give(BAG, "s1", STAY, BAG))
    assert labels(floor, "07:00", "12:00") == ()
    assert labels(floor, "12:00", "23:59", encounter="s2") == ()


def test_order_nobody_verified_has_no_label(floor: Ward) -> None:
    start = floor.clock.now() - timedelta(days=1)
    record = ward.drug_order("x", "p1", "s1", "氯化钾注射液", "1 g ivgtt qd", start, line=8)
    floor.order(record, verified=False)
    assert f"{NUMBER}.L8.2603170800" not in [label.barcode for label in labels(floor)]
    floor.desk.do("nursing.verify", model.Verify("x"))
    made = next(label for label in labels(floor) if label.barcode == f"{NUMBER}.L8.2603170800")
    assert made.high_alert


def test_label_follows_the_language_of_the_paper_not_of_the_screen(floor: Ward) -> None:
    i18n.set_language("zh_CN")
    english = labels(floor, language="en")[0]
    assert (english.lines[1].name, english.route) == ("ceftriaxone", "by intravenous infusion")


def test_reasons_come_by_group_with_the_short_list_first(floor: Ward) -> None:
    found = floor.desk.ask("nursing.reasons", model.AskReasons("not-given"))
    assert (found[0].code, found[0].text, found[-1].words) == ("N1", "Patient refused", True)
