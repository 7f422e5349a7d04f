"""The acceptance table of the prescription rules (处方管理办法 and its neighbours), as far as prescribing goes.

Each row: what is prescribed, by whom, for whom, and which rule stops it; an empty rule means that it can be signed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.workstation.prescribing import room as builders
from workstation.core.errors import NeedsReason
from workstation.medication.model import OverrideReason, SkinTest, SkinTestState
from workstation.prescribing.model import Collector, PrescriptionKind
from workstation.security.permissions import Permission
from workstation.store.accounts import Account

NEGATIVE = SkinTest(SkinTestState.NEGATIVE, lot="2407A", at="2026-03-17T08:40:00+08:00")
PNEUMONIA = [("J18.9", "肺炎")]
WESTERN = (
    ("苯磺酸氨氯地平片", "5 mg po", "qd", 7),
    ("盐酸氨溴索片", "30 mg po", "tid", 5),
    ("氯雷他定片", "10 mg po", "qd", 3),
    ("蒙脱石散", "3 g po", "tid", 3),
    ("铝碳酸镁咀嚼片", "0.5 g po", "tid", 3),
    ("奥美拉唑肠溶胶囊", "20 mg po", "qd", 7),
)
EMERGENCY = {"visit": {"place": "EMER"}}
INFANT = {"patient": {"birth": "2026-01-31"}}
LONG = {"kind": PrescriptionKind.LONG_TERM}


@dataclass(frozen=True)
class Row:
    name: str
    lines: tuple[tuple[Any, ...], ...]
    stopped_by: str = ""
    user: str = "doc"
    given: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    diagnoses: list[tuple[str, str]] = field(default_factory=lambda: [("I10", "高血压")])


def one(name: str, dose: str, often: str, days: int, **more: Any) -> tuple[tuple[Any, ...], ...]:
    return ((name, dose, often, days, more),)


AMLODIPINE = "苯磺酸氨氯地平片"
METFORMIN = "盐酸二甲双胍片"
TABLE = [
    Row("six western drugs on one sheet", WESTERN, "LEGAL-01"),
    Row("five western drugs", WESTERN[:5]),
    Row("14 days without a reason", one(AMLODIPINE, "5 mg po", "qd", 14), "LEGAL-03"),
    Row(
        "14 days with a reason",
        one(AMLODIPINE, "5 mg po", "qd", 14),
        more={"extension_reason": "慢性病，病情稳定"},
    ),
    Row(
        "4 days in the emergency room", one("盐酸氨溴索片", "30 mg po", "tid", 4), "LEGAL-04", given=EMERGENCY
    ),
    Row("3 days in the emergency room", one("盐酸氨溴索片", "30 mg po", "tid", 3), given=EMERGENCY),
    Row(
        "84 days of metformin, long-term and assessed",
        one(METFORMIN, "0.5 g po", "bid", 84),
        more={**LONG, "assessed": True},
        given={"egfr": 90},
    ),
    Row(
        "85 days of metformin, long-term",
        one(METFORMIN, "0.5 g po", "bid", 85),
        "LEGAL-05",
        more={**LONG, "assessed": True},
        given={"egfr": 90},
    ),
    Row(
        "84 days long-term without an assessment",
        one(METFORMIN, "0.5 g po", "bid", 84),
        "LEGAL-06",
        more=LONG,
        given={"egfr": 90},
    ),
    Row(
        "zolpidem as a long-term prescription",
        one("酒石酸唑吡坦片", "10 mg po", "qn", 7),
        "LEGAL-07",
        more=LONG,
    ),
    Row(
        "morphine sustained-release 8 days, no pain file",
        one("硫酸吗啡缓释片", "30 mg po", "q12h", 8),
        "CTRL-04",
        "narcotic",
    ),
    Row("morphine sustained-release 7 days", one("硫酸吗啡缓释片", "30 mg po", "q12h", 7), user="narcotic"),
    Row("morphine injection, two doses", one("盐酸吗啡注射液", "10 mg ih", "bid", 1), "CTRL-04", "narcotic"),
    Row("morphine without the right", one("硫酸吗啡缓释片", "30 mg po", "q12h", 3), "CTRL-01"),
    Row("infant of 45 days without a weight", one("蒙脱石散", "1 g po", "tid", 3), "LEGAL-10", given=INFANT),
    Row(
        "amoxicillin without a skin test",
        one("阿莫西林胶囊", "0.5 g po", "tid", 3),
        "SKIN-01",
        diagnoses=PNEUMONIA,
    ),
    Row(
        "amoxicillin after a negative test",
        one("阿莫西林胶囊", "0.5 g po", "tid", 3, skin_test=NEGATIVE),
        diagnoses=PNEUMONIA,
    ),
    Row(
        "amoxicillin with the test ordered on the sheet",
        one("阿莫西林胶囊", "0.5 g po", "tid", 3, skin_test=SkinTest()),
        diagnoses=PNEUMONIA,
    ),
    Row(
        "amoxicillin after a positive test",
        one("阿莫西林胶囊", "0.5 g po", "tid", 3, skin_test=SkinTest(SkinTestState.POSITIVE, at=NEGATIVE.at)),
        "SKIN-02",
        diagnoses=PNEUMONIA,
    ),
    Row(
        "meropenem for an outpatient",
        one("注射用美罗培南", "1 g ivgtt", "q8h", 3),
        "ABX-03",
        "chief",
        more={"consultation": True},
        diagnoses=PNEUMONIA,
        given={"egfr": 90},
    ),
    Row(
        "moxifloxacin by a resident",
        one("盐酸莫西沙星片", "0.4 g po", "qd", 1),
        "ABX-01",
        "res",
        diagnoses=PNEUMONIA,
    ),
    Row(
        "moxifloxacin by a resident, one day, in an emergency",
        one("盐酸莫西沙星片", "0.4 g po", "qd", 1),
        user="res",
        more={"emergency_reason": "重症肺炎，上级未到"},
        diagnoses=PNEUMONIA,
    ),
    Row(
        "moxifloxacin by a resident, two days, in an emergency",
        one("盐酸莫西沙星片", "0.4 g po", "qd", 2),
        "ABX-01",
        "res",
        more={"emergency_reason": "重症肺炎，上级未到"},
        diagnoses=PNEUMONIA,
    ),
    Row("no diagnosis", one(AMLODIPINE, "5 mg po", "qd", 7), "LEGAL-08", diagnoses=[]),
    Row("vague instructions", one(AMLODIPINE, "5 mg po", "qd", 7, note="遵医嘱"), "LEGAL-09"),
    Row("valid for four days", one(AMLODIPINE, "5 mg po", "qd", 7), "LEGAL-12", more={"valid_days": 4}),
]


def room_for(make_room, row):
    given = row.given
    also = [builders.egfr(given["egfr"])] if "egfr" in given else []
    room = make_room(
        "doc" if row.user == "narcotic" else row.user,
        patient=builders.patient(**given.get("patient", {})),
        visit=builders.visit(**given.get("visit", {})),
        diagnoses=[builders.diagnosis(*d) for d in row.diagnoses],
        also=also,
    )
    if row.user == "narcotic":
        room.desk.add_user(
            Account(
                "nar",
                "钱立",
                "doctor-attending",
                "practitioner-nar",
                (Permission.PRESCRIBE_NARCOTIC.value,),
            ),
            "246810",
        )
        room.desk.unlock("nar", "246810")
    return room


def lines_of(room, row):
    return [
        room.line(name, dose, often, days, **(rest[0] if rest else {}))
        for name, dose, often, days, *rest in row.lines
    ]


def answers(room, lines, more):
    """Answer every warning, so that only what the row is about can stop."""
    check = room.check(*lines, **more)
    return {
        a.fingerprint: OverrideReason("monitored", signed_again=True) for a in check.alerts if a.tier == 2
    }


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_the_law_allows_is_signed_and_what_it_forbids_is_not(make_room, row):
    room = room_for(make_room, row)
    lines = lines_of(room, row)
    overrides = answers(room, lines, row.more)
    if not row.stopped_by:
        room.sign(*lines, overrides=overrides, **row.more)
        assert len(room.read("MedicationRequest", patient="p1")) == len(lines)
        return
    with pytest.raises(NeedsReason) as caught:
        room.sign(*lines, overrides=overrides, **row.more)
    assert row.stopped_by in {a.rule_id for a in caught.value.alerts}
    assert room.read("MedicationRequest", patient="p1") == []


@pytest.mark.parametrize(
    ("name", "dose", "often", "label"),
    [
        ("咪达唑仑注射液", "5 mg iv", "st", "麻、精一"),
        ("氢溴酸右美沙芬片", "15 mg po", "tid", "精二"),
        ("盐酸氨溴索片", "30 mg po", "tid", ""),
    ],
)
def test_the_type_of_a_sheet_follows_from_its_drugs(make_room, name, dose, often, label):
    from workstation.core.i18n import set_language

    set_language("zh_CN")
    room = make_room()
    (sheet,) = room.check(room.line(name, dose, often, 1)).sheets
    assert sheet.label == label


def test_a_controlled_drug_never_shares_a_sheet(make_room):
    room = make_room()
    check = room.check(
        room.line("盐酸氨溴索片", "30 mg po", "tid", 3), room.line("氢溴酸右美沙芬片", "15 mg po", "tid", 3)
    )
    assert [sheet.lines for sheet in check.sheets] == [("k1",), ("k2",)]


def test_whoever_collects_narcotics_is_named_on_the_sheet(make_room):
    row = Row("", one("硫酸吗啡缓释片", "30 mg po", "q12h", 3), user="narcotic")
    room = room_for(make_room, row)
    lines = lines_of(room, row)
    with pytest.raises(NeedsReason) as caught:
        room.sign(*lines, collector=Collector("欧阳华"))
    assert {a.rule_id for a in caught.value.alerts} == {"CTRL-03"}
    room.sign(*lines, collector=Collector("欧阳华", "310101198201018888"))
    (request,) = room.read("MedicationRequest", patient="p1")
    assert request["contained"][0]["name"] == [{"text": "欧阳华"}]
