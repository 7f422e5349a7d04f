"""Each clinical conflict by its id: when it speaks, when it is silent, and what may be done about it."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from workstation import modules  # noqa: F401 - fills the registry of verbs
from workstation.rules import conflict_drugs, conflicts
from workstation.rules.alerts import Text
from workstation.rules.conflict_facts import (
    Clash,
    ClosedVisit,
    Dose,
    HandedOut,
    Handout,
    InBed,
    MergedPatient,
    RecordedAllergy,
    SignedLine,
    StoppedOrder,
    TwoVersions,
)
from workstation.rules.facts import Allergy
from workstation.security.permissions import Permission
from workstation.terminology.knowledge import load
from workstation.verbs import Kind, find

NINE = datetime(2026, 4, 25, 9, 0, tzinfo=timezone(timedelta(hours=8)))
KNOWLEDGE = load()
CEFUROXIME, WARFARIN, IBUPROFEN, AMOXICILLIN = (
    Text("头孢呋辛钠", "cefuroxime"), Text("华法林钠片", "warfarin tablets"),
    Text("布洛芬", "ibuprofen"), Text("阿莫西林", "amoxicillin"),
)  # fmt: skip


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def dose(id_: str, minutes: int, order: str = "o1", slot: str = "", **more: Any) -> Dose:
    return Dose(id_, "p1", order, CEFUROXIME, at(minutes), slot, **more)


STOPPED = {"o1": StoppedOrder("o1", at(0))}
VOID = {"o1": StoppedOrder("o1", None, void=True)}


@pytest.mark.parametrize(
    ("doses", "orders", "wanted"),
    [
        ([dose("a", 1)], STOPPED, ["a"]),
        ([dose("a", 0), dose("b", -1)], STOPPED, []),
        ([dose("a", -60), dose("b", 30), dose("c", 60)], STOPPED, ["b", "c"]),
        ([dose("a", -60)], VOID, ["a"]),
        ([dose("a", 60, order="o2")], STOPPED, []),
        ([dose("a", 60)], {"o1": StoppedOrder("o1", None)}, []),
    ],
    ids=["after", "at and before", "two after", "void", "another order", "nobody knows when it stopped"],
)
def test_cc01_a_dose_given_after_its_order_was_stopped(
    doses: list[Dose], orders: dict[str, StoppedOrder], wanted: list[str]
) -> None:
    found = list(conflicts.dose_after_stop(doses, orders))
    assert [clash.subjects for clash in found] == [
        (f"MedicationAdministration/{id_}", "MedicationRequest/o1") for id_ in wanted
    ]


def test_cc01_happened_when_the_later_of_the_two_did() -> None:
    (clash,) = conflicts.dose_after_stop([dose("a", 45)], STOPPED)
    assert clash.since == at(45)
    (clash,) = conflicts.dose_after_stop([dose("a", -45)], {"o1": StoppedOrder("o1", at(0), void=True)})
    assert clash.since == at(0)


@pytest.mark.parametrize(
    ("doses", "wanted"),
    [
        ([dose("a", 0, slot="s"), dose("b", 5, slot="s")], [("a", "b")]),
        ([dose("b", 5, slot="s"), dose("a", 0, slot="s")], [("a", "b")]),
        ([dose("a", 0, slot="s"), dose("b", 5, slot="t")], []),
        ([dose("a", 0, slot="s"), dose("b", 5, slot="s", order="o2")], []),
        ([dose("a", 0), dose("b", 5)], []),
        ([dose("a", 0, slot="s"), dose("a", 0, slot="s")], []),
        ([dose(x, 0, slot="s") for x in "cab"], [("a", "b"), ("b", "c")]),
    ],
    ids=[
        "twice",
        "either order",
        "two slots",
        "two lines of a group",
        "unplanned",
        "one record",
        "three times",
    ],
)
def test_cc02_one_planned_dose_recorded_as_given_at_two_desks(
    doses: list[Dose], wanted: list[tuple[str, str]]
) -> None:
    found = [c.subjects for c in conflicts.one_dose_twice(doses)]
    assert found == [tuple(f"MedicationAdministration/{id_}" for id_ in pair) for pair in wanted]


def handed(*amounts: int, ordered: int = 24, returned: int = 0) -> HandedOut:
    handouts = tuple(Handout(f"d{n}", Decimal(a), at(n)) for n, a in enumerate(amounts))
    return HandedOut(
        "l1", "p1", AMOXICILLIN, Decimal(ordered), Text("粒", "capsules"), handouts, Decimal(returned)
    )


@pytest.mark.parametrize(
    ("line", "speaks"),
    [
        (handed(24, 24), True),
        (handed(24), False),
        (handed(12, 12), False),
        (handed(12, 13), True),
        (handed(24, 24, returned=24), False),
        (handed(24, 24, returned=23), True),
        (handed(30), False),
    ],
    ids=["twice", "once", "in two parts", "a part too much", "came back", "one is missing", "one hand-over"],
)
def test_cc03_one_line_handed_out_at_two_counters(line: HandedOut, speaks: bool) -> None:
    found = list(conflicts.handed_out_twice([line]))
    assert bool(found) is speaks
    if speaks:
        assert found[0].subjects[0] == "MedicationRequest/l1"


def test_cc03_says_how_much_was_ordered_and_how_much_is_out() -> None:
    (clash,) = conflicts.handed_out_twice([handed(24, 24, returned=4)])
    assert (clash.values["ordered"], clash.values["out"]) == (
        Text("24 粒", "24 capsules"),
        Text("44 粒", "44 capsules"),
    )


def bed(stay: str, patient: str, number: str, minutes: int = 0) -> InBed:
    return InBed(stay, patient, f"患者{patient}", f"bed{number}", number, at(minutes))


@pytest.mark.parametrize(
    ("places", "two_beds", "shared"),
    [
        ([bed("s1", "p1", "12"), bed("s1", "p1", "15", 5)], [("s1", "s1")], []),
        ([bed("s1", "p1", "12"), bed("s2", "p1", "15", 5)], [("s2", "s1")], []),
        ([bed("s1", "p1", "12"), bed("s2", "p2", "12", 5)], [], [("s2", "s1")]),
        ([bed("s1", "p1", "12"), bed("s2", "p2", "15")], [], []),
        ([bed("s1", "p1", "12"), bed("s1", "p1", "12", 5)], [], []),
        ([bed("s1", "p1", "12"), bed("s2", "p1", "12", 5)], [], []),
    ],
    ids=["one stay", "two stays", "two patients", "nothing", "one bed twice", "two stays, one bed"],
)
def test_cc04_and_cc05_one_patient_in_two_beds_and_two_patients_in_one(
    places: list[InBed], two_beds: list[tuple[str, str]], shared: list[tuple[str, str]]
) -> None:
    for order in (places, places[::-1]):
        found = [c.subjects[:2] for c in conflicts.two_beds(order)]
        assert found == [tuple(f"Encounter/{s}" for s in pair) for pair in two_beds]
        found = [c.subjects[:2] for c in conflicts.shared_bed(order)]
        assert found == [tuple(f"Encounter/{s}" for s in pair) for pair in shared]


def test_cc05_a_newborn_may_lie_with_its_mother() -> None:
    places = [bed("s1", "p1", "12"), bed("s2", "p2", "12", 5)]
    assert not list(conflicts.shared_bed(places, {frozenset(("p1", "p2"))}))
    (clash,) = conflicts.shared_bed(places, {frozenset(("p1", "p3"))})
    assert (clash.patient, clash.others) == ("p2", ("p1",))


def test_cc04_the_same_two_beds_another_day_are_another_clash() -> None:
    keys = {
        clash.key
        for day in (0, 1440)
        for clash in conflicts.two_beds([bed("s1", "p1", "12", day), bed("s1", "p1", "15", day + 5)])
    }
    assert len(keys) == 2


def product(name: str) -> tuple[str, str, Text]:
    """Give a product of the catalogue by the beginning of its Chinese name: id, ATC code, name."""
    drug = next(d for d in KNOWLEDGE.drugs if d.name_zh.startswith(name))
    return drug.id, drug.atc, Text(drug.name_zh, drug.name_en)


def line(id_: str, name: str, sheet: str, minutes: int = 0, **more: Any) -> SignedLine:
    return SignedLine(id_, "p1", sheet, *product(name), at(minutes), **({"by": "王敏"} | more))


def interacting(*lines: SignedLine, fresh: set[str] | None = None) -> list[Clash]:
    return list(conflict_drugs.interacting(lines, KNOWLEDGE, fresh))


def test_cc06_two_sheets_signed_at_once_interact() -> None:
    one, two = line("l1", "华法林", "RX1"), line("l2", "布洛芬", "RX2", 5, by="李强")
    (clash,) = interacting(one, two)
    assert (clash.rule, clash.severity) == ("CC-06", 2)
    assert clash.subjects == ("MedicationRequest/l2", "MedicationRequest/l1")
    assert clash.values["source"] == "I002: ANSM 2020-10"
    assert [clash] == interacting(two, one)


@pytest.mark.parametrize(
    "lines",
    [
        [line("l1", "华法林", "RX1"), line("l2", "布洛芬", "RX1", 5)],
        [line("l1", "华法林", "RX1"), line("l2", "对乙酰氨基酚", "RX2", 5)],
        [
            line("l1", "华法林", "RX1"),
            line("l2", "布洛芬", "RX2", 5, answered=(("DDI", f"布洛芬与{product('华法林')[2].zh}：出血。"),)),
        ],
        [line("l1", "华法林", "RX1", until=at(-1440).date()), line("l2", "布洛芬", "RX2", 5)],
    ],
    ids=["one sheet", "harmless", "the signer was asked", "the first is used up"],
)
def test_cc06_is_silent(lines: list[SignedLine]) -> None:
    assert interacting(*lines) == []


def test_cc06_an_answer_about_another_drug_is_no_answer() -> None:
    asked = line("l2", "布洛芬", "RX2", 5, answered=(("DDI", "布洛芬与氢氯噻嗪：降压作用减弱。"),))
    assert interacting(line("l1", "华法林", "RX1"), asked)


def test_cc06_looks_only_at_pairs_with_a_line_that_just_came() -> None:
    pair = [line("l1", "华法林", "RX1"), line("l2", "布洛芬", "RX2", 5)]
    assert interacting(*pair, fresh={"l9"}) == []
    assert len(interacting(*pair, fresh={"l1"})) == 1


def test_cc06_a_drug_outside_the_catalogue_counts_by_its_class() -> None:
    foreign = SignedLine("l2", "p1", "RX2", "", "M01AE02", Text("萘普生", "naproxen"), at(5))
    assert len(interacting(line("l1", "华法林", "RX1"), foreign)) == 1


PENICILLIN = RecordedAllergy("a1", Allergy("青霉素类", "penicillins", "high", "皮疹"), at(10))


def allergic(*lines: SignedLine, allergy: RecordedAllergy = PENICILLIN) -> list[Clash]:
    return list(conflict_drugs.allergic(lines, [allergy], KNOWLEDGE, at(20)))


def test_cc07_an_allergy_recorded_elsewhere_meets_a_drug_of_its_class() -> None:
    (clash,) = allergic(line("l1", "阿莫西林", "RX1"), line("l2", "华法林", "RX1"))
    assert (clash.rule, clash.severity, clash.since) == ("CC-07", 1, at(10))
    assert clash.subjects == ("MedicationRequest/l1", "AllergyIntolerance/a1")
    assert clash.values["allergen"] == Text("青霉素类", "penicillins")


def test_cc07_says_each_line_once_as_loudly_as_any_rule_does() -> None:
    (clash,) = allergic(line("l1", "头孢呋辛", "RX1"))
    assert clash.severity == 2


def test_cc07_is_silent_where_the_signer_was_asked_the_allergy_was_refuted_or_nothing_is_known() -> None:
    asked = line("l1", "阿莫西林", "RX1", answered=(("ALG-01", "患者对青霉素类过敏，阿莫西林属同类。"),))
    other = line("l1", "阿莫西林", "RX1", answered=(("ALG-01", "患者对磺胺类过敏。"),))
    refuted = RecordedAllergy("a1", Allergy("青霉素类", "penicillins", verification="refuted"), at(10))
    uncoded = RecordedAllergy("a1", Allergy("某种药"), at(10))
    assert allergic(asked) == []
    assert len(allergic(other)) == 1
    assert allergic(line("l1", "阿莫西林", "RX1"), allergy=refuted) == []
    assert allergic(line("l1", "阿莫西林", "RX1"), allergy=uncoded) == []


def test_cc08_a_patient_merged_elsewhere_with_open_work() -> None:
    merged = MergedPatient("p1", "p2", "张伟 P001", at(0), ("Encounter/e1", "Task/t1"))
    idle = MergedPatient("p3", "p4", "王芳 P002", at(0), ())
    (clash,) = conflicts.merged_elsewhere([merged, idle])
    assert (clash.patient, clash.others, clash.values["count"]) == ("p1", ("p2",), "2")
    assert clash.subjects == ("Patient/p1", "Patient/p2")


@pytest.mark.parametrize(
    ("cancelled", "minutes", "wanted"),
    [(False, (5,), 1), (False, (-5,), 0), (False, (-5, 5, 6), 2), (True, (-5,), 1), (True, (), 0)],
)
def test_cc09_work_added_to_a_visit_that_was_closed_elsewhere(
    cancelled: bool, minutes: tuple[int, ...], wanted: int
) -> None:
    work = tuple((f"Composition/c{m}", at(m)) for m in minutes)
    found = list(conflicts.closed_elsewhere([ClosedVisit("e1", "p1", at(0), cancelled, work)]))
    assert sum(len(clash.subjects) - 1 for clash in found) == wanted


@pytest.mark.parametrize(
    ("ours", "theirs", "speaks"),
    [
        ("active", "stopped", True),
        ("on-hold", "cancelled", True),
        ("active", "revoked", True),
        ("stopped", "stopped", False),
        ("active", "active", False),
        ("stopped", "active", False),
        ("completed", "stopped", False),
    ],
)
def test_cc10_an_order_stopped_at_the_centre_while_it_was_changed_here(
    ours: str, theirs: str, speaks: bool
) -> None:
    versions = TwoVersions("MedicationRequest/o1", "p1", CEFUROXIME, ours, theirs, at(0))
    assert bool(list(conflicts.stopped_elsewhere([versions]))) is speaks


EXAMPLES: dict[str, Callable[[], Iterator[Clash]]] = {
    "CC-01": lambda: conflicts.dose_after_stop([dose("a", 1)], STOPPED),
    "CC-02": lambda: conflicts.one_dose_twice([dose("a", 0, slot="s"), dose("b", 5, slot="s")]),
    "CC-03": lambda: conflicts.handed_out_twice([handed(24, 24)]),
    "CC-04": lambda: conflicts.two_beds([bed("s1", "p1", "12"), bed("s1", "p1", "15", 5)]),
    "CC-05": lambda: conflicts.shared_bed([bed("s1", "p1", "12"), bed("s2", "p2", "12", 5)]),
    "CC-06": lambda: iter(interacting(line("l1", "华法林", "RX1"), line("l2", "布洛芬", "RX2", 5))),
    "CC-07": lambda: iter(allergic(line("l1", "阿莫西林", "RX1"))),
    "CC-08": lambda: conflicts.merged_elsewhere([MergedPatient("p1", "p2", "张伟", at(0), ("Task/t",))]),
    "CC-09": lambda: conflicts.closed_elsewhere(
        [ClosedVisit("e1", "p1", at(0), False, (("Task/t", at(1)),))]
    ),
    "CC-10": lambda: conflicts.stopped_elsewhere(
        [TwoVersions("MedicationRequest/o1", "p1", CEFUROXIME, "active", "stopped", at(0))]
    ),
}


@pytest.mark.parametrize("rule", KNOWLEDGE.conflict_rules)
def test_every_rule_says_what_happened_and_what_can_be_done_in_both_languages(rule: str) -> None:
    described = KNOWLEDGE.conflict_rules[rule]
    (clash,) = EXAMPLES[rule]()
    for template in (described.message_zh, described.message_en):
        fields = {name for _text, name, _spec, _conv in string.Formatter().parse(template) if name}
        assert fields <= set(clash.values)
    assert described.remedies
    assert described.basis_zh
    assert described.basis_en
    for remedy in described.remedies:
        assert Permission(remedy.needs)
        assert remedy.text_zh
        assert remedy.text_en
        if remedy.command:
            assert find(Kind.DO, remedy.command).permission == remedy.needs


def test_every_example_is_of_a_described_rule() -> None:
    assert set(EXAMPLES) == set(KNOWLEDGE.conflict_rules)
