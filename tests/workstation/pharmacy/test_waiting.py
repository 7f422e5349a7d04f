"""The queue: who goes first, who is marked, what was done today."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workstation.core.errors import Invalid
from workstation.pharmacy.model import Claim, Query, Queue, Reasons, SheetState, StartReview


def numbers(view):
    return [int(row.number[-6:]) for row in view.rows]


def test_urgent_sheets_come_first_then_who_has_waited_longest_and_questions_last(counter):
    tasks = []
    for _sheet in range(4):
        tasks.append(counter.sign())
        counter.later(minutes=1)
    counter.put(counter.get("Task", tasks[2]) | {"priority": "urgent"})
    counter.as_("pharm").do("pharmacy.query", Query(tasks[0], "2-5"))
    view = counter.queue("review")
    assert numbers(view) == [3, 2, 4, 1]
    assert [row.waiting_minutes for row in view.rows] == [2, 3, 1, 4]
    assert (view.urgent, view.to_review, view.to_dispense) == (1, 4, 0)


def test_every_part_of_the_queue_is_counted_whichever_is_shown(counter):
    counter.sign()
    counter.approve(counter.sign())
    counter.hand_out(counter.approve(counter.sign()))
    for part in ("review", "dispense", "done"):
        view = counter.queue(part)
        assert (view.to_review, view.to_dispense, view.done_today, view.total) == (1, 1, 1, 1)


def test_what_was_handed_out_yesterday_is_not_done_today(counter):
    dispensing = counter.approve(counter.sign(valid_days=2))
    counter.later(hours=20)
    counter.hand_out(dispensing)
    assert counter.queue("done").total == 1
    counter.later(hours=20)
    assert counter.queue("done").total == 0


def test_a_row_says_who_holds_the_sheet(counter):
    task = counter.sign()
    counter.as_("pharm").do("pharmacy.start-review", StartReview(task))
    assert [(r.state, r.holder) for r in counter.queue("review").rows] == [(SheetState.IN_REVIEW, "孙悦")]
    dispensing = counter.approve(task)
    counter.as_("pharm2").do("pharmacy.claim", Claim(dispensing))
    assert [(r.state, r.holder) for r in counter.queue("dispense").rows] == [(SheetState.DISPENSING, "林芳")]


@pytest.mark.parametrize(
    ("other", "same", "alike"), [("欧阳建国", True, False), ("欧阳健国", False, True), ("王芳", False, False)]
)
def test_patients_with_the_same_name_or_sound_are_marked(counter, other, same, alike):
    first = counter.sign()
    counter.put(counter.get("Patient", "p1") | {"id": "p2", "name": [{"text": other}]})
    task = counter.get("Task", first) | {"id": "t2", "for": {"reference": "Patient/p2"}}
    counter.put(task)
    rows = counter.queue("review").rows
    assert len(rows) == 2
    assert all((row.same_name, row.sounds_alike) == (same, alike) for row in rows)


def test_two_sheets_of_one_patient_are_no_namesakes(counter):
    counter.sign()
    counter.sign()
    assert not any(row.same_name for row in counter.queue("review").rows)


def test_the_limit_cuts_rows_and_not_the_count(counter):
    for _sheet in range(3):
        counter.sign()
    view = counter.as_("pharm").ask("pharmacy.queue", Queue("review", limit=2))
    assert (len(view.rows), view.total) == (2, 3)


def test_an_unknown_part_is_refused(counter):
    with pytest.raises(Invalid):
        counter.queue("everything")


def test_the_reasons_of_a_question_are_the_codes_of_the_prescription_comment(counter):
    rows = counter.as_("pharm").ask("pharmacy.reasons", Reasons("review"))
    codes = {row.code for row in rows}
    assert codes == (
        {f"1-{n}" for n in range(1, 16)} | {f"2-{n}" for n in range(1, 10)} | {f"3-{n}" for n in range(1, 5)}
    )
    assert [row.rank for row in rows[:9]] == list(range(1, 10))
    assert all("28号" in row.source for row in rows)
    with pytest.raises(Invalid):
        counter.as_("pharm").ask("pharmacy.reasons", Reasons("none"))


def test_rows_can_be_compared_to_see_what_is_new(counter):
    counter.sign()
    (row,) = counter.queue("review").rows
    assert row == replace(row)
