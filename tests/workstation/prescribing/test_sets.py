"""Sets of a consultation room: for this patient, this visit, this weight and this shelf, ready to be taken over."""

from __future__ import annotations

import pytest

from tests.workstation.prescribing.room import diagnosis, patient, weight
from tests.workstation.prescribing.test_history import delivery, lot
from workstation.core.errors import Denied
from workstation.medication.judging import CheckState
from workstation.prescribing.model import PrescriptionKind
from workstation.prescribing.rows import SearchSets
from workstation.terminology.doses import plain

CHILD = patient("2021-03-09")


def found(room, text="", **more):
    return room.desk.ask("prescribing.sets", SearchSets("p1", "e1", text, **more))


def test_sets_for_the_visits_diagnosis_come_first_and_nine_are_shown(make_room):
    answer = found(make_room(diagnoses=[diagnosis("M10.9", "痛风")]))
    assert [(r.code, r.fits) for r in answer.rows[:2]] == [("gout", True), ("cold", False)]
    assert len(answer.rows) == 9 < answer.total


def test_a_set_is_found_by_initials_and_says_what_it_holds_and_that_nobody_confirmed_it(room):
    (row,) = found(room, "gxy").rows
    assert (row.name, row.drugs, row.kind) == (
        "Hypertension",
        "amlodipine + valsartan",
        PrescriptionKind.LONG_TERM,
    )
    assert row.source
    assert not row.confirmed
    assert plain(row.lines[0].text).startswith("amlodipine — strength 5 mg")


def test_the_lines_of_a_set_pass_the_checks_of_the_draft_they_are_taken_into(room):
    (row,) = found(room, "gxy").rows
    check = room.check(*(line.line for line in row.lines), kind=row.kind)
    assert [line.problem for line in check.lines] == [None, None]
    assert all(line.state is not CheckState.INCOMPLETE and line.sheet for line in check.lines)


def test_a_line_says_what_the_shelf_does_not_hold(room):
    drug = found(room, "gxy").rows[0].lines[0].line.drug
    assert "None in stock" in found(room, "gxy").rows[0].lines[0].remarks
    room.put(lot(drug), delivery(drug, 10))
    assert found(room, "gxy").rows[0].lines[0].remarks == ("Only 10 tablets in stock",)
    room.put(lot(drug, "L2"), delivery(drug, 100, "L2"))
    assert found(room, "gxy").rows[0].lines[0].remarks == ()


def test_children_get_the_sets_for_children_with_doses_for_their_weight(make_room):
    room = make_room(patient=CHILD, diagnoses=[diagnosis("R50.9", "发热")], also=[weight(18)])
    answer = found(room)
    assert [r.code for r in answer.rows] == ["child-fever", "child-cough", "child-diarrhoea"]
    line = answer.rows[0].lines[0]
    assert (line.line.dose, line.line.unit, line.available) == ("7", "ml", True)


def test_a_dose_by_weight_waits_for_a_recent_weight(make_room):
    room = make_room(patient=CHILD, also=[weight(17, "2026-01-02T08:30:00+08:00")])
    line = found(room, "xefr").rows[0].lines[0]
    assert (line.line.dose, line.available) == ("", False)
    assert line.remarks == ("The dose goes by weight: weigh the patient first",)


def test_only_who_may_prescribe_is_shown_sets(make_room):
    room = make_room()
    room.desk.unlock("nurse", "246810")
    with pytest.raises(Denied):
        found(room)
