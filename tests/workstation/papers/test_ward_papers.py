"""Papers of ward and laboratory as documents of the desk: asked for by name, filled, printed, noted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.floor import BAG, STAY, Ward
from tests.workstation.laboratory.bench import BAND, Bench, number_of
from tests.workstation.orders.bedside import STAT, Bedside
from workstation import papers
from workstation.core.errors import Denied, Invalid, NotFound
from workstation.core.settings import SITE_NAME
from workstation.fhir import systems
from workstation.fhir.resources import concept
from workstation.orders.model import StopOrder, VoidOrder
from workstation.printing.names import (
    infusion_labels_of,
    order_sheets_of,
    read_name,
    request_slip_of,
    specimen_labels_of,
    wristband_of,
)
from workstation.printing.preview import page_count, page_size, page_text

LONG_TERM, STAT_SHEET = order_sheets_of("e1")


def text_of(pdf: bytes) -> str:
    return "".join("".join(page_text(pdf, page).split()) for page in range(page_count(pdf)))


def allergy(patient: str = "p1", agent: str = "青霉素类") -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"allergy-{patient}",
        "clinicalStatus": concept(
            "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"
        ),
        "code": {"text": agent},
        "patient": {"reference": f"Patient/{patient}"},
        "recordedDate": "2026-03-16T10:00:00+08:00",
    }


def synthetic(floor: Ward, kind: str, id_: str) -> None:
    with floor.desk.store.reader() as reader:
        record = reader.get(kind, id_)
    floor.put(
        record | {"active": True, "meta": {"tag": [{"system": systems.SYNTHETIC, "code": "synthetic"}]}}
    )


# Wristband


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("男", "出生", "过敏青霉素类", "12床")), ("en", ("male", "Born", "ALLERGY", "bed12"))],
)
def test_a_wristband_speaks_the_language_of_the_paper(floor: Ward, language: Any, words: Any) -> None:
    floor.put(allergy())
    floor.desk.set_setting(SITE_NAME, "青囊示范医院")
    drawn = papers.draw(floor.desk, wristband_of("s1"), language)
    text = text_of(drawn.pdf)
    assert all(each in text for each in (*words, "张伟", STAY, "M00032", "呼吸内科病区", "青囊示范医院"))
    assert (drawn.patient, drawn.final) == ("p1", True)


def test_a_wristband_never_takes_silence_for_no_allergy(floor: Ward) -> None:
    assert "过敏史未记录" in text_of(papers.draw(floor.desk, wristband_of("s1")).pdf)


def test_a_second_band_says_so_and_a_demo_says_what_it_is(floor: Ward) -> None:
    synthetic(floor, "Patient", "p1")
    assert "补打" not in text_of(papers.pdf_of(floor.desk, wristband_of("s1")))
    again = text_of(papers.pdf_of(floor.desk, wristband_of("s1")))
    assert "补打1" in again
    assert "模拟数据" in again


def test_a_newborn_gets_the_small_band(floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        child = reader.get("Patient", "p2")
    floor.put(child | {"birthDate": "2026-03-15", "name": [{"use": "official", "text": "李梅之女"}]})
    small = papers.draw(floor.desk, wristband_of("s2")).pdf
    assert "2天" in text_of(small)
    assert page_size(small)[0] < page_size(papers.draw(floor.desk, wristband_of("s1")).pdf)[0]


# Infusion labels


def run_of(floor: Ward, encounter: str = "") -> str:
    return infusion_labels_of("w", floor.at("07:00"), floor.at("23:00"), encounter)


def test_the_labels_of_a_ward_say_what_is_hung_for_whom(floor: Ward) -> None:
    floor.put(allergy())
    drawn = papers.draw(floor.desk, run_of(floor))
    assert page_count(drawn.pdf) == 2
    first = "".join(page_text(drawn.pdf, 0).split())
    for expected in ("12床", "张伟", STAY, "呼吸内科病区", "过敏青霉素类", "0.9%氯化钠注射液", "溶媒",
                     "注射用头孢曲松钠", "剂量1g", "静脉滴注", "60gtt/min", "皮试(-)", BAG, "第1组共2组"):  # fmt: skip
        assert expected in first
    assert [each.patient for each in drawn.prints] == ["p1", "p1"]
    assert drawn.prints[0].document == BAG


def test_each_label_is_noted_and_reprinted_by_itself(floor: Ward) -> None:
    narrow = infusion_labels_of("w", floor.at("07:00"), floor.at("09:00"))
    papers.pdf_of(floor.desk, narrow)
    assert floor.desk.printed_before(BAG) == 1
    drawn = papers.draw(floor.desk, run_of(floor))
    assert ["补打" in page_text(drawn.pdf, page) for page in (0, 1)] == [True, False]


def test_labels_of_one_stay_are_its_own(floor: Ward) -> None:
    with pytest.raises(NotFound):
        papers.draw(floor.desk, run_of(floor, "s2"))
    assert page_count(papers.draw(floor.desk, run_of(floor, "s1")).pdf) == 2


def test_labels_follow_the_language_of_the_paper(floor: Ward) -> None:
    text = text_of(papers.draw(floor.desk, run_of(floor), "en").pdf)
    for expected in ("Bed12", "male", "Infusion1of2", "Allergiesnotrecorded", "Skintest(-)", "intravenous"):
        assert expected.lower() in text.lower()


def test_a_moment_that_cannot_be_read_is_refused(floor: Ward) -> None:
    with pytest.raises(Invalid):
        papers.draw(floor.desk, infusion_labels_of("w", "gestern", floor.at("09:00")))


# Order sheets


def test_the_order_sheet_is_filled_from_what_was_signed_verified_stopped_and_taken_back(
    bedside: Bedside,
) -> None:
    level, first, _second = bedside.sign(
        bedside.item("nursing-1"),
        bedside.line("0.9%氯化钠注射液", "100 ml ivgtt bid", group=1, drip_rate="60"),
        bedside.line("注射用泮托拉唑钠", "40 mg ivgtt bid", group=1, drip_rate="60"),
    )
    bedside.verify(level)
    bedside.desk.do("orders.stop", StopOrder(level["id"], "病情好转"))
    bedside.desk.do("orders.void", VoidOrder(first["id"], "开错"))
    drawn = papers.draw(bedside.desk, LONG_TERM)
    text = text_of(drawn.pdf)
    for expected in ("长期医嘱单", "欧阳建国", "ZY260317AAA001", "内科一病区", "无已知过敏", "一级护理", "王敏", "陈洁",
                     "2026-03-1709:00", "0.9%氯化钠注射液", "剂量40mg", "取消王敏2026-03-1709:00"):  # fmt: skip
        assert expected in text
    assert (drawn.patient, drawn.final) == ("p1", True)


def test_the_stat_sheet_is_a_paper_of_its_own(bedside: Bedside) -> None:
    [order] = bedside.sign(bedside.line("呋塞米注射液", "20 mg iv st", term=STAT))
    bedside.give(order)
    papers.pdf_of(bedside.desk, STAT_SHEET)
    text = text_of(papers.draw(bedside.desk, STAT_SHEET).pdf)
    assert "临时医嘱单" in text
    assert "补打1" in text
    assert "陈洁" in text
    assert "补打" not in text_of(papers.draw(bedside.desk, LONG_TERM).pdf)


def test_an_english_sheet_is_english_throughout(bedside: Bedside) -> None:
    bedside.sign(bedside.item("nursing-1"))
    text = text_of(papers.draw(bedside.desk, LONG_TERM, "en").pdf)
    for expected in ("Long-termorders", "male", "Noknownallergies"):
        assert expected in text
    assert "一级护理" not in text


# Laboratory


def test_a_request_slip_says_what_was_ordered_and_why(bench: Bench) -> None:
    order, other = bench.order("LYTES", "CBC", priority="urgent", note="发热第 3 天")
    bench.as_("doc")
    number = order["requisition"]["value"]
    drawn = papers.draw(bench.desk, request_slip_of(number))
    text = text_of(drawn.pdf)
    for expected in ("检验申请单", "欧阳建国", "M20260001", BAND, "内科病区", "床号12", "慢性肾脏病", "加急",
                     "发热第3天", "申请医师王敏", number):  # fmt: skip
        assert expected in text
    assert other["code"]["text"] in text
    assert drawn.patient == "p1"


def test_tubes_are_labelled_once_and_noted_one_by_one(bench: Bench) -> None:
    orders = bench.order("LYTES", "CBC")
    number = orders[0]["requisition"]["value"]
    bench.as_("nurse")
    with pytest.raises(NotFound):
        papers.draw(bench.desk, specimen_labels_of(number))
    tubes = [number_of(specimen) for specimen in bench.label(*orders)]
    drawn = papers.draw(bench.desk, specimen_labels_of(number, number))
    assert page_count(drawn.pdf) == len(tubes) == 2
    text = text_of(drawn.pdf)
    assert all(tube in text for tube in (*tubes, "欧阳建国", "M20260001", "内科病区", "过敏史未记录"))
    papers.pdf_of(bench.desk, specimen_labels_of(number))
    assert [bench.desk.printed_before(tube) for tube in tubes] == [1, 1]
    assert "补打1" in text_of(papers.draw(bench.desk, specimen_labels_of(number)).pdf)


def test_an_unknown_request_is_not_printed(bench: Bench) -> None:
    with pytest.raises(NotFound):
        papers.draw(bench.desk, request_slip_of("JY26AAA999999"))


# Names and rights


@pytest.mark.parametrize(
    "document",
    ["", "Encounter/s1/", "Encounter/s1/orders", "Encounter/s1/orders/daily", "labels/w/now", "laboratory/", "Task/1"],
)  # fmt: skip
def test_a_name_no_paper_has_is_refused(document: str) -> None:
    with pytest.raises(Invalid):
        read_name(document)


def test_who_may_not_read_orders_prints_none(bedside: Bedside) -> None:
    bedside.desk.unlock("reg", "246810")
    for document in (LONG_TERM, STAT_SHEET, request_slip_of("JY1"), specimen_labels_of("JY1")):
        with pytest.raises(Denied):
            papers.draw(bedside.desk, document)


def test_the_papers_of_a_stay_are_offered_together(bench: Bench) -> None:
    number = bench.order("CBC")[0]["requisition"]["value"]
    bench.as_("doc")
    assert papers.of_visit(bench.desk, "p1", "s1") == (
        *order_sheets_of("s1"),
        wristband_of("s1"),
        request_slip_of(number),
    )
    bench.as_("reg")
    assert papers.of_visit(bench.desk, "p1", "s1") == (wristband_of("s1"),)


def test_an_outpatient_is_offered_the_slip_of_an_open_request(bench: Bench) -> None:
    assert papers.of_visit(bench.as_("doc"), "p3", "e3") == ()
    number = bench.order("CBC", patient="p3", visit="e3", diagnosis="发热")[0]["requisition"]["value"]
    assert papers.of_visit(bench.as_("doc"), "p3", "e3") == (request_slip_of(number),)
