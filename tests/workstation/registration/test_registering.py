"""Registering people at a real desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from workstation.core.errors import Conflict, Denied, Invalid, NotFound
from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource, identifier
from workstation.registration.model import (
    Answer,
    Candidates,
    Find,
    GetPatient,
    PatientView,
    Person,
    Reason,
    Register,
    RegisterNewborn,
    RegisterUnknown,
    SameSounding,
    Update,
)
from workstation.store import trail
from workstation.store.unit import Unit

MakeDesk = Callable[..., Desk]
OUYANG = Person(
    name="欧阳建国",
    sex="female",
    birth="1949-12-31",
    document_number="11010519491231002X",
    pinyin="ouyang jianguo",
    phone="13800138000",
    address="上海市黄浦区人民路 12 号",
    ethnic_group="01",
    contact_name="欧阳明",
    contact_relationship="子女",
    contact_phone="13900139000",
)


def register(desk: Desk, person: Person, **more: object) -> str:
    changed = desk.do("registration.register", Register(person, **more))
    assert changed.primary is not None
    return changed.primary.id


def stored(desk: Desk, patient: str) -> Resource:
    with desk.store.reader() as reader:
        return reader.get("Patient", patient)


def view(desk: Desk, patient: str) -> PatientView:
    answer = desk.ask("registration.patient", GetPatient(patient))
    assert isinstance(answer, PatientView)
    return answer


def put(desk: Desk, resource: Resource) -> None:
    def run(unit: Unit) -> Ref:
        return unit.put(resource)

    assert desk.actor is not None
    desk.store.write(desk.actor, "test.put", run)


def test_a_registered_patient_reads_back_as_typed(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert view(desk, patient).person == OUYANG


def test_a_patient_number_names_year_and_desk_and_counts_up(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    first, second = register(desk, OUYANG), register(desk, Person("李秀英", "female", "1971-05-02"))
    code = desk.store.desk_code
    assert view(desk, first).number == f"M26{code}00001"
    assert view(desk, second).number == f"M26{code}00002"


def test_a_resident_number_is_an_identifier_with_its_kind(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = stored(desk, register(desk, OUYANG))
    assert identifier(patient, systems.RESIDENT_ID) == "11010519491231002X"
    entry = next(i for i in patient["identifier"] if i.get("system") == systems.RESIDENT_ID)
    assert entry["type"]["coding"][0] == {
        "system": systems.DOCUMENT_TYPE,
        "code": "01",
        "display": "居民身份证",
    }


def test_sex_and_birth_come_from_the_document_where_they_were_not_typed(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, replace(OUYANG, sex="", birth=""))
    assert (view(desk, patient).person.sex, view(desk, patient).person.birth) == ("female", "1949-12-31")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 201}, "name"),
        ({"sex": "?"}, "sex"),
        ({"birth": "2026-03-18", "document_number": ""}, "birth"),
        ({"birth": "", "document_number": ""}, "birth"),
        ({"document_number": "110105194912310021"}, "document_number"),
        ({"document_number": "110105491231002"}, "document_number"),
        ({"document_type": "42"}, "document_type"),
        ({"phone": "123"}, "phone"),
        ({"contact_phone": "1"}, "contact_phone"),
        ({"ethnic_group": "99"}, "ethnic_group"),
    ],
)
def test_what_cannot_be_right_is_refused_by_field(
    make_desk: MakeDesk, change: dict[str, str], field: str
) -> None:
    desk = make_desk("reg")
    with pytest.raises(Invalid) as refused:
        register(desk, replace(OUYANG, **change))
    assert refused.value.field == field


def test_a_document_that_contradicts_asks_before_it_is_believed(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    person = replace(OUYANG, sex="male")
    with pytest.raises(Invalid) as refused:
        register(desk, person)
    assert refused.value.field == "sex"
    patient = register(desk, person, mismatch_confirmed=True)
    assert view(desk, patient).mismatches == ("sex",)


def test_a_birth_of_which_only_the_year_is_known_is_kept_as_a_year(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, Person("张三丰", "male", "1950"))
    assert stored(desk, patient)["birthDate"] == "1950"


@pytest.mark.parametrize(
    "name",
    ["阿不都热合曼·买买提", "𱍐𬭎", "阿依古丽" * 14, "VAN DER BERG, Jan-Willem", "D’Souza, Ana"],
)
def test_names_of_every_kind_are_kept_and_found(make_desk: MakeDesk, name: str) -> None:
    desk = make_desk("reg")
    patient = register(desk, Person(name, "female", "1990-01-01"))
    assert stored(desk, patient)["name"][0]["text"] == name
    assert [row.id for row in desk.ask("registration.find", Find(name)).rows] == [patient]


# Duplicates


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


# Changing


def test_an_update_changes_what_it_names_and_keeps_what_this_product_does_not_know(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    foreign = stored(desk, patient)
    foreign["generalPractitioner"] = [{"reference": "Practitioner/elsewhere"}]
    foreign["extension"].append({"url": "http://example.org/blood", "valueCode": "A"})
    foreign["telecom"].append({"system": "email", "value": "o@example.org"})
    foreign["name"].append({"use": "nickname", "text": "老欧"})
    foreign["identifier"].append({"system": "http://example.org/insurance", "value": "Y-1"})
    put(desk, foreign)
    desk.do(
        "registration.update", Update(patient, phone="13700137000", address="", pinyin="ou yang jian guo")
    )
    after = stored(desk, patient)
    assert after["telecom"] == [
        {"system": "phone", "value": "13700137000"},
        {"system": "email", "value": "o@example.org"},
    ]
    assert "address" not in after
    assert after["generalPractitioner"] == foreign["generalPractitioner"]
    assert {"url": "http://example.org/blood", "valueCode": "A"} in after["extension"]
    assert after["name"][1] == {"use": "nickname", "text": "老欧"}
    assert after["identifier"] == foreign["identifier"]
    assert after["contact"] == foreign["contact"]


def test_an_update_that_changes_nothing_writes_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert desk.do("registration.update", Update(patient, phone=OUYANG.phone)).refs == ()


def test_an_incomplete_record_from_elsewhere_can_still_get_a_phone(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    put(desk, {"resourceType": "Patient", "id": "outside", "name": [{"family": "Smith", "given": ["John"]}]})
    desk.do("registration.update", Update("outside", phone="13700137000"))
    after = stored(desk, "outside")
    assert after["name"] == [{"family": "Smith", "given": ["John"]}]
    assert after["telecom"] == [{"system": "phone", "value": "13700137000"}]


def test_a_document_another_patient_holds_is_asked_about_at_an_update_too(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    first = register(desk, OUYANG)
    second = register(desk, Person("欧阳健", "female", "1949"))
    change = Update(second, document_number=OUYANG.document_number, birth=OUYANG.birth)
    with pytest.raises(Invalid) as refused:
        desk.do("registration.update", change)
    assert refused.value.field == "answered"
    desk.do("registration.update", replace(change, answered={first: Answer.DIFFERENT}))


def test_an_update_of_nobody_is_not_found(make_desk: MakeDesk) -> None:
    with pytest.raises(NotFound):
        make_desk("reg").do("registration.update", Update("nobody", phone="13700137000"))


# Unknown and newborn


def test_an_unknown_patient_gets_a_name_of_the_day_and_a_temporary_number(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    changed = desk.do("registration.register-unknown", RegisterUnknown("male", 40, "120 送入, 人民广场"))
    code = desk.store.desk_code
    found = view(desk, changed.primary.id)
    assert found.person.name == f"无名氏20260317-{code}01"
    assert found.number == f"T-260317{code}01"
    assert found.person.birth == "1986"
    assert found.temporary


def test_two_unknown_patients_never_share_a_name(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    ids = [desk.do("registration.register-unknown", RegisterUnknown()).primary.id for _ in range(2)]
    assert view(desk, ids[0]).person.name != view(desk, ids[1]).person.name


def test_an_unknown_patient_who_is_identified_gets_a_lasting_number(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = desk.do("registration.register-unknown", RegisterUnknown("female")).primary.id
    desk.do(
        "registration.update",
        Update(patient, name="欧阳建国", birth="1949-12-31", document_number="11010519491231002X"),
    )
    found = view(desk, patient)
    assert found.number.startswith("M26")
    assert not found.temporary


def test_a_newborn_is_named_after_and_linked_to_its_mother(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    mother = register(desk, OUYANG)
    request = RegisterNewborn(mother, "male", "2026-03-17T08:12:00+08:00")
    child = desk.do("registration.register-newborn", request).primary.id
    found = view(desk, child)
    assert found.person.name == "欧阳建国之子"
    assert found.person.birth == "2026-03-17"
    assert found.birth_time == "2026-03-17T08:12:00+08:00"
    assert (found.person.contact_name, found.person.contact_phone) == ("欧阳建国", OUYANG.phone)
    assert [(r.patient, r.relationship) for r in found.relatives] == [(mother, "母亲")]
    assert [(r.patient, r.name) for r in view(desk, mother).relatives] == [(child, "欧阳建国之子")]


def test_twins_are_told_apart_and_keep_their_order(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    mother = register(desk, OUYANG)
    children = [
        desk.do(
            "registration.register-newborn",
            RegisterNewborn(mother, "female", "2026-03-17T08:12:00+08:00", order, 2),
        ).primary.id
        for order in (1, 2)
    ]
    assert [view(desk, c).person.name for c in children] == ["欧阳建国之女甲", "欧阳建国之女乙"]
    assert [view(desk, c).birth_order for c in children] == [1, 2]


def test_the_same_newborn_is_not_registered_twice(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    request = RegisterNewborn(register(desk, OUYANG), "male", "2026-03-17T08:12:00+08:00")
    desk.do("registration.register-newborn", request)
    with pytest.raises(Conflict):
        desk.do("registration.register-newborn", request)


@pytest.mark.parametrize(
    ("sex", "born", "order", "count", "field"),
    [
        ("male", "2026-03-17T09:12:00+08:00", 1, 1, "born"),
        ("male", "2026-01-17T09:12:00+08:00", 1, 1, "born"),
        ("male", "yesterday", 1, 1, "born"),
        ("", "2026-03-17T08:12:00+08:00", 1, 1, "sex"),
        ("male", "2026-03-17T08:12:00+08:00", 3, 2, "order"),
    ],
)
def test_a_birth_that_cannot_be_is_refused(
    make_desk: MakeDesk, sex: str, born: str, order: int, count: int, field: str
) -> None:
    desk = make_desk("reg")
    mother = register(desk, OUYANG)
    with pytest.raises(Invalid) as refused:
        desk.do("registration.register-newborn", RegisterNewborn(mother, sex, born, order, count))
    assert refused.value.field == field


# Finding and seeing


@pytest.mark.parametrize(
    "typed",
    [
        "oyj",
        "ouyangjianguo",
        "欧阳",
        "建国",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "13800138000",
        "8000",
        "M26",
        "m26",
    ],
)
def test_a_patient_is_found_by_whatever_is_typed(make_desk: MakeDesk, typed: str) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert [row.id for row in desk.ask("registration.find", Find(typed)).rows] == [patient]


def test_a_search_marks_names_that_can_be_mixed_up(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    for name, birth in (
        ("张伟", "1980-01-01"),
        ("张玮", "1981-02-02"),
        ("张伟", "1982-03-03"),
        ("张维明", "1983"),
    ):
        register(desk, Person(name, "male", birth))
    found = desk.ask("registration.find", Find("zhangwei"))
    assert {(row.birth, row.alike) for row in found.rows} == {
        ("1980-01-01", "same-name"),
        ("1981-02-02", "same-sound"),
        ("1982-03-03", "same-name"),
        ("1983", ""),
    }


def test_same_sounding_is_said_of_any_list_of_patients(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    a = register(desk, Person("张伟", "male", "1980-01-01"))
    b = register(desk, Person("章薇", "female", "1981-02-02"))
    c = register(desk, Person("李强", "male", "1982-03-03"))
    found = desk.ask("registration.same-sounding", SameSounding((a, b, c, "gone")))
    assert [(f.patient, f.alike) for f in found] == [(a, "same-sound"), (b, "same-sound")]


def test_a_doctor_sees_the_document_number_masked_and_a_registrar_whole(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert not view(desk, patient).masked
    desk.unlock("doc", "246810")
    found = view(desk, patient)
    assert found.masked
    assert found.person.document_number == "110***********002X"


def test_a_doctor_who_changes_a_phone_leaves_the_hidden_number_alone(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    desk.unlock("doc", "246810")
    desk.do("registration.update", Update(patient, phone="13700137000"))
    assert identifier(stored(desk, patient), systems.RESIDENT_ID) == OUYANG.document_number


def test_looking_at_a_registration_leaves_a_trace(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    view(desk, patient)
    entries = [entry for _number, entry, _hash in desk.store.look(lambda c: list(trail.entries(c)))]
    assert (entries[-1].action, entries[-1].patient) == ("registration.patient", patient)


def test_only_who_may_register_registers(make_desk: MakeDesk) -> None:
    with pytest.raises(Denied):
        register(make_desk("doc"), OUYANG)
