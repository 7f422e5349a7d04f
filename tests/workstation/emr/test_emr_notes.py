"""A note is signed once, whole, and never changes; what comes later is an addendum beside it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.workstation.emr.conftest import put, stored, visit
from workstation.core.drafts import DraftKey
from workstation.core.errors import Conflict, Denied, Invalid, NotFound
from workstation.emr import sections as s
from workstation.emr.model import (
    NOTE_DRAFT,
    AddAddendum,
    AddDiagnosis,
    AskNote,
    AskNotes,
    AskPaper,
    AskPhrases,
    AskTemplates,
    AskVisit,
    RecordAllergy,
    RecordVitals,
    SectionText,
    SignNote,
)
from workstation.fhir.resources import content
from workstation.security.signing import holds
from workstation.store.trail import entries

TEXTS = {
    s.CHIEF_COMPLAINT: "咳嗽、咳黄痰 5 天。",
    s.PRESENT_ILLNESS: "5 天前受凉后出现咳嗽，伴低热 < 38 ℃ & 乏力。",
    s.PAST_HISTORY: "高血压 10 年。",
    s.EXAMINATION: "右下肺可闻及湿啰音。",
    s.INVESTIGATIONS: "未查。",
    s.PLAN: "三天后复诊。",
}


def request(texts=TEXTS, **more):
    parts = tuple(SectionText(code, text) for code, text in texts.items())
    return SignNote("p1", "v1", parts, **more)


@pytest.fixture
def diagnosed(desk):
    desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", "J06.9"))
    desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", "I10", certainty="provisional"))
    return desk


def sign(desk, **more):
    return desk.do("emr.sign-note", request(**more)).primary.id


def test_a_signed_note_reads_back_as_it_was_typed_with_its_diagnoses(diagnosed):
    id_ = sign(diagnosed)
    note = diagnosed.ask("emr.note", AskNote("p1", id_))
    texts = {section.code: section.text for section in note.sections}
    assert {code: texts[code] for code in TEXTS} == TEXTS
    assert texts[s.DIAGNOSIS] == "1. 急性上呼吸道感染\n2. 高血压病（待查）"
    assert (note.author, note.visit, note.intact) == ("王敏", "first", True)
    assert note.travelled.state == "waiting"


def test_the_signature_covers_the_note_and_breaks_when_it_changes(diagnosed):
    id_ = sign(diagnosed)
    with diagnosed.store.reader() as reader:
        (provenance,) = reader.find("Provenance", {"target": id_})
    note = stored(diagnosed, "Composition", id_)
    assert holds(provenance, [note])
    put(diagnosed, note | {"title": "changed"})
    assert diagnosed.ask("emr.note", AskNote("p1", id_)).intact is False


def test_the_draft_goes_in_the_same_unit_as_the_signature(diagnosed):
    key = DraftKey(NOTE_DRAFT, "p1", "v1")
    diagnosed.save_draft(key, {"sections": {}})
    with pytest.raises(Invalid):
        diagnosed.do("emr.sign-note", request({}))
    assert diagnosed.load_draft(key) is not None
    sign(diagnosed)
    assert diagnosed.load_draft(key) is None


@pytest.mark.parametrize("lacking", list(TEXTS))
def test_a_first_visit_needs_every_section_of_the_norm(diagnosed, lacking):
    texts = {code: text for code, text in TEXTS.items() if code != lacking}
    with pytest.raises(Invalid) as caught:
        diagnosed.do("emr.sign-note", request(texts))
    assert caught.value.field == lacking


def test_a_return_visit_may_be_shorter(diagnosed):
    texts = {code: TEXTS[code] for code in (s.CHIEF_COMPLAINT, s.PRESENT_ILLNESS, s.INVESTIGATIONS, s.PLAN)}
    with pytest.raises(Invalid):
        diagnosed.do("emr.sign-note", request(texts))
    put(diagnosed, visit(kind="return") | {"diagnosis": stored(diagnosed, "Encounter", "v1")["diagnosis"]})
    sign(diagnosed, texts=texts)
    assert diagnosed.ask("emr.notes", AskNotes("p1"))[0].visit == "return"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (s.PLAN, "{复诊时间} 复诊"),
        (s.EXAMINATION, "T {{体温}} ℃"),
        (s.PRESENT_ILLNESS, "粘贴\x0b文本"),
        ("diagnosis", "手写诊断"),
        ("weather", "晴"),
    ],
)
def test_an_open_wildcard_a_hidden_character_or_a_strange_section_blocks_signing(diagnosed, code, text):
    with pytest.raises(Invalid) as caught:
        diagnosed.do("emr.sign-note", request(TEXTS | {code: text}))
    assert caught.value.field == code
    assert diagnosed.ask("emr.notes", AskNotes("p1")) == ()


def test_a_note_needs_a_diagnosis(desk):
    with pytest.raises(Invalid) as caught:
        sign(desk)
    assert caught.value.field == s.DIAGNOSIS


def test_a_visit_is_signed_once(diagnosed):
    sign(diagnosed)
    with pytest.raises(Conflict):
        sign(diagnosed)


def test_a_visit_of_another_patient_cannot_be_signed_here(diagnosed):
    with pytest.raises(Invalid):
        diagnosed.do("emr.sign-note", SignNote("p1", "v2", request().sections))


def test_a_nurse_cannot_sign(diagnosed):
    diagnosed.unlock("nurse", "246810")
    with pytest.raises(Denied):
        sign(diagnosed)


def test_an_addendum_stands_under_its_note_and_leaves_it_unchanged(diagnosed):
    id_ = sign(diagnosed)
    before = content(stored(diagnosed, "Composition", id_))
    diagnosed.do("emr.add-addendum", AddAddendum("p1", id_, "血常规回报：白细胞 12.1。"))
    diagnosed.do(
        "emr.add-addendum",
        AddAddendum("p1", id_, "左下肺可闻及湿啰音。", s.EXAMINATION, "右下肺可闻及湿啰音", "方位误写"),
    )
    (note,) = diagnosed.ask("emr.notes", AskNotes("p1"))
    assert content(stored(diagnosed, "Composition", id_)) == before
    first, second = note.addenda
    assert first.sections[0].text == "血常规回报：白细胞 12.1。"
    assert (second.sections[0].original, second.sections[0].text) == (
        "右下肺可闻及湿啰音",
        "左下肺可闻及湿啰音。",
    )
    assert second.sections[1].text == "方位误写"
    assert all(addendum.intact for addendum in note.addenda)


def test_an_addendum_to_an_addendum_belongs_to_the_note(diagnosed):
    id_ = sign(diagnosed)
    first = diagnosed.do("emr.add-addendum", AddAddendum("p1", id_, "其一")).primary.id
    diagnosed.do("emr.add-addendum", AddAddendum("p1", first, "其二"))
    (note,) = diagnosed.ask("emr.notes", AskNotes("p1"))
    assert [a.sections[0].text for a in note.addenda] == ["其一", "其二"]


@pytest.mark.parametrize(
    ("text", "section", "original", "reason", "field"),
    [
        ("", "", "", "", "text"),
        ("新", s.PLAN, "从未写过的话", "误写", "original"),
        ("新", s.PLAN, "三天后复诊", "", "reason"),
        ("新", "weather", "", "", "section"),
        ("{日期} 复诊", "", "", "", "text"),
    ],
)
def test_a_correction_quotes_what_was_signed_and_says_why(diagnosed, text, section, original, reason, field):
    id_ = sign(diagnosed)
    with pytest.raises(Invalid) as caught:
        diagnosed.do("emr.add-addendum", AddAddendum("p1", id_, text, section, original, reason))
    assert caught.value.field == field


def test_a_note_is_not_shown_for_another_patient(diagnosed):
    id_ = sign(diagnosed)
    with pytest.raises(NotFound):
        diagnosed.ask("emr.note", AskNote("p2", id_))
    with pytest.raises(Invalid):
        diagnosed.do("emr.add-addendum", AddAddendum("p2", id_, "文字"))


def test_a_note_from_elsewhere_is_read_by_its_headings(desk):
    foreign = {
        "resourceType": "Composition",
        "id": "old",
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "34133-9"}]},
        "subject": {"reference": "Patient/p1"},
        "date": "2019-01-01",
        "author": [{"display": "Dr. Foreign"}],
        "title": "Visit note",
        "section": [
            {"title": "HPI", "code": {"coding": [{"system": "http://loinc.org", "code": "10164-2"}]},
             "text": {"status": "generated", "div": "<div><p>Cough</p></div>"},
             "section": [{"title": "Detail", "text": {"status": "generated", "div": "<div>dry</div>"}}]},
            {"title": "体格检查", "text": {"status": "generated", "div": "<div>双肺清</div>"}},
        ],
    }  # fmt: skip
    put(desk, foreign)
    (note,) = desk.ask("emr.notes", AskNotes("p1"))
    assert [(x.code, x.title, x.text) for x in note.sections] == [
        (s.PRESENT_ILLNESS, "HPI", "Cough"),
        ("", "Detail", "dry"),
        (s.EXAMINATION, "体格检查", "双肺清"),
    ]
    assert (note.author, note.intact) == ("Dr. Foreign", None)


def test_the_visit_gives_its_note_and_the_last_one_before_it(diagnosed, clock):
    sign(diagnosed)
    put(diagnosed, visit("v3", kind="return"))
    record = diagnosed.ask("emr.visit-record", AskVisit("p1", "v3"))
    assert record.note is None
    assert record.previous.encounter == "v1"
    assert diagnosed.ask("emr.visit-record", AskVisit("p1", "v1")).note.encounter == "v1"


def test_opening_a_chart_is_written_to_the_trail_first(diagnosed):
    before = len(trail(diagnosed))
    diagnosed.ask("emr.notes", AskNotes("p1"))
    entry = trail(diagnosed)[-1]
    assert len(trail(diagnosed)) == before + 1
    assert (entry.action, entry.patient) == ("emr.notes", "p1")


def trail(desk):
    return desk.store.look(lambda connection: [entry for _number, entry, _hash in entries(connection)])


def test_the_paper_of_a_signed_visit_says_what_was_signed(diagnosed):
    diagnosed.do("emr.record-vitals", RecordVitals("p1", "v1", weight=Decimal("62")))
    diagnosed.do(
        "emr.record-allergy", RecordAllergy("p1", code="penicillins", reaction="过敏性休克", since="2019")
    )
    draft = diagnosed.ask("emr.record-paper", AskPaper("p1", "v1"))
    assert (draft.status, draft.author, draft.signed_at) == ("draft", "", "")
    id_ = sign(diagnosed)
    diagnosed.do("emr.add-addendum", AddAddendum("p1", id_, "左", s.EXAMINATION, "右下肺", "误写"))
    paper = diagnosed.ask("emr.record-paper", AskPaper("p1", "v1"))
    assert (paper.status, paper.author, paper.signed_at) == ("signed", "王敏", "2026-03-17 09:00")
    assert (paper.name, paper.sex, paper.age, paper.number) == ("欧阳建国", "男", "68岁", "M20260001")
    assert (paper.visit, paper.visit_time, paper.department) == ("first", "2026-03-17 08:55", "内科")
    assert (paper.weight, paper.allergies, paper.allergies_known) == (
        "62 kg",
        "青霉素类（过敏性休克，2019）",
        True,
    )
    assert paper.diagnoses == ("1. 急性上呼吸道感染", "2. 高血压病（待查）")
    assert [x.title for x in paper.sections] == [
        "主诉",
        "现病史",
        "既往史",
        "体格检查",
        "辅助检查",
        "处理意见",
    ]
    (addendum,) = paper.addenda
    assert (addendum.section, addendum.original, addendum.reason) == ("体格检查", "右下肺", "误写")
    assert len(paper.digest) == 64


def test_templates_are_found_by_initials_and_suggested_by_the_chief_complaint(desk):
    by_initials = desk.ask("emr.note-templates", AskTemplates("sqhd"))
    assert by_initials[0].id == "pneumonia"
    fitting = desk.ask("emr.note-templates", AskTemplates(chief_complaint="鼻塞、流涕 2 天"))
    assert "cold" in [t.id for t in fitting]
    assert desk.ask("emr.note-templates", AskTemplates(diagnosis="J06.9"))[0].id == "cold"
    assert desk.ask("emr.note-templates", AskTemplates(chief_complaint="zzzz")) == ()


def test_every_template_and_phrase_names_a_section_that_can_be_written(desk):
    for template in desk.knowledge.note_templates:
        assert {code for code, _ in template.sections} <= set(s.WRITTEN), template.id
        assert s.missing("first", {code for code, _ in template.sections}) == [], template.id
    assert {p.section for p in desk.knowledge.phrases} <= set(s.WRITTEN)


def test_phrases_of_the_section_come_first(desk):
    found = desk.ask("emr.phrases", AskPhrases("", s.EXAMINATION, 5))
    assert {p.section for p in found} == {s.EXAMINATION}
    assert desk.ask("emr.phrases", AskPhrases("sfq"))[0].mnemonic == "sfq"
