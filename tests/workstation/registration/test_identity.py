"""GB 11643 and the other documents of CV02.01.101, case by case and by property."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.registration import identity
from workstation.registration.identity import Problem, check

TODAY = date(2026, 3, 17)
REGIONS = sorted(identity.PROVINCES)
NUMBERS = st.builds(
    lambda region, county, born, sequence: f"{region}{county:04d}{born:%Y%m%d}{sequence:03d}",
    st.sampled_from(REGIONS),
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    [
        ("11010519491231002X", "1949-12-31", "female"),
        ("440524188001010014", "1880-01-01", "male"),
        ("110101202402290016", "2024-02-29", "male"),
        ("310104197508150022", "1975-08-15", "female"),
        ("810000199001010019", "1990-01-01", "male"),
        ("11010519491231002x", "1949-12-31", "female"),
        ("１１０１０５１９４９１２３１００２Ｘ", "1949-12-31", "female"),
        ("110105 19491231 002X", "1949-12-31", "female"),
    ],
)
def test_a_sound_resident_number_tells_birth_and_sex(number: str, birth: str, sex: str) -> None:
    read = check("01", number, TODAY)
    assert (read.problem, read.birth, read.sex) == (Problem.NONE, date.fromisoformat(birth), sex)
    assert read.sound
    assert not read.legacy


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("110105194912310021", Problem.CHECK),
        ("110101202302290016", Problem.DATE),
        ("110105194913310028", Problem.DATE),
        ("110101203001010016", Problem.FUTURE),
        ("160105194912310020", Problem.REGION),
        ("11010519491231002", Problem.LENGTH),
        ("1101051949123100XX", Problem.LENGTH),
        ("110105491331002", Problem.DATE),
    ],
)
def test_a_number_that_cannot_be_right_is_refused_with_its_reason(number: str, problem: Problem) -> None:
    read = check("01", number, TODAY)
    assert read.problem is problem
    assert not read.sound
    assert read.sex == ""


@pytest.mark.parametrize("region", ["81", "82", "83"])
def test_residence_permits_of_hong_kong_macao_and_taiwan_are_read_like_identity_cards(region: str) -> None:
    body = f"{region}000019900101001"
    read = check("01", body + identity.check_digit(body), TODAY)
    assert (read.problem, read.birth, read.sex) == (Problem.NONE, date(1990, 1, 1), "male")


@pytest.mark.parametrize("kind", ["01", "99"])
def test_a_foreign_permanent_residence_card_begins_with_nine(kind: str) -> None:
    body = "93384019850412002"
    read = check(kind, body + identity.check_digit(body), TODAY)
    assert (read.problem, read.birth, read.sex) == (Problem.NONE, date(1985, 4, 12), "female")


def test_a_fifteen_digit_number_is_read_but_marked_as_no_longer_issued() -> None:
    read = check("01", "110105491231002", TODAY)
    assert read.legacy
    assert (read.birth, read.sex) == (date(1949, 12, 31), "female")


def test_both_forms_of_a_number_are_one() -> None:
    assert identity.modern("110105491231002") == "11010519491231002X"
    assert identity.modern("11010519491231002X") == "11010519491231002X"


@given(NUMBERS)
def test_exactly_one_check_digit_fits(body: str) -> None:
    fitting = [digit for digit in identity.CHECKS if check("01", body + digit, TODAY).sound]
    assert fitting == [identity.check_digit(body)]


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, step: int) -> None:
    number = body + identity.check_digit(body)
    wrong = str((int(number[place]) + step) % 10)
    assert not check("01", number[:place] + wrong + number[place + 1 :], TODAY).sound


@given(NUMBERS, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_noticed(body: str, place: int) -> None:
    number = body + identity.check_digit(body)
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert changed == number or not check("01", changed, TODAY).sound


@given(NUMBERS)
def test_birth_and_sex_follow_from_the_digits(body: str) -> None:
    read = check("01", body + identity.check_digit(body), TODAY)
    assert read.birth is not None
    assert read.birth.strftime("%Y%m%d") == body[6:14]
    assert read.sex == ("male" if int(body[16]) % 2 else "female")


@given(st.text(max_size=40), st.sampled_from(["01", "02", "03", "04", "05", "06", "07", "99", "??"]))
def test_any_text_is_answered_and_reading_twice_says_the_same(text: str, kind: str) -> None:
    read = check(kind, text, TODAY)
    assert check(kind, read.number, TODAY) == read


@pytest.mark.parametrize(
    ("kind", "number", "sound"),
    [
        ("03", "E12345678", True),
        ("03", "e1234 5678", True),
        ("03", "E1", False),
        ("06", "H12345678", True),
        ("06", "X12345678", False),
        ("07", "12345678", True),
        ("04", "军字第1234567号", True),
        ("02", "110105194912310", True),
        ("99", "ID-2231", True),
        ("01", "", False),
    ],
)
def test_other_documents_have_loose_forms_of_their_own(kind: str, number: str, sound: bool) -> None:
    assert check(kind, number, TODAY).sound is sound


@pytest.mark.parametrize(
    ("sex", "birth", "wrong"),
    [
        ("female", "1949-12-31", ()),
        ("male", "1949-12-31", ("sex",)),
        ("female", "1949-12-13", ("birth",)),
        ("female", "1949", ()),
        ("male", "1950", ("sex", "birth")),
        ("unknown", "", ()),
    ],
)
def test_what_the_document_contradicts_is_named(sex: str, birth: str, wrong: tuple[str, ...]) -> None:
    assert identity.mismatches(check("01", "11010519491231002X", TODAY), sex, birth) == wrong


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张 伟 ", "张伟"),
        ("阿不都热合曼•买买提", "阿不都热合曼·买买提"),
        ("阿依古丽 · 吐尔逊", "阿依古丽·吐尔逊"),
        ("SMITH,  John", "SMITH, John"),
        ("𱍐𬭎", "𱍐𬭎"),
        ("\uf9d1", "\uf9d1"),
        ("O’Brien", "O’Brien"),
    ],
)
def test_names_stay_as_on_the_document(typed: str, kept: str) -> None:
    assert identity.clean_name(typed) == kept


@given(st.text(alphabet="张伟欧阳建国𱍐𬭎·abc ", max_size=120))
def test_cleaning_a_name_twice_changes_nothing_more_and_loses_no_letter(name: str) -> None:
    clean = identity.clean_name(name)
    assert identity.clean_name(clean) == clean
    assert [c for c in clean if not c.isspace() and c != "·"] == [
        c for c in name if not c.isspace() and c != "·"
    ]


def test_phones_lose_everything_but_digits_and_plus() -> None:
    assert identity.normalise_phone("＋86 138-0013 8000") == "+8613800138000"
    assert identity.normalise_phone("０２１－６２３４５６７８") == "02162345678"


def test_a_masked_number_keeps_its_ends_and_its_length() -> None:
    assert identity.masked_number("11010519491231002X") == "110***********002X"
    assert identity.masked_number("E12345") == "****45"
