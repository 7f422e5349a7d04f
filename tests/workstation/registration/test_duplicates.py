"""Nobody is registered twice without somebody having said so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workstation.registration.counter import OUYANG, MakeDesk, register
from workstation.core.errors import Invalid
from workstation.registration.model import (
    Answer,
    Candidates,
    Person,
    Reason,
)


def test_a_second_registration_of_one_document_must_be_answered(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    first = register(desk, OUYANG)
    with pytest.raises(Invalid) as refused:
        register(desk, OUYANG)
    assert refused.value.field == "answered"
    with pytest.raises(Invalid):
        register(desk, OUYANG, answered={first: Answer.SAME})
    assert register(desk, OUYANG, answered={first: Answer.DIFFERENT}) != first


def test_an_answer_about_somebody_else_answers_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    register(desk, OUYANG)
    with pytest.raises(Invalid):
        register(desk, OUYANG, answered={"somebody": Answer.DIFFERENT})


DOCUMENTLESS = replace(OUYANG, document_number="")


@pytest.mark.parametrize(
    ("typed", "score", "reasons"),
    [
        (OUYANG, 100, {Reason.DOCUMENT_SAME, Reason.NAME_SAME, Reason.BIRTH_SAME, Reason.PHONE_SAME}),
        (replace(OUYANG, phone="13700137000"), 100, {Reason.DOCUMENT_SAME, Reason.PHONE_DIFFERENT}),
        (
            Person("王芳", document_number="11010519491231002X"),
            98,
            {Reason.DOCUMENT_SAME},
        ),
        (Person("王芳", document_number="110105491231002"), 98, {Reason.DOCUMENT_SAME}),
        (Person("欧阳建国", "female", "1949-12-31"), 85, {Reason.NAME_SAME, Reason.BIRTH_SAME}),
        (Person("欧阳建国", "male", "1949-12-31"), 73, {Reason.SEX_DIFFERENT}),
        (Person("欧阳健国", "", "1949-12-31"), 76, {Reason.NAME_SOUND, Reason.BIRTH_SAME}),
        (Person("欧阳建国", "", "1955-11-30"), 45, {Reason.NAME_SAME}),
        (Person("欧阳建国", "", "1949-12-13"), 67, {Reason.NAME_SAME, Reason.BIRTH_NEAR}),
        (Person("欧阳建国", "", "", phone="138 0013 8000"), 80, {Reason.NAME_SAME, Reason.PHONE_SAME}),
        (Person("", "", "", phone="13800138000"), 35, {Reason.PHONE_SAME}),
        (replace(DOCUMENTLESS, birth="", phone=""), 60, {Reason.NAME_SAME, Reason.ADDRESS_SAME}),
        (
            replace(OUYANG, document_number="310104197508150022", phone=""),
            70,
            {Reason.DOCUMENT_DIFFERENT, Reason.NAME_SAME, Reason.BIRTH_SAME},
        ),
    ],
)
def test_candidates_are_scored_with_reasons(
    make_desk: MakeDesk, typed: Person, score: int, reasons: set[Reason]
) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    found = desk.ask("registration.candidates", Candidates(typed))
    assert [(c.id, c.score, c.must_answer) for c in found.rows] == [(patient, score, score >= 80)]
    assert reasons <= set(found.rows[0].reasons)


def test_day_and_month_exchanged_is_noticed_and_must_be_answered(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    register(desk, Person("欧阳建国", "male", "1958-09-03"))
    found = desk.ask("registration.candidates", Candidates(Person("欧阳建国", "male", "1958-03-09")))
    assert found.rows[0].score == 81
    assert Reason.BIRTH_SWAPPED in found.rows[0].reasons
    assert found.rows[0].must_answer


def test_a_stranger_raises_no_candidate(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    register(desk, OUYANG)
    assert (
        desk.ask("registration.candidates", Candidates(Person("李秀英", "female", "1971-05-02"))).total == 0
    )


def test_many_candidates_come_best_first_with_their_count(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    for day in range(1, 13):
        register(desk, Person("张伟", "male", f"1980-0{day % 9 + 1}-{day + 9}"))
    found = desk.ask("registration.candidates", Candidates(Person("张玮", "male", "1980-05-13")))
    assert found.total == 12
    assert len(found.rows) == 9
    assert found.rows[0].birth == "1980-05-13"
    scores = [c.score for c in found.rows]
    assert scores == sorted(scores, reverse=True)


def test_who_is_being_edited_is_no_candidate_of_its_own(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert desk.ask("registration.candidates", Candidates(OUYANG, exclude=patient)).total == 0
