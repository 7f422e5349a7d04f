"""Labels: what article 33 wants on the bag, in the patient's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workstation.core.errors import Invalid
from workstation.pharmacy.model import LabelsOf
from workstation.pharmacy.rows import Label

ATORVASTATIN = "阿托伐他汀钙片"


def labels(counter, task, **more):
    return counter.as_("pharm2").ask("pharmacy.label", LabelsOf(task, "p1", **more))


def plain(text):
    return text.replace("\u00a0", " ").replace("\u2060", "")


@pytest.mark.parametrize(
    ("language", "drug", "quantity", "directions"),
    [
        ("zh", "苯磺酸氨氯地平片", "1 盒 (28 片)", "口服，每次 5 mg，每日一次"),
        ("en", "Amlodipine tablet", "1 box (28 tablets)", "by mouth, 5 mg each time, once a day"),
    ],
)
def test_a_label_says_whose_it_is_what_it_is_and_how_to_take_it(
    counter, language, drug, quantity, directions
):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    (label,) = labels(counter, dispensing, language=language, pharmacy="门诊药房", phone="021-1")
    assert (label.name, label.number, label.dispensed_on) == ("欧阳建国", "M00032", "2026-03-17")
    assert (label.drug, plain(label.quantity), plain(label.strength)) == (drug, quantity, "5 mg")
    assert plain(label.directions).replace("每日 1 次", "每日一次") == directions
    assert (label.pharmacy, label.phone, label.use_before) == ("门诊药房", "021-1", "")
    assert "2026-03-17" in label.allergies


def test_a_label_does_not_follow_the_language_of_the_screen(counter):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    english = labels(counter, dispensing, language="zh")
    from workstation.core.i18n import set_language

    set_language("zh_CN")
    assert labels(counter, dispensing, language="zh") == english


def test_nothing_handed_out_gives_no_label(counter):
    assert labels(counter, counter.sign()) == ()


def test_two_lots_of_one_line_share_a_label(counter):
    counter.stock("苯磺酸氨氯地平片", "2601B", "20", expires="2026-09-30")
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    (label,) = labels(counter, dispensing)
    assert plain(label.quantity) == "1 盒 (28 片)"


def test_a_later_part_is_labelled_alone(counter):
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)
    counter.hand_out(dispensing, replace(pick, quantity="10"), partial="P1")
    counter.later(minutes=5)
    counter.hand_out(dispensing, replace(pick, quantity="18"))
    since = counter.view(dispensing).handed[1].at
    (label,) = labels(counter, dispensing, since=since)
    assert (plain(label.quantity), label.use_before) == ("18 片", "2027-08-31")


@pytest.mark.parametrize(
    ("drug", "caution"),
    [("D144", "服药后勿驾车、勿操作机器"), ("D050", "整片吞服，勿嚼碎或掰开"), ("D051", None)],
)
def test_cautions_come_from_the_catalogue(counter, drug, caution):
    from workstation.pharmacy.labels import cautions_of

    found = cautions_of(counter.desk.knowledge.drugs.get(drug), chinese=True)
    assert (caution in found) if caution else found == ()


def test_another_language_or_another_patient_is_refused(counter):
    dispensing = counter.approve(counter.sign())
    with pytest.raises(Invalid):
        labels(counter, dispensing, language="fr")
    with pytest.raises(Invalid, match="another patient"):
        counter.as_("pharm2").ask("pharmacy.label", LabelsOf(dispensing, "p2"))


def test_a_label_without_allergy_data_does_not_say_that_there_is_none(counter):
    counter.put(
        counter.get("AllergyIntolerance", "nka") | {"clinicalStatus": {"coding": [{"code": "inactive"}]}}
    )
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    (label,) = labels(counter, dispensing)
    assert isinstance(label, Label)
    assert (label.allergies, label.allergies_known) == ("", False)
